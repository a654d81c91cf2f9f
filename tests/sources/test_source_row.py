"""The way back from a line to the record in the stored file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from totalplace.errors import RequestError
from totalplace.place import Folder, line_id
from totalplace.sources import AddReport, FileReport, source_row
from totalplace.sources._columns import read_columns

AddFile = Callable[..., FileReport]
AddPaths = Callable[..., AddReport]
Rows = Callable[..., list[dict[str, Any]]]

TEXT = 'Date,Supplier,Amount\r\n\r\n01/04/2017,"Zebrula\r\n& Co",£1.00\r\n02/04/2017,Quill,2\r\n'


def _id(line: dict[str, Any]) -> str:
    return line_id(line["source_id"], line["member"], line["row_no"], line["column_no"])


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_record_of_a_text_file(
    folder: Folder, add_file: AddFile, lines_of: Rows, encoding: str
) -> None:
    report = add_file(TEXT.encode(encoding), name="spend.csv")
    first, second = lines_of()
    row = source_row(folder, _id(first))
    assert (row.file, row.sha256, row.member) == ("spend.csv", report.sha256, "")
    assert (row.row_no, row.header) == (3, ("Date", "Supplier", "Amount"))
    assert row.cells == ("01/04/2017", "Zebrula\r\n& Co", "£1.00")
    assert (row.column, row.cell) == ("", "")
    assert source_row(folder, _id(second)).cells == ("02/04/2017", "Quill", "2")


def test_a_record_of_a_zip(
    folder: Folder, add_paths: AddPaths, lines_of: Rows, write_zip: Callable[..., Path]
) -> None:
    add_paths(write_zip("s.zip", {"x/a:b.csv": TEXT, "c.csv": TEXT + "3/4/17,X,1\n"}), body="bury")
    for line in lines_of():
        row = source_row(folder, _id(line))
        assert row.member == line["member"]
        assert row.cells[1].split()[0] == line["payee_text"].split()[0]


def test_a_cell_of_a_workbook(
    folder: Folder, add_paths: AddPaths, lines_of: Rows, tmp_path: Path
) -> None:
    headers = list(read_columns("cra")["layout"][-1]["headers"])
    cells = ["D", "O", "S", "N", "7. H", "7. H", "7.1", "7.1", "ID", "CUR", "CG", "DEPT"]
    cells += ["ENGLAND_London", "ENGLAND"]
    path = tmp_path / "cra.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("database")
        sheet.write_row(0, 0, [*headers, "2016-17", "2017-18"])
        sheet.write_row(1, 0, [*cells, 5, 7.25])
    add_paths(path)
    line = lines_of("cra")[1]
    row = source_row(folder, _id(line))
    assert (row.column, row.cell, row.row_no) == ("2017-18", "7.25", 2)
    assert row.cells[0] == "D"


def test_lines_that_are_not_there(folder: Folder, add_file: AddFile) -> None:
    report = add_file(TEXT)
    assert report.sha256 is not None
    for wrong, code in [
        ("nonsense", "bad_line_id"),
        (line_id("0" * 64, "", 2, 0), "unknown_source"),
        (line_id(report.sha256, "other.csv", 2, 0), "unknown_line"),
        (line_id(report.sha256, "", 99, 0), "unknown_line"),
    ]:
        with pytest.raises(RequestError) as caught:
            source_row(folder, wrong)
        assert caught.value.problems[0].code == code
