"""The trace of the deterministic case: one row a step, with its formula and what it comes to.

It is worked out step by step in plain numbers, apart from the vectorised evaluation; the two must
agree, else the run fails (:class:`~totalplace.errors.IdentityError`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from totalplace.cases._case import FISCAL, Activity, Number, Outcome
from totalplace.cases._evaluate import Evaluated
from totalplace.cases._plan import Plan, Row
from totalplace.errors import IdentityError, Problem

__all__ = ["STEPS", "TraceRow", "trace_of"]

STEPS = (
    "cohort",
    "take-up",
    "baseline",
    "effect",
    "deadweight",
    "displacement",
    "leakage",
    "persistence",
    "combination",
    "quantity",
    "unit cost",
    "amount",
    "weight",
    "value",
    "optimism bias",
    "split",
    "cashable now",
    "cashable later",
    "cashable never",
    "discount",
)
"""Every step, in the order of evaluation; a row of a case takes those that it has."""
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class TraceRow:
    """One step.

    Attributes:
        item: ``activity.ID`` or ``outcome.ID``.
        step: one of ``STEPS``.
        formula: the arithmetic, with its numbers.
        unit: of the result.
        value: the result, where it is one number.
        years: the result by year, from year 0, where it is one a year.
        body: whose it is, of a split.
        inputs: keys of the numbers that it takes.
    """

    item: str
    step: str
    formula: str
    unit: str
    value: float | None = None
    years: tuple[float, ...] = ()
    body: str = ""
    inputs: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The row as a JSON object."""
        return {
            "item": self.item,
            "step": self.step,
            "body": self.body or None,
            "formula": self.formula,
            "unit": self.unit,
            "value": self.value,
            "years": list(self.years) or None,
            "inputs": list(self.inputs),
        }


def trace_of(plan: Plan, point: Evaluated) -> tuple[TraceRow, ...]:
    """All steps of all rows of a plan.

    Raises:
        IdentityError: the steps do not come to what the evaluation found: a fault of ours.
    """
    found: list[TraceRow] = []
    totals, gross = [0.0, 0.0], [0.0, 0.0]
    before: dict[int, list[float]] = {}
    groups = {at: members for members in plan.groups for at in members}
    for at, row in enumerate(plan.rows):
        item = row.item
        if isinstance(item, Activity) or item.benefit is not None:
            steps, years, quantity = _stated(row, plan.years)
        else:
            members = groups.get(at)
            left = before.setdefault(members[0], [1.0] * plan.years) if members else None
            steps, years, quantity = _chain(row, plan.years, left)
        found += steps
        ends, discounted = _ends(plan, row, years, quantity)
        found += ends
        side = 0 if row.is_cost else 1
        gross[side] += sum(map(abs, discounted))
        if row.value_class != "transfer":
            totals[side] += sum(discounted) * row.sign
    society = point.of("society")
    for side, (name, evaluated) in enumerate((("cost", point.cost), ("benefit", point.benefit))):
        _agree(plan, name, totals[side], float(evaluated[society, 0]), gross[side])
    return tuple(found)


def _agree(plan: Plan, name: str, traced: float, evaluated: float, gross: float) -> None:
    """Equal but for the rounding of what was summed: large sums that cancel leave more of it."""
    if abs(traced - evaluated) <= _TOLERANCE * max(1.0, gross):
        return
    raise IdentityError(
        Problem(
            "trace_differs",
            f"the steps of the trace do not come to the {name} of the evaluation",
            str(plan.case.file),
            f"{traced!r} against {evaluated!r}",
            "this is a fault of totalplace: report it with the case file",
        )
    )


def _name(row: Row) -> str:
    kind = "activity" if isinstance(row.item, Activity) else "outcome"
    return f"{kind}.{row.item.id}"


def _money(number: Number) -> str:
    """The formula of an amount of money: value, scale and deflator."""
    parts = [f"{number.value:,.10g}"]
    if number.scale != 1:
        parts.append(f"{number.scale:,.0f}")
    if number.deflator != 1:
        parts.append(f"{number.deflator:.6f} (prices of {number.price_year})")
    return " × ".join(parts)


