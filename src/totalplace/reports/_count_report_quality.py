"""How sure the count is: range, grades, what stands beside it, coverage, gaps, method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.reports._count_report import CountReport
from totalplace.reports._count_report_summary import grade_sentence, range_text
from totalplace.reports._report_model import Block, Bullets, Cell, Column, Paragraph, Section, Table
from totalplace.reports._report_words import (
    GRADES,
    STATUSES,
    counted,
    joined,
    pence_of,
    rounded_gbp,
)

__all__ = ["quality_sections"]

_AMOUNT = Column("Amount", "million")
_NAMED = 15

_METHOD = (
    (
        "Freeze: the sources, registers and decisions of the place are frozen as a snapshot. "
        "Every figure is bound to it, and can be computed again from it."
    ),
    (
        "One body, one account: for each body, year and kind of money the most local "
        "publication supplies the lines. Wider ones become totals that the lines are held "
        "against; they are never added."
    ),
    (
        "Natures: reserves, interest and debt, internal recharges and depreciation are not "
        "spending. They stay outside gross and are listed, or stand in the reconciliation."
    ),
    "Years: money of other accounting years is laid on April to March by days.",
    (
        "Match: what one body paid is looked for in the other's receipts, by reference, amount, "
        "year and sum. What is not found is told."
    ),
    (
        "Eliminate: a payment to a body whose own spending is counted is taken out, at the "
        "payer's amount. A payee that is not counted, or that reports net of the receipt, is "
        "left as it is."
    ),
    (
        "Apportion, last: what national bodies spend themselves, and what is published for a "
        "region only, is shared over its authorities by a key. Grants have left before, so none "
        "is counted here that went elsewhere."
    ),
    (
        "Range: the low and the high hold the rounding of the publishers and the lowest and "
        "highest outcome of every key within three years of the money."
    ),
    (
        "Prove: net is gross less eliminated; rows, capital and revenue, and who decides each "
        "add up to net; the two views close. If one of these fails, the count is not to be "
        "published."
    ),
)


def quality_sections(report: CountReport) -> list[Section]:
    """From the range to the method."""
    sections = [_range(report), _beside(report), _published(report), _coverage(report)]
    sections.append(_gaps(report))
    sections.append(
        Section(
            "method",
            "Method",
            [
                Paragraph("In this order:"),
                Bullets(_METHOD, is_numbered=True),
                Paragraph(
                    "Money is reckoned in whole pence. Shares are by the largest remainder, so "
                    "that parts add up to their whole. Sentences round to three decimals of a "
                    "billion, one of a million, or the pound; tables in £ million round to two "
                    "decimals, so their columns may differ from their totals in the last digit. "
                    "The workbook of this report holds every amount to the penny."
                ),
            ],
        )
    )
    return sections


def _range(report: CountReport) -> Section:
    document = report.document
    net = pence_of(document["net_gbp"])
    by_grade: list[list[Cell]] = [
        [f"{grade}: {GRADES[grade]}", pence_of(amount)]
        for grade, amount in document["by_grade"].items()
    ]
    blocks: list[Block] = [
        Paragraph(
            f"Net is {rounded_gbp(net)}; its range is {range_text(document)}. "
            "What is known only for a region "
            f"or the whole country is shared by a key: here {_key_words(document['key'])}. Another "
            "key gives another net. The range holds all of them, and the rounding of what was "
            "published."
        ),
        _keys(report),
        Paragraph(
            f"{grade_sentence(document)} Amounts in a grade may be below zero where more was "
            "taken out than is in it."
        ),
        Table(
            "grades",
            "Net by how well it is placed",
            (Column("Grade", "text", 3.0), Column("Net", "million")),
            by_grade,
            total=["Net", net],
        ),
    ]
    return Section("range", "How sure: range and grades", blocks)


def _key_words(key: Mapping[str, Any]) -> str:
    return f"{key['measure']}, {key['year']} (key {key['key_id']})"


def _keys(report: CountReport) -> Table:
    net = pence_of(report.document["net_gbp"])
    rows: list[list[Cell]] = []
    for document in (report.document, *report.keys):
        key, other = document["key"], pence_of(document["net_gbp"])
        rows.append(
            [key["key_id"], str(key["measure"]), str(key["year"]), other, other - net,
             document["figure_id"]]
        )  # fmt: skip
    return Table(
        "keys",
        "Net under each key that serves the place; the first is the headline's",
        (
            Column("Key", "text", 0.5),
            Column("Measure", "text", 1.5),
            Column("Year", "text", 0.5),
            Column("Net", "million"),
            Column("Difference", "million"),
            Column("Figure", "id"),
        ),
        rows,
    )


def _beside(report: CountReport) -> Section:
    document = report.document
    rows: list[list[Cell]] = [
        [label[:1].upper() + label[1:], pence_of(amount)]
        for label, amount in document["beside"].items()
    ]
    rows += [
        ["Identifiable as no region's, national (grade X)", pence_of(document["unplaceable_gbp"])],
        ["Spent outside the United Kingdom, national", pence_of(document["outside_uk_gbp"])],
        ["In returns beyond the published payments", pence_of(document["not_itemised_gbp"])],
    ]
    published = pence_of(document["net_as_published_gbp"])
    if published != pence_of(document["net_gbp"]):
        rows.append(["Net with site programmes shared as published", published])
    blocks: list[Block] = [
        Paragraph(
            "These amounts are not part of net. They stand beside it so that it can be compared "
            "with other figures, and so that nothing is lost from sight."
        ),
        Table("beside", "Beside the headline", (Column("What", "text", 3.0), _AMOUNT), rows),
    ]
    listed: list[list[Cell]] = [
        [label[:1].upper() + label[1:], pence_of(amount)]
        for label, amount in document["listed"].items()
    ]
    if listed:
        blocks.append(
            Table(
                "listed",
                "Listed, outside gross, by nature",
                (Column("Nature", "text", 3.0), _AMOUNT),
                listed,
            )
        )
    if document["cards"]:
        blocks.append(_cards(report))
    return Section("beside", "What stands beside the headline", blocks)


def _cards(report: CountReport) -> Table:
    names = _body_names(report)
    return Table(
        "cards",
        "Purchase cards: what card files itemise, beside the bulk payments to their banks",
        (
            Column("Body", "text", 2.0),
            Column("Items", "million"),
            Column("Bulk payments", "million"),
            Column("Apart", "million"),
        ),
        [
            [
                names.get(one["body_id"], one["body_id"]),
                pence_of(one["items_gbp"]),
                pence_of(one["bulk_gbp"]),
                pence_of(one["apart_gbp"]),
            ]
            for one in report.document["cards"]
        ],
    )


def _body_names(report: CountReport) -> dict[str, str]:
    return {one["body_id"]: one["name"] for one in report.document["coverage"]}


def _published(report: CountReport) -> Section:
    rows: list[list[Cell]] = [
        [
            one["label"],
            pence_of(one["published_gbp"]),
            pence_of(one["counted_gbp"]),
            pence_of(one["difference_gbp"]),
            one["source"],
        ]
        for one in report.document["published"]
    ]
    if not rows:
        blocks: list[Block] = [
            Paragraph(
                "No published total of the same place and year is known to totalplace or is among "
                "the files of the place, so there is none to compare with."
            )
        ]
    else:
        blocks = [
            Paragraph(
                "What was published of the same place and year stands beside the count. A "
                "difference is a fact to be explained, not an error of either."
            ),
            Table(
                "published",
                "Published figures beside the count",
                (
                    Column("What", "text", 1.4),
                    Column("Published", "million"),
                    Column("Counted", "million"),
                    Column("Difference", "million"),
                    Column("Source", "text", 2.2),
                ),
                rows,
            ),
        ]
    return Section("published", "Compared with published figures", blocks)


def _coverage(report: CountReport) -> Section:
    document = report.document
    coverage = document["coverage_pct"]
    by_status: list[list[Cell]] = [
        [f"{status.capitalize()}: {STATUSES[status][:1].lower()}{STATUSES[status][1:]}", number]
        for status, number in document["bodies"].items()
    ]
    lead = (
        "Nothing was counted, so there is no coverage."
        if coverage is None
        else f"{coverage:.2f}% of net comes from returned or published lines; the rest from the "
        "regional analysis, shared by a key."
    )
    blocks: list[Block] = [
        Paragraph(f"{lead} The annex names every body with its status and basis."),
        Table(
            "statuses",
            "Bodies by how their money is known",
            (Column("Status", "text", 3.0), Column("Bodies", "number")),
            by_status,
        ),
    ]
    sources = report.sources
    records, lines, rejected = (
        sum(one.get(name) or 0 for one in sources) for name in ("records", "lines", "rejected")
    )
    blocks.append(
        Paragraph(
            f"The sources hold {counted(records, 'record')}: {counted(lines, 'line')} were loaded, "
            f"{counted(rejected, 'record was', 'records were')} rejected with a reason "
            f"({100 * rejected / max(records, 1):.1f}%), and the rest are headings, "
            "blanks and totals of the publishers."
        )
    )
    return Section("coverage", "Coverage and quality of the data", blocks)


def _gaps(report: CountReport) -> Section:
    document = report.document
    items: list[str] = []
    if missing := _of_status(report, "missing"):
        items.append(f"Nothing is loaded of {_some(missing)}.")
    if estimated := _of_status(report, "estimated"):
        items.append(
            f"{counted(len(estimated), 'body is', 'bodies are')} known only from the regional "
            f"analysis, shared by a key: {_some(estimated)}."
        )
    unclassified = [
        row for row in report.rows.get("function", ()) if row["function"] == "unclassified"
    ]
    items += [
        f"{rounded_gbp(pence_of(row['gbp']))} of net has no known function." for row in unclassified
    ]
    by_reason: dict[str, list[str]] = {}
    for field, why in document["reasons"].items():
        by_reason.setdefault(why, []).append(field.removesuffix("_gbp").replace("_", " "))
    items += [f"Not known: {joined(fields)}, because {why}." for why, fields in by_reason.items()]
    unlicensed = {one["sha256"] for one in report.sources if not one.get("licence")}
    if unlicensed:
        items.append(
            f"No licence is stated for {counted(len(unlicensed), 'source')} in the place's own "
            "register; ask the publisher before you republish rows of them."
        )
    blocks: list[Block] = []
    if items:
        blocks.append(Bullets(items))
    else:
        blocks.append(Paragraph("No gap is known."))
    warnings = list(document["warnings"])
    if warnings:
        blocks.append(Paragraph("Faults of the published data, kept as they are and told:"))
        blocks.append(
            Table(
                "warnings",
                "Warnings of the count",
                (Column("Warning", "text", 3.0),),
                [[text] for text in warnings],
                limit=40,
                has_row_headings=False,
            )
        )
    else:
        blocks.append(Paragraph("The count has no warning about the published data."))
    return Section("gaps", "Gaps and warnings", blocks)


def _of_status(report: CountReport, status: str) -> list[str]:
    coverage = report.document["coverage"]
    return sorted({one["name"] for one in coverage if one["status"] == status})


def _some(names: list[str]) -> str:
    """The first names; the annex has all."""
    if len(names) <= _NAMED:
        return joined(names)
    return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED:,} others, named in annex B"
