"""The same journeys in SQL by hand, in a process of its own (see events.py)."""

from __future__ import annotations

import json
import sys
import tempfile

import duckdb
from _events_data import GAP_DAYS, MEMORY, THREADS

SQL = f"""
WITH dated AS (
    SELECT *, max(end_date) OVER (
        PARTITION BY person ORDER BY start_date, end_date
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM read_parquet(?)
), numbered AS (
    SELECT *, sum((reached IS NULL OR start_date - reached > {GAP_DAYS})::INT) OVER (
        PARTITION BY person ORDER BY start_date, end_date
        ROWS UNBOUNDED PRECEDING) AS episode
    FROM dated
), episodes AS (
    SELECT person, episode, count(*) AS contacts, sum(cost_pence) AS cost_pence,
        max(end_date) - min(start_date) + 1 AS days
    FROM numbered GROUP BY ALL
), people AS (
    SELECT person, sum(contacts) AS contacts, count(*) AS episodes, sum(days) AS days,
        max(days) AS longest, sum(cost_pence) AS cost_pence
    FROM episodes GROUP BY person
), journeys AS (
    SELECT * FROM people
    JOIN (SELECT person, count(DISTINCT agency) AS agencies FROM read_parquet(?) GROUP BY person)
    USING (person)
)
SELECT count(*) AS people, sum(contacts) AS contacts, sum(agencies) AS agencies,
    sum(episodes) AS episodes, sum(days) AS days, sum(longest) AS longest,
    sum(cost_pence) AS cost_pence, sum(person % 9973 * episodes) AS checksum
FROM journeys
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as spill:
        settings = {"memory_limit": MEMORY, "threads": THREADS, "temp_directory": spill}
        with duckdb.connect(config=settings) as connection:
            found = connection.execute(SQL, [sys.argv[1], sys.argv[1]])
            names = [column[0] for column in found.description]
            [row] = found.fetchall()
    sys.stdout.write(json.dumps(dict(zip(names, map(int, row), strict=True))))


if __name__ == "__main__":
    main()
