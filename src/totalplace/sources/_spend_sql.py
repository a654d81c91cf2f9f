"""The fast path of council spend: DuckDB reads, cleans and writes; Python sees what is odd.

The tables: ``raw`` (one row a record) and, as Arrow, ``amount`` (amounts that the plain pattern
does not read), ``payment_day`` and ``effective_day`` (each different date), ``payee`` (each
different name), ``body`` (each different name of the payer) and ``not_line`` (records that are no
lines). The view ``every`` joins them.

A column of the reader is never cast where it is read: DuckDB 2.0 pushes even a TRY_CAST down into
its CSV reader, which then fails on the header.
"""
# ruff: noqa: S608 - no text of a user or a file enters the SQL but as a literal made by `text`

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from totalplace.sources._dates import Period
from totalplace.sources._delimited import Delimited

__all__ = [
    "PLAIN_AMOUNT",
    "bad_vat_lines",
    "count_lines",
    "create_every",
    "create_raw",
    "different_texts",
    "forget_extra",
    "odd_amounts",
    "odd_records",
    "payers_of_lines",
    "payments_in",
    "pence_sql",
    "scan_csv",
    "scan_parquet",
    "sums_above",
    "use_rows",
    "write_lines",
]

Connection = duckdb.DuckDBPyConnection

PLAIN_AMOUNT = r"-?£?[0-9][0-9,]{0,15}(\.[0-9]{1,2})?"
"""Amounts that SQL reads; each is read alike by :func:`totalplace.money.parse_pence`."""

_IS_LINE = "NOT is_blank AND row_no NOT IN (SELECT row_no FROM not_line)"
_IS_BAD_DATE = (
    "(payment_text IS NOT NULL AND payment_first IS NULL"
    " OR effective_text IS NOT NULL AND effective_first IS NULL)"
)
_HAS_NO_DATE = "(payment_text IS NULL AND effective_text IS NULL)"
_IS_ODD = (
    "extra IS NOT NULL OR amount_read IS NULL OR payee IS NULL OR is_total"
    f" OR {_IS_BAD_DATE} OR {_HAS_NO_DATE}"
)
_TEXTS = (
    ("unit", "unit_text"),
    ("expense", "expense_text"),
    ("class_code", "class_code"),
    ("class_label", "class_label"),
    ("transaction_no", "transaction_no"),
    ("payee_other_id", "payee_other_id"),
    ("cap", "cap_text"),
)
_BATCH_RECORDS = 10_000
_MAX_LINE_BYTES = 8_000_000


def text(value: str) -> str:
    """A text as a literal of SQL."""
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


def use_rows(connection: Connection, name: str, columns: Mapping[str, pa.Array]) -> None:
    """Let queries see a few rows as a table."""
    connection.register(name, pa.table(dict(columns)))


def pence_sql(column: str) -> str:
    """An expression: the pence of a plain amount, NULL for anything else."""
    digits = f"replace(replace({column}, ',', ''), '£', '')"
    return (
        f"CASE WHEN regexp_full_match({column}, {text(PLAIN_AMOUNT)})"
        f" THEN CAST(TRY_CAST({digits} AS DECIMAL(18, 2)) * 100 AS BIGINT) END"
    )


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


def create_raw(
    connection: Connection, scan: str, *, width: int, header_row: int, at: Mapping[str, int]
) -> tuple[int, int]:
    """Read all records below the header: the fields in use, and a hash of all cells.

    Returns:
        How many there are, and how many of them have no cell that holds anything.
    """
    cells = ", ".join(f"c{index}" for index in range(width))
    fields = [f"nullif(trim(c{index}), '') AS {field}" for field, index in at.items()]
    pence = [
        f"{pence_sql(f'trim(c{at[field]})')} AS {field}_pence"
        for field in ("amount", "vat")
        if field in at
    ]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE raw AS SELECT row_no, extra,"
        f" coalesce({cells}, extra) IS NULL AS is_blank, hash({cells}, extra) AS fingerprint,"
        f" {', '.join(fields + pence)} FROM ({scan}) WHERE row_no > {header_row}"
    )
    [(count, blank)] = _query(connection, "SELECT count(*), count(*) FILTER (is_blank) FROM raw")
    return count, blank


