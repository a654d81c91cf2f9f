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

from totalplace.cases._case import SOCIETY, Case
from totalplace.cases._plan import plan_of
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
        cost: pence by year from year 0, undiscounted, of public bodies alone, since streams are
            public money: the profile of the deterministic case, scaled body by body so that its
            present value is the mean over the draws. What a body no longer pays in a year pays for
            nothing: it is a gain of that body.
        npv_pence: mean over the draws.
        gain: body -> share of what the NPV and that cost come to, of means over the draws; what a
            body outside the public ones pays itself is taken off what it gains, and what a public
            one no longer pays is added.
        npv_draws: in pounds.
        outcomes: (event, cohort id or empty) of each outcome.
        run_hash: of the case's run.
        edition, schedule, price_base, base_year: what its money is counted by.
    """

    id: str
    cost: tuple[int, ...]
    npv_pence: int
    gain: Mapping[str, Fraction]
    npv_draws: Array
    outcomes: frozenset[tuple[str, str]]
    run_hash: str
    edition: str = ""
    schedule: str = ""
    price_base: str = ""
    base_year: int = 0


def case_facts(path: Path, *, perspective: str, draws: int = DRAWS) -> CaseFacts:
    """Run a case for a portfolio.

    Args:
        perspective: whose NPV counts: ``exchequer`` (public bodies) or ``society``.

    Raises:
        RequestError: every problem of the case.
    """
    case = read_case(path)
    found = run_case(case, draws=draws, is_full=False)
    cost, freed = _cost_by_year(case, found)
    gains = {name: _mean_pence(one) for name, one in _gains(case, found, perspective).items()}
    gains = {name: one + freed.get(name, 0) for name, one in gains.items()}
    total = sum(gains.values())
    npv = found.npv_draws[perspective]
    return CaseFacts(
        id=case.id,
        cost=cost,
        npv_pence=_mean_pence(npv),
        gain={name: Fraction(part, total) for name, part in gains.items() if part} if total else {},
        npv_draws=npv,
        outcomes=frozenset((one.event or one.id, one.cohort_id) for one in case.outcomes),
        run_hash=found.run_hash,
        edition=case.edition.id,
        schedule=case.schedule,
        price_base=case.price_base,
        base_year=case.base_year,
    )


def _gains(case: Case, found: CaseResult, perspective: str) -> dict[str, Array]:
    """Body -> what it gains by draw, of the bodies whose NPV counts."""
    public = [name for name, one in case.bodies.items() if one.is_public]
    gains = {name: found.benefit_draws[name] for name in public}
    if perspective != SOCIETY:
        return gains
    private = [name for name in case.bodies if name not in public and name != SOCIETY]
    gains |= {name: found.npv_draws[name] for name in private}
    # people and firms: what of society's NPV is neither a public body's nor a named private one's
    others = sum((found.npv_draws[name] for name in private), found.npv_draws["exchequer"])
    return {**gains, SOCIETY: np.asarray(found.npv_draws[SOCIETY] - others)}


def _mean_pence(draws: Array) -> int:
    return round(float(draws.mean()) * 100)


def _cost_by_year(case: Case, found: CaseResult) -> tuple[tuple[int, ...], dict[str, int]]:
    """What public bodies pay by year, and the present value of what each no longer pays."""
    cube = found.cube
    factors = plan_of(case).factors
    paid = np.zeros(len(factors))
    freed = {}
    for at, name in enumerate(cube.bodies):
        if not case.bodies[name].is_public:
            continue
        by_year = -cube.values[at, cube.classes.index("cost"), :, 0]
        point, mean = float(by_year @ factors), float(found.cost_draws[name].mean())
        by_year = by_year * (mean / point if point and mean / point > 0 else 1.0)
        paid += np.maximum(by_year, 0.0)
        freed[name] = round(float(np.maximum(-by_year, 0.0) @ factors) * 100)
    return tuple(round(float(one) * 100) for one in paid), freed


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
