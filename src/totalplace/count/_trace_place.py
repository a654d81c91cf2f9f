"""Tracing a place: every counted body's money by ultimate source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from totalplace.count._accounts import between_accounts
from totalplace.count._funders import flows, funder_cells
from totalplace.count._match import SEVERAL
from totalplace.count._request import Request
from totalplace.count._totals import key_grade, measure_cells
from totalplace.count._trace import PARTS, Flow, Traced, trace
from totalplace.count._working import Working, work
from totalplace.engine import Engine
from totalplace.money import split
from totalplace.place import Folder

__all__ = ["InTransit", "PlaceTraced", "trace_of", "trace_place"]


@dataclass(frozen=True)
class InTransit:
    """Money paid by one counted body and not booked, or not matched, by the other.

    Attributes:
        level: the level of its match; payer_only and payee_only stand one-sided.
    """

    payer: str
    payee: str
    level: str
    paid_pence: int
    received_pence: int

    @property
    def gap_pence(self) -> int:
        """Paid less received."""
        return self.paid_pence - self.received_pence


@dataclass(frozen=True)
class PlaceTraced:
    """Ultimate sources of all money in the place.

    Attributes:
        traced: shares of each body's spending, cycles, unfunded bodies.
        spent: body -> net spending in pence.
        by_source: body -> source -> pence of that spending: ring-fenced funding straight to its
            own lines, the rest in proportion.
        flows: booked funding, for drawing.
        in_transit: differences between counted bodies' accounts.
        names: body_id -> name.
    """

    year: str
    snapshot: int
    traced: Traced
    spent: Mapping[str, int]
    by_source: Mapping[str, Mapping[str, int]]
    flows: tuple[Flow, ...]
    in_transit: tuple[InTransit, ...]
    names: Mapping[str, str]


def trace_place(
    engine: Engine, folder: Folder, *, year: str, today: date, at: int | None = None
) -> PlaceTraced:
    """Trace every counted body that books funding; the regional analysis names its own funder."""
    return trace_of(engine, work(engine, folder, Request(year, at=at), today=today))


def trace_of(engine: Engine, working: Working) -> PlaceTraced:
    """The trace of a count already done."""
    cube = working.netted.cube
    booked = flows(cube)
    traced = trace(booked)
    grade = key_grade(working.key.measure)
    cells = measure_cells(cube, {"gross": 1, "eliminated": -1}, shared_grade=grade)
    spent: dict[str, int] = {}
    by_source: dict[str, dict[str, int]] = {}
    for cell in funder_cells([c for c in cells if c.values["dataset"] != "cra"], cube):
        body, source = cell.values["body_id"], cell.values["source"]
        spent[body] = spent.get(body, 0) + cell.pence
        own = by_source.setdefault(body, {})
        own[source] = own.get(source, 0) + cell.pence
    match = working.netted.matches.match
    gaps = engine.to_arrow(
        match.filter(match.paid_pence != match.received_pence).order_by("match_id")
    ).to_pylist()
    is_between = between_accounts(working.perimeter, working.evidence.counted)
    name = working.registers.name
    return PlaceTraced(
        year=working.year,
        snapshot=working.snapshot.n,
        traced=replace(traced, shares=_shares(traced, by_source)),
        spent=spent,
        by_source=by_source,
        flows=tuple(booked),
        in_transit=tuple(
            InTransit(
                name(row["payer_id"]) if row["payer_id"] != SEVERAL else "several payers",
                name(row["payee_id"]),
                row["level"],
                row["paid_pence"],
                row["received_pence"],
            )
            for row in gaps
            if is_between(row)
        ),
        names={body: name(body) for body in spent},
    )


def _shares(
    traced: Traced, by_source: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, int]]:
    """The shares that the amounts make; as traced where a body's spending comes to nothing."""
    shares = {body: dict(own) for body, own in traced.shares.items()}
    for body, own in by_source.items():
        weights = {source: pence for source, pence in own.items() if pence > 0}
        if body in shares and weights:
            shares[body] = split(PARTS, weights)
    return shares
