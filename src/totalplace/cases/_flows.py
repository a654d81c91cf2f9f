"""Money by row, year and draw: the steps of the evaluation from cohort to value, vectorised.

Each step is the one that the trace shows. What the profile of years does not need per draw is kept
apart as an amount by draw, so that most rows cost one multiplication a draw and not one a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from totalplace.cases._case import FISCAL, Activity, Number, Outcome
from totalplace.cases._plan import Plan, Row

__all__ = ["Flows", "Values", "flows", "kernel"]

Array = npt.NDArray[np.float64]
Values = Mapping[str, Array]
"""Key of a number -> its draws; numbers that are not in it are at their point."""


@dataclass
class Flows:
    """Money of each row before shares and discounting; before bias too, until :meth:`bias`.

    Attributes:
        amounts: row x draw.
        profiles: row x year: the row's money is amount x profile, where it is not in ``money``.
        money: row -> year x draw, where the years depend on the draw; its amount is then 0.
        counts: row -> how many by draw, of chains whose years do not depend on the draw: the
            quantity is count x profile.
        cash_amounts, cash_money: of what can be cashed, as ``amounts`` and ``money``.
    """

    amounts: Array
    profiles: Array
    money: dict[int, Array] = field(default_factory=dict)
    counts: dict[int, Array] = field(default_factory=dict)
    cash_amounts: dict[int, Array] = field(default_factory=dict)
    cash_money: dict[int, Array] = field(default_factory=dict)

    def bias(self, plan: Plan) -> None:
        """Multiply all money, in place, by the optimism bias of its row and sign."""
        factors = plan.bias[:, None]
        below = self.amounts < 0
        if below.any():
            factors = np.where(below, plan.bias_below[:, None], factors)
        self.amounts *= factors
        for at, amounts in self.cash_amounts.items():
            # of the sign of its amount, or nothing
            self.cash_amounts[at] = amounts * factors[at]
        for part in (self.money, self.cash_money):
            for at, money in part.items():
                row = plan.rows[at]
                part[at] = money * np.where(money < 0, row.bias_below, row.bias)

    def of(self, row: int) -> Array:
        """Money of a row: year x draw."""
        if row in self.money:
            return self.money[row]
        return np.outer(self.profiles[row], self.amounts[row])

    def cash_of(self, row: int) -> Array | None:
        """What of it can be cashed: year x draw; ``None`` if nothing can."""
        if row in self.cash_money:
            return self.cash_money[row]
        if row in self.cash_amounts:
            return np.outer(self.profiles[row], self.cash_amounts[row])
        return None


def flows(plan: Plan, values: Values, draws: int, *, with_cash: bool = True) -> Flows:
    """Money of every row of a plan.

    Args:
        values: draws of the numbers, each of length ``draws``.
        with_cash: whether what can be cashed is worked out too.
    """
    count, years = len(plan.rows), plan.years
    made = Flows(np.zeros((count, draws)), np.zeros((count, years)))
    grouped = {at for members in plan.groups for at in members}
    for at, row in enumerate(plan.rows):
        if isinstance(row.item, Activity) or row.item.benefit is not None:
            _stated(made, at, row, values)
        elif at not in grouped:
            _chain(made, at, row, values, years)
    for members in plan.groups:
        _combined(made, members, plan, values, draws)
    if with_cash:
        for at, row in enumerate(plan.rows):
            _cash(made, at, row, values)
    return made


def _value(number: Number | None, values: Values, default: float = 0.0) -> Array | float:
    if number is None:
        return default
    found = values.get(number.key)
    return number.point if found is None else found


def _stated(made: Flows, at: int, row: Row, values: Values) -> None:
    item = row.item
    if isinstance(item, Activity):
        made.amounts[at] = _value(item.cost, values)
    else:
        made.amounts[at] = _value(item.benefit, values) * _value(item.weight, values, 1.0)
    made.profiles[at, item.years[0] : item.years[1] + 1] = item.profile


def _reach(item: Outcome, values: Values) -> Array | float:
    """What the effect comes to for one of the cohort: take-up x effect x what is not taken off.

    In points it is at most the baseline: no more can be taken off than there is.
    """
    reach = (
        _value(item.takeup, values, 1.0)
        * _value(item.effect, values)
        * (1 - _value(item.deadweight, values))
        * (1 - _value(item.displacement, values))
        * (1 - _value(item.leakage, values))
    )
    return np.minimum(reach, _value(item.baseline, values)) if item.effect_as == "points" else reach


def _base(item: Outcome, values: Values) -> Array | float:
    """What the effect is a share of: the cohort, times the baseline if it is relative."""
    cohort = _value(item.cohort, values)
    return cohort * _value(item.baseline, values) if item.effect_as == "relative" else cohort


def kernel(item: Outcome, dropoff: Array | float, years: int) -> Array:
    """Share of the effect left, by years since joining: year, or year x draw."""
    since = np.arange(years) - item.lag
    is_on = since >= 0
    if item.lasts is not None:
        is_on &= since < item.lasts
    if item.persistence:
        left = np.zeros(years)
        held = item.persistence[: max(years - item.lag, 0)]
        left[item.lag : item.lag + len(held)] = held
        return np.where(is_on, left, 0.0)
    if isinstance(dropoff, np.ndarray):
        left = np.zeros((years, len(dropoff)))
        keep, now = 1 - dropoff, np.ones(len(dropoff))
        for year in np.flatnonzero(is_on):
            left[year] = now
            now = now * keep
        return left
    return np.where(is_on, (1 - dropoff) ** np.maximum(since, 0), 0.0)


def _joined(left: Array, intake: tuple[int, int]) -> Array:
    """The kernel of one cohort -> that of all that join from the first to the last year."""
    if intake == (0, 0):
        return left
    years = len(left)
    total = np.zeros_like(left)
    for joins in range(intake[0], intake[1] + 1):
        total[joins:] += left[: years - joins]
    return total


def _chain(made: Flows, at: int, row: Row, values: Values, years: int) -> None:
    item = row.item
    assert isinstance(item, Outcome)
    quantity = _base(item, values) * _reach(item, values)
    left = _joined(kernel(item, _value(item.dropoff, values), years), item.intake)
    worth = quantity * _worth(item, values)
    if left.ndim == 1:
        made.amounts[at] = worth
        made.profiles[at] = left
        made.counts[at] = np.broadcast_to(quantity, made.amounts[at].shape)
    else:
        made.money[at] = left * worth


def _combined(
    made: Flows, members: tuple[int, ...], plan: Plan, values: Values, draws: int
) -> None:
    """Effects on one event of one cohort: each takes its share of what those before have left."""
    years = plan.years
    untouched = np.ones((years, draws))
    for at in members:
        item = plan.rows[at].item
        assert isinstance(item, Outcome)
        reach = taken = _reach(item, values)
        if item.effect_as == "points":
            baseline = np.asarray(_value(item.baseline, values), dtype=float)
            with np.errstate(divide="ignore", invalid="ignore"):
                # harm to people whom nothing would befall leaves the others their whole
                taken = np.where(baseline > 0, reach / baseline, 0.0)
        left = kernel(item, _value(item.dropoff, values), years)
        left = left if left.ndim == 2 else left[:, None]
        quantity = _joined(left * untouched, item.intake) * (_base(item, values) * reach)
        untouched = untouched * (1 - left * taken)
        made.money[at] = quantity * _worth(item, values)


def _worth(item: Outcome, values: Values) -> Array | float:
    """What one is worth, by the weight of those who gain; money of public bodies has none."""
    return _value(item.unit_cost, values) * _value(item.weight, values, 1.0)


def _cash(made: Flows, at: int, row: Row, values: Values) -> None:
    """What of a saving leaves a budget: its share, of whole blocks, after the release lag.

    An added cost (a negative saving) hits the budget in full and at once, whatever is said of
    cashing it.
    """
    item = row.item
    if isinstance(item, Activity) or row.value_class not in FISCAL:
        return
    if item.cashable is None:
        if at in made.money:
            if (made.money[at] < 0).any():
                made.cash_money[at] = np.minimum(made.money[at], 0.0)
        elif (made.amounts[at] < 0).any():
            made.cash_amounts[at] = np.minimum(made.amounts[at], 0.0)
        return
    share = _value(item.cashable.share, values)
    block, lag = item.cashable.block, item.cashable.release_lag
    if block is None and lag == 0 and at not in made.money:
        amount = made.amounts[at]
        made.cash_amounts[at] = np.where(amount >= 0, share * amount, amount)
        return
    if at in made.counts and made.amounts[at].min() >= 0 and made.counts[at].min() >= 0:
        made.cash_money[at] = _released(
            np.outer(made.profiles[at], made.counts[at]), block, lag
        ) * (share * _value(item.unit_cost, values))
        return
    money = made.of(at)
    # money stated directly is its own quantity; of a chain, money over unit cost is
    worth = 1.0 if item.benefit is not None else _value(item.unit_cost, values)
    with np.errstate(divide="ignore", invalid="ignore"):
        quantity = np.where(np.asarray(worth) != 0, money / np.asarray(worth, dtype=float), 0.0)
    released = _released(np.maximum(quantity, 0.0), block, lag)
    cash = share * released * worth
    made.cash_money[at] = np.where(money >= 0, np.minimum(cash, money), money)


def _released(quantity: Array, block: float | None, lag: int) -> Array:
    """What of a quantity is free by whole blocks after the lag, and not more than there is."""
    freed = np.zeros_like(quantity)
    before = quantity[: len(quantity) - lag]
    if block is None:
        freed[lag:] = before
    else:
        blocks = before * (1 / block)
        blocks += 1e-9
        np.floor(blocks, out=blocks)
        np.multiply(blocks, block, out=freed[lag:])
    return np.minimum(freed, quantity, out=freed)
