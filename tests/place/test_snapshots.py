"""Decisions and snapshots: numbered, undone, frozen, chained."""

from __future__ import annotations

import errno
import json
from datetime import date
from pathlib import Path

import pytest

from totalplace.errors import PlaceError, RequestError
from totalplace.place import Folder, NewDecision, check, line_id, parse_line_id

from . import _seam
from ._made import NEW, NOW, OLD, TODAY, add, new_place, register_body, sha256, tree


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return new_place(tmp_path / "place")


def decide(folder: Folder, what: str = "alias", value: str = "acme-ltd") -> int:
    return folder.decide(
        object_id="acme", what=what, value=value, who="jo", when=NOW, why="same company number"
    )


def holding(folder: Folder, at: int | None = None) -> list[int]:
    return [decision.n for decision in folder.decisions(at)]


def test_decisions_are_numbered_and_say_who_when_and_why(folder: Folder) -> None:
    assert folder.decisions() == ()
    assert [decide(folder), decide(folder, value="other")] == [1, 2]
    document = json.loads((folder.path / "decisions" / "1.json").read_text())
    assert document == {
        "n": 1,
        "object_id": "acme",
        "what": "alias",
        "value": "acme-ltd",
        "who": "jo",
        "when": NOW,
        "why": "same company number",
    }


@pytest.mark.parametrize(
    ("undone", "hold"),
    [
        ([], [1, 2]),
        (["1"], [2]),
        (["2", "1"], []),
        # 3 undoes 1, 4 undoes the other
        (["1", "2"], []),
    ],
)
def test_undoing(folder: Folder, undone: list[str], hold: list[int]) -> None:
    decide(folder)
    decide(folder)
    for value in undone:
        decide(folder, "undo", value)
    assert holding(folder) == hold
    assert len(folder.all_decisions()) == 2 + len(undone)


def test_nothing_to_undo(folder: Folder) -> None:
    decide(folder)
    decide(folder)
    decide(folder, "undo", "1")
    for value in ("1", "3", "9", "x"):
        with pytest.raises(RequestError, match="those that hold: 2"):
            decide(folder, "undo", value)
    assert len(folder.all_decisions()) == 3


def _new(object_id: str, what: str = "alias", value: str = "b") -> NewDecision:
    return NewDecision(object_id=object_id, what=what, value=value, who="jo", when=NOW, why="y")


def test_several_are_made_at_once_and_may_undo_one_another(folder: Folder) -> None:
    assert folder.decide_all([_new("a"), _new("b"), _new("1", "undo", "1")]) == (1, 2, 3)
    assert holding(folder) == [2]
    assert folder.decide_all([]) == ()
    with pytest.raises(RequestError) as told:
        folder.decide_all([_new("c"), _new("1", "undo", "1"), _new("9", "undo", "9")])
    assert [problem.where for problem in told.value.problems] == ["1", "9"]
    assert len(folder.all_decisions()) == 3


def test_if_the_disk_is_full_in_between_it_is_told_which_are_made(folder: Folder) -> None:
    def full(name: str, call: object, args: tuple[object, ...]) -> object:
        raise OSError(errno.ENOSPC, "No space left on device")

    with _seam.at_call(10**9, full) as calls:
        folder.decide_all([_new("a"), _new("b")])
    writes = [number for number, name in enumerate(calls) if name == "_write"]
    with _seam.at_call(writes[-1], full), pytest.raises(PlaceError) as told:
        folder.decide_all([_new("c"), _new("d")])
    assert [problem.code for problem in told.value.problems][-1] == "partly_decided"
    assert told.value.problems[-1].where == "decisions 3"
    assert told.value.problems[-1].why.endswith("not made: d")
    assert holding(folder) == [1, 2, 3]


def test_supposed_decisions_are_written_nowhere(folder: Folder) -> None:
    decide(folder)
    supposed = folder.supposing([_new("b"), _new("1", "undo", "1")])
    assert (holding(supposed), holding(folder)) == ([2], [1])
    assert supposed.saved == folder
    frozen = supposed.freeze(today=TODAY)
    assert folder.snapshots() == ()
    assert frozen.content_hash != folder.freeze(today=TODAY).content_hash
    # only decisions of some kinds
    assert supposed.content_hash(["class"]) == folder.content_hash(["class"])
    assert supposed.content_hash(["alias"]) != folder.content_hash(["alias"])
    with pytest.raises(RequestError, match="those that hold: 1"):
        folder.supposing([_new("7", "undo", "7")])


