"""The command line lists the examples, writes one, and says what is wrong with the words."""

from __future__ import annotations

from pathlib import Path

import pytest

import totalplace
from cli.conftest import Run


def test_examples_are_listed(run: Run) -> None:
    text = run("case", "examples").out
    document = run("case", "examples", "--json").document
    assert document["examples"][0]["id"] == "birmingham-prevention"
    assert all(one["id"] in text for one in document["examples"])
    assert document == totalplace.case_examples().document
    assert len(totalplace.case_examples().table) == len(document["examples"]) == 20


def test_an_example_is_written_and_told_how_to_run(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "team.toml"
    found = run("case", "new", file, "--example", "gang-violence")
    assert f"Next: totalplace case run {file}" in found.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gang-violence.csv", "team.toml"]
    assert run("case", "check", file, "--json").code == 0
    again = run("case", "new", file, "--example", "gang-violence", "--json")
    assert (again.code, again.codes) == (2, ["file_exists"])


def test_a_ladder_is_written_with_the_verb_that_runs_it(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "families.toml"
    document = run("case", "new", file, "--example", "families-ladder", "--json").document
    assert document["next"] == f"ladder {file}"
    assert document["files"] == [str(file)]
    assert run("ladder", file, "--json").code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("case", "new", "x.toml", "--example", "parentin"), "unknown_example"),
        (("case", "check", "x.toml", "--example", "parenting"), "bad_value"),
        (("case", "examples", "x.toml"), "bad_value"),
        (("case", "run"), "bad_value"),
    ],
)
def test_wrong_words_are_told(words: tuple[str, ...], code: str, run: Run) -> None:
    found = run(*words, "--json")
    assert (found.code, found.codes) == (2, [code])


def test_options_stand_side_by_side_where_there_are_some(tmp_path: Path, run: Run) -> None:
    for name, is_told in (("looked-after-children", True), ("parenting", False)):
        file = tmp_path / f"{name}.toml"
        assert run("case", "new", file, "--example", name).code == 0
        text = run("case", "run", file, "--draws", 64).out
        assert ("Options, each against business as usual:" in text) is is_told
    text = run("case", "run", tmp_path / "looked-after-children.toml", "--draws", 64).out
    told = [line.split("  ")[0] for line in text.splitlines() if line.startswith("One child")]
    assert told == [
        "One child in a hundred kept out of care, as the report has it (above)",
        "One child in a hundred, as the magazine has it",
    ]
