"""Archives and workbooks are checked before anything in them is laid out."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from totalplace.errors import FileRefused
from totalplace.sources import _archive
from totalplace.sources._archive import open_archive, table_members, unpack
from totalplace.sources._workbook import open_workbook

WriteZip = Callable[..., Path]


def _codes(path: Path) -> list[str]:
    with pytest.raises(FileRefused) as caught, open_archive(path, where=path.name):
        pass
    assert all(problem.fix for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def test_a_sound_archive_is_opened_and_its_members_told_apart(write_zip: WriteZip) -> None:
    path = write_zip(
        "spend.zip",
        {
            "2017/april.csv": "a,b\n",
            "may.TSV": "a\tb\n",
            "readme.txt": "notes",
            "notes.pdf": b"%PDF",
            "__MACOSX/._april.csv": "x",
            ".hidden.csv": "x",
        },
    )
    with open_archive(path, where="spend.zip") as archive:
        tables, others = table_members(archive)
        assert tables == ["2017/april.csv", "may.TSV"]
        assert len(others) == 4
        unpack(archive, "may.TSV", path.parent / "out", where="spend.zip")
    assert (path.parent / "out").read_bytes() == b"a\tb\n"


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.99])
def test_an_archive_that_was_cut_short(write_zip: WriteZip, kept: float) -> None:
    path = write_zip("spend.zip", {"a.csv": "a,b\n" * 500})
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    assert _codes(path) == ["damaged_archive"]


def test_a_member_that_was_damaged(write_zip: WriteZip) -> None:
    path = write_zip("spend.zip", {"a.csv": "".join(f"{n},x\n" for n in range(5_000))})
    data = bytearray(path.read_bytes())
    data[60:80] = bytes(20)
    path.write_bytes(bytes(data))
    with (
        open_archive(path, where="spend.zip") as archive,
        pytest.raises(FileRefused) as caught,
    ):
        unpack(archive, "a.csv", path.parent / "out", where="spend.zip")
    assert caught.value.problems[0].code == "damaged_member"
    assert "a.csv" in caught.value.problems[0].where


@pytest.mark.parametrize("name", ["../x.csv", "/etc/x.csv", "a/../../x.csv", "C:/x.csv", "..\\x"])
def test_unsafe_paths(write_zip: WriteZip, name: str) -> None:
    assert _codes(write_zip("spend.zip", {name: "a,b\n"})) == ["unsafe_path"]


def test_a_bomb(write_zip: WriteZip) -> None:
    assert _codes(write_zip("spend.zip", {"a.csv": bytes(3_000_000)})) == ["suspicious_ratio"]


def test_all_faults_at_once(write_zip: WriteZip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_archive, "MAX_MEMBERS", 1)
    monkeypatch.setattr(_archive, "MAX_TOTAL_BYTES", 5)
    path = write_zip("spend.zip", {"a.csv": "a,b\n", "../b.csv": "a,b\n"})
    assert _codes(path) == ["too_many_members", "too_large", "unsafe_path"]


def test_a_locked_archive(write_zip: WriteZip) -> None:
    path = write_zip("spend.zip", {"a.csv": "a,b\n"})
    data = bytearray(path.read_bytes())
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags_at] |= 1
    path.write_bytes(bytes(data))
    assert _codes(path) == ["encrypted"]


def _workbook_with(path: Path, cells: dict[tuple[int, int], str]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Data")
        for (row, column), text in cells.items():
            sheet.write(row, column, text)
        book.add_worksheet("Notes").hide()
    return path


def test_a_workbook_is_laid_out_from_the_first_cell(tmp_path: Path) -> None:
    book = open_workbook(_workbook_with(tmp_path / "a.xlsx", {(1, 1): "x"}), where="a.xlsx")
    assert (book.sheets, book.hidden) == (("Data", "Notes"), frozenset({"Notes"}))
    assert book.rows("Data") == [["", ""], ["", "x"]]


def test_rows_one_by_one_are_numbered_as_the_sheet_numbers_them(tmp_path: Path) -> None:
    path = _workbook_with(tmp_path / "a.xlsx", {(3, 1): "x", (5, 2): "y"})
    rows = list(open_workbook(path, where="a.xlsx").iter_rows("Data"))
    found = {
        (row_no, at): cell
        for row_no, row in enumerate(rows, start=1)
        for at, cell in enumerate(row)
        if cell
    }
    assert found == {(4, 1): "x", (6, 2): "y"}


def test_two_cells_far_apart_do_not_exhaust_memory(tmp_path: Path) -> None:
    path = _workbook_with(tmp_path / "a.xlsx", {(0, 0): "x", (1_048_575, 16_383): "y"})
    with pytest.raises(FileRefused) as caught:
        open_workbook(path, where="a.xlsx")
    (problem,) = caught.value.problems
    assert problem.code == "sheet_too_large"
    assert "1,048,576" in problem.why


def test_a_reference_across_two_pieces_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_archive, "_CHUNK_BYTES", 37)
    path = _workbook_with(tmp_path / "a.xlsx", {(0, 0): "x", (1_048_575, 16_383): "y"})
    with pytest.raises(FileRefused, match="too large to lay out"):
        open_workbook(path, where="a.xlsx")


def test_what_only_looks_like_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook>")
    with pytest.raises(FileRefused) as caught:
        open_workbook(path, where="a.xlsx")
    assert caught.value.problems[0].code == "damaged_workbook"
