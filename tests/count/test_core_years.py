"""Financial years, and periods shared over them by days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.count._years import align, financial_year, year_bounds, year_start
from totalplace.errors import RequestError

DAYS = st.dates(date(1999, 1, 1), date(2030, 12, 31))


@given(amount=st.integers(-(10**12), 10**12), start=DAYS, days=st.integers(0, 1200))
def test_align_counts_the_days_of_each_year(amount: int, start: date, days: int) -> None:
    every = [start + timedelta(days=number) for number in range(days + 1)]
    parts = align(amount, start, every[-1])
    assert sum(parts.values()) == amount
    assert set(parts) == {financial_year(day) for day in every}
    for year, part in parts.items():
        share = sum(financial_year(day) == year for day in every)
        assert abs(part * len(every) - amount * share) < len(every)


@given(day=DAYS)
def test_a_day_lies_in_its_year(day: date) -> None:
    first, last = year_bounds(financial_year(day))
    assert first <= day <= last
    assert year_start(financial_year(day)) == first.year


@pytest.mark.parametrize("text", ["2017", "2017-19", "17-18", "2017-2018", "abcd-ef", ""])
def test_no_financial_year(text: str) -> None:
    with pytest.raises(RequestError) as caught:
        year_start(text)
    (problem,) = caught.value.problems
    assert problem.code == "bad_year"
    assert text in problem.where


def test_the_turn_of_a_century() -> None:
    assert financial_year(date(1999, 12, 31)) == "1999-00"
    assert year_start("1999-00") == 1999
