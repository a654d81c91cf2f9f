"""All cells of a workbook as texts, read in a sandboxed worker: for files that are no place's."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from totalplace.place import Source
from totalplace.sources._given import digest_of
from totalplace.sources._messages import Reply, Request
from totalplace.sources._notes import cell_notes
from totalplace.sources._sandbox import Sandbox, seconds_for
from totalplace.sources._text_rows import sheet_cell
from totalplace.sources._workbook import open_workbook

__all__ = ["SheetTexts", "read_sheets", "sheets_reply"]

_SCHEMA = pa.schema(
    [
        ("sheet", pa.string()),
        ("is_hidden", pa.bool_()),
        ("row_no", pa.int64()),
        ("cells", pa.list_(pa.string())),
        ("note_columns", pa.list_(pa.int64())),
        ("notes", pa.list_(pa.string())),
    ]
)
_NO_DATE = "1970-01-01"


@dataclass(frozen=True)
class SheetTexts:
    """A worksheet.

    Attributes:
        name: as its tab says it.
        is_hidden: whether a person does not see it.
        rows: number of the row from 1 -> its cells from column A, as texts; rows without a filled
            cell are left out. Numbers have the 15 digits that a spreadsheet keeps.
        notes: (row from 1, column from 0) -> the note that hangs on the cell.
    """

    name: str
    is_hidden: bool
    rows: Mapping[int, Sequence[str]]
    notes: Mapping[tuple[int, int], str] = field(default_factory=dict)


def read_sheets(path: Path) -> tuple[SheetTexts, ...]:
    """The sheets of a workbook (.xlsx, .xls, .ods) in order.

    The file is opened in a worker that can reach nothing but it, and its own scratch folder.

    Raises:
        FileRefused: there is no such file, or it is no workbook that can be read safely.
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
    )


def sheets_reply(path: Path, file: str, folder: Path) -> Reply:
    """In the worker: all filled rows of all sheets, and the names of the sheets as the header.

    Raises:
        FileRefused: it is no workbook that can be read safely.
    """
    book = open_workbook(path, where=file)
    notes = cell_notes(path, where=file) if book.kind == "xlsx" else {}
    target = folder / "sheets.parquet"
    with pq.ParquetWriter(target, _SCHEMA, compression="zstd") as writer:
        for sheet in book.sheets:
            noted = notes.get(sheet, {})
            rows = []
            for number, row in enumerate(book.rows(sheet), start=1):
                cells = [sheet_cell(cell) for cell in row]
                if any(cells):
                    columns = sorted(column for at, column in noted if at == number)
                    rows.append(
                        {
                            "sheet": sheet,
                            "is_hidden": sheet in book.hidden,
                            "row_no": number,
                            "cells": cells,
                            "note_columns": columns,
                            "notes": [noted[number, column] for column in columns],
                        }
                    )
            writer.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA))
    return Reply("rows", header=book.sheets, rows=target.name)
