"""A classification is computed from what the place holds, kept, and the same without being kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import tiny_place
from totalplace.classify import classified
from totalplace.engine import Engine, duckdb_engine
from totalplace.place import Folder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    one = duckdb_engine(threads=1)
    yield one
    one.close()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    place = tiny_place.make_place(tmp_path)
    place.add(tiny_place.write_spend(tmp_path))
    return place.folder


def kept(folder: Folder) -> list[Path]:
    return sorted((folder.path / "tables" / "classify").glob("*.parquet"))


def test_it_is_kept_and_read_again_and_a_damaged_copy_is_made_anew(
    engine: Engine, folder: Folder
) -> None:
    first = classified(engine, folder, folder.state(), ())
    [path] = kept(folder)
    written = path.stat().st_mtime_ns
    assert classified(engine, folder, folder.state(), ()).equals(first)
    assert path.stat().st_mtime_ns == written
    path.write_bytes(b"not a table")
    assert classified(engine, folder, folder.state(), ()).equals(first)
    path.unlink()
    assert classified(engine, folder, folder.state(), ()).equals(first)


def test_a_correction_makes_another(engine: Engine, folder: Folder) -> None:
    before = classified(engine, folder, folder.state(), folder.decisions())
    what = {"what": "class", "value": "08", "who": "Ann", "when": "2026-11-22", "why": "so"}
    folder.decide(object_id="* | Highways | *", **what)
    after = classified(engine, folder, folder.state(), folder.decisions())
    assert set(before["route"].to_pylist()) == {"rule"}
    assert set(after["route"].to_pylist()) == {"decision"}
    assert len(kept(folder)) == 2


def test_no_correction_is_forgotten_by_alias_or_stream(engine: Engine, folder: Folder) -> None:
    classified(engine, folder, folder.state(), folder.decisions())
    what = {"what": "alias", "value": "none", "who": "Ann", "when": "2026-11-22", "why": "so"}
    folder.decide(object_id="Acme", **what)
    classified(engine, folder, folder.state(), folder.decisions())
    assert len(kept(folder)) == 1
