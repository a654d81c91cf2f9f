"""Dates as publishers write them, and the accounting period that a file or a column states."""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = [
    "Period",
    "month_of_name",
    "month_period",
    "parse_date",
    "parse_dates",
    "parse_month_first",
    "parse_period",
]

_FIRST_YEAR, _LAST_YEAR = 1948, 2100
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_SERIALS = range(17_533, 73_051)
"""Serials of 1948-01-01 to 2100-01-01: any other whole number is no date."""

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_CLOCK = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + _CLOCK)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})" + _CLOCK)
_NAMED = re.compile(r"(\d{1,2})[ \-/]([A-Za-z]{3,9})[ \-/,]+(\d{4}|\d{2})" + _CLOCK)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_PERIOD = re.compile(r"((?:19|20)\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d*)?")
_YEAR_MONTH = re.compile(r"((?:19|20)\d{2})-(\d{1,2})")
_FINANCIAL_YEAR = re.compile(r"((?:19|20)\d{2})[-/](?:20)?(\d{2})")

_NAME_YEAR_MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_ .]?(0[1-9]|1[0-2])(?!\d)")
_NAME_MONTH_YEAR = re.compile(r"(?<!\d)(0[1-9]|1[0-2])[-_ .]((?:19|20)\d{2})(?!\d)")
_MONTH_WORD = (
    "(january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)"
)
_NAME_WORD_YEAR = re.compile(rf"(?<![a-z]){_MONTH_WORD}[-_ .]*((?:19|20)?\d{{2}})(?!\d)")
_NAME_YEAR_WORD = re.compile(rf"(?<!\d)((?:19|20)\d{{2}})[-_ .]*{_MONTH_WORD}(?![a-z])")


@dataclass(frozen=True)
class Period:
    """What a date cell states: a day, or only the accounting month it falls in.

    Attributes:
        day: the day; None where only a month is stated.
        first, last: first and last day of what is stated.
    """

    day: date | None
    first: date
    last: date


def month_period(year: int, month: int) -> Period:
    """A whole calendar month.

    >>> month_period(2020, 2).last
    datetime.date(2020, 2, 29)
    """
    last = calendar.monthrange(year, month)[1]
    return Period(None, date(year, month, 1), date(year, month, last))


def parse_date(text: str) -> date | None:
    """One published date, the day before the month; None if it is none.

    Reads ``01/04/2017``, ``2017-04-01`` (with or without a time), ``1-Apr-17``, ``1 April 2017``,
    ``20170401`` and the day numbers of Excel.

    >>> [str(parse_date(text)) for text in ("1/4/17", "1-Apr-17", "20170401", "42826")]
    ['2017-04-01', '2017-04-01', '2017-04-01', '2017-04-01']
    >>> parse_date("04/13/2017") is None
    True
    """
    text = text.strip(" \t\r\n\u00a0")
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _DAY_FIRST.fullmatch(text):
        return _day(found[3], found[2], found[1])
    if found := _NAMED.fullmatch(text):
        month = _MONTHS.get(found[2][:3].lower())
        return _day(found[3], month, found[1]) if month else None
    if (found := _SERIAL.fullmatch(text)) and (serial := int(found[1])) in _EXCEL_SERIALS:
        return _EXCEL_EPOCH + timedelta(days=serial)
    return None


def parse_month_first(text: str) -> date | None:
    """One date written with the month before the day; None if it is none.

    >>> str(parse_month_first("04/13/2017"))
    '2017-04-13'
    """
    found = _DAY_FIRST.fullmatch(text.strip(" \t\r\n\u00a0"))
    return _day(found[3], found[1], found[2]) if found else None


