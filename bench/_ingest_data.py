"""Generated files of council spend, as a process of its own: an interruption ends it at once."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

LINES_A_FILE = 33_333
MOST_FILES = 300

LINES = """
SELECT 'Marlbrook Council' AS "Body Name",
    list_extract(['Adult Social Care', 'Children''s Services', 'Highways, Parking and Waste',
        'Corporate Core', 'Housing Revenue Account', 'Public Health'],
        (hash(i, 1) % 6)::INT + 1) AS "Service Area",
    'Expense type ' || hash(i, 2) % 400 AS "Expenses Type",
    strftime(DATE '{first}' + (hash(i, 3) % 28)::INT, '%d/%m/%Y') AS "Payment Date",
    (5100000000 + i // 3)::VARCHAR AS "Transaction Number",
    -- nine in ten below 6,000, some refunds, some files with thousands and a pound sign
    CASE WHEN {is_dressed} THEN printf('£%,.2f', a) ELSE printf('%.2f', a) END AS "Net Amount",
    CASE WHEN s % 500 = 0 THEN 'REDACTED PERSONAL DATA'
        WHEN s % 100 = 1 THEN 'Ashby, Bell & Cole ' || n || ' LLP'
        ELSE list_extract(['Northern', 'Ashdale', 'Merrow', 'Castle', 'Tern', 'Whitfield'],
            (s % 6)::INT + 1) || ' ' || list_extract(['Care', 'Building', 'Transport', 'Energy',
            'Training'], (s % 5)::INT + 1) || ' Services ' || n || ' Ltd' END AS "Supplier Name"
FROM (
    SELECT *, translate(s::VARCHAR, '0123456789', 'bcdfghjklm') AS n FROM (
    SELECT i, ({number} * 137
            + floor(power((hash(i, 4) % 100000) / 100000.0, 4) * 1500)::INT) % 20000 AS s,
        round((hash(i, 5) % 600000) / 100.0 * CASE WHEN hash(i, 6) % 10 = 0 THEN 40 ELSE 1 END
            * CASE WHEN hash(i, 7) % 33 = 0 THEN -1 ELSE 1 END, 2) AS a
    FROM range({start}, {stop}) AS t(i))
)
"""
"""What repeats does so as in councils' files of a month: 1,500 suppliers paid in each (20,000 in
all), a few of them over and over, and three lines to a transaction."""


def generate(folder: Path, lines: int) -> None:
    """Write the files."""
    folder.mkdir()
    count = max(3, min(MOST_FILES, lines // LINES_A_FILE))
    connection = duckdb.connect()
    for number in range(count):
        path = folder / f"marlbrook-spend-{number:03}.csv"
        select = LINES.format(
            first=f"{2000 + number // 12}-{number % 12 + 1:02}-01",
            number=number,
            is_dressed=number % 10 == 0,
            start=lines * number // count,
            stop=lines * (number + 1) // count,
        )
        connection.execute(f"COPY ({select}) TO '{path}' (HEADER)")


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]))
