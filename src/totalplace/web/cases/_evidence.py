"""The tables of what a case rests on: assumptions, sensitivities, the steps of its working."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from totalplace.web._page import Column, Table
from totalplace.web.cases._shown import ShownCase, money, pence, value_words

__all__ = [
    "correlations_table",
    "editions_table",
    "information_table",
    "register_table",
    "switching_table",
    "tornado_table",
    "trace_table",
    "truths_table",
    "warnings_table",
]

_AXES = ("data", "effect", "age")


def register_table(shown: ShownCase, *, with_owners: bool = False) -> Table:
    """Every number of the case: what it is, how sure, where it is from.

    Args:
        with_owners: names of people who answer for a number are shown.
    """
    rows = []
    for row in shown.result["register"]:
        grade: Mapping[str, int | None] = row["grade"]
        rows.append(
            {
                "key": row["key"],
                "number": shown.number_name(row["key"]),
                "value": shown.shares_words(row["value"])
                if row["key"].endswith((".payer", ".split"))
                else value_words(row["value"], row["unit"]),
                "range": row["range"],
                "price_year": row["price_year"] or "",
                "source": row["source"],
                "grades": " ".join(str(grade[axis] or "–") for axis in _AXES),
                "worst_grade": row["worst_grade"],
                "owner": row.get("owner") or "",
                "reviewed": row["reviewed"],
                "sensitivity_rank": row["sensitivity_rank"],
                "swing_gbp": pence(row["swing_gbp"]),
                "_words": {"reviewed": row["reviewed"] or ""},
            }
        )
    return Table(
        "register",
        _("Every assumption, with its source and how good it is; 1 is best, 6 worst"),
        [
            Column("number", _("Assumption"), is_head=True),
            Column("key", _("In the file"), "code", is_shown=False),
            Column("value", _("Value")),
            Column("range", _("Range")),
            Column("price_year", _("Prices of")),
            Column("sensitivity_rank", _("How much hangs on it (1 most)"), "number"),
            Column("worst_grade", _("Grade"), "number", definition="evidence-grade"),
            Column("grades", _("Data, effect, age")),
            Column("reviewed", _("Reviewed")),
            Column("source", _("Source")),
            *([Column("owner", _("Owner"))] if with_owners else []),
            money("swing_gbp", _("Moves the result by"), is_shown=False),
        ],
        rows,
    )


def tornado_table(shown: ShownCase) -> Table:
    """How far the result moves with each number alone."""
    rows = [
        {
            "key": row["key"],
            "number": shown.moved_name(row["key"]),
            "low": value_words(row["low"], row["unit"]),
            "high": value_words(row["high"], row["unit"]),
            "basis": row["basis"],
            "npv_low_gbp": pence(row["npv_low_gbp"]),
            "npv_high_gbp": pence(row["npv_high_gbp"]),
            "swing_gbp": pence(row["swing_gbp"]),
        }
        for row in shown.result["tornado"]
    ]
    return Table(
        "tornado",
        _("How far the net present value moves with each number alone, %(unit)s")
        % {"unit": shown.present_unit},
        [
            Column("number", _("Number"), is_head=True),
            Column("key", _("In the file"), "code", is_shown=False),
            Column("low", _("Low value")),
            Column("high", _("High value")),
            Column("basis", _("Range")),
            money("npv_low_gbp", _("Result at the low value")),
            money("npv_high_gbp", _("Result at the high value")),
            money("swing_gbp", _("Difference")),
        ],
        rows,
    )


def switching_table(shown: ShownCase) -> Table:
    """What each number alone would have to be for the case to break even."""
    rows = []
    for row in shown.result["switching"]:
        is_share = row["unit"] == "share" and row["value"] == 1
        needed = row["switching_value"]
        share = row["share_of_value"]
        rows.append(
            {
                "key": row["key"],
                "number": shown.moved_name(row["key"]),
                "stated": _("as stated") if is_share else value_words(row["value"], row["unit"]),
                "must_be": row["must_be"],
                "switching_value": None if needed is None else f"{needed:.6g}",
                "share_pct": None if share is None else 100 * share,
                "_words": {
                    "must_be": _must_words(row["must_be"], needed),
                    "switching_value": ""
                    if needed is None
                    else f"{needed:.1%}"
                    if is_share
                    else value_words(needed, row["unit"]),
                },
            }
        )
    return Table(
        "switching",
        _("What each number alone would have to be for costs and benefits to be equal, seen by"
          " %(view)s") % {"view": shown.view_name(shown.view)},
        [
            Column("number", _("Number"), is_head=True),
            Column("key", _("In the file"), "code", is_shown=False),
            Column("stated", _("Stated")),
            Column("must_be", _("Must be")),
            Column("switching_value", _("To break even"), "decimal"),
            Column("share_pct", _("Of what is stated"), "pct"),
        ],
        rows,
    )  # fmt: skip


def _must_words(bound: str | None, needed: float | None) -> str:
    if needed is None:
        return _("no value of it alone decides")
    return {"at_least": _("at least"), "at_most": _("at most")}.get(bound or "", bound or "")


def truths_table(shown: ShownCase) -> Table:
    """What would have to be true, one sentence a number."""
    keys = sorted({row["key"] for row in shown.result["switching"]}, key=len, reverse=True)
    rows = []
    for row in shown.result["would_have_to_be_true"]:
        sentence = row["sentence"]
        key = next((one for one in keys if sentence.startswith(one)), "")
        name = shown.moved_name(row["key"])
        rows.append({"key": row["key"], "sentence": f"{name}{sentence.removeprefix(key)}"})
    return Table(
        "truths",
        _("What would have to be true for it to be worth its cost"),
        [
            Column("sentence", _("What would have to be true"), is_head=True),
            Column("key", _("In the file"), "code", is_shown=False),
        ],
        rows,
        fold=6,
    )


def correlations_table(shown: ShownCase) -> Table:
    """The same with numbers that move apart or together."""
    rows = []
    for row in shown.result["correlations"]:
        told = row["perspectives"][shown.view]
        rows.append(
            {
                "correlation": str(row["correlation"]),
                "npv_p5_gbp": pence(told["npv_gbp"]["p5"]),
                "npv_p50_gbp": pence(told["npv_gbp"]["p50"]),
                "npv_p95_gbp": pence(told["npv_gbp"]["p95"]),
                "p_npv_positive_pct": 100 * told["p_npv_positive"]["value"],
                "_words": {"correlation": shown.correlation_name(row)},
            }
        )
    return Table(
        "correlations",
        _("If effects move together, and unit costs do, seen by %(view)s, %(unit)s")
        % {"view": shown.view_name(shown.view), "unit": shown.present_unit},
        [
            Column("correlation", _("Correlation"), is_head=True),
            money("npv_p5_gbp", _("Low (5 in 100)")),
            money("npv_p50_gbp", _("Middle")),
            money("npv_p95_gbp", _("High (95 in 100)")),
            Column("p_npv_positive_pct", _("Chance that it is worth it"), "pct"),
        ],
        rows,
    )


def information_table(shown: ShownCase) -> Table:
    """What it would be worth to know a number before deciding."""
    known = shown.result["information"]
    rows: list[dict[str, Any]] = [
        {"key": "", "number": _("Everything"), "worth_gbp": pence(known["evpi_gbp"])}
    ]
    rows += [
        {
            "key": row["key"],
            "number": shown.moved_name(row["key"]),
            "worth_gbp": pence(row["evppi_gbp"]),
        }
        for row in known["numbers"]
    ]
    return Table(
        "information",
        _("The most that it is worth to know a number for certain before deciding, %(unit)s")
        % {"unit": shown.present_unit},
        [
            Column("number", _("Number"), is_head=True),
            Column("key", _("In the file"), "code", is_shown=False),
            money("worth_gbp", _("Worth at most")),
        ],
        rows,
    )


def editions_table(shown: ShownCase) -> Table:
    """The same case under other editions of the guidance."""
    rows = []
    for row in shown.result["editions"]:
        npv = row["npv_gbp"]
        rows.append(
            {
                "edition": row["edition"],
                "npv_gbp": pence(npv[shown.view]) if npv else None,
                "why": row["why"] or "",
                "_notes": {"edition": _("that of the case")} if row["is_own"] else {},
            }
        )
    return Table(
        "editions",
        _("The same under other editions of the guidance, seen by %(view)s, %(unit)s")
        % {"view": shown.view_name(shown.view), "unit": shown.present_unit},
        [
            Column("edition", _("Edition"), "code", is_head=True),
            money("npv_gbp", _("Net present value")),
            Column("why", _("Why not")),
        ],
        rows,
    )


def trace_table(shown: ShownCase) -> Table:
    """Every step of the working, from a number of the file to its present value."""
    rows = [
        {
            "item": row["item"],
            "name": shown.item_name(row["item"]),
            "step": row["step"],
            "formula": row["formula"],
            "body": shown.body_name(row["body"]),
            "value": _traced(row["value"], row["years"]),
            "unit": row["unit"],
            "inputs": ", ".join(row["inputs"]),
        }
        for row in shown.result["trace"]
    ]
    return Table(
        "trace",
        _("Every step of the working, without uncertainty"),
        [
            Column("name", _("Of what"), is_head=True),
            Column("item", _("In the file"), "code", is_shown=False),
            Column("step", _("Step")),
            Column("formula", _("How")),
            Column("body", _("Body")),
            Column("value", _("Result, year by year where it differs")),
            Column("unit", _("Unit")),
            Column("inputs", _("Numbers used"), is_shown=False),
        ],
        rows,
        fold=30,
    )


def _traced(value: float | None, years: Sequence[float] | None) -> str:
    if years is None:
        return value_words(value)
    return "; ".join(value_words(one) for one in years)


def warnings_table(warnings: Iterable[Mapping[str, Any]]) -> Table:
    """What a reviewer would ask."""
    return Table(
        "warnings",
        _("Questions, and what would answer them"),
        [
            Column("what", _("Question"), is_head=True),
            Column("why", _("Why")),
            Column("fix", _("What would answer it")),
            Column("where", _("In the file"), "code"),
            Column("code", _("Code"), "code", is_shown=False),
        ],
        [dict(row) for row in warnings],
        empty=_("The checks of the program have no question."),
    )
