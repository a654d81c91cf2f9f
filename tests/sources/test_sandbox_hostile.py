"""Files made to do harm: each is refused or made harmless, soon, in little memory, with a reason.

Where a library of ours leaves a hole (a workbook that only its laying-out shows to be huge), the
limits of the worker close it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import hostile
from hostile import CSV
from totalplace.errors import PlaceError, RequestError
from totalplace.place import Folder, check
from totalplace.reports import write_table
from totalplace.sources import AddReport, FileReport, Sandbox

AddPaths = Callable[..., AddReport]
Rows = Callable[..., list[dict[str, Any]]]
Give = Callable[..., FileReport]

ARCHIVE_FAULTS = {"suspicious_ratio", "too_large", "damaged_archive", "damaged_member"}
SHEET_FAULTS = {"sheet_too_large", "sandbox_memory", "damaged_workbook", "unknown_layout"}


class Watched(Sandbox):
    """A sandbox that keeps the most memory that its workers ever held."""

    peak_kb = 0

    def close(self) -> None:
        # one that has been killed says nothing any more: its limits did
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{self.pid}/status").read_text().splitlines()
            peaks = [int(line.split()[1]) for line in status if line.startswith("VmHWM")]
            self.peak_kb = max([self.peak_kb, *peaks])
        super().close()


@pytest.fixture
def watched(folder: Folder) -> Iterator[Watched]:
    with Watched(reads=[folder.path], writes=[folder.path / "tmp"]) as one:
        yield one


@pytest.fixture
def give(watched: Watched, add_paths: AddPaths, tmp_path: Path, folder: Folder) -> Give:
    """Add one file, then a sound one; nothing may be left of a refused file."""
    sound = tmp_path / "sound.csv"
    sound.write_text(CSV.replace("12.50", "1.00"), encoding="utf-8")

    def giving(content: bytes | Path, name: str = "given.csv", **options: Any) -> FileReport:
        path = content if isinstance(content, Path) else tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        began = time.monotonic()
        *reports, after = add_paths(path, sound, reader=watched, **options).files
        assert time.monotonic() - began < 30
        watched.close()
        assert watched.peak_kb < 1 << 20
        assert after.status == "loaded"
        assert check(folder) == []
        assert list((folder.path / "tmp").iterdir()) == []
        if reports[0].status == "refused":
            assert len(folder.state().sources) == 1
        for report in reports:
            for problem in report.problems:
                assert all((problem.code, problem.what, problem.where, problem.why, problem.fix))
                assert "Traceback" not in str(problem)
                assert len(str(problem)) < 7_000
        return reports[0]

    return giving


_REFUSED: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "flat bomb": (lambda: hostile.zipped({"a.csv": bytes(100_000_000)}), ARCHIVE_FAULTS),
    "bomb of many": (
        lambda: hostile.zipped({f"{n}.csv": bytes(9_000_000) for n in range(60)}),
        ARCHIVE_FAULTS,
    ),
    "bomb that lies": (
        lambda: hostile.lying_zip("a.csv", real=300_000_000, declared=100),
        ARCHIVE_FAULTS,
    ),
    "overlapping members": (
        lambda: hostile.overlapping_zip(1_900, 200_000),
        ARCHIVE_FAULTS | {"other_member_refused"},
    ),
    "too many members": (
        lambda: hostile.zipped({f"{n}.csv": CSV for n in range(2_001)}),
        {"too_many_members"},
    ),
    "bomb of zips": (hostile.nested_bomb, ARCHIVE_FAULTS | {"no_table", "wrong_encoding"}),
    "path upwards": (lambda: hostile.zipped({"../../a.csv": CSV}), {"unsafe_path"}),
    "absolute path": (lambda: hostile.zipped({"/etc/a.csv": CSV}), {"unsafe_path"}),
    "path of Windows": (lambda: hostile.zipped({"C:\\a.csv": CSV}), {"unsafe_path"}),
    "link": (hostile.link_zip, {"unknown_layout", "no_header_row", "unsafe_path"}),
    "password": (hostile.locked_zip, {"encrypted"}),
    "empty": (lambda: b"", {"empty_file"}),
    "empty zip": (lambda: hostile.zipped({}), {"no_table", "damaged_archive"}),
    "only a byte order mark": (lambda: b"\xef\xbb\xbf", {"empty_file"}),
    "PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3", {"not_a_table"}),
    "PNG": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(64), {"not_a_table"}),
    "gzip": (lambda: b"\x1f\x8b\x08" + bytes(64), {"not_a_table"}),
    "Parquet": (lambda: b"PAR1" + bytes(64) + b"PAR1", {"not_a_table"}),
    "error page": (lambda: b"\n <!DOCTYPE html><title>404</title>", {"not_a_table"}),
    "program": (lambda: b"\x7fELF" + bytes(range(256)), {"not_a_table"}),
    "NULs": (lambda: CSV.encode().replace(b"Zebrula", b"Zeb\0rula"), {"wrong_encoding"}),
    "noise": (lambda: bytes(range(256)) * 1000, {"wrong_encoding"}),
    "cut workbook": (lambda: hostile.two_cells()[:-30], {"damaged_archive"}),
    "two cells": (hostile.two_cells, SHEET_FAULTS),
    "two cells in single quotes": (lambda: hostile.two_cells(quote="'"), SHEET_FAULTS),
    "two cells spelt oddly": (
        lambda: hostile.two_cells(last="XF&#68;1048576", first="XFD1"),
        SHEET_FAULTS,
    ),
    "two rows without references": (
        lambda: hostile.xlsx(
            '<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row>'
            '<row r="1048576"><c><v>2</v></c></row></sheetData>'
        ),
        SHEET_FAULTS,
    ),
    "sheets without end": (
        lambda: hostile.xlsx(
            hostile.sheet_of("a|b", "1|2"),
            more="".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r1"/>' for n in range(2, 3000)),
        ),
        SHEET_FAULTS,
    ),
    "laughs": (
        lambda: hostile.xlsx(
            hostile.sheet_of("Date|&a11;", "1|2"), strings="&a11;", doctype=hostile.LAUGHS
        ),
        SHEET_FAULTS | {"unsafe_xml"},
    ),
    "external entity": (
        lambda: hostile.xlsx(hostile.sheet_of("Date|&e;", "1|2"), doctype=hostile.EXTERNAL),
        SHEET_FAULTS | {"unsafe_xml"},
    ),
    "remote definition": (
        lambda: hostile.xlsx(hostile.sheet_of("Date|x", "1|2"), book=hostile.REMOTE),
        SHEET_FAULTS | {"unsafe_xml"},
    ),
    "nested quotes": (lambda: b'"' * 200_001, {"unclosed_quote", "unknown_layout"}),
    "nested brackets": (lambda: b"[" * 400_000, {"unknown_layout", "not_a_table", "bad_json"}),
    "brackets in an object": (
        lambda: b'{"grants":' + b'[{"a":' * 200_000,
        {"unclosed_quote", "unknown_layout", "not_a_table", "bad_json", "damaged_json"},
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(_REFUSED))
def test_it_is_refused(name: str, give: Give) -> None:
    make, codes = _REFUSED[name]
    report = give(make())
    assert report.status == "refused"
    assert {problem.code for problem in report.problems} <= codes
    assert "root:" not in str(report.message)


@pytest.mark.slow
def test_a_million_columns(give: Give) -> None:
    header = ",".join(f"column {n}" for n in range(1_000_000))
    report = give(f"{header}\n{',' * 999_999}\n".encode())
    assert (report.status, report.code) == ("refused", "too_many_columns")


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", [b"a" * 1_000, b"," * 1_000, b'"",' * 400], ids=["text", "commas", "quotes"]
)
def test_five_hundred_megabytes_of_one_line(unit: bytes, give: Give, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    with path.open("wb") as file:
        for _ in range(500):
            file.write(unit * (1_000_000 // len(unit)))
    try:
        report = give(path)
    finally:
        path.unlink()
    assert report.status == "refused"


@pytest.mark.slow
def test_a_nest_of_zips_is_refused_or_read_whole(give: Give) -> None:
    report = give(hostile.nested_zip(30))
    assert report.status in {"refused", "loaded"}


@pytest.mark.parametrize(
    "name",
    [
        "new\nline.csv",
        "quote'; DROP TABLE raw; --.csv",
        'double"quote".csv',
        "-rf.csv",
        "%s{0}$HOME`id`.csv",
        "\u202egnp.csv",
        "p\u00e4ym\u20acnts \U0001f600.csv",
        os.fsdecode(b"latin\xe9.csv"),
        "a" * 250 + ".csv",
        "  .csv",
    ],
)
def test_odd_names_of_files(name: str, add_paths: AddPaths, tmp_path: Path, folder: Folder) -> None:
    path = tmp_path / name
    path.write_text(CSV, encoding="utf-8")
    (report,) = add_paths(path).files
    assert (report.status, report.lines, report.sum_pence) == ("loaded", 1, 1250)
    assert report.file == str(path)
    assert check(folder) == []


def test_odd_names_of_members(give: Give) -> None:
    names = ["a\nb.csv", "q';--.csv", 'd".csv', "~$x.csv", "..x.csv", "x/./y.csv", " .csv"]
    report = give(hostile.zipped(dict.fromkeys(names, CSV)))
    assert report.status == "loaded"


def test_what_is_no_file(add_paths: AddPaths, tmp_path: Path, folder: Folder) -> None:
    pipe, loop, to_device = tmp_path / "pipe.csv", tmp_path / "loop.csv", tmp_path / "zero.csv"
    os.mkfifo(pipe)
    loop.symlink_to(tmp_path / "other.csv")
    (tmp_path / "other.csv").symlink_to(loop)
    to_device.symlink_to("/dev/zero")
    sound = tmp_path / "sound.csv"
    sound.write_text(CSV, encoding="utf-8")
    with socket.socket(socket.AF_UNIX) as one:
        old = Path.cwd()
        os.chdir(tmp_path)
        try:
            one.bind("socket.csv")
        finally:
            os.chdir(old)
        given = [pipe, loop, to_device, tmp_path / "socket.csv", tmp_path, sound]
        report = add_paths(*given)
    assert [(one.status, one.code) for one in report.files] == [
        ("refused", "not_a_file"),
        ("refused", "unreadable_file"),
        ("refused", "not_a_file"),
        ("refused", "not_a_file"),
        ("refused", "is_folder"),
        ("loaded", None),
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_file_that_may_not_be_read(add_paths: AddPaths, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(CSV, encoding="utf-8")
    path.chmod(0)
    (report,) = add_paths(path).files
    assert (report.status, report.code) == ("refused", "unreadable_file")


def test_formulas_are_text_and_leave_as_text(give: Give, lines_of: Rows, tmp_path: Path) -> None:
    formulas = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "＝1+1", "\t=1"]
    rows = "".join(f'Trafford Council,01/04/2017,"{text}",2.00\n' for text in formulas)
    report = give((CSV + rows).encode())
    assert (report.status, report.lines) == ("loaded", 7)
    kept = {line["payee_text"] for line in lines_of()}
    assert {"=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "＝1+1"} <= kept
    write_table(pa.table({"payee": sorted(kept)}), tmp_path / "out.csv")
    cells = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
    assert not [cell for cell in cells if cell.lstrip('"').startswith(("=", "+", "-", "@", "＝"))]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\0",
        b"\xff\xfe",
        b"a = " + b"[" * 100_000,
        b"a = " + b"{b = " * 100_000,
        b".".join([b"a"] * 100_000) + b" = 1",
        b"a = " + b"9" * 100_000,
        b"a = 1e999999999",
        b"[[layout]]\n" * 10_000,
        b"[[layout]]\nname = 1\nheaders = {}\ncolumns = []\nheader_row = -1\n",
        b"x = 1\n" * 300_000,
    ],
    ids=range(11),
)
def test_a_hostile_mapping_file(text: bytes, add_paths: AddPaths, tmp_path: Path) -> None:
    mapping, sound = tmp_path / "mapping.toml", tmp_path / "sound.csv"
    mapping.write_bytes(text)
    sound.write_text(CSV, encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        add_paths(sound, mapping=mapping)
    assert not isinstance(caught.value, PlaceError)
    assert len(caught.value.problems) <= 100_000
    for problem in caught.value.problems[:50]:
        assert all((problem.code, problem.what, problem.where, problem.why, problem.fix))
        assert len(str(problem)) < 7_000
