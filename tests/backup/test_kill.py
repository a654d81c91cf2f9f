"""`kill -9` while `backup` and `restore` run: at calls of the write seam, and at any time.

Ten kills in ordinary runs, a hundred with TOTALPLACE_FULL_COUNTS=1.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from counted import how_many
from totalplace.place import check, open_folder

from ._made import backed, full_place, restored, taken

KILLS = 50
"""Of each verb."""

SECONDS = 0.4
"""About as long as a command takes: a kill at a random time falls within."""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="fork, /proc")]


def _run(kills: list[dict[str, Any]]) -> list[dict[str, Any]]:
    script = Path(__file__).parents[1] / "place" / "_killed_commands.py"
    done = subprocess.run(
        [sys.executable, str(script)],
        input=json.dumps(kills),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    results: list[dict[str, Any]] = json.loads(done.stdout)
    return results


@pytest.mark.counted
def test_a_kill_leaves_a_whole_backup_or_place_or_none(tmp_path: Path) -> None:
    chance = random.Random(20261130)
    place = full_place(tmp_path / "place").path
    good = tmp_path / "good.zip"
    backed(open_folder(place), good)

    def words(verb: str, to: Path) -> list[str]:
        return ["backup", str(place), "-o", str(to)] if verb == "backup" else [
            "restore", str(good), str(to)
        ]  # fmt: skip

    def kill(verb: str, turn: int) -> dict[str, Any]:
        folder = tmp_path / f"{verb}-{turn}"
        folder.mkdir()
        to = folder / "made"
        return {"verb": verb, "place": str(to), "words": words(verb, to)}

    alone = {verb: kill(verb, -1) for verb in ("backup", "restore")}
    calls = {}
    for verb, ran in zip(alone, _run([*alone.values()]), strict=True):
        assert ran["code"] == 0
        calls[verb] = ran["calls"]
    kills = []
    for verb in alone:
        for turn in range(how_many(KILLS)):
            kills.append(kill(verb, turn))
            if turn % 2:
                kills[-1]["seconds"] = chance.uniform(0, SECONDS)
            else:
                kills[-1]["call"] = chance.randrange(len(calls[verb]))
    results = _run(kills)
    assert sum(result["was_killed"] for result in results) >= len(kills) // 2
    for one, result in zip(kills, results, strict=True):
        made, where = Path(one["place"]), {k: one.get(k) for k in ("verb", "call", "seconds")}
        if made.exists():
            _assert_whole(made, place, tmp_path / "back")
        else:
            assert result["code"] != 0, where
        assert taken(place) == taken(Path(alone["restore"]["place"])), where
    # the same command again: it succeeds, and sweeps up
    left = [one for one in kills if not Path(one["place"]).exists()]
    assert left
    for one, result in zip(left, _run(left_alone(left)), strict=True):
        made = Path(one["place"])
        assert result["code"] == 0
        _assert_whole(made, place, tmp_path / "back")
        names = {path.name for path in made.parent.iterdir()}
        assert names <= {"made", "made.calls.json"}
    assert check(open_folder(place)) == []


def left_alone(kills: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same commands, not killed."""
    return [{"place": one["place"], "words": one["words"]} for one in kills]


def _assert_whole(made: Path, place: Path, back: Path) -> None:
    if made.is_file():
        back = back.with_name(f"back-{made.parent.name}")
        if not back.exists():
            restored(made, back)
        made = back
    assert check(open_folder(made)) == []
    assert taken(made) == taken(place)
