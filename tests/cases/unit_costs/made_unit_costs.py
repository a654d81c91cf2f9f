"""Invented unit costs in the forms that are read: sheets as the workbook has them, and lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from totalplace.cases.unit_costs import UnitCost
from totalplace.sources import SheetTexts

TOP = (
    "Outcome category",
    "Outcome detail",
    "Cost code",
    "Cost / saving detail",
    "Unit",
    "Agency bearing the cost / making the fiscal saving",
    "",
    "Fiscal value",
    "",
    "",
    "Economic value",
    "",
    "",
    "Social value",
    "",
    "",
    "Original source",
    "RAG assessment",
    "Comment",
)
BELOW = (
    *[""] * 5,
    "Level 1",
    "Level 2",
    *["Estimated cost/saving", "Year", "Updated cost/ saving"] * 3,
)
# 150 of 2010-11 is 163.39 in 2015-16 by the deflator of March 2015: 150 x 195.9697 / 179.9069
ROWS = (
    ("Z1.0", "A place\nin all", "Per year", "150", "2010/11", "163.392603618006"),
    ("Z1.0.1", "A place: the room", "Per year", "100", "2010/11", "108.928402412004"),
    ("Z1.0.2", "A place: the food", "Per year", "50", "2010/11", "54.4642012060019"),
)


def cells(code: str, detail: str, unit: str, *fiscal: str) -> tuple[str, ...]:
    """A row of a sheet."""
    return (
        *("HOMES", "PLACES", code, detail, unit, "Local Authority", "- "),
        *(fiscal or ("", "", "")),
        *[""] * 6,
        *("A made-up study, p.3", "G", "Only for tests."),
    )


def sheet(
    rows: Sequence[tuple[str, ...]] = ROWS,
    *,
    name: str = "Homes",
    top: Sequence[str] = TOP,
    below: Sequence[str] = BELOW,
    notes: Mapping[tuple[int, int], str] | None = None,
) -> SheetTexts:
    """A sheet of unit costs as it is read."""
    filled = [tuple(top), tuple(below), *(cells(*row) for row in rows)]
    return SheetTexts(name, False, dict(enumerate(filled, start=1)), notes or {})


LOOKUPS = SheetTexts(
    "Lookups", False, {7: ("", "GDP Lookup"), 9: ("", "Current Year"), 11: ("", "2015/16")}
)
FRONT = SheetTexts("Introduction", False, {2: ("", "Unit Cost Database (v.9.9) - Introduction")})


def write(path: Path, sheets: Sequence[SheetTexts]) -> Path:
    """The same sheets as a workbook: numbers are numbers, notes are notes, hidden is hidden."""
    with xlsxwriter.Workbook(str(path)) as book:
        for one in sheets:
            page = book.add_worksheet(one.name)
            for number, row in one.rows.items():
                for at, cell in enumerate(row):
                    page.write(number - 1, at, float(cell) if _is_number(cell) else cell)
            for (number, at), note in one.notes.items():
                page.write_comment(number - 1, at, note)
            if one.is_hidden:
                page.hide()
    return path


def cost(code: str, pounds: float, **facts: Any) -> UnitCost:
    """A unit cost of a table called mine."""
    told: dict[str, Any] = {
        "book": "mine",
        "value_class": "fiscal",
        "sheet": "Homes",
        "description": f"what {code} is",
        "unit": "Per week",
        "price_year": "2013-14",
        "source": "invented",
    }
    return UnitCost(code=code, value_pence=round(pounds * 100), **(told | facts))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
