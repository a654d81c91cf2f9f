"""The bodies of a place, which a case may name without declaring them."""

from __future__ import annotations

from pathlib import Path

from totalplace.cases._case import Body
from totalplace.model import area_register, body_register
from totalplace.place import open_folder

__all__ = ["bodies_of_place"]

_TIERS = {
    "national": "national",
    "quango": "national",
    "local": "local",
    "shared": "local",
    "provider": "local",
}
"""Tier in the register -> tier of a case; voluntary and private bodies are no public ones."""


def bodies_of_place(path: Path) -> tuple[Body, ...]:
    """National bodies, and those that serve or stand in the place's areas.

    Raises:
        PlaceError: the folder is no place, or is damaged.
    """
    folder = open_folder(path)
    state = folder.state()
    tables = {name: folder.reference(name, state) for name in ("area", "area_member")}
    members = dict(area_register(tables["area"], tables["area_member"]).members)
    here = {one for area in folder.areas for one in members.get(area, {area})}
    here |= set(folder.areas)
    register = body_register(
        *(folder.reference(name, state) for name in ("body", "body_alias", "body_area"))
    )
    found = []
    for body_id, body in register.bodies.items():
        served = {
            one
            for area in register.serves.get(body_id, ())
            for one in (area, *members.get(area, ()))
        }
        if body.tier in ("national", "quango") or served & here:
            found.append(Body(body_id, _TIERS.get(body.tier, "society"), body.name))
    return tuple(found)
