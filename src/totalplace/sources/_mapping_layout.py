"""A layout that a person has agreed to: which column of a file is what, and how it is read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from totalplace.sources._columns import header_key
from totalplace.sources._dates import parse_period

__all__ = [
    "FROM_NAME",
    "Layout",
    "column_at",
    "is_period",
    "layout_from_json",
    "layout_to_json",
    "matches",
    "named_keys",
    "title_of",
]

FROM_NAME = "from_name"
"""A period that the name of the file or sheet states."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How files with one header are read.

    Attributes:
        name: what people call it.
        headers: the header's cells as published, empty ones too.
        columns: field -> header of its column, or ``#3`` for the third column.
        header_row: the record of the header from 1; 0 to have it found.
        sheet: the sheets that hold payments, with ``*`` for anything; empty for all.
        left_out: these sheets of a workbook are not read; no columns are needed then.
        amount_sign: ``debit_positive``, or ``credit_positive`` where payments are negative.
        date_order: ``day_first`` or ``month_first``.
        payee_shape: whether an id is glued to the payee's name, and where.
        amounts_are_gross: the amounts include VAT, and that is accepted.
        body: whose payments they are; empty if the file or the user says so.
        period: of a file without dates: ``2017-18``, ``2017-04`` or ``from_name``.
    """

    name: str
    headers: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    header_row: int = 0
    sheet: str = ""
    left_out: bool = False
    amount_sign: str = "debit_positive"
    date_order: str = "day_first"
    payee_shape: str = "plain"
    amounts_are_gross: bool = False
    body: str = ""
    period: str = ""


def layout_to_json(layout: Layout) -> str:
    """The layout as the value of a decision."""
    return json.dumps(asdict(layout), sort_keys=True, ensure_ascii=False)


def layout_from_json(text: str) -> Layout:
    """The layout that a decision states.

    Raises:
        ValueError: it states none; a later version may have written it.
    """
    found: dict[str, Any] = json.loads(text)
    try:
        return Layout(**{**found, "headers": tuple(found["headers"])})
    except (TypeError, KeyError) as error:
        raise ValueError(str(error)) from error


def title_of(header: Sequence[str], index: int) -> str:
    """What a column is called: its header, or ``#3`` if that is empty or not its own."""
    text = header[index].strip() if index < len(header) else ""
    alike = [one for one in header if header_key(one) == header_key(text)]
    return text if header_key(text) and len(alike) == 1 else f"#{index + 1}"


def column_at(header: Sequence[str], title: str) -> int | None:
    """The index of the column that a title names, or None.

    >>> column_at(["Paid to", "", "Net"], " NET "), column_at(["Paid to", ""], "#2")
    (2, 1)
    """
    if found := re.fullmatch(r"#([1-9][0-9]{0,4})", title):
        index = int(found[1]) - 1
        return index if index < len(header) else None
    texts = [cell.strip() for cell in header]
    if title.strip() in texts:
        return texts.index(title.strip())
    keys = [header_key(cell) for cell in header]
    key = header_key(title)
    return keys.index(key) if key and key in keys else None


def named_keys(header: Sequence[str]) -> tuple[str, ...]:
    """The keys of the columns that have a name, in their order."""
    return tuple(key for cell in header if (key := header_key(cell)))


def matches(layout: Layout, header: Sequence[str], sheet: str = "") -> bool:
    """Whether a file with this header is of the layout; the order of named columns is free."""
    if layout.sheet and sheet and not fnmatchcase(sheet.casefold(), layout.sheet.casefold()):
        return False
    ours, theirs = named_keys(layout.headers), named_keys(header)
    if any(title.startswith("#") for title in layout.columns.values()):
        return ours == theirs
    return sorted(ours) == sorted(theirs) and bool(ours)


def is_period(text: str) -> bool:
    """Whether a layout may state this period."""
    return not text or text == FROM_NAME or parse_period(text) is not None
