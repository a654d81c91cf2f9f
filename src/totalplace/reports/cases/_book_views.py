"""The sheets that a reader of the workbook begins with: perspectives, who pays, and checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from totalplace.cases import CaseResult, Plan
from totalplace.reports.cases._book import Line, Page
from totalplace.reports.cases._book_inputs import Inputs, key_of
from totalplace.reports.cases._book_items import ItemSheet
from totalplace.reports.cases._book_sums import ByBody, financial_years
from totalplace.reports.cases._formula import (
    Formula,
    Range,
    both,
    count_where,
    either,
    largest,
    number,
    rounded,
    sum_of,
    sum_where,
    when,
    words,
)

__all__ = ["Told", "checks", "perspectives", "who_pays"]

_FIRST = 3
"""The column of year 0."""
_NOTHING = 1e-6
"""Pounds below which a cumulated sum is nothing."""
_TIERS = ("local", "national")
_HEADINGS = (
    "Perspective", "Cost, £", "Benefit, £", "Net present value, £", "Benefit-cost ratio",
    "Payback year", "Cost without bias, £", "Benefit without bias, £",
    "Net present value without bias, £", "Net present value of the run, £", "Difference, £",
    "5% of draws below, £", "Half of draws below, £", "95% of draws below, £",
    "Chance that it is above nothing", "Its standard error",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """The cells of a perspective: present values, and money by year."""

    cost: Formula
    benefit: Formula
    npv: Formula
    difference: Formula


class _Views:
    """Sums of the sheet of bodies as a perspective sees it."""

    def __init__(self, plan: Plan, bodies: ByBody) -> None:
        self.plan, self.bodies = plan, bodies

    def rules(self, view: str) -> list[tuple[Range, str, Formula]]:
        """Which rows of the sheet of bodies a perspective looks at."""
        bodies = self.bodies
        if view == "society":
            return []
        if view in _TIERS:
            return [(bodies.tier, "=", words(view)), (bodies.own, "=", number(1))]
        if view == "exchequer":
            return [(bodies.tier, "<>", words("society")), (bodies.own, "=", number(1))]
        return [(bodies.number, "=", bodies.numbers[view]), (bodies.own, "=", number(1))]

    def total(self, view: str, side: str, column: Range) -> Formula:
        """The sum of a column for costs or benefits."""
        return sum_where(column, (self.bodies.side, "=", words(side)), *self.rules(view))

    def has_cost(self, view: str) -> Formula:
        """How many shares of costs there are: what never costs anything never pays back."""
        no, tier, kind, signed = self.bodies.payers
        rules = [(kind, "=", words("cost")), (signed, ">", number(0))]
        if view in _TIERS:
            rules.append((tier, "=", words(view)))
        elif view == "exchequer":
            rules.append((tier, "<>", words("society")))
        elif view != "society":
            rules.append((no, "=", self.bodies.numbers[view]))
        return count_where(*rules)


def perspectives(
    page: Page, result: CaseResult, plan: Plan, inputs: Inputs, bodies: ByBody
) -> dict[str, Told]:
    """Write present values, ratio and payback by perspective, and the years that they come from."""
    page.text(0, 0, "Perspectives", "title")
    page.text(
        1, 0,
        "What the case comes to, for whom. Columns from Net present value of the run on are the "
        "run's own and do not recalculate: the difference is nothing until an input is changed.",
        "plain",
    )  # fmt: skip
    page.texts(3, _HEADINGS, "head")
    page.sheet.set_column(0, 0, 28)
    page.sheet.set_column(1, max(15, _FIRST + plan.years), 18)
    page.sheet.freeze_panes(4, 1)
    views = _Views(plan, bodies)
    below = _years(page, plan, inputs, views)
    found = {}
    for row, view in enumerate(plan.views, start=4):
        document = result.document["perspectives"][view]
        page.text(row, 0, _name(plan, view), "bold")
        cost = page.formula(row, 1, views.total(view, "cost", bodies.now), "money")
        benefit = page.formula(row, 2, views.total(view, "benefit", bodies.now), "money")
        npv = page.formula(row, 3, benefit - cost, "total")
        page.formula(row, 4, when(cost > 0, benefit / cost, words("n/a")), "ratio")
        back = _payback(plan, views.has_cost(view), cost, below[view])
        page.formula(row, 5, back, "whole")
        plain_cost = page.formula(row, 6, views.total(view, "cost", bodies.plain), "money")
        plain = page.formula(row, 7, views.total(view, "benefit", bodies.plain), "money")
        page.formula(row, 8, plain - plain_cost, "money")
        told = document["npv_gbp"]
        own = page.value(row, 9, _pounds(told["point"]), "money")
        difference = page.formula(row, 10, rounded(npv, 2) - own, "money")
        for at, name in enumerate(("p5", "p50", "p95"), start=11):
            page.value(row, at, _pounds(told[name]), "money")
        chance = document["p_npv_positive"]
        page.value(row, 14, chance["value"], "ratio")
        page.value(row, 15, chance["se"], "share")
        found[view] = Told(cost, benefit, npv, difference)
    return found


def _pounds(text: str) -> float:
    return float(Decimal(text))


def _name(plan: Plan, view: str) -> str:
    wide = {
        "local": "Local bodies", "national": "National bodies",
        "exchequer": "All public bodies", "society": "Society",
    }  # fmt: skip
    return wide.get(view) or plan.case.bodies[view].name or view


def _years(page: Page, plan: Plan, inputs: Inputs, views: _Views) -> dict[str, Line]:
    """Net money of each perspective by year, and cumulated; the years below nothing, plus one."""
    row = 4 + len(plan.views) + 2
    page.text(row, 0, "By year, undiscounted, with optimism bias", "part")
    years = page.line(
        row + 2, _FIRST, [inputs.tables.years[at] for at in range(plan.years)], "year"
    )
    page.text(row + 1, 0, "Financial year", "plain")
    financial_years(page, row + 1, _FIRST, years, inputs["base_year"])
    page.texts(row + 2, ("Perspective", "What"), "head")
    row += 3
    found = {}
    for view in plan.views:
        page.texts(row, (_name(plan, view), "net in the year"), "plain")
        net = page.line(
            row,
            _FIRST,
            [views.total(view, "benefit", one) - views.total(view, "cost", one)
             for one in views.bodies.years],
            "money",
        )  # fmt: skip
        page.texts(row + 1, (_name(plan, view), "cumulated"), "plain")
        total: Formula | None = None
        page.texts(row + 2, (_name(plan, view), "below nothing: the year after"), "plain")
        after = []
        for at, year in enumerate(years):
            total = page.formula(
                row + 1, _FIRST + at, net[at] if total is None else total + net[at], "money"
            )
            after.append(when(total < -_NOTHING, year + 1, 0))
        found[view] = page.line(row + 2, _FIRST, after, "whole")
        row += 3
    return found


def _payback(plan: Plan, has_cost: Formula, cost: Formula, below: Line) -> Formula:
    """The year after the last one in which the cumulated sum is below nothing.

    There is none where nothing is paid, or less.
    """
    after = largest(below.range)
    ends = when(either(has_cost <= 0, after > float(plan.years - 1)), words("never"), after)
    return when(rounded(cost, 2) <= 0, words("n/a"), ends)


def who_pays(page: Page, plan: Plan, bodies: ByBody) -> list[tuple[Formula, Formula]]:
    """Write what each body pays and gains, as present values."""
    page.text(0, 0, "Who pays, who gains", "title")
    page.text(
        1, 0,
        "Present values with optimism bias. A public body gains money; what is split to it of "
        "economic or social value is society's.",
        "plain",
    )  # fmt: skip
    page.texts(3, ("Body", "Pays, £", "Gains, £", "Net, £"), "head")
    page.sheet.set_column(0, 0, 32)
    page.sheet.set_column(1, 3, 20)
    found = []
    for row, body in enumerate(plan.bodies, start=4):
        at = (bodies.number, "=", bodies.numbers[body.id])
        page.text(row, 0, body.name or body.id, "plain")
        pays = page.formula(
            row, 1, sum_where(bodies.now, at, (bodies.side, "=", words("cost"))), "money"
        )
        benefit = (bodies.side, "=", words("benefit"))
        gains = sum_where(bodies.now, at, benefit, (bodies.own, "=", number(1)))
        if body.id == "society":
            gains = gains + sum_where(bodies.now, benefit, (bodies.own, "=", number(0)))
        gains = page.formula(row, 2, gains, "money")
        page.formula(row, 3, gains - pays, "money")
        found.append((pays, gains))
    return found


def checks(
    page: Page,
    plan: Plan,
    inputs: Inputs,
    sheets: Sequence[ItemSheet],
    bodies: ByBody,
    told: dict[str, Told],
) -> None:
    """Write what must hold whatever is entered, each as a formula that says whether it does."""
    page.text(0, 0, "Checks", "title")
    page.texts(3, ("What must hold", "Comes to", "Should be", "Holds"), "head")
    page.sheet.set_column(0, 0, 70)
    page.sheet.set_column(1, 3, 20)
    own = [body.id for body in plan.bodies if body.id != "society"]
    public = [when(inputs[f"body.{one}.tier"].is_("society"), 0, told[one].npv) for one in own]
    nothing = number(0)
    rows: list[tuple[str, Formula, Formula]] = [
        ("the public bodies sum to all public bodies",
         sum_of(*public) if public else nothing, told["exchequer"].npv),
        ("local and national bodies sum to all public bodies",
         told["local"].npv + told["national"].npv, told["exchequer"].npv),
        ("transfers net to nothing in society",
         sum_where(bodies.now, (bodies.kind, "=", words("transfer"))), nothing),
        ("all that is gained and paid is society's",
         sum_where(bodies.now, (bodies.side, "=", words("benefit")))
         - sum_where(bodies.now, (bodies.side, "=", words("cost"))), told["society"].npv),
    ]  # fmt: skip
    for sheet in sheets:
        name = "payer" if sheet.row.is_cost else "split"
        rows.append(
            (f"the shares of {key_of(sheet.row.item)}.{name} sum to 1",
             sum_of(*sheet.splits.values()), number(1))
        )  # fmt: skip
    for row, (what, found, wanted) in enumerate(rows, start=4):
        page.text(row, 0, what, "plain")
        left = page.formula(row, 1, found, "general")
        right = page.formula(row, 2, wanted, "general")
        near = both(left - right <= 0.005, right - left <= 0.005)
        if "sum to 1" in what:
            near = both(left - right <= 1e-9, right - left <= 1e-9)
        page.formula(row, 3, when(near, words("holds"), words("does not hold")), "plain")