def test_a_decision_without_a_reason_is_none(folder: Folder) -> None:
    with pytest.raises(RequestError, match="who, why"):
        folder.decide(object_id="a", what="b", value="c", who=" ", when=NOW, why="")
    assert folder.decisions() == ()


def test_an_unchanged_place_keeps_its_snapshot(folder: Folder) -> None:
    first = folder.freeze(today=TODAY)
    assert (first.n, first.note, first.previous) == (1, None, "")
    with _seam.at_call(-1, _seam.none) as calls:
        assert folder.freeze(today=date(2027, 1, 1)) == first
    assert calls == [], "a place on a read-only disk can be counted again"
    assert folder.freeze("for the board", today=TODAY).n == 2
    assert [(s.n, s.note) for s in folder.snapshots()] == [(1, None), (2, "for the board")]
    assert (folder.path / "current").read_text() == "2\n"


def test_what_a_figure_can_depend_on_makes_a_new_snapshot(folder: Folder) -> None:
    def frozen() -> int:
        return folder.freeze(today=TODAY).n

    assert frozen() == 1
    folder.store_source(b"a report", name="report.pdf", received=NOW)
    assert frozen() == 1, "a source of which nothing was read"
    with folder.change() as change:
        add(change, OLD)
    assert [frozen(), frozen()] == [2, 2]
    with folder.change() as change:
        register_body(change)
    assert frozen() == 3
    decide(folder)
    assert frozen() == 4
    decide(folder, "undo", "1")
    assert frozen() == 5
    decide(folder)
    decide(folder, "undo", "3")
    assert frozen() == 5, "made and undone"
    with folder.change() as change:
        add(change, NEW)
        change.supersede(sha256(OLD), by=sha256(NEW))
    assert frozen() == 6
    assert check(folder) == []


def test_an_older_snapshot_shows_the_older_state(folder: Folder) -> None:
    with folder.change() as change:
        add(change, OLD)
    decide(folder)
    then = folder.state()
    first = folder.freeze(today=TODAY)
    with folder.change() as change:
        add(change, NEW)
        change.supersede(sha256(OLD), by=sha256(NEW))
    decide(folder)
    decide(folder, "undo", "1")
    folder.freeze(today=TODAY)
    assert folder.state(at=1) == then == first.state
    assert folder.state(at=2) == folder.state()
    assert holding(folder, at=1) == [1]
    assert holding(folder, at=2) == holding(folder) == [2]
    assert all(path.exists() for path in folder.lines_paths("spend", folder.state(at=1)))


def test_snapshots_that_are_not_there(folder: Folder) -> None:
    with pytest.raises(RequestError, match="none yet"):
        folder.snapshot(1)
    folder.freeze(today=TODAY)
    for n in (-1, 0, 2):
        with pytest.raises(RequestError, match="it has 1 to 1"):
            folder.state(at=n)


@pytest.mark.parametrize("top", ["decisions", "snapshots"])
def test_a_gap_is_damage(folder: Folder, top: str) -> None:
    for note in ("a", "b", "c"):
        decide(folder)
        folder.freeze(note, today=TODAY)
    (folder.path / top / "2.json").unlink()
    with pytest.raises(PlaceError, match=r"2\.json"):
        getattr(folder, top)()
    assert any("2.json" in problem.where for problem in check(folder))


def test_a_stray_number_does_not_make_a_long_list(folder: Folder) -> None:
    decide(folder)
    old = tree(folder.path)
    (folder.path / "decisions" / "999999999.json").write_text("{}")
    with pytest.raises(PlaceError, match=r"2\.json"):
        decide(folder)
    (folder.path / "decisions" / "999999999.json").unlink()
    (folder.path / "decisions" / "01.json").write_text("{}")
    assert decide(folder) == 2
    assert old.items() <= tree(folder.path).items()


@pytest.mark.parametrize(
    "text",
    ["", "1:2:3", "x" * 64 + "::1:0", "a" * 64 + "::1", "a" * 64 + "::-1:0", "a" * 64 + "::1:0 "],
)
def test_what_is_no_line_id(text: str) -> None:
    with pytest.raises(RequestError, match="no line_id"):
        parse_line_id(text)


@pytest.mark.parametrize("member", ["", "RS", "a:1:2", "two\nlines", "é"])
def test_line_ids_go_there_and_back(member: str) -> None:
    text = line_id("0f" * 32, member, 1_234_567, 42)
    parts = parse_line_id(text)
    assert (parts.member, parts.row_no, parts.column_no) == (member, 1_234_567, 42)
    assert str(parts) == text
