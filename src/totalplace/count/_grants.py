"""Grants files beside the payments: what funders say they awarded, and whom that shows to exist.

A grants file lists awards, not payments, and only those a funder chose to publish: it is no whole
account of anybody. So it never supplies lines, whether or not the funder's payments are loaded;
it stands beside the headline, by funder, in the year of the award.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from totalplace.count._perimeter import Perimeter
from totalplace.count._registers import Registers
from totalplace.count._years import year_bounds
from totalplace.engine import Engine
from totalplace.engine._engine import Table
from totalplace.model import PayeeMatch

__all__ = ["GrantFunder", "grant_funders", "grants_beside", "organisations", "recognition"]


GrantFunder = tuple[str | None, str, int]
"""Its body if it is a known one, its name as published, and the pence it awarded in the year."""


def organisations(engine: Engine, grants: Table) -> frozenset[str]:
    """Keys of recipients with a registered number: they are organisations, whatever their name."""
    known = grants.filter(grants.org_ids.notnull()).select("recipient_key").distinct()
    return frozenset(engine.to_arrow(known)["recipient_key"].to_pylist())


def recognition(organisations: Collection[str]) -> Callable[[PayeeMatch], PayeeMatch]:
    """How payees are read that look like a person, but got a grant under a registered number."""

    def recognised(match: PayeeMatch) -> PayeeMatch:
        if match.payee_kind != "individual" or match.payee_key not in organisations:
            return match
        return replace(
            match,
            payee_kind="organisation",
            score=0.99,
            reason="got a grant under its registered number",
        )

    return recognised


def grant_funders(engine: Engine, grants: Table, year: str) -> tuple[GrantFunder, ...]:
    """What each funder awarded in a year."""
    first, last = year_bounds(year)
    rows = grants.filter(grants.award_date.between(first, last))
    sums = rows.group_by(["body_id", "funder_text"]).agg(
        pence=rows.amount_pence.sum().cast("int64")
    )
    return tuple(
        (row["body_id"], row["funder_text"], row["pence"])
        for row in engine.to_arrow(sums.order_by("body_id", "funder_text")).to_pylist()
    )


def grants_beside(
    funders: Collection[GrantFunder], registers: Registers, perimeter: Perimeter
) -> dict[str, int]:
    """The funders that serve the place, and those that are in no register: label -> pence."""
    found: dict[str, int] = {}
    for body_id, text, pence in funders:
        zone = registers.body_zone.get(body_id or "", "")
        if body_id is not None and perimeter.status(zone) == "none":
            continue
        name = text if body_id is None else registers.name(body_id)
        label = f"grants awarded by {name} (a list, evidence only)"
        found[label] = found.get(label, 0) + pence
    return found
