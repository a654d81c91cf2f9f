"""How long the search for a portfolio takes, fenced, as one pot and with a fence opened.

    python bench/portfolio.py [--lines 200] [--json]

Two generated portfolios of so many interventions, 60 streams and 5 years, at a gap of 0.001: a
loose one, whose budgets pay for 70% of everything, and a tight one, for 25%. Where PuLP is
installed, its CBC solves the same fenced instances, written down as one would without knowing how
totalplace does it: a payment by intervention, stream and year.
"""

from __future__ import annotations

import os
from time import perf_counter
from typing import Any

from _measure import arguments, tell, versions
from _portfolio_data import LOOSE, TIGHT, generated

from totalplace.cases.portfolio import Portfolio
from totalplace.cases.portfolio._fences import fences_of, one_pot, open_fences
from totalplace.cases.portfolio._solve import Chosen, choose

INTERVENTIONS, STREAMS, YEARS, SEED = 200, 60, 5, 1


def cpu_s() -> float:
    """CPU seconds of this process and of those that it started."""
    return sum(os.times()[:4])


def timed(solve: Any) -> tuple[Any, dict[str, float]]:
    """What a search answers, and what it took."""
    cpu, wall = cpu_s(), perf_counter()
    found = solve()
    return found, {"cpu_s": round(cpu_s() - cpu, 2), "wall_s": round(perf_counter() - wall, 2)}


def ours(portfolio: Portfolio) -> dict[str, Any]:
    """Fenced, one pot, and the most promising fence opened."""
    fenced, fenced_took = timed(lambda: choose(portfolio))
    pooled, pooled_took = timed(lambda: one_pot(portfolio, fenced))
    [first], opened_took = timed(lambda: open_fences(portfolio, fenced, pooled, most=1))
    price = pooled.value_pence - fenced.value_pence
    return {
        "fenced": {**fenced_took, **_answer(fenced)},
        "one_pot": {**pooled_took, **_answer(pooled)},
        "one_fence": {**opened_took, "gap": round(first.chosen.gap, 6), "stream": first.stream},
        "fences": len(fences_of(portfolio)),
        "fence_price_gbp": price / 100,
        "one_fence_share_of_price_pct": round(100 * first.gain_pence / price, 1) if price else None,
    }


def _answer(chosen: Chosen) -> dict[str, float]:
    return {"gap": round(chosen.gap, 6), "value_gbp": chosen.value_pence / 100}


def by_pulp(portfolio: Portfolio) -> dict[str, Any] | None:
    """The fenced portfolio by PuLP and CBC; None where PuLP is not installed."""
    try:
        import pulp
    except ImportError:
        return None
    problem = pulp.LpProblem("portfolio", pulp.LpMaximize)
    buy = {one.id: pulp.LpVariable(f"y_{one.id}", cat="Binary") for one in portfolio.interventions}
    paid = {
        (one.id, stream, year): pulp.LpVariable(f"x_{one.id}_{stream}_{year}", 0)
        for one in portfolio.interventions
        for stream in one.streams
        for year in range(portfolio.years)
    }
    unit = 100_000_000
    problem += pulp.lpSum(one.npv_pence / unit * buy[one.id] for one in portfolio.interventions)
    for one in portfolio.interventions:
        for year in range(portfolio.years):
            sources = pulp.lpSum(paid[one.id, stream, year] for stream in one.streams)
            problem += sources == one.cost[year] / unit * buy[one.id]
        for other in one.requires:
            problem += buy[one.id] <= buy[other]
        for other in one.excludes:
            problem += buy[one.id] + buy[other] <= 1
    for stream in portfolio.streams:
        for year in range(portfolio.years):
            years = range(year + 1) if stream.carry_forward else (year,)
            spent = [
                paid[one.id, stream.id, at]
                for one in portfolio.interventions
                if stream.id in one.streams
                for at in years
            ]
            problem += pulp.lpSum(spent) <= sum(stream.budget[at] for at in years) / unit
    solver = pulp.PULP_CBC_CMD(msg=False, gapRel=portfolio.gap, timeLimit=portfolio.seconds)
    _, took = timed(lambda: problem.solve(solver))
    return {**took, "value_gbp": round(pulp.value(problem.objective) * unit / 100, 2)}


def main() -> None:
    """Measure and print."""
    asked = arguments(__doc__, lines=INTERVENTIONS, unit="interventions")
    told: dict[str, Any] = {"lines": asked.lines, "versions": versions("scipy", "numpy")}
    for name, share in (("loose", LOOSE), ("tight", TIGHT)):
        portfolio = generated(asked.lines, STREAMS, YEARS, share=share, seed=SEED)
        told[name] = ours(portfolio)
        told[name]["pulp_cbc"] = found = by_pulp(portfolio)
        if found is not None:
            ratio = told[name]["fenced"]["wall_s"] / max(found["wall_s"], 0.01)
            told[name]["times_pulp_cbc"] = round(ratio, 2)
    if told["loose"]["pulp_cbc"] is None:
        told["pulp_absent"] = "PuLP is not installed: no comparison was made"
    tell(told, as_json=asked.json)


if __name__ == "__main__":
    main()
