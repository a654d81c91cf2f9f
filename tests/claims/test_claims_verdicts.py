"""The verdict on each claim, and the arithmetic written beside it in the specification."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from totalplace.claims import VERDICTS, ClaimResult, evaluate, find_claim, load_claims

TABLE = Path(__file__).with_name("expected_claims.csv").read_text("utf-8")
EXPECTED = list(csv.DictReader(TABLE.splitlines()))


@pytest.fixture(scope="module")
def results() -> dict[str, ClaimResult]:
    return {result.id: result for result in evaluate(load_claims())}


def computed(result: ClaimResult) -> dict[str, str | None]:
    """Everything a claim computes, by name; readings and curve points by label."""
    found = {"expected": result.expected, "computed": result.computed, "residual": result.residual}
    found |= {output.name: output.value for output in result.outputs}
    found |= {output.label: output.value for output in result.readings + result.curve}
    return found


@pytest.mark.parametrize("row", EXPECTED, ids=[row["id"] for row in EXPECTED])
def test_verdict_and_arithmetic_are_those_of_the_specification(row, results) -> None:
    result = results[row["id"]]
    assert result.verdict == row["verdict"]
    assert result.matches_stored is True
    for entry in filter(None, row["results"].split("; ")):
        name, _, value = entry.rpartition("=")
        assert computed(result)[name] == value, name


def test_every_claim_of_the_specification_is_there_and_no_other(results) -> None:
    assert list(results) == [row["id"] for row in EXPECTED]
    assert {result.verdict for result in results.values()} == set(VERDICTS)


def test_blanking_the_stored_expectations_leaves_the_verdicts(shipped, write, results) -> None:
    path = write([{**row, "verdict": ""} for row in shipped.values()])
    again = evaluate(load_claims(path))
    assert {r.id: r.verdict for r in again} == {r.id: r.verdict for r in results.values()}
    assert {r.matches_stored for r in again} == {None}


def test_a_wrong_stored_expectation_is_reported_and_not_followed(shipped, write) -> None:
    path = write([{**row, "verdict": "exact"} for row in shipped.values()])
    for result in evaluate(load_claims(path)):
        assert result.matches_stored is (result.verdict == "exact")
    assert find_claim("LON", path=path).verdict == "conflict"


@pytest.mark.parametrize(
    ("number", "value", "verdict"),
    [
        ("total", "76.6", "within_rounding"),  # 28.3 + 5.6 + 42.9 = 76.8; 42.9 / 76.6 = 56.0%
        ("total", "73.7", "conflict"),
        ("local", "41", "within_rounding"),  # 27.2 + 5.6 + 41.0 = 73.8; 41 / 73.6 = 55.7%
        ("quangos", "3.5", "conflict"),  # 27.2 + 3.5 + 42.9 = 73.6, but 42.9 stays 58.3%
    ],
)
def test_mending_london(moved, number, value, verdict) -> None:
    result = moved("LON", number, Fraction(value))
    assert result.verdict == verdict
    assert result.matches_stored is (verdict == "conflict")


def test_mending_the_saving_from_care_clears_its_conflict(moved) -> None:
    assert moved("LAC-X", "saving", Fraction(2)).verdict == "conflict"
    assert moved("LAC-X", "saving", Fraction(4)).verdict == "within_rounding"


def test_readings_that_agree_are_no_longer_ambiguous(moved) -> None:
    assert moved("PIL", "areas", Fraction(20)).verdict == "derived"  # 20 x 0.25 = 5
    assert moved("LAC5", "saving", Fraction("17.5")).verdict == "derived"  # 70,000 each


def test_every_number_of_a_derived_or_ambiguous_claim_moves_a_result(moved, results) -> None:
    tried = 0
    for result in results.values():
        if result.verdict not in ("derived", "ambiguous"):
            continue
        for number in result.numbers:
            after = moved(result.id, number.name, number.value * 3 / 2 + 1)
            assert computed(after) != computed(result), f"{result.id}.{number.name}"
            tried += 1
    assert tried > 30


def test_every_number_of_a_tested_claim_is_used_or_said_to_be_any(results) -> None:
    for result in results.values():
        if result.intervals:
            assert {n.name for n in result.numbers} <= {i.number for i in result.intervals}


def test_the_curve_of_l85_against_shares_counted_by_hand(results) -> None:
    points = {p.label.rpartition(" ")[2]: p.value for p in results["L85"].curve}
    assert list(points) == ["0", *(f"0.{tenth}" for tenth in range(1, 10)), "1"]
    for barely, chaotic in points.items():
        chaotic_cost = Fraction(chaotic) / 100 * 70
        others = Fraction(barely) * 10 + (1 - Fraction(barely)) * 1
        share = chaotic_cost / (chaotic_cost + (1 - Fraction(chaotic) / 100) * others)
        assert share == pytest.approx(Fraction(85, 100), abs=0.002)


def test_json_holds_the_promised_fields_as_text(results) -> None:
    promised = {
        "id", "document", "quote", "raw", "value", "unit", "equation", "expected", "computed",
        "residual", "verdict",
    }  # fmt: skip
    for result in results.values():
        record = result.as_dict()
        assert promised <= set(record)
        assert all(isinstance(record[name], str | None) for name in promised)
    london = results["LON"].as_dict()
    assert (london["expected"], london["computed"], london["residual"]) == (
        "73.6",
        "75.732",
        "-2.132",
    )


def test_find_claim(results) -> None:
    assert find_claim(" lac-x ") == results["LAC-X"]
    assert find_claim("NO-SUCH") is None
