"""What DuckDB does for council spend: its strict CSV reader, plain amounts, a hash of each record.

A column of the reader is never cast where it is read: DuckDB 2.0 pushes even a TRY_CAST down into
its CSV reader, which then fails on the header.
"""
# ruff: noqa: S608 - no text of a user or a file enters the SQL but as a literal made by `text`

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from totalplace.sources._delimited import Delimited

__all__ = [
    "PLAIN_AMOUNT",
    "odd_cells",
    "pence_sql",
    "read_amounts",
    "records_sql",
    "scan_csv",
    "scan_parquet",
]

Connection = duckdb.DuckDBPyConnection

PLAIN_AMOUNT = r"-?£?[0-9]{1,15}(,[0-9]{3})*(\.[0-9]{1,2})?"
"""Amounts that SQL reads; each is read alike by :func:`totalplace.money.parse_pence`."""

_BARE_AMOUNT = r"-?[0-9]{1,14}(\.[0-9]{1,2})?"
"""The plainest, tried first: nothing has to be taken out of them."""

_BATCH_RECORDS = 10_000
_MAX_LINE_BYTES = 8_000_000


def text(value: str) -> str:
    """A text as a literal of SQL."""
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


def pence_sql(column: str) -> str:
    """An expression: the pence of a plain amount, spaces around it or not; NULL for another."""
    digits = f"replace(replace({column}, ',', ''), '£', '')"
    cases = ((_BARE_AMOUNT, column), (f" *{PLAIN_AMOUNT} *", digits))
    whens = " ".join(
        f"WHEN regexp_full_match({column}, {text(pattern)})"
        f" THEN CAST(TRY_CAST({number} AS DECIMAL(16, 2)) * 100 AS BIGINT)"
        for pattern, number in cases
    )
    return f"CASE {whens} END"


def scan_csv(piece: Delimited) -> str:
    """A query: the records of a regular file, numbered as they stand."""
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(piece.header)))
    options = (
        "header = false, auto_detect = false, quote = '\"', escape = '\"', "
        f"delim = {text(piece.delimiter)}, new_line = {text(piece.facts.newline)}, "
        f"max_line_size = {_MAX_LINE_BYTES}, columns = {{{columns}}}"
    )
    return (
        "SELECT row_number() OVER () AS row_no, *, NULL::VARCHAR AS extra"
        f" FROM read_csv({text(str(piece.path))}, {options})"
    )


def scan_parquet(path: Path) -> str:
    """A query: the records of a file that was made regular."""
    return f"SELECT * FROM read_parquet({text(str(path))})"


def records_sql(scan: str, *, width: int, header_row: int, at: Mapping[str, int]) -> str:
    """A query: the fields in use of all records below the header, each text as it stands.

    The text of an amount comes only where its pence do not say all: it is in an odd form, or
    dressed with a pound sign or commas. `fingerprint` is a hash of all cells.
    """
    cells = ", ".join(f"c{index}" for index in range(width))
    amounts = [field for field in ("amount", "vat") if field in at]
    pence = [f"{pence_sql(f'c{at[field]}')} AS {field}_pence" for field in amounts]
    dressed = {
        field: f"{_dressed(f'c{at[field]}', f'{field}_pence')} AS {field}" for field in amounts
    }
    fields = [dressed.get(field, f"c{index} AS {field}") for field, index in at.items()]
    return (
        f"SELECT row_no, extra, coalesce({cells}, extra) IS NULL AS is_blank,"
        f" hash({cells}, extra) AS fingerprint,"
        f" {', '.join([*fields, *(f'{field}_pence' for field in amounts)])}"
        f" FROM (SELECT {', '.join(['*', *pence])} FROM ({scan}) WHERE row_no > {header_row})"
    )


def _dressed(column: str, pence: str) -> str:
    return (
        f"CASE WHEN {pence} IS NULL OR contains({column}, ',') OR contains({column}, '£')"
        f" THEN {column} END"
    )


def read_amounts(connection: Connection, amounts: pa.StringArray) -> tuple[pa.Array, pa.Array]:
    """The texts that pence do not say all of, and the pence, of a column of amounts."""
    connection.register("amounts", pa.table({"cell": amounts}))
    try:
        found = connection.sql(
            f"SELECT {_dressed('cell', 'pence')} AS cell, pence"
            f" FROM (SELECT cell, {pence_sql('cell')} AS pence FROM amounts)"
        ).to_arrow_table()
    finally:
        connection.unregister("amounts")
    columns = found.combine_chunks().columns
    texts, pence = (pa.concat_arrays(one.chunks) for one in columns)
    return texts, pence


def odd_cells(
    connection: Connection, scan: str, odd: pa.Table, *, width: int
) -> Iterator[tuple[Any, ...]]:
    """All cells of some records, read a second time.

    Args:
        odd: `row_no`, and what else is to be given back with the cells.

    Yields:
        The columns of `odd`, then the cells under the header, in the order of the file.
    """
    cells = ", ".join(f"coalesce(scan.c{index}, '')" for index in range(width))
    connection.register("odd", odd)
    try:
        rows = connection.execute(
            f"SELECT odd.*, {cells} FROM ({scan}) AS scan JOIN odd USING (row_no)"
            " ORDER BY odd.row_no"
        )
        while batch := rows.fetchmany(_BATCH_RECORDS):
            yield from batch
    finally:
        connection.unregister("odd")
