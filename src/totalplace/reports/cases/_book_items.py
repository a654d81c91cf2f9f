"""One sheet an activity or outcome: the chain of steps as formulas, one row a step."""

from __future__ import annotations

from dataclasses import dataclass

from totalplace.cases import Activity, Outcome, Plan, Row
from totalplace.reports.cases._book import Book, Line
from totalplace.reports.cases._book_chain import Chain, Earlier
from totalplace.reports.cases._book_inputs import Inputs
from totalplace.reports.cases._book_steps import FIRST
from totalplace.reports.cases._formula import (
    Formula,
    entry_of,
    floor_of,
    largest,
    number,
    smallest,
    sum_of,
    sum_products,
    when,
)

__all__ = ["ItemSheet", "item_sheets"]

_NEARLY = 1e-9
"""Added to a count of blocks before it is cut to whole ones: 7.9999999999 blocks are eight."""

_WHICH = {
    (True, True): "cost; of a receipt, on a benefit",
    (True, False): "benefit, since the cost ends; of a receipt that ends, on a cost",
    (False, False): "benefit; of an added cost, on a cost",
    (False, True): "cost, since the benefit ends; of an added cost that ends, on a benefit",
}
"""Whether a row is a cost, and whether it counts against the option -> what its bias goes by."""


@dataclass(frozen=True)
class ItemSheet:
    """What the sheets of sums take from one activity or outcome.

    Attributes:
        row: of the plan.
        splits: body -> its share, as a cell.
        value: by year, with optimism bias, in pounds.
        plain: present value without optimism bias.
        cash: by year, what of a saving can be cashed; ``None`` of an activity.
        value_class: the cell that says it; ``None`` of an activity.
        earlier: what the next effect on the same event takes; of outcomes that combine.
    """

    row: Row
    page: str
    splits: dict[str, Formula]
    value: Line
    plain: Formula
    cash: Line | None = None
    value_class: Formula | None = None
    earlier: Earlier | None = None


def item_sheets(book: Book, plan: Plan, inputs: Inputs) -> list[ItemSheet]:
    """Write a sheet for every row of the plan."""
    before = {
        at: members[place - 1] if place else None
        for members in plan.groups
        for place, at in enumerate(members)
    }
    made: list[ItemSheet] = []
    for at, row in enumerate(plan.rows):
        end = " in business as usual" if row.sign < 0 else ""
        page = book.page(f"{'Cost' if row.is_cost else 'Gain'} {row.item.id}{end}")
        sheet = _Sheet(page, plan, row, inputs)
        earlier = before.get(at)
        made.append(
            sheet.written(
                is_combined=at in before, earlier=None if earlier is None else made[earlier].earlier
            )
        )
    return made


