"""People and households by area and year, in the forms in which they are handed on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from totalplace.errors import FileRefused, Problem
from totalplace.sources._columns import header_key, read_columns
from totalplace.sources._dates import parse_date
from totalplace.sources._delimited import Delimited, records
from totalplace.sources._format import Detection, Format, FormatInfo, Job, Memo, Reading, no_match
from totalplace.sources._published import COMMON_FIELDS, line_table, new_member, write
from totalplace.sources._rejects import RejectWriter
from totalplace.sources._workbook import Workbook, cell_text

__all__ = ["POPULATION"]

_SCHEMA = pa.schema(
    [
        *COMMON_FIELDS,
        ("area", pa.string()),
        ("area_text", pa.string()),
        ("year", pa.int32()),
        ("measure", pa.string()),
        ("value", pa.int64()),
    ]
)
_YEARS = range(1801, 2201)
_MEASURES = ("people", "households")


@dataclass(frozen=True)
class _Columns:
    """Where a layout's fields stand in one file.

    Attributes:
        year: the column of the year, or the year that is the same for all rows.
        measure: the column of the measure, or the measure.
        keep: column -> the value, without case, whose rows are kept.
    """

    layout_id: str
    area: int
    area_text: int | None
    value: int
    year_column: int | None
    year: int | None
    measure_column: int | None
    measure: str | None
    keep: Mapping[int, str]


@cache
def _layouts(kind: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(one for one in read_columns("population")["layout"] if one["kind"] == kind)


def _find(
    layout: Mapping[str, Any], header: Sequence[str], texts: Iterable[str]
) -> _Columns | None:
    """The columns of a layout, if the header has them; `texts` are searched for the year."""
    at = {header_key(text): index for index, text in reversed(list(enumerate(header)))}

    def column(text: str) -> int | None:
        return at.get(header_key(text)) if text else None

    year, measure = layout["year"], layout["measure"]
    value, fixed_year = column(layout["value"]), None
    if "header" in year:
        matches = [re.fullmatch(year["header"], text) for text in header]
        found = [(index, match) for index, match in enumerate(matches) if match]
        if not found:
            return None
        value, fixed_year = found[0][0], int(found[0][1][1])
    elif "column" not in year:
        pattern = year.get("metadata", "(?<![0-9])((?:18|19|20|21)[0-9]{2})(?![0-9])")
        matches = [re.search(pattern, text) for text in texts]
        fixed_year = next((int(match[1]) for match in matches if match), None)
    keep = {header_key(name): name for name in layout.get("keep", {})}
    columns = _Columns(
        layout_id=layout["id"],
        area=-1 if (area := column(layout["area"])) is None else area,
        area_text=column(layout["area_text"]),
        value=-1 if value is None else value,
        year_column=column(year.get("column", "")),
        year=fixed_year,
        measure_column=column(measure.get("column", "")),
        measure=measure.get("value"),
        keep={at[key]: layout["keep"][name] for key, name in keep.items() if key in at},
    )
    is_whole = (
        columns.area >= 0
        and columns.value >= 0
        and (columns.year_column is not None or "column" not in year)
        and (columns.measure_column is not None or columns.measure is not None)
        and len(columns.keep) == len(keep)
        and all(column(name) is not None for name in layout.get("also", ()))
    )
    return columns if is_whole else None


def _text_columns(piece: Delimited) -> _Columns | None:
    names = (piece.member, Path(piece.where).name)
    for layout in _layouts("text"):
        found = _find(layout, piece.header, names)
        if found is not None:
            return found
    return None


def _sniff_text(piece: Delimited) -> Detection:
    found = _text_columns(piece)
    if found is None:
        return no_match("population", "no columns of area, year and people or households")
    return Detection("population", 0.95, (f"it has the columns of {found.layout_id}",))


def _read_text(piece: Delimited, index: int, job: Job) -> Reading:
    columns = _text_columns(piece)
    rows = (record for record in records(piece) if record[0] > piece.header_row)
    if columns is None:
        raise ValueError("the columns were found before")
    return _read_rows(
        _Rows(rows, piece.header, columns, piece.header_row, piece.member, piece.where), index, job
    )


def _book_columns(book: Workbook, sheet: str) -> tuple[_Columns, list[str]] | None:
    header = [cell_text(cell) for cell in next(iter(book.rows(sheet, limit=1)), [])]
    for layout in _layouts("workbook"):
        if _find(layout, header, ()) is not None:
            others = (
                cell_text(cell)
                for other in book.sheets
                if other != sheet
                for row in book.rows(other, limit=200)
                for cell in row
            )
            found = _find(layout, header, others)
            if found is not None:
                return found, header
    return None


def _sniff_workbook(book: Workbook) -> Detection:
    for sheet in book.sheets:
        found = _book_columns(book, sheet)
        if found is not None:
            reason = f"sheet {sheet!r} has the columns of {found[0].layout_id}"
            return Detection("population", 0.95, (reason,))
    return no_match("population", "no sheet has columns of area and people or households")


def _read_workbook(book: Workbook, job: Job) -> list[Reading | Memo]:
    outcomes: list[Reading | Memo] = []
    for index, sheet in enumerate(book.sheets):
        found = _book_columns(book, sheet)
        if found is None:
            outcomes.append(Memo(sheet, len(book.rows(sheet)), "it has no areas"))
            continue
        texts = ([cell_text(cell) for cell in row] for row in book.rows(sheet)[1:])
        where = f"{book.where}, sheet {sheet}"
        columns, header = found
        sheet_rows = _Rows(enumerate(texts, start=2), header, columns, 1, sheet, where)
        outcomes.append(_read_rows(sheet_rows, index, job))
    return outcomes


@dataclass(frozen=True)
class _Rows:
    """The rows below a header, with their numbers."""

    rows: Iterable[tuple[int, Sequence[str]]]
    header: Sequence[str]
    columns: _Columns
    header_row: int
    member: str
    where: str


def _read_rows(source: _Rows, index: int, job: Job) -> Reading:
    columns = source.columns
    if columns.year_column is None and columns.year is None:
        raise FileRefused(_no_year(source.where))
    lines: list[tuple[Any, ...]] = []
    seen: dict[tuple[str, int, str], int] = {}
    skipped: Counter[str] = Counter()
    count = 0
    with RejectWriter(
        job.folder / f"rejects-{index}.parquet",
        source_id=job.source.sha256,
        member=source.member,
        where=source.where,
    ) as rejects:
        for row_no, cells in source.rows:
            count += 1
            padded = [*cells, *[""] * (len(source.header) - len(cells))]
            kind = _kind(padded, columns)
            if kind:
                skipped[kind] += 1
                continue
            line, faults = _line(padded, columns)
            first = seen.setdefault(line[:1] + line[2:4], row_no)
            if first != row_no:
                message = f"row {first} gives the same area, year and measure"
                faults.append(("repeated_area", columns.area, message))
            if faults:
                code, column, _ = faults[0]
                rejects.add(
                    row_no,
                    column + 1,
                    column=source.header[column],
                    code=code,
                    message="; ".join(message for _, _, message in faults),
                    raw=",".join(cells),
                )
            else:
                lines.append((row_no, 0, None, *line))
    table = line_table(_SCHEMA, lines, source_id=job.source.sha256, member=source.member)
    member = new_member(
        job,
        member=source.member,
        index=index,
        dataset="population",
        format_id="population",
        records=count,
        lines=len(lines),
        rejected=rejects.count,
        skipped=dict(skipped),
        dialect={"layout": columns.layout_id, "header_row": str(source.header_row)},
    )
    path = write(table, job.folder / f"lines-{index}.parquet")
    return Reading(member, path, rejects.path, rejects.warnings())


def _kind(cells: Sequence[str], columns: _Columns) -> str:
    """The kind of a row that is no line, or ''."""
    if not cells[columns.value].strip() or not cells[columns.area].strip():
        return "blank"
    is_part = any(
        cells[at].strip().casefold() != kept.casefold() for at, kept in columns.keep.items()
    )
    # women and men are parts of the persons beside them
    return "memo" if is_part else ""


def _line(
    cells: Sequence[str], columns: _Columns
) -> tuple[tuple[Any, ...], list[tuple[str, int, str]]]:
    faults: list[tuple[str, int, str]] = []
    year = columns.year
    if columns.year_column is not None:
        text = cells[columns.year_column].strip()
        day = parse_date(text)
        year = day.year if day else int(text) if text.isdecimal() else 0
        if year not in _YEARS:
            faults.append(("bad_year", columns.year_column, f"{text!r} is no year"))
    measure = columns.measure
    if columns.measure_column is not None:
        measure = cells[columns.measure_column].strip().casefold()
        if measure not in _MEASURES:
            message = f"{measure!r} is neither people nor households"
            faults.append(("unknown_value", columns.measure_column, message))
    text = cells[columns.value].strip().replace(",", "")
    try:
        value = Decimal(text)
        is_count = value == value.to_integral_value() and 0 <= value < 10**12
    except InvalidOperation:
        is_count = False
    if not is_count:
        faults.append(("bad_count", columns.value, f"{text!r} is no whole number of them"))
    name = None if columns.area_text is None else cells[columns.area_text].strip() or None
    count = int(value) if is_count else 0
    return (cells[columns.area].strip(), name, year, measure, count), faults


def _no_year(where: str) -> Problem:
    return Problem(
        "no_year",
        "it cannot be told which year the counts are of",
        where,
        "no column, header, note or file name states a year",
        "put the year into the file's name, e.g. age-2023.csv, or add a column `Year`",
    )


POPULATION = Format(
    FormatInfo(
        "population",
        "People or households by area and year (CSV, xlsx)",
        "columns of area code, year and people, in one of the known forms",
        tuple(
            f"{layout['id']}: {layout['area']}, {layout['value']}"
            for layout in read_columns("population")["layout"]
        ),
    ),
    sniff_text=_sniff_text,
    read_text=_read_text,
    sniff_workbook=_sniff_workbook,
    read_workbook=_read_workbook,
)
