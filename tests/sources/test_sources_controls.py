"""Benefits and council tax by authority, and files that are known and refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from made_workbooks import ods_bytes

from totalplace.sources import AddReport, FileReport, formats
from totalplace.sources._columns import read_columns

AddPaths = Callable[..., AddReport]
AddFile = Callable[..., FileReport]
Rows = Callable[..., list[dict[str, Any]]]

SHEET = [
    ["Benefit expenditure by local authority"],
    ["£ million, nominal terms"],
    [],
    ["Code", "Area", "Total", "Housing Benefit", "of which pensioners", "State Pension", "PIP"],
    ["K03000001", "Great Britain", 90, 30, 10, 50, 10],
    ["E12000002", "North West", 80, 30, 10, 40, 10],
    ["E08000009", "Trafford", 6.25, 2, 1, 4.25, ""],
    ["E08000006", "Salford", 5, 1, 1, 4, "x"],
    [],
    ["Source: outturn"],
]
KNOWN = ["Universal Credit", "Attendance Allowance"]


def _sheet() -> list[list[Any]]:
    rows = [list(row) for row in SHEET]
    rows[3] += KNOWN
    return rows


def test_benefits_of_a_workbook_by_authority(
    tmp_path: Path, add_paths: AddPaths, lines_of: Rows
) -> None:
    path = tmp_path / "benefits.ods"
    path.write_bytes(ods_bytes({"Notes": [["About"]], "2017-18": _sheet()}))
    notes, report = add_paths(path).files
    assert (notes.lines, notes.skipped) == (0, {"memo": 1})
    assert (report.format, report.sum_pence) == ("dwp-benefits", 1_125_000_000)
    # six rows below the header, of seven columns: two totals, two authorities, a blank, a source
    assert (report.records, report.lines, report.rejected) == (42, 6, 1)
    assert {name: n for name, n in report.skipped.items() if n} == {
        "total_row": 14,
        "total_column": 2,
        "blank": 12,
        "memo": 7,
    }
    lines = lines_of("benefit")
    assert [(one["area"], one["item"], one["is_total"], one["amount_pence"]) for one in lines] == [
        ("E08000009", "Total", True, 625_000_000),
        ("E08000009", "Housing Benefit", False, 200_000_000),
        ("E08000009", "State Pension", False, 425_000_000),
        ("E08000006", "Total", True, 500_000_000),
        ("E08000006", "Housing Benefit", False, 100_000_000),
        ("E08000006", "State Pension", False, 400_000_000),
    ]


def test_benefits_without_a_unit_are_refused(tmp_path: Path, add_paths: AddPaths) -> None:
    path = tmp_path / "benefits.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("2017-18")
        for number, row in enumerate(_sheet()):
            sheet.write_row(number, 0, ["in thousands"] if number == 1 else row)
    (report,) = add_paths(path).files
    assert (report.status, report.code) == ("refused", "no_unit")


DASHBOARD: dict[str, Any] = {
    "geography": "local-authority",
    "unit": "£ million / year",
    "metric": "benefits",
    "year": "2017/18",
    "total_m": 6.5,
    "lines": [
        {"label": "State Pension", "amount_m": 4.5},
        {"label": "Housing Benefit", "amount_m": 2},
        {"label": "Gone", "amount_m": None},
    ],
    "history": [
        {"year": "2016/17", "total_m": 6, "gb_total_m": 900, "components": {"hb": 2.1}},
        {"year": "2017/18", "total_m": 6.5, "components": {"hb": 2, "sp": 4.5}},
        {"year": "last", "total_m": 6.5},
        {"year": "2015/16", "total_m": "?"},
    ],
    "sources": [{"label": "workbook, row E08000009"}],
}


def test_benefits_of_one_authority_as_json(add_file: AddFile, lines_of: Rows) -> None:
    report = add_file(json.dumps(DASHBOARD), "benefits.json", body=None)
    # the total, three benefits, four totals of years, Great Britain's, and three parts of years
    assert (report.format, report.records, report.lines) == ("dwp-benefits", 12, 5)
    assert report.rejected == 2
    assert report.skipped == {"memo": 3, "blank": 1, "total_row": 1}
    assert report.sum_pence == 1_250_000_000
    lines = lines_of("benefit")
    assert [(one["financial_year"], one["item"], one["amount_pence"]) for one in lines] == [
        ("2017-18", "State Pension", 450_000_000),
        ("2017-18", "Housing Benefit", 200_000_000),
        ("2016-17", "Total", 600_000_000),
        ("2016-17", "Housing Benefit", 210_000_000),
        ("2017-18", "Total", 650_000_000),
    ]
    assert {one["high_pence"] - one["amount_pence"] for one in lines} == {5_000_000}
    assert {one["area"] for one in lines} == {"E08000009"}


def test_benefits_of_nobody_are_refused(add_file: AddFile) -> None:
    report = add_file(json.dumps({**DASHBOARD, "sources": []}), "benefits.json", body=None)
    assert (report.status, report.code) == ("refused", "no_area")


TAX = (
    "code,name,country,band_d_amount,total_dwellings,has_council_tax,total_council_tax_net\n"
    "E08000009,Trafford,ENGLAND,1,2,True,100.255\n"
    "S12000033,Aberdeen,SCOTLAND,,,False,\n"
    "E08000006,Salford,ENGLAND,1,2,True,many\n"
    "E08000009,Trafford,ENGLAND,1,2,True,5\n"
)


def test_council_tax_of_the_year_in_the_files_name(add_file: AddFile, lines_of: Rows) -> None:
    report = add_file(TAX, "council-tax-2025-26.csv", body=None)
    assert (report.format, report.records, report.lines) == ("council-tax", 4, 1)
    assert (report.rejected, report.skipped) == (2, {"blank": 1})
    (line,) = lines_of("council_tax")
    assert (line["financial_year"], line["area"]) == ("2025-26", "E08000009")
    assert (line["amount_pence"], line["raw"]) == (10_026, "100.255")  # half to even


@pytest.mark.parametrize("name", ["council-tax.csv", "council-tax-2025-27.csv"])
def test_council_tax_without_a_year_is_refused(add_file: AddFile, name: str) -> None:
    report = add_file(TAX, name, body=None)
    assert (report.status, report.code) == ("refused", "no_year")


FILES = read_columns("known")["file"]


@pytest.mark.parametrize("one", FILES, ids=[one["title"] for one in FILES])
def test_a_known_file_is_refused_with_its_own_reason(
    tmp_path: Path, add_paths: AddPaths, one: dict[str, Any]
) -> None:
    assert sum(name in one for name in ("headers", "sheets", "keys")) == 1
    if "keys" in one:
        path = tmp_path / "a.json"
        path.write_text(json.dumps({key: value or [] for key, value in one["keys"].items()}))
    elif "sheets" in one:
        path = tmp_path / "a.ods"
        path.write_bytes(ods_bytes({name: [["Table"]] for name in one["sheets"]}))
    else:
        path = tmp_path / "a.csv"
        path.write_text(",".join(f'"{text}"' for text in one["headers"]) + "\n" + "1," * 9 + "\n")
    (report,) = add_paths(path).files
    assert (report.status, report.code) == ("refused", one["code"])
    (problem,) = report.problems
    assert (problem.what, problem.fix) == (one["what"], one["fix"])
    assert problem.why == f"{one['title']}: {one['why']}"


def test_the_formats_are_listed() -> None:
    ids = {one.id for one in formats()}
    assert {"ro-2010-11", "ro-2011-12", "cra-2014", "cra-harmonised"} <= ids
    assert {"dwp-benefits", "council-tax"} <= ids
