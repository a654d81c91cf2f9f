"""What an import of unit costs finds: the costs, what is wrong with them, and what was left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from totalplace.cases.unit_costs._checks import (
    Flag,
    check_unit_costs,
    flag_of,
    flag_unit_costs,
    missing_components,
    sums_of,
    without_bounds,
)
from totalplace.cases.unit_costs._unit_cost import UnitCost
from totalplace.cases.unit_costs._years import deflators, financial_year
from totalplace.errors import Problem
from totalplace.money import MoneyError, format_gbp, published_pence

__all__ = ["Imported", "Line", "Value", "imported", "words"]

_MOST_POUNDS = 10**12
"""No unit costs more; a number with a large exponent would fill the memory as whole pence."""
_MOST_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Value:
    """One printed value of a line.

    Attributes:
        value_class: ``fiscal``, ``economic`` or ``social``.
        text, year, updated: as printed; ``updated`` is the publisher's own inflated value.
        cell: where it stands.
        note: what hangs on the cell.
    """

    value_class: str
    text: str
    year: str
    cell: str
    updated: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line with its code, as it stands in the file."""

    code: str
    sheet: str
    heading: str
    description: str
    unit: str
    agency: str
    agency_detail: str
    rag: str
    comment: str
    source: str
    where: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Imported:
    """An import.

    Attributes:
        costs: a row a code and class, flagged where a check failed.
        by_sheet: sheet -> lines with a code; each counted once, whatever is wrong with it.
        flags: every check that failed, with its reason.
        left_out: lines that are no unit cost: no code, no number, no price year.
        unchecked: what no check could say anything about.
        updated_checked: how many of the publisher's own inflated values were recomputed.
        sums_checked: how many sums of components were recomputed.
        compared: how many values were held against another table.
        only_there: references of that table that this file lacks.
    """

    costs: tuple[UnitCost, ...]
    by_sheet: dict[str, int]
    flags: tuple[Flag, ...]
    left_out: tuple[Problem, ...] = ()
    unchecked: tuple[Problem, ...] = ()
    updated_checked: int = 0
    sums_checked: int = 0
    compared: int = 0
    only_there: tuple[str, ...] = field(default=())


def words(text: object) -> str:
    """A cell's text on one line.

    >>> words(" Per\\nweek ")
    'Per week'
    """
    return " ".join(str(text or "").split())


def imported(
    lines: Sequence[Line],
    *,
    book: str,
    updated_to: str | None = None,
    deflator: str | None = None,
    against: Sequence[UnitCost] | None = None,
    left_out: Sequence[Problem] = (),
) -> Imported:
    """Turn lines into checked unit costs.

    Args:
        book: what a case calls the table, before the colon.
        updated_to: the financial year of the publisher's inflated values.
        deflator: the edition of the GDP deflator that they were made with.
        against: a table that the values are held against, code by code.
        left_out: lines that have no code.
    """
    out = list(left_out)
    costs: list[UnitCost] = []
    flags: list[Flag] = []
    seen: dict[str, Line] = {}
    updated = 0
    for line in lines:
        if line.code in seen:
            why = f"{line.code} stands at {seen[line.code].where} too"
            out.append(_left_out("repeated", "the code stands more than once", line, why))
            continue
        seen[line.code] = line
        for value in line.values:
            cost = _cost(line, value, book)
            if isinstance(cost, Problem):
                out.append(cost)
                continue
            costs.append(cost)
            if updated_to and value.updated:
                updated += 1
                flags += _updated(cost, value, updated_to, deflator)
    flags += check_unit_costs(costs)
    held = _against(costs, against or ())
    flags += held
    lacking = missing_components(costs)
    there = {(one.reference, one.value_class) for one in costs}
    other = [(one.reference, one.value_class) for one in against or ()]
    return Imported(
        costs=flag_unit_costs(costs, flags),
        by_sheet=dict(Counter(line.sheet for line in lines)),
        flags=tuple(flags),
        left_out=tuple(out),
        unchecked=tuple(_unchecked(costs)),
        updated_checked=updated,
        sums_checked=sum(1 for one in costs if one.components) - len(lacking),
        compared=sum(1 for one in other if one in there),
        only_there=tuple(f"{name} ({kind})" for name, kind in other if (name, kind) not in there),
    )


