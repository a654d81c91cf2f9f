"""Slips, departments, beginnings, dates and kinds of public bodies. Names here are invented or of
public bodies."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.model import body_register, resolve_payees, sounds_public
from totalplace.model._payee_names import known_names
from totalplace.model._spelling import Speller, is_one_slip

BODIES = body_register()


def read(name, payer_id=None, on=None):
    [match] = resolve_payees([name], BODIES, payer_id=payer_id, on=on)
    return match


@pytest.mark.parametrize(
    ("name", "body_id", "how"),
    [
        ("Enviroment Agency", "environment-agency", "slip"),
        ("Leicestershire County Coucil", "leicestershire", "slip"),
        ("Stockport Metroploitan Borough Council", "stockport", "slip"),
        ("Manchester CC Adult Services", "manchester", "department"),
        ("Manchester City Council Adult Services", "manchester", "department"),
        ("Bury MBC General Account", "bury", "department"),
        ("Payroll Section Bury MBC", "bury", "department"),
        ("Department For Work & Pensions Finance", "department-for-work-and-pensions", "depart"),
        (
            "Southport & Ormskirk Hospital",
            "southport-and-ormskirk-hospital-nhs-trust",
            "first words",
        ),
        (
            "Barking Havering & Redbridge Uni NH",
            "barking-havering-and-redbridge-university-hospitals-nhs-trust",
            "cut at 35",
        ),
        ("Manchester CC", "manchester", "registered name"),
        ("NHS Nene CCG", "nhs-nene-ccg", "registered name"),
        ("Oxford University Hospitals NHS FT", "oxford-radcliffe-hospitals-nhs-trust", "name"),
    ],
)
def test_names_are_read_with_their_reason(name, body_id, how) -> None:
    match = read(name)
    assert match.body_id == body_id
    assert how in match.reason
    assert match.score >= 0.9


@pytest.mark.parametrize(
    "name",
    [
        "Staford Borough Council",  # one letter from Stafford: places are never put right
        "Buryy Council",
        "Kent CC",  # the county or its cricket club
        "Manchester City Council Sports Club",
        "Salford Adult Services",
        "University Hospital",  # the beginning of several
        "Greater Manchester",
        "Lancashire County",
        "Policy Authority Services Ltd",
        "Environment Agency Services Ltd",
    ],
)
def test_near_names_are_nobody(name) -> None:
    assert read(name).body_id is None


def test_a_body_that_ended_is_read_as_its_successor_from_that_day_on() -> None:
    ccg = "NHS Salford CCG"
    assert read(ccg).body_id == "nhs-salford-ccg"
    assert read(ccg, on=date(2022, 6, 30)).body_id == "nhs-salford-ccg"
    after = read(ccg, on=date(2022, 7, 1))
    assert after.body_id == "nhs-greater-manchester-integrated-care-board"
    assert "took over" in after.reason


def test_successors_are_followed_through_several_mergers() -> None:
    surrey = "NHS Surrey Heath CCG"
    assert read(surrey, on=date(2021, 4, 1)).body_id == "nhs-frimley-ccg"
    assert read(surrey, on=date(2023, 1, 1)).body_id == "nhs-frimley-integrated-care-board"


def test_every_commissioning_group_became_an_integrated_care_board() -> None:
    groups = [body.body_id for body in BODIES.bodies.values() if body.kind == "nhs_ccg"]
    assert len(groups) > 240
    for group in groups:
        [heir] = BODIES.alive([group], date(2022, 7, 1))
        assert BODIES.bodies[heir].kind == "nhs_icb", group


def test_of_bodies_of_one_name_the_one_that_lived_is_meant() -> None:
    both = ["nhs-eastern-cheshire-ccg", "nhs-cheshire-ccg"]
    assert BODIES.alive(both, date(2019, 1, 1)) == {"nhs-eastern-cheshire-ccg"}
    assert BODIES.alive(both, date(2021, 1, 1)) == {"nhs-cheshire-ccg"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Example Road Primary School", "school"),
        ("St Example's RC High School", "school"),
        ("Example Community Academy", "school"),
        ("Example Secondary PRU", "school"),
        ("Little Example Parish Council", "parish"),
        ("Borough of Example City Council", "council"),
        ("Example Healthcare NHS Foundation Trust", "nhs"),
        ("Exampleshire Magistrates Court", "court"),
        ("Exampleshire Constabulary", "police"),
        ("Example Sixth Form College", "college"),
        ("University of Example", "university"),
    ],
)
def test_unregistered_public_bodies_are_told_by_kind(name, kind) -> None:
    match = read(name)
    assert (match.body_id, match.public_kind) == (None, kind)
    assert match.payee_kind == "organisation"
    assert "does not hold" in match.reason


@pytest.mark.parametrize(
    "name",
    [
        "Example Academy Ltd",
        "Example Dance Academy",
        "Example Primary Care Network",
        "Example Preparatory School",
        "Example Grammar School",
        "Example Hall School",
        "Friends of Example Primary School",
        "St Example PCC",
        "Example University Students Union",
        "Example Council for Voluntary Service",
        "Example Court",
        "Tesco Stores Ltd",
    ],
)
def test_others_are_of_no_public_kind(name) -> None:
    match = read(name)
    assert (match.body_id, match.public_kind) == (None, None)


def test_a_registered_body_has_no_unregistered_kind() -> None:
    assert read("Salford City Council").public_kind is None


def test_what_sounds_public_is_for_people_to_look_at() -> None:
    assert sounds_public("Example County Trust")
    assert not sounds_public("Example County Trust Ltd")
    assert not sounds_public("Example Builders")


@given(st.text("abcdefgh", min_size=5, max_size=9), st.text("abcdefgh", min_size=5, max_size=9))
def test_one_slip_is_the_distance_of_one(word, other) -> None:
    lost = {word[:at] + word[at + 1 :] for at in range(len(word))}
    added = {other[:at] + other[at + 1 :] for at in range(len(other))}
    replaced = len(word) == len(other) and sum(a != b for a, b in zip(word, other, strict=True)) < 2
    exchanged = {
        word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)
    }
    wanted = other in lost or word in added or replaced or other in exchanged
    assert is_one_slip(word, other) == wanted


def test_a_word_of_two_meanings_is_left_as_it_is() -> None:
    names = [frozenset({"council", "councel", f"n{at}"}) for at in range(20)]
    assert Speller(names, []).put_right(["councul"]) == ["councul"]


def test_no_slip_in_a_common_word_makes_another_body_of_an_alias() -> None:
    """The property behind the rule, for every alias and its common words."""
    known = known_names(BODIES)
    for key, bodies in list(known.by_key.items())[::5]:
        for word in key.split():
            if len(word) > 6:
                slipped = key.replace(word, word[:3] + word[4:])
                found = known.misspelt(slipped)
                assert not found or found & bodies, slipped


def test_readings_do_not_depend_on_the_order_of_names() -> None:
    names = ["Enviroment Agency", "Manchester CC Payroll", "Example Road Primary School", "Bury"]
    forward = {match.payee_text: match for match in resolve_payees(names, BODIES)}
    back = {match.payee_text: match for match in resolve_payees(names[::-1], BODIES)}
    assert forward == back
