"""People's corrections: a pattern of payments has this function."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from totalplace.classify._rules import SpendRules
from totalplace.errors import Problem, RequestError
from totalplace.place import Decision

__all__ = ["ANY_TEXT", "ClassPattern", "class_pattern", "decided_rules"]

ANY_TEXT = "*"
SEPARATOR = "|"


@dataclass(frozen=True)
class ClassPattern:
    """Which payments a correction is about; in each text only ``*`` is special.

    Attributes:
        body_id: the payer, or ``*``.
        unit, expense, payee: patterns of service area, expense type and payee.
    """

    body_id: str
    unit: str
    expense: str
    payee: str = ANY_TEXT


def class_pattern(text: str) -> ClassPattern:
    """The pattern that a correction's text gives: ``BODY | UNIT | EXPENSE [| PAYEE]``.

    Raises:
        RequestError: it has another form.

    >>> class_pattern("trafford | Capital Schemes | *school* ")
    ClassPattern(body_id='trafford', unit='Capital Schemes', expense='*school*', payee='*')
    """
    parts = [part.strip() for part in text.split(SEPARATOR)]
    if len(parts) not in {3, 4} or not all(parts):
        raise RequestError(
            Problem(
                "bad_class_pattern",
                "this does not say which payments are meant",
                text,
                f"three or four texts are needed, parted by {SEPARATOR}: payer, service area, "
                "expense type and, if it matters, payee",
                'write for instance "trafford | Capital Schemes | *school* | *"; * stands for '
                "any text",
            )
        )
    return ClassPattern(*parts)


def decided_rules(decisions: Iterable[Decision]) -> SpendRules:
    """The corrections as rules; of several that fit, the one made last wins."""
    rows = []
    for decision in decisions:
        if decision.what != "class":
            continue
        pattern = class_pattern(decision.object_id)
        rows.append(
            {
                "body_id": pattern.body_id,
                "unit_pattern": pattern.unit,
                "expense_pattern": pattern.expense,
                "payee_pattern": pattern.payee,
                "priority": decision.n,
                "code": decision.value,
                "reason": f"decision {decision.n} by {decision.who}: {decision.why}",
            }
        )
    return SpendRules(rows)
