"""Texts that people wrote are public only when they are common, or labels; files by vocabulary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.disclosure.publish import (
    code_labels,
    file_name_is_public,
    ordinary_words,
    text_is_public,
)
from totalplace.model import load

LABELS = code_labels(["Marlbrook regeneration fund"])


@pytest.mark.parametrize(
    ("text", "lines", "payees", "shown"),
    [
        ("Agency staff", 10, 5, True),
        ("Agency staff", 9, 5, False),
        ("Agency staff", 10, 4, False),
        ("Education services", 1, 0, True),
        (" education  SERVICES ", 1, 0, True),
        ("MARLBROOK Regeneration Fund", 1, 1, True),
        ("Foster payments", 500, 100, True),
        ("Una Sugden", 500, 100, False),
        ("Una Sugden travel", 500, 100, False),
        ("Chidi Okonkwo", 500, 100, False),
        ("Alan Sugden", 500, 100, False),
        ("Alan Sugden travel", 500, 100, False),
        ("Expenses Mrs Sugden", 500, 100, False),
        ("Cllr Sugden ward budget", 500, 100, False),
        ("U Sugden", 500, 100, False),
        ("Case 1234567", 500, 100, False),
        ("Grant", 500, 100, False),
        ("Adult Social Care - Residential", 50, 9, True),
        ("IT & Telephony", 50, 9, True),
    ],
)
def test_a_text_of_lines(text: str, lines: int, payees: int, shown: bool) -> None:
    assert text_is_public(text, lines=lines, payees=payees, labels=LABELS) is shown


def test_labels_of_every_code_list_are_public() -> None:
    for table, column in (("ro_line", "label"), ("cofog", "name"), ("cra_body", "organisation")):
        for label in load(table)[column].to_pylist():
            assert text_is_public(label, lines=1, payees=0, labels=LABELS)


@pytest.mark.parametrize(
    "name",
    [
        "Trafford_spend_over_500_May-2024.csv",
        "spend-2024-05.csv",
        "CRA_2010_database.xlsx",
        "RSX_2017-18_data_by_LA.xlsx",
        "Payments over £500 - Quarter 3 2018.xls",
        "Greater Manchester Combined Authority payments.csv",
        "TransparencyReport201718.CSV",
        "Sheet1",
        "Table A",
        "Q4",
        "",
    ],
)
def test_a_file_of_known_words_may_be_named(name: str) -> None:
    assert file_name_is_public(name)


@pytest.mark.parametrize(
    "name",
    [
        "Spend_U_Sugden_May.csv",
        "Sugden.csv",
        "foster payments Una.xlsx",
        "U S spend.csv",
        "John spend.csv",
        "spend 123456789012.csv",
        "спенд.csv",
        "spend (checked by K Openshaw).csv",
    ],
)
def test_a_file_with_an_unknown_word_may_not(name: str) -> None:
    assert not file_name_is_public(name)


def test_the_places_own_words_are_known_there() -> None:
    assert not file_name_is_public("Marlbrook spend.csv")
    assert file_name_is_public("Marlbrook spend.csv", ["Marlbrook Borough Council"])


@given(st.sampled_from(["Una", "Sugden", "Okonkwo", "Qureshi", "alan"]), st.integers(0, 4))
def test_no_name_hides_among_known_words(name: str, at: int) -> None:
    words = ["spend", "over", "500", "May", "2024"]
    words.insert(at, name)
    for between in (" ", "_", "-", "."):
        assert not file_name_is_public(f"{between.join(words)}.csv")


def test_first_names_are_no_ordinary_words() -> None:
    assert not {"alan", "grace", "mark"} & ordinary_words()
    assert {"other", "cash", "none", "spend"} <= ordinary_words()
