"""One money line of the fictional truth, and the financial years it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["YEAR", "Line", "financial_year", "shared_by_days", "shared_by_weight", "year_days"]

YEAR = "2017-18"
"""The year that the fictional place is counted in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Money that one body reports, as it truly was.

    Attributes:
        dataset: ``spend``, ``ro``, ``cra`` or ``return``: where it is published.
        file: key of the published file.
        body: body_id of the body that reports it.
        amount: pence; in the published sign.
        start, end: the period it belongs to, both days included.
        side: ``out`` or ``in``.
        nature: as in count.md.
        counterparty: body_id of payee (out) or funder (in), empty if it is no known body.
        payee, payee_kind: the true name, and organisation, individual or redacted.
        stream, kind: stream_id, and the kind of the stream.
        cap_rev: ``cap`` or ``cur``.
        basis: what the reporting body's lines are net of.
        zone: code of the area it is reported for, where that is not the body's own (CRA).
        role: ``line``; or ``local`` (local government in the CRA: a control), ``hra``,
            ``non_identifiable``, ``outside``, ``total`` (a subtotal of the return), ``memo``.
        function: COFOG code, or the published HMT function of a CRA row.
        unit, expense: service area and expense type of a payment, or CRA labels.
        day: date of payment.
        cell: where in a wide file: line number of the return, or year column.
        phase: ``outturn`` or ``budget``.
        reference: identifier shared by payer and payee.
        stream_text: the stream's name as this side calls it.
        case: edge case it belongs to.
    """

    dataset: str
    file: str
    body: str
    amount: int
    start: date
    end: date
    side: str = "out"
    nature: str = "own"
    counterparty: str = ""
    payee: str = ""
    payee_kind: str = "organisation"
    stream: str = ""
    kind: str = ""
    cap_rev: str = "cur"
    basis: str = "gross"
    zone: str = ""
    role: str = "line"
    function: str = ""
    unit: str = ""
    expense: str = ""
    day: date | None = None
    cell: str = ""
    phase: str = "outturn"
    reference: str = ""
    stream_text: str = ""
    case: str = ""


def financial_year(day: date) -> str:
    """The year from 1 April to 31 March that a day lies in.

    >>> financial_year(date(2018, 3, 31))
    '2017-18'
    """
    start = day.year if day >= date(day.year, 4, 1) else day.year - 1
    return f"{start}-{(start + 1) % 100:02d}"


def year_days(year: str) -> tuple[date, date]:
    """First and last day of a financial year."""
    start = int(year[:4])
    return date(start, 4, 1), date(start + 1, 3, 31)


def shared_by_days(amount: int, start: date, end: date) -> dict[str, int]:
    """An amount of a period over the financial years it touches, by days, to the penny.

    >>> shared_by_days(36500, date(2017, 8, 1), date(2018, 7, 31))
    {'2017-18': 24300, '2018-19': 12200}
    """
    if financial_year(start) == financial_year(end):
        return {financial_year(start): amount}
    days: dict[str, int] = {}
    day = start
    while day <= end:
        year = financial_year(day)
        last = min(end, year_days(year)[1])
        days[year] = (last - day).days + 1
        day = date.fromordinal(last.toordinal() + 1)
    return shared_by_weight(amount, days)


def shared_by_weight(amount: int, weights: dict[str, int]) -> dict[str, int]:
    """Largest remainder, ties by code, sign set aside: the one way the truth divides money.

    >>> shared_by_weight(-100, {"b": 1, "a": 1, "c": 1})
    {'b': -33, 'a': -34, 'c': -33}
    """
    total = sum(weights.values())
    size = abs(amount)
    parts = {code: size * weight // total for code, weight in weights.items()}
    spare = size - sum(parts.values())
    largest = sorted(weights, key=lambda code: (-(size * weights[code] % total), code))
    for code in largest[:spare]:
        parts[code] += 1
    return {code: part if amount >= 0 else -part for code, part in parts.items()}
