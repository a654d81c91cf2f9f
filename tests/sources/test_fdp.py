"""Fiscal Data Packages: what loads, and what is refused with its reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Lines = Callable[..., list[dict[str, Any]]]

BUDGET = (
    "body,year,cofog,approved,executed,grant\n"
    "Trafford Council,2017-18,9.1,100,90.5,7\n"
    "Trafford Council,2017-18,07.3,200,210,0\n"
)


def descriptor(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "name": "budget",
        "title": "Invented budget",
        "resources": [{"name": "budget", "path": "data/budget.csv"}],
        "model": {
            "measures": {
                "approved": {
                    "source": "approved", "currency": "GBP", "factor": 1000, "phase": "approved",
                    "direction": "expenditure",
                },
                "executed": {
                    "source": "executed", "currency": "GBP", "factor": 1000, "phase": "executed",
                    "direction": "expenditure",
                },
                "grant": {
                    "source": "grant", "currency": "GBP", "factor": 1000, "phase": "executed",
                    "direction": "revenue",
                },
            },
            "dimensions": {
                "payer": {
                    "dimensionType": "entity",
                    "attributes": {"title": {"source": "body"}},
                    "primaryKey": "title",
                },
                "date": {
                    "dimensionType": "datetime",
                    "attributes": {"year": {"source": "year"}},
                    "primaryKey": "year",
                },
                "cofog": {
                    "dimensionType": "classification",
                    "classificationType": "functional",
                    "attributes": {"code": {"source": "cofog"}},
                    "primaryKey": "code",
                },
            },
        },
    }  # fmt: skip
    return {**base, **changes}


@pytest.fixture
def add_package(
    write_zip: Callable[..., Path], add_paths: Callable[..., Any]
) -> Callable[..., Any]:
    def adding(content: Any, files: dict[str, str], **options: Any) -> Any:
        members = {"pkg/datapackage.json": json.dumps(content)}
        members |= {f"pkg/{name}": text for name, text in files.items()}
        files_of = add_paths(write_zip("package.zip", members), **options).files
        return next((one for one in files_of if one.format or one.problems), files_of[0])

    return adding


def test_budget_and_outturn_expenditure_and_revenue(
    add_package: Callable[..., Any], lines_of: Lines
) -> None:
    report = add_package(descriptor(), {"data/budget.csv": BUDGET})
    assert (report.format, report.status, report.body_id) == ("fdp", "loaded", "trafford")
    assert (report.records, report.lines, report.rejected) == (6, 6, 0)
    found = [
        (line["phase"], line["side"], line["function"], line["amount_pence"])
        for line in lines_of("return")
    ]
    assert found == [
        ("budget", "out", "09.1", 10_000_000),
        ("outturn", "out", "09.1", 9_050_000),
        ("outturn", "in", "09.1", 700_000),
        ("budget", "out", "07.3", 20_000_000),
        ("outturn", "out", "07.3", 21_000_000),
        ("outturn", "in", "07.3", 0),
    ]
    line = lines_of("return")[0]
    assert (str(line["period_start"]), str(line["period_end"])) == ("2017-04-01", "2018-03-31")
    assert (line["stream_text"], line["nature"]) == ("Invented budget", "own")
    assert [one["column_no"] for one in lines_of("return")][:3] == [4, 5, 6]


def test_transactions_with_their_payees_in_another_file(
    add_package: Callable[..., Any], lines_of: Lines
) -> None:
    content = descriptor(
        granularity="transaction",
        resources=[
            {
                "name": "spend",
                "path": "spend.csv",
                "foreignKeys": [
                    {"fields": "payee", "reference": {"resource": "who", "fields": "id"}}
                ],
            },
            {"name": "who", "path": "who.csv"},
        ],
        model={
            "measures": {"amount": {"source": "amount", "currency": "GBP"}},
            "dimensions": {
                "date": {"attributes": {"day": {"source": "day"}}, "primaryKey": "day"},
                "payee": {
                    "attributes": {
                        "id": {"resource": "who", "source": "id"},
                        "title": {"resource": "who", "source": "name"},
                    },
                    "primaryKey": "id",
                },
                "payor": {"attributes": {"id": {"constant": "trafford"}}, "primaryKey": "id"},
            },
        },
    )
    files = {
        "spend.csv": "id,amount,day,payee\n1,12.50,03/04/2017,7\n2,x,04/04/2017,7\n",
        "who.csv": "id,name\n7,Invented Paving Ltd\n",
    }
    report = add_package(content, files)
    assert (report.format, report.lines, report.rejected) == ("fdp", 1, 1)
    [line] = lines_of("spend")
    assert (line["body_id"], line["payee_text"], line["amount_pence"]) == (
        "trafford",
        "Invented Paving Ltd",
        1250,
    )
    assert str(line["payment_date"]) == "2017-04-03"


def test_every_fault_of_a_descriptor_is_told_at_once(add_package: Callable[..., Any]) -> None:
    content = descriptor()
    content["model"]["measures"]["approved"]["currency"] = "USD"
    content["model"]["measures"]["executed"]["phase"] = "dreamt"
    content["model"]["measures"]["grant"]["factor"] = 0.5
    report = add_package(content, {"data/budget.csv": BUDGET})
    assert report.status == "refused"
    assert [one.code for one in report.problems] == ["other_currency", "bad_package", "bad_package"]
    assert "rate of exchange" in report.problems[0].why


def test_amounts_spread_over_columns_are_refused_with_the_reason(
    add_package: Callable[..., Any],
) -> None:
    """The example transform-needed: programmes in columns of their own."""
    wide = "country,program1,program2,program3,year\nPoland,1000,500,2000,2014\n"
    content = descriptor()
    content["model"]["measures"] = {"amount": {"source": "expenditure", "currency": "GBP"}}
    report = add_package(content, {"data/budget.csv": wide})
    assert report.status == "refused"
    assert {one.code for one in report.problems} == {"missing_column"}
    assert "'program1'" in report.problems[0].why
    assert "one a row" in report.problems[0].fix


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../out.csv", "unsafe_path"),
        ("https://example.org/x.csv", "unsafe_path"),
        ("no.csv", "missing_resource"),
    ],
)
def test_a_resource_outside_or_missing(
    add_package: Callable[..., Any], path: str, code: str
) -> None:
    content = descriptor(resources=[{"name": "budget", "path": path}])
    assert add_package(content, {"data/budget.csv": BUDGET}).code == code


def test_whose_money_it_is_may_be_said(add_package: Callable[..., Any]) -> None:
    text = BUDGET.replace("Trafford Council", "The Authority")
    refused = add_package(descriptor(), {"data/budget.csv": text})
    assert (refused.status, refused.code) == ("refused", "unknown_body")
    assert len(refused.problems) == 1
    taken = add_package(descriptor(), {"data/budget.csv": text}, body="salford")
    assert (taken.status, taken.body_id) == ("loaded", "salford")


def test_functions_of_another_list_are_told(
    add_package: Callable[..., Any], lines_of: Lines
) -> None:
    report = add_package(descriptor(), {"data/budget.csv": BUDGET.replace("9.1", "Schools")})
    assert "unknown_function" in [one.code for one in report.warnings]
    assert lines_of("return")[0]["function"] is None


def test_version_one_is_refused(add_package: Callable[..., Any]) -> None:
    content = {"profile": "fiscal-data-package", "fiscal": "1.0", "resources": [], "model": None}
    report = add_package({**content, "profiles": {"fiscal": "*"}}, {"data/budget.csv": BUDGET})
    assert report.code == "bad_package"
