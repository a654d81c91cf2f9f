"""Evidence once: whose account supplies the lines, where several hold the same money.

Per body, year and capital or revenue the most local *whole* account supplies the lines: its own
return, then the revenue outturn, then its published payments, then the regional analysis. A wider
source becomes a control of a narrower one; what an account of several bodies holds in one sum (the
local government of a region, the health service) is never added to the accounts of its parts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from totalplace.count._aggregates import SITES
from totalplace.count._registers import Registers

__all__ = ["Side", "held_by_councils", "inside_regional", "itemise_returns", "supersede_wider"]

Side = tuple[str, str]
"""A body, and ``cap`` or ``cur``."""

Rows = list[dict[str, Any]]
OWN_RETURN = "own return loaded"


def held_by_councils(
    returning: Collection[Side], place: frozenset[str], registers: Registers, *, has_outturn: bool
) -> frozenset[str]:
    """``cap`` or ``cur`` where councils' own accounts supply local government's lines.

    The outturn is of every authority, and of revenue only. Own returns do the same where every
    authority of the place has made one; fewer would leave the others' money out.
    """
    held = {"cur"} if has_outturn else set()
    for cap_rev in ("cap", "cur"):
        councils = {
            zone
            for body_id, side in returning
            if side == cap_rev
            and (zone := registers.body_zone.get(body_id, "")) in place
            and (body := registers.bodies.get(body_id)) is not None
            and body.kind == registers.areas.levels[zone]
        }
        if place <= councils:
            held.add(cap_rev)
    return frozenset(held)


def inside_regional(
    side: Side, regional: Iterable[Mapping[str, Any]], registers: Registers, holders: Holders
) -> bool:
    """Whether another account of the regional analysis holds this body's spending already."""
    body = registers.bodies.get(side[0])
    if body is None:
        return False
    names = holders.get(body.kind, frozenset())
    return any(
        line["role"] == "headline"
        and line["cap_rev"] == side[1]
        and (line["control"] == "local" if body.tier == "local" else line["body_id"] in names)
        for line in regional
    )


Holders = Mapping[str, frozenset[str]]
"""Kind of body -> the bodies of the regional analysis that hold its money."""


def supersede_wider(by_return: Collection[Side], outturn: Rows, regional: Rows) -> None:
    """Make controls of what the outturn and the regional analysis say of returning bodies."""
    for line in outturn:
        if (line["body_id"], line["cap_rev"]) in by_return:
            line["role"] = "control" if line["role"] == "headline" else "dropped"
            line["label"] = f"revenue outturn, {OWN_RETURN}"
    for line in regional:
        if (line["body_id"], line["cap_rev"]) not in by_return:
            continue
        if (line.get("label") or "").startswith(SITES):
            line |= {"role": "control", "label": OWN_RETURN}
        elif line["role"] == "headline":
            # Of a site programme the cells as published are the control.
            at_site = line["derivation"] == "direct"
            line |= {"role": "dropped" if at_site else "control", "label": OWN_RETURN}


def itemise_returns(returned: Rows, inside: Collection[Side]) -> None:
    """Let returns inside a wider account itemise it; their funding is that account's."""
    for line in returned:
        if (line["body_id"], line["cap_rev"]) in inside:
            line["role"] = "itemised" if line["role"] == "headline" else "dropped"
