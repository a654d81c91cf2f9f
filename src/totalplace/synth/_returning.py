"""What bodies say in returns of their own: spending beyond their flows, income, reserves, votes."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from totalplace.synth._lines import YEAR, Line, financial_year, shared_by_days, year_days
from totalplace.synth._published import income_file, return_file
from totalplace.synth._world import Body, World, rows_of

__all__ = [
    "OWN_SHARE_OF_INCOME",
    "by_body",
    "department_lines",
    "income_lines",
    "own_income",
    "return_lines",
    "this_year",
]

OWN_SHARE_OF_INCOME = 1.012
"""Bodies outside the outturn spend a little more than they take in: reserves pay."""
_CAPPED_SHARE = 0.7
_BUDGET_SHARE = 1.03
_ACADEMIC_YEARS = (
    (date(2016, 8, 1), date(2017, 7, 31)),
    (date(2017, 8, 1), date(2018, 7, 31)),
)
_ACADEMIC = ("fennick-college", "ostwick-college", "marlbrook-institute")
_PARLIAMENT = "Parliament of Albermarch"
_PAYERS_OF_FEES = {
    "nhs_ccg": ("Prescription charges", "Patients"),
    "nhs_trust": ("Private patients and car parks", "Patients"),
    "college": ("Tuition fees", "Students"),
    "academy_trust": ("School meals and lettings", "Families"),
    "housing_association": ("Rents", "Tenants"),
    "charity": ("Gifts and legacies", "Donors"),
}
_OTHER_FEES = ("Fees and charges", "Customers")


def this_year(lines: Iterable[Line], body_id: str, side: str) -> int:
    """Pence of a body's current lines that fall in the year; recharges and agency aside."""
    return sum(
        shared_by_days(line.amount, line.start, line.end).get(YEAR, 0)
        for line in lines
        if line.body == body_id
        and line.side == side
        and line.cap_rev == "cur"
        and line.phase == "outturn"
        and line.nature not in {"recharge", "agency", "noncash"}
    )


