"""Printed numbers as intervals, and numbers as text."""

from __future__ import annotations

from fractions import Fraction

import pytest

from totalplace.claims._numbers import Number, decimal_text, rounded_text


@pytest.mark.parametrize(
    ("qualifier", "low", "high"),
    [
        ("", "19.5", "20.5"),  # £20m to the million: half a million each way
        ("up to", "19.5", "20.5"),  # a stated maximum is rounded like any figure
        ("about", "19", "21"),
        ("over", "20", "21"),
        ("nearly", "19", "20"),
    ],
)
def test_what_a_qualifier_allows(qualifier, low, high) -> None:
    number = Number("x", "20", Fraction(20), "£m", Fraction(1), qualifier)
    assert number.bounds() == (Fraction(low) * 10**6, Fraction(high) * 10**6)


def test_counted_numbers_have_no_width_and_none_goes_below_nought() -> None:
    assert Number("x", "13", Fraction(13), "areas", Fraction(0), "").bounds() == (13, 13)
    assert Number("x", "0", Fraction(0), "%", Fraction(1), "about").bounds()[0] == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(-2132, 1000), "-2.132"),
        (Fraction(1, 3), "0.3333"),
        (Fraction(-2, 3), "-0.6667"),
        (Fraction(10**15), "1000000000000000"),
        (Fraction(1, 10**6), "0.000001"),
        (Fraction(1, 10**7), "0.0000"),
    ],
)
def test_decimal_text(value, text) -> None:
    assert decimal_text(value) == text


def test_rounding_is_half_even_and_keeps_its_places() -> None:
    assert [rounded_text(Fraction(n, 2), 0) for n in (1, 3, 5)] == ["0", "2", "2"]
    assert rounded_text(Fraction(43, 40), 3) == "1.075"
    assert rounded_text(Fraction(14), 1) == "14.0"
