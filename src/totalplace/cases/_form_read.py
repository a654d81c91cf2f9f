"""Reading a case from a workbook that was filled in: every value knows its cell."""

from __future__ import annotations

import difflib
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from totalplace.cases._cells import cell_value, is_key
from totalplace.cases._form import FIRST_THING, SHEETS
from totalplace.cases._reader import shown
from totalplace.cases._toml import Key, Located
from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.sources import SheetTexts, read_sheets

__all__ = ["FORM_SUFFIXES", "read_form"]

FORM_SUFFIXES = (".xlsx", ".ods")
"""Endings of the names of workbooks that a case is read from."""
_UNREAD = ("Read me", "Notes")
"""Sheets for people."""
_MOST_CELLS = 500_000
_MOST_CHARACTERS = 2_000_000
"""Of a form that people fill in: some hundred outcomes have a tenth of it."""


@dataclass(frozen=True)
class _Cells(Located):
    """What a workbook says, and in which cell."""

    cells: Mapping[Key, str] = field(default_factory=dict)
    is_cells: ClassVar[bool] = True

    def where(self, path: Key) -> str:
        """File, sheet and cell: ``early.xlsx, Outcomes!D14``."""
        while path and path not in self.cells:
            path = path[:-1]
        return f"{self.name}, {self.cells[path]}" if path else self.name


def read_form(path: Path | str) -> Located:
    """Read a workbook laid out by :func:`form_of`, or by a person like it.

    Rows and columns may be added, moved and left empty; the keys in the first column say what a
    row is.

    Raises:
        RequestError: ``no_such_file``, ``cannot_read`` or ``no_form``; else every cell that cannot
            be placed: ``unknown_sheet``, ``no_key``, ``key_twice``, ``bad_header``, ``bad_cell``.
    """
    try:
        sheets = read_sheets(Path(path), most_cells=_MOST_CELLS, most_characters=_MOST_CHARACTERS)
    except FileRefused as error:
        raise RequestError(error.problems) from error
    form = _Form(str(path))
    for sheet in sheets:
        form.add(sheet)
    if "case" not in form.data and not form.problems:
        form.problem(
            "",
            "no_form",
            "no case stands in the workbook",
            "it has no sheet Case with keys such as case.id in column A",
            "begin one with `totalplace case new FILE.xlsx`",
        )
    if form.problems:
        raise RequestError(form.problems)
    return _Cells(str(path), form.data, {}, form.cells)


