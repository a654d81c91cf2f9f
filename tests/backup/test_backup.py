"""A backup holds a whole place, as it is at one moment, and gives it back byte for byte."""

from __future__ import annotations

import json
import os
import shutil
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from disclosure._made import publish
from place._made import NOW, TODAY, new_place, sha256
from totalplace.backup import Manifest
from totalplace.disclosure.publish import withdraw_publication
from totalplace.errors import PlaceError, RequestError
from totalplace.place import Folder, check, open_folder

from ._made import backed, full_place, restored, taken


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return full_place(tmp_path_factory.mktemp("template") / "place").path


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Folder:
    return open_folder(shutil.copytree(template, tmp_path / "place"))


def test_a_restored_place_is_the_same_byte_for_byte(folder: Folder, tmp_path: Path) -> None:
    made = backed(folder, tmp_path / "b.zip")
    back = restored(tmp_path / "b.zip", tmp_path / "back")
    assert taken(tmp_path / "back") == taken(folder.path)
    assert check(open_folder(tmp_path / "back")) == []
    assert back.manifest == made.manifest
    assert made.left_out == {}
    assert made.manifest.counts == {
        "sources": 3,
        "members": 3,
        "lines": 5,
        "changes": 2,
        "decisions": 2,
        "snapshots": 2,
        "publications": 1,
        "withdrawn": 1,
    }
    # it can go on: nothing of the old place is needed
    again = open_folder(tmp_path / "back")
    again.store_source(b"more", name="more.csv", received=NOW)
    assert check(again) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "back", "place"]


def test_the_manifest_says_what_the_archive_holds(folder: Folder, tmp_path: Path) -> None:
    made = backed(folder, tmp_path / "b.zip", made_by="9.8")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.testzip() is None
        *names, last = archive.namelist()
        document = json.loads(archive.read("manifest.json"))
        for entry in document["files"]:
            data = archive.read(f"place/{entry['name']}")
            assert (sha256(data), len(data)) == (entry["sha256"], entry["size_bytes"])
    assert last == "manifest.json"
    assert names == [f"place/{entry['name']}" for entry in document["files"]]
    assert {name: document[name] for name in ("format", "format_version", "made", "made_by")} == {
        "format": "totalplace backup",
        "format_version": 1,
        "made": NOW,
        "made_by": "9.8",
    }
    assert (document["place_id"], document["schema_version"]) == (folder.id, 2)
    assert made.size_bytes == (tmp_path / "b.zip").stat().st_size
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600


def test_the_same_place_gives_the_same_backup(folder: Folder, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        backed(folder, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize("is_there", [False, True])
def test_an_empty_place_and_an_empty_folder(tmp_path: Path, is_there: bool) -> None:
    backed(new_place(tmp_path / "place"), tmp_path / "b.zip")
    if is_there:
        (tmp_path / "back").mkdir()
    restored(tmp_path / "b.zip", tmp_path / "back")
    back = open_folder(tmp_path / "back")
    assert (back.name, check(back), back.state().sources) == ("Marlbrook", [], ())


def test_a_place_on_which_nobody_may_write_is_backed_up(folder: Folder, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.path.rglob("*")}
    backed(folder, tmp_path / "b.zip")
    assert {path: path.stat().st_mtime_ns for path in folder.path.rglob("*")} == before


def test_what_is_no_file_of_the_place_is_left_out_and_told(folder: Folder, tmp_path: Path) -> None:
    root = folder.path
    (root / "workbench").mkdir()
    (root / "workbench" / "workbench.sqlite3").write_bytes(b"live")
    (root / "notes" / "link").symlink_to("/etc/passwd")
    (root / "outside").symlink_to("/etc")
    os.mkfifo(root / "notes" / "pipe")
    (root / "notes" / "two\nlines").write_text("odd")
    (root / "sources" / "stray").write_bytes(b"nobody's")
    (root / ".current.0123.tmp").write_bytes(b"half")
    made = backed(folder, tmp_path / "b.zip")
    assert {name: why.split()[-1] for name, why in made.left_out.items()} == {
        "notes/link": "file",
        "notes/pipe": "file",
        "notes/two\nlines": "kept",
        "outside": "file",
        "sources/stray": "it",
    }
    restored(tmp_path / "b.zip", tmp_path / "back")
    left = {*made.left_out, ".current.0123.tmp"}
    assert taken(tmp_path / "back").keys() == taken(root).keys() - left
    assert not (tmp_path / "back" / "workbench").exists()


def test_the_name_of_the_last_snapshot_is_put_right(folder: Folder, tmp_path: Path) -> None:
    (folder.path / "current").write_text("1\n")
    backed(folder, tmp_path / "b.zip")
    restored(tmp_path / "b.zip", tmp_path / "back")
    assert (tmp_path / "back" / "current").read_text() == "2\n"


def _where(folder: Folder, tmp_path: Path, name: str) -> Path:
    (tmp_path / "folder").mkdir()
    (tmp_path / "there.zip").write_bytes(b"mine")
    (tmp_path / "way").symlink_to(folder.path)
    return {
        "inside": folder.path / "b.zip",
        "inside by a link": tmp_path / "way" / "notes" / "b.zip",
        "a folder": tmp_path / "folder",
        "the place": folder.path,
        "nowhere": tmp_path / "none" / "b.zip",
        "there": tmp_path / "there.zip",
    }[name]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("inside", "backup_inside_place"),
        ("inside by a link", "backup_inside_place"),
        ("the place", "backup_inside_place"),
        ("a folder", "not_a_file"),
        ("nowhere", "no_folder"),
        ("there", "file_exists"),
    ],
)
def test_where_no_backup_is_written(folder: Folder, tmp_path: Path, name: str, code: str) -> None:
    where = _where(folder, tmp_path, name)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(RequestError) as told:
        backed(folder, where)
    (problem,) = told.value.problems
    assert problem.code == code
    assert problem.fix
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "there.zip").read_bytes() == b"mine"


