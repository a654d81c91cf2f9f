"""The perimeter of a count: which authorities are inside, and where each body's money lands.

A *zone* is a set of lower-tier authorities: a body's area, a region of the regional analysis, or
a single district. Money of a zone wholly inside the place counts whole; of a zone that reaches
beyond it, by the key's share of each authority, so that a place is always the sum of its
authorities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

__all__ = ["Counted", "Perimeter", "is_eliminated_to"]

_NETTED_BY_BASIS = {
    "gross": frozenset[str](),
    "net_income": frozenset({"contract", "fee", "pooled"}),
    "net_grant": frozenset({"grant", "allocation", "benefit", "pooled"}),
    "net_all": frozenset(
        {"grant", "benefit", "allocation", "precept", "levy", "contract", "fee", "pooled"}
    ),
}


@dataclass(frozen=True)
class Counted:
    """A body whose own spending is in the count, once.

    Attributes:
        body_id: the body.
        cap_rev: ``cap`` or ``cur``: evidence is chosen for each apart.
        dataset: where its headline lines come from: return, ro, spend or cra.
        basis: what its lines are net of: gross, net_income (fees, contracts and contributions),
            net_grant, or net_all (the regional analysis: net of every transfer).
        status: returned, published or estimated.
    """

    body_id: str
    cap_rev: str
    dataset: str
    basis: str
    status: str


def is_eliminated_to(basis: str, stream_kind: str | None) -> bool:
    """Whether a payment by this kind of stream is in the payee's own lines a second time.

    A payee that reports net of the receipt does not count it again, so nothing is eliminated. A
    payment of no known stream is a purchase: a contract.
    """
    return (stream_kind or "contract") not in _NETTED_BY_BASIS[basis]


@dataclass(frozen=True)
class Perimeter:
    """What is inside, and by which key the rest is shared.

    Attributes:
        place: the lower-tier authorities of the place.
        zones: zone id -> its authorities; zones of no authority are outside everywhere.
        weights: the key's value of each authority, a non-negative integer.
        body_zone: body id -> its zone.
    """

    place: frozenset[str]
    zones: Mapping[str, frozenset[str]]
    weights: Mapping[str, int]
    body_zone: Mapping[str, str]

    def status(self, zone: str) -> str:
        """``whole``, ``part`` or ``none`` of the zone lies inside the place."""
        lads = self.zones.get(zone, frozenset())
        inside = lads & self.place
        if not inside:
            return "none"
        return "whole" if inside == lads else "part"

    def split_zones(self, *, by_area: bool = False) -> frozenset[str]:
        """Zones whose money a key divides: those that reach beyond the place or, by area, all of
        several authorities that touch it."""
        return frozenset(
            zone
            for zone, lads in self.zones.items()
            if len(lads) > 1
            and (inside := self.status(zone)) != "none"
            and (by_area or inside == "part")
        )

    def zone_table(self) -> pa.Table:
        """zone, inside (whole, part, none): one row a zone."""
        zones = sorted(self.zones)
        return pa.table(
            {
                "zone": pa.array(zones, pa.string()),
                "inside": pa.array([self.status(zone) for zone in zones], pa.string()),
            }
        )

    def weight_table(self, zones: Iterable[str]) -> pa.Table:
        """zone, area, weight: one row an authority of each of ``zones`` that has any weight."""
        rows = [
            (zone, lad, self.weights.get(lad, 0))
            for zone in sorted(zones)
            for lad in sorted(self.zones[zone])
        ]
        return pa.table(
            {
                "zone": pa.array([row[0] for row in rows], pa.string()),
                "area": pa.array([row[1] for row in rows], pa.string()),
                "weight": pa.array([row[2] for row in rows], pa.int64()),
            }
        )

    def landing(self, payer_zone: str, payee_id: str) -> tuple[str, str, bool]:
        """Where a transfer enters gross, and where it is eliminated.

        Returns:
            ``(gross_zone, elimination_zone, payee_is_inside)``. A payment from a wider body to
            one inside its area lands at the payee. A payment to a wider body stays the payer's,
            and leaves every place of the payee's area by that area's share, so that districts
            counted one by one sum to the city region; so it does from a payer inside the place
            to a body whose area only overlaps it. Otherwise, between areas that do not nest, the
            payee must be in the place; ``payee_is_inside`` is True wherever no such condition
            holds. A payer or payee of unknown area is outside.
        """
        payee_zone = self.body_zone.get(payee_id, "")
        payer = self.zones.get(payer_zone, frozenset())
        payee = self.zones.get(payee_zone, frozenset())
        if not payer or not payee:
            return payer_zone, payer_zone, False
        if payee < payer:
            return payee_zone, payee_zone, True
        if payer <= payee:
            return payer_zone, payee_zone, True
        if payer <= self.place:
            return payer_zone, payee_zone, bool(payee & self.place)
        return payer_zone, payer_zone, payee <= self.place
