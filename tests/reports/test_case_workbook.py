"""The workbook of a case: its formulas come to the run, in LibreOffice, and after inputs change."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from recalculated import SOFFICE, changed, named, recalculated, values_of

from totalplace.cases import CaseResult, read_case_text, run_case
from totalplace.errors import IdentityError
from totalplace.reports.cases import _workbook
from totalplace.reports.cases._workbook import case_workbook_bytes

KINDS = (Path(__file__).parent / "case_of_all_kinds.toml").read_text()
SHORT = KINDS.replace("horizon = 33", "horizon = 12").replace("years = [0, 33]", "years = [0, 12]")
"""The same case over fewer years, where the second band of discount rates does not matter."""
DRAWS = 50
CARE_UNIT_COST = (
    'unit_cost = {value = 52000, unit = "GBP per child per year", price_year = "2018-19", low'
)
SALE = 'class = "fiscal"\noptions = ["do-it"]\ncashable = {share = 0.9'
CHANGES: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "cohort, twice in the file": (
        {"outcome_care_cohort": 411},
        [('"families", value = 300', '"families", value = 411')],
    ),
    "baseline and intake that two share": (
        {"outcome_care_baseline": 9, "outcome_care_intake_first": 0, "outcome_care_intake_last": 3},
        [("baseline = {value = 12,", "baseline = {value = 9,"),
         ("intake = [1, 6]", "intake = [0, 3]")],
    ),
    "take-up": (
        {"outcome_care_takeup": 0.55, "outcome_benefits_takeup": 0.0},
        [("takeup = {low = 0.5, mode = 0.62,", "takeup = {low = 0.5, mode = 0.55,"),
         ("takeup = 0.4", "takeup = 0")],
    ),
    "relative effect, and what is taken off": (
        {"outcome_care_effect": 0.2, "outcome_care_deadweight": 0.3,
         "outcome_care_displacement": 0.0, "outcome_benefits_effect": 17},
        [("effect = {low = 0.05, mode = 0.15,", "effect = {low = 0.05, mode = 0.2,"),
         ("deadweight = 0.1", "deadweight = 0.3"), ("displacement = 0.05", "displacement = 0"),
         ("effect = {value = 12,", "effect = {value = 17,")],
    ),
    "effect in points, with others and alone": (
        {"outcome_care_again_effect": 0.013, "outcome_crime_effect": 0.004},
        [("effect = {value = 0.02,", "effect = {value = 0.013,"),
         ("effect = {value = 0.011,", "effect = {value = 0.004,")],
    ),
    "points made relative": (
        {"outcome_crime_as": "relative", "outcome_care_again_as": "relative"},
        [('low = 0.0, high = 0.02, as = "points"', 'low = 0.0, high = 0.02, as = "relative"'),
         ('low = 0.01, high = 0.03, as = "points"', 'low = 0.01, high = 0.03, as = "relative"')],
    ),
    "unit cost, its price year and the price base": (
        {"outcome_care_unit_cost": 61000, "price_base": "2021-22", "Inputs!PRICE": "2016-17"},
        [(CARE_UNIT_COST, CARE_UNIT_COST.replace("52000", "61000").replace("2018", "2016")
          .replace("-19", "-17")),
         ('price_base = "2024-25"', 'price_base = "2021-22"')],
    ),
    "split, kind of value and tier": (
        {"outcome_care_split_council": 0.5, "outcome_care_split_dwp": 0.45,
         "outcome_crime_class": "transfer", "outcome_sale_class": "social",
         "body_police_tier": "national"},
        [("split = {council = 0.8, dwp = 0.15,", "split = {council = 0.5, dwp = 0.45,"),
         ('class = "economic"', 'class = "transfer"'),
         (SALE, SALE.replace('"fiscal"', '"social"')),
         ('police = {tier = "local"', 'police = {tier = "national"')],
    ),
    "grades": (
        {"activity_team_grade_effect": 5, "outcome_care_grade_data": None,
         "outcome_wellbeing_grade_data": 2, "outcome_wellbeing_grade_effect": 2},
        [("grade = {data = 2, effect = 1, age = 1}", "grade = {data = 2, effect = 5, age = 1}"),
         ("grade = {data = 2, effect = 3, age = 2}\nsource = \"Invented\"\nowner",
          "grade = {effect = 3, age = 2}\nsource = \"Invented\"\nowner"),
         ("grade = {data = 5, effect = 5, age = 3}", "grade = {data = 2, effect = 2, age = 3}")],
    ),
    "lag, drop-off and how long it lasts": (
        {"outcome_care_lag": 4, "outcome_care_dropoff": 0.22, "outcome_crime_lasts": None,
         "outcome_benefits_dropoff": 1},
        [("lag = 1\ndropoff = {value = 0.15", "lag = 4\ndropoff = {value = 0.22"),
         ("lasts = 9\n", ""), ("dropoff = 0.3", "dropoff = 1")],
    ),
    "years, stated money and its profile": (
        {"activity_team_cost": 1.1, "activity_team_last_year": 9, "outcome_sale_profile": "flat",
         "outcome_sale_first_year": 2, "outcome_wellbeing_benefit": 450,
         "outcome_wellbeing_profile": "ramp", "Weights by year!C6": 0.4,
         "Weights by year!F6": 0.15},
        [("mode = 0.9,", "mode = 1.1,"), ("{value = 0.9,", "{value = 1.1,"),
         ("years = [0, 5]", "years = [0, 9]"),
         ('years = [4, 7]\nprofile = "ramp"', 'years = [2, 7]\nprofile = "flat"'),
         ("{value = 300, unit = \"GBP k/year\"", "{value = 450, unit = \"GBP k/year\""),
         ("years = [1, 12]\n", 'years = [1, 12]\nprofile = "ramp"\n'),
         ("profile = [0.15, 0.2, 0.25, 0.4]", "profile = [0.4, 0.2, 0.25, 0.15]")],
    ),
    "blocks, share and notice of what can be cashed": (
        {"outcome_care_block": 5, "outcome_care_release_lag": 0, "outcome_care_cashable": 0.8,
         "outcome_sale_release_lag": 0, "schedule": "health"},
        [("cashable = {share = 0.6, block = 8, release_lag = 2}",
          "cashable = {share = 0.8, block = 5, release_lag = 0}"),
         ("cashable = {share = 0.9, release_lag = 1}", "cashable = {share = 0.9}"),
         ("horizon = 33", 'schedule = "health"\nhorizon = 33')],
    ),
}  # fmt: skip


def run(text: str) -> CaseResult:
    return run_case(read_case_text(text), draws=DRAWS)


def edited(edits: list[tuple[str, str]]) -> str:
    text = KINDS
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def found() -> CaseResult:
    return run(SHORT)


@pytest.fixture(scope="module")
def content(found: CaseResult) -> bytes:
    return case_workbook_bytes(found, software="0")


@pytest.fixture(scope="module")
def long_content() -> bytes:
    return case_workbook_bytes(run(KINDS), software="0")


def cells(content: bytes, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes with the cell of the price year beside the unit cost, which has no name."""
    if "Inputs!PRICE" not in changes:
        return dict(changes)
    sheet, cell = named(openpyxl.load_workbook(io.BytesIO(content)), "outcome_care_unit_cost")
    year = f"{sheet}!E{cell[1:]}"
    return {year if name == "Inputs!PRICE" else name: one for name, one in changes.items()}


