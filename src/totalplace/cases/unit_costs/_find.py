"""Finding unit costs: by words, and by the reference that a case gives."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from totalplace.cases.unit_costs._checks import CHECKS
from totalplace.cases.unit_costs._unit_cost import UnitCost
from totalplace.errors import Problem, RequestError

__all__ = ["find_unit_costs", "unit_cost_of"]

_NEAREST = 5


def find_unit_costs(costs: Sequence[UnitCost], text: str) -> tuple[UnitCost, ...]:
    """Costs that have every word of the text in code, heading, description, unit or agency.

    Those with all words in code or description come first; otherwise in the order of the table.

    >>> from totalplace.cases.unit_costs import invented_unit_costs
    >>> [one.code for one in find_unit_costs(invented_unit_costs(), "child care week")]
    ['care-home']
    """
    wanted = text.lower().split()
    scored = []
    for at, cost in enumerate(costs):
        close = f"{cost.reference} {cost.description}".lower()
        told = (cost.sheet, cost.heading, cost.unit, cost.agency, cost.agency_detail)
        wide = f"{close} {' '.join(one for one in told if one)}".lower()
        if wanted and all(word in wide for word in wanted):
            scored.append((not all(word in close for word in wanted), at, cost))
    return tuple(cost for *_, cost in sorted(scored, key=lambda one: one[:2]))


def unit_cost_of(
    costs: Sequence[UnitCost], reference: str, *, value_class: str = "fiscal", where: str = ""
) -> UnitCost:
    """The unit cost that a reference names: that one and no other.

    Args:
        reference: book and code, ``gmca:SS1.0``.
        value_class: of its values, which one.
        where: what asks, for messages: a case with its line.

    Raises:
        RequestError: ``unknown_unit_cost`` with the nearest codes, ``no_such_class`` with those
            that there are, or ``flagged_unit_cost``: a check failed and nobody accepted it.

    >>> from totalplace.cases.unit_costs import invented_unit_costs
    >>> unit_cost_of(invented_unit_costs(), "invented:home-care").value_pence
    2650
    """
    at = where or reference
    named = [one for one in costs if one.reference == reference]
    if not named:
        raise RequestError(_unknown(costs, reference, at))
    found = next((one for one in named if one.value_class == value_class), None)
    if found is None:
        kinds = ", ".join(one.value_class for one in named)
        raise RequestError(
            Problem(
                "no_such_class",
                f"the unit cost {reference} has no {value_class} value",
                at,
                f"it has: {kinds}",
                "say the class that is meant, or give the value in the case with its source",
            )
        )
    if not found.is_usable:
        failed = "; ".join(CHECKS.get(one, one) for one in (found.flag or "").split())
        raise RequestError(
            Problem(
                "flagged_unit_cost",
                f"the unit cost {reference} failed a check",
                at,
                failed,
                "correct the row from its source, or say in its column `accepted` who uses it all"
                " the same, and why",
            )
        )
    return found


def _unknown(costs: Sequence[UnitCost], reference: str, at: str) -> Problem:
    books = sorted({one.book for one in costs})
    book = reference.partition(":")[0]
    if book not in books:
        why = f"no table {book!r} was given; there are: {', '.join(books) or 'none'}"
    else:
        known = dict.fromkeys(one.code for one in costs if one.book == book)
        code = reference.partition(":")[2]
        near = [f"{book}:{one}" for one in difflib.get_close_matches(code, known, _NEAREST, 0.5)]
        why = f"the nearest are {', '.join(near)}" if near else f"nothing like it is in {book}"
    return Problem(
        "unknown_unit_cost",
        f"there is no unit cost {reference}",
        at,
        why,
        "give a code of a table that was given, as `totalplace unitcosts find` shows them",
    )
