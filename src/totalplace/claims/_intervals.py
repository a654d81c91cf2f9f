"""The interval of each number in which a claim keeps its verdict, as exact rationals.

With all other numbers as printed, the verdict can only change where a gap is nought at a corner of
the box of allowed values (or at the printed values, for ``exact``). Along each corner the gap is
affine in the one number, so each such point is one rational root. Between two neighbouring points
the verdict is constant; it is computed at every point and inside every gap between points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from totalplace.claims._claim import Claim
from totalplace.claims._numbers import decimal_text, rounded_text
from totalplace.claims._verdict import corners, verdict_of

__all__ = ["TESTABLE", "Interval", "intervals_of"]

TESTABLE = ("exact", "within_rounding", "conflict", "ambiguous")
"""Verdicts that can flip, and so have intervals."""

_PLACES = 9


@dataclass(frozen=True)
class Interval:
    """One stretch of a number in which the verdict holds, in the number's own unit.

    ``low`` is ``None`` when it holds down to nought (no published number here is negative),
    ``high`` when it holds however large the number. Both ``None`` is "any".
    """

    number: str
    unit: str
    low: Fraction | None
    high: Fraction | None
    low_closed: bool
    high_closed: bool

    @property
    def is_any(self) -> bool:
        """Whether the number does not matter to the verdict."""
        return self.low is None and self.high is None

    def holds(self, value: Fraction) -> bool:
        """Whether the value lies in the interval.

        >>> half_open = Interval("x", "%", Fraction(1), Fraction(2), True, False)
        >>> half_open.holds(Fraction(1)), half_open.holds(Fraction(2))
        (True, False)
        """
        if self.low is not None and (
            value < self.low or (value == self.low and not self.low_closed)
        ):
            return False
        return self.high is None or value < self.high or (value == self.high and self.high_closed)

    def __str__(self) -> str:
        if self.is_any:
            return "any"
        if self.low == self.high and self.low is not None:
            return f"only {_text(self.low)}"
        low = "" if self.low is None else f"{'>=' if self.low_closed else '>'} {_text(self.low)}"
        high = (
            "" if self.high is None else f"{'<=' if self.high_closed else '<'} {_text(self.high)}"
        )
        return " and ".join(side for side in (low, high) if side)

    def as_dict(self) -> dict[str, object]:
        """For JSON. ``low`` and ``high`` are decimals, rounded inward where they do not end;
        ``low_exact`` and ``high_exact`` are the same bounds as exact fractions."""
        low, high = self.low, self.high
        return {
            "number": self.number,
            "unit": self.unit,
            "low": None if low is None else _inward(low, up=True),
            "high": None if high is None else _inward(high, up=False),
            "low_closed": self.low_closed,
            "high_closed": self.high_closed,
            "low_exact": None if low is None else str(low),
            "high_exact": None if high is None else str(high),
        }


def intervals_of(claim: Claim) -> tuple[Interval, ...]:
    """For each number in the scope, where the computed verdict holds; the order is the scope's.

    A conflict or an ambiguity may hold on two sides of a gap, and then has two intervals. Claims
    that cannot flip (``derived``, ``parameter``) have none.
    """
    verdict = verdict_of(claim)
    if verdict not in TESTABLE:
        return ()
    return tuple(i for name in claim.scope for i in _stretches(claim, name, verdict))


def _stretches(claim: Claim, name: str, verdict: str) -> Iterator[Interval]:
    unit = claim.scope[name].unit
    points = sorted(_turning_points(claim, name))
    # The line from nought up, cut into points and the open gaps between them.
    pieces: list[tuple[Fraction, Fraction | None, Fraction]] = []
    for low, high in pairwise(points):
        pieces += [(low, low, low), (low, high, (low + high) / 2)]
    pieces += [(points[-1], points[-1], points[-1]), (points[-1], None, points[-1] + 1)]
    # Ends are (where, closed); a run of pieces with the claim's verdict is one stretch.
    start: tuple[Fraction, bool] | None = None
    end: tuple[Fraction | None, bool] = (None, False)
    for low, upper, probe in pieces:
        if verdict_of(claim, {name: probe}) == verdict:
            start = start or (low, low == upper)
            end = (upper, low == upper)
        elif start is not None:
            yield _interval(name, unit, start, end)
            start = None
    if start is not None:
        yield _interval(name, unit, start, end)


def _interval(
    name: str, unit: str, start: tuple[Fraction, bool], end: tuple[Fraction | None, bool]
) -> Interval:
    low = None if start == (Fraction(0), True) else start[0]
    return Interval(name, unit, low, end[0], start[1], end[1])


def _turning_points(claim: Claim, name: str) -> set[Fraction]:
    """Nought, and every printed value at which some gap is nought at a corner."""
    number = claim.scope[name]
    below, above = number.margins()
    points = {Fraction(0), below}
    for relation in claim.comparisons():
        names = relation.names()
        if name not in names:
            continue
        others = tuple(other for other in names if other != name)
        central = {n: claim.scope[n].value * claim.scope[n].scale for n in others}
        for corner in (central, *corners(others, claim.scope, {})):
            at_nought = relation.gap({**corner, name: Fraction(0)})
            slope = relation.gap({**corner, name: Fraction(1)}) - at_nought
            if slope != 0:
                root = -at_nought / slope / number.scale
                points |= {root, root + below, root - above}
    return {point for point in points if point >= 0}


def _text(value: Fraction) -> str:
    return decimal_text(value, places=6)


def _inward(value: Fraction, *, up: bool) -> str:
    if up:
        text = rounded_text(-value, _PLACES, trim=True, down=True)
        return text.removeprefix("-") if text != "0" else text
    return rounded_text(value, _PLACES, trim=True, down=True)
