"""A measurement sees no label that it is measured on, and knows right from wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kinds import decision, kind, sources, town

from totalplace.classify import evaluate
from totalplace.classify._classify import examples, read
from totalplace.classify._evaluate import text_hash


@pytest.mark.slow
def test_a_learnable_town_is_learnt_and_set_beside_majority_and_rules() -> None:
    groups, suppliers = evaluate(town(), sources(), []).measured
    assert (groups.lines, groups.groups, suppliers.groups) == (800, 80, 20)
    assert groups.majority_class in {"05", "10"}
    assert groups.majority.accuracy_pct == pytest.approx(50, abs=1)
    assert groups.rules.coverage_pct == 0
    assert groups.rules.accuracy_pct is None
    assert groups.model is not None
    assert groups.model.right_pct >= 90
    assert suppliers.model is not None
    assert suppliers.model.right_pct >= 90


def test_labels_without_meaning_are_not_learnt() -> None:
    """A leak of held-out labels would show here: each supplier has a label of its own."""
    kinds = [
        replace(one, unit_text="All", expense_text="fees", payee_text=f"{word}{word} Ltd")
        for number, one in enumerate(town())
        if (word := "".join(chr(97 + int(digit)) for digit in str(100 + number)))
    ]
    mixed = [
        replace(one, class_code=("321000", "182000")[hash_of(one.payee_text) % 2]) for one in kinds
    ]
    _, suppliers = evaluate(mixed, sources(), []).measured
    assert suppliers.model is not None
    assert suppliers.model.right_pct <= 65


def hash_of(text: str) -> int:
    return sum(ord(letter) * (place + 3) ** 3 for place, letter in enumerate(text))


def test_what_is_held_out_teaches_nothing() -> None:
    readings = read(town(), sources())
    all_of_them = examples(readings)["alder-council"]
    held = readings[0].kind.key
    left = examples(readings, is_hidden=lambda one: one.kind.key == held)["alder-council"]
    assert len(left) == len(all_of_them) - 1


def test_rules_are_scored_against_codes_they_do_not_see() -> None:
    payment = kind("Highways", class_code="321000")
    right = kind("Schools", class_code="321000", size_pence=30_000)
    groups, _ = evaluate([payment, right], sources(), []).measured
    assert groups.rules.coverage_pct == 100
    assert groups.rules.right_pct == 0
    assert groups.majority.right_pct == 100


def test_the_read_sample_is_scored_by_money_and_what_cannot_be_told_is_counted() -> None:
    schools, roads = kind("Schools", size_pence=300), kind("Highways", size_pence=100)
    dark = kind("Sundries")
    sample = [
        {"text_hash": text_hash(schools), "code": "09"},
        {"text_hash": text_hash(roads), "code": "05"},
        {"text_hash": text_hash(dark), "code": None},
        {"text_hash": "0" * 16, "code": "01"},
    ]
    found = evaluate([schools, roads, dark], sources(), sample)
    [row] = found.measured
    assert (row.body_id, row.groups, row.size_pence, found.unread) == ("alder-council", 2, 400, 1)
    assert (row.applied.accuracy_pct, row.rules.right_pct) == (75.0, 75.0)
    corrected = sources(decision(1, "* | Highways | *", "05"))
    [row] = evaluate([schools, roads, dark], corrected, sample).measured
    assert (row.applied.right_pct, row.rules.right_pct) == (100.0, 75.0)


def test_nothing_to_measure_is_said() -> None:
    found = evaluate([kind("Schools")], sources(), [])
    assert found.measured == ()
    assert found.why_none is not None
    assert "read sample" in found.why_none
