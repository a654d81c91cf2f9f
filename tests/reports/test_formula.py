"""Formulas of workbooks: their text, and that they come to what a spreadsheet comes to."""

from __future__ import annotations

import io
import math
from pathlib import Path

import openpyxl
import pytest
from recalculated import SOFFICE, recalculated

from totalplace.reports.cases import _formula
from totalplace.reports.cases._formula import (
    Formula,
    Range,
    both,
    count_where,
    either,
    entry_of,
    floor_of,
    largest,
    number,
    place_of,
    reference,
    resolved,
    rounded,
    smallest,
    sum_of,
    sum_products,
    sum_where,
    when,
    words,
)

EMPTY = Formula("E1", None)
ROW = Range("A1:D1", (1.0, None, 3.0, 4.5))
KINDS = Range("A2:D2", ("cost", "gain", "cost", None))


TOLD: list[tuple[Formula, str, object]] = [
    (number(2) + number(3) * 4, "2+(3*4)", 14.0),
    (1 - number(0.25), "1-0.25", 0.75),
    (number(-1e-6) * 1, "(-1E-06)*1", -1e-6),
    (number(8) / 2 - 1, "(8/2)-1", 3.0),
    (number(0.5) ** 2, "0.5^2", 0.25),
    (EMPTY + 1, "E1+1", 1.0),
    (EMPTY.is_(""), 'E1=""', True),
    (EMPTY.is_(0), "E1=0", True),
    (words('a"b').is_('a"b'), '"a""b"="a""b"', True),
    (number(1).is_(2), "1=2", False),
    (when(number(1) >= 1, 5, 6), "IF(1>=1,5,6)", 5.0),
    (when(number(1) < 1, 5, 6), "IF(1<1,5,6)", 6.0),
    (both(number(1) > 0, number(1) <= 0), "AND(1>0,1<=0)", False),
    (either(number(1) > 0, number(1) <= 0), "OR(1>0,1<=0)", True),
    (largest(ROW, 5), "MAX(A1:D1,5)", 5.0),
    (smallest(ROW, 5), "MIN(A1:D1,5)", 1.0),
    (floor_of(number(2.9)), "INT(2.9)", 2.0),
    (floor_of(number(-0.1)), "INT(-0.1)", -1.0),
    (rounded(number(1.005) * 100, 1), "ROUND(1.005*100,1)", 100.5),
    (entry_of(ROW, number(2)), "INDEX(A1:D1,2)", 0.0),
    (place_of(words("gain"), KINDS), 'MATCH("gain",A2:D2,0)', 2.0),
    (sum_of(ROW, number(1)), "SUM(A1:D1,1)", 9.5),
    (sum_products(ROW, ROW), "SUMPRODUCT(A1:D1,A1:D1)", 30.25),
    (
        sum_where(ROW, (KINDS, "=", words("cost")), (ROW, ">=", number(2))),
        'SUMIFS(A1:D1,A2:D2,"cost",A1:D1,">="&2)',
        3.0,
    ),
    (
        sum_where(ROW, (KINDS, "<>", words("cost")), (ROW, "<=", number(9))),
        'SUMIFS(A1:D1,A2:D2,"<>"&"cost",A1:D1,"<="&9)',
        4.5,
    ),
    (count_where((ROW, ">", number(1))), 'COUNTIFS(A1:D1,">"&1)', 2.0),
]


@pytest.mark.parametrize(("formula", "text", "value"), TOLD)
def test_text_and_value(formula: Formula, text: str, value: object) -> None:
    assert (formula.text, formula.value) == (text, pytest.approx(value))


def book_of_all() -> bytes:
    """A workbook with each of them in a row of column G, without a stored result."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row, cells in enumerate((ROW, KINDS), start=1):
        for column, value in enumerate(cells.values, start=1):
            sheet.cell(row, column, value)
    for row, (formula, _, _) in enumerate(TOLD, start=1):
        sheet.cell(row, 7, resolved(formula.text, sheet.title))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_comes_to_the_same(tmp_path: Path) -> None:
    sheet = recalculated({"all": book_of_all()}, tmp_path)["all"].active
    for row, (formula, _, value) in enumerate(TOLD, start=1):
        assert sheet.cell(row, 7).value == pytest.approx(value), formula.text


def test_an_error_of_a_spreadsheet_is_no_number_until_it_is_not_taken() -> None:
    for wrong in (
        number(1) / 0,
        number(0) ** 0,
        entry_of(ROW, number(5)),
        entry_of(ROW, number(1) / 0),
        place_of(words("loss"), KINDS),
        words("a") + 1,
        floor_of(number(1) / 0),
    ):
        assert math.isnan(wrong.value)  # type: ignore[arg-type]
        assert when(number(1) > 0, 7, wrong).value == 7.0


def test_a_sheet_is_named_on_other_sheets_alone() -> None:
    cell = reference("Gain it's", "B3", 1.0) + 1
    assert resolved(cell.text, "Inputs") == "='Gain it''s'!B3+1"
    assert resolved(cell.text, "Gain it's") == "=B3+1"


def test_every_public_name_is_used_here() -> None:
    assert set(_formula.__all__) - {"Value"} <= set(globals())
