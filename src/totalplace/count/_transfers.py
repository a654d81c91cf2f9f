"""Which payments reach another counted body, and what the rule says of each.

The rule is payer-side: a payment is eliminated at the amount the *payer* booked, when the payee's
own spending is fully counted and not reported net of it. The receipt is a control, never the
amount (count.md, elimination rule). What a rule decides depends only on who pays whom by what
kind of stream, so it is decided once a distinct pair, in plain Python, with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable

import ibis
import pyarrow as pa

from totalplace.count._perimeter import Counted, Perimeter, is_eliminated_to
from totalplace.count._schema import TRANSFER_NATURES
from totalplace.engine import Engine, distinct_rows, stack
from totalplace.engine._engine import Table

__all__ = [
    "ELIMINATE",
    "INTERNAL",
    "IN_OUTTURN",
    "headline",
    "pair_rules",
    "payments",
    "relanded",
    "relocated",
    "with_rules",
]

ELIMINATE = "eliminate"
INTERNAL = "internal"
IN_OUTTURN = "in_outturn"

_PAIR = ("body_id", "zone", "counterparty_id", "cap_rev", "kind", "role")


def payments(lines: Table) -> Table:
    """This year's payments to a known body, in the headline or itemising a control total."""
    paid = lines.filter(
        lines.side == "out",
        lines.year_offset == 0,
        lines.role.isin(["headline", "itemised"]),
        lines.nature.isin(list(TRANSFER_NATURES)),
        lines.counterparty_id.notnull(),
    )
    return paid.mutate(kind=paid.stream_kind.fill_null(""))


def pair_rules(
    engine: Engine, paid: Table, counted: Iterable[Counted], perimeter: Perimeter
) -> pa.Table:
    """Decide each distinct payer, payee, capital or revenue, kind of stream and role.

    Returns:
        The pair's columns, then ``rule`` (eliminate, internal, not_counted, net_of_receipt,
        outside, in_outturn), ``gross_zone`` and ``elimination_zone``.
    """
    known = {(body.body_id, body.cap_rev): body for body in counted}
    pairs = engine.to_arrow(distinct_rows(paid, _PAIR)).to_pylist()
    for pair in pairs:
        pair["gross_zone"], pair["elimination_zone"], is_inside = perimeter.landing(
            pair["zone"], pair["counterparty_id"]
        )
        payee = known.get((pair["counterparty_id"], pair["cap_rev"]))
        payer = known.get((pair["body_id"], pair["cap_rev"]))
        kind = pair["kind"] or None
        if pair["counterparty_id"] == pair["body_id"]:
            rule = INTERNAL
        elif (
            pair["role"] == "itemised"
            and payer is not None
            and payer.dataset == "ro"
            and kind
            in {
                "levy",
                "precept",
            }
        ):
            rule = IN_OUTTURN
        elif payee is None:
            rule = "not_counted"
        elif not is_eliminated_to(payee.basis, kind):
            rule = "net_of_receipt"
        elif not is_inside:
            rule = "outside"
        else:
            rule = ELIMINATE
        pair["rule"] = rule
    schema = pa.schema(
        [(name, pa.string()) for name in (*_PAIR, "rule", "gross_zone", "elimination_zone")]
    )
    return pa.Table.from_pylist(pairs, schema=schema)


def with_rules(engine: Engine, paid: Table, rules: pa.Table) -> Table:
    """The payments, each with its pair's rule and zones."""
    return paid.inner_join(engine.memory(rules), list(_PAIR)).select(
        *paid.columns, "rule", "gross_zone", "elimination_zone"
    )


def relanded(ruled: Table) -> Table:
    """Eliminated payments known only inside a total, whose money lands elsewhere than the total.

    Left where it is, the total would be shared by a key while the elimination is not.
    """
    return ruled.filter(
        ruled.role == "itemised", ruled.rule == ELIMINATE, ruled.gross_zone != ruled.zone
    )


def relocated(moved: Table) -> Table:
    """A minus at the payer's zone and a plus where the money lands, for each payment."""
    minus = moved.mutate(
        amount_pence=-moved.amount_pence,
        low_pence=-moved.high_pence,
        high_pence=-moved.low_pence,
    )
    return stack([minus, moved.mutate(zone=moved.gross_zone)])


def headline(lines: Table, ruled: Table) -> Table:
    """This year's headline spending lines, each at the zone where it enters gross.

    A payment to oneself is an internal recharge and drops out.
    """
    spent = lines.filter(lines.side == "out", lines.year_offset == 0, lines.role == "headline")
    moved = ruled.filter(ruled.role == "headline")
    plain = spent.filter(
        ~(spent.nature.isin(list(TRANSFER_NATURES)) & spent.counterparty_id.notnull())
    )
    return ibis.union(
        plain,
        moved.filter(moved.rule != INTERNAL).mutate(zone=ibis._.gross_zone).select(*plain.columns),
    )
