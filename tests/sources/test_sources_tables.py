"""Population, a body's own return, and a place's own registers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from totalplace.place import Folder
from totalplace.sources import AddReport, FileReport

AddFile = Callable[..., FileReport]
AddPaths = Callable[..., AddReport]
Rows = Callable[..., list[dict[str, Any]]]


def _counts(lines: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(one["area"], one["year"], one["measure"], one["value"]) for one in lines]


@pytest.mark.parametrize(
    ("name", "text", "expected", "skipped"),
    [
        (
            "own.csv",
            "Area,Area name,Year,Measure,Value\nE1,One,2020,people,5\nE1,One,2021,Households,2\n",
            [("E1", 2020, "people", 5), ("E1", 2021, "households", 2)],
            {},
        ),
        ("a.csv", "area_code,year,people\nE1,2020,5\n", [("E1", 2020, "people", 5)], {}),
        ("a.csv", "area_code,year,households\nE1,2020,5\n", [("E1", 2020, "households", 5)], {}),
        (
            "ons.csv",
            (
                "period,area_code,area_name,geography,gender,all_ages,0\n"
                "2020-06-30,E1,One,LA,Females,3,1\n2020-06-30,E1,One,LA,Persons,5,2\n"
            ),
            [("E1", 2020, "people", 5)],
            {"memo": 1},
        ),
        (
            "las.csv",
            "official-name,gss-code,pop-2020\nOne,E1,5.0\nGone,,\nNone,E2,\n",
            [("E1", 2020, "people", 5)],
            {"blank": 2},
        ),
        ("age-2023.csv", "code,name,all,0,90+\nE1,One,5.0,1,1\n", [("E1", 2023, "people", 5)], {}),
    ],
)
def test_population_in_each_form(
    add_file: AddFile,
    lines_of: Rows,
    name: str,
    text: str,
    expected: list[tuple[Any, ...]],
    skipped: dict[str, int],
) -> None:
    report = add_file(text, name=name, body=None)
    assert (report.status, report.format, report.sum_pence) == ("loaded", "population", None)
    assert _counts(lines_of("population")) == expected
    assert report.skipped == skipped
    assert report.records == len(expected) + sum(skipped.values())


def test_a_year_that_nothing_states_is_refused(add_file: AddFile, no_leftovers: None) -> None:
    report = add_file("code,name,all,0,90+\nE1,One,5,1,1\n", name="age.csv")
    assert (report.status, report.code) == ("refused", "no_year")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("E2,,2020,people,5.5", "bad_count"),
        ("E2,,2020,people,-1", "bad_count"),
        ("E2,,2020,people,many", "bad_count"),
        ("E2,,soon,people,5", "bad_year"),
        ("E2,,2020,cats,5", "unknown_value"),
        ("E1,,2020,people,6", "repeated_area"),
    ],
)
def test_faulty_counts_are_rejected(
    add_file: AddFile, rejects_of: Rows, row: str, code: str
) -> None:
    text = f"Area,Area name,Year,Measure,Value\nE1,One,2020,people,5\n{row}\n"
    report = add_file(text)
    assert (report.lines, report.rejected, report.code) == (1, 1, code)
    assert rejects_of("population")[0]["row_no"] == 3


def test_households_of_the_census(tmp_path: Path, add_paths: AddPaths, lines_of: Rows) -> None:
    path = tmp_path / "households.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        data = book.add_worksheet("Dataset")
        codes = "Lower Tier Local Authorities Code"
        data.write_row(0, 0, [codes, "Lower Tier Local Authorities", "Observation"])
        data.write_row(1, 0, ["E1", "One", 7])
        book.add_worksheet("Metadata").write(0, 0, "as at Census 2021, 21 March")
    data_report, notes = add_paths(path).files
    assert (data_report.lines, notes.skipped) == (1, {"memo": 1})
    assert _counts(lines_of("population")) == [("E1", 2021, "households", 7)]


HEADER = (
    "Body,Financial year,Side,Stream,Counterparty,Function,Nature,Capital or revenue,"
    "Period start,Period end,Phase,Basis,Amount,Reference,Note\n"
)
GRANT = "Trafford Council,2017-18,in,Public health grant,Department of Health,07,transfer,cur,"


def test_a_return_says_all_of_its_fields(add_file: AddFile, lines_of: Rows) -> None:
    text = HEADER + GRANT + ',,outturn,gross,"£1,234.50",R1,first half\n' + "\n"
    report = add_file(text, body=None)
    assert (report.format, report.body_id, report.sum_pence) == ("return", "trafford", 123450)
    assert (report.records, report.lines, report.skipped) == (2, 1, {"blank": 1})
    (line,) = lines_of("return")
    assert {key: value for key, value in line.items() if key not in {"source_id", "member"}} == {
        "row_no": 2,
        "column_no": 0,
        "raw": None,
        "body_id": "trafford",
        "financial_year": "2017-18",
        "side": "in",
        "stream_text": "Public health grant",
        "counterparty_text": "Department of Health",
        "function": "07",
        "nature": "transfer",
        "cap_rev": "cur",
        "period_start": date(2017, 4, 1),
        "period_end": date(2018, 3, 31),
        "phase": "outturn",
        "basis": "gross",
        "amount_pence": 123450,
        "reference_id": "R1",
        "note": "first half",
    }


@pytest.mark.parametrize(
    ("record", "code", "column"),
    [
        (GRANT.replace(",in,", ",sideways,") + ",,outturn,gross,1,,", "unknown_value", "Side"),
        (GRANT.replace("transfer", "gift") + ",,outturn,gross,1,,", "unknown_value", "Nature"),
        (GRANT + ",,outturn,net,1,,", "unknown_value", "Basis"),
        (GRANT + ",,outturn,gross,1.005,,", "third_decimal", "Amount"),
        (GRANT + ",,outturn,gross,,,", "missing_amount", "Amount"),
        (GRANT + "tbc,,outturn,gross,1,,", "bad_date", "Period start"),
        (GRANT + "2018-04-01,2017-04-01,outturn,gross,1,,", "bad_date", "Period end"),
        (GRANT.replace("2017-18", "2017-19") + ",,outturn,gross,1,,", "bad_year", "Financial year"),
        (GRANT + ",,outturn,gross,1", "extra_field", "#16"),
        (GRANT + ",,outturn,gross,1,,,x", "extra_field", "#16"),
    ],
)
def test_a_faulty_record_of_a_return(
    add_file: AddFile, rejects_of: Rows, record: str, code: str, column: str
) -> None:
    good = GRANT + ",,outturn,gross,1,,\n"
    report = add_file(HEADER + good + record + "\n", body=None)
    assert (report.lines, report.rejected, report.code) == (1, 1, code)
    (reject,) = rejects_of("return")
    assert (reject["row_no"], reject["column"]) == (3, column)


def test_a_return_of_an_unknown_body_is_refused(add_file: AddFile, no_leftovers: None) -> None:
    text = HEADER + GRANT.replace("Trafford Council", "Erewhon") + ",,outturn,gross,1,,\n"
    report = add_file(text, body=None)
    assert (report.status, report.code) == ("refused", "unknown_body")


BODY = (
    "body_id,name,tier,kind,org_ids,valid_from,valid_to,successor_id,source\n"
    "tarn-council,Tarn Council,local,unitary,,,,,invented\n"
)
ALIAS = "alias,body_id,source\nTarn Borough,tarn-council,invented\n"


def test_registers_are_rows_of_the_place(
    folder: Folder, add_paths: AddPaths, tmp_path: Path
) -> None:
    alias, body = tmp_path / "a_alias.csv", tmp_path / "b_body.csv"
    alias.write_text(ALIAS)
    body.write_text(BODY)
    # the alias names a body that only the other file brings: order does not matter
    reports = add_paths(alias, body).files
    assert [(one.file, one.format, one.status, one.lines) for one in reports] == [
        (str(alias), "register", "loaded", 1),
        (str(body), "register", "loaded", 1),
    ]
    assert folder.state().registers() == ("body", "body_alias")
    table = folder.reference("body_alias", folder.state())
    assert table is not None
    assert table.to_pylist() == [
        {"alias": "Tarn Borough", "body_id": "tarn-council", "source": "invented"}
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ALIAS, "body tarn-council is unknown"),
        (BODY.replace("tarn-council", "trafford"), "already in use"),
        (BODY.replace(",local,", ",lokal,"), "one of national"),
        (BODY.replace("invented", ""), "a value"),
        (BODY + "x,y\n", "9 cells"),
        (BODY + '"x"y,,,,,,,,\n', "expected"),
    ],
)
def test_rows_that_do_not_fit_are_refused_before_they_are_there(
    add_file: AddFile, folder: Folder, no_leftovers: None, text: str, said: str
) -> None:
    report = add_file(text, body=None)
    assert report.status == "refused"
    assert said in " ".join(problem.why for problem in report.problems)
    assert folder.state().members == ()
