"""The object of ``totalplace count --json``, from what a publication holds."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from totalplace.money import gbp
from totalplace.web._figures import FigureRow
from totalplace.web._scope import Scope
from totalplace.web.money._tables import NAMED, name_in_register

__all__ = ["count_document", "has_document"]

_BEFORE = ("figure_id", "key", "gross_gbp", "eliminated_gbp", "net_gbp")


def has_document(scope: Scope) -> bool:
    """Whether the object is published: of another key at other prices only the headline is."""
    return scope.real is None or scope.params.key is None


def count_document(scope: Scope, by: Sequence[str], rows: Sequence[FigureRow]) -> dict[str, Any]:
    """What ``count --json`` gives for the same options on the snapshot that is published.

    At other prices its rows are left out, and ``reasons`` says so.

    Args:
        by: the split, in the order that was asked for.
        rows: its figures in that order; none of a count that is not split.
    """
    is_swapped = scope.key_id != scope.default_key
    name = f"real-{scope.real}" if scope.real else f"key-{scope.key_id}" if is_swapped else "count"
    document = dict(scope.publication.document(scope.year, name))
    if by and scope.real is not None:
        why = "only the headline is published in real terms; run `totalplace count --real`"
        document["reasons"] = {**document["reasons"], "rows": why}
        document["rows"] = []
        return document
    document["rows"] = [_row(scope, by, row) for row in rows]
    if scope.per is not None:
        field = f"per_{scope.per}_gbp"
        kind = "people" if scope.per == "head" else "households"
        if any(row[field] is None for row in document["rows"]):
            why = document["reasons"].get(kind) or f"no number of {kind} is loaded for that area"
            document["reasons"] = {**document["reasons"], f"rows.{field}": why}
    if scope.params.key is not None:
        before = scope.publication.document(scope.year, "count")
        document["before"] = {field: before[field] for field in _BEFORE}
        net = scope.headline.pence
        document["difference_gbp"] = gbp(net - _pence(before["net_gbp"]))
    return document


def _row(scope: Scope, by: Sequence[str], row: FigureRow) -> dict[str, Any]:
    values: dict[str, Any] = {"figure_id": row.figure_id}
    for split in by:
        values[split] = row.values[split]
        if split in NAMED:
            values[f"{split}_name"] = name_in_register(scope.publication, split, row.values[split])
    values |= {
        "gbp": gbp(row.pence),
        "low_gbp": gbp(row.low_pence),
        "high_gbp": gbp(row.high_pence),
        "share_pct": row.share_pct,
        "grade": row.grade,
        "coverage_pct": row.coverage_pct,
    }
    if scope.per is not None:
        # as the command has it: the numbers of an area are looked up only in a split by area
        per = scope.per_pence(row.pence, row.values.get("area"))
        values[f"per_{scope.per}_gbp"] = None if per is None else gbp(per)
    return values


def _pence(pounds: str) -> int:
    return int(Fraction(pounds) * 100)
