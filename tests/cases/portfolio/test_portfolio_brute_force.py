"""What the solver says is what trying every set says, and what must hold of any portfolio."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from math import factorial

import pytest
from brute_force import BODIES, best, can_pay, keeps_choices, portfolios
from hypothesis import given
from hypothesis import strategies as st

from counted import tried
from totalplace.cases.portfolio import Portfolio, solve_portfolio
from totalplace.cases.portfolio._because import not_chosen
from totalplace.cases.portfolio._build import build, rules_of
from totalplace.cases.portfolio._fences import fences_of, one_pot
from totalplace.cases.portfolio._games import better_alone, can_be_stable, shapley
from totalplace.cases.portfolio._infeasible import conflict
from totalplace.cases.portfolio._model import ShareRule, subsets
from totalplace.cases.portfolio._program import Question
from totalplace.cases.portfolio._report_back import payments_of, report_back
from totalplace.cases.portfolio._share import coalition_values, pooled_choice, share_gain
from totalplace.cases.portfolio._solve import choose, is_possible


@tried(400, 25)
@given(portfolios())
def test_the_best_set_is_that_of_trying_all(portfolio: Portfolio) -> None:
    chosen = choose(portfolio)
    expected = best(portfolio)
    assert (None if chosen is None else chosen.value_pence) == expected
    if chosen is not None:
        assert chosen.status == "optimal"
        assert chosen.gap == 0
        assert keeps_choices(portfolio, chosen.bought)
        assert can_pay(portfolio, chosen.bought, frozenset())


@tried(150, 12)
@given(portfolios(with_overlaps=False), st.data())
def test_sets_within_the_solver_s_tolerance_are_told_apart(
    portfolio: Portfolio, data: st.DataObject
) -> None:
    """All amounts are of thousands of millions, and differ by a pound."""
    great = 10**13
    near = replace(
        portfolio,
        streams=tuple(
            replace(
                one,
                budget=tuple(
                    2 * (great * data.draw(st.integers(0, 2)) + b // 200 * 100) for b in one.budget
                ),
            )
            for one in portfolio.streams
        ),
        interventions=tuple(
            replace(one, cost=tuple(great + c if c else 0 for c in one.cost))
            for one in portfolio.interventions
        ),
    )
    chosen = choose(near)
    assert (None if chosen is None else chosen.value_pence) == best(near)


@tried(200, 10)
@given(portfolios())
def test_one_pot_is_worth_no_less_and_is_the_best_of_all_sets(portfolio: Portfolio) -> None:
    fenced = choose(portfolio)
    if fenced is None:
        return
    pooled = one_pot(portfolio, fenced)
    assert pooled.value_pence >= fenced.value_pence
    assert pooled.value_pence == best(portfolio, frozenset(fences_of(portfolio)))
    found = solve_portfolio(portfolio)
    for one in found.opened:
        assert 0 <= one.gain_pence <= found.fence_price_pence
        assert fenced.value_pence + one.gain_pence == best(portfolio, frozenset({one.stream}))


@tried(150, 8)
@given(portfolios(), st.data())
def test_more_money_or_more_that_it_may_buy_loses_nothing(
    portfolio: Portfolio, data: st.DataObject
) -> None:
    chosen = choose(portfolio)
    if chosen is None:
        return
    at = data.draw(st.integers(0, len(portfolio.streams) - 1))
    streams = list(portfolio.streams)
    streams[at] = replace(streams[at], budget=tuple(one + 200 for one in streams[at].budget))
    richer = choose(replace(portfolio, streams=tuple(streams)))
    assert richer is not None
    assert richer.value_pence >= chosen.value_pence
    name = portfolio.streams[at].id
    wider = choose(
        replace(
            portfolio,
            interventions=tuple(
                replace(one, streams=tuple({*one.streams, name})) for one in portfolio.interventions
            ),
        )
    )
    assert wider is not None
    assert wider.value_pence >= chosen.value_pence


@tried(150, 8)
@given(portfolios())
def test_payments_pay_each_cost_and_keep_budget_and_fence(portfolio: Portfolio) -> None:
    chosen = choose(portfolio)
    if chosen is None:
        return
    payments = payments_of(portfolio, chosen)
    for one in portfolio.interventions:
        paid = [
            sum(p.pence for p in payments if (p.intervention, p.year) == (one.id, year))
            for year in range(portfolio.years)
        ]
        assert tuple(paid) == (one.cost if one.id in chosen.bought else (0,) * portfolio.years)
    reports = report_back(portfolio, chosen)
    assert all(one.is_fence_kept for one in reports)
    assert sum(one.value_pence for one in reports) == chosen.value_pence
    for stream, report in zip(portfolio.streams, reports, strict=True):
        at_hand = 0
        for year, spent in enumerate(report.spent):
            at_hand = stream.budget[year] + (at_hand if stream.carry_forward else 0)
            at_hand -= spent
            assert at_hand >= 0


@tried(100, 8)
@given(portfolios(with_overlaps=False))
def test_why_an_intervention_was_left_out_is_true(portfolio: Portfolio) -> None:
    chosen = choose(portfolio)
    if chosen is None:
        return
    for one in not_chosen(portfolio, chosen):
        assert one.rule in {"no_value", "excluded", "budget", "fence", "prerequisite"}
        with_it = chosen.bought | {one.id}
        if one.rule == "fence":
            assert not can_pay(portfolio, with_it, frozenset())
            assert keeps_choices(portfolio, with_it) <= can_pay(
                portfolio, with_it, frozenset(fences_of(portfolio))
            )
        if one.rule == "budget" and keeps_choices(portfolio, with_it):
            assert not can_pay(portfolio, with_it, frozenset(fences_of(portfolio)))


@tried(60, 6)
@given(portfolios(most=4), st.data())
def test_a_conflict_is_one_and_has_no_rule_too_many(
    portfolio: Portfolio, data: st.DataObject
) -> None:
    musts = data.draw(st.sets(st.sampled_from([one.id for one in portfolio.interventions])))
    bound = replace(
        portfolio,
        interventions=tuple(
            replace(one, must=one.must or one.id in musts) for one in portfolio.interventions
        ),
    )
    rules = conflict(bound)
    assert bool(rules) == (choose(bound) is None)
    every = set(conflict_rules(bound))
    others = frozenset(every - set(rules))
    if rules:
        assert not is_possible(bound, Question(dropped=others))
    for rule in rules:
        assert is_possible(bound, Question(dropped=others | {rule}))


def conflict_rules(portfolio: Portfolio) -> list[tuple[str, ...]]:
    return rules_of(build(portfolio, Question()))


GAMES = st.integers(2, 4).flatmap(
    lambda n: st.tuples(
        st.just("abcd"[:n]), st.lists(st.integers(0, 50), min_size=2**n - 1, max_size=2**n - 1)
    )
)


def game(bodies: str, worths: list[int]) -> dict[frozenset[str], int]:
    return dict(zip(subsets(frozenset(bodies))[1:], worths, strict=True))


@tried(200)
@given(GAMES)
def test_the_shapley_value_is_that_of_all_orders(given_game: tuple[str, list[int]]) -> None:
    bodies, worths = given_game
    values = game(bodies, worths)
    added = dict.fromkeys(bodies, Fraction(0))
    for order in permutations(bodies):
        before = 0
        for at, body in enumerate(order):
            after = values[frozenset(order[: at + 1])]
            added[body] += after - before
            before = after
    found = shapley(bodies, values)
    assert found == {body: total / factorial(len(bodies)) for body, total in added.items()}
    assert sum(found.values()) == values[frozenset(bodies)]


@tried(200)
@given(GAMES, st.lists(st.integers(0, 50), min_size=4, max_size=4))
def test_groups_that_would_leave_are_those_that_trying_all_finds(
    given_game: tuple[str, list[int]], parts: list[int]
) -> None:
    bodies, worths = given_game
    values = game(bodies, worths)
    split = dict(zip(bodies, parts, strict=False))
    found = {frozenset(one.bodies) for one in better_alone(split, values)}
    assert found == {
        group for group, worth in values.items() if worth > sum(split[body] for body in group)
    }


@tried(100)
@given(st.lists(st.integers(0, 30), min_size=7, max_size=7))
def test_whether_a_stable_split_exists_agrees_with_trying_all(worths: list[int]) -> None:
    """Three bodies: every split in whole sixths is tried, in which corners of the core lie."""
    values = {group: 6 * worth for group, worth in game("abc", worths).items()}
    total = values[frozenset("abc")]
    splits = (
        {"a": a, "b": b, "c": total - a - b}
        for a in range(0, total + 1, 3)
        for b in range(0, total + 1 - a, 3)
    )
    proper = {group: worth for group, worth in values.items() if len(group) < 3}
    assert can_be_stable("abc", total, values) == any(
        not better_alone(split, proper) for split in splits
    )


@tried(30, 4)
@given(portfolios(most=4, with_overlaps=False), st.sampled_from(["shapley", "fixed"]))
def test_shares_sum_and_coalitions_have_what_trying_all_gives(
    portfolio: Portfolio, method: str
) -> None:
    free = replace(
        portfolio, interventions=tuple(replace(o, must=False) for o in portfolio.interventions)
    )
    pooled = pooled_choice(free)
    assert pooled is not None
    fixed = {"council": Fraction(1, 3), "nhs": Fraction(2, 3)}
    shared = share_gain(free, ShareRule(method, fixed, {}), pooled)
    assert sum(one.share_pence for one in shared.positions) == pooled.value_pence
    assert sum(one.position_pence for one in shared.positions) == pooled.value_pence
    assert sum(one.settlement_pence for one in shared.positions) == 0
    values, is_proved = coalition_values(free, pooled.value_pence)
    assert is_proved
    for group in subsets(frozenset(BODIES))[1:-1]:
        assert values[group] == alone(free, group)


def alone(portfolio: Portfolio, group: frozenset[str]) -> int:
    """The most that a group can have of any set that its own streams pay for."""
    own = replace(
        portfolio,
        streams=tuple(one for one in portfolio.streams if one.body in group),
    )
    opened = frozenset(one.id for one in own.streams)
    worths = []
    for some in subsets(frozenset(one.id for one in own.interventions)):
        if keeps_choices(own, some) and can_pay(own, some, opened):
            gains = own.gains_pence(some)
            cost = sum(sum(one.cost) for one in own.interventions if one.id in some)
            worths.append(sum(gains[body] for body in group) - cost)
    return max(worths)


def test_the_brute_force_knows_the_toy_fence(toy: Portfolio) -> None:
    assert best(toy) == 1600
    assert best(toy, frozenset({"health"})) == 2500


@pytest.mark.parametrize("most", [0, 1])
def test_so_many_fences_are_opened(toy: Portfolio, most: int) -> None:
    found = solve_portfolio(toy, fences=most)
    assert [one.stream for one in found.opened] == ["health"][:most]
