"""What is told of answers: gaps, cash by year, shares that cannot be, amounts of any size."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from totalplace.cases.portfolio import Body, Intervention, Portfolio, Stream, solve_portfolio
from totalplace.cases.portfolio import _solve as solver
from totalplace.cases.portfolio._model import ShareRule
from totalplace.cases.portfolio._program import Question
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


def nearly_thirds(pennies: tuple[int, ...], budget: int = 10**10) -> Portfolio:
    """Candidates of a third of the budget and so many pennies each: two of them can be paid."""
    return Portfolio(
        id="thirds",
        years=1,
        unit=1,
        discount="none",
        factors=(1.0,),
        bodies={"council": Body("council")},
        streams=(Stream("pool", "council", "hard", (budget,), (0,)),),
        interventions=tuple(
            Intervention(
                f"i{n}", (3_333_333_333 + more,), 10**8 + n, ("pool",), {"council": Fraction(1)}
            )
            for n, more in enumerate(pennies)
        ),
    )


@pytest.mark.parametrize(
    ("pennies", "bought"),
    [
        ((1,) * 9, {"i7", "i8"}),
        ((1, 2, 3, 4, 5, 6, 7, 8, 9), {"i7", "i8"}),
        ((9, 8, 7, 6, 5, 4, 3, 2, 1), {"i7", "i8"}),
        ((1,) * 40, {"i38", "i39"}),
        ((1, 1, 1, 1, 0, 0, 0, 2, 2), {"i4", "i5", "i6"}),
        ((0, 0, 1, 1, 1, 1, 1, 1, 1), {"i0", "i1", "i8"}),
    ],
)
def test_many_sets_that_miss_a_budget_by_pennies_do_not_end_the_search(
    pennies: tuple[int, ...], bought: set[str]
) -> None:
    """Three of nine are 84 sets, each within the solver's tolerance: 100,000,000.02 of GBP 100m."""
    found = choose(nearly_thirds(pennies))
    assert found is not None
    assert (found.bought, found.status) == (bought, "optimal")


def test_too_many_tries_are_not_called_too_little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "_TRIES", 1)
    with pytest.raises(RequestError) as caught:
        choose(nearly_thirds((1,) * 9))
    [problem] = caught.value.problems
    assert problem.code == "too_many_tries"
    assert "seconds" not in problem.fix


def test_a_known_set_does_not_bind_the_payments_of_a_better_one(toy: Portfolio) -> None:
    """What meets the floor loses less than what met it before, and more than meeting none."""
    floored = replace(
        toy,
        streams=(replace(toy.streams[0], floor=(100,)), toy.streams[1]),
        interventions=(
            replace(toy.interventions[0], id="dear", npv_pence=-500),
            replace(toy.interventions[0], id="cheap", npv_pence=-100),
            *toy.interventions[1:],
        ),
    )
    found = choose(floored, Question(known=frozenset({"B", "dear"})))
    assert found is not None
    assert (found.bought, found.value_pence) == ({"B", "cheap"}, 900)


@pytest.mark.parametrize(
    ("stated", "code"), [(10_000, "not_the_total"), (2499, "not_the_total"), (2500, None)]
)
def test_only_what_is_there_is_shared(toy: Portfolio, stated: int, code: str | None) -> None:
    """One pot is worth 25.00; a stated 100.00 would pay out 75.00 that nobody pays in."""
    pooled = pooled_choice(toy)
    assert pooled is not None
    bodies = [frozenset({"nhs"}), frozenset({"council"}), frozenset({"nhs", "council"})]
    rule = ShareRule("shapley", {}, dict(zip(bodies, (1000, 1000, stated), strict=True)))
    if code is None:
        shared = share_gain(toy, rule, pooled)
        assert sum(one.settlement_pence for one in shared.positions) == 0
        assert [one.share_pence for one in shared.positions] == [1250, 1250]
        unsaid = replace(rule, coalitions={g: v for g, v in rule.coalitions.items() if len(g) == 1})
        assert share_gain(toy, unsaid, pooled) == shared
        return
    with pytest.raises(RequestError) as caught:
        share_gain(toy, rule, pooled)
    [problem] = caught.value.problems
    assert problem.code == code
    assert "£25.00" in problem.why


def test_the_year_that_money_is_short_in_is_told(toy: Portfolio) -> None:
    """A second year with plenty left does not pay for what the first year lacks."""
    by_year = replace(
        toy,
        years=2,
        factors=(1.0, 1.0),
        streams=(
            Stream("council", "council", "none", (100, 90_000), (0, 0)),
            Stream("trust", "nhs", "none", (300, 90_000), (0, 0)),
        ),
        interventions=(
            replace(toy.interventions[1], cost=(300, 0)),
            replace(toy.interventions[2], cost=(250, 10)),
            Intervention("D", (200, 10), 5, (), {"nhs": Fraction(1)}, requires=("C",)),
        ),
    )
    found = {one["id"]: one for one in solve_portfolio(by_year).document["not_chosen"]}
    assert found["C"]["rule"] == "budget"
    assert found["C"]["because"] == (
        "what is left of all budgets in year 0, £1.00, does not pay for the £2.50 that it "
        "costs then"
    )
    assert found["D"]["because"] == (
        "what is left of all budgets in year 0, £1.00, does not pay for the £4.50 that it with C, "
        "which it requires, costs then"
    )
    one_year = solve_portfolio(replace(toy, streams=toy.streams[1:])).document["not_chosen"]
    assert one_year[0]["because"] == (
        "what is left of all budgets, £0.00, does not pay for the £4.00 that it costs"
    )


def test_money_that_is_carried_forward_may_be_short_later(toy: Portfolio) -> None:
    """6.00 come in year 0 and 1.00 later: C takes 5.00 of them that B needs in year 1."""
    carried = replace(
        toy,
        years=2,
        factors=(1.0, 1.0),
        streams=(Stream("council", "council", "none", (600, 100), (0, 0), carry_forward=True),),
        interventions=(
            replace(toy.interventions[1], cost=(0, 700)),
            replace(toy.interventions[2], cost=(500, 50)),
        ),
    )
    [left] = solve_portfolio(carried).document["not_chosen"]
    assert left["because"] == (
        "what is left of all budgets in year 1, £0.00, does not pay for the £0.50 that it "
        "costs then"
    )
