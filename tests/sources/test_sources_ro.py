"""Revenue Outturn: a tiny workbook laid out as the published one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from totalplace.place import Folder
from totalplace.sources import AddReport, sniff

AddPaths = Callable[..., AddReport]
Rows = Callable[..., list[dict[str, Any]]]

CODES = [190, 290, 699, 711, 749, 911, 911]
LABELS = [
    "Education",
    "Highways",
    "TOTAL SERVICE",
    "Benefits",
    "NET CURRENT",
    "1 April",
    "31 March",
]
SALFORD = ["E4206", "E08000006", "Salford", "", "MD", 100.25, 50, 150.25, 10, 160.25, 5, 6]
COPELAND = ["E0934", "E07000029", "Copeland", "", "SD", *["…"] * 7]


def _write(path: Path, *rows: list[Any], england: list[Any] | None = None) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Front Page").write(0, 0, "RS 2017-18")
        sheet = book.add_worksheet("RS LA Data 2017-18")
        sheet.write(0, 0, "Revenue Outturn (RO) 2017-18")
        sheet.write_row(5, 0, ["", "", "", "", "", *CODES])
        sheet.write_row(6, 0, ["E-code", "ONS Code", "Local authority", "", "Class", *LABELS])
        below: list[list[Any]] = [*rows, []]
        if england is not None:
            below.append(["", "", "ENGLAND", "", "", *england])
        below += [["", "", "CLASS BREAKDOWN"], ["Source: the department", "", "", "", "", 1.0]]
        for number, row in enumerate(below, start=7):
            sheet.write_row(number, 0, row)
        hidden = book.add_worksheet("Access (Col 1)")
        hidden.write(0, 0, "x")
        hidden.hide()
        grants = book.add_worksheet("Access (Col 99)")
        grants.write_row(6, 0, ["Row Labels", 102, 699, "Grand Total"])
        grants.write_row(7, 0, ["e4206", 71.5, 71.5, 143])
        grants.write_row(8, 0, ["Grand Total", 71.5, 71.5, 143])
        grants.hide()
    return path


def test_authorities_are_lines_and_totals_are_not(
    tmp_path: Path, add_paths: AddPaths, lines_of: Rows
) -> None:
    england = [100.25, 50, 150.25, 10, 160.25, 5, 6]
    path = _write(tmp_path / "rs.xlsx", SALFORD, COPELAND, england=england)
    assert sniff(path).format_id == "ro-2017-18"
    front, returns, working, grants = add_paths(path).files
    assert [one.member for one in (front, returns, working, grants)] == [
        "Front Page",
        "RS LA Data 2017-18",
        "Access (Col 1)",
        "Access (Col 99)",
    ]
    assert (front.skipped, working.skipped) == ({"memo": 1}, {"memo": 1})
    # Salford, Copeland, a blank row, ENGLAND, CLASS BREAKDOWN, Source: six rows of seven cells
    assert (returns.records, returns.lines) == (42, 7)
    assert Counter(returns.skipped) == Counter(blank=14, total_row=7, memo=14)
    # services and benefits; neither the totals 699 and 749 nor the level of reserves
    assert returns.sum_pence == 16_025_000
    assert returns.code is None
    assert (grants.records, grants.lines, grants.sum_pence) == (6, 2, 7_150_000)
    assert grants.skipped == {"total_column": 1, "total_row": 3}
    lines = lines_of("ro")
    assert lines[-7] == {
        "source_id": returns.sha256,
        "member": "RS LA Data 2017-18",
        "row_no": 8,
        "column_no": 6,
        "raw": None,
        "edition": "2017-18",
        "financial_year": "2017-18",
        "form": "RS",
        "ecode": "E4206",
        "ons_code": "E08000006",
        "body_text": "Salford",
        "body_id": "salford",
        "class": "MD",
        "code": 190,
        "block": 1,
        "label": "Education",
        "amount_pence": 10_025_000,
        "low_pence": 10_025_000,  # not rounded to the thousand
        "high_pence": 10_025_000,
        "is_summed": True,
    }
    summed = [line["code"] for line in lines[-7:] if line["is_summed"]]
    assert summed == [190, 290, 711]
    assert [(line["code"], line["block"]) for line in lines[-2:]] == [(911, 1), (911, 2)]
    grant = lines[0]
    assert (grant["form"], grant["ecode"], grant["body_id"]) == ("RG", "E4206", "salford")
    assert (grant["code"], grant["label"]) == (102, "Dedicated Schools Grant")


def test_a_return_that_does_not_add_up_is_kept_and_told(
    tmp_path: Path, add_paths: AddPaths
) -> None:
    row = list(SALFORD)
    row[7] = 152.0
    report = add_paths(_write(tmp_path / "rs.xlsx", row)).files[1]
    assert (report.status, report.lines) == ("loaded", 7)
    told = [warning for warning in report.warnings if warning.code == "return_does_not_add_up"]
    assert [("line 699" in one.what, "line 749" in one.what) for one in told] == [
        (True, False),
        (False, True),
    ]
    assert "Salford £1,750.00" in told[0].why


def test_a_gap_below_a_thousand_pounds_is_rounding(tmp_path: Path, add_paths: AddPaths) -> None:
    row = list(SALFORD)
    row[7], row[9] = 151.25, 161.25
    report = add_paths(_write(tmp_path / "rs.xlsx", row)).files[1]
    assert report.warnings == ()


def test_an_england_row_that_differs_is_told(tmp_path: Path, add_paths: AddPaths) -> None:
    england = [100.25, 57, 157.25, 10, 160.25, 5, 6]
    report = add_paths(_write(tmp_path / "rs.xlsx", SALFORD, england=england)).files[1]
    assert report.code == "total_row_differs"
    assert "line 290: £7,000.00" in report.warnings[0].why


def test_fractions_keep_their_text(
    tmp_path: Path, add_paths: AddPaths, lines_of: Rows, folder: Folder
) -> None:
    row = list(SALFORD)
    row[5] = 2045.281766694999
    add_paths(_write(tmp_path / "rs.xlsx", row))
    line = lines_of("ro")[-7]
    assert (line["amount_pence"], line["raw"]) == (204_528_177, "2045.281766694999")
    assert [member.rounded_cells for member in folder.state().members] == [1, 0]


def test_an_unknown_authority_is_kept_without_a_body(
    tmp_path: Path, add_paths: AddPaths, lines_of: Rows
) -> None:
    row = ["E9999", "E99999999", "Erewhon", "", "UA", *SALFORD[5:]]
    report = add_paths(_write(tmp_path / "rs.xlsx", row)).files[1]
    assert report.code == "unknown_body"
    assert "E9999 Erewhon" in report.warnings[0].why
    assert lines_of("ro")[-1]["body_id"] is None


def test_a_cell_that_is_no_amount_is_rejected(
    tmp_path: Path, add_paths: AddPaths, rejects_of: Rows
) -> None:
    row = list(SALFORD)
    row[6] = "see note"
    report = add_paths(_write(tmp_path / "rs.xlsx", row)).files[1]
    assert (report.lines, report.rejected) == (6, 1)
    (reject,) = rejects_of("ro")
    assert (reject["row_no"], reject["column_no"], reject["column"]) == (8, 7, "290")


def test_without_the_sheet_of_grants_it_is_another_layout(tmp_path: Path) -> None:
    path = tmp_path / "rs.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("RS LA Data 2017-18").write_row(5, 5, CODES)
    found = sniff(path)
    assert (found.format_id, found.score) == (None, 0.0)
    assert any("Access (Col 99)" in reason for reason in found.reasons)


@pytest.mark.parametrize("name", ["RS LA Data 2017-18", "Access (Col 99)"])
def test_a_sheet_without_codes_is_another_layout(tmp_path: Path, name: str) -> None:
    path = _write(tmp_path / "rs.xlsx", SALFORD)
    whole = sniff(path)
    assert whole.score == 1.0
    with xlsxwriter.Workbook(str(path)) as book:
        for sheet in ("RS LA Data 2017-18", "Access (Col 99)"):
            page = book.add_worksheet(sheet)
            page.write_row(5 if sheet.startswith("RS") else 6, 5, CODES if sheet != name else ["x"])
    assert sniff(path).format_id is None


OLD_CODES = [
    (190, "Education services"),
    (390, "Social care"),
    (699, "TOTAL SERVICE"),
    (960, "OK?"),
]
OLD_HEADINGS = ["Education services ", "Social Care", "TOTAL SERVICE", "OK?"]


def _write_old(path: Path, *rows: list[Any], headings: list[str] | None = None) -> Path:
    """The layout of 2010-11: no codes over the data, but on a sheet for people."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Front page").write(9, 0, "General Fund Revenue Account Outturn")
        people = book.add_worksheet("RS10 LA drop-down")
        for number, (code, label) in enumerate(OLD_CODES):
            people.write_row(9 + number, 0, [code, label, "", "", 1, 2, 3, "", 5 + number])
        people.write(30, 0, "Source: the department")
        for number in (1, 2, 3):
            sheet = book.add_worksheet(f"RS LA Data 2010-11 ({number})")
            sheet.write(2, 0, "Net current expenditure (£ thousand)")
            header = ["E-code", "Local authority", "", "Class", ""]
            sheet.write_row(5, 0, [*header, *(headings or OLD_HEADINGS)])
            for at, row in enumerate([[], *rows], start=6):
                sheet.write_row(at, 0, row)
    return path