def _stated(row: Row, count: int) -> tuple[list[TraceRow], list[float], list[float]]:
    """Money that is stated: the amount, and what of it falls into each year."""
    item = row.item
    amount = item.cost if isinstance(item, Activity) else item.benefit
    assert amount is not None
    name, unit = _name(row), "GBP" if item.is_total else "GBP/year"
    steps = [TraceRow(name, "amount", _money(amount), unit, amount.point, inputs=(amount.key,))]
    worth = _weighted(steps, item, name, unit, amount.point)
    years = [0.0] * count
    for year, part in zip(range(item.years[0], item.years[1] + 1), item.profile, strict=True):
        years[year] = worth * part
    steps.append(
        TraceRow(
            name,
            "value",
            f"amount × profile of the years {item.years[0]} to {item.years[1]}",
            "GBP",
            years=tuple(years),
        )
    )
    return steps, years, years


def _chain(
    row: Row, count: int, left_by_others: list[float] | None
) -> tuple[list[TraceRow], list[float], list[float]]:
    """A chain from the cohort to the value of each year."""
    item = row.item
    assert isinstance(item, Outcome)
    assert item.cohort is not None
    assert item.baseline is not None
    assert item.unit_cost is not None
    name, unit = _name(row), item.cohort.unit
    now, reach = item.cohort.point, 1.0
    steps = [TraceRow(name, "cohort", f"{now:,.10g}", unit, now, inputs=(item.cohort.key,))]
    for step, number, is_off in _factors(item):
        share = 0.0 if number is None and is_off else 1.0 if number is None else number.point
        factor = 1 - share if is_off else share
        formula = f"{now:,.10g} × {f'(1 - {share:.10g})' if is_off else f'{share:.10g}'}"
        if step == "baseline" and item.effect_as == "points":
            factor, formula = 1.0, f"{now:,.10g}: the effect is in points of {share:.10g}"
        now *= factor
        reach *= 1 if step == "baseline" else factor
        if step == "leakage" and item.effect_as == "points":
            # no more than there is: at stated values a case with more is refused
            now = min(now, item.cohort.point * item.baseline.point)
            reach = min(reach / item.baseline.point, 1.0) if item.baseline.point else 0.0
        keys = () if number is None else (number.key,)
        steps.append(TraceRow(name, step, formula, unit, now, inputs=keys))
    left = _left(item, count)
    drop = 0.0 if item.dropoff is None else item.dropoff.point
    told = "as stated" if item.persistence else f"(1 - {drop:.10g}) ^ (year - {item.lag})"
    keys = () if item.dropoff is None else (item.dropoff.key,)
    steps.append(TraceRow(name, "persistence", told, "share", years=tuple(left), inputs=keys))
    if left_by_others is not None:
        taken = [reach * one for one in left]
        left = [one * other for one, other in zip(left, left_by_others, strict=True)]
        left_by_others[:] = [
            other * (1 - one) for one, other in zip(taken, left_by_others, strict=True)
        ]
        told = "persistence × what the effects before it have left of the event"
        steps.append(TraceRow(name, "combination", told, "share", years=tuple(left)))
    first, last = item.intake
    quantity = [
        now * sum(left[year - joins] for joins in range(first, min(last, year) + 1))
        for year in range(count)
    ]
    joined = "" if item.intake == (0, 0) else f", of all who join in the years {first} to {last}"
    steps += [
        TraceRow(
            name, "quantity", f"{now:,.10g} × persistence{joined}", "a year", years=tuple(quantity)
        ),
        TraceRow(
            name,
            "unit cost",
            _money(item.unit_cost),
            item.unit_cost.unit,
            item.unit_cost.point,
            inputs=(item.unit_cost.key,),
        ),
    ]
    worth = _weighted(steps, item, name, item.unit_cost.unit, item.unit_cost.point)
    value = [one * worth for one in quantity]
    steps.append(TraceRow(name, "value", f"quantity × {worth:,.10g}", "GBP", years=tuple(value)))
    return steps, value, quantity


def _weighted(
    steps: list[TraceRow], item: Activity | Outcome, name: str, unit: str, amount: float
) -> float:
    """An amount by the distributional weight of those who gain, where there is one."""
    if isinstance(item, Activity) or item.weight is None:
        return amount
    weight = item.weight
    told = f"{amount:,.10g} × {weight.point:.10g}: distributional weight"
    steps.append(TraceRow(name, "weight", told, unit, amount * weight.point, inputs=(weight.key,)))
    return amount * weight.point


