"""Transfers that nothing has settled, each with what it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from totalplace._api._queue_item import EVIDENCE_LINES, QueueItem, Suggestion
from totalplace.count import (
    MATCH,
    NOT_PAID,
    PURCHASE,
    SAME,
    SEVERAL,
    Desk,
    OpenTransfer,
    Request,
    open_transfers,
    work,
)
from totalplace.engine import Engine
from totalplace.money import format_gbp
from totalplace.place import Folder

__all__ = ["transfer_items"]

_NEAR_PCT = 10
"""How far two one-sided amounts may be apart for one to be suggested as the other's end."""

_REASONS = {
    "unmatched": "both tell, and do not agree",
    "payer_only": "only the payer tells",
    "payee_only": "only the payee tells",
}
_INFERRED = "only the payee tells, so that a payment is inferred"


def transfer_items(
    engine: Engine,
    desk: Desk,
    folder: Folder,
    *,
    year: str,
    at: int | None,
    today: date,
    report: Callable[[str], None],
) -> list[QueueItem]:
    """The transfers of a year between two accounts whose ends were not both found.

    Args:
        engine: counts the place as it was at a snapshot.
        desk: counts it as it is now, unless it has done so for the headline.
    """
    if at is None:
        # a queue freezes nothing
        found = desk.open_transfers(folder.supposing(), year, report=report)
    else:
        working = work(engine, folder, Request(year, at=at), today=today, report=report)
        found = open_transfers(
            engine,
            registers=working.registers,
            perimeter=working.perimeter,
            evidence=working.evidence,
            matches=working.netted.matches,
            payments=working.netted.payments,
        )
    return [_item(one, found, year) for one in found]


def _item(one: OpenTransfer, others: Sequence[OpenTransfer], year: str) -> QueueItem:
    sides = []
    if one.paid_lines:
        sides.append(f"paid {format_gbp(one.paid_pence)} in {_lines(one.paid_lines)}")
    if one.received_lines:
        sides.append(f"received {format_gbp(one.received_pence)} in {_lines(one.received_lines)}")
    return QueueItem(
        what=MATCH,
        object_id=f"{one.object_id} | {year}",
        title=f"{one.payer} to {one.payee}" + (f": {one.stream}" if one.stream else ""),
        reason=_INFERRED if one.is_inferred else _REASONS[one.level],
        note="; ".join(sides),
        pence=one.gap_pence,
        lines=one.paid_lines + one.received_lines,
        body_ids=tuple(body for body in (one.payer_id, one.payee_id) if body != SEVERAL),
        evidence=one.line_ids[:EVIDENCE_LINES],
        suggestions=tuple(_suggestions(one, others)),
    )


def _suggestions(one: OpenTransfer, others: Sequence[OpenTransfer]) -> Iterable[Suggestion]:
    if one.level == "unmatched":
        apart = _apart_pct(one.paid_pence, one.received_pence)
        why = "each names the other" + ("" if apart is None else f"; they differ by {apart}%")
        yield Suggestion(SAME, "one transfer", why)
    for other in _other_ends(one, others):
        whose = "" if other.payer_id == one.payer_id else f" of {other.payer}"
        side, pence = (
            ("received", other.received_pence)
            if other.level == "payee_only"
            else ("paid", other.paid_pence)
        )
        yield Suggestion(
            other.object_id,
            f"one transfer with {other.stream or 'what is'} {side}{whose}",
            f"{format_gbp(pence)} stands alone on the other side",
        )
    if one.level != "payee_only" and one.payer_id != SEVERAL and "purchase" in one.natures:
        why = "its payer publishes payments, and none of them is called a grant"
        if one.natures == ("purchase",):
            yield Suggestion(PURCHASE, "a purchase", why)
    if one.level == "payee_only" and one.is_named:
        yield Suggestion(
            NOT_PAID,
            f"not paid by {one.payer}",
            f"{one.payer} names whom it pays, and not {one.payee}",
        )


def _other_ends(one: OpenTransfer, others: Sequence[OpenTransfer]) -> list[OpenTransfer]:
    """One-sided transfers that may be the other end of this one, the nearest amount first."""
    wanted = {"payer_only": "payee_only", "payee_only": "payer_only"}.get(one.level)
    own = one.paid_pence + one.received_pence
    near = [
        (apart, other)
        for other in others
        if other.level == wanted
        and other.payee_id == one.payee_id
        and (apart := _apart_pct(own, other.paid_pence + other.received_pence)) is not None
        and (apart <= _NEAR_PCT or other.payer_id == one.payer_id)
    ]
    return [other for _, other in sorted(near, key=lambda pair: (pair[0], pair[1].object_id))[:3]]


def _apart_pct(one: int, other: int) -> float | None:
    """By how many percent of the larger two amounts of one sign differ; None of two signs."""
    larger = max(abs(one), abs(other))
    if not larger or (one < 0) != (other < 0):
        return None
    return round(100 * abs(one - other) / larger, 1)


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"
