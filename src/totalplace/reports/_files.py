"""Rows of figures as a file: CSV, Excel workbook or Parquet."""

from __future__ import annotations

import csv
import io
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from totalplace.errors import Problem, RequestError

__all__ = [
    "SHEET_ROWS",
    "SUFFIXES",
    "Sheet",
    "harmless",
    "output_problems",
    "table_bytes",
    "workbook_bytes",
    "write_bytes",
    "write_table",
]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The last four are the full-width forms, which some spreadsheets read alike."""
SHEET_ROWS = 1_048_575
"""Rows below the header that a sheet can hold."""


def output_problems(path: Path) -> list[Problem]:
    """What stands in the way of writing a table to this file; nothing is written.

    >>> [problem.code for problem in output_problems(Path("/no/such/folder/net.txt"))]
    ['unknown_suffix', 'no_folder']
    """
    problems = []
    if path.suffix.lower() not in SUFFIXES:
        found = f"it ends in {path.suffix!r}" if path.suffix else "its name has no ending"
        problems.append(
            Problem(
                "unknown_suffix",
                "the ending of the file's name says no known kind of table",
                f"-o {path}",
                found,
                f"end it in {', '.join(sorted(SUFFIXES))}",
            )
        )
    folder = path.parent
    if not folder.is_dir():
        why = "it is a file" if folder.exists() else "there is no such folder"
        fix = "give a file in a folder that exists"
        problems.append(Problem("no_folder", "the folder is missing", f"-o {path}", why, fix))
    elif path.is_dir():
        fix = f"give a file inside it, such as {path / 'count.csv'}"
        problems.append(
            Problem("is_a_folder", "this is a folder, not a file", f"-o {path}", "it exists", fix)
        )
    elif not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        why = f"you may not write {'it' if path.exists() else f'in {folder}'}"
        fix = "give a file that you may write"
        problems.append(
            Problem("not_writable", "the file cannot be written", f"-o {path}", why, fix)
        )
    return problems


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table, whole or not at all; what stood there before is replaced.

    Text that a spreadsheet would take for a formula (it starts with ``=``, ``+``, ``-`` or ``@``)
    is led by an apostrophe in CSV, and is text in a workbook. Decimals are numbers everywhere.

    Args:
        table: columns of text, whole numbers, floats, decimals and dates.
        path: ends in ``.csv``, ``.xlsx`` or ``.parquet``.

    Raises:
        RequestError: the file cannot be written, or holds more rows than its kind can.
    """
    if problems := output_problems(path):
        raise RequestError(problems)
    if path.suffix.lower() == ".xlsx" and table.num_rows > SHEET_ROWS:
        raise RequestError(_too_many_rows(f"-o {path}", table.num_rows))
    write_bytes(path, _WRITERS[path.suffix.lower()](table))


@dataclass(frozen=True)
class Sheet:
    """A table of a workbook: the sheet's name, what it shows, and its rows."""

    name: str
    caption: str
    table: pa.Table


def table_bytes(table: pa.Table, suffix: str, *, notes: Mapping[str, str]) -> bytes:
    """A table as a data file that says where it is from.

    Args:
        suffix: ``.csv`` or ``.parquet``.
        notes: what the file says of itself, such as ``attribution``: the last column of a CSV,
            which is then in every row; the metadata of a Parquet file.
    """
    if suffix == ".csv":
        text = notes.get("attribution", "")
        said = pa.array([text] * table.num_rows, pa.string())
        return _csv(table.append_column("attribution", said) if text else table)
    if suffix == ".parquet":
        return _parquet(table.replace_schema_metadata(dict(notes)))
    raise ValueError(f"no ending of a table that stands alone: {suffix}")


def workbook_bytes(
    sheets: Sequence[Sheet], *, title: str, notes: Mapping[str, str], created: str
) -> bytes:
    """Tables as a workbook: a sheet of notes, then a defined table a sheet, no merged cells.

    The same arguments give the same bytes.

    Args:
        created: ISO date that the workbook says it is of.

    Raises:
        RequestError: a table has more rows than a sheet can hold.
    """
    for sheet in sheets:
        if sheet.table.num_rows > SHEET_ROWS:
            raise RequestError(_too_many_rows(sheet.name, sheet.table.num_rows))
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"title": title, "created": datetime.fromisoformat(created)})
        formats = _Formats.of(book)
        front = book.add_worksheet("notes")
        front.set_column(0, 0, 16)
        front.set_column(1, 1, 100, formats.wrap)
        for row_no, (name, text) in enumerate(notes.items()):
            front.write_string(row_no, 0, name, formats.bold)
            front.write_string(row_no, 1, text, formats.wrap)
        for at, sheet in enumerate(sheets):
            # a sheet's name has 31 characters at most, and no []:*?/\\
            name = "".join(c for c in sheet.name if c not in "[]:*?/\\")[:28] or "table"
            page = book.add_worksheet(f"{name}" if at == 0 else f"{at}_{name}"[:31])
            _fill(page, sheet.table, formats)
            if sheet.table.num_rows:
                last = (sheet.table.num_rows, sheet.table.num_columns - 1)
                columns = [{"header": text} for text in sheet.table.column_names]
                page.add_table(0, 0, *last, {"columns": columns, "name": f"table_{at}"})
            page.autofit(400)
    return buffer.getvalue()


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all; what stood there before is replaced.

    Raises:
        RequestError: it cannot be written.
    """
    staged = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        staged.write_bytes(content)
        staged.replace(path)
    except OSError as error:
        staged.unlink(missing_ok=True)
        raise RequestError(
            Problem(
                "not_writable",
                "the file cannot be written",
                f"-o {path}",
                error.strerror or str(error),
                "give a file that you may write, on a disk with room for it",
            )
        ) from error
    except BaseException:
        staged.unlink(missing_ok=True)
        raise


def _too_many_rows(where: str, rows: int) -> Problem:
    return Problem(
        "too_many_rows",
        "a workbook cannot hold that many rows",
        where,
        f"{rows:,} rows and a header; a sheet holds {SHEET_ROWS + 1:,}",
        "write a .csv or a .parquet file",
    )


def _csv(table: pa.Table) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in table.column_names])
    for row in _rows(table):
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    # with a mark, or Excel would read the pound signs of labels as another encoding
    return text.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class _Formats:
    bold: Any
    money: Any
    day: Any
    wrap: Any

    @classmethod
    def of(cls, book: Any) -> _Formats:
        return cls(
            book.add_format({"bold": True}),
            book.add_format({"num_format": "#,##0.00"}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )


def _workbook(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        _fill(book.add_worksheet("rows"), table, _Formats.of(book))
    return buffer.getvalue()


def _fill(sheet: Any, table: pa.Table, formats: _Formats) -> None:
    """Write a header and rows; text is never a formula, a link or a number."""
    sheet.freeze_panes(1, 0)
    for at, name in enumerate(table.column_names):
        sheet.write_string(0, at, name, formats.bold)
    for row_no, row in enumerate(_rows(table), start=1):
        for at, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(row_no, at, cell)
            elif isinstance(cell, Decimal):
                sheet.write_number(row_no, at, cell, formats.money)
            elif isinstance(cell, date):
                sheet.write_datetime(row_no, at, cell, formats.day)
            elif cell is not None:
                sheet.write_number(row_no, at, cell)


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _rows(table: pa.Table) -> list[tuple[object, ...]]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


_WRITERS: dict[str, Callable[[pa.Table], bytes]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".xlsx": _workbook,
}
SUFFIXES = frozenset(_WRITERS)
"""The endings of file names that say a kind of table."""
