"""Count a generated place, beside the same count in SQL by hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from _count_place import make_place
from _measure import Cost, arguments, measured, scratch, tell, versions

HERE = Path(__file__).parent


def main() -> None:
    asked = arguments(__doc__, lines=1_000_000)
    with scratch("count") as folder:
        place = folder / "place"
        make_place(place, asked.lines)
        sql, by_hand = _run("_count_sql.py", place)
        first, _ = _run("_count_ours.py", place)
        ours, counted = _run("_count_ours.py", place)
    for name in ("gross_gbp", "net_gbp"):
        if by_hand[name] != counted[name]:
            sys.exit(f"{name} differs: {counted[name]}, by hand {by_hand[name]}")
    tell(
        {
            "lines": asked.lines,
            "cpu_s": round(counted["cpu_s"], 2),
            "sql_cpu_s": round(by_hand["cpu_s"], 2),
            "ratio_to_sql": round(counted["cpu_s"] / by_hand["cpu_s"], 2),
            "peak_mb": round(ours.peak_mb),
            "first_cpu_s": round(first.cpu_s, 2),
            "first_peak_mb": round(first.peak_mb),
            "sql_peak_mb": round(sql.peak_mb),
            "wall_s": round(ours.wall_s, 2),
            "net_gbp": counted["net_gbp"],
            "versions": versions("duckdb", "ibis-framework"),
        },
        as_json=asked.json,
    )


def _run(script: str, place: Path) -> tuple[Cost, dict[str, Any]]:
    cost = measured([sys.executable, HERE / script, place])
    return cost, json.loads(cost.output)


if __name__ == "__main__":
    main()
