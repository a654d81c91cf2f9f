"""The fictional world: size, cases, closed accounts, identities of its truth."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.money import split
from totalplace.synth._lines import YEAR, shared_by_days, shared_by_weight
from totalplace.synth._truth_files import case_counts
from totalplace.synth._world import rows_of

CASES = [
    "academic_year",
    "agency",
    "benefit_subsidy",
    "between_districts",
    "cap_grant",
    "card_line",
    "circular_purchase",
    "commissioner_pays_provider",
    "elsewhere_grant",
    "financing",
    "genuine_duplicate",
    "grant_two_names",
    "individual",
    "internal_payment",
    "late_receipt",
    "levy",
    "levy_without_receiver",
    "merged_body",
    "negative_line",
    "net_basis_payee",
    "noncash",
    "one_sided_capped",
    "one_sided_payee",
    "one_sided_payer",
    "other_year",
    "paid_after_year_end",
    "payee_outside",
    "payroll_paid_over",
    "pension_paid_over",
    "pfi_charge",
    "police_grant",
    "police_precept",
    "pooled_fund",
    "precept",
    "prior_year_receipt",
    "purchase_card",
    "recharge",
    "redaction",
    "school_grant",
    "short_receipt",
    "vat_refund",
    "wider_body",
]


def test_size(made):
    lines = made.money.lines
    assert sum(line.dataset == "spend" for line in lines) >= 100_000
    publishing = {line.body for line in lines}
    assert len(publishing) >= 60
    assert len({line.stream for line in lines if line.stream}) >= 150
    assert made.world.people_of_place == 240_000


@pytest.mark.parametrize("case", CASES)
def test_each_edge_case_at_least_three_times(made, case):
    assert case_counts(made.money.lines, [])[case] >= 3


def test_codes_and_names_are_invented(made):
    assert all(code.startswith("T") for code in made.world.areas)
    for table in ("area", "body"):
        column = "code" if table == "area" else "body_id"
        path = resources.files("totalplace.model") / "data" / f"{table}.csv"
        with path.open(encoding="utf-8") as rows:
            real = {row[column] for row in csv.DictReader(rows)}
            assert real
        ours = set(made.world.areas if table == "area" else made.world.bodies)
        assert not ours & real


def test_flows_name_known_bodies():
    bodies = {row["body_id"] for row in rows_of("bodies")}
    for row in rows_of("flows"):
        assert row["payer"] in bodies
        assert row["payee"] in bodies | {"*councils"}


def test_outturn_arithmetic_closes(made):
    for account in made.money.accounts.values():
        cells = account.cells
        services = sum(
            cells.get(code, 0)
            for code in (
                "190",
                "290",
                "330",
                "360",
                "390",
                "490",
                "509",
                "590",
                "599",
                "601",
                "602",
                "690",
                "698",
            )
        )
        assert cells["699"] == services
        assert cells["805"] == cells["800"] + cells.get("803", 0) + cells.get("804", 0)
        after = ("806", "811", "814", "815", "816", "851", "856", "870", "880", "885")
        assert cells["890"] == cells["805"] + sum(cells.get(code, 0) for code in after)
        assert cells["890"] >= 0
        if account.body.kind != "waste":
            assert cells["890"] > 0


def test_every_account_closes(made):
    """What a body spends, it takes in or draws from reserves: to the penny."""
    truth, lines = made.truth, made.money.lines
    spent: dict[str, int] = defaultdict(int)
    funded: dict[str, int] = defaultdict(int)
    for number, line in enumerate(lines):
        role = truth.role[number]
        if line.side == "out" and (
            role in {"headline", "financing"}
            and line.dataset == truth.evidence.get((line.body, line.cap_rev))
        ):
            spent[line.body] += truth.amount[number]
        elif role == "funding":
            funded[line.body] += truth.amount[number]
    checked = 0
    for body_id, amount in spent.items():
        if "cra" in {made.truth.evidence.get((body_id, kind)) for kind in ("cur", "cap")}:
            continue
        assert funded[body_id] == amount, body_id
        checked += 1
    assert checked >= 50


def test_reserves_are_drawn_not_invented(made):
    for one in made.truth.funding:
        assert one.amount > 0 or not one.is_reserve, one


def test_gross_less_eliminated_is_net_and_places_add_up(made):
    truth, world = made.truth, made.world
    place = truth.totals(world.place)
    districts = [truth.totals([lad]) for lad in world.place]
    assert place.net == place.gross - place.eliminated
    assert sum(one.gross for one in districts) == place.gross
    between = sum(
        truth.eliminated(one, world.place) for one in truth.eliminations if one.payee_lads
    )
    assert between > 0
    assert sum(one.eliminated for one in districts) == place.eliminated - between


def test_residual_is_financing_and_timing(made):
    """net - funder view = - financing + money in transit, body by body, for the whole place."""
    truth, place = made.truth, made.world.place
    explained: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for number, line in enumerate(made.money.lines):
        if truth.role[number] == "financing" and not truth.is_by_construction(
            line.body, line.cap_rev
        ):
            explained[line.body] -= truth.share(truth.amount[number], truth.areas[line.body], place)
    for one in truth.funding:
        if truth.is_by_construction(one.body, one.cap_rev):
            continue
        amount = truth.share(one.amount, truth.areas[one.body], place)
        if truth.is_external(one, place):
            found[one.body] -= amount
        else:
            explained[one.body] += amount
    for one in truth.eliminations:
        if not truth.is_by_construction(one.payee, one.cap_rev):
            found[one.payee] -= truth.eliminated(one, place)
            explained[one.payee] -= truth.eliminated(one, place)
    for (body, cap_rev, lad), amount in truth.gross.items():
        if lad in place and not truth.is_by_construction(body, cap_rev):
            found[body] += amount
    totals = truth.totals(place)
    assert sum(found.values()) == totals.net - totals.funder_view
    for body_id, amount in found.items():
        # A share of each of a wide body's lines may differ by a penny from the share of the sum.
        wide = len(truth.areas[body_id]) > 4
        assert abs(amount - explained[body_id]) <= (3000 if wide else 0), body_id


def test_wrong_methods_give_other_figures(made):
    """The truth can tell: no elimination, the smaller of both sides, apportioning first."""
    truth, world = made.truth, made.world
    right = truth.totals(world.place)
    assert right.eliminated > right.net // 4
    receipts: dict[tuple[str, str, str], int] = defaultdict(int)
    for number, line in enumerate(made.money.lines):
        if truth.role[number] == "funding" and line.counterparty:
            receipts[line.counterparty, line.body, line.stream] += truth.amount[number]
    paid: dict[tuple[str, str, str], int] = defaultdict(int)
    for one in truth.eliminations:
        paid[one.payer, one.payee, one.stream] += truth.eliminated(one, world.place)
    least = sum(
        min(amount, receipts[key]) if key in receipts else amount for key, amount in paid.items()
    )
    assert right.eliminated - least > right.net // 1000
    nation = sum(world.people.values())
    grants = sum(
        one.amount
        for one in truth.eliminations
        if world.bodies[one.payer].serves == ("T92000001",) and set(one.lads) != set(world.people)
    )
    here = sum(
        truth.eliminated(one, world.place)
        for one in truth.eliminations
        if world.bodies[one.payer].serves == ("T92000001",) and set(one.lads) != set(world.people)
    )
    assert abs(grants * 240_000 // nation - here) > right.net // 1000


def test_academic_year_by_days():
    shares = shared_by_days(365_00, date(2016, 8, 1), date(2017, 7, 31))
    assert shares == {"2016-17": 243_00, "2017-18": 122_00}
    assert shared_by_days(5, date(2017, 4, 1), date(2018, 3, 31)) == {YEAR: 5}


@given(
    st.integers(-(10**13), 10**13),
    st.dictionaries(st.text("abc", min_size=1), st.integers(0, 10**7), min_size=1).filter(
        lambda weights: sum(weights.values()) > 0
    ),
)
def test_sharing_agrees_with_the_house_and_loses_nothing(amount, weights):
    shares = shared_by_weight(amount, weights)
    assert sum(shares.values()) == amount
    assert shares == split(amount, weights)
