"""The whole Unit Cost Database imports; an independent reading of its raw XML agrees.

The workbook is read here a second time without any part of the product or of a library for
workbooks: sheets, shared texts and cells straight from the XML.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from totalplace.cases.unit_costs import (
    Imported,
    check_unit_costs,
    find_unit_costs,
    gather_unit_costs,
    import_json,
    import_workbook,
    read_unit_costs,
    table_of,
    unit_cost_of,
)
from totalplace.errors import RequestError
from totalplace.model import load
from totalplace.reports import write_table

DATA = Path(
    os.environ.get("TOTALPLACE_REAL_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)
FOLDER = DATA / "unit_costs"
BOOK = FOLDER / "src" / "gmca-raw" / "unit-cost-database.xlsx"
COPY = FOLDER / "parameters" / "uk" / "gmca-unit-costs-full.json"
pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the real data folder is absent"),
]

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Cells = dict[str, str]

WRONG_ALONE = {
    *(f"E&S{number}.0" for number in range(5, 14)),
    *("HE2.0.3", "SS7.1", "SS7.1.3", "SS8.0", "SS11.2", "SS11.9", "SS12.2"),
}
"""What is wrong in the copy and shows without the workbook."""

WRONG_BESIDE = {"SS7.0", "SS8.0.1", "SS11.0", "SS11.1", "SS12.0", "SS12.1"}
"""What is wrong and looks plausible: it shows only beside the workbook."""


@cache
def raw_rows() -> dict[str, dict[int, Cells]]:
    """Sheet -> row -> column letters -> text, from the XML alone."""
    with zipfile.ZipFile(BOOK) as archive:

        def tree(name: str) -> ElementTree.Element:
            return ElementTree.fromstring(archive.read(name))

        shared = [
            "".join(part.text or "" for part in item.iter(f"{MAIN}t"))
            for item in tree("xl/sharedStrings.xml").findall(f"{MAIN}si")
        ]
        targets = {
            one.attrib["Id"]: one.attrib["Target"] for one in tree("xl/_rels/workbook.xml.rels")
        }
        found: dict[str, dict[int, Cells]] = {}
        for sheet in tree("xl/workbook.xml").iter(f"{MAIN}sheet"):
            (target,) = (
                targets[text] for name, text in sheet.attrib.items() if name.endswith("}id")
            )
            rows: dict[int, Cells] = {}
            for row in tree(f"xl/{target}").iter(f"{MAIN}row"):
                cells: Cells = {}
                for cell in row:
                    value = cell.find(f"{MAIN}v")
                    if value is None or not value.text:
                        continue
                    is_shared = cell.get("t") == "s"
                    text = shared[int(value.text)] if is_shared else value.text
                    if text.strip():
                        cells[re.sub(r"\d", "", cell.attrib["r"])] = text
                rows[int(row.attrib["r"])] = cells
            found[sheet.attrib["name"]] = rows
    return found


def raw_lines() -> Iterator[tuple[str, int, Cells]]:
    """The lines with a code: column C below the two rows of the header."""
    for sheet, rows in raw_rows().items():
        if "Cost code" in rows.get(1, {}).values():
            yield from (
                (sheet, number, row) for number, row in rows.items() if number > 2 and "C" in row
            )


def pence_of(text: str) -> int:
    """Half to even, of the 15 digits that a spreadsheet shows: 682.775 is kept as 682.77499..."""
    return round(Decimal(f"{float(text):.15g}") * 100)


@pytest.fixture(scope="module")
def book() -> Imported:
    return import_workbook(BOOK)


@pytest.fixture(scope="module")
def saved(book: Imported, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("costs") / "gmca.csv"
    write_table(table_of(book.costs), path)
    return path


def test_the_count_by_sheet_agrees_with_the_raw_xml(book: Imported) -> None:
    assert book.by_sheet == dict(Counter(sheet for sheet, *_ in raw_lines()))
    assert book.by_sheet == {
        "Crime": 184,
        "Education & Skills": 35,
        "Employment & Economy": 75,
        "Fire": 15,
        "Health": 201,
        "Housing": 36,
        "Social Services": 137,
    }
    print(f"\n{sum(book.by_sheet.values())} lines, {len(book.costs)} values: {book.by_sheet}")


def test_every_value_agrees_with_the_raw_xml(book: Imported) -> None:
    columns = {"fiscal": ("H", "I"), "economic": ("K", "L"), "social": ("N", "O")}
    raw = {
        (row["C"].strip(), kind): (
            pence_of(row[value]),
            row[year].strip().replace("/", "-"),
            f"{sheet}!{value}{number}",
        )
        for sheet, number, row in raw_lines()
        for kind, (value, year) in columns.items()
        if value in row
    }
    assert {
        (one.code, one.value_class): (one.value_pence, one.price_year, one.stands_at)
        for one in book.costs
    } == raw
    assert len(raw) == 779


def test_every_row_passes_and_what_could_not_be_checked_is_told(book: Imported) -> None:
    assert book.flags == ()
    # a line of crime with a value and an empty code; so one sum lacks a component
    assert [(one.code, one.where) for one in book.left_out] == [("no_code", "Crime row 58")]
    assert [(one.code, one.where) for one in book.unchecked] == [
        ("component_missing", "gmca:CR8.0 (fiscal)")
    ]


def test_every_declared_sum_but_one_adds_up(book: Imported) -> None:
    assert book.sums_checked == load("unit_cost_sum").num_rows - 1 == 61


def test_our_deflation_gives_the_publishers_inflated_values(book: Imported) -> None:
    raw = sum(
        column in row and value in row
        for _, _, row in raw_lines()
        for value, column in (("H", "J"), ("K", "M"), ("N", "P"))
    )
    # one value is 0, which the workbook does not inflate
    assert book.updated_checked == raw == 778


def test_benefits_and_taxes_are_told_by_the_notes(book: Imported) -> None:
    told = {one.code for one in book.costs if one.transfer}
    assert told == {
        *("E&S5.0", "E&S6.0", "E&S7.0", "E&S8.0", "E&S9.0", "E&S10.0", "E&S11.0", "E&S12.0"),
        *("E&S13.0", "E&E1.0", "E&E2.0", "E&E3.0"),
    }


@pytest.mark.parametrize(
    ("code", "pounds", "year", "unit"),
    [
        ("SS1.0", "51080.00", "2013-14", "Per year"),
        ("SS1.1", "29580.00", "2010-11", "Per year"),
        ("SS1.3", "196024.00", "2010-11", "Per year"),
        ("SS4.1", "25000.00", "2005-06", "Each"),
        ("SS7.1.3", "663.33", "2013-14", "Per week"),
        ("SS11.2", "24.67", "2013-14", "Per hour"),
        ("SS12.2", "28.00", "2013-14", "Per session"),
    ],
)
def test_figures_that_a_right_import_lands_on(
    book: Imported, code: str, pounds: str, year: str, unit: str
) -> None:
    one = unit_cost_of(book.costs, f"gmca:{code}")
    assert (one.value_pence, one.price_year, one.unit) == (
        int(Decimal(pounds) * 100),
        year,
        unit,
    )


def test_the_table_is_read_as_it_was_written(book: Imported, saved: Path) -> None:
    read = read_unit_costs(saved)
    told = [(one.code, one.value_class, one.value_pence, one.components) for one in read]
    assert told == [
        (one.code, one.value_class, one.value_pence, one.components) for one in book.costs
    ]
    assert check_unit_costs(read) == []
    costs = gather_unit_costs({"gmca": saved})
    assert unit_cost_of(costs, "gmca:SS1.0").pence_in("2024-25") == 6_994_032
    assert find_unit_costs(costs, "child taken into care average")[0].code == "SS1.0"
    with pytest.raises(RequestError, match=r"gmca:SS1\.0"):
        unit_cost_of(costs, "gmca:SS1.O")


def test_the_wrong_rows_of_the_copy_are_flagged(saved: Path) -> None:
    alone = import_json(COPY)
    assert sum(alone.by_sheet.values()) == len(alone.costs) == 674
    assert {one.cost.code for one in alone.flags if one.check == "implausible"} == WRONG_ALONE
    assert {one.cost.code for one in alone.flags if one.check == "sum_differs"} == {
        *("HE2.0", "SS7.1", "SS8.0")
    }
    for code, pounds in (("SS7.1.3", "£99,532"), ("SS11.2", "£3,732"), ("SS12.2", "£4,232")):
        (flag,) = (one for one in alone.flags if one.cost.code == code)
        assert pounds in flag.problem.why
        with pytest.raises(RequestError, match="failed a check"):
            unit_cost_of(alone.costs, f"gmca:{code}")


def test_beside_the_workbook_every_wrong_row_of_the_copy_is_flagged(saved: Path) -> None:
    there = read_unit_costs(saved)
    beside = import_json(COPY, against=there)
    differs = {one.cost.code for one in beside.flags if one.check == "differs_from_reference"}
    assert differs == WRONG_ALONE | WRONG_BESIDE
    assert not [one for one in beside.flags if one.check == "other_price_year"]
    # an independent list of what differs
    values = {(one.code): one.value_pence for one in there if one.value_class == "fiscal"}
    assert differs == {one.code for one in beside.costs if one.value_pence != values[one.code]}
    assert (beside.compared, len(beside.only_there)) == (674, 105)