def rows_of(book: Any, result: CaseResult) -> dict[str, list[Any]]:
    """Perspective -> what its row on the sheet of perspectives says."""
    sheet = book["Perspectives"]
    return {
        view: [sheet.cell(5 + at, column).value for column in range(2, 12)]
        for at, view in enumerate(result.perspectives)
    }


def pence(value: float) -> int:
    return round(Decimal(value) * 100)


def agrees(book: Any, result: CaseResult) -> None:
    """Every figure of the deterministic case, to the penny."""
    for at, (view, row) in enumerate(rows_of(book, result).items()):
        told = result.document["perspectives"][view]
        cost, benefit, npv, ratio, payback, plain_cost, plain_benefit, plain = row[:8]
        for shown, text in (
            (cost, told["pv_cost_gbp"]), (benefit, told["pv_benefit_gbp"]),
            (npv, told["npv_gbp"]["point"]), (plain_cost, told["without_bias"]["pv_cost_gbp"]),
            (plain_benefit, told["without_bias"]["pv_benefit_gbp"]),
            (plain, told["without_bias"]["npv_gbp"]["point"]),
        ):  # fmt: skip
            assert pence(shown) == pence(Decimal(text)), (view, row)
        wanted = told["bcr"] and told["bcr"]["point"]
        assert ratio == ("n/a" if wanted is None else pytest.approx(wanted, rel=1e-9))
        year = told["payback_year"]
        never = "never" if Decimal(told["pv_cost_gbp"]) > 0 else "n/a"
        assert payback == (never if year is None or never == "n/a" else year), view
        assert at < 99
    pays = book["Who pays"]
    for at, told in enumerate(result.document["matrix"], start=5):
        shown = [pence(pays.cell(at, column).value) for column in (2, 3, 4)]
        assert shown == [pence(Decimal(told[f"{name}_gbp"])) for name in ("pays", "gains", "net")]
    bodies = book["By body"]
    cash = [row for row in bodies.iter_rows(min_row=5, values_only=True) if row[3] == "cash"]
    for number, row in enumerate(cash):
        for year in range(result.case.horizon + 1):
            amount = result.cube.cashable[number, year, 0]
            assert row[9 + year] == pytest.approx(amount, rel=1e-9, abs=1e-6)


