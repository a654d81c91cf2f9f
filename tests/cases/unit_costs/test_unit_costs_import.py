"""The workbook's form is read line by line; whatever is wrong with a line is told, not mended."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import made_unit_costs as made
import pytest

from totalplace.cases.unit_costs import Imported, import_json, import_workbook
from totalplace.cases.unit_costs._workbook import import_sheets
from totalplace.errors import FileRefused

FILE = Path("made.xlsx")


def take(*sheets: Any, **facts: Any) -> Imported:
    return import_sheets([made.FRONT, *(sheets or [made.sheet()]), made.LOOKUPS], FILE, **facts)


def flagged(found: Imported) -> list[tuple[str, str]]:
    return [(one.cost.code, one.check) for one in found.flags]


def test_a_row_is_a_line_with_a_code() -> None:
    found = take()
    assert found.by_sheet == {"Homes": 3}
    first = found.costs[0]
    assert (first.reference, first.value_class) == ("gmca:Z1.0", "fiscal")
    assert (first.value_pence, first.price_year, first.unit) == (15_000, "2010-11", "Per year")
    assert first.description == "A place in all"
    assert (first.agency, first.agency_detail, first.rag) == ("Local Authority", None, "G")
    assert first.stands_at == "Homes!H3"
    assert first.source == "A made-up study, p.3; in New Economy, Unit Cost Database v9.9"
    assert (flagged(found), found.left_out, found.updated_checked) == ([], (), 3)


def test_each_class_is_a_row_of_its_own() -> None:
    row = list(made.cells(*made.ROWS[1]))
    row[10:16] = ["7", "2011/12", "", "9.5", "2012/13", ""]
    sheet = made.sheet([])
    found = take(replace(sheet, rows={**sheet.rows, 3: tuple(row)}))
    assert [(one.value_class, one.value_pence, one.price_year) for one in found.costs] == [
        ("fiscal", 10_000, "2010-11"),
        ("economic", 700, "2011-12"),
        ("social", 950, "2012-13"),
    ]
    assert found.by_sheet == {"Homes": 1}


def test_a_cell_that_shows_an_error_is_told_and_not_passed_over() -> None:
    found = take(replace(made.sheet(), lost={(3, 7): "#REF!", (4, 8): "#N/A"}))
    assert [(one.code, one.why) for one in found.left_out] == [
        ("not_money", "'#REF!'"),
        ("no_price_year", "the year is '#N/A'"),
    ]


@pytest.mark.parametrize("amount", ["1e30", "1e99999", "1e999999999", "-1e30"])
def test_a_value_beyond_all_costs_is_left_out(tmp_path: Path, amount: str) -> None:
    entry = f'{{"code": "Z1", "cost_gbp": {amount}, "source_detail": "2010/11"}}'
    file = tmp_path / "copy.json"
    file.write_text(f'{{"categories": {{"a": {{"entries": [{entry}]}}}}}}', "utf-8")
    assert [one.code for one in import_json(file).left_out] == ["not_money"]
    row = list(made.cells(*made.ROWS[0]))
    row[9] = amount
    sheet = made.sheet([])
    updated = take(replace(sheet, rows={**sheet.rows, 3: tuple(row)}))
    assert flagged(updated) == [("Z1.0", "updated_differs")]


def test_an_exponent_that_no_number_has_is_no_json_copy(tmp_path: Path) -> None:
    file = tmp_path / "copy.json"
    file.write_text('{"categories": {"a": [1e99999999999999999999]}}', "utf-8")
    with pytest.raises(FileRefused, match="no JSON copy"):
        import_json(file)


def test_a_note_on_a_transfer_is_kept_as_one_and_any_other_in_the_comment() -> None:
    notes = {(3, 7): "Exclude it: it is a transfer payment.", (4, 7): "Look twice."}
    first, second, third = take(made.sheet(notes=notes)).costs
    assert first.transfer == "Exclude it: it is a transfer payment."
    assert (second.transfer, second.comment) == (None, "Only for tests. Look twice.")
    assert (third.transfer, third.comment) == (None, "Only for tests.")


@pytest.mark.parametrize(
    ("row", "code", "why"),
    [
        (("", "Something", "Each", "5", "2010/11", ""), "no_code", "'Something': 5"),
        (("Z9", "Something", "Each", "5", "", ""), "no_price_year", "the year is empty"),
        (("Z9", "Something", "Each", "5", "2010/12", ""), "no_price_year", "'2010/12'"),
        (("Z9", "Something", "Each", "about 5", "2010/11", ""), "not_money", "'about 5'"),
        (("Z9", "", "Each", "5", "2010/11", ""), "not_said", "no description"),
        (("Z9", "Something", "", "5", "2010/11", ""), "not_said", "no unit"),
        (made.ROWS[0], "repeated", "Z1.0 stands at Homes row 3 too"),
    ],
)
def test_what_is_no_unit_cost_is_left_out_and_told(
    row: tuple[str, ...], code: str, why: str
) -> None:
    found = take(made.sheet([*made.ROWS, row]))
    (problem,) = found.left_out
    assert (problem.code, len(found.costs)) == (code, 3)
    assert "Homes" in problem.where
    assert why in problem.why


def test_lists_below_the_costs_are_no_costs() -> None:
    sheet = made.sheet()
    rows = {**sheet.rows, 9: ("Do not delete rows", *[""] * 7, "2015/16", *[""] * 8, "R")}
    assert take(replace(sheet, rows=rows)).left_out == ()


def test_an_inflated_value_that_does_not_follow_is_flagged() -> None:
    wrong = ("Z2.0", "A place", "Per year", "150", "2010/11", "173.39")
    found = take(made.sheet([*made.ROWS, wrong]))
    assert flagged(found) == [("Z2.0", "updated_differs")]
    assert "£163.39 in 2015-16" in found.flags[0].problem.why
    assert found.costs[3].flag == "updated_differs"
    assert not found.costs[3].is_usable
    unread = ("Z2.0", "A place", "Per year", "150", "2010/11", "#REF!")
    assert flagged(take(made.sheet([unread]))) == [("Z2.0", "updated_differs")]


def test_without_the_year_of_the_inflated_values_they_are_not_looked_at() -> None:
    assert import_sheets([made.sheet()], FILE).updated_checked == 0


def test_a_value_that_no_cost_of_its_unit_can_have_is_flagged() -> None:
    found = take(made.sheet([("Z3.0", "A visit", "Per hour", "3732", "2013/14", "")]))
    assert flagged(found) == [("Z3.0", "implausible")]
    assert "expected £5.00 to £500.00" in found.flags[0].problem.why


def test_a_unit_of_which_nobody_knows_the_bounds_is_told() -> None:
    found = take(made.sheet([("Z3.0", "A wheel", "Per wheel", "1000000", "2013/14", "")]))
    assert flagged(found) == []
    assert [(one.code, one.where) for one in found.unchecked] == [("no_bounds", "unit 'Per wheel'")]


def test_every_value_that_differs_from_another_table_is_flagged() -> None:
    there = take(book="gmca").costs
    # the way in which the copy went wrong: plausible, and still not the value
    here = take(
        made.sheet([*made.ROWS[:2], ("Z1.0.2", "Food", "Per year", "75", "2011/12", "")]),
        against=[*there, replace(there[0], code="Z7.0")],
    )
    assert flagged(here) == [
        ("Z1.0.2", "differs_from_reference"),
        ("Z1.0.2", "other_price_year"),
    ]
    assert here.flags[0].problem.why == "£75.00 here, £50.00 there (Homes!H5)"
    assert (here.compared, here.only_there) == (3, ("gmca:Z7.0 (fiscal)",))


@pytest.mark.parametrize(
    ("top", "below", "why"),
    [
        ((*made.TOP[:7], "Money", *made.TOP[8:]), made.BELOW, "values found of economic, social"),
        (made.TOP, (*made.BELOW[:8], "When", *made.BELOW[9:]), "values found of economic"),
    ],
)
def test_a_sheet_with_other_columns_is_refused_not_skipped(
    top: tuple[str, ...], below: tuple[str, ...], why: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        take(made.sheet(), made.sheet(name="Other", top=top, below=below))
    (problem,) = refused.value.problems
    assert problem.code == "unknown_columns"
    assert "sheet Other" in problem.where
    assert why in problem.why


def test_a_workbook_without_unit_costs_is_refused() -> None:
    with pytest.raises(FileRefused, match="the workbook holds no unit costs"):
        import_sheets([made.FRONT, made.LOOKUPS], FILE)


@pytest.mark.slow
def test_the_workbook_itself(tmp_path: Path) -> None:
    hidden = replace(
        made.sheet([("Z5.0", "Late", "Each", "8", "2010/11", "")], name="Two"), is_hidden=True
    )
    note = made.sheet(notes={(4, 7): "It is a transfer payment."})
    path = made.write(tmp_path / "made.xlsx", [made.FRONT, note, hidden, made.LOOKUPS])
    found = import_workbook(path)
    in_memory = take(note, hidden)
    assert found == in_memory
    assert found.by_sheet == {"Homes": 3, "Two": 1}
    assert found.costs[1].transfer == "It is a transfer payment."


def document(*entries: Any) -> dict[str, Any]:
    return {"source": "A copy", "categories": {"homes": {"sheet": "Homes", "entries": entries}}}


def entry(code: str, pounds: Any, **facts: Any) -> dict[str, Any]:
    told = {
        "code": code,
        "detail": "PLACES",
        "description": "A place",
        "unit": "Per week",
        "cost_gbp": pounds,
        "agency": "NHS",
        "agency_detail": None,
        "source_detail": "2013/14",
        "notes": '=IF(H3>0,1,"")',
    }
    return told | facts


def write(path: Path, what: Any) -> Path:
    path.write_text(what if isinstance(what, str) else json.dumps(what), encoding="utf-8")
    return path


def test_the_json_copy(tmp_path: Path) -> None:
    path = write(
        tmp_path / "copy.json",
        document(
            entry("Z1.0", 663.33),
            entry("Z1.1", 99532.0),
            entry("Z1.2", 0.0),
            entry("Z1.3", None),
            entry("Z1.4", 5, source_detail=None),
        ),
    )
    found = import_json(path)
    assert found.by_sheet == {"Homes": 5}
    assert [(one.code, one.value_pence) for one in found.costs] == [
        ("Z1.0", 66_333),
        ("Z1.1", 9_953_200),
        ("Z1.2", 0),
    ]
    assert (found.costs[0].agency, found.costs[0].rag) == ("NHS", None)
    assert found.costs[0].source == "A copy, JSON copy"
    assert [(one.code, one.where) for one in found.left_out] == [
        ("not_money", "Z1.3, homes entry 4"),
        ("no_price_year", "Z1.4, homes entry 5"),
    ]
    # nothing is free a week either
    assert flagged(found) == [("Z1.1", "implausible"), ("Z1.2", "implausible")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "it is no JSON"),
        pytest.param("[" * 100_000, "it is no JSON", id="deep"),
        ("[]", "it has no object `categories`"),
        ({"categories": {"homes": {}}}, "category 'homes' has no list `entries`"),
        (document({"unit": "Each"}), "homes entry 1 has no `code`"),
        (document("Z1.0"), "homes entry 1 has no `code`"),
    ],
)
def test_json_of_another_form_is_refused(tmp_path: Path, text: Any, why: str) -> None:
    with pytest.raises(FileRefused) as refused:
        import_json(write(tmp_path / "copy.json", text))
    assert why in refused.value.problems[0].why


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="No such file"):
        import_json(tmp_path / "copy.json")
    with pytest.raises(FileRefused, match="No such file"):
        import_workbook(tmp_path / "made.xlsx")
