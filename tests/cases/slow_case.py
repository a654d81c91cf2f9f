"""A case worked out slowly, in plain Python and one draw at a time; the product must agree.

It takes the case as read, and nothing else of the product: years, persistence, combination,
splits, bias, cash and discounting are written down again, from the order of evaluation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from totalplace.cases import Activity, Case, Outcome

RATES = {
    "standard": [(0, 3.5), (31, 3.0), (76, 2.5), (126, 2.0), (201, 1.5), (301, 1.0)],
    "health": [(0, 1.5), (31, 1.29), (76, 1.07), (126, 0.86), (201, 0.64), (301, 0.43)],
    "low": [(0, 3.0), (31, 2.57), (76, 2.14), (126, 1.71), (201, 1.29), (301, 0.86)],
}
BANDS = {1: 0.0, 2: 0.05, 3: 0.10, 4: 0.15, 5: 0.25, 6: 0.40}
PUBLIC = ("local", "national")


@dataclass
class Slow:
    """Undiscounted money by (body, class, year), cash by (body, year), and present values.

    ``parts`` are what each money is the exact sum of: what is kept cancels, and leaves no rounding.
    """

    parts: dict[tuple[str, str, int], list[float]] = field(default_factory=dict)
    money: dict[tuple[str, str, int], float] = field(default_factory=dict)
    cash: dict[tuple[str, int], float] = field(default_factory=dict)
    pv_cost: dict[str, float] = field(default_factory=dict)
    pv_benefit: dict[str, float] = field(default_factory=dict)
    payback: dict[str, int | None] = field(default_factory=dict)

    @property
    def gross(self) -> float:
        """All that was added or taken off: what rounding is a share of."""
        return sum(abs(one) for parts in self.parts.values() for one in parts)


def factor(schedule: str, year: int) -> float:
    now = 1.0
    for step in range(1, year + 1):
        rate = [rate for first, rate in RATES[schedule] if step >= first][-1]
        now /= 1 + rate / 100
    return now


def work_out(
    case: Case, values: Mapping[str, float] | None = None, *, with_bias: bool = True
) -> Slow:
    """One draw of the preferred option against business as usual; others at their point."""
    drawn = dict(values or {})

    def value(number: Any, default: float = 0.0) -> float:
        if number is None:
            return default
        return drawn.get(number.key, number.value * number.scale * number.deflator)

    result = Slow()
    for option, sign in ((case.preferred, 1.0), ("business-as-usual", -1.0)):
        rest: dict[tuple[str, str, int], float] = {}
        for item in case.activities:
            if option in item.options:
                cost(case, item, value, sign, result, with_bias)
        for item in case.outcomes:
            if option in item.options:
                gain(case, item, value, sign, result, rest, with_bias)
    result.money = {key: math.fsum(parts) for key, parts in result.parts.items()}
    views(case, result)
    return result


def put(result: Slow, body: str, kind: str, year: int, amount: float) -> None:
    result.parts.setdefault((body, kind, year), []).append(amount)


def biased(case: Case, item: Any, amount: float, sign: float) -> float:
    """What is paid or lost is raised, what is saved or gained is lowered, by the worst grade.

    What business as usual has and the option ends counts the other way round; what both have, as
    the option's own.
    """
    is_ended = sign < 0 and case.preferred not in item.options
    hurts = (amount > 0) == isinstance(item, Activity)
    band = BANDS[item.grade.worst]
    return amount * (1 + band if hurts != is_ended else 1 - band)


def cost(
    case: Case, item: Activity, value: Any, sign: float, result: Slow, with_bias: bool
) -> None:
    for year in range(item.years[0], item.years[1] + 1):
        amount = value(item.cost) * item.profile[year - item.years[0]]
        amount = biased(case, item, amount, sign) if with_bias else amount
        for body, share in item.payer.items():
            put(result, body, "cost", year, sign * share * amount)


def left(item: Outcome, value: Any, since: int) -> float:
    if since < 0 or (item.lasts is not None and since >= item.lasts):
        return 0.0
    if item.persistence:
        return item.persistence[since] if since < len(item.persistence) else 0.0
    return (1 - value(item.dropoff)) ** since


def quantities(case: Case, item: Outcome, value: Any, rest: dict[Any, float]) -> list[float]:
    """How many fewer in each year: of each year's joiners, the share that the effect reaches."""
    years = range(case.horizon + 1)
    reach = value(item.takeup, 1.0) * value(item.effect)
    for number in (item.deadweight, item.displacement, item.leakage):
        reach *= 1 - value(number)
    cohort, baseline = value(item.cohort), value(item.baseline)
    if item.effect_as == "points":
        reach = min(reach, baseline)
    together = [
        one
        for one in case.outcomes
        if item.cohort_id and one.event == item.event and one.cohort_id == item.cohort_id
    ]
    found = [0.0] * len(years)
    for since in years:
        part = reach * left(item, value, since - item.lag)
        each = cohort * part * (baseline if item.effect_as == "relative" else 1.0)
        if len(together) > 1:
            share = part if item.effect_as == "relative" else part / baseline if baseline else 0.0
            key = (item.event, item.cohort_id, since)
            before = rest.setdefault(key, 1.0)
            rest[key] = before * (1 - share)
            each *= before
        for joins in range(item.intake[0], item.intake[1] + 1):
            if joins + since <= case.horizon:
                found[joins + since] += each
    return found


