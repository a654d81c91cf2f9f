"""Payments read row by row: for files of thousands of rows, whose layouts are many.

Council spend, which may run to millions, has a path of its own (`_spend`). What these readers
share is how a record is told from a total, a note, a second header or a fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from totalplace.errors import FileRefused, Problem
from totalplace.model import is_withheld, normalise_payee
from totalplace.sources._amounts import read_amount
from totalplace.sources._columns import FieldHeaders, header_key, map_columns, read_columns
from totalplace.sources._dates import Period, parse_dates
from totalplace.sources._rejects import RejectWriter
from totalplace.sources._spend_odd import is_total_text
from totalplace.sources._text_rows import TextRows, with_header

__all__ = [
    "Payment",
    "Payments",
    "column_fields",
    "find_header",
    "payment_facts",
    "read_dates",
    "read_payments",
]

_ESSENTIAL = ("payee", "payment_date")
_AMOUNTS = ("amount", "gross")


@dataclass(frozen=True)
class Payment:
    """One payment as published.

    Attributes:
        row_no: its row.
        pence: the amount.
        raw_amount: its text, where it is more than digits.
        day: the day paid; None where only a month is stated.
        period: the first and last day that it belongs to.
        texts: field -> text, blanks left out.
    """

    row_no: int
    pence: int
    raw_amount: str | None
    day: date | None
    period: tuple[date, date]
    texts: Mapping[str, str]


@dataclass
class Payments:
    """What one table holds.

    Attributes:
        at: field -> index of its column.
        records: rows below the header.
        skipped: rows that are no payments, by kind.
        repeats: payments whose cells equal those of another one; they are kept.
        warnings: what is told.
    """

    at: dict[str, int]
    records: int = 0
    lines: list[Payment] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    warnings: list[Problem] = field(default_factory=list)


@cache
def column_fields(name: str) -> tuple[FieldHeaders, ...]:
    """The fields of ``columns/<name>.toml`` with their published headers."""
    return tuple(
        FieldHeaders(one["name"], one["title"], tuple(header for header, _ in one["headers"]))
        for one in read_columns(name)["field"]
    )


def find_header(
    rows: TextRows, fields: Sequence[FieldHeaders], decisive: Collection[str] = ()
) -> tuple[TextRows, dict[str, int]] | None:
    """The rows with their header, and where each field stands; None if there is no such header.

    Args:
        decisive: fields of which one has to be there.
    """

    def is_header(cells: Sequence[str]) -> bool:
        at = map_columns(fields, cells)
        return (
            all(name in at for name in _ESSENTIAL)
            and any(name in at for name in _AMOUNTS)
            and (not decisive or any(name in at for name in decisive))
        )

    found = with_header(rows, is_header)
    return None if found is None else (found, map_columns(fields, found.header))


def read_payments(
    rows: TextRows, at: Mapping[str, int], *, amount: str, rejects: RejectWriter
) -> Payments:
    """Read every row below the header: each is a payment, a reject, or skipped by kind.

    Args:
        at: field -> column.
        amount: the field that is the amount.
    """
    found = Payments(dict(at))
    records = list(rows.below())
    # titles and notes stand above the header: they are records too, of which none is a payment
    found.skipped += rows.above()
    found.records = len(records) + found.skipped.total()
    day_at = at["payment_date"]
    periods, is_month_first = read_dates(
        {text for _, cells in records if (text := _cell(cells, day_at))}
    )
    if is_month_first:
        found.warnings.append(
            Problem(
                "month_first_dates",
                "the dates are read with the month before the day",
                f"{rows.where}, column {rows.header[day_at]}",
                "read with the day first some of them are no dates, read so all are",
                "nothing to do",
            )
        )
    seen: Counter[tuple[str, ...]] = Counter()
    nameless = total = 0
    for row_no, cells in records:
        texts = {name: text for name, index in at.items() if (text := _cell(cells, index))}
        kind = _kind(cells, rows, texts)
        pence, fault = read_amount(texts.get(amount, ""))
        period = periods.get(texts.get("payment_date", ""))
        if not kind and _may_be_total(texts) and pence is not None and pence == total:
            kind = "total_row"
        if not kind and len(texts) == 1 and pence is None and fault == "missing_amount":
            kind = "memo"
        if kind:
            found.skipped[kind] += 1
            continue
        faults = _faults(cells, rows, at, texts, amount=amount, fault=fault, period=period)
        if faults or pence is None or period is None:
            code, index, _ = faults[0]
            rejects.add(
                row_no,
                index + 1,
                column=rows.header[index] if index < len(rows.header) else f"#{index + 1}",
                code=code,
                message="; ".join(message for _, _, message in faults),
                raw=(rows.delimiter or "\t").join(cells),
            )
            continue
        seen[tuple(cells)] += 1
        nameless += "payee" not in texts
        total += pence
        plain = texts[amount].lstrip("-").replace(".", "", 1).isdigit()
        found.lines.append(
            Payment(
                row_no=row_no,
                pence=pence,
                raw_amount=None if plain else texts[amount],
                day=period.day,
                period=(period.first, period.last),
                texts=texts,
            )
        )
    found.repeats = sum(times - 1 for times in seen.values())
    if nameless:
        found.warnings.append(
            Problem(
                "no_payee",
                f"{nameless:,} lines name no payee",
                rows.where,
                "they are kept",
                "nothing to do",
            )
        )
    if not found.records:
        raise FileRefused(
            Problem(
                "no_records",
                "the file holds no record",
                rows.where,
                f"nothing stands below the header in row {rows.header_row}",
                "download it again from the publisher",
            )
        )
    return found


def read_dates(texts: Collection[str]) -> tuple[dict[str, Period | None], bool]:
    """The dates of one column, and whether they stand with the month first.

    The day comes first, unless some dates are none that way and all are with the month first.

    >>> periods, is_month_first = read_dates(["04/13/2017", "05/01/2017"])
    >>> is_month_first, str(periods["05/01/2017"].day)
    (True, '2017-05-01')
    >>> read_dates(["01/05/2017"])[1]
    False
    """
    periods = parse_dates(texts)
    if all(period is not None for period in periods.values()):
        return periods, False
    turned = {text: _turned(text) for text in texts}
    again = parse_dates(set(turned.values()))
    if any(again[turned[text]] is None for text in texts):
        return periods, False
    return {text: again[turned[text]] for text in texts}, True


def payment_facts(found: Payments) -> dict[str, Any]:
    """What is counted of the payments, as arguments of a `Member`."""
    return {
        "records": found.records,
        "lines": len(found.lines),
        "skipped": dict(found.skipped),
        "sum_pence": sum(line.pence for line in found.lines),
        "negative_lines": sum(line.pence < 0 for line in found.lines),
        "redacted_pence": sum(
            line.pence for line in found.lines if is_withheld(line.texts.get("payee", "-"))
        ),
        "exact_duplicates": found.repeats,
        "period_start": min((line.period[0] for line in found.lines), default=None),
        "period_end": max((line.period[1] for line in found.lines), default=None),
    }


def payee_columns(texts: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The payee's name and its key."""
    payee = texts.get("payee")
    return payee, None if payee is None else normalise_payee(payee)


