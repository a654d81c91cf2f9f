"""Ingest: `totalplace add` beside a plain DuckDB copy and an analyst's pandas script.

Generated files of council spend are added to a new place. In the same run DuckDB reads the same
bytes with `read_csv` and copies them to Parquet, and pandas does what an analyst would write. All
are processes of their own; CPU seconds include starting Python.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import duckdb
from _measure import Cost, arguments, measured, scratch, tell, versions

LINES_A_FILE = 33_333
MOST_FILES = 300
PANDAS_LINES = 1_000_000

PROGRAM = "import sys; from totalplace.cli import main; sys.exit(main())"

BODIES = """body_id,name,tier,kind,org_ids,valid_from,valid_to,successor_id,source
marlbrook,Marlbrook Council,local,metropolitan_district,,1974-04-01,,,Invented for the bench
"""

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

PLAIN = """
import sys, duckdb
from pathlib import Path
for path in sorted(Path(sys.argv[1]).glob("*.csv")):
    out = Path(sys.argv[2]) / (path.stem + ".parquet")
    duckdb.sql(f"COPY (FROM read_csv('{path}')) TO '{out}' (FORMAT parquet)")
"""

PANDAS = """
import hashlib, re, sys
import pandas as pd
from pathlib import Path

FORMS = re.compile(r"\\b(LIMITED|LTD|PLC|LLP|CIC|INC)\\b")

def clean(name):
    name = re.sub(r"[^A-Z0-9 ]", " ", name.upper().replace("&", " AND "))
    return re.sub(r" +", " ", FORMS.sub("", name)).strip()

parts, rejects, facts = [], [], []
for path in sorted(Path(sys.argv[1]).glob("*.csv"))[: int(sys.argv[3])]:
    data = path.read_bytes()
    try:
        data.decode("utf-8")
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = "cp1252"
    frame = pd.read_csv(path, dtype=str, encoding=encoding)
    frame["source"] = hashlib.sha256(data).hexdigest()
    frame["row"] = range(2, len(frame) + 2)
    frame["date"] = pd.to_datetime(frame["Payment Date"], format="%d/%m/%Y", errors="coerce")
    amount = frame["Net Amount"].str.replace(r"[£, ]", "", regex=True)
    frame["pence"] = (pd.to_numeric(amount, errors="coerce") * 100).round()
    frame["supplier"] = frame["Supplier Name"].fillna("").map(clean)
    frame["redacted"] = frame["supplier"].str.contains("REDACTED")
    is_good = frame["date"].notna() & frame["pence"].notna()
    rejects.append(frame[~is_good])
    frame = frame[is_good].astype({"pence": "int64"})
    facts.append((path.name, len(frame), frame["pence"].sum(),
                  frame.drop(columns=["source", "row"]).duplicated().sum()))
    parts.append(frame)
table = pd.concat(parts)
table.to_parquet(Path(sys.argv[2]) / "lines.parquet")
pd.concat(rejects).to_parquet(Path(sys.argv[2]) / "rejects.parquet")
print(len(table), table["pence"].sum())
"""
"""What an analyst would write for the same result: records with their row and file, dates, pence,
a supplier's key, rejects apart, duplicates and redactions counted."""


def generate(folder: Path, lines: int) -> tuple[list[Path], int]:
    """Write the files; their paths and the sum of all amounts in pence."""
    folder.mkdir()
    count = max(3, min(MOST_FILES, lines // LINES_A_FILE))
    connection = duckdb.connect()
    paths = []
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
        paths.append(path)
    return paths, count


def add(folder: Path, paths: list[Path], lines: int) -> Cost:
    """Add the files to a new place with the program itself; all lines must be in."""
    place = folder / "place"
    program = [sys.executable, "-c", PROGRAM]
    bodies = folder / "body.csv"
    bodies.write_text(BODIES)
    new = ["new", place, "--name", "Marlbrook", "--area", "E08000009", "--year", "2017-18"]
    measured([*program, *new])
    measured([*program, "add", place, bodies, "--json"])
    # pandas is here for its own measurement; the program neither needs it nor installs it, but
    # a library of its would load it where it is found
    without = folder / "without"
    without.mkdir()
    (without / "pandas.py").write_text("raise ImportError('not part of the program')\n")
    where = os.pathsep.join(filter(None, [str(without), os.environ.get("PYTHONPATH")]))
    cost = measured([*program, "add", place, *paths, "--json"], env={"PYTHONPATH": where})
    files = json.loads(cost.output)["files"]
    loaded = sum(file["lines"] for file in files)
    if loaded != lines:
        sys.exit(f"of {lines:,} lines {loaded:,} were loaded")
    return cost


def bench(folder: Path, lines: int) -> dict[str, Any]:
    paths, count = generate(folder / "files", lines)
    size_mb = sum(path.stat().st_size for path in paths) / 1e6
    for name in ("plain", "pandas"):
        (folder / name).mkdir()
    plain = measured([sys.executable, "-c", PLAIN, folder / "files", folder / "plain"])
    ours = add(folder, paths, lines)
    few = max(1, count * min(lines, PANDAS_LINES) // lines)
    pandas = measured([sys.executable, "-c", PANDAS, folder / "files", folder / "pandas", str(few)])
    few_lines = int(pandas.output.split()[0])
    own = ours
    if few < count:
        smaller = folder / "smaller"
        smaller.mkdir()
        own = add(smaller, paths[:few], few_lines)
    return {
        "lines": lines,
        "files": count,
        "size_mb": round(size_mb, 1),
        "cpu_s": round(ours.cpu_s, 2),
        "peak_mb": round(ours.peak_mb, 1),
        "wall_s": round(ours.wall_s, 2),
        "plain_cpu_s": round(plain.cpu_s, 2),
        "plain_peak_mb": round(plain.peak_mb, 1),
        "ratio_to_plain": round(ours.cpu_s / plain.cpu_s, 2),
        "pandas_lines": few_lines,
        "pandas_cpu_s": round(pandas.cpu_s, 2),
        "pandas_peak_mb": round(pandas.peak_mb, 1),
        "ratio_to_pandas": round(pandas.cpu_s / own.cpu_s, 2),
        "versions": versions("totalplace", "duckdb", "pandas"),
    }


def main() -> None:
    options = arguments(__doc__, lines=1_000_000)
    with scratch("ingest") as folder:
        document = bench(folder, options.lines)
    tell(document, as_json=options.json)


if __name__ == "__main__":
    main()
