"""Data out and back in: the returns template, and a Fiscal Data Package of a count."""

from __future__ import annotations

import csv
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import tiny_place
import totalplace
from totalplace.errors import RequestError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_place.make_place(tmp_path_factory.mktemp("made")).path


@pytest.fixture
def place(made: Path, tmp_path: Path) -> totalplace.Place:
    """A copy of the tiny place, to be changed at will."""
    copied = shutil.copytree(made, tmp_path / "tiny")
    return totalplace.open_place(copied, clock=tiny_place.clock)


# --- the template ------------------------------------------------------------------------------

FILLED = {
    "Side": "out",
    "Stream": "Parks",
    "Counterparty": "Eastwick Council",
    "Function": "08.1",
    "Nature": "transfer",
    "Capital or revenue": "cur",
    "Amount": 1234.5,
}


def fill(path: Path, *rows: dict[str, Any], first: int = 2) -> None:
    """Write rows into a template, as a person with a spreadsheet would."""
    book = openpyxl.load_workbook(path)
    sheet = book["Return"]
    headings = [cell.value for cell in sheet[1]]
    for number, row in enumerate(rows, start=first):
        for heading, value in row.items():
            sheet.cell(number, headings.index(heading) + 1).value = value
    book.save(path)


def test_a_filled_template_comes_back_as_a_return(place: totalplace.Place, tmp_path: Path) -> None:
    path = tmp_path / "westwick.xlsx"
    made = place.template(path, body="Westwick Council")
    assert made.document == {
        "path": str(path),
        "body_id": "westwick-council",
        "year": "2017-18",
        "streams": 0,
        "rows": 500,
    }
    fill(path, FILLED, {**FILLED, "Side": "in", "Counterparty": "Residents", "Amount": -20})
    added = place.add(path)
    [report] = [one for one in added.facts.files if one.format]
    assert (report.format, report.member, report.status) == ("return", "Return", "loaded")
    assert (report.records, report.lines, report.rejected) == (500, 2, 0)
    assert report.skipped == {"blank": 498}
    assert (report.sum_pence, report.body_id) == (123_450 - 2_000, "westwick-council")
    assert [note.code for note in report.notes] == ["unknown_counterparty"]
    assert "'Residents'" in report.notes[0].why
    others = [one for one in added.facts.files if not one.format]
    assert [(one.member, one.lines) for one in others] == [
        ("Notes", 0),
        ("Lists", 0),
        ("Checks", 0),
    ]


def test_an_empty_template_has_no_line_and_no_fault(
    place: totalplace.Place, tmp_path: Path
) -> None:
    path = tmp_path / "empty.xlsx"
    place.template(path, body="Westwick Council")
    [report] = [one for one in place.add(path).facts.files if one.format]
    assert (report.records, report.lines, report.rejected) == (500, 0, 0)


def test_every_fault_is_told_with_its_cell(place: totalplace.Place, tmp_path: Path) -> None:
    path = tmp_path / "westwick.xlsx"
    place.template(path, body="Westwick Council")
    fill(
        path,
        {**FILLED, "Amount": "about 7"},
        {**FILLED, "Side": "sideways", "Nature": "gift", "Amount": None},
        {**FILLED, "Amount": 1.005},
        {**FILLED, "Function": "99.9"},
    )
    [report] = [one for one in place.add(path).facts.files if one.format]
    assert (report.lines, report.rejected) == (1, 3)
    messages = [one.why for one in report.warnings]
    assert messages[0] == "M2: 'about 7' is no exact amount in pounds"
    assert "C3: 'sideways' is none of out, in" in messages[1]
    assert "G3: 'gift'" in messages[1]
    assert "M3: " in messages[1]
    assert messages[2].startswith("M4: ")
    assert [one.code for one in report.warnings] == [
        "bad_amount",
        "unknown_value",
        "third_decimal",
    ]
    assert [note.code for note in report.notes] == ["unknown_function"]


def test_streams_of_earlier_returns_stand_in_the_rows(
    place: totalplace.Place, tmp_path: Path
) -> None:
    path = tmp_path / "eastwick.xlsx"
    made = place.template(path, body="eastwick-council", year="2018-19")
    assert made.facts.streams == 3
    sheet = openpyxl.load_workbook(path)["Return"]
    rows = [[cell.value for cell in row[:8]] for row in sheet.iter_rows(min_row=2, max_row=5)]
    assert rows[0] == [
        "Eastwick Council",
        "2018-19",
        "in",
        "Council tax",
        "Council tax payers",
        None,
        "own",
        "cur",
    ]
    assert rows[3][:3] == ["Eastwick Council", "2018-19", None]
    assert sheet.cell(2, 13).value is None
    # a begun row without its amount is a fault, so that no stream is lost in silence
    fill(path, {"Amount": 60000}, first=2)
    [report] = [one for one in place.add(path).facts.files if one.format]
    assert (report.lines, report.rejected) == (1, 2)


