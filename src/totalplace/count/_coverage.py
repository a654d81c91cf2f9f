"""What is known of each body: the rows of the data-quality page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from totalplace.count._perimeter import Counted
from totalplace.count._registers import Registers, registers
from totalplace.count._years import year_bounds
from totalplace.place import Folder, State

__all__ = ["Coverage", "all_missing", "coverage_rows", "silent"]

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Coverage:
    """What is known of one body in the year: the data-quality page's row.

    Attributes:
        status: returned, published, estimated or missing.
        basis: gross, net_income, net_grant, net_all, or empty when missing.
        detail: which source, or why it is missing.
    """

    body_id: str
    name: str
    tier: str
    year: str
    cap_rev: str
    basis: str
    status: str
    detail: str


def silent(
    counted: Iterable[Counted],
    missing: Mapping[str, str],
    regional: Rows,
    registers: Registers,
    year: str,
) -> dict[str, str]:
    """Local bodies of which nothing is loaded, nor held in the regional analysis."""
    if any(
        line["control"] == "local" and line["role"] == "headline"
        for line in regional
        if line["cap_rev"] == "cur"
    ):
        return {}
    known = {body.body_id for body in counted}
    _, last = year_bounds(year)
    return {
        body_id: "nothing of its money is loaded"
        for body_id, body in registers.bodies.bodies.items()
        if body.tier == "local"
        and body_id in registers.bodies.serves
        and body_id in registers.body_zone
        and body_id not in known
        and body_id not in missing
        and body.is_alive(last)
    }


_DETAIL = {
    "return": "its own return",
    "ro": "revenue outturn",
    "spend": "its published payments",
    "cra": "regional analysis, shared by a key",
}


def coverage_rows(
    counted: Iterable[Counted], missing: Mapping[str, str], registers: Registers, year: str
) -> tuple[Coverage, ...]:
    rows = [
        Coverage(
            body_id=body.body_id,
            name=registers.name(body.body_id),
            tier=registers.tier(body.body_id) or "",
            year=year,
            cap_rev=body.cap_rev,
            basis=body.basis,
            status=body.status,
            detail=_DETAIL[body.dataset],
        )
        for body in counted
    ]
    rows += [
        Coverage(
            body_id=body_id,
            name=registers.name(body_id),
            tier=registers.tier(body_id) or "",
            year=year,
            cap_rev="cur",
            basis="",
            status="missing",
            detail=why,
        )
        for body_id, why in missing.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.body_id, row.cap_rev)))


def all_missing(folder: Folder, state: State, year: str) -> tuple[Coverage, ...]:
    """The local bodies of a place in a year of which it holds nothing that could be counted."""
    known = registers(folder, state)
    place = known.areas.expand(folder.areas)
    absent = {
        body_id: why
        for body_id, why in silent((), {}, [], known, year).items()
        if known.zones[known.body_zone[body_id]] & place
    }
    return coverage_rows((), absent, known, year)
