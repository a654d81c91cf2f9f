"""Suppliers under several spellings. Names here are invented."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.model import supplier_groups


def groups(*names: str) -> set[frozenset[str]]:
    return {frozenset(group.names) for group in supplier_groups(names)}


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("Acme Care Ltd", "ACME CARE LIMITED", "legal form"),
        ("Acme Care Ltd", "The Acme Care", "legal form"),
        ("A & B Acme Ltd", "A and B Acme LTD.", "legal form"),
        ("J.P. Acme & Sons", "JP Acme and Sons", "legal form"),
        ("Ed Start Training", "Edstart Training", "legal form"),
        ("XXXAcme Holdings", "Acme Holdings", "legal form"),
        ("ACME INN44521690", "Acme Inn4452310", "legal form"),
        ("Acme (UK) Medical Ltd", "Acme Medical UK Limited", "another order"),
        ("Acme Psycology Partnership", "Acme Psychology Partnership", "slip"),
        ("Acme Translation Ltd", "Acme Translations Ltd", "slip"),
        ("Acme Nursing and Residential Servic", "Acme Nursing and Residential Services", "cut off"),
    ],
)
def test_spellings_of_one_supplier_are_one_group(one: str, other: str, why: str) -> None:
    [group] = supplier_groups([one, other])
    assert group.names == tuple(sorted((one, other)))
    assert any(why in reason for reason in group.reasons.values())
    assert sorted(group.reasons.values())[-1] == "the supplier's name"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Housing Ltd", "Acme Housing 2 Ltd"),
        ("Acme Systems 200 Ltd", "Acme Systems 2000 Ltd"),
        ("Acme Barton Care Home", "Acme Burton Care Home"),
        ("Parkers Solicitors", "Barkers Solicitors"),
        ("The Princes Charity Group", "The Princess Charity Group"),
        ("Acme Partners LLP", "Acme Partners Ltd"),
        ("Acme Care Salford", "Acme Care Trafford"),
        ("Acme Water Plc", "Acme Waste Plc"),
        ("Acme Hire Ltd", "Acme Ventures Ltd"),
    ],
)
def test_names_that_differ_in_what_tells_are_two_suppliers(one: str, other: str) -> None:
    assert groups(one, other) == {frozenset({one}), frozenset({other})}


def test_a_cut_name_that_goes_on_in_two_ways_joins_neither() -> None:
    cut = "Acme Nursing and Residential Servic"
    assert len(cut) == 35
    found = groups(cut, f"{cut}es North", f"{cut}e Group")
    assert frozenset({cut}) in found


def test_a_name_without_a_form_joins_neither_of_two_companies() -> None:
    assert len(groups("Acme Partners", "Acme Partners LLP", "Acme Partners Ltd")) == 3


def test_people_and_withheld_names_are_in_no_group() -> None:
    assert supplier_groups(["Mrs A Example", "Susan Example", "REDACTED", ""]) == []


def test_slips_do_not_chain() -> None:
    """a -> b -> c by a slip each would make one supplier of a and c, which nobody compared."""
    names = ["Acme Zorbington", "Acme Zorbingtan", "Acme Zorbingtam"]
    assert all(len(group) <= 2 for group in groups(*names))


@settings(deadline=None)  # the first example loads the registers
@given(
    st.lists(
        st.builds(
            "{} {} {}".format,
            st.sampled_from(["Acme", "Zenith", "Acmes", "Xerxes 2"]),
            st.sampled_from(["Care", "Consulting", "Consultings", "Cosulting"]),
            st.sampled_from(["Ltd", "Limited", "PLC", ""]),
        ),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_groups_are_a_partition_and_do_not_depend_on_order(
    names: list[str], rng: random.Random
) -> None:
    found = supplier_groups(names)
    shuffled = list(names)
    rng.shuffle(shuffled)
    assert supplier_groups(shuffled) == found
    spelt = [name for group in found for name in group.names]
    assert sorted(spelt) == sorted(set(names))
    for group in found:
        assert set(group.reasons) == set(group.names)
        assert group.name in group.names
        numbers = {tuple(word for word in name.split() if word.isdigit()) for name in group.names}
        assert len(numbers) == 1


@pytest.mark.long
@pytest.mark.slow
def test_a_hundred_thousand_names_are_grouped_in_seconds() -> None:
    rng = random.Random(5)
    words = [f"{a}{b}ton" for a in "bcdfghklmnprst" for b in ("ald", "ern", "ing", "orm", "und")]
    names = [
        f"{rng.choice(words)} {rng.choice(words)} {rng.choice(words)} {rng.choice(['Ltd', ''])}"
        for _ in range(100_000)
    ]
    found = supplier_groups(names)
    assert sum(len(group.names) for group in found) == len(set(names))
