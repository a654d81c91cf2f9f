"""Two views, a trace and a difference as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from totalplace.cli._text import identities_text
from totalplace.money import format_gbp
from totalplace.reports import align_rows, plain_table

if TYPE_CHECKING:
    from totalplace._api import Reconciled, Result
    from totalplace.count import Difference, InTransit, PlaceTraced, Statement

__all__ = ["diff_text", "reconcile_text", "trace_text"]

_SHOWN = 25
_KINDS = {
    "in_transit": "In transit: paid and not booked alike by the other",
    "financing": "Financing: reserves, interest, debt and other rows of the returns",
    "by_construction": "By construction",
    "not_returned": "Funding not returned",
    "return_fault": "Returns whose own arithmetic is out",
    "other": "Other",
}


def reconcile_text(reconciled: Reconciled) -> str:
    """Both views and all that ties them together."""
    counted = reconciled.counted
    parts = [
        f"{counted.place}, {counted.request.year}: spender and funder view",
        _statement("All bodies", counted.statement),
    ]
    if counted.outturn_statement is not None:
        parts.append(_statement("The returns alone", counted.outturn_statement))
    if counted.bridge:
        rows = [[f"  {label}", format_gbp(pence)] for label, pence in counted.bridge]
        parts.append("Bridge to the returns' own totals\n" + align_rows(rows, right=[1]))
    parts += [_transfers(reconciled), _transit(reconciled.in_transit), _itemised(reconciled)]
    parts.append(identities_text(counted.request.year, counted.identities))
    parts.append(f"Snapshot {counted.snapshot}, figure {counted.figure_id}.")
    return "\n\n".join(part for part in parts if part)


def _statement(title: str, statement: Statement) -> str:
    head = [
        ["  net (spender view)", format_gbp(statement.net_pence)],
        ["  funder view", format_gbp(statement.funder_view_pence)],
        ["    of it by construction", format_gbp(statement.by_construction_pence)],
        ["  residual", format_gbp(statement.residual_pence)],
    ]
    funding = [[f"  {label}", format_gbp(pence)] for label, pence in statement.funding.items()]
    parts = [f"{title}\n{align_rows(head, right=[1])}"]
    if funding:
        parts.append("Funding\n" + align_rows(funding[:_SHOWN], right=[1]) + _more(funding))
    for kind, name in _KINDS.items():
        rows = [
            [f"  {row.label}", format_gbp(row.pence)] for row in statement.rows if row.kind == kind
        ]
        if rows:
            total = sum(row.pence for row in statement.rows if row.kind == kind)
            parts.append(
                f"{name}: {format_gbp(total)}\n{align_rows(rows[:_SHOWN], right=[1])}{_more(rows)}"
            )
    return "\n\n".join(parts)


def _more(rows: Sequence[object]) -> str:
    left = len(rows) - _SHOWN
    return f"\n  and {left:,} more (--json has all)" if left > 0 else ""


def _transfers(reconciled: Reconciled) -> str:
    if not reconciled.transfers:
        return "No transfers between known bodies."
    rules: dict[str, int] = {}
    for one in reconciled.transfers:
        rules[one.rule] = rules.get(one.rule, 0) + one.pence
    header = ["payer", "payee", "stream", "rule", "derivation", "£", "lines"]
    rows = [
        [
            one.payer,
            one.payee,
            one.stream,
            one.rule.replace("_", " "),
            one.derivation,
            format_gbp(one.pence),
            f"{one.lines:,}",
        ]
        for one in reconciled.transfers
    ]
    totals = "; ".join(f"{rule.replace('_', ' ')} {format_gbp(p)}" for rule, p in rules.items())
    table = plain_table(header, rows[:_SHOWN], right=[5, 6])
    return f"Transfers ({totals}), as booked by the payer\n{table}{_more(rows)}"


def _transit(gaps: Sequence[InTransit]) -> str:
    if not gaps:
        return ""
    header = ["payer", "payee", "match", "paid", "received", "difference"]
    rows = [
        [
            gap.payer,
            gap.payee,
            gap.level.replace("_", " "),
            format_gbp(gap.paid_pence),
            format_gbp(gap.received_pence),
            format_gbp(gap.gap_pence),
        ]
        for gap in sorted(gaps, key=lambda one: -abs(one.gap_pence))
    ]
    table = plain_table(header, rows[:_SHOWN], right=[3, 4, 5])
    return f"Two sides that differ, one-sided ones included\n{table}{_more(rows)}"


def _itemised(reconciled: Reconciled) -> str:
    rows = [
        [
            one.body_id,
            one.code or "",
            one.label,
            format_gbp(one.control_pence),
            format_gbp(one.placed_pence),
            format_gbp(one.not_itemised_pence),
            format_gbp(one.over_itemised_pence),
        ]
        for one in reconciled.counted.itemised
    ]
    if not rows:
        return ""
    header = [
        "body",
        "line",
        "function",
        "return",
        "payments",
        "not itemised",
        "income netted in the return",
    ]
    return "Published payments under the returns\n" + plain_table(header, rows, right=[3, 4, 5, 6])


def trace_text(result: Result[PlaceTraced]) -> str:
    """Each body's money by ultimate source."""
    traced = result.facts
    rows = [
        [
            row["body"],
            row["source"],
            "" if row["share_pct"] is None else f"{row['share_pct']:.2f}%",
            f"{row['gbp']:,.2f}",
        ]
        for row in result.to_arrow().to_pylist()
    ]
    parts = [result.title]
    if rows:
        parts.append(plain_table(["body", "ultimate source", "share", "£"], rows, right=[2, 3]))
    else:
        parts.append("No counted body has booked any funding.")
    names = traced.names
    if traced.traced.cycles:
        cycles = [" <-> ".join(names.get(b, b) for b in one) for one in traced.traced.cycles]
        parts.append("Cycles\n" + "\n".join(f"  {cycle}" for cycle in cycles))
    if traced.traced.unfunded:
        bodies = ", ".join(names.get(body, body) for body in traced.traced.unfunded)
        parts.append(f"Bodies whose funding has no outside end: {bodies}.")
    parts.append(_transit(traced.in_transit))
    parts.append(
        f"Snapshot {traced.snapshot}. Ring-fenced funding goes straight to its own lines, the "
        "rest is shared in proportion to the funding that each body booked."
    )
    return "\n\n".join(part for part in parts if part)


def diff_text(result: Result[Difference]) -> str:
    """What changed between two snapshots."""
    before, after = result.facts.before, result.facts.after
    header = ["", f"snapshot {before.snapshot}", f"snapshot {after.snapshot}", "change"]
    rows: list[list[Any]] = [
        [name, *(format_gbp(pence) for pence in (was, now, now - was))]
        for name, was, now in (
            ("gross", before.gross_pence, after.gross_pence),
            ("eliminated", before.eliminated_pence, after.eliminated_pence),
            ("net", before.net_pence, after.net_pence),
        )
    ]
    parts = [result.title, plain_table(header, rows, right=[1, 2, 3])]
    changes = [
        [row["body"], *(f"{row[name]:,.2f}" for name in _AMOUNTS), row["causes"]]
        for row in result.to_arrow().to_pylist()
    ]
    if changes:
        columns = ["body", "before", "after", "change", "cause"]
        parts.append(plain_table(columns, changes, right=[1, 2, 3]))
    else:
        parts.append("No body's figure has changed.")
    if result.facts.causes:
        parts.append("Causes\n" + "\n".join(f"  {cause}" for cause in result.facts.causes))
    return "\n\n".join(parts)


_AMOUNTS = ("before_gbp", "after_gbp", "change_gbp")
