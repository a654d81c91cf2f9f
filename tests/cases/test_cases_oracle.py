"""The evaluation against a slow one in plain Python, and what holds whatever the case."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from slow_case import work_out
from worlds_of_cases import BODIES, cases, text

from counted import tried
from totalplace.cases import read_case_text
from totalplace.cases._draws import Draws
from totalplace.cases._evaluate import NEVER, cube_of, evaluate, present_values
from totalplace.cases._plan import plan_of
from totalplace.cases._trace import trace_of

DRAWS = 4


def close(found: float, wanted: float, scale: float) -> bool:
    return abs(found - wanted) <= 1e-9 * max(1.0, scale)


@tried(400, 25)
@given(cases())
def test_agrees_with_the_slow_evaluator(made: dict) -> None:
    case = read_case_text(text(made))
    plan = plan_of(case)
    values = Draws(case, DRAWS, case.seed).values(case.correlation)
    drawn = evaluate(plan, values, DRAWS, block=3)
    cube = cube_of(plan, values, DRAWS)
    trace_of(plan, evaluate(plan, {}, 1))
    for draw in range(DRAWS):
        slow = work_out(case, {key: float(one[draw]) for key, one in values.items()})
        size = slow.gross
        for at, view in enumerate(plan.views):
            assert close(drawn.cost[at, draw], slow.pv_cost[view], size), view
            assert close(drawn.benefit[at, draw], slow.pv_benefit[view], size), view
            if plan.cost_weights[at].max(initial=0.0) > 0:
                assert drawn.payback[at, draw] == (slow.payback[view] or 0) or (
                    slow.payback[view] is None and drawn.payback[at, draw] == NEVER
                )
        for number, body in enumerate(cube.bodies):
            for kind, name in enumerate(cube.classes):
                sign = -1 if name == "cost" else 1
                for year in range(plan.years):
                    wanted = sign * slow.money.get((body, name, year), 0.0)
                    assert close(cube.values[number, kind, year, draw], wanted, size)
            for year in range(plan.years):
                wanted = slow.cash.get((body, year), 0.0)
                assert close(cube.cashable[number, year, draw], wanted, size)
    plain = work_out(case, {key: float(one[0]) for key, one in values.items()}, with_bias=False)
    for at, view in enumerate(plan.views):
        assert close(drawn.cost_without_bias[at, 0], plain.pv_cost[view], size)
        assert close(drawn.benefit_without_bias[at, 0], plain.pv_benefit[view], size)


@tried(300, 25)
@given(cases())
def test_what_holds_of_every_case(made: dict) -> None:
    case = read_case_text(text(made))
    plan = plan_of(case)
    values = Draws(case, DRAWS, case.seed).values(case.correlation)
    cost, benefit = present_values(plan, values, DRAWS)
    npv = dict(zip(plan.views, benefit - cost, strict=True))
    scale = float(np.abs(cost).max() + np.abs(benefit).max() + 1)
    public = [one for one in BODIES if case.bodies[one].is_public]
    # bodies sum to the exchequer, and so do the two tiers
    assert np.allclose(sum(npv[one] for one in public), npv["exchequer"], atol=1e-9 * scale)
    assert np.allclose(npv["local"] + npv["national"], npv["exchequer"], atol=1e-9 * scale)
    cube = cube_of(plan, values, DRAWS)
    at = {name: number for number, name in enumerate(cube.classes)}
    # transfers net to nothing in society
    assert np.abs(cube.values[:, at["transfer"]].sum(axis=0)).max() <= 1e-9 * scale
    # what is split sums to what there is
    total = cube.values.sum(axis=(0, 1))
    assert np.allclose(plan.factors @ total, npv["society"], atol=1e-9 * scale)
    for item in case.items:
        shares = item.payer if hasattr(item, "payer") else item.split
        assert sum(shares.values()) == pytest.approx(1, abs=1e-9)


@tried(300, 25)
@given(cases())
def test_no_more_is_cashable_than_is_fiscal(made: dict) -> None:
    for row in made["outcome"]:
        row["options"] = ["preferred"]
    case = read_case_text(text(made))
    plan = plan_of(case)
    values = Draws(case, DRAWS, case.seed).values(case.correlation)
    cube = cube_of(plan, values, DRAWS)
    fiscal = cube.values[:, [cube.classes.index(one) for one in ("fiscal", "transfer")]].sum(axis=1)
    public = [case.bodies[one].is_public for one in cube.bodies]
    scale = float(np.abs(fiscal).max() + 1)
    assert (cube.cashable[public] <= fiscal[public] + 1e-9 * scale).all()
    assert np.abs(cube.cashable[[not one for one in public]]).max(initial=0.0) == 0.0
