"""Two views, transfers, ultimate sources and the difference of two snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from totalplace._api._count import statement_document
from totalplace._api._result import GBP, PCT, TEXT, Document, Result, pounds, table_of
from totalplace.count import (
    Counted,
    Difference,
    InTransit,
    Itemised,
    PlaceTraced,
    Transfer,
)
from totalplace.money import gbp

__all__ = [
    "DiffResult",
    "ReconcileResult",
    "Reconciled",
    "TraceResult",
    "diff_result",
    "reconcile_result",
    "trace_result",
]

_PARTS = 10**12


@dataclass(frozen=True)
class Reconciled:
    """Everything that ties the two views together.

    Attributes:
        counted: the count, with its statements, bridge and itemised controls.
        transfers: what known bodies pay one another, and by which rule it is eliminated or not.
        in_transit: matches whose two sides differ, and one-sided ones.
    """

    counted: Counted
    transfers: tuple[Transfer, ...]
    in_transit: tuple[InTransit, ...]


ReconcileResult = Result[Reconciled]
TraceResult = Result[PlaceTraced]
DiffResult = Result[Difference]


def reconcile_result(reconciled: Reconciled) -> ReconcileResult:
    """The reconciliation; its table has one row a statement row."""
    counted = reconciled.counted
    statements = {"all": counted.statement}
    if counted.outturn_statement is not None:
        statements["outturn"] = counted.outturn_statement
    rows = [
        {"statement": name, "kind": row.kind, "label": row.label, "gbp": pounds(row.pence)}
        for name, one in statements.items()
        for row in one.rows
    ]
    return ReconcileResult(
        facts=reconciled,
        document={
            "place": counted.place,
            "year": counted.request.year,
            "snapshot": counted.snapshot,
            "figure_id": counted.figure_id,
            **statement_document(counted.statement),
            "outturn": None
            if counted.outturn_statement is None
            else statement_document(counted.outturn_statement),
            "bridge": [{"label": label, "gbp": gbp(pence)} for label, pence in counted.bridge],
            "transfers": [_transfer(one) for one in reconciled.transfers],
            "in_transit": [_in_transit(one) for one in reconciled.in_transit],
            "itemised": [_itemised(one) for one in counted.itemised],
            "identities": dict(counted.identities),
            "warnings": list(counted.warnings),
        },
        table=table_of(rows, {**dict.fromkeys(("statement", "kind", "label"), TEXT), "gbp": GBP}),
        title=f"{counted.place}, {counted.request.year}: spender and funder view",
        exit_code=int(not all(counted.identities.values())),
    )


def trace_result(place: str, traced: PlaceTraced, body_id: str | None) -> TraceResult:
    """Whose money it is in the end; one row a body and ultimate source.

    Args:
        body_id: only this body; all bodies by default.
    """
    name = traced.names.get(body_id or "")
    gaps = [one for one in traced.in_transit if name in {None, one.payer, one.payee}]
    traced = replace(traced, in_transit=tuple(gaps))
    rows: list[dict[str, Any]] = []
    for body, spent in sorted(traced.spent.items(), key=lambda item: (-item[1], item[0])):
        if body_id is not None and body != body_id:
            continue
        shares = traced.traced.shares.get(body, {})
        for source, pence in sorted(
            traced.by_source[body].items(), key=lambda item: (-item[1], item[0])
        ):
            rows.append(
                {
                    "body_id": body,
                    "body": traced.names[body],
                    "spent_gbp": pounds(spent),
                    "source": source,
                    "share_pct": _share(shares, source),
                    "gbp": pounds(pence),
                }
            )
    columns = {
        **dict.fromkeys(("body_id", "body", "source"), TEXT),
        "share_pct": PCT,
        **dict.fromkeys(("gbp", "spent_gbp"), GBP),
    }
    bodies: dict[str, Document] = {}
    for row in rows:
        entry = bodies.setdefault(
            row["body_id"],
            {
                "body_id": row["body_id"],
                "body": row["body"],
                "spent_gbp": str(row["spent_gbp"]),
                "sources": [],
            },
        )
        entry["sources"].append(
            {
                "source": row["source"],
                "share_pct": row["share_pct"],
                "gbp": str(row["gbp"]),
            }
        )
    return TraceResult(
        facts=traced,
        document={
            "place": place,
            "year": traced.year,
            "snapshot": traced.snapshot,
            "bodies": list(bodies.values()),
            "cycles": [list(cycle) for cycle in traced.traced.cycles],
            "unfunded": list(traced.traced.unfunded),
            "in_transit": [_in_transit(one) for one in gaps],
        },
        table=table_of(rows, columns),
        title=f"{place}, {traced.year}: ultimate sources",
    )


def diff_result(difference: Difference, names: Mapping[str, str]) -> DiffResult:
    """Two snapshots compared; one row a body."""
    before, after = difference.before, difference.after
    rows = [
        {
            "body_id": change.body_id,
            "body": names.get(change.body_id, change.body_id),
            "before_gbp": pounds(change.before_pence),
            "after_gbp": pounds(change.after_pence),
            "change_gbp": pounds(change.change_pence),
            "causes": "; ".join(change.causes),
        }
        for change in difference.changes
    ]
    amounts = ("before_gbp", "after_gbp", "change_gbp")
    columns = {
        **dict.fromkeys(("body_id", "body"), TEXT),
        **dict.fromkeys(amounts, GBP),
        "causes": TEXT,
    }
    return DiffResult(
        facts=difference,
        document={
            "place": after.place,
            "year": after.request.year,
            "before": _headline(before),
            "after": _headline(after),
            "change_gbp": gbp(after.net_pence - before.net_pence),
            "causes": list(difference.causes),
            "rows": [
                {
                    **row,
                    **{name: str(row[name]) for name in amounts},
                    "causes": list(change.causes),
                }
                for row, change in zip(rows, difference.changes, strict=True)
            ],
        },
        table=table_of(rows, columns),
        title=f"{after.place}, {after.request.year}: snapshot {before.snapshot} to "
        f"{after.snapshot}",
    )


def _headline(counted: Counted) -> Document:
    return {
        "snapshot": counted.snapshot,
        "figure_id": counted.figure_id,
        "gross_gbp": gbp(counted.gross_pence),
        "eliminated_gbp": gbp(counted.eliminated_pence),
        "net_gbp": gbp(counted.net_pence),
    }


def _transfer(one: Transfer) -> Document:
    return {
        "payer": one.payer,
        "payee": one.payee,
        "stream": one.stream,
        "rule": one.rule,
        "derivation": one.derivation,
        "gbp": gbp(one.pence),
        "lines": one.lines,
    }


def _in_transit(one: InTransit) -> Document:
    return {
        "payer": one.payer,
        "payee": one.payee,
        "match": one.level,
        "paid_gbp": gbp(one.paid_pence),
        "received_gbp": gbp(one.received_pence),
        "difference_gbp": gbp(one.gap_pence),
    }


def _itemised(one: Itemised) -> Document:
    return {
        "body_id": one.body_id,
        "code": one.code,
        "label": one.label,
        "control_gbp": gbp(one.control_pence),
        "placed_gbp": gbp(one.placed_pence),
        "lines": one.lines,
        "not_itemised_gbp": gbp(one.not_itemised_pence),
        "income_netted_in_the_return_gbp": gbp(one.over_itemised_pence),
    }


def _share(shares: Mapping[str, int], source: str) -> float | None:
    """Percent of a body's money, or None of money whose funding was not returned."""
    return round(100 * shares[source] / _PARTS, 4) if source in shares else None
