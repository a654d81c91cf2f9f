"""Interventions that come from cases: cost, worth, gains, and the spread over their draws."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from totalplace.cases import read_case, run_case
from totalplace.cases.portfolio import Portfolio, run_portfolio
from totalplace.cases.portfolio._draws import CaseFacts, case_facts, distribution
from totalplace.cases.portfolio._file import read_with_cases
from totalplace.errors import RequestError

STARTER = (resources.files("totalplace.cases") / "data" / "starter.toml").read_text("utf-8")
POOL = """\
portfolio = {id = "pool", years = 5, unit = "GBP k"}
body = {health = {}, exchequer-departments = {}}
[[stream]]
id = "grant"
body = "council"
budget = [1200, 1200, 1200, 1200, 1200]
[[intervention]]
id = "visits"
case = "a.toml"
streams = ["grant"]
"""
SECOND = """\
[[intervention]]
id = "groups"
case = "b.toml"
streams = ["grant"]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cases that differ by their cohort's name, and pools that name them."""
    made = tmp_path_factory.mktemp("pool")
    (made / "a.toml").write_text(STARTER, encoding="utf-8")
    (made / "b.toml").write_text(STARTER.replace("my-case", "other"), encoding="utf-8")
    (made / "one.toml").write_text(POOL, encoding="utf-8")
    (made / "two.toml").write_text(POOL + SECOND, encoding="utf-8")
    return made


def test_cost_worth_and_gains_are_means_over_the_draws(folder: Path) -> None:
    portfolio, facts = read_with_cases(folder / "one.toml")
    run = run_case(read_case(folder / "a.toml"), is_full=False)
    [one] = portfolio.interventions
    assert one.npv_pence == round(run.npv_draws["exchequer"].mean() * 100)
    assert facts["visits"].run_hash == run.run_hash
    pv_cost = run.cost_draws["exchequer"].mean() * 100
    assert portfolio.pv_cost_pence(one) == pytest.approx(pv_cost, abs=10)
    assert [year > 0 for year in one.cost] == [True] * 5
    assert sum(one.gain.values()) == 1
    benefit = run.benefit_draws["exchequer"].mean()
    council = run.benefit_draws["council"].mean()
    # both are whole pence
    assert float(one.gain["council"]) == pytest.approx(council / benefit, abs=1 / benefit / 100)


def test_society_counts_what_people_have(folder: Path) -> None:
    facts = case_facts(folder / "a.toml", perspective="society", draws=512)
    assert set(facts.gain) == {"council", "health", "exchequer-departments", "society"}
    assert sum(facts.gain.values()) == 1


def test_cases_on_one_outcome_need_an_overlap(folder: Path) -> None:
    with pytest.raises(RequestError) as caught:
        run_portfolio(folder / "two.toml")
    [problem] = caught.value.problems
    assert problem.code == "overlap_missing"
    assert problem.where == f"{folder / 'two.toml'}:11"
    assert "care" in problem.why


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ('"a.toml"', '"none.toml"', "no_such_file", None),
        ("years = 5", "years = 4", "cost_after_the_years", 9),
        ("health = {}, ", "", "unknown_body", 9),
        ('case = "a.toml"', 'case = "a.toml"\nnpv = 3', "said_by_case", 10),
    ],
)
def test_what_is_wrong_with_a_case_is_told_where_it_is_named(
    folder: Path, old: str, new: str, code: str, line: int | None
) -> None:
    path = folder / "bad.toml"
    path.write_text(POOL.replace(old, new), encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        run_portfolio(path)
    found = next(one for one in caught.value.problems if one.code == code)
    if line is None:
        assert f"{path}:9" in found.why
    else:
        assert found.where == f"{path}:{line}"


def test_the_spread_of_a_run_stands_in_its_document(folder: Path) -> None:
    path = folder / "must.toml"
    path.write_text(POOL + "must = true\n", encoding="utf-8")
    found = run_portfolio(path).document["distribution"]
    run = run_case(read_case(folder / "a.toml"), is_full=False)
    draws = run.npv_draws["exchequer"]
    # one case alone has its own spread, whatever the correlation
    assert {one["p5_gbp"] for one in found["by_correlation"]} == {f"{np.percentile(draws, 5):.2f}"}
    assert found["p_npv_positive"]["value"] == (draws > 0).mean()
    assert found["cases"] == [{"id": "visits", "case": "my-case", "run_hash": run.run_hash}]


def test_correlation_widens_the_spread_as_theory_says(toy: Portfolio) -> None:
    """Two normal values of 0 and 1: the sum has variance 2 + 2 x the correlation."""
    normal = np.array([NormalDist().inv_cdf((n + 0.5) / 20_000) for n in range(20_000)])
    facts = {
        name: CaseFacts(name, (0,), round(value), {}, normal + value / 100, frozenset(), "")
        for name, value in (("A", 600), ("B", 1000))
    }
    found = distribution(toy, frozenset({"A", "B", "C"}), facts, seed=7)
    assert found is not None
    for one in found["by_correlation"]:
        assert float(one["mean_gbp"]) == pytest.approx(6 + 10 + 9, abs=0.01)
        sd = (2 + 2 * one["correlation"]) ** 0.5
        assert float(one["p95_gbp"]) == pytest.approx(25 + 1.645 * sd, abs=0.06)
    again = distribution(toy, frozenset({"A", "B", "C"}), facts, seed=7)
    assert again == found
    assert distribution(toy, frozenset({"C"}), facts, seed=7) is None
