"""Running a portfolio: what to buy, what fences cost, why not the rest, what each funder gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from totalplace.cases.portfolio._because import Left, not_chosen
from totalplace.cases.portfolio._draws import CaseFacts, distribution
from totalplace.cases.portfolio._fences import FENCES_OPENED, Opened, one_pot, open_fences
from totalplace.cases.portfolio._file import read_with_cases
from totalplace.cases.portfolio._infeasible import infeasible_problems
from totalplace.cases.portfolio._model import Portfolio, ShareRule
from totalplace.cases.portfolio._report_back import StreamReport, report_back
from totalplace.cases.portfolio._results import Results, results_of
from totalplace.cases.portfolio._share import Shared, pooled_choice, share_gain
from totalplace.cases.portfolio._solve import Chosen, choose
from totalplace.errors import RequestError

__all__ = ["PortfolioResult", "ShareResult", "run_portfolio", "share_portfolio", "solve_portfolio"]


@dataclass(frozen=True)
class PortfolioResult:
    """What a run of a portfolio found.

    Attributes:
        fenced: the best set with the fences as they are.
        pooled: the best set when all of them are opened.
        opened: the gain of opening fences one by one, the largest first.
        left: what was not chosen, and why.
        streams: the report to each funder.
        spread: of the NPV over the draws of cases; None without cases.
        document: what ``portfolio run --json`` prints.
    """

    portfolio: Portfolio
    fenced: Chosen
    pooled: Chosen
    opened: tuple[Opened, ...]
    left: tuple[Left, ...]
    streams: tuple[StreamReport, ...]
    spread: Mapping[str, Any] | None
    document: Mapping[str, Any]

    @property
    def fence_price_pence(self) -> int:
        """Value of one pot less that of the fenced budgets."""
        return self.pooled.value_pence - self.fenced.value_pence


@dataclass(frozen=True)
class ShareResult:
    """How the gain of one pot is shared, and payments by results.

    Attributes:
        document: what ``portfolio share --json`` prints.
    """

    portfolio: Portfolio
    shared: Shared
    results: tuple[Results, ...]
    document: Mapping[str, Any]


def run_portfolio(path: Path | str, *, fences: int = FENCES_OPENED) -> PortfolioResult:
    """Read a portfolio and solve it.

    Args:
        fences: how many fences are opened one by one.

    Raises:
        RequestError: every problem of the file; ``infeasible`` with the rules that contradict
            each other; ``no_answer_in_time``; ``too_many_tries``.
    """
    portfolio, facts = read_with_cases(path)
    return solve_portfolio(portfolio, facts, fences=fences, name=str(path))


def solve_portfolio(
    portfolio: Portfolio,
    facts: Mapping[str, CaseFacts] | None = None,
    *,
    fences: int = FENCES_OPENED,
    name: str = "",
) -> PortfolioResult:
    """Solve a portfolio: fenced, as one pot, and with each of the first fences opened.

    Args:
        facts: intervention -> what its case gives.
        name: the file, for messages.

    Raises:
        RequestError: ``infeasible``, ``no_answer_in_time`` or ``too_many_tries``.
    """
    from totalplace.cases.portfolio._document import run_document

    fenced = choose(portfolio)
    if fenced is None:
        raise RequestError(infeasible_problems(portfolio, name or portfolio.id))
    pooled = one_pot(portfolio, fenced)
    opened = tuple(open_fences(portfolio, fenced, pooled, most=fences))
    left = tuple(not_chosen(portfolio, fenced))
    streams = tuple(report_back(portfolio, fenced))
    spread = distribution(portfolio, fenced.bought, facts or {}, seed=portfolio.seed)
    document = run_document(portfolio, fenced, pooled, opened, left, streams, spread)
    return PortfolioResult(portfolio, fenced, pooled, opened, left, streams, spread, document)


def share_portfolio(path: Path | str) -> ShareResult:
    """Share the net gain of one pot as the file says, check it, and work out its contracts.

    Without a table ``share`` the Shapley value is used.

    Raises:
        RequestError: every problem of the file; ``infeasible``; ``no_answer_in_time``;
            ``too_many_tries``; what :func:`share_gain` raises.
    """
    from totalplace.cases.portfolio._document import share_document

    portfolio, _ = read_with_cases(path)
    pooled = pooled_choice(portfolio)
    if pooled is None:
        raise RequestError(infeasible_problems(portfolio, str(path)))
    shared = share_gain(portfolio, portfolio.share or ShareRule("shapley", {}, {}), pooled)
    results = tuple(results_of(one) for one in portfolio.contracts)
    document = share_document(portfolio, shared, results)
    return ShareResult(portfolio, shared, results, document)
