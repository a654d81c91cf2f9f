"""The sheet of inputs: every number and choice of a case, each in a cell with a name."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from totalplace.cases import Activity, Number, Outcome
from totalplace.reports.cases._book import Book, Line, Page
from totalplace.reports.cases._book_tables import Tables
from totalplace.reports.cases._formula import Formula, Range

__all__ = ["Inputs", "key_of"]

_LABELS = {
    "cost": "cost",
    "cohort": "cohort",
    "takeup": "take-up: share of the cohort that takes part",
    "baseline": "baseline: how often it happens without",
    "effect": "effect: what changes",
    "deadweight": "deadweight: share that would have happened anyway",
    "displacement": "displacement: share taken from elsewhere",
    "leakage": "leakage: share that goes to others than were meant",
    "dropoff": "drop-off: share of the effect lost in each later year",
    "unit_cost": "what one is worth",
    "benefit": "money stated directly",
    "weight": "distributional weight of the value",
    "cashable": "share of the saving that can be cashed",
}


def key_of(item: Activity | Outcome) -> str:
    """The key of a row of the case, as in the register."""
    return f"{'activity' if isinstance(item, Activity) else 'outcome'}.{item.id}"


class Inputs:
    """Cells of inputs by key.

    Attributes:
        tables: the sheets of what is looked up.
        lists: key -> weights or shares by year, where they are listed.
    """

    tables: Tables

    def __init__(self, book: Book, page: Page, lists: Page) -> None:
        self.lists: dict[str, Range] = {}
        self._book, self._page, self._lists = book, page, lists
        self._cells: dict[str, Formula] = {}
        self._used: dict[str, Formula] = {}
        self._years: dict[str, Formula] = {}
        self._row, self._list_row = 4, 4

    def __getitem__(self, key: str) -> Formula:
        return self._cells[key]

    def get(self, key: str) -> Formula | None:
        """The cell of a key, if there is one."""
        return self._cells.get(key)

    def used(self, found: Number | None) -> Formula | None:
        """A number as it is reckoned with: pounds of the price base, a share or a count."""
        return None if found is None else self._used[found.key]

    def part(self, title: str, told: str = "") -> None:
        """Begin a part of the sheet."""
        self._row += 1
        self._page.text(self._row, 0, title, "part")
        self._page.text(self._row, 1, told, "plain")
        self._row += 1

    def choice(
        self,
        key: str,
        label: str,
        value: float | str | None,
        *,
        unit: str = "",
        allowed: list[str] | None = None,
        bounds: tuple[float, float] | None = None,
        linked: Formula | None = None,
        source: str = "",
    ) -> Formula:
        """One row: a choice or a plain number; linked ones follow another cell."""
        row = self._row
        self._page.texts(row, (key, label), "plain")
        self._page.text(row, 3, unit, "after")
        self._page.text(row, 11, source, "after")
        if linked is not None:
            cell = self._page.formula(row, 2, linked, "linked")
        else:
            cell = self._page.value(row, 2, value, "input")
            self._validate(row, allowed, bounds)
        self._cells[key] = self._book.name(key, cell)
        self._row += 1
        return self._cells[key]

    def _validate(
        self, row: int, allowed: list[str] | None, bounds: tuple[float, float] | None
    ) -> None:
        rule: dict[str, Any] = {}
        if allowed is not None:
            rule = {"validate": "list", "source": allowed}
        elif bounds is not None:
            low, high = (one if math.isfinite(one) else None for one in bounds)
            if low is not None and high is not None:
                rule = {"criteria": "between", "minimum": low, "maximum": high}
            elif low is not None:
                rule = {"criteria": ">=", "value": low}
            elif high is not None:
                rule = {"criteria": "<=", "value": high}
            if rule:
                rule["validate"] = "decimal"
        if rule:
            self._page.sheet.data_validation(row, 2, row, 2, {"ignore_blank": True, **rule})

    def figure(
        self, found: Number, told: Mapping[str, Any] | None, same: str | None = None
    ) -> None:
        """One row: a number of the register, and what it comes to.

        Args:
            same: key of a number above that is the same quantity, and which this one follows.
        """
        name = found.key.rpartition(".")[2]
        page, row = self._page, self._row
        cell = self.choice(
            found.key,
            _LABELS.get(name, name),
            found.value,
            unit=found.unit,
            bounds=(found.floor, found.ceiling),
            linked=None if same is None else self[same],
            source=found.source,
        )
        used = cell
        if found.scale != 1:
            used = used * page.value(row, 5, found.scale)
        if found.price_year:
            above = None if same is None else self._years.get(same)
            year = (
                page.value(row, 4, found.price_year, "input")
                if above is None
                else page.formula(row, 4, above, "linked")
            )
            self._years[found.key] = year
            used = used * self.tables.deflator(year, self["price_base"])
        used_cell = page.formula(row, 6, used, "general")
        self._used[found.key] = self._book.name(f"{found.key}.used", used_cell)
        page.text(row, 7, found.range_text, "after")
        for at, axis in enumerate(("data", "effect", "age"), start=8):
            page.value(row, at, getattr(found.grade, axis))
        page.text(row, 12, found.owner, "plain")
        page.day(row, 13, found.reviewed)
        if told is not None and told["sensitivity_rank"] is not None:
            page.value(row, 14, told["sensitivity_rank"], "whole")
            page.value(row, 15, float(told["swing_gbp"]), "money")
        page.text(row, 16, Path(found.where).name, "plain")

    def listed(self, key: str, label: str, values: tuple[float, ...]) -> None:
        """Weights or shares by year, on a sheet of their own."""
        page, row = self._lists, self._list_row
        page.texts(row, (key, label), "plain")
        for at, one in enumerate(values, start=2):
            page.value(row, at, one, "input")
        self.lists[key] = Line(page.name, row, 2, tuple(values)).range
        self._list_row += 1
