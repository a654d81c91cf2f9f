"""Recomputing claims: what each printed figure is tested against, and what comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from totalplace.claims._claim import Claim, Curve, Derived, derive
from totalplace.claims._expression import Relation, value_of
from totalplace.claims._intervals import Interval, intervals_of
from totalplace.claims._load import load_claims
from totalplace.claims._numbers import UNITS, Number, decimal_text, rounded_text
from totalplace.claims._verdict import relation_verdict, verdict_of

__all__ = ["ClaimResult", "Output", "RelationResult", "evaluate", "find_claim"]


@dataclass(frozen=True)
class RelationResult:
    """One relation, tested: what is printed, what the rest of it gives, and the difference.

    ``expected``, ``computed`` and ``residual`` (expected less computed) are decimal texts in
    ``unit``; the last two are ``None`` where the relation divides by nought.
    """

    relation: str
    unit: str
    expected: str
    computed: str | None
    residual: str | None
    verdict: str


@dataclass(frozen=True)
class Output:
    """One computed result: ``value`` as decimal text in ``unit``, ``None`` where undefined.

    ``label`` names the reading it comes from, or the point of the curve; else it is empty.
    """

    name: str
    label: str
    value: str | None
    unit: str


@dataclass(frozen=True)
class ClaimResult:
    """A claim with its verdict computed from its numbers and equations.

    Attributes:
        id: the claim id.
        document: file ids of its passages, separated by ``;``.
        quote: verbatim passages, separated by `` | ``.
        raw, value, unit: its numbers as printed, as read, and their units, separated by ``;``.
        equation: the equation or readings that give the verdict; empty for a parameter.
        expected: the published value that the equation tests, ``None`` if none is published.
        computed: what the equation gives; for readings, what each gives, separated by `` | ``.
        residual: expected less computed; for readings, the first less the second.
        result_unit: the unit of those three.
        verdict: one of ``VERDICTS``, never read from the file.
        stored_verdict: what the file expects, or empty.
        matches_stored: whether the two agree; ``None`` when nothing is stored.
        tests: every relation tested; the first that decides the verdict fills ``expected``.
        readings: what the compared quantity is under each reading.
        outputs: results with no published counterpart.
        curve: points of a derived result, the free variable in ``label``.
        intervals: where each number keeps the verdict.
        numbers: the numbers of the quote.
        ocr_resolution, reason, warning, source: as in the file.
    """

    id: str
    document: str
    quote: str
    raw: str
    value: str
    unit: str
    equation: str
    expected: str | None
    computed: str | None
    residual: str | None
    result_unit: str | None
    verdict: str
    stored_verdict: str
    matches_stored: bool | None
    tests: tuple[RelationResult, ...]
    readings: tuple[Output, ...]
    outputs: tuple[Output, ...]
    curve: tuple[Output, ...]
    intervals: tuple[Interval, ...]
    numbers: tuple[Number, ...]
    ocr_resolution: str
    reason: str
    warning: str
    source: str

    def as_dict(self) -> dict[str, object]:
        """The result as a JSON object; numbers are texts, so that nothing is lost."""
        plain = {
            name: value
            for name, value in vars(self).items()
            if name not in ("tests", "readings", "outputs", "curve", "intervals", "numbers")
        }
        return plain | {
            "tests": [vars(test) for test in self.tests],
            "readings": [vars(reading) for reading in self.readings],
            "outputs": [vars(output) for output in self.outputs],
            "curve": [vars(point) for point in self.curve],
            "intervals": [interval.as_dict() for interval in self.intervals],
            "numbers": [_number_dict(number) for number in self.numbers],
        }


def evaluate(claims: Iterable[Claim]) -> list[ClaimResult]:
    """Recompute every claim; the stored expectations are compared and nothing else.

    >>> results = {result.id: result for result in evaluate(load_claims())}
    >>> london = results["LON"]
    >>> london.verdict, london.expected, london.computed, london.residual, london.result_unit
    ('conflict', '73.6', '75.732', '-2.132', '£bn')
    """
    return [_evaluate(claim) for claim in claims]


def find_claim(claim_id: str, *, path: Path | str | None = None) -> ClaimResult | None:
    """One claim by its id, in any case of letters; ``None`` when there is none.

    Raises:
        RequestError: the claims file at ``path`` is malformed.

    >>> find_claim("lac-x").verdict
    'conflict'
    """
    for claim in load_claims(path):
        if claim.claim_id.casefold() == claim_id.strip().casefold():
            return _evaluate(claim)
    return None


def _evaluate(claim: Claim) -> ClaimResult:
    verdict = verdict_of(claim)
    values = claim.central()
    tests = tuple(_test(claim, relation, values) for relation in claim.relations)
    derived = derive(claim.derived + claim.outputs, values)
    readings = tuple(
        _output(r.result, value_of(r.result.expression, values), r.label) for r in claim.readings
    )
    outputs = tuple(
        _output(statement, derived[statement.name]) for statement in claim.derived + claim.outputs
    )
    expected, computed, residual, unit = _headline(claim, verdict, tests, readings, outputs)
    return ClaimResult(
        id=claim.claim_id,
        document=claim.cells["document"],
        quote=claim.cells["quote"],
        raw=claim.cells["raw"],
        value=claim.cells["value"],
        unit=claim.cells["unit"],
        equation=claim.cells["readings"] or claim.cells["equation"],
        expected=expected,
        computed=computed,
        residual=residual,
        result_unit=unit,
        verdict=verdict,
        stored_verdict=claim.stored_verdict,
        matches_stored=verdict == claim.stored_verdict if claim.stored_verdict else None,
        tests=tests,
        readings=readings,
        outputs=outputs,
        curve=() if claim.curve is None else _points(claim.curve, values),
        intervals=intervals_of(claim),
        numbers=claim.numbers,
        ocr_resolution=claim.ocr_resolution,
        reason=claim.reason,
        warning=claim.warning,
        source=claim.source,
    )


def _test(claim: Claim, relation: Relation, values: Mapping[str, Fraction]) -> RelationResult:
    published = claim.scope[relation.left.text]
    computed = value_of(relation.right, values)
    in_unit = None if computed is None else computed / published.scale
    return RelationResult(
        relation=relation.text,
        unit=published.unit,
        expected=decimal_text(published.value),
        computed=None if in_unit is None else decimal_text(in_unit),
        residual=None if in_unit is None else decimal_text(published.value - in_unit),
        verdict=relation_verdict(relation, claim.scope, {}),
    )


def _headline(
    claim: Claim,
    verdict: str,
    tests: tuple[RelationResult, ...],
    readings: tuple[Output, ...],
    outputs: tuple[Output, ...],
) -> tuple[str | None, str | None, str | None, str | None]:
    """Expected, computed, residual and their unit."""
    if tests:
        test = next(test for test in tests if test.verdict == verdict)
        return test.expected, test.computed, test.residual, test.unit
    if readings:
        values = claim.central()
        first, second = (value_of(r.result.expression, values) for r in claim.readings[:2])
        gap = None if first is None or second is None else first - second
        unit = readings[0].unit
        return (
            None,
            " | ".join(reading.value or "undefined" for reading in readings),
            None if gap is None else decimal_text(gap / UNITS[unit]),
            unit,
        )
    if claim.derived:
        return None, outputs[0].value, None, outputs[0].unit
    return None, None, None, None


def _output(statement: Derived, value: Fraction | None, label: str = "") -> Output:
    unit = statement.unit
    text = None if value is None else rounded_text(value / UNITS[unit], statement.places)
    return Output(statement.name, label, text, unit)


def _points(curve: Curve, values: Mapping[str, Fraction]) -> tuple[Output, ...]:
    points, at = [], curve.start
    while at <= curve.stop:
        value = value_of(curve.result.expression, {**values, curve.variable: at})
        points.append(_output(curve.result, value, f"{curve.variable} = {decimal_text(at)}"))
        at += curve.step
    return tuple(points)


def _number_dict(number: Number) -> dict[str, str]:
    low, high = (bound / number.scale for bound in number.bounds())
    return {
        "name": number.name,
        "raw": number.raw,
        "value": decimal_text(number.value),
        "unit": number.unit,
        "rounded_to": decimal_text(number.rounded_to),
        "qualifier": number.qualifier,
        "low": decimal_text(low),
        "high": decimal_text(high),
    }
