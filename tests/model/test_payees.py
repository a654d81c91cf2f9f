"""Reading the names of payees: precision first. Names of people here are invented."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.model import (
    PayeeMatch,
    body_register,
    load,
    normalise_payee,
    resolve_payees,
    schema,
)

BODIES = body_register()


def read(name: str, payer_id: str | None = None) -> PayeeMatch:
    [match] = resolve_payees([name], BODIES, payer_id=payer_id)
    return match


@pytest.mark.parametrize(
    ("name", "body_id"),
    [
        ("Salford City Council", "salford"),
        ("Trafford  Council", "trafford"),
        ("Bury M.B.C.", "bury"),
        ("Tameside M B C", "tameside"),
        ("Wigan Mbc", "wigan"),
        ("Metropolitan Borough Of Wigan", "wigan"),
        ("St. Helens Council", "st-helens"),
        ("Brighton & Hove City Council", "brighton-and-hove"),
        ("London Borough Of Hackney", "hackney"),
        ("Kirklees Metropolitan Council", "kirklees"),
        ("Lancashire County Council", "lancashire"),
        ("Partington Parish Council", "partington-parish-council"),
        ("GMCA", "greater-manchester-combined-authority"),
        ("GMWDA (LEVY)", "greater-manchester-waste-disposal-authority"),
        ("Greater M/C Police", "greater-manchester-police"),
        ("Greater Manchester Fire & Rescue", "greater-manchester-fire-and-rescue-authority"),
        ("GREATER MANCHESTER SUPERANN FUND", "greater-manchester-pension-fund"),
        ("TEACHERS PENSIONS", "teachers-pension-scheme-england-and-wales"),
        ("HMRC CUMBERNAULD", "hm-revenue-and-customs"),
        ("H.M. Revenue & Customs", "hm-revenue-and-customs"),
        ("H.M.Land Registry", "hm-land-registry"),
        ("Department For Work & Pensions", "department-for-work-and-pensions"),
        ("Manchester University NHS FT", "manchester-university-nhs-foundation-trust"),
        ("Northumbria Healthcare NHS FT", "northumbria-healthcare-nhs-foundation-trust"),
        ("NHS Greater Manchester ICB", "nhs-greater-manchester-integrated-care-board"),
        ("NHS Trafford Clinical Commissioning Group", "nhs-trafford-ccg"),
        ("Trafford CCG", "nhs-trafford-ccg"),
        ("Stockport Primary Care Trust", "stockport-primary-care-trust"),
        ("Salford Nhs Primary Care Trust", "salford-primary-care-trust"),
        (
            "Central Mcr Uni Hospital t/a",
            "central-manchester-university-hospitals-nhs-foundation-trust",
        ),
        (
            "University Hosp Birmingham NHS FT",
            "university-hospitals-birmingham-nhs-foundation-trust",
        ),
        ("TfGM T/A DriveSafe", "transport-for-greater-manchester"),
        ("Network Rail Infrastructure Ltd", "network-rail"),
        ("The University Of Manchester", "university-of-manchester"),
    ],
)
def test_public_bodies_are_read(name: str, body_id: str) -> None:
    match = read(name)
    assert match.body_id == body_id
    assert match.payee_kind == "organisation"
    assert match.score >= 0.9


@pytest.mark.parametrize(
    ("name", "body_id"),
    [
        ("Greater Manchester Combined Authori", "greater-manchester-combined-authority"),
        (
            "Greater Manchester Mental Health NH",
            "greater-manchester-mental-health-nhs-foundation-trust",
        ),
        ("Blackburn With Darwen Borough Counc", "blackburn-with-darwen"),
        ("Greater Mcr Waste Disposal Authorit", "greater-manchester-waste-disposal-authority"),
        ("Department of Energy & Climate Chan", "department-of-energy-and-climate-change"),
        (
            "University Hospitals Birmingham NHS",
            "university-hospitals-birmingham-nhs-foundation-trust",
        ),
    ],
)
def test_names_cut_at_35_characters_are_read(name: str, body_id: str) -> None:
    assert read(name).body_id == body_id
    assert "cut at 35" in read(name).reason


def test_a_shorter_beginning_of_a_name_is_no_cut_name() -> None:
    assert read("Blackburn With Darwen Boro").body_id is None
    assert read("Greater Manchester Combined Aut").body_id is None


def added(*rows: dict[str, str]) -> pa.Table:
    empty = dict.fromkeys(schema("body").names)
    return pa.Table.from_pylist(
        [{**empty, "tier": "provider", "kind": "college", **row, "source": "test"} for row in rows]
    )


def test_a_cut_name_of_two_bodies_is_nobody_and_says_why() -> None:
    begin = "The Very Long Name of the College o"
    assert len(begin) == 35
    register = body_register(
        added(
            {"body_id": "college-east", "name": f"{begin}f the East"},
            {"body_id": "college-west", "name": f"{begin}f the West"},
        )
    )
    [match] = resolve_payees([begin], register)
    assert match.body_id is None
    assert match.reason.startswith("ambiguous")
    assert "college-east, college-west" in match.reason


@pytest.mark.parametrize(
    "name",
    [
        "Bury",
        "Salford",
        "Manchester",
        "Trafford",
        "Greater Manchester",
        "City of Manchester Aquatics",
        "Bury Park Ltd",
        "Bury FC Community Trust",
        "Manchester Airport",
        "Manchester Airports Group Plc",
        "Salford Foundation Ltd",
        "Salford Care & Support Services Ltd",
        "Salford Community Leisure Ltd",
        "Trafford Leisure CIC Ltd",
        "Trafford Housing Trust Limited",
        "Trafford Bruntwood (Stamf Qtr) LLP",
        "Bolton Wanderers Football Club",
        "Lancashire County Cricket Club",
        "Manchester Hospital School",
        "Mental Health Care (UK) Ltd",
        "Pennine Care Ltd",
        "Mersey Care Limited",
        "Trafford Healthcare Ltd",
        "Salford Royal Ltd",
        "Bury Council Ltd",
        "Passenger Minibuses Manchester Ltd",
        "Combined Property Control",
        "Stockport County Football Club",
        "PRUDENTIAL LIFE & PENSIONS",
        "The Bridgewater Canal Company Ltd",
        "NatSIP (Kent County Council)",
        "Greater Manchester Police Sports &",
        "Trafford West Primary Care Network",
        "Trinity House",
        "NHS Trusts",
        "University Of Salford Busy Bees",
        "Tesco Stores Ltd",
    ],
)
def test_names_of_others_are_never_a_body(name: str) -> None:
    assert read(name).body_id is None


def test_some_names_stand_for_a_body_in_one_payers_files_only() -> None:
    assert read("NHS CCG", "salford").body_id == "nhs-salford-ccg"
    assert read("NHS CCG", "trafford").body_id is None
    assert read("NHS CCG").body_id is None


def test_a_council_that_pays_itself_is_that_council() -> None:
    assert read("Trafford MBC", "trafford").body_id == "trafford"


@pytest.mark.parametrize(
    "name",
    [
        "Redacted",
        "REDACTED PERSONAL INFORMATION",
        "Redacted Data",
        "redacted personal data t/a Corner Cafe",
        "THIRD PARTY SUPPLIER",
        "*** Redacted ***",
        "Name Withheld",
        "XXXXXX",
        "",
        " - ",
    ],
)
def test_withheld_names_are_no_supplier(name: str) -> None:
    match = read(name)
    assert (match.payee_kind, match.body_id) == ("redacted", None)


@pytest.mark.parametrize("name", ["Redactive Events Ltd", "Third Party Logistics Ltd"])
def test_a_name_that_looks_withheld_is_not(name: str) -> None:
    assert read(name).payee_kind == "organisation"


@pytest.mark.parametrize(
    "name",
    [
        "Mrs A Example",
        "MR EXAMPLE",
        "Dr Ann Example",
        "Ms Ann-Marie Example",
        "Mr & Mrs Example",
        "Susan Example",
        "SUSAN EXAMPLE",
        "Susan B Example",
        "Susan Mary O'Example",
        "Example, Susan",
        "S Example",
        "S.B. Example",
    ],
)
def test_people_are_individuals(name: str) -> None:
    match = read(name)
    assert (match.payee_kind, match.body_id) == ("individual", None)
    assert 0.5 < match.score < 1


@pytest.mark.parametrize(
    "name",
    [
        "Susan Example Ltd",
        "Susan Example Photography",
        "Susan Example & Partners",
        "S Example Plumbing",
        "Dr Example Surgery",
        "Example Homes",
        "Rose Cottage",
        "Grant Thornton",
        "Example C.I.C.",
        "Hobart U.K.",
        "George 2000",
        "T.V. Licensing",
        "Kids Planet Day Nurseries",
        "Maria Mallaband 16 Ltd",
        "VOYAGE LTD",
        "Stockdales",
    ],
)
def test_organisations_are_not_people(name: str) -> None:
    assert read(name).payee_kind == "organisation"


@pytest.mark.parametrize(
    ("spellings", "key"),
    [
        (
            ("Acme Ltd", "ACME LIMITED", "Acme  Ltd.", "The Acme Ltd", "Acme Ltd T/A Roadrunner"),
            "acme",
        ),
        (("A & B Plc", "A and B PLC", "A&B plc"), "a and b"),
        (("O'Hara's Ltd", "OHaras Limited", "O’Hara’s LTD"), "oharas"),
        (("J.P. Acme CIC", "J P Acme C.I.C."), "jp acme"),
        (("t/a Roadrunner",), "roadrunner"),
        (("Ltd",), "ltd"),
    ],
)
def test_spellings_of_one_name_share_a_key(spellings: tuple[str, ...], key: str) -> None:
    assert {normalise_payee(name) for name in spellings} == {key}


@given(st.text(max_size=40))
def test_any_text_is_read_and_its_key_is_stable(name: str) -> None:
    match = read(name)
    assert normalise_payee(match.payee_key) == match.payee_key
    assert match.payee_text == name


def test_each_name_is_read_once_and_given_back_in_order() -> None:
    names = ["GMCA", "Acme Ltd", "GMCA"]
    matches = resolve_payees(names, BODIES)
    assert [match.payee_text for match in matches] == names
    assert matches[0] is matches[2]


def test_a_decision_wins_over_every_rule() -> None:
    names = ["Acme Ltd", "GMCA", "Salford City Council"]
    matches = resolve_payees(
        names, BODIES, decisions={"ACME LIMITED": "trafford-leisure", "GMCA": None}
    )
    assert [match.body_id for match in matches] == ["trafford-leisure", None, "salford"]
    assert [match.reason for match in matches][:2] == ["a person's decision"] * 2


def sample(step: int) -> list[tuple[str, str]]:
    rows = load("body_alias").to_pylist()
    return [(row["alias"], row["body_id"]) for row in rows][::step]


@pytest.mark.parametrize(
    "change",
    [
        str,
        str.upper,
        str.lower,
        lambda name: f" {name}",
        lambda name: f"{name} ",
        lambda name: name.replace(" and ", " & "),
    ],
)
def test_every_alias_means_its_body_however_it_is_spelt(change: Callable[[str], str]) -> None:
    places = {normalise_payee(name) for name in load("area")["name"].to_pylist()}
    wanted = [(change(alias), body) for alias, body in sample(7)]
    matches = resolve_payees([name for name, _ in wanted], BODIES)
    wrong = [
        (match.payee_text, match.body_id, body_id)
        for match, (_, body_id) in zip(matches, wanted, strict=True)
        if match.body_id != body_id and match.payee_key not in places
    ]
    assert not wrong


def test_no_cut_alias_is_read_as_another_body() -> None:
    """The property behind the rule: a name cut at 35 is its body or nobody."""
    long = [(alias[:35], body) for alias, body in sample(1) if len(alias) > 35]
    matches = resolve_payees([name for name, _ in long], BODIES)
    wrong = [
        (match.payee_text, match.body_id, body_id)
        for match, (_, body_id) in zip(matches, long, strict=True)
        if match.body_id not in (body_id, None)
    ]
    assert not wrong
    found = sum(match.body_id is not None for match in matches)
    assert found > 0.8 * len(long)
