"""A cluster of one master and two workers, of which one is killed while it works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cluster import Cluster, cluster, group_is_alive, peak_mb, wait_for

from spark_here import NO_SPARK
from totalplace import make_fictional_place, open_place

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.xdist_group("spark"),
    pytest.mark.skipif(bool(NO_SPARK), reason=NO_SPARK),
]
MOST_MB = 4096
SECONDS = 900


def _with_a_killed_worker(on: Cluster, place: Path, folder: Path, *, after: int) -> Any:
    """What a driver prints that loses a worker in mid-job, after so many of its tasks.

    Its temporary folder is given and must be empty at its end; all processes together must stay
    under the limit.
    """
    folder.mkdir()
    script = Path(__file__).with_name("run_on_cluster.py")
    out, err = folder.with_suffix(".out"), folder.with_suffix(".err")
    with out.open("wb") as told, err.open("wb") as failed:
        driver = subprocess.Popen(
            [sys.executable, str(script), on.url, str(place)],
            stdout=told,
            stderr=failed,
            env=os.environ | {"TMPDIR": str(folder)},
            start_new_session=True,
        )
    victim, other = on.workers

    def is_at_work() -> bool:
        assert driver.poll() is None, err.read_text()[-3000:]
        return victim.tasks("Finished") >= after and victim.tasks("Running") > victim.tasks(
            "Finished"
        )

    try:
        wait_for("task on the worker", is_at_work, seconds=SECONDS)
        held = peak_mb(victim.process.pid)
        victim.kill()
        done = other.tasks("Finished")
        assert driver.poll() is None, "the job had ended already"
        assert not group_is_alive(victim.process.pid)
        wait_for("task after the kill", lambda: other.tasks("Finished") > done, seconds=SECONDS)
        peak = 0.0
        while driver.poll() is None:
            members = (on.master, other)
            peak = max(peak, peak_mb(driver.pid) + sum(peak_mb(m.process.pid) for m in members))
            try:
                driver.wait(0.5)
            except subprocess.TimeoutExpired:
                continue
    finally:
        if driver.poll() is None:
            os.killpg(driver.pid, 9)
        driver.wait()
    assert driver.returncode == 0, err.read_text()[-3000:]
    assert list(folder.iterdir()) == []
    assert peak + held < MOST_MB
    return json.loads(out.read_text())


@pytest.fixture
def two_workers(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path / "cluster") as running:
        yield running


def test_a_killed_worker_changes_nothing_of_a_place(two_workers: Cluster, tmp_path: Path) -> None:
    make_fictional_place(tmp_path / "place", people=6_000, seed=5)
    with open_place(tmp_path / "place") as place:
        wanted = json.loads(
            json.dumps(dict(place.count(by=["tier", "function"], per="head").document))
        )
    got = _with_a_killed_worker(two_workers, tmp_path / "place", tmp_path / "driver", after=100)
    assert got == wanted


def test_a_cluster_is_gone_when_a_test_fails(tmp_path: Path) -> None:
    folder = tmp_path / "cluster"
    started: list[int] = []

    def fail(running: Cluster) -> None:
        started.extend(member.process.pid for member in (running.master, *running.workers))
        assert all(group_is_alive(process_id) for process_id in started)
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"), cluster(folder, workers=1) as running:
        fail(running)
    assert len(started) == 2
    assert not any(group_is_alive(process_id) for process_id in started)
    assert not folder.exists()
