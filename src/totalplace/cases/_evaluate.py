"""Evaluating a case over draws, in blocks that fit the processor's cache.

Present values by view are weights times the rows' discounted money; cumulated money by view is a
product of year x row weights with the rows' amounts. Neither is the cube of body x
class x year x draw ever held for all draws: :func:`cube_of` makes it for as many as are asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from totalplace.cases._case import CLASSES
from totalplace.cases._flows import Flows, Values, flows
from totalplace.cases._plan import Plan

__all__ = ["BLOCK", "NEVER", "Cube", "Evaluated", "cube_of", "evaluate", "present_values"]

Array = npt.NDArray[np.float64]
BLOCK = 1_024
"""Draws of one block at most: its yearly money of all views stays in the cache."""
_PRODUCT = 262_144
"""Operations of one matrix product beyond which the library may start threads for it."""
NEVER = 32_767
"""Payback year of a draw that never pays back."""
_NOTHING = 1e-6
"""Pounds below which a cumulated sum is nothing."""


@dataclass(frozen=True)
class Evaluated:
    """What the draws of one option come to.

    Attributes:
        views: names of the perspectives.
        cost, benefit: view x draw, present values in pounds, with optimism bias.
        cost_without_bias, benefit_without_bias: the same without.
        payback: view x draw: the year from which cumulated net money, undiscounted, is never
            negative again; ``NEVER``.
        cumulative: year x draw, of the perspective that the case is told for, undiscounted.
        cash: body x year x draw -> only percentiles are kept: of the exchequer, year x draw.
    """

    views: tuple[str, ...]
    cost: Array
    benefit: Array
    cost_without_bias: Array
    benefit_without_bias: Array
    payback: npt.NDArray[np.int16]
    cumulative: Array
    cash: Array

    @property
    def npv(self) -> Array:
        """View x draw."""
        return self.benefit - self.cost

    def of(self, view: str) -> int:
        """The number of a view."""
        return self.views.index(view)


def evaluate(
    plan: Plan, values: Values, draws: int, *, view: str | None = None, block: int = BLOCK
) -> Evaluated:
    """All views of a plan over all draws.

    Args:
        values: key of a number -> its draws; others are at their point.
        view: the perspective whose cumulated money is kept; the case's own without.
        block: draws worked on at once.
    """
    count, years = len(plan.views), plan.years
    at = plan.views.index(view or plan.case.perspective)
    cost, benefit, plain_cost, plain_benefit = (np.empty((count, draws)) for _ in range(4))
    payback = np.empty((count, draws), dtype=np.int16)
    cumulative, cash = np.empty((years, draws)), np.empty((years, draws))
    net_weights = plan.benefit_weights - plan.cost_weights
    for part in _blocks(plan, draws, block):
        size = part.stop - part.start
        made = flows(plan, {key: one[part] for key, one in values.items()}, size)
        now = _discounted(plan, made)
        plain_cost[:, part] = plan.cost_weights @ now
        plain_benefit[:, part] = plan.benefit_weights @ now
        made.bias(plan)
        now = _discounted(plan, made)
        cost[:, part] = plan.cost_weights @ now
        benefit[:, part] = plan.benefit_weights @ now
        net = _cumulated(plan, made, net_weights)
        cumulative[:, part] = net[at]
        payback[:, part] = _payback(net)
        cash[:, part] = _exchequer_cash(plan, made)
    payback[(plan.cost_weights > 0).sum(axis=1) == 0] = NEVER
    return Evaluated(
        plan.views, cost, benefit, plain_cost, plain_benefit, payback, cumulative, cash
    )


def present_values(
    plan: Plan, values: Values, draws: int, *, with_bias: bool = True, block: int | None = None
) -> tuple[Array, Array]:
    """Cost and benefit alone, view x draw: all that sensitivity needs."""
    cost, benefit = np.empty((len(plan.views), draws)), np.empty((len(plan.views), draws))
    for part in _blocks(plan, draws, block):
        made = flows(
            plan,
            {key: one[part] for key, one in values.items()},
            part.stop - part.start,
            with_cash=False,
        )
        if with_bias:
            made.bias(plan)
        now = _discounted(plan, made)
        cost[:, part] = plan.cost_weights @ now
        benefit[:, part] = plan.benefit_weights @ now
    return cost, benefit


def _blocks(plan: Plan, draws: int, block: int | None) -> list[slice]:
    """Runs of draws that are worked on at once."""
    work = max(1, plan.years * len(plan.rows))
    size = block or min(BLOCK, max(64, _PRODUCT // work))
    return [slice(first, min(first + size, draws)) for first in range(0, draws, size)]


def _discounted(plan: Plan, made: Flows) -> Array:
    """Present value of each row: row x draw."""
    now: Array = made.amounts * (made.profiles @ plan.factors)[:, None]
    for row, money in made.money.items():
        now[row] = plan.factors @ money
    return now


def _cumulated(plan: Plan, made: Flows, weights: Array) -> Array:
    """Weighted sum of rows, cumulated over the years: weight x year x draw.

    Profiles are cumulated, not what comes of them for each draw; one product a weight is small
    enough for the library of linear algebra to stay on one processor.
    """
    risen = np.cumsum(made.profiles, axis=1).T
    found = np.empty((len(weights), plan.years, made.amounts.shape[1]))
    for at, weight in enumerate(weights):
        np.matmul(risen * weight, made.amounts, out=found[at])
    for row, money in made.money.items():
        total = money.copy()
        for year in range(1, plan.years):
            total[year] += total[year - 1]
        for which in np.flatnonzero(weights[:, row]):
            found[which] += weights[which, row] * total
    return found


def _payback(cumulated: Array) -> npt.NDArray[np.int16]:
    """The year after the last one whose cumulated sum is below nothing, by view and draw."""
    years = cumulated.shape[1]
    after = np.arange(1, years + 1, dtype=np.int16)[:, None]
    found = ((cumulated < -_NOTHING) * after).max(axis=1)
    return np.where(found >= years, np.int16(NEVER), found)


def _exchequer_cash(plan: Plan, made: Flows) -> Array:
    """Cost and cash of all public bodies: year x draw."""
    weights = -plan.cost_weights[plan.views.index("exchequer")]
    found: Array = (made.profiles.T * weights) @ made.amounts
    public = plan.cash_weights.sum(axis=0)
    rows = [row for row in made.cash_amounts if public[row]]
    if rows:
        weighted = made.profiles[rows].T * public[rows]
        found += weighted @ np.stack([made.cash_amounts[row] for row in rows])
    for row, cash in made.cash_money.items():
        if public[row]:
            found += public[row] * cash
    return found


@dataclass(frozen=True)
class Cube:
    """Money by body, class, year and draw, undiscounted, with bias.

    Attributes:
        bodies: ids; the last is ``society``.
        classes: ``cost`` (negative), then the classes of outcomes.
        values: body x class x year x draw, in pounds of the price base.
        cashable: body x year x draw, of the fiscal values.
    """

    bodies: tuple[str, ...]
    classes: tuple[str, ...]
    values: Array
    cashable: Array


def cube_of(plan: Plan, values: Values, draws: int = 1, *, with_bias: bool = True) -> Cube:
    """The cube of a plan; of its deterministic case when no values are given."""
    classes = ("cost", *CLASSES)
    made = flows(plan, values, draws)
    if with_bias:
        made.bias(plan)
    found = np.zeros((len(plan.bodies), len(classes), plan.years, draws))
    cashable = np.zeros((len(plan.bodies), plan.years, draws))
    for at, row in enumerate(plan.rows):
        money = made.of(at) * row.sign
        kind = classes.index(row.value_class)
        signed = -row.shares if row.is_cost else row.shares
        for body in np.flatnonzero(signed):
            found[body, kind] += signed[body] * money
        cash = made.cash_of(at)
        if cash is not None:
            for body in np.flatnonzero(plan.cash_weights[:, at]):
                cashable[body] += plan.cash_weights[body, at] * cash
    return Cube(tuple(one.id for one in plan.bodies), classes, found, cashable)
