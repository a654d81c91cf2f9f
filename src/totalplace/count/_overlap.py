"""Two files that hold the same payments: a month published twice doubles a body.

Equal lines inside one file are genuine and kept. Files of one body whose periods overlap and most
of whose lines are the same are told; which of them holds is for a person to say.
"""

from __future__ import annotations

from itertools import combinations

import ibis

from totalplace.count._registers import Registers
from totalplace.engine import Engine
from totalplace.engine._engine import Table
from totalplace.place import Member, State

__all__ = ["overlapping_payments"]

_MOST_PCT = 50
_SAME = ("payment_date", "amount_pence", "payee_text", "transaction_no")


def overlapping_payments(
    engine: Engine, spend: Table, state: State, registers: Registers
) -> list[str]:
    """Warnings, one a pair of files that share more than half of the smaller one's lines."""
    members = [
        one for one in state.active if one.dataset == "spend" and not one.is_register and one.lines
    ]
    return [
        f"{registers.name(first.body_id)}: {_name(second)} holds {shared:,} of the payments that "
        f"{_name(first)} holds too; if it replaces it, add it with --supersedes "
        f"{first.sha256[:12]}"
        for first, second in combinations(members, 2)
        if _may_overlap(first, second)
        and 100 * (shared := _shared(engine, spend, first, second))
        > _MOST_PCT * min(first.lines, second.lines)
    ]


def _name(member: Member) -> str:
    return f"{member.file_name} {member.member}".strip()


def _may_overlap(first: Member, second: Member) -> bool:
    if first.body_id != second.body_id or not (first.period_start and second.period_start):
        return False
    if first.period_end is None or second.period_end is None:
        return False
    return first.period_start <= second.period_end and second.period_start <= first.period_end


def _shared(engine: Engine, spend: Table, first: Member, second: Member) -> int:
    """How many payments stand in both files."""
    sides = []
    for one in (first, second):
        lines = spend.filter(spend.source_id == one.sha256, spend.member == one.member)
        filled = lines.select(**{name: lines[name].cast("string").fill_null("") for name in _SAME})
        sides.append(filled.group_by(list(_SAME)).agg(times=filled.count()))
    both = sides[0].inner_join(sides[1].rename(other="times"), list(_SAME))
    least = both.select(shared=ibis.least(both.times, both.other))
    rows = engine.to_arrow(least.agg(shared=least.shared.sum().cast("int64")))
    shared: int | None = rows["shared"][0].as_py()
    return shared or 0
