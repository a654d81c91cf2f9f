"""The truth of the fictional place: what it holds, and the figures of any set of authorities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from totalplace.synth._lines import shared_by_weight

__all__ = ["Elimination", "Funding", "Lads", "Totals", "Truth"]

Lads = tuple[str, ...]


@dataclass(frozen=True)
class Elimination:
    """A payment that the payee's own account contains a second time.

    Attributes:
        line: index of the payer's line, or of the receipt it was inferred from.
        amount: pence, whole.
        lads: the authorities it is taken out of, by the key.
        payee_lads: authorities of the payee that must all be in the place, where the two areas do
            not nest; empty where they do.
        derivation: ``payer_side`` or ``inferred``.
    """

    line: int
    payer: str
    payee: str
    stream: str
    amount: int
    cap_rev: str
    lads: Lads
    payee_lads: Lads
    derivation: str
    case: str


@dataclass(frozen=True)
class Funding:
    """Money a counted body takes in.

    Attributes:
        funder: body_id of a counted payer, ``*`` for several, empty for the world outside.
        what: stream as the body calls it, or the outturn row.
    """

    line: int
    body: str
    funder: str
    what: str
    is_reserve: bool
    cap_rev: str
    amount: int


@dataclass(frozen=True)
class Totals:
    """A place's figures, pence."""

    gross: int
    eliminated: int
    net: int
    funder_view: int
    reserves_drawn: int
    people: int


@dataclass(frozen=True)
class Truth:
    """The whole truth of one year.

    Attributes:
        role: one a line: headline, itemised, control, apart, listed, financing, noncash,
            recharge, unplaceable, outside, total, memo, budget, funding, other_year, uncounted.
        amount: pence of the line that fall in the year.
        evidence: (body, cap_rev) -> dataset of its headline.
        landing: line -> authorities its money lands in.
        gross: (body, cap_rev, authority) -> pence.
        cells: (dataset, body, function, cap_rev, authority) -> pence of what a key shared out.
        unplaceable, outside: pence of the whole country.
    """

    role: tuple[str, ...]
    amount: tuple[int, ...]
    evidence: Mapping[tuple[str, str], str]
    landing: Mapping[int, Lads]
    gross: Mapping[tuple[str, str, str], int]
    cells: Mapping[tuple[str, str, str, str, str], int]
    eliminations: tuple[Elimination, ...]
    funding: tuple[Funding, ...]
    unplaceable: int
    outside: int
    areas: Mapping[str, Lads]
    people: Mapping[str, int]
    voted: frozenset[str]

    def share(self, amount: int, lads: Lads, place: Iterable[str]) -> int:
        """The part of an amount of several authorities that lies in a place, to the penny."""
        inside = set(place)
        if not inside & set(lads):
            return 0
        if set(lads) <= inside:
            return amount
        parts = shared_by_weight(amount, {lad: self.people[lad] for lad in lads})
        return sum(part for lad, part in parts.items() if lad in inside)

    def eliminated(self, one: Elimination, place: Iterable[str]) -> int:
        """What a place takes out for one payment."""
        if set(one.payee_lads) <= set(place):
            return self.share(one.amount, one.lads, place)
        return 0

    def totals(self, place: Sequence[str]) -> Totals:
        """Gross, eliminated, net and the funder view of any set of authorities.

        Bodies counted from the regional analysis and nationally voted bodies are funded ``by
        construction``: what they spend here beyond what counted bodies gave them. Everybody else
        brings the funding it booked from outside, reserves drawn included.
        """
        inside = set(place)
        gross: dict[tuple[str, str], int] = defaultdict(int)
        for (body, cap_rev, lad), amount in self.gross.items():
            if lad in inside:
                gross[body, cap_rev] += amount
        taken: dict[tuple[str, str], int] = defaultdict(int)
        for one in self.eliminations:
            taken[one.payee, one.cap_rev] += self.eliminated(one, place)
        eliminated = sum(taken.values())
        funders, reserves = 0, 0
        for (body, cap_rev), amount in gross.items():
            if self.is_by_construction(body, cap_rev):
                funders += amount - taken[body, cap_rev]
        for one_funding in self.funding:
            if self.is_external(one_funding, place):
                amount = self.share(one_funding.amount, self.areas[one_funding.body], place)
                funders += amount
                reserves += amount if one_funding.is_reserve else 0
        total = sum(gross.values())
        return Totals(
            gross=total,
            eliminated=eliminated,
            net=total - eliminated,
            funder_view=funders,
            reserves_drawn=reserves,
            people=sum(self.people[lad] for lad in place),
        )

    def is_by_construction(self, body: str, cap_rev: str) -> bool:
        """Whether the spending body itself is named as the funder."""
        return body in self.voted or self.evidence.get((body, cap_rev)) == "cra"

    def is_external(self, one: Funding, place: Iterable[str]) -> bool:
        """Whether funding comes from outside the place's counted bodies."""
        if self.is_by_construction(one.body, one.cap_rev) or one.funder == "*":
            return False
        if self.evidence.get((one.funder, one.cap_rev), "cra") == "cra":
            return True
        return not set(self.areas[one.funder]) & set(place)
