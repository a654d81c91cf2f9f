"""Rows of figures as a file: CSV, Excel workbook or Parquet."""

from __future__ import annotations

import csv
import io
import os
import secrets
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from totalplace.errors import Problem, RequestError

__all__ = ["SUFFIXES", "harmless", "output_problems", "write_bytes", "write_table"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The last four are the full-width forms, which some spreadsheets read alike."""
_WORKBOOK_ROWS = 1_048_576


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
    if path.suffix.lower() == ".xlsx" and table.num_rows >= _WORKBOOK_ROWS:
        raise RequestError(
            Problem(
                "too_many_rows",
                "a workbook cannot hold that many rows",
                f"-o {path}",
                f"{table.num_rows:,} rows and a header; a sheet holds {_WORKBOOK_ROWS:,}",
                "write a .csv or a .parquet file",
            )
        )
    write_bytes(path, _WRITERS[path.suffix.lower()](table))


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
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _workbook(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet("rows")
        bold = book.add_format({"bold": True})
        money = book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        for at, name in enumerate(table.column_names):
            sheet.write_string(0, at, name, bold)
        for row_no, row in enumerate(_rows(table), start=1):
            for at, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(row_no, at, cell)
                elif isinstance(cell, Decimal):
                    sheet.write_number(row_no, at, cell, money)
                elif isinstance(cell, date):
                    sheet.write_datetime(row_no, at, cell, day)
                elif cell is not None:
                    sheet.write_number(row_no, at, cell)
    return buffer.getvalue()


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
