"""A whole place, counted: every source at once, with the arithmetic written out."""

from __future__ import annotations

from pathlib import Path

import pytest
from northland import (
    BIRCH,
    COAST,
    SOURCE,
    TODAY,
    TWINSHIRE,
    YEAR,
    cra,
    paid,
    place,
    returned,
    ro,
)

from totalplace.count import Counted, Request, count
from totalplace.engine import Engine
from totalplace.place import Folder

pytestmark = pytest.mark.slow

MINISTRY, COUNCILS = "Ministry of the North", "Local Government North"

DOCK = {
    "segment_pattern": "*old dock*",
    "department": MINISTRY,
    "organisation": "Harbour Agency",
    "region_code": COAST,
    "site_area": BIRCH,
    "site_name": "Old Dock",
    "reason": "test",
    "source": SOURCE,
}

CRA = [
    cra(MINISTRY, 100_000, org_text="Harbour Agency", half_unit=50),
    cra(MINISTRY, 2_000, org_text="Harbour Agency", segment_name="The Old Dock"),
    cra(MINISTRY, 50_000),
    cra(COUNCILS, 300_000),
    cra(COUNCILS, 10_000, cap_rev="cap"),
    cra("Housing North", 5_000),
]
OUTTURN = [
    ro("alder-council", 190, 60_000),
    ro("alder-council", 699, 60_000),
    ro("alder-council", 711, 9_000),
    ro("alder-council", 724, 4_000),
    ro("alder-council", 781, 500),
    ro("alder-council", 804, -23_500),
    ro("alder-council", 890, 50_000),
    ro("alder-council", 102, 20_000, form="RG"),
    ro("coast-waste", 590, 5_800),
    ro("coast-waste", 699, 5_800),
    ro("coast-waste", 724, -3_900),
    ro("coast-waste", 890, 1_900),
    ro("birch-council", 699, 0),
]
RETURNS = [
    returned("north-ministry", "out", "own", 100_000, function="01.1"),
    returned(
        "north-ministry", "out", "transfer", 20_000, "Alder Council", stream_text="North grant"
    ),
    returned("north-ministry", "in", "transfer", 120_000, "Parliament"),
]
SPEND = [
    paid("alder-council", "Acme", 7_000),
    paid("alder-council", "Alder College", 1_500),
    paid("alder-college", "Acme", 3_000),
    paid("alder-college", "Acme", -200),
    paid("alder-college", "HMRC PAYE", 500),
]


