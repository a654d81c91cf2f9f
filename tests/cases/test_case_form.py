"""A case as a workbook to fill in: it says what the text says, and every problem has its cell."""

from __future__ import annotations

import random
import tomllib
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds_of_cases import cases, text

import totalplace
from counted import tried
from totalplace.cases import as_toml, case_values, cell_of, read_case, read_case_text
from totalplace.cases._cells import cell_value
from totalplace.cases._form import form_of
from totalplace.cases._form_read import _Form
from totalplace.errors import RequestError
from totalplace.sources import SheetTexts

STARTER = (resources.files("totalplace.cases") / "data" / "starter.toml").read_text("utf-8")


def laid_out(data: dict[str, Any]) -> dict[str, Any]:
    """A case through the cells of a form and back, without a file."""
    form = _Form("form")
    for sheet in form_of(data):
        rows = {}
        for number, row in enumerate(sheet.rows, start=2):
            cells = [cell_of(one[row.name]) if row.name in one else "" for one in sheet.things]
            rows[number] = [row.name, "what it is", *map(str, cells)]
        form.add(SheetTexts(sheet.name, False, rows))
    assert not form.problems
    return form.data


@tried(400, 40)
@given(cases())
def test_any_case_says_the_same_in_cells(made: dict) -> None:
    data = tomllib.loads(text(made))
    assert laid_out(data) == data


@given(
    st.one_of(
        st.text(),
        st.dates(),
        st.booleans(),
        st.integers(-9, 9),
        st.lists(st.text()),
        st.floats(allow_nan=False),
    )
)
def test_any_value_comes_back_from_its_cell(value: Any) -> None:
    told = cell_of(value)
    # a spreadsheet keeps 15 digits of a number
    kept = f"{told:.15g}" if isinstance(told, float) else told
    back = cell_value(kept.isoformat() if isinstance(kept, date) else str(kept).strip())
    assert back == value


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("form") / "homes.xlsx"
    totalplace.new_case(file)
    return file


def changed(form: Path, folder: Path, *cells: tuple[str, str, Any]) -> Path:
    """The form with other cells: sheet, cell, value."""
    book = openpyxl.load_workbook(form)
    for sheet, cell, value in cells:
        book[sheet][cell] = value
    file = folder / "homes.xlsx"
    book.save(file)
    return file


def cell_at(form: Path, sheet: str, key: str, column: str = "C") -> str:
    rows = openpyxl.load_workbook(form)[sheet].iter_rows(values_only=True)
    return f"{column}{[row[0] for row in rows].index(key) + 1}"


def test_the_form_is_the_same_case_and_the_same_run(form: Path, tmp_path: Path) -> None:
    again = tmp_path / "homes.toml"
    totalplace.new_case(again, form)
    assert tomllib.loads(again.read_text()) == tomllib.loads(STARTER)
    (tmp_path / "text.toml").write_text(STARTER)
    runs = {
        totalplace.run_case(file, draws=64).document["run_hash"]
        for file in (form, again, tmp_path / "text.toml")
    }
    assert len(runs) == 1


@pytest.mark.parametrize("example", ["three-themes", "small-savings", "gang-violence"])
def test_an_example_goes_through_a_form(example: str, tmp_path: Path) -> None:
    totalplace.write_example(example, tmp_path / "case.toml")
    totalplace.new_case(tmp_path / "case.xlsx", tmp_path / "case.toml")
    assert read_case(tmp_path / "case.xlsx").sha256 == read_case(tmp_path / "case.toml").sha256


