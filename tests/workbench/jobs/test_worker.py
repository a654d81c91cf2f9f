"""Real workers: killed at random, two at once, stopped, with a database that is busy."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from counted import how_many
from totalplace.access import Actor

sys.path.insert(0, str(Path(__file__).parent))
import own_worker  # noqa: F401 - hangs the kinds of jobs on the list

ANN = Actor("ann", frozenset(["analyst"]), frozenset(["*"]))
_PROGRAM = str(Path(__file__).with_name("own_worker.py"))


@contextmanager
def worker(place: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker on the database of the tests; it is told to stop in the end."""
    from django.conf import settings

    environment = os.environ | {"TOTALPLACE_KEYS": str(settings.TOTALPLACE_KEYS)}
    with (place / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, _PROGRAM, "worker"],
            stdin=subprocess.PIPE,
            stderr=log,
            env=environment,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdin is not None
        process.stdin.close()


def enqueued(kind: str, **facts: Any) -> Any:
    from totalplace.workbench.jobs import enqueue

    return enqueue(kind, facts, actor=ANN)


def until(job: Any, holds: Callable[[Any], bool], seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job.refresh_from_db()
        if holds(job):
            return job
        time.sleep(0.02)
    raise AssertionError(f"{job.pk} {job.status} {job.stage} {job.log} {job.problems}")


def begun(folder: Path) -> list[int]:
    path = folder / "begun"
    return [int(pid) for pid in path.read_text().split()] if path.exists() else []


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.slow
@pytest.mark.counted
def test_a_worker_that_is_killed_at_any_moment_loses_no_job(at_work: Path) -> None:
    chance = random.Random(7)
    job, folder = None, at_work
    for number in range(how_many(20, 4) + 1):
        with worker(at_work) as process:
            if job is not None:
                until(job, lambda one: one.is_over)
                assert (job.status, job.result) == ("done", {"steps": 6}), job.problems
                assert len(list(folder.glob("step-?"))) == 6
                assert len(begun(folder)) <= 2
            folder = at_work / f"run-{number}"
            folder.mkdir()
            job = enqueued("test-steps", folder=str(folder), steps=6, seconds=0.05)
            if chance.random() < 0.8:
                until(job, lambda one: one.status == "running")
            time.sleep(chance.random() * 0.6)
            process.kill()
            process.wait()
            for pid in begun(folder):
                deadline = time.monotonic() + 5
                while is_running(pid) and time.monotonic() < deadline:
                    time.sleep(0.01)
                assert not is_running(pid)


@pytest.mark.slow
def test_two_workers_do_no_job_twice_and_tell_a_fault_by_its_number(at_work: Path) -> None:
    from totalplace.workbench.audit._verify import verify
    from totalplace.workbench.audit.models import Entry
    from totalplace.workbench.jobs.models import Job

    file = at_work / "done"
    jobs = [enqueued("test-quick", file=str(file)) for _ in range(4)]
    fault = enqueued("test-fault")
    with worker(at_work), worker(at_work):
        for one in [*jobs, fault]:
            until(one, lambda one: one.is_over)
        # the end of the last is written down after its state
        until(fault, lambda one: one.is_recorded)
    assert file.read_text() == "xxxx"
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}
    (problem,) = fault.problems
    number = problem["where"].rpartition(" ")[2]
    log = (at_work / "worker.log").read_text()
    assert f"fault {number} in job {fault.pk}" in log
    assert "ZeroDivisionError: by nought" in log
    ends = Entry.objects.filter(action="finish").order_by("n")
    assert [one.detail["status"] for one in ends] == ["done"] * 4 + ["failed"]
    assert ends.last().detail["problems"] == ["fault"]
    assert verify().problems == ()


