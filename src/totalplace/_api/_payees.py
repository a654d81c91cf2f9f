"""Who is paid: bodies, other organisations, people; suppliers that several bodies share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from totalplace._api._paid import Paid
from totalplace._api._paid import paid as all_paid
from totalplace._api._result import GBP, TEXT, Document, Result, pounds, table_of
from totalplace.engine import Engine
from totalplace.model import supplier_groups as grouped
from totalplace.money import gbp
from totalplace.place import Folder

__all__ = ["KindPaid", "Payees", "SharedSupplier", "UnresolvedPayee", "payees_result"]

KINDS = ("body", "public", "organisation", "individual", "redacted", "unnamed")
"""body: of the register; public: a public body that the register does not hold; organisation: any
other; individual: people; redacted: withheld names; unnamed: lines without a payee."""


@dataclass(frozen=True)
class KindPaid:
    """What was paid to payees of one kind.

    Attributes:
        kind: one of `KINDS`.
        payees: different names, counted once for each body that pays them.
        lines: lines.
        amount_pence: their sum.
    """

    kind: str
    payees: int
    lines: int
    amount_pence: int


@dataclass(frozen=True)
class UnresolvedPayee:
    """An organisation whose name sounds public and is no body of the register.

    Attributes:
        body_id: who pays it.
        payee: its name as published.
        public_kind: the kind of public body that the name says, or None.
        reason: why it is not resolved.
        lines: lines.
        amount_pence: their sum.
    """

    body_id: str
    payee: str
    public_kind: str | None
    reason: str
    lines: int
    amount_pence: int


@dataclass(frozen=True)
class SharedSupplier:
    """A supplier, no body of the register, that two bodies or more pay.

    Attributes:
        supplier_id: its identifier.
        name: its longest spelling.
        spellings: every spelling -> why it belongs to the supplier.
        by_body: who pays it -> pence.
        lines: lines.
        amount_pence: their sum.
    """

    supplier_id: str
    name: str
    spellings: Mapping[str, str]
    by_body: Mapping[str, int]
    lines: int
    amount_pence: int


@dataclass(frozen=True)
class Payees:
    """Who the bodies of a place pay in their spending lines.

    Attributes:
        paid: what was paid by kind of payee; people and withheld names are one row each.
        unresolved: the largest that sound public and are not resolved, by amount.
        unresolved_count: how many there are.
        shared: the largest suppliers that several bodies pay, by amount.
        shared_count: how many there are.
    """

    paid: tuple[KindPaid, ...]
    unresolved: tuple[UnresolvedPayee, ...]
    unresolved_count: int
    shared: tuple[SharedSupplier, ...]
    shared_count: int


def payees_result(engine: Engine, folder: Folder, *, top: int, at: int | None) -> Result[Payees]:
    """Read every payee of the place's spending lines; see `Place.payees`."""
    paid = all_paid(engine, folder, at=at)
    unresolved, shared = _unresolved(paid), _shared(paid)
    facts = Payees(
        paid=tuple(_by_kind(paid)),
        unresolved=tuple(unresolved[:top]),
        unresolved_count=len(unresolved),
        shared=tuple(shared[:top]),
        shared_count=len(shared),
    )
    return Result(facts, _document(facts), _table(facts), "Payees")


def _by_kind(paid: Sequence[Paid]) -> Iterable[KindPaid]:
    for kind in KINDS:
        inside = [one for one in paid if one.kind == kind]
        if inside:
            lines = sum(one.lines for one in inside)
            yield KindPaid(kind, len(inside), lines, sum(one.amount_pence for one in inside))


def _unresolved(paid: Sequence[Paid]) -> list[UnresolvedPayee]:
    found = [
        UnresolvedPayee(
            body_id=one.body_id,
            payee=one.match.payee_text,
            public_kind=one.match.public_kind,
            reason=one.match.reason,
            lines=one.lines,
            amount_pence=one.amount_pence,
        )
        for one in paid
        if one.match is not None and one.is_unresolved
    ]
    return sorted(found, key=lambda one: (-one.amount_pence, one.payee, one.body_id))


def _shared(paid: Sequence[Paid]) -> list[SharedSupplier]:
    by_name: dict[str, list[Paid]] = {}
    for one in paid:
        if one.match is not None and one.kind in ("public", "organisation"):
            by_name.setdefault(one.match.payee_text, []).append(one)
    found = []
    for group in grouped(by_name):
        rows = [one for name in group.names for one in by_name[name]]
        by_body: Counter[str] = Counter()
        for one in rows:
            by_body[one.body_id] += one.amount_pence
        if len(by_body) > 1:
            found.append(
                SharedSupplier(
                    supplier_id=group.supplier_id,
                    name=group.name,
                    spellings=group.reasons,
                    by_body=dict(sorted(by_body.items())),
                    lines=sum(one.lines for one in rows),
                    amount_pence=by_body.total(),
                )
            )
    return sorted(found, key=lambda one: (-one.amount_pence, one.name))


def _document(facts: Payees) -> Document:
    return {
        "paid": [_in_gbp(asdict(one)) for one in facts.paid],
        "unresolved_count": facts.unresolved_count,
        "unresolved": [_in_gbp(asdict(one)) for one in facts.unresolved],
        "shared_count": facts.shared_count,
        "shared": [
            {
                **_in_gbp(asdict(one)),
                "spellings": [
                    {"name": name, "reason": why} for name, why in sorted(one.spellings.items())
                ],
                "by_body": [
                    {"body_id": body_id, "amount_gbp": gbp(pence)}
                    for body_id, pence in one.by_body.items()
                ],
            }
            for one in facts.shared
        ],
    }


def _in_gbp(row: dict[str, Any]) -> Document:
    pence = row.pop("amount_pence")
    return {**row, "amount_gbp": gbp(pence)}


def _table(facts: Payees) -> pa.Table:
    rows = [
        {
            "part": "unresolved",
            "body_id": one.body_id,
            "payee": one.payee,
            "supplier_id": None,
            "reason": one.reason,
            "amount_gbp": pounds(one.amount_pence),
        }
        for one in facts.unresolved
    ]
    rows += [
        {
            "part": "shared",
            "body_id": body_id,
            "payee": one.name,
            "supplier_id": one.supplier_id,
            "reason": f"{len(one.spellings)} spellings",
            "amount_gbp": pounds(pence),
        }
        for one in facts.shared
        for body_id, pence in one.by_body.items()
    ]
    texts = dict.fromkeys(("part", "body_id", "payee", "supplier_id", "reason"), TEXT)
    return table_of(rows, {**texts, "amount_gbp": GBP})
