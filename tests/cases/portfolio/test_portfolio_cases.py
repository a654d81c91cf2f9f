"""Interventions that come from cases: cost, worth, gains, and the spread over their draws."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from totalplace.cases import discount_factors, read_case, run_case
from totalplace.cases.portfolio import Portfolio, run_portfolio
from totalplace.cases.portfolio._draws import CaseFacts, case_facts, distribution
from totalplace.cases.portfolio._file import _shipped_factors, read_with_cases
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


PRIVATE = STARTER.replace(
    "payer = {council = 0.8, health = 0.2}", "payer = {council = 0.5, society = 0.3, firms = 0.2}"
).replace("[body]  ", '[body]\nfirms = {tier = "society"}\n')


@pytest.mark.parametrize("perspective", ["exchequer", "society"])
def test_streams_pay_for_what_public_bodies_pay_alone(tmp_path: Path, perspective: str) -> None:
    """Half of 900 thousand a year, with bias, and not what firms and people pay themselves."""
    (tmp_path / "a.toml").write_text(PRIVATE, encoding="utf-8")
    text = POOL.replace("body = {health = {}", "body = {society = {}, firms = {}, health = {}")
    text = text.replace("1200", "600")
    path = tmp_path / "pool.toml"
    path.write_text(
        text.replace('"GBP k"', f'"GBP k", perspective = "{perspective}"') + "must = true\n",
        encoding="utf-8",
    )
    found = run_portfolio(path)
    assert found.document["chosen"] == ["visits"]
    [one] = found.portfolio.interventions
    run = run_case(read_case(tmp_path / "a.toml"), is_full=False)
    cost = run.cost_draws["exchequer"].mean() * 100
    assert found.portfolio.pv_cost_pence(one) == pytest.approx(cost, abs=10)
    gains = found.portfolio.gains_pence(frozenset({"visits"}))
    for body in ("council", "health", "exchequer-departments"):
        assert gains[body] == pytest.approx(run.benefit_draws[body].mean() * 100, abs=20)
    assert sum(gains.values()) - found.portfolio.pv_cost_pence(one) == one.npv_pence
    if perspective == "society":
        assert gains["firms"] == pytest.approx(run.npv_draws["firms"].mean() * 100, abs=20)
        assert gains["firms"] < 0


HEALTH = STARTER.replace("horizon = 10", 'horizon = 10\nschedule = "health"')


def test_a_portfolio_is_discounted_as_its_cases_are(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(HEALTH, encoding="utf-8")
    path = tmp_path / "pool.toml"
    path.write_text(POOL, encoding="utf-8")
    portfolio, facts = read_with_cases(path)
    assert portfolio.discount == "health"
    assert portfolio.factors[1] == pytest.approx(1 / 1.015)
    run = run_case(read_case(tmp_path / "a.toml"), is_full=False)
    gains = portfolio.gains_pence(frozenset({"visits"}))
    council = run.benefit_draws["council"].mean() * 100
    assert gains["council"] == pytest.approx(council, abs=20)
    assert facts["visits"].schedule == "health"
    path.write_text(POOL.replace('"GBP k"', '"GBP k", discount = "none"'), encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        read_with_cases(path)
    [problem] = caught.value.problems
    assert (problem.code, problem.where) == ("discount_not_of_cases", f"{path}:1")
    assert "the case of visits is discounted by health" in problem.why


def test_the_factors_are_those_of_the_edition_of_the_cases(tmp_path: Path) -> None:
    """That edition has no schedule for health: only one that is followed can tell."""
    with pytest.raises(RequestError, match="no such discount schedule"):
        _shipped_factors("health", 3, "greenbook-2003")
    old = STARTER.replace("greenbook-2026", "greenbook-2003")
    (tmp_path / "a.toml").write_text(old, encoding="utf-8")
    path = tmp_path / "pool.toml"
    path.write_text(POOL, encoding="utf-8")
    factors = discount_factors("standard", 4, "greenbook-2003")
    assert read_with_cases(path)[0].factors == tuple(map(float, factors))
    path.write_text(POOL.replace('"GBP k"', '"GBP k", discount = "health"'), encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        read_with_cases(path)
    assert [one.code for one in caught.value.problems] == ["discount_not_of_cases"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("base_year = 2024", "base_year = 2025", "base year"),
        ('price_base = "2024-25"', 'price_base = "2023-24"', "price base"),
        ("greenbook-2026", "greenbook-2022", "edition of the guidance"),
        ("horizon = 10", 'horizon = 10\nschedule = "low"', "discount schedule"),
    ],
)
def test_money_of_different_years_or_prices_is_not_added_up(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in STARTER
    (tmp_path / "a.toml").write_text(STARTER, encoding="utf-8")
    (tmp_path / "b.toml").write_text(STARTER.replace(old, new, 1), encoding="utf-8")
    path = tmp_path / "two.toml"
    path.write_text(POOL + SECOND, encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        read_with_cases(path)
    [problem] = caught.value.problems
    assert problem.code == "cases_differ"
    assert problem.where == f"{path}:13"
    assert problem.what == f"the cases have not the same {words}"
    assert "visits" in problem.why
    assert "groups" in problem.why


def test_cases_that_do_not_say_whose_outcome_it_is_are_warned_of(folder: Path) -> None:
    found = run_portfolio(folder / "two.toml")
    [warning] = found.portfolio.warnings
    assert warning.code == "overlap_possible"
    assert warning.where == f"{folder / 'two.toml'}:11"
    assert "care, crisis, wellbeing" in warning.why
    assert found.document["warnings"] == [warning.as_dict()]
    told = folder / "told.toml"
    overlap = """[[overlap]]
