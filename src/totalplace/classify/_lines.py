"""The class of every line: ``line_class(line_id, scheme, code, share)``."""

from __future__ import annotations

import json

import ibis
import pyarrow as pa

from totalplace.classify._kinds import KIND_KEY
from totalplace.engine import Engine
from totalplace.engine._engine import Table

__all__ = ["line_classes"]

_LINE_ID = ("source_id", "member", "row_no", "column_no")


def line_classes(engine: Engine, payments: Table, classes: pa.Table) -> Table:
    """The COFOG classes of payment lines; the shares of a line sum to one.

    Args:
        payments: lines with KIND_KEY and what makes a line_id.
        classes: the classification of the place.

    Returns:
        line_id, scheme, code, share_millionths, route, probability; a line that has no function
        has one row of scheme ``cofog`` whose code is NULL and share a million.
    """
    rows = [
        {
            **{name: row[name] for name in KIND_KEY},
            "code": code,
            "share_millionths": share,
            "route": row["route"],
            "probability": row["probability"],
        }
        for row in classes.to_pylist()
        for code, share in (json.loads(row["shares"]) or {None: 1_000_000}).items()
    ]
    schema = pa.schema(
        [(name, pa.string()) for name in KIND_KEY]
        + [
            ("code", pa.string()),
            ("share_millionths", pa.int64()),
            ("route", pa.string()),
            ("probability", pa.float64()),
        ]
    )
    known = engine.memory(pa.Table.from_pylist(rows, schema=schema))
    texts = {
        name: payments[name].fill_null("") if name in payments.columns else ibis.literal("")
        for name in KIND_KEY
    }
    line_id = payments.source_id
    for name in _LINE_ID[1:]:
        line_id = line_id + ":" + payments[name].cast("string")
    lines = payments.mutate(**texts, line_id=line_id).select("line_id", *KIND_KEY)
    joined = lines.inner_join(known, list(KIND_KEY))
    return joined.select(
        "line_id",
        "code",
        "share_millionths",
        "route",
        "probability",
        scheme=ibis.literal("cofog"),
    ).select("line_id", "scheme", "code", "share_millionths", "route", "probability")
