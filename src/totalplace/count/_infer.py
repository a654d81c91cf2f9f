"""Receipts whose payment nobody published: the payer's line is inferred, and capped.

When a counted payee reports money from a counted payer and no payment is found, in this year or
the next, the payment is inside the payer's spending without being named. It is inferred at the
receipt, capped at what the payer's count contains beyond its named payments (count.md, *only the
payee reports*). Gross does not change, except that the payment lands at the payee.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from totalplace.count._match import Matches
from totalplace.count._perimeter import Counted, Perimeter
from totalplace.count._schema import GROSS_NATURES, LINE, LINE_KEY
from totalplace.count._transfers import IN_OUTTURN
from totalplace.engine import Engine
from totalplace.engine._engine import Table

__all__ = ["inferred_payments"]

_CONTAINS_TRANSFERS = {"return", "ro", "spend"}


def inferred_payments(
    engine: Engine,
    lines: Table,
    ruled: Table,
    matches: Matches,
    counted: Iterable[Counted],
    perimeter: Perimeter,
) -> Table:
    """Lines of role ``itemised`` and derivation ``inferred``, one a receipt, grade D."""
    known = {
        (body.body_id, body.cap_rev) for body in counted if body.dataset in _CONTAINS_TRANSFERS
    }
    alone = matches.match.filter(matches.match.level == "payee_only").select("match_id")
    named = matches.match_line.semi_join(alone, "match_id")
    booked = lines.filter(lines.side == "in", lines.role == "funding", lines.year_offset == 0)
    found = engine.to_arrow(booked.semi_join(named, list(LINE_KEY)).order_by(*LINE_KEY)).to_pylist()
    receipts = [
        row
        for row in found
        if (row["counterparty_id"], row["cap_rev"]) in known
        and row["counterparty_id"] != row["body_id"]
        and row["amount_pence"] > 0
    ]
    if not receipts:
        return engine.memory(LINE.empty_table())
    tiers = _tiers(engine, lines, {row["counterparty_id"] for row in receipts})
    room = _unnamed_spending(engine, lines, ruled, {row["counterparty_id"] for row in receipts})
    rows = []
    for row in receipts:
        payer = (row["counterparty_id"], row["cap_rev"])
        amount = min(row["amount_pence"], max(room.get(payer, 0), 0))
        room[payer] = room.get(payer, 0) - amount
        if amount:
            rows.append(
                {
                    **row,
                    "body_id": row["counterparty_id"],
                    "counterparty_id": row["body_id"],
                    "tier": tiers.get(row["counterparty_id"]),
                    "zone": perimeter.body_zone.get(row["counterparty_id"], ""),
                    "side": "out",
                    "nature": "transfer",
                    "role": "itemised",
                    "derivation": "inferred",
                    "grade": "D",
                    "amount_pence": amount,
                    "low_pence": 0,
                    "high_pence": amount,
                    "function": None,
                }
            )
    return engine.memory(pa.Table.from_pylist(rows, schema=LINE))


def _tiers(engine: Engine, lines: Table, payers: set[str]) -> dict[str, str]:
    """The tier of each payer, as its own lines say."""
    own = lines.filter(lines.side == "out", lines.body_id.isin(sorted(payers)))
    found = engine.to_arrow(own.group_by("body_id").agg(tier=own.tier.max())).to_pylist()
    return {row["body_id"]: row["tier"] for row in found}


def _unnamed_spending(
    engine: Engine, lines: Table, ruled: Table, payers: set[str]
) -> dict[tuple[str, str], int]:
    """What each payer spent beyond its named payments: the most an inferred one can be.

    Whatever the rule says of a named payment, its money went to somebody else; a recharge to
    oneself is in no count; a levy among itemised lines stands in the outturn a second time.
    """
    spent = lines.filter(
        lines.side == "out",
        lines.year_offset == 0,
        lines.role == "headline",
        lines.nature.isin(list(GROSS_NATURES)),
        lines.body_id.isin(sorted(payers)),
    )
    total = engine.to_arrow(
        spent.group_by(["body_id", "cap_rev"]).agg(pence=spent.amount_pence.sum().cast("int64"))
    ).to_pylist()
    paid = ruled.filter(ruled.body_id.isin(sorted(payers)), ruled.rule != IN_OUTTURN)
    named = engine.to_arrow(
        paid.group_by(["body_id", "cap_rev"]).agg(pence=paid.amount_pence.sum().cast("int64"))
    ).to_pylist()
    room = {(row["body_id"], row["cap_rev"]): row["pence"] for row in total}
    for row in named:
        payer = (row["body_id"], row["cap_rev"])
        room[payer] = room.get(payer, 0) - row["pence"]
    return room
