"""Exact money: reading, rounding and splitting."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.money import MoneyError, format_gbp, gbp, parse_pence, published_pence, split


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("£1,234.56", 123_456),
        ("œ12.00", 1_200),
        ("(99.10)", -9_910),
        ("12.50-", -1_250),
        ("-£7", -700),
        ("£-7", -700),
        ("+3.1", 310),
        (".5", 50),
        ("1.500", 150),
        (" - ", None),
        ("", None),
        ("\u00a0", None),
    ],
)
def test_dialects_of_amounts(text: str, pence: int | None) -> None:
    assert parse_pence(text) == pence


@pytest.mark.parametrize("text", ["£", "()", "abc", "1.2.3", "12 34", "1e5", "--5", "£-"])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(MoneyError) as caught:
        parse_pence(text)
    assert caught.value.code == "not_money"


def test_a_third_decimal_is_told_and_not_rounded() -> None:
    with pytest.raises(MoneyError) as caught:
        parse_pence("1.005")
    assert caught.value.code == "third_decimal"


@given(st.integers(-(10**15), 10**15))
def test_pounds_read_back_as_the_same_pence(pence: int) -> None:
    assert parse_pence(gbp(pence)) == pence
    assert parse_pence(format_gbp(pence)) == pence


@pytest.mark.parametrize(
    ("cell", "unit", "pence"),
    [
        (0.08214446287753811, 1_000_000, 8_214_446),
        ("0.000000005", 1_000_000, 0),  # half a penny goes to the even penny
        ("0.000000015", 1_000_000, 2),
        (Decimal("-1.5"), 1_000, -150_000),
        ("1,234", 1, 123_400),
    ],
)
def test_published_cells_are_rounded_half_even(
    cell: str | float | Decimal, unit: int, pence: int
) -> None:
    assert published_pence(cell, unit=unit) == pence


@pytest.mark.parametrize("cell", ["", "x", "nan", float("inf")])
def test_published_cells_that_are_no_number(cell: str | float) -> None:
    with pytest.raises(MoneyError):
        published_pence(cell)


WEIGHTS = st.dictionaries(
    st.text("abcd", min_size=1, max_size=2), st.integers(0, 10**8), min_size=1
)


@given(st.integers(-(10**13), 10**13), WEIGHTS.filter(lambda weights: sum(weights.values()) > 0))
def test_parts_sum_to_the_whole_and_none_is_a_penny_off(
    amount: int, weights: dict[str, int]
) -> None:
    parts = split(amount, weights)
    total = sum(weights.values())
    assert sum(parts.values()) == amount
    assert all(
        abs(parts[code] * total - amount * weight) < total for code, weight in weights.items()
    )
    assert split(-amount, weights) == {code: -part for code, part in parts.items()}


@pytest.mark.parametrize("weights", [{}, {"a": 0}, {"a": 2, "b": -1}])
def test_weights_that_cannot_share(weights: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(1, weights)
