"""Whose name is public: measured on invented people and organisations, and hard ones by hand."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.disclosure._recognise import recognised
from totalplace.disclosure.publish import PublicPayee, public_payees
from totalplace.model import body_register

from . import _invent

HERE = Path(__file__).parent
REGISTER = body_register()
NOT_SEEN_BEFORE = 20261201
"""Seed of names that no rule was written after looking at."""


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SAMPLE = rows("invented.csv") + rows("hand_written.csv")


def read(names: list[str]) -> list[PublicPayee]:
    return public_payees(names, REGISTER)


def one(name: str, **decisions: object) -> PublicPayee:
    [payee] = public_payees([name], REGISTER, **decisions)
    return payee


def measured(sample: list[tuple[str, str]]) -> tuple[float, float, list[str]]:
    """Recall of individuals, share of organisations shown, and the individuals that are shown."""
    found = list(zip(sample, read([name for _, name in sample]), strict=True))
    people = [payee for (label, _), payee in found if label == "individual"]
    firms = [payee for (label, _), payee in found if label == "organisation"]
    shown = [payee.payee_text for payee in people if payee.is_public]
    return (
        1 - len(shown) / len(people),
        sum(payee.is_public for payee in firms) / len(firms),
        shown,
    )


def test_the_sample_is_large_and_labelled() -> None:
    count = Counter(row["label"] for row in SAMPLE)
    assert count["individual"] >= 1000
    assert count["organisation"] >= 500
    assert len({row["name"] for row in SAMPLE}) == len(SAMPLE)


def test_the_invented_sample_is_what_its_seed_makes() -> None:
    made = _invent.sample(4, 840, 520)
    assert [(row["label"], row["shape"], row["name"]) for row in rows("invented.csv")] == made


def test_individuals_are_not_shown_and_most_organisations_are() -> None:
    recall, shown, leaked = measured([(row["label"], row["name"]) for row in SAMPLE])
    print(f"recall of individuals {recall:.4f}; organisations shown {shown:.3f}; {leaked}")
    assert recall >= 0.99, leaked
    assert shown >= 0.70


def test_the_same_holds_of_names_not_seen_when_the_rules_were_written() -> None:
    made = _invent.sample(NOT_SEEN_BEFORE, 3000, 1000)
    recall, shown, leaked = measured([(label, name) for label, _, name in made])
    print(f"recall of individuals {recall:.4f}; organisations shown {shown:.3f}; {leaked}")
    assert recall >= 0.99, leaked
    assert shown >= 0.70


@pytest.mark.parametrize(
    "name", [row["name"] for row in rows("hand_written.csv") if row["label"] == "organisation"]
)
def test_hard_organisations_are_shown(name: str) -> None:
    payee = one(name)
    assert payee.is_public
    assert payee.name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ACME CARE LTD (J SUGDEN)", "ACME CARE LTD"),
        ("Acme Care Ltd - Una Sugden", "Acme Care Ltd"),
        ("Acme Care Ltd re Una Sugden", "Acme Care Ltd"),
        ("Acme Care Ltd 1234567", "Acme Care Ltd"),
        ("Acme (UK) Ltd", "Acme (UK) Ltd"),
        ("Acme P.L.C.", "Acme P.L.C"),
        ("Flixley Primary School (K Sugden)", "Flixley Primary School"),
        ("Flixley Parish Council - K Sugden", "Flixley Parish Council"),
        ("  Flixley   Parish Council ", "Flixley Parish Council"),
    ],
)
def test_a_note_beside_the_name_is_not_shown(name: str, shown: str) -> None:
    assert one(name).name == shown


def test_a_body_is_shown_under_its_own_name() -> None:
    payee = one("TRAFFORD MBC (Foster carer K Sugden)")
    assert (payee.kind, payee.body_id) == ("body", "trafford")
    assert payee.name == REGISTER.bodies["trafford"].name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("REDACTED PERSONAL DATA", "redacted"),
        ("Mrs U Sugden", "individual"),
        ("Exors of U Sugden", "individual"),
        ("Sugden Plumbing", "unrecognised"),
        ("Okonkwo Chidi", "unrecognised"),
    ],
)
def test_what_is_not_shown_has_a_kind_and_no_name(name: str, kind: str) -> None:
    payee = one(name)
    assert (payee.kind, payee.name, payee.body_id) == (kind, "", None)
    assert payee.reason


def test_a_decision_wins() -> None:
    kinds = {"Sugden Plumbing": "organisation", "Acme Care Ltd": "individual", "Mr X": "individual"}
    assert one("SUGDEN PLUMBING", kinds=kinds).name == "SUGDEN PLUMBING"
    assert one("Acme Care Limited", kinds=kinds).kind == "individual"
    assert one("Redacted", kinds={"Redacted": "organisation"}).kind == "redacted"
    assert one("Sugden Plumbing", aliases={"Sugden Plumbing": "trafford"}).kind == "body"
    assert one("Sugden Plumbing", aliases={"Sugden Plumbing": None}).kind == "unrecognised"
    both = {"aliases": {"Una": "trafford"}, "kinds": {"Una": "individual"}}
    assert one("Una", **both).kind == "individual"


PEOPLE = sorted({name for pair in _invent.CULTURES.values() for part in pair for name in part})


@given(
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3),
    st.sampled_from(["Mr", "Mrs", "MISS", "Ms.", "Cllr", "Exors of", "Estate of", "Client"]),
    st.text(max_size=30),
)
def test_a_form_of_address_is_never_shown_whatever_follows(
    names: list[str], title: str, rest: str
) -> None:
    assert recognised(f"{title} {' '.join(names)} {rest}") is None


@given(st.text(max_size=60))
def test_any_text_is_read_and_what_is_shown_is_a_part_of_it(text: str) -> None:
    payee = one(text)
    assert payee.is_public == bool(payee.name)
    if payee.kind == "organisation":
        shown = recognised(text)
        assert shown is not None
        assert shown[0] == payee.name


@given(
    st.sampled_from(PEOPLE),
    st.sampled_from(PEOPLE),
    st.sampled_from(_invent.TRADES.split("|")),
    st.sampled_from(["", " Services", " UK", " & Son", " (North)", " 4U", " Group"]),
)
def test_a_person_and_a_trade_is_not_shown(first: str, family: str, trade: str, more: str) -> None:
    assert not one(f"{first} {family} {trade}{more}").is_public
