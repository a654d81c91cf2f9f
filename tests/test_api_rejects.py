"""Rejected records: seen with their cells, written as a file, corrected and taken in once."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

import tiny_place
import totalplace
from totalplace import Place, RequestError
from totalplace.place import check
from totalplace.reports._files import FORMULA_STARTS, harmless
from totalplace.sources import FileReport
from totalplace.sources._supplement import _unescaped
from totalplace.sources._supplement_to import REJECT_COLUMNS

pytestmark = pytest.mark.slow

HEADER = "Titles and notes\nCreditor,Paid On,Nett Value £,Cost Centre Name\n"
GOOD = "".join(
    f'"Acme {i} Ltd",{1 + i % 28:02d}/04/2017,{i}.50,Highways {i % 4}\n' for i in range(1, 30)
)
BAD = (
    '"Bad, Line Ltd",05/04/2017,12.345,Highways\n'
    "=HYPERLINK Ltd,06/04/2017,about 7,Highways\n"
    "-Minus Ltd,99/04/2017,-1.005,-\n"
    "Wide Ltd,07/04/2017,3.00,Highways,more\n"
)
WESTWICK = "Westwick Council"

Load = Callable[..., FileReport]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with a file of an unknown layout that was agreed to, four of its records rejected."""
    folder = tmp_path_factory.mktemp("rejects")
    with tiny_place.make_place(folder) as place:
        path = folder / "creditors.csv"
        path.write_text(HEADER + GOOD + BAD)
        (report,) = place.add(path, body=WESTWICK, yes=True).facts.files
        assert (report.status, report.lines, report.rejected) == ("loaded", 29, 4)
        return place.path


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Iterator[Place]:
    shutil.copytree(template, tmp_path / "place")
    with totalplace.open_place(tmp_path / "place", clock=tiny_place.clock) as one:
        yield one


@pytest.fixture
def load(place: Place) -> Load:
    def loading(path: Path, **options: object) -> FileReport:
        (report,) = place.add(path, **options).facts.files  # type: ignore[arg-type]
        return report

    return loading


def _source(place: Place) -> str:
    (member,) = place.rejects().facts.members
    return member.sha256


def _written(place: Place, path: Path) -> list[list[str]]:
    place.rejects_file(_source(place), 0, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _correct(path: Path, rows: list[list[str]]) -> Path:
    """The amounts and dates of all but the last record put right."""
    header, bad, link, minus, wide = rows
    bad[2], link[2], minus[1], minus[2] = "12.34", "7.00", "09/04/2017", "-1.00"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, bad, link, minus, wide])
    return path


def test_rejects_are_seen_with_reason_number_and_cells(place: Place) -> None:
    listed = place.rejects().facts
    (member,) = listed.members
    assert (listed.rejected, member.rejected, member.is_open) == (4, 4, True)
    assert member.codes == {"third_decimal": 2, "bad_amount": 1, "extra_field": 1}
    assert all(one.cells == () for one in member.rejects)
    result = place.rejects(member.sha256[:8])
    (full,) = result.facts.members
    assert full.header == ("Creditor", "Paid On", "Nett Value £", "Cost Centre Name")
    first = full.rejects[0]
    assert first.cells == ("Bad, Line Ltd", "05/04/2017", "12.345", "Highways")
    assert (first.row_no, first.column, first.code) == (32, "Nett Value £", "third_decimal")
    assert "no amount" in full.rejects[2].message or "penny" in full.rejects[2].message
    assert full.rejects[3].cells[4:] == ("more",)
    assert result.document["members"][0]["rejects"][0]["cells"][0] == "Bad, Line Ltd"
    assert result.to_arrow().num_rows == 4
    (page,) = place.rejects(member.sha256, limit=1, offset=1).facts.members
    assert [one.cells[0] for one in page.rejects] == ["=HYPERLINK Ltd"]
    assert list((place.path / "tmp").iterdir()) == []


def test_a_file_of_rejects_is_harmless_and_says_where_it_is_from(
    place: Place, tmp_path: Path
) -> None:
    header, *rows = _written(place, tmp_path / "rejects.csv")
    assert header[-5:] == list(REJECT_COLUMNS)
    assert header[:-5] == ["Creditor", "Paid On", "Nett Value £", "Cost Centre Name"]
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS)]
    assert [row[0] for row in rows] == [
        "Bad, Line Ltd",
        "'=HYPERLINK Ltd",
        "'-Minus Ltd",
        "Wide Ltd",
    ]
    assert {row[4] for row in rows} == {f"{_source(place)}:0"}
    assert [row[5] for row in rows] == ["32", "33", "34", "35"]
    assert rows[3][-1] == "more"


