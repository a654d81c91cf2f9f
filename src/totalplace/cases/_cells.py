"""What a cell of a side table or of a form says, and how it is said in one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from totalplace.cases._toml_edit import toml_value

__all__ = ["cell_of", "cell_value"]


def cell_value(cell: str) -> Any:
    """A TOML value where the text is one, or the yes or no of a spreadsheet, else the text.

    >>> cell_value("0.5"), cell_value("[0, 4]"), cell_value("TRUE"), cell_value("2024-25")
    (0.5, [0, 4], True, '2024-25')
    """
    if cell in ("TRUE", "True", "FALSE", "False"):
        return cell.upper() == "TRUE"
    try:
        return tomllib.loads(f"x = {cell}\n")["x"]
    except tomllib.TOMLDecodeError:
        return cell


def cell_of(value: Any) -> Any:
    """What is written into a cell of a spreadsheet: a number, a date or a text.

    >>> cell_of("a team"), cell_of("1984"), cell_of([0, 4])
    ('a team', '"1984"', '[0, 4]')
    """
    if isinstance(value, str):
        return value if value and cell_value(value.strip()) == value else toml_value(value)
    return toml_value(value) if isinstance(value, bool | list | Mapping) else value
