"""A report as a workbook: notes first, then one table a sheet, every amount to the penny."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from textwrap import wrap
from typing import Any

import xlsxwriter

from totalplace.reports._report_model import (
    Bullets,
    Cell,
    Column,
    Content,
    KeyFigures,
    Paragraph,
    Table,
)
from totalplace.reports._report_words import is_number

__all__ = ["xlsx_bytes"]

NOTES = "Notes"
_HEAD_ROW = 3
_WIDEST, _NOTE_WIDTH = 60, 100
_LINE = 15
_MONEY = frozenset({"million", "pounds"})


def xlsx_bytes(content: Content) -> bytes:
    """The workbook. No cell is merged, no text is a formula, no number is a text."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties(
            {
                "title": f"{content.title}, {content.subtitle}",
                "subject": content.running,
                "author": f"totalplace {content.software}",
                "comments": content.notice,
                "created": datetime.combine(content.created, time()),
            }
        )
        styles = {
            "title": book.add_format({"bold": True, "font_size": 16}),
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "bottom"}),
            "bold": book.add_format({"bold": True, "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "money": book.add_format({"num_format": "£#,##0.00;[Red]-£#,##0.00"}),
            "id": book.add_format({"valign": "top", "align": "left", "indent": 1}),
            "pct": book.add_format({"num_format": "0.00"}),
            "number": book.add_format({"num_format": "#,##0"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "link": book.add_format({"font_color": "#1D4F91", "underline": 1}),
        }
        tables = [table for table in content.tables if table.rows]
        names = _sheet_names(tables)
        _notes(book, content, tables, names, styles)
        for table, name in zip(tables, names, strict=True):
            _sheet(book, table, name, content, styles)
    return buffer.getvalue()


def _sheet_names(tables: Sequence[Table]) -> list[str]:
    return [table.name.replace("_", " ").capitalize()[:31] for table in tables]


def _notes(
    book: Any, content: Content, tables: Sequence[Table], names: Sequence[str], styles: Any
) -> None:
    """What the report says in words, and a list of the sheets."""
    sheet = book.add_worksheet(NOTES)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, _NOTE_WIDTH)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    row = 0

    def put(label: str, text: str, style: str = "bold") -> None:
        nonlocal row
        if label:
            sheet.write_string(row, 0, label, styles[style])
        if text:
            sheet.write_string(row, 1, text, styles["text"])
            sheet.set_row(row, _height([(text, _NOTE_WIDTH)]))
        row += 1

    put(content.title, "", "title")
    put(content.subtitle, "")
    for label, text in content.facts:
        put(label, text)
    put("About", content.notice)
    put("Amounts", "Pounds to the penny. Shares and coverage are percent. An empty cell is not "
        "known or does not apply.")  # fmt: skip
    row += 1
    put("Sheets", "", "title")
    for table, name in zip(tables, names, strict=True):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", styles["link"], name)
        sheet.write_string(row, 1, table.caption, styles["text"])
        row += 1
    for section in content.sections:
        row += 1
        put(section.title, "", "title")
        for block in section.blocks:
            if isinstance(block, Paragraph):
                put("", block.text)
            elif isinstance(block, Bullets):
                for number, item in enumerate(block.items, start=1):
                    put("", f"{number}. {item}" if block.is_numbered else f"• {item}")
            elif isinstance(block, KeyFigures):
                for label, value, note in block.items:
                    put(label, f"{value} ({note})" if note else value)
            elif isinstance(block, Table) and block.rows:
                put("", f"See the sheet {names[tables.index(block)]}.")


def _sheet(book: Any, table: Table, name: str, content: Content, styles: Any) -> None:
    """One table below its caption; what is above it says what it is and of which snapshot."""
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, table.caption, styles["title"])
    sheet.write_string(1, 0, content.running)
    columns = table.columns
    headings = _headings(columns)
    widths = [_width(table, at, column) for at, column in enumerate(columns)]
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.add_table(
        _HEAD_ROW,
        0,
        _HEAD_ROW + len(table.rows),
        len(columns) - 1,
        {
            "name": f"tp_{table.name}",
            "style": "Table Style Light 1",
            "first_column": table.has_row_headings,
            "columns": [
                {"header": heading, "header_format": styles["head"]} for heading in headings
            ],
        },
    )
    # the total stands apart below the table, so that a sum over a column is not doubled
    below = [] if table.total is None else [(_HEAD_ROW + len(table.rows) + 2, table.total)]
    for row_no, row in [*enumerate(table.rows, start=_HEAD_ROW + 1), *below]:
        for at, (cell, column) in enumerate(zip(row, columns, strict=True)):
            _write(sheet, row_no, at, cell, column, styles)
        texts = [
            (cell, width) for cell, width in zip(row, widths, strict=True) if isinstance(cell, str)
        ]
        if (height := _height(texts)) > _LINE:
            sheet.set_row(row_no, height)
    sheet.freeze_panes(_HEAD_ROW + 1, 1 if table.has_row_headings else 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_ROW)


def _height(cells: Sequence[tuple[str, int]]) -> int:
    """The height of a row whose texts wrap: programs differ in whether they find it themselves."""
    lines = (len(wrap(text, width)) for text, width in cells)
    return _LINE * max(lines, default=1)


def _headings(columns: Sequence[Column]) -> list[str]:
    units = {**dict.fromkeys(_MONEY, ", £"), "pct": ", %"}
    return [f"{column.heading}{units.get(column.kind, '')}" for column in columns]


def _width(table: Table, at: int, column: Column) -> int:
    if is_number(column):
        return 20 if column.kind in _MONEY else 12
    longest = max((len(str(row[at] or "")) for row in table.rows), default=0)
    return min(_WIDEST, max(longest + 4, len(column.heading) + 4))


def _write(sheet: Any, row: int, at: int, cell: Cell, column: Column, styles: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(row, at, cell, styles["id" if column.kind == "id" else "text"])
    elif isinstance(cell, date):
        sheet.write_datetime(row, at, datetime.combine(cell, time()), styles["day"])
    elif column.kind in _MONEY:
        sheet.write_number(row, at, Decimal(str(cell)).scaleb(-2), styles["money"])
    else:
        sheet.write_number(row, at, cell, styles["pct" if column.kind == "pct" else "number"])
