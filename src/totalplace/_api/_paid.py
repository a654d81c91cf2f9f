"""Who pays whom in the spending lines, by name as published and as read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import pyarrow as pa

from totalplace._api._classify import no_payments
from totalplace._api._lines import lines_table
from totalplace.classify import payment_kinds
from totalplace.count import decided_payees
from totalplace.engine import Engine
from totalplace.engine._engine import Table
from totalplace.errors import RequestError
from totalplace.model import BodyRegister, PayeeMatch, body_register, resolve_payees, sounds_public
from totalplace.place import Folder, year_problem

__all__ = [
    "Paid",
    "evidence_lines",
    "kinds_of",
    "largest_lines",
    "paid",
    "register_of",
]


@dataclass(frozen=True)
class Paid:
    """What one body paid under one name.

    Attributes:
        match: how the name is read; None of lines without a payee.
    """

    body_id: str
    match: PayeeMatch | None
    lines: int
    amount_pence: int

    @property
    def kind(self) -> str:
        """One of `totalplace._api._payees.KINDS`."""
        if self.match is None:
            return "unnamed"
        if self.match.payee_kind != "organisation":
            return self.match.payee_kind
        if self.match.body_id is not None:
            return "body"
        return "public" if self.match.public_kind else "organisation"

    @property
    def is_unresolved(self) -> bool:
        """Whether the name sounds public and is no body of the register."""
        return (
            self.match is not None
            and self.kind in ("public", "organisation")
            and (
                self.kind == "public"
                or self.match.reason.startswith("ambiguous")
                or sounds_public(self.match.payee_text)
            )
        )


def register_of(folder: Folder, at: int | None) -> BodyRegister:
    """The bodies that are known in a place."""
    state = folder.state(at)
    return body_register(
        *(folder.reference(table, state) for table in ("body", "body_alias", "body_area"))
    )


def kinds_of(engine: Engine, folder: Folder, *, at: int | None, year: str | None) -> Table:
    """Payments by kind, of a year or of all: see `totalplace.classify.payment_kinds`.

    Raises:
        RequestError: the place holds no payments, or it is no financial year.
    """
    if year is not None and (problem := year_problem(year)):
        raise RequestError(problem)
    state = folder.state(at)
    kinds = payment_kinds(engine, folder, state)
    if kinds is None:
        raise RequestError(no_payments(state))
    return kinds if year is None else kinds.filter(kinds.year_start == int(year[:4]))


def evidence_lines(
    engine: Engine, folder: Folder, at: int | None, wanted: Mapping[str, str], *, rows: int
) -> dict[str, tuple[str, ...]]:
    """The largest payment lines of some payees.

    Args:
        wanted: payee's name as published -> the group it belongs to.
        rows: how many lines of each group.

    Returns:
        Group -> line_ids.
    """
    lines = lines_table(engine, folder, "spend", at=at)
    known = engine.memory(
        pa.table(
            {
                "of_payee": pa.array(list(wanted), pa.string()),
                "group": pa.array(list(wanted.values()), pa.string()),
            }
        )
    )
    return largest_lines(
        engine, lines.inner_join(known, lines.payee_text == known.of_payee), rows=rows
    )


def largest_lines(engine: Engine, lines: Table, *, rows: int) -> dict[str, tuple[str, ...]]:
    """The line_ids of the largest lines of each ``group``, the largest first."""
    size = ibis.desc(lines.amount_pence.abs())
    ranked = lines.select(
        "group",
        "line_id",
        rank=ibis.row_number().over(group_by="group", order_by=[size, "line_id"]),
    )
    found: dict[str, tuple[str, ...]] = {}
    largest = ranked.filter(ranked.rank < rows).order_by("group", "rank")
    for row in engine.to_arrow(largest).to_pylist():
        found[row["group"]] = (*found.get(row["group"], ()), row["line_id"])
    return found


def paid(engine: Engine, folder: Folder, *, at: int | None, year: str | None = None) -> list[Paid]:
    """Every payee of the spending lines, by who pays it; in the order of body and name.

    Raises:
        RequestError: the place holds no spending lines.
    """
    # which says it if there are none
    lines_table(engine, folder, "spend", at=at)
    kinds = kinds_of(engine, folder, at=at, year=year)
    kinds = kinds.filter(kinds.dataset == "spend")
    sums = kinds.group_by("body_id", "payee_text").aggregate(
        lines=kinds.lines.sum().cast("int64"), amount_pence=kinds.pence.sum().cast("int64")
    )
    rows = engine.to_arrow(sums).to_pylist()
    register = register_of(folder, at)
    decided = decided_payees(folder.decisions(at))
    names: dict[str, list[str]] = {}
    for row in rows:
        if row["payee_text"]:
            names.setdefault(row["body_id"], []).append(row["payee_text"])
    matches = {
        (payer, match.payee_text): match
        for payer, texts in names.items()
        for match in resolve_payees(texts, register, payer_id=payer, decisions=decided)
    }
    found = [
        Paid(
            row["body_id"],
            matches.get((row["body_id"], row["payee_text"])),
            row["lines"],
            row["amount_pence"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.body_id, one.match.payee_text if one.match else ""))
