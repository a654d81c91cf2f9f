"""What a cell of a side table or of a form says, and how it is said in one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from totalplace.cases._toml import unmeant
from totalplace.cases._toml_edit import toml_value

__all__ = ["cell_of", "cell_value", "is_key"]

_LONGEST_KEY = 200
_MOST_DOTS = 8
_DIGITS = 1e15
"""Whole numbers below it have the 15 digits that a spreadsheet keeps."""


def is_key(text: str) -> bool:
    """Whether the name of a row or column can be a key: a few words apart by dots.

    >>> is_key("cashable.share.low"), is_key("a." * 900)
    (True, False)
    """
    return 0 < len(text) <= _LONGEST_KEY and text.count(".") <= _MOST_DOTS


def cell_value(cell: str) -> Any:
    """A TOML value where the text is one, or the yes or no of a spreadsheet, else the text.

    >>> cell_value("0.5"), cell_value("[0, 4]"), cell_value("TRUE"), cell_value("2024-25")
    (0.5, [0, 4], True, '2024-25')
    """
    if cell in ("TRUE", "True", "FALSE", "False"):
        return cell.upper() == "TRUE"
    try:
        found = tomllib.loads(f"x = {cell}\n")
    except (ValueError, RecursionError):
        return cell
    return cell if len(found) > 1 or unmeant(found) else found["x"]


def cell_of(value: Any) -> Any:
    """What is written into a cell of a spreadsheet: a number, a date or a text.

    A number of more digits than a spreadsheet keeps is written as a text.

    >>> cell_of("a team"), cell_of("1984"), cell_of([0, 4]), cell_of(0.5), cell_of(2 / 3)
    ('a team', '"1984"', '[0, 4]', 0.5, '0.6666666666666666')
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        is_kept = abs(value) < _DIGITS and float(f"{value:.15g}") == value
        return value if is_kept else toml_value(value)
    if isinstance(value, str):
        return value if value and cell_value(value.strip()) == value else toml_value(value)
    return toml_value(value) if isinstance(value, bool | list | Mapping) else value
