"""The workbook of a case as a place to write to: pages, styles, names, and rows of years."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from totalplace.reports.cases._formula import Formula, Range, Value, reference, resolved

__all__ = ["Book", "Line", "Page"]

_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "part": {"bold": True, "font_size": 12, "font_color": "#1D4F91"},
    "head": {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1},
    "bold": {"bold": True, "valign": "top"},
    "text": {"text_wrap": True, "valign": "top"},
    "plain": {"valign": "top"},
    "after": {"valign": "top", "indent": 1},
    "input": {"font_color": "#0000C0", "bg_color": "#FFF8DC", "border": 1,
              "border_color": "#B1B4B6", "valign": "top"},
    "input_text": {"bg_color": "#FFF8DC", "border": 1, "border_color": "#B1B4B6",
                   "num_format": "@", "text_wrap": True, "valign": "top"},
    "input_day": {"bg_color": "#FFF8DC", "border": 1, "border_color": "#B1B4B6",
                  "num_format": "yyyy-mm-dd", "align": "left", "valign": "top"},
    "linked": {"font_color": "#006100", "valign": "top"},
    "general": {"valign": "top"},
    "number": {"num_format": "#,##0.000000", "valign": "top"},
    "money": {"num_format": "#,##0.00;[Red]-#,##0.00", "valign": "top"},
    "total": {"num_format": "#,##0.00;[Red]-#,##0.00", "bold": True, "top": 1, "valign": "top"},
    "ratio": {"num_format": "0.000", "valign": "top"},
    "share": {"num_format": "0.0000", "valign": "top"},
    "factor": {"num_format": "0.000000", "valign": "top"},
    "whole": {"num_format": "0", "valign": "top"},
    "year": {"num_format": "0", "bold": True, "bottom": 1, "align": "right"},
    "day": {"num_format": "yyyy-mm-dd", "valign": "top"},
    "link": {"font_color": "#1D4F91", "underline": 1, "valign": "top"},
}  # fmt: skip
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_NOT_IN_A_NAME = re.compile(r"[^0-9A-Za-z_]")
_LONGEST_SHEET, _LONGEST_NAME = 31, 200


@dataclass(frozen=True)
class Line:
    """A row of cells, one a year (or a column of them, one a row).

    >>> line = Line("By body", 4, 3, (1.0, 2.0), is_down=False)
    >>> line[1].value, line.range.text
    (2.0, '\\x01By body\\x02$D$5:$E$5')
    """

    sheet: str
    row: int
    column: int
    values: tuple[Value, ...]
    is_down: bool = False

    def __getitem__(self, at: int) -> Formula:
        row, column = (self.row + at, self.column) if self.is_down else (self.row, self.column + at)
        return reference(
            self.sheet,
            xl_rowcol_to_cell(row, column, row_abs=self.is_down, col_abs=self.is_down),
            self.values[at],
        )

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Formula]:
        return (self[at] for at in range(len(self.values)))

    @property
    def range(self) -> Range:
        """All of its cells."""
        last = len(self.values) - 1
        end = (self.row + last, self.column) if self.is_down else (self.row, self.column + last)
        return Range(
            f"\x01{self.sheet}\x02{xl_range_abs(self.row, self.column, *end)}", self.values
        )


@dataclass
class Page:
    """A sheet: text is never a formula, a link or a number."""

    name: str
    sheet: Any
    styles: Any
    title: str = ""

    def text(self, row: int, column: int, text: str, style: str = "text") -> None:
        """Write a text; nothing if it is empty."""
        if style == "title":
            self.title = text
        if text:
            self.sheet.write_string(row, column, text, self.styles[style])

    def texts(self, row: int, texts: Sequence[str], style: str = "text", column: int = 0) -> None:
        """Write texts side by side."""
        for at, text in enumerate(texts, start=column):
            self.text(row, at, text, style)

    def value(self, row: int, column: int, value: Value, style: str = "general") -> Formula:
        """Write a number, a text, or an empty cell with its style; the cell."""
        made = self.styles[style]
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, made)
        elif isinstance(value, str):
            self.sheet.write_string(row, column, value, made)
        else:
            self.sheet.write_number(row, column, value, made)
        return reference(self.name, xl_rowcol_to_cell(row, column), value)

    def day(self, row: int, column: int, day: date | None, style: str = "day") -> None:
        """Write a date, if there is one."""
        if day is not None:
            self.sheet.write_datetime(
                row, column, datetime.combine(day, time()), self.styles[style]
            )

    def formula(self, row: int, column: int, formula: Formula, style: str = "general") -> Formula:
        """Write a formula with what it comes to; the cell."""
        value = formula.value
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"a formula comes to no number: {formula.text}")
        told: Any = "" if value is None else value
        self.sheet.write_formula(
            row, column, resolved(formula.text, self.name), self.styles[style], told
        )
        return reference(self.name, xl_rowcol_to_cell(row, column), value)

    def line(
        self, row: int, column: int, formulas: Sequence[Formula], style: str = "general"
    ) -> Line:
        """Write formulas side by side; the row."""
        for at, one in enumerate(formulas, start=column):
            self.formula(row, at, one, style)
        return Line(self.name, row, column, tuple(one.value for one in formulas))

    def column(self, row: int, column: int, values: Sequence[Value], style: str) -> Line:
        """Write values one below another; the column."""
        for at, one in enumerate(values, start=row):
            self.value(at, column, one, style)
        return Line(self.name, row, column, tuple(values), is_down=True)


@dataclass
class Book:
    """A workbook that is being written."""

    title: str
    subject: str
    software: str
    created: date
    _buffer: io.BytesIO = field(default_factory=io.BytesIO)
    _sheets: set[str] = field(default_factory=set)
    _names: set[str] = field(default_factory=set)
    _pages: list[Page] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._book = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._book.set_properties(
            {
                "title": self.title,
                "subject": self.subject,
                "author": f"totalplace {self.software}",
                "created": datetime.combine(self.created, time()),
            }
        )
        self._book.set_calc_mode("auto")
        self._styles = {name: self._book.add_format(kind) for name, kind in _STYLES.items()}

    def page(self, name: str) -> Page:
        """A new sheet; its name is changed where a spreadsheet cannot have it, or has it."""
        plain = _NOT_IN_A_SHEET_NAME.sub(" ", name).strip()[:_LONGEST_SHEET].strip() or "Sheet"
        made, again = plain, 1
        while made.casefold() in {*self._sheets, "history"}:
            again += 1
            end = f" {again}"
            made = plain[: _LONGEST_SHEET - len(end)] + end
        self._sheets.add(made.casefold())
        sheet = self._book.add_worksheet(made)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        self._pages.append(Page(made, sheet, self._styles))
        return self._pages[-1]

    @property
    def titles(self) -> list[tuple[str, str]]:
        """Name and title of each sheet, in order."""
        return [(one.name, one.title) for one in self._pages]

    def name(self, wanted: str, cell: Formula) -> Formula:
        """Give a cell a name, made from what is wanted; the cell by its name."""
        plain = _NOT_IN_A_NAME.sub("_", wanted)[:_LONGEST_NAME]
        made, again = plain, 1
        while made.casefold() in self._names:
            again += 1
            made = f"{plain}_{again}"
        self._names.add(made.casefold())
        sheet, place = cell.text[1:].split("\x02")
        column, row = re.fullmatch(r"\$?([A-Z]+)\$?([0-9]+)", place).groups()  # type: ignore[union-attr]
        self._book.define_name(made, resolved(f"\x01{sheet}\x02${column}${row}", ""))
        return Formula(made, cell.value)

    def content(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._buffer.getvalue()
