"""The second view: where the money inside the perimeter comes from.

Funding from outside is the funder view; what counted bodies say they received from one another is
the other end of the eliminations. A body wider than the place brings the share of its funding
that its own spending brings; what it passes on to bodies of one place is funded there.
"""

from __future__ import annotations

from collections.abc import Iterable

import ibis
import pyarrow as pa

from totalplace.count._grant_rows import in_grant_rows
from totalplace.count._match import SEVERAL, Matches
from totalplace.count._perimeter import Counted, Perimeter
from totalplace.count._schema import LINE_KEY, PASSED_ON_NATURES
from totalplace.count._settle import DECIDED, SAME
from totalplace.count._transfers import INTERNAL, relanded, relocated
from totalplace.engine import Engine, distinct_rows, stack
from totalplace.engine._engine import Table

__all__ = ["PASSED_ON", "funding_lines"]

PASSED_ON = "passed on"
"""Label of funding that follows a grant to where it lands; its sources are its payer's."""

_CONTAINS_TRANSFERS = {"return", "ro", "spend"}


def funding_lines(
    engine: Engine,
    lines: Table,
    ruled: Table,
    matches: Matches,
    counted: Iterable[Counted],
    perimeter: Perimeter,
) -> tuple[Table, Table]:
    """External funding lines, and receipts from counted bodies, of all counted bodies.

    Only bodies whose spending is counted bring funding: the rest's would fund nothing. A precept
    passed on is the receiver's own tax, and a contribution paid over for staff its payer's cost:
    both are external.

    Args:
        ruled: payments with their rule and zones, inferred ones included.
    """
    bodies = {(body.body_id, body.cap_rev): body for body in counted}
    booked = lines.filter(
        lines.side == "in", lines.role == "funding", lines.year_offset == 0
    ).mutate(payer=lines.counterparty_id.fill_null(""))
    columns = ("body_id", "payer", "cap_rev")
    pairs = engine.to_arrow(distinct_rows(booked, columns)).to_pylist()
    kinds = [_kind(pair, bodies, perimeter) for pair in pairs]
    table = pa.Table.from_pylist(
        [{**pair, "kind": kind} for pair, kind in zip(pairs, kinds, strict=True) if kind],
        schema=pa.schema([(name, pa.string()) for name in (*columns, "kind")]),
    )
    known = booked.inner_join(engine.memory(table), list(columns))
    is_counted = known.filter(known.kind == "received").select(*lines.columns)
    through = _passed_through(lines, matches)
    external = engine.keep(
        stack(
            [
                known.filter(known.kind == "external").select(*lines.columns),
                is_counted.semi_join(through, list(LINE_KEY)),
            ]
        )
    )
    received = is_counted.anti_join(through, list(LINE_KEY))
    funded = engine.to_arrow(external.select("body_id").distinct())["body_id"].to_pylist()
    named, sought = received, ruled
    if matches.is_settled:
        # what a person has matched has its receipt, and names its payer by that alone
        settled = matches.match_line.semi_join(
            matches.match.filter(matches.match.level == DECIDED[SAME]), "match_id"
        )
        named = received.anti_join(settled.filter(settled.side == "received"), list(LINE_KEY))
        sought = ruled.anti_join(settled.filter(settled.side == "paid"), list(LINE_KEY))
    less, booked_there = in_grant_rows(engine, external, named, sought, bodies)
    passed_on = _passed_on(ruled, sorted(funded)).select(*lines.columns)
    return (
        stack([external, less.select(*lines.columns), passed_on]),
        stack([received, booked_there.select(*lines.columns)]),
    )


def _kind(
    pair: dict[str, str], bodies: dict[tuple[str, str], Counted], perimeter: Perimeter
) -> str | None:
    if (pair["body_id"], pair["cap_rev"]) not in bodies:
        return None
    if pair["payer"] == SEVERAL:
        return "received"
    funder = bodies.get((pair["payer"], pair["cap_rev"]))
    if funder is None or funder.dataset not in _CONTAINS_TRANSFERS:
        return "external"
    # The other end of an elimination, if a payment of this pair would be eliminated here.
    _, zone, is_inside = perimeter.landing(
        perimeter.body_zone.get(pair["payer"], ""), pair["body_id"]
    )
    return "received" if is_inside and perimeter.status(zone) != "none" else "external"


def _passed_through(lines: Table, matches: Matches) -> Table:
    """Keys of receipts matched with money that was never its payer's to be eliminated."""
    passed = lines.filter(
        lines.side == "out",
        lines.nature.isin(list(PASSED_ON_NATURES)),
        lines.counterparty_id.notnull(),
    )
    line = matches.match_line
    found = line.filter(line.side == "paid").semi_join(passed, list(LINE_KEY))
    return line.filter(line.side == "received").semi_join(found, "match_id").select(*LINE_KEY)


def _passed_on(ruled: Table, payers: list[str]) -> Table:
    """Funding follows a grant to the place where it lands: a minus at the payer's zone, a plus
    at the payee's."""
    landed = ruled.filter(
        ruled.role == "headline", ruled.gross_zone != ruled.zone, ruled.rule != INTERNAL
    )
    moved = stack([landed, relanded(ruled)])
    funded = moved.filter(moved.body_id.isin(payers)).mutate(
        side=ibis.literal("in"), role=ibis.literal("funding"), label=ibis.literal(PASSED_ON)
    )
    return relocated(funded)
