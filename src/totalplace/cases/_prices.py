"""Prices of one financial year in those of another, by the GDP deflator of an edition."""

from __future__ import annotations

from totalplace.cases._edition import Edition
from totalplace.errors import Problem, RequestError

__all__ = ["deflator"]


def deflator(price_year: str, price_base: str, release: Edition) -> float:
    """Pounds of ``price_base`` for one pound of ``price_year``.

    Raises:
        RequestError: ``no_deflator``: the edition's series lacks one of the years.

    >>> from totalplace.cases._edition import edition
    >>> deflator("2024-25", "2024-25", edition())
    1.0
    """
    for year in (price_year, price_base):
        if year not in release.index:
            known = sorted(release.index)
            raise RequestError(
                Problem(
                    "no_deflator",
                    "no GDP deflator is known for that year",
                    year,
                    f"the series of {release.deflator} runs from {known[0]} to {known[-1]}",
                    "write a financial year of that series, such as 2009-10",
                )
            )
    return release.index[price_base] / release.index[price_year]
