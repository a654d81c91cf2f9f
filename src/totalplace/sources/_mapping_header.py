"""Where the header of a table stands: told by its cells, and by what stands below them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from totalplace.sources._amounts import read_amount
from totalplace.sources._columns import header_key
from totalplace.sources._dates import parse_date
from totalplace.sources._mapping_words import exact_field, is_label

__all__ = ["Head", "find_header_row", "is_value", "preamble_kinds"]

Head = Sequence[tuple[int, Sequence[str]]]
"""The first records of a table with their numbers."""

_WITHIN_RECORDS = 60
_LEAST_CELLS = 2
_NAMED_SHARE = 0.6


def is_value(cell: str) -> bool:
    """Whether a cell is a date or an amount, which no header is."""
    if not any(mark.isdigit() for mark in cell):
        return False
    return parse_date(cell) is not None or read_amount(cell)[0] is not None


def find_header_row(head: Head) -> int:
    """The number of the record that names the columns; 0 if there is none.

    It stands above the first record of payments (one with an amount and, where any has one, a
    date), and names most of the columns that are filled below, or all of them where its words are
    not those that headers are made of. A record that holds a date or an amount, or repeats what
    stands below it, is none.
    """
    rows = [(number, cells) for number, cells in head if any(cell.strip() for cell in cells)]
    first = _first_payment(rows[:_WITHIN_RECORDS])
    if first is None:
        return 0
    below = [cells for _, cells in rows[first : first + 200]]
    filled = Counter(column for cells in below for column, cell in enumerate(cells) if cell.strip())
    used = {column for column, count in filled.items() if count * 2 >= len(below)}
    best, best_score = 0, 0.0
    for number, cells in rows[:first]:
        score = _score(cells, used, below)
        # of two alike the lower one: group titles stand above names
        if score and score >= best_score:
            best, best_score = number, score
    return best


def preamble_kinds(head: Head, header_row: int) -> Counter[str]:
    """The records above the header by the kind they are skipped as."""
    return Counter(
        "memo" if any(cell.strip() for cell in cells) else "blank"
        for number, cells in head
        if number < header_row
    )


def _first_payment(rows: Head) -> int | None:
    kinds = [
        (
            any(_is_date(cell) for cell in cells),
            sum(_is_amount(cell) for cell in cells),
            sum(bool(cell.strip()) for cell in cells),
        )
        for _, cells in rows
    ]
    for at, (has_date, amounts, _) in enumerate(kinds):
        if has_date and amounts:
            return at
    for at, (_, amounts, cells) in enumerate(kinds):
        if amounts and cells > _LEAST_CELLS:
            return at
    return None


def _score(cells: Sequence[str], used: set[int], below: Sequence[Sequence[str]]) -> float:
    named = {column for column, cell in enumerate(cells) if header_key(cell)}
    known = sum(exact_field(header_key(cells[column])) is not None for column in named)
    if len(named) < _LEAST_CELLS or len(named & used) < _NAMED_SHARE * len(used):
        return 0.0
    if sum(is_value(cell) for cell in cells) > (known > 1):
        return 0.0
    labels = sum(is_label(cells[column]) for column in named)
    texts = {column: cells[column].strip().casefold() for column in named}
    is_repeated = any(
        len(row) > column and row[column].strip().casefold() == text
        for row in below
        for column, text in texts.items()
    )
    if is_repeated and not known:
        return 0.0
    if labels < _LEAST_CELLS and not (used <= named and len(set(texts.values())) == len(texts)):
        # no words that headers are made of: then every column below has to have a name of its own
        return 0.0
    return 2 * known + labels + len(named & used) / max(len(used), 1)


def _is_date(cell: str) -> bool:
    text = cell.strip()
    return not text.isdigit() and parse_date(text) is not None


def _is_amount(cell: str) -> bool:
    text = cell.strip()
    return (
        any(mark.isdigit() for mark in text)
        and parse_date(text) is None
        and read_amount(text)[0] is not None
    )
