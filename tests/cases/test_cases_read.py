"""Reading a case: every problem at once with line and fix; and what a reviewer asks."""

from __future__ import annotations

import csv
import re
from functools import partial
from importlib import resources
from pathlib import Path

import pytest
from scipy import stats

import tiny_place
import totalplace
from totalplace.cases import Body, Case, read_case, read_case_text, run_case
from totalplace.errors import RequestError

STARTER = (resources.files("totalplace.cases") / "data" / "starter.toml").read_text("utf-8")
GOOD = """\
case.id = "one"
case.title = "One"
case.edition = "greenbook-2026"
case.price_base = "2024-25"
case.base_year = 2024
case.horizon = 10
body = {council = {tier = "local"}, dfe = {tier = "national"}}

[[activity]]
id = "do"
cost = {value = 5, unit = "GBP m/year", price_year = "2024-25"}
years = [0, 2]
payer = {council = 1.0}
grade = {data = 1, effect = 1, age = 1}
source = "s"
owner = "o"
reviewed = 2026-11-01

[[outcome]]
id = "care"
cohort = {value = 300, unit = "children"}
takeup = 0.6
baseline = {value = 0.1, unit = "per child per year"}
effect = {value = 0.15, as = "relative"}
counterfactual = "comparison group"
lag = 2
dropoff = 0.15
unit_cost = {value = 60000, unit = "GBP per child per year", price_year = "2023-24"}
split = {council = 0.9, dfe = 0.1}
class = "fiscal"
cashable = {share = 0.5, block = 8, release_lag = 1}
grade = {data = 1, effect = 1, age = 1}
source = "s"
owner = "o"
reviewed = 2026-11-01
"""


def problems(text: str, **more: object) -> list[tuple[str, int]]:
    """Codes of all problems and the lines that they name."""
    with pytest.raises(RequestError) as caught:
        read_case_text(text, **more)
    found = []
    for one in caught.value.problems:
        assert one.what
        assert one.why
        assert one.fix
        line = re.search(r":(\d+)", one.where)
        assert line, one.where
        found.append((one.code, int(line[1])))
    return found


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def codes(case: Case) -> set[str]:
    return {one.code for one in case.warnings}


