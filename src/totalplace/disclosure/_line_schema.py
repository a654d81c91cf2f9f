"""The columns of lines: as the count gives them, and as the public sees them."""

from __future__ import annotations

import pyarrow as pa

__all__ = ["PUBLIC_LINE", "RAW_LINE"]

_WHOSE = [("year", pa.string()), ("dataset", pa.string()), ("body_id", pa.string())]
_WHAT = [
    ("counterparty_id", pa.string()),
    ("stream_id", pa.string()),
    ("side", pa.string()),
    ("nature", pa.string()),
    ("role", pa.string()),
    ("function", pa.string()),
    ("class_route", pa.string()),
    ("cap_rev", pa.string()),
    ("control", pa.string()),
    ("grade", pa.string()),
    ("derivation", pa.string()),
    ("amount_pence", pa.int64()),
    ("low_pence", pa.int64()),
    ("high_pence", pa.int64()),
    ("period_start", pa.date32()),
    ("period_end", pa.date32()),
    ("payment_date", pa.date32()),
    ("unit_text", pa.string()),
    ("expense_text", pa.string()),
    ("label", pa.string()),
    ("source_no", pa.int32()),
    ("row_no", pa.int64()),
    ("column_no", pa.int32()),
]
_READING = [("rule", pa.string()), ("match_id", pa.string())]

RAW_LINE = pa.schema(
    [
        ("line_id", pa.string()),
        *_WHOSE,
        ("payee_text", pa.string()),
        ("payee_kind", pa.string()),
        *_WHAT,
        *_READING,
    ]
)
"""What `public_lines` takes. All may be null but line_id, year, dataset, body_id, side, nature,
role and the three amounts. payee_text is the name as published; payee_kind what the count read it
as (organisation, individual, redacted or null): it can only withhold a name, never show one.
counterparty_id is the body on the other side, where the count knows it."""

PUBLIC_LINE = pa.schema(
    [
        ("line_no", pa.int64()),
        ("line_id", pa.string()),
        ("line_key", pa.int64()),
        *_WHOSE,
        ("payee_id", pa.int32()),
        ("payee", pa.string()),
        ("payee_kind", pa.string()),
        *_WHAT,
        ("lines", pa.int64()),
        *_READING,
    ]
)
"""The ``lines`` table of the public zone."""