def gain(
    case: Case,
    item: Outcome,
    value: Any,
    sign: float,
    result: Slow,
    rest: dict[Any, float],
    with_bias: bool,
) -> None:
    if item.benefit is not None:
        counts = [0.0] * (case.horizon + 1)
        for year in range(item.years[0], item.years[1] + 1):
            counts[year] = value(item.benefit) * item.profile[year - item.years[0]]
        worth = value(item.weight, 1.0)
    else:
        counts, worth = quantities(case, item, value, rest), value(item.unit_cost)
        worth *= value(item.weight, 1.0)
    for year, count in enumerate(counts):
        amount = count * worth
        amount = sign * (biased(case, item, amount, sign) if with_bias else amount)
        for body, share in item.split.items():
            put(result, body, item.value_class, year, share * amount)
            if item.value_class == "transfer":
                put(result, "society", item.value_class, year, -share * amount)
    if item.value_class not in ("fiscal", "transfer"):
        return
    for year, count in enumerate(counts):
        if count * worth < 0:
            freed = count
            share_out = 1.0
        elif item.cashable is None:
            freed = share_out = 0.0
        else:
            share_out = value(item.cashable.share)
            back = year - item.cashable.release_lag
            before = counts[back] if back >= 0 else 0.0
            if item.cashable.block is not None:
                before = item.cashable.block * math.floor(before / item.cashable.block + 1e-9)
            freed = max(0.0, min(count, before))
        for body, share in item.split.items():
            if case.bodies[body].tier in PUBLIC:
                key = (body, year)
                out = freed * worth
                out = biased(case, item, out, sign) if with_bias else out
                result.cash[key] = result.cash.get(key, 0.0) + sign * share * share_out * out


def views(case: Case, result: Slow) -> None:
    tiers = {name: body.tier for name, body in case.bodies.items()}
    names = [one for one in case.bodies if one != "society"]
    for view in [*names, "local", "national", "exchequer", "society"]:
        net = [0.0] * (case.horizon + 1)
        costs = benefits = 0.0
        for (body, kind, year), amount in result.money.items():
            members = {
                "local": tiers[body] == "local",
                "national": tiers[body] == "national",
                "exchequer": tiers[body] in PUBLIC,
                "society": True,
            }
            if not members.get(view, body == view):
                continue
            soft = kind in ("economic", "social")
            if soft and view != "society" and tiers[body] in PUBLIC:
                continue
            now = amount * factor(case.schedule, year)
            if kind == "cost":
                costs += now
                net[year] -= amount
            else:
                benefits += now
                net[year] += amount
        result.pv_cost[view], result.pv_benefit[view] = costs, benefits
        total, last = 0.0, -1
        for year, amount in enumerate(net):
            total += amount
            if total < -1e-6:
                last = year
        result.payback[view] = None if last == case.horizon else last + 1
