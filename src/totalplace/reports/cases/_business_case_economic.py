"""The economic case: is it worth more than it costs, beside what else, and how sure is that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.cases import Row, plan_of
from totalplace.reports._report_model import (
    Block,
    Bullets,
    Cell,
    Column,
    Paragraph,
    Section,
    Table,
)
from totalplace.reports._report_words import pence_of
from totalplace.reports.cases._business_case_facts import (
    Facts,
    chance_text,
    gbp,
    grade_of,
    payback_text,
    ratio_text,
)
from totalplace.reports.cases._business_case_pictures import fan_picture, tornado_picture

__all__ = ["economic_sections"]

_TRUE = 8
_WORTH = 10


def economic_sections(facts: Facts) -> list[Section]:
    """Options, worth by perspective, uncertainty, what it hangs on, evidence."""
    return [
        Section(
            "economic",
            "Economic case",
            [
                *facts.told(
                    "economic", "how the options were found and why this one is preferred."
                ),
                Paragraph(
                    "Every option is set against business as usual. Amounts are present values: "
                    "money of later years counts less, by the discount rates of "
                    f"{facts.result.case.edition.title}. Optimism bias is in them unless a table "
                    "says otherwise."
                ),
            ],
            starts_page=True,
        ),
        _options(facts),
        _worth(facts),
        _uncertain(facts),
        _hangs_on(facts),
        _otherwise(facts),
        _evidence(facts),
    ]


def _options(facts: Facts) -> Section:
    view, rows = facts.view, []
    for one in facts.document["options"]:
        told = one["perspectives"][view]
        name = f"{one['title'] or one['option']}{' (preferred)' if one['is_preferred'] else ''}"
        rows.append(
            [name, *_money(told), ratio_text(told["bcr"]), _chance(told),
             pence_of(told["against_do_minimum_gbp"]["point"])]
        )  # fmt: skip
    money = facts.money
    columns = (
        Column("Option", width=2.4), Column("Cost", money), Column("Benefit", money),
        Column("Net", money), Column("Ratio", width=0.6), Column("Chance", "pct"),
        Column("Over minimum", money),
    )  # fmt: skip
    return Section(
        "options",
        "Options",
        [
            Table("options", f"The options, as {facts.view_name()} sees them", columns, rows),
            Paragraph(
                "Net is benefit less cost, the net present value. Ratio is benefit over cost; "
                "there is none where nothing is paid, or less than now. Chance is the share of "
                "draws in which the benefit is above the cost. Over minimum is what an option is "
                "worth more than doing the minimum.",
                "small",
            ),
        ],
        level=2,
    )


def _money(told: Mapping[str, Any]) -> list[Cell]:
    return [
        pence_of(told["pv_cost_gbp"]),
        pence_of(told["pv_benefit_gbp"]),
        pence_of(told["npv_gbp"]["point"]),
    ]


def _chance(told: Mapping[str, Any]) -> float:
    return float(told["p_npv_positive"]["value"] * 100)


def _worth(facts: Facts) -> Section:
    """The preferred option by perspective, with and without optimism bias; the two totals."""
    money, document = facts.money, facts.document
    rows: list[list[Cell]] = []
    plain: list[list[Cell]] = []
    for view, told in document["perspectives"].items():
        name, npv = facts.view_name(view), told["npv_gbp"]
        rows.append(
            [name, *_money(told), pence_of(npv["p5"]), pence_of(npv["p95"]),
             ratio_text(told["bcr"]), payback_text(told)]
        )  # fmt: skip
        without = told["without_bias"]
        plain.append([name, pence_of(npv["point"]), *_money(without), ratio_text(without["bcr"])])
    totals = document["totals"]
    return Section(
        "worth",
        "What it is worth, and to whom",
        [
            Table(
                "perspectives",
                f"{facts.option_title}, by who looks at it",
                (
                    Column("Seen by", width=2.2), Column("Cost", money), Column("Benefit", money),
                    Column("Net", money), Column("Low", money), Column("High", money),
                    Column("Ratio", width=0.7), Column("Pays back", width=0.9),
                ),
                rows,
            ),
            Paragraph(
                "Net is benefit less cost; low and high hold it in nine of ten draws. It pays back "
                "in the year after the last one in which the sum so far, not discounted, is below "
                "nothing.",
                "small",
            ),
            Paragraph(
                f"Money of public bodies and value to people are two totals, never one: "
                f"{gbp(totals['fiscal_gbp'])} is money of public bodies, of which "
                f"{gbp(totals['of_which_transfers_gbp'])} is payments to people, which society "
                f"neither gains nor loses; {gbp(totals['economic_and_social_gbp'])} is value to "
                f"the economy ({gbp(totals['economic_gbp'])}) and to people "
                f"({gbp(totals['social_gbp'])}). The cost is {gbp(totals['cost_gbp'])}."
            ),
            Table(
                "without_bias",
                "The same without optimism bias",
                (
                    Column("Seen by", width=2.2), Column("Net with it", money),
                    Column("Cost", money), Column("Benefit", money), Column("Net", money),
                    Column("Ratio", width=0.7),
                ),
                plain,
            ),
        ],
        level=2,
    )  # fmt: skip


def _uncertain(facts: Facts) -> Section:
    document, money = facts.document, facts.money
    told = facts.perspective()
    paid = ""
    if pence_of(told["pv_cost_gbp"]) > 0:
        share = told["payback_years"]["share_paid_back"] * 100
        paid = f"; {share:.1f}% of the draws pay back within the {document['horizon']} years"
    rows: list[list[Cell]] = []
    for one in document["correlations"]:
        seen = one["perspectives"][facts.view]
        npv = seen["npv_gbp"]
        name = "as in the case" if one["correlation"] == "default" else one["correlation"]
        rows.append([name, *(pence_of(npv[p]) for p in ("p5", "p50", "p95")), _chance(seen)])
    return Section(
        "uncertainty",
        "How sure that is",
        [
            Paragraph(
                f"The uncertain numbers were drawn {document['draws']:,} times. The chance that "
                f"the net present value is above nothing is {chance_text(told['p_npv_positive'])}, "
                f"as {facts.view_name()} sees it{paid}."
            ),
            fan_picture(facts),
            Table(
                "correlations",
                "If effects, and unit costs, come out high or low together",
                (
                    Column("Correlation", width=1.6), Column("Low", money),
                    Column("Middle", money), Column("High", money),
                    Column("Chance", "pct"),
                ),
                rows,
            ),
        ],
        level=2,
    )  # fmt: skip


def _hangs_on(facts: Facts) -> Section:
    document = facts.document
    turns = {one["key"] for one in document["switching"] if one["switching_value"] is not None}
    sentences = [
        facts.told_with_names(one["key"], one["sentence"])
        for one in document["would_have_to_be_true"]
        if one["key"] in turns
    ][:_TRUE]
    known = document["information"]
    worth: list[list[Cell]] = [
        [facts.moved_name(one["key"]), pence_of(one["evppi_gbp"])]
        for one in known["numbers"]
        if pence_of(one["evppi_gbp"])
    ]
    blocks: list[Block] = [
        tornado_picture(facts),
        Paragraph("What would have to be true for it to be worth just what it costs:"),
        Bullets(sentences or ["No number alone decides it."]),
        Paragraph(
            f"To know everything before deciding would be worth {gbp(known['evpi_gbp'])} at most. "
            + (
                "To know one number alone would be worth what the table says."
                if worth
                else "To know one number alone would change no decision."
            )
        ),
    ]
    if worth:
        columns = (Column("Number", width=3.0), Column("Worth of knowing it", "pounds"))
        blocks.append(Table("knowing", "What knowing one number is worth", columns, worth,
                            limit=_WORTH))  # fmt: skip
    return Section("hangs_on", "What it hangs on", blocks, level=2)


def _otherwise(facts: Facts) -> Section:
    """The same case under other editions of the guidance."""
    rows: list[list[Cell]] = []
    for one in facts.document["editions"]:
        amounts = one["npv_gbp"]
        own = " (of the case)" if one["is_own"] else ""
        rows.append(
            [f"{one['edition']}{own}", one["schedule"],
             None if amounts is None else pence_of(amounts[facts.view]), one["why"] or ""]
        )  # fmt: skip
    return Section(
        "editions",
        "Under other editions of the guidance",
        [
            Table(
                "editions",
                f"Net present value by edition, as {facts.view_name()} sees it",
                (Column("Edition", width=1.6), Column("Discount schedule"),
                 Column("Net", facts.money), Column("Why not", width=1.6)),
                rows,
            )
        ],
        level=2,
    )  # fmt: skip


def _evidence(facts: Facts) -> Section:
    """How good the evidence is, and what that adds or takes off."""
    rows: list[list[Cell]] = []
    for row in plan_of(facts.result.case).rows:
        item, grade = row.item, row.item.grade
        ends = "" if row.sign > 0 else " (ends)"
        rows.append(
            [item.title + ends, *(grade_of(one) for one in (grade.data, grade.effect, grade.age)),
             getattr(item, "counterfactual", "") or ("" if row.is_cost else "not stated"),
             _bias(facts, row)]
        )  # fmt: skip
    return Section(
        "evidence",
        "How good the evidence is",
        [
            Table(
                "evidence",
                "Grades of evidence, 1 (best) to 6, and what the worst of the three changes",
                (Column("What", width=2.2), Column("Figures"), Column("Effect"), Column("Age"),
                 Column("How it is known what would have been", width=1.6),
                 Column("Optimism bias", width=1.2)),
                rows,
            ),
            Paragraph(
                "What counts against the case is raised, what counts for it is lowered: an outcome "
                "that does harm is a cost, and a cost that ends is a benefit.",
                "small",
            ),
        ],
        level=2,
    )  # fmt: skip


def _bias(facts: Facts, row: Row) -> str:
    """What optimism bias does to the money of a row, by what it comes to in each year."""
    name = f"{'activity' if row.is_cost else 'outcome'}.{row.item.id}"
    years = next(one.years for one in facts.result.trace if (one.item, one.step) == (name, "value"))
    told = []
    if max(years) > 0 or min(years) >= 0:
        told.append(f"{(row.bias - 1) * 100:+.0f}%")
    if min(years) < 0:
        told.append(f"{(row.bias_below - 1) * 100:+.0f}%")
    return " and ".join(told).replace("-", "−").replace("+0%", "0%")
