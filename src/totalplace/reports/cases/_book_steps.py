"""A sheet of one activity or outcome while it is written: a step a row, years to the right."""

from __future__ import annotations

from collections.abc import Sequence

from totalplace.cases import Activity, Number, Plan, Row
from totalplace.reports.cases._book import Line, Page
from totalplace.reports.cases._book_inputs import Inputs, key_of
from totalplace.reports.cases._formula import Formula, either, when

__all__ = ["FIRST", "Steps"]

FIRST = 4
"""The column of year 0."""


class Steps:
    """The sheet, and the row that is written next."""

    def __init__(self, page: Page, plan: Plan, row: Row, inputs: Inputs) -> None:
        self.page, self.plan, self.row, self.inputs = page, plan, row, inputs
        self.item, self.key = row.item, key_of(row.item)
        self.at = 3
        self.years = self._head()

    def _head(self) -> Line:
        page, tables = self.page, self.inputs.tables
        kind = "Cost" if self.row.is_cost else "Gain"
        page.text(0, 0, f"{kind}: {self.item.title}", "title")
        page.text(
            1, 0,
            f"Source: {self.item.source}. Grade, options and all numbers: sheet Inputs.", "plain",
        )  # fmt: skip
        page.texts(self.at, ("Step", "How", "Unit", "Value"), "head")
        years = page.line(self.at, FIRST, [tables.years[at] for at in self.count], "year")
        page.sheet.set_column(0, 0, 26)
        page.sheet.set_column(1, 1, 62)
        page.sheet.set_column(2, 2, 18)
        page.sheet.set_column(3, 3 + self.plan.years, 17)
        page.sheet.freeze_panes(self.at + 1, FIRST)
        self.at += 1
        return years

    @property
    def count(self) -> range:
        """The years."""
        return range(self.plan.years)

    def step(
        self, name: str, how: str, unit: str, formula: Formula, style: str = "general"
    ) -> Formula:
        """A step that comes to one number."""
        self.page.texts(self.at, (name, how, unit), "plain")
        made = self.page.formula(self.at, 3, formula, style)
        self.at += 1
        return made

    def steps(
        self, name: str, how: str, unit: str, formulas: Sequence[Formula], style: str = "money"
    ) -> Line:
        """A step that comes to one number a year."""
        self.page.texts(self.at, (name, how, unit), "plain")
        made = self.page.line(self.at, FIRST, formulas, style)
        self.at += 1
        return made

    def input(self, name: str) -> Formula:
        """A choice or number of the row, by what its key ends in."""
        return self.inputs[f"{self.key}.{name}"]

    def weighted(self, amount: Formula, style: str = "money") -> Formula:
        """An amount by the distributional weight of those who gain, if it is value to people."""
        if isinstance(self.item, Activity) or self.item.weight is None:
            return amount
        kind = self.input("class")
        return self.step(
            "weight", "× distributional weight, if it is economic or social value", "GBP",
            when(either(kind.is_("economic"), kind.is_("social")),
                 amount * self.used(self.item.weight), amount),
            style,
        )  # fmt: skip

    def used(self, found: Number | None) -> Formula:
        """A number as it is reckoned with."""
        used = self.inputs.used(found)
        assert used is not None
        return used