def test_stored_results_are_those_of_the_run(found: CaseResult, content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    agrees(book, found)
    for row in rows_of(book, found).values():
        assert row[9] == 0
    holds = [row[3] for row in book["Checks"].iter_rows(min_row=5, values_only=True)]
    assert set(holds) == {"holds"}
    assert len(holds) > 10


def test_every_number_of_the_register_is_an_input_with_a_name(
    found: CaseResult, content: bytes
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Inputs"]
    head = [cell.value for cell in sheet[4]]
    rows = {
        row[0]: dict(zip(head, row, strict=False))
        for row in sheet.iter_rows(min_row=5, values_only=True)
        if row[1]
    }
    values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Inputs"]
    for told in found.document["register"]:
        if told["value"] is None or isinstance(told["value"], str):
            continue
        row = rows[told["key"]]
        name = told["key"].replace(".", "_").replace("-", "_")
        place, cell = named(book, name)
        assert (place, values[cell].value) == ("Inputs", told["value"])
        assert row["Unit"] == (told["unit"] or None)
        assert row["Source"] == told["source"]
        assert row["Price year"] == told["price_year"]
        assert row["Range"] == (told["range"] or None)
        assert row["Owner"] == told["owner"]
        assert (row["Reviewed"] and row["Reviewed"].date().isoformat()) == told["reviewed"]
        grade = told["grade"]
        assert [row[f"Grade: {one}"] for one in ("figures", "effect", "age")] == list(
            grade.values()
        )
    for item in found.case.items:
        shares = getattr(item, "payer", None) or item.split  # type: ignore[union-attr]
        kind = "payer" if hasattr(item, "payer") else "split"
        prefix = "activity" if kind == "payer" else "outcome"
        for body, share in shares.items():
            assert rows[f"{prefix}.{item.id}.{kind}.{body}"]["Value"] == share


POINTS = 'effect = {value = 0.02, low = 0.01, high = 0.03, as = "points"}'
AWKWARD = {
    "gone before it begins to fade": [("lag = 1\ndropoff = 0.3", "lag = 2\ndropoff = 1.0")],
    "harm where nothing happens": [
        ("baseline = {value = 12,", "baseline = {value = 0,"),
        (POINTS, 'effect = {value = -0.02, as = "points"}'),
    ],
    "all that there is": [(POINTS, 'effect = {value = 0.12, as = "points"}')],
    "what is kept": [
        ('options = ["do-it", "do-half"]', 'options = ["do-it", "do-half", "business-as-usual"]'),
        ('options = ["business-as-usual"]', 'options = ["do-it", "business-as-usual"]'),
    ],
    "benefits that end": [('options = ["do-it"]', 'options = ["business-as-usual"]')],
}  # fmt: skip


@pytest.mark.parametrize("edits", AWKWARD.values(), ids=AWKWARD)
def test_awkward_cases_come_to_the_run_too(edits: list[tuple[str, str]]) -> None:
    text = SHORT
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    made = run(text)
    content = case_workbook_bytes(made, software="0")
    agrees(openpyxl.load_workbook(io.BytesIO(content), data_only=True), made)


def test_the_same_people_are_entered_once() -> None:
    """The cohort of an outcome of another event follows that of the first that names it."""
    people = 'cohort = {id = "families", value = 300, unit = "families"}'
    text = SHORT.replace('cohort = {value = 300, unit = "families"}', people)
    assert people in text
    content = case_workbook_bytes(run(text), software="0")
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = {one: book[place][cell].value for one in ("care", "care_again", "homes", "crime")
             for place, cell in [named(book, f"outcome_{one}_cohort")]}  # fmt: skip
    assert (found["care"], found["crime"]) == (300, 900)
    assert found["care_again"] == found["homes"] == "=outcome_care_cohort"


def test_one_code_of_a_unit_cost_is_entered_once(tmp_path: Path) -> None:
    """What one is worth, and of which year, follows the first; LibreOffice changes both."""
    text = SHORT
    for line in SHORT.splitlines():
        if line.startswith("unit_cost = {value = 52000"):
            text = text.replace(line, 'unit_cost = "x:1"')
    assert text.count('"x:1"') == 2

    def result(value: int, year: str) -> CaseResult:
        unit = {"unit": "GBP per child per year", "price_year": year, "source": "A table"}
        case = read_case_text(text, unit_costs=lambda *_: {"value": value, **unit})
        return run_case(case, draws=DRAWS)

    first = result(52000, "2018-19")
    content = case_workbook_bytes(first, software="0")
    book = openpyxl.load_workbook(io.BytesIO(content))
    place, cell = named(book, "outcome_care_again_unit_cost")
    assert book[place][cell].value == "=outcome_care_unit_cost"
    assert book[place][f"E{cell[1:]}"].value.startswith("=")
    agrees(openpyxl.load_workbook(io.BytesIO(content), data_only=True), first)
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed")
    asked = {"outcome_care_unit_cost": 61000, "Inputs!PRICE": "2016-17"}
    made = changed(content, cells(content, asked))
    agrees(recalculated({"changed": made}, tmp_path)["changed"], result(61000, "2016-17"))


def test_the_same_run_gives_the_same_bytes(found: CaseResult, content: bytes) -> None:
    assert case_workbook_bytes(found, software="0") == content


def test_no_text_is_a_formula_and_names_are_such_as_a_spreadsheet_can_have() -> None:
    text = SHORT.replace('title = "A team"', "title = '=1+1'").replace(
        'source = "Invented"\nowner', "source = '@SUM(1)'\nowner"
    )
    long = "a-very-long-name-of-an-outcome-that-no-sheet-can-have"
    for old, new in (("wellbeing", f"{long}-1"), ("homes", f"{long}-2"), ("crime", "[x]:*?/'")):
        text = text.replace(f'id = "{old}"', f'id = "{new}"')
    book = openpyxl.load_workbook(io.BytesIO(case_workbook_bytes(run(text), software="0")))
    assert len({one.casefold() for one in book.sheetnames}) == len(book.sheetnames)
    assert max(len(one) for one in book.sheetnames) <= 31
    for one in book.defined_names:
        assert one.isidentifier(), one
    shown = {
        str(cell.value): cell.data_type
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if "1+1" in str(cell.value) or "@SUM" in str(cell.value)
    }
    assert set(shown.values()) == {"s"}
    assert any(one.endswith("=1+1") for one in shown)


def test_a_workbook_that_differs_from_the_run_is_not_written(
    found: CaseResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = _workbook.perspectives

    def other(*given: Any) -> Any:
        told = true(*given)
        return {**told, "society": told["council"]}

    monkeypatch.setattr(_workbook, "perspectives", other)
    with pytest.raises(IdentityError) as caught:
        case_workbook_bytes(found, software="0")
    assert caught.value.problems[0].code == "workbook_differs"


ALL_BUT = "points made relative"
"""All other changes are made together in the quick test, since points have to stay points there."""


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_comes_to_the_same_and_to_our_rerun(
    long_content: bytes, tmp_path: Path
) -> None:
    content, found = long_content, run(KINDS)
    kept = [one for name, one in CHANGES.items() if name != ALL_BUT]
    changes = {cell: value for one, _ in kept for cell, value in one.items()}
    made = recalculated(
        {"same": content, "changed": changed(content, cells(content, changes))}, tmp_path
    )
    stored = values_of(openpyxl.load_workbook(io.BytesIO(content), data_only=True))
    again = values_of(made["same"])
    assert len(stored) > 5_000
    for where, value in stored.items():
        if isinstance(value, int | float):
            assert again[where] == pytest.approx(value, rel=1e-9, abs=1e-9), where
        else:
            assert again[where] == value, where
    agrees(made["same"], found)
    agrees(made["changed"], run(edited([edit for _, edits in kept for edit in edits])))


@pytest.mark.long
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_each_kind_of_input_recalculates_to_our_rerun(long_content: bytes, tmp_path: Path) -> None:
    content, found = long_content, run(KINDS)
    books = {
        name: changed(content, cells(content, changes)) for name, (changes, _) in CHANGES.items()
    }
    made = recalculated(books, tmp_path)
    before = {
        view: told["npv_gbp"]["point"] for view, told in found.document["perspectives"].items()
    }
    for name, (_, edits) in CHANGES.items():
        rerun = run(edited(edits))
        agrees(made[name], rerun)
        moved = rows_of(made[name], rerun)
        assert any(pence(row[2]) != pence(Decimal(before[view])) for view, row in moved.items())
