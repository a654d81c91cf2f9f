"""Jobs: done in processes of their own, told how far they are, stopped, taken up again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from totalplace.access import Actor

ANALYST = Actor("ann", frozenset(["analyst"]), frozenset(["*"]))


def job_of(kind: str, **facts: Any) -> Any:
    from totalplace.workbench.jobs import enqueue

    return enqueue(kind, facts, actor=ANALYST)


def until(job: Any, holds: Callable[[Any], bool], seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job.refresh_from_db()
        if holds(job):
            return job
        time.sleep(0.05)
    raise AssertionError(f"{job.status} {job.stage} {job.log} {job.problems}")


def test_an_analyst_sees_how_far_a_job_is(at_work: Path, signed_in: Any) -> None:
    from django.utils import timezone

    from totalplace.workbench.jobs import job_kind
    from totalplace.workbench.jobs._kinds import KINDS
    from totalplace.workbench.jobs.models import Job

    job_kind("test", "Count to ten", lane="quick")(lambda *_: {})
    try:
        job = job_of("test")
    finally:
        del KINDS["test"]
    began = timezone.now() - timezone.timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(
        status="running", stage="reading", done=25, total=100, stage_began=began
    )
    client = signed_in("analyst", "*")
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "25%" in page
    assert "reading" in page
    assert " left</p>" in page
    found = client.get(f"/jobs/{job.pk}.json").json()
    assert (found["percent"], found["status"]) == (25, "running")
    assert found["eta_seconds"] >= 3
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 302
    job.refresh_from_db()
    assert job.is_cancelled


@pytest.mark.parametrize("is_there", [True, False])
def test_a_job_of_another_body_looks_like_none(
    at_work: Path, signed_in: Any, is_there: bool
) -> None:
    from totalplace.workbench.jobs.models import Job

    if is_there:
        number = Job.objects.create(
            kind="test", lane="quick", owner="bob", bodies=["fordwick-council"]
        ).pk
    else:
        number = 999_999
    answer = signed_in("analyst", "millcombe-council").get(f"/jobs/{number}/")
    assert answer.status_code == 403
    assert "or it is not there" in answer.content.decode()
    listed = signed_in("analyst", "millcombe-council").get("/jobs/").content.decode()
    assert "There are no jobs." in listed


def test_signed_out_the_same_link_says_why_not(at_work: Path, anybody: Any) -> None:
    answer = anybody.get("/jobs/1/")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "you are not signed in" in page
    assert "/account/sign-in/?next=/jobs/1/" in page


def _work(facts: Mapping[str, Any], told: Any) -> Mapping[str, Any]:
    del facts, told
    return {}


def test_a_job_that_a_dead_worker_had_begun_is_begun_again_once(at_work: Path) -> None:
    from totalplace.workbench.jobs._take import take_up_again
    from totalplace.workbench.jobs.models import Job

    first = Job.objects.create(kind="t", lane="quick", owner="a", status="running", attempts=1)
    second = Job.objects.create(kind="t", lane="quick", owner="a", status="running", attempts=2)
    take_up_again()
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.status == "queued"
    assert second.status == "failed"
    assert "the server was stopped" in second.problems[0]["why"]


def test_an_unknown_end_of_a_process_is_told(at_work: Path) -> None:
    from totalplace.workbench.jobs._worker import work
    from totalplace.workbench.jobs.models import Job

    # a kind that this version does not have: its process ends with a fault
    job = Job.objects.create(kind="none-such", lane="quick", owner="a")
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(stop.is_set,))
    worker.start()
    try:
        until(job, lambda one: one.is_over)
    finally:
        stop.set()
        worker.join()
    assert job.status == "failed"
    assert job.problems[0]["code"] in {"fault", "job_ended"}


@pytest.mark.parametrize(
    ("passed_seconds", "words"),
    [
        (5, "less than a minute left"),
        (30, "about 2 minutes left"),
        (100, "about 5 minutes left"),
        (6_000, "about 5 hours left"),
    ],
)
def test_the_time_left_is_told_in_words(at_work: Path, passed_seconds: int, words: str) -> None:
    from django.utils import timezone

    from totalplace.workbench.jobs.models import Job
    from totalplace.workbench.jobs.views import time_left

    began = timezone.now() - timezone.timedelta(seconds=passed_seconds)
    job = Job(status="running", done=25, total=100, stage_began=began)
    assert time_left(job) == words
    assert time_left(Job(status="done", done=25, total=100, stage_began=began)) == ""
    assert time_left(Job(status="running", done=0, total=100, stage_began=began)) == ""
