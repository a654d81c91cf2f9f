"""A table of unit costs: its checks, its file, and what a case gets when it names one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_unit_costs import cost

from counted import tried
from totalplace.cases.unit_costs import (
    CHECKS,
    UnitCost,
    check_unit_costs,
    find_unit_costs,
    flag_unit_costs,
    gather_unit_costs,
    in_prices,
    invented_unit_costs,
    read_unit_costs,
    table_of,
    unit_cost_of,
)
from totalplace.cases.unit_costs._years import deflators
from totalplace.errors import FileRefused, RequestError
from totalplace.model import load
from totalplace.reports import write_table

SUM = cost("a", 60, components="b c*2")
PARTS = (cost("b", 20.5), cost("c", 20))


def checks(*costs: UnitCost) -> list[tuple[str, str]]:
    return [(one.cost.code, one.check) for one in check_unit_costs(costs)]


def saved(path: Path, *costs: UnitCost) -> Path:
    write_table(table_of(costs), path)
    return path


def test_the_shipped_costs_pass_every_check_and_say_that_they_are_invented() -> None:
    costs = invented_unit_costs()
    assert check_unit_costs(costs) == []
    assert {one.source for one in costs} == {"invented for the fictional place of totalplace"}
    assert {one.value_class for one in costs} == {"fiscal", "economic", "social"}


@pytest.mark.parametrize(
    ("one", "check"),
    [
        (cost("a", -5), "negative"),
        (cost("a", 50, low_pence=6_000), "range_inverted"),
        (cost("a", 50, high_pence=4_000), "range_inverted"),
        (cost("a", 50, price_year="1914-15"), "no_deflator"),
        (cost("a", 99_532), "implausible"),
        (cost("a", 1), "implausible"),
        (cost("a", 4_632, heading="Home / community care"), "implausible"),
    ],
)
def test_each_check_flags_and_says_why(one: UnitCost, check: str) -> None:
    found = [flag for flag in check_unit_costs([one]) if flag.check == check]
    assert [flag.problem.what for flag in found] == [CHECKS[check]]
    assert "mine:a (fiscal)" in found[0].problem.where


def test_what_is_plausible_depends_on_unit_heading_and_year() -> None:
    assert checks(cost("a", 4_632)) == []
    assert checks(cost("a", 4_632, unit="PER  WEEK")) == []
    assert checks(cost("a", 4_632, unit="Per hour")) == [("a", "implausible")]
    # 9,000 of 2024-25 is within bounds of 10,000; of 1999-2000 it is worth 16,701
    assert checks(cost("a", 9_000, price_year="2024-25")) == []
    assert checks(cost("a", 9_000, price_year="1999-00")) == [("a", "implausible")]


@pytest.mark.parametrize(
    ("total", "is_right"),
    # 20.50 (to the penny) + 2 x 20 (whole pounds) = 60.50; 1p + 2 x 50p + 50p of the sum itself
    [(60, True), (62, True), (63, False), (59, True), (58, False)],
)
def test_a_sum_may_differ_by_what_was_rounded_and_no_more(total: float, is_right: bool) -> None:
    found = checks(cost("a", total, components="b c*2"), *PARTS)
    assert found == ([] if is_right else [("a", "sum_differs")])


def test_a_sum_says_what_it_added_up() -> None:
    (flag,) = check_unit_costs([cost("a", 90, components="b c*2"), *PARTS])
    assert flag.problem.why == "b + c = £20.50 + £40.00 = £60.50, not £90.00"


def test_components_of_other_years_are_brought_to_the_year_of_the_sum() -> None:
    late = cost("a", in_prices(4_000, "2009-10", "2013-14") / 100, components="b")
    assert checks(late, cost("b", 40, price_year="2009-10")) == []
    assert checks(late, cost("b", 40)) == [("a", "sum_differs")]


def test_a_sum_without_all_of_its_components_is_not_checked() -> None:
    assert checks(cost("a", 999, components="b nowhere"), *PARTS) == []
    other_class = cost("b", 20.5, value_class="social")
    assert checks(cost("a", 999, components="b"), other_class) == []


def test_flags_are_kept_in_the_table_once_each() -> None:
    wrong = cost("a", 99_532, flag="differs_from_reference")
    first = flag_unit_costs([wrong, cost("b", 40)], check_unit_costs([wrong]))
    assert [one.flag for one in first] == ["differs_from_reference implausible", None]
    assert flag_unit_costs(first, check_unit_costs(first)) == first


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    told = cost("c", 7, comment="=1+1 is no formula", low_pence=600, transfer="a benefit, all")
    costs = (SUM, *PARTS, told)
    assert read_unit_costs(saved(tmp_path / "mine.csv", *costs[:3])) == costs[:3]
    # a text that a spreadsheet would run is led by an apostrophe
    (again,) = read_unit_costs(saved(tmp_path / "told.csv", told))
    assert again.comment == "'=1+1 is no formula"
    assert (again.low_pence, again.transfer) == (600, "a benefit, all")


def test_a_table_with_faulty_cells_tells_them_all(tmp_path: Path) -> None:
    path = saved(tmp_path / "mine.csv", *PARTS)
    text = path.read_text("utf-8-sig").replace("2050", "20.50").replace("fiscal", "financial", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        read_unit_costs(path)
    assert [one.where.partition("row ")[2] for one in refused.value.problems] == [
        "2, column class",
        "2, column value_pence",
    ]


def test_a_file_that_is_no_table_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(RequestError, match="cannot be read"):
            read_unit_costs(path)
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RequestError, match="cannot be read"):
        read_unit_costs(tmp_path / "bytes.csv")


def test_a_case_gets_the_one_that_it_names(tmp_path: Path) -> None:
    costs = gather_unit_costs({"ours": saved(tmp_path / "ours.csv", *PARTS)})
    assert unit_cost_of(costs, "ours:b").value_pence == 2_050
    assert unit_cost_of(costs, "invented:reconviction", value_class="social").unit == "Per event"


@pytest.mark.parametrize(
    ("reference", "value_class", "code", "why"),
    [
        ("ours:bb", "fiscal", "unknown_unit_cost", "the nearest are ours:b"),
        ("ours:SS1.0", "fiscal", "unknown_unit_cost", "nothing like it is in ours"),
        (
            "gmca:SS1.0",
            "fiscal",
            "unknown_unit_cost",
            "there are: invented, ours",
        ),
        ("b", "fiscal", "unknown_unit_cost", "no table 'b'"),
        ("ours:b", "social", "no_such_class", "it has: fiscal"),
        ("ours:wrong", "fiscal", "flagged_unit_cost", CHECKS["implausible"]),
    ],
)
def test_a_case_never_gets_another_than_it_names(
    tmp_path: Path, reference: str, value_class: str, code: str, why: str
) -> None:
    wrong = cost("wrong", 99_532)
    costs = gather_unit_costs({"ours": saved(tmp_path / "ours.csv", *PARTS, wrong)})
    with pytest.raises(RequestError) as refused:
        unit_cost_of(costs, reference, value_class=value_class, where="a.toml:7")
    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == (code, "a.toml:7")
    assert why in problem.why


def test_a_flagged_cost_is_taken_once_somebody_says_why(tmp_path: Path) -> None:
    wrong = cost("dear", 99_532, accepted="Ann Lee: the source says so, p.3")
    costs = gather_unit_costs({"ours": saved(tmp_path / "ours.csv", wrong)})
    assert unit_cost_of(costs, "ours:dear").flag == "implausible"


def test_every_problem_of_every_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as refused:
        gather_unit_costs({"invented": tmp_path / "a.csv", "ours": tmp_path / "b.csv"})
    assert [one.code for one in refused.value.problems] == ["repeated_book", "cannot_read"]


def test_finding_by_words() -> None:
    costs = (cost("a", 9, description="A home"), cost("b", 9, agency="Home Office"))
    assert [one.code for one in find_unit_costs(costs, "HOME")] == ["a", "b"]
    assert [one.code for one in find_unit_costs(costs[::-1], "home")] == ["a", "b"]
    assert find_unit_costs(costs, "home away") == ()
    assert find_unit_costs(costs, " ") == ()


def test_prices_of_an_unknown_year_are_told() -> None:
    with pytest.raises(RequestError, match="the series lacks 1914-15"):
        cost("a", 9).pence_in("1914-15")


@tried(200)
@given(
    st.integers(0, 10**12),
    st.sampled_from(sorted(deflators())),
    st.sampled_from(sorted(deflators())),
)
def test_prices_go_there_and_back_to_the_penny(pence: int, year: str, of: str) -> None:
    there = in_prices(pence, year, of)
    # half a penny there is worth at most this much here
    slack = 1 + deflators()[year] / deflators()[of] / 2
    assert abs(in_prices(there, of, year) - pence) <= slack


def test_bounds_are_ordered_and_every_sum_has_components() -> None:
    bounds = load("unit_cost_bound").to_pylist()
    assert all(0 <= one["low_pence"] < one["high_pence"] for one in bounds)
    assert all(one["price_year"] in deflators() for one in bounds)
    assert all(one["unit"] == one["unit"].lower() for one in bounds)
    for one in load("unit_cost_sum").to_pylist():
        assert one["components"].split()
        assert one["code"] not in one["components"].split()
