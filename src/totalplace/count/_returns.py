"""Canonical lines from bodies' own returns: what they spent and received, by stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from totalplace.count._registers import Registers
from totalplace.count._years import align, year_start

__all__ = ["control_of", "return_lines"]

Row = Mapping[str, Any]
_GRANTS = frozenset({"grant", "allocation", "pooled"})


def return_lines(
    rows: Iterable[Row],
    *,
    year: str,
    payees: Mapping[tuple[str, str], str | None],
    streams: Mapping[str, str],
    registers: Registers,
) -> list[dict[str, Any]]:
    """Lines of the ``return`` dataset, aligned to financial years by days.

    Args:
        rows: rows of the dataset, of any year; budgets are left out.
        year: the year of the count; its neighbours are kept for matching.
        payees: (body, counterparty text) -> body_id, or None when it is no known body.
        streams: stream text -> stream_id, beyond the register's own names.
    """
    lines: list[dict[str, Any]] = []
    for row in rows:
        if row["phase"] == "budget":
            continue
        parts = align(row["amount_pence"], row["period_start"], row["period_end"])
        # A day count can give a year nothing; the amount then has one part less.
        for number, (part_year, amount) in enumerate(sorted(parts.items())):
            offset = year_start(part_year) - year_start(year)
            if abs(offset) > 1 or amount == 0:
                continue
            lines.append(
                {
                    **_line(row, payees, streams, registers),
                    "piece": number,
                    "amount_pence": amount,
                    "low_pence": amount,
                    "high_pence": amount,
                    "year_offset": offset,
                }
            )
    return lines


def _line(
    row: Row,
    payees: Mapping[tuple[str, str], str | None],
    streams: Mapping[str, str],
    registers: Registers,
) -> dict[str, Any]:
    body_id = row["body_id"]
    text = (row["stream_text"] or "").casefold()
    stream_id = streams.get(text) or registers.stream_names.get(text)
    stream = registers.stream.get(stream_id or "")
    counterparty = payees.get((body_id, row["counterparty_text"] or ""))
    is_in = row["side"] == "in"
    return {
        **{name: row[name] for name in ("source_id", "member", "row_no", "column_no")},
        "dataset": "return",
        "body_id": body_id,
        "tier": registers.tier(body_id),
        "zone": registers.body_zone.get(body_id, ""),
        "counterparty_id": counterparty,
        "payee_text": row["counterparty_text"],
        "stream_id": stream_id,
        "stream_kind": stream["kind"] if stream else None,
        "side": row["side"],
        "nature": row["nature"],
        "role": _role(row),
        "cap_rev": row["cap_rev"],
        "grade": "A",
        "control": control_of(row["nature"], stream, registers.tier(body_id)),
        "function": row["function"],
        "funder": row["counterparty_text"] if is_in and counterparty is None else None,
        "label": row["stream_text"] or row["counterparty_text"] or row["nature"],
        "reference_id": row["reference_id"],
    }


def _role(row: Row) -> str:
    if row["side"] == "in":
        # The income side of a recharge or of depreciation is no money from outside.
        return "dropped" if row["nature"] in {"noncash", "recharge"} else "funding"
    return "financing" if row["nature"] == "financing" else "headline"


def control_of(nature: str, stream: Row | None, tier: str | None) -> str:
    """Who decides on spending of this nature, by this stream, of a body of this tier."""
    if nature == "benefit" or (stream is not None and stream["kind"] == "benefit"):
        return "national_rules"
    # A levy or precept is tied too, but comes from the payer's own tax: local, as in the outturn.
    if stream is not None and stream["ringfence"] == "hard" and stream["kind"] in _GRANTS:
        return "ringfenced"
    return "national" if tier in {"national", "quango"} else "local"
