"""Unit costs of the tables that a case names, as the number that an outcome takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from totalplace.cases.unit_costs import UnitCost, gather_unit_costs, unit_cost_of

__all__ = ["UnitCostLookup", "lookup_in"]

UnitCostLookup = Callable[[str, str], Mapping[str, Any]]
"""Code of a unit cost and class of the outcome -> the keys of a number; raises RequestError for
an unknown one, and never takes another in its place."""


def lookup_in(named: Mapping[str, str], folder: Path) -> UnitCostLookup:
    """Finds unit costs in the tables that a case names, and in the invented one.

    Args:
        named: what stands before the colon of a code -> CSV file beside the case.
    """

    @cache
    def costs() -> tuple[UnitCost, ...]:
        return gather_unit_costs({book: folder / name for book, name in named.items()})

    def lookup(code: str, value_class: str) -> Mapping[str, Any]:
        kind = "fiscal" if value_class == "transfer" else value_class or "fiscal"
        return _keys(unit_cost_of(costs(), code, value_class=kind))

    return lookup


def _keys(cost: UnitCost) -> dict[str, Any]:
    """A row of a table as the keys of a number; a range about its value is triangular."""
    value = cost.value_pence / 100
    unit = cost.unit.removeprefix("per ").removeprefix("Per ")
    found: dict[str, Any] = {
        "value": value,
        "unit": f"GBP per {unit}",
        "price_year": cost.price_year,
        "source": f"{cost.reference}, {cost.description}: {cost.source}",
    }
    low, high = cost.low_pence, cost.high_pence
    if low is not None and high is not None and low < high:
        found |= {"low": low / 100, "mode": value, "high": high / 100, "dist": "triangular"}
    return found
