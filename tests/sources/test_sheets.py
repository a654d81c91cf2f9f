"""All cells of a workbook, and the notes on them, by way of the sandboxed worker."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from totalplace.errors import FileRefused
from totalplace.sources import read_sheets
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