def by_body(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Lines of each body."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.body].append(line)
    return found


def own_income(body: Body, world: World) -> int:
    """Pence of fees, rents and gifts that a body raises itself."""
    return round(world.people_of_place * body.own_income_gbp_per_head * 100)


def return_lines(world: World, lines: Sequence[Line], rng: random.Random) -> list[Line]:
    """What local bodies with a return of their own spend beyond their flows."""
    found = by_body(lines)
    made: list[Line] = []
    for body in world.bodies.values():
        if (
            body.evidence == "return"
            and body.tier not in {"national"}
            and body.serves != ("T92000001",)
        ):
            made += _local_return(body, found[body.body_id], world, rng)
        if body.cap_gbp_per_head:
            made += _capital_return(body, found[body.body_id], world)
    for flow in world.flows:
        if flow.receipt == "capped":
            received = next(
                line.amount
                for line in found[flow.payee]
                if line.side == "in" and line.counterparty == flow.payer
            )
            made.append(
                _own(
                    world.bodies[flow.payer],
                    "Grants and upkeep",
                    "06.2",
                    round(received * _CAPPED_SHARE),
                )
            )
    return made


def _own(body: Body, name: str, function: str, amount: int, **more: Any) -> Line:
    start, end = year_days(YEAR)
    return Line(
        dataset="return",
        file=return_file(body),
        body=body.body_id,
        amount=amount,
        start=start,
        end=end,
        stream_text=name,
        function=function,
        basis=body.basis,
        **more,
    )


def _local_return(body: Body, own: Sequence[Line], world: World, rng: random.Random) -> list[Line]:
    if body.kind == "charter_trust":
        return []
    income = this_year(own, body.body_id, "in") + own_income(body, world)
    room = round(income * OWN_SHARE_OF_INCOME) - this_year(own, body.body_id, "out")
    function = {"college": "09.4", "nhs_trust": "07.3", "pension": "10.2"}.get(body.kind, "10.9")
    staff, premises = round(room * 0.7), room - round(room * 0.7)
    if body.body_id not in _ACADEMIC:
        return [
            _own(body, "Staff and services", function, staff),
            _own(body, "Premises", function, premises),
        ]
    made = []
    for name, amount in (("Staff and services", staff), ("Premises", premises)):
        for start, end in _ACADEMIC_YEARS:
            grown = round(amount * rng.uniform(0.98, 1.04))
            made.append(
                replace(
                    _own(body, name, function, grown), start=start, end=end, case="academic_year"
                )
            )
    return made


def _capital_return(body: Body, own: Sequence[Line], world: World) -> list[Line]:
    """A capital account of its own beside published current payments."""
    granted = sum(line.amount for line in own if line.side == "in" and line.cap_rev == "cap")
    borrowed = round(world.people_of_place * body.cap_gbp_per_head * 100)
    total = granted + borrowed
    return [
        _own(body, "New building", "06.1", round(total * 0.8), cap_rev="cap"),
        _own(body, "Major repairs", "06.1", total - round(total * 0.8), cap_rev="cap"),
        _own(
            body,
            "Loans for building",
            "",
            borrowed,
            cap_rev="cap",
            side="in",
            nature="financing",
            payee="Bond holders",
        ),
    ]


def income_lines(world: World, lines: Sequence[Line]) -> tuple[dict[str, str], list[Line]]:
    """Own income of every local body, and the reserves that close its account."""
    found = by_body(lines)
    fees: dict[str, str] = {}
    made: list[Line] = []
    start, end = year_days(YEAR)
    for body in world.bodies.values():
        local = body.evidence == "spend" or (
            body.evidence == "return" and body.serves != ("T92000001",)
        )
        if not local:
            continue
        name, payer = _PAYERS_OF_FEES.get(body.kind, _OTHER_FEES)
        fees[body.body_id] = f"{name} of {body.name}"
        earned = own_income(body, world)
        own = found[body.body_id]
        drawn = this_year(own, body.body_id, "out") - this_year(own, body.body_id, "in") - earned
        shape = Line(
            dataset="return",
            file=income_file(body),
            body=body.body_id,
            amount=earned,
            start=start,
            end=end,
            side="in",
            nature="transfer",
            payee=payer,
            stream=f"{body.body_id}-own-income",
            kind="fee",
            basis=body.basis,
            stream_text=fees[body.body_id],
        )
        made.append(shape)
        made.append(
            replace(
                shape,
                amount=drawn,
                nature="financing",
                payee="",
                stream="",
                kind="",
                stream_text="Reserves drawn",
            )
        )
    return fees, made


def department_lines(world: World, lines: Sequence[Line], rng: random.Random) -> list[Line]:
    """Departments' own spending over the whole country, budgets, and the votes that pay."""
    nation = sum(world.people.values())
    found = by_body(lines)
    made: list[Line] = []
    for row in rows_of("own"):
        body = world.bodies[row["body_id"]]
        amount = round(nation * float(row["gbp_per_head"]) * 100 * rng.uniform(0.97, 1.03))
        kind = "benefit" if row["nature"] == "benefit" else ""
        line = _own(
            body,
            row["name"],
            row["function"],
            amount,
            nature=row["nature"],
            cap_rev=row["cap_rev"],
            kind=kind,
            case=_case_of(row["nature"]),
        )
        made.append(line)
        if row["cap_rev"] == "cap":
            made.append(
                replace(
                    line, amount=round(amount * _BUDGET_SHARE), phase="budget", case="budget_line"
                )
            )
    for body_id in dict.fromkeys(row["body_id"] for row in rows_of("own")):
        body = world.bodies[body_id]
        for cap_rev in ("cur", "cap"):
            signed = [
                line.amount if line.side == "out" else -line.amount
                for line in (*found[body_id], *made)
                if line.body == body_id
                and line.cap_rev == cap_rev
                and line.phase == "outturn"
                and line.nature not in {"noncash", "recharge"}
                and financial_year(line.end) == YEAR
            ]
            made.append(
                _own(
                    body,
                    f"Vote for {body.name}",
                    "",
                    sum(signed),
                    side="in",
                    nature="transfer",
                    payee=_PARLIAMENT,
                    cap_rev=cap_rev,
                )
            )
    return made


def _case_of(nature: str) -> str:
    return nature if nature in {"noncash", "recharge", "financing"} else ""
