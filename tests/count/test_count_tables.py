"""What is made of the cube: totals, themes, the two views, funders, itemised payments, figures."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from northland import place

from totalplace.count._explain import _Share
from totalplace.count._figures import figure_table, find_figure
from totalplace.count._funders import flows, funder_cells
from totalplace.count._itemise import itemise
from totalplace.count._match import SEVERAL
from totalplace.count._net import CUBE_DIMENSIONS
from totalplace.count._published import compare, identifiable
from totalplace.count._reconcile import StatementRow, statement
from totalplace.count._schema import line_table
from totalplace.count._themes import theme_cells
from totalplace.count._totals import Cell, Total, grade_of, group, key_grade, measure_cells
from totalplace.count._trace import Flow, trace
from totalplace.engine import Engine
from totalplace.errors import RequestError

_CELL = {
    "measure": "gross",
    "tier": "local",
    "dataset": "return",
    "nature": "own",
    "cap_rev": "cur",
    "control": "local",
    "grade": "A",
    "derivation": "direct",
    "is_shared": False,
}


def cell(body_id: str, pence: int, **facts: Any) -> dict[str, Any]:
    full = dict.fromkeys(CUBE_DIMENSIONS) | _CELL | {"body_id": body_id, "pence": pence}
    return full | {"low_pence": pence, "high_pence": pence} | facts


def cube(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows))


def cells(*rows: dict[str, Any]) -> list[Cell]:
    return measure_cells(cube(*rows), {"gross": 1, "eliminated": -1}, shared_grade="E")


# --- totals ------------------------------------------------------------------------------------


def test_an_eliminated_cell_is_negative_and_its_range_turned_round() -> None:
    found = cells(
        cell("a", 100, low_pence=90, high_pence=120),
        cell("a", 30, low_pence=20, high_pence=35, measure="eliminated"),
        cell("a", 7, measure="funding"),
    )
    assert [(one.pence, one.low_pence, one.high_pence) for one in found] == [
        (100, 90, 120),
        (-30, -35, -20),
    ]
    [total] = group(found, [], [])
    assert (total.pence, total.low_pence, total.high_pence) == (70, 55, 100)


def test_a_shared_cell_takes_the_worse_grade_of_line_and_key() -> None:
    rows = (
        cell("a", 1, is_shared=True),
        cell("a", 2, grade="X", is_shared=True),
        cell("a", 3, grade=None),
    )
    found = measure_cells(cube(*rows), {"gross": 1}, shared_grade="D")
    assert [(one.values["grade"], one.values["line_grade"]) for one in found] == [
        ("D", "A"),
        ("X", "X"),
        ("A", None),
    ]
    assert (key_grade("people"), key_grade("beds")) == ("E", "D")


def test_totals_are_largest_first_and_ties_by_name() -> None:
    found = group(
        cells(cell("b", 5), cell("a", 5), cell("c", 9), cell("c", -1)),
        [lambda values: values["body_id"]],
        ["body"],
    )
    assert [(total.values["body"], total.pence) for total in found] == [
        ("c", 8),
        ("a", 5),
        ("b", 5),
    ]


def test_coverage_is_what_comes_from_returned_or_published_lines() -> None:
    [total] = group(cells(cell("a", 75), cell("b", 25, dataset="cra")), [], [])
    assert (total.known_pence, total.coverage_pct) == (75, 75.0)
    assert group(cells(cell("a", 5), cell("a", -5)), [], [])[0].coverage_pct is None


@pytest.mark.parametrize(
    ("by_grade", "grade"),
    [
        ({"A": 95, "E": 5}, "A"),  # 5% is not more than 5%
        ({"A": 94, "C": 6}, "C"),
        ({"A": 50, "E": -50}, "E"),  # an elimination weighs too
        ({"A": 40, "C": 40, "D": 20}, "D"),
        ({}, "A"),
    ],
)
def test_the_grade_of_a_total(by_grade: dict[str, int], grade: str) -> None:
    assert grade_of(Total({}, 0, 0, 0, by_grade, 0)) == grade


# --- themes ------------------------------------------------------------------------------------


def rule(theme: str, scheme: str, code: str, share: str, kind: str = "other") -> dict[str, Any]:
    return {
        "theme_id": theme,
        "scheme": scheme,
        "code": code,
        "share": Fraction(share),
        "kind": kind,
    }


def themes(found: list[Cell]) -> list[tuple[str, str, int]]:
    return [(one.values["theme"], one.values["theme_kind"], one.pence) for one in found]


def test_the_most_precise_code_decides_for_each_theme_apart() -> None:
    rules = [
        rule("young", "ro_line", "190", "1/10"),
        rule("young", "cofog", "09", "1/2"),
        rule("schools", "cofog", "09", "1"),
        rule("schools", "cofog", "09.1", "3/10"),
    ]
    school = cell("a", 100, class_scheme="ro_line", class_code="190", function="09.1.2")
    assert themes(theme_cells(cells(school), rules)) == [
        ("young", "other", 10),
        ("schools", "other", 30),
    ]
    college = cell("a", 100, class_scheme="ro_line", class_code="999", function="09.4")
    assert themes(theme_cells(cells(college), rules)) == [
        ("young", "other", 50),
        ("schools", "other", 100),
    ]
    assert theme_cells(cells(cell("a", 100)), rules) == []


def test_a_code_may_prevent_and_react_and_shares_are_rounded_half_even() -> None:
    rules = [
        rule("drugs", "cofog", "07", "1/2", "prevention"),
        rule("drugs", "cofog", "07", "1/4", "reaction"),
    ]
    odd = cell("a", -5, low_pence=-7, high_pence=-3, function="07")
    [prevention, reaction] = theme_cells(cells(odd), rules)
    assert (prevention.pence, prevention.low_pence, prevention.high_pence) == (-2, -4, -2)
    assert (reaction.values["theme_kind"], reaction.pence) == ("reaction", -1)


def test_a_places_own_rule_takes_the_place_of_a_shipped_one() -> None:
    rules = [rule("young", "cra_function", "9. Education", "1/10")]
    rules += [rule("young", "cra_function", "9.  EDUCATION", "1/5")]
    row = cell("a", 100, class_scheme="cra_function", class_code="9. education")
    assert themes(theme_cells(cells(row), rules)) == [("young", "other", 20)]


# --- the two views -----------------------------------------------------------------------------

NAMES = {"a": "Alder", "b": "Birch", "twin": "Birch", "c": "Cedar"}


def test_every_penny_between_net_and_funding_has_a_named_row() -> None:
    found = statement(
        cube(
            cell("a", 100),
            cell("b", 40),
            cell("c", 7),
            cell("nation", 50, dataset="cra", funder="Ministry"),
            cell("a", 30, measure="eliminated", counterparty_id="b", stream_id="s"),
            cell("b", 27, measure="received", counterparty_id="a", stream_id="s"),
            cell("a", 12, measure="financing", label="interest"),
            cell("a", 110, measure="funding", funder="Tax payers"),
            cell("b", 13, measure="funding", label="fees"),
            cell("a", 1, measure="funding"),
            cell("a", 999, measure="control"),
        ),
        NAMES,
    )
    assert found.net_pence == 100 + 40 + 7 + 50 - 30
    assert found.by_construction_pence == 50
    assert found.funding == {"Tax payers": 110, "Ministry": 50, "fees": 13, "external funding": 1}
    assert found.funder_view_pence == 174
    assert found.residual_pence == 167 - 174
    assert found.rows == (
        StatementRow("financing", "interest", -12),
        StatementRow("in_transit", "Alder -> Birch", -3),
        StatementRow("not_returned", "Cedar: funding not returned", 7),
        StatementRow("other", "Alder: its account does not close", 100 + 12 - 111),
    )
    assert found.closes
    assert found.other_pence == 1
    assert found.other_is_small


def test_two_bodies_of_one_name_do_not_hide_each_other() -> None:
    rows = [cell("b", 5), cell("b", 6, measure="funding")]
    rows += [cell("twin", 9), cell("twin", 2, measure="funding")]
    found = statement(cube(*rows), NAMES)
    assert found.closes
    assert found.other_pence == -1 + 7


def test_a_levy_of_several_payers_is_one_row() -> None:
    found = statement(
        cube(
            *(
                cell(body, 60, measure="eliminated", counterparty_id="c", stream_id="levy")
                for body in ("a", "b")
            ),
            cell("c", 118, measure="received", counterparty_id=SEVERAL, stream_id="levy"),
            # Another stream between the same bodies is a pair of its own.
            cell("a", 5, measure="eliminated", counterparty_id="c", stream_id="fee"),
        ),
        NAMES,
    )
    transit = {row.label: row.pence for row in found.rows if row.kind == "in_transit"}
    assert transit == {"several payers -> Cedar (levy)": -2, "Alder -> Cedar": -5}
    assert found.closes


def test_a_large_rest_is_not_small_and_a_dataset_can_stand_alone() -> None:
    rows = [
        cell("a", 100, dataset="return"),
        cell("a", 98, measure="funding", dataset="return"),
        cell("b", 50, dataset="spend"),
    ]
    alone = statement(cube(*rows), NAMES, datasets=frozenset({"return"}))
    assert (alone.net_pence, alone.funder_view_pence) == (100, 98)
    assert not alone.other_is_small
    assert StatementRow("not_returned", "Birch: funding not returned", 50) in (
        statement(cube(*rows), NAMES).rows
    )


def test_an_outturn_that_does_not_add_up_is_its_publishers_fault_and_named() -> None:
    rows = [cell("a", 100, dataset="ro"), cell("a", 98, measure="funding", dataset="ro")]
    outturn = statement(cube(*rows), NAMES)
    assert outturn.rows == (StatementRow("return_fault", "Alder: its return does not add up", 2),)
    assert outturn.closes
    assert outturn.other_pence == 0


# --- beside what was published -----------------------------------------------------------------


def test_a_count_stands_beside_what_was_published_of_the_same_place_and_year() -> None:
    rows = [
        cell("nation", 50, dataset="cra", funder="Ministry", derivation="apportioned"),
        cell("nation", 9, dataset="cra", funder="Ministry", derivation="direct"),
        cell("nation", 20, dataset="cra", measure="control"),
        cell("nation", 3, dataset="cra", measure="apart"),
        cell("a", 100),
    ]
    assert identifiable(rows) == 50 + 20 + 3  # a site stands apart as published
    published = {"source": "test", "label": "a label", "published_pence": 60, "year": "2017-18"}
    figures = [
        {**published, "claim_id": name, "measure": measure, "value": value, "areas": areas}
        for name, measure, value, areas in (
            ("net", "net", "", "B;A"),
            ("all", "identifiable", "", "A;B"),
            ("local", "control", "local", "A;B"),
            ("none", "control", "national", "A;B"),
            ("health", "funder", "Ministry", "A;B"),
            ("elsewhere", "net", "", "A"),
        )
    ]
    figures.append({**figures[0], "year": "2018-19"})
    found = compare(
        figures,
        areas=frozenset({"A", "B"}),
        year="2017-18",
        cube=rows,
        net_pence=159,
        control={"local": 70},
    )
    assert {one.claim_id: one.counted_pence for one in found} == {
        "net": 159,
        "all": 73,
        "local": 70,
        "none": 0,
        "health": 59,
    }
    assert found[0].difference_pence == 99


# --- funders -----------------------------------------------------------------------------------


def by_source(found: list[Cell]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in found:
        sums[one.values["source"]] = sums.get(one.values["source"], 0) + one.pence
    return sums


def test_the_regional_analysis_keeps_its_department_by_construction() -> None:
    rows = cube(cell("nation", 50, dataset="cra", funder="Ministry"), cell("c", 7))
    assert by_source(funder_cells(cells(*rows.to_pylist()), rows)) == {
        "Ministry (by construction)": 50,
        "funding not returned": 7,
    }


def test_ring_fenced_money_goes_to_its_own_lines_and_the_rest_in_proportion() -> None:
    rows = cube(
        cell("a", 40, control="ringfenced"),
        cell("a", 90, low_pence=60, high_pence=100),
        cell("a", 40, measure="funding", funder="Schools", control="ringfenced"),
        cell("a", 60, measure="funding", funder="Tax"),
        cell("a", 30, measure="funding", funder="Fees"),
        cell("a", -5, measure="funding", funder="Refunds"),
    )
    found = funder_cells(cells(*rows.to_pylist()), rows)
    assert by_source(found) == {"Schools": 40, "Tax": 60, "Fees": 30}
    [tax] = [one for one in found if one.values["source"] == "Tax"]
    assert (tax.low_pence, tax.high_pence) == (40, 67)


def test_a_ring_fenced_line_without_fenced_funding_takes_the_rest() -> None:
    rows = cube(
        cell("a", 40, control="national_rules"), cell("a", 60, measure="funding", funder="Tax")
    )
    assert by_source(funder_cells(cells(*rows.to_pylist()), rows)) == {"Tax": 40}


def test_all_funding_fenced_still_pays_for_the_other_lines() -> None:
    rows = cube(
        cell("a", 40), cell("a", 60, measure="funding", funder="Home", control="ringfenced")
    )
    assert by_source(funder_cells(cells(*rows.to_pylist()), rows)) == {"Home": 40}


def test_a_fenced_grant_of_a_counted_body_is_followed_to_where_it_comes_from() -> None:
    rows = cube(
        cell("ministry", 100, measure="funding", funder="Parliament"),
        cell("a", 100, measure="received", counterparty_id="ministry", control="ringfenced"),
        cell("a", 100, control="ringfenced"),
    )
    assert by_source(funder_cells(cells(*rows.to_pylist()), rows)) == {"Parliament": 100}


def test_what_was_passed_on_comes_from_its_payers_own_sources() -> None:
    rows = cube(
        cell("ministry", 10, measure="funding", funder="Parliament"),
        cell("ministry", 30, measure="funding", funder="Fees"),
        cell("ministry", 13, measure="funding", label="passed on"),
        cell("ministry", -1, measure="funding", label="passed on"),
        cell("stranger", 5, measure="funding", label="passed on"),
    )
    assert sorted((one.source, one.pence) for one in flows(rows) if one.payee == "ministry") == [
        ("Fees", 9),
        ("Fees", 30),
        ("Parliament", 3),
        ("Parliament", 10),
    ]
    # Of a body without any other funding nothing better is known.
    assert [one.source for one in flows(rows) if one.payee == "stranger"] == ["passed on"]
    assert flows(rows, fenced=True) == []


def test_a_levy_booked_in_one_sum_comes_from_those_who_paid_it() -> None:
    levy = {"stream_id": "levy", "counterparty_id": "w"}
    rows = cube(
        cell("a", 60, measure="eliminated", **levy),
        cell("b", 30, measure="eliminated", **levy),
        cell("b", -30, measure="eliminated", stream_id="fee", counterparty_id="w"),
        cell("w", 87, measure="received", stream_id="levy", counterparty_id=SEVERAL),
        cell("w", 4, measure="received", stream_id="fee", counterparty_id=SEVERAL),
        cell("w", 5, measure="received", counterparty_id="a"),
    )
    assert flows(rows) == [
        Flow("w", "a", 58, False),
        Flow("w", "b", 29, False),
        Flow("w", "several payers (fee)", 4, True),
        Flow("w", "a", 5, False),
    ]


def test_a_cycle_is_counted_once() -> None:
    """Council and health service pay each other (count.md, worked example 3)."""
    traced = trace(
        [
            Flow("council", "tax", 100, True),
            Flow("council", "health", 20, False),
            Flow("health", "vote", 200, True),
            Flow("health", "council", 30, False),
        ]
    )
    # 7,666.67 and 1,333.33: the council's own 90 is 76.67 council money.
    assert traced.sources_of("council", 9000) == {"tax": 7667, "vote": 1333}
    assert traced.cycles == (("council", "health"),)
    assert traced.unfunded == ()


def test_money_with_no_outside_end_is_an_end_for_those_it_reaches() -> None:
    traced = trace(
        [
            Flow("a", "b", 10, False),
            Flow("b", "a", 10, False),
            Flow("c", "a", 1, False),
            Flow("c", "tax", 3, True),
            Flow("c", "refunds", -9, True),
            Flow("d", "silent", 8, False),  # counted, but booked nothing itself
        ]
    )
    assert traced.unfunded == ("a", "b")
    assert traced.sources_of("c", 400) == {"a": 100, "tax": 300}
    assert traced.sources_of("d", 5) == {"silent": 5}
    assert traced.sources_of("a", 5) == {"funding not returned": 5}
    assert trace([]).shares == {}


# --- payments under a return -------------------------------------------------------------------


def spent(body_id: str, code: str | None, pence: int, **facts: Any) -> dict[str, Any]:
    line = {"dataset": "spend", "role": "itemised", "body_id": body_id, "amount_pence": pence}
    return line | {"source_id": "p", "class_code": code, "nature": "purchase"} | facts


def outturn(body_id: str, code: str, pence: int, **facts: Any) -> dict[str, Any]:
    line = {"dataset": "ro", "body_id": body_id, "class_code": code, "amount_pence": pence}
    return line | {"source_id": "r", "label": f"{code} service"} | facts


def test_payments_stand_under_their_return_lines(engine: Engine) -> None:
    lines = [
        outturn("a", "190", 100),
        outturn("a", "190", 20, control="ringfenced"),
        outturn("a", "290", 10),
        outturn("b", "590", 10),
        outturn("z", "190", 10),
        spent("a", "190", 70),
        spent("a", "190", -5),
        spent("a", "290", 36),
        spent("a", "590", 4),
        spent("a", "777", 3),
        spent("a", None, 8),
        spent("a", None, 9, nature="payroll"),
        spent("a", "190", 11, nature="agency"),
        spent("a", "190", 12, cap_rev="cap"),
        spent("a", "190", 999, year_offset=-1),
        spent("c", "190", 13),
        spent("z", "190", 999, role="headline"),
    ]
    rows = itemise(engine, engine.memory(line_table(lines)))
    assert [
        (row.body_id, row.code, row.label, row.control_pence, row.placed_pence, row.lines)
        for row in rows
    ] == [
        ("a", "190", "190 service", 120, 65, 2),
        ("a", "290", "290 service", 10, 36, 1),
        ("a", "590", "590", 0, 4, 1),
        ("a", "777", "777", 0, 3, 1),
        ("a", None, "not placed by any rule", 0, 8, 1),
        ("a", None, "payroll, not placed", 0, 9, 1),
        ("a", None, "set apart: agency", 0, 11, 1),
        ("a", None, "set apart: capital", 0, 12, 1),
        ("c", None, "no outturn to stand under", 0, 13, 1),
    ]
    assert [(row.not_itemised_pence, row.over_itemised_pence) for row in rows] == [
        (55, 0),
        (0, 26),
        (0, 4),
        (0, 3),
        *[(0, 0)] * 5,
    ]
    assert sum(row.placed_pence for row in rows) == sum(
        line["amount_pence"]
        for line in lines
        if line.get("role") == "itemised" and not line.get("year_offset")
    )


def test_without_payments_nothing_is_itemised(engine: Engine) -> None:
    assert itemise(engine, engine.memory(line_table([outturn("a", "190", 100)]))) == []


def test_lines_of_a_cell_share_it_to_the_penny() -> None:
    share = _Share(part_pence=10, whole_pence=30)
    ends = [0, 7, 3, 20, 30]  # lines of 7, -4, 17 and 10
    parts = [share.of_run(before, upto) for before, upto in itertools.pairwise(ends)]
    assert (parts, sum(parts)) == ([2, -1, 5, 4], 10)
    assert share.per_mille == 333
    # Lines that cancel have a share of nothing.
    nothing = _Share(part_pence=0, whole_pence=0)
    assert (nothing.of_run(0, 7), nothing.of_run(7, 0), nothing.per_mille) == (0, 0, 0)


# --- figures -----------------------------------------------------------------------------------


def test_a_figure_is_found_again_by_its_id(tmp_path: Path) -> None:
    folder = place(tmp_path / "place")
    request = {"year": "2017-18", "by": ["tier"], "at": 3}
    first = figure_table(request, [("aaaa", {}), ("bbbb", {"tier": "local"})])
    folder.write_derived("figure", "one", first)
    folder.write_derived("figure", "two", figure_table({"year": "2018-19"}, [("cccc", {})]))
    assert find_figure(folder, "bbbb") == (request, {"tier": "local"})
    assert find_figure(folder, "cccc") == ({"year": "2018-19", "by": []}, {})
    assert find_figure(folder, "aaaa") == (request | {"by": []}, {})
    with pytest.raises(RequestError) as error:
        find_figure(folder, "dddd")
    assert error.value.problems[0].code == "unknown_figure"
