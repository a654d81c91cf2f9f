"""Units as case files say them: amounts of money, shares, and what they are per."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Money", "counts_many", "is_percent", "is_points", "money", "per_year", "period_of"]

_SCALES = {
    None: 1.0,
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "million": 1e6,
    "bn": 1e9,
    "billion": 1e9,
}
_MONEY = re.compile(
    r"(?:GBP|£)\s?(k|thousand|m|million|bn|billion)?(?:\s*(?:/|\bper\b|\ba\b)\s*(\S.*))?",
)
_PERIOD = re.compile(
    r"(?:/|\b(?:per|a|each)\b)\s*(hour|day|night|week|fortnight|month|quarter|year|yr|annum)s?\s*$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:.*(?:/|\b(?:per|a|each)\b)\s*)?(?:year|yr|annum)", re.IGNORECASE)
_MANY = re.compile(
    r"\b(?:hundred|thousand|million|billion|dozen)s?\b|\bout of\b|(?:/|\bper\b)\s*\d"
    r"|(?<![\d.,])\d{1,3}(?:,?000)+\b|(?<!\d)000s?\b",
    re.IGNORECASE,
)
_POINTS = re.compile(r"per ?cent(?:age)? ?points?\b|pp\b", re.IGNORECASE)


@dataclass(frozen=True)
class Money:
    """A unit of money: pounds of one of it, and what it is per (empty: in all)."""

    scale: float
    per: str


def money(unit: str) -> Money | None:
    """The parts of a unit of money; ``None`` if it is none.

    >>> money("GBP m/year"), money("GBP per child per year"), money("children")
    (Money(scale=1000000.0, per='year'), Money(scale=1.0, per='child per year'), None)
    """
    found = _MONEY.fullmatch(unit.strip())
    return None if found is None else Money(_SCALES[found[1]], (found[2] or "").strip())


def per_year(unit: str) -> bool:
    """Whether a unit ends in a year: so much in each.

    >>> per_year("children/year"), per_year("per child per year"), per_year("year"), per_year("GBP")
    (True, True, True, False)
    """
    return _YEAR.fullmatch(unit.strip()) is not None


def period_of(unit: str) -> str:
    """The time that a unit ends in; empty if it ends in none.

    >>> period_of("GBP per child per week"), period_of("children/year"), period_of("GBP per stay")
    ('week', 'year', '')
    """
    found = _PERIOD.search(unit)
    return "" if found is None else found[1].lower().replace("annum", "year").replace("yr", "year")


def is_percent(unit: str) -> bool:
    """Whether a unit begins with per cent, or with percentage points."""
    found = re.match(r"%|per ?cent\b|percent\b", unit.strip(), re.IGNORECASE)
    return found is not None or is_points(unit)


def is_points(unit: str) -> bool:
    """Whether a unit begins with percentage points.

    >>> is_points("percentage points"), is_points("pp"), is_points("%"), is_points("people")
    (True, True, False, False)
    """
    return _POINTS.match(unit.strip()) is not None


def counts_many(unit: str) -> bool:
    """Whether a unit that is no money is so many of something, which nothing multiplies by.

    >>> [counts_many(unit) for unit in ("per 10,000 children per year", "thousand children")]
    [True, True]
    >>> [counts_many(unit) for unit in ("per child per year", "children aged 0-4", "18+ adults")]
    [False, False, False]
    """
    return _MANY.search(unit) is not None
