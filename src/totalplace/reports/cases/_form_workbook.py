"""A case as a workbook that is filled in; :func:`totalplace.cases.read_form` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from totalplace.cases import FIRST_THING, FormKey, FormSheet, cell_of, form_of
from totalplace.errors import Problem, RequestError
from totalplace.reports.cases._book import Book, Page

__all__ = ["form_workbook_bytes"]

_MADE = date(2000, 1, 1)
_LONGEST = 32_767
_FREE_THINGS = 3
"""Empty columns that are styled behind the filled ones."""
_TOLD = """
Fill in the yellow cells. Column A says the key, column B what it means; each activity and each outcome is a column of its own. Leave empty what you do not need; a bold key must be filled.

A number is one cell (takeup: 0.6), or a unit and a range (takeup.low, takeup.mode, takeup.high): leave the other rows empty. Shares of payer and split sum to 1.

First and last year are written [0, 4]; weights by year [0.2, 0.5, 1].

You may add rows with further keys of the documentation, move rows and columns, and write notes: a row whose first cell begins with # is not read, nor is a sheet called Notes.

To check it, and to see every problem with its cell: totalplace case check THIS-FILE. To run it: totalplace case run THIS-FILE. To go on in the text form: totalplace case new FILE.toml --from THIS-FILE.
"""  # noqa: E501 - paragraphs of a sheet
"""Paragraphs of the first sheet, apart by an empty line."""


def form_workbook_bytes(data: Mapping[str, Any], *, software: str) -> bytes:
    """The workbook of a case file without problems. The same file gives the same bytes.

    Args:
        data: what the file says, as :mod:`tomllib` reads it.
        software: version of totalplace.

    Raises:
        RequestError: ``too_long``: a text fits no cell.
    """
    title = data["case"]["title"]
    book = Book(
        title=f"{title}: a form", subject="A case to fill in", software=software, created=_MADE
    )
    page = book.page("Read me")
    page.text(0, 0, title, "title")
    page.sheet.set_column(0, 0, 110)
    for row, told in enumerate(_TOLD.strip().split("\n\n"), start=2):
        page.text(row, 0, told)
    for one in form_of(data):
        _sheet(book.page(one.name), one)
    return book.content()


def _sheet(page: Page, form: FormSheet) -> None:
    width = len(form.things) + (0 if form.name == "Case" else _FREE_THINGS)
    page.sheet.set_column(0, 0, 26)
    page.sheet.set_column(1, 1, 58)
    page.sheet.set_column(FIRST_THING, FIRST_THING + max(width, 1) - 1, 34)
    heads = [] if form.name == "Case" else [f"# {at}" for at in range(1, width + 1)]
    page.texts(0, ("# key", "what it is", *(heads or ["value"])), "head")
    page.sheet.freeze_panes(1, 2)
    for row, one in enumerate(form.rows, start=1):
        _row(page, row, one, form, width)


def _row(page: Page, row: int, one: FormKey, form: FormSheet, width: int) -> None:
    key = one.key
    page.text(row, 0, one.name, "bold" if key.is_required else "plain")
    page.text(row, 1, key.doc)
    style = "input_text" if key.kind in ("text", "list", "years") else "input"
    for at in range(width):
        thing = form.things[at] if at < len(form.things) else {}
        value = cell_of(thing[one.name]) if one.name in thing else None
        if isinstance(value, str) and len(value) > _LONGEST:
            raise RequestError(
                Problem(
                    "too_long",
                    f"{one.name} is too long for a cell of a spreadsheet",
                    f"{form.name}, {one.name}",
                    f"it has {len(value):,} characters, a cell {_LONGEST:,}",
                    "shorten it, or keep this case as a text",
                )
            )
        if isinstance(value, date):
            page.day(row, FIRST_THING + at, value, "input_day")
        else:
            is_date = key.kind == "date"
            page.value(row, FIRST_THING + at, value, "input_day" if is_date else style)
    allowed = list(key.values) or (["TRUE", "FALSE"] if key.kind == "flag" else [])
    if allowed:
        page.sheet.data_validation(
            row, FIRST_THING, row, FIRST_THING + width - 1,
            {"validate": "list", "source": allowed, "ignore_blank": True},
        )  # fmt: skip