def forget_extra(connection: Connection) -> None:
    """Take cells beyond the header for what they are: columns without a name."""
    connection.execute("UPDATE raw SET extra = NULL")


def different_texts(connection: Connection, field: str) -> list[str]:
    """Each different text of a field, sorted."""
    sql = f"SELECT DISTINCT {field} FROM raw WHERE {field} IS NOT NULL ORDER BY ALL"
    return [found for (found,) in _query(connection, sql)]


def odd_amounts(connection: Connection, at: Mapping[str, int]) -> list[str]:
    """Each different amount that the plain pattern did not read."""
    parts = [
        f"SELECT DISTINCT {field} FROM raw WHERE {field}_pence IS NULL AND {field} IS NOT NULL"
        for field in ("amount", "vat")
        if field in at
    ]
    return [found for (found,) in _query(connection, " UNION ".join(parts))]


def create_every(connection: Connection, at: Mapping[str, int], *, has_amounts: bool) -> None:
    """Join what was found out about the different texts to the records, as the view ``every``.

    Args:
        has_amounts: whether some amounts were beyond the plain pattern.
    """
    joins = ["LEFT JOIN payee AS p ON p.text = raw.payee"]
    columns = ["raw.*", "p.key AS payee_key", "p.is_total"]
    for field, name in (("payment_date", "payment"), ("effective_date", "effective")):
        has = field in at
        if has:
            joins.append(f"LEFT JOIN {name}_day AS {name} ON {name}.text = raw.{field}")
        columns += [
            f"{f'{name}.{part}' if has else 'NULL::DATE'} AS {name}_{part}"
            for part in ("day", "first", "last")
        ]
        columns.append(f"{f'raw.{field}' if has else 'NULL::VARCHAR'} AS {name}_text")
    for field in ("amount", "vat"):
        has = field in at
        known = f"raw.{field}_pence" if has else "NULL::BIGINT"
        fault = "NULL::VARCHAR"
        if has and has_amounts:
            joins.append(f"LEFT JOIN amount AS {field} ON {field}.text = raw.{field}")
            known, fault = f"coalesce({known}, {field}.pence)", f"{field}.fault"
        columns += [f"{known} AS {field}_read", f"{fault} AS {field}_fault"]
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW every AS SELECT {', '.join(columns)}"
        f" FROM raw {' '.join(joins)}"
    )
    use_rows(connection, "not_line", {"row_no": pa.array([], pa.int64())})


