"""Generated contacts of people with public services, as one Parquet file."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

__all__ = ["GAP_DAYS", "MEMORY", "THREADS", "generate"]

MEMORY = "500MB"
THREADS = 2

GAP_DAYS = 28
"""A contact that begins within so many days of the end of all before it continues the episode."""

_CONTACTS = """
SELECT (hash(i, 1) % {people})::BIGINT AS person,
    list_extract(['adult-social-care', 'ambulance', 'benefits', 'childrens-services', 'gp',
        'housing', 'hospital', 'police', 'probation', 'school'], (hash(i, 2) % 10)::INT + 1)
        AS agency,
    'service-' || hash(i, 2, 3) % 40 AS service,
    DATE '2012-04-01' + (hash(i, 4) % 1826)::INT AS start_date,
    DATE '2012-04-01' + (hash(i, 4) % 1826 + hash(i, 5) % 30)::INT AS end_date,
    (hash(i, 6) % 500000)::BIGINT AS cost_pence
FROM range({contacts}) AS t(i)
"""


def generate(path: Path, contacts: int) -> None:
    """Write so many contacts, forty to a person over five years, in no order."""
    people = max(1, contacts // 40)
    select = _CONTACTS.format(people=people, contacts=contacts)
    duckdb.connect().execute(f"COPY ({select}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]))
