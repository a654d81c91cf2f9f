"""Interventions whose cost, worth and gains come from a case file beside the portfolio's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from totalplace.cases._toml import Located
from totalplace.cases.portfolio._cells import Cells
from totalplace.cases.portfolio._draws import CaseFacts, case_facts
from totalplace.errors import RequestError
from totalplace.money import format_gbp

__all__ = ["cost_in", "facts_of"]


def facts_of(file: Located, tables: Sequence[Cells], perspective: str) -> dict[str, CaseFacts]:
    """Intervention -> what its case gives; problems of a case are told with where it is named."""
    found: dict[str, CaseFacts] = {}
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
    return found


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
