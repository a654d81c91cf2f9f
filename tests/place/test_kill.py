"""`kill -9` at every call of the write seam: whole states only, nothing acknowledged is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from totalplace.place import _files, check, open_folder

from ._killed import SESSION, step
from ._made import BODIES, NEW, OLD, new_place, sha256


def _done(root: Path) -> list[str]:
    """What of the session can be seen in a place, from the documents alone."""
    folder = open_folder(root)
    state = folder.state()
    status = {member.sha256: member.status for member in state.members}
    seen = []
    if {sha256(OLD), sha256(BODIES)} <= status.keys():
        seen.append("first file")
    if status == {sha256(OLD): "superseded", sha256(NEW): "active", sha256(BODIES): "active"}:
        seen.append("corrected file")
    else:
        assert set(status.values()) <= {"active"}, "half a correction"
        assert len(status) in {0, 2}, "half a change"
    assert {source.sha256 for source in state.sources} == status.keys()
    seen += ["decision"] * len(folder.decisions()) + ["snapshot"] * len(folder.snapshots())
    return seen


@pytest.mark.slow
def test_a_kill_at_any_call_loses_nothing_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = new_place(tmp_path / "template").path
    work = tmp_path / "work"
    work.mkdir()
    script = Path(__file__).with_name("_killed.py")
    done = subprocess.run(
        [sys.executable, str(script), str(template), str(work)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    kills = int(done.stdout)
    assert kills >= 100
    monkeypatch.setattr(_files, "_fsync", lambda fd: None)
    last_seen = 0
    for number in range(kills):
        root, log = work / str(number), work / f"{number}.acknowledged"
        acknowledged = log.read_text().splitlines() if log.exists() else []
        seen = _done(root)
        where = f"killed at call {number} of {kills}"
        assert seen == list(SESSION[: len(seen)]), where
        assert len(acknowledged) <= len(seen) <= len(acknowledged) + 1, where
        assert len(seen) >= last_seen, where
        last_seen = len(seen)
        harmful = [p for p in check(open_folder(root)) if not p.code.startswith("leftover_")]
        assert harmful == [], where
        # the next writer sweeps up, and the work can simply be done again from where it stopped
        for name in SESSION[len(seen) :]:
            step(open_folder(root), name)
        step(open_folder(root), "snapshot")
        assert check(open_folder(root)) == [], where
        assert list((root / "tmp").iterdir()) == [], where
    assert last_seen == len(SESSION)
