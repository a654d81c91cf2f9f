"""Rows of a split as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from totalplace.reports._count_report import CountReport
from totalplace.reports._report_model import Cell, Column, Table
from totalplace.reports._report_words import CONTROLS, NOT_KNOWN, TIERS, pence_of

__all__ = ["LIMITS", "percent", "row_label", "share_of", "split_table"]

LIMITS = {"funder": 12, "stream": 12, "body": 20}
"""How many rows of a split printed reports show; of the others all."""

_CAP_REV = {"cap": "Capital", "cur": "Revenue"}
_FUNCTIONS = {
    "unclassified": "Not classified",
    "unknown": "Not known",
}
_COLUMNS = (
    Column("Net", "million"),
    Column("Low", "million"),
    Column("High", "million"),
    Column("Share", "pct"),
    Column("Grade", "grade"),
    Column("Coverage", "pct"),
    Column("Figure", "id", is_printed=False),
)


def row_label(split: str, row: Mapping[str, Any]) -> str:
    """What a row is called: the name of its code, or the code where it has none."""
    code: str = row[split]
    words = {"tier": TIERS, "control": CONTROLS, "cap_rev": _CAP_REV, "function": _FUNCTIONS}
    if split == "stream" and code == "no named stream":
        return "Own spending, under no named stream"
    name = row.get(f"{split}_name")
    label = str(name) if name else words.get(split, {}).get(code, code)
    return label[:1].upper() + label[1:]


def percent(share: float | None) -> str:
    """A share in a sentence.

    >>> percent(38.84)
    '38.8%'
    """
    return NOT_KNOWN if share is None else f"{share:.1f}%"


def share_of(part: int, whole: int) -> str:
    """A part of a whole in a sentence, in percent.

    >>> share_of(1, 3)
    '33%'
    """
    return f"{round(Fraction(100 * part, whole))}%"


def split_table(report: CountReport, split: str, *, caption: str, heading: str) -> Table:
    """Net by a split, with range, share, grade and coverage; its total is the headline."""
    rows, limit = report.rows[split], LIMITS.get(split)
    document = report.document
    left = rows[limit:] if limit is not None else []
    return Table(
        name=f"by_{split}",
        caption=caption,
        columns=(Column(heading, "text", 3.0), *_COLUMNS),
        rows=[_cells(row_label(split, row), row) for row in rows],
        limit=limit,
        rest=_rest(left) if left else None,
        total=(
            "Net",
            pence_of(document["net_gbp"]),
            pence_of(document["net_low_gbp"]),
            pence_of(document["net_high_gbp"]),
            100.0 if pence_of(document["net_gbp"]) else None,
            document["grade"],
            document["coverage_pct"],
            document["figure_id"],
        ),
    )


def _cells(label: str, row: Mapping[str, Any]) -> list[Cell]:
    amounts = [pence_of(row[name]) for name in ("gbp", "low_gbp", "high_gbp")]
    return [label, *amounts, row["share_pct"], row["grade"], row["coverage_pct"], row["figure_id"]]


def _rest(rows: Sequence[Mapping[str, Any]]) -> list[Cell]:
    """The rows beyond the limit as one; it has no range of its own, nor grade."""
    return [
        f"All other ({len(rows):,})",
        sum(pence_of(row["gbp"]) for row in rows),
        *("",) * 6,
    ]
