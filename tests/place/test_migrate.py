"""Places of an older schema: read as they are, renewed by the first write or by `migrate`."""

from __future__ import annotations

import errno
import itertools
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from totalplace.cli import main
from totalplace.errors import PlaceError
from totalplace.place import Folder, _files, check, migrate, open_folder

from . import _seam
from ._made import NEW, NOW, OLD, TODAY, add, made_old, new_place, sha256, tree


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_files, "_fsync", lambda fd: None)


def _decide(folder: Folder) -> None:
    folder.decide(object_id="a", what="alias", value="b", who="jo", when=NOW, why="same")


def _add(folder: Folder) -> None:
    with folder.change() as change:
        add(change, NEW)
        change.supersede(sha256(OLD), by=sha256(NEW))


def _freeze(folder: Folder) -> None:
    folder.freeze("of the old", today=TODAY)


def _map(folder: Folder) -> None:
    folder.edit_mapping(lambda _: "# agreed\n")


def _nothing(folder: Folder) -> None:
    with folder.change() as change:
        change.store_source(OLD, name="spend.csv", received=NOW)
    folder.edit_mapping(lambda _: None)
    folder.freeze(today=TODAY)
    folder.write_derived("net", "ab12", pa.table({"pence": [1]}))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place of schema 1, with a decision and a snapshot."""
    folder = new_place(tmp_path_factory.mktemp("template") / "place")
    with folder.change() as change:
        add(change, OLD)
    _decide(folder)
    folder.freeze("first", today=TODAY)
    return made_old(folder.path).path


@pytest.fixture
def old(template: Path, tmp_path: Path) -> Folder:
    return open_folder(shutil.copytree(template, tmp_path / "place"))


def test_an_old_place_is_read_as_it_is(old: Folder) -> None:
    before = tree(old.path)
    assert old.schema_version == 1
    assert [source.sha256 for source in old.state().sources] == [sha256(OLD)]
    assert len(old.decisions()) == len(old.snapshots()) == 1
    assert old.state(at=1) == old.state()
    assert check(old) == []
    assert tree(old.path) == before


@pytest.mark.parametrize("write", [_decide, _add, _freeze, _map])
def test_the_first_write_makes_it_a_new_one(old: Folder, write: Callable[[Folder], None]) -> None:
    before = tree(old.path)
    write(old)
    assert open_folder(old.path).schema_version == 2, "an older program must refuse it"
    assert check(open_folder(old.path)) == []
    after = tree(old.path)
    changed = {name for name in before if after[name] != before[name]}
    assert changed <= {"place.toml", "current"}
    for another in (_decide, _add, _freeze, _map):
        another(open_folder(old.path))
    assert check(open_folder(old.path)) == []


def test_what_writes_nothing_but_the_cache_leaves_it_old(old: Folder) -> None:
    before = tree(old.path)
    _nothing(old)
    after = tree(old.path)
    assert {name for name in after if name not in before} == {
        name for name in after if name.startswith("tables/")
    }
    assert open_folder(old.path).schema_version == 1


def test_migrate_makes_it_a_new_one_once(old: Folder) -> None:
    before = tree(old.path)
    assert migrate(old.path) == (1, 2)
    after = tree(old.path)
    assert after.pop("place.toml") != before.pop("place.toml")
    assert after == before
    assert (old.path / "changes").is_dir()
    assert migrate(old.path) == (2, 2)
    assert check(open_folder(old.path)) == []
    assert open_folder(old.path).state() == old.state()


@pytest.mark.parametrize("operation", [lambda folder: migrate(folder.path), _decide])
@pytest.mark.parametrize("fault", [_seam.before(errno.ENOSPC), _seam.after(errno.EIO)])
def test_any_failing_call_leaves_a_place_that_opens(
    template: Path, tmp_path: Path, fault: _seam.Fault, operation: Callable[[Folder], object]
) -> None:
    held = open_folder(template).state()
    for number in itertools.count():
        folder = open_folder(shutil.copytree(template, tmp_path / str(number)))
        with _seam.at_call(number, fault) as calls:
            failed = False
            try:
                operation(folder)
            except PlaceError:
                failed = True
        if number >= len(calls):
            break
        where = f"call {number}: {calls[number]}"
        again = open_folder(folder.path)
        assert again.state() == held, where
        assert [one for one in check(again) if "leftover_" not in one.code] == [], where
        assert failed or calls[number] == "_unlink", where
        migrate(folder.path)
        _add(folder)
        assert open_folder(folder.path).schema_version == 2, where
        assert check(folder) == [], where
    assert number > 3


def test_the_verb(old: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    for before in (1, 2):
        assert main(["migrate", str(old.path), "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {
            "place": "Marlbrook",
            "before": before,
            "now": 2,
            "workbench": False,
        }
    assert main(["migrate", str(old.path)]) == 0
    assert "already" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["migrate", "check", "snapshot", "backup"])
def test_a_newer_place_is_refused_and_left_alone(
    old: Folder, tmp_path: Path, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = old.path / "place.toml"
    toml.write_text(toml.read_text().replace("schema_version = 1", "schema_version = 3"))
    before = tree(old.path)
    words = [verb, str(old.path), *(["-o", str(tmp_path / "b.zip")] if verb == "backup" else [])]
    assert main([*words, "--json"]) == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["code"] == "newer_place"
    assert "newest totalplace" in problem["fix"]
    assert tree(old.path) == before
    assert not (tmp_path / "b.zip").exists()
