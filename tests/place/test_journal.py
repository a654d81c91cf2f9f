"""The row of changes: whole states, what others commit is seen, and old places go on."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from totalplace.errors import PlaceError
from totalplace.place import Folder, _journal, check, open_folder

from ._made import (
    BODIES,
    NEW,
    NOW,
    OLD,
    TODAY,
    add,
    made_old,
    new_place,
    register_body,
    sha256,
    tree,
)


def _held(folder: Folder) -> set[str]:
    return {source.sha256 for source in folder.state().sources}


def _old_place(path: Path) -> Folder:
    folder = new_place(path)
    with folder.change() as change:
        add(change, OLD)
    return made_old(path)


def test_a_change_writes_one_document_and_touches_no_other(tmp_path: Path) -> None:
    folder = new_place(tmp_path / "p")
    with folder.change() as change:
        add(change, OLD)
    before = tree(folder.path)
    with folder.change() as change:
        add(change, NEW)
        change.supersede(sha256(OLD), by=sha256(NEW))
    after = tree(folder.path)
    assert {name: after[name] for name in before} == before
    assert "changes/2.json" in after.keys() - before.keys()
    # what has not changed is not said again
    document = json.loads(after["changes/2.json"])
    assert [source["sha256"] for source in document["sources"]] == [sha256(NEW)]
    assert {m["sha256"]: m["status"] for m in document["members"]} == {
        sha256(OLD): "superseded",
        sha256(NEW): "active",
    }


def test_the_same_file_twice_changes_no_byte(tmp_path: Path) -> None:
    folder = new_place(tmp_path / "p")
    for _ in range(2):
        with folder.change() as change:
            add(change, OLD)
        seen = tree(folder.path)
    assert seen == tree(folder.path)
    assert len(list((folder.path / "changes").iterdir())) == 1


def test_an_old_place_opens_and_takes_changes(tmp_path: Path) -> None:
    folder = _old_place(tmp_path / "p")
    assert folder.schema_version == 1
    assert _held(folder) == {sha256(OLD)}
    assert check(folder) == []
    frozen = folder.freeze("of old", today=TODAY)
    old = (folder.path / "working.json").read_bytes()
    with folder.change() as change:
        add(change, NEW)
        change.supersede(sha256(OLD), by=sha256(NEW))
    assert (folder.path / "working.json").read_bytes() == old
    assert open_folder(folder.path).schema_version == 2, "the older program must refuse it"
    assert _held(open_folder(folder.path)) == {sha256(OLD), sha256(NEW)}
    assert folder.state(at=frozen.n).active[0].sha256 == sha256(OLD)
    assert check(folder) == []


@pytest.mark.parametrize("damage", ["removed", "altered"])
def test_the_old_state_is_part_of_the_chain(tmp_path: Path, damage: str) -> None:
    folder = _old_place(tmp_path / "p")
    with folder.change() as change:
        register_body(change)
    document = folder.path / "working.json"
    if damage == "removed":
        document.unlink()
    else:
        document.write_bytes(document.read_bytes() + b" ")
    with pytest.raises(PlaceError, match="was made after"):
        open_folder(folder.path)


def test_what_another_process_commits_is_seen(tmp_path: Path) -> None:
    folder = new_place(tmp_path / "p")
    assert _held(folder) == set()
    script = (
        "import sys; from pathlib import Path; from totalplace.place import open_folder;"
        "open_folder(Path(sys.argv[1])).store_source(b'x', name='x', received=sys.argv[2])"
    )
    subprocess.run([sys.executable, "-c", script, str(folder.path), NOW], check=True)
    assert _held(folder) == {sha256(b"x")}
    folder.store_source(b"y", name="y", received=NOW)
    assert _held(folder) == {sha256(b"x"), sha256(b"y")}
    assert check(folder) == []


def test_a_place_put_in_the_place_of_another_is_read_anew(tmp_path: Path) -> None:
    """Restored from a backup, or made again under the same path."""
    folder = new_place(tmp_path / "p")
    folder.store_source(b"x", name="x", received=NOW)
    backup = shutil.copytree(folder.path, tmp_path / "backup")
    folder.store_source(b"y", name="y", received=NOW)
    shutil.rmtree(folder.path)
    backup.rename(folder.path)
    assert _held(folder) == {sha256(b"x")}
    shutil.rmtree(folder.path)
    assert _held(new_place(tmp_path / "p")) == set()
    with folder.change() as change:
        register_body(change)
    assert _held(folder) == {sha256(BODIES)}


def test_many_places_are_read_in_turn(tmp_path: Path) -> None:
    folders = [new_place(tmp_path / str(number)) for number in range(12)]
    for folder in folders:
        folder.store_source(folder.path.name.encode(), name="x", received=NOW)
    for folder in folders:
        assert _held(folder) == {sha256(folder.path.name.encode())}
    assert len(_journal._remembered) <= 8