MANCHESTER = ["E4203", "Manchester", "", "MD", "", 500, 200.5, 700.5, "Yes"]


def test_an_older_workbook_is_read_by_the_codes_of_its_sheet_for_people(
    tmp_path: Path, add_paths: AddPaths, lines_of: Rows
) -> None:
    england = ["", "ENGLAND", "", "", "", 500, 200.5, 700.5, 0]
    notes = [["", "CLASS BREAKDOWN"], ["Source: Department"]]
    missing = ["E4206", "Salford", "", "MD", "", "n/a", "", 7, "No"]
    path = _write_old(tmp_path / "rs.xlsx", MANCHESTER, missing, [], england, *notes)
    front, people, returns, second, third = add_paths(path).files
    assert returns.format == "ro-2010-11"
    assert all(one.lines == 0 and one.skipped == {"memo": one.records} for one in (front, people))
    # the sheets of capital charges and of net total cost are kept apart as forms of their own
    assert (second.records, second.lines) == (third.records, third.lines) == (28, 4)
    assert {one["form"] for one in lines_of("ro")} == {"RS", "RS-CC", "RS-NTC"}
    # a blank row under the header, two authorities, a blank, ENGLAND, two notes: of four cells
    assert (returns.records, returns.lines, returns.rejected) == (28, 4, 0)
    assert {name: count for name, count in returns.skipped.items() if count} == {
        "blank": 10,
        "total_row": 4,
        "memo": 10,
    }
    lines = [one for one in lines_of("ro") if one["form"] == "RS"]
    assert [
        (one["body_id"], one["code"], one["label"], one["amount_pence"], one["is_summed"])
        for one in lines
    ] == [
        ("manchester", 190, "Education services", 50_000_000, True),
        ("manchester", 390, "Social Care", 20_050_000, True),
        ("manchester", 699, "TOTAL SERVICE", 70_050_000, False),
        ("salford", 699, "TOTAL SERVICE", 700_000, False),
    ]
    assert [(one["low_pence"], one["high_pence"]) for one in lines[:2]] == [
        (49_950_000, 50_050_000),
        (20_050_000, 20_050_000),
    ]
    assert {(one["ecode"], one["ons_code"]) for one in lines} == {("E4203", None), ("E4206", None)}


def test_a_heading_that_is_not_the_listed_lines_is_never_read_as_it(tmp_path: Path) -> None:
    shifted = [OLD_HEADINGS[1], OLD_HEADINGS[0], *OLD_HEADINGS[2:]]
    path = _write_old(tmp_path / "rs.xlsx", MANCHESTER, headings=shifted)
    found = sniff(path)
    assert found.format_id is None
    assert any("no headings that the list of codes names" in reason for reason in found.reasons)
