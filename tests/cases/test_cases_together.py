"""What outcomes have in common, how far points reach, and what ends: never to the case's favour."""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest

from totalplace.cases import Case, read_case_text, run_case
from totalplace.cases._draws import Draws
from totalplace.cases._evaluate import evaluate
from totalplace.cases._flows import flows
from totalplace.cases._plan import Plan, plan_of
from totalplace.cases._sensitivity import switching, tornado
from totalplace.errors import RequestError

STARTER = (resources.files("totalplace.cases") / "data" / "starter.toml").read_text("utf-8")
DRAWS = 512
HEAD = """\
case = {id = "one", title = "One", edition = "greenbook-2026", price_base = "2024-25", \
base_year = 2024, horizon = 6}
body = {council = {tier = "local"}, police = {tier = "local"}}
"""
DO = """
[[activity]]
id = "do"
cost = {value = 100, unit = "GBP k", price_year = "2024-25"}
years = [0, 0]
payer = {council = 1.0}
source = "s"
"""
NOW = DO.replace('"do"', '"now"').replace("council", "police")
GAIN = """
[[outcome]]
id = "gain"
benefit = {value = 60, unit = "GBP k/year", price_year = "2024-25"}
years = [1, 4]
split = {council = 1.0}
class = "fiscal"
cashable = {share = 1.0}
source = "s"
"""
COHORT = 'cohort = {low = 200, mode = 300, high = 500, unit = "people", id = "all"}'


def chain(name: str, effect: str, *, baseline: str = "value = 0.1", more: str = "") -> str:
    return f"""
[[outcome]]
id = "{name}"
event = "stay"
{COHORT}
baseline = {{{baseline}, unit = "per person per year"}}
effect = {{{effect}}}
unit_cost = {{value = 900, unit = "GBP per stay", price_year = "2024-25"}}
split = {{council = 1.0}}
class = "fiscal"
source = "s"
{more}
"""


def kept(text: str) -> str:
    """The same rows, in business as usual too."""
    return text.replace(
        'source = "s"', 'options = ["preferred", "business-as-usual"]\nsource = "s"'
    )


def ended(text: str) -> str:
    """The same rows, in business as usual alone."""
    return text.replace('source = "s"', 'options = ["business-as-usual"]\nsource = "s"')


def read(*parts: str) -> Case:
    return read_case_text(HEAD + "".join(parts))


def drawn(case: Case) -> tuple[Plan, dict[str, np.ndarray]]:
    return plan_of(case), Draws(case, DRAWS, 1).values(case.correlation)


def codes(*parts: str) -> set[str]:
    with pytest.raises(RequestError) as caught:
        read(*parts)
    return {one.code for one in caught.value.problems}


WIDE = 'low = 0.0, mode = 0.05, high = 0.9, as = "points"'
RELATIVE = 'low = 0.1, mode = 0.2, high = 0.3, as = "relative"'


@pytest.mark.parametrize("shape", [(WIDE, RELATIVE), (WIDE, WIDE), (WIDE,)])
def test_points_take_off_no_more_than_there_is(shape: tuple[str, ...]) -> None:
    """In draws beyond the baseline nothing is left for the next effect, and nothing less."""
    case = read(DO, *(chain(f"o{at}", one) for at, one in enumerate(shape)))
    assert {"points_may_pass_baseline"} <= {one.code for one in case.warnings}
    plan, values = drawn(case)
    made = flows(plan, values, DRAWS)
    counts = [made.of(at)[0] / 900 for at, row in enumerate(plan.rows) if not row.is_cost]
    assert min(float(one.min()) for one in counts) >= 0
    there = values["outcome.o0.cohort"] * 0.1
    assert (sum(counts) <= there * (1 + 1e-12)).all()
    assert np.isclose(sum(counts), there).any()


@pytest.mark.parametrize(
    ("effect", "more", "is_told"),
    [
        ('value = 50, as = "points"', "", True),
        ('value = 0.11, as = "points"', "", True),
        ('value = 0.11, as = "points"', "takeup = 0.9", False),
        ('value = 0.11, as = "points"', "deadweight = 0.1", False),
        ('value = 0.1, as = "points"', "", False),
        ('value = -0.5, as = "points"', "", False),
        ('value = 0.9, as = "relative"', "", False),
    ],
)
def test_points_beyond_the_baseline_are_refused(effect: str, more: str, is_told: bool) -> None:
    rows = chain("o", effect, more=more)
    if is_told:
        assert codes(DO, rows) == {"points_beyond_baseline"}
    else:
        asked = {one.code for one in read(DO, rows).warnings}
        assert "points_may_pass_baseline" not in asked