def _factors(item: Outcome) -> Iterator[tuple[str, Number | None, bool]]:
    yield "take-up", item.takeup, False
    yield "baseline", item.baseline, False
    yield "effect", item.effect, False
    yield "deadweight", item.deadweight, True
    yield "displacement", item.displacement, True
    yield "leakage", item.leakage, True


def _left(item: Outcome, count: int) -> list[float]:
    drop = 0.0 if item.dropoff is None else item.dropoff.point
    found = []
    for year in range(count):
        since = year - item.lag
        if since < 0 or (item.lasts is not None and since >= item.lasts):
            found.append(0.0)
        elif item.persistence:
            found.append(item.persistence[since] if since < len(item.persistence) else 0.0)
        else:
            found.append((1 - drop) ** since)
    return found


def _ends(
    plan: Plan, row: Row, value: Sequence[float], quantity: Sequence[float]
) -> tuple[list[TraceRow], list[float]]:
    """What every row ends with: bias, split, cash, discounting; and the discounted years."""
    name, item = _name(row), row.item
    grade = item.grade.worst
    biased = [one * (row.bias_below if one < 0 else row.bias) for one in value]
    factors = [row.bias] * any(one >= 0 for one in value)
    factors += [row.bias_below] * any(one < 0 for one in value)
    told = f"value × {' and × '.join(map(_bias, factors))}: grade {grade}{_ended(row)}"
    steps = [TraceRow(name, "optimism bias", told, "GBP", years=tuple(biased))]
    shares: Mapping[str, float] = item.payer if isinstance(item, Activity) else item.split
    for body, share in shares.items():
        steps.append(
            TraceRow(
                name,
                "split",
                f"{'cost' if row.is_cost else 'value'} × {share:g}",
                "GBP",
                years=tuple(one * share for one in biased),
                body=body,
            )
        )
    if isinstance(item, Outcome) and row.value_class in FISCAL:
        steps += _cash(name, item, biased, quantity)
    now = [one * float(factor) for one, factor in zip(biased, plan.factors, strict=True)]
    told = f"sum of each year × its factor, {plan.case.schedule} schedule"
    steps.append(TraceRow(name, "discount", told, "GBP", sum(now)))
    return steps, now


def _ended(row: Row) -> str:
    """What the bias goes by, where it is not what the row is called."""
    if row.counts_against == row.is_cost:
        return ""
    return ", a cost that ends is a benefit" if row.is_cost else ", a benefit that ends is a cost"


def _bias(factor: float) -> str:
    return f"(1 {'+' if factor >= 1 else '-'} {abs(factor - 1):g})"


def _cash(
    name: str, item: Outcome, value: Sequence[float], quantity: Sequence[float]
) -> list[TraceRow]:
    """What of the value is cash now, what waits for a whole block or for notice, what never is."""
    held = item.cashable
    share = 0.0 if held is None else held.share.point
    now: list[float] = []
    for year, (worth, count) in enumerate(zip(value, quantity, strict=True)):
        if held is None or worth < 0 or count <= 0:
            now.append(min(worth, 0.0))
            continue
        before = quantity[year - held.release_lag] if year >= held.release_lag else 0.0
        freed = before if held.block is None else held.block * ((before / held.block + 1e-9) // 1)
        now.append(worth * share * min(max(freed, 0.0), count) / count)
    never = [one * (1 - share) if one > 0 else 0.0 for one in value]
    later = [one - two - three for one, two, three in zip(value, now, never, strict=True)]
    block = "" if held is None or held.block is None else f", in whole blocks of {held.block:g}"
    years = 0 if held is None else held.release_lag
    lag = f", {years} year{'s' if years > 1 else ''} after" if years else ""
    keys = () if held is None else (held.share.key,)
    return [
        TraceRow(
            name,
            "cashable now",
            f"value × {share:g}{block}{lag}",
            "GBP",
            years=tuple(now),
            inputs=keys,
        ),
        TraceRow(
            name,
            "cashable later",
            f"value × {share:g} that waits for a whole block or for notice",
            "GBP",
            years=tuple(later),
        ),
        TraceRow(name, "cashable never", f"value × (1 - {share:g})", "GBP", years=tuple(never)),
    ]
