"""Discount factors: what a pound in a later year is worth in the base year.

Rates are real and decline by bands of years; factors compound band by band, as the Green Book's
annex on discounting has it: year 31 is year 30's factor over one plus year 31's rate.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from totalplace.cases._edition import Edition, edition
from totalplace.errors import Problem, RequestError

__all__ = ["MAX_YEARS", "discount_factors"]

MAX_YEARS = 1_000


def discount_factors(
    schedule: str = "standard", years: int = 30, release: Edition | str | None = None
) -> npt.NDArray[np.float64]:
    """Factors of the years 0 to ``years`` inclusive.

    Args:
        schedule: ``standard``, ``health`` or ``low``.
        years: the last year, 0 to 1,000.
        release: the edition of the guidance, or its id; the default one without.

    Raises:
        RequestError: ``unknown_schedule``, ``unknown_edition`` or ``bad_years``.

    >>> [round(float(factor), 6) for factor in discount_factors("standard", 31)[[0, 1, 10, 30, 31]]]
    [1.0, 0.966184, 0.708919, 0.356278, 0.345901]
    """
    followed = release if isinstance(release, Edition) else edition(release)
    bands = followed.rates.get(schedule)
    if bands is None:
        raise RequestError(
            Problem(
                "unknown_schedule",
                "the edition has no such discount schedule",
                schedule,
                f"{followed.id} has {', '.join(followed.rates)}",
                f"use one of {', '.join(followed.rates)}",
            )
        )
    if not 0 <= years <= MAX_YEARS:
        raise RequestError(
            Problem(
                "bad_years",
                "that many years cannot be discounted",
                f"{years} years",
                f"years run from 0 to at most {MAX_YEARS:,}",
                "give the last year as a whole number between them",
            )
        )
    steps = np.ones(years + 1)
    for first, rate in bands:
        steps[max(first, 1) :] = 1.0 + rate
    return np.asarray(1.0 / np.cumprod(steps))