def test_a_good_case_has_only_the_question_of_its_edition() -> None:
    assert codes(read_case_text(GOOD)) == {"unverified_edition"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('case.id = "one"\n', "", "missing_id"),
        ("cost = {value = 5, ", "cost = {", "missing_value"),
        ('unit = "GBP m/year", ', "", "missing_unit"),
        (', price_year = "2024-25"}\nyears', "}\nyears", "missing_price_year"),
        ("payer = {council = 1.0}\n", "", "missing_payer"),
        ("split = {council = 0.9, dfe = 0.1}\n", "", "missing_split"),
        ('source = "s"\nowner = "o"\n', 'owner = "o"\n', "missing_source"),
        ("dfe = 0.1}", "dfe = 0.2}", "split_not_one"),
        ("dfe = 0.1}", "dwp = 0.1}", "unknown_body"),
        ("dfe = 0.1}", "dfe = -0.1}", "bad_share"),
        ('price_year = "2023-24"', 'price_year = "1066-67"', "no_deflator"),
        (', as = "relative"', "", "relative_or_points"),
        ("effect = {value = 0.15,", 'effect = {value = 15, unit = "%",', None),
        ("effect = {value = 0.15,", "effect = {value = 15,", "out_of_bounds"),
        ("takeup = 0.6", "takeup = -0.6", "out_of_bounds"),
        ("horizon = 10", "horizon = 1", "horizon_before_lag"),
        ("horizon = 10", "horizon = 1", "after_horizon"),
        ("unit_cost = {", 'unit_cost = {code = "gmca:SS1.0"} #', "unknown_unit_cost"),
        ("takeup = 0.6", "takeup = {low = 0.7, mode = 0.6, high = 0.9}", "bad_range"),
        ("takeup = 0.6", 'takeup = {dist = "beta"}', "missing_range"),
        ("takeup = 0.6", 'takeup = {values = [0.1, 0.9], weights = [1]}', "bad_range"),
        ("takeup = 0.6", 'takeup = "most"', "wrong_type"),
        ("takeup = 0.6", "take_up = 0.6", "unknown_key"),
        ("lag = 2", "lag = -2", "out_of_range"),
        ("lag = 2", "lag = 2\nprofile = 'flat'", "benefit_and_chain"),
        ('unit = "children"', 'unit = "children/year"', "cohort_and_intake"),
        ("lag = 2", "lag = 2\nintake = [0, 3]", "cohort_and_intake"),
        ("lag = 2", "lag = 2\npersistence = [1, 0.5]", "bad_persistence"),
        ("lag = 2", 'lag = 2\ndisplacement = "some"', "unknown_level"),
        ("lag = 2", 'lag = 2\ndisplacement = "low"', None),
        ("block = 8", "block = 0", "bad_block"),
        ("lag = 2", "lag = 2\nweight = 1.9", "weight_of_money"),
        ('class = "fiscal"', 'class = "fiskal"', "unknown_value"),
        ("greenbook-2026", "greenbook-1066", "unknown_edition"),
        ('price_base = "2024-25"', 'price_base = "2024"', "no_deflator"),
        ("grade = {data = 1, effect = 1", "grade = {data = 9, effect = 1", "out_of_range"),
        ("years = [0, 2]", "years = [2, 0]", "bad_years"),
        ("years = [0, 2]", "years = 3", "wrong_type"),
        ("years = [0, 2]", "years = [0, 2]\nprofile = [1, 2]", "bad_profile"),
        ('unit = "GBP m/year"', 'unit = "children"', "not_money"),
        ('unit = "GBP m/year"', 'unit = "GBP per child"', "wrong_unit"),
        ("cost = {value = 5", "cost = {value = -5", "out_of_bounds"),
        ("cost = {value = 5", "cost = {value = nan", "wrong_type"),
        ("cost = {value = 5", "cost = {value = 1e300", "too_large"),
        ("takeup = 0.6", "takeup = {values = [0.1, 1e300]}", "bad_range"),
        ("horizon = 10", 'horizon = 10\ncase.schedule = "slow"', "unknown_schedule"),
        ("horizon = 10", 'horizon = 10\ncase.perspective = "mars"', "unknown_perspective"),
        ("horizon = 10", 'horizon = 10\ncase.preferred = "mars"', "unknown_option"),
        ("lag = 2", 'lag = 2\noptions = ["mars"]', "unknown_option"),
        ("body = {", "correlation = {effects = 1.5}\nbody = {", "bad_correlation"),
        ("council = {tier", "local = {tier = 'local'}, council = {tier", "reserved_body"),
        ('dfe = {tier = "national"}', 'dfe = {tier = "federal"}', "unknown_value"),
        ("[[outcome]]\n", '[[outcome]]\nid = "care"\n[[outcome]]\n', "repeated_id"),
        ('as = "relative"', 'as = "percent"', "unknown_value"),
        ('as = "relative"', 'as = "Relative"', "unknown_value"),
        ("lag = 2", 'lag = 2\noptions = [["a"]]', "wrong_type"),
        ("horizon = 10", 'horizon = 10\ncase.schedule = ["a"]', "wrong_type"),
        ("horizon = 10", f"horizon = 10\ncase.seed = {2**63 - 1}", None),
        ("horizon = 10", f"horizon = 10\ncase.seed = {2**63}", "too_large"),
        ("horizon = 10", "horizon = 10\ncase.seed = -1", "out_of_range"),
        ("lag = 2", f"lag = 0x{'F' * 5_000}", "too_large"),
        ("lag = 2", f"lag = {'[' * 40}{']' * 40}", "too_large"),
        ("years = [0, 2]", "years = [0, 2]\nprofile = [1, inf, 1]", "bad_profile"),
        ("years = [0, 2]", "years = [0, 2]\nprofile = [1, 1e300, 1]", "bad_profile"),
        ("lag = 2", 'lag = 2\nrealised = {from = 2, values = [nan], source = "s"}',
         "bad_realised"),
        ("lag = 2", 'lag = 2\nrealised = {from = 2, values = [-1e16], source = "s"}',
         "bad_realised"),
        ("block = 8", "block = 5e-324", "bad_block"),
        ("takeup = 0.6", 'takeup = {dist = "beta", mean = 0.5, sd = 1e-200}', "bad_range"),
        ("takeup = 0.6", "takeup = {alpha = 5e-324, beta = 1}", "bad_range"),
        ("value = 300,", 'dist = "lognormal", mean = 1e-200, sd = 1,', "bad_range"),
        ("value = 300,", 'dist = "lognormal", mean = 1e15, sd = 1e15,', "bad_range"),
        ("takeup = 0.6", 'takeup = {dist = "fixed", low = 0.1, high = 0.2}', "missing_value"),
        # a stated value outside of its own range
        ("takeup = 0.6", 'takeup = {value = 0.9, low = 0.1, high = 0.2, meaning = "10-90"}',
         "bad_range"),
        ("takeup = 0.6", "takeup = {value = 0.9, low = 0.1, high = 0.2}", "bad_range"),
        ("takeup = 0.6", "takeup = {value = 0.9, values = [0.1, 0.2]}", "bad_range"),
        ("takeup = 0.6", "takeup = {value = 0.9, values = [0.1, 0.2], weights = [1, 1]}",
         "bad_range"),
        ("takeup = 0.6", 'takeup = {dist = "normal", value = 0.9, mean = 0.2, sd = 0.1}',
         "bad_range"),
        ("takeup = 0.6", "takeup = {value = 0.9, alpha = 20, beta = 80}", "bad_range"),
        ("takeup = 0.6", "takeup = {value = 0, alpha = 1, beta = 80}", None),
        # keys that would be dropped unseen
        ("takeup = 0.6", 'takeup = {dist = "normal", low = 0.1, high = 0.2, meaning = "min-max"}',
         "bad_range"),
        ("takeup = 0.6", 'takeup = {dist = "normal", low = 0.1, high = 0.2}', None),
        ("takeup = 0.6", "takeup = {value = 0.15, low = 0.1, high = 0.2, sd = 0.01}", "bad_range"),
        ("takeup = 0.6", "takeup = {low = 0.1, values = [0.1, 0.2]}", "bad_range"),
        ("takeup = 0.6", 'takeup = {dist = "beta", mean = 0.5, sd = 0.1, alpha = 2}', "bad_range"),
        # units that nothing multiplies by
        ('0.1, unit = "per child', '64, unit = "per 10,000 children', "unit_of_many"),
        ('300, unit = "children"', '3, unit = "thousand children"', "unit_of_many"),
        ('300, unit = "children"', '300, unit = "children aged 0-4, in 3 wards"', None),
        ("takeup = 0.6", 'takeup = {value = 0.5, unit = "out of 100"}', "unit_of_many"),
        ("{value = 0.15,", '{value = 15, unit = "percentage points",', "points_are_not_relative"),
        ('{value = 0.15, as = "relative"', '{value = 5, unit = "percentage points", as = "points"',
         None),
        ('case.title = "One"', 'case.title = "\\u001b[31mOne"', "control_characters"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, code: str | None) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    if code is None:
        assert read_case_text(text).id == "one"
        return
    found = problems(text)
    assert code in {one for one, _ in found}
    assert max(line for _, line in found) <= text.count("\n") + 1


@pytest.mark.parametrize(
    "put",
    ["profile = [1, {}, 1]", "persistence = [1, {}]", "realised = {{from = 2, values = [{}]}}"],
)
def test_a_whole_number_that_no_float_holds_is_told(put: str) -> None:
    old = "years = [0, 2]" if "profile" in put else "dropoff = 0.15"
    keep = f"{old}\n" if "profile" in put else ""
    text = GOOD.replace(old, keep + put.format("1" + "0" * 400), 1)
    assert [code for code, _ in problems(text)] == ["too_large"]


def test_what_is_no_number_is_told_once_and_in_words_of_the_file() -> None:
    with pytest.raises(RequestError) as caught:
        read_case_text(GOOD.replace("value = 300", "value = 2009-10-01"))
    assert [(one.code, one.why) for one in caught.value.problems] == [
        ("wrong_type", "found 2009-10-01")
    ]


def test_a_beta_distribution_by_its_mean_keeps_its_ends() -> None:
    text = GOOD.replace("value = 300,", 'dist = "beta", mean = 30, sd = 5, low = 20, high = 60,')
    cohort = read_case_text(text).outcomes[0].cohort
    assert cohort is not None
    assert cohort.spread is not None
    theirs = stats.beta(cohort.spread.alpha, cohort.spread.beta, 20, 40)
    assert (theirs.mean(), theirs.std()) == pytest.approx((30, 5))
    assert (cohort.spread.low, cohort.spread.high) == (20, 60)
    assert cohort.range_text == "beta, mean 30, sd 5, 20 to 60"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('dist = "normal", low = 200, high = 400,', "normal 200 to 400 (10-90)"),
        ("low = 200, high = 400,", "uniform 200 to 400 (min-max)"),
        ("value = 300, sd = 5,", "normal, mean 300, sd 5"),
    ],
)
def test_the_register_says_what_low_and_high_are(said: str, told: str) -> None:
    cohort = read_case_text(GOOD.replace("value = 300,", said)).outcomes[0].cohort
    assert cohort is not None
    assert cohort.range_text == told


