"""Kinds of payment: what a classification can tell apart, each with its lines and money.

Lines may number tens of millions and say the same few things: they are classified once for each
payer, service area, expense type, payee and publisher's code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis

from totalplace.engine import Engine, distinct_rows, stack
from totalplace.engine._engine import Table
from totalplace.model import body_register, resolve_payees

__all__ = ["KIND_KEY", "SET_APART", "Kind", "grouped", "payee_kinds", "read_kinds", "with_kind"]

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


def with_kind(payments: Table) -> Table:
    """Payment lines with KIND_KEY filled and ``year_start``, the year in whose April the financial
    year of their accounting period begins."""
    texts = {
        name: payments[name].fill_null("") if name in payments.columns else ibis.literal("")
        for name in KIND_KEY
    }
    end = payments.period_end
    start = ibis.ifelse(end.month() >= 4, end.year(), end.year() - 1)
    return payments.mutate(**texts, year_start=start.cast("int32"))


def grouped(payments: Mapping[str, Table]) -> Table:
    """Payment lines summed by dataset, financial year and KIND_KEY.

    Args:
        payments: dataset -> its lines.

    Returns:
        dataset, year_start, KIND_KEY, lines, pence, size_pence (the sum without signs).
    """
    return stack([_grouped(name, table) for name, table in payments.items()])


def _grouped(dataset: str, payments: Table) -> Table:
    lines = with_kind(payments)
    sums = lines.group_by(["year_start", *KIND_KEY]).agg(
        lines=lines.count(),
        pence=lines.amount_pence.sum().cast("int64"),
        size_pence=lines.amount_pence.abs().sum().cast("int64"),
    )
    return sums.mutate(dataset=ibis.literal(dataset))


def read_kinds(engine: Engine, kinds: Table, payees: Mapping[str, str] | None = None) -> list[Kind]:
    """The kinds of all years and datasets, in the order of their keys.

    Args:
        kinds: what :func:`grouped` gives.
        payees: what :func:`payee_kinds` gives, where it is known already.
    """
    sums = kinds.group_by(list(KIND_KEY)).agg(
        **{name: kinds[name].sum().cast("int64") for name in ("lines", "pence", "size_pence")}
    )
    rows = engine.to_arrow(sums.order_by(list(KIND_KEY))).to_pylist()
    of_payee = payee_kinds(engine, kinds) if payees is None else payees
    return [Kind(payee_kind=of_payee[row["payee_text"]], **row) for row in rows]


def payee_kinds(engine: Engine, kinds: Table) -> dict[str, str]:
    """Payee text -> organisation, individual or redacted; an unnamed payee tells as much as a
    withheld one."""
    distinct = engine.to_arrow(distinct_rows(kinds, ["payee_text"]))
    names = [name for name in distinct["payee_text"].to_pylist() if name]
    matches = resolve_payees(names, body_register())
    return {"": "redacted"} | {match.payee_text: match.payee_kind for match in matches}
