"""Contacts of people: episodes and journeys by our engine and by SQL, under one memory limit.

Generated contacts (person, agency, service, start, end, cost) are read from Parquet and made into
episodes by their gaps, then into one journey a person. Both engines get 500 MB and spill what does
not fit; all totals must be the same.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from _events_data import MEMORY
from _measure import Cost, arguments, measured, scratch, tell, versions

HERE = Path(__file__).parent


def main() -> None:
    asked = arguments(__doc__, lines=1_000_000, unit="contacts")
    with scratch("events") as folder:
        contacts = folder / "contacts.parquet"
        measured([sys.executable, HERE / "_events_data.py", contacts, str(asked.lines)])
        sql, by_hand = _run("_events_sql.py", contacts, folder / "spill-sql")
        ours, found = _run("_events_ours.py", contacts, folder / "spill-ours")
    if by_hand != found:
        sys.exit(f"the journeys differ: {found}, by hand {by_hand}")
    if found["contacts"] != asked.lines:
        sys.exit(f"of {asked.lines:,} contacts {found['contacts']:,} are in a journey")
    tell(
        {
            "contacts": asked.lines,
            "people": found["people"],
            "episodes": found["episodes"],
            "cpu_s": round(ours.cpu_s, 2),
            "sql_cpu_s": round(sql.cpu_s, 2),
            "ratio_to_sql": round(ours.cpu_s / sql.cpu_s, 2),
            "peak_mb": round(ours.peak_mb, 1),
            "sql_peak_mb": round(sql.peak_mb, 1),
            "memory_limit": MEMORY,
            "is_spilled": ours.spilled_mb > 0,
            "spilled_mb": round(ours.spilled_mb, 1),
            "wall_s": round(ours.wall_s, 2),
            "versions": versions("duckdb", "ibis-framework"),
        },
        as_json=asked.json,
    )


def _run(script: str, contacts: Path, spill: Path) -> tuple[Cost, dict[str, Any]]:
    spill.mkdir()
    cost = measured([sys.executable, HERE / script, contacts], spill=spill)
    return cost, json.loads(cost.output)


if __name__ == "__main__":
    main()
