"""What is told of answers: gaps, cash by year, shares that cannot be, amounts of any size."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from totalplace.cases.portfolio import Body, Intervention, Portfolio, Stream, solve_portfolio
from totalplace.cases.portfolio import _solve as solver
from totalplace.cases.portfolio._model import ShareRule
from totalplace.cases.portfolio._share import pooled_choice, share_gain
from totalplace.cases.portfolio._solve import choose
from totalplace.errors import RequestError


def many(count: int, **more: object) -> Portfolio:
    """A knapsack whose relaxation is above its answer."""
    return Portfolio(
        id="many",
        years=1,
        unit=1,
        discount="none",
        factors=(1.0,),
        bodies={"council": Body("council")},
        streams=(Stream("pool", "council", "none", (count * 5501,), (0,)),),
        interventions=tuple(
            Intervention(
                f"i{n}",
                (10_000 + 37 * n % 997,),
                9_000 + 53 * n % 991,
                (),
                {"council": Fraction(1)},
            )
            for n in range(count)
        ),
        **more,  # type: ignore[arg-type]
    )


def test_an_answer_within_a_gap_is_not_called_optimal() -> None:
    found = solve_portfolio(many(40, gap=0.4))
    exact = choose(many(40))
    assert exact is not None
    assert exact.status == "optimal"
    loose = found.fenced
    assert loose.value_pence <= exact.value_pence <= loose.bound_pence
    if loose.value_pence < exact.value_pence:
        assert loose.status == "within_gap"
    assert found.document["gap"] == pytest.approx(1 - loose.value_pence / loose.bound_pence)


def test_a_search_that_is_ended_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = solver.milp

    def ended(*args: object, **more: object) -> object:
        found = asked(*args, **more)
        if more.get("integrality") is not None and found.get("mip_dual_bound") is not None:
            found["status"], found["mip_dual_bound"] = 1, found["mip_dual_bound"] * 1.1
        return found

    monkeypatch.setattr(solver, "milp", ended)
    found = solve_portfolio(many(6))
    assert found.document["status"] == "time_limit"
    assert found.document["gap"] == pytest.approx(1 - 1 / 1.1, abs=1e-3)


def test_no_answer_in_time_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = solver.milp

    def ended(*args: object, **more: object) -> object:
        found = asked(*args, **more)
        found["status"], found["x"] = 1, None
        return found

    monkeypatch.setattr(solver, "milp", ended)
    with pytest.raises(RequestError) as caught:
        choose(many(6))
    assert [one.code for one in caught.value.problems] == ["no_answer_in_time"]


@pytest.mark.parametrize("factor", [1, 10**4, 10**9, 10**11])
def test_a_penny_too_little_is_too_little(toy: Portfolio, factor: int) -> None:
    """From £4 to £400 thousand million: the solver's tolerances decide nothing."""
    big = replace(
        toy,
        streams=tuple(
            replace(one, budget=(one.budget[0] * factor - (one.id == "council"),))
            for one in toy.streams
        ),
        interventions=tuple(
            replace(one, cost=(one.cost[0] * factor,), npv_pence=one.npv_pence * factor)
            for one in toy.interventions
        ),
    )
    found = choose(big)
    assert found is not None
    assert found.bought == {"A"}
    exact = choose(replace(big, streams=(big.streams[0], toy_council(factor))))
    assert exact is not None
    assert exact.bought == {"A", "B"}


def toy_council(factor: int) -> Stream:
    return Stream("council", "council", "hard", (400 * factor,), (0,))


def yearly(toy: Portfolio) -> Portfolio:
    """The council pays at once for what the health service has from year 1 on."""
    return replace(
        toy,
        years=2,
        factors=(1.0, 0.9),
        streams=tuple(replace(one, budget=(one.budget[0], 0), floor=(0, 0)) for one in toy.streams),
        interventions=(
            Intervention(
                "home", (400, 0), 900 - 400, ("council",), {"nhs": Fraction(1)}, benefit=(0, 1000)
            ),
            Intervention(
                "fast",
                (400, 0),
                200 + 180 - 400,
                ("health",),
                {"council": Fraction(1)},
                benefit=(200, 200),
                must=True,
            ),
        ),
    )