@pytest.mark.parametrize("harm", ["points", "relative"])
def test_a_baseline_of_nothing_runs_and_harm_is_counted(harm: str) -> None:
    rows = [
        chain("o", f'value = -0.1, as = "{harm}"', baseline="value = 0"),
        chain("p", 'value = 0.3, as = "relative"', baseline="value = 0"),
    ]
    made = run_case(read(DO, *rows), draws=16, is_full=False)
    at = made.point.of("society")
    # (0.1 x 300 people x £900) a year, raised by 40%
    factors = plan_of(made.case).factors.sum()
    wanted = -0.1 * 300 * 900 * 1.4 * factors if harm == "points" else 0.0
    assert made.point.benefit[at, 0] == pytest.approx(wanted)


def test_what_ends_is_biased_the_other_way_round() -> None:
    """A cost that is saved is a benefit, and is lowered; a benefit that is lost is raised."""
    made = run_case(read(DO, ended(NOW), ended(GAIN)), draws=4, is_full=False)
    point = made.point
    police, council = point.of("police"), point.of("council")
    assert point.cost[police, 0] == pytest.approx(-100_000 * 0.6)
    assert point.cost[council, 0] == pytest.approx(100_000 * 1.4)
    assert point.benefit[council, 0] == pytest.approx(point.benefit_without_bias[council, 0] * 1.4)
    assert point.benefit[council, 0] < 0
    lost = next(one for one in made.trace if one.step == "optimism bias" and "gain" in one.item)
    assert "(1 + 0.4)" in lost.formula
    assert "ends" in lost.formula
    # and what can be cashed of it is lost with it
    assert point.cash[1, 0] == pytest.approx(-60_000 * 1.4)


def test_what_is_kept_cancels() -> None:
    own = DO, chain("a", RELATIVE)
    alone = run_case(read(*own), draws=4, is_full=False).point
    both = run_case(read(*own, kept(NOW), kept(GAIN)), draws=4, is_full=False).point
    assert np.array_equal(both.npv, alone.npv)
    assert np.array_equal(both.cost, alone.cost)


def test_what_is_kept_still_takes_its_share_of_an_event() -> None:
    """A programme that goes on leaves less for a new one: (0.3 of 1 - 0.2), not 0.3."""
    old = kept(chain("old", 'value = 0.2, as = "relative"'))
    new = chain("new", 'value = 0.3, as = "relative"')
    for rows in ((old, new), (new, old)):
        case = read(DO, *rows)
        point = evaluate(plan_of(case), {}, 1)
        at = point.of("society")
        wanted = 300 * 0.1 * 0.3 * 0.8 * 900 * 0.6 * plan_of(case).factors.sum()
        assert point.benefit[at, 0] == pytest.approx(wanted)


def test_the_same_people_are_drawn_once_and_told_once() -> None:
    base = "low = 0.05, mode = 0.1, high = 0.2"
    rows = (
        chain("a", RELATIVE, baseline=base),
        chain("b", RELATIVE, baseline=base),
        chain("c", RELATIVE, baseline=base).replace('"stay"', '"crime"'),
    )
    case = read(DO, *rows)
    _, values = drawn(case)
    assert values["outcome.a.cohort"] is values["outcome.b.cohort"] is values["outcome.c.cohort"]
    assert values["outcome.a.baseline"] is values["outcome.b.baseline"]
    assert not np.array_equal(values["outcome.a.baseline"], values["outcome.c.baseline"])
    document = run_case(case, draws=64).document
    told = {
        part: [one["key"] for one in rows if one["key"].endswith((".cohort", ".baseline"))]
        for part, rows in (
            ("tornado", document["tornado"]),
            ("switching", document["switching"]),
            ("information", document["information"]["numbers"]),
        )
    }
    once = {"outcome.a.cohort", "outcome.a.baseline", "outcome.c.baseline"}
    assert all(len(one) == 3 and set(one) == once for one in told.values()), told
    assert document["together"] == {
        "outcome.a.cohort": ["outcome.b.cohort", "outcome.c.cohort"],
        "outcome.a.baseline": ["outcome.b.baseline"],
    }
    ranks = {one["key"]: one["sensitivity_rank"] for one in document["register"]}
    assert ranks["outcome.a.cohort"] == ranks["outcome.b.cohort"] == ranks["outcome.c.cohort"]
    inputs = {key for row in document["trace"] for key in row["inputs"]}
    assert inputs == {one.key for one in case.numbers}


def test_the_tornado_moves_the_same_people_together() -> None:
    plan = plan_of(read(DO, chain("a", RELATIVE), chain("b", RELATIVE).replace("stay", "crime", 1)))
    bar = next(one for one in tornado(plan, "society") if one.number.key == "outcome.a.cohort")
    keys = ("outcome.a.cohort", "outcome.b.cohort")
    ends = evaluate(plan, {key: np.array([bar.low, bar.high]) for key in keys}, 2)
    assert [bar.npv_low, bar.npv_high] == pytest.approx(ends.npv[ends.of("society")].tolist())


