"""Spend over £25,000 of departments and the NHS, in the dialects that they publish."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from totalplace.sources import FileReport

HMT = (
    "Department family,Entity,Date,Expense type,Expense area,Supplier,Transaction number,Amount,"
    "Description,Supplier postcode,Supplier type,Contract number,Project code,Expenditure type\n"
    "Department for Transport,Department for Transport,03/04/2017,Consultancy,Rail,Invented Rail"
    " Advice Ltd,1001,30000.00,Advice,M1 1AA,SME,C1,P1,Programme\n"
    "Department for Transport,Highways England,04/04/2017,Roads,North West,Invented Paving Ltd,"
    '1002,"1,250,000.50",Works,M1 1AB,,C2,P2,Capital\n'
    "Department for Transport,Core Department,05/04/2017,IT,Corporate,Invented Systems Ltd,1003,"
    "-26000.00,Credit,M1 1AC,,,,Administration\n"
)
NHS = (
    "NHS Trafford CCG: payments over £25k,,,,,,,,\n"
    "\n"
    "Department Family,Entity,Date,Expense Type,Expense Area,Supplier,Transaction Number,"
    "AP Amount (£),Supplier VAT registration number\n"
    "Department of Health,NHS Trafford CCG,2017-05-31,Acute,Commissioning,Invented Hospital Trust,"
    "77,£1250000.00,\n"
    ",,,,,,,,\n"
    'Department of Health,NHS Trafford CCG,2017-05-30,Drugs,Prescribing,REDACTED,78,"(25,000.00)",'
    "\n"
    "Total,,,,,,,1225000.00,\n"
)
BTP = (
    "Departmental Family\tEntity\tDate Paid\tExpense Type\tExpense Area\tSupplier Name\t"
    "Transaction Reference\tAmount\n"
    "Department for Transport\tHighways England\t28-Apr-17\tFuel\tFleet\tInvented Fuels Ltd\tX1\t"
    "25001.99\n"
)
US = (
    "Dept Family,Entity Name,Payment Date,Vendor Name,Invoice Amount,Invoice Number\n"
    "Home Office,Home Office,04/13/2017,Invented Guards Ltd,40000,A1\n"
    "Home Office,Home Office,05/01/2017,Invented Guards Ltd,50000,A2\n"
    "Home Office,Home Office,99/01/2017x,Invented Guards Ltd,50000,A3\n"
)

Add = Callable[..., FileReport]
Lines = Callable[..., list[dict[str, Any]]]


def test_the_layout_of_the_guidance_pays_for_each_entity(add_file: Add, lines_of: Lines) -> None:
    report = add_file(HMT, body=None)
    assert (report.format, report.status) == ("over_25k", "loaded")
    assert (report.records, report.lines, report.rejected) == (3, 3, 0)
    assert report.sum_pence == 3_000_000 + 125_000_050 - 2_600_000
    assert [line["body_id"] for line in lines_of()] == [
        "department-for-transport",
        "highways-england",
        "department-for-transport",
    ]
    first = lines_of()[0]
    assert (first["unit_text"], first["expense_text"]) == ("Rail", "Consultancy")
    assert (first["transaction_no"], str(first["payment_date"])) == ("1001", "2017-04-03")
    assert [note.code for note in report.notes] == ["vat_included"]
    assert "HM Treasury" in report.notes[0].why


def test_an_nhs_layout_under_a_title_with_a_total(add_file: Add, lines_of: Lines) -> None:
    report = add_file(NHS, body=None)
    assert report.format == "over_25k"
    assert report.body_id == "nhs-trafford-ccg"
    assert (report.records, report.lines) == (6, 2)
    assert report.skipped == {"memo": 1, "blank": 2, "total_row": 1}
    assert report.sum_pence == 122_500_000
    assert report.redacted_pence == -2_500_000
    assert [line["raw"] for line in lines_of()] == ["£1250000.00", "(25,000.00)"]


def test_tabs_and_dates_by_month_name(add_file: Add, lines_of: Lines) -> None:
    report = add_file(BTP, body=None)
    assert (report.format, report.body_id, report.lines) == ("over_25k", "highways-england", 1)
    assert str(lines_of()[0]["payment_date"]) == "2017-04-28"


def test_month_first_dates_are_read_only_where_all_fit(add_file: Add, lines_of: Lines) -> None:
    mended = "\n".join(US.splitlines()[:3]) + "\n"
    report = add_file(mended, body=None)
    assert [str(line["payment_date"]) for line in lines_of()] == ["2017-04-13", "2017-05-01"]
    assert "month_first_dates" in [one.code for one in report.warnings]


def test_dates_that_fit_neither_way_leave_the_day_first(add_file: Add, lines_of: Lines) -> None:
    report = add_file(US, body=None)
    assert (report.lines, report.rejected) == (1, 2)
    assert str(lines_of()[0]["payment_date"]) == "2017-01-05"
    assert "bad_date" in {one.code for one in report.warnings}


def test_a_workbook_of_one_sheet_a_month(
    tmp_path: Path, add_paths: Callable[..., Any], lines_of: Lines
) -> None:
    path = tmp_path / "spend.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for month in ("April", "May"):
            sheet = book.add_worksheet(month)
            sheet.write_row(0, 0, ["Department of Health spend over £25k"])
            sheet.write_row(2, 0, ["Department family", "Entity", "Date", "Supplier", "AP Amount"])
            sheet.write_row(3, 0, ["Department of Health", "NHS Trafford CCG", 42830, "A Ltd"])
            sheet.write_number(3, 4, 30000.1)
        book.add_worksheet("Notes").write(0, 0, "made up")
    reports = add_paths(path).files
    assert [(one.member, one.status, one.lines) for one in reports] == [
        ("April", "loaded", 1),
        ("May", "loaded", 1),
        ("Notes", "loaded", 0),
    ]
    assert [line["amount_pence"] for line in lines_of()] == [3_000_010, 3_000_010]
    assert str(lines_of()[0]["payment_date"]) == "2017-04-05"


def test_an_unknown_entity_is_refused_with_its_family(add_file: Add, lines_of: Lines) -> None:
    text = HMT.replace("Highways England", "Agency of Invention")
    report = add_file(text, body=None)
    assert report.status == "refused"
    [problem] = report.problems
    assert problem.code == "unknown_body"
    assert "'Agency of Invention'" in problem.where
    assert "Department for Transport" in problem.where
    assert "--body" in problem.fix
    assert lines_of() == []


def test_the_user_may_say_whose_it_is(add_file: Add) -> None:
    text = NHS.replace("NHS Trafford CCG", "Our own name")
    report = add_file(text, body="nhs-trafford-ccg")
    assert (report.status, report.body_id) == ("loaded", "nhs-trafford-ccg")
    assert "other_body_named" in [one.code for one in report.warnings]


def test_council_spend_stays_council_spend(add_file: Add) -> None:
    text = "Body Name,Payment Date,Supplier Name,Amount\nTrafford Council,03/04/2017,A Ltd,1.00\n"
    assert add_file(text, body=None).format == "spend"


@pytest.mark.parametrize(
    ("amount", "code"),
    [("12.345", "third_decimal"), ("n/a", "bad_amount"), ("", "missing_amount")],
)
def test_faults_are_told_with_their_row(
    add_file: Add, rejects_of: Lines, amount: str, code: str
) -> None:
    text = BTP.replace("25001.99", amount) + BTP.splitlines()[1] + "\n"
    report = add_file(text, body=None)
    assert (report.records, report.lines, report.rejected) == (2, 1, 1)
    assert [(one["row_no"], one["column"], one["code"]) for one in rejects_of()] == [
        (2, "Amount", code)
    ]
