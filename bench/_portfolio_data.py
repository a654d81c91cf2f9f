"""Portfolios of any size, by a seed: what costs more is worth more, as in life."""

from __future__ import annotations

import random
from fractions import Fraction

from totalplace.cases.portfolio._model import Body, Intervention, Portfolio, Stream

__all__ = ["LOOSE", "TIGHT", "generated"]

LOOSE, TIGHT = 0.7, 0.25
"""Budgets of all streams as a share of what everything would cost."""


def generated(
    interventions: int, streams: int, years: int, *, share: float, seed: int, gap: float = 1e-3
) -> Portfolio:
    """A portfolio: each intervention is paid by one to three streams, a tenth has a prerequisite,
    a tenth excludes another, half of the streams carry forward."""
    rng = random.Random(seed)
    bodies = [f"b{n}" for n in range(max(2, streams // 8))]
    names = [f"s{n}" for n in range(streams)]
    made = []
    for n in range(interventions):
        yearly = rng.randint(5, 400) * 1_000_000
        cost = tuple(int(yearly * rng.uniform(0.6, 1.2)) // 100 * 100 for _ in range(years))
        others = [f"i{m}" for m in range(n)]
        made.append(
            Intervention(
                id=f"i{n}",
                cost=cost,
                npv_pence=int(sum(cost) * rng.uniform(0.1, 2.5)) // 100 * 100,
                streams=tuple(rng.sample(names, min(streams, rng.randint(1, 3)))),
                gain={rng.choice(bodies): Fraction(1)},
                requires=tuple(rng.sample(others, 1)) if others and n % 10 == 3 else (),
                excludes=tuple(rng.sample(others, 1)) if others and n % 10 == 7 else (),
            )
        )
    weights = [rng.uniform(0.3, 1.7) for _ in names]
    total = [sum(one.cost[year] for one in made) * share for year in range(years)]
    budgets = [
        tuple(int(amount * weight / sum(weights)) // 100 * 100 for amount in total)
        for weight in weights
    ]
    return Portfolio(
        id=f"generated-{seed}",
        years=years,
        unit=1_000_000,
        discount="none",
        factors=(1.0,) * years,
        bodies={name: Body(name) for name in bodies},
        streams=tuple(
            Stream(
                id=name,
                body=rng.choice(bodies),
                ringfence="hard",
                budget=budget,
                floor=(0,) * years,
                carry_forward=n % 2 == 0,
            )
            for n, (name, budget) in enumerate(zip(names, budgets, strict=True))
        ),
        interventions=tuple(made),
        gap=gap,
        seconds=300,
    )
