"""The words that a report uses, with what the glossary says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from totalplace.model import load
from totalplace.reports._report_model import (
    Bullets,
    Cell,
    Column,
    KeyFigures,
    Paragraph,
    Section,
    Table,
)

__all__ = ["TERMS", "glossary_section"]

TERMS = (
    "agency",
    "apportion",
    "authority",
    "basis",
    "body",
    "by construction",
    "capital",
    "COFOG",
    "coverage",
    "eliminate",
    "figure",
    "financing",
    "function",
    "funder",
    "funder view",
    "grade",
    "gross",
    "in transit",
    "key",
    "levy",
    "line",
    "match",
    "nature",
    "net",
    "not itemised",
    "place",
    "precept",
    "recharge",
    "regional analysis",
    "residual",
    "return",
    "revenue outturn",
    "ring-fenced",
    "site programme",
    "snapshot",
    "source",
    "stream",
    "tier",
    "transfer",
    "unplaceable",
)
"""Words of the glossary that a report may lean on; it prints those that it says."""


def glossary_section(sections: Iterable[Section]) -> Section:
    """The terms that these sections use, with what the glossary says of them."""
    said = " ".join(_texts(sections)).lower()
    meanings = {row["term"]: row["meaning"] for row in load("glossary").to_pylist()}
    rows: list[list[Cell]] = [
        [term[:1].upper() + term[1:], re.sub(r"[`*]", "", meanings[term])]
        for term in sorted(TERMS, key=str.lower)
        if re.search(rf"\b{re.escape(term.lower())}", said)
    ]
    return Section(
        "glossary",
        "Glossary",
        [
            Table(
                "glossary",
                "Words that this report uses in one sense only",
                (Column("Term", "text", 0.8), Column("Meaning", "text", 3.2)),
                rows,
            )
        ],
    )


def _texts(sections: Iterable[Section]) -> Iterable[str]:
    for section in sections:
        yield section.title
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield block.text
            elif isinstance(block, Bullets):
                yield from block.items
            elif isinstance(block, KeyFigures):
                yield from (word for item in block.items for word in item)
            elif isinstance(block, Table):
                yield block.caption
                yield from (column.heading for column in block.columns)
                yield from _words(block.rows)


def _words(rows: Sequence[Sequence[Cell]]) -> Iterable[str]:
    return (cell for row in rows for cell in row if isinstance(cell, str))
