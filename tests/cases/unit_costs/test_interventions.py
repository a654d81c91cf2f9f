"""The library of interventions: what is expected of them beside what they did."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from totalplace.cases.unit_costs import Trial, library
from totalplace.errors import FileRefused, RequestError
from totalplace.model import load

TRIAL = Trial(
    trial_id="t",
    intervention_id="invented-parenting",
    place="here",
    published="2025",
    design="rct",
    outcome="care",
    finding="improved",
    source="invented",
    treated_n=200,
    treated_events=40,
    control_n=200,
    control_events=50,
)


def test_the_reduction_and_its_interval_by_hand() -> None:
    # risks 0.2 and 0.25: a fifth less; the spread of the logarithm is
    # sqrt(1/40 - 1/200 + 1/50 - 1/200) = sqrt(0.035)
    assert TRIAL.reduction == pytest.approx(0.2)
    spread = 1.959963984540054 * math.sqrt(0.035)
    low, high = TRIAL.interval or (0, 0)
    assert low == pytest.approx(1 - 0.8 * math.exp(spread))
    assert high == pytest.approx(1 - 0.8 * math.exp(-spread))
    assert low < 0 < 0.2 < high


def test_only_rates_give_a_reduction_without_an_interval() -> None:
    (trial,) = library().trials_of("resettlement")
    assert trial.reduction == pytest.approx(1 - 142 / 155)
    assert trial.interval is None


@pytest.mark.parametrize("lacking", ["treated_n", "control_n", "control_events"])
def test_without_counts_there_is_no_figure(lacking: str) -> None:
    trial = replace(TRIAL, **{lacking: None})
    assert (trial.reduction, trial.interval) == (None, None)


def test_nobody_with_the_outcome_is_a_reduction_without_an_interval() -> None:
    trial = replace(TRIAL, treated_events=0)
    assert (trial.reduction, trial.interval) == (1.0, None)


@pytest.mark.parametrize(
    ("events", "verdict"), [(40, "inside"), (48, "below"), (30, "above"), (None, "below")]
)
def test_a_local_result_stands_beside_what_was_expected(
    tmp_path: Path, events: int | None, verdict: str
) -> None:
    path = tmp_path / "trials.csv"
    header = ",".join(load("trial").column_names)
    row = f"ours,invented-parenting,here,2026,rct,care,,improved,200,{events or 60},200,50,,,,ours"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    (beside,) = library(trials=path).beside("invented-parenting")
    # expected 0.05 to 0.25
    assert (beside.prior.effect_mode, beside.verdict) == (
        library().find("invented-parenting").effect_mode,
        verdict,
    )


def test_what_birmingham_found_stands_beside_each_programme() -> None:
    names = ("incredible-years", "paths", "triple-p")
    found = {name: library().beside(name)[0] for name in names}
    assert {name: one.trial.finding for name, one in found.items()} == {
        "incredible-years": "improved",
        "paths": "faded",
        "triple-p": "no effect",
    }
    assert {one.verdict for one in found.values()} == {"not comparable"}


def test_an_unknown_intervention_is_told_with_its_nearest() -> None:
    with pytest.raises(RequestError) as refused:
        library().find("tripple-p", where="a.toml:3")
    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("unknown_intervention", "a.toml:3")
    assert "triple-p" in problem.why


def test_ids_are_one_thing_each_and_trials_are_of_something(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    header = ",".join(load("intervention").column_names)
    own.write_text(f"{header}\npaths,Ours,x,,,,,,,,,,4,,ours\n", encoding="utf-8")
    trials = tmp_path / "trials.csv"
    header = ",".join(load("trial").column_names)
    trials.write_text(
        f"{header}\nt,nothing,here,2026,rct,care,,worse,,,,,,,,ours\n", encoding="utf-8"
    )
    with pytest.raises(RequestError) as refused:
        library(own, trials)
    assert [one.code for one in refused.value.problems] == ["repeated", "unknown_intervention"]


def test_faulty_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="cannot be read"):
        library(tmp_path / "nowhere.csv")
    (tmp_path / "own.csv").write_text("a,b\n", encoding="utf-8")
    with pytest.raises(FileRefused, match="header"):
        library(tmp_path / "own.csv")


def test_what_ships_is_cited_and_effects_are_ordered() -> None:
    for one in library().interventions:
        assert len(one.source) > 15
        assert 1 <= one.evidence_grade <= 6
        effects = (one.effect_low, one.effect_mode, one.effect_high)
        given = [effect for effect in effects if effect is not None]
        assert len(given) in {0, 3}
        assert given == sorted(given)
        assert bool(given) == bool(one.meaning) == bool(one.effect_as)
        # no made-up figure under the name of a real programme
        assert not given or one.intervention_id.startswith("invented-")
