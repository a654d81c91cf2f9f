"""Financial years as sources write them, and money brought from one year's prices to another's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from totalplace.model import load

__all__ = ["deflators", "financial_year", "in_prices"]

_YEAR = re.compile(r"(\d{4})\s*[/\u2013-]\s*(?:\d{2})?(\d{2})")


def financial_year(text: str) -> str | None:
    """A financial year in our form, or None if the text is none.

    >>> financial_year("2013/14"), financial_year("1999-2000"), financial_year("2013/15")
    ('2013-14', '1999-00', None)
    """
    found = _YEAR.fullmatch(text.strip())
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        return None
    return f"{found[1]}-{found[2]}"


@cache
def deflators(edition: str | None = None) -> Mapping[str, Decimal]:
    """Financial year -> price level in an edition of the GDP deflator; the default one without.

    >>> deflators()["2024-25"], sorted(deflators("2015-03"))[0]
    (Decimal('100.000000000000'), '1989-90')
    """
    return {
        row["year"]: row["index"]
        for row in load("deflator").to_pylist()
        if (row["is_default"] if edition is None else row["edition"] == edition)
    }


def in_prices(pence: int, year: str, of: str, *, edition: str | None = None) -> int:
    """Pence of one year in the prices of another, to the penny, half to even.

    Raises:
        KeyError: the edition knows no deflator of one of the years.

    >>> in_prices(5_108_000, "2013-14", "2015-16", edition="2015-03")
    5267564
    """
    levels = deflators(edition)
    return int((pence * levels[of] / levels[year]).to_integral_value(rounding=ROUND_HALF_EVEN))
