"""Transfers between two accounts: those that nothing has settled, with what is known of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis

from totalplace.count._evidence import Evidence
from totalplace.count._match import SEVERAL, Matches
from totalplace.count._perimeter import Counted, Perimeter
from totalplace.count._registers import Registers
from totalplace.count._schema import LINE_KEY
from totalplace.count._settle import DECIDED, NOT_PAID, PURCHASE
from totalplace.engine import Engine, distinct_rows
from totalplace.engine._engine import Table
from totalplace.place import line_id

__all__ = ["OPEN_LEVELS", "OpenTransfer", "between_accounts", "open_transfers"]

OPEN_LEVELS = ("unmatched", "payer_only", "payee_only")
"""Levels of matching that leave something to settle."""

_SHOWN_LINES = 6


@dataclass(frozen=True)
class OpenTransfer:
    """Payments and receipts of one payer, payee and stream that nothing has settled.

    Attributes:
        object_id: what a decision about it names; it holds for every year.
        level: unmatched (both tell, and do not agree), payer_only or payee_only.
        stream_id: its stream, or None for everything between the two.
        natures: of its payments.
        is_named: whether the payer's account names whom it pays.
        is_inferred: whether a payment is inferred from its receipts.
        line_ids: its largest lines.
    """

    object_id: str
    level: str
    payer_id: str
    payer: str
    payee_id: str
    payee: str
    stream_id: str | None
    stream: str
    paid_pence: int
    received_pence: int
    paid_lines: int
    received_lines: int
    natures: tuple[str, ...]
    is_named: bool
    is_inferred: bool
    line_ids: tuple[str, ...]

    @property
    def gap_pence(self) -> int:
        """How far the two sides are apart."""
        return abs(self.paid_pence - self.received_pence)


def between_accounts(
    perimeter: Perimeter, counted: Iterable[Counted]
) -> Callable[[Mapping[str, Any]], bool]:
    """Whether a match is of two accounts that book payments, one of them here, so that one of
    its sides can be missing."""
    here = {body for body, zone in perimeter.body_zone.items() if perimeter.status(zone) != "none"}
    bodies = tuple(counted)
    books = {one.body_id for one in bodies if one.dataset != "cra"}
    # An outturn books grants in rows that name no payer: nothing of them is in transit.
    in_outturn = {one.body_id for one in bodies if one.dataset == "ro"}
    # nothing is on its way where a person has said that there is no other end
    no_other_end = {DECIDED[PURCHASE], DECIDED[NOT_PAID]}

    def is_between(row: Mapping[str, Any]) -> bool:
        both = {row["payer_id"], row["payee_id"]}
        return bool(
            both & here
            and both <= {*books, SEVERAL}
            and not (
                row["level"] in no_other_end and 0 in (row["paid_lines"], row["received_lines"])
            )
            and not (row["level"] == "payer_only" and row["payee_id"] in in_outturn)
        )

    return is_between


def open_transfers(
    engine: Engine,
    *,
    registers: Registers,
    perimeter: Perimeter,
    evidence: Evidence,
    matches: Matches,
    payments: Table,
) -> list[OpenTransfer]:
    """The transfers of a count that nothing has settled, in the order of their matches.

    Args:
        evidence: what was read of the year.
        matches: who was matched with whom.
        payments: to known bodies, inferred ones included, as `Spending` and `Netted` have them.
    """
    match, match_line = matches.match, matches.match_line
    is_between = between_accounts(perimeter, evidence.counted)
    rows = [
        row
        for row in engine.to_arrow(
            match.filter(match.level.isin(list(OPEN_LEVELS))).order_by("match_id")
        ).to_pylist()
        if is_between(row)
    ]
    wanted = match_line.filter(match_line.match_id.isin([row["match_id"] for row in rows]))
    lines = _lines(engine, wanted) if rows else {}
    natures = _natures(engine, wanted, evidence.lines) if rows else {}
    inferred = _inferred(engine, payments)
    names_payments = {one.body_id for one in evidence.counted if one.dataset in {"return", "spend"}}
    name, streams = registers.name, registers.stream
    found = []
    for row in rows:
        stream_id = row["object_id"].rpartition(" | ")[2]
        known = streams.get(stream_id)
        is_several = row["payer_id"] == SEVERAL
        found.append(
            OpenTransfer(
                **{
                    field: row[field]
                    for field in (
                        "object_id",
                        "level",
                        "payer_id",
                        "payee_id",
                        "paid_pence",
                        "received_pence",
                        "paid_lines",
                        "received_lines",
                    )
                },
                payer="several payers" if is_several else name(row["payer_id"]),
                payee=name(row["payee_id"]),
                stream_id=None if stream_id == "*" else stream_id,
                stream=str(known["name"]) if known else "" if stream_id == "*" else stream_id,
                natures=natures.get(row["match_id"], ()),
                is_named=row["payer_id"] in names_payments,
                is_inferred=row["level"] == "payee_only"
                and (row["payer_id"], row["payee_id"]) in inferred,
                line_ids=tuple(lines.get(row["match_id"], ())),
            )
        )
    return found


def _lines(engine: Engine, wanted: Any) -> dict[int, list[str]]:
    """Match -> its largest lines."""
    ordered = ibis.row_number().over(
        group_by="match_id", order_by=[ibis.desc(wanted.pence.abs()), *LINE_KEY]
    )
    largest = wanted.mutate(rank=ordered)
    largest = largest.filter(largest.rank < _SHOWN_LINES).order_by("match_id", "rank")
    found: dict[int, list[str]] = {}
    for row in engine.to_arrow(largest).to_pylist():
        text = line_id(row["source_id"], row["member"], row["row_no"], row["column_no"])
        ids = found.setdefault(row["match_id"], [])
        if text not in ids:
            ids.append(text)
    return found


def _natures(engine: Engine, wanted: Any, lines: Table) -> dict[int, tuple[str, ...]]:
    """Match -> the natures of its payments."""
    own = lines.select(*LINE_KEY, "nature")
    paid = wanted.filter(wanted.side == "paid").inner_join(own, list(LINE_KEY))
    pairs = distinct_rows(paid, ["match_id", "nature"])
    found: dict[int, tuple[str, ...]] = {}
    for row in engine.to_arrow(pairs).to_pylist():
        found[row["match_id"]] = (*found.get(row["match_id"], ()), row["nature"])
    return found


def _inferred(engine: Engine, payments: Table) -> set[tuple[str, str]]:
    pairs = payments.filter(payments.derivation == "inferred").select("body_id", "counterparty_id")
    return {
        (row["body_id"], row["counterparty_id"])
        for row in engine.to_arrow(pairs.distinct()).to_pylist()
    }
