"""A generated place for the bench of the count: ten councils that pay suppliers and one another."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from totalplace import new_place
from totalplace.model import load
from totalplace.place import Member, open_folder

__all__ = ["YEAR", "make_place"]

YEAR = "2019-20"
_COUNCILS = (
    *("bolton", "bury", "manchester", "oldham", "rochdale"),
    *("salford", "stockport", "tameside", "trafford", "wigan"),
)
_OTHERS = ("Greater Manchester Combined Authority", "HMRC", "Precepts and levies")
_SUPPLIERS = 30_000
_COMBINATIONS = 3
"""A supplier is paid by a council for a few things again and again, not for everything once."""


def make_place(path: Path, lines: int) -> None:
    """A place with `lines` payments of one year, in 120 files of ten councils.

    The files are written as `add` writes them; nothing is read from text, as the count is what
    is measured.
    """
    new_place(path, name="Bench", areas=["E47000001"], year=YEAR)
    folder = open_folder(path)
    names = [row["name"] for row in load("body").to_pylist() if row["body_id"] in _COUNCILS]
    codes = sorted(
        {
            row["from_code"]
            for row in load("crosswalk").to_pylist()
            if row["from_scheme"] == "proclass"
        }
    )
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE body AS SELECT generate_subscripts($1, 1) AS n, unnest($1) AS name",
        [[*names, *_OTHERS]],
    )
    connection.execute(
        "CREATE TABLE code AS SELECT generate_subscripts($1, 1) AS n, unnest($1) AS code", [codes]
    )
    months = [(council, month) for council in _COUNCILS for month in range(12)]
    with folder.change() as change:
        for at, (council, month) in enumerate(months):
            first = date(2019 + (month > 8), (month + 3) % 12 + 1, 1)
            source = change.store_source(
                f"{council} {first}".encode(), name=f"{first:%Y-%m}.csv", received="2026-01-01"
            )
            size = lines // len(months) + (at < lines % len(months))
            target = change.path / f"{at}.parquet"
            connection.execute(_query(council, first, source.sha256, size, at, target, len(codes)))
            [(sum_pence,)] = connection.execute(
                f"SELECT coalesce(sum(amount_pence), 0)::BIGINT FROM '{target}'"
            ).fetchall()
            member = Member(
                sha256=source.sha256,
                member="",
                member_index=0,
                dataset="spend",
                format_id="spend",
                file_name=source.name,
                received=source.received,
                records=size,
                lines=size,
                body_id=council,
                sum_pence=sum_pence,
                period_start=first,
                period_end=first,
            )
            change.add_member(member, target)


def _query(
    council: str, first: date, source_id: str, size: int, at: int, target: Path, codes: int
) -> str:
    others = 10 + len(_OTHERS)
    return f"""
        COPY (
            SELECT '{source_id}' AS source_id, '' AS member, i + 2 AS row_no,
                0::INTEGER AS column_no, NULL::VARCHAR AS raw, '{council}' AS body_id,
                coalesce(body.name, 'Supplier ' || supplier || ' Limited') AS payee_text,
                coalesce(lower(body.name), 'supplier ' || supplier) AS payee_key,
                DATE '{first}' + (i % 28)::INTEGER AS payment_date,
                DATE '{first}' AS period_start, last_day(DATE '{first}') AS period_end, pence
                AS amount_pence, NULL::BIGINT AS vat_pence,
                'Service area ' || (kind % 61) AS unit_text,
                'Expense type ' || (kind % 127) AS expense_text,
                code.code AS class_code, NULL::VARCHAR AS class_label,
                i::VARCHAR AS transaction_no, NULL::VARCHAR AS payee_other_id,
                NULL::VARCHAR AS cap_text
            FROM (
                SELECT i, supplier,
                    hash(supplier * {_COMBINATIONS} + i % {_COMBINATIONS}, '{council}')
                        % 1000003 AS kind,
                    if(hash(i, {at}, 'other') % 50 = 0, hash(i, {at}, 'which') % {others} + 1, 0)
                        AS other,
                    (hash(i, {at}, 'pence') % 500000)::BIGINT - 2000 AS pence
                FROM (
                    SELECT i, (pow((hash(i, {at}) % 1000000) / 1e6, 3) * {_SUPPLIERS})::BIGINT
                        AS supplier
                    FROM range({size}) AS t(i)
                )
            )
            LEFT JOIN body ON body.n = other
            LEFT JOIN code ON code.n = kind % {codes} + 1
            ORDER BY i
        ) TO '{target}' (FORMAT parquet, COMPRESSION zstd)
        """
