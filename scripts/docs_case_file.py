"""The reference page of case files: every key, from what the reader knows, and the editions."""

from __future__ import annotations

from collections.abc import Mapping

from docs_text import GENERATED, inline, table

from totalplace.cases import _keys
from totalplace.cases._keys import Key
from totalplace.model import load

__all__ = ["PAGE", "text"]

PAGE = "reference/case-file.md"

_HEAD = """# Case files

A case file is TOML, with CSV files beside it where it has many rows. Every problem of a file is
told at once, each with its line. How to write one stands under [make a case](../how-to/case.md),
what is done with it under [cases](../explanation/cases.md). A JSON Schema of it ships with
totalplace (`totalplace/cases/data/case.schema.json`).

Money is `GBP`, `GBP k`, `GBP m` or `GBP bn`, with `/year` for each year and else in all; of a unit
cost, with `per` what it is. What is counted is counted one by one: `10000` `"children"`, and a rate
of `0.0064` `"per child per year"`, not 64 per 10,000 of them. A number is a plain number, or a
table of the keys under [numbers](#numbers). Keys in bold must be there.
"""

_SECTIONS = (
    ("The file", "", _keys.TOP),
    ("`case`", "", _keys.CASE),
    (
        "`body.ID`",
        "`society`, all that is no public body, is there without being declared.",
        _keys.BODY,
    ),
    (
        "`[[option]]`",
        "Always there: `business-as-usual`, which others are incremental to, and `do-minimum`.",
        _keys.OPTION,
    ),
    ("`[[activity]]`", "", _keys.ACTIVITY),
    (
        "`[[outcome]]`",
        "A chain from `cohort` to `unit_cost`, or `benefit` with `years`.",
        _keys.OUTCOME,
    ),
    ("Numbers", "", _keys.NUMBER),
    ("`cashable`", "", _keys.CASHABLE),
    (
        "`realised`",
        "Set beside the predictions of the deterministic case before optimism bias.",
        _keys.REALISED,
    ),
    ("`grade`", "An axis that is left out counts as 6.", _keys.GRADE),
    ("`narrative`", "", _keys.NARRATIVE),
)

_TABLES = """
## Side tables

`table = {outcome = "outcomes.csv"}` adds the rows of a CSV file beside the case. A header
`cost.value` is the key `value` of `cost`; an empty cell is no key; lists and tables are written as
in TOML: `[0, 5]`.

## Workbooks

A case can be a workbook (`.xlsx` or `.ods`) with the sheets `Case`, `Bodies`, `Options`,
`Activities` and `Outcomes`; `Read me` and `Notes` are not read, and any other sheet is an error.
In column A stands the key, in column B what people like, from column C on the values: of `Case`
one column with the keys of the whole file (`case.title`, `correlation.effects`, `table.outcome`),
of the others a column a thing. Cells are read as those of side tables. A row whose column A
begins with `#` is a note. An error such as `#N/A`, and a formula that was saved without a result,
are refused with their cell. Text and workbook with the same values have the same hash.
"""


def text() -> str:
    """The page."""
    parts = [GENERATED, _HEAD]
    for title, about, keys in _SECTIONS:
        parts.append(f"## {title}\n")
        if about:
            parts.append(f"{about}\n")
        parts.append(f"{_keys_table(keys)}\n")
    return "\n".join([*parts, _TABLES, _editions(), _bands(), _levels(), _values()]) + "\n"


def _keys_table(keys: Mapping[str, Key]) -> str:
    rows = []
    for name, key in keys.items():
        shown = f"**`{name}`**" if key.is_required else f"`{name}`"
        values = ", ".join(f"`{one}`" for one in key.values)
        rows.append([shown, key.kind, inline(key.doc) + (f": {values}" if values else "")])
    return table(["key", "kind", "what it is"], rows)


def _editions() -> str:
    rates: dict[tuple[str, str], list[str]] = {}
    for row in load("discount_rate").to_pylist():
        told = f"{row['rate_pct'].normalize():f}% from year {row['from_year']}"
        rates.setdefault((row["edition"], row["schedule"]), []).append(told)
    rows = [
        [f"`{edition}`", f"`{name}`", "; ".join(told)] for (edition, name), told in rates.items()
    ]
    return (
        "## Editions\n\nAn edition names its discount schedules, deflators, bands of optimism bias"
        " and additionality defaults. Factors compound band by band.\n\n"
        + table(["edition", "schedule", "rates"], rows)
        + "\n"
    )


def _bands() -> str:
    rows = [
        [
            str(row["grade"]),
            f"{row['cost_pct'].normalize():f}%",
            f"{row['benefit_pct'].normalize():f}%",
            row["data"],
            row["effect"],
            row["age"],
            "yes" if row["is_verified"] else "no",
        ]
        for row in load("optimism_bias").to_pylist()
    ]
    return (
        "## Optimism bias by grade\n\nThe worst of the three axes decides. Money below zero goes"
        " by what it is: harm as a cost, a receipt as a benefit. Figures that were not"
        " yet compared with the published text say so, and every case that takes them warns.\n\n"
        + table(["grade", "cost +", "benefit −", "data", "effect", "age", "verified"], rows)
        + "\n"
    )


def _levels() -> str:
    rows = [
        [f"`{row['effect']}`", f"`{row['level']}`", f"{row['share_pct'].normalize():f}%"]
        for row in load("additionality").to_pylist()
    ]
    return "## Additionality defaults\n\n" + table(["effect", "level", "taken off"], rows)


def _values() -> str:
    rows = [
        [
            f"`{row['edition']}`",
            f"`greenbook:{row['code']}`",
            row["name"],
            row["unit"],
            *(
                "" if row[name] is None else f"£{row[name]:,.0f}"
                for name in ("value_gbp", "low_gbp", "high_gbp")
            ),
            row["price_year"],
            "yes" if row["is_verified"] else "no",
        ]
        for row in load("appraisal_value").to_pylist()
    ]
    header = ["edition", "code", "what", "unit", "value", "low", "high", "prices of", "verified"]
    return (
        "\n## Values of the guidance\n\nTaken only where an outcome names one as its `unit_cost`."
        "\n\n" + table(header, rows)
    )