def _cell(cells: Sequence[str], index: int) -> str:
    return cells[index].strip() if index < len(cells) else ""


def _turned(text: str) -> str:
    """``04/13/2017`` with its first two numbers the other way round; other texts as they are."""
    for mark in "/-.":
        parts = text.split(mark)
        if len(parts) == 3 and all(part.isdigit() for part in parts[:2]) and len(parts[0]) <= 2:
            return mark.join([parts[1], parts[0], parts[2]])
    return text


def _kind(cells: Sequence[str], rows: TextRows, texts: Mapping[str, str]) -> str:
    """What a row is that is no payment, as far as it can be told by its texts."""
    filled = [(index, cell.strip()) for index, cell in enumerate(cells) if cell.strip()]
    if not filled:
        return "blank"
    titles = rows.header
    if len(filled) > 1 and all(
        index < len(titles) and header_key(titles[index]) == header_key(cell)
        for index, cell in filled
    ):
        return "repeated_header"
    announces = is_total_text(texts.get("payee", "")) or is_total_text(filled[0][1])
    return "total_row" if announces and "payment_date" not in texts else ""


def _may_be_total(texts: Mapping[str, str]) -> bool:
    """Whether nothing but an amount stands in the row."""
    return "payment_date" not in texts and "payee" not in texts


def _faults(
    cells: Sequence[str],
    rows: TextRows,
    at: Mapping[str, int],
    texts: Mapping[str, str],
    *,
    amount: str,
    fault: str,
    period: Period | None,
) -> list[tuple[str, int, str]]:
    width = len(rows.header)
    faults: list[tuple[str, int, str]] = []
    if extra := [cell for cell in cells[width:] if cell.strip()]:
        faults.append(("extra_field", width, f"cells beyond the last header: {extra!r}"))
    if fault:
        told = {
            "missing_amount": "the amount is blank",
            "third_decimal": "the amount has a fraction of a penny, which no payment has",
        }
        message = told.get(fault, f"{texts.get(amount)!r} is no amount")
        faults.append((fault, at[amount], message))
    if period is None:
        text = texts.get("payment_date")
        code = "bad_date" if text else "missing_date"
        message = f"{text!r} is no date" if text else "the date is blank"
        faults.append((code, at["payment_date"], message))
    return faults
