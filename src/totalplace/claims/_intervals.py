"""The interval of each number in which a claim keeps its verdict, as exact rationals.

With all other numbers as printed, the verdict can only change where a gap is nought at a corner of
the box of allowed values (or at the printed values, for ``exact``). Along each corner the gap is
affine in the one number, so each such point is one rational root. Between two neighbouring points
the verdict is constant; it is computed at every point and inside every gap between points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from totalplace.claims._claim import Claim
from totalplace.claims._expression import Relation
from totalplace.claims._numbers import Number, decimal_text, rounded_text
from totalplace.claims._verdict import corners, judge, verdict_of, worst

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
    lines = [_Lines.of(relation, claim, name) for relation in claim.comparisons()]
    points = sorted(set().union({Fraction(0)}, *(each.turning_points() for each in lines)))
    # The line from nought up, cut into points and the open gaps between them.
    pieces: list[tuple[Fraction, Fraction | None, Fraction]] = []
    for low, high in pairwise(points):
        pieces += [(low, low, low), (low, high, (low + high) / 2)]
    pieces += [(points[-1], points[-1], points[-1]), (points[-1], None, points[-1] + 1)]
    # Ends are (where, closed); a run of pieces with the claim's verdict is one stretch.
    start: tuple[Fraction, bool] | None = None
    end: tuple[Fraction | None, bool] = (None, False)
    for low, upper, probe in pieces:
        if claim.readings:
            found = verdict_of(claim, {name: probe})
        else:
            found = worst(each.verdict(probe) for each in lines)
        if found == verdict:
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


@dataclass(frozen=True)
class _Lines:
    """A relation's gap as a line in one number: at the printed values of the others and at each
    corner of their box, as (gap at nought, slope), in base units."""

    relation: Relation
    scope: Mapping[str, Number]
    number: Number
    centre: tuple[Fraction, Fraction]
    at_corners: tuple[tuple[Fraction, Fraction], ...]

    @classmethod
    def of(cls, relation: Relation, claim: Claim, name: str) -> _Lines:
        scope = claim.scope
        others = tuple(other for other in relation.names() if other != name)

        def line(rest: Mapping[str, Fraction]) -> tuple[Fraction, Fraction]:
            at_nought = relation.gap({**rest, name: Fraction(0)})
            return at_nought, relation.gap({**rest, name: Fraction(1)}) - at_nought

        centre = line({n: scope[n].value * scope[n].scale for n in others})
        at_corners = tuple(dict.fromkeys(line(corner) for corner in corners(others, scope, {})))
        return cls(relation, scope, scope[name], centre, at_corners)

    def turning_points(self) -> set[Fraction]:
        """Every printed value, from nought up, at which the verdict on the relation can change."""
        below, above = self.number.margins()
        points = {below}
        for at_nought, slope in (self.centre, *self.at_corners):
            if slope != 0:
                root = -at_nought / slope / self.number.scale
                points |= {root, root + below, root - above}
        return {point for point in points if point >= 0}

    def verdict(self, value: Fraction) -> str:
        """The verdict on the relation with this printed value of the number."""
        at_nought, slope = self.centre
        gaps = [a + b * end for a, b in self.at_corners for end in self.number.bounds(value)]
        return judge(self.relation, self.scope, at_nought + slope * value * self.number.scale, gaps)


def _text(value: Fraction) -> str:
    return decimal_text(value, places=6)


def _inward(value: Fraction, *, up: bool) -> str:
    if up:
        text = rounded_text(-value, _PLACES, trim=True, down=True)
        return text.removeprefix("-") if text != "0" else text
    return rounded_text(value, _PLACES, trim=True, down=True)
