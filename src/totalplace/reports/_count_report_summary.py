"""The first page: the headline in sentences, the key figures, what stands out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.reports._count_report import CountReport
from totalplace.reports._count_report_rows import percent, row_label, share_of
from totalplace.reports._report_model import Block, Bullets, KeyFigures, Paragraph, Section
from totalplace.reports._report_words import (
    GRADES,
    NOT_KNOWN,
    counted,
    joined,
    pence_of,
    rounded_gbp,
)

__all__ = ["grade_sentence", "range_text", "summary_section"]


def summary_section(report: CountReport) -> Section:
    """What a reader who turns no page must know."""
    document = report.document
    place, year = document["place"], document["year"]
    net = pence_of(document["net_gbp"])
    blocks: list[Block] = [
        Paragraph(
            f"In {year} public bodies spent {rounded_gbp(net)} in {place}, counting every pound "
            f"once. The range is {range_text(document)}.",
            "lead",
        ),
        Paragraph(_from_gross(document)),
        Paragraph(_quality(document)),
        KeyFigures("Key figures", _key_figures(document)),
        Bullets(_findings(report)),
    ]
    if broken := [name for name, holds in document["identities"].items() if not holds]:
        blocks.insert(
            0,
            Paragraph(
                "This count must not be published: it breaks its own rules of arithmetic "
                f"({joined([name.replace('_', ' ') for name in broken])}).",
                "lead",
            ),
        )
    return Section("summary", "Summary", blocks, starts_page=True)


def range_text(document: Mapping[str, Any]) -> str:
    """Low to high; where they round to the same, that."""
    low, high = (rounded_gbp(pence_of(document[f"net_{end}_gbp"])) for end in ("low", "high"))
    return f"{low} to {high}" if low != high else f"within rounding of {low}"


def _from_gross(document: Mapping[str, Any]) -> str:
    gross, eliminated = (
        rounded_gbp(pence_of(document[name])) for name in ("gross_gbp", "eliminated_gbp")
    )
    capital, revenue = (
        rounded_gbp(pence_of(document[name])) for name in ("capital_gbp", "revenue_gbp")
    )
    return (
        f"The accounts of these bodies add up to {gross}. Of that, {eliminated} is money that one "
        f"counted body paid to another, which the other then spent; it is taken out once. What is "
        f"left is {capital} of capital and {revenue} of revenue spending."
    )


def _quality(document: Mapping[str, Any]) -> str:
    coverage = document["coverage_pct"]
    known = (
        "How much of it rests on returns or published lines is not known."
        if coverage is None
        else f"{coverage:.1f}% of it rests on what bodies returned or published line by line."
    )
    return f"{known} {grade_sentence(document)}"


def grade_sentence(document: Mapping[str, Any]) -> str:
    """The grade in words, and what share of the money was measured, allocated, apportioned."""
    net = pence_of(document["net_gbp"])
    by_word: dict[str, int] = {}
    for grade, amount in document["by_grade"].items():
        word = GRADES[grade].split(":")[0]
        by_word[word] = by_word.get(word, 0) + pence_of(amount)
    shares = [f"{share_of(pence, net)} {word}" for word, pence in by_word.items() if pence]
    split = f" By money, it is {joined(shares)}." if shares and net else ""
    worst = document["grade"]
    return f"The worst grade that carries more than 5% is {worst} ({GRADES[worst]}).{split}"


def _key_figures(document: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    net = pence_of(document["net_gbp"])
    figures = [
        ("Net", rounded_gbp(net), "every pound once"),
        ("Range", range_text(document), "rounding, and every key"),
    ]
    for name, many in (("head", "people"), ("household", "households")):
        amount = document[f"per_{name}_gbp"]
        if amount is None:
            figures.append((f"Per {name}", NOT_KNOWN, document["reasons"].get(many, "")))
        else:
            number = counted(document[many], many, many)
            figures.append(
                (
                    f"Per {name}",
                    rounded_gbp(pence_of(amount)),
                    f"{number}, {document[f'{many}_year']}",
                )
            )
    coverage = document["coverage_pct"]
    grade = document["grade"]
    figures.append(
        (
            "Coverage",
            NOT_KNOWN if coverage is None else f"{coverage:.1f}%",
            "from returns and published lines",
        )
    )
    figures.append(("Grade", grade, GRADES[grade]))
    return figures


def _findings(report: CountReport) -> list[str]:
    """One line for the largest of each split."""
    found = []
    for split, sentence in (
        ("tier", "The tier that spends most: {name}, {gbp} ({share})."),
        ("function", "The largest function is {name}, {gbp} ({share})."),
        ("funder", "The largest funder is {name}, {gbp} ({share})."),
        ("body", "The body that spends most is {name}, {gbp} ({share})."),
        ("control", "Who decides, by the largest part: {name}, {gbp} ({share})."),
    ):
        rows = report.rows.get(split, ())
        named = [row for row in rows if row[split] not in {"unclassified", "unknown"}]
        if named:
            top = max(named, key=lambda row: pence_of(row["gbp"]))
            found.append(
                sentence.format(
                    name=row_label(split, top),
                    gbp=rounded_gbp(pence_of(top["gbp"])),
                    share=percent(top["share_pct"]),
                )
            )
    residual = pence_of(report.document["residual_gbp"])
    view = rounded_gbp(pence_of(report.document["funder_view_gbp"]))
    found.append(
        f"Money that came in from outside adds up to {view}. The two views differ by "
        f"{rounded_gbp(residual)}, and every row of the difference is named."
    )
    if missing := report.document["bodies"].get("missing"):
        found.append(f"Nothing is loaded of {counted(missing, 'body', 'bodies')}.")
    return found
