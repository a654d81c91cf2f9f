"""Council spend in each dialect: tiny invented files, every record accounted for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from totalplace.sources import FileReport

AddFile = Callable[..., FileReport]
Rows = Callable[..., list[dict[str, Any]]]

TRAFFORD = """\
OrganisationLabel,EffectiveDate,OrganisationalUnit,BeneficiaryName,BeneficiaryOtherID,PaymentDate,\
TransactionNumber,Amount,IrrecoverableVATAmount,Purpose,ProclassLabel,ProclassCode
Trafford Council,2024-04-30,LIFTS,Zebrula Lifts Ltd,3536,2024-04-02,51,3082.50,0.00,Lift,CARE,321
Trafford Council,2024-04-30,LIFTS,Zebrula Lifts Ltd,3536,2024-04-02,51,3082.50,0.00,Lift,CARE,321
Trafford Council,2024-05-31,CARE,Redacted,,2024-05-03,52,120.00,,Care,NA,NA
Trafford Council,2024-05-31,CARE,Zebrula Lifts Ltd,3536,2024-05-03,53,-20.25,1.5,Credit,CARE,321
"""


def identity(report: FileReport) -> bool:
    return report.records == report.lines + report.rejected + sum(report.skipped.values())


def test_lines_carry_what_the_file_says(add_file: AddFile, lines_of: Rows) -> None:
    report = add_file(TRAFFORD, body=None)
    assert (report.status, report.format, report.body_id) == ("loaded", "spend", "trafford")
    assert (report.records, report.lines, report.rejected) == (4, 4, 0)
    assert report.sum_pence == 308250 + 308250 + 12000 - 2025
    assert (report.negative_lines, report.redacted_pence) == (1, 12000)
    assert report.exact_duplicates == 1
    assert (report.period_start, report.period_end) == (date(2024, 4, 1), date(2024, 5, 31))
    assert (report.code, report.message) == (None, None)
    first, second, third, fourth = lines_of()
    assert first == {
        "source_id": report.sha256,
        "member": "",
        "row_no": 2,
        "column_no": 0,
        "raw": None,
        "body_id": "trafford",
        "payee_text": "Zebrula Lifts Ltd",
        "payee_key": "zebrula lifts",
        "payment_date": date(2024, 4, 2),
        "period_start": date(2024, 4, 1),
        "period_end": date(2024, 4, 30),
        "amount_pence": 308250,
        "vat_pence": 0,
        "unit_text": "LIFTS",
        "expense_text": "Lift",
        "class_code": "321",
        "class_label": "CARE",
        "transaction_no": "51",
        "payee_other_id": "3536",
        "cap_text": None,
    }
    assert second == {**first, "row_no": 3}
    assert (third["vat_pence"], third["payee_other_id"]) == (None, None)
    assert (fourth["amount_pence"], fourth["vat_pence"]) == (-2025, 150)


SALFORD = """\
Authority Name,Date of Payment,SAP Document Number,Gross,VAT,Net,Supplier Name,Directorate,{}
Salford City Council,2018-12-03,a1,120,20,100,Zebrula Ltd,Place,Food
Salford City Council,2018-12-04,a2,55.00,,55.00,Quillback plc,Place,Food
Salford City Council,2018-01-03,a3,7,0,7,NHS CCG,Public Health,Care
"""


@pytest.mark.parametrize("title", ["G/L description.", "G/L Description", "G/L descript"])
def test_net_of_vat_and_the_month_of_the_file(
    add_file: AddFile, lines_of: Rows, title: str
) -> None:
    report = add_file(SALFORD.format(title), name="2018-12.csv", body=None)
    assert (report.body_id, report.sum_pence) == ("salford", 10000 + 5500 + 700)
    assert [(line["vat_pence"], line["expense_text"]) for line in lines_of()] == [
        (2000, "Food"),
        (None, "Food"),
        (0, "Care"),
    ]
    # one payment is dated a year too early: the month of the file is the accounting period
    assert {line["period_start"] for line in lines_of()} == {date(2018, 12, 1)}
    assert {line["period_end"] for line in lines_of()} == {date(2018, 12, 31)}
    assert lines_of()[2]["payment_date"] == date(2018, 1, 3)
    assert report.code == "outside_period"
    assert "1 payments" in (report.message or "")


def test_a_financial_year_in_the_name_is_no_month(add_file: AddFile, lines_of: Rows) -> None:
    text = "Date,Supplier,Amount\n05/05/2011,Zebrula,10\n06/02/2012,Zebrula,10\n07/03/2012,Z,1\n"
    report = add_file(text, name="spend 2011-12.csv")
    assert [line["period_start"] for line in lines_of()] == [
        date(2011, 5, 5),
        date(2012, 2, 6),
        date(2012, 3, 7),
    ]
    assert (report.period_start, report.period_end) == (date(2011, 5, 5), date(2012, 3, 7))


def test_two_header_rows_where_the_first_leaves_headings_open(
    add_file: AddFile, lines_of: Rows
) -> None:
    text = (
        "Authority Name,Date of Payment,SAP Document Number,Amount,,,Supplier Name,Directorate\n"
        ",,,Gross,VAT,Net,,\n"
        "Salford City Council,2018-04-02,b1,3540,40,3500,Adobrux,Reform\n"
    )
    report = add_file(text, name="2018-04.csv", body=None)
    assert (report.records, report.lines, report.skipped["repeated_header"]) == (2, 1, 1)
    # the header's own word is followed; the VAT beside it is kept, and the doubt is told
    assert [(line["amount_pence"], line["vat_pence"]) for line in lines_of()] == [(354000, 4000)]
    assert report.code == "amount_may_be_gross"
    assert identity(report)


def test_only_gross_amounts_need_a_yes(add_file: AddFile) -> None:
    text = "Date of Payment,Gross,VAT,Supplier Name\n01/04/2017,120,20,Zebrula Ltd\n"
    report = add_file(text)
    assert (report.status, report.code) == ("refused", "gross_only")
    assert "--yes" in (report.message or "")
    report = add_file(text, yes=True)
    assert (report.status, report.sum_pence, report.code) == ("loaded", 12000, "gross_only")


def test_blank_rows_repeated_headers_and_footnotes_are_no_lines(
    add_file: AddFile, lines_of: Rows
) -> None:
    text = (
        "Date,Supplier,Amount,Purpose\n"
        "\n"
        "01/04/2017,Zebrula,10.00,x\n"
        ",,,\n"
        "  ,, , \n"
        "Date,Supplier,Amount,Purpose\n"
        "02/04/2017,Zebrula,20.00,x\n"
        "* Source: the ledger of the council,,,\n"
        "\n"
    )
    report = add_file(text)
    assert report.skipped == {"blank": 4, "repeated_header": 1, "memo": 1}
    assert (report.records, report.lines, report.rejected) == (8, 2, 0)
    assert [line["row_no"] for line in lines_of()] == [3, 7]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_delimiters_and_line_ends(
    add_file: AddFile, lines_of: Rows, encoding: str, mark: str, newline: str
) -> None:
    rows = [
        ["Payment Date", "Supplier Name", "Net Amount (£)"],
        ["01/04/2017", "Café “Zebrula”", '"£1,234.50"'],
        ["02/04/2017", '"Quill\nback"', "5.00"],
    ]
    text = newline.join(mark.join(row) for row in rows) + newline
    report = add_file(text.encode(encoding))
    assert (report.status, report.records, report.sum_pence) == ("loaded", 2, 123950)
    assert [line["payee_text"] for line in lines_of()] == ["Café “Zebrula”", "Quill\nback"]
    assert [line["row_no"] for line in lines_of()] == [2, 3]
    assert [line["raw"] for line in lines_of()] == ["£1,234.50", None]


@pytest.mark.parametrize(
    ("text", "pence", "raw"),
    [
        ("1234.5", 123450, None),
        (" 12.00 ", 1200, None),
        ('"1,234.56"', 123456, "1,234.56"),
        ("£12", 1200, "£12"),
        ("-£12", -1200, "-£12"),
        ("£-12", -1200, "£-12"),
        ("(99.10)", -9910, "(99.10)"),
        ("99.10-", -9910, "99.10-"),
        ("œ5.00", 500, "œ5.00"),
        ("+5", 500, "+5"),
        ("12.500", 1250, "12.500"),
        (".5", 50, ".5"),
        ("0", 0, None),
    ],
)
def test_amounts_in_every_dress(
    add_file: AddFile, lines_of: Rows, text: str, pence: int, raw: str | None
) -> None:
    report = add_file(f"Date,Supplier,Amount\n01/04/2017,Zebrula,{text}\n")
    assert report.sum_pence == pence
    assert [(line["amount_pence"], line["raw"]) for line in lines_of()] == [(pence, raw)]


@pytest.mark.parametrize(
    ("record", "code", "column", "said"),
    [
        ("01/04/2017,Zebrula,1.005,x", "third_decimal", "Amount", "'1.005'"),
        ("01/04/2017,Zebrula,ten,x", "bad_amount", "Amount", "'ten'"),
        ("01/04/2017,Zebrula,1e3,x", "bad_amount", "Amount", "'1e3'"),
        ("01/04/2017,Zebrula,123456789012345678901,x", "bad_amount", "Amount", "no amount"),
        ("01/04/2017,Zebrula,,x", "missing_amount", "Amount", "blank"),
        ("01/04/2017,Zebrula,-,x", "missing_amount", "Amount", "blank"),
        ("01/04/2017,Zebrula,£ -,x", "missing_amount", "Amount", "blank"),
        ("01/04/2017,Zebrula,(),x", "bad_amount", "Amount", "'()'"),
        ("13/13/2017,Zebrula,1.00,x", "bad_date", "Date", "'13/13/2017'"),
        (",Zebrula,1.00,x", "missing_date", "Date", "blank"),
        ("01/04/2017,Zebrula,1.00,x,y", "extra_field", "#5", "'y'"),
        ("tbc,Zebrula,ten,x", "bad_amount", "Amount", "'tbc' is no date"),
    ],
)
def test_a_fault_rejects_the_record_and_nothing_else(
    add_file: AddFile,
    lines_of: Rows,
    rejects_of: Rows,
    record: str,
    code: str,
    column: str,
    said: str,
) -> None:
    text = f"Date,Supplier,Amount,Purpose\n01/04/2017,Quill,2.00,x\n{record}\n"
    report = add_file(text)
    assert (report.status, report.lines, report.rejected, report.code) == ("loaded", 1, 1, code)
    (reject,) = rejects_of()
    assert (reject["row_no"], reject["code"], reject["column"]) == (3, code, column)
    assert said in reject["message"]
    assert reject["raw"].split(",")[:4] == record.split(",")[:4]
    assert f"row 3, column {column}" in (report.message or "")
    assert [line["row_no"] for line in lines_of()] == [2]


def test_trailing_empty_fields_are_no_fault(add_file: AddFile) -> None:
    text = "Date,Supplier,Amount\n01/04/2017,Zebrula,1.00,,,\n02/04/2017,Zebrula,2.00\n"
    report = add_file(text)
    assert (report.lines, report.rejected, report.sum_pence) == (2, 0, 300)


def test_short_records_lack_their_last_cells(add_file: AddFile, lines_of: Rows) -> None:
    text = "Date,Supplier,Amount,Purpose\n01/04/2017,Zebrula,1.00\n02/04/2017,Zebrula\n"
    report = add_file(text)
    assert (report.lines, report.rejected, report.code) == (1, 1, "missing_amount")
    assert lines_of()[0]["expense_text"] is None


def _with_extra_cells(count: int, cells: str) -> str:
    rows = "".join(f"0{1 + n % 9}/04/2017,Zebrula,1.00{cells}\n" for n in range(count))
    return "Date,Supplier,Amount\n01/04/2017,Quill,1.00\n" + rows


def test_a_block_of_columns_without_headers_is_left_out(add_file: AddFile) -> None:
    report = add_file(_with_extra_cells(20, ",,W3551,"))
    assert (report.lines, report.rejected, report.code) == (21, 0, "unnamed_columns")


@pytest.mark.parametrize(("count", "cells"), [(19, ",,W3551,"), (50, ",x")])
def test_a_few_extra_cells_or_one_cell_more_is_a_slip(
    add_file: AddFile, count: int, cells: str
) -> None:
    report = add_file(_with_extra_cells(count, cells))
    assert (report.lines, report.rejected, report.code) == (1, count, "extra_field")


def test_payments_without_a_payee_are_kept_and_told(add_file: AddFile, lines_of: Rows) -> None:
    report = add_file("Date,Supplier,Amount\n01/04/2017,,1.00\n02/04/2017,Zebrula,2.00\n")
    assert (report.lines, report.code) == (2, "no_payee")
    assert lines_of()[0]["payee_text"] is None


def test_a_date_of_a_period_dates_the_period_only(add_file: AddFile, lines_of: Rows) -> None:
    text = "Accounting Period,Supplier,Amount\n201013,Zebrula,1.00\n201001,Zebrula,1.00\n"
    add_file(text)
    assert [(line["payment_date"], line["period_start"]) for line in lines_of()] == [
        (None, date(2011, 3, 1)),
        (None, date(2010, 4, 1)),
    ]


def test_vat_that_is_no_amount_does_not_cost_the_line(add_file: AddFile, lines_of: Rows) -> None:
    text = "Date,Supplier,Net,VAT\n01/04/2017,Zebrula,10.00,exempt\n"
    report = add_file(text)
    assert (report.lines, report.code) == (1, "bad_vat")
    assert lines_of()[0]["vat_pence"] is None


def test_individuals_and_redactions_are_told_apart(add_file: AddFile) -> None:
    names = ["REDACTED PERSONAL INFORMATION", "Redacted", "Third Party Supplier", "Redactive Ltd"]
    rows = "".join(f"01/04/2017,{name},1.00\n" for name in names)
    assert add_file("Date,Supplier,Amount\n" + rows).redacted_pence == 300


def test_rows_whose_quotes_are_crooked_are_read_one_by_one(
    add_file: AddFile, lines_of: Rows
) -> None:
    text = 'Date,Supplier,Amount\n01/04/2017,"Zebrula" Ltd,1.00\n02/04/2017,5" Pipes,2.00\n'
    report = add_file(text)
    assert (report.lines, report.rejected, report.sum_pence) == (2, 0, 300)
    assert [line["payee_text"] for line in lines_of()] == ["Zebrula Ltd", '5" Pipes']


def test_no_header_row_is_refused_with_the_fix(add_file: AddFile, no_leftovers: None) -> None:
    report = add_file("01/04/2017,Zebrula Ltd,12.00\n02/04/2017,Quill plc,13.00\n")
    assert (report.status, report.code) == ("refused", "no_header_row")
    (problem,) = report.problems
    assert "row 1" in problem.where
    assert "first line" in problem.fix


def test_unknown_headers_are_listed_with_what_they_seem_to_be(
    add_file: AddFile, no_leftovers: None
) -> None:
    report = add_file("Wann,Supplier Name,Wieviel\n01/04/2017,Zebrula Ltd,12.00\n")
    assert (report.status, report.code) == ("refused", "unknown_layout")
    (problem,) = report.problems
    for said in ("payment_date <- 'Wann'", "payee <- 'Supplier Name'", "'Wieviel'"):
        assert said in problem.why


def test_a_header_alone_is_refused(add_file: AddFile) -> None:
    report = add_file("Date,Supplier,Amount\n")
    assert (report.status, report.code) == ("refused", "no_records")


def test_the_third_decimal_of_a_large_file_is_found_among_many(
    add_file: AddFile, rejects_of: Rows
) -> None:
    rows = "".join(f"01/04/2017,Zebrula {n % 50},{n}.25\n" for n in range(5_000))
    report = add_file("Date,Supplier,Amount\n" + rows + "01/04/2017,Quill,1.255\n")
    assert (report.lines, report.rejected) == (5_000, 1)
    assert rejects_of()[0]["row_no"] == 5_002


def test_many_faults_are_shown_in_part_and_counted(add_file: AddFile, rejects_of: Rows) -> None:
    rows = "".join("01/04/2017,Zebrula,ten\n" for _ in range(30))
    report = add_file("Date,Supplier,Amount\n01/04/2017,Zebrula,1\n" + rows)
    assert report.rejected == len(rejects_of()) == 30
    assert len(report.warnings) == 21
    assert "bad_amount 30" in report.warnings[-1].why
