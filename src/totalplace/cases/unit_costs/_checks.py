"""What is checked of every unit cost: that it is plausible for its unit, and that sums add up.

A failed check is a flag with its reason, never a correction: a person looks at the source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from totalplace.cases.unit_costs._unit_cost import UnitCost
from totalplace.cases.unit_costs._years import deflators, in_prices
from totalplace.errors import Problem
from totalplace.model import load
from totalplace.money import format_gbp

__all__ = [
    "CHECKS",
    "Flag",
    "check_unit_costs",
    "flag_of",
    "flag_unit_costs",
    "missing_components",
    "sums_of",
    "without_bounds",
]

CHECKS = {
    "implausible": "the value is outside what a cost of that unit can be",
    "sum_differs": "the value is not the sum of its components",
    "range_inverted": "the value is not between its low and its high",
    "negative": "the value is below zero",
    "no_deflator": "no GDP deflator is known for its price year",
    "repeated": "its code stands more than once",
    "updated_differs": "the publisher's own inflated value does not follow from it",
    "differs_from_reference": "the value is not that of the table it was compared with",
    "other_price_year": "the price year is not that of the table it was compared with",
}
"""Every check that can flag a unit cost, and what it means when it does."""


@dataclass(frozen=True)
class Flag:
    """One check that one unit cost failed.

    Attributes:
        check: a name of `CHECKS`.
        problem: what is wrong, where, why and how to mend it.
    """

    cost: UnitCost
    check: str
    problem: Problem


@dataclass(frozen=True)
class _Bound:
    unit: str
    heading: str | None
    low_pence: int
    high_pence: int
    price_year: str
    why: str


def flag_of(cost: UnitCost, check: str, why: str, fix: str) -> Flag:
    """A flag in the words of its check."""
    where = f"{cost.reference} ({cost.value_class})"
    if cost.stands_at:
        where += f", {cost.stands_at}"
    return Flag(cost, check, Problem(check, CHECKS[check], where, why, fix))


def check_unit_costs(costs: Sequence[UnitCost]) -> list[Flag]:
    """Every check that needs nothing but the table itself."""
    flags: list[Flag] = []
    for cost in costs:
        flags += _alone(cost)
    return [*flags, *_sums(costs)]


def flag_unit_costs(costs: Sequence[UnitCost], flags: Iterable[Flag]) -> tuple[UnitCost, ...]:
    """The costs with the names of the checks that they failed, those of before included."""
    failed: dict[tuple[str, str, str], dict[str, None]] = {}
    for flag in flags:
        failed.setdefault(_key(flag.cost), {})[flag.check] = None
    return tuple(
        replace(
            cost,
            flag=" ".join({**dict.fromkeys((cost.flag or "").split()), **failed[_key(cost)]}),
        )
        if _key(cost) in failed
        else cost
        for cost in costs
    )


def without_bounds(costs: Iterable[UnitCost]) -> tuple[str, ...]:
    """Units of which nobody has said what is plausible: their values go unchecked."""
    return tuple(sorted({cost.unit for cost in costs if _bound_of(cost) is None}))


@cache
def sums_of(book: str) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Code and class -> its components, and by which deflator their publisher brought them
    together; of a book whose sums ship with totalplace."""
    return {
        (row["code"], row["class"]): (row["components"], row["deflator"])
        for row in load("unit_cost_sum").to_pylist()
        if row["book"] == book
    }


def _alone(cost: UnitCost) -> Iterable[Flag]:
    correct = "look the value up in its source, correct it, or say in `accepted` why it stands"
    if cost.value_pence < 0:
        why = f"it is {format_gbp(cost.value_pence)}"
        yield flag_of(cost, "negative", why, "give a cost as a positive amount")
    low, high = cost.low_pence, cost.high_pence
    if (low is not None and low > cost.value_pence) or (
        high is not None and high < cost.value_pence
    ):
        ends = [("no end" if one is None else format_gbp(one)) for one in (low, high)]
        why = f"{format_gbp(cost.value_pence)} is not between {ends[0]} and {ends[1]}"
        yield flag_of(cost, "range_inverted", why, correct)
    if cost.price_year not in deflators():
        years = sorted(deflators())
        why = f"it is in prices of {cost.price_year}; known are {years[0]} to {years[-1]}"
        yield flag_of(cost, "no_deflator", why, "give the financial year, such as 2013-14")
        return
    bound = _bound_of(cost)
    if bound is None:
        return
    pence = in_prices(cost.value_pence, cost.price_year, bound.price_year)
    if not bound.low_pence <= pence <= bound.high_pence:
        why = (
            f"{format_gbp(cost.value_pence)} {cost.unit.lower()} is {format_gbp(pence)} in prices"
            f" of {bound.price_year}; expected {format_gbp(bound.low_pence)} to"
            f" {format_gbp(bound.high_pence)} ({bound.why})"
        )
        yield flag_of(cost, "implausible", why, correct)


def _sums(costs: Sequence[UnitCost]) -> Iterable[Flag]:
    known = {_key(cost): cost for cost in costs}
    for cost in costs:
        if not cost.components:
            continue
        parts = [
            (known.get((cost.book, code, cost.value_class)), times) for code, times in cost.addends
        ]
        found = [(part, times) for part, times in parts if part is not None]
        if len(found) < len(parts):
            # a sum that lacks a part cannot be checked: `missing_components` tells
            continue
        deflator = sums_of(cost.book).get((cost.code, cost.value_class), ("", None))[1]
        try:
            pence = [
                times
                * in_prices(part.value_pence, part.price_year, cost.price_year, edition=deflator)
                for part, times in found
            ]
        except KeyError:
            continue
        slack = _rounding(cost) + sum(times * _rounding(part) for part, times in found)
        if abs(sum(pence) - cost.value_pence) > slack:
            told = " + ".join(map(format_gbp, pence))
            why = (
                f"{' + '.join(code for code, _ in cost.addends)} = {told} ="
                f" {format_gbp(sum(pence))}, not {format_gbp(cost.value_pence)}"
            )
            fix = "look up the sum and its components in the source: one of them is wrong"
            yield flag_of(cost, "sum_differs", why, fix)


def missing_components(costs: Sequence[UnitCost]) -> tuple[tuple[UnitCost, tuple[str, ...]], ...]:
    """Sums that could not be checked, and the codes that the table lacks."""
    known = {_key(cost) for cost in costs}
    lacking = [
        (
            cost,
            tuple(
                code for code, _ in cost.addends if (cost.book, code, cost.value_class) not in known
            ),
        )
        for cost in costs
    ]
    return tuple((cost, codes) for cost, codes in lacking if codes)


def _rounding(cost: UnitCost) -> int:
    """How many pence a printed value may be off: 50 for whole pounds, else 1."""
    return 50 if cost.value_pence % 100 == 0 else 1


def _key(cost: UnitCost) -> tuple[str, str, str]:
    return cost.book, cost.code, cost.value_class


@cache
def _bounds() -> tuple[_Bound, ...]:
    rows: list[dict[str, Any]] = load("unit_cost_bound").to_pylist()
    return tuple(
        _Bound(**{name: row[name] for name in _Bound.__dataclass_fields__}) for row in rows
    )


def _bound_of(cost: UnitCost) -> _Bound | None:
    """The bound of its unit and heading, or else of its unit."""
    unit = " ".join(cost.unit.lower().split())
    heading = " ".join((cost.heading or "").upper().split())
    of_unit = [one for one in _bounds() if one.unit == unit]
    named = [one for one in of_unit if one.heading == heading]
    return next(iter(named or [one for one in of_unit if one.heading is None]), None)
