"""The bench's case worked out otherwise: whole arrays in NumPy, and a loop as in a spreadsheet.

Both give what the product's evaluation gives: present values of costs and benefits of all views
with and without optimism bias, payback years, cumulated net money and the Exchequer's cash.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from totalplace.cases import Case

__all__ = ["by_arrays", "by_loop"]

_BANDS = {1: 0.0, 2: 0.05, 3: 0.10, 4: 0.15, 5: 0.25, 6: 0.40}
_NEVER = 32_767


def _members(case: Case) -> tuple[list[str], dict[str, list[int]]]:
    bodies = [name for name in case.bodies if name != "society"]
    tiers = [case.bodies[name].tier for name in bodies]
    every = list(range(len(bodies)))
    views = {name: [at] for at, name in enumerate(bodies)}
    for tier in ("local", "national"):
        views[tier] = [at for at in every if tiers[at] == tier]
    return bodies, {**views, "exchequer": every, "society": every}


def by_arrays(  # noqa: PLR0915 - a plain script, step after step
    case: Case, values: Mapping[str, Any], draws: int
) -> dict[str, Any]:
    """Arrays of draw x year x row x body, each step one operation on the whole of it."""
    bodies, views = _members(case)
    years = np.arange(case.horizon + 1)
    factors = 1.035 ** -years.astype(float)

    def value(number: Any) -> Any:
        if number is None:
            return np.zeros((1, 1))
        found = values.get(number.key)
        return np.array([[number.point]]) if found is None else found[:, None]

    cost = np.zeros((draws, len(years), len(case.activities)))
    payer = np.zeros((len(case.activities), len(bodies)))
    cost_bias = np.zeros(len(case.activities))
    for at, item in enumerate(case.activities):
        profile = np.zeros(len(years))
        profile[item.years[0] : item.years[1] + 1] = item.profile
        cost[:, :, at] = value(item.cost) * profile
        payer[at] = [item.payer.get(name, 0.0) for name in bodies]
        cost_bias[at] = 1 + _BANDS[item.grade.worst]
    quantity = np.zeros((draws, len(years), len(case.outcomes)))
    worth, cashed = np.zeros_like(quantity), np.zeros_like(quantity)
    split = np.zeros((len(case.outcomes), len(bodies)))
    benefit_bias = np.zeros(len(case.outcomes))
    real = np.array([item.value_class != "transfer" for item in case.outcomes])
    for at, item in enumerate(case.outcomes):
        since = years - item.lag
        left = np.where(since >= 0, (1 - value(item.dropoff)) ** np.maximum(since, 0), 0.0)
        reach = value(item.takeup) * value(item.baseline) * value(item.effect)
        for number in (item.deadweight, item.displacement, item.leakage):
            reach = reach * (1 - value(number))
        quantity[:, :, at] = value(item.cohort) * reach * left
        worth[:, :, at] = quantity[:, :, at] * value(item.unit_cost)
        split[at] = [item.split.get(name, 0.0) for name in bodies]
        benefit_bias[at] = 1 - _BANDS[item.grade.worst]
        if item.cashable is None:
            continue
        lag, block = item.cashable.release_lag, item.cashable.block
        before = np.zeros((draws, len(years)))
        before[:, lag:] = quantity[:, : len(years) - lag, at]
        freed = before if block is None else block * np.floor(before / block + 1e-9)
        released = np.minimum(freed, quantity[:, :, at])
        cashed[:, :, at] = value(item.cashable.share) * released * value(item.unit_cost)
    money = {
        "plain": (cost @ payer, worth @ split, worth[:, :, real] @ split[real]),
        "biased": (
            (cost * cost_bias) @ payer,
            (worth * benefit_bias) @ split,
            (worth * benefit_bias)[:, :, real] @ split[real],
        ),
    }
    found: dict[str, Any] = {}
    for name, by_body in money.items():
        spent_now, got_now, real_now = ((one * factors[:, None]).sum(axis=1) for one in by_body)
        found[f"{name} cost"] = np.stack([spent_now[:, at].sum(axis=1) for at in views.values()])
        found[f"{name} benefit"] = np.stack(
            [
                (real_now if view == "society" else got_now)[:, at].sum(axis=1)
                for view, at in views.items()
            ]
        )
    spent, got, got_real = money["biased"]
    net, net_real = got - spent, got_real - spent
    cumulated = np.stack(
        [
            np.cumsum((net_real if view == "society" else net)[:, :, at].sum(axis=2), axis=1)
            for view, at in views.items()
        ]
    )
    below = cumulated < -1e-6
    last = len(years) - 1 - np.argmax(below[:, :, ::-1], axis=2)
    after = np.where(below.any(axis=2), last + 1, 0)
    found["payback"] = np.where(after >= len(years), _NEVER, after)
    found["cumulated"] = cumulated[list(views).index("society")].T
    cash = ((cashed * benefit_bias) @ split).sum(axis=2)
    found["cash"] = (cash - spent.sum(axis=2)).T
    return found


def by_loop(  # noqa: PLR0912 - cell after cell
    case: Case, values: Mapping[str, Any], draw: int
) -> dict[str, tuple[float, float]]:
    """One draw cell by cell, as in a spreadsheet: biased cost and benefit of each view."""
    bodies, views = _members(case)
    one = {key: float(found[draw]) for key, found in values.items()}

    def value(number: Any) -> float:
        return 0.0 if number is None else one.get(number.key, number.point)

    years = range(case.horizon + 1)
    spent = {name: [0.0] * len(years) for name in bodies}
    got = {name: [0.0] * len(years) for name in bodies}
    real = {name: [0.0] * len(years) for name in bodies}
    for item in case.activities:
        for year in years:
            if item.years[0] <= year <= item.years[1]:
                weight = item.profile[year - item.years[0]]
                amount = value(item.cost) * weight * (1 + _BANDS[item.grade.worst])
                for name, share in item.payer.items():
                    spent[name][year] += share * amount
    for item in case.outcomes:
        counts = []
        for year in years:
            since = year - item.lag
            left = (1 - value(item.dropoff)) ** since if since >= 0 else 0.0
            count = value(item.cohort) * value(item.takeup) * value(item.baseline)
            count *= value(item.effect) * (1 - value(item.deadweight)) * left
            counts.append(count)
            amount = count * value(item.unit_cost) * (1 - _BANDS[item.grade.worst])
            for name, share in item.split.items():
                got[name][year] += share * amount
                if item.value_class != "transfer":
                    real[name][year] += share * amount
        if item.cashable is not None and item.cashable.block is not None:
            for year in years:
                before = counts[year - item.cashable.release_lag] if year else 0.0
                math.floor(before / item.cashable.block) * value(item.cashable.share)
    found = {}
    for view, members in views.items():
        gains = real if view == "society" else got
        cost = benefit = 0.0
        for year in years:
            factor = 1.035**-year
            for at in members:
                cost += spent[bodies[at]][year] * factor
                benefit += gains[bodies[at]][year] * factor
        found[view] = (cost, benefit)
    return found
