"""What a place's payments are for, and how well that is known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from totalplace._api._result import GBP, NUMBER, TEXT, Document, Result, pounds, table_of
from totalplace.classify import (
    CONFIDENT_PCT,
    KIND_KEY,
    Evaluation,
    Measured,
    Share,
    Summary,
    classified,
    evaluate,
    line_classes,
    payment_kinds,
    payments,
    read_kinds,
    sources,
    summarise,
)
from totalplace.classify import Score as OneScore
from totalplace.engine import Engine
from totalplace.errors import Problem, RequestError
from totalplace.model import load
from totalplace.money import gbp
from totalplace.place import Decision, Folder, State

__all__ = [
    "Classes",
    "ClassifyResult",
    "class_of_line",
    "classify_result",
    "line_class_table",
    "no_payments",
]

_WAYS = ("majority", "rules", "model", "applied", "codes", "elsewhere")


@dataclass(frozen=True)
class Classes:
    """What the payments of a place are for.

    Attributes:
        summary: money and lines by route and function.
        evaluation: how right that is, where it was asked for.
    """

    summary: Summary
    evaluation: Evaluation | None


ClassifyResult = Result[Classes]


def classify_result(
    engine: Engine,
    folder: Folder,
    state: State,
    decisions: tuple[Decision, ...],
    *,
    is_evaluated: bool,
) -> ClassifyResult:
    """The classification of a place's payments, summed.

    Raises:
        RequestError: the place holds no payments.
    """
    kinds = payment_kinds(engine, folder, state)
    if kinds is None:
        raise RequestError(no_payments(state))
    summary = summarise(classified(engine, folder, state, decisions))
    measured = None
    if is_evaluated:
        sample = load("class_sample").to_pylist()
        measured = evaluate(read_kinds(engine, kinds), sources(folder, state, decisions), sample)
    names = {row["code"]: row["name"] for row in load("cofog").to_pylist()}
    rows = [
        *({"split": "route", **_share(one)} for one in summary.by_route),
        *(
            {"split": "function", **_share(one), "label": names[one.name]}
            for one in summary.by_division
        ),
        *({"split": "set apart", **_share(one)} for one in summary.set_apart),
    ]
    columns = dict.fromkeys(("split", "name", "label"), TEXT) | {"lines": NUMBER, "gbp": GBP}
    return ClassifyResult(
        facts=Classes(summary, measured),
        document=_document(folder, summary, measured, names),
        table=table_of(rows, columns),
        title=f"{folder.name}: what payments are for",
    )


def class_of_line(
    engine: Engine,
    folder: Folder,
    state: State,
    decisions: tuple[Decision, ...],
    as_read: Mapping[str, Any],
) -> Document | None:
    """How one payment was classified, or None of what is no payment.

    Args:
        as_read: the line as it stands in the place's lines.
    """
    key = tuple(as_read.get(name) or "" for name in KIND_KEY)
    for row in classified(engine, folder, state, decisions).to_pylist():
        if tuple(row[name] for name in KIND_KEY) == key:
            return {
                "route": row["route"],
                "function": row["function"],
                "probability": row["probability"],
                "reason": row["reason"],
                "shares": {
                    code: round(share / 1_000_000, 6)
                    for code, share in json.loads(row["shares"]).items()
                },
            }
    return None


def line_class_table(
    engine: Engine, folder: Folder, state: State, decisions: tuple[Decision, ...]
) -> pa.Table:
    """``line_class`` of every payment line, in the order of line_id and code.

    Raises:
        RequestError: the place holds no payments.
    """
    tables = payments(engine, folder, state)
    if not tables:
        raise RequestError(no_payments(state))
    classes = classified(engine, folder, state, decisions)
    parts = [engine.to_arrow(line_classes(engine, one, classes)) for one in tables.values()]
    return pa.concat_tables(parts).sort_by([("line_id", "ascending"), ("code", "ascending")])


def _share(one: Share) -> dict[str, Any]:
    return {"name": one.name, "label": "", "lines": one.lines, "gbp": pounds(one.pence)}


def _document(
    folder: Folder, summary: Summary, measured: Evaluation | None, names: Mapping[str, str]
) -> Document:
    reasons: dict[str, str] = {}
    if summary.coverage_pct is None:
        reasons["coverage_pct"] = "no payment has a function of its payer's own"
    document: Document = {
        "place": folder.name,
        "lines": summary.base.lines,
        "gbp": gbp(summary.base.pence),
        "coverage_pct": summary.coverage_pct,
        "confident_pct": CONFIDENT_PCT,
        "routes": [_row(one, summary) for one in summary.by_route],
        "functions": [
            {**_row(one, summary), "label": names[one.name]} for one in summary.by_division
        ],
        "set_apart": [
            {"name": one.name, "lines": one.lines, "gbp": gbp(one.pence)}
            for one in summary.set_apart
        ],
        "bodies": {
            body_id: round(100 * known / size, 2) if size else None
            for body_id, (size, known) in summary.bodies.items()
        },
        "evaluation": None,
        "reasons": reasons,
    }
    if measured is not None:
        document["evaluation"] = {
            "measured": [_measured(one) for one in measured.measured],
            "reliability": [
                {
                    "from_pct": one.from_pct,
                    "upto_pct": one.upto_pct,
                    "gbp": gbp(one.size_pence),
                    "mean_pct": one.mean_pct,
                    "right_pct": one.right_pct,
                }
                for one in measured.reliability
            ],
            "unread_texts": measured.unread,
        }
        if measured.why_none:
            reasons["evaluation.measured"] = measured.why_none
    return document


def _row(one: Share, summary: Summary) -> Document:
    size = summary.base.size_pence
    return {
        "name": one.name,
        "lines": one.lines,
        "gbp": gbp(one.pence),
        "share_pct": round(100 * one.size_pence / size, 2) if size else None,
    }


def _measured(one: Measured) -> Document:
    return {
        "labels": one.labels,
        "body_id": one.body_id,
        "lines": one.lines,
        "groups": one.groups,
        "gbp": gbp(one.size_pence),
        "majority_class": one.majority_class,
        **{way: _score(getattr(one, way)) for way in _WAYS},
    }


def _score(one: OneScore | None) -> Document | None:
    if one is None:
        return None
    return {
        "accuracy_pct": one.accuracy_pct,
        "coverage_pct": one.coverage_pct,
        "right_pct": one.right_pct,
    }


def no_payments(state: State) -> Problem:
    """What is told of a place without payments."""
    return Problem(
        "no_payments",
        "the place holds no payments to classify",
        "spend, card",
        f"it holds {', '.join(state.datasets()) or 'no lines yet'}",
        "add a file of payments, such as council spend over £500",
    )
