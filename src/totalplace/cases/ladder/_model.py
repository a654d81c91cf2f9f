"""Families on rungs: how many stand where, what each rung costs whom, and what a move saves.

Numbers are expectations. Year by year the families of a rung spread over the rungs as the
transition matrix says, ``numbers(t + 1) = numbers(t) x matrix``; those that were moved spread from
their new rung by the same matrix, so that a gain fades as fast as families fall back. All of it is
exact (fractions) until money is told, to the penny, half to even.

Source of the ratios 70 : 10 : 1 that a ladder may use: Association of Greater Manchester
Authorities, Report of the Total Place Project Group, January 2010, on research in Peterborough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from totalplace.cases._discount import discount_factors
from totalplace.cases._large import refuse_too_large
from totalplace.errors import Problem, RequestError

__all__ = ["Ladder", "LadderResult", "LadderYear", "Move", "Moved", "Rung", "Step", "run_ladder"]

Counts = tuple[Fraction, ...]
Pence = dict[str, int]


@dataclass(frozen=True)
class Rung:
    """One rung.

    Attributes:
        number: families on it when year 0 begins.
        cost_pence: body -> what one family on it costs the body in a year, at the price base.
    """

    id: str
    title: str
    number: Fraction
    cost_pence: Mapping[str, Fraction]
    source: str


@dataclass(frozen=True)
class Move:
    """So many families taken from one rung to another at the beginning of a year.

    Attributes:
        start, end: positions of the rungs, the lowest is 0.
        cost_pence: body -> what moving one family costs it, at the price base.
    """

    id: str
    title: str
    number: Fraction
    start: int
    end: int
    year: int
    cost_pence: Mapping[str, Fraction]
    source: str


@dataclass(frozen=True)
class Ladder:
    """A ladder; rungs from the lowest up.

    Attributes:
        unit: what climbs, in the plural: families.
        matrix: row and column in the order of the rungs; a row sums to 1.
        is_still: whether no transitions were given, so that everybody stays where they are.
        times: rungs whose cost was given as a multiple of another's, in words.
    """

    id: str
    title: str
    unit: str
    price_base: str
    horizon: int
    schedule: str
    edition: str | None
    rungs: tuple[Rung, ...]
    matrix: tuple[Counts, ...]
    is_still: bool
    moves: tuple[Move, ...]
    source: str
    times: tuple[str, ...] = ()


@dataclass(frozen=True)
class LadderYear:
    """Who stands where in a year, and what that costs each body, with the moves and without."""

    year: int
    without: Counts
    with_moves: Counts
    cost_without: Pence
    cost_with: Pence
    moving: Pence

    @property
    def saving_pence(self) -> int:
        """What the rungs cost less, before what the moves cost."""
        return sum(self.cost_without.values()) - sum(self.cost_with.values())


@dataclass(frozen=True)
class Step:
    """One family from a rung to the next one up, at the beginning of year 0.

    Attributes:
        first_year: body -> pence saved in year 0.
        over_horizon: body -> pence saved in all years, as the gain fades; undiscounted.
    """

    start: int
    first_year: Pence
    over_horizon: Pence


@dataclass(frozen=True)
class Moved:
    """What one move costs and saves.

    Attributes:
        saving: year by year, body -> pence; a body that loses has less than 0.
        cost: body -> pence, in the year of the move.
        pv_pence: saving less cost, each year times its discount factor.
        pays_back: the year by whose end savings reach the cost, undiscounted; None if none does.
    """

    move: Move
    saving: tuple[Pence, ...]
    cost: Pence
    pv_pence: int
    pays_back: int | None

    @property
    def saving_pence(self) -> int:
        """All years, all bodies, undiscounted."""
        return sum(sum(one.values()) for one in self.saving)

    @property
    def cost_total_pence(self) -> int:
        """What it costs all bodies."""
        return sum(self.cost.values())


@dataclass(frozen=True)
class LadderResult:
    """A ladder worked out."""

    ladder: Ladder
    bodies: tuple[str, ...]
    years: tuple[LadderYear, ...]
    steps: tuple[Step, ...]
    moved: tuple[Moved, ...]

    def times_top(self, rung: int) -> Fraction | None:
        """How many times the cost of the top rung a rung costs, all bodies together."""
        totals = [sum(one.cost_pence.values(), Fraction(0)) for one in self.ladder.rungs]
        return totals[rung] / totals[-1] if totals[-1] else None


def run_ladder(ladder: Ladder) -> LadderResult:
    """Work a ladder out.

    Raises:
        RequestError: ``too_many_moved``: a rung would be left with fewer families than none; or
            the edition or schedule of discounting is unknown; or ``too_large``.
    """
    bodies = tuple(
        sorted(
            {one for rung in ladder.rungs for one in rung.cost_pence}
            | {one for move in ladder.moves for one in move.cost_pence}
        )
    )
    factors = [
        Fraction(str(one))
        for one in discount_factors(ladder.schedule, ladder.horizon, ladder.edition)
    ]
    span = range(ladder.horizon + 1)
    without = _course(tuple(one.number for one in ladder.rungs), ladder.matrix, ladder.horizon)
    gains = [_shift(ladder, one.start, one.end, one.number, one.year) for one in ladder.moves]
    with_moves = tuple(
        tuple(
            number + sum((gain[year][at] for gain in gains), Fraction(0))
            for at, number in enumerate(without[year])
        )
        for year in span
    )
    if problems := list(_overdrawn(ladder, with_moves)):
        raise RequestError(problems)
    moving = [
        {
            body: _pence(
                sum(
                    (
                        move.number * move.cost_pence.get(body, Fraction(0))
                        for move in ladder.moves
                        if move.year == year
                    ),
                    Fraction(0),
                )
            )
            for body in bodies
        }
        for year in span
    ]
    years = tuple(
        LadderYear(
            year,
            without[year],
            with_moves[year],
            _cost(ladder, without[year], bodies),
            _cost(ladder, with_moves[year], bodies),
            moving[year],
        )
        for year in span
    )
    steps = tuple(_step(ladder, at, bodies) for at in range(len(ladder.rungs) - 1))
    moved = tuple(
        _moved(ladder, move, gain, bodies, factors)
        for move, gain in zip(ladder.moves, gains, strict=True)
    )
    amounts = [
        pence
        for costs in (
            *(cost for one in years for cost in (one.cost_without, one.cost_with, one.moving)),
            *(one.over_horizon for one in steps),
        )
        for pence in costs.values()
    ]
    refuse_too_large(max(map(abs, amounts), default=0) * len(amounts) / 100, ladder.id)
    return LadderResult(ladder, bodies, years, steps, moved)


def _overdrawn(ladder: Ladder, with_moves: Sequence[Counts]) -> Iterator[Problem]:
    """Rungs that the moves take more families from than are there, in the first year of each."""
    for at, rung in enumerate(ladder.rungs):
        short = next((year for year, one in enumerate(with_moves) if one[at] < 0), None)
        if short is not None:
            over = -float(with_moves[short][at])
            named = ", ".join(one.id for one in ladder.moves if one.start == at)
            yield Problem(
                "too_many_moved",
                f"more {ladder.unit} are moved from {rung.id} than are there",
                f"year {short}, moves {named or 'to other rungs'}",
                f"{over:g} too many",
                "move fewer, or later",
            )


def _course(numbers: Counts, matrix: Sequence[Counts], horizon: int) -> tuple[Counts, ...]:
    """The numbers of each year from 0 to the horizon."""
    found = [numbers]
    for _ in range(horizon):
        last = found[-1]
        found.append(
            tuple(
                sum((last[row] * matrix[row][at] for row in range(len(last))), Fraction(0))
                for at in range(len(last))
            )
        )
    return tuple(found)


def _shift(ladder: Ladder, start: int, end: int, number: Fraction, year: int) -> tuple[Counts, ...]:
    """By how many families each rung is fuller, year by year, when so many are moved."""
    size = len(ladder.rungs)
    none = (Fraction(0),) * size
    moved = tuple(number * ((at == end) - (at == start)) for at in range(size))
    return (none,) * year + _course(moved, ladder.matrix, ladder.horizon - year)


def _cost(ladder: Ladder, numbers: Counts, bodies: Sequence[str], sign: int = 1) -> Pence:
    return {
        body: _pence(
            sign
            * sum(
                (
                    number * rung.cost_pence.get(body, Fraction(0))
                    for number, rung in zip(numbers, ladder.rungs, strict=True)
                ),
                Fraction(0),
            )
        )
        for body in bodies
    }


def _step(ladder: Ladder, start: int, bodies: Sequence[str]) -> Step:
    shift = _shift(ladder, start, start + 1, Fraction(1), 0)
    in_all = tuple(sum((one[at] for one in shift), Fraction(0)) for at in range(len(ladder.rungs)))
    return Step(start, _cost(ladder, shift[0], bodies, -1), _cost(ladder, in_all, bodies, -1))


def _moved(
    ladder: Ladder,
    move: Move,
    shift: Sequence[Counts],
    bodies: Sequence[str],
    factors: Sequence[Fraction],
) -> Moved:
    saving = tuple(_cost(ladder, one, bodies, -1) for one in shift)
    cost = {body: _pence(move.number * move.cost_pence.get(body, Fraction(0))) for body in bodies}
    total = sum(cost.values())
    pv = sum((factors[year] * sum(one.values()) for year, one in enumerate(saving)), Fraction(0))
    so_far, pays_back = 0, None
    for year, one in enumerate(saving):
        so_far += sum(one.values())
        if year >= move.year and so_far >= total and pays_back is None:
            pays_back = year
    return Moved(move, saving, cost, _pence(pv - factors[move.year] * total), pays_back)


def _pence(value: Fraction) -> int:
    """To the penny, half to even.

    >>> _pence(Fraction(1, 2)), _pence(Fraction(3, 2)), _pence(Fraction(-5, 3))
    (0, 2, -2)
    """
    return round(value)
