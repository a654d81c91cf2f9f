"""Whose account supplies the lines, where several hold the same money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from northland import (
    ALDER,
    BIRCH,
    COAST,
    HILLS,
    SOURCE,
    TWINSHIRE,
    YEAR,
    Row,
    add,
    cra,
    paid,
    place,
    returned,
    ro,
)

from totalplace.count._evidence import Evidence, gather
from totalplace.count._once import supersede_wider
from totalplace.count._registers import Registers, registers
from totalplace.engine import Engine
from totalplace.errors import RequestError
from totalplace.place import Folder

pytestmark = pytest.mark.slow

MINISTRY = "Ministry of the North"
COUNCILS = "Local Government North"


Gather = Callable[..., Evidence]


@pytest.fixture
def gathered(engine: Engine, north: Registers) -> Gather:
    """Gathers a place's evidence; registers are read only where the place has rows of its own."""

    def one(folder: Folder, *, year: str = YEAR, has_own: bool = False) -> Evidence:
        state = folder.state()
        register = registers(folder, state) if has_own else north
        return gather(engine, folder, state, register, year=year, decisions=folder.decisions())

    return one


def headline(engine: Engine, evidence: Evidence, role: str = "headline") -> dict[Any, int]:
    """(body, capital or revenue, dataset) -> pence of this year's spending of a role."""
    sums: dict[Any, int] = {}
    for line in engine.to_arrow(evidence.lines).to_pylist():
        if (line["role"], line["year_offset"], line["side"]) == (role, 0, "out"):
            key = line["body_id"], line["cap_rev"], line["dataset"]
            sums[key] = sums.get(key, 0) + line["amount_pence"]
    return sums


def counted(evidence: Evidence) -> list[tuple[str, str, str, str]]:
    return [(one.body_id, one.cap_rev, one.dataset, one.basis) for one in evidence.counted]


def test_the_regional_analysis_alone(engine: Engine, gathered: Gather, tmp_path: Path) -> None:
    rows = [
        cra(MINISTRY, 100),
        cra(COUNCILS, 60),
        cra(COUNCILS, 20, cap_rev="cap"),
        cra(MINISTRY, 9, region_code="ZZ_NONID", is_identifiable=False),
        cra(MINISTRY, 3, is_identifiable=False),  # of a region, yet for all
        cra(MINISTRY, 7, region_code="ZZ_OUTSIDE"),
        cra(MINISTRY, 5, region_code="ZZ_OUTSIDE", is_identifiable=False),
        cra(MINISTRY, 1000, financial_year="2016-17"),
    ]
    found = gathered(place(tmp_path / "place", cra=rows))
    assert found.unplaceable_pence == 9 + 3
    assert found.outside_pence == 7 + 5
    assert found.year_datasets == ("cra",)
    assert counted(found) == [
        ("north-authorities", "cap", "cra", "net_all"),
        ("north-authorities", "cur", "cra", "net_all"),
        ("north-ministry", "cur", "cra", "net_all"),
    ]
    assert {row.status for row in found.coverage} == {"estimated"}
    assert headline(engine, found)["north-authorities", "cur", "cra"] == 60


