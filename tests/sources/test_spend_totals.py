"""Totals rows are recognised, never loaded as lines; companies called Total are lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from totalplace.sources import FileReport
from totalplace.sources._spend_odd import is_total_text

AddFile = Callable[..., FileReport]
Rows = Callable[..., list[dict[str, Any]]]

HEADER = "Body,Date,Supplier,Amount\n".replace("Body", "Organisation Name")
LINES = (
    "Trafford,01/04/2017,Zebrula,10.00\n"
    "Trafford,02/04/2017,Total Gas & Power,20.00\n"
    "Trafford,03/04/2017,Quill,-5.00\n"
)


TOTALS = (
    "Total|TOTAL:|Grand Total|Sub-total|sub total|Totals|Total for April 2017|Sum|Total amount"
    "|Sum of Net Amount|Overall Total|Total (net)|Report total"
)
COMPANIES = (
    "Total Gas & Power|Totally Active Ltd|Total Jobs Group Ltd|Total People Ltd||Summit Ltd"
    "|Sumitomo|Total Paper Ltd|Subtotal Systems Ltd|Payment Total Ltd"
)


@pytest.mark.parametrize("text", TOTALS.split("|"))
def test_words_of_totals(text: str) -> None:
    assert is_total_text(text)


@pytest.mark.parametrize("text", COMPANIES.split("|"))
def test_words_of_companies(text: str) -> None:
    assert not is_total_text(text)


@pytest.mark.parametrize(
    "row",
    [
        "Total,,,25.00",
        ",,Total,25.00",
        ",,GRAND TOTAL:,£25.00",
        ",,,25.00",
        "Trafford,,Sum of Amount,25.00",
        "Trafford,30/04/2017,Total,25.00",
        "Total,,,",
    ],
)
def test_one_total_row(add_file: AddFile, lines_of: Rows, row: str) -> None:
    report = add_file(HEADER + LINES + row + "\n", body=None)
    assert (report.records, report.lines, report.rejected) == (4, 3, 0)
    assert report.skipped["total_row"] == 1
    assert (report.sum_pence, report.code) == (2500, None)
    assert [line["row_no"] for line in lines_of()] == [2, 3, 4]


def test_two_total_rows_are_both_recognised_and_told(add_file: AddFile) -> None:
    report = add_file(HEADER + LINES + ",,Total,25.00\n,,Grand total,25.00\n", body=None)
    assert (report.status, report.lines, report.skipped["total_row"]) == ("loaded", 3, 2)
    assert (report.sum_pence, report.code) == (2500, "two_total_rows")
    (problem,) = report.warnings
    assert "rows 5, 6" in problem.where
    assert problem.fix


def test_subtotals_since_the_last_total(add_file: AddFile) -> None:
    text = (
        LINES
        + ",,,25.00\n"
        + "Trafford,03/05/2017,Quill,7.00\n"
        + "Trafford,04/05/2017,Quill,8.00\n"
        + ",,,15.00\n"
        + ",,,40.00\n"
    )
    report = add_file(HEADER + text, body=None)
    assert (report.lines, report.rejected, report.skipped["total_row"]) == (5, 0, 3)
    assert (report.sum_pence, report.code) == (4000, "several_total_rows")


def test_a_total_that_is_not_the_sum_is_told_with_the_gap(add_file: AddFile) -> None:
    report = add_file(HEADER + LINES + "Total,,,26.50\n", body=None)
    assert (report.lines, report.skipped["total_row"], report.code) == (3, 1, "total_row_differs")
    assert "£1.50" in report.warnings[0].why


def test_an_unlabelled_amount_that_is_no_sum_is_a_fault(add_file: AddFile) -> None:
    report = add_file(HEADER + LINES + ",,,99.00\n", body=None)
    assert (report.lines, report.rejected, report.code) == (3, 1, "missing_date")


def test_a_payee_called_total_with_a_date_is_a_payment(add_file: AddFile, lines_of: Rows) -> None:
    report = add_file(HEADER + LINES + "Trafford,05/04/2017,Total,99.00\n", body=None)
    assert (report.lines, report.skipped.get("total_row", 0)) == (4, 0)
    assert (report.sum_pence, report.code) == (12400, "total_kept_as_line")
    assert lines_of()[-1]["payee_text"] == "Total"


def test_a_payment_that_happens_to_equal_the_sum_above_is_a_payment(add_file: AddFile) -> None:
    rows = "Trafford,01/04/2017,Zebrula,10.00\nTrafford,01/04/2017,Zebrula,10.00\n"
    report = add_file(HEADER + rows, body=None)
    assert (report.lines, report.sum_pence, report.exact_duplicates) == (2, 2000, 1)


def test_rejected_amounts_are_not_in_the_sum_above(add_file: AddFile) -> None:
    text = HEADER + LINES + "Trafford,xx,Quill,3.00\n,,,25.00\n"
    report = add_file(text, body=None)
    assert (report.lines, report.rejected, report.skipped["total_row"]) == (3, 1, 1)
