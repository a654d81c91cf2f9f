"""What draws are summed up as: percentiles, chances with their standard error, ratios, payback."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from totalplace.cases._evaluate import NEVER, Evaluated
from totalplace.money import gbp

__all__ = ["PERCENTILES", "chance", "pounds", "spread_of", "view_document"]

Array = npt.NDArray[np.float64]
PERCENTILES = (5, 50, 95)


def pounds(amount: float) -> str:
    """An amount as a document tells it: pounds with two decimals, rounded half-even to the penny.

    >>> pounds(38329614.00952171), pounds(-0.004)
    ('38329614.01', '0.00')
    """
    return gbp(round(float(amount) * 100))


def spread_of(point: float, draws: Array) -> dict[str, str]:
    """Point and percentiles of an amount, in pounds as texts."""
    low, middle, high = np.percentile(draws, PERCENTILES)
    return {
        "point": pounds(point),
        "p5": pounds(low),
        "p50": pounds(middle),
        "p95": pounds(high),
    }


def chance(npv: Array) -> dict[str, float]:
    """Share of draws above zero, with the standard error of independent draws.

    Scrambled Sobol points scatter less than independent ones, so the error is on the safe side.
    """
    share = float((npv > 0).mean())
    return {"value": share, "se": math.sqrt(share * (1 - share) / len(npv))}


def ratio(point: Evaluated, drawn: Evaluated, at: int) -> dict[str, float | None] | None:
    """Benefit over cost; ``None`` where the cost is zero or less: there is no such ratio.

    Percentiles are of the draws that cost something; ``None`` where none does.
    """
    cost = float(point.cost[at, 0])
    if cost <= 0:
        return None
    costs = drawn.cost[at]
    paid = costs > 0
    ratios = drawn.benefit[at, paid] / costs[paid]
    found = np.percentile(ratios, PERCENTILES).tolist() if paid.any() else [None] * len(PERCENTILES)
    return {
        "point": float(point.benefit[at, 0]) / cost,
        **{f"p{name}": one for name, one in zip(PERCENTILES, found, strict=True)},
    }


def payback(point: Evaluated, drawn: Evaluated, at: int) -> tuple[int | None, dict[str, Any]]:
    """Payback year of the point; its percentiles and the share of draws that pay back at all."""
    years = np.sort(drawn.payback[at])
    ranks = [min(len(years) - 1, math.ceil(len(years) * one / 100) - 1) for one in PERCENTILES]
    found = {
        f"p{name}": _year(int(years[max(rank, 0)]))
        for name, rank in zip(PERCENTILES, ranks, strict=True)
    }
    return _year(int(point.payback[at, 0])), {
        **found,
        "share_paid_back": float((years != NEVER).mean()),
    }


def _year(year: int) -> int | None:
    return None if year == NEVER else year


def view_document(point: Evaluated, drawn: Evaluated, view: str) -> Mapping[str, Any]:
    """Everything that a perspective is told as."""
    at = point.of(view)
    year, years = payback(point, drawn, at)
    plain_cost, plain_benefit = (
        float(point.cost_without_bias[at, 0]),
        float(point.benefit_without_bias[at, 0]),
    )
    return {
        "pv_cost_gbp": pounds(point.cost[at, 0]),
        "pv_benefit_gbp": pounds(point.benefit[at, 0]),
        "npv_gbp": spread_of(float(point.npv[at, 0]), drawn.npv[at]),
        "bcr": ratio(point, drawn, at),
        "payback_year": year,
        "payback_years": years,
        "p_npv_positive": chance(drawn.npv[at]),
        "without_bias": {
            "pv_cost_gbp": pounds(plain_cost),
            "pv_benefit_gbp": pounds(plain_benefit),
            "npv_gbp": spread_of(
                plain_benefit - plain_cost,
                drawn.benefit_without_bias[at] - drawn.cost_without_bias[at],
            ),
            "bcr": plain_benefit / plain_cost if plain_cost > 0 else None,
        },
    }
