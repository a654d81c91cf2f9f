"""Activities and outcomes in CSV files beside a case: one a row, keys as headers.

A header ``cost.value`` is the key ``value`` of the table ``cost``. A cell is read as a TOML value
where it is one (a number, a date, ``true``, a list or a table), else as text; an empty one is no
key.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from totalplace.cases._cells import cell_value, is_key
from totalplace.cases._reader import Reader, shown
from totalplace.cases._side_file import SideFileError, side_rows

__all__ = ["add_side_tables"]


def add_side_tables(reader: Reader, data: dict[str, Any], folder: Path) -> None:
    """Put the rows of side tables behind those of the file."""
    given = reader.get((), data, "table", dict) or {}
    for kind, name in given.items():
        path = ("table", kind)
        if kind not in ("activity", "outcome") or not isinstance(name, str):
            reader.problem(
                path,
                "unknown_key",
                "a side table holds activities or outcomes",
                f"found {kind} = {shown(name)}",
                'write table = {outcome = "outcomes.csv"}',
            )
            continue
        file = folder / name
        try:
            rows = side_rows(reader, file)
        except SideFileError as error:
            reader.problem(
                path,
                "bad_side_file",
                "the side table cannot be read",
                f"{shown(name)}: {error}",
                "give a CSV file saved as UTF-8 beside the case",
            )
            continue
        held = data.setdefault(kind, [])
        if isinstance(held, list):
            _append(reader, held, kind, file, rows)


def _append(reader: Reader, held: list[Any], kind: str, file: Path, rows: list[list[str]]) -> None:
    header = rows[0] if rows else []
    for number, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        reader.rows[(kind, len(held))] = f"{file}:{number}"
        item: dict[str, Any] = {}
        for name, cell in zip(header, row, strict=False):
            if not cell.strip():
                continue
            if not is_key(name.strip()):
                reader.problem(
                    (kind, len(held)),
                    "bad_header",
                    "the header of a column is no key",
                    f"found {shown(name)}",
                    "write a key such as takeup, or takeup.low",
                )
            elif not _put(item, name.strip().split("."), cell_value(cell.strip())):
                reader.problem(
                    (kind, len(held), name),
                    "bad_header",
                    f"the column {name!r} is a table and a value at once",
                    "two columns of this row contradict each other",
                    "leave one of the cells empty",
                )
        held.append(item)


def _put(item: dict[str, Any], keys: list[str], value: Any) -> bool:
    for key in keys[:-1]:
        inner: Any = item.setdefault(key, {})
        if not isinstance(inner, dict):
            return False
        item = inner
    if keys[-1] in item:
        return False
    item[keys[-1]] = value
    return True