def odd_records(connection: Connection, scan: str, width: int) -> Iterator[tuple[Any, ...]]:
    """Records that need a closer look, in their order.

    Yields:
        row_no, extra cells, pence, fault of the amount, whether a date is bad, whether there is
        none, and all cells under the header. Nothing else may be asked of the connection until
        the last one has been taken.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE odd AS SELECT row_no, amount_read, amount_fault, extra,"
        f" {_IS_BAD_DATE} AS is_bad_date, {_HAS_NO_DATE} AS has_no_date"
        f" FROM every WHERE NOT is_blank AND ({_IS_ODD})"
    )
    if _query(connection, "SELECT count(*) FROM odd") == [(0,)]:
        return
    cells = ", ".join(f"coalesce(scan.c{index}, '')" for index in range(width))
    rows = connection.execute(
        "SELECT odd.row_no, coalesce(odd.extra, ''), amount_read, coalesce(amount_fault, ''),"
        f" is_bad_date, has_no_date, {cells} FROM ({scan}) AS scan JOIN odd USING (row_no)"
        " ORDER BY odd.row_no"
    )
    while batch := rows.fetchmany(_BATCH_RECORDS):
        yield from batch


def sums_above(
    connection: Connection, rows: Sequence[int], not_lines: Sequence[int]
) -> dict[int, int]:
    """Row -> sum of the lines above it, in pence."""
    use_rows(connection, "not_line", {"row_no": pa.array(not_lines, pa.int64())})
    use_rows(connection, "candidate", {"row_no": pa.array(rows, pa.int64())})
    return dict(
        _query(
            connection,
            "WITH line AS (SELECT row_no, sum(amount_read) OVER (ORDER BY row_no) AS total"
            f" FROM every WHERE {_IS_LINE})"
            " SELECT candidate.row_no, coalesce(line.total, 0)::BIGINT FROM candidate"
            " ASOF LEFT JOIN line ON candidate.row_no > line.row_no",
        )
    )


def payers_of_lines(connection: Connection) -> list[str | None]:
    """The different names of the payer among the lines."""
    sql = f"SELECT DISTINCT body FROM raw WHERE {_IS_LINE} ORDER BY ALL"
    return [found for (found,) in _query(connection, sql)]


def payments_in(connection: Connection, month: Period) -> tuple[int, int]:
    """How many lines are dated inside a month, and how many are dated at all."""
    [(inside, dated)] = _query(
        connection,
        "SELECT count(*) FILTER"
        f" (payment_day BETWEEN DATE '{month.first}' AND DATE '{month.last}'),"
        f" count(payment_day) FROM every WHERE {_IS_LINE}",
    )
    return inside, dated


def write_lines(
    connection: Connection,
    path: Path,
    at: Mapping[str, int],
    *,
    source_id: str,
    member: str,
    month: Period | None,
) -> None:
    """Write the lines in the order of the file.

    Args:
        month: the file's accounting period, where its name and not a column states it.
    """
    start, end = "payment_first", "payment_last"
    if month is not None:
        start, end = f"DATE '{month.first}'", f"DATE '{month.last}'"
    texts = [f"{field if field in at else 'NULL::VARCHAR'} AS {name}" for field, name in _TEXTS]
    payer = "coalesce(every.body, '')" if "body" in at else "''"
    connection.execute(
        f"""
        COPY (
            SELECT {text(source_id)} AS source_id, {text(member)} AS member, row_no,
                0::INTEGER AS column_no,
                CASE WHEN amount_pence IS NULL OR contains(amount, ',') OR contains(amount, '£')
                    THEN amount END AS raw,
                body.body_id, payee AS payee_text, payee_key, payment_day AS payment_date,
                coalesce(date_trunc('month', effective_first)::DATE, {start}) AS period_start,
                coalesce(last_day(effective_last), {end}) AS period_end,
                amount_read AS amount_pence, vat_read AS vat_pence, {", ".join(texts)}
            FROM every LEFT JOIN body ON body.text = {payer}
            WHERE {_IS_LINE}
        ) TO {text(str(path))} (FORMAT parquet, COMPRESSION zstd)
        """
    )


def count_lines(connection: Connection, path: Path) -> dict[str, Any]:
    """What the written lines hold, counted in the file itself, as arguments of a `Member`.

    A line without an amount is none: the file is then quarantined, as its records do not add up.
    """
    [row] = _query(
        connection,
        "SELECT count(amount_pence), coalesce(sum(amount_pence), 0)::BIGINT,"
        " count(*) FILTER (amount_pence < 0),"
        " coalesce(sum(amount_pence) FILTER (is_redacted), 0)::BIGINT, min(period_start),"
        " max(period_end), CASE WHEN count(DISTINCT body_id) = 1 THEN min(body_id) END"
        f" FROM read_parquet({text(str(path))}) AS line"
        " LEFT JOIN payee ON payee.text = line.payee_text",
    )
    [(duplicates,)] = _query(
        connection, f"SELECT count(*) - count(DISTINCT fingerprint) FROM raw WHERE {_IS_LINE}"
    )
    names = (
        "lines",
        "sum_pence",
        "negative_lines",
        "redacted_pence",
        "period_start",
        "period_end",
        "body_id",
    )
    return {**dict(zip(names, row, strict=True)), "exact_duplicates": duplicates}


def bad_vat_lines(connection: Connection) -> int:
    """How many lines show VAT that cannot be read; their amount can."""
    [(count,)] = _query(
        connection, f"SELECT count(*) FROM every WHERE vat_fault IS NOT NULL AND {_IS_LINE}"
    )
    return int(count)


def _query(connection: Connection, sql: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    return rows
