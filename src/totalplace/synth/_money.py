"""All money of the fictional country for one seed: every line that anybody publishes.

The order matters, because accounts close: outturn spending first, then flows, then what bodies
pay others, then the allocations that balance commissioners, then income and reserves that close
everybody else, and last the departments' own spending and their votes.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from totalplace.synth import _names
from totalplace.synth._flows import MONTHS, flow_lines, month_days
from totalplace.synth._lines import YEAR, Line, financial_year
from totalplace.synth._outturn import Account, accounts, outturn_lines
from totalplace.synth._published import spend_file
from totalplace.synth._regional import regional_lines
from totalplace.synth._returning import (
    OWN_SHARE_OF_INCOME,
    by_body,
    department_lines,
    income_lines,
    own_income,
    return_lines,
    this_year,
)
from totalplace.synth._spending import payment_lines
from totalplace.synth._world import Body, Flow, World

__all__ = ["Money", "all_money"]

_COMMISSIONED_SHARE = 0.66
"""Of a commissioner's money, what it pays to bodies it has a flow to."""
_COUNCIL_PAYMENTS_SHARE = 0.5
_TAX_FLOWS = (
    ("marlbrook-police", "Police precept", "precept", "police_precept"),
    ("marlbrook-combined-authority", "Fire and mayoral precept", "precept", "precept"),
    ("albermarch-communities-ministry", "Business rates central share", "allocation", "agency"),
)
_OTHER_YEAR_BODIES = ("quillmere-ccg", "marlbrook-hospitals", "quillmere-homes", "tarn-docks")


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
    lines += return_lines(world, lines, rng)
    fees, income = income_lines(world, lines)
    lines += income
    lines += department_lines(world, lines, rng)
    lines += regional_lines(world, lines, rng)
    return Money(tuple(lines), finished, grants, fees)


def _total(flow: Flow, world: World, drafts: Mapping[str, Account], rng: random.Random) -> int:
    if flow.scale == "benefit":
        return round(drafts[flow.payee].benefits() * flow.gbp_per_head)
    people = world.people_of_place if flow.scale == "place" else world.people_of(flow.payee)
    return round(people * flow.gbp_per_head * 100 * rng.uniform(0.98, 1.02))


def _payments(
    world: World,
    lines: Sequence[Line],
    finished: Mapping[str, Account],
    suppliers: list[str],
    rng: random.Random,
) -> list[Line]:
    found = by_body(lines)
    made: list[Line] = []
    for body in world.bodies.values():
        if not body.style:
            continue
        own = found[body.body_id]
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
            income = this_year(own, body.body_id, "in") + own_income(body, world)
            total = round(income * OWN_SHARE_OF_INCOME) - flows
        pool = rng.sample(suppliers, 700 if body.evidence == "ro" else 240)
        made += payment_lines(body, total, world=world, suppliers=pool, rng=rng)
        if body.body_id in _OTHER_YEAR_BODIES:
            made += _other_years(body, suppliers, rng)
    return made


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
    found = by_body(lines)
    made: list[Line] = []
    for flow in world.flows:
        if flow.scale != "balance":
            continue
        payee = world.bodies[flow.payee]
        own = found[flow.payee]
        needed = (
            this_year(own, flow.payee, "out")
            - this_year(own, flow.payee, "in")
            - own_income(payee, world)
        )
        made += flow_lines(flow, round(needed * 0.995) // 100_000 * 100_000, world=world, rng=rng)
    return made
