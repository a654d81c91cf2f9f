"""Workbooks of every kind are told by what they hold, and checked before they are laid out."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from made_workbooks import compound_bytes, ods_bytes, xls_bytes

from totalplace.errors import FileRefused
from totalplace.sources._sheet_check import check_workbook
from totalplace.sources._workbook import open_workbook

ROWS = [["Payee", "Paid", "Net"], ["Zebrula", date(2024, 4, 2), 12.5], ["Quill", None, -3]]


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _codes(path: Path) -> list[str]:
    with pytest.raises(FileRefused) as caught:
        open_workbook(path, where=path.name).rows("Data")
    assert all(problem.fix for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize("name", ["a", "a.xls", "a.ods", "a.xlsx", "a.csv"])
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_workbook_is_told_by_what_it_holds(tmp_path: Path, kind: str, name: str) -> None:
    make = {"xls": xls_bytes, "ods": ods_bytes}[kind]
    path = _write(tmp_path / name, make({"Data": ROWS, "Notes": [["x"]]}, hidden=["Notes"]))
    book = open_workbook(path, where=name)
    assert (book.kind, book.sheets, book.hidden) == (kind, ("Data", "Notes"), {"Notes"})
    header, first, second = book.rows("Data")
    assert header == ["Payee", "Paid", "Net"]
    assert first[1] in {date(2024, 4, 2), datetime.fromisoformat("2024-04-02")}
    assert (first[2], second) == (12.5, ["Quill", "", -3])


@pytest.mark.parametrize(
    "extra",
    [
        # a filled cell far down and far right
        (
            '<table:table-row table:number-rows-repeated="1000000"/><table:table-row>'
            '<table:table-cell table:number-columns-repeated="16000"/>'
            '<table:table-cell office:value-type="float"'
            ' office:value="1"/></table:table-row>'
        ),
        # one filled cell that stands for many
        (
            '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
            ' office:value-type="float" office:value="1" table:number-columns-repeated="16000"/>'
            "</table:table-row>"
        ),
        # an empty cell is filled by a note
        (
            '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
            ' table:number-columns-repeated="16000"><text:p>x</text:p></table:table-cell>'
            "</table:table-row>"
        ),
        (
            '<table:table-row table:number-rows-repeated="99999999999999999999"><table:table-cell>'
            "<text:p>x</text:p></table:table-cell></table:table-row>"
        ),
    ],
)
def test_an_open_document_that_says_it_is_vast(tmp_path: Path, extra: str) -> None:
    path = _write(tmp_path / "a.ods", ods_bytes({"Data": ROWS}, extra_xml=extra))
    assert _codes(path) == ["sheet_too_large"]


def test_an_open_document_with_entities_of_its_own(tmp_path: Path) -> None:
    head = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    path = _write(tmp_path / "a.ods", ods_bytes({"Data": [["&e;"]]}, head=head))
    assert _codes(path) == ["damaged_workbook"]


def test_an_open_document_cut_short_inside(tmp_path: Path) -> None:
    out = io.BytesIO(ods_bytes({"Data": ROWS}))
    cut = tmp_path / "a.ods"
    with zipfile.ZipFile(out) as whole, zipfile.ZipFile(cut, "w") as archive:
        for name in whole.namelist():
            data = whole.read(name)
            archive.writestr(name, data[:400] if name == "content.xml" else data)
    assert _codes(cut) == ["damaged_workbook"]


def test_an_old_workbook_that_declares_too_much(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.xls", xls_bytes({"Data": ROWS}, dimensions=(4_000_000_000, 256)))
    assert _codes(path) == ["sheet_too_large"]


def test_the_sheets_of_an_old_workbook_count_together(tmp_path: Path) -> None:
    corner = [[None] * 255 + [1.0]]
    rows = [*([[]] * 65_000), *corner]
    path = _write(tmp_path / "a.xls", xls_bytes({"Data": rows, "More": rows}))
    assert _codes(path) == ["sheet_too_large"]
    one = open_workbook(_write(tmp_path / "b.xls", xls_bytes({"Data": [[1.0]]})), where="b.xls")
    assert one.rows("Data") == [[1.0]]


def test_a_chain_of_sectors_that_loops(tmp_path: Path) -> None:
    data = compound_bytes({"Workbook": bytes(5000)}, is_looped=True)
    assert _codes(_write(tmp_path / "a.xls", data)) == ["damaged_workbook"]


@pytest.mark.parametrize("kept", [100, 600, 3_000, 4_700])
def test_an_old_workbook_cut_short(tmp_path: Path, kept: int) -> None:
    data = xls_bytes({"Data": ROWS})
    assert _codes(_write(tmp_path / "a.xls", data[:kept])) == ["damaged_workbook"]


def test_an_old_document_of_another_kind(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.xls", compound_bytes({"WordDocument": b"x"}))
    assert _codes(path) == ["not_a_table"]


def test_a_name_that_lies_about_a_new_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Data").write(0, 0, "x")
    assert open_workbook(path, where="a.xls").rows("Data") == [["x"]]


@pytest.mark.parametrize(
    "cells",
    [
        "<row r='1'><c r='A1'/></row><row r='1048576'><c t='n' r='XFD1048576'><v>1</v></c></row>",
        '<row r="1"><c r="A1"/></row><row r = "1048576"><c s=">" r = "xfd1048576"/></row>',
        # no cell says where it stands: each follows the one before
        "<row>" + "<c/>" * 16_384 + '</row><row r="1048576"><c><v>1</v></c></row>',
        "<x:row><x:c/></x:row><x:row r='1048576'><x:c" + " " * 70_000 + "r='XFD1048576'/></x:row>",
    ],
)
@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/elsewhere/data.xml"])
def test_cells_far_out_however_they_are_written(tmp_path: Path, cells: str, name: str) -> None:
    path = tmp_path / "vast.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(name, f"<worksheet><sheetData>{cells}</sheetData></worksheet>")
    with pytest.raises(FileRefused) as caught:
        check_workbook(path, where="vast.xlsx")
    assert caught.value.problems[0].code == "sheet_too_large"


def test_many_cells_without_references_are_no_danger(tmp_path: Path) -> None:
    path = tmp_path / "plain.xlsx"
    rows = ("<row>" + "<c><v>1</v></c>" * 10 + "</row>") * 20_000
    # a row that is merely high: nothing stands in it
    rows += '<row r="1048576" ht="30"/>' + '<row r="2"><c r="ZZ2"/></row>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", f"<sheetData>{rows}</sheetData>")
    assert check_workbook(path, where="plain.xlsx") == "xlsx"
