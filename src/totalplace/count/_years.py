"""Financial years, and amounts of a period shared over them by days.

A year such as ``2017-18`` runs from 1 April to 31 March. An August-to-July college year gives it
eight months of one and four of the next, counted in days.
"""

from __future__ import annotations

from datetime import date

from totalplace.errors import Problem, RequestError
from totalplace.money import split

__all__ = ["align", "financial_year", "year_bounds", "year_start"]


def year_start(year: str) -> int:
    """The calendar year in which a financial year starts.

    Raises:
        RequestError: the text is no financial year.

    >>> year_start("2017-18")
    2017
    """
    head, _, tail = year.partition("-")
    if len(head) == 4 and len(tail) == 2 and (head + tail).isdecimal():
        start = int(head)
        # 9999-00 has no last day: dates end with the year 9999.
        if (start + 1) % 100 == int(tail) and 0 < start < date.max.year:
            return start
    raise RequestError(
        Problem(
            code="bad_year",
            what="this is no financial year",
            where=f"--year {year}",
            why="a financial year is written with four and two digits, the second one year later",
            fix="write it as 2017-18",
        )
    )


def year_bounds(year: str) -> tuple[date, date]:
    """First and last day.

    >>> [day.isoformat() for day in year_bounds("2017-18")]
    ['2017-04-01', '2018-03-31']
    """
    start = year_start(year)
    return date(start, 4, 1), date(start + 1, 3, 31)


def financial_year(day: date) -> str:
    """The financial year of a day.

    >>> financial_year(date(2018, 3, 31)), financial_year(date(2018, 4, 1))
    ('2017-18', '2018-19')
    """
    start = day.year if day.month >= 4 else day.year - 1
    return f"{start}-{(start + 1) % 100:02d}"


def align(amount_pence: int, start: date, end: date) -> dict[str, int]:
    """An amount of a period, shared over the financial years it touches by days, to the penny.

    >>> align(36500, date(2017, 8, 1), date(2018, 7, 31))
    {'2017-18': 24300, '2018-19': 12200}
    """
    days: dict[str, int] = {}
    year = year_start(financial_year(start))
    while date(year, 4, 1) <= end:
        first, last = max(start, date(year, 4, 1)), min(end, date(year + 1, 3, 31))
        days[financial_year(first)] = (last - first).days + 1
        year += 1
    return split(amount_pence, days)
