"""What outcomes have in common: the same people, one event, one unit cost.

The same people are one number, however many outcomes name them: they are drawn once, and move
together wherever one number at a time is moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from totalplace.cases._case import Activity, Number, Outcome
from totalplace.cases._spread import quantile
from totalplace.errors import Problem

__all__ = ["least_and_most", "reached_points", "same_numbers", "together_problems"]

_NEARLY = 1e-9


def same_numbers(items: Iterable[Activity | Outcome]) -> dict[str, str]:
    """Key of every number -> key of the first one that is the same quantity, often its own.

    The same are cohorts with one id; baselines of one event of one such cohort; unit costs of one
    code. They are only if their values and ranges are, too: a class of value, or what a case says
    otherwise of a code, may make them two.
    """
    first: dict[tuple[Any, ...], str] = {}
    return {
        number.key: first.setdefault(_quantity(item, number), number.key)
        for item in items
        for number in item.numbers()
    }


def _quantity(item: Activity | Outcome, number: Number) -> tuple[Any, ...]:
    """What a number is a number of; of most, itself."""
    if isinstance(item, Outcome):
        if number is item.cohort and item.cohort_id:
            return ("cohort", item.cohort_id, *_stated(number))
        if number is item.baseline and item.cohort_id:
            return ("baseline", item.event, item.cohort_id, *_stated(number))
        if number is item.unit_cost and item.unit_cost_code:
            return ("unit cost", item.unit_cost_code, *_stated(number))
    return (number.key,)


def _stated(number: Number) -> tuple[Any, ...]:
    """A number and its range, in the unit of the evaluation as far as that can be told."""
    return number.value, number.scale, number.deflator, number.spread


def together_problems(outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    """What outcomes say differently of the same people, and effects beyond what there is."""
    people: dict[str, Outcome] = {}
    events: dict[tuple[str, str], Outcome] = {}
    for one in outcomes:
        if one.cohort is None or one.baseline is None:
            continue
        yield from _beyond(one)
        if not one.cohort_id:
            continue
        other = events.setdefault((one.event, one.cohort_id), one)
        whose = people.setdefault(one.cohort_id, one)
        if _base(one) != _base(other):
            yield Problem(
                "different_baselines",
                f"{one.id} and {other.id} change one event of one cohort from different bases",
                one.where,
                "cohort, baseline or intake of the two differ, or their ranges do",
                "make them the same, or give them other events or cohort ids",
            )
        elif _people(one) != _people(whose):
            yield Problem(
                "different_cohorts",
                f"{one.id} and {whose.id} name the same people and count them differently",
                one.where,
                f"the cohort {one.cohort_id!r} differs in its number or its range",
                "make them the same, or give them other cohort ids",
            )


def _people(one: Outcome) -> tuple[Any, ...]:
    assert one.cohort is not None
    return _stated(one.cohort)


def _base(one: Outcome) -> tuple[Any, ...]:
    assert one.baseline is not None
    return *_people(one), *_stated(one.baseline), one.intake


def _beyond(one: Outcome) -> Iterator[Problem]:
    """An effect in points that takes more off than happens."""
    if one.effect_as != "points" or one.baseline is None:
        return
    reached, there = reached_points(one, {}), one.baseline.point
    if reached > there * (1 + _NEARLY):
        yield Problem(
            "points_beyond_baseline",
            f"the effect of {one.id} takes more off than there is",
            one.where,
            f"{reached:.6g} points, after take-up and what is taken off, of a baseline of "
            f"{there:.6g}",
            'correct the effect or its unit, or write as = "relative"',
        )


def reached_points(one: Outcome, values: Mapping[str, float]) -> float:
    """Points that an effect takes off for one of the cohort, after take-up and what is taken off.

    Args:
        values: key of a number -> what it is; others are at their point.
    """

    def value(number: Number | None, default: float) -> float:
        return default if number is None else values.get(number.key, number.point)

    found = value(one.takeup, 1.0) * value(one.effect, 0.0)
    for off in (one.deadweight, one.displacement, one.leakage):
        found *= 1 - value(off, 0.0)
    return found


def least_and_most(number: Number) -> tuple[float, float]:
    """The ends of the range of a number, within its bounds; its point twice without a range."""
    if number.spread is None:
        return number.point, number.point
    plain = number.scale * number.deflator
    least, most = (float(one) for one in quantile(number.spread, [0.0, 1.0]))
    return max(least, number.floor) * plain, min(most, number.ceiling) * plain
