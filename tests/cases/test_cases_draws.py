"""Sobol points, distributions and the copula, against SciPy's own and what must hold."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.stats import qmc

from totalplace.cases import Spread, read_case_text, run_case
from totalplace.cases._beta import beta_quantile
from totalplace.cases._draws import Draws
from totalplace.cases._sobol import sobol
from totalplace.cases._spread import FitError, fit_10_90, quantile

U = np.linspace(0.001, 0.999, 999)


def test_points_are_those_of_the_published_direction_numbers() -> None:
    theirs = qmc.Sobol(1_024, scramble=False).random(512).T
    assert np.array_equal(sobol(1_024, 512), theirs)


def test_scrambled_points_stay_balanced_and_follow_from_the_seed() -> None:
    points = sobol(20, 1_024, seed=7)
    assert ((points > 0) & (points < 1)).all()
    for row in points:
        assert (np.bincount((row * 1_024).astype(int), minlength=1_024) == 1).all()
    assert np.array_equal(points, sobol(20, 1_024, seed=7))
    assert not np.array_equal(points, sobol(20, 1_024, seed=8))
    plain = np.random.default_rng(1).random((6, 1_024))
    assert qmc.discrepancy(points[:6].T) < qmc.discrepancy(plain.T) / 5


def test_scrambled_points_are_the_same_on_every_version() -> None:
    first = sobol(3, 4, seed=20091109)
    assert first.round(9).tolist() == [
        [0.439768948, 0.876363239, 0.744811626, 0.181245593],
        [0.065575534, 0.512229126, 0.378499712, 0.949427076],
        [0.137281581, 0.633125379, 0.265958746, 0.77010708],
    ]


def test_too_many_are_refused() -> None:
    with pytest.raises(ValueError, match="dimensions"):
        sobol(1_025, 4)


@pytest.mark.parametrize(
    ("spread", "theirs"),
    [
        (Spread("uniform", low=2, high=5), stats.uniform(2, 3)),
        (Spread("triangular", low=1, mode=2, high=6), stats.triang(0.2, 1, 5)),
        (Spread("triangular", low=1, mode=1, high=6), stats.triang(0, 1, 5)),
        (Spread("pert", low=0, mode=1, high=4), stats.beta(2, 4, 0, 4)),
        (Spread("normal", mean=3, sd=2), stats.norm(3, 2)),
        (Spread("lognormal", mean=1, sd=0.5), stats.lognorm(0.5, 0, np.exp(1))),
        (Spread("beta", alpha=2.5, beta=1.5, low=1, high=3), stats.beta(2.5, 1.5, 1, 2)),
    ],
)
def test_distributions_are_those_of_their_names(spread: Spread, theirs) -> None:
    assert np.allclose(quantile(spread, U), theirs.ppf(U), rtol=0, atol=1e-10)


def test_listed_values_come_as_often_as_they_weigh() -> None:
    spread = Spread("discrete", values=(1, 5, 9), weights=(1, 2, 1))
    found = quantile(spread, sobol(1, 1_024, seed=1)[0])
    assert [int((found == one).sum()) for one in (1, 5, 9)] == [256, 512, 256]
    seen = Spread("empirical", values=(0.0, 1.0, 4.0))
    assert np.allclose(quantile(seen, U), np.quantile([0, 1, 4], U))


@pytest.mark.parametrize(
    ("alpha", "beta"), [(3, 3), (2, 4), (1, 5), (5, 1), (1.2, 4.8), (1, 1), (40, 7), (0.5, 0.7)]
)
def test_the_fast_inverse_is_the_slow_one(alpha: float, beta: float) -> None:
    shares = np.concatenate([sobol(1, 2_048, seed=3)[0], [0.0, 1e-12, 1.0]])
    theirs = stats.beta(alpha, beta).ppf(shares)
    assert np.allclose(beta_quantile(alpha, beta, shares), theirs, rtol=0, atol=2e-11)


@pytest.mark.parametrize("kind", ["uniform", "triangular", "pert", "normal", "lognormal"])
def test_a_range_of_10_to_90_is_just_that(kind: str) -> None:
    mode = 0.12 if kind in ("triangular", "pert") else None
    fitted = fit_10_90(kind, 0.05, mode, 0.25)
    assert quantile(fitted, [0.1, 0.9]) == pytest.approx([0.05, 0.25], abs=1e-9)
    if mode is not None:
        assert fitted.mode == mode


@pytest.mark.parametrize(
    ("kind", "low", "mode", "high"),
    [
        ("pert", 0.2, 0.3, 0.1),
        ("pert", 0.1, 0.1, 0.2),
        ("uniform", 0.0, 0.4, 1.0),
        ("lognormal", -1.0, None, 1.0),
        ("lognormal", 1.0, 2.0, 4.0),
        ("beta", 0.1, None, 0.2),
    ],
)
def test_a_range_that_no_distribution_has_is_refused(kind, low, mode, high) -> None:
    with pytest.raises(FitError):
        fit_10_90(kind, low, mode, high)


CASE = """\
case.id = "one"
case.title = "One"
case.edition = "greenbook-2026"
case.price_base = "2024-25"
case.base_year = 2024
case.horizon = 6
body = {council = {tier = "local"}}
[[activity]]
id = "do"
cost = {low = 0.2, mode = 0.4, high = 0.6, unit = "GBP m", price_year = "2024-25"}
years = [0, 0]
payer = {council = 1.0}
grade = {data = 1, effect = 1, age = 1}
source = "s"
"""
OUTCOME = """
[[outcome]]
id = "o%d"
cohort = {value = 300, unit = "people"}
takeup = 0.6
baseline = {value = 0.2, unit = "per person per year"}
effect = {low = 0.0, mode = 0.1, high = 0.5, as = "relative"}
unit_cost = {low = 1000, mode = 3000, high = 9000, unit = "GBP per stay", price_year = "2024-25"}
split = {council = 1}
class = "fiscal"
grade = {data = 1, effect = 1, age = 1}
source = "s"
"""
MANY = CASE + "".join(OUTCOME % one for one in range(5))


def test_members_of_a_family_are_tied_and_nothing_else_is() -> None:
    case = read_case_text(MANY)
    values = Draws(case, 8_192, 1).values({"effects": 0.3, "unit_costs": 0.6})
    keys = sorted(values)
    scores = [stats.norm.ppf(stats.rankdata(values[key]) / 8_193) for key in keys]
    tied = np.corrcoef(scores)
    for at, one in enumerate(keys):
        for other_at, other in enumerate(keys[:at]):
            family = {name.rpartition(".")[2] for name in (one, other)}
            wanted = (
                {"effect": 0.3, "unit_cost": 0.6}.get(min(family), 0) if len(family) == 1 else 0
            )
            assert tied[at, other_at] == pytest.approx(wanted, abs=0.04), (one, other)


def test_independence_flatters() -> None:
    document = run_case(read_case_text(MANY), draws=4_096).document
    names = [one["correlation"] for one in document["correlations"]]
    assert names == ["0", "default", "0.6"]
    chances = [
        one["perspectives"]["council"]["p_npv_positive"]["value"]
        for one in document["correlations"]
    ]
    assert chances[0] > chances[1] > chances[2] > 0.5


def test_draws_are_common_to_options_and_correlations() -> None:
    case = read_case_text(MANY)
    made = Draws(case, 64, 1)
    cost = made.values({})["activity.do.cost"]
    assert made.values({"effects": 0.6})["activity.do.cost"] is cost
    none, zero = made.values({}), made.values({"effects": 0.0, "unit_costs": 0.0})
    assert all(np.array_equal(none[key], zero[key]) for key in none)
