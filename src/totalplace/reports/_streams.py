"""Rows by the million as a file, a part at a time: memory does not grow with the rows."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import xlsxwriter

from totalplace.errors import Problem, RequestError
from totalplace.reports._files import FORMULA_STARTS, SHEET_ROWS

__all__ = ["csv_parts", "parquet_parts", "too_many_rows", "write_workbook"]

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
    """Rows as a workbook of two sheets, notes and rows, a part at a time; no text is a formula.

    Args:
        rows: how many there are.
        created: ISO date that the workbook says it is of.

    Raises:
        RequestError: a sheet cannot hold that many (`too_many_rows`).
    """
    if rows > SHEET_ROWS:
        raise RequestError(too_many_rows(name, rows))
    frame = _frame(name, schema, rows=rows, title=title, notes=notes, created=created)
    with zipfile.ZipFile(io.BytesIO(frame)) as made, zipfile.ZipFile(path, "w") as book:
        for member in made.infolist():
            info = zipfile.ZipInfo(member.filename, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            content = made.read(member)
            if member.filename != _ROWS_SHEET:
                book.writestr(info, content)
                continue
            head, styles, tail = _around_rows(content.decode(), rows)
            with book.open(info, "w", force_zip64=True) as sheet:
                sheet.write(head)
                for batch in batches:
                    sheet.write(_rows_xml(batch, styles))
                sheet.write(tail)


_ROWS_SHEET = "xl/worksheets/sheet2.xml"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_SAMPLE = re.compile(r'<row r="2".*?</row>', re.DOTALL)
_STYLE = re.compile(r'<c r="[A-Z]+2"(?: s="(\d+)")?')
_NOT_XML = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
_EPOCH_DAYS = 25_569
"""1 January 1970 as a day of a workbook."""
_CELL_CHARACTERS = 32_767


def _frame(
    name: str,
    schema: pa.Schema,
    *,
    rows: int,
    title: str,
    notes: Mapping[str, str],
    created: str,
) -> bytes:
    """The workbook with its notes, header and one row that shows the style of every column."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
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
        sheet.autofilter(0, 0, max(rows, 1), len(schema) - 1)
        for at, field in enumerate(schema):
            sheet.write_string(0, at, field.name, bold)
            style = (
                money
                if pa.types.is_decimal(field.type)
                else day
                if pa.types.is_date(field.type)
                else None
            )
            sheet.write_number(1, at, 0, style)
    return buffer.getvalue()


def _around_rows(sheet: str, rows: int) -> tuple[bytes, list[str], bytes]:
    """What stands before the rows of a sheet, the style of each column, and what stands behind."""
    sample = _SAMPLE.search(sheet)
    if sample is None:
        raise AssertionError("the frame has its sample row")
    styles = [f' s="{style}"' if style else "" for style in _STYLE.findall(sample.group())]
    head = re.sub(
        r'(<dimension ref="A1:[A-Z]+)\d+', rf"\g<1>{rows + 1}", sheet[: sample.start()], count=1
    )
    return head.encode(), styles, sheet[sample.end() :].encode()


def _rows_xml(batch: pa.RecordBatch, styles: Sequence[str]) -> bytes:
    """Rows as a sheet has them; a cell's place is told by its order alone."""
    if not batch.num_rows:
        return b""
    cells = [
        _cells_xml(column, field.type, style)
        for column, field, style in zip(batch.columns, batch.schema, styles, strict=True)
    ]
    joined = pc.binary_join_element_wise("<row>", *cells, "</row>", "")
    _, offsets, data = joined.buffers()
    first, last = (
        int.from_bytes(offsets[4 * at : 4 * at + 4].to_pybytes(), "little")
        for at in (joined.offset, joined.offset + len(joined))
    )
    return bytes(data[first:last])


def _cells_xml(column: pa.Array, kind: pa.DataType, style: str) -> pa.Array:
    if pa.types.is_string(kind):
        text = pc.utf8_slice_codeunits(column, 0, _CELL_CHARACTERS)
        text = pc.replace_substring_regex(text, _NOT_XML, "")
        text = pc.replace_substring_regex(text, "(_x[0-9a-fA-F]{4}_)", r"_x005F\1")
        for raw, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            text = pc.replace_substring(text, raw, safe)
        made = pc.binary_join_element_wise(
            '<c t="inlineStr"><is><t xml:space="preserve">', text, "</t></is></c>", ""
        )
    elif pa.types.is_boolean(kind):
        made = pc.binary_join_element_wise(
            f'<c{style} t="b"><v>', column.cast(pa.int8()).cast(pa.string()), "</v></c>", ""
        )
    else:
        if pa.types.is_date(kind):
            column = pc.add(column.cast(pa.int32()), _EPOCH_DAYS)
        made = pc.binary_join_element_wise(
            f"<c{style}><v>", column.cast(pa.string()), "</v></c>", ""
        )
    return pc.fill_null(made, "<c/>")
