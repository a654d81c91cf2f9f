"""Names that must not come out are found by their words, replaced, and stop a publication."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.disclosure._hidden import words_of
from totalplace.disclosure.publish import hide, leaks, ordinary_words, refuse_leaks, scrub
from totalplace.errors import RequestError

FILE = "Spend_U_Sugden_final (2).csv"
NAMES = {
    FILE: "spend of Marlbrook, 2017-18",
    "Una Sugden": "Individuals",
    "Sugden": "Individuals",
    "Manchester City": "Payees not recognised as organisations",
    "Other": "Payees not recognised as organisations",
    "12": "Payees not recognised as organisations",
}
HIDDEN = hide(
    NAMES, excused=["Manchester City Council", "Sugden Homes Ltd"], ordinary=ordinary_words()
)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (
            "read from Spend_U_Sugden_final (2).csv today",
            "read from spend of Marlbrook, 2017-18 today",
        ),
        ("SPEND-U-SUGDEN-FINAL (2).CSV", "spend of Marlbrook, 2017-18"),
        ("paid to UNA  SUGDEN, once", "paid to Individuals, once"),
        ("una.sugden", "Individuals"),
        ("the Sugdens", "the Sugdens"),
        ("Sugden", "Individuals"),
        ("Manchester City Council", "Manchester City Council"),
        ("Manchester City", "Payees not recognised as organisations"),
        ("Sugden Homes Ltd and Una Sugden", "Sugden Homes Ltd and Individuals"),
        ("Other 12", "Other 12"),
        ("Únа Sugden", "Únа Individuals"),  # a Cyrillic letter is another word
        ("Úna Sugden", "Individuals"),
        ("", ""),
    ],
)
def test_a_text_is_scrubbed(text: str, clean: str) -> None:
    assert scrub(text, HIDDEN) == clean
    assert leaks(HIDDEN, texts={"field": [scrub(text, HIDDEN)]}) == []


def test_a_document_is_scrubbed_wherever_a_text_stands() -> None:
    document = {
        "warnings": [{"file": FILE, "row": 3, "why": ["Una Sugden"]}],
        "by": {"Una Sugden": {"pence": 1, "is_sum": True, "share": None}},
    }
    assert scrub(document, HIDDEN) == {
        "warnings": [{"file": "spend of Marlbrook, 2017-18", "row": 3, "why": ["Individuals"]}],
        "by": {"Individuals": {"pence": 1, "is_sum": True, "share": None}},
    }
    assert document["warnings"][0]["file"] == FILE


def test_leaks_name_the_field_and_never_the_text() -> None:
    table = pa.table(
        {"title": ["fine", FILE, FILE], "pence": [1, 2, 3], "seen": [["a"], ["Una Sugden"], []]}
    )
    problems = leaks(
        HIDDEN,
        documents={"2017-18/count.json": {"rows": [{"why": "Una Sugden"}, {"why": "Sugden"}]}},
        tables={"sources": table},
        texts={"lines, column label": ["Una Sugden", None]},
    )
    assert [problem.where for problem in problems] == [
        "2017-18/count.json, field rows[].why",
        "lines, column label",
        "table sources, column seen",
        "table sources, column title",
    ]
    assert problems[0].why.startswith("2 texts")
    for problem in problems:
        assert problem.code == "would_disclose"
        assert "ugden" not in str(problem)
    with pytest.raises(RequestError) as error:
        refuse_leaks(HIDDEN, tables={"sources": table})
    assert len(error.value.problems) == 2


def test_keys_are_looked_at_too() -> None:
    [problem] = leaks(HIDDEN, documents={"a.json": {"by": {"Una Sugden": 1}}})
    assert problem.where == "a.json, a key of by"


def test_a_clean_publication_is_not_refused() -> None:
    document = {"name": "Manchester City Council", "none": None, "n": 12, "kind": "Other"}
    empty = pa.table(
        {"title": pa.array([], pa.string()), "list": pa.array([], pa.list_(pa.string()))}
    )
    refuse_leaks(HIDDEN, documents={"a": document}, tables={"names": empty})
    refuse_leaks(hide({}), documents={"a": {"b": "anything at all"}})


ALPHABET = st.sampled_from(["una", "SUGDEN", "Omar", "city", "ltd", "x"])
PHRASE = st.lists(ALPHABET, min_size=1, max_size=4).map(" ".join)


def naive(text: str, names: list[str], excused: list[str]) -> bool:
    """Whether a name stands in the text as whole words, outside every excused phrase."""
    plain = f" {' '.join(words_of(text))} "

    def spans(phrase: str) -> list[tuple[int, int]]:
        found = re.finditer(f"(?= {re.escape(' '.join(words_of(phrase)))} )", plain)
        return [(m.start(), m.start() + len(" ".join(words_of(phrase)))) for m in found]

    longest: dict[int, int] = {}
    for phrase in excused:
        for first, last in spans(phrase):
            longest[first] = max(longest.get(first, 0), last)
    return any(
        not any(start <= first and last <= end for start, end in longest.items())
        for name in names
        if len(words_of(name)) > 1 or len(name) > 2
        for first, last in spans(name)
    )


@given(PHRASE, st.lists(PHRASE, max_size=4), st.lists(PHRASE, max_size=2))
def test_leaks_agree_with_a_plain_search(text: str, names: list[str], excused: list[str]) -> None:
    # a longer name that is excused does not hide a shorter one that is not, nor the other way
    hidden = hide(dict.fromkeys(names, "-"), excused=excused)
    assert bool(leaks(hidden, texts={"f": [text]})) == naive(text, names, excused)


@pytest.mark.slow
@given(st.text(max_size=40), st.lists(st.text(max_size=12), max_size=4))
def test_whatever_is_scrubbed_no_longer_leaks(text: str, names: list[str]) -> None:
    hidden = hide(dict.fromkeys(names, "-"))
    assert leaks(hidden, texts={"f": [scrub(text, hidden)]}) == []