def test_a_bad_case_gets_every_problem_at_once() -> None:
    text = GOOD.replace("dfe = 0.1", "dfe = 0.2").replace("takeup = 0.6", "takeup = -0.6")
    text = text.replace(', as = "relative"', "").replace("payer = {council", "payer = {counsil")
    text = text.replace(', price_year = "2024-25"}\nyears', "}\nyears")
    text = text.replace("unit_cost = {", 'unit_cost = "gmca:SS1.0" #')
    wanted = {
        "split_not_one": "split = {",
        "out_of_bounds": "takeup",
        "relative_or_points": "effect = {",
        "unknown_body": "payer = {",
        "missing_price_year": "cost = {",
        "unknown_unit_cost": "unit_cost",
    }
    found = dict(problems(text))
    assert found == {code: line_of(text, part) for code, part in wanted.items()}


def test_the_nearest_name_is_offered() -> None:
    with pytest.raises(RequestError) as caught:
        read_case_text(GOOD.replace("payer = {council", "payer = {counsil"))
    assert caught.value.problems[0].fix == "write council"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('owner = "o"\n', "", "no_owner"),
        ("reviewed = 2026-11-01\n", "", "no_review"),
        ('counterfactual = "comparison group"\n', "", "no_counterfactual"),
        ('"comparison group"', '"RCT"\ndeadweight = 0.2', "trial_with_deadweight"),
        ('price_year = "2023-24"', 'price_year = "2014-15"', "old_unit_cost"),
        ("grade = {data = 1, effect = 1, age = 1}", "grade = {data = 1}", "not_graded"),
        ('id = "do"', 'id = "do"\none_off = true', "one_off_in_annual_line"),
        ('id = "do"', 'id = "do"\ntitle = "Capital receipt of the site"', "one_off_in_annual_line"),
        ("takeup = 0.6\n", "", "no_takeup"),
        ("per child per year", "per child", "baseline_not_per_year"),
        ("GBP per child per year", "GBP per child per week", "different_periods"),
        ("GBP per child per year", "GBP per child/month", "different_periods"),
        ("GBP per child per year", "GBP per night in a bed", None),
        ('"per child per year"}\neffect', '"weeks per child per year"}\neffect', None),
        ("split = {council = 0.9, dfe = 0.1}", "split = {society = 1}", "fiscal_to_society"),
        ('class = "fiscal"\ncashable = {share = 0.5, block = 8, release_lag = 1}',
         'class = "social"', "value_to_a_body"),
        ('id = "care"\n', 'id = "care"\ntitle = "Less Universal Credit"\n', None),
        ("split = {council = 0.9, dfe = 0.1}\n",
         'split = {council = 1.0}\ntitle = "Housing benefits"\n', "national_saving_as_local"),
        ("effect = {value = 0.15,", 'effect = {dist = "normal", mean = 0.15, sd = 0.4,', "clipped"),
        ("lag = 2", "lag = 2\noptions = []", "in_no_option"),
        ("years = [0, 2]", 'years = [0, 2]\noptions = ["do-minimum"]', "option_without_cost"),
    ],
)  # fmt: skip
def test_what_a_reviewer_asks(old: str, new: str, code: str | None) -> None:
    assert old in GOOD
    found = codes(read_case_text(GOOD.replace(old, new, 1)))
    assert found - {"unverified_edition"} == (set() if code is None else {code})