def parse_period(text: str) -> Period | None:
    """A financial year such as ``2017-18``, or a month such as ``2017-04``; None if neither.

    ``2011-12`` is the financial year: a month is then written out, as in ``201112``.

    >>> parse_period("2017-18").last, parse_period("2017-04").last, parse_period("2011-12").first
    (datetime.date(2018, 3, 31), datetime.date(2017, 4, 30), datetime.date(2011, 4, 1))
    """
    text = text.strip()
    found = _FINANCIAL_YEAR.fullmatch(text)
    if found and int(found[2]) == (int(found[1]) + 1) % 100:
        year = int(found[1])
        return Period(None, date(year, 4, 1), date(year + 1, 3, 31))
    found = _YEAR_MONTH.fullmatch(text) or _YEAR_PERIOD.fullmatch(text)
    return month_period(int(found[1]), int(found[2])) if found and 0 < int(found[2]) < 13 else None


def parse_dates(texts: Collection[str]) -> dict[str, Period | None]:
    """All the different date cells of one column.

    A column may hold periods such as ``201013`` instead of days. Where a 13th period occurs the
    column counts accounting periods of the financial year: 01 is April, 12 and the closing 13 are
    March. Where none does, ``201106`` is a calendar month: the column alone cannot tell otherwise.

    >>> parse_dates(["201013"])["201013"].first
    datetime.date(2011, 3, 1)
    >>> parse_dates(["201006"])["201006"].first
    datetime.date(2010, 6, 1)
    """
    stated = {text: _YEAR_PERIOD.fullmatch(text.strip()) for text in texts}
    has_thirteenth = any(found is not None and found[2] == "13" for found in stated.values())
    has_months = _states_months(texts)
    periods: dict[str, Period | None] = {}
    for text, found in stated.items():
        if found is None:
            day = parse_date(text)
            if day is None:
                periods[text] = _stated_period(text, has_months)
            else:
                periods[text] = Period(day, day, day)
        else:
            periods[text] = _year_period(int(found[1]), int(found[2]), has_thirteenth)
    return periods


def month_of_name(name: str) -> Period | None:
    """The month that a file name states, e.g. ``2018-12.csv`` or ``spend_january_2012.csv``.

    A name such as ``2011-12`` may be December 2011 or a financial year: the caller compares it
    with the payment dates of the file.

    >>> month_of_name("500-spend-Sept-2011.csv").first, month_of_name("spend-2024-25.zip")
    (datetime.date(2011, 9, 1), None)
    """
    text = name.lower()
    if found := _NAME_YEAR_MONTH.search(text):
        return month_period(int(found[1]), int(found[2]))
    if found := _NAME_MONTH_YEAR.search(text):
        return month_period(int(found[2]), int(found[1]))
    if found := _NAME_YEAR_WORD.search(text):
        return month_period(int(found[1]), _MONTHS[found[2][:3]])
    if found := _NAME_WORD_YEAR.search(text):
        year = int(found[2])
        return month_period(year if year > 99 else 2000 + year, _MONTHS[found[1][:3]])
    return None


def _states_months(texts: Collection[str]) -> bool | None:
    """Whether texts such as ``2011-12`` are months and no financial years; None: nobody can tell.

    Only a column with an unmistakable one tells: ``2011-06``, or ``2017-18``.
    """
    found = [match for text in texts if (match := _YEAR_MONTH.fullmatch(text.strip()))]
    if any(int(one[2]) < 13 and int(one[2]) != (int(one[1]) + 1) % 100 for one in found):
        return True
    return False if any(int(one[2]) > 12 for one in found) else None


def _stated_period(text: str, has_months: bool | None) -> Period | None:
    found = _YEAR_MONTH.fullmatch(text.strip())
    if found is None or has_months is None:
        # 2017/18 and 2017/2018 are no months
        return parse_period(text) if found is None else None
    if has_months and 0 < int(found[2]) < 13:
        return month_period(int(found[1]), int(found[2]))
    return parse_period(text) if not has_months else None


def _year_period(year: int, period: int, counts_periods: bool) -> Period | None:
    if counts_periods and 1 <= period <= 13:
        month = min(period, 12) + 3
        return month_period(year + (month > 12), (month - 1) % 12 + 1)
    return month_period(year, period) if 1 <= period <= 12 else None


def _day(year: str, month: str | int, day: str) -> date | None:
    number = int(year) + (2000 if len(year) == 2 else 0)
    if not _FIRST_YEAR <= number <= _LAST_YEAR:
        return None
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None
