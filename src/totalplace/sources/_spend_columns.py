"""Which column of a council's file is what: the header, and the row below it where that helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from totalplace.errors import FileRefused, Problem
from totalplace.money import MoneyError, parse_pence
from totalplace.sources._columns import header_key, map_columns, spend_fields
from totalplace.sources._dates import parse_date
from totalplace.sources._delimited import Delimited
from totalplace.sources._format import Detection, no_match

__all__ = [
    "SpendColumns",
    "columns_of",
    "find_spend_columns",
    "is_header_row",
    "layout_problems",
    "sniff_spend",
]


@dataclass(frozen=True)
class SpendColumns:
    """Where the fields of a file stand.

    Attributes:
        at: field -> index of its column.
        titles: the header of each column, or its number where it has none.
        has_second_header: whether the row below the header names columns too.
        is_gross_by_second_header: whether that row calls the amounts gross.
        missing: titles of the fields without which a file cannot be read.
    """

    at: Mapping[str, int]
    titles: tuple[str, ...]
    has_second_header: bool
    is_gross_by_second_header: bool
    missing: tuple[str, ...]

    @property
    def is_gross(self) -> bool:
        """Whether the file has amounts with VAT only."""
        return "amount" not in self.at and "gross" in self.at

    @property
    def mapping(self) -> dict[str, str]:
        """Published header -> field."""
        return {self.titles[index]: field for field, index in self.at.items()}


@cache
def _known_headers() -> frozenset[str]:
    return frozenset(header_key(text) for field in spend_fields() for text in field.headers)


def is_header_row(cells: Sequence[str]) -> bool:
    """Whether every filled cell of a record is a published header, and there are at least two."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) > 1 and all(header_key(cell) in _known_headers() for cell in filled)


def find_spend_columns(header: Sequence[str], following: Sequence[str]) -> SpendColumns:
    """Map a header; where the row below it is a header too, it names what the first leaves open.

    >>> find_spend_columns(["Date", "Amount", "", "Supplier"], ["", "Gross", "VAT", ""]).at["vat"]
    2
    """
    fields = spend_fields()
    at = map_columns(fields, header)
    second: Sequence[str] = ()
    if is_header_row(following) and any(
        below.strip() and not above.strip() for above, below in zip(header, following, strict=False)
    ):
        second = following
        # only what the header itself leaves open: its own names are not overruled
        open_cells = [
            "" if index < len(header) and header[index].strip() else cell
            for index, cell in enumerate(following)
        ]
        at = map_columns(fields, open_cells) | at
    titles = tuple(
        text.strip() or (second[index].strip() if index < len(second) else "") or f"#{index + 1}"
        for index, text in enumerate(header)
    )
    amount = at.get("amount")
    is_gross = amount is not None and amount < len(second) and _field(second[amount]) == "gross"
    has_date = "payment_date" in at or "effective_date" in at
    missing = [field.title for field in fields if field.name == "payee" and "payee" not in at]
    if not has_date:
        missing.append("date of payment, or end of the accounting period")
    if "amount" not in at and "gross" not in at:
        missing.append("amount paid")
    return SpendColumns(at, titles, bool(second), is_gross, tuple(missing))


def columns_of(piece: Delimited) -> SpendColumns:
    """The columns of a piece: as it says itself, or else by its header."""
    if piece.at is None:
        return find_spend_columns(piece.header, piece.following)
    titles = tuple(text.strip() or f"#{index + 1}" for index, text in enumerate(piece.header))
    return SpendColumns(piece.at, titles, False, False, ())


def sniff_spend(piece: Delimited) -> Detection:
    """How well a delimited file fits council spend."""
    columns = find_spend_columns(piece.header, piece.following)
    found = [
        f"column {columns.titles[index]!r} is the {field}" for field, index in columns.at.items()
    ]
    missing = [f"no column for the {title}" for title in columns.missing]
    if columns.missing:
        return no_match("spend", *missing, *found)
    return Detection("spend", min(0.9, 0.5 + 0.05 * len(columns.at)), tuple(found))


def layout_problems(piece: Delimited) -> FileRefused:
    """Why a delimited file is of no known layout: no header at all, or one that nobody knows."""
    columns = find_spend_columns(piece.header, piece.following)
    known = [cell for cell in piece.header if header_key(cell) in _known_headers()]
    values = [cell for cell in piece.header if _is_value(cell)]
    shown = ", ".join(repr(cell.strip()) for cell in piece.header[:40])
    # one cell may read like a header by chance, e.g. a payment for a "Service"
    if values and len(known) < 2:
        return FileRefused(
            Problem(
                "no_header_row",
                "the file has no header row",
                f"{piece.where} row {piece.header_row}",
                f"the first record holds values such as {values[0].strip()!r}, not names of"
                f" columns: {shown}",
                "add a first line that names the columns, e.g. 'Supplier Name', 'Payment Date',"
                " 'Net Amount'",
            )
        )
    missing = "; ".join(columns.missing)
    return FileRefused(
        Problem(
            "unknown_layout",
            "the headers of the file are not recognised",
            f"{piece.where} row {piece.header_row}",
            f"no column was found for: {missing}. The headers are: {shown}",
            "rename the columns to headers that `totalplace formats` lists, with the header on the"
            " first line that is not blank",
        )
    )


def _field(text: str) -> str | None:
    return next(iter(map_columns(spend_fields(), [text])), None)


def _is_value(cell: str) -> bool:
    """Whether a cell of a header row is a date or an amount."""
    if not any(mark.isdigit() for mark in cell):
        return False
    if parse_date(cell) is not None:
        return True
    try:
        return parse_pence(cell) is not None
    except MoneyError:
        return False
