"""A body is found by anything it is known as, or the request says what is near."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from totalplace.errors import RequestError
from totalplace.model import body_register, schema

BODIES = body_register()


@pytest.mark.parametrize(
    ("text", "body_id"),
    [
        ("trafford", "trafford"),
        ("Trafford", "trafford"),
        ("Trafford Metropolitan Borough Council", "trafford"),
        ("TRAFFORD  MBC", "trafford"),
        ("E08000009", "trafford"),
        ("e4209", "trafford"),
        ("GMCA", "greater-manchester-combined-authority"),
        ("E6202", "greater-manchester-waste-disposal-authority"),
        ("E23000005", "greater-manchester-police"),
        ("Department for Work & Pensions", "department-for-work-and-pensions"),
        ("Shepway District Council", "folkestone-and-hythe"),
        ("E12000007", "greater-london-authority"),
        ("NHS England", "nhs-england"),
    ],
)
def test_a_body_is_found(text: str, body_id: str) -> None:
    assert BODIES.find(text).body_id == body_id


def test_an_unknown_name_lists_the_nearest() -> None:
    with pytest.raises(RequestError) as caught:
        BODIES.find("Traford Council")
    [problem] = caught.value.problems
    assert problem.code == "unknown_body"
    assert "trafford (Trafford Metropolitan Borough Council)" in problem.fix


def test_nothing_near_says_what_to_do_instead() -> None:
    with pytest.raises(RequestError, match="add the body"):
        BODIES.find("zzzzzzzz")


def test_part_of_a_name_lists_those_that_hold_it() -> None:
    with pytest.raises(RequestError) as caught:
        BODIES.find("waste disposal authority")
    assert "merseyside-waste-disposal-authority" in caught.value.problems[0].fix


def added(table: str, *rows: dict[str, str]) -> pa.Table:
    empty = dict.fromkeys(schema(table).names)
    return pa.Table.from_pylist([{**empty, **row, "source": "test"} for row in rows])


MARLBROOK = {
    "body_id": "marlbrook",
    "name": "Marlbrook Council",
    "tier": "local",
    "kind": "unitary",
    "org_ids": "gss:T08000001",
}


def test_a_place_adds_its_own_bodies() -> None:
    register = body_register(
        added("body", MARLBROOK),
        added("body_alias", {"alias": "Marlbrook Borough", "body_id": "marlbrook"}),
        added("body_area", {"body_id": "marlbrook", "area": "T08000001", "role": "serves"}),
    )
    assert register.find("marlbrook borough").name == "Marlbrook Council"
    assert register.by_org_id("gss", "T08000001") == register.find("marlbrook")
    assert register.serves["marlbrook"] == ("T08000001",)
    assert register.find("trafford").body_id == "trafford"
    assert body_register().get("marlbrook") is None


def test_two_bodies_of_one_name_are_both_listed() -> None:
    twin = {**MARLBROOK, "body_id": "marlbrook-2", "org_ids": ""}
    register = body_register(added("body", MARLBROOK, twin))
    with pytest.raises(RequestError) as caught:
        register.find("Marlbrook Council")
    [problem] = caught.value.problems
    assert problem.code == "ambiguous_body"
    assert "marlbrook (" in problem.why
    assert "marlbrook-2 (" in problem.why
    assert register.find("marlbrook").body_id == "marlbrook"


def test_rows_that_do_not_fit_are_all_told() -> None:
    with pytest.raises(RequestError) as caught:
        body_register(
            added(
                "body",
                {**MARLBROOK, "body_id": "trafford"},
                {**MARLBROOK, "org_ids": "gss:E08000009", "successor_id": "nowhere"},
            ),
            added(
                "body_alias",
                {"alias": "GMCA", "body_id": "marlbrook"},
                {"alias": "Ghost", "body_id": "ghost"},
            ),
            added("body_area", {"body_id": "ghost", "area": "T1", "role": "serves"}),
        )
    told = [f"{problem.where}: {problem.why}" for problem in caught.value.problems]
    assert told == [
        "body trafford: the identifier is already in use",
        "body marlbrook: gss:E08000009 is trafford's",
        "body marlbrook: successor nowhere is unknown",
        "alias GMCA: it already means greater-manchester-combined-authority",
        "alias Ghost: body ghost is unknown",
        "area T1: body ghost is unknown",
    ]


def test_codes_are_looked_up_by_scheme() -> None:
    assert BODIES.by_org_id("ecode", "e6348") == BODIES.find("GMCA")
    assert BODIES.by_org_id("gss", "E6348") is None
    assert BODIES.by_org_id("ecode", "E0000") is None


def test_mergers_have_dates_and_successors() -> None:
    waste = BODIES.find("Greater Manchester Waste Disposal Authority")
    assert waste.is_alive(date(2018, 3, 31))
    assert not waste.is_alive(date(2018, 4, 1))
    assert waste.successor_id == "greater-manchester-combined-authority"
    assert BODIES.find("Bournemouth Borough Council").successor_id == (
        "bournemouth-christchurch-and-poole"
    )
    trust = BODIES.find("Trafford Primary Care Trust")
    assert (trust.valid_to, trust.successor_id) == (date(2013, 4, 1), "nhs-trafford-ccg")
    board = BODIES.find("NHS Greater Manchester Integrated Care Board")
    assert not board.is_alive(date(2022, 6, 30))
    assert BODIES.find("Department of Health").successor_id == (
        "department-of-health-and-social-care"
    )


def test_what_a_body_serves() -> None:
    assert BODIES.serves["greater-manchester-combined-authority"] == ("E47000001",)
    assert BODIES.serves["greater-manchester-police"] == ("E23000005",)
    # A national park levies nobody and serves no district's residents: it is only located there.
    assert "peak-district-national-park-authority" not in BODIES.serves
