"""count, reconcile, explain, trace, diff: the first worked example through the command line."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import tiny_place
from cli.conftest import Run

COUNT_FIELDS = (
    "place year snapshot figure_id gross_gbp eliminated_gbp net_gbp net_low_gbp net_high_gbp "
    "coverage_pct not_itemised_gbp unplaceable_gbp funder_view_gbp residual_gbp identities control "
    "people people_year households households_year per_head_gbp per_household_gbp rows"
)
ROW_FIELDS = "figure_id body area gbp low_gbp high_gbp share_pct grade coverage_pct"


@pytest.mark.slow
def test_count_and_the_way_back(run: Run, tiny: Path) -> None:
    ran = run("count", tiny, "--by", "body, area", "--per", "head", "--json")
    assert ran.code == 0
    assert ran.err == ""
    document = ran.document
    assert set(document) >= set(COUNT_FIELDS.split())
    assert document["gross_gbp"] == "250000.00"
    assert document["eliminated_gbp"] == "90000.00"
    assert document["net_gbp"] == "160000.00"
    assert document["funder_view_gbp"] == "160000.00"
    assert document["residual_gbp"] == "0.00"
    assert document["control"] == {
        "local": "150000.00",
        "ringfenced": "0.00",
        "national_rules": "0.00",
        "national": "10000.00",
    }
    assert all(document["identities"].values())
    assert (document["people"], document["people_year"]) == (1000, 2017)
    assert document["per_head_gbp"] == "160.00"
    assert document["households"] is None
    assert document["per_household_gbp"] is None
    assert "no number of households" in document["reasons"]["per_household_gbp"]
    rows = {(row["body"], row["area"]): row for row in document["rows"]}
    assert all(set(row) >= set(ROW_FIELDS.split()) for row in document["rows"])
    # the ministry's 10,000 by people 750 : 250, and per head of the district's own people
    east = rows["tiny-ministry", "Z08000001"]
    assert (east["gbp"], east["grade"], east["per_head_gbp"]) == ("7500.00", "E", "10.00")
    assert (east["low_gbp"], east["high_gbp"]) == ("5000.00", "7500.00")
    assert rows["eastwick-council", "Z08000001"]["per_head_gbp"] == "200.00"

    figure = run("explain", tiny, east["figure_id"], "--json").document
    assert figure["kind"] == "figure"
    assert figure["net_gbp"] == "7500.00"
    # the grant enters where it lands and is eliminated there
    assert [line["gbp"] for line in figure["lines"]] == ["-90000.00", "90000.00", "7500.00"]
    line = figure["lines"][2]
    assert (line["file_name"], line["row_no"]) == ("ministry.csv", 4)
    found = run("explain", tiny, line["line_id"], "--json").document
    assert found["kind"] == "line"
    assert found["source"]["sha256"] == line["line_id"].split(":")[0]
    assert {"column": "Amount", "value": "10000.00"} in found["as_published"]
    assert found["as_read"]["amount_gbp"] == "10000.00"
    assert [reading["control"] for reading in found["readings"]] == ["national"]


@pytest.mark.slow
def test_count_to_people_with_a_swapped_key_and_a_file(
    run: Run, tiny: Path, tmp_path: Path
) -> None:
    output = tmp_path / "rows.csv"
    ran = run("count", tiny, "--by", "area", "--key", "U", "-o", output)
    assert ran.code == 0
    for text in (
        "net            £160,000.00",
        "1,000 people in 2017",
        "not known  no number of households",
        "2 returned, 0 published, 0 estimated, 1 missing",
        "Missing: Westwick Council.",
        "Before and after the key is swapped",
        "key T        key U",
        f"Wrote 2 rows to {output}.",
        "Z08000002  Westwick",
    ):
        assert text in ran.out
    with output.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["area"]: row for row in csv.DictReader(file)}
    assert rows["Z08000002"]["gbp"] == "5000.00"
    assert (rows["Z08000002"]["unit"], rows["Z08000002"]["year"]) == ("GBP", "2017-18")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["--by", "foo,tier", "--per", "cat"], ["unknown_split", "unknown_denominator"]),
        (["--by", ""], ["unknown_split"]),
        (["--year", "2017"], ["bad_year"]),
        (["--year", "2016-17"], ["no_such_year"]),
        (["--real", "1900-01"], ["no_deflator"]),
        (["--key", "Q"], ["unknown_key"]),
        (["--at", "9"], ["unknown_snapshot"]),
        (["-o", "x.txt"], ["unknown_suffix", "two_outputs"]),
        (["-o", "/no/such/folder/x.csv"], ["no_folder", "two_outputs"]),
    ],
)
def test_a_wrong_count(run: Run, tiny: Path, words: list[str], codes: list[str]) -> None:
    ran = run("count", tiny, *words, "--json")
    assert ran.code == 2
    found = ran.codes
    if codes == ["no_such_year"]:
        assert len(found) == 1
        assert "2017-18" in ran.err
    else:
        assert found == codes


def test_an_output_that_cannot_be_written_is_told_before_anything_is_counted(
    run: Run, made: Path
) -> None:
    ran = run("count", made, "-o", made)
    assert ran.code == 2
    assert not (made / "snapshots").exists()


def test_explain_a_claim(run: Run, made: Path) -> None:
    assert run("explain", made, "lac-x", "--json").document["verdict"] == "conflict"
    ran = run("explain", made, "L85")
    assert "Computed" in ran.out
    assert ran.code == 0


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("0123456789abcdef", "unknown_figure"),
        ("LAC-Y", "unknown_figure"),
        ("ab:1", "bad_line_id"),
        ("ab" * 32 + "::2:0", "unknown_source"),
    ],
)
def test_nothing_has_this_id(run: Run, made: Path, given: str, code: str) -> None:
    ran = run("explain", made, given, "--json")
    assert (ran.code, ran.codes) == (2, [code])


def test_a_row_that_is_no_line(run: Run, made: Path) -> None:
    sha256 = next(
        p.name
        for p in (made / "sources").rglob("*")
        if b"Eastwick Council,2017" in (p.read_bytes() if p.is_file() else b"")
    )
    ran = run("explain", made, f"{sha256}::99:0", "--json")
    assert (ran.code, ran.codes) == (2, ["unknown_line"])


@pytest.mark.slow
def test_reconcile(run: Run, tiny: Path) -> None:
    ran = run("reconcile", tiny, "--json")
    assert ran.code == 0
    document = ran.document
    assert document["net_gbp"] == document["funder_view_gbp"] == "160000.00"
    assert document["funding"]["Council tax payers"] == "60000.00"
    (transfer,) = document["transfers"]
    assert (transfer["payer"], transfer["payee"]) == ("Ministry of Tinyland", "Eastwick Council")
    assert (transfer["rule"], transfer["gbp"]) == ("eliminate", "90000.00")
    out = run("reconcile", tiny).out
    assert "Ministry of Tinyland  Eastwick Council  tiny-grant" in out
    assert "all 8 identities hold" in out


@pytest.mark.slow
def test_trace(run: Run, tiny: Path) -> None:
    ran = run("trace", tiny, "--body", "Eastwick Council", "--json")
    assert ran.code == 0
    (body,) = ran.document["bodies"]
    assert [(one["source"], one["share_pct"], one["gbp"]) for one in body["sources"]] == [
        ("Parliament of Tinyland", 60.0, "90000.00"),
        ("Council tax payers", 40.0, "60000.00"),
    ]
    assert "100.00%" in run("trace", tiny).out
    none = run("trace", tiny, "--body", "westwick-council", "--json")
    assert (none.code, none.codes) == (2, ["not_counted"])


@pytest.mark.slow
def test_diff(run: Run, tiny: Path, tmp_path: Path) -> None:
    run("snapshot", tiny)
    run("add", tiny, tiny_place.write_spend(tmp_path))
    run("snapshot", tiny)
    ran = run("diff", tiny, 1, 2, "--json")
    assert ran.code == 0
    document = ran.document
    assert document["change_gbp"] == "1250.50"
    (row,) = document["rows"]
    assert (row["body_id"], row["change_gbp"]) == ("westwick-council", "1250.50")
    assert row["causes"] == ["westwick-spend.csv added"]
    assert "westwick-spend.csv added" in run("diff", tiny, 1, 2).out
    wrong = run("diff", tiny, 1, 9, "--json")
    assert (wrong.code, wrong.codes) == (2, ["unknown_snapshot"])


@pytest.mark.slow
def test_check_counts_the_identities(run: Run, tiny: Path) -> None:
    ran = run("check", tiny, "--json")
    assert ran.code == 0
    assert ran.document["is_sound"]
    assert len(ran.document["identities"]["2017-18"]) >= 8
    assert "identities hold" in run("check", tiny).out
