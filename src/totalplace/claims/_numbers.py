"""Printed numbers as exact intervals, and the units they are printed in.

A printed number stands for every value that its rounding and its qualifier allow. All
arithmetic is on :class:`fractions.Fraction`; no float occurs. Bounds are closed, because no
document says how it rounds a half.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

__all__ = ["QUALIFIERS", "UNITS", "Number", "decimal_text", "rounded_text"]

UNITS = {
    "£": Fraction(1),
    "£m": Fraction(10**6),
    "£bn": Fraction(10**9),
    "$": Fraction(1),
    "%": Fraction(1, 100),
    "part": Fraction(1),
    "times": Fraction(1),
    "weeks": Fraction(1),
    "years": Fraction(1),
    "days": Fraction(1),
    "areas": Fraction(1),
    "bodies": Fraction(1),
    "cases": Fraction(1),
    "children": Fraction(1),
    "households": Fraction(1),
    "people": Fraction(1),
    "people a household": Fraction(1),
    "pilots": Fraction(1),
    "properties": Fraction(1),
    "staff": Fraction(1),
    "streams": Fraction(1),
}
"""Each unit a number may carry, and how many of its base unit it is."""

QUALIFIERS = ("", "about", "nearly", "over", "up to")
"""Words that widen a printed number; see :class:`Number`."""


@dataclass(frozen=True)
class Number:
    """One number of a claim: as printed, as read, and how far it may be from the truth.

    Attributes:
        name: how equations call it, e.g. ``total``.
        raw: the text as printed in the quote, with any optical fault; ``""`` when it comes from
            another source, which the claim then cites.
        value: the value read, in ``unit``.
        unit: a key of :data:`UNITS`.
        rounded_to: the printed rounding unit, in ``unit``: 0.1 for ``£4.9m``; 0 when counted or
            stipulated ("keeping 1% out of care").
        qualifier: ``""`` or ``up to`` (the rounding alone: half a unit each way), ``about``
            (a whole unit each way), ``over`` (up to a unit more), ``nearly`` (down to a unit less).

    >>> Number("share", "over 80%", Fraction(80), "%", Fraction(10), "over").bounds()
    (Fraction(4, 5), Fraction(9, 10))
    """

    name: str
    raw: str
    value: Fraction
    unit: str
    rounded_to: Fraction
    qualifier: str

    @property
    def scale(self) -> Fraction:
        """Base units in one printed unit: 1,000,000,000 for ``£bn``."""
        return UNITS[self.unit]

    def margins(self) -> tuple[Fraction, Fraction]:
        """How far below and above the printed value the truth may be, in ``unit``."""
        unit = self.rounded_to
        nothing = Fraction(0)
        if self.qualifier == "about":
            return unit, unit
        if self.qualifier == "over":
            return nothing, unit
        if self.qualifier == "nearly":
            return unit, nothing
        return unit / 2, unit / 2

    def bounds(self, value: Fraction | None = None) -> tuple[Fraction, Fraction]:
        """Lowest and highest true value in base units, never below nought.

        Args:
            value: another printed value, in ``unit``, to be taken in place of this one.
        """
        printed = self.value if value is None else value
        below, above = self.margins()
        return max(Fraction(0), printed - below) * self.scale, (printed + above) * self.scale


def decimal_text(value: Fraction, *, places: int = 4) -> str:
    """A fraction as decimal text: exact up to six places, otherwise rounded half-even.

    >>> decimal_text(Fraction(75732, 1000)), decimal_text(Fraction(147, 34)), decimal_text(-2)
    ('75.732', '4.3235', '-2')
    """
    value = Fraction(value)
    return (
        rounded_text(value, 6, trim=True)
        if (value * 10**6).denominator == 1
        else rounded_text(value, places)
    )


def rounded_text(value: Fraction, places: int, *, trim: bool = False, down: bool = False) -> str:
    """A fraction rounded to a number of places, half-even or towards minus infinity.

    >>> rounded_text(Fraction(1, 8), 2), rounded_text(Fraction(5, 3), 1, down=True)
    ('0.12', '1.6')
    """
    with localcontext() as context:
        context.prec = 400
        shifted = value * 10**places
        whole = shifted.numerator // shifted.denominator if down else round(shifted)
        text = f"{Decimal(whole).scaleb(-places):f}"
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text
