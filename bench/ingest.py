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

from _measure import Cost, arguments, measured, scratch, tell, versions

HERE = Path(__file__).parent
PANDAS_LINES = 1_000_000

PROGRAM = "import sys; from totalplace.cli import main; sys.exit(main())"

BODIES = """body_id,name,tier,kind,org_ids,valid_from,valid_to,successor_id,source
marlbrook,Marlbrook Council,local,metropolitan_district,,1974-04-01,,,Invented for the bench
"""

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
    measured([sys.executable, HERE / "_ingest_data.py", folder / "files", str(lines)])
    paths = sorted((folder / "files").iterdir())
    count = len(paths)
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
