"""Columns read out of a file's own cells: names without their ids, signs and dates turned round.

A layout may say that a column is not to be read as it stands. The records are then written out
once more with the columns that result at their end; row numbers and the cells themselves stay.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from totalplace.money import gbp
from totalplace.sources._amounts import read_amount
from totalplace.sources._dates import parse_date, parse_dates, parse_month_first
from totalplace.sources._delimited import Delimited, records
from totalplace.sources._mapping_values import split_glued
from totalplace.sources._spend_odd import is_total_text
from totalplace.sources._text import scan_text

__all__ = [
    "Added",
    "negated",
    "period_of_payments",
    "split_payee",
    "with_columns",
    "with_day_first",
]


@dataclass(frozen=True)
class Added:
    """One more column.

    Attributes:
        field: the field that it is.
        title: what it is called in messages.
        value: its cell by the cells of the record.
    """

    field: str
    title: str
    value: Callable[[Sequence[str]], str]


def with_columns(piece: Delimited, added: Sequence[Added], target: Path) -> Delimited:
    """The piece with more columns at its end."""
    width = len(piece.header)
    titles = [one.title for one in added]
    own = [cell.strip() for cell in piece.header]
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=piece.delimiter)
        for number, cells in records(piece):
            if number < piece.header_row or not any(cell.strip() for cell in cells):
                writer.writerow(cells)
                continue
            kept = cells[:width] + [""] * (width - len(cells))
            is_header = [cell.strip() for cell in kept] == own
            more = titles if is_header else [one.value(kept) for one in added]
            writer.writerow([*kept, *more, *cells[width:]])
    at = dict(piece.at or {})
    at |= {one.field: width + index for index, one in enumerate(added)}
    return replace(
        piece,
        path=target,
        facts=scan_text(target, where=piece.where),
        header=(*piece.header, *titles),
        at=at,
        added=piece.added + len(added),
    )


def split_payee(piece: Delimited, index: int, shape: str) -> tuple[Added, Added]:
    """The payee's name and its id, where they are glued together; other cells stay whole."""
    title = piece.header[index].strip() or f"#{index + 1}"

    def name(cells: Sequence[str]) -> str:
        split = split_glued(cells[index], shape)
        return cells[index] if split is None else split[0]

    def number(cells: Sequence[str]) -> str:
        split = split_glued(cells[index], shape)
        return "" if split is None else split[1]

    return Added("payee", f"{title} (name)", name), Added(
        "payee_other_id", f"{title} (number)", number
    )


def negated(piece: Delimited, index: int, field: str) -> Added:
    """An amount with its sign turned; what is no amount stays as it is."""

    def value(cells: Sequence[str]) -> str:
        pence, _ = read_amount(cells[index])
        return cells[index] if pence is None else gbp(-pence)

    return Added(field, f"{piece.header[index].strip() or f'#{index + 1}'} (sign turned)", value)


def with_day_first(piece: Delimited, index: int, field: str) -> Added:
    """A date with the month first as an ISO date; a date of neither form stays no date."""

    def value(cells: Sequence[str]) -> str:
        text = cells[index].strip()
        if (day := parse_month_first(text)) is not None:
            return day.isoformat()
        is_swapped = parse_date(text) is not None and text.count("/") + text.count(".") >= 2
        return f"{text} (month first)" if is_swapped else text

    return Added(field, f"{piece.header[index].strip() or f'#{index + 1}'} (month first)", value)


def period_of_payments(text: str, payee: int, amount: int) -> Added:
    """The period of a file without dates, in the records that are payments."""
    if parse_dates([text])[text] is None:
        raise ValueError(f"{text} is no period")

    def value(cells: Sequence[str]) -> str:
        is_payment = read_amount(cells[amount])[0] is not None and cells[payee].strip()
        return text if is_payment and not is_total_text(cells[payee]) else ""

    return Added("effective_date", "period of the mapping", value)