def test_headings_are_protected_and_lists_are_offered(
    place: totalplace.Place, tmp_path: Path
) -> None:
    path = tmp_path / "any.xlsx"
    place.template(path)
    book = openpyxl.load_workbook(path)
    sheet = book["Return"]
    assert book.sheetnames == ["Return", "Notes", "Lists", "Checks"]
    assert sheet.protection.sheet
    assert sheet["A1"].protection.locked
    assert not sheet["A2"].protection.locked
    lists = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert lists["C2:C501"].formula1.startswith("Lists!$")
    values = {row[0].value for row in book["Lists"].iter_rows(min_row=2)}
    assert {"out", "in"} <= values
    formulas = [row[1].value for row in book["Checks"].iter_rows(min_row=2)]
    assert all(str(one).startswith("=") for one in formulas)
    assert len(formulas) >= 10
    # text that looks like a formula stays text
    assert sheet["A2"].value is None


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("x.csv", {}, "unknown_suffix"),
        ("no/x.xlsx", {}, "no_folder"),
        ("x.xlsx", {"body": "Nobody Council"}, "unknown_body"),
        ("x.xlsx", {"year": "2017"}, "bad_year"),
        ("x.xlsx", {"year": "2017-19"}, "bad_year"),
    ],
)
def test_what_a_template_cannot_be(
    place: totalplace.Place, tmp_path: Path, name: str, options: dict[str, str], code: str
) -> None:
    with pytest.raises(RequestError) as error:
        place.template(tmp_path / name, **options)
    assert [problem.code for problem in error.value.problems] == [code]


# --- the package -------------------------------------------------------------------------------


def money(folder: Path) -> list[dict[str, str]]:
    with (folder / "data" / "money.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_package_holds_the_count(place: totalplace.Place, tmp_path: Path) -> None:
    counted = place.count().facts
    made = place.export(tmp_path / "out", licence="OGL-UK-3.0")
    assert made.document["gross_gbp"] == "250000.00"
    assert made.document["net_gbp"] == "160000.00"
    rows = money(tmp_path / "out")
    assert sum(Decimal(row["amount"]) for row in rows) * 100 == counted.net_pence
    gross = sum(Decimal(row["amount"]) for row in rows if row["step"] == "gross")
    assert gross * 100 == counted.gross_pence
    descriptor = json.loads((tmp_path / "out" / "datapackage.json").read_text())
    assert descriptor["license"] == "OGL-UK-3.0"
    assert descriptor["fiscalPeriod"] == {"start": "2017-04-01", "end": "2018-03-31"}
    assert {"ministry.csv", "eastwick.csv"} <= {one["name"] for one in descriptor["sources"]}
    assert descriptor["model"]["dimensions"]["cofog"]["classificationType"] == "functional"
    fields = [one["name"] for one in descriptor["resources"][0]["schema"]["fields"]]
    assert list(rows[0]) == fields


def test_what_is_exported_loads_again_with_the_same_totals(
    place: totalplace.Place, tmp_path: Path
) -> None:
    made = place.export(tmp_path / "out")
    again = totalplace.new_place(
        tmp_path / "again",
        name="Again",
        areas=[tiny_place.AREA],
        year=tiny_place.YEAR,
        registers=tiny_place.write_registers(tmp_path),
        clock=tiny_place.clock,
    )
    added = again.add(tmp_path / "out")
    [report] = [one for one in added.facts.files if one.format]
    assert (report.format, report.status, report.rejected) == ("fdp", "loaded", 0)
    assert report.file == str(tmp_path / "out")
    assert report.sum_pence == made.facts.cells.net_pence
    first, second = (one.count(by=["body", "function"]).facts for one in (place, again))
    assert second.net_pence == first.net_pence == made.facts.cells.net_pence
    assert {tuple(row.values.values()): row.pence for row in second.rows} == {
        tuple(row.values.values()): row.pence for row in first.rows
    }
    # the descriptor names the same package, and adding it twice changes nothing
    twice = again.add(tmp_path / "out" / "datapackage.json")
    assert {one.status for one in twice.facts.files} == {"already_there"}


def test_no_payee_leaves_the_place(place: totalplace.Place, tmp_path: Path) -> None:
    text = (
        "Body Name,Payment Date,Supplier Name,Amount,Service Area,Expense Type\n"
        "Westwick Council,03/04/2017,Mrs Ann Example,1000.00,Care,Support\n"
        "Westwick Council,03/04/2017,REDACTED,500.00,Care,Support\n"
        "Westwick Council,03/04/2017,Invented Paving Ltd,70.00,Highways,Repairs\n"
    )
    (tmp_path / "spend.csv").write_text(text)
    place.add(tmp_path / "spend.csv")
    place.export(tmp_path / "out")
    written = "".join(
        path.read_text() for path in sorted((tmp_path / "out").rglob("*")) if path.is_file()
    )
    for name in ("Ann", "Example", "REDACTED", "Paving"):
        assert name not in written
    total = sum(
        Decimal(row["amount"])
        for row in money(tmp_path / "out")
        if row["body_id"] == "westwick-council"
    )
    assert total == Decimal("1570.00")


def test_a_folder_that_holds_something_is_left_alone(
    place: totalplace.Place, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(RequestError) as error:
        place.export(tmp_path / "out")
    assert error.value.problems[0].code == "not_writable"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]
