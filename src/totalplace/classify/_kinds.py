"""Kinds of payment: what a classification can tell apart, each with its lines and money.

Lines may number tens of millions and say the same few things: they are classified once for each
payer, service area, expense type, payee and publisher's code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ibis

from totalplace.engine import Engine, stack
from totalplace.engine._engine import Table
from totalplace.model import PayeeMatch, body_register, resolve_payees

__all__ = ["KIND_KEY", "SET_APART", "Kind", "read_kinds"]

KIND_KEY = ("body_id", "unit_text", "expense_text", "payee_text", "class_code")
"""What tells kinds apart; in each the empty text stands for nothing published."""

SET_APART = ("payroll", "agency", "financing", "noncash", "recharge")
"""Natures that have no function of the payer's own: they are named and counted, not classified."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Payments that say the same.

    Attributes:
        payee_kind: organisation, individual or redacted.
        lines: how many.
        pence: their sum.
        size_pence: the sum of their amounts without sign: what accuracy and coverage weigh by.
    """

    body_id: str
    unit_text: str
    expense_text: str
    payee_text: str
    class_code: str
    payee_kind: str
    lines: int
    pence: int
    size_pence: int

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """KIND_KEY."""
        return self.body_id, self.unit_text, self.expense_text, self.payee_text, self.class_code


def read_kinds(engine: Engine, payments: Iterable[Table]) -> list[Kind]:
    """The kinds of payment tables, in the order of their keys."""
    columns = [*KIND_KEY, "amount_pence"]
    tables = [
        table.select(**{name: table[name] for name in columns if name in table.columns}).mutate(
            **{name: ibis.literal("") for name in columns if name not in table.columns}
        )
        for table in payments
    ]
    lines = stack([table.select(columns) for table in tables])
    texts = lines.mutate(**{name: lines[name].fill_null("") for name in KIND_KEY})
    sums = texts.group_by(list(KIND_KEY)).agg(
        lines=texts.count(),
        pence=texts.amount_pence.sum().cast("int64"),
        size_pence=texts.amount_pence.abs().sum().cast("int64"),
    )
    rows = engine.to_arrow(sums.order_by(list(KIND_KEY))).to_pylist()
    payees = _payees(row["payee_text"] for row in rows)
    # an unnamed payee tells as much as a withheld one
    return [
        Kind(
            payee_kind=payees[row["payee_text"]].payee_kind if row["payee_text"] else "redacted",
            **row,
        )
        for row in rows
    ]


def _payees(names: Iterable[str]) -> Mapping[str, PayeeMatch]:
    distinct = sorted({name for name in names if name})
    return dict(zip(distinct, resolve_payees(distinct, body_register()), strict=True))
