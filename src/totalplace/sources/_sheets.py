"""All cells of a workbook as texts, read in a sandboxed worker: for files that are no place's."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from totalplace.errors import FileRefused, Problem
from totalplace.place import Source
from totalplace.sources._given import digest_of
from totalplace.sources._lost_values import lost_values
from totalplace.sources._messages import Reply, Request
from totalplace.sources._notes import cell_notes
from totalplace.sources._sandbox import Sandbox, seconds_for
from totalplace.sources._text_rows import sheet_cell
from totalplace.sources._workbook import Workbook, open_workbook

__all__ = ["SheetTexts", "read_sheets", "sheets_reply"]

_SCHEMA = pa.schema(
    [
        ("sheet", pa.string()),
        ("is_hidden", pa.bool_()),
        ("row_no", pa.int64()),
        ("cells", pa.list_(pa.string())),
        ("note_columns", pa.list_(pa.int64())),
        ("notes", pa.list_(pa.string())),
        ("lost_columns", pa.list_(pa.int64())),
        ("lost", pa.list_(pa.string())),
    ]
)
_MOST_CELLS = 1_000_000
_MOST_CHARACTERS = 20_000_000
_NO_DATE = "1970-01-01"


@dataclass(frozen=True)
class SheetTexts:
    """A worksheet.

    Attributes:
        name: as its tab says it.
        is_hidden: whether a person does not see it.
        rows: number of the row from 1 -> its cells from column A, as texts; rows without a filled
            or lost cell are left out. Numbers have the 15 digits that a spreadsheet keeps.
        notes: (row from 1, column from 0) -> the note that hangs on the cell.
        lost: the same -> what a cell shows that has no value to read: an error such as ``#N/A``,
            or that its formula was saved without a result. An old .xls does not tell.
    """

    name: str
    is_hidden: bool
    rows: Mapping[int, Sequence[str]]
    notes: Mapping[tuple[int, int], str] = field(default_factory=dict)
    lost: Mapping[tuple[int, int], str] = field(default_factory=dict)


def read_sheets(
    path: Path, *, most_cells: int = _MOST_CELLS, most_characters: int = _MOST_CHARACTERS
) -> tuple[SheetTexts, ...]:
    """The sheets of a workbook (.xlsx, .xls, .ods) in order.

    The file is opened in a worker that can reach nothing but it, and its own scratch folder. A
    small file can unpack to any size: what is beyond the limits is refused there, and never
    reaches the one who asked.

    Args:
        most_cells: of all sheets together, the empty ones between others included.
        most_characters: of all cells and notes together.

    Raises:
        FileRefused: there is no such file, it is no workbook that can be read safely, or
            ``too_much_text``.
    """
    with tempfile.TemporaryDirectory(prefix="totalplace-") as scratch:
        folder = Path(scratch).resolve()
        sha256, size = digest_of(path)
        request = Request(
            want="sheets",
            path=str(path.resolve()),
            file=str(path),
            source=Source(sha256=sha256, name=path.name, size_bytes=size, received=_NO_DATE),
            folder=str(folder),
            format_id=None,
            body_id=None,
            yes=False,
            registers={},
            seconds=seconds_for(path),
            most_cells=most_cells,
            most_characters=most_characters,
        )
        with Sandbox(reads=[path.resolve()], writes=[folder]) as reader:
            names, target = reader.rows(request, folder=folder)
            table = pq.ParquetFile(target).read()
    return tuple(_sheet(name, table.filter(pc.equal(table["sheet"], name))) for name in names)


def _sheet(name: str, table: pa.Table) -> SheetTexts:
    rows = table.to_pylist()
    return SheetTexts(
        name=name,
        is_hidden=any(row["is_hidden"] for row in rows),
        rows={row["row_no"]: row["cells"] for row in rows},
        notes={
            (row["row_no"], column): note
            for row in rows
            for column, note in zip(row["note_columns"], row["notes"], strict=True)
        },
        lost={
            (row["row_no"], column): shown
            for row in rows
            for column, shown in zip(row["lost_columns"], row["lost"], strict=True)
        },
    )


def sheets_reply(path: Path, request: Request, folder: Path) -> Reply:
    """In the worker: all filled rows of all sheets, and the names of the sheets as the header.

    Raises:
        FileRefused: it is no workbook that can be read safely, or holds more than is asked for.
    """
    file = request.file
    book = open_workbook(path, where=file)
    left = _Left(request)
    notes = cell_notes(path, where=file) if book.kind == "xlsx" else {}
    target = folder / "sheets.parquet"
    filled = {sheet: _filled(book, sheet, left) for sheet in book.sheets}
    lost = lost_values(path, book.kind, where=file)
    with pq.ParquetWriter(target, _SCHEMA, compression="zstd") as writer:
        for sheet, cells in filled.items():
            noted, shown = _by_row(notes.get(sheet, {})), _by_row(lost.get(sheet, {}))
            rows = []
            for number in sorted({*cells, *shown}):
                here, there = noted.get(number, {}), shown.get(number, {})
                left.take(0, sum(map(len, (*here.values(), *there.values()))))
                rows.append(
                    {
                        "sheet": sheet,
                        "is_hidden": sheet in book.hidden,
                        "row_no": number,
                        "cells": cells.get(number, []),
                        "note_columns": list(here),
                        "notes": list(here.values()),
                        "lost_columns": list(there),
                        "lost": list(there.values()),
                    }
                )
            writer.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA))
    return Reply("rows", header=book.sheets, rows=target.name)


def _filled(book: Workbook, sheet: str, left: _Left) -> dict[int, list[str]]:
    """The rows of a sheet in which something stands."""
    found = {}
    for number, row in enumerate(book.iter_rows(sheet), start=1):
        cells = [sheet_cell(cell) for cell in row]
        left.take(len(cells), sum(map(len, cells)))
        if any(cells):
            found[number] = cells
    return found


def _by_row(cells: Mapping[tuple[int, int], str]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for (row, column), text in sorted(cells.items()):
        found.setdefault(row, {})[column] = text
    return found


class _Left:
    """How much more of a workbook may be given back."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._cells, self._characters = request.most_cells, request.most_characters

    def take(self, cells: int, characters: int) -> None:
        self._cells -= cells
        self._characters -= characters
        if self._cells >= 0 and self._characters >= 0:
            return
        asked = self._request
        raise FileRefused(
            Problem(
                "too_much_text",
                "the workbook holds more than it can be meant to",
                asked.file,
                f"its sheets have more than {asked.most_characters:,} characters in all"
                if self._characters < 0
                else f"its sheets have more than {asked.most_cells:,} cells in all",
                "delete the sheets, rows and texts that are no part of it, and save it again",
            )
        )
