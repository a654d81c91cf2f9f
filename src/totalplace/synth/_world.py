"""The fictional country: its areas, people, bodies and streams, read from ``synth/data``.

Every code starts with T and every name is invented, so that nothing here meets a real area, body
or person.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

__all__ = [
    "PLACE_AREA",
    "Area",
    "Body",
    "Flow",
    "World",
    "build_world",
    "rows_of",
]

PLACE_AREA = "T47000001"
"""Marlbrook, the combined authority whose four districts are the place."""

_LAD_LEVELS = ("metropolitan_district", "unitary")


@cache
def rows_of(name: str) -> tuple[Mapping[str, str], ...]:
    """Rows of one data file of the fictional world."""
    path = resources.files("totalplace.synth") / "data" / f"{name}.csv"
    with path.open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines, strict=True))


@dataclass(frozen=True)
class Area:
    """An area and the lower-tier authorities it is made of."""

    code: str
    name: str
    level: str
    parent: str
    lads: tuple[str, ...]


@dataclass(frozen=True)
class Body:
    """A body, what it publishes, and how large it is.

    Attributes:
        serves: codes of the areas it serves.
        evidence: return, ro, spend, cra, or none when it publishes nothing.
        basis: what its own lines are net of.
        aliases: registered other names, used in published files.
        style: dialect of its spend files (trafford, manchester, salford), if it has any.
        lines: about how many payments it publishes.
        own_income_gbp_per_head, cap_gbp_per_head: fees, rents and gifts it raises, and capital it
            spends by its own return, pounds a head of the place.
    """

    body_id: str
    name: str
    tier: str
    kind: str
    serves: tuple[str, ...]
    evidence: str
    org_ids: str
    valid_from: date | None
    valid_to: date | None
    successor_id: str
    aliases: tuple[str, ...]
    style: str
    lines: int
    own_income_gbp_per_head: float
    cap_gbp_per_head: float
    basis: str


@dataclass(frozen=True)
class Flow:
    """Money that one body pays another in the year.

    Attributes:
        scale: what a head is: place, payee (people of the payee's area), benefit (share of the
            council's housing benefit), balance (what closes the payee's account).
        receipt: how the payee books it: sum, each, late (the last instalment next year), short
            (not all yet), other_name, prior (paid last year, booked in this), old_name (paid under
            a merged body's name), ro (inside the payee's outturn), only and capped (the payer
            itemises nothing), external (the payer is counted from the CRA), none.
    """

    payer: str
    payee: str
    stream_id: str
    name: str
    kind: str
    ringfence: str
    nature: str
    cap_rev: str
    scale: str
    gbp_per_head: float
    instalments: int
    receipt: str
    other_name: str
    case: str


@dataclass(frozen=True)
class World:
    """The fictional country of one seed.

    Attributes:
        areas: code -> area; bodies: body_id -> body; flows: who pays whom.
        people, need: lower-tier authority -> key ``T`` (people) and key ``U`` (need-weighted).
        place: the authorities of Marlbrook.
    """

    areas: Mapping[str, Area]
    bodies: Mapping[str, Body]
    flows: tuple[Flow, ...]
    people: Mapping[str, int]
    need: Mapping[str, int]
    place: tuple[str, ...]

    def lads(self, body_id: str) -> tuple[str, ...]:
        """The authorities that a body serves."""
        found = {lad for area in self.bodies[body_id].serves for lad in self.areas[area].lads}
        return tuple(sorted(found))

    def people_of(self, body_id: str) -> int:
        """People whom a body serves."""
        return sum(self.people[lad] for lad in self.lads(body_id))

    @property
    def people_of_place(self) -> int:
        """People of the place."""
        return sum(self.people[lad] for lad in self.place)

    @property
    def authorities(self) -> tuple[Area, ...]:
        """All lower-tier authorities."""
        return tuple(area for area in self.areas.values() if area.level in _LAD_LEVELS)

    def councils(self) -> tuple[Body, ...]:
        """The councils, one an authority."""
        return tuple(body for body in self.bodies.values() if body.kind in _LAD_LEVELS)


def build_world(*, people: int, rng: random.Random) -> World:
    """The country in which the place has that many people.

    Args:
        people: of the four districts together.
    """
    areas = {row["code"]: _area(row) for row in rows_of("areas")}
    place = areas[PLACE_AREA].lads
    counts: dict[str, int] = {}
    for row in rows_of("areas"):
        if row["people_share"]:
            jitter = rng.uniform(0.97, 1.03)
            counts[row["code"]] = round(people * float(row["people_share"]) * jitter)
    counts[place[0]] += people - sum(counts[lad] for lad in place)
    need = {code: round(count * rng.uniform(0.88, 1.12)) for code, count in counts.items()}
    bodies = {row["body_id"]: _body(row) for row in rows_of("bodies")}
    councils = [body.body_id for body in bodies.values() if body.kind in _LAD_LEVELS]
    flows = tuple(
        _flow(row, payee)
        for row in rows_of("flows")
        for payee in (councils if row["payee"] == "*councils" else [row["payee"]])
    )
    return World(areas, bodies, flows, counts, need, place)


def _area(row: Mapping[str, str]) -> Area:
    return Area(
        row["code"], row["name"], row["level"], row["parent"], tuple(row["members"].split())
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _body(row: Mapping[str, str]) -> Body:
    return Body(
        body_id=row["body_id"],
        name=row["name"],
        tier=row["tier"],
        kind=row["kind"],
        serves=tuple(row["serves"].split()),
        evidence=row["evidence"],
        org_ids=row["org_ids"],
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        successor_id=row["successor_id"],
        aliases=tuple(alias for alias in row["aliases"].split(";") if alias),
        style=row["style"],
        lines=int(row["lines"] or 0),
        own_income_gbp_per_head=float(row["own_income_gbp_per_head"] or 0),
        cap_gbp_per_head=float(row["cap_gbp_per_head"] or 0),
        basis=row["basis"] or "gross",
    )


def _flow(row: Mapping[str, str], payee: str) -> Flow:
    return Flow(
        payer=row["payer"],
        payee=payee,
        stream_id=row["stream_id"],
        name=row["name"],
        kind=row["kind"],
        ringfence=row["ringfence"],
        nature=row["nature"],
        cap_rev=row["cap_rev"],
        scale=row["scale"],
        gbp_per_head=float(row["gbp_per_head"]),
        instalments=int(row["instalments"]),
        receipt=row["receipt"],
        other_name=row["other_name"],
        case=row["case"],
    )
