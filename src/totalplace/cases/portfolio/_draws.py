"""What cases say of interventions, and how a portfolio's value is spread over their draws.

The search needs one number an intervention: the mean of its NPV over the draws. The spread of the
whole is put together afterwards. The draws of each case are put into the order of ranks that a
Gaussian copula gives, so that any two cases go together as the correlation says: as drawn, they
would go together by chance, since all follow the same sequence of points.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from totalplace.cases._case import SOCIETY
from totalplace.cases._read import read_case
from totalplace.cases._run import CaseResult, run_case
from totalplace.cases.portfolio._model import Portfolio

__all__ = ["CORRELATIONS", "DRAWS", "CaseFacts", "case_facts", "distribution"]

Array = npt.NDArray[np.float64]
DRAWS = 10_000
CORRELATIONS = (0.0, 0.3, 0.6)
"""Between cases; shown side by side, since independence flatters."""


@dataclass(frozen=True)
class CaseFacts:
    """What a portfolio needs of a case.

    Attributes:
        cost: pence by year from year 0, undiscounted: the profile of the deterministic case,
            scaled so that its present value is the mean over the draws.
        npv_pence: mean over the draws.
        gain: body -> share of the benefit, of means over the draws.
        npv_draws: in pounds.
        outcomes: (event, cohort) of each outcome.
        run_hash: of the case's run.
    """

    id: str
    cost: tuple[int, ...]
    npv_pence: int
    gain: Mapping[str, Fraction]
    npv_draws: Array
    outcomes: frozenset[tuple[str, str]]
    run_hash: str


def case_facts(path: Path, *, perspective: str, draws: int = DRAWS) -> CaseFacts:
    """Run a case for a portfolio.

    Args:
        perspective: whose NPV counts: ``exchequer`` (public bodies) or ``society``.

    Raises:
        RequestError: every problem of the case.
    """
    case = read_case(path)
    found = run_case(case, draws=draws, is_full=False)
    bodies = [name for name in case.bodies if perspective == SOCIETY or name != SOCIETY]
    gains = {name: _mean_pence(_benefit_of(found, name)) for name in bodies}
    total = sum(gains.values())
    npv = found.npv_draws[perspective]
    return CaseFacts(
        id=case.id,
        cost=_cost_by_year(found),
        npv_pence=_mean_pence(npv),
        gain={name: Fraction(part, total) for name, part in gains.items() if part} if total else {},
        npv_draws=npv,
        outcomes=frozenset((one.event or one.id, one.cohort_id) for one in case.outcomes),
        run_hash=found.run_hash,
    )


def _benefit_of(found: CaseResult, body: str) -> Array:
    if body != SOCIETY:
        return found.benefit_draws[body]
    # people and firms outside the public bodies: all of society but those
    return np.asarray(found.benefit_draws[SOCIETY] - found.benefit_draws["exchequer"])


def _mean_pence(draws: Array) -> int:
    return round(float(draws.mean()) * 100)


def _cost_by_year(found: CaseResult) -> tuple[int, ...]:
    by_year = -found.cube.values[:, found.cube.classes.index("cost"), :, 0].sum(axis=0)
    point = float(found.point.cost[found.point.of("exchequer"), 0])
    mean = float(found.cost_draws["exchequer"].mean())
    factor = mean / point if point > 0 else 1.0
    return tuple(round(float(one) * factor * 100) for one in by_year)


def distribution(
    portfolio: Portfolio, bought: frozenset[str], facts: Mapping[str, CaseFacts], *, seed: int
) -> dict[str, Any] | None:
    """Spread of a set's NPV over the draws of its cases; None when no case is among them.

    What is no case counts with its one value, and what overlaps take with theirs.
    """
    cases = {name: facts[name] for name in sorted(bought) if name in facts}
    if not cases:
        return None
    means = sum(round(one.npv_pence) for one in cases.values())
    fixed = (portfolio.value_pence(bought) - means) / 100
    size = min(len(one.npv_draws) for one in cases.values())
    spreads = {
        f"{correlation:g}": _told(fixed + _together(cases, size, correlation, seed), correlation)
        for correlation in dict.fromkeys((*CORRELATIONS, portfolio.correlation))
    }
    return {
        "draws": size,
        "seed": seed,
        **spreads[f"{portfolio.correlation:g}"],
        "by_correlation": list(spreads.values()),
        "cases": [
            {"id": name, "case": one.id, "run_hash": one.run_hash} for name, one in cases.items()
        ],
    }


def _together(cases: Mapping[str, CaseFacts], size: int, correlation: float, seed: int) -> Array:
    """Sum of the cases' NPV by draw, each with the ranks of a one-factor Gaussian copula."""
    total = np.zeros(size)
    common = np.random.default_rng([seed, 0]).standard_normal(size)
    for number, one in enumerate(cases.values(), start=1):
        own = np.random.default_rng([seed, number]).standard_normal(size)
        score = math.sqrt(correlation) * common + math.sqrt(1 - correlation) * own
        ordered = np.sort(one.npv_draws[:size])
        total[np.argsort(score, kind="stable")] += ordered
    return total


def _told(draws: Array, correlation: float) -> dict[str, Any]:
    low, middle, high = np.percentile(draws, (5, 50, 95))
    share = float((draws > 0).mean())
    return {
        "correlation": correlation,
        "mean_gbp": f"{draws.mean():.2f}",
        "p5_gbp": f"{low:.2f}",
        "p50_gbp": f"{middle:.2f}",
        "p95_gbp": f"{high:.2f}",
        "p_npv_positive": {
            "value": share,
            "se": math.sqrt(share * (1 - share) / len(draws)),
        },
    }
