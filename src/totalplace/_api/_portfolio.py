"""Portfolios under a pooled budget: what to buy, and how the gain is shared."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from totalplace._api._result import GBP, TEXT, Result, table_of
from totalplace.errors import Problem, RequestError

if TYPE_CHECKING:
    from totalplace.cases.portfolio import PortfolioResult, ShareResult

__all__ = ["PortfolioRun", "PortfolioShared", "run_portfolio", "share_portfolio"]


class PortfolioRun(Result["PortfolioResult"]):
    """What `run_portfolio` gives back; a row an intervention."""


class PortfolioShared(Result["ShareResult"]):
    """What `share_portfolio` gives back; a row a body."""


def run_portfolio(file: Path | str, *, fences: int = 12) -> PortfolioRun:
    """Find what a pooled budget should buy, what its fences cost, and why not the rest.

    Args:
        file: a portfolio, TOML.
        fences: how many fences are opened one by one, 0 to 1,000; shadow prices put them in order.

    Raises:
        RequestError: every problem of the file; `infeasible` with the rules that contradict each
            other; `no_answer_in_time`; `too_many_tries`.
    """
    from totalplace.cases.portfolio import run_portfolio as solved

    if not 0 <= fences <= 1000:
        raise RequestError(
            Problem(
                "bad_number",
                "that many fences cannot be opened",
                f"--fences {fences}",
                "expected 0 to 1,000",
                "give how many are to be opened one by one",
            )
        )
    return _run_told(solved(file, fences=fences))


def share_portfolio(file: Path | str) -> PortfolioShared:
    """Share the net gain of one pot among bodies, check it, and work out payments by results.

    Raises:
        RequestError: every problem of the file; `infeasible`; `no_answer_in_time`;
            `too_many_tries`; `too_many_bodies`, `no_share_by_gain`, `no_share_by_cost` or
            `not_the_total`.
    """
    from totalplace.cases.portfolio import share_portfolio as shared

    return _share_told(shared(file))


def _run_told(found: PortfolioResult) -> PortfolioRun:
    because = {one.id: one.because for one in found.left}
    rows = [
        {
            "id": one.id,
            "is_chosen": one.id in found.fenced.bought,
            "is_chosen_by_one_pot": one.id in found.pooled.bought,
            "cost_gbp": Decimal(sum(one.cost)).scaleb(-2),
            "npv_gbp": Decimal(one.npv_pence).scaleb(-2),
            "because": because.get(one.id),
        }
        for one in found.portfolio.interventions
    ]
    columns = {
        "id": TEXT,
        "is_chosen": pa.bool_(),
        "is_chosen_by_one_pot": pa.bool_(),
        "cost_gbp": GBP,
        "npv_gbp": GBP,
        "because": TEXT,
    }
    title = f"Portfolio {found.portfolio.id}"
    return PortfolioRun(found, dict(found.document), table_of(rows, columns), title)


def _share_told(found: ShareResult) -> PortfolioShared:
    names = ("pays_gbp", "gains_gbp", "position_gbp", "share_gbp", "settlement_gbp")
    rows = [
        {"body": one["body"], **{name: Decimal(one[name]) for name in names}}
        for one in found.document["bodies"]
    ]
    table = table_of(rows, {"body": TEXT, **dict.fromkeys(names, GBP)})
    title = f"Shares of {found.portfolio.id}"
    return PortfolioShared(found, dict(found.document), table, title)
