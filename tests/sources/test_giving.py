"""Grants in the 360Giving standard: CSV, workbook and JSON give the same lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from totalplace.place import Folder
from totalplace.sources import FileReport, source_row

Add = Callable[..., FileReport]
Lines = Callable[..., list[dict[str, Any]]]

TITLES = [
    "Identifier",
    "Title",
    "Currency",
    "Amount Awarded",
    "Award Date",
    "Planned Dates:Start Date",
    "Recipient Org:Identifier",
    "Recipient Org:Name",
    "Recipient Org:Charity Number",
    "Funding Org:Identifier",
    "Funding Org:Name",
    "Grant Programme:Title",
]
ROWS = [
    ["g-1", "Choir", "GBP", "2266", "2017-05-18", "2017-06-01", "GB-CHC-1000001",
     "Invented Choir", "", "GB-LAE-TRF", "Trafford Metropolitan Borough Council", "Small grants"],
    ["g-2", "Club", "GBP", "3028.63", "2018-04-01T09:00:00Z", "", "GB-COH-01000001",
     "John Example", "1000002", "GB-LAE-TRF", "Trafford Metropolitan Borough Council", ""],
    ["g-3", "Walks", "GBP", "-10", "2017-05-18", "", "360G-trafford-walks", "Invented Walkers",
     "", "GB-LAE-TRF", "Trafford Metropolitan Borough Council", ""],
]  # fmt: skip


def as_csv(rows: list[list[str]]) -> str:
    return "\n".join(",".join(row) for row in [TITLES, *rows]) + "\n"


def as_json(rows: list[list[str]]) -> str:
    grants = [
        {
            "id": row[0],
            "title": row[1],
            "currency": row[2],
            "amountAwarded": float(row[3]) if "." in row[3] else int(row[3]),
            "awardDate": row[4],
            **({"plannedDates": [{"startDate": row[5]}]} if row[5] else {}),
            "recipientOrganization": [
                {"id": row[6], "name": row[7], **({"charityNumber": row[8]} if row[8] else {})}
            ],
            "fundingOrganization": [{"id": row[9], "name": row[10]}],
            **({"grantProgramme": [{"title": row[11]}]} if row[11] else {}),
        }
        for row in rows
    ]
    return json.dumps({"grants": grants}, indent=1)


def as_workbook(path: Path, rows: list[list[str]]) -> bytes:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("about").write(0, 0, "made up")
        sheet = book.add_worksheet("grants")
        for at, row in enumerate([TITLES, *rows]):
            sheet.write_row(at, 0, row)
        for at, row in enumerate(rows, start=1):
            sheet.write_number(at, 3, float(row[3]))
    return path.read_bytes()


@pytest.fixture(params=["csv", "json", "xlsx"])
def content(request: pytest.FixtureRequest, tmp_path: Path) -> bytes:
    if request.param == "xlsx":
        return as_workbook(tmp_path / "made.xlsx", ROWS)
    return (as_csv(ROWS) if request.param == "csv" else as_json(ROWS)).encode()


def test_all_three_kinds_of_file(
    content: bytes, add_paths: Callable[..., Any], tmp_path: Path, lines_of: Lines
) -> None:
    path = tmp_path / "grants"
    path.write_bytes(content)
    report = next(one for one in add_paths(path).files if one.format)
    assert (report.format, report.status, report.lines) == ("giving", "loaded", 3)
    assert (report.sum_pence, report.negative_lines) == (226_600 + 302_863 - 1_000, 1)
    assert report.body_id == "trafford"
    first, second, third = lines_of("grant")
    assert (first["org_ids"], second["org_ids"], third["org_ids"]) == (
        "GB-CHC-1000001",
        "GB-COH-01000001;GB-CHC-1000002",
        None,
    )
    assert (str(first["award_date"]), str(first["planned_start"])) == ("2017-05-18", "2017-06-01")
    assert str(second["award_date"]) == "2018-04-01"
    assert (first["programme"], first["recipient_kind"]) == ("Small grants", "organisation")


def test_the_way_back_to_a_grant_in_json(add_file: Add, folder: Folder, lines_of: Lines) -> None:
    add_file(as_json(ROWS), name="grants.json", body=None)
    line = lines_of("grant")[1]
    row = source_row(folder, f"{line['source_id']}:{line['member']}:{line['row_no']}:0")
    assert dict(zip(row.header, row.cells, strict=True))["Amount Awarded"] == "3028.63"


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        (2, "EUR", "other_currency"),
        (3, "1.005", "third_decimal"),
        (3, "", "missing_amount"),
        (4, "soon", "bad_date"),
        (7, "", "missing_value"),
        (10, "", "missing_value"),
    ],
)
def test_a_grant_with_a_fault_is_rejected(
    add_file: Add, rejects_of: Lines, column: int, value: str, code: str
) -> None:
    rows = [list(row) for row in ROWS]
    rows[1][column] = value
    report = add_file(as_csv(rows), body=None)
    assert (report.records, report.lines, report.rejected) == (3, 2, 1)
    [reject] = rejects_of("grant")
    assert (reject["row_no"], reject["code"], reject["column"]) == (3, code, TITLES[column])


def test_a_person_who_got_a_grant_is_an_individual(add_file: Add, lines_of: Lines) -> None:
    text = as_csv(ROWS[:1]).replace("Recipient Org:Name", "Recipient Ind:Name")
    assert add_file(text, body=None).lines == 1
    assert lines_of("grant")[0]["recipient_kind"] == "individual"


def test_repeated_grants_and_unknown_funders_are_told(add_file: Add) -> None:
    rows = [ROWS[0], [*ROWS[0][:9], "GB-CHC-1", "Fund of Invention", ""]]
    report = add_file(as_csv(rows), body=None)
    assert [one.code for one in report.warnings] == ["repeated_grant", "unknown_funder"]
    assert report.lines == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [('{"grants": [', "bad_json"), ('{"other": []}', "unknown_layout"), ("[{}]", "unknown_layout")],
)
def test_other_json_is_refused(add_file: Add, text: str, code: str) -> None:
    report = add_file(text, name="x.json", body=None)
    assert (report.status, report.code) == ("refused", code)
