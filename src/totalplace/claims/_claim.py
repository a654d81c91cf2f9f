"""What a claim is: quote, numbers, and the statements that test or follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from totalplace.claims._expression import Expression, Relation, value_of
from totalplace.claims._numbers import Number

__all__ = ["VERDICTS", "Claim", "Curve", "Derived", "Passage", "Reading", "derive"]

VERDICTS = ("exact", "within_rounding", "derived", "conflict", "ambiguous", "parameter")
"""All verdicts; docs and data use these words only."""


@dataclass(frozen=True)
class Passage:
    """A verbatim excerpt of a document, white space aside."""

    document: str
    text: str


@dataclass(frozen=True)
class Derived:
    """A result that no document prints: ``name = expression [unit places]``."""

    name: str
    expression: Expression
    unit: str
    places: int


@dataclass(frozen=True)
class Reading:
    """One way to read an ambiguous text, and what the compared quantity is under it."""

    label: str
    result: Derived


@dataclass(frozen=True)
class Curve:
    """A result over a range of one free variable: ``result`` at ``start, start + step, ...``."""

    variable: str
    start: Fraction
    stop: Fraction
    step: Fraction
    result: Derived


@dataclass(frozen=True)
class Claim:
    """One published figure, or a few that hang together, as a row of the claims file.

    Attributes:
        claim_id: e.g. ``LAC-X``.
        passages: the verbatim quotes, each with its document id.
        numbers: the numbers of the quote.
        scope: every number that a statement may name, those of other claims as ``LAC1.children``.
        relations: equations between published numbers; they decide the verdict.
        derived: equations with no published counterpart.
        readings: two or more readings of an ambiguous text.
        outputs: conversions shown beside the claim; they never touch the verdict.
        curve: points of a derived result, or ``None``.
        stored_verdict: what the file expects; only compared, never used.
        ocr_resolution: how an optical fault was resolved and why.
        reason: what the verdict means.
        warning: what a reader must not do with the results.
        source: citation by title, publisher and date.
        cells: the row as read, by column.
    """

    claim_id: str
    passages: tuple[Passage, ...]
    numbers: tuple[Number, ...]
    relations: tuple[Relation, ...]
    derived: tuple[Derived, ...]
    readings: tuple[Reading, ...]
    outputs: tuple[Derived, ...]
    curve: Curve | None
    stored_verdict: str
    ocr_resolution: str
    reason: str
    warning: str
    source: str
    cells: Mapping[str, str]
    scope: Mapping[str, Number] = field(default_factory=dict)

    def central(self) -> dict[str, Fraction]:
        """The printed values of the scope in base units."""
        return {name: number.value * number.scale for name, number in self.scope.items()}

    def comparisons(self) -> tuple[Relation, ...]:
        """What can change the verdict: the relations, or "two readings agree" for each pair."""
        if not self.readings:
            return self.relations
        results = [reading.result.expression for reading in self.readings]
        return tuple(
            Relation(a, "=", b, "readings agree")
            for i, a in enumerate(results)
            for b in results[i + 1 :]
        )


def derive(
    statements: tuple[Derived, ...], values: Mapping[str, Fraction]
) -> dict[str, Fraction | None]:
    """Each result in base units, later ones from earlier ones; ``None`` where undefined."""
    known = dict(values)
    results: dict[str, Fraction | None] = {}
    for statement in statements:
        if all(name in known for name in statement.expression.names()):
            value = value_of(statement.expression, known)
        else:
            value = None
        results[statement.name] = value
        if value is not None:
            known[statement.name] = value
    return results
