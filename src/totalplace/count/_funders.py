"""Spending by whose money it is: ring-fences straight to their own lines, the rest by trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from totalplace.count._funding import PASSED_ON
from totalplace.count._match import SEVERAL
from totalplace.count._totals import Cell
from totalplace.count._trace import PARTS, Flow, Traced, trace
from totalplace.money import split

__all__ = ["flows", "funder_cells"]

_FENCED = {"ringfenced", "national_rules"}


def flows(cube: pa.Table, *, fenced: bool | None = None) -> list[Flow]:
    """The funding that counted bodies booked, inside the place.

    A receipt that names no payer (a levy booked in one sum) comes from those who say they paid
    it, in proportion.

    Args:
        cube: the outcome of a count.
        fenced: only hard ring-fenced funding (True), only the rest (False), or all.
    """
    found = []
    passed_on: dict[str, int] = {}
    rows = cube.to_pylist()
    payers = _payers(rows)
    for row in rows:
        if row["measure"] not in {"funding", "received"}:
            continue
        if row["measure"] == "funding" and row["label"] == PASSED_ON:
            passed_on[row["body_id"]] = passed_on.get(row["body_id"], 0) + row["pence"]
            continue
        if fenced is not None and (row["control"] in _FENCED) is not fenced:
            continue
        body_id = row["body_id"]
        if row["measure"] == "funding":
            source = str(row["funder"] or row["label"] or "external funding")
            found.append(Flow(body_id, source, row["pence"], True))
        elif row["counterparty_id"] != SEVERAL:
            found.append(Flow(body_id, row["counterparty_id"], row["pence"], False))
        elif paid := payers.get((body_id, row["stream_id"])):
            parts = split(row["pence"], paid)
            found += [Flow(body_id, payer, part, False) for payer, part in parts.items()]
        else:
            found.append(Flow(body_id, f"several payers ({row['stream_id']})", row["pence"], True))
    return found if fenced else [*found, *_spread(passed_on, found)]


def _payers(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], dict[str, int]]:
    """(payee, stream) -> payer -> what it paid to bodies that count it."""
    paid: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        if row["measure"] == "eliminated":
            by_payer = paid.setdefault((row["counterparty_id"], row["stream_id"]), {})
            by_payer[row["body_id"]] = by_payer.get(row["body_id"], 0) + row["pence"]
    return {
        key: kept
        for key, by_payer in paid.items()
        if (kept := {payer: pence for payer, pence in by_payer.items() if pence > 0})
    }


def _spread(passed_on: Mapping[str, int], found: Iterable[Flow]) -> list[Flow]:
    """What was passed on, by the sources of the body that passed it on."""
    sources: dict[str, dict[str, int]] = {body: {} for body in passed_on}
    for flow in found:
        if flow.payee in sources and flow.is_external:
            own = sources[flow.payee]
            own[flow.source] = own.get(flow.source, 0) + flow.pence
    flows_ = []
    for body, pence in sorted(passed_on.items()):
        kept = {source: amount for source, amount in sources[body].items() if amount > 0}
        for source, part in split(pence, kept or {PASSED_ON: 1}).items():
            flows_.append(Flow(body, source, part, True))
    return flows_


def funder_cells(cells: Iterable[Cell], cube: pa.Table) -> list[Cell]:
    """Cells by ultimate funder, in ``values['source']``.

    A cell of the regional analysis keeps its department, by construction. Ring-fenced lines take
    their body's ring-fenced funding; all others its remaining funding in proportion, which is an
    assumption and labelled *traced*.
    """
    traced = trace(flows(cube, fenced=False))
    everything = trace(flows(cube))
    fenced = _direct(flows(cube, fenced=True), everything)
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


def _direct(found: Iterable[Flow], traced: Traced) -> dict[str, dict[str, int]]:
    """Body -> ultimate source -> weight of its ring-fenced funding."""
    sums: dict[str, dict[str, int]] = {}
    for flow in found:
        body = sums.setdefault(flow.payee, {})
        ends = None if flow.is_external else traced.shares.get(flow.source)
        for source, share in (ends or {flow.source: PARTS}).items():
            body[source] = body.get(source, 0) + flow.pence * share
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
        if parts[source] or low[source] or high[source]
    ]


def _of(cell: Cell, weights: dict[str, Any]) -> Cell:
    (source,) = weights
    return Cell({**cell.values, "source": source}, cell.pence, cell.low_pence, cell.high_pence)
