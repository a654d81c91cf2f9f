"""Interventions whose cost, worth and gains come from a case file beside the portfolio's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from totalplace.cases._toml import Located
from totalplace.cases.portfolio._cells import Cells
from totalplace.cases.portfolio._draws import CaseFacts, case_facts
from totalplace.errors import RequestError
from totalplace.money import format_gbp

__all__ = ["DISCOUNTS", "cost_in", "discount_of", "facts_of"]

DISCOUNTS = ("standard", "health", "low", "none")
_COUNTED_BY = {
    "base_year": "base year",
    "price_base": "price base",
    "edition": "edition of the guidance",
    "schedule": "discount schedule",
}


def facts_of(file: Located, tables: Sequence[Cells], perspective: str) -> dict[str, CaseFacts]:
    """Intervention -> what its case gives; problems of a case are told with where it is named."""
    found: dict[str, CaseFacts] = {}
    named: dict[str, Cells] = {}
    for cells in tables:
        name, given = cells.data.get("id"), cells.data.get("case")
        if given is None:
            continue
        twice = [key for key in ("cost", "npv", "benefit", "gain") if key in cells.data]
        for key in twice:
            cells.problem(
                (key,), "said_by_case", f"{key} comes from the case",
                f"{given} says it", f"take {key} away, or the case",
            )  # fmt: skip
        path = Path(file.name).parent / cells.text("case")
        if twice or not isinstance(name, str) or not isinstance(given, str):
            continue
        try:
            found[name] = case_facts(path, perspective=perspective)
        except RequestError as error:
            cells.found.extend(
                replace(one, why=f"{one.why} (a case that {cells.where('case')} names)")
                for one in error.problems
            )
        else:
            named.setdefault(name, cells)
    _counted_alike(found, named)
    return found


def _counted_alike(facts: Mapping[str, CaseFacts], named: Mapping[str, Cells]) -> None:
    """Tell cases whose years or prices are not the same: their money does not add up."""
    for key, word in _COUNTED_BY.items():
        by: dict[object, list[str]] = {}
        for name in named:
            by.setdefault(getattr(facts[name], key), []).append(name)
        if len(by) > 1:
            first, *_, last = by.values()
            named[last[0]].problem(
                ("case",), "cases_differ", f"the cases have not the same {word}",
                "; ".join(f"{value}: {', '.join(names)}" for value, names in by.items()),
                f"give the case of {last[0]} the {word} of that of {first[0]}, or the other way "
                "round: money of different years or prices does not add up",
            )  # fmt: skip


def discount_of(head: Cells, facts: Mapping[str, CaseFacts]) -> tuple[str, str | None]:
    """The discount schedule, that of the cases where there are some, and the cases' edition."""
    first = next(iter(facts.values()), None)
    schedule = first.schedule if first else "standard"
    given = head.choice("discount", DISCOUNTS, schedule)
    if first is None:
        return given, None
    if given != schedule:
        head.problem(
            ("discount",), "discount_not_of_cases",
            "the portfolio is not discounted as its cases are",
            f"it says {given}, and the case of {next(iter(facts))} is discounted by {schedule}",
            f'write discount = "{schedule}", or take the line away',
        )  # fmt: skip
    return schedule, first.edition


def cost_in(cells: Cells, facts: CaseFacts, years: int) -> tuple[int, ...]:
    """The case's cost in the years of the portfolio; costs after them are told."""
    later = sum(facts.cost[years:])
    if later:
        cells.problem(
            ("case",), "cost_after_the_years", "the case costs money after the last year",
            f"{format_gbp(later)} after year {years - 1}",
            "give the portfolio more years, or end the case's activities earlier",
        )  # fmt: skip
    return (*facts.cost, *((0,) * years))[:years]
