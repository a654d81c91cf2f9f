"""What a case hangs on: tornado, switching values, what would have to be true, and information.

All of it is told for one perspective and the preferred option, with optimism bias, the other
numbers at their point. The evaluation is that of the draws: candidates stand in for draws. Numbers
that are the same quantity move together, and are told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from totalplace.cases._case import Number
from totalplace.cases._draws import values_of
from totalplace.cases._evaluate import present_values
from totalplace.cases._flows import Values
from totalplace.cases._plan import Plan

__all__ = ["Bar", "Information", "Switch", "information", "switching", "told_by_another", "tornado"]

Array = npt.NDArray[np.float64]
_EITHER_WAY = 0.1
"""By how much a number without a range is moved in the tornado."""
_GRID = 101
_NEARLY = 1e-12
_NOTHING = 1e-6
"""Pounds below which a net present value is nothing."""
_STEPS = 80
_BINS = 50


@dataclass(frozen=True)
class Bar:
    """One bar of the tornado.

    Attributes:
        low, high: the number at its 10th and 90th percentile, or a tenth either way, in its unit.
        npv_low, npv_high: net present value there, in pounds.
        basis: ``10-90`` or ``±10%``.
    """

    number: Number
    low: float
    high: float
    npv_low: float
    npv_high: float
    basis: str

    @property
    def swing(self) -> float:
        """The length of the bar."""
        return abs(self.npv_high - self.npv_low)


@dataclass(frozen=True)
class Switch:
    """Where one number would have to be for a net present value of nothing.

    Attributes:
        number: ``None`` for all benefits, or all costs, together.
        label: its key, or ``all benefits`` or ``all costs``.
        value: in its unit; of all together a share of what is stated; ``None`` if there is none
            within its bounds and ten times the stated value.
        must_be: ``at_least`` or ``at_most``, for the case to be worth its cost.
    """

    number: Number | None
    label: str
    stated: float
    value: float | None
    must_be: str

    @property
    def share(self) -> float | None:
        """Switching value over the stated one."""
        return None if self.value is None or self.stated == 0 else self.value / self.stated


@dataclass(frozen=True)
class Information:
    """What it would be worth to know before deciding, in pounds.

    Attributes:
        everything: expected value of perfect information on all numbers at once.
        numbers: key -> the same on that number alone, at most ``everything``.
    """

    everything: float
    numbers: dict[str, float]


def _numbers(plan: Plan) -> list[Number]:
    """Numbers that the plan's rows take, each once, but what only cash hangs on."""
    found = {one.key: one for row in plan.rows for one in row.item.numbers()}
    others = told_by_another(plan)
    return [
        one for one in found.values() if not one.key.endswith(".cashable") and one.key not in others
    ]


def told_by_another(plan: Plan) -> set[str]:
    """Keys of numbers that are the same quantity as one that is told in their place."""
    return {key for keys in plan.together.values() for key in keys[1:]}


def _npv(plan: Plan, view: int, values: Values, count: int) -> Array:
    cost, benefit = present_values(plan, values, count)
    found: Array = benefit[view] - cost[view]
    return found


def _one_at_a_time(
    plan: Plan, view: int, candidates: Sequence[tuple[Number, Array]]
) -> list[Array]:
    """Net present value where each number in turn takes its candidates, in plain units."""
    sizes = [len(values) for _, values in candidates]
    total, start = sum(sizes), 0
    values: dict[str, Array] = {}
    for (number, wanted), size in zip(candidates, sizes, strict=True):
        held = values.setdefault(number.key, np.full(total, number.point))
        held[start : start + size] = wanted
        values |= dict.fromkeys(plan.together.get(number.key, ()), held)
        start += size
    found = _npv(plan, view, values, total) if total else np.zeros(0)
    return np.split(found, np.cumsum(sizes)[:-1]) if sizes else []


def tornado(plan: Plan, view: str) -> list[Bar]:
    """The bars, the longest first."""
    at, candidates, basis = plan.views.index(view), [], []
    for number in _numbers(plan):
        if number.spread is not None:
            ends = values_of(number, [0.1, 0.9])
            basis.append("10-90")
        else:
            moved = np.sort(number.value * np.array([1 - _EITHER_WAY, 1 + _EITHER_WAY]))
            ends = np.clip(moved, number.floor, number.ceiling) * _plain(number)
            basis.append("±10%")
        candidates.append((number, ends))
    found = [
        Bar(
            number,
            float(ends[0] / _plain(number)),
            float(ends[1] / _plain(number)),
            float(npv[0]),
            float(npv[1]),
            told,
        )
        for (number, ends), npv, told in zip(
            candidates, _one_at_a_time(plan, at, candidates), basis, strict=True
        )
    ]
    return sorted(found, key=lambda bar: (-bar.swing, bar.number.key))


