"""Grants of counted payers inside the grant rows of an outturn, which name no payer.

The revenue outturn books central grants by grant, not by payer. When a payer's own account is
counted too, what it paid is in those rows: that much of them is money from a counted body and not
from outside. Which row holds it is not published, so every grant row gives its share.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from totalplace.count._perimeter import Counted
from totalplace.count._schema import LINE
from totalplace.count._transfers import ELIMINATE
from totalplace.engine import Engine
from totalplace.engine._engine import Table
from totalplace.money import split

__all__ = ["in_grant_rows"]

Row = dict[str, Any]


def in_grant_rows(
    engine: Engine,
    external: Table,
    received: Table,
    ruled: Table,
    bodies: Mapping[tuple[str, str], Counted],
) -> tuple[Table, Table]:
    """What to take out of external funding, and the receipts to put in its stead.

    Levies and precepts are booked in rows of their own, and so is the receipt of a payer that the
    outturn names: neither is looked for here.

    Args:
        external, received: funding lines as booked.
        ruled: payments with their rule and zones.
    """
    in_outturn = sorted(body for (body, _), one in bodies.items() if one.dataset == "ro")
    empty = engine.memory(LINE.empty_table())
    if not in_outturn:
        return empty, empty
    grants = engine.to_arrow(
        external.filter(
            external.dataset == "ro",
            external.stream_kind == "grant",
            external.amount_pence > 0,
            external.body_id.isin(in_outturn),
        )
        .select(*LINE.names)
        .order_by("source_id", "member", "row_no", "column_no", "piece")
    ).to_pylist()
    paid = _paid(engine, ruled, received, in_outturn)
    less: list[Row] = []
    booked: list[Row] = []
    for body_id in sorted({row["body_id"] for row in grants} & set(paid)):
        rows = [row for row in grants if row["body_id"] == body_id]
        taken = min(sum(row["amount_pence"] for row in rows), sum(paid[body_id].values()))
        less += _shares(rows, taken)
        booked += _receipts(rows[0], paid[body_id], taken)
    return (
        engine.memory(pa.Table.from_pylist(less, schema=LINE)),
        engine.memory(pa.Table.from_pylist(booked, schema=LINE)),
    )


def _paid(
    engine: Engine, ruled: Table, received: Table, in_outturn: list[str]
) -> dict[str, dict[tuple[str, str], int]]:
    """Payee -> (payer, zone) -> pence of its grants that are eliminated."""
    grants = ruled.filter(
        ruled.rule == ELIMINATE,
        ruled.cap_rev == "cur",
        ruled.counterparty_id.isin(in_outturn),
        ~ruled.kind.isin(["levy", "precept"]),
    )
    named = received.select(body_id="counterparty_id", counterparty_id="body_id").distinct()
    unnamed = grants.anti_join(named, ["body_id", "counterparty_id"])
    columns = ["counterparty_id", "body_id", "elimination_zone"]
    rows = engine.to_arrow(
        unnamed.group_by(columns)
        .agg(pence=unnamed.amount_pence.sum().cast("int64"))
        .order_by(columns)
    ).to_pylist()
    paid: dict[str, dict[tuple[str, str], int]] = {}
    for row in rows:
        if row["pence"] > 0:
            payer = row["body_id"], row["elimination_zone"]
            paid.setdefault(row["counterparty_id"], {})[payer] = row["pence"]
    return paid


def _shares(rows: list[Row], taken: int) -> list[Row]:
    parts = split(taken, {f"{i:06d}": row["amount_pence"] for i, row in enumerate(rows)})
    return [
        {**row, "amount_pence": -part, "low_pence": -part, "high_pence": -part}
        for row, part in zip(rows, (parts[key] for key in sorted(parts)), strict=True)
        if part
    ]


def _receipts(like: Row, paid: Mapping[tuple[str, str], int], taken: int) -> list[Row]:
    parts = split(taken, {f"{payer}|{zone}": pence for (payer, zone), pence in paid.items()})
    return [
        {
            **like,
            "zone": zone,
            "counterparty_id": payer,
            "amount_pence": part,
            "low_pence": part,
            "high_pence": part,
            "stream_id": None,
            "funder": None,
            "label": "grants of a counted payer, in the outturn's grant rows",
        }
        for payer, zone in paid
        if (part := parts[f"{payer}|{zone}"])
    ]