class _Form:
    """What was read so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.data: dict[str, Any] = {}
        self.cells: dict[Key, str] = {}
        self.problems: list[Problem] = []

    def problem(self, cell: str, code: str, what: str, why: str, fix: str) -> None:
        where = f"{self.name}, {cell}" if cell else self.name
        self.problems.append(Problem(code, what, where, why, fix))

    def add(self, sheet: SheetTexts) -> None:
        """The things of a sheet, one a column."""
        known = {name.casefold(): name for name in (*SHEETS, *_UNREAD)}
        name = known.get(sheet.name.strip().casefold())
        if name is None:
            near = difflib.get_close_matches(sheet.name, known.values(), 1)
            self.problem(
                sheet.name,
                "unknown_sheet",
                f"the sheet {sheet.name!r} means nothing here",
                f"known are {', '.join(SHEETS)}, and {' and '.join(_UNREAD)} for people",
                f"call it {near[0]}" if near else "take it out, or call it Notes",
            )
        if name is None or name in _UNREAD:
            return
        columns: dict[int, dict[str, tuple[str, str]]] = {}
        keys: dict[str, int] = {}
        lost: dict[int, dict[int, str]] = {}
        for (number, at), shows in sheet.lost.items():
            lost.setdefault(number, {})[at] = shows
        for number, row in sheet.rows.items():
            self._row(name, number, row, lost.get(number, {}), keys, columns)
        kind = SHEETS[name]
        for column, cells in sorted(columns.items()):
            self._thing(kind, column, cells)

    def _row(
        self,
        sheet: str,
        number: int,
        row: Sequence[str],
        lost: Mapping[int, str],
        keys: dict[str, int],
        columns: dict[int, dict[str, tuple[str, str]]],
    ) -> None:
        key = row[0].strip() if row else ""
        filled = {at: text.strip() for at, text in enumerate(row) if at >= FIRST_THING}
        filled = {at: text for at, text in filled.items() if text}
        if key.startswith("#"):
            return
        for at, shows in lost.items():
            if at >= FIRST_THING:
                filled.pop(at, None)
                self.problem(
                    f"{sheet}!{_letters(at)}{number}",
                    "bad_cell",
                    "the cell has no value",
                    f"what stands there is {shows}",
                    "write the value itself, or mend the formula and save it in a spreadsheet",
                )
        if not filled:
            return
        if not key:
            at = min(filled)
            self.problem(
                f"{sheet}!{_letters(at)}{number}",
                "no_key",
                "the row has no key",
                f"found {shown(filled[at])}, and nothing in column A says what it is",
                "write the key into column A, or # for a row that is a note",
            )
            return
        if not is_key(key):
            self.problem(
                f"{sheet}!A{number}",
                "bad_header",
                "the first cell of the row is no key",
                f"found {shown(key)}",
                "write a key such as takeup, or takeup.low, or # for a row that is a note",
            )
            return
        if key in keys:
            self.problem(
                f"{sheet}!A{number}",
                "key_twice",
                f"the key {key!r} stands in two rows",
                f"in the rows {keys[key]} and {number}",
                "leave one of them",
            )
            return
        keys[key] = number
        for at, text in filled.items():
            columns.setdefault(at, {})[key] = (text, f"{sheet}!{_letters(at)}{number}")

    def _thing(self, kind: str, column: int, cells: Mapping[str, tuple[str, str]]) -> None:
        text, first = next(iter(cells.values()))
        path: Key = ()
        if not kind:
            if column > FIRST_THING:
                self.problem(
                    first,
                    "bad_cell",
                    "a case has one value of each key",
                    f"found {shown(text)} in a second column",
                    "leave it in column C alone",
                )
                return
            made = self.data
        elif kind == "body":
            name, cell = cells.get("id", ("", first))
            said = cell_value(name)
            # an id that looks like a number stands in quotes, or as a person types it
            name = said if isinstance(said, str) else name
            bodies = self.data.setdefault("body", {})
            if not name or name in bodies:
                self.problem(
                    cell,
                    "same_id" if name else "missing_id",
                    f"two bodies have the id {name!r}" if name else "the body has no id",
                    "each body is a column of its own, known by its id",
                    "write a short name of its own into the row id",
                )
                return
            made = bodies[name] = {}
            path = ("body", name)
            cells = {key: one for key, one in cells.items() if key != "id"}
        else:
            things = self.data.setdefault(kind, [])
            things.append(made := {})
            path = (kind, len(things) - 1)
        if path:
            self.cells[path] = cells.get("id", ("", first))[1]
        for key, (told, cell) in cells.items():
            self._put(made, path, key.split("."), cell_value(told), cell)

    def _put(
        self, table: dict[str, Any], path: Key, keys: list[str], value: Any, cell: str
    ) -> None:
        for key in keys[:-1]:
            inner = table.setdefault(key, {})
            path = (*path, key)
            if not isinstance(inner, dict):
                break
            self.cells.setdefault(path, cell)
            table = inner
        else:
            path = (*path, keys[-1])
            if keys[-1] not in table:
                table[keys[-1]] = value
                self.cells[path] = cell
                return
        name = ".".join(keys)
        self.problem(
            cell,
            "bad_header",
            f"{name} is filled beside another row of the same key",
            f"{self.cells[path]} already says what it is",
            "a key is one value, or a table of the rows that begin with it: empty one of the cells",
        )


def _letters(column: int) -> str:
    """The letters of a column counted from 0.

    >>> _letters(0), _letters(27)
    ('A', 'AB')
    """
    found, left = "", column + 1
    while left:
        left, at = divmod(left - 1, 26)
        found = string.ascii_uppercase[at] + found
    return found
