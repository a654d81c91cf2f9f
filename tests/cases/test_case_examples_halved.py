"""Every example moves when any one of the numbers that it states is halved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from typing import Any

import pytest

from cases.shipped_examples import CASES, FOLDER, by_id, case_of
from totalplace.cases import Activity, Case, Cashable, Example, Number, Outcome, run_case
from totalplace.cases.ladder import Ladder, read_ladder, run_ladder
from totalplace.cases.portfolio import Portfolio, read_portfolio, solve_portfolio

FIGURES = ("perspectives", "totals", "matrix", "cashflow", "fan")
"""What a run finds, and not what it repeats of the file."""
DRAWS = 16
IN_POINTS = ("bradford-reoffending", "outcome.points.baseline")
"""Ten points off sixty in a hundred are as many people as ten off thirty: of what the points are
taken is told by the trace, and decides no amount. That the two readings differ is the example."""


def figures(case: Case, option: str, *, draws: int) -> dict[str, Any]:
    """Of one option against business as usual."""
    found = run_case(replace(case, preferred=option), draws=draws, is_full=False).document
    return {name: found[name] for name in FIGURES}


def trace(case: Case, option: str) -> list[Any]:
    return [one.as_dict() for one in run_case(replace(case, preferred=option), draws=1).trace]


def with_number(case: Case, key: str, changed: Number) -> Case:
    """The case with one number changed."""

    def value(one: Any) -> Any:
        if isinstance(one, Number) and one.key == key:
            return changed
        if isinstance(one, Cashable) and one.share.key == key:
            return replace(one, share=changed)
        return one

    def item(one: Activity | Outcome) -> Any:
        return replace(
            one, **{field.name: value(getattr(one, field.name)) for field in fields(one)}
        )

    return replace(
        case,
        activities=tuple(item(one) for one in case.activities),
        outcomes=tuple(item(one) for one in case.outcomes),
    )


def option_of(case: Case, number: Number) -> str:
    """An option that the number is part of."""
    (item,) = (one for one in case.items if number in tuple(one.numbers()))
    return case.preferred if case.preferred in item.options else item.options[0]


@pytest.mark.parametrize("one", CASES, ids=by_id)
def test_a_case_moves_with_each_of_its_numbers(one: Example) -> None:
    """The deterministic case with each number halved; and its draws without each range."""
    case = case_of(one.id)
    before = cache(lambda option, draws: figures(case, option, draws=draws))
    assert len(case.numbers) == len({number.key for number in case.numbers})
    for number in case.numbers:
        option = option_of(case, number)
        halved = with_number(case, number.key, replace(number, value=number.value / 2, spread=None))
        settled = with_number(case, number.key, replace(number, spread=None))
        if (one.id, number.key) == IN_POINTS:
            assert trace(halved, option) != trace(case, option)
        else:
            assert points(figures(halved, option, draws=1)) != points(before(option, 1)), number.key
        if number.spread is not None:
            assert figures(settled, option, draws=DRAWS) != before(option, DRAWS), number.key


def points(found: Any) -> Any:
    """Of each amount with percentiles, the deterministic figure alone."""
    if isinstance(found, dict):
        if "point" in found:
            return found["point"]
        return {name: points(one) for name, one in found.items() if name != "p_npv_positive"}
    return [points(one) for one in found] if isinstance(found, list) else found


def test_the_ladder_moves_with_each_of_its_numbers() -> None:
    ladder = read_ladder(FOLDER / "families-ladder.toml")
    before = run_ladder(ladder)
    for name, halved in halved_ladders(ladder):
        found = run_ladder(halved)
        assert (found.years, found.moved) != (before.years, before.moved), name


def halved_ladders(ladder: Ladder) -> Iterator[tuple[str, Ladder]]:
    for at, rung in enumerate(ladder.rungs):
        others = (ladder.rungs[:at], ladder.rungs[at + 1 :])
        changed = [("number", replace(rung, number=rung.number / 2))]
        changed += [
            (body, replace(rung, cost_pence={**rung.cost_pence, body: pence / 2}))
            for body, pence in rung.cost_pence.items()
        ]
        for name, one in changed:
            yield f"{rung.id} {name}", replace(ladder, rungs=(*others[0], one, *others[1]))
    for at, move in enumerate(ladder.moves):
        moves = list(ladder.moves)
        changed_moves = [replace(move, number=move.number / 2)]
        changed_moves += [
            replace(move, cost_pence={**move.cost_pence, body: pence / 2})
            for body, pence in move.cost_pence.items()
        ]
        for one in changed_moves:
            moves[at] = one
            yield move.id, replace(ladder, moves=tuple(moves))


def test_the_portfolio_moves_with_each_of_its_numbers() -> None:
    """Budgets, and costs and worth of what is no case: those stand in examples of their own."""
    portfolio = read_portfolio(FOLDER / "one-pot.toml")
    before = told(portfolio)
    for name, halved in halved_portfolios(portfolio):
        assert told(halved) != before, name


def told(portfolio: Portfolio) -> dict[str, Any]:
    found = solve_portfolio(portfolio, fences=0).document
    streams = [{k: v for k, v in one.items() if k != "budget_gbp"} for one in found["streams"]]
    return {**found, "streams": streams}


def halved_portfolios(portfolio: Portfolio) -> Iterator[tuple[str, Portfolio]]:
    for at, stream in enumerate(portfolio.streams):
        streams = list(portfolio.streams)
        streams[at] = replace(stream, budget=tuple(pence // 2 for pence in stream.budget))
        yield stream.id, replace(portfolio, streams=tuple(streams))
    for at, one in enumerate(portfolio.interventions):
        interventions = list(portfolio.interventions)
        changed = [
            replace(one, npv_pence=one.npv_pence // 2),
            replace(one, cost=tuple(pence // 2 for pence in one.cost)),
        ]
        if one.id == "night-bus":
            # nobody buys it, at any lower worth: twice as much of it is what moves the choice
            changed = [replace(one, npv_pence=one.npv_pence * 2)]
        for halved in changed if not one.case else ():
            interventions[at] = halved
            yield one.id, replace(portfolio, interventions=tuple(interventions))
