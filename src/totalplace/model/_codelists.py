"""Reads the registers and code lists shipped in ``model/data``, and a place's own of the same form.

Every file is UTF-8 CSV with exactly the header declared in :mod:`totalplace.model._tables`.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources

import pyarrow as pa

from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.model._schema import TABLES, schema
from totalplace.model._tables import Field, TableSpec
from totalplace.model._word_tables import WORD_TABLES

__all__ = ["data_edition", "load", "read_table"]

Cell = str | int | Decimal | date | bool | None


@cache
def data_edition() -> str:
    """SHA-256 over the shipped registers and code lists: figures change when they do.

    The tables of words are left out: no figure rests on them.

    >>> len(data_edition())
    64
    """
    digest = hashlib.sha256()
    folder = resources.files("totalplace.model") / "data"
    words = {f"{table}.csv" for table in WORD_TABLES}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name in words:
            continue
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@cache
def load(table: str) -> pa.Table:
    """The shipped table of that name, checked and typed (cached; Arrow tables are immutable).

    Raises:
        RequestError: no such table.
        FileRefused: the file breaks its declared form; every fault with file, row and column.

    >>> load("key").column_names
    ['key_id', 'measure', 'unit', 'year', 'is_complete', 'source']
    """
    spec = TABLES.get(table)
    if spec is None or not spec.is_shipped:
        shipped = sorted(name for name, one in TABLES.items() if one.is_shipped)
        raise RequestError(
            Problem(
                code="unknown_table",
                what=f"there is no shipped table {table!r}",
                where=table,
                why="not declared in the model's tables",
                fix=f"use one of {', '.join(shipped)}",
            )
        )
    path = resources.files("totalplace.model") / "data" / f"{table}.csv"
    with path.open(encoding="utf-8") as lines:
        return read_table(table, lines, where=f"{table}.csv")


def read_table(table: str, lines: Iterable[str], *, where: str) -> pa.Table:
    """Rows of a declared table from CSV text lines.

    Args:
        table: name of a declared table.
        lines: the text, header first.
        where: name of the file, for messages.

    Raises:
        FileRefused: header, type, closed list, empty cell or repeated key; all faults at once.
    """
    spec = TABLES[table]
    rows = csv.reader(lines, strict=True)
    names = list(spec.fields)
    header = next(rows, [])
    if header != names:
        raise FileRefused(
            Problem(
                code="wrong_header",
                what=f"the header is not that of a {table} file",
                where=f"{where} row 1",
                why=f"found {','.join(header)!r}",
                fix=f"make the first line exactly {','.join(names)!r}",
            )
        )
    problems: list[Problem] = []
    columns: dict[str, list[Cell]] = {name: [] for name in names}
    seen: dict[tuple[Cell, ...], int] = {}
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        if len(row) != len(names):
            problems.append(_fault(where, number, "", f"{len(row)} cells", f"{len(names)} cells"))
            continue
        for name, text in zip(names, row, strict=True):
            value, expected = _cell(text, spec.fields[name])
            if expected:
                problems.append(_fault(where, number, name, repr(text), expected))
            columns[name].append(value)
        problems.extend(_repeated(spec, columns, seen, where=where, number=number))
    if problems:
        raise FileRefused(problems)
    return pa.table(columns, schema=schema(table))


def _repeated(
    spec: TableSpec,
    columns: dict[str, list[Cell]],
    seen: dict[tuple[Cell, ...], int],
    *,
    where: str,
    number: int,
) -> Iterator[Problem]:
    key = tuple(columns[name][-1] for name in spec.key)
    first = seen.setdefault(key, number)
    if first != number:
        text = "/".join(str(part) for part in key)
        yield _fault(where, number, ", ".join(spec.key), text, f"unique (also row {first})")


def _fault(where: str, row: int, column: str, found: str, expected: str) -> Problem:
    return Problem(
        code="bad_cell" if column else "bad_row",
        what=f"{column or 'the row'} is not what the table declares",
        where=f"{where} row {row}" + (f", column {column}" if column else ""),
        why=f"found {found}, expected {expected}",
        fix="correct the cell" if column else "quote cells that contain a comma",
    )


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[text]


_PARSE: dict[str, tuple[Callable[[str], Cell], str]] = {
    "text": (str, "text"),
    "integer": (int, "a whole number"),
    "pence": (int, "whole pence"),
    "decimal": (Decimal, "a decimal number"),
    "date": (date.fromisoformat, "a date as 2017-04-01"),
    "flag": (_flag, "true or false"),
}


def _cell(text: str, field: Field) -> tuple[Cell, str]:
    """The typed value and '', or None and what was expected."""
    if text == "":
        return None, "" if field.is_nullable else "a value"
    if text != text.strip():
        return None, "no space at either end"
    parse, expected = _PARSE[field.kind]
    try:
        value = parse(text)
    except (ValueError, KeyError, InvalidOperation):
        return None, expected
    if field.values and text not in field.values:
        return None, "one of " + ", ".join(field.values)
    return value, ""
