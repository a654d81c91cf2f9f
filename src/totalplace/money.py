"""Exact money: integer pence, shares that add up, and figures that carry their range.

Amounts are ``int`` pence inside and text or ``Decimal`` at the edges; never a float. Shares use
the largest-remainder method (Hamilton 1792), so that parts always sum to the whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

__all__ = [
    "Figure",
    "MoneyError",
    "format_gbp",
    "format_whole_gbp",
    "gbp",
    "parse_pence",
    "published_pence",
    "split",
]

_BLANK = {"", "-", "--", "–", "—"}
_NUMBER = re.compile(r"\d+(\.\d+)?|\.\d+")
_CURRENCY = "£œ$ \u00a0"


class MoneyError(ValueError):
    """A text that is no amount. ``code`` is ``not_money`` or ``third_decimal``."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(f"{code}: {text!r}")


def parse_pence(text: str) -> int | None:
    """Read one published payment as pence; blanks and dashes are ``None``.

    Accepts ``£1,234.56``, ``(99.10)``, ``12.50-``, ``-7`` and a pound sign that became ``œ``.

    Raises:
        MoneyError: ``not_money`` when it is no number, ``third_decimal`` when it has a fraction
            of a penny (trailing zeros aside): a payment is never rounded away.

    >>> parse_pence("£1,234.56"), parse_pence("(99.10)"), parse_pence("12.5-"), parse_pence(" - ")
    (123456, -9910, -1250, None)
    """
    body = text.strip(" \t\r\n\u00a0")
    if body in _BLANK:
        return None
    negative = False
    if body.startswith("(") and body.endswith(")"):
        negative, body = True, body[1:-1]
    body = body.strip(_CURRENCY)
    if body.endswith("-"):
        negative, body = not negative, body[:-1]
    if body.startswith(("+", "-")):
        negative ^= body[0] == "-"
        body = body[1:]
    body = body.strip(_CURRENCY).replace(",", "")
    if not _NUMBER.fullmatch(body):
        raise MoneyError("not_money", text)
    pence = Decimal(body) * 100
    if pence != pence.to_integral_value():
        raise MoneyError("third_decimal", text)
    return -int(pence) if negative else int(pence)


def published_pence(value: str | float | Decimal, *, unit: int = 1) -> int:
    """One cell of a published aggregate as pence, rounded half-even.

    Args:
        value: the cell as published; a float stands for its shortest decimal text.
        unit: pounds per published unit: 1, 1_000 or 1_000_000.

    Raises:
        MoneyError: ``not_money``.

    >>> published_pence("0.000005", unit=1_000_000), published_pence(166556.0, unit=1_000)
    (500, 16655600000)
    """
    try:
        pounds = Decimal(str(value).replace(",", "").strip()) * unit
        return int((pounds * 100).to_integral_value(rounding=ROUND_HALF_EVEN))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise MoneyError("not_money", str(value)) from error


def gbp(pence: int) -> str:
    """Pence as pounds with two decimals, without separators: the form of JSON and CSV.

    >>> gbp(-5), gbp(123456789)
    ('-0.05', '1234567.89')
    """
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def format_gbp(pence: int) -> str:
    """Pence for people: pounds with separators and a sign, to the penny.

    >>> format_gbp(-123456789)
    '-£1,234,567.89'
    """
    sign = "-" if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"


def format_whole_gbp(pence: int) -> str:
    """Pence for people, to the pound, halves away from zero: what a model says of years to come.

    >>> [format_whole_gbp(pence) for pence in (-123456750, 149, -49)]
    ['-£1,234,568', '£1', '£0']
    """
    whole = (abs(pence) + 50) // 100
    return f"{'-' if pence < 0 and whole else ''}£{whole:,}"


def split(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Split pence over weights by largest remainder, ties by code, so that parts sum exactly.

    The sign is set aside and restored, so that a refund splits as its payment did. The same
    arithmetic is written as an expression in :mod:`totalplace.engine`.

    Raises:
        ValueError: a weight is negative, or all are zero.

    >>> split(100, {"a": 1, "b": 1, "c": 1})
    {'a': 34, 'b': 33, 'c': 33}
    """
    total = sum(weights.values())
    if total <= 0 or min(weights.values()) < 0:
        raise ValueError(f"weights must be non-negative and not all zero: {dict(weights)}")
    size = abs(amount)
    whole, rest = divmod(size, total)
    parts = {code: whole * weight + rest * weight // total for code, weight in weights.items()}
    left = size - sum(parts.values())
    by_remainder = sorted(weights, key=lambda code: (-(rest * weights[code] % total), code))
    for code in by_remainder[:left]:
        parts[code] += 1
    return {code: part if amount >= 0 else -part for code, part in parts.items()}


@dataclass(frozen=True)
class Figure:
    """A number that never travels alone.

    Attributes:
        figure_id: hash of what it was computed from; ``explain`` takes it.
        measure: what it is, e.g. ``net``.
        pence: the value in pence.
        low_pence, high_pence: its range (published rounding, and apportionment keys).
        unit: ``GBP``.
        year: financial year such as ``2017-18``.
        price_base: ``cash``, or the year of the prices.
        grade: A (local record) to E (population share), X (cannot be placed).
        coverage_pct: share of it that comes from returned or published lines, or ``None``.
    """

    figure_id: str
    measure: str
    pence: int
    low_pence: int
    high_pence: int
    year: str
    grade: str
    coverage_pct: float | None
    unit: str = "GBP"
    price_base: str = "cash"