def _cost(line: Line, value: Value, book: str) -> UnitCost | Problem:
    year = financial_year(value.year)
    if year is None:
        why = f"the year is {value.year!r}" if value.year else "the cell of the year is empty"
        return _left_out("no_price_year", "a value has no price year", line, why, value)
    try:
        pence = _pence(value.text)
    except MoneyError:
        why = repr(value.text[:_MOST_SHOWN])
        return _left_out("not_money", "a value is no number of pounds", line, why, value)
    needed = {"description": line.description, "unit": line.unit}
    if lacking := [name for name, text in needed.items() if not text]:
        why = f"no {' and no '.join(lacking)}"
        return _left_out("not_said", "it is not said what a value is of", line, why, value)
    is_transfer = re.search(r"transfer payment", value.note, re.IGNORECASE) is not None
    note = None if is_transfer else value.note
    return UnitCost(
        book=book,
        code=line.code,
        value_class=value.value_class,
        sheet=line.sheet,
        heading=line.heading or None,
        description=line.description,
        unit=line.unit,
        value_pence=pence,
        price_year=year,
        agency=line.agency or None,
        agency_detail=line.agency_detail.strip("- ") or None,
        rag=line.rag if line.rag in {"R", "A", "G"} else None,
        transfer=value.note if is_transfer else None,
        components=sums_of(book).get((line.code, value.value_class), (None, None))[0],
        comment=words(f"{line.comment} {note or ''}") or None,
        stands_at=value.cell,
        source=line.source,
    )


def _pence(text: str) -> int:
    """A value as printed, in pence.

    Raises:
        MoneyError: it is no number, or larger than any unit cost.
    """
    try:
        is_large = Decimal(text.replace(",", "").strip()).copy_abs() > _MOST_POUNDS
    except InvalidOperation as error:
        raise MoneyError("not_money", text) from error
    if is_large:
        raise MoneyError("not_money", text)
    return published_pence(text)


def _left_out(code: str, what: str, line: Line, why: str, value: Value | None = None) -> Problem:
    where = f"{line.code}, {value.cell if value else line.where}"
    return Problem(code, what, where, why, "look it up in the source and correct the file")


def _updated(cost: UnitCost, value: Value, updated_to: str, deflator: str | None) -> list[Flag]:
    """Whether the publisher's inflated value follows from the printed one, to the penny."""
    levels = deflators(deflator)
    if cost.price_year not in levels or updated_to not in levels:
        return []
    # from the number as printed: a value that is no whole pence was not inflated from its rounding
    ours = published_pence(
        str(Decimal(value.text.replace(",", "")) * levels[updated_to] / levels[cost.price_year])
    )
    try:
        theirs = _pence(value.updated)
    except MoneyError:
        theirs = -1
    if abs(ours - theirs) <= 1:
        return []
    why = (
        f"{format_gbp(cost.value_pence)} of {cost.price_year} is {format_gbp(ours)} in"
        f" {updated_to} by the deflator of {deflator}; the file says {value.updated}"
    )
    return [flag_of(cost, "updated_differs", why, "look up which of the two the source gives")]


def _against(costs: Sequence[UnitCost], against: Sequence[UnitCost]) -> list[Flag]:
    known = {(one.reference, one.value_class): one for one in against}
    flags = []
    fix = "take the other table's row, or find out which of the two is right"
    for cost in costs:
        other = known.get((cost.reference, cost.value_class))
        if other is None:
            continue
        at = f" ({other.stands_at})" if other.stands_at else ""
        if other.value_pence != cost.value_pence:
            why = f"{format_gbp(cost.value_pence)} here, {format_gbp(other.value_pence)} there{at}"
            flags.append(flag_of(cost, "differs_from_reference", why, fix))
        if other.price_year != cost.price_year:
            why = f"{cost.price_year} here, {other.price_year} there{at}"
            flags.append(flag_of(cost, "other_price_year", why, fix))
    return flags


def _unchecked(costs: Sequence[UnitCost]) -> list[Problem]:
    found = [
        Problem(
            "component_missing",
            "a sum could not be checked",
            f"{cost.reference} ({cost.value_class})",
            f"the table has no {', '.join(codes)}",
            "look the components up in the source",
        )
        for cost, codes in missing_components(costs)
    ]
    return found + [
        Problem(
            "no_bounds",
            "nobody has said what is plausible for a unit",
            f"unit {unit!r}",
            "its values were not checked for plausibility",
            "compare them with their source",
        )
        for unit in without_bounds(costs)
    ]
