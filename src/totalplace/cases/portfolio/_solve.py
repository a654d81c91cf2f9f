"""The best set of interventions, by HiGHS, and what may be said of it.

What the solver answers within its tolerances is checked again in whole pence: a set counts only
when payments in pence exist that keep every rule. A set that fails is cut off, with all that must
fail for the same reason, and the search goes on, so that no answer rests on a rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from totalplace.cases.portfolio._build import build
from totalplace.cases.portfolio._covers import cuts_of
from totalplace.cases.portfolio._model import Portfolio
from totalplace.cases.portfolio._program import Program, Question, worth
from totalplace.errors import Problem, RequestError

__all__ = ["Chosen", "Money", "choose", "is_possible", "pay"]

_TRIES = 50
_POSITION_RULES = {"worse_off", "floor"}


@dataclass(frozen=True)
class Money:
    """Payments of a set in whole pence: (stream, group or None for the pool, year) -> pence.

    Attributes:
        direct: (group, stream, year) -> fenced money that a stream pays to a group.
        into: (stream, year) -> money that may be spent on anything.
        out: (group, year) -> what the pool pays to a group.
        groups: the streams that each group names.
    """

    direct: dict[tuple[int, str, int], int]
    into: dict[tuple[str, int], int]
    out: dict[tuple[int, int], int]
    groups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chosen:
    """An answer.

    Attributes:
        bought: the interventions.
        value_pence: their NPV (of the question's players).
        bound_pence: no set is worth more than this; equals the value where that is proved.
        status: ``optimal``, ``within_gap`` or ``time_limit``.
        money: how they can be paid.
    """

    bought: frozenset[str]
    value_pence: int
    bound_pence: int
    status: str
    money: Money

    @property
    def gap(self) -> float:
        """How much better an answer could be, as a share of the bound; 0 when proved best."""
        if self.bound_pence == self.value_pence:
            return 0.0
        return (self.bound_pence - self.value_pence) / max(abs(self.bound_pence), 1)


def choose(portfolio: Portfolio, question: Question = Question()) -> Chosen | None:  # noqa: B008
    """The set of the highest NPV that keeps every rule; None when no set does.

    A search that the portfolio's ``gap`` or ``seconds`` ended is not called optimal.

    Raises:
        RequestError: ``no_answer_in_time``, ``too_many_tries`` or ``solver_failed``.
    """
    for _ in range(_TRIES):
        program = build(portfolio, question)
        solved = _run(program, gap=portfolio.gap, seconds=portfolio.seconds)
        if solved is None:
            return None
        if solved.x is not None:
            bought = frozenset(name for name, column in program.y.items() if solved.x[column] > 0.5)
        elif question.known is not None:
            bought = question.known
        else:
            raise RequestError(_no_answer_in_time(portfolio))
        money = pay(portfolio, replace(question, bought=bought))
        if money is not None:
            return _chosen(program, bought, money, solved)
        cuts = cuts_of(portfolio, question, bought, lambda one: pay(portfolio, one) is not None)
        question = replace(question, without=(*question.without, *cuts))
    raise RequestError(_too_many_tries(portfolio))


def _no_answer_in_time(portfolio: Portfolio) -> Problem:
    return Problem(
        "no_answer_in_time",
        "no set of interventions was found before the time was up",
        portfolio.id,
        f"one search may take {portfolio.seconds:g} seconds",
        "raise seconds of the portfolio, or allow a gap such as gap = 0.001",
    )


def _too_many_tries(portfolio: Portfolio) -> Problem:
    return Problem(
        "too_many_tries",
        "no set of interventions was found that can be paid to the penny",
        portfolio.id,
        f"{_TRIES} searches each found sets that miss a rule by less than a solver can tell apart",
        "round costs and budgets to whole pounds, or give the tightest budget a little more",
    )


def pay(portfolio: Portfolio, question: Question) -> Money | None:
    """Payments in whole pence for a set that is given; None when it cannot be paid."""
    program = build(_only(portfolio, question.bought or frozenset()), question)
    if not program.value:
        # nothing is bought, and no stream may pay for anything
        return Money({}, {}, {}, program.groups) if _holds(program, np.zeros(0)) else None
    solved = _run(program, gap=0, seconds=portfolio.seconds, is_whole=False)
    if solved is None or solved.x is None:
        return None
    amounts = np.where(program.is_binary, np.round(solved.x), np.round(solved.x * program.scale))
    if not _holds(program, amounts):
        repaired = _whole_pence(program, solved.x)
        if repaired is None:
            return None
        amounts = repaired

    def told(columns: dict[tuple, int]) -> dict:  # type: ignore[type-arg]
        return {key: int(amounts[at]) for key, at in columns.items() if amounts[at] >= 1}

    return Money(told(program.direct), told(program.into), told(program.out), program.groups)


def _only(portfolio: Portfolio, bought: frozenset[str]) -> Portfolio:
    """The portfolio as if nothing else could be bought: a far smaller program."""
    return replace(
        portfolio,
        interventions=tuple(one for one in portfolio.interventions if one.id in bought),
        overlaps=tuple(
            replace(one, effects={name: e for name, e in one.effects.items() if name in bought})
            for one in portfolio.overlaps
        ),
    )


def is_possible(portfolio: Portfolio, question: Question) -> bool:
    """Whether any set keeps the rules; a search that ends early counts as yes."""
    solved = _run(build(portfolio, question), gap=np.inf, seconds=portfolio.seconds)
    return solved is not None


def _run(
    program: Program, *, gap: float, seconds: float, is_whole: bool = True
) -> OptimizeResult | None:
    """Ask HiGHS; None when no answer exists. Amounts of the answer are in ``program.scale``.

    Raises:
        RequestError: ``solver_failed``.
    """
    value = np.array(program.value)
    if program.question.bought is not None:
        # of all payments those of which the least goes to what does not name its stream
        value = np.zeros(len(value))
        value[list(program.into.values())] = -1.0
    most = max(np.abs(value).max(initial=0), 1e-300) / 1000
    low, high = program.limits()
    high_of = np.where(program.is_binary, program.high, np.array(program.high) / program.scale)
    options = {"mip_rel_gap": gap, "time_limit": seconds}
    for presolve in (True, False):
        solved = milp(
            -value / most,
            integrality=program.is_binary * int(is_whole),
            bounds=Bounds(0, high_of),
            constraints=LinearConstraint(program.matrix(), low, high),
            options={**options, "presolve": presolve},
        )
        if solved.status in {0, 1}:
            solved["unit"] = most
            return solved
        if solved.status == 2:
            return None
    raise RequestError(
        Problem(
            "solver_failed",
            "the solver could not tell whether there is an answer",
            program.portfolio.id,
            str(solved.message)[:200],
            "check amounts that are far larger or smaller than all others; please report the file",
        )
    )


def _chosen(
    program: Program, bought: frozenset[str], money: Money, solved: OptimizeResult
) -> Chosen:
    value = worth(program.portfolio, bought, program.question.players)
    bound = value if solved.mip_dual_bound is None else -solved.mip_dual_bound * solved.unit
    # HiGHS proves to 1e-6 of the objective's unit; values are whole pence
    is_proved = bound - value < max(1.0, 2e-6 * solved.unit, 1e-9 * abs(value))
    status = "optimal" if is_proved else "time_limit" if solved.status == 1 else "within_gap"
    return Chosen(bought, value, value if is_proved else int(np.ceil(bound)), status, money)


def _holds(program: Program, amounts: np.ndarray) -> bool:
    """Whether amounts in whole pence keep every row; present values to a penny."""
    for rule, columns, factors, low, high, _ in program.rows:
        total = float(np.dot(amounts[columns], factors))
        slack = 1.0 if rule[-1] in _POSITION_RULES and rule[0] == "body" else 0.25
        if not low - slack <= total <= high + slack:
            return False
    return bool((amounts >= 0).all() and (amounts <= np.array(program.high) + 0.25).all())


def _whole_pence(program: Program, x: Sequence[float]) -> np.ndarray | None:
    """The nearest payments in whole pence that keep every row.

    Each amount may move to a whole number close by. Payments alone are a flow with whole limits,
    for which such amounts always exist; rules on present values may forbid them.
    """
    exact = np.where(program.is_binary, np.round(x), np.array(x) * program.scale)
    noise = 2e-9 * program.scale * 1000 + 2
    base = np.where(program.is_binary, exact, np.floor(np.maximum(exact - noise, 0)))
    matrix = program.matrix(is_scaled=False)
    low, high = program.limits(is_scaled=False)
    shift = matrix @ base
    slack = np.array(
        [
            1.0 if rule[-1] in _POSITION_RULES and rule[0] == "body" else 0.0
            for rule, *_ in program.rows
        ]
    )
    most = np.where(
        program.is_binary, 0, np.minimum(2 * np.ceil(noise) + 2, np.array(program.high) - base)
    )
    solved = milp(
        np.ones(len(base)),
        integrality=np.ones(len(base)),
        bounds=Bounds(0, np.maximum(most, 0)),
        constraints=LinearConstraint(matrix, low - shift - slack, high - shift + slack),
        options={"time_limit": 10},
    )
    if solved.x is None:
        return None
    amounts: np.ndarray = base + np.round(solved.x)
    return amounts if _holds(program, amounts) else None
