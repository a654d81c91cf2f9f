"""Cells of a workbook that show no value: errors such as ``#N/A``, and formulas never worked out.

The reader of cells gives both as empty, so that a sum over them would change unseen. An error is
told in its words, a formula without a result as such.

Source: ECMA-376 part 1, 18.3.1.4 (cells) and 18.18.11 (their types); OpenDocument 1.3 part 3,
19.676 and 19.385 (formulas and types of values).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from xml.parsers import expat
from zipfile import ZipFile

from totalplace.errors import FileRefused, Problem
from totalplace.sources._archive import member_chunks, open_archive
from totalplace.sources._notes import place_of, sheet_parts

__all__ = ["lost_values"]

_NO_RESULT = "a formula without a result"
_LONGEST = 40
"""Of the words of an error."""
_CELLS = ("table-cell", "covered-table-cell")
_MOST = 2_000
"""Of such cells of a sheet that are told."""

Lost = dict[tuple[int, int], str]


def lost_values(path: Path, kind: str, *, where: str) -> dict[str, Lost]:
    """Sheet -> (row from 1, column from 0) -> what it shows; of an .xlsx or .ods that was checked.

    Raises:
        FileRefused: a sheet is damaged.
    """
    if kind == "xls":
        return {}
    with open_archive(path, where=where) as archive:
        if kind == "ods":
            tables = _Tables()
            _walk(archive, "content.xml", where, tables)
            return tables.found
        found = {}
        for name, part in sheet_parts(archive, where=where):
            cells = _Cells()
            if part:
                _walk(archive, part, where, cells)
            found[name] = cells.found
        return found


class _Walker(Protocol):
    """Takes up the tags of a part, by their names without a namespace."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...
    def text(self, text: str) -> None: ...
    def end(self, tag: str) -> None: ...


def _walk(archive: ZipFile, part: str, where: str, walker: _Walker) -> None:
    def refuse_doctype(*_: object) -> None:
        raise FileRefused(_damaged(where, f"{part} declares a document type of its own"))

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        walker.start(_local(tag), attributes)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = start
    parser.CharacterDataHandler = walker.text
    parser.EndElementHandler = lambda tag: walker.end(_local(tag))
    try:
        for chunk in member_chunks(archive, part, where=where):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise FileRefused(_damaged(where, f"{part}: {error}")) from error


class _Cells:
    """The cells of a sheet of an .xlsx workbook."""

    def __init__(self) -> None:
        self.found: Lost = {}
        self._row = self._column = 0
        self._kind = self._shown = ""
        self._is_formula = self._is_value = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) < 8 else self._row + 1
            self._column = -1
        elif tag == "c":
            place = place_of(attributes.get("r", ""))
            self._row, self._column = place or (self._row, self._column + 1)
            self._kind, self._shown, self._is_formula = attributes.get("t", ""), "", False
        elif tag == "f":
            self._is_formula = True
        self._is_value = tag == "v"

    def text(self, text: str) -> None:
        if self._is_value and len(self._shown) < _LONGEST:
            self._shown += text[:_LONGEST]

    def end(self, tag: str) -> None:
        self._is_value = False
        if tag != "c" or len(self.found) >= _MOST:
            return
        if self._kind == "e":
            self.found[self._row, self._column] = self._shown[:_LONGEST] or "an error"
        elif self._is_formula and not self._shown and self._kind != "str":
            self.found[self._row, self._column] = _NO_RESULT


class _Tables:
    """The cells of all sheets of an OpenDocument workbook."""

    def __init__(self) -> None:
        self.found: dict[str, Lost] = {}
        self._lost: Lost = {}
        self._row = self._column = self._rows = self._columns = self._depth = 0
        self._shown = ""
        self._is_error = self._is_unworked = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._depth:
            self._depth += 1
            # a result that is an empty text has no type, and an empty paragraph
            self._is_unworked = False
        elif tag == "table":
            self._lost = self.found.setdefault(attributes.get("table:name", ""), {})
            self._row, self._rows = 1, 0
        elif tag == "table-row":
            self._row += self._rows
            self._rows = _repeats(attributes, "table:number-rows-repeated")
            self._column = self._columns = 0
        elif tag in _CELLS:
            self._depth, self._shown = 1, ""
            self._column += self._columns
            self._columns = _repeats(attributes, "table:number-columns-repeated")
            types = [one for name, one in attributes.items() if _local(name) == "value-type"]
            self._is_error = "error" in types
            self._is_unworked = "table:formula" in attributes and not types

    def text(self, text: str) -> None:
        if self._depth and self._is_error and len(self._shown) < _LONGEST:
            self._shown += text[:_LONGEST]

    def end(self, tag: str) -> None:
        is_cell = self._depth == 1 and tag in _CELLS
        self._depth -= self._depth > 0
        if not (is_cell and (self._is_error or self._is_unworked)):
            return
        told = (self._shown.strip()[:_LONGEST] or "an error") if self._is_error else _NO_RESULT
        for row in range(self._row, self._row + self._rows):
            for column in range(self._column, self._column + self._columns):
                if len(self._lost) >= _MOST:
                    return
                self._lost[row, column] = told


def _repeats(attributes: Mapping[str, str], name: str) -> int:
    told = attributes.get(name, "1")
    return int(told) if told.isdecimal() and len(told) < 8 else 1


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _damaged(where: str, why: str) -> Problem:
    return Problem(
        "damaged_workbook",
        "the workbook cannot be read",
        where,
        why,
        "open it in a spreadsheet and save it again",
    )
