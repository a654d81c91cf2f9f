"""All money of the fictional country for one seed: every line that anybody publishes.

The order matters, because accounts close: outturn spending first, then flows, then what bodies
pay others, then the allocations that balance commissioners, then income and reserves that close
everybody else, and last the departments' own spending and their votes.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from totalplace.synth import _names
from totalplace.synth._flows import MONTHS, flow_lines, month_days
from totalplace.synth._lines import YEAR, Line, financial_year, shared_by_days, year_days
from totalplace.synth._outturn import Account, accounts, outturn_lines
from totalplace.synth._published import income_file, return_file, spend_file
from totalplace.synth._regional import regional_lines
from totalplace.synth._spending import payment_lines
from totalplace.synth._world import Body, Flow, World, rows_of

__all__ = ["Money", "all_money"]

_OWN_SHARE_OF_INCOME = 1.012
"""Bodies outside the outturn spend a little more than they take in: reserves pay."""
_COMMISSIONED_SHARE = 0.66
"""Of a commissioner's money, what it pays to bodies it has a flow to."""
_COUNCIL_PAYMENTS_SHARE = 0.5
_CAPPED_SHARE = 0.7
_BUDGET_SHARE = 1.03
_TAX_FLOWS = (
    ("marlbrook-police", "Police precept", "precept", "police_precept"),
    ("marlbrook-combined-authority", "Fire and mayoral precept", "precept", "precept"),
    ("albermarch-communities-ministry", "Business rates central share", "allocation", "agency"),
)
_ACADEMIC_YEARS = (
    (date(2016, 8, 1), date(2017, 7, 31)),
    (date(2017, 8, 1), date(2018, 7, 31)),
)
_ACADEMIC = ("fennick-college", "ostwick-college", "marlbrook-institute")
_PARLIAMENT = "Parliament of Albermarch"
_OTHER_YEAR_BODIES = ("quillmere-ccg", "marlbrook-hospitals", "quillmere-homes", "tarn-docks")
_PAYERS_OF_FEES = {
    "nhs_ccg": ("Prescription charges", "Patients"),
    "nhs_trust": ("Private patients and car parks", "Patients"),
    "college": ("Tuition fees", "Students"),
    "academy_trust": ("School meals and lettings", "Families"),
    "housing_association": ("Rents", "Tenants"),
    "charity": ("Gifts and legacies", "Donors"),
}
_OTHER_FEES = ("Fees and charges", "Customers")


@dataclass(frozen=True)
class Money:
    """Every published line of the truth.

    Attributes:
        lines: all of them, of the year and its neighbours.
        accounts: the outturn bodies' finished accounts, in published cells.
        grants: what counted departments paid to outturn bodies.
        fees: body_id -> name of its own income's stream, for the register of streams.
    """

    lines: tuple[Line, ...]
    accounts: Mapping[str, Account]
    grants: tuple[Line, ...]
    fees: Mapping[str, str]


def all_money(world: World, rng: random.Random) -> Money:
    """Make all lines of one world."""
    drafts = accounts(world, rng)
    lines: list[Line] = []
    for flow in world.flows:
        if flow.scale != "balance":
            total = _total(flow, world, drafts, rng)
            lines += flow_lines(flow, total, world=world, rng=rng)
    grants = tuple(
        line
        for line in lines
        if line.dataset == "return"
        and line.side == "out"
        and line.kind == "grant"
        and world.bodies[line.counterparty].evidence == "ro"
    )
    finished, outturn = outturn_lines(world, drafts, grants)
    lines += outturn
    suppliers = _names.suppliers(1800, rng)
    lines += _payments(world, lines, finished, suppliers, rng)
    lines += _balances(world, lines, rng)
    lines += _returns(world, lines, rng)
    fees, income = _income(world, lines)
    lines += income
    lines += _departments(world, lines, rng)
    lines += regional_lines(world, lines, rng)
    return Money(tuple(lines), finished, grants, fees)


def _total(flow: Flow, world: World, drafts: Mapping[str, Account], rng: random.Random) -> int:
    if flow.scale == "benefit":
        return round(drafts[flow.payee].benefits() * flow.gbp_per_head)
    people = world.people_of_place if flow.scale == "place" else world.people_of(flow.payee)
    return round(people * flow.gbp_per_head * 100 * rng.uniform(0.98, 1.02))


def _this_year(lines: Iterable[Line], body_id: str, side: str) -> int:
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


