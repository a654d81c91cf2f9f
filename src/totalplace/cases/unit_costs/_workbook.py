"""The workbook of the Unit Cost Database: a row is a line with a code, whatever sheet it is on.

Source: New Economy (now Greater Manchester Combined Authority), Unit Cost Database v1.4, March
2015 (CC BY 4.0): sheets Guidance and Lookups, and the two header rows of every sheet of costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from totalplace.cases.unit_costs._imported import Imported, Line, Value, imported, words
from totalplace.cases.unit_costs._unit_cost import UnitCost
from totalplace.cases.unit_costs._years import financial_year
from totalplace.errors import FileRefused, Problem
from totalplace.model import COST_CLASSES
from totalplace.sources import SheetTexts, read_sheets

__all__ = ["import_sheets", "import_workbook"]

_DEFLATOR = "2015-03"
"""The edition on the sheet Lookups of v1.4."""
_HEADER_WITHIN_ROWS = 10
_TITLE = re.compile(r"Unit Cost Database \(v\.?\s*([\d.]+)\)")


@dataclass(frozen=True)
class _Columns:
    """Where the columns of a sheet stand, from 0; a class has its value, year and updated value."""

    header_row: int
    code: int
    detail: int
    heading: int
    unit: int
    agency: int
    source: int
    rag: int
    comment: int
    classes: dict[str, int]


def import_workbook(
    path: Path | str, *, book: str = "gmca", against: Sequence[UnitCost] | None = None
) -> Imported:
    """Read the workbook, in a worker of its own that can reach nothing else, and check it.

    Args:
        book: what a case calls the table, before the colon.
        against: another reading that the values are held against.

    Raises:
        FileRefused: it is no workbook, or no sheet of it has the columns of unit costs.
    """
    return import_sheets(read_sheets(Path(path)), Path(path), book=book, against=against)


def import_sheets(
    sheets: Sequence[SheetTexts],
    file: Path,
    *,
    book: str = "gmca",
    against: Sequence[UnitCost] | None = None,
) -> Imported:
    """Unit costs of sheets that were read; ``file`` is for messages.

    Raises:
        FileRefused: no sheet has the columns of unit costs, or one has some of them.
    """
    version = next((found for one in sheets for found in _versions(one)), "of unknown version")
    lines: list[Line] = []
    left_out: list[Problem] = []
    for sheet in sheets:
        columns = _columns(sheet, file)
        if columns is None:
            continue
        for line in _lines(sheet, columns, f"in New Economy, Unit Cost Database {version}"):
            if isinstance(line, Problem):
                left_out.append(line)
            else:
                lines.append(line)
    if not lines:
        raise FileRefused(
            Problem(
                "no_unit_costs",
                "the workbook holds no unit costs",
                str(file),
                "no sheet has the columns Cost code, Cost / saving detail, Unit and Estimated"
                f" cost/saving; sheets: {', '.join(one.name for one in sheets)}",
                "give the workbook of the Unit Cost Database, or write a CSV table of your own",
            )
        )
    return imported(
        lines,
        book=book,
        updated_to=_updated_to(sheets),
        deflator=_DEFLATOR,
        against=against,
        left_out=left_out,
    )


def _columns(sheet: SheetTexts, file: Path) -> _Columns | None:
    for number, cells in sheet.rows.items():
        if number > _HEADER_WITHIN_ROWS:
            break
        names = [words(cell).lower() for cell in cells]
        if "cost code" not in names or "unit" not in names:
            continue
        # one sheet of v1.4 writes "cost/ saving"
        below = ["".join(cell.lower().split()) for cell in sheet.rows.get(number + 1, ())]
        classes = {
            kind: at
            for kind in COST_CLASSES
            for at, name in enumerate(names)
            if name.startswith(kind)
            and below[at : at + 3] == ["estimatedcost/saving", "year", "updatedcost/saving"]
        }

        def at(start: str, names: Sequence[str] = names) -> int:
            return next((at for at, name in enumerate(names) if name.startswith(start)), -1)

        columns = _Columns(
            header_row=number + 1,
            code=at("cost code"),
            detail=at("cost / saving detail"),
            heading=at("outcome detail"),
            unit=at("unit"),
            agency=at("agency"),
            source=at("original source"),
            rag=at("rag"),
            comment=at("comment"),
            classes=classes,
        )
        if len(classes) == len(COST_CLASSES) and columns.detail >= 0:
            return columns
        raise FileRefused(
            Problem(
                "unknown_columns",
                "a sheet with cost codes has other columns than the Unit Cost Database",
                f"{file}, sheet {sheet.name}, rows {number} and {number + 1}",
                f"found {', '.join(cell for cell in map(words, cells) if cell)}; values found of"
                f" {', '.join(classes) or 'no class'}, expected {', '.join(COST_CLASSES)}",
                "give the workbook as it was published, or write a CSV table of your own",
            )
        )
    return None


def _lines(sheet: SheetTexts, columns: _Columns, told: str) -> Iterator[Line | Problem]:
    for number, cells in sheet.rows.items():
        if number <= columns.header_row:
            continue

        def cell(at: int, cells: Sequence[str] = cells, number: int = number) -> str:
            # what a cell shows for want of a value is no number: so its line is told, not dropped
            shown = sheet.lost.get((number, at), "")
            return shown or (words(cells[at]) if 0 <= at < len(cells) else "")

        values = tuple(
            Value(
                value_class=kind,
                text=cell(at),
                year=cell(at + 1),
                updated=cell(at + 2),
                cell=f"{sheet.name}!{_letter(at)}{number}",
                note=sheet.notes.get((number, at), ""),
            )
            for kind, at in columns.classes.items()
            if cell(at)
        )
        code, detail = cell(columns.code), cell(columns.detail)
        where = f"{sheet.name} row {number}"
        if code:
            original = cell(columns.source) or "original source not given"
            yield Line(
                code=code,
                sheet=sheet.name,
                heading=cell(columns.heading),
                description=detail,
                unit=cell(columns.unit),
                agency=cell(columns.agency),
                agency_detail=cell(columns.agency + 1) if columns.agency >= 0 else "",
                rag=cell(columns.rag),
                comment=cell(columns.comment),
                source=f"{original}; {told}",
                where=where,
                values=values,
            )
        elif values:
            yield Problem(
                "no_code",
                "a line with a value has no code, and is left out",
                where,
                f"{detail[:80]!r}: {', '.join(one.text for one in values)}",
                "give it the code that its publisher means, then import again",
            )


def _versions(sheet: SheetTexts) -> Iterator[str]:
    for cells in sheet.rows.values():
        for cell in cells:
            found = _TITLE.search(cell)
            if found:
                yield f"v{found[1]}"


def _updated_to(sheets: Sequence[SheetTexts]) -> str | None:
    """The year that the workbook inflates to: under ``Current Year`` on its sheet of lookups."""
    for sheet in sheets:
        for number, cells in sheet.rows.items():
            for at, cell in enumerate(cells):
                if words(cell).lower() != "current year":
                    continue
                below = (sheet.rows.get(number + down, ()) for down in (1, 2, 3))
                years = (financial_year(row[at]) for row in below if len(row) > at)
                return next((year for year in years if year), None)
    return None


def _letter(at: int) -> str:
    return chr(ord("A") + at) if at < 26 else f"{_letter(at // 26 - 1)}{_letter(at % 26)}"
