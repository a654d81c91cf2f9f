"""Payments to nobody known, summed: a count needs each payment to a body, and only the sum of all
others.

Of tens of millions of payments a few in a hundred go to another public body. Those are matched
and eliminated one by one; the rest enters gross where its payer stands, whoever got it. Nothing
is summed that a key divides: there each line is split by itself, to the penny.
"""

from __future__ import annotations

import ibis

from totalplace.count._perimeter import Perimeter
from totalplace.count._schema import LINE, LINE_KEY
from totalplace.engine import Engine, stack
from totalplace.engine._engine import Table

__all__ = ["condensed"]

_SUMS = ("amount_pence", "low_pence", "high_pence", "line_count")
_OWN = (*LINE_KEY, "payee_text", "payee_kind", "reference_id")
"""What a line has to itself; a sum of lines has none of it."""


def condensed(
    engine: Engine, lines: Table, perimeter: Perimeter, *, by_area: bool = False
) -> Table:
    """The lines, with payments to no known body summed over all that a count tells apart.

    Args:
        lines: canonical lines. Their amounts, ranges and ``line_count`` sum to the same; payments
            to nobody known of a neighbouring year, which match nothing, are left out.
        by_area: whether every cell is kept apart by authority.
    """
    split = sorted(perimeter.split_zones(by_area=by_area))
    is_plain = (lines.dataset == "spend") & lines.counterparty_id.isnull()
    if split:
        is_plain &= ~lines.zone.isin(split)
    plain = lines.filter(is_plain, lines.year_offset == 0)
    groups = [name for name in LINE.names if name not in (*_SUMS, *_OWN)]
    summed = plain.group_by(groups).agg(**{name: plain[name].sum() for name in _SUMS})
    types = {name: str(LINE.field(name).type) for name in LINE.names}
    own = {name: ibis.null(types[name]) for name in _OWN if name not in LINE_KEY}
    key = {name: ibis.literal(0).cast(types[name]) for name in LINE_KEY[2:]}
    whole = summed.mutate(
        **{name: summed[name].cast("int64") for name in _SUMS},
        **own,
        **key,
        source_id=ibis.literal(""),
        member=ibis.literal(""),
    )
    return engine.keep(stack([lines.filter(~is_plain).select(*LINE.names), whole]))
