"""The interval of each number: just inside the verdict stays, just outside it flips."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest

from totalplace.claims import Interval, evaluate, load_claims
from totalplace.claims._expression import value_of
from totalplace.claims._verdict import verdict_of

CLAIMS = {claim.claim_id: claim for claim in load_claims()}
TESTED = [result for result in evaluate(CLAIMS.values()) if result.intervals]


def step(interval: Interval) -> Fraction:
    """A small way into the interval, or out of it."""
    if interval.low is not None and interval.high is not None and interval.low != interval.high:
        return (interval.high - interval.low) / 10**6
    return (interval.low or interval.high or Fraction(1)) / 10**6 or Fraction(1, 10**6)


@pytest.mark.slow
@pytest.mark.parametrize("result", TESTED, ids=[result.id for result in TESTED])
def test_the_verdict_stays_inside_and_flips_outside(result, moved) -> None:
    for interval in result.intervals:
        low, high, small = interval.low, interval.high, step(interval)
        if interval.is_any:
            for value in (Fraction(0), Fraction(1), Fraction(10**9)):
                assert moved(result.id, interval.number, value).verdict == result.verdict
            continue
        inside = [
            low if low is not None and interval.low_closed else (low or Fraction(0)) + small,
            high if high is not None and interval.high_closed else (high or low * 10 + 1) - small,
        ]
        outside = []
        if low is not None and not (low == 0 and interval.low_closed):
            outside.append(low - small if interval.low_closed else low)
        if high is not None:
            outside.append(high + small if interval.high_closed else high)
        assert outside, interval
        for value in inside:
            after = moved(result.id, interval.number, value)
            assert after.verdict == result.verdict, (interval, value)
        for value in outside:
            after = moved(result.id, interval.number, value)
            assert after.verdict != result.verdict, (interval, value)


@pytest.mark.parametrize("result", TESTED, ids=[result.id for result in TESTED])
def test_the_printed_value_lies_in_its_interval(result) -> None:
    for name, number in CLAIMS[result.id].scope.items():
        mine = [interval for interval in result.intervals if interval.number == name]
        assert sum(interval.holds(number.value) for interval in mine) == 1


def slow_verdict(claim, printed: dict[str, Fraction]) -> str:
    """The plain reference: divide, on a grid of three values for each number."""
    values = {n: printed.get(n, number.value) for n, number in claim.scope.items()}
    if claim.readings:
        base = {n: value * claim.scope[n].scale for n, value in values.items()}
        found = {value_of(r.result.expression, base) for r in claim.readings}
        return "ambiguous" if len(found) > 1 else "derived"
    verdicts = []
    for relation in claim.relations:
        names = relation.names()
        grids = []
        for name in names:
            low, high = claim.scope[name].bounds(values[name])
            grids.append([low + (high - low) * k / 2 for k in range(3)])
        differences = []
        for point in product(*grids):
            at = dict(zip(names, point, strict=True))
            left, right = value_of(relation.left, at), value_of(relation.right, at)
            if left is not None and right is not None:
                differences.append(left - right)
        centre = {n: values[n] * claim.scope[n].scale for n in names}
        plain = not any(claim.scope[n].qualifier for n in names)
        if (
            relation.sign == "="
            and plain
            and value_of(relation.right, centre) == value_of(relation.left, centre)
        ):
            verdicts.append("exact")
            continue
        holds = {
            "=": min(differences) <= 0 <= max(differences),
            "<=": min(differences) <= 0,
            ">=": max(differences) >= 0,
        }[relation.sign]
        verdicts.append("within_rounding" if holds else "conflict")
    for verdict in ("conflict", "within_rounding"):
        if verdict in verdicts:
            return verdict
    return "exact"


@pytest.mark.parametrize("result", TESTED, ids=[result.id for result in TESTED])
def test_verdicts_and_intervals_agree_with_the_plain_reference(result) -> None:
    claim, dice = CLAIMS[result.id], random.Random(result.id)
    for name, number in claim.scope.items():
        mine = [interval for interval in result.intervals if interval.number == name]
        for _ in range(6):
            value = number.value * Fraction(dice.randint(1, 300), 100)
            expected = slow_verdict(claim, {name: value})
            assert verdict_of(claim, {name: value}) == expected
            held = any(interval.holds(value) for interval in mine)
            assert held is (expected == result.verdict), (name, value)


def test_decimal_bounds_of_json_are_rounded_inward() -> None:
    third = Interval("x", "%", Fraction(1, 3), Fraction(2, 3), True, True)
    record = third.as_dict()
    assert (record["low"], record["high"]) == ("0.333333334", "0.666666666")
    assert (record["low_exact"], record["high_exact"]) == ("1/3", "2/3")
    assert third.holds(Fraction(str(record["low"])))
    assert third.holds(Fraction(str(record["high"])))


def test_london_fits_a_base_near_seventy_six_point_six() -> None:
    london = next(result for result in TESTED if result.id == "LON")
    below, above = [interval for interval in london.intervals if interval.number == "total"]
    assert below.low is None
    assert above.high is None
    assert below.high < Fraction("76.6") < above.low
    assert above.low - below.high < Fraction("1.3")


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval("x", "%", None, None, True, False), "any"),
        (Interval("x", "%", Fraction(2), Fraction(2), True, True), "only 2"),
        (Interval("x", "%", None, Fraction(2), True, False), "< 2"),
        (Interval("x", "%", Fraction(1, 4), None, True, False), ">= 0.25"),
        (Interval("x", "%", Fraction(0), Fraction(1, 3), False, True), "> 0 and <= 0.333333"),
    ],
)
def test_intervals_as_text(interval, text) -> None:
    assert str(interval) == text
