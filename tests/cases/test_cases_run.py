"""What a run tells: its document, its trace, what it hangs on, and that nothing of it is stray."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from importlib import resources

import numpy as np
import pytest

from totalplace.cases import Case, CaseResult, Grade, Number, read_case_text, run_case
from totalplace.cases._compare import under_edition
from totalplace.cases._draws import Draws
from totalplace.cases._edition import edition
from totalplace.cases._evaluate import evaluate, present_values
from totalplace.cases._plan import plan_of
from totalplace.cases._sensitivity import information, switching, tornado
from totalplace.cases._trace import trace_of
from totalplace.errors import IdentityError, RequestError

STARTER = (resources.files("totalplace.cases") / "data" / "starter.toml").read_text("utf-8")
DRAWS = 2_048


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case_text(STARTER)


@pytest.fixture(scope="module")
def run(case: Case) -> CaseResult:
    return run_case(case, draws=DRAWS)


def test_the_document_has_what_the_command_promises(run: CaseResult) -> None:
    document = json.loads(json.dumps(run.document))
    for name in ("case", "edition", "price_base", "draws", "seed", "run_hash", "perspectives",
                 "matrix", "cashflow", "tornado", "switching", "register", "trace", "options",
                 "correlations", "editions", "information", "would_have_to_be_true"):  # fmt: skip
        assert document[name] not in (None, []), name
    for view in document["perspectives"].values():
        assert set(view["npv_gbp"]) == {"point", "p5", "p50", "p95"}
        ends = [Decimal(view["npv_gbp"][one]) for one in ("p5", "p50", "p95")]
        assert ends == sorted(ends)
        assert Decimal(view["pv_benefit_gbp"]) - Decimal(view["pv_cost_gbp"]) == pytest.approx(
            Decimal(view["npv_gbp"]["point"]), abs=Decimal("0.02")
        )
        assert 0 <= view["p_npv_positive"]["value"] <= 1
        if Decimal(view["pv_cost_gbp"]) <= 0:
            assert view["bcr"] is None
            assert view["payback_year"] is None


def test_the_same_seed_gives_the_same_figures_and_hash(case: Case, run: CaseResult) -> None:
    again = run_case(case, draws=DRAWS)
    assert again.document == run.document
    other = run_case(case, draws=DRAWS, seed=2)
    assert other.run_hash != run.run_hash
    assert other.document["perspectives"] != run.document["perspectives"]
    changed = read_case_text(STARTER.replace("takeup = 0.6", "takeup = 0.61"))
    assert run_case(changed, draws=DRAWS, is_full=False).run_hash != run.run_hash
    # comments and layout are no part of the case
    spaced = read_case_text("# told otherwise\n\n" + STARTER)
    assert run_case(spaced, draws=DRAWS, is_full=False).run_hash == run.run_hash


def test_every_number_moves_the_result_when_it_is_halved(case: Case) -> None:
    plan = plan_of(case)
    point = evaluate(plan, {}, 1)
    for number in case.numbers:
        moved = evaluate(plan, {number.key: np.array([number.point / 2])}, 1)
        if number.key.endswith(".cashable"):
            assert not np.array_equal(moved.cash, point.cash), number.key
        else:
            assert not np.array_equal(moved.npv, point.npv), number.key


def test_blocks_of_draws_do_not_change_what_comes_out(case: Case) -> None:
    plan, made = plan_of(case), Draws(case, 500, 1)
    values = made.values(case.correlation)
    whole, parts = (evaluate(plan, values, 500, block=size) for size in (500, 64))
    assert np.allclose(whole.npv, parts.npv, rtol=1e-12)
    assert np.array_equal(whole.payback, parts.payback)
    cost, benefit = present_values(plan, values, 500)
    assert np.allclose(benefit - cost, whole.npv, rtol=1e-12)


def test_the_trace_has_every_step_in_order(run: CaseResult) -> None:
    steps = [row.step for row in run.trace if row.item == "outcome.care"]
    assert steps == [
        "cohort", "take-up", "baseline", "effect", "deadweight", "displacement", "leakage",
        "persistence", "quantity", "unit cost", "value", "optimism bias", "split", "split",
        "cashable now", "cashable later", "cashable never", "discount",
    ]  # fmt: skip
    rows = {row.step: row for row in run.trace if row.item == "outcome.care"}
    parts = zip(*(rows[f"cashable {one}"].years for one in ("now", "later", "never")), strict=True)
    assert [sum(one) for one in parts] == pytest.approx(list(rows["optimism bias"].years))
    keys = {number.key for number in run.case.numbers}
    assert {key for row in run.trace for key in row.inputs} == keys


@pytest.mark.parametrize("grade", [1, 6])
def test_bias_never_flatters(case: Case, grade: int) -> None:
    """An outcome that does harm is charged as a cost: 40% more under the worst grade, not less."""
    care = case.outcomes[0]
    assert care.effect is not None
    known = Grade(grade, grade, grade)
    harm = replace(care, grade=known, effect=replace(care.effect, value=-0.15, spread=None))
    receipt = case.activities[0]
    receipt = replace(receipt, grade=known, cost=replace(receipt.cost, value=-900, spread=None))
    point = evaluate(plan_of(replace(case, outcomes=(harm,), activities=(receipt,))), {}, 1)
    society = point.of("society")
    share = 0.4 if grade == 6 else 0.0
    assert point.benefit[society, 0] == pytest.approx(
        point.benefit_without_bias[society, 0] * (1 + share)
    )
    assert point.cost[society, 0] == pytest.approx(
        point.cost_without_bias[society, 0] * (1 - share)
    )
    assert point.benefit[society, 0] < 0 > point.cost[society, 0]


def test_a_weight_counts_value_to_people_alone() -> None:
    """Society's view of what is social moves by the weight; no public body's money does."""
    weighted = STARTER.replace('class = "social"', 'class = "social"\nweight = 1.94')
    plain, other = (
        run_case(read_case_text(one), draws=16, is_full=False) for one in (STARTER, weighted)
    )
    point = {
        name: (plain.point.benefit[at, 0], other.point.benefit[at, 0])
        for at, name in enumerate(plain.point.views)
    }
    for name in ("council", "health", "exchequer"):
        assert point[name][0] == point[name][1]
    social = plain.document["perspectives"]["society"]["pv_benefit_gbp"]
    assert float(social) == pytest.approx(point["society"][0], abs=0.01)
    money = plain.cube.values[:, plain.cube.classes.index("social"), :, 0].sum(axis=0)
    extra = 0.94 * float(money @ plan_of(plain.case).factors)
    assert point["society"][1] - point["society"][0] == pytest.approx(extra)


def test_a_trace_that_differs_is_a_fault(case: Case) -> None:
    plan = plan_of(case)
    point = evaluate(plan, {}, 1)
    wrong = replace(point, benefit=point.benefit * (1 + 1e-6))
    with pytest.raises(IdentityError, match="trace"):
        trace_of(plan, wrong)


def test_switching_values_are_where_nothing_is_left(case: Case) -> None:
    plan = plan_of(case)
    for view in ("society", "council"):
        at = plan.views.index(view)
        found = switching(plan, view)
        turned = [one for one in found if one.number is not None and one.value is not None]
        assert len(turned) >= 3
        for one in turned:
            assert isinstance(one.number, Number)
            plain = one.value * one.number.scale * one.number.deflator
            cost, benefit = present_values(plan, {one.number.key: np.array([plain])}, 1)
            assert abs(benefit[at, 0] - cost[at, 0]) < 0.01, one.label
            step = 1.01 if one.must_be == "at_least" else 0.99
            cost, benefit = present_values(plan, {one.number.key: np.array([plain * step])}, 1)
            assert benefit[at, 0] > cost[at, 0], one.label


def test_the_tornado_is_sorted_and_its_ends_are_evaluations(case: Case) -> None:
    plan = plan_of(case)
    bars = tornado(plan, "society")
    assert [bar.swing for bar in bars] == sorted((bar.swing for bar in bars), reverse=True)
    at = plan.views.index("society")
    for bar in bars:
        plain = bar.low * bar.number.scale * bar.number.deflator
        cost, benefit = present_values(plan, {bar.number.key: np.array([plain])}, 1)
        assert benefit[at, 0] - cost[at, 0] == pytest.approx(bar.npv_low, rel=1e-9)


def test_what_it_is_worth_to_know() -> None:
    # a sum of two equal independent normal numbers: knowing all is worth sd / sqrt(2 pi),
    # knowing one of them 1 / sqrt(2) of it
    scores = np.random.default_rng(1).standard_normal((2, 40_000))
    found = information(scores.sum(axis=0), {"a": scores[0], "b": scores[1]})
    everything = np.sqrt(2) / np.sqrt(2 * np.pi)
    assert found.everything == pytest.approx(everything, rel=0.03)
    assert found.numbers["a"] == pytest.approx(everything / np.sqrt(2), rel=0.06)
    sure = information(np.abs(scores[0]) + 1, {"a": scores[0]})
    assert (sure.everything, sure.numbers["a"]) == (0.0, 0.0)


def test_every_case_has_business_as_usual_and_do_minimum() -> None:
    text = STARTER.replace(
        '[[activity]]\nid = "family-support"',
        '[[activity]]\nid = "as-now"\ncost = {value = 100, unit = "GBP k/year", price_year = '
        '"2024-25"}\nyears = [0, 10]\npayer = {council = 1}\nsource = "s"\n'
        'options = ["business-as-usual", "do-minimum"]\n\n[[activity]]\nid = "family-support"',
    )
    document = run_case(read_case_text(text), draws=64).document
    rows = {one["option"]: one["perspectives"]["council"] for one in document["options"]}
    assert list(rows) == ["business-as-usual", "do-minimum", "preferred"]
    assert rows["business-as-usual"]["npv_gbp"]["point"] == "0.00"
    assert rows["do-minimum"]["npv_gbp"]["point"] == "0.00"
    # what business as usual spends and the option does not is a cost that falls away
    before = run_case(read_case_text(STARTER), draws=64).document
    plain = Decimal(before["perspectives"]["council"]["npv_gbp"]["point"])
    saved = Decimal(rows["preferred"]["npv_gbp"]["point"]) - plain
    # (1 - 0.4) of it, since what is saved is a benefit and nobody graded it
    assert saved == pytest.approx(Decimal("558996.32"), abs=Decimal("0.03"))


def test_other_editions_stand_beside(case: Case, run: CaseResult) -> None:
    rows = {one["edition"]: one for one in run.document["editions"]}
    assert rows["greenbook-2026"]["is_own"]
    own = {name: one["npv_gbp"]["point"] for name, one in run.document["perspectives"].items()}
    assert rows["greenbook-2026"]["npv_gbp"] == own
    assert all(one["npv_gbp"] for one in rows.values())
    same = under_edition(case, edition("greenbook-2026"))
    assert same.outcomes == case.outcomes
    health = replace(case, schedule="health")
    missing = [one for one in run_case(health, draws=8).document["editions"] if one["why"]]
    assert [one["edition"] for one in missing] == ["greenbook-2003"]


def test_the_register_has_every_number_with_rank_source_and_grade(run: CaseResult) -> None:
    rows = {one["key"]: one for one in run.document["register"]}
    assert {number.key for number in run.case.numbers} <= set(rows)
    ranks = [one["sensitivity_rank"] for one in rows.values() if one["sensitivity_rank"]]
    assert sorted(ranks) == list(range(1, len(ranks) + 1))
    assert rows[run.document["tornado"][0]["key"]]["sensitivity_rank"] == 1
    assert all(one["source"] for one in rows.values())
    ungraded = read_case_text(STARTER.replace("grade = {data = 5, effect = 5, age = 3}\n", ""))
    again = run_case(ungraded, draws=8).document["register"]
    assert {one["key"]: one["worst_grade"] for one in again}["outcome.wellbeing.benefit"] == 6


def test_draws_of_bodies_sum_to_the_exchequer(run: CaseResult) -> None:
    draws = run.npv_draws
    public = [name for name, one in run.case.bodies.items() if one.is_public]
    assert np.allclose(sum(draws[name] for name in public), draws["exchequer"], rtol=1e-12)
    assert len(draws["society"]) == DRAWS
    for name in run.perspectives:
        assert np.allclose(run.benefit_draws[name] - run.cost_draws[name], draws[name])


@pytest.mark.parametrize(
    ("keys", "code"),
    [({"draws": 0}, "bad_draws"), ({"perspective": "mars"}, "unknown_perspective")],
)
def test_what_cannot_be_run_is_refused(case: Case, keys: dict, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        run_case(case, **keys)
    assert [one.code for one in caught.value.problems] == [code]
