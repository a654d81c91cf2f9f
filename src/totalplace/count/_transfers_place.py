"""The transfers of a place, as the reconcile page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from totalplace.count._request import Request
from totalplace.count._working import Working, work
from totalplace.engine import Engine
from totalplace.place import Folder

__all__ = ["Transfer", "transfers", "transfers_of"]


@dataclass(frozen=True)
class Transfer:
    """Payments of one counted body to another known one, by stream and rule.

    Attributes:
        payer, payee: their names; payer_id and payee_id their body_ids.
        rule: eliminate, or why not: not_counted, net_of_receipt, outside, in_outturn, internal.
        derivation: direct, or inferred from the payee's receipt.
        pence: what the payer booked, before any share of the place.
        lines: how many payments.
    """

    payer_id: str
    payer: str
    payee_id: str
    payee: str
    stream: str
    rule: str
    derivation: str
    pence: int
    lines: int


def transfers(
    engine: Engine, folder: Folder, *, year: str, today: date, at: int | None = None
) -> list[Transfer]:
    """All transfers of a year, the largest first; inferred ones are those a payer did not name."""
    return transfers_of(engine, work(engine, folder, Request(year, at=at), today=today))


def transfers_of(engine: Engine, working: Working) -> list[Transfer]:
    """The transfers of a count already done."""
    here = [zone for zone in working.perimeter.zones if working.perimeter.status(zone) != "none"]
    paid = working.netted.payments
    paid = paid.filter(paid.gross_zone.isin(here) | paid.elimination_zone.isin(here))
    columns = ["body_id", "counterparty_id", "stream_id", "rule", "derivation"]
    rows = engine.to_arrow(
        paid.group_by(columns)
        .agg(pence=paid.amount_pence.sum().cast("int64"), lines=paid.count())
        .order_by(columns)
    ).to_pylist()
    name = working.registers.name
    found = [
        Transfer(
            payer_id=row["body_id"],
            payer=name(row["body_id"]),
            payee_id=row["counterparty_id"],
            payee=name(row["counterparty_id"]),
            stream=row["stream_id"] or "",
            rule=row["rule"],
            derivation=row["derivation"],
            pence=row["pence"],
            lines=row["lines"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-abs(one.pence), one.payer, one.payee, one.stream))