@pytest.mark.slow
def test_stopped_jobs_end_and_a_worker_that_is_told_to_stop_gives_its_job_back(
    at_work: Path, signed_in: Any
) -> None:
    client = signed_in("analyst", "*", name="ann")
    folder = at_work
    with worker(at_work):
        running = enqueued("test-steps", folder=str(folder), steps=600, seconds=0.1)
        waiting = enqueued("test-steps", folder=str(folder), steps=600, seconds=0.1)
        until(running, lambda one: one.stage == "going")
        client.post(f"/jobs/{waiting.pk}/cancel/")
        client.post(f"/jobs/{running.pk}/cancel/")
        for one in (running, waiting):
            until(one, lambda one: one.is_over)
            assert one.status == "cancelled"
        (pid,) = begun(folder)
        assert not is_running(pid)
        again = enqueued("test-steps", folder=str(folder), steps=600, seconds=0.1)
        until(again, lambda one: one.stage == "going")
    again.refresh_from_db()
    assert (again.status, again.attempts, again.stage) == ("queued", 0, "")
    assert "begun again" in again.log[-1][1]


def test_what_a_job_tells_never_fails_it(at_work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    from totalplace.workbench.jobs._kinds import KINDS
    from totalplace.workbench.jobs._run import run_job
    from totalplace.workbench.jobs._take import take

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL waits for no other writer of the table")
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    job = enqueued("test-quick", file=str(at_work / "done"))
    taken = take("quick")
    assert taken == (job.pk, 1)

    def work(facts: Any, told: Any) -> dict[str, Any]:
        with sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            told("while another writes", 1, 2)
            assert time.monotonic() - began < 5
            other.execute("ROLLBACK")
        other.close()
        return {}

    monkeypatch.setitem(KINDS, "test-quick", _with(KINDS["test-quick"], work))
    run_job(*taken)
    job.refresh_from_db()
    assert (job.status, job.problems, job.done) == ("done", [], 1)
    assert job.log[-1][1] == "while another writes"


def _with(kind: Any, work: Any) -> Any:
    from dataclasses import replace

    return replace(kind, work=work)


def test_an_attempt_that_is_over_writes_nothing(at_work: Path) -> None:
    from totalplace.workbench.jobs._run import run_job
    from totalplace.workbench.jobs._take import close, take, take_up_again

    job = enqueued("test-quick", file=str(at_work / "done"))
    assert take("quick") == (job.pk, 1)
    take_up_again()
    assert take("quick") == (job.pk, 2)
    run_job(job.pk, 1)
    assert close(job.pk, 1, 1)
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("running", 2)
    assert not (at_work / "done").exists()
    assert take("quick") is None
    assert not close(job.pk, 2, -9)
    job.refresh_from_db()
    assert "signal 9" in job.problems[0]["why"]


def test_a_job_stopped_while_the_server_was_away_is_not_begun_again(at_work: Path) -> None:
    from totalplace.workbench.jobs._take import take_up_again
    from totalplace.workbench.jobs.models import Job

    job = Job.objects.create(
        kind="t", lane="quick", owner="a", status="running", attempts=1, is_cancelled=True
    )
    take_up_again()
    job.refresh_from_db()
    assert job.status == "cancelled"


def test_old_jobs_go_and_their_facts_stay_in_the_audit(at_work: Path) -> None:
    from django.utils import timezone

    from totalplace.workbench.audit.models import Entry
    from totalplace.workbench.jobs._keep import record_ends, remove_old
    from totalplace.workbench.jobs.models import Job

    facts = {"kind": "load", "lane": "long", "owner": "ann", "attempts": 1}
    result = {"lines": 7, "sha256": "ab" * 32, "payee": "A N Other"}
    old = timezone.now() - timezone.timedelta(days=31)
    first = Job.objects.create(**facts, status="done", finished=old, result=result)
    Job.objects.create(**facts, status="failed", finished=timezone.now(), problems=[{"code": "x"}])
    Job.objects.create(**facts, status="running")
    remove_old()
    assert Job.objects.count() == 3
    record_ends(set())
    record_ends(set())
    remove_old()
    assert list(Job.objects.values_list("status", flat=True)) == ["failed", "running"]
    ends = [one.detail for one in Entry.objects.order_by("n")]
    assert len(ends) == 2
    assert json.dumps(ends).count("A N Other") == 0
    assert ends[0] == {
        "attempts": 1, "job": first.pk, "kind": "load", "status": "done",
        "result_lines": 7, "result_sha256": "ab" * 32,
    }  # fmt: skip


def test_a_sweep_that_fails_ends_neither_the_worker_nor_the_others(
    at_work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from totalplace.workbench.jobs import _worker

    done: list[str] = []

    def fails() -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(_worker, "HOURLY", [fails, lambda: done.append("swept")])
    monkeypatch.setattr(_worker.forkserver, "ensure_running", lambda: None)
    _worker._work(lambda: bool(done))
    assert done == ["swept"]


def test_a_moment_without_the_database_puts_no_sweep_off_for_an_hour(
    at_work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from totalplace.workbench.jobs import _worker

    done: list[str] = []

    def is_locked_once() -> None:
        done.append("locked")
        if len(done) == 1:
            raise OperationalError("database is locked")

    monkeypatch.setattr(_worker, "HOURLY", [is_locked_once, lambda: done.append("swept")])
    monkeypatch.setattr(_worker.forkserver, "ensure_running", lambda: None)
    monkeypatch.setattr(_worker, "_AGAIN_SECONDS", 0)
    monkeypatch.setattr(_worker, "_SOON_SECONDS", 0.5)
    deadline = time.monotonic() + 30
    _worker._work(lambda: len(done) == 3 or time.monotonic() > deadline)
    assert sorted(done) == ["locked", "locked", "swept"]


def test_a_job_whose_end_cannot_be_recorded_ends_neither_the_worker_nor_the_other_ends(
    at_work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    from totalplace.workbench.jobs import _worker
    from totalplace.workbench.jobs.models import Job

    over = {"kind": "load", "lane": "long", "owner": "ann", "finished": timezone.now()}
    # the row of the audit that has allowed it is not there
    Job.objects.create(**over, status="done", asked=999_999)
    good = Job.objects.create(**over, status="done")
    monkeypatch.setattr(_worker.forkserver, "ensure_running", lambda: None)
    monkeypatch.setattr(_worker, "HOURLY", [])
    recorded = Job.objects.filter(is_recorded=True)
    deadline = time.monotonic() + 30
    _worker._work(lambda: recorded.exists() or time.monotonic() > deadline)
    assert [one.pk for one in recorded] == [good.pk]


def test_a_job_that_is_stopped_as_it_is_given_back_does_not_wait_for_ever(
    at_work: Path, signed_in: Any
) -> None:
    from django.db import connection

    from totalplace.workbench.jobs._take import give_back, take

    job = enqueued("test-quick", file=str(at_work / "done"))
    assert take("quick") == (job.pk, 1)
    client = signed_in("analyst", "*", name="ann")
    given_back: list[int] = []

    def after_the_first(execute: Any, sql: str, *more: Any) -> Any:
        found = execute(sql, *more)
        if sql.startswith('UPDATE "jobs_job"') and not given_back:
            given_back.append(job.pk)
            give_back(job.pk, 1)
        return found

    with connection.execute_wrapper(after_the_first):
        assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 302
    job.refresh_from_db()
    assert (job.status, job.finished is not None, given_back) == ("cancelled", True, [job.pk])


def test_what_cannot_start_is_started_more_and_more_seldom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from totalplace.workbench import _supervise

    pauses: list[float] = []
    monkeypatch.setattr(_supervise, "_words", lambda *words: [sys.executable, "-c", *words])

    def kept(code: str, rounds: int) -> list[float]:
        pauses.clear()
        one = _supervise._Kept([code], dict(os.environ), None)

        def wait(seconds: float) -> bool:
            pauses.append(seconds)
            if len(pauses) == rounds:
                one._stopped.set()
            return True

        monkeypatch.setattr(one._stopped, "wait", wait)
        one._keep()
        return list(pauses)

    assert kept("raise SystemExit(1)", 8) == [2, 4, 8, 16, 32, 60, 60, 60]
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert kept(killed, 3) == [1, 1, 1]
    # a process that the system cannot even begin is tried again too
    monkeypatch.setattr(_supervise, "_words", lambda *_: [str(tmp_path / "none-such")])
    assert kept("", 3) == [2, 4, 8]
