"""Spending by whose money it is: ring-fences straight to their own lines, the rest by trace."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from totalplace.count._match import SEVERAL
from totalplace.count._totals import Cell
from totalplace.count._trace import Flow, Traced, trace
from totalplace.money import split

__all__ = ["flows", "funder_cells"]

_FENCED = {"ringfenced", "national_rules"}


def flows(cube: pa.Table, *, fenced: bool | None = None) -> list[Flow]:
    """The funding that counted bodies booked, inside the place.

    Args:
        cube: the outcome of a count.
        fenced: only hard ring-fenced funding (True), only the rest (False), or all.
    """
    found = []
    for row in cube.to_pylist():
        if row["measure"] not in {"funding", "received"}:
            continue
        if fenced is not None and (row["control"] in _FENCED) is not fenced:
            continue
        is_external = row["measure"] == "funding" or row["counterparty_id"] == SEVERAL
        if row["measure"] == "received" and is_external:
            source = f"several payers ({row['stream_id']})"
        elif is_external:
            source = str(row["funder"] or row["label"] or "external funding")
        else:
            source = row["counterparty_id"]
        found.append(Flow(row["body_id"], source, row["pence"], is_external))
    return found


def funder_cells(cells: Iterable[Cell], cube: pa.Table) -> list[Cell]:
    """Cells by ultimate funder, in ``values['source']``.

    A cell of the regional analysis keeps its department, by construction. Ring-fenced lines take
    their body's ring-fenced funding; all others its remaining funding in proportion, which is an
    assumption and labelled *traced*.
    """
    fenced = _direct(flows(cube, fenced=True))
    traced = trace(flows(cube, fenced=False))
    everything = trace(flows(cube))
    result = []
    for cell in cells:
        values = cell.values
        if values["funder"]:
            result.append(_of(cell, {f"{values['funder']} (by construction)": 1}))
            continue
        own = fenced.get(values["body_id"]) if values["control"] in _FENCED else None
        weights = own or _weights(traced, everything, values["body_id"])
        result.extend(_pieces(cell, weights))
    return result


def _direct(found: Iterable[Flow]) -> dict[str, dict[str, int]]:
    sums: dict[str, dict[str, int]] = {}
    for flow in found:
        body = sums.setdefault(flow.payee, {})
        body[flow.source] = body.get(flow.source, 0) + flow.pence
    return {
        body: kept
        for body, sources in sums.items()
        if (kept := {source: pence for source, pence in sources.items() if pence > 0})
    }


def _weights(traced: Traced, everything: Traced, body_id: str) -> dict[str, int]:
    shares = traced.shares.get(body_id) or everything.shares.get(body_id)
    return dict(shares) if shares else {"funding not returned": 1}


def _pieces(cell: Cell, weights: dict[str, int]) -> list[Cell]:
    parts = split(cell.pence, weights)
    low, high = split(cell.low_pence, weights), split(cell.high_pence, weights)
    return [
        Cell({**cell.values, "source": source}, parts[source], low[source], high[source])
        for source in weights
        if parts[source]
    ]


def _of(cell: Cell, weights: dict[str, Any]) -> Cell:
    (source,) = weights
    return Cell({**cell.values, "source": source}, cell.pence, cell.low_pence, cell.high_pence)