def test_corrected_rejects_are_a_supplement_to_their_source(
    place: Place, load: Load, tmp_path: Path
) -> None:
    before = place.rejects().facts.members[0]
    corrected = _correct(tmp_path / "corrected.csv", _written(place, tmp_path / "rejects.csv"))
    (look,) = place.propose(corrected).facts.members
    assert (look.format_id, look.told_by, look.problems) == ("spend", "format", ())
    report = load(corrected)
    assert (report.status, report.lines, report.rejected) == ("loaded", 4, 0)
    assert (report.body_id, report.sum_pence) == ("westwick-council", 1234 + 700 - 100 + 300)
    payees = place.lines("spend").filter(lambda t: t.source_id == report.sha256)
    assert "=HYPERLINK Ltd" in payees.payee_text.to_pyarrow().to_pylist()
    listed = place.rejects().facts
    assert (listed.rejected, listed.members[0].supplemented_by) == (0, report.sha256)
    # once, and no more: neither the same file nor another edit of it
    assert load(corrected).status == "already_there"
    again = tmp_path / "again.csv"
    again.write_bytes(corrected.read_bytes().replace(b"7.00", b"8.00"))
    refused = load(again)
    assert (refused.status, refused.code) == ("refused", "already_supplemented")
    replaced = load(again, supersedes=report.sha256)
    assert (replaced.status, replaced.sum_pence) == ("loaded", report.sum_pence + 100)
    # a corrected source takes its supplements with it, and brings them back
    whole = tmp_path / "whole.csv"
    whole.write_text(HEADER + GOOD.replace("Acme", "Acne"))
    newer = load(whole, body=WESTWICK, supersedes=before.sha256)
    assert newer.status == "loaded"
    active = {one.sha256 for one in place.folder.state().active if one.dataset == "spend"}
    assert active == {newer.sha256}
    assert load(again).code == "superseded"
    late = tmp_path / "late.csv"
    late.write_bytes(again.read_bytes().replace(b"8.00", b"9.00"))
    assert load(late).code == "unknown_rejects"
    old = tmp_path / "creditors.csv"
    old.write_text(HEADER + GOOD + BAD)
    load(old, body=WESTWICK, supersedes=newer.sha256)
    active = {one.sha256 for one in place.folder.state().active if one.dataset == "spend"}
    assert active == {before.sha256, replaced.sha256}
    assert check(place.folder) == []


def test_what_is_rejected_again_has_rejects_of_its_own(
    place: Place, load: Load, tmp_path: Path
) -> None:
    rows = _written(place, tmp_path / "rejects.csv")
    rows[1][2] = "12.34"
    part = tmp_path / "part.csv"
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    report = load(part)
    assert (report.lines, report.rejected) == (2, 2)
    open_ones = [one for one in place.rejects().facts.members if one.is_open]
    assert [one.sha256 for one in open_ones] == [report.sha256]
    second = tmp_path / "second.csv"
    place.rejects_file(report.sha256 or "", 0, second)
    text = second.read_text("utf-8-sig")
    assert text.splitlines()[0].count("Rejected from") == 1
    second.write_text(text.replace("about 7", "7").replace("'-1.005", "-1").replace("99/", "09/"))
    assert (load(second).lines, place.rejects().facts.rejected) == (2, 0)


def test_corrected_rejects_as_a_workbook(place: Place, load: Load, tmp_path: Path) -> None:
    rows = _written(place, tmp_path / "rejects.csv")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows[1][2] = "12.34"
    for row in rows[:2]:
        sheet.append(row)
    book.save(tmp_path / "corrected.xlsx")
    report = load(tmp_path / "corrected.xlsx")
    assert (report.status, report.lines, report.body_id) == ("loaded", 1, "westwick-council")


def test_rejects_that_do_not_say_their_source(place: Place, load: Load, tmp_path: Path) -> None:
    rows = _written(place, tmp_path / "rejects.csv")
    for name, key, code in (("mixed", "", "mixed_rejects"), ("other", "ab:0", "unknown_rejects")):
        changed = [rows[0], *([*row[:4], key, *row[5:]] for row in rows[1:])]
        if name == "mixed":
            changed[1][4] = rows[1][4]
        path = tmp_path / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(changed)
        report = load(path)
        assert (report.status, report.code) == ("refused", code)


def test_rejects_of_a_return_are_corrected_too(place: Place, load: Load, tmp_path: Path) -> None:
    path = tiny_place.write_return(
        tmp_path / "return.csv",
        WESTWICK,
        [("out", "Roads", "", "", "own", "about 7"), ("out", "Parks", "", "", "own", "5.00")],
    )
    first = load(path)
    assert (first.lines, first.rejected) == (1, 1)
    out = tmp_path / "rejects.csv"
    place.rejects_file(first.sha256 or "", 0, out)
    out.write_text(out.read_text("utf-8-sig").replace(",about 7,", ",7.00,", 1))
    report = load(out)
    assert (report.format, report.lines, report.sum_pence) == ("return", 1, 700)


def test_wrong_requests_for_rejects(place: Place, tmp_path: Path) -> None:
    sound = next(one for one in place.folder.state().active if not one.rejected)
    for words in (
        (sound.sha256, sound.member_index, tmp_path / "x.csv"),
        (_source(place), 7, tmp_path / "x.csv"),
        (_source(place), 0, tmp_path / "x.xlsx"),
        (_source(place), 0, tmp_path / "none" / "x.csv"),
    ):
        with pytest.raises(RequestError):
            place.rejects_file(*words)
    with pytest.raises(RequestError, match="no source"):
        place.rejects("0000")


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_what_was_made_harmless_comes_back_as_it_was(start: str) -> None:
    assert _unescaped(harmless(f"{start}1")) == f"{start}1"
    assert _unescaped("'twas") == "'twas"
