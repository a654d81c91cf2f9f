"""The revenue outturn of the fictional authorities: services, benefits, levies and what pays.

Each body's account closes as the return's own form does: services (699) to net current
expenditure (749), revenue expenditure (800), net revenue expenditure (805) and the council tax
requirement (890), which is what is left to raise.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from totalplace.synth._flows import whole_thousands
from totalplace.synth._lines import YEAR, Line, year_days
from totalplace.synth._published import OUTTURN_FILE
from totalplace.synth._world import Body, World, rows_of

__all__ = [
    "BENEFITS",
    "LEVIES",
    "NEGATIVE_FUNDING",
    "SERVICES",
    "Account",
    "accounts",
    "grant_code",
    "outturn_lines",
    "rg_figures",
]

SERVICES = (
    *("190", "290", "330", "360", "390", "490", "509"),
    *("590", "599", "601", "602", "690", "698"),
)
BENEFITS = ("711", "712", "713")
LEVIES = {"722": "transport-levy", "724": "waste-levy", "728": "other-levy"}
_BRIDGE = ("714", "718", "721", "731", "732", "741", "742", "747", "748")
_TO_785 = ("759", "765", "766", "767", "771", "773", "776", "781", "783")
_TO_800 = ("786", "788", "789", "790", "791", "793", "794", "795", "796")
_TO_890 = ("806", "811", "814", "815", "816", "851", "856", "870", "880", "885")
_RESERVES = ("811", "814", "815", "816")
NEGATIVE_FUNDING = ("791", "803", "804", "851", "856", "870", "880", "885")
"""Funding rows, published with a minus sign; 890 is published positive."""

_GRANT_CODES = {
    "alb-dedicated-schools-grant": ("804", "102"),
    "alb-pupil-premium": ("804", "103"),
    "alb-public-health-grant": ("804", "313"),
    "alb-new-homes-reward": ("804", "540"),
    "alb-waste-credits": ("804", "545"),
    "alb-housing-benefit-subsidy": ("791", "745"),
    "alb-revenue-support-grant": ("851", ""),
    "alb-fire-support-grant": ("851", ""),
    "alb-police-legacy-grant": ("851", ""),
    "alb-police-core-grant": ("856", ""),
}
_OTHER_GRANT = ("804", "698")
_OUTSIDE_FUND = "Continental Investment Fund"
_OUTSIDE_FUND_GBP_PER_HEAD = 6
_LEVY_GBP_PER_HEAD = {"722": 44, "724": 84}
_LEVY_RECEIVER = {"722": "combined_authority", "724": "waste"}
_OTHER_LEVY_GBP_PER_HEAD = 5
_OTHER_LEVY_PAYERS = ("T08000001", "T08000002", "T08000006")
_BOOKED_LATE_PER_MILLE = {"722": 2, "724": 7}
"""Of the levies paid, what the receiver books only in the next year."""


@dataclass(frozen=True)
class Account:
    """One body's outturn.

    Attributes:
        cells: line number -> pence as published, totals included.
        levy_to: line number of a levy -> the body that receives it.
    """

    body: Body
    cells: Mapping[str, int]
    levy_to: Mapping[str, str]

    def services(self) -> int:
        """Total service expenditure, pence."""
        return self.cells["699"]

    def benefits(self) -> int:
        """Housing benefit paid, pence."""
        return sum(self.cells.get(code, 0) for code in BENEFITS)


def grant_code(stream: str) -> tuple[str, str]:
    """The funding row of form RS and the grant row of form RG under which a grant is booked."""
    return _GRANT_CODES.get(stream, _OTHER_GRANT)


def accounts(world: World, rng: random.Random) -> dict[str, Account]:
    """Spending side of every outturn body: all rows that do not depend on grants received."""
    found: dict[str, Account] = {}
    levies: dict[str, int] = dict.fromkeys(_LEVY_RECEIVER, 0)
    receivers: dict[str, str] = {}
    for body in _outturn_bodies(world):
        kind = body.kind if body.kind in {"combined_authority", "police", "waste"} else "council"
        people = world.people_of(body.body_id)
        levy_to: dict[str, str] = {}
        cells = {
            row["code"]: _amount(row, people, body, rng)
            for row in rows_of("outturn")
            if row["kind"] == kind
        }
        if kind == "council":
            for code, receiver in _LEVY_RECEIVER.items():
                area = next(one for one in _outturn_bodies(world) if one.kind == receiver)
                if set(world.lads(body.body_id)) <= set(world.lads(area.body_id)):
                    cells[code] = _round(people * _LEVY_GBP_PER_HEAD[code] * 100, body)
                    levies[code] += cells[code]
                    receivers[code] = levy_to[code] = area.body_id
            if set(body.serves) & set(_OTHER_LEVY_PAYERS):
                cells["728"] = _round(people * _OTHER_LEVY_GBP_PER_HEAD * 100, body)
        found[body.body_id] = Account(body, cells, levy_to)
    for code, receiver in receivers.items():
        account = found[receiver]
        late = levies[code] * _BOOKED_LATE_PER_MILLE[code] // 1000
        received = {code: _round(late - levies[code], account.body)}
        found[receiver] = replace(account, cells={**account.cells, **received})
    return found


def _outturn_bodies(world: World) -> list[Body]:
    return [body for body in world.bodies.values() if body.evidence == "ro"]


def _round(pence: float, body: Body) -> int:
    unit = 100_000 if whole_thousands(body) else 1
    return round(pence / unit) * unit


def _amount(row: Mapping[str, str], people: int, body: Body, rng: random.Random) -> int:
    spread = float(row["spread_pct"]) / 100
    return _round(
        people * float(row["gbp_per_head"]) * 100 * rng.uniform(1 - spread, 1 + spread), body
    )


def outturn_lines(
    world: World, drafts: Mapping[str, Account], grants: Iterable[Line]
) -> tuple[dict[str, Account], list[Line]]:
    """The finished accounts, and their cells as lines.

    Args:
        drafts: the spending side.
        grants: what counted departments paid these bodies in the year.
    """
    received: dict[str, list[Line]] = {body_id: [] for body_id in drafts}
    for line in grants:
        received[line.counterparty].append(line)
    finished: dict[str, Account] = {}
    lines: list[Line] = []
    for body_id, draft in drafts.items():
        outside = 0
        if draft.body.kind == "combined_authority":
            people = world.people_of(body_id)
            outside = _round(people * _OUTSIDE_FUND_GBP_PER_HEAD * 100, draft.body)
        account = _close(draft, received[body_id], outside)
        finished[body_id] = account
        lines += _lines(account, received[body_id], outside)
    return finished, lines


def _close(draft: Account, grants: Iterable[Line], outside: int) -> Account:
    cells = dict(draft.cells)
    for line in grants:
        code, _ = grant_code(line.stream)
        cells[code] = cells.get(code, 0) - line.amount
    if outside:
        cells["804"] = cells.get("804", 0) - outside

    def total(*codes: str) -> int:
        return sum(cells.get(code, 0) for code in codes)

    cells["699"] = total(*SERVICES)
    cells["749"] = total("699", *BENEFITS, *_BRIDGE, "722", "724", "727", "728")
    cells["785"] = total("749", *_TO_785)
    cells["800"] = total("785", *_TO_800)
    cells["805"] = total("800", "803", "804")
    if draft.body.kind == "waste":
        # A waste authority raises no tax: its reserves take what is left.
        cells["815"] = -total("805")
    cells["890"] = total("805", *_TO_890)
    cells["939"] = total("931", "936")
    cells["979"] = cells["699"]
    opening = {"911": 9_000_000_00, "914": 900_000_00, "915": 60_000_000_00, "916": 12_000_000_00}
    for code, appropriation in zip(opening, _RESERVES, strict=True):
        if appropriation in cells:
            cells[f"{code}/1"] = opening[code]
            cells[f"{code}/2"] = opening[code] + cells[appropriation]
    return replace(draft, cells=cells)


def _lines(account: Account, grants: list[Line], outside: int) -> list[Line]:
    body_id, cells = account.body.body_id, account.cells
    start, end = year_days(YEAR)

    def line(cell: str, amount: int, **more: Any) -> Line:
        return Line(
            dataset="ro",
            file=OUTTURN_FILE,
            body=body_id,
            amount=amount,
            start=start,
            end=end,
            basis="net_income",
            cell=cell,
            **more,
        )

    lines: list[Line] = []
    for code, amount in cells.items():
        if code in SERVICES:
            lines.append(line(code, amount))
        elif code in BENEFITS:
            lines.append(line(code, amount, nature="benefit", case="benefit_paid"))
        elif code in LEVIES and amount < 0:
            lines.append(
                line(
                    code,
                    -amount,
                    side="in",
                    nature="transfer",
                    counterparty="*",
                    stream=LEVIES[code],
                    kind="levy",
                    case="levy",
                )
            )
        elif code in LEVIES:
            lines.append(
                line(
                    code,
                    amount,
                    nature="transfer",
                    stream=LEVIES[code],
                    kind="levy",
                    counterparty=account.levy_to.get(code, ""),
                    case="levy" if code != "728" else "levy_without_receiver",
                )
            )
        elif code in _RESERVES and amount < 0:
            lines.append(line(code, -amount, side="in", nature="financing"))
        elif code in _BRIDGE or code in _TO_785 or code in _RESERVES or code in {"786", "788"}:
            lines.append(line(code, amount, nature="financing"))
        elif code in {"870", "880"}:
            lines.append(line(code, -amount, side="in", nature="transfer"))
        elif code == "890":
            lines.append(line(code, amount, side="in", nature="transfer"))
        elif code not in NEGATIVE_FUNDING:
            lines.append(line(code, amount, role="total" if code in _TOTALS else "memo"))
    # A funding row is one cell; the truth knows which part of it came from whom.
    for grant in grants:
        lines.append(
            line(
                grant_code(grant.stream)[0],
                grant.amount,
                side="in",
                nature="transfer",
                counterparty=grant.body,
                stream=grant.stream,
                kind=grant.kind,
            )
        )
    if outside:
        lines.append(line("804", outside, side="in", nature="transfer", payee=_OUTSIDE_FUND))
    return lines


_TOTALS = ("699", "749", "785", "800", "805", "939", "979")


def rg_figures(grants: Iterable[Line], outside: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Body -> grant row of form RG -> pence, with the form's totals.

    Args:
        outside: body -> grants from outside the country.
    """
    figures: dict[str, dict[str, int]] = {}
    for line in grants:
        rs_code, rg_code = grant_code(line.stream)
        if rg_code:
            held = figures.setdefault(line.counterparty, {})
            held[rg_code] = held.get(rg_code, 0) + line.amount
            total = "799" if rs_code == "791" else "699"
            held[total] = held.get(total, 0) + line.amount
    for body_id, amount in outside.items():
        held = figures.setdefault(body_id, {})
        for code in ("698", "699"):
            held[code] = held.get(code, 0) + amount
    for held in figures.values():
        held["800"] = held.get("699", 0) + held.get("799", 0)
    return figures
