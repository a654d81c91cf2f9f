"""Rows by the million as a file, a part at a time: memory does not grow with the rows."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import xlsxwriter

from totalplace.errors import Problem, RequestError
from totalplace.reports._files import FORMULA_STARTS

__all__ = ["SHEET_ROWS", "csv_parts", "parquet_parts", "too_many_rows", "write_workbook"]

SHEET_ROWS = 1_048_575
"""Rows below the header that a sheet can hold."""

_UNSAFE = "^([" + "".join(rf"\x{{{ord(start):x}}}" for start in FORMULA_STARTS) + "])"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def csv_parts(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    """Rows as a CSV file in parts: the header, then a part a batch.

    Text that a spreadsheet would take for a formula is led by an apostrophe.
    """
    yield _BYTE_ORDER_MARK + _csv(schema.empty_table(), with_header=True)
    for batch in batches:
        if batch.num_rows:
            yield _csv(pa.Table.from_batches([batch]), with_header=False)


def _csv(table: pa.Table, *, with_header: bool) -> bytes:
    for at, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            # a quote is doubled by the writer, an apostrophe stays
            safe = pc.replace_substring_regex(table.column(at), _UNSAFE, r"'\1")
            table = table.set_column(at, field, safe)
    sink = io.BytesIO()
    pacsv.write_csv(table, sink, pacsv.WriteOptions(include_header=with_header))
    return sink.getvalue()


def parquet_parts(
    schema: pa.Schema, batches: Iterable[pa.RecordBatch], *, notes: Mapping[str, str]
) -> Iterator[bytes]:
    """Rows as a Parquet file in parts.

    Args:
        notes: what the file says of itself, in its metadata.
    """
    sink = _Parts()
    told = schema.with_metadata(dict(notes))
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), told, compression="zstd") as writer:
        for batch in batches:
            writer.write_table(pa.Table.from_batches([batch]).cast(told))
            yield sink.taken()
    yield sink.taken()


class _Parts(io.RawIOBase):
    """What was written since it was last taken."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        self._size += len(part)
        return len(part)

    def taken(self) -> bytes:
        content, self._parts = b"".join(self._parts), []
        return content


def too_many_rows(where: str, rows: int) -> Problem:
    """That a workbook cannot hold so many rows."""
    return Problem(
        "too_many_rows",
        "a workbook cannot hold that many rows",
        where,
        f"{rows:,} rows; a sheet holds {SHEET_ROWS:,} below its header",
        "narrow the choice, or take the .csv or the .parquet file",
    )


def write_workbook(
    path: Path,
    name: str,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    *,
    rows: int,
    title: str,
    notes: Mapping[str, str],
    created: str,
) -> None:
    """Rows as a workbook of two sheets, notes and rows, written a row at a time.

    Args:
        rows: how many there are.
        created: ISO date that the workbook says it is of.

    Raises:
        RequestError: a sheet cannot hold that many (`too_many_rows`).
    """
    if rows > SHEET_ROWS:
        raise RequestError(too_many_rows(name, rows))
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": title, "created": datetime.fromisoformat(created)})
        bold = book.add_format({"bold": True})
        money = book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        front = book.add_worksheet("notes")
        front.set_column(0, 0, 16)
        front.set_column(1, 1, 100)
        for row_no, (key, text) in enumerate(notes.items()):
            front.write_string(row_no, 0, key, bold)
            front.write_string(row_no, 1, text)
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(schema) - 1, 18)
        for at, field in enumerate(schema):
            sheet.write_string(0, at, field.name, bold)
        row_no = 0
        for batch in batches:
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                row_no += 1
                for at, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(row_no, at, cell)
                    elif isinstance(cell, Decimal):
                        sheet.write_number(row_no, at, cell, money)
                    elif isinstance(cell, date):
                        sheet.write_datetime(row_no, at, cell, day)
                    elif cell is not None:
                        sheet.write_number(row_no, at, cell)
        sheet.autofilter(0, 0, max(row_no, 1), len(schema) - 1)
