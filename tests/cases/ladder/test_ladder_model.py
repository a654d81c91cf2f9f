"""The ladder against a slow reference that follows families one by one, and what must hold."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counted import tried
from totalplace.cases._discount import discount_factors
from totalplace.cases.ladder import Ladder, Move, Rung, run_ladder

BODIES = ("council", "nhs")


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    size = draw(st.integers(2, 4))
    horizon = draw(st.integers(0, 5))
    weights = st.lists(st.integers(0, 9), min_size=size, max_size=size).filter(any)
    matrix = tuple(
        tuple(Fraction(one, sum(row)) for one in row)
        for row in draw(st.lists(weights, min_size=size, max_size=size))
    )
    rungs = tuple(
        Rung(
            str(at),
            str(at),
            Fraction(draw(st.integers(50, 500))),
            {body: Fraction(draw(st.integers(0, 10**7))) for body in BODIES},
            "",
        )
        for at in range(size)
    )
    # year 0 alone, so that no rung is overdrawn whatever the matrix is
    moves = tuple(
        Move(
            str(at),
            str(at),
            Fraction(draw(st.integers(0, 10))),
            draw(st.integers(0, size - 1)),
            draw(st.integers(0, size - 1)),
            0,
            {"council": Fraction(draw(st.integers(0, 10**6)))},
            "",
        )
        for at in range(draw(st.integers(0, 3)))
    )
    return Ladder(
        "l",
        "l",
        "families",
        "2024-25",
        horizon,
        "standard",
        None,
        rungs,
        matrix,
        is_still=False,
        moves=moves,
        source="",
    )


@pytest.mark.counted
@tried(200)
@given(ladders())
def test_a_slow_reference_agrees(ladder: Ladder) -> None:
    found = run_ladder(ladder)
    size = len(ladder.rungs)
    numbers = [one.number for one in ladder.rungs]
    for move in ladder.moves:
        numbers[move.start] -= move.number
        numbers[move.end] += move.number
    for year in found.years:
        assert list(year.with_moves) == numbers
        for body in BODIES:
            cost = sum(numbers[at] * ladder.rungs[at].cost_pence[body] for at in range(size))
            assert year.cost_with.get(body, 0) == round(cost)
        after = [Fraction(0)] * size
        for row in range(size):
            for at in range(size):
                after[at] += numbers[row] * ladder.matrix[row][at]
        numbers = after


@pytest.mark.counted
@tried(200)
@given(ladders())
def test_what_must_hold(ladder: Ladder) -> None:
    found = run_ladder(ladder)
    people = sum(one.number for one in ladder.rungs)
    for year in found.years:
        # nobody is lost and nobody is made
        assert sum(year.without) == sum(year.with_moves) == people
    # savings of the moves, each told to the penny, are those of the years
    cells = len(found.years) * len(BODIES) * (len(found.moved) + 2)
    saved = sum(one.saving_pence for one in found.years)
    assert abs(sum(one.saving_pence for one in found.moved) - saved) <= cells
    factors = discount_factors("standard", ladder.horizon)
    for moved in found.moved:
        worth = sum(
            float(factors[year]) * sum(one.values()) for year, one in enumerate(moved.saving)
        )
        assert moved.pv_pence == pytest.approx(worth - moved.cost_total_pence, abs=1)
        if moved.pays_back is not None:
            until = moved.saving[: moved.pays_back + 1]
            assert sum(sum(one.values()) for one in until) >= moved.cost_total_pence


def test_going_up_and_down_again_changes_nothing() -> None:
    rungs = tuple(
        Rung(name, name, Fraction(9), {"council": Fraction(cost)}, "")
        for name, cost in (("low", 700), ("high", 10))
    )
    moves = tuple(Move(str(a), "", Fraction(4), a, 1 - a, 0, {}, "") for a in (0, 1))
    stays = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))
    ladder = Ladder(
        "l",
        "l",
        "families",
        "2024-25",
        3,
        "standard",
        None,
        rungs,
        stays,
        is_still=True,
        moves=moves,
        source="",
    )
    found = run_ladder(ladder)
    assert [one.saving_pence for one in found.years] == [0, 0, 0, 0]
    assert [one.saving_pence for one in found.moved] == [4 * 690 * 4, -4 * 690 * 4]
    assert [one.pays_back for one in found.moved] == [0, None]
    assert found.times_top(0) == 70