def mixed(
    path: Path, *, areas: tuple[str, ...] = (TWINSHIRE,), keys: tuple[str, ...] = ("N",)
) -> Folder:
    return place(
        path,
        areas=areas,
        keys=keys,
        more={"local_only": [DOCK]},
        cra=CRA,
        ro=OUTTURN,
        returns=RETURNS,
        spend=SPEND,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return mixed(tmp_path_factory.mktemp("mixed") / "place")


@pytest.fixture(scope="module")
def counted(shared_engine: Engine, folder: Folder) -> Counted:
    return count(shared_engine, folder, Request(YEAR, by=("body", "cap_rev")), today=TODAY)


def test_the_headline(counted: Counted) -> None:
    # The agency's region 80%, its site whole; councils' capital 80%; two outturns; the ministry's
    # own 40% and the grant where it lands; the college's payments with its refund and its payroll.
    assert counted.gross_pence == (
        80_000 + 2_000 + 8_000 + (60_000 + 9_000 + 4_000) + 5_800 + (40_000 + 20_000) + 3_300
    )
    # The levy as paid, the grant, and what the council paid the college.
    assert counted.eliminated_pence == 4_000 + 20_000 + 1_500
    assert counted.net_pence == 206_600
    assert (counted.capital_pence, counted.revenue_pence) == (8_000, 198_600)
    assert (counted.net_low_pence, counted.net_high_pence) == (206_560, 206_640)
    assert counted.net_as_published_pence == 206_600 + 1_600 - 2_000
    assert (counted.key.key_id, counted.price_base, counted.snapshot) == ("N", "cash", 1)


def test_every_identity_holds(counted: Counted) -> None:
    assert all(counted.identities.values()), counted.identities
    assert len(counted.identities) == 8


def test_rows_by_body(counted: Counted) -> None:
    rows = {(row.values["body"], row.values["cap_rev"]): row.pence for row in counted.rows}
    assert rows == {
        ("harbour-agency", "cur"): 82_000,
        ("alder-council", "cur"): 73_000 - 4_000 - 1_500,
        ("north-ministry", "cur"): 40_000,
        ("north-authorities", "cap"): 8_000,
        ("coast-waste", "cur"): 5_800,
        ("alder-college", "cur"): 3_300,
    }
    assert [row.pence for row in counted.rows] == sorted(rows.values(), reverse=True)
    first = counted.rows[0]
    assert (first.grade, first.coverage_pct, first.share_pct) == ("E", 0.0, 39.69)
    assert (first.low_pence, first.high_pence) == (82_000 - 40, 82_000 + 40)
    assert len({row.figure_id for row in counted.rows} | {counted.figure_id}) == 7


def test_who_controls_it_and_how_well_it_is_placed(counted: Counted) -> None:
    assert counted.control == {
        # councils' capital, Alder's schools beyond the grant, waste, college; levy and college out
        "local": 8_000 + 40_000 + 4_000 - 4_000 + 5_800 + 3_300 - 1_500,
        "ringfenced": 20_000,
        "national_rules": 9_000,
        "national": 82_000 + 40_000,
    }
    # The dock lies in Birch: its place is known, its grade is that of the regional analysis.
    assert counted.by_grade == {"A": 206_600 - 130_000, "E": 80_000 + 2_000 + 8_000 + 40_000}
    assert counted.grade == "E"


def test_the_statement_names_every_penny(counted: Counted) -> None:
    statement = counted.statement
    assert statement.by_construction_pence == 90_000
    # Of the council's grants 20,000 are the ministry's, which is counted: not from outside.
    assert statement.funder_view_pence == 90_000 + (50_000 + 3_500) + 1_900 + 60_000
    assert {(row.kind, row.pence) for row in statement.rows} == {
        ("financing", -500),
        ("in_transit", -100),
        ("in_transit", -1_500),
        ("not_returned", 3_300),
    }
    assert statement.residual_pence == 1_200
    assert statement.other_pence == 0
    outturn = counted.outturn_statement
    assert outturn is not None
    assert outturn.net_pence == 73_000 + 5_800 - 4_000
    assert outturn.closes


def test_the_bridge_reaches_the_returns_own_totals(counted: Counted) -> None:
    steps = dict(counted.bridge)
    assert steps["service expenditure"] == 65_800
    assert steps["total service expenditure as published (699)"] == 65_800
    assert steps["levies paid"] == 4_000
    assert steps["levies received"] == -3_900
    assert steps["net current expenditure, bridged"] == 65_800 + 9_000 + 4_000 - 3_900


def test_who_is_counted_and_who_is_missing(counted: Counted) -> None:
    assert counted.bodies == {"returned": 3, "published": 1, "estimated": 2, "missing": 2}
    missing = {row.name: row.detail for row in counted.coverage if row.status == "missing"}
    assert missing == {
        "Birch Council": "its return shows no service expenditure",
        "Coast Police": "nothing of its money is loaded",
    }
    # 116,600 of 206,600 come from returned or published lines.
    assert counted.coverage_pct == 56.44


def test_what_stands_beside_the_headline(counted: Counted) -> None:
    # The Old Dock lies in the place: the headline holds it, so it is not beside it.
    assert counted.beside == {
        "housing revenue account": 4_000,
        "own return loaded": 40_000,
        "local government, regional analysis": 240_000,
        "regional analysis, everything identifiable": 4_000 + 1_600 + 40_000 + 240_000 + 88_000,
    }
    assert counted.listed == {}
    assert counted.unplaceable_pence == counted.outside_pence == 0


def test_payments_itemise_and_never_change_the_headline(counted: Counted) -> None:
    placed = [(row.body_id, row.placed_pence) for row in counted.itemised if row.placed_pence]
    assert sum(pence for _, pence in placed) == 8_500
    assert {body for body, _ in placed} == {"alder-council"}
    assert counted.not_itemised_pence == sum(row.not_itemised_pence for row in counted.itemised)


def test_people_and_households(counted: Counted) -> None:
    assert (counted.people.value, counted.people.year, counted.people.why) == (80, 2017, "")
    assert counted.households.value is None
    assert counted.households.why == (
        "the nearest number of households is of 2021, more than three years from 2017-18"
    )