class _Sheet(Chain):
    """The whole sheet of one row."""

    def written(self, *, is_combined: bool, earlier: Earlier | None) -> ItemSheet:
        """Write it all."""
        combined: Earlier | None = None
        item = self.item
        if isinstance(item, Activity) or item.benefit is not None:
            value = quantity = self.stated()
            worth = number(1)
        else:
            now, left = self.chain(item)
            if is_combined:
                now, left, combined = self.combined(item, now, left, earlier)
            quantity = self.quantity(now, left)
            worth = self.step(
                "unit cost", "what one is worth, in prices of the base", "GBP",
                self.used(item.unit_cost), "money",
            )  # fmt: skip
            each = self.weighted(worth)
            value = self.steps(
                "value", "quantity × unit cost", "GBP",
                [quantity[at] * each for at in self.count],
            )  # fmt: skip
        return self._ends(value, quantity, worth, combined)

    def _ends(
        self,
        value: Line,
        quantity: Line,
        worth: Formula,
        combined: Earlier | None,
    ) -> ItemSheet:
        """What every row ends with: bias, shares, cash, discounting."""
        tables, item = self.inputs.tables, self.item
        grade = self.step(
            "grade", "the worst of the three; what is not graded is 6", "1 to 6",
            largest(*(
                when(self.input(f"grade.{axis}").is_(""), 6, self.input(f"grade.{axis}"))
                for axis in ("data", "effect", "age")
            )),
        )  # fmt: skip
        raised = self.step(
            "optimism bias on a cost", "1 + share of the band", "factor", tables.on_cost(grade),
            "share",
        )  # fmt: skip
        lowered = self.step(
            "optimism bias on a benefit", "1 - share of the band", "factor",
            tables.on_benefit(grade), "share",
        )  # fmt: skip
        bias, below = (raised, lowered) if self.row.counts_against else (lowered, raised)
        biased = self.steps(
            "value with bias",
            "value × optimism bias on a " + _WHICH[self.row.is_cost, self.row.counts_against],
            "GBP",
            [value[at] * when(value[at] < 0, below, bias) for at in self.count],
        )  # fmt: skip
        splits = {}
        shares = item.payer if isinstance(item, Activity) else item.split
        name = "payer" if isinstance(item, Activity) else "split"
        for body in shares:
            splits[body] = self.input(f"{name}.{body}")
            self.page.texts(self.at, (f"{name}: {body}", "value with bias × share", "GBP"), "plain")
            self.page.formula(self.at, 3, splits[body], "share")
            self.page.line(
                self.at, FIRST, [biased[at] * splits[body] for at in self.count], "money"
            )
            self.at += 1
        cash = (
            None if isinstance(item, Activity) else self._cash(item, biased, quantity, worth, bias)
        )
        factors = self.steps(
            "discount factor", "sheet Discount factors", "factor",
            [tables.factors[at] for at in self.count], "factor",
        )  # fmt: skip
        now = self.steps(
            "present value by year", "value with bias × factor", "GBP",
            [biased[at] * factors[at] for at in self.count],
        )  # fmt: skip
        self.step("present value", "sum of the years", "GBP", sum_of(now.range), "total")
        plain = self.step(
            "without optimism bias", "value × factor, summed", "GBP",
            sum_products(value.range, factors.range), "total",
        )  # fmt: skip
        value_class = None if isinstance(item, Activity) else self.input("class")
        return ItemSheet(
            self.row, self.page.name, splits, biased, plain, cash, value_class, combined
        )

    def _cash(
        self, item: Outcome, biased: Line, quantity: Line, worth: Formula, bias: Formula
    ) -> Line:
        """What of a saving is cash now, what waits, and what never is.

        An added cost hits the budget in full and at once.
        """
        held = item.cashable
        share = number(0) if held is None else self.used(held.share)
        block = self.inputs.get(f"{self.key}.block")
        freed = quantity
        if held is not None:
            lag = self.input("release_lag")
            before = self.steps(
                "freed before", "quantity of the year, less the years of notice", "a year",
                [
                    when(year >= lag, entry_of(quantity.range, year - lag + 1), 0)
                    for year in self.years
                ],
                "number",
            )  # fmt: skip
            freed = before
            if block is not None:
                freed = self.steps(
                    "in whole blocks", "cut to whole blocks, if there is a block", "a year",
                    [
                        when(
                            block.is_(""),
                            before[at],
                            block * floor_of(before[at] / block + _NEARLY),
                        )
                        for at in self.count
                    ],
                    "number",
                )  # fmt: skip
        now = self.steps(
            "cashable now", "share of what is freed, at most all of the value; costs in full",
            "GBP",
            [
                when(
                    biased[at] < 0,
                    biased[at],
                    share
                    * largest(smallest(freed[at], quantity[at]), 0)
                    * worth
                    * bias,
                )
                for at in self.count
            ],
        )  # fmt: skip
        never = self.steps(
            "cashable never", "value × (1 - share)", "GBP",
            [when(biased[at] > 0, biased[at] * (1 - share), 0) for at in self.count],
        )  # fmt: skip
        self.steps(
            "cashable later", "what waits for a whole block or for notice", "GBP",
            [biased[at] - now[at] - never[at] for at in self.count],
        )  # fmt: skip
        return now