def test_a_person_changes_a_number_adds_a_note_and_moves_a_row(form: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(form)
    sheet = book["Outcomes"]
    sheet["D" + cell_at(form, "Outcomes", "takeup")[1:]] = 0.5
    sheet.insert_rows(2, 3)
    sheet["A3"], sheet["C3"] = "# asked the service in May", "by telephone"
    book.create_sheet("Notes")["A1"] = "anything"
    file = tmp_path / "homes.xlsx"
    book.save(file)
    wanted = tomllib.loads(STARTER)
    wanted["outcome"][1]["takeup"] = 0.5
    assert case_values(file) == wanted
    assert as_toml(case_values(file))


def test_every_problem_has_its_cell(form: Path, tmp_path: Path) -> None:
    takeup = cell_at(form, "Outcomes", "takeup", "D")
    split = cell_at(form, "Outcomes", "split.council")
    title = cell_at(form, "Case", "case.title")
    file = changed(form, tmp_path, ("Outcomes", takeup, -0.6), ("Outcomes", split, 1.1),
                   ("Case", title, None))  # fmt: skip
    with pytest.raises(RequestError) as told:
        read_case(file)
    found = {one.code: one.where for one in told.value.problems}
    assert f"homes.xlsx, Outcomes!{takeup}" in found["out_of_bounds"]
    assert "homes.xlsx, Outcomes!C" in found["bad_share"]
    assert found["missing_title"].startswith(f"{file}")


def test_what_cannot_be_placed_is_told_at_once_and_nothing_is_lost(
    form: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(form)
    book.create_sheet("Outcome")["A1"] = "id"
    sheet = book["Outcomes"]
    end = sheet.max_row
    sheet[f"C{end + 1}"] = "a value without a key"
    sheet[f"A{end + 2}"], sheet[f"C{end + 2}"] = "lag", 2
    sheet["C" + cell_at(form, "Outcomes", "takeup")[1:]] = 0.6
    book["Case"]["D2"] = "a second case"
    book["Bodies"]["F3"] = "local"
    file = tmp_path / "homes.xlsx"
    book.save(file)
    with pytest.raises(RequestError) as told:
        read_case(file)
    codes = {one.code: one.where.partition(", ")[2] for one in told.value.problems}
    assert codes == {
        "unknown_sheet": "Outcome",
        "no_key": f"Outcomes!C{end + 1}",
        "key_twice": f"Outcomes!A{end + 2}",
        "bad_header": codes["bad_header"],
        "bad_cell": "Case!D2",
        "missing_id": "Bodies!F3",
    }
    assert codes["bad_header"].startswith("Outcomes!C")


def test_an_error_and_a_formula_without_a_result_are_no_empty_cells(
    form: Path, tmp_path: Path
) -> None:
    low, high = (cell_at(form, "Outcomes", f"takeup.{one}", "D") for one in ("low", "high"))
    file = changed(form, tmp_path, ("Outcomes", low, "=0.1+0.2"), ("Outcomes", high, "#N/A"))
    with pytest.raises(RequestError) as told:
        read_case(file)
    assert {(one.code, one.where.partition(", ")[2], one.why) for one in told.value.problems} == {
        ("bad_cell", f"Outcomes!{low}", "what stands there is a formula without a result"),
        ("bad_cell", f"Outcomes!{high}", "what stands there is #N/A"),
    }


def test_a_date_that_the_spreadsheet_made_is_told_as_one(form: Path, tmp_path: Path) -> None:
    cell = cell_at(form, "Activities", "cost.price_year")
    title = cell_at(form, "Case", "case.title")
    file = changed(form, tmp_path, ("Activities", cell, date(2009, 10, 1)), ("Case", title, 2024))
    with pytest.raises(RequestError) as told:
        read_case(file)
    found = {one.where.partition(", ")[2].partition(",")[0]: one for one in told.value.problems}
    made = found[f"Activities!{cell}"]
    assert made.why == "found 2009-10-01: the spreadsheet made a date of what was typed"
    assert made.fix == "format the cell as text, then type it again"
    assert found[f"Case!{title}"].fix == 'write a text, or put it in quotes: "2024"'


@pytest.mark.parametrize("name", ["2024", "true", "TRUE", "1e5", "2024-01-01"])
def test_the_id_of_a_body_may_look_like_something_else(name: str, tmp_path: Path) -> None:
    data = tomllib.loads(STARTER.replace("council = ", f'"{name}" = '))
    assert laid_out(data) == data
    assert read_case_text(as_toml(data)).bodies[name].tier == "local"


def test_every_digit_comes_back_from_a_workbook(tmp_path: Path) -> None:
    data = tomllib.loads(STARTER)
    data["outcome"][1]["takeup"] = 0.6666666666666666
    data["case"]["seed"] = 2**63 - 1
    (tmp_path / "a.toml").write_text(as_toml(data), "utf-8")
    totalplace.new_case(tmp_path / "a.xlsx", tmp_path / "a.toml")
    assert case_values(tmp_path / "a.xlsx") == data


@pytest.mark.parametrize("cell", ["1" * 5_000, "[" * 2_000, "0x" + "F" * 5_000, "1\ny = 2"])
def test_a_hostile_cell_is_a_text(cell: str) -> None:
    assert cell_value(cell) == cell


def test_a_key_of_a_thousand_dots_is_refused() -> None:
    form = _Form("form")
    rows = {2: ["a." * 900 + "a", "", "1"], 3: ["k" * 300, "", "1"], 4: ["id", "", "x"]}
    form.add(SheetTexts("Outcomes", False, rows))
    assert [(one.code, one.where) for one in form.problems] == [
        ("bad_header", "form, Outcomes!A2"),
        ("bad_header", "form, Outcomes!A3"),
    ]


@pytest.mark.slow
def test_a_form_of_more_text_than_people_write_is_refused(form: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(form)
    chance = random.Random(1)
    for column in range(3, 73):
        # nothing that packs too well: that is refused before
        book["Outcomes"].cell(2, column, chance.randbytes(16_000).hex())
    book.save(tmp_path / "large.xlsx")
    with pytest.raises(RequestError) as told:
        case_values(tmp_path / "large.xlsx")
    assert [one.code for one in told.value.problems] == ["too_much_text"]


def test_a_workbook_of_something_else_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Notes"  # type: ignore[union-attr]
    book.save(tmp_path / "other.xlsx")
    for name, content in (("no.xlsx", b"no workbook"), ("gone.xlsx", None)):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(RequestError):
            read_case(tmp_path / name)
    with pytest.raises(RequestError) as told:
        read_case(tmp_path / "other.xlsx")
    assert [one.code for one in told.value.problems] == ["no_form"]


def test_nothing_is_left_where_a_file_beside_is_missing(tmp_path: Path) -> None:
    totalplace.write_example("gang-violence", tmp_path / "case.toml")
    (tmp_path / "away").mkdir()
    with pytest.raises(RequestError):
        totalplace.new_case(tmp_path / "away" / "case.xlsx", tmp_path / "case.toml")
    assert not list((tmp_path / "away").iterdir())
