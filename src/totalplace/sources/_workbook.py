"""Excel workbooks: checked before a reader lays out their cells, and read sheet by sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine

from totalplace.errors import FileRefused, Problem
from totalplace.sources._archive import member_chunks, open_archive

__all__ = ["Cell", "Workbook", "cell_text", "open_workbook"]

Cell = str | float | int | bool | date | datetime | time | timedelta
"""A cell as the reader gives it; an empty one is ``''``."""

MAX_CELLS = 20_000_000
_REFERENCE_BYTES = 200
"""More than a cell's tag takes up to its reference."""

_REFERENCE = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')


@dataclass(frozen=True)
class Workbook:
    """An open workbook.

    Attributes:
        where: the file for messages.
        sheets: names of the worksheets in order, the hidden ones too.
        hidden: names of those that a person does not see.
    """

    where: str
    sheets: tuple[str, ...]
    hidden: frozenset[str]
    reader: python_calamine.CalamineWorkbook

    def rows(self, sheet: str, *, limit: int | None = None) -> list[list[Cell]]:
        """The cells of a sheet from row 1 and column A on; every row is as wide as the widest."""
        found: list[list[Cell]] = self.reader.get_sheet_by_name(sheet).to_python(
            skip_empty_area=False, nrows=limit
        )
        return found


def open_workbook(path: Path, *, where: str) -> Workbook:
    """Open a workbook that has passed every check.

    Raises:
        FileRefused: the archive is damaged or unsafe, a sheet is so sparse that laying it out
            would exhaust memory, or it is no workbook that can be read.
    """
    with open_archive(path, where=where) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                columns, rows, tail = {b"A"}, 0, b""
                for chunk in member_chunks(archive, name, where=where):
                    found = _REFERENCE.findall(tail + chunk)
                    columns.update(column for column, _ in found)
                    rows = max(rows, max((int(row) for _, row in found), default=0))
                    tail = (tail + chunk)[-_REFERENCE_BYTES:]
                width = max(_number(column) for column in columns)
                if rows * width > MAX_CELLS:
                    raise _too_sparse(where, name, rows, width)
    try:
        reader = python_calamine.CalamineWorkbook.from_path(str(path))
        kinds = {one.name: one for one in reader.sheets_metadata}
    except (python_calamine.CalamineError, OSError) as error:
        raise FileRefused(
            Problem(
                "damaged_workbook",
                "the workbook cannot be read",
                where,
                str(error),
                "open it in a spreadsheet, save it again as .xlsx, then add that",
            )
        ) from error
    is_sheet = python_calamine.SheetTypeEnum.WorkSheet
    is_visible = python_calamine.SheetVisibleEnum.Visible
    return Workbook(
        where=where,
        sheets=tuple(name for name, one in kinds.items() if one.typ == is_sheet),
        hidden=frozenset(name for name, one in kinds.items() if one.visible != is_visible),
        reader=reader,
    )


def cell_text(cell: Cell) -> str:
    """A cell as text; a whole number without its ``.0``, anything else as it is.

    >>> cell_text(190.0), cell_text(" a "), cell_text(0.1)
    ('190', 'a', '0.1')
    """
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_sparse(where: str, sheet: str, rows: int, width: int) -> FileRefused:
    return FileRefused(
        Problem(
            "sheet_too_large",
            "a sheet of the workbook is too large to lay out",
            f"{where}, {sheet}",
            f"its last cell stands in row {rows:,}, column {width:,}: {rows * width:,} cells, and"
            f" {MAX_CELLS:,} are allowed",
            "delete the stray cells far from the data, save it, then add that",
        )
    )
