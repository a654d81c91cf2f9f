"""Unit costs of the tables that a case names, as the number that an outcome takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from totalplace.cases._edition import Edition
from totalplace.cases.unit_costs import UnitCost, gather_unit_costs, unit_cost_of
from totalplace.errors import Problem, RequestError
from totalplace.model import load

__all__ = ["UnitCostLookup", "lookup_in"]

_GUIDANCE = "greenbook"
UnitCostLookup = Callable[[str, str], Mapping[str, Any]]
"""Code of a unit cost and class of the outcome -> the keys of a number; raises RequestError for
an unknown one, and never takes another in its place."""


def lookup_in(
    named: Mapping[str, str],
    folder: Path,
    release: Edition,
    opened: Callable[[Path], object] = lambda _: None,
) -> UnitCostLookup:
    """Finds unit costs in the tables that a case names, and in the invented one.

    Args:
        named: what stands before the colon of a code -> CSV file beside the case.
        release: the edition whose own values ``greenbook:CODE`` names.
        opened: told each file that is read.
    """

    @cache
    def costs() -> tuple[UnitCost, ...]:
        files = {book: folder / name for book, name in named.items()}
        found = gather_unit_costs(files)
        for file in files.values():
            opened(file)
        return found

    def lookup(code: str, value_class: str) -> Mapping[str, Any]:
        book, _, name = code.partition(":")
        if book == _GUIDANCE:
            return _of_guidance(name, release)
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


def _of_guidance(name: str, release: Edition) -> dict[str, Any]:
    """A value of the guidance itself, such as that of a life year: taken only when it is named."""
    rows = {
        row["code"]: row
        for row in load("appraisal_value").to_pylist()
        if row["edition"] == release.id
    }
    if name not in rows:
        raise RequestError(
            Problem(
                "unknown_unit_cost",
                f"{release.id} has no value {name!r}",
                f"{_GUIDANCE}:{name}",
                f"it has {', '.join(f'{_GUIDANCE}:{one}' for one in rows) or 'none'}",
                "name one of them, or write the value itself with its source",
            )
        )
    row = rows[name]
    found: dict[str, Any] = {
        "value": float(row["value_gbp"]),
        "unit": f"GBP per {row['unit']}",
        "price_year": row["price_year"],
        "source": f"{row['name']}: {row['source']}",
    }
    if row["low_gbp"] is not None and row["high_gbp"] is not None:
        ends = {"low": float(row["low_gbp"]), "high": float(row["high_gbp"])}
        found |= {**ends, "mode": found["value"], "dist": "triangular"}
    return found
