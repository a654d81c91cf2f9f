"""All cells of a workbook, and the notes on them, by way of the sandboxed worker."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from totalplace.errors import FileRefused
from totalplace.sources import read_sheets
from totalplace.sources._lost_values import lost_values
from totalplace.sources._notes import cell_notes


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "a book.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        first = made.add_worksheet("First & only")
        first.write("B2", "text")
        first.write("C2", 663.3333333333334)
        first.write_formula("A4", "=1+1", None, 2)
        first.write_comment("C2", "Look\ntwice", {"author": "Ann"})
        first.write_comment("AB30", "on an empty row")
        made.add_worksheet("Empty")
        hidden = made.add_worksheet("Hidden")
        hidden.write("A1", True)
        hidden.hide()
    return path


@pytest.mark.slow
def test_cells_notes_and_hidden_sheets(book: Path) -> None:
    first, empty, hidden = read_sheets(book)
    assert (first.name, first.is_hidden) == ("First & only", False)
    # numbers of rows are those that a person sees, above the first filled row too
    assert {number: list(cells) for number, cells in first.rows.items()} == {
        2: ["", "text", "663.333333333333"],
        4: ["2", "", ""],
    }
    assert first.notes == {(2, 2): "Look twice"}
    assert (empty.name, dict(empty.rows)) == ("Empty", {})
    assert hidden.is_hidden


def test_notes_stand_by_sheet_and_cell(book: Path) -> None:
    assert cell_notes(book, where="a") == {
        "First & only": {(2, 2): "Look twice", (30, 27): "on an empty row"},
        "Empty": {},
        "Hidden": {},
    }


def rewritten(book: Path, target: Path, name: str, content: bytes) -> Path:
    """The workbook with one part exchanged."""
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(target, "w") as new:
        for one in old.namelist():
            new.writestr(one, content if one == name else old.read(one))
    return target


@pytest.mark.parametrize(
    "content",
    [
        b"<comments",
        b'<!DOCTYPE c [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><comments>&b;</comments>',
        b'<!DOCTYPE c SYSTEM "file:///etc/passwd"><comments/>',
    ],
)
def test_a_hostile_part_of_notes_is_refused(book: Path, tmp_path: Path, content: bytes) -> None:
    bad = rewritten(book, tmp_path / "bad.xlsx", "xl/comments1.xml", content)
    with pytest.raises(FileRefused, match="the notes of the workbook cannot be read"):
        cell_notes(bad, where="bad")


def test_notes_that_lead_out_of_the_workbook_lead_nowhere(book: Path, tmp_path: Path) -> None:
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    with zipfile.ZipFile(book) as old:
        text = old.read(rels).replace(b"../comments1.xml", b"../../../../etc/passwd")
    bad = rewritten(book, tmp_path / "bad.xlsx", rels, text)
    assert cell_notes(bad, where="bad")["First & only"] == {}


def test_a_workbook_of_another_kind_has_none(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("content.xml", "<a/>")
    assert cell_notes(path, where="a") == {}


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="No such file"):
        read_sheets(tmp_path / "nowhere.xlsx")


@pytest.mark.slow
def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.xlsx"
    path.write_text("no workbook", encoding="utf-8")
    with pytest.raises(FileRefused):
        read_sheets(path)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Cells that a spreadsheet shows something in, and that have no value."""
    path = tmp_path / "broken.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("A")
        sheet.write("A1", "text")
        sheet.write_formula("B1", "=NA()", None, "#N/A")
        sheet.write_formula("C1", "=1/0", None, "#DIV/0!")
        sheet.write_formula("D1", '=""', None, "")
        sheet.write_formula("E1", "=1+1", None, 2)
        sheet.write_formula("B3", "=#REF!", None, "#REF!")
    # as spreadsheets write it
    part = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as old:
        text = old.read(part).replace(b'<c r="D1">', b'<c r="D1" t="str">')
    return rewritten(path, tmp_path / "told.xlsx", part, text)


def test_cells_without_a_value_are_told_and_an_empty_text_is_one(broken: Path) -> None:
    assert lost_values(broken, "xlsx", where="a") == {
        "A": {(1, 1): "#N/A", (1, 2): "#DIV/0!", (3, 1): "#REF!"}
    }


@pytest.mark.slow
def test_a_row_of_lost_cells_alone_is_a_row(broken: Path) -> None:
    [sheet] = read_sheets(broken)
    assert {number: list(cells) for number, cells in sheet.rows.items() if any(cells)} == {
        1: ["text", "", "", "", "2"]
    }
    assert 3 in sheet.rows
    assert sheet.lost == {(1, 1): "#N/A", (1, 2): "#DIV/0!", (3, 1): "#REF!"}


def test_a_formula_that_nobody_has_worked_out_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book["Sheet"]["A1"], book["Sheet"]["B2"] = 1, "=A1*2"
    book.save(tmp_path / "a.xlsx")
    assert lost_values(tmp_path / "a.xlsx", "xlsx", where="a") == {
        "Sheet": {(2, 1): "a formula without a result"}
    }


OPEN_DOCUMENT = """\
<?xml version="1.0"?><d xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:calcext="c">
<table:table table:name="A"><table:table-row table:number-rows-repeated="2"><table:table-cell/>
</table:table-row><table:table-row><table:table-cell office:value-type="string"><text:p>k</text:p>
</table:table-cell><table:table-cell table:formula="of:=NA()" office:value-type="string"
office:string-value="" calcext:value-type="error" table:number-columns-repeated="2"><text:p>#N/A
</text:p></table:table-cell><table:table-cell table:formula="of:=1+1"/><table:table-cell
table:formula="of:=1+1" office:value-type="float" office:value="2"/><table:table-cell
table:formula="of:=A1"><text:p/></table:table-cell></table:table-row>
</table:table></d>"""


def test_an_open_document_tells_them_too(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("content.xml", OPEN_DOCUMENT)
    assert lost_values(path, "ods", where="a") == {
        "A": {(3, 1): "#N/A", (3, 2): "#N/A", (3, 3): "a formula without a result"}
    }


def test_an_open_document_that_declares_entities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("content.xml", '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>')
    with pytest.raises(FileRefused, match="the workbook cannot be read"):
        lost_values(path, "ods", where="a")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("limit", "why"),
    [
        ({"most_characters": 1_000_000}, "more than 1,000,000 characters"),
        ({"most_cells": 40}, "more than 40 cells"),
    ],
)
def test_a_small_file_that_unpacks_to_too_much_is_refused_in_the_worker(
    tmp_path: Path, limit: dict[str, int], why: str
) -> None:
    path = tmp_path / "shared.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("A")
        for at in range(50):
            # one text that all cells share
            sheet.write(at, 0, "x" * 32_000)
    assert path.stat().st_size < 20_000
    with pytest.raises(FileRefused) as told:
        read_sheets(path, **limit)
    [problem] = told.value.problems
    assert (problem.code, why in problem.why) == ("too_much_text", True)
