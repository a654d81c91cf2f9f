"""A restored place gives the same answers, byte for byte, on a machine that has nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import tiny_place
import totalplace
from disclosure._made import publish
from place._made import made_old
from totalplace.disclosure import open_zone

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tinyshire with payments added after a first snapshot, and a small publication."""
    folder = tmp_path_factory.mktemp("made")
    with tiny_place.make_place(folder) as place:
        place.snapshot("first")
        place.add(tiny_place.write_spend(folder))
        place.decide("*", what="licence", value="OGL-UK-3.0", why="terms of use", who="jo")
        place.snapshot("second")
        publish(place.path / "public", 2)
        place.backup(folder / "tiny.zip")
    return Path(place.path)


def _answers(folder: Path) -> dict[str, str]:
    """What a place says, as it is printed with ``--json``."""
    with totalplace.open_place(folder, clock=tiny_place.clock) as place:
        counted = place.count(by=["tier", "function"], per="head")
        found: dict[str, Any] = {
            "count": counted,
            "explain": place.explain(counted.net.figure_id),
            "diff": place.diff(1, 2),
            "decisions": place.decide(),
        }
    return {name: json.dumps(one.document) for name, one in found.items()}


@pytest.fixture(scope="module")
def expected(made: Path) -> dict[str, str]:
    return _answers(made)


def test_the_same_answers_and_the_same_publication(
    made: Path, expected: dict[str, str], tmp_path: Path
) -> None:
    result = totalplace.restore_place(made.with_name("tiny.zip"), tmp_path / "back")
    assert result.facts.path == tmp_path / "back"
    assert result.document["parts_left"] == []
    assert result.to_arrow().num_rows == result.document["files"]
    old, new = (open_zone(folder).publication(2) for folder in (made, tmp_path / "back"))
    assert new.manifest == old.manifest
    assert {name: new.path_of(name).read_bytes() for name in new.files} == {
        name: old.path_of(name).read_bytes() for name in old.files
    }
    assert _answers(tmp_path / "back") == expected


@pytest.mark.long
def test_published_anew_every_file_is_the_same(made: Path, tmp_path: Path) -> None:
    totalplace.restore_place(made.with_name("tiny.zip"), tmp_path / "back")
    zones = []
    for folder in (Path(shutil.copytree(made, tmp_path / "old")), tmp_path / "back"):
        shutil.rmtree(folder / "public")
        with totalplace.open_place(folder, clock=tiny_place.clock) as place:
            place.publish(at=2)
        zones.append(open_zone(folder).publication(2))
    old, new = zones
    assert new.manifest == old.manifest


def test_an_old_place_counts_as_it_did_before_and_after_it_is_migrated(
    made: Path, tmp_path: Path
) -> None:
    old = Path(shutil.copytree(made, tmp_path / "old"))
    made_old(old)
    counts = []
    for folder in (made, old):
        with totalplace.open_place(folder, clock=tiny_place.clock) as place:
            counts.append(json.dumps(place.count().document))
    with totalplace.open_place(old, clock=tiny_place.clock) as place:
        assert place.folder.schema_version == 1, "nothing was written: the snapshot is there"
        place.backup(tmp_path / "old.zip")
        assert place.migrate().document == {"place": "Tinyshire", "before": 1, "now": 2}
        counts.append(json.dumps(place.count().document))
    totalplace.restore_place(tmp_path / "old.zip", tmp_path / "back")
    with totalplace.open_place(tmp_path / "back", clock=tiny_place.clock) as place:
        assert place.folder.schema_version == 1
        counts.append(json.dumps(place.count().document))
    assert len(set(counts)) == 1


def test_a_backup_tells_what_it_holds(made: Path, tmp_path: Path) -> None:
    told: list[tuple[str, str, int, int]] = []
    with totalplace.open_place(made, clock=tiny_place.clock) as place:
        result = place.backup(
            str(tmp_path / "b.zip"),
            parts={"more/x": lambda sink: sink.write(b"x")},
            progress=lambda *of: told.append(of),
        )
    document = result.document
    assert document["made"] == tiny_place.clock().isoformat(timespec="seconds")
    assert document["counts"]["sources"] == 11
    assert document["counts"]["publications"] == 1
    assert document["parts"] == ["more/x"]
    assert document["bytes"] == (tmp_path / "b.zip").stat().st_size
    assert result.to_arrow().num_rows == document["files"] + 1
    assert told[-1][2:] == (told[-1][3], told[-1][3])
    assert totalplace.restore_place(tmp_path / "b.zip", tmp_path / "back").document[
        "parts_left"
    ] == ["more/x"]