def test_a_file_that_is_there_is_replaced_when_that_is_said(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"old")
    backed(folder, tmp_path / "b.zip", replace=True)
    restored(tmp_path / "b.zip", tmp_path / "back")


def test_a_file_that_appears_meanwhile_is_not_replaced(folder: Folder, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="there is a file of this name"):
        backed(
            folder,
            tmp_path / "b.zip",
            progress=lambda *_: (tmp_path / "b.zip").write_bytes(b"another's"),
        )
    assert (tmp_path / "b.zip").read_bytes() == b"another's"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "place"]


def test_every_damage_is_told_and_nothing_is_written(folder: Folder, tmp_path: Path) -> None:
    source, *others = sorted(folder.path.glob("sources/*/*[!n]"))
    lines = next(folder.path.glob("lines/spend/*"))
    report = folder.path / "public/2/reports/count-2017-18.html"
    for path in (source, lines):
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    others[0].unlink()
    report.write_bytes(b"<p>2.00</p>")
    with pytest.raises(PlaceError) as told:
        backed(folder, tmp_path / "b.zip")
    found = {problem.where: problem.code for problem in told.value.problems}
    assert found == {
        str(source): "damaged_file",
        str(lines): "damaged_file",
        str(report): "damaged_file",
        str(others[0]): "vanished",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_a_stopped_backup_leaves_nothing(folder: Folder, tmp_path: Path) -> None:
    def stop(file: str, stage: str, done: int, total: int) -> None:
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backed(folder, tmp_path / "b.zip", progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_progress_goes_on_to_the_end(folder: Folder, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    made = backed(folder, tmp_path / "b.zip", progress=lambda *of: told.append(of[2:]))
    size = made.manifest.size_bytes
    assert told == sorted(told)
    assert told[-1] == (size, size)
    told.clear()
    restored(tmp_path / "b.zip", tmp_path / "back", progress=lambda *of: told.append(of[2:]))
    assert told == sorted(told)
    assert {total for _, total in told} == {size}


def test_what_others_write_meanwhile_is_in_it_whole_or_not_at_all(
    folder: Folder, tmp_path: Path
) -> None:
    """Between any two files that are taken somebody adds, decides, freezes and publishes."""
    wrote: list[int] = []

    def write(*_: Any) -> None:
        n = len(wrote) + 3
        wrote.append(n)
        if n < 6:
            folder.store_source(f"new {n}".encode(), name="new.csv", received=NOW)
            folder.decide(object_id=f"{n}", what="alias", value="b", who="jo", when=NOW, why="w")
            folder.freeze(f"snapshot {n}", today=TODAY)
            publish(folder.path / "public", n)

    before = taken(folder.path)
    backed(folder, tmp_path / "b.zip", progress=write)
    assert len(wrote) > 10
    restored(tmp_path / "b.zip", tmp_path / "back")
    assert taken(tmp_path / "back") == before
    assert taken(folder.path) != before


def test_a_publication_that_is_withdrawn_meanwhile(folder: Folder, tmp_path: Path) -> None:
    asked: list[str] = []

    def withdraw(file: str, *_: Any) -> None:
        asked.append(file)
        if file.startswith("public/2/") and not (folder.path / "public/2/withdrawn.json").exists():
            place = {"id": folder.id, "name": folder.name}
            withdraw_publication(folder.path / "public", 2, reason="x", when=NOW, place=place)

    made = backed(folder, tmp_path / "b.zip", progress=withdraw)
    assert len(asked) > len(set(asked)), "it was begun anew"
    assert made.manifest.counts["publications"] == 0
    assert made.manifest.counts["withdrawn"] == 2
    restored(tmp_path / "b.zip", tmp_path / "back")
    assert taken(tmp_path / "back") == taken(folder.path)


def test_parts_of_the_caller_are_kept_beside_the_place(folder: Folder, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"secret")

    def dump(sink: Any) -> None:
        # taken before the place: what it says of the place is then in it
        n = folder.decide(object_id="z", what="alias", value="b", who="jo", when=NOW, why="w")
        sink.write(b"decision ")
        sink.write(b"%d\n" % n)

    parts = {"workbench/database.jsonl": dump, "workbench/keys/secret": key}
    made = backed(folder, tmp_path / "b.zip", parts=parts)
    assert [entry.name for entry in made.manifest.parts] == list(parts)
    without = restored(tmp_path / "b.zip", tmp_path / "without")
    assert without.parts_left == tuple(parts)
    seen: dict[str, Any] = {}

    def read(given: Any, place: Path) -> None:
        seen.update({name: path.read_bytes() for name, path in given.items()})
        assert {stat.S_IMODE(path.stat().st_mode) for path in given.values()} == {0o600}
        assert len(open_folder(place).all_decisions()) == 3
        (place / "workbench").mkdir()
        given["workbench/keys/secret"].rename(place / "workbench" / "secret")

    assert restored(tmp_path / "b.zip", tmp_path / "back", read_parts=read).parts_left == ()
    assert seen == {"workbench/database.jsonl": b"decision 3\n", "workbench/keys/secret": b"secret"}
    assert (tmp_path / "back" / "workbench" / "secret").read_bytes() == b"secret"


def test_parts_that_cannot_be_read_stop_the_restore(folder: Folder, tmp_path: Path) -> None:
    backed(folder, tmp_path / "b.zip", parts={"x": lambda sink: sink.write(b"x")})

    def read(*_: Any) -> None:
        raise RuntimeError("the database is not empty")

    with pytest.raises(RuntimeError):
        restored(tmp_path / "b.zip", tmp_path / "back", read_parts=read)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "place"]


def test_the_leftovers_of_the_killed_go_and_those_of_the_living_stay(
    folder: Folder, tmp_path: Path
) -> None:
    (tmp_path / ".b.zip.0123abcd.tmp").write_bytes(b"half")
    (tmp_path / ".back.0123abcd.restoring" / "place").mkdir(parents=True)
    (tmp_path / ".c.zip.0123abcd.tmp").write_bytes(b"another's")
    alive: list[str] = []

    def look(*_: Any) -> None:
        backed(folder, tmp_path / "b.zip", replace=True)
        alive[:] = [path.name for path in tmp_path.glob(".b.zip.*")]

    backed(folder, tmp_path / "b.zip", parts={"x": look}, replace=True)  # type: ignore[dict-item]
    assert len(alive) == 1
    restored(tmp_path / "b.zip", tmp_path / "back")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {".c.zip.0123abcd.tmp", "b.zip", "back", "place"}


def test_a_name_of_a_part_stays_below_its_folder(folder: Folder, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no names of parts"):
        backed(folder, tmp_path / "b.zip", parts={"../x": tmp_path / "x"})


def test_a_manifest_adds_up() -> None:
    with pytest.raises(ValueError, match="not the sum"):
        Manifest(
            format="totalplace backup",
            format_version=1,
            made=NOW,
            made_by="1",
            place_id="a",
            place_name="A",
            schema_version=2,
            counts={},
            size_bytes=1,
            files=(),
            parts=(),
        )
