"""The command line says what payments are for, takes corrections, and explains a line."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

import tiny_place
from cli.conftest import Run

pytestmark = pytest.mark.slow


@pytest.fixture
def paying(tiny: Path, tmp_path: Path, run: Run) -> Path:
    """The tiny place with payments: two on highways."""
    assert run("add", tiny, tiny_place.write_spend(tmp_path)).code == 0
    return tiny


def test_a_place_without_payments_is_told(tiny: Path, run: Run) -> None:
    found = run("classify", tiny, "--json")
    assert (found.code, found.codes) == (2, ["no_payments"])


def test_routes_and_functions(paying: Path, run: Run) -> None:
    found = run("classify", paying, "--json").document
    assert (found["lines"], found["gbp"], found["coverage_pct"]) == (2, "1250.50", 100.0)
    assert [(row["name"], row["lines"], row["gbp"]) for row in found["routes"]] == [
        ("rule", 2, "1250.50")
    ]
    assert [(row["name"], row["gbp"]) for row in found["functions"]] == [("04", "1250.50")]
    text = run("classify", paying, "--evaluate").out
    assert "04 Economic affairs" in text
    assert "Nothing to measure" in text


@pytest.mark.long
def test_a_correction_wins_is_counted_explained_and_undone(paying: Path, run: Run) -> None:
    first = run("count", paying, "--by", "body,function,route", "--json").document
    pattern = "westwick-council | Highways | * | *hyperlink*"
    made = run(
        "decide", paying, pattern, "--what", "class", "--value", "08.1", "--why", "a cycle race"
    )
    assert made.code == 0
    again = run("count", paying, "--by", "body,function,route", "--json").document

    def of_westwick(document: dict[str, list[dict[str, str]]]) -> set[tuple[str, str, str]]:
        return {
            (row["function"], row["route"], row["gbp"])
            for row in document["rows"]
            if row["body"] == "westwick-council"
        }

    assert of_westwick(first) == {("04", "rule", "1250.50")}
    assert of_westwick(again) == {("04", "rule", "1000.00"), ("08", "decision", "250.50")}
    assert first["net_gbp"] == again["net_gbp"]
    routes = run("classify", paying, "--json").document["routes"]
    assert [row["name"] for row in routes] == ["decision", "rule"]
    [figure] = [row["figure_id"] for row in again["rows"] if row["route"] == "decision"]
    [line] = run("explain", paying, figure, "--json").document["lines"]
    said = run("explain", paying, line["line_id"], "--json").document["classified"]
    assert (said["route"], said["function"], said["shares"]) == ("decision", "08.1", {"08.1": 1.0})
    assert "a cycle race" in said["reason"]
    assert "a cycle race" in run("explain", paying, line["line_id"]).out
    assert run("decide", paying, "1", "--what", "undo", "--why", "no race").code == 0
    undone = run("count", paying, "--by", "body,function,route", "--json").document
    assert of_westwick(undone) == of_westwick(first)


@pytest.mark.parametrize(
    ("pattern", "value", "code"),
    [
        ("westwick-council | Highways", "08", "bad_class_pattern"),
        ("Westwick Council | Highways | *", "08", "bad_class_pattern"),
        ("no-such-body | Highways | *", "08", "unknown_body"),
        ("westwick-council | Highways | *", "99", "unknown_function"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    paying: Path, run: Run, pattern: str, value: str, code: str
) -> None:
    found = run(
        "decide", paying, pattern, "--what", "class", "--value", value, "--why", "x", "--json"
    )
    assert (found.code, found.codes) == (2, [code])


def test_the_class_of_every_line_sums_to_one(paying: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "line_class.parquet"
    assert "Wrote 2 rows" in run("classify", paying, "-o", out).out
    rows = pq.read_table(out).to_pylist()
    assert {(row["scheme"], row["code"], row["share_millionths"]) for row in rows} == {
        ("cofog", "04.5", 1_000_000)
    }
    assert len({row["line_id"] for row in rows}) == 2
    refused = run("classify", paying, "-o", out, "--json")
    assert (refused.code, refused.codes) == (2, ["two_outputs"])
