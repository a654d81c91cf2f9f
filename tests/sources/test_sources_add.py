"""`add`: each file whole or not at all, the same file once, and everything wrong at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import pytest

from totalplace.errors import PlaceError, RequestError
from totalplace.model import BodyRegister
from totalplace.place import Change, Folder
from totalplace.sources import AddReport, FileReport, _spend_lines, _spend_sql, add, formats, sniff
from totalplace.sources._spend_records import Records

AddFile = Callable[..., FileReport]
AddPaths = Callable[..., AddReport]
Rows = Callable[..., list[dict[str, Any]]]
WriteZip = Callable[..., Path]

TEXT = "Body Name,Date,Supplier,Amount\nTrafford Council,01/04/2017,Zebrula,{}\n"
KEYS = (
    "file member status code message sha256 format body_id records lines rejected skipped sum_gbp"
    " negative_lines redacted_gbp exact_duplicates period_start period_end"
)


def _file(tmp_path: Path, name: str, text: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _snapshot(folder: Folder) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder.path)): path.read_bytes()
        for path in folder.path.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def test_the_json_has_exactly_the_agreed_fields(add_file: AddFile) -> None:
    report = add_file(TEXT.format("12.50"), body=None)
    entry = report.as_dict()
    assert list(entry) == KEYS.split()
    assert (entry["sum_gbp"], entry["redacted_gbp"]) == ("12.50", "0.00")
    assert (entry["period_start"], entry["period_end"]) == ("2017-04-01", "2017-04-01")
    assert entry["skipped"] == dict.fromkeys(
        ["blank", "repeated_header", "total_row", "total_column", "memo"], 0
    )
    document = AddReport((report,)).as_dict()
    assert json.loads(json.dumps(document)) == {"files": [entry]}


def test_the_same_file_again_changes_nothing(
    folder: Folder, add_paths: AddPaths, tmp_path: Path
) -> None:
    path = _file(tmp_path, "a.csv", TEXT.format("12.50"))
    (first,) = add_paths(path).files
    before = _snapshot(folder)
    copy = _file(tmp_path, "copy.csv", path.read_bytes())
    report = add_paths(copy)
    (again,) = report.files
    assert again.status == "already_there"
    assert (again.sha256, again.lines, again.sum_pence) == (first.sha256, 1, 1250)
    assert report.exit_code == 0
    assert _snapshot(folder) == before


def test_one_refused_file_never_stops_the_others(
    folder: Folder, add_paths: AddPaths, tmp_path: Path, lines_of: Rows, no_leftovers: None
) -> None:
    paths = [
        _file(tmp_path, "one.csv", TEXT.format("1")),
        _file(tmp_path, "empty.csv", ""),
        _file(tmp_path, "page.csv", "<html><body>404</body></html>"),
        tmp_path / "missing.csv",
        tmp_path,
        _file(tmp_path, "cut.zip", b"PK\x03\x04cut short"),
        _file(tmp_path, "odd.csv", b"Date,Supplier,Amount\n1,\x81\x8d,2\n"),
        _file(tmp_path, "two.csv", TEXT.format("2")),
    ]
    report = add_paths(*paths)
    assert [(one.status, one.code) for one in report.files] == [
        ("loaded", None),
        ("refused", "empty_file"),
        ("refused", "not_a_table"),
        ("refused", "missing_file"),
        ("refused", "is_folder"),
        ("refused", "damaged_archive"),
        ("refused", "wrong_encoding"),
        ("loaded", None),
    ]
    assert report.exit_code == 1
    assert [one.file for one in report.files] == [str(path) for path in paths]
    assert sorted(line["amount_pence"] for line in lines_of()) == [100, 200]
    for one in report.files:
        for problem in one.problems:
            assert all((problem.what, problem.where, problem.why, problem.fix))
            assert "Traceback" not in str(problem)


def test_a_zip_is_one_file_with_an_entry_a_member(
    add_paths: AddPaths, write_zip: WriteZip, lines_of: Rows, folder: Folder
) -> None:
    path = write_zip(
        "spend.zip",
        {"b.csv": TEXT.format("1"), "notes.pdf": b"%PDF", "a.csv": TEXT.format("2") * 1},
    )
    reports = add_paths(path).files
    assert [(one.member, one.status, one.lines) for one in reports] == [
        ("b.csv", "loaded", 1),
        ("a.csv", "loaded", 1),
        ("notes.pdf", "loaded", 0),
    ]
    assert {one.sha256 for one in reports} == {reports[0].sha256}
    assert [line["member"] for line in lines_of()] == ["a.csv", "b.csv"]
    assert len(folder.state().sources) == 1


def test_a_zip_with_one_bad_member_is_not_loaded_at_all(
    folder: Folder, add_paths: AddPaths, write_zip: WriteZip, no_leftovers: None
) -> None:
    members = {"good.csv": TEXT.format("1"), "bad.csv": "a,b\n1,2\n", "empty.csv": ""}
    report = add_paths(write_zip("spend.zip", members))
    assert [(one.member, one.status, one.code) for one in report.files] == [
        ("good.csv", "refused", "other_member_refused"),
        ("bad.csv", "refused", "unknown_layout"),
        ("empty.csv", "refused", "empty_file"),
    ]
    assert folder.state().sources == ()


def test_a_zip_without_tables(add_paths: AddPaths, write_zip: WriteZip) -> None:
    (report,) = add_paths(write_zip("spend.zip", {"notes.pdf": b"%PDF"})).files
    assert (report.status, report.code) == ("refused", "no_table")


def test_a_corrected_file_supersedes_in_the_same_commit(
    folder: Folder, add_paths: AddPaths, tmp_path: Path, lines_of: Rows
) -> None:
    (old,) = add_paths(_file(tmp_path, "a.csv", TEXT.format("1"))).files
    assert old.sha256 is not None
    report = add_paths(_file(tmp_path, "b.csv", TEXT.format("2")), supersedes=old.sha256[:8])
    assert report.files[0].status == "loaded"
    assert [line["amount_pence"] for line in lines_of()] == [200]
    statuses = {one.sha256: one.status for one in folder.state().members}
    assert statuses[old.sha256] == "superseded"


def test_a_refused_correction_leaves_the_old_one(
    add_paths: AddPaths, tmp_path: Path, lines_of: Rows
) -> None:
    (old,) = add_paths(_file(tmp_path, "a.csv", TEXT.format("1"))).files
    report = add_paths(_file(tmp_path, "b.csv", "a,b\n1,2\n"), supersedes=old.sha256)
    assert report.exit_code == 1
    assert [line["amount_pence"] for line in lines_of()] == [100]


def test_everything_wrong_with_a_request_at_once(
    folder: Folder, add_paths: AddPaths, tmp_path: Path
) -> None:
    before = _snapshot(folder)
    with pytest.raises(RequestError) as caught:
        add_paths(
            tmp_path / "no.csv",
            tmp_path / "nor.csv",
            body="Erewhon",
            format_id="xml",
            supersedes="abcd",
        )
    assert [problem.code for problem in caught.value.problems] == [
        "unknown_body",
        "unknown_source",
        "unknown_format",
        "several_files",
        "missing_file",
        "missing_file",
    ]
    assert _snapshot(folder) == before


def test_no_file_at_all(add_paths: AddPaths) -> None:
    with pytest.raises(RequestError) as caught:
        add_paths()
    assert caught.value.problems[0].code == "no_files"


def test_a_reader_that_loses_a_fault_is_caught(
    add_file: AddFile, in_process: Any, monkeypatch: pytest.MonkeyPatch, no_leftovers: None
) -> None:
    real = _spend_sql.odd_cells
    monkeypatch.setattr(
        _spend_sql, "odd_cells", lambda *args, **options: list(real(*args, **options))[:-1]
    )
    text = TEXT.format("1") + "Trafford Council,01/04/2017,Quill,ten\n"
    report = add_file(text, body=None, reader=in_process)
    assert (report.status, report.code) == ("quarantined", "records_do_not_add_up")
    assert "2 records, but 1 lines" in (report.message or "")


def test_a_reader_that_doubles_lines_is_caught(
    add_file: AddFile, in_process: Any, monkeypatch: pytest.MonkeyPatch, no_leftovers: None
) -> None:
    monkeypatch.setattr(Records, "batches", _twice(Records.batches))
    report = add_file(TEXT.format("2"), body=None, reader=in_process)
    assert (report.status, report.code) == ("quarantined", "records_do_not_add_up")
    assert "1 records, but 2 lines" in (report.message or "")


def _twice(batches: Callable[[Records], Iterator[Any]]) -> Callable[[Records], Iterator[Any]]:
    return lambda records: chain(batches(records), batches(records))


def test_a_format_can_be_demanded(add_file: AddFile) -> None:
    report = add_file(TEXT.format("1"), format_id="spend", body=None)
    assert report.status == "loaded"
    report = add_file(TEXT.format("2"), format_id="return", body=None)
    assert (report.status, report.code) == ("refused", "wrong_format")
    report = add_file(TEXT.format("2"), format_id="cra-2018", body=None)
    assert (report.status, report.code) == ("refused", "wrong_format")


def test_progress_is_told(folder: Folder, bodies: BodyRegister, tmp_path: Path) -> None:
    told: list[tuple[str, str, int, int]] = []
    path = _file(tmp_path, "a.csv", TEXT.format("1"))
    add(
        folder,
        [path],
        received="2024-01-01T00:00:00",
        registers=bodies,
        progress=lambda *step: told.append(step),
    )
    assert {file for file, *_ in told} == {str(path)}
    stages = [stage for _, stage, *_ in told]
    assert (stages[0], stages[1], stages[-1]) == ("storing", "reading", "writing")
    assert told[1][2:] == (0, 1)
    assert told[-1][2:] == (1, 1)
    assert all(0 <= done <= total for *_, done, total in told)


def test_a_disk_that_cannot_take_it_stops_the_run(
    add_paths: AddPaths, tmp_path: Path, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise PlaceError([])

    monkeypatch.setattr(Change, "store_source", full)
    with pytest.raises(PlaceError):
        add_paths(_file(tmp_path, "a.csv", TEXT.format("1")))
    assert folder.state().members == ()


def test_formats_and_their_columns() -> None:
    found = {one.id: one for one in formats()}
    assert {"spend", "cra-2018", "ro-2017-18", "population", "return", "register"} <= found.keys()
    assert all(one.title and one.recognises and one.columns for one in found.values())
    assert any("Net Amount" in column for column in found["spend"].columns)


def test_sniff_says_why(tmp_path: Path, write_zip: WriteZip) -> None:
    found = sniff(_file(tmp_path, "a.csv", TEXT.format("1")))
    assert found.format_id == "spend"
    assert found.score > 0.5
    assert "column 'Supplier' is the payee" in found.reasons
    nothing = sniff(_file(tmp_path, "b.csv", "a,b\n1,2\n"))
    assert (nothing.format_id, nothing.score) == (None, 0.0)
    assert any("no column" in reason for reason in nothing.reasons)
    path = write_zip("c.zip", {"x.csv": "a,b\n1,2\n", "y.csv": TEXT.format("1")})
    assert sniff(path).format_id is None
    assert sniff(path, "y.csv").format_id == "spend"


def test_a_disk_fault_while_reading_is_told_and_nothing_is_kept(
    add_paths: AddPaths,
    tmp_path: Path,
    folder: Folder,
    in_process: Any,
    monkeypatch: pytest.MonkeyPatch,
    no_leftovers: None,
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise duckdb.IOException("Could not write file: No space left on device")

    monkeypatch.setattr(_spend_lines, "write_lines", full)
    with pytest.raises(PlaceError) as caught:
        add_paths(_file(tmp_path, "a.csv", TEXT.format("1")), reader=in_process)
    (problem,) = caught.value.problems
    assert (problem.code, "No space left" in problem.why) == ("disk_fault", True)
    assert folder.state().sources == ()


def test_a_superseded_file_that_comes_again_is_told_so(
    add_paths: AddPaths, tmp_path: Path, lines_of: Rows
) -> None:
    first = _file(tmp_path, "a.csv", TEXT.format("1"))
    second = _file(tmp_path, "b.csv", TEXT.format("2"))
    (old,) = add_paths(first).files
    (new,) = add_paths(second, supersedes=old.sha256).files
    (again,) = add_paths(first).files
    assert (again.status, again.code) == ("already_there", "superseded")
    assert [line["amount_pence"] for line in lines_of()] == [200]
    (back,) = add_paths(first, supersedes=new.sha256).files
    assert (back.status, back.code) == ("already_there", None)
    assert [line["amount_pence"] for line in lines_of()] == [100]
