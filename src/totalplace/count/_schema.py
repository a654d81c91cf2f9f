"""The canonical line of a count, derived from every dataset before anything is added up."""

from __future__ import annotations

import pyarrow as pa

__all__ = [
    "GROSS_NATURES",
    "LINE",
    "LINE_KEY",
    "PASSED_ON_NATURES",
    "TRANSFER_NATURES",
    "line_table",
]

LINE_KEY = ("source_id", "member", "row_no", "column_no", "piece")
"""What names a line: file, member or sheet, row, column, and the part of a divided cell."""

GROSS_NATURES = ("own", "purchase", "transfer", "benefit", "payroll")
"""Natures that enter gross. Agency, financing, non-cash and internal recharges do not."""

TRANSFER_NATURES = ("transfer", "purchase", "benefit")
"""Natures that can reach another body's account and be counted there again."""

PASSED_ON_NATURES = ("agency", "payroll")
"""Natures that reach another body's account and are never eliminated: a precept is that body's own
tax, and what is paid over for staff is the payer's own cost. To the receiver it is external."""

LINE = pa.schema(
    [
        ("source_id", pa.string()),
        ("member", pa.string()),
        ("row_no", pa.int64()),
        ("column_no", pa.int32()),
        ("piece", pa.int16()),
        ("dataset", pa.string()),
        ("body_id", pa.string()),
        ("tier", pa.string()),
        ("zone", pa.string()),
        ("counterparty_id", pa.string()),
        ("payee_text", pa.string()),
        ("payee_kind", pa.string()),
        ("stream_id", pa.string()),
        ("stream_kind", pa.string()),
        ("side", pa.string()),
        ("nature", pa.string()),
        ("role", pa.string()),
        ("amount_pence", pa.int64()),
        ("low_pence", pa.int64()),
        ("high_pence", pa.int64()),
        ("cap_rev", pa.string()),
        ("grade", pa.string()),
        ("derivation", pa.string()),
        ("control", pa.string()),
        ("function", pa.string()),
        ("class_scheme", pa.string()),
        ("class_code", pa.string()),
        ("class_route", pa.string()),
        ("funder", pa.string()),
        ("label", pa.string()),
        ("reference_id", pa.string()),
        ("year_offset", pa.int16()),
        ("line_count", pa.int64()),
    ]
)
"""Field -> type. Money in pence; ``year_offset`` 0 is the year of the count, -1 and 1 its
neighbours (kept for matching late receipts only); ``line_count`` is 1, or how many lines were
summed. ``role`` is headline, itemised (under a control total), control (a wider source of what
the headline holds already), apart (shown beside the headline: the housing revenue account, site
programmes as published), financing (inside the reconciliation only) or funding. ``function`` is
COFOG, ``class_route`` how it was found for a payment (rule, code, model, decision, unclassified,
or a nature without function); ``class_scheme`` and ``class_code`` the publisher's own; ``funder``
is set by construction where a source names nobody else."""

_DEFAULTS = {
    "member": "",
    "row_no": 0,
    "column_no": 0,
    "piece": 0,
    "dataset": "return",
    "side": "out",
    "nature": "own",
    "role": "headline",
    "cap_rev": "cur",
    "grade": "A",
    "derivation": "direct",
    "control": "local",
    "year_offset": 0,
    "payee_kind": "organisation",
    "line_count": 1,
}


def line_table(rows: list[dict[str, object]]) -> pa.Table:
    """Rows of some fields as canonical lines; what is left out takes its default, low and high
    the amount itself."""
    full = []
    for row in rows:
        amount = row["amount_pence"]
        full.append({"low_pence": amount, "high_pence": amount, **_DEFAULTS, **row})
    return pa.Table.from_pylist(full, schema=LINE)
