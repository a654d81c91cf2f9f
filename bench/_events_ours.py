"""Episodes and journeys with the program's engine, in a process of its own (see events.py)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import ibis
from _events_data import GAP_DAYS, MEMORY, THREADS

from totalplace.engine import days_between, duckdb_engine


def journeys(contacts: Any) -> Any:
    """One row a person: contacts, agencies, episodes, days in them, the longest, and money.

    An episode is a person's contacts of which each begins at most `GAP_DAYS` after the latest end
    of those before it: gaps and islands, by the running maximum of the ends.
    """
    order = ["start_date", "end_date"]
    above = ibis.window(group_by="person", order_by=order, rows=(None, -1))
    so_far = ibis.window(group_by="person", order_by=order, rows=(None, 0))
    dated = contacts.mutate(reached=contacts.end_date.max().over(above))
    gap = days_between(dated.reached, dated.start_date) - 1
    begun = dated.mutate(begins=(gap.isnull() | (gap > GAP_DAYS)).cast("int64"))
    numbered = begun.mutate(episode=begun.begins.sum().over(so_far))
    episodes = numbered.group_by(["person", "episode"]).aggregate(
        first=numbered.start_date.min(),
        last=numbered.end_date.max(),
        contacts=numbered.count(),
        cost_pence=numbered.cost_pence.sum(),
    )
    lengths = episodes.mutate(days=days_between(episodes["first"], episodes["last"]))
    people = lengths.group_by("person").aggregate(
        contacts=lengths.contacts.sum(),
        episodes=lengths.count(),
        days=lengths.days.sum(),
        longest=lengths.days.max(),
        cost_pence=lengths.cost_pence.sum(),
    )
    agencies = contacts.group_by("person").aggregate(agencies=contacts.agency.nunique())
    return people.join(agencies, "person")


def main() -> None:
    engine = duckdb_engine(memory_limit=MEMORY, threads=THREADS)
    try:
        found = engine.view(journeys(engine.read_parquet([Path(sys.argv[1])])))
        totals = found.aggregate(
            people=found.count(),
            contacts=found.contacts.sum(),
            agencies=found.agencies.sum(),
            episodes=found.episodes.sum(),
            days=found.days.sum(),
            longest=found.longest.sum(),
            cost_pence=found.cost_pence.sum(),
            # who has how many, not only how many there are
            checksum=((found.person % 9973) * found.episodes).sum(),
        )
        [row] = engine.to_arrow(totals).to_pylist()
    finally:
        engine.close()
    sys.stdout.write(json.dumps(row))


if __name__ == "__main__":
    main()
