"""`kill -9` while `add`, `snapshot` and `count` run: at calls of the write seam, and at any time.

Ten kills in ordinary runs, a hundred with TOTALPLACE_FULL_COUNTS=1.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import tiny_place
import totalplace
from counted import how_many
from totalplace.place import State, check, open_folder

KILLS = {"add": 60, "snapshot": 20, "count": 20}
FILES = 3
_FIGURES = ("gross_gbp", "eliminated_gbp", "net_gbp", "coverage_pct", "identities", "rows")
SECONDS = {"add": 3.0, "snapshot": 0.1, "count": 2.0}
"""About as long as a command takes: a kill at a random time falls within."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.early,
    pytest.mark.skipif(sys.platform != "linux", reason="fork, /proc"),
]


def _spend_files(folder: Path) -> list[Path]:
    folder.mkdir()
    paths = []
    for number in range(FILES):
        paths.append(folder / f"westwick-{number}.csv")
        rows = (
            f"Westwick Council,0{number + 1}/05/2017,Acme {row},{row}.{number}0\n"
            for row in range(400)
        )
        header = "Body Name,Payment Date,Supplier Name,Amount\n"
        paths[-1].write_text(header + "".join(rows) + "Westwick Council,01/05/2017,Bad,1.005\n")
    return paths


def _words(command: str, place: Path, files: list[Path]) -> list[str]:
    more = {
        "add": [str(path) for path in files],
        "snapshot": ["--note", "as published"],
        "count": ["--json"],
    }
    return [command, str(place), *more[command]]


def _run(kills: list[dict[str, Any]]) -> list[dict[str, Any]]:
    script = Path(__file__).with_name("_killed_commands.py")
    done = subprocess.run(
        [sys.executable, str(script)],
        input=json.dumps(kills),
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    results: list[dict[str, Any]] = json.loads(done.stdout)
    return results


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with registers, returns and a first snapshot."""
    folder = tmp_path_factory.mktemp("template")
    with tiny_place.make_place(folder) as place:
        place.snapshot("first")
        return Path(place.path)


def _seen(state: State) -> list[tuple[str, int, int, int]]:
    return [(m.file_name, m.records, m.lines, m.rejected) for m in state.members]


@pytest.mark.counted
def test_a_killed_command_leaves_a_whole_place(template: Path, tmp_path: Path) -> None:
    files = _spend_files(tmp_path / "files")
    chance = random.Random(20261122)
    # what each does when it is left alone
    whole = {name: shutil.copytree(template, tmp_path / f"whole-{name}") for name in KILLS}
    alone = _run(
        [{"place": str(root), "words": _words(name, root, files)} for name, root in whole.items()]
    )
    kills: list[dict[str, Any]] = []
    after_write = before_rename = 0
    for (name, number), ran in zip(KILLS.items(), alone, strict=True):
        calls = ran["calls"]
        assert ran["code"] == 0, name
        renames = [at for at, call in enumerate(calls) if call == "_rename"]
        assert renames, name
        for turn in range(how_many(number)):
            root = tmp_path / f"{name}-{turn}"
            kill: dict[str, Any] = {
                "command": name,
                "place": str(root),
                "words": _words(name, root, files),
            }
            if turn % 3 == 0:
                kill["seconds"] = chance.uniform(0, SECONDS[name])
            else:
                # between write and rename, or at any other call
                kill["call"] = (
                    chance.choice(renames) if turn % 3 == 1 else chance.randrange(len(calls))
                )
                after_write += "_write" in calls[: kill["call"]]
                before_rename += calls[kill["call"]] == "_rename"
            kills.append(kill)
            shutil.copytree(template, root)
    assert after_write >= how_many(30)
    assert before_rename >= how_many(10)
    results = _run(kills)
    assert sum(result["was_killed"] for result in results) >= len(kills) * 6 // 10
    acknowledged = open_folder(template)
    first = _seen(acknowledged.state())
    snapshot = (template / "snapshots/1.json").read_bytes()
    for kill, result in zip(kills, results, strict=True):
        where = {name: kill.get(name) for name in ("command", "call", "seconds")}
        root = Path(kill["place"])
        assert result["outlived"] == [], where
        folder = open_folder(root)
        problems = [one for one in check(folder) if not one.code.startswith("leftover_")]
        assert problems == [], where
        assert (root / "snapshots/1.json").read_bytes() == snapshot, where
        assert len(folder.snapshots()) <= 2, where
        seen = set(_seen(folder.state()))
        assert set(first) <= seen, where
        added = seen - set(first)
        # files are taken in one by one, in their order, each whole
        assert added == {(path.name, 401, 400, 1) for path in files[: len(added)]}, where
        if result["code"] is not None and kill["command"] == "add":
            assert len(added) == FILES, where
    again = _run([{"place": kill["place"], "words": kill["words"]} for kill in kills])
    for kill, result in zip(kills, again, strict=True):
        root = Path(kill["place"])
        where = {name: kill.get(name) for name in ("command", "call", "seconds")}
        assert result["code"] == 0, where
        folder = open_folder(root)
        assert check(folder) == [], where
        assert list((root / "tmp").iterdir()) == [], where
        assert _seen(folder.state()) == _seen(open_folder(whole[kill["command"]]).state()), where
    counts = {Path(kill["place"]) for kill in kills if kill["command"] == "count"}
    assert len({_figures(root) for root in (*counts, whole["count"])}) == 1


def _figures(root: Path) -> str:
    with totalplace.open_place(root) as place:
        document = place.count().document
    return json.dumps({name: document[name] for name in _FIGURES}, sort_keys=True)


def test_the_same_files_twice_change_no_byte(template: Path, tmp_path: Path) -> None:
    root = shutil.copytree(template, tmp_path / "p")
    words = _words("add", root, _spend_files(tmp_path / "files"))
    seen = []
    for _ in range(2):
        (ran,) = _run([{"place": str(root), "words": words}])
        assert ran["code"] == 0
        seen.append({path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()})
    assert seen[0] == seen[1]