def test_cash_by_year_is_settled_as_benefits_come_in(toy: Portfolio) -> None:
    portfolio = yearly(toy)
    pooled = pooled_choice(portfolio)
    assert pooled is not None
    fixed = {"nhs": Fraction(1, 2), "council": Fraction(1, 2)}
    shared = share_gain(portfolio, ShareRule("fixed", fixed, {}), pooled)
    assert shared.cash is not None
    for year in range(2):
        assert sum(one.settlement[year] for one in shared.cash) == 0
    present = {
        one.body: sum(f * s for f, s in zip(portfolio.factors, one.settlement, strict=True))
        for one in shared.cash
    }
    for one in shared.positions:
        assert present[one.body] == pytest.approx(one.settlement_pence, abs=2)
    by_body = {one.body: one for one in shared.cash}
    # the health service would pay the council in year 0, before anything has come in
    assert by_body["nhs"].at_hand[0] < 0 <= by_body["nhs"].at_hand[1]


def test_without_years_of_the_benefit_cash_is_not_told(toy: Portfolio) -> None:
    pooled = pooled_choice(toy)
    assert pooled is not None
    shared = share_gain(toy, ShareRule("shapley", {}, {}), pooled)
    assert shared.cash is None
    assert shared.cash_reason == "the years of the benefit are not given for A, B, C"


def test_shares_that_cannot_be(toy: Portfolio) -> None:
    loser = replace(
        toy,
        interventions=tuple(
            replace(one, gain={"nhs": Fraction(-1), "council": Fraction(2)})
            for one in toy.interventions
        ),
    )
    crowd = replace(toy, bodies={f"b{n}": Body(f"b{n}") for n in range(11)} | dict(toy.bodies))
    free = replace(toy, interventions=tuple(replace(one, cost=(0,)) for one in toy.interventions))
    for portfolio, method, code in (
        (loser, "proportional_to_gain", "no_share_by_gain"),
        (free, "proportional_to_cost", "no_share_by_cost"),
        (crowd, "shapley", "too_many_bodies"),
    ):
        pooled = pooled_choice(portfolio)
        assert pooled is not None
        with pytest.raises(RequestError) as caught:
            share_gain(portfolio, ShareRule(method, {}, {}), pooled)
        assert [one.code for one in caught.value.problems] == [code]
    pooled = pooled_choice(crowd)
    assert pooled is not None
    shared = share_gain(crowd, ShareRule("proportional_to_cost", {}, {}), pooled)
    assert (shared.blocking, shared.stable_split_exists) == (None, None)


def test_floors_of_streams_and_bodies_are_kept(toy: Portfolio) -> None:
    """A loses 1.00; a floor of health's spending buys it all the same, one of its position not."""
    losing = replace(toy, interventions=(replace(toy.interventions[0], npv_pence=-100),
                                         *toy.interventions[1:]))  # fmt: skip
    free = choose(losing)
    bound = replace(losing, streams=(replace(losing.streams[0], floor=(100,)), losing.streams[1]))
    spent = choose(bound)
    both = choose(replace(bound, bodies={**bound.bodies, "nhs": Body("nhs", floor_pence=-99)}))
    just = choose(replace(bound, bodies={**bound.bodies, "nhs": Body("nhs", floor_pence=-100)}))
    assert free is not None
    assert spent is not None
    assert just is not None
    assert (free.bought, free.value_pence) == ({"B"}, 1000)
    assert (spent.bought, spent.value_pence) == ({"A", "B"}, 900)
    assert just.bought == {"A", "B"}
    assert both is None
