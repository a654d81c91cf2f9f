"""The statements of a claims file: equations, results, readings and curves."""

from __future__ import annotations

import re
from fractions import Fraction

from totalplace.claims._claim import Curve, Derived, Reading
from totalplace.claims._expression import (
    ExpressionError,
    Relation,
    parse_expression,
    parse_relation,
)
from totalplace.claims._numbers import UNITS

__all__ = ["parse_curve", "parse_derived", "parse_equations", "parse_readings"]

_RESULT = re.compile(
    r"(?P<name>[a-z][a-z0-9_]*)\s*=(?!=)(?P<body>[^\[\]=<>]+)\[(?P<unit>[^\[\]]+) (?P<places>\d)\]"
)
_RANGE = re.compile(
    r"\((?P<variable>[a-z][a-z0-9_]*) from (?P<start>[\d.]+) to (?P<stop>[\d.]+)"
    r" step (?P<step>[\d.]+)\)"
)
_MOST_POINTS = 1001


def _split(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def parse_equations(
    text: str, numbers: set[str]
) -> tuple[tuple[Relation, ...], tuple[Derived, ...]]:
    """Relations that test a published number, and results that nothing published tests.

    A statement whose left side is a published number, of this or of another claim, is a relation;
    any other must be a result with its unit and places.

    Raises:
        ExpressionError: a statement is neither.

    >>> relations, derived = parse_equations("total = a + b; rest = total - a [£m 1]", {"total"})
    >>> relations[0].sign, derived[0].name, derived[0].unit, derived[0].places
    ('=', 'rest', '£m', 1)
    """
    relations, derived = [], []
    for statement in _split(text, ";"):
        if "[" in statement:
            derived.append(_result(statement))
            continue
        relation = parse_relation(statement)
        left = relation.left
        if left.kind != "name" or (left.text not in numbers and "." not in left.text):
            raise ExpressionError(
                f"the left side of {statement!r} is no published number; a result that"
                " nothing published tests needs its unit and places, e.g. [£m 1]"
            )
        relations.append(relation)
    return tuple(relations), tuple(derived)


def parse_derived(text: str) -> tuple[Derived, ...]:
    """Results separated by ``;``, each ``name = expression [unit places]``.

    Raises:
        ExpressionError: a statement has another form.
    """
    return tuple(_result(statement) for statement in _split(text, ";"))


def parse_readings(text: str) -> tuple[Reading, ...]:
    """Readings separated by ``|``, each ``label: name = expression [unit places]``.

    Raises:
        ExpressionError: a reading has another form.

    >>> [r.label for r in parse_readings("relative: c = s / r [£m 1] | points: c = s [£m 1]")]
    ['relative', 'points']
    """
    readings = []
    for part in _split(text, "|"):
        label, colon, statement = part.partition(":")
        if not colon or not label.strip():
            raise ExpressionError(
                f"a reading is `label: name = expression [unit places]`: {part!r}"
            )
        readings.append(Reading(label.strip(), _result(statement.strip())))
    return tuple(readings)


def parse_curve(text: str) -> Curve:
    """A curve: ``(variable from 0 to 1 step 0.1) name = expression [unit places]``.

    Raises:
        ExpressionError: another form, or more than 1,001 points.
    """
    match = _RANGE.match(text)
    if match is None:
        raise ExpressionError("a curve begins with (variable from START to STOP step STEP)")
    try:
        start, stop, step = (Fraction(match[part]) for part in ("start", "stop", "step"))
    except ValueError as error:
        raise ExpressionError(f"no number in {match.group()!r}") from error
    if step <= 0 or stop < start or (stop - start) / step >= _MOST_POINTS:
        raise ExpressionError(f"{match.group()!r} has no points, or more than {_MOST_POINTS}")
    return Curve(match["variable"], start, stop, step, _result(text[match.end() :].strip()))


def _result(statement: str) -> Derived:
    match = _RESULT.fullmatch(statement)
    if match is None:
        raise ExpressionError(f"a result is `name = expression [unit places]`: {statement!r}")
    if match["unit"] not in UNITS:
        raise ExpressionError(f"unknown unit {match['unit']!r}; use one of {', '.join(UNITS)}")
    return Derived(
        match["name"], parse_expression(match["body"]), match["unit"], int(match["places"])
    )
