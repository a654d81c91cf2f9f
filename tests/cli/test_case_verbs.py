"""The command line makes, checks and works out a case, and prints discount factors."""

from __future__ import annotations

from pathlib import Path

import pytest

import totalplace
from cli.conftest import Run


@pytest.fixture
def file(tmp_path: Path, run: Run) -> Path:
    path = tmp_path / "case.toml"
    assert run("case", "new", path).code == 0
    return path


def test_a_new_case_reads_and_is_never_overwritten(file: Path, run: Run) -> None:
    before = file.read_bytes()
    found = run("case", "new", file, "--json")
    assert (found.code, found.codes) == (2, ["file_exists"])
    assert file.read_bytes() == before
    checked = run("case", "check", file, "--json")
    assert checked.code == 0
    assert [one["code"] for one in checked.document["warnings"]] == ["unverified_edition"]
    assert "No problem" in run("case", "check", file).out


def test_one_of_a_thing_is_told_as_one(file: Path, run: Run) -> None:
    begins, outcome, *_ = file.read_text("utf-8").split("[[outcome]]")
    file.write_text(f"{begins}[[outcome]]{outcome}", "utf-8")
    assert "1 activity, 1 outcome, " in run("case", "check", file).out


def test_every_problem_is_told_with_its_line(file: Path, run: Run) -> None:
    text = file.read_text("utf-8").replace("council = 0.8", "counsil = 0.8")
    file.write_text(text.replace(', as = "relative"', "", 1), "utf-8")
    for what in ("check", "run"):
        found = run("case", what, file, "--json")
        assert (found.code, found.codes) == (2, ["unknown_body", "relative_or_points"])
    where = found.document["problems"][0]["where"]
    line = file.read_text("utf-8").splitlines()[int(where.partition(":")[2].partition(",")[0]) - 1]
    assert "counsil" in line
    assert "write council" in found.err


def test_a_run_in_words_and_as_a_document(file: Path, run: Run) -> None:
    found = run("case", "run", file, "--draws", 256, "--perspective", "council", "--json")
    document = found.document
    assert (found.code, document["draws"], document["perspective"]) == (0, 256, "council")
    assert document == totalplace.run_case(file, draws=256, perspective="council").document
    text = run("case", "run", file, "--draws", 256).out
    for said in (
        "P(net > 0)",
        "Without it",
        "Two totals",
        "Who pays",
        "have to be true",
        "0.6, 0.6",
    ):
        assert said in text
    table = totalplace.run_case(file, draws=16).table
    assert table.column("perspective").to_pylist() == list(document["perspectives"])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("case", "burn", "x.toml"), "bad_value"),
        (("case", "check", "x.toml", "--draws", "3"), "bad_value"),
        (("case", "check", "x.toml"), "no_such_file"),
        (("discount", "--schedule", "fast"), "unknown_schedule"),
        (("discount", "--edition", "none"), "unknown_edition"),
        (("discount", "--years", "-1"), "bad_years"),
    ],
)
def test_what_cannot_be_done_is_told(words: tuple[str, ...], code: str, run: Run) -> None:
    found = run(*words, "--json")
    assert (found.code, found.codes) == (2, [code])


def test_draws_are_limited(file: Path, run: Run) -> None:
    found = run("case", "run", file, "--draws", 2_000_000, "--json")
    assert (found.code, found.codes) == (2, ["bad_draws"])
    assert run("case", "run", file, "--draws", 0, "--json").codes == ["bad_draws"]


def test_discount_factors(run: Run) -> None:
    found = run("discount", "--schedule", "standard", "--years", 126, "--json").document
    assert {year: round(found[year], 6) for year in ("0", "1", "31", "126")} == {
        "0": 1.0,
        "1": 0.966184,
        "31": 0.345901,
        "126": 0.026873,
    }
    assert "0.966184" in run("discount", "--years", 1).out
    old = run("discount", "--edition", "greenbook-2003", "--schedule", "health", "--json")
    assert (old.code, old.codes) == (2, ["unknown_schedule"])
