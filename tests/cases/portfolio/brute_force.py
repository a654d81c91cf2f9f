"""Small random portfolios, and the slow, obvious answer to them: every set is tried.

Whether a set can be paid is asked of every way to pay it: amounts here are whole pounds, so that a
search over whole pounds finds one if there is any.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

from hypothesis import strategies as st

from totalplace.cases.portfolio import Body, Intervention, Overlap, Portfolio, Stream
from totalplace.cases.portfolio._model import subsets

BODIES = ("council", "nhs", "police")


@st.composite
def portfolios(draw: Any, *, most: int = 5, with_overlaps: bool = True) -> Portfolio:
    """Up to three streams, two years, and a few interventions under every kind of rule."""
    years = draw(st.integers(1, 2))
    amounts = st.integers(0, 6)
    streams = tuple(
        Stream(
            id=f"s{n}",
            body=draw(st.sampled_from(BODIES[:2])),
            ringfence=(ringfence := draw(st.sampled_from(["hard", "soft", "none"]))),
            budget=tuple(100 * draw(amounts) for _ in range(years)),
            floor=(0,) * years,
            carry_forward=draw(st.booleans()),
            virement=Fraction(1, 2) if ringfence == "soft" else Fraction(0),
        )
        for n in range(draw(st.integers(1, 3)))
    )
    # halves of budgets are whole pounds too
    streams = tuple(replace(one, budget=tuple(2 * b for b in one.budget)) for one in streams)
    names = [one.id for one in streams]
    ids = [f"i{n}" for n in range(draw(st.integers(1, most)))]
    interventions = tuple(
        Intervention(
            id=name,
            cost=tuple(100 * draw(st.integers(0, 7)) for _ in range(years)),
            npv_pence=100 * draw(st.integers(-3, 12)),
            streams=tuple(draw(st.sets(st.sampled_from(names)))),
            gain=draw(
                st.sampled_from(
                    [
                        {"council": Fraction(1)},
                        {"nhs": Fraction(1, 2), "police": Fraction(1, 2)},
                        {"nhs": Fraction(3, 2), "council": Fraction(-1, 2)},
                    ]
                )
            ),
            requires=tuple(draw(st.sets(st.sampled_from(ids[:n]), max_size=1))) if n else (),
            excludes=tuple(draw(st.sets(st.sampled_from(ids[:n]), max_size=1))) if n else (),
            must=draw(st.integers(0, 9)) == 0,
        )
        for n, name in enumerate(ids)
    )
    overlaps: tuple[Overlap, ...] = ()
    if with_overlaps and len(ids) > 1 and draw(st.booleans()):
        effects = {name: Fraction(draw(st.integers(0, 4)), 4) for name in ids[:3]}
        overlaps = (Overlap("care", "all", 1600, effects, {"nhs": Fraction(1)}),)
    return Portfolio(
        id="random",
        years=years,
        unit=1,
        discount="none",
        factors=(1.0,) * years,
        bodies={name: Body(name) for name in BODIES},
        streams=streams,
        interventions=interventions,
        overlaps=overlaps,
    )


def best(portfolio: Portfolio, opened: frozenset[str] = frozenset()) -> int | None:
    """The highest NPV of any set that keeps every rule, in pence; None when no set does."""
    values = [
        portfolio.value_pence(some)
        for some in subsets(frozenset(one.id for one in portfolio.interventions))
        if keeps_choices(portfolio, some) and can_pay(portfolio, some, opened)
    ]
    return max(values, default=None)


def keeps_choices(portfolio: Portfolio, some: frozenset[str]) -> bool:
    """Whether a set has its prerequisites, no two that exclude each other, and what must be."""
    by_id = {one.id: one for one in portfolio.interventions}
    return all(
        set(by_id[name].requires) <= some and not set(by_id[name].excludes) & some for name in some
    ) and all(one.id in some for one in portfolio.interventions if one.must)


def can_pay(portfolio: Portfolio, some: frozenset[str], opened: frozenset[str]) -> bool:
    """Whether any way to pay keeps budgets and fences, in whole pounds.

    By Hall's condition (here for every set of demands): what a set of demands costs is no more
    than what may flow to it. A demand is an intervention in a year; money is a stream's of a year,
    and of those before it where it carries forward. Virement is the part that may flow anywhere,
    so that every split of a soft budget into its two parts is tried.
    """
    demands = [
        (one, year, one.cost[year] // 100)
        for one in portfolio.interventions
        if one.id in some
        for year in range(portfolio.years)
        if one.cost[year]
    ]
    return all(
        sum(pounds for _, _, pounds in group) <= reach(portfolio, group, opened)
        for group in groups_of(demands)
    )


def groups_of(demands: list[Any]) -> Iterator[list[Any]]:
    for kept in product((False, True), repeat=len(demands)):
        yield [one for one, is_kept in zip(demands, kept, strict=True) if is_kept]


def reach(portfolio: Portfolio, group: list[Any], opened: frozenset[str]) -> int:
    """The most pounds that may flow to a set of demands: a cut through every stream at its best."""
    total = 0
    for stream in portfolio.streams:
        is_open = stream.id in opened or stream.ringfence == "none"
        open_part = stream.budget if is_open else stream.open_budget
        years_named = {y for one, y, _ in group if is_open or stream.id in one.streams}
        years_other = {y for one, y, _ in group if not is_open and stream.id not in one.streams}
        total += stream_reach(stream, years_named, years_other, open_part) // 100
    return total


def stream_reach(
    stream: Stream, named: set[int], other: set[int], open_part: tuple[int, ...]
) -> int:
    """The most of one stream that is spendable in these years, and across its fence in those."""
    years = range(len(stream.budget))
    # per year: all of the budget where it is named, else at most the open part
    most = [10**18 if year in named else open_part[year] if year in other else 0 for year in years]
    if not stream.carry_forward:
        return sum(min(stream.budget[year], most[year]) for year in years)
    spent = in_hand = 0
    for year in years:
        in_hand += stream.budget[year]
        now = min(in_hand, most[year])
        # early money may wait; spending it at the first chance loses nothing
        spent, in_hand = spent + now, in_hand - now
    return spent
