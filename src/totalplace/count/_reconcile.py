"""The two views of the same money, and the statement that closes the gap between them.

Spender view: net of what counted bodies pay one another. Funder view: what enters from outside.
Their difference is explained row by row: money in transit between counted bodies, and what each
account does with funding besides spending it (reserves, interest, debt, capital from revenue). No
row is a plug: what is left after the named rows is called *other* and must stay below 1% of net.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from totalplace.count._match import SEVERAL

__all__ = ["Statement", "StatementRow", "statement"]

_OTHER_LIMIT_PCT = 1


@dataclass(frozen=True)
class StatementRow:
    """One named reason why net and funder view differ.

    Attributes:
        kind: in_transit, financing, not_returned, return_fault (the publisher's own arithmetic:
            a warning with its gap, never our identity) or other.
        label: the source line or the pair of bodies.
        pence: what it adds to ``net - funder view``.
    """

    kind: str
    label: str
    pence: int


@dataclass(frozen=True)
class Statement:
    """The reconciliation of one perimeter.

    Attributes:
        net_pence: spender view.
        funder_view_pence: external funding, the regional analysis' by construction included.
        funding: external funding by source label.
        by_construction_pence: the part of the funder view that is only the regional analysis'
            own spending, labelled so.
        rows: every named reason; they sum to the residual.
    """

    net_pence: int
    funder_view_pence: int
    funding: Mapping[str, int]
    by_construction_pence: int
    rows: tuple[StatementRow, ...]

    @property
    def residual_pence(self) -> int:
        """Net less funder view."""
        return self.net_pence - self.funder_view_pence

    @property
    def other_pence(self) -> int:
        """What no named row explains."""
        return sum(row.pence for row in self.rows if row.kind == "other")

    @property
    def closes(self) -> bool:
        """Whether the rows explain the residual to the penny."""
        return sum(row.pence for row in self.rows) == self.residual_pence

    @property
    def other_is_small(self) -> bool:
        """Whether what is left is at most 1% of net."""
        return 100 * abs(self.other_pence) <= _OTHER_LIMIT_PCT * abs(self.net_pence)


def statement(
    cube: pa.Table, names: Mapping[str, str], *, datasets: frozenset[str] | None = None
) -> Statement:
    """Draw up the statement from the cube.

    Args:
        cube: the outcome of a count.
        names: body_id -> name, for the labels.
        datasets: only the bodies counted from these; all by default.
    """
    rows = [row for row in cube.to_pylist() if datasets is None or row["dataset"] in datasets]
    spent: dict[str, int] = {}
    financed: dict[str, int] = {}
    funded: dict[str, int] = {}
    funding: dict[str, int] = {}
    reasons: dict[tuple[str, str], int] = {}
    in_outturn = {row["body_id"] for row in rows if row["dataset"] == "ro"}
    transit: dict[tuple[str, str], int] = {}
    net = constructed = 0
    has_several = {
        (row["body_id"], row["stream_id"])
        for row in rows
        if row["measure"] == "received" and row["counterparty_id"] == SEVERAL
    }
    for row in rows:
        body, pence, measure = row["body_id"], row["pence"], row["measure"]
        if measure == "gross":
            net += pence
            if row["dataset"] == "cra":
                constructed += pence
                funding[_source(row)] = funding.get(_source(row), 0) + pence
            else:
                spent[body] = spent.get(body, 0) + pence
        elif measure == "eliminated":
            net -= pence
            pair = _pair(row, has_several, names)
            transit[pair] = transit.get(pair, 0) - pence
        elif measure == "received":
            funded[body] = funded.get(body, 0) + pence
            pair = _pair(
                {**row, "body_id": row["counterparty_id"], "counterparty_id": body},
                has_several,
                names,
            )
            transit[pair] = transit.get(pair, 0) + pence
        elif measure == "financing":
            financed[body] = financed.get(body, 0) + pence
            key = "financing", row["label"] or "financing"
            reasons[key] = reasons.get(key, 0) - pence
        elif measure == "funding":
            funded[body] = funded.get(body, 0) + pence
            funding[_source(row)] = funding.get(_source(row), 0) + pence
    for pair, pence in transit.items():
        reasons["in_transit", " -> ".join(pair)] = pence
    for body in sorted({*spent, *financed, *funded}):
        left = spent.get(body, 0) + financed.get(body, 0) - funded.get(body, 0)
        name = names.get(body, body)
        reason = _unexplained(name, is_funded=body in funded, is_outturn=body in in_outturn)
        # Two bodies may bear one name.
        reasons[reason] = reasons.get(reason, 0) + left
    return Statement(
        net_pence=net,
        funder_view_pence=sum(funding.values()),
        funding=dict(sorted(funding.items(), key=lambda item: (-item[1], item[0]))),
        by_construction_pence=constructed,
        rows=tuple(
            StatementRow(kind, label, pence)
            for (kind, label), pence in sorted(
                reasons.items(), key=lambda item: (item[0][0], -abs(item[1]), item[0][1])
            )
            if pence
        ),
    )


def _unexplained(name: str, *, is_funded: bool, is_outturn: bool) -> tuple[str, str]:
    """What a body's account leaves, by kind and label."""
    if not is_funded:
        return "not_returned", f"{name}: funding not returned"
    if is_outturn:
        return "return_fault", f"{name}: its return does not add up"
    return "other", f"{name}: its account does not close"


def _source(row: Mapping[str, Any]) -> str:
    return str(row["funder"] or row["label"] or "external funding")


def _pair(
    row: Mapping[str, Any], has_several: set[tuple[str, str]], names: Mapping[str, str]
) -> tuple[str, str]:
    payee, stream = row["counterparty_id"], row["stream_id"]
    payer = (
        "several payers"
        if (payee, stream) in has_several
        else names.get(row["body_id"], row["body_id"])
    )
    tail = f" ({stream})" if stream and payer == "several payers" else ""
    return payer, f"{names.get(payee, payee)}{tail}"