def test_one_code_of_a_unit_cost_is_drawn_once() -> None:
    given = {"low": 700, "mode": 900, "high": 1500, "unit": "GBP per stay", "price_year": "2024-25"}
    rows = [chain(name, RELATIVE).replace('"stay"', f'"{name}"') for name in ("a", "b", "c")]
    stated = 'unit_cost = {value = 900, unit = "GBP per stay", price_year = "2024-25"}'
    own = 'unit_cost = {code = "x:1", low = 800, mode = 900, high = 950}'
    rows = [row.replace(stated, 'unit_cost = "x:1"') for row in rows[:2]] + [
        rows[2].replace(stated, own)
    ]
    text = HEAD + DO + "".join(rows)
    case = read_case_text(text, unit_costs=lambda *_: {"value": 900, "source": "s", **given})
    _, values = drawn(case)
    assert values["outcome.a.unit_cost"] is values["outcome.b.unit_cost"]
    assert values["outcome.a.unit_cost"].max() > values["outcome.c.unit_cost"].max()


@pytest.mark.parametrize(
    ("old", "new", "event", "code"),
    [
        ("mode = 300", "mode = 310", "stay", "different_baselines"),
        ("high = 500", "high = 510", "stay", "different_baselines"),
        ("value = 0.1,", "value = 0.1, low = 0.1, high = 0.2,", "stay", "different_baselines"),
        ("mode = 300", "mode = 310", "crime", "different_cohorts"),
        ("high = 500", "high = 510", "crime", "different_cohorts"),
        ("value = 0.1,", "value = 0.2,", "crime", ""),
        ("mode = 300", "mode = 300", "stay", ""),
    ],
)
def test_the_same_people_are_counted_once(old: str, new: str, event: str, code: str) -> None:
    other = chain("b", RELATIVE).replace(old, new).replace('"stay"', f'"{event}"')
    if code:
        assert codes(DO, chain("a", RELATIVE), other) == {code}
    else:
        assert len(read(DO, chain("a", RELATIVE), other).outcomes) == 2


@pytest.mark.parametrize(
    ("parts", "is_told"),
    [((DO, GAIN), True), ((DO, ended(GAIN)), False), ((ended(NOW), GAIN), False)],
)
def test_all_benefits_switch_only_beside_costs(parts: tuple[str, ...], is_told: bool) -> None:
    found = switching(plan_of(read(*parts)), "society")
    assert [one.value is not None for one in found[:2]] == [is_told, is_told]
    document = run_case(read(*parts), draws=8).document
    said = [one["key"] for one in document["would_have_to_be_true"] if "all " in one["key"]]
    assert len(said) == 2 * is_told


def test_nothing_turns_at_the_edge_of_what_a_number_can_be() -> None:
    """Without a cost each number of a chain that does harm leaves nothing where it is nothing.

    Only the effect could be on the other side of it.
    """
    free = DO.replace('source = "s"', 'options = []\nsource = "s"')
    case = read(free, chain("a", 'value = -0.2, as = "relative"'))
    found = switching(plan_of(case), "society")
    turns = {one.label: one.value for one in found if one.value is not None}
    assert turns == {"outcome.a.effect": 0}
    paid = switching(plan_of(read(DO, chain("a", RELATIVE))), "council")
    assert any(one.value is not None for one in paid)


def test_the_ends_of_a_negative_number_are_in_order() -> None:
    plan = plan_of(read(DO, chain("a", 'value = -0.2, as = "relative"')))
    bar = next(one for one in tornado(plan, "society") if one.number.key == "outcome.a.effect")
    assert (bar.low, bar.high) == pytest.approx((-0.22, -0.18))
    assert bar.npv_low < bar.npv_high


def test_a_ratio_has_no_percentiles_where_no_draw_costs_anything() -> None:
    free = DO.replace("value = 100,", "value = 100, values = [0, 100], weights = [1, 1e-9],")
    told = run_case(read(free, GAIN), draws=16).document["perspectives"]["council"]
    assert told["bcr"]["point"] > 0
    assert [told["bcr"][one] for one in ("p5", "p50", "p95")] == [None] * 3


def test_large_benefits_that_cancel_are_no_fault() -> None:
    """A trillion either way leaves rounding of more than a billionth of what is left."""
    big = "".join(
        GAIN.replace('"gain"', f'"g{at}"').replace("value = 60", f"value = {sign}{size}")
        for at, (sign, size) in enumerate(
            [("", 987654321.123456), ("-", 987654321.123454), ("", 123456789.7), ("-", 123456789.7)]
        )
    ).replace('class = "fiscal"', 'class = "fiscal"\ngrade = {data = 1, effect = 1, age = 1}')
    assert run_case(read(DO, big), draws=4, is_full=False).trace
