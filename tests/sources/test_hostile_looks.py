"""Files made to do harm, looked at and added: refused or neutralised, and the caller untouched.

What the one who asks keeps in memory is watched: the most it ever held may not grow by 50 MB,
whatever the file makes of its worker.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import hostile
from hostile import CSV, untouched
from totalplace.errors import Problem
from totalplace.place import Folder, check, create
from totalplace.sources import Proposed, Sandbox, add, propose_file

pytestmark = pytest.mark.slow

RECEIVED = "2024-05-01T09:00:00"

ARCHIVE = {"suspicious_ratio", "too_large", "damaged_archive", "damaged_member"}
SHEET = {"sheet_too_large", "sandbox_memory", "damaged_workbook", "unsafe_xml", "unknown_layout"}


def _look(folder: Folder, path: Path, name: str | None = None) -> Proposed:
    return propose_file(
        folder,
        path,
        body="trafford",
        format_id=None,
        name=name,
        layouts=(),
        yes=False,
        when=RECEIVED,
        progress=None,
    )


@pytest.fixture(scope="module", autouse=True)
def _warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is loaded once in a process is there before anything is measured."""
    base = tmp_path_factory.mktemp("warm")
    folder = create(base / "place", name="T", areas=["E08000009"], year="2017-18")
    (base / "sound.csv").write_text(CSV)
    assert not _look(folder, base / "sound.csv").is_refused
    assert add(folder, [base / "sound.csv"], received=RECEIVED).exit_code == 0


_FILES: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "bomb": (lambda: hostile.zipped({"a.csv": bytes(100_000_000)}), ARCHIVE),
    "bomb of zips": (hostile.nested_bomb, ARCHIVE | {"no_table", "wrong_encoding"}),
    "two gigabytes claimed": (
        lambda: hostile.lying_zip("a.csv", real=100_000, declared=2_000_000_000),
        ARCHIVE,
    ),
    "path upwards": (lambda: hostile.zipped({"../../a.csv": CSV}), {"unsafe_path"}),
    "absolute path": (lambda: hostile.zipped({"/etc/a.csv": CSV}), {"unsafe_path"}),
    "link": (hostile.link_zip, {"unknown_layout", "no_header_row", "unsafe_path"}),
    "laughs": (
        lambda: hostile.xlsx(
            hostile.sheet_of("Date|&a11;", "1|2"), strings="&a11;", doctype=hostile.LAUGHS
        ),
        SHEET,
    ),
    "external entity": (
        lambda: hostile.xlsx(hostile.sheet_of("Date|&e;", "1|2"), doctype=hostile.EXTERNAL),
        SHEET,
    ),
    "sheet of 512 GiB": (hostile.two_cells, SHEET),
    "nothing": (lambda: b"", {"empty_file"}),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(64), {"not_a_table"}),
    "program": (lambda: b"MZ\x90\x00\x03" + bytes(range(256)) * 40, {"not_a_table"}),
    "NUL": (lambda: CSV.encode().replace(b"Zebrula", b"Zeb\0rula"), {"wrong_encoding"}),
    "unclosed quote": (lambda: CSV.encode() + b'Trafford,"never,closed\n', {"unclosed_quote"}),
    "ten thousand columns": (
        lambda: (
            ",".join(f"column {n}" for n in range(10_000)).encode() + b"\n" + b"1," * 9_999 + b"1\n"
        ),
        {"unknown_layout"},
    ),
}


def _is_clear(problems: list[Problem]) -> bool:
    return all(
        all((one.code, one.what, one.where, one.why, one.fix))
        and "Traceback" not in str(one)
        and "root:" not in str(one)
        and len(str(one)) < 7_000
        for one in problems
    )


@pytest.mark.parametrize("name", list(_FILES))
def test_a_hostile_file_is_refused_when_looked_at_and_when_added(
    name: str, folder: Folder, sandbox: Sandbox, tmp_path: Path
) -> None:
    make, codes = _FILES[name]
    path = tmp_path / "given"
    path.write_bytes(make())
    with untouched():
        look = _look(folder, path, name="april.xlsx")
        (report, *_) = add(folder, [path], body="trafford", received=RECEIVED, reader=sandbox).files
    found = [*look.problems, *(problem for one in look.members for problem in one.problems)]
    assert look.is_refused
    assert {one.code for one in found} <= codes
    assert found
    assert _is_clear(found)
    assert report.status == "refused"
    assert {one.code for one in report.problems} <= codes
    assert _is_clear(list(report.problems))
    assert check(folder) == []
    assert folder.state().sources == ()
    assert not folder.mapping_path.exists()
    assert list((folder.path / "tmp").iterdir()) == []


def test_a_look_at_five_hundred_megabytes_of_one_line(folder: Folder, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    with path.open("wb") as file:
        for _ in range(500):
            file.write(b"a" * 1_000_000)
    try:
        with untouched():
            look = _look(folder, path)
    finally:
        path.unlink()
    assert look.is_refused
    assert list((folder.path / "tmp").iterdir()) == []


@pytest.mark.parametrize("name", ["\udcff\udcfe.csv", "a\x00b.csv", "../../etc/x.csv", "x" * 5_000])
def test_odd_names_that_a_file_is_said_to_have(
    name: str, folder: Folder, sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "given"
    path.write_text(CSV)
    look = _look(folder, path, name=name)
    assert (look.file, look.is_refused) == (name, False)
    assert look.members[0].reading is not None
    (report,) = add(folder, [path], name=name, received=RECEIVED, reader=sandbox).files
    assert (report.file, report.status) == (name, "loaded")
    (source,) = folder.state().sources
    assert not {"/", "\\"} & set(source.name)
    assert source.name.encode("utf-8")
    assert check(folder) == []
    assert sorted(one.name for one in tmp_path.iterdir()) == ["given", "place"]


def test_control_characters_and_formulas_are_text(
    folder: Folder, sandbox: Sandbox, tmp_path: Path
) -> None:
    cells = ["\x01\x02 Acme", "\x1b[31mRed Ltd", "\u202eLtd", "=cmd|' /C calc'!A0", "@SUM(1)"]
    rows = "".join(f'Trafford Council,01/04/2017,"{cell}",2.00\n' for cell in cells)
    path = tmp_path / "odd.csv"
    path.write_text(CSV + rows, encoding="utf-8")
    (member,) = _look(folder, path).members
    assert member.reading is not None
    assert member.reading.lines == 6
    (report,) = add(folder, [path], received=RECEIVED, reader=sandbox).files
    assert (report.status, report.lines, report.rejected) == ("loaded", 6, 0)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_look_at_what_may_not_be_read(folder: Folder, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(CSV)
    path.chmod(0)
    assert [one.code for one in _look(folder, path).problems] == ["unreadable_file"]
