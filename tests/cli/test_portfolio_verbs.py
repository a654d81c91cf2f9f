"""The command line says what to buy, what the fences cost, and who has what of the gain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Run
from totalplace import _api
from totalplace.errors import RequestError

TOY = """\
portfolio = {id = "toy", years = 1, unit = "GBP m"}
[[stream]]
id = "health"
body = "nhs"
ringfence = "hard"
budget = [8]
carry_forward = false
[[stream]]
id = "council"
body = "council"
ringfence = "hard"
budget = [4]
[[intervention]]
id = "A"
cost = [4]
npv = 6
streams = ["health"]
gain = {nhs = 1.0}
[[intervention]]
id = "B"
cost = [4]
npv = 10
streams = ["council"]
gain = {council = 1.0}
[[intervention]]
id = "C"
cost = [4]
npv = 9
streams = ["council"]
gain = {council = 1.0}
"""
CONTRACT = """\
[[contract]]
id = "results"
cohort_threshold = 0.1
pooled_threshold = 0.075
price = 0.001
payer = {nhs = 1}
[[contract.cohort]]
id = "one"
baseline = 155
observed = 142
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    path = tmp_path / "toy.toml"
    path.write_text(TOY + CONTRACT, encoding="utf-8")
    return path


def test_run_prints_the_document_of_the_issue(run: Run, toy: Path) -> None:
    ran = run("portfolio", "run", toy, "--json")
    assert ran.code == 0
    told = json.loads(ran.out)
    assert {key: told[key] for key in ("value_gbp", "one_pot_value_gbp", "fence_price_gbp")} == {
        "value_gbp": "16000000.00",
        "one_pot_value_gbp": "25000000.00",
        "fence_price_gbp": "9000000.00",
    }
    assert (told["fence_price_pct"], told["gap"], told["chosen"]) == (56.25, 0.0, ["A", "B"])
    [left] = told["not_chosen"]
    assert left["id"] == "C"
    assert "£4,000,000.00 of health is left behind a fence" in left["because"]
    assert [(one["stream"], one["gain_if_opened_gbp"]) for one in told["fences"]] == [
        ("health", "9000000.00"),
        ("council", "0.00"),
    ]


def test_run_in_words(run: Run, toy: Path) -> None:
    ran = run("portfolio", "run", toy, "--fences", 1)
    assert ran.code == 0
    assert "toy: 2 of 3 interventions, proved to be worth most." in ran.out
    assert "price of the fences     9,000,000.00" in ran.out
    assert "health              9,000,000.00          100%" in ran.out


def test_share_in_words_and_as_a_document(run: Run, toy: Path) -> None:
    ran = run("portfolio", "share", toy)
    assert ran.code == 0
    assert "No group of bodies would do better alone." in ran.out
    assert "8.39%" in ran.out
    told = json.loads(run("portfolio", "share", toy, "--json").out)
    assert [(one["body"], one["share_gbp"]) for one in told["bodies"]] == [
        ("nhs", "10500000.00"),
        ("council", "14500000.00"),
    ]
    assert told["contracts"][0]["pooled"]["payment_gbp"] == "13000.00"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["portfolio", "buy", "FILE"], "bad_value"),
        (["portfolio", "share", "FILE", "--fences", "2"], "bad_value"),
        (["portfolio", "run", "FILE", "--fences", "2000"], "bad_number"),
        (["portfolio", "run", "none.toml"], "no_such_file"),
    ],
)
def test_wrong_words(run: Run, toy: Path, words: list[str], code: str) -> None:
    ran = run(*[str(toy) if word == "FILE" else word for word in words], "--json")
    assert ran.code == 2
    assert ran.codes == [code]


def test_python_gives_tables_of_the_same(toy: Path) -> None:
    rows = _api.run_portfolio(toy).to_arrow().to_pylist()
    assert [(row["id"], row["is_chosen"], row["is_chosen_by_one_pot"]) for row in rows] == [
        ("A", True, True),
        ("B", True, True),
        ("C", False, True),
    ]
    shares = _api.share_portfolio(toy).to_arrow().to_pylist()
    assert sum(row["settlement_gbp"] for row in shares) == 0
    with pytest.raises(RequestError):
        _api.run_portfolio(toy, fences=-1)