outcome = "care"
cohort = "all"
base = 100
effect = {visits = 0.1, groups = 0.1}
gain = {council = 1}
"""
    told.write_text(POOL + SECOND + overlap, encoding="utf-8")
    assert read_with_cases(told)[0].warnings == ()


def test_cases_on_one_outcome_need_an_overlap(folder: Path) -> None:
    for name in ("a", "b"):
        text = (folder / f"{name}.toml").read_text("utf-8")
        told = text.replace("cohort = {value", 'cohort = {id = "children", value', 1)
        (folder / f"{name}-told.toml").write_text(told, encoding="utf-8")
    other = (folder / "b-told.toml").read_text("utf-8").replace('"children"', '"babies"')
    (folder / "c-told.toml").write_text(other, encoding="utf-8")
    two = POOL + SECOND
    apart = folder / "apart.toml"
    apart.write_text(two.replace('"a.', '"a-told.').replace('"b.', '"c-told.'), encoding="utf-8")
    # different people; of the other outcomes it is not said
    [warning] = read_with_cases(apart)[0].warnings
    assert "care" not in warning.why
    path = folder / "two-told.toml"
    path.write_text(two.replace('"a.', '"a-told.').replace('"b.', '"b-told.'), encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        run_portfolio(path)
    [problem] = caught.value.problems
    assert problem.code == "overlap_missing"
    assert problem.where == f"{path}:11"
    assert problem.why == "care: their effects do not add up"


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


ENDS = """
[[activity]]
id = "old-team"
options = ["business-as-usual"]
cost = {value = 2, unit = "GBP m/year", price_year = "2024-25", low = 1.5, high = 3}
years = [3, 3]
payer = {health = 1.0}
grade = {data = 1, effect = 1, age = 1}
source = "Invented"

[[outcome]]
"""
"""What business as usual ends in a year is worth more than what the case costs in it."""


def test_what_a_body_no_longer_pays_is_its_gain(folder: Path) -> None:
    """Streams pay what is to be paid; each body comes out as in the case's own matrix."""
    case = folder / "ends.toml"
    case.write_text(STARTER.replace("\n[[outcome]]\n", ENDS, 1), encoding="utf-8")
    path = folder / "ends-pool.toml"
    path.write_text(POOL.replace("a.toml", "ends.toml"), encoding="utf-8")
    portfolio, _ = read_with_cases(path)
    [one] = portfolio.interventions
    assert all(cost > 0 for cost in one.cost)
    run = run_case(read_case(case), is_full=False)
    assert one.npv_pence == round(run.npv_draws["exchequer"].mean() * 100)
    gains = portfolio.gains_pence(frozenset({"visits"}))
    paid = portfolio.pv_cost_pence(one)
    assert sum(gains.values()) - paid == pytest.approx(one.npv_pence, abs=10)
    # the trust pays a fifth of the visits in years 0 to 4, and in year 3 two millions less
    [council] = (one for one in run.document["matrix"] if one["body"] == "council")
    assert gains["council"] == pytest.approx(run.benefit_draws["council"].mean() * 100, abs=20)
    assert float(council["net_gbp"]) < gains["council"] / 100
    freed = gains["health"] - run.benefit_draws["health"].mean() * 100
    assert freed > 100_000_000
    assert paid - freed == pytest.approx(run.cost_draws["exchequer"].mean() * 100, abs=20)


def test_too_much_money_is_a_slip_of_the_unit(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.write_text(
        'portfolio = {id = "large", years = 1, unit = "GBP m"}\n'
        '[[stream]]\nid = "s"\nbody = "council"\nbudget = [1]\n'
        + "".join(
            f'[[intervention]]\nid = "i{n}"\ncost = [1]\nnpv = 9e7\nstreams = ["s"]\n'
            "gain = {council = 1.0}\n"
            for n in range(150)
        ),
        encoding="utf-8",
    )
    with pytest.raises(RequestError) as caught:
        run_portfolio(path)
    assert [one.code for one in caught.value.problems] == ["too_large"]


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
