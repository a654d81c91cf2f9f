"""What a case looks up, as sheets: discount factors, deflators, bands of optimism bias."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.cases import Case
from totalplace.model import load
from totalplace.reports.cases._book import Book, Line, Page
from totalplace.reports.cases._formula import (
    Formula,
    entry_of,
    number,
    place_of,
    sum_where,
)

__all__ = ["BASE_NAMES", "Tables", "tables_of"]

BASE_NAMES = ("price_base", "schedule", "base_year")
"""Names of the cells of the sheet of inputs that these sheets look at."""
_LAST = 9_999


class Tables:
    """The sheets, and how the others look things up in them.

    Attributes:
        years: the years, 0 to the horizon.
        factors: discount factor by year.
    """

    years: Line
    factors: Line

    def __init__(self, deflators: tuple[Line, Line], bias: tuple[Line, Line, Line]) -> None:
        self._price_years, self._index = deflators
        self._grades, self._on_cost, self._on_benefit = bias

    def deflator(self, price_year: Formula, price_base: Formula) -> Formula:
        """Pounds of the price base for one of a price year."""
        base = entry_of(self._index.range, place_of(price_base, self._price_years.range))
        return base / entry_of(self._index.range, place_of(price_year, self._price_years.range))

    def on_cost(self, grade: Formula) -> Formula:
        """What optimism bias multiplies a cost by."""
        return number(1) + entry_of(self._on_cost.range, place_of(grade, self._grades.range)) / 100

    def on_benefit(self, grade: Formula) -> Formula:
        """What it multiplies a benefit by."""
        found = entry_of(self._on_benefit.range, place_of(grade, self._grades.range))
        return number(1) - found / 100


def tables_of(book: Book, case: Case, settings: Mapping[str, Formula]) -> Tables:
    """Write the three sheets; ``settings`` are the cells of ``BASE_NAMES``."""
    discount, deflators = book.page("Discount factors"), book.page("Deflators")
    bias = book.page("Optimism bias")
    made = Tables(_deflators(deflators, case), _bias(bias, case))
    made.years, made.factors = _discount(discount, case, settings["schedule"])
    return made


def _head(
    page: Page, title: str, told: str, headings: tuple[str, ...], widths: tuple[int, ...]
) -> int:
    """Title, a line below it, and headings; the row after them."""
    page.text(0, 0, title, "title")
    page.text(1, 0, told, "plain")
    page.texts(3, headings, "head")
    for at, width in enumerate(widths):
        page.sheet.set_column(at, at, width)
    page.sheet.freeze_panes(4, 1)
    return 4


def _rows(table: str, edition: str) -> list[dict[str, Any]]:
    return [row for row in load(table).to_pylist() if row["edition"] == edition]


def _verified(row: Mapping[str, Any]) -> str:
    return "compared with the published text" if row["is_verified"] else "not yet compared"


def _discount(page: Page, case: Case, schedule: Formula) -> tuple[Line, Line]:
    """Rates by band, and factors by year, compounded band by band."""
    first = _head(
        page,
        "Discount factors",
        f"{case.edition.title}. A factor is the one before it over one plus the rate of its year.",
        ("Year", "Rate", "Factor", "", "Schedule", "From year", "To year", "Rate, %", "Edition",
         "Checked", "Source"),
        (8, 9, 12, 3, 12, 10, 9, 9, 18, 30, 80),
    )  # fmt: skip
    rows = sorted(
        _rows("discount_rate", case.edition.discount),
        key=lambda row: (row["schedule"], row["from_year"]),
    )
    names = page.column(first, 4, [row["schedule"] for row in rows], "plain")
    begins = page.column(first, 5, [float(row["from_year"]) for row in rows], "whole")
    ends = [
        float(after["from_year"] - 1) if after["schedule"] == row["schedule"] else float(_LAST)
        for row, after in zip(rows, [*rows[1:], {"schedule": ""}], strict=True)
    ]
    until = page.column(first, 6, ends, "whole")
    rates = page.column(first, 7, [float(row["rate_pct"]) for row in rows], "input")
    for at, row in enumerate(rows, start=first):
        page.texts(at, (row["edition"], _verified(row), row["source"]), "plain", column=8)
    years = page.column(first, 0, [float(year) for year in range(case.horizon + 1)], "whole")
    factors: list[float] = []
    before: Formula | None = None
    for at in range(case.horizon + 1):
        year = years[at]
        rate = page.formula(
            first + at,
            1,
            sum_where(
                rates.range,
                (names.range, "=", schedule),
                (begins.range, "<=", year),
                (until.range, ">=", year),
            )
            / 100,
            "share",
        )
        factor = number(1) if before is None else before / (number(1) + rate)
        before = page.formula(first + at, 2, factor, "factor")
        factors.append(float(before.value or 0))
    return years, Line(page.name, first, 2, tuple(factors), is_down=True)


def _deflators(page: Page, case: Case) -> tuple[Line, Line]:
    first = _head(
        page,
        "Deflators",
        "The price level by financial year. An amount in prices of one year is multiplied by the "
        "level of the price base over the level of its own year.",
        ("Financial year", "Index", "Edition", "Kind", "Source"),
        (16, 12, 12, 12, 120),
    )
    rows = sorted(_rows("deflator", case.edition.deflator), key=lambda row: row["year"])
    years = page.column(first, 0, [row["year"] for row in rows], "plain")
    index = page.column(first, 1, [float(row["index"]) for row in rows], "input")
    for at, row in enumerate(rows, start=first):
        kind = "forecast" if row["is_forecast"] else "published"
        page.texts(at, (row["edition"], kind, row["source"]), "plain", column=2)
    return years, index


def _bias(page: Page, case: Case) -> tuple[Line, Line, Line]:
    first = _head(
        page,
        "Optimism bias",
        "The band is that of the worst of the three grades of a row; what is not graded counts as "
        "the worst grade. A cost is raised by its share, a benefit is lowered by its share.",
        ("Grade", "On cost, %", "On benefit, %", "Figures", "Evidence of the effect", "Age",
         "Edition", "Checked", "Source"),
        (10, 12, 14, 30, 50, 22, 26, 30, 80),
    )  # fmt: skip
    rows = sorted(_rows("optimism_bias", case.edition.bias), key=lambda row: row["grade"])
    grades = page.column(first, 0, [float(row["grade"]) for row in rows], "whole")
    cost = page.column(first, 1, [float(row["cost_pct"]) for row in rows], "input")
    benefit = page.column(first, 2, [float(row["benefit_pct"]) for row in rows], "input")
    for at, row in enumerate(rows, start=first):
        told = [row["data"], row["effect"], row["age"], row["edition"], _verified(row)]
        page.texts(at, (*told, row["source"]), "plain", column=3)
    _levels(page, case, first + len(rows) + 2)
    return grades, cost, benefit


def _levels(page: Page, case: Case, row: int) -> None:
    """Defaults of additionality: what a level such as ``low`` stands for."""
    page.text(row, 0, "Additionality: what a level stands for", "part")
    page.texts(row + 1, ("Effect", "Level", "Share, %", "Edition", "Checked", "Source"), "head")
    for at, one in enumerate(_rows("additionality", case.edition.additionality), start=row + 2):
        page.texts(at, (one["effect"], one["level"]), "plain")
        page.value(at, 2, float(one["share_pct"]))
        page.texts(at, (one["edition"], _verified(one), one["source"]), "plain", column=3)
