"""What ring-fences cost: the value of one pot less that of the fenced budgets, each solved.

Shadow prices of the relaxed program only say which fences to open first: with choices that are
whole they are often zero or far off. Every gain that is told has been solved for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import vstack

from totalplace.cases.portfolio._build import build
from totalplace.cases.portfolio._model import Portfolio
from totalplace.cases.portfolio._program import Program, Question
from totalplace.cases.portfolio._solve import Chosen, choose

__all__ = ["FENCES_OPENED", "Opened", "fences_of", "one_pot", "open_fences"]

FENCES_OPENED = 12
"""How many fences are opened one by one: those that shadow prices put first."""


@dataclass(frozen=True)
class Opened:
    """One fence opened, the others kept.

    Attributes:
        gain_pence: NPV that this brings.
        gain_high_pence: no more than this; equals the gain where both answers are proved.
    """

    stream: str
    gain_pence: int
    gain_high_pence: int
    chosen: Chosen


def fences_of(portfolio: Portfolio) -> list[str]:
    """The streams whose money may not be spent on anything."""
    return [one.id for one in portfolio.streams if one.open_budget != one.budget]


def one_pot(portfolio: Portfolio, fenced: Chosen) -> Chosen:
    """The best set when every fence is opened; never worse than the fenced one."""
    return _opened(portfolio, fenced, frozenset(fences_of(portfolio)))


def open_fences(
    portfolio: Portfolio, fenced: Chosen, pooled: Chosen, *, most: int = FENCES_OPENED
) -> list[Opened]:
    """The gain of opening each fence alone, the largest first; the ``most`` promising ones."""
    found = []
    for stream in ranked(portfolio)[:most]:
        if pooled.bound_pence == fenced.value_pence:
            # nothing can be gained by opening all of them
            chosen = fenced
        else:
            chosen = _opened(portfolio, fenced, frozenset({stream}))
        # no more than all of them together
        high = min(chosen.bound_pence, max(pooled.bound_pence, chosen.value_pence))
        gain = chosen.value_pence - fenced.value_pence
        found.append(Opened(stream, gain, max(gain, high - fenced.value_pence), chosen))
    return sorted(found, key=lambda one: -one.gain_pence)


def _opened(portfolio: Portfolio, fenced: Chosen, streams: frozenset[str]) -> Chosen:
    # what can be bought with the fences can be bought without
    found = choose(portfolio, Question(opened=streams, known=fenced.bought))
    if found is None:
        raise AssertionError("what fences allow cannot be paid without them")
    return found


def ranked(portfolio: Portfolio) -> list[str]:
    """Fenced streams by what shadow prices promise of opening them, the largest first.

    A penny of a stream is worth its own shadow price where it is; opened, that of the dearest
    demand of the year. The difference times the fenced budget is the promise.
    """
    fenced = set(fences_of(portfolio))
    program = build(portfolio, Question())
    duals = _duals(program)
    promises = []
    for place, stream in enumerate(portfolio.streams):
        if stream.id not in fenced:
            continue
        promise = 0.0
        for year in range(portfolio.years):
            dearest = max(
                (duals[program.demand_rows[g, year]] for g in range(len(program.groups))),
                default=0.0,
            )
            here = -sum(duals[row] for row in program.budget_rows[stream.id, year])
            closed = stream.budget[year] - stream.open_budget[year]
            promise += closed * max(0.0, dearest - here)
        promises.append((-promise, -sum(stream.budget), place, stream.id))
    return [stream for *_, stream in sorted(promises)]


def _duals(program: Program) -> np.ndarray:
    """What the relaxed program's least cost changes by, for a unit more on each row's limit."""
    low, high = program.limits()
    matrix = program.matrix()
    is_equal = low == high
    above, below = np.isfinite(high) & ~is_equal, np.isfinite(low) & ~is_equal
    value = np.array(program.value)
    scale = max(np.abs(value).max(initial=0), 1.0) / 1000
    tops = np.where(program.is_binary, program.high, np.array(program.high) / program.scale)
    solved = linprog(
        -value / scale,
        A_ub=vstack([matrix[above], -matrix[below]]),
        b_ub=np.concatenate([high[above], -low[below]]),
        A_eq=matrix[is_equal],
        b_eq=low[is_equal],
        bounds=np.column_stack([np.zeros(len(tops)), tops]),
        method="highs",
    )
    duals = np.zeros(len(low))
    if solved.status == 0:
        duals[is_equal] = solved.eqlin.marginals
        duals[above] = solved.ineqlin.marginals[: above.sum()]
    return duals