def test_the_outturn_turns_local_revenue_into_a_control_and_keeps_local_capital(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    folder = place(
        tmp_path / "place",
        cra=[cra(MINISTRY, 100), cra(COUNCILS, 60), cra(COUNCILS, 20, cap_rev="cap")],
        ro=[ro("alder-council", 190, 40), ro("alder-council", 699, 40)],
    )
    found = gathered(folder)
    assert headline(engine, found) == {
        ("alder-council", "cur", "ro"): 40,
        ("north-ministry", "cur", "cra"): 100,
        ("north-authorities", "cap", "cra"): 20,
    }
    assert headline(engine, found, "control") == {("north-authorities", "cur", "cra"): 60}
    assert ("alder-council", "cur", "ro", "net_income") in counted(found)
    silent = {row.body_id for row in found.coverage if row.status == "missing"}
    assert silent >= {"birch-council", "coast-police"}
    assert "old-alder" not in silent  # it had ended before the year
    assert "alder-council" not in silent


@pytest.mark.parametrize(
    "cells",
    [
        [ro("alder-council", 190, 0), ro("alder-council", 699, 0)],
        [ro("alder-council", 699, 0)],
        [ro("alder-council", 711, 500)],  # benefits, and nothing said of services
    ],
)
def test_an_outturn_without_services_is_missing(
    engine: Engine, gathered: Gather, tmp_path: Path, cells: list[Row]
) -> None:
    other = [ro("birch-council", 190, 5), ro("birch-council", 699, 5)]
    found = gathered(place(tmp_path / "place", ro=[*cells, *other]))
    assert counted(found) == [("birch-council", "cur", "ro", "net_income")]
    [alder] = [row for row in found.coverage if row.body_id == "alder-council"]
    assert (alder.status, alder.detail, alder.name) == (
        "missing",
        "its return shows no service expenditure",
        "Alder Council",
    )
    assert headline(engine, found) == {("birch-council", "cur", "ro"): 5}


def test_payments_step_in_for_an_outturn_without_services(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    folder = place(
        tmp_path / "place",
        ro=[ro("alder-council", 699, 0), ro("birch-council", 190, 5)],
        spend=[paid("alder-council", "Acme", 30)],
    )
    found = gathered(folder)
    assert headline(engine, found)["alder-council", "cur", "spend"] == 30
    assert [row.status for row in found.coverage if row.body_id == "alder-council"] == ["published"]


def test_a_returns_own_arithmetic_is_told_where_it_touches_the_place(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    cells = [
        *(ro("alder-council", code, 500_000_00) for code in (190, 699)),
        ro("birch-council", 190, 500_000_00),
        ro("birch-council", 699, 400_000_00),
        ro("dale-council", 699, 400_000_00),  # in the other region
        ro("dale-council", 190, 1),
    ]
    found = gathered(place(tmp_path / "place", ro=cells))
    assert found.warnings == (
        "Birch Council: the services of its return differ from its own total by £100,000.00",
    )


def test_authorities_that_nobody_knows_are_told(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    cells = [
        ro("alder-council", 190, 5),
        ro(None, 190, 7, ecode="E9999", body_text="Elm Council"),
        ro(None, 190, 7),
    ]
    found = gathered(place(tmp_path / "place", ro=cells))
    assert found.warnings == (
        (
            "2 authorities of the outturn are in no register and are left out: "
            "E9999 Elm Council, without a code"
        ),
    )


def test_payments_alone_are_the_headline_and_under_an_outturn_they_itemise(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    payments = [paid("alder-council", "Acme", 30), paid("alder-council", None, -4)]
    alone = gathered(place(tmp_path / "alone", spend=payments))
    assert headline(engine, alone) == {("alder-council", "cur", "spend"): 26}
    assert counted(alone) == [("alder-council", "cur", "spend", "gross")]
    assert [row.status for row in alone.coverage if row.body_id == "alder-council"] == ["published"]
    cells = [ro("alder-council", 190, 40), ro("alder-council", 699, 40)]
    under = gathered(place(tmp_path / "under", spend=payments, ro=cells))
    assert headline(engine, under) == {("alder-council", "cur", "ro"): 40}
    assert headline(engine, under, "itemised") == {("alder-council", "cur", "spend"): 26}


@pytest.mark.parametrize(
    ("payer", "scope", "regional"),
    [
        ("alder-council", None, [cra(COUNCILS, 60)]),  # in the councils' one sum
        ("north-ministry", None, [cra(MINISTRY, 60)]),  # in its own cells
        ("alder-ccg", "north-ministry", [cra(MINISTRY, 60)]),  # in its ministry's cells
    ],
)
def test_payments_inside_the_regional_analysis_are_not_counted_twice(
    engine: Engine,
    gathered: Gather,
    tmp_path: Path,
    payer: str,
    scope: str | None,
    regional: list[Row],
) -> None:
    scopes = [{"kind": "nhs_ccg", "cra_body_id": scope, "source": SOURCE}] if scope else []
    folder = place(
        tmp_path / "place",
        cra=regional,
        spend=[paid(payer, "Acme", 30)],
        more={"cra_scope": scopes} if scopes else {},
    )
    found = gathered(folder)
    assert sum(headline(engine, found).values()) == 60
    assert headline(engine, found, "itemised") == {(payer, "cur", "spend"): 30}
    assert [one.dataset for one in found.counted] == ["cra"]


def test_payments_beside_other_bodies_of_the_regional_analysis_are_added(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    payers = ("alder-college", "nobody-known")
    spend = [paid(payer, "Acme", 30) for payer in payers]
    folder = place(tmp_path / "place", cra=[cra(MINISTRY, 60)], spend=spend)
    assert sum(headline(engine, gathered(folder)).values()) == 60 + 30 + 30


def test_capital_payments_stand_in_the_regional_capital(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    capital = {
        "body_id": "alder-council",
        "unit_pattern": "*",
        "expense_pattern": "building",
        "payee_pattern": "*",
        "nature": "purchase",
        "ro_code": None,
        "cap_rev": "cap",
        "reason": "test",
        "source": SOURCE,
        "priority": 99,
    }
    folder = place(
        tmp_path / "place",
        cra=[cra(COUNCILS, 60, cap_rev="cap")],
        spend=[
            paid("alder-council", "Acme", 30, expense_text="Building"),
            paid("alder-council", "Acme", 4),
        ],
        more={"spend_rule": [capital]},
    )
    found = gathered(folder)
    assert headline(engine, found) == {
        ("north-authorities", "cap", "cra"): 60,
        ("alder-council", "cur", "spend"): 4,
    }


def test_a_departments_own_return_makes_controls_of_its_cells_of_that_side_only(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    folder = place(
        tmp_path / "place",
        cra=[cra(MINISTRY, 60), cra(MINISTRY, 20, cap_rev="cap"), cra("Board", 7)],
        returns=[
            returned("north-ministry", "out", "own", 200),
            returned("north-ministry", "in", "transfer", 210, "Parliament"),
        ],
    )
    found = gathered(folder)
    assert headline(engine, found) == {
        ("north-ministry", "cur", "return"): 200,
        ("north-ministry", "cap", "cra"): 20,
        ("board", "cur", "cra"): 7,
    }
    assert headline(engine, found, "control") == {("north-ministry", "cur", "cra"): 60}


def test_a_returning_bodys_site_programmes_are_a_control_as_published(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    site = {
        "segment_pattern": None,
        "department": MINISTRY,
        "organisation": MINISTRY,
        "region_code": None,
        "site_area": ALDER,
        "site_name": "Old Dock",
        "reason": "test",
        "source": SOURCE,
    }
    folder = place(
        tmp_path / "place",
        cra=[cra(MINISTRY, 60)],
        returns=[returned("north-ministry", "out", "own", 200)],
        more={"local_only": [site]},
    )
    found = gathered(folder)
    assert headline(engine, found) == {("north-ministry", "cur", "return"): 200}
    controls = [
        (line["zone"], line["amount_pence"])
        for line in engine.to_arrow(found.lines).to_pylist()
        if line["role"] == "control"
    ]
    assert controls == [(COAST, 60)]
    assert not headline(engine, found, "apart")


def test_a_return_without_an_area_does_not_take_the_place_of_the_regional_analysis(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    agency = returned("harbour-agency", "out", "own", 200)
    tides = returned("tide-ministry", "out", "own", 5)
    rows = [cra(MINISTRY, 60, org_text="Harbour Agency")]
    found = gathered(place(tmp_path / "place", cra=rows, returns=[agency, tides]))
    assert headline(engine, found) == {
        ("harbour-agency", "cur", "cra"): 60,
        ("tide-ministry", "cur", "return"): 5,  # nowhere else; it lands nowhere
    }
    assert found.warnings == tuple(
        f"{name}: its return cannot be placed, as the register of bodies gives it no area"
        for name in ("Harbour Agency", "Ministry of Tides")
    )


def test_the_basis_of_a_return_is_its_most_net_one(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    last_year = {"period_start": date(2016, 4, 1), "period_end": date(2017, 3, 31)}
    rows = [
        returned("alder-college", "out", "own", 5, basis="net_income"),
        returned("alder-college", "out", "own", 5),
        returned("alder-college", "out", "own", 5, basis="net_grant", **last_year),
        returned("alder-college", "out", "own", 5, basis="net_grant", phase="budget"),
        returned("alder-college", "in", "transfer", 5, basis="net_grant"),
        returned("alder-ccg", "out", "own", 5, basis=None),
    ]
    found = gathered(place(tmp_path / "place", returns=rows))
    assert counted(found) == [
        ("alder-ccg", "cur", "return", "gross"),
        ("alder-college", "cur", "return", "net_income"),
    ]


def test_a_councils_return_beats_its_outturn(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    folder = place(
        tmp_path / "place",
        ro=[
            ro("alder-council", 190, 40),
            ro("alder-council", 890, 44),
            ro("alder-council", 781, 3),
            ro("birch-council", 190, 8),
        ],
        returns=[
            returned("alder-council", "out", "own", 50),
            returned("alder-council", "in", "transfer", 50, "Council tax payers"),
        ],
    )
    found = gathered(folder)
    assert headline(engine, found) == {
        ("alder-council", "cur", "return"): 50,
        ("birch-council", "cur", "ro"): 8,
    }
    assert headline(engine, found, "control") == {("alder-council", "cur", "ro"): 40}
    roles = {
        (line["dataset"], line["role"])
        for line in engine.to_arrow(found.lines).to_pylist()
        if line["body_id"] == "alder-council"
    }
    # The funding and financing of the outturn must not pay for the return's spending.
    assert roles == {
        ("return", "headline"),
        ("return", "funding"),
        ("ro", "control"),
        ("ro", "dropped"),
    }


def test_a_councils_return_itemises_the_regional_analysis_until_all_have_returned(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    regional = [cra(COUNCILS, 60), cra(COUNCILS, 20, cap_rev="cap")]
    alder = [
        returned("alder-council", "out", "own", 50),
        returned("alder-council", "in", "transfer", 50, "Council tax payers"),
    ]
    one = gathered(place(tmp_path / "one", cra=regional, returns=alder))
    assert headline(engine, one) == {
        ("north-authorities", "cur", "cra"): 60,
        ("north-authorities", "cap", "cra"): 20,
    }
    assert headline(engine, one, "itemised") == {("alder-council", "cur", "return"): 50}
    assert {one.dataset for one in one.counted} == {"cra"}
    both = [*alder, returned("birch-council", "out", "own", 9)]
    all_ = gathered(place(tmp_path / "all", cra=regional, returns=both))
    assert headline(engine, all_) == {
        ("alder-council", "cur", "return"): 50,
        ("birch-council", "cur", "return"): 9,
        ("north-authorities", "cap", "cra"): 20,  # nobody returned capital
    }
    # A college serves Alder too, and is no council.
    college = [*alder, returned("coast-waste", "out", "own", 9)]
    rest = gathered(place(tmp_path / "rest", cra=regional, returns=college))
    assert headline(engine, rest)["north-authorities", "cur", "cra"] == 60


def test_a_return_inside_another_bodys_cells_itemises_them(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    scope = {"kind": "nhs_ccg", "cra_body_id": "north-ministry", "source": SOURCE}
    folder = place(
        tmp_path / "place",
        cra=[cra(MINISTRY, 60)],
        returns=[returned("alder-ccg", "out", "own", 30), returned("alder-ccg", "in", "own", 30)],
        more={"cra_scope": [scope]},
    )
    found = gathered(folder)
    assert headline(engine, found) == {("north-ministry", "cur", "cra"): 60}
    assert headline(engine, found, "itemised") == {("alder-ccg", "cur", "return"): 30}


def test_the_newest_edition_of_the_regional_analysis_counts(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    rows = [cra("Board", 60, edition="2014"), cra("Board", 50), cra("Board", 5)]
    found = gathered(place(tmp_path / "place", cra=rows))
    assert headline(engine, found) == {("board", "cur", "cra"): 55}
    [told] = found.warnings
    assert "edition 2018 counts (Coast £0.55); edition 2014 is left aside" in told


def test_of_two_files_about_one_thing_the_later_counts(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    folder = place(
        tmp_path / "place",
        cra=[cra("Board", 60), cra("Board", 6, region_code=HILLS)],
        ro=[ro("alder-council", 190, 40), ro("birch-council", 190, 8)],
    )
    later = "2026-11-22T10:00:00"
    add(folder, "cra", [cra("Board", 70)], name="revised.xlsx", received=later)
    add(folder, "ro", [ro("alder-council", 190, 41)], name="late.xlsx", received=later)
    found = gathered(folder)
    assert headline(engine, found) == {
        ("board", "cur", "cra"): 70 + 6,
        ("alder-council", "cur", "ro"): 41,
        ("birch-council", "cur", "ro"): 8,
    }
    assert [text.partition(":")[0] for text in found.warnings] == ["ro.csv", "cra.csv"]


def test_a_superseded_file_is_not_read(engine: Engine, gathered: Gather, tmp_path: Path) -> None:
    folder = place(tmp_path / "place")
    old = add(folder, "return", [returned("alder-council", "out", "own", 50)])
    new = [returned("alder-council", "out", "own", 55)]
    add(folder, "return", new, name="revised.csv", supersedes=old)
    assert headline(engine, gathered(folder)) == {("alder-council", "cur", "return"): 55}


def test_an_ended_payee_is_read_as_its_successor(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    merged = {
        "body_id": "elm-council",
        "name": "Elm Council",
        "tier": "local",
        "kind": "metropolitan_district",
        "org_ids": None,
        "valid_from": None,
        "valid_to": date(2017, 10, 1),
        "successor_id": "birch-council",
        "source": SOURCE,
    }
    circle = merged | {
        "body_id": "circle-council",
        "name": "Circle Council",
        "valid_to": date(2010, 4, 1),
        "successor_id": "circle-council",
    }
    payees = ("Old Alder Borough Council", "Elm Council", "Circle Council")
    spend = [paid("cedar-council", payee, 1) for payee in payees]
    more = {"body": [merged, circle]}

    def read_as(found: Evidence) -> dict[str, str | None]:
        return {match.payee_text: match.body_id for match in found.payees.values()}

    found = gathered(place(tmp_path / "a", spend=spend, more=more), has_own=True)
    assert read_as(found) == {
        "Old Alder Borough Council": "alder-council",
        "Elm Council": "birch-council",
        "Circle Council": "circle-council",
    }
    assert found.payees["cedar-council", "Elm Council"].reason.endswith("Birch Council took over")
    # A body that ended within the year and still reports is paid under its own name.
    own = [*spend, paid("elm-council", "Acme", 1)]
    found = gathered(place(tmp_path / "b", spend=own, more=more), has_own=True)
    assert read_as(found)["Elm Council"] == "elm-council"
    lines = engine.to_arrow(found.lines).to_pylist()
    assert [line["counterparty_id"] for line in lines if line["payee_text"] == payees[0]] == [
        "alder-council"
    ]


def test_decisions_on_payees_and_streams_win(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    folder = place(
        tmp_path / "place",
        spend=[paid("alder-college", name, 5) for name in ("Mystery Ltd", "Birch Council", "Acme")],
        returns=[returned("alder-ccg", "in", "transfer", 5, "X", stream_text="Odd Name")],
    )
    told = {"who": "me", "when": "2026-11-21T10:00:00", "why": "known"}
    folder.decide(object_id="Mystery Ltd", what="alias", value="cedar-council", **told)
    folder.decide(object_id="Birch Council", what="alias", value="none", **told)
    folder.decide(object_id="Acme", what="alias", value="nobody-we-know", **told)
    folder.decide(object_id="odd name", what="stream", value="north-grant", **told)
    lines = engine.to_arrow(gathered(folder).lines).to_pylist()
    by_text = {line["payee_text"]: line for line in lines}
    assert by_text["Mystery Ltd"]["counterparty_id"] == "cedar-council"
    assert by_text["Birch Council"]["counterparty_id"] is None
    assert by_text["Acme"]["counterparty_id"] == "nobody-we-know"
    assert by_text["X"]["stream_id"] == "north-grant"


def test_neighbouring_years_are_kept_for_matching_alone(
    engine: Engine, gathered: Gather, tmp_path: Path
) -> None:
    before = {"period_start": date(2017, 3, 1), "period_end": date(2017, 3, 31)}
    long_ago = {"period_start": date(2015, 3, 1), "period_end": date(2015, 3, 31)}
    folder = place(
        tmp_path / "place",
        spend=[
            paid("alder-council", "Acme", 30),
            paid("alder-council", "Acme", 7, **before),
            paid("birch-council", "Acme", 8, **before),
            paid("alder-council", "Acme", 9, **long_ago),
        ],
    )
    found = gathered(folder)
    assert sum(headline(engine, found).values()) == 30
    assert counted(found) == [("alder-council", "cur", "spend", "gross")]
    offsets = [line["year_offset"] for line in engine.to_arrow(found.lines).to_pylist()]
    assert sorted(offsets) == [-1, -1, 0]


def test_a_year_the_place_lacks(engine: Engine, gathered: Gather, tmp_path: Path) -> None:
    folder = place(
        tmp_path / "place",
        cra=[cra("Board", 1)],
        ro=[ro("alder-council", 190, 5, financial_year="2011-12")],
        spend=[paid("alder-council", "Acme", 30, period_end=date(2013, 3, 31))],
        returns=[returned("alder-council", "out", "own", 1, financial_year="2009-10")],
    )
    with pytest.raises(RequestError) as error:
        gathered(folder, year="2004-05")
    [problem] = error.value.problems
    assert problem.code == "no_such_year"
    assert problem.why == "its files are of 2009-10, 2011-12, 2012-13, 2017-18"
    with pytest.raises(RequestError) as error:
        gathered(place(tmp_path / "empty"))
    assert error.value.problems[0].why == "it holds no files yet"


def test_a_crosswalk_of_the_place_is_read(engine: Engine, gathered: Gather, tmp_path: Path) -> None:
    walk = {
        "from_scheme": "cra_function",
        "from_code": "99. Tides",
        "to_scheme": "cofog",
        "to_code": "05.3",
        "share": 1,
        "reason": "test",
        "source": SOURCE,
    }
    rows = [cra("Board", 1, function_text="99.  TIDES")]
    more = {"crosswalk": [walk, walk | {"to_scheme": "proclass", "to_code": "1"}]}
    found = gathered(place(tmp_path / "place", cra=rows, more=more))
    [line] = engine.to_arrow(found.lines).to_pylist()
    assert line["function"] == "05.3"


def test_each_stage_is_told(engine: Engine, tmp_path: Path) -> None:
    folder = place(tmp_path / "place", areas=(ALDER, BIRCH), spend=[paid("alder-council", "A", 1)])
    told: list[str] = []
    state = folder.state()
    register = registers(folder, state)
    gather(engine, folder, state, register, year=YEAR, report=told.append)
    assert told == ["payees", "lines"]
    assert TWINSHIRE in register.zones


def test_what_stands_apart_stays_apart() -> None:
    line = {
        "body_id": "alder-council",
        "cap_rev": "cur",
        "role": "apart",
        "label": "housing revenue account",
        "derivation": "apportioned",
    }
    lines = [dict(line)]
    supersede_wider({("alder-council", "cur")}, [], lines)
    assert lines == [line]
