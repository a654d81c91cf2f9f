"""The verdict on a claim, from its numbers and equations alone.

A relation is tested over the box of values that the printed numbers allow. Its gap is a polynomial
with no power above one, affine in each number while the others stand still, so its extremes over
the box lie at the corners and between them it takes every value: ``left = right`` can hold exactly
when the gap is not of one sign at all corners. Each relation is tested by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from totalplace.claims._claim import Claim
from totalplace.claims._expression import Relation, value_of
from totalplace.claims._numbers import Number

__all__ = ["corners", "judge", "relation_verdict", "verdict_of", "worst"]


def corners(
    names: tuple[str, ...], scope: Mapping[str, Number], printed: Mapping[str, Fraction]
) -> Iterator[dict[str, Fraction]]:
    """Every corner of the box of allowed values, in base units."""
    sides = [dict.fromkeys(scope[name].bounds(printed.get(name))) for name in names]
    for corner in product(*sides):
        yield dict(zip(names, corner, strict=True))


def relation_verdict(
    relation: Relation, scope: Mapping[str, Number], printed: Mapping[str, Fraction]
) -> str:
    """``exact``, ``within_rounding`` or ``conflict``.

    Args:
        relation: an equation or inequality between published numbers.
        scope: the numbers it may name.
        printed: values to take in place of the printed ones, in the number's own unit.

    A qualified number ("over", "about") is no exact statement, and neither is an inequality: the
    best either can reach is ``within_rounding``.
    """
    names = relation.names()
    centre = {n: printed.get(n, scope[n].value) * scope[n].scale for n in names}
    gaps = [relation.gap(corner) for corner in corners(names, scope, printed)]
    return judge(relation, scope, relation.gap(centre), gaps)


def judge(
    relation: Relation, scope: Mapping[str, Number], centre: Fraction, gaps: Sequence[Fraction]
) -> str:
    """The verdict on a relation from its gap at the printed values and at the corners."""
    is_plain = relation.sign == "=" and not any(scope[n].qualifier for n in relation.names())
    if is_plain and centre == 0:
        return "exact"
    can_be_less, can_be_more = min(gaps) <= 0, max(gaps) >= 0
    holds = {"=": can_be_less and can_be_more, "<=": can_be_less, ">=": can_be_more}
    return "within_rounding" if holds[relation.sign] else "conflict"


def worst(verdicts: Iterable[str]) -> str:
    """The verdict on a claim from those on its relations.

    >>> worst(["exact", "within_rounding"]), worst(["conflict", "exact"]), worst(["exact"])
    ('within_rounding', 'conflict', 'exact')
    """
    found = set(verdicts)
    return next(v for v in ("conflict", "within_rounding", "exact") if v in found)


def verdict_of(claim: Claim, printed: Mapping[str, Fraction] | None = None) -> str:
    """The verdict on a claim; its stored expectation is not looked at.

    Readings that give different results make it ``ambiguous``; readings that agree leave one
    result that nothing published tests, so ``derived``. Otherwise one relation in conflict is a
    conflict, all exact is ``exact``, and a claim without a relation is ``derived`` when an
    equation gives something new and ``parameter`` when there is none.

    Args:
        claim: the claim.
        printed: values to take in place of the printed ones, by name in the claim's scope.
    """
    printed = printed or {}
    if claim.readings:
        values = claim.central()
        values |= {name: value * claim.scope[name].scale for name, value in printed.items()}
        results = {value_of(reading.result.expression, values) for reading in claim.readings}
        return "ambiguous" if len(results) > 1 else "derived"
    if claim.relations:
        return worst(relation_verdict(r, claim.scope, printed) for r in claim.relations)
    return "derived" if claim.derived else "parameter"
