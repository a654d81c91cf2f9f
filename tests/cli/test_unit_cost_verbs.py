"""The command line takes unit costs in, finds some, and works a ladder out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run

LADDER = """\
ladder = {id = "families", title = "Families", price_base = "2024-25", horizon = 1, source = "us"}
[[rung]]
id = "chaotic"
number = 12
[[rung]]
id = "coping"
number = 100
[[cost]]
rung = "chaotic"
body = "council"
value = 28000
unit = "GBP/family/year"
price_year = "2024-25"
source = "us"
[[cost]]
rung = "coping"
body = "council"
value = 400
unit = "GBP/family/year"
price_year = "2024-25"
source = "us"
"""
MOVE = """\
[[move]]
id = "help"
number = 3
from = "chaotic"
to = "coping"
cost = {value = 30000, unit = "GBP/family", price_year = "2024-25", body = "council"}
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Two unit costs in the form of the JSON copy, one of them wrong."""

    def entry(code: str, pounds: float) -> dict[str, Any]:
        return {
            "code": code,
            "detail": "PLACES",
            "description": f"A place of the kind {code}",
            "unit": "Per week",
            "cost_gbp": pounds,
            "agency": "NHS",
            "source_detail": "2013/14",
        }

    entries = [entry("Z1.0", 700.0), entry("Z1.1", 99532.0)]
    path = tmp_path / "copy.json"
    path.write_text(json.dumps({"categories": {"homes": {"entries": entries}}}), encoding="utf-8")
    return path


def test_importing_flags_writes_and_counts(copy: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "mine.csv"
    found = run("unitcosts", "import", copy, "-o", out, "--book", "mine", "--json")
    assert found.code == 1
    told = found.document
    assert (told["lines"], told["values"], told["out"]) == (2, 2, str(out))
    assert told["by_sheet"] == [{"sheet": "homes", "lines": 2}]
    assert [(one["code"], one["check"]) for one in told["flagged"]] == [("Z1.1", "implausible")]
    text = run("unitcosts", "import", copy, "-o", out, "--against", out, "--book", "mine").out
    assert "all        2" in text
    assert "2 compared with" in text
    assert "1 codes flagged." in text
    shown = run("unitcosts", "find", "place", "week", "--table", out).out
    assert "mine:Z1.0" in shown
    assert "958.46" in shown  # 700 x 100 / 73.0337
    assert [line.endswith("flagged") for line in shown.splitlines()[2:]] == [False, True]


def test_finding_among_the_invented(run: Run) -> None:
    found = run("unitcosts", "find", "child", "in", "care", "year", "--json").document
    assert [(one["reference"], one["value_gbp"]) for one in found["unit_costs"]] == [
        ("invented:care", "62000.00")
    ]
    assert "None of 22 unit costs" in run("unitcosts", "find", "zebra").out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("mend", "x"), "usage"),
        (("import", "a.json", "b.json"), "usage"),
        (("import", "a.json", "--table", "t.csv"), "usage"),
        (("find", "x", "-o", "t.csv"), "usage"),
        (("find", " "), "no_words"),
        (("find", "x", "--table", "nowhere.csv"), "cannot_read"),
        (("import", "a.json", "-o", "t.xlsx"), "unknown_suffix"),
        (("import", "a.json", "--book", "a:b"), "bad_book"),
        (("import", "a.json", "--book", "invented"), "bad_book"),
        (("import", "a.json", "--against", "nowhere.csv"), "cannot_read"),
    ],
)
def test_wrong_requests(words: tuple[str, ...], code: str, run: Run) -> None:
    found = run("unitcosts", *words, "--json")
    assert (found.code, found.codes) == (2, [code])


def test_a_table_of_another_book_is_nothing_to_compare_with(
    copy: Path, tmp_path: Path, run: Run
) -> None:
    out = tmp_path / "mine.csv"
    run("unitcosts", "import", copy, "-o", out, "--book", "mine")
    found = run("unitcosts", "import", copy, "--against", out, "--json")
    assert (found.code, found.codes) == (2, ["other_book"])


def test_a_file_that_is_not_there_is_refused(run: Run) -> None:
    found = run("unitcosts", "import", "nowhere.json", "--json")
    assert (found.code, found.codes) == (1, ["no_unit_costs"])


def test_moving_families_up_one_rung(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "ladder.toml"
    path.write_text(LADDER, encoding="utf-8")
    told = run("ladder", path, "--number", 10, "--json").document
    (step,) = told["one_rung_up"]
    assert (step["first_year_total_gbp"], step["over_horizon_gbp"]) == (
        "276000.00",
        {"council": "552000.00"},
    )
    assert told["rungs"][0]["times_top"] == {"council": 70.0}
    assert told["moves"] == []
    text = run("ladder", path).out
    assert "1 families one rung up" in text
    assert "a gain never fades" in text


def test_a_move_of_a_ladder(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "ladder.toml"
    path.write_text(LADDER + MOVE, encoding="utf-8")
    (move,) = run("ladder", path, "--json").document["moves"]
    assert (move["cost_gbp"], move["saving_gbp"]) == (
        {"council": "90000.00"},
        {"council": "165600.00"},
    )
    # (1 + 1 / 1.035) x 82,800 - 90,000
    assert (move["net_gbp"], move["pv_net_gbp"]) == ("75600.00", "72800.00")
    assert move["pays_back_year"] == 1
    assert "in year 1" in run("ladder", path).out
    path.write_text(LADDER + MOVE.replace("30000", "90000"), encoding="utf-8")
    assert "never" in run("ladder", path).out


def test_a_faulty_ladder_is_told_with_its_lines(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "ladder.toml"
    path.write_text(LADDER.replace("number = 12", "number = -12"), encoding="utf-8")
    found = run("ladder", path, "--json")
    assert (found.code, found.codes) == (2, ["bad_value"])
    assert found.document["problems"][0]["where"] == f"{path}:4"
    assert run("ladder", path, "--number", 0, "--json").codes == ["bad_number"]