def test_effects_on_one_event_that_would_be_added_are_asked_about() -> None:
    outcome = GOOD[GOOD.index("[[outcome]]") :]
    again = outcome.replace('id = "care"', 'id = "again"\nevent = "care"')
    assert "same_event_added" in codes(read_case_text(GOOD + again))
    both = (GOOD + again).replace("cohort = {value", 'cohort = {id = "all", value')
    assert "same_event_added" not in codes(read_case_text(both))
    parted = both[::-1].replace("003 = eulav", "004 = eulav", 1)[::-1]
    assert {one for one, _ in problems(parted)} == {"different_baselines"}


def test_the_starter_reads_without_a_question_of_its_own() -> None:
    case = read_case_text(STARTER)
    assert codes(case) == {"unverified_edition"}
    assert len(case.uncertain) >= 4


def test_rows_of_a_side_table_are_rows_of_the_case(tmp_path: Path) -> None:
    outcome = GOOD.index("[[outcome]]")
    text = 'table = {outcome = "more.csv"}\n' + GOOD[:outcome]
    header = (
        "id,benefit.value,benefit.unit,benefit.price_year,years,split.council,split.dfe,class,"
        "source,reviewed,benefit.low,benefit.high"
    )
    rows = [
        'a,2,GBP m,2024-25,"[1, 3]",0.5,0.5,fiscal,register,2026-11-01,1,3',
        'b,2,GBP m,2024-25,"[1, 3]",0.5,0.6,fiscal,register,,,',
        ",,,,,,,,,,,",
    ]
    (tmp_path / "more.csv").write_text("\n".join([header, rows[0]]) + "\n", "utf-8")
    (tmp_path / "case.toml").write_text(text, "utf-8")
    case = read_case(tmp_path / "case.toml")
    assert [(one.id, one.years, dict(one.split)) for one in case.outcomes] == [
        ("a", (1, 3), {"council": 0.5, "dfe": 0.5})
    ]
    assert case.outcomes[0].benefit is not None
    assert case.outcomes[0].benefit.spread is not None
    before = case.sha256
    (tmp_path / "more.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    with pytest.raises(RequestError) as caught:
        read_case(tmp_path / "case.toml")
    assert [one.code for one in caught.value.problems] == ["split_not_one"]
    assert f"{tmp_path / 'more.csv'}:3" in caught.value.problems[0].where
    (tmp_path / "more.csv").write_text("\n".join([header, rows[0], ""]) + "\n\n", "utf-8")
    assert read_case(tmp_path / "case.toml").sha256 != before


def test_values_of_a_file_are_an_empirical_distribution(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    # whatever else in the process made of csv's own limit
    request.addfinalizer(partial(csv.field_size_limit, csv.field_size_limit(10_000_000)))
    (tmp_path / "seen.csv").write_text("share\n0.5\n0.1\n0.3\n", "utf-8")
    text = GOOD.replace("takeup = 0.6", 'takeup = {csv = "seen.csv"}')
    case = read_case_text(text, folder=tmp_path)
    takeup = case.outcomes[0].takeup
    assert takeup is not None
    assert takeup.spread is not None
    assert takeup.spread.values == (0.1, 0.3, 0.5)
    assert takeup.value == pytest.approx(0.3)
    found = problems(text.replace("seen.csv", "unseen.csv"), folder=tmp_path)
    assert "bad_side_file" in {code for code, _ in found}
    for content in (
        "0.5\n" + "1" * 200_000, "0.5\nsome\n", "0.5\n\x00", "cost\n1,200\n", "id,cost\n1,2\n",
        "", "share\n", "0.5\n0.1_0", "0.5\n1e999\n", "0.5\nnan\n", "-inf\n0.5\n",
        "0.5\n0." + "1" * 200_000,
    ):  # fmt: skip
        (tmp_path / "seen.csv").write_text(content, "utf-8")
        assert "bad_side_file" in {code for code, _ in problems(text, folder=tmp_path)}


def test_the_hash_binds_every_file_that_was_opened_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "V3.CSV").write_text("0.5\n0.1\n", "utf-8")
    (tmp_path / "seen.csv").write_text("1\n3\n", "utf-8")
    (tmp_path / "more.csv").write_text(
        "id,benefit.csv,benefit.unit,benefit.price_year,years,split.council,class,source\n"
        'a,seen.csv,GBP m,2024-25,"[1, 3]",1.0,fiscal,register\n',
        "utf-8",
    )
    text = 'table = {outcome = "more.csv"}\n' + GOOD.replace(
        "takeup = 0.6", 'takeup = {csv = "V3.CSV"}'
    )
    (tmp_path / "notes.csv").write_text("of nobody", "utf-8")
    # any text may end like the name of a file
    text = text.replace('owner = "o"', f'owner = "{"x" * 5_000}.csv"', 1)
    text = text.replace('owner = "o"', 'owner = "notes.csv"', 1)

    def sha256() -> str:
        return read_case_text(text, folder=tmp_path).sha256

    before = sha256()
    (tmp_path / "notes.csv").write_text("of somebody", "utf-8")
    assert sha256() == before
    for name, content in (("V3.CSV", "0.5\n0.2\n"), ("seen.csv", "1\n4\n")):
        old = (tmp_path / name).read_text("utf-8")
        (tmp_path / name).write_text(content, "utf-8")
        assert sha256() != before
        (tmp_path / name).write_text(old, "utf-8")
    assert sha256() == before


def test_the_hash_of_a_case_alone_is_that_of_its_values() -> None:
    assert read_case_text(GOOD).sha256 == (
        "2cc9519604e39740ac982c3cef32d45db745187cd5090a682e4c919b7d3ba947"
    )


def test_a_number_keeps_its_grade_and_its_row_decides_the_bias() -> None:
    text = GOOD.replace('unit = "children"', 'unit = "children", grade = {data = 6}')
    rows = {one["key"]: one for one in run_case(read_case_text(text), draws=4).document["register"]}
    told = [(rows[key]["worst_grade"], rows[key]["bias_grade"]) for key in (
        "outcome.care.cohort", "outcome.care.effect", "outcome.care.split"
    )]  # fmt: skip
    assert told == [(6, 1), (1, 1), (1, 1)]


def test_unit_costs_come_from_the_invented_table_or_what_looks_them_up() -> None:
    text = GOOD.replace("unit_cost = {", 'unit_cost = "invented:care" #')
    number = read_case_text(text).outcomes[0].unit_cost
    assert number is not None
    assert "invented:care" in number.source
    given = {"value": 7, "unit": "GBP per go", "price_year": "2024-25"}
    asked: list[tuple[str, str]] = []

    def lookup(code: str, value_class: str) -> dict[str, object]:
        asked.append((code, value_class))
        return given

    case = read_case_text(text, unit_costs=lookup)
    assert asked == [("invented:care", "fiscal")]
    assert case.outcomes[0].unit_cost is not None
    assert case.outcomes[0].unit_cost.point == 7


@pytest.mark.slow
def test_bodies_of_a_place_may_be_named_and_no_others(tmp_path: Path) -> None:
    name = "tiny"
    totalplace.new_place(
        tmp_path / name,
        name="Tinyshire",
        areas=[tiny_place.AREA],
        year=tiny_place.YEAR,
        registers=tiny_place.write_registers(tmp_path),
        clock=tiny_place.clock,
    ).close()
    text = GOOD.replace("horizon = 10\n", f'horizon = 10\ncase.place = "{name}"\n')
    text = text.replace("council = 1.0", "eastwick-council = 1.0")
    text = text.replace('body = {council = {tier = "local"}, dfe = {tier = "national"}}\n', "")
    text = text.replace("council = 0.9, dfe = 0.1", "eastwick-council = 0.9, tiny-ministry = 0.1")
    case = read_case_text(text, folder=tmp_path)
    assert case.bodies["eastwick-council"] == Body("eastwick-council", "local", "Eastwick Council")
    assert case.bodies["tiny-ministry"].tier == "national"
    found = problems(text.replace("tiny-ministry", "somebody"), folder=tmp_path)
    assert {code for code, _ in found} == {"unknown_body"}
    found = problems(text.replace(f'place = "{name}"', 'place = "nowhere"'), folder=tmp_path)
    assert "unknown_body" in {code for code, _ in found}


def test_values_of_the_guidance_are_taken_when_they_are_named() -> None:
    text = GOOD.replace("unit_cost = {", 'unit_cost = "greenbook:wellby" #')
    text = text.replace('class = "fiscal"', 'class = "social"')
    text = text.replace("split = {council = 0.9, dfe = 0.1}", "split = {society = 1}")
    number = read_case_text(text).outcomes[0].unit_cost
    assert number is not None
    assert (number.value, number.price_year) == (13000, "2019-20")
    assert number.spread is not None
    assert [code for code, _ in problems(text.replace(":wellby", ":smile"))] == [
        "unknown_unit_cost"
    ]


def test_what_has_become_of_an_outcome_stands_beside_what_was_predicted() -> None:
    told = 'realised = {from = 2, values = [2.7, 1.0], source = "the register"}\n'
    rows = run_case(read_case_text(GOOD + told), draws=4).document["predicted"]
    assert [(one["year"], one["realised"]) for one in rows] == [(2, 2.7), (3, 1.0)]
    assert [one["predicted"] for one in rows] == pytest.approx([2.7, 2.7 * 0.85])
    assert rows[0]["share"] == pytest.approx(1)
    assert [code for code, _ in problems(GOOD + told.replace("from = 2", "from = 10"))] == [
        "bad_realised"
    ]
