"""The second view: where the money inside the perimeter comes from.

Funding from outside is the funder view; what counted bodies say they received from one another is
the other end of the eliminations. A body wider than the place brings the share of its funding
that its own spending brings; what it passes on to bodies of one place is funded there.
"""

from __future__ import annotations

from collections.abc import Iterable

import ibis
import pyarrow as pa

from totalplace.count._match import SEVERAL
from totalplace.count._perimeter import Counted, Perimeter
from totalplace.engine import Engine, stack
from totalplace.engine._engine import Table

__all__ = ["funding_lines"]

_CONTAINS_TRANSFERS = {"return", "ro", "spend"}


def funding_lines(
    engine: Engine,
    lines: Table,
    ruled: Table,
    counted: Iterable[Counted],
    perimeter: Perimeter,
) -> tuple[Table, Table]:
    """External funding lines, and receipts from counted bodies, of all counted bodies.

    Only bodies whose spending is counted bring funding: the rest's would fund nothing.
    """
    bodies = {(body.body_id, body.cap_rev): body for body in counted}
    booked = lines.filter(
        lines.side == "in", lines.role == "funding", lines.year_offset == 0
    ).mutate(payer=lines.counterparty_id.fill_null(""))
    columns = ("body_id", "payer", "cap_rev")
    pairs = engine.to_arrow(booked.select(*columns).distinct().order_by(*columns)).to_pylist()
    kinds = [_kind(pair, bodies, perimeter) for pair in pairs]
    table = pa.Table.from_pylist(
        [{**pair, "kind": kind} for pair, kind in zip(pairs, kinds, strict=True) if kind],
        schema=pa.schema([(name, pa.string()) for name in (*columns, "kind")]),
    )
    known = booked.inner_join(engine.memory(table), list(columns))
    external = known.filter(known.kind == "external").select(*lines.columns)
    received = known.filter(known.kind == "received").select(*lines.columns)
    has_funding = {
        pair["body_id"] for pair, kind in zip(pairs, kinds, strict=True) if kind == "external"
    }
    return stack([external, *_passed_on(lines, ruled, has_funding)]), received


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
    zone = perimeter.body_zone[pair["payer"]]
    return "received" if perimeter.status(zone) != "none" else "external"


def _passed_on(lines: Table, ruled: Table, payers: set[str]) -> list[Table]:
    """Funding follows a grant to the place where it lands: a minus at the payer's zone, a plus
    at the payee's."""
    landed = ruled.filter(
        ruled.role == "headline",
        ruled.gross_zone != ruled.zone,
        ruled.rule != "internal",
        ruled.body_id.isin(sorted(payers)),
    ).mutate(side=ibis.literal("in"), role=ibis.literal("funding"), label=ibis.literal("passed on"))
    minus = landed.mutate(
        amount_pence=-landed.amount_pence,
        low_pence=-landed.high_pence,
        high_pence=-landed.low_pence,
    )
    plus = landed.mutate(zone=landed.gross_zone)
    return [minus.select(*lines.columns), plus.select(*lines.columns)]