def _by_body(lines: Iterable[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.body].append(line)
    return found


def _payments(
    world: World,
    lines: Sequence[Line],
    finished: Mapping[str, Account],
    suppliers: list[str],
    rng: random.Random,
) -> list[Line]:
    by_body = _by_body(lines)
    made: list[Line] = []
    for body in world.bodies.values():
        if not body.style:
            continue
        own = by_body[body.body_id]
        flows = sum(
            line.amount
            for line in own
            if line.dataset == "spend" and financial_year(line.start) == YEAR
        )
        if body.evidence == "ro":
            total = round(finished[body.body_id].services() * _COUNCIL_PAYMENTS_SHARE)
            made += _tax_passed_on(body, finished, world)
        elif body.kind == "nhs_ccg":
            total = round(flows * (1 / _COMMISSIONED_SHARE - 1))
        else:
            income = _this_year(own, body.body_id, "in") + _own_income(body, world)
            total = round(income * _OWN_SHARE_OF_INCOME) - flows
        pool = rng.sample(suppliers, 700 if body.evidence == "ro" else 240)
        made += payment_lines(body, total, world=world, suppliers=pool, rng=rng)
        if body.body_id in _OTHER_YEAR_BODIES:
            made += _other_years(body, suppliers, rng)
    return made


def _own_income(body: Body, world: World) -> int:
    return round(world.people_of_place * body.own_income_gbp_per_head * 100)


def _tax_passed_on(body: Body, finished: Mapping[str, Account], world: World) -> list[Line]:
    """Levies and precepts as they stand in a council's supplier file."""
    account = finished[body.body_id]
    passed: list[Line] = []
    for code, name, case in (("722", "Transport levy", "levy"), ("724", "Waste levy", "levy")):
        receiver = world.bodies[account.levy_to[code]]
        passed += _monthly(
            body,
            account.cells[code],
            receiver,
            name,
            "Levies",
            nature="transfer",
            kind="levy",
            stream=f"{name.split()[0].lower()}-levy",
            case=case,
        )
    people = world.people_of(body.body_id)
    for receiver_id, name, kind, case in _TAX_FLOWS:
        receiver = world.bodies[receiver_id]
        if receiver_id in finished:
            raised = finished[receiver_id].cells["890"]
            total = raised * people // world.people_of(receiver_id)
        else:
            total = people * 330_00
        passed += _monthly(
            body,
            total,
            receiver,
            name,
            "Collection Fund",
            nature="agency",
            kind=kind,
            stream=name.lower().replace(" ", "-"),
            case=case,
        )
    return passed


def _monthly(
    body: Body, total: int, payee: Body, expense: str, unit: str, **more: Any
) -> list[Line]:
    base, spare = divmod(total, len(MONTHS))
    return [
        Line(
            dataset="spend",
            file=spend_file(body, month),
            body=body.body_id,
            amount=base + (spare if number == 0 else 0),
            start=month,
            end=month_days(month)[1],
            day=date(month.year, month.month, 15),
            counterparty=payee.body_id,
            payee=payee.name,
            unit=unit,
            expense=expense,
            reference=str(5_199_000_000 + 97 * number + len(expense)),
            stream_text=expense,
            **more,
        )
        for number, month in enumerate(MONTHS)
    ]


def _other_years(body: Body, suppliers: list[str], rng: random.Random) -> list[Line]:
    """Payments of the month before and the month after the year."""
    made = []
    for month in (date(2017, 3, 1), date(2018, 4, 1)):
        for number in range(25):
            day = date(month.year, month.month, rng.randint(1, 28))
            made.append(
                Line(
                    dataset="spend",
                    file=spend_file(body, day),
                    body=body.body_id,
                    amount=rng.randint(500_00, 40_000_00),
                    start=month,
                    end=month_days(month)[1],
                    day=day,
                    nature="purchase",
                    payee=rng.choice(suppliers),
                    unit="Estates",
                    expense="Building repairs",
                    reference=str(700_000 + 31 * number + month.month),
                    case="other_year",
                )
            )
    return made


def _balances(world: World, lines: Sequence[Line], rng: random.Random) -> list[Line]:
    """Allocations that close the commissioners' accounts, to the thousand below."""
    by_body = _by_body(lines)
    made: list[Line] = []
    for flow in world.flows:
        if flow.scale != "balance":
            continue
        payee = world.bodies[flow.payee]
        own = by_body[flow.payee]
        needed = (
            _this_year(own, flow.payee, "out")
            - _this_year(own, flow.payee, "in")
            - _own_income(payee, world)
        )
        made += flow_lines(flow, round(needed * 0.995) // 100_000 * 100_000, world=world, rng=rng)
    return made


def _returns(world: World, lines: Sequence[Line], rng: random.Random) -> list[Line]:
    """What local bodies with a return of their own spend beyond their flows."""
    by_body = _by_body(lines)
    made: list[Line] = []
    for body in world.bodies.values():
        if (
            body.evidence == "return"
            and body.tier not in {"national"}
            and body.serves != ("T92000001",)
        ):
            made += _local_return(body, by_body[body.body_id], world, rng)
        if body.cap_gbp_per_head:
            made += _capital_return(body, by_body[body.body_id], world)
    for flow in world.flows:
        if flow.receipt == "capped":
            received = next(
                line.amount
                for line in by_body[flow.payee]
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
    income = _this_year(own, body.body_id, "in") + _own_income(body, world)
    if body.basis == "net_grant":
        # Its grants are netted off before it reports its spending.
        income -= sum(line.amount for line in own if line.side == "in" and line.kind == "grant")
    if body.basis == "net_income":
        income = _own_income(body, world)
    room = round(income * _OWN_SHARE_OF_INCOME) - _this_year(own, body.body_id, "out")
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


def _income(world: World, lines: Sequence[Line]) -> tuple[dict[str, str], list[Line]]:
    """Own income of every local body, and the reserves that close its account."""
    by_body = _by_body(lines)
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
        earned = _own_income(body, world)
        own = by_body[body.body_id]
        drawn = _this_year(own, body.body_id, "out") - _this_year(own, body.body_id, "in") - earned
        if body.basis == "net_income":
            drawn += _this_year(own, body.body_id, "in")
        if body.basis == "net_grant":
            drawn += sum(one.amount for one in own if one.side == "in" and one.kind == "grant")
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


def _departments(world: World, lines: Sequence[Line], rng: random.Random) -> list[Line]:
    """Departments' own spending over the whole country, budgets, and the votes that pay."""
    nation = sum(world.people.values())
    by_body = _by_body(lines)
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
                for line in (*by_body[body_id], *made)
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