def _plain(number: Number) -> float:
    """Pounds of the price base, or plain shares, of one of the number's unit."""
    return number.scale * number.deflator


def switching(plan: Plan, view: str) -> list[Switch]:
    """All benefits and all costs together, then each number by itself.

    Of several values at which the case turns, the one nearest to what is stated. All together have
    one only where there is both a cost and a benefit.
    """
    at = plan.views.index(view)
    cost, benefit = (float(one[at, 0]) for one in present_values(plan, {}, 1))
    has_both = min(cost, benefit) > 0
    found = [
        Switch(None, "all benefits", 1.0, cost / benefit if has_both else None, "at_least"),
        Switch(None, "all costs", 1.0, benefit / cost if has_both else None, "at_most"),
    ]
    numbers = _numbers(plan)
    grids = [(number, _grid(number)) for number in numbers]
    brackets: dict[int, tuple[float, float, float]] = {}
    rising: dict[int, bool] = {}
    for which, ((number, grid), npv) in enumerate(
        zip(grids, _one_at_a_time(plan, at, grids), strict=True)
    ):
        # where nothing is left at an end of what the number can be, nothing turns there
        is_inside = np.abs(npv) > _NOTHING
        is_inside[1:-1] = True
        signs = np.signbit(npv)
        turns = np.flatnonzero((signs[:-1] != signs[1:]) & is_inside[:-1] & is_inside[1:])
        rising[which] = bool(npv[-1] >= npv[0])
        if len(turns):
            middles = (grid[turns] + grid[turns + 1]) / 2
            turn = turns[np.argmin(np.abs(middles - number.point))]
            brackets[which] = (float(grid[turn]), float(grid[turn + 1]), float(npv[turn]))
            rising[which] = bool(npv[turn + 1] > npv[turn])
    ends = _bisect(plan, at, [(numbers[which], *ends) for which, ends in brackets.items()])
    # what halving comes to beside nothing is nothing
    values = {
        which: 0.0 if abs(end) <= _NEARLY * np.ptp(grids[which][1]) else end
        for which, end in zip(brackets, ends, strict=True)
    }
    for which, number in enumerate(numbers):
        value = values.get(which)
        found.append(
            Switch(
                number,
                number.key,
                number.value,
                None if value is None else value / _plain(number),
                "at_least" if rising[which] else "at_most",
            )
        )
    return found


def _grid(number: Number) -> Array:
    """Candidates from the number's bounds, or nothing to ten times of it, in plain units."""
    reach = 10 * abs(number.value) or 1.0
    low = max(number.floor, -reach if number.value < 0 else 0.0)
    high = min(number.ceiling, reach)
    grid = np.union1d(np.linspace(low, high, _GRID), [number.value])
    return np.asarray(grid * _plain(number))


def _bisect(
    plan: Plan, view: int, brackets: Sequence[tuple[Number, float, float, float]]
) -> list[float]:
    """Where the net present value turns within each bracket: all halved at once."""
    low = np.array([one[1] for one in brackets])
    high = np.array([one[2] for one in brackets])
    below = np.array([one[3] for one in brackets]) < 0
    for _ in range(_STEPS if brackets else 0):
        middle = (low + high) / 2
        npv = np.array(
            [
                float(one[0])
                for one in _one_at_a_time(
                    plan,
                    view,
                    [(row[0], middle[at : at + 1]) for at, row in enumerate(brackets)],
                )
            ]
        )
        is_before = (npv < 0) == below
        low, high = np.where(is_before, middle, low), np.where(is_before, high, middle)
    return [float(one) for one in (low + high) / 2]


def information(npv: Array, values: Values) -> Information:
    """What knowing would be worth, where the choice is to do it or not.

    Everything: mean of the draws above nothing, less the better of doing and not doing on average.
    One number: the same with the mean of the draws given that number, estimated by sorting the
    draws by it into 50 bins of equal size (Strong and Oakley 2013); a little high if they are few.

    Args:
        npv: net present value by draw of the perspective that decides.
        values: key -> draws.
    """
    without = max(0.0, float(npv.mean()))
    everything = float(np.maximum(npv, 0.0).mean()) - without
    bins = min(_BINS, max(1, len(npv) // 20))
    found = {}
    for key, drawn in values.items():
        ordered = npv[np.argsort(drawn, kind="stable")]
        means = [(part.mean(), len(part)) for part in np.array_split(ordered, bins)]
        known = sum(max(0.0, float(mean)) * size for mean, size in means) / len(npv)
        found[key] = min(max(known - without, 0.0), max(everything, 0.0))
    return Information(max(everything, 0.0), found)
