"""Dates as publishers write them, and the months that file names state."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.sources._dates import month_of_name, month_period, parse_date, parse_dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01/04/2017", date(2017, 4, 1)),
        ("1/4/17", date(2017, 4, 1)),
        ("01.04.2017", date(2017, 4, 1)),
        ("01-04-2017", date(2017, 4, 1)),
        ("2017-04-01", date(2017, 4, 1)),
        ("2017-4-1", date(2017, 4, 1)),
        ("2017-04-01T00:00:00", date(2017, 4, 1)),
        ("2017-04-01 00:00:00.000", date(2017, 4, 1)),
        ("01/04/2017 13:45", date(2017, 4, 1)),
        ("1-Apr-17", date(2017, 4, 1)),
        ("01 April 2017", date(2017, 4, 1)),
        ("1-SEPT-2011", date(2011, 9, 1)),
        ("20170401", date(2017, 4, 1)),
        ("42826", date(2017, 4, 1)),
        ("42826.0", date(2017, 4, 1)),
        (" 01/04/2017\u00a0", date(2017, 4, 1)),
        ("29/02/2016", date(2016, 2, 29)),
        ("29/02/2017", None),
        ("04/13/2017", None),
        ("31/04/2017", None),
        ("0017-04-01", None),
        ("2517-04-01", None),
        ("1-Foo-17", None),
        ("17533000", None),
        ("9999", None),
        ("tbc", None),
        ("", None),
        ("N/A", None),
    ],
)
def test_parse_date(text: str, expected: date | None) -> None:
    assert parse_date(text) == expected


@given(st.dates(date(1948, 1, 1), date(2099, 12, 31)))
def test_every_form_of_a_day_is_read_alike(day: date) -> None:
    serial = (day - date(1899, 12, 30)) // timedelta(days=1)
    forms = [
        f"{day:%d/%m/%Y}",
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"{day.day}-{day:%b-%Y}",
        f"{day:%d %B %Y}",
        str(serial),
    ]
    assert {parse_date(form) for form in forms} == {day}


def test_a_thirteenth_period_makes_the_column_count_periods() -> None:
    periods = parse_dates(["201001", "201012", "201013", "1/5/2010"])
    assert periods["201013"] == month_period(2011, 3)
    assert periods["201012"] == month_period(2011, 3)
    assert periods["201001"] == month_period(2010, 4)
    assert periods["1/5/2010"].day == date(2010, 5, 1)


def test_without_a_thirteenth_period_they_are_months() -> None:
    assert parse_dates(["201001", "201012", "201000", "x"]) == {
        "201001": month_period(2010, 1),
        "201012": month_period(2010, 12),
        "201000": None,
        "x": None,
    }


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("2018-12.csv", date(2018, 12, 1)),
        ("2011-12.csv", date(2011, 12, 1)),
        ("spend_201704.csv", date(2017, 4, 1)),
        ("04-2017-payments.csv", date(2017, 4, 1)),
        ("500_invoice_report_-_august_2011_master.csv", date(2011, 8, 1)),
        ("Expenditure-Dec10.csv", date(2010, 12, 1)),
        ("payments 2017 march.csv", date(2017, 3, 1)),
        ("trafford-supplier-spend-2024-25.csv", None),
        ("spend-2017-18.csv", None),
        ("mayor-2019.csv", None),
        ("spend-2017.csv", None),
        ("transactions-12345678.csv", None),
    ],
)
def test_month_of_name(name: str, first: date | None) -> None:
    found = month_of_name(name)
    assert (found and found.first) == first
