"""Whose payments a file holds: by the user, by its column, or by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from totalplace.sources import FileReport

AddFile = Callable[..., FileReport]
Rows = Callable[..., list[dict[str, Any]]]

PLAIN = "Date,Supplier,Amount\n01/04/2017,Zebrula,1.00\n"
NAMED = "Body Name,Date,Supplier,Amount\n{},01/04/2017,Zebrula,1.00\n"


@pytest.mark.parametrize("body", ["trafford", "E08000009", "Trafford Council", "E4209"])
def test_the_user_says_in_any_way_the_register_knows(add_file: AddFile, body: str) -> None:
    assert add_file(PLAIN, body=body).body_id == "trafford"


def test_the_column_says(add_file: AddFile) -> None:
    report = add_file(NAMED.format("Manchester City Council"), body=None)
    assert (report.body_id, report.code) == ("manchester", None)


def test_several_payers_in_one_file(add_file: AddFile, lines_of: Rows) -> None:
    text = NAMED.format("Salford City Council") + "Trafford Council,02/04/2017,Quill,2.00\n"
    report = add_file(text, body=None)
    assert report.body_id is None
    assert [line["body_id"] for line in lines_of()] == ["salford", "trafford"]


def test_a_blank_cell_is_the_only_payers(add_file: AddFile, lines_of: Rows) -> None:
    text = NAMED.format("Salford City Council") + ",02/04/2017,Quill,2.00\n"
    report = add_file(text, body=None)
    assert (report.body_id, len(lines_of())) == ("salford", 2)


def test_all_unknown_payers_are_told_at_once(add_file: AddFile, no_leftovers: None) -> None:
    text = NAMED.format("Grimsby-on-Sea Parish") + "Nowhere Council,02/04/2017,Quill,2.00\n"
    report = add_file(text, body=None)
    assert (report.status, report.code) == ("refused", "unknown_body")
    assert [problem.what for problem in report.problems] == [
        "no body is known as 'Grimsby-on-Sea Parish'",
        "no body is known as 'Nowhere Council'",
    ]
    assert all("--body" in problem.fix for problem in report.problems)


def test_a_total_row_names_no_payer(add_file: AddFile) -> None:
    report = add_file(NAMED.format("Trafford Council") + "Total,,,1.00\n", body=None)
    assert (report.status, report.body_id) == ("loaded", "trafford")


def test_the_user_wins_over_the_column_and_is_told(add_file: AddFile) -> None:
    report = add_file(NAMED.format("Our Own Council"), body="trafford")
    assert (report.body_id, report.code) == ("trafford", "other_body_named")


def test_a_body_that_the_column_contradicts_is_refused_unless_insisted_on(
    add_file: AddFile,
) -> None:
    report = add_file(NAMED.format("Salford City Council"), body="trafford")
    assert (report.status, report.code) == ("refused", "body_contradicted")
    insisted = add_file(NAMED.format("Salford City Council"), body="trafford", yes=True)
    assert (insisted.status, insisted.body_id) == ("loaded", "trafford")


@pytest.mark.parametrize(
    "name",
    ["trafford-supplier-spend-2017.csv", "spend/salford/2017-04.csv", "Rochdale_payments.csv"],
)
def test_the_name_of_the_file_or_folder_says(add_file: AddFile, name: str) -> None:
    report = add_file(PLAIN, name=name, body=None)
    assert (report.status, report.code) == ("loaded", "body_from_name")
    assert report.body_id in name.lower()


@pytest.mark.parametrize("name", ["payments.csv", "trafford-and-salford.csv"])
def test_nobody_can_be_told(add_file: AddFile, name: str, no_leftovers: None) -> None:
    report = add_file(PLAIN, name=name, body=None)
    assert (report.status, report.code) == ("refused", "unknown_body")
    assert "--body" in (report.message or "")


def test_members_of_a_zip_are_told_by_their_own_names_first(
    add_paths: Callable[..., Any], write_zip: Callable[..., Path]
) -> None:
    path = write_zip("councils.zip", {"salford/2017-04.csv": PLAIN, "trafford/2017-04.csv": PLAIN})
    reports = add_paths(path).files
    assert [report.body_id for report in reports] == ["salford", "trafford"]
