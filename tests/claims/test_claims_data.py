"""Invariants of the shipped claims: every figure has a unit, every row a citation."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

import totalplace.claims
from totalplace.claims import documents, evaluate, load_claims
from totalplace.claims._cover import not_claims
from totalplace.claims._tokens import number_tokens

CLAIMS = load_claims()
WORDS = {
    word: Fraction(value)
    for value, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    )
} | {
    "thirteen": Fraction(13),
    "forty-four": Fraction(44),
    "half": Fraction(1, 2),
    "third": Fraction(1, 3),
    "quarter": Fraction(1, 4),
    "sixth": Fraction(1, 6),
}
SCALES = {"million": {"£m": 1, "people": 10**6}, "billion": {"£bn": 1}}
QUALIFIERS = {
    "over": ("over", "more than", "in excess of"),
    "about": ("about", "around", "some", "in the region of"),
    "nearly": ("nearly", "almost", "near"),
    "up to": ("up to",),
}


def token_value(text: str, unit: str) -> Fraction:
    """The value of a printed number token in the unit it was entered in."""
    number, _, scale = text.casefold().partition(" ")
    plain = WORDS.get(number) or Fraction(number.replace(",", ""))
    return plain * (SCALES[scale][unit] if scale else 1)


def test_ids_are_unique_and_documents_known() -> None:
    assert len({claim.claim_id for claim in CLAIMS}) == len(CLAIMS) == 43
    known = {document["document"] for document in documents()}
    assert {p.document for claim in CLAIMS for p in claim.passages} == known
    assert {row["document"] for row in not_claims()} == known


def test_every_claim_cites_its_documents_by_title_publisher_and_date() -> None:
    titles = {row["document"]: row for row in documents()}
    for claim in CLAIMS:
        for passage in claim.passages:
            row = titles[passage.document]
            assert row["title"] in claim.source
            assert row["publisher"] in claim.source
            assert row["date"][:4] in claim.source
    assert all(row["source"] for row in titles.values())


def test_each_value_is_the_printed_number_unless_an_optical_fault_is_resolved() -> None:
    checked = 0
    for claim in CLAIMS:
        for number in claim.numbers:
            tokens = [token.text for token in number_tokens(number.raw)]
            if claim.ocr_resolution or not tokens or "/" in number.raw or not number.raw:
                continue
            if "third" in tokens and tokens[0] != "third":
                tokens.remove("one")  # "one third"
            if number.raw == "2023/24":
                continue
            assert token_value(tokens[0], number.unit) == number.value, (claim.claim_id, number)
            checked += 1
    assert checked > 80


def test_optical_faults_are_resolved_in_words() -> None:
    for claim in CLAIMS:
        faulty = any(re.search(r"[$*\\{_]|\bf\d|fish|thei", number.raw) for number in claim.numbers)
        assert bool(claim.ocr_resolution) == faulty, claim.claim_id


def test_roundings_fit_the_printed_digits_and_qualifiers_the_printed_words() -> None:
    for claim in CLAIMS:
        for number in claim.numbers:
            where = f"{claim.claim_id}.{number.name}"
            if number.rounded_to and number.value >= 1:
                assert (number.value / number.rounded_to).denominator == 1, where
            words = [
                kind
                for kind, printed in QUALIFIERS.items()
                if re.match(rf"({'|'.join(printed)})\b", number.raw, re.IGNORECASE)
            ]
            if where == "PWC2.saving":
                words = ["up to"]  # "up to 15%, or £1.6bn"
            assert [number.qualifier] == (words or [""]), where


def test_numbers_from_elsewhere_are_cited() -> None:
    outside = {claim.claim_id for claim in CLAIMS for n in claim.numbers if not n.raw}
    assert outside == {"BIR", "LCB", "DRG"}
    for claim in CLAIMS:
        for number in claim.numbers:
            if not number.raw and number.value:
                assert "Office for National Statistics" in claim.source


def test_what_must_not_be_used_carries_a_warning() -> None:
    warned = {claim.claim_id for claim in CLAIMS if claim.warning}
    assert {"BIR", "LCB", "LAC-X", "LON", "WOR"} <= warned


def test_no_telephone_number_or_address_of_a_person_is_kept() -> None:
    for row in not_claims():
        if row["kind"] == "telephone":
            assert not re.search(r"\d", row["token"] + row["context"])
        assert "@" not in row["context"]


def test_a_number_printed_again_is_that_of_the_claim_it_repeats() -> None:
    values = {f"{c.claim_id}.{n.name}": n.value for c in CLAIMS for n in c.numbers}
    repeats = [row for row in not_claims() if row["kind"] == "repeat"]
    assert len(repeats) > 5
    for row in repeats:
        assert token_value(row["token"], "areas") == values[row["reason"]]


def test_every_result_has_a_unit_and_public_names_are_sorted() -> None:
    for result in evaluate(CLAIMS):
        for output in result.outputs + result.readings + result.curve:
            assert output.unit
            assert output.value is not None
        assert (result.computed is None) == (result.verdict == "parameter")
    names = totalplace.claims.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(totalplace.claims, name) for name in names)


@pytest.mark.parametrize("row", not_claims(), ids=lambda row: f"{row['document']}-{row['token']}")
def test_every_number_that_is_no_claim_has_a_reason(row) -> None:
    assert row["kind"]
    assert row["reason"]
    assert int(row["times"]) >= 1
    assert row["context"].count(row["token"]) == 1
