"""The reference page of unit costs: what is checked, the bounds, and the sums that are known."""

from __future__ import annotations

from docs_text import GENERATED, inline, table

from totalplace.cases.unit_costs import CHECKS
from totalplace.model import load
from totalplace.money import format_gbp

__all__ = ["PAGE", "text"]

PAGE = "reference/unit-costs.md"

_HEAD = """# Unit costs

What one unit of something costs or is worth, in the prices of a financial year. Columns stand
under [tables](tables.md#table-unit-cost), the way in under
[take in unit costs](../how-to/unit-costs.md).

A case names one as `BOOK:CODE`, such as `gmca:SS1.0`, and takes the value of its own class:
`fiscal` (the public purse), `economic` (earnings and growth) or `social` (the wider gain to
people). Those are three totals, never one.

## Reading the Unit Cost Database

A row is a line with a code, on every sheet whose header has *Cost code* and *Unit*. A sheet that
has these and other columns of values is refused, not skipped. A line with a value and no code, a
value without a price year, a value that is no number and a code that stands twice are left out and
told. Notes on cells are read too: where one calls a value a transfer payment, the row says so in
`transfer`.

Of the JSON copy only fiscal values can be read: it has no others.

## Checks

A failed check never changes a value. Its name stands in the column `flag` of the row.

"""

_BOUNDS = """
## Bounds

Between what amounts a cost of one unit passes. They are wide on purpose: they catch slips of unit
or of digits, not doubtful estimates. A value is brought to the prices of the bounds first. Costs of
a unit that does not stand here are not checked for plausibility, and the import says so.

"""

_SUMS = """
## Sums

Of the Unit Cost Database v1.4 it is known which costs are sums of others. A sum may differ by what
rounding explains: 50p for each figure in whole pounds, 1p for every other, the sum's own included.
Components of other price years are brought to the year of the sum. A sum of which a component is
missing is not checked, and the import says so. In a table of your own, `components` says the same.

"""


def text() -> str:
    """The page."""
    bounds = [
        [
            f"`{row['unit']}`",
            row["heading"] or "",
            f"{format_gbp(row['low_pence'])} to {format_gbp(row['high_pence'])}",
            inline(row["why"]),
        ]
        for row in load("unit_cost_bound").to_pylist()
    ]
    sums = [
        [f"`{row['code']}`", row["class"], row["components"]]
        for row in load("unit_cost_sum").to_pylist()
    ]
    (year,) = {row["price_year"] for row in load("unit_cost_bound").to_pylist()}
    return "".join(
        [
            GENERATED,
            _HEAD,
            table(["check", "a flagged row"], [[f"`{one}`", why] for one, why in CHECKS.items()]),
            "\n",
            _BOUNDS,
            table(["unit", "heading", f"in prices of {year}", "why"], bounds),
            "\n",
            _SUMS,
            table(["sum", "class", "of"], sums),
            "\n",
        ]
    )
