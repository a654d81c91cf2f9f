"""The toy fence of the design, in pounds."""

from __future__ import annotations

from fractions import Fraction

import pytest

from totalplace.cases.portfolio import Body, Intervention, Portfolio, Stream


@pytest.fixture
def toy() -> Portfolio:
    """A(4, 6, health alone), B(4, 10, council alone), C(4, 9, council alone); 8 and 4."""
    return Portfolio(
        id="toy",
        years=1,
        unit=1,
        discount="none",
        factors=(1.0,),
        bodies={"nhs": Body("nhs"), "council": Body("council")},
        streams=(
            Stream("health", "nhs", "hard", (800,), (0,)),
            Stream("council", "council", "hard", (400,), (0,)),
        ),
        interventions=tuple(
            Intervention(name, (400,), npv, (stream,), {body: Fraction(1)})
            for name, npv, stream, body in (
                ("A", 600, "health", "nhs"),
                ("B", 1000, "council", "council"),
                ("C", 900, "council", "council"),
            )
        ),
    )
