"""Workbooks (.xlsx, .xls, .ods): checked before their cells are laid out, read sheet by sheet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine

from totalplace.errors import FileRefused, Problem
from totalplace.sources._archive import Unpacked
from totalplace.sources._sheet_check import WorkbookKind, check_workbook

__all__ = ["Cell", "Workbook", "cell_text", "open_workbook"]

Cell = str | float | int | bool | date | datetime | time | timedelta
"""A cell as the reader gives it; an empty one is ``''``."""


@dataclass(frozen=True)
class Workbook:
    """An open workbook.

    Attributes:
        where: the file for messages.
        kind: ``xlsx``, ``xls`` or ``ods``.
        sheets: names of the worksheets in order, the hidden ones too.
        hidden: names of those that a person does not see.
    """

    where: str
    kind: WorkbookKind
    sheets: tuple[str, ...]
    hidden: frozenset[str]
    reader: python_calamine.CalamineWorkbook

    def rows(self, sheet: str, *, limit: int | None = None) -> list[list[Cell]]:
        """The cells of a sheet from row 1 and column A on; every row is as wide as the widest."""
        with _reading(f"{self.where}, sheet {sheet}"):
            found: list[list[Cell]] = self.reader.get_sheet_by_name(sheet).to_python(
                skip_empty_area=False, nrows=limit
            )
        return found

    def iter_rows(self, sheet: str) -> Iterator[list[Cell]]:
        """The same one by one, for sheets of any length."""
        with _reading(f"{self.where}, sheet {sheet}"):
            found = self.reader.get_sheet_by_name(sheet)
            # the reader yields the empty rows above the first cell, and not the columns before it
            _, left = found.start or (0, 0)
            before: list[Cell] = [""] * left
            for row in found.iter_rows():
                yield before + row


def open_workbook(path: Path, *, where: str, so_far: Unpacked | None = None) -> Workbook:
    """Open a workbook that has passed every check: .xlsx, .xls or .ods, by its content.

    Args:
        so_far: what the archives around it hold.

    Raises:
        FileRefused: the archive is damaged or unsafe, a sheet is so sparse that laying it out
            would exhaust memory, or it is no workbook that can be read.
    """
    kind = check_workbook(path, where=where, so_far=so_far)
    with _reading(where):
        # the reader goes by the name; a name that says something else is kept from it
        if path.suffix.lower() in {"", f".{kind}"}:
            reader = python_calamine.CalamineWorkbook.from_path(str(path))
        else:
            with path.open("rb") as file:
                reader = python_calamine.CalamineWorkbook.from_filelike(file)
        kinds = {one.name: one for one in reader.sheets_metadata}
    is_sheet = python_calamine.SheetTypeEnum.WorkSheet
    is_visible = python_calamine.SheetVisibleEnum.Visible
    return Workbook(
        where=where,
        kind=kind,
        sheets=tuple(name for name, one in kinds.items() if one.typ == is_sheet),
        hidden=frozenset(name for name, one in kinds.items() if one.visible != is_visible),
        reader=reader,
    )


@contextmanager
def _reading(where: str) -> Iterator[None]:
    """Whatever the reader of workbooks raises becomes a refusal, its own panics too."""
    try:
        yield
    except BaseException as error:
        is_panic = type(error).__name__ == "PanicException"
        if not (is_panic or isinstance(error, python_calamine.CalamineError | OSError)):
            raise
        raise FileRefused(
            Problem(
                "damaged_workbook",
                "the workbook cannot be read",
                where,
                str(error),
                "open it in a spreadsheet, save it again as .xlsx, then add that",
            )
        ) from error


def cell_text(cell: Cell) -> str:
    """A cell as text; a whole number without its ``.0``, anything else as it is.

    >>> cell_text(190.0), cell_text(" a "), cell_text(0.1)
    ('190', 'a', '0.1')
    """
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
