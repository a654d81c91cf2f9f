"""Publishing with two persons: proposed, compared, approved, published, corrected, withdrawn."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jobs_here import run_jobs
from tiny import payments_file, tiny

from counted import each
from totalplace import open_place
from totalplace.disclosure import open_zone

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def place(made: Path, tmp_path: Path, database: None) -> Iterator[Path]:
    from settings_here import working_on

    folder = shutil.copytree(made, tmp_path / "place")
    with working_on(folder):
        yield folder


def last() -> Any:
    from totalplace.workbench.releases.models import Release

    return Release.objects.order_by("-id").first()


def _job(number: int) -> Any:
    from totalplace.workbench.jobs.models import Job

    return Job.objects.filter(pk=number)


def proposed(analyst: Any, note: str = "April is in", **more: str) -> Any:
    answer = analyst.post("/work/releases/new/", {"note": note, **more})
    assert answer.status_code == 302, answer.content.decode()
    run_jobs()
    return last()


def test_a_publication_from_proposal_to_correction(place: Path, signed_in: Any) -> None:
    analyst, second = signed_in("analyst", "*"), signed_in("governance")
    first = proposed(analyst)
    assert (first.status, first.before) == ("proposed", None)
    page = analyst.get(f"/work/releases/{first.pk}/").content.decode()
    assert "nobody approves their own" in page
    assert "Approve and publish" not in page
    # looked at is said, not taken for granted
    url = f"/work/releases/{first.pk}/approve/"
    assert second.post(url).status_code == 400
    assert second.post(url, {"looked": "yes"}).status_code == 302
    assert run_jobs() == ["done"]
    assert open_zone(place).numbers == (first.snapshot,)
    assert second.post(url, {"looked": "yes"}).status_code == 400
    # killed after it was let out and before that was written down, it is public all the same
    type(first).objects.filter(pk=first.pk).update(status="publishing")
    job = type(first).objects.get(pk=first.pk).job
    _job(job).update(status="failed")
    assert "published" in second.get(f"/work/releases/{first.pk}/").content.decode()
    assert type(first).objects.get(pk=first.pk).status == "published"
    _job(job).update(status="done")

    with open_place(place) as one:
        one.add(payments_file(place.parent, month=5), publisher="W", licence="OGL-UK-3.0")
        net = one.count().facts.net_pence
    wrong = proposed(analyst, "May is in", corrects=str(first.snapshot))
    (year,) = wrong.difference
    assert year["after"]["net_pence"] == net
    changes = sum(row["change_pence"] for row in year["rows"])
    assert changes == year["after"]["net_pence"] - year["before"]["net_pence"] != 0
    assert any("payments-05.csv added" in cause for row in year["rows"] for cause in row["causes"])
    page = second.get(f"/work/releases/{wrong.pk}/").content.decode()
    assert "payments-05.csv added" in page
    second.post(f"/work/releases/{wrong.pk}/approve/", {"looked": "yes"})
    assert run_jobs() == ["done"]
    zone = open_zone(place)
    assert zone.numbers == (wrong.snapshot,)
    notice = zone.withdrawn[first.snapshot]["reason"]
    assert notice == f"Corrected by publication {wrong.snapshot}. May is in"
    assert zone.latest.manifest["note"] == "May is in"

    answer = second.post(f"/work/releases/publications/{wrong.snapshot}/withdraw/", {"reason": ""})
    assert answer.status_code == 400
    second.post(f"/work/releases/publications/{wrong.snapshot}/withdraw/", {"reason": "all wrong"})
    assert open_zone(place).withdrawn[wrong.snapshot]["reason"] == "all wrong"


def test_nobody_approves_their_own_and_no_job_goes_round_it(place: Path, signed_in: Any) -> None:
    from totalplace.workbench.jobs import enqueue
    from totalplace.workbench.releases.models import Release

    both = signed_in("analyst governance", "*", name="both")
    release = Release.objects.create(note="n", proposed_by="both", status="proposed", snapshot=1)
    answer = both.post(f"/work/releases/{release.pk}/approve/", {"looked": "yes"})
    assert answer.status_code == 403
    assert "not the one who proposed it" in answer.content.decode()

    class Both:
        name = "both"

    enqueue("publish", {"release": release.pk}, actor=Both())  # type: ignore[arg-type]
    assert run_jobs() == ["failed"]
    assert not (place / "public").exists()


def test_what_may_not_be_published_is_told_when_it_is_proposed(place: Path, signed_in: Any) -> None:
    unlicensed = place.parent / "unlicensed"
    unlicensed.mkdir()
    with open_place(place) as one:
        one.add(payments_file(unlicensed, month=6))
    analyst = signed_in("analyst", "*")
    release = proposed(analyst)
    assert release.status == "failed"
    page = analyst.get(f"/work/releases/{release.pk}/").content.decode()
    assert "licence" in page
    assert "nobody has said under which licence" in page


def test_a_refusal_needs_a_reason_and_is_told(place: Path, signed_in: Any) -> None:
    from totalplace.workbench.releases.models import Release

    release = Release.objects.create(note="n", proposed_by="ann", status="proposed", snapshot=None)
    second, url = signed_in("governance"), f"/work/releases/{release.pk}/refuse/"
    assert second.post(url, {"reason": " "}).status_code == 400
    assert second.post(url, {"reason": "May is missing"}).status_code == 302
    assert (
        "May is missing"
        in signed_in("analyst", "*").get(f"/work/releases/{release.pk}/").content.decode()
    )


def test_a_release_whose_work_was_ended_can_be_gone_on_with(place: Path, signed_in: Any) -> None:
    from totalplace.workbench.jobs.models import Job
    from totalplace.workbench.releases.models import Release

    job = Job.objects.create(kind="publish", lane="long", owner="gov", status="failed")
    release = Release.objects.create(
        note="n", proposed_by="ann", status="publishing", decided_by="gov", job=job.pk
    )
    page = signed_in("governance").get(f"/work/releases/{release.pk}/").content.decode()
    assert "Approve and publish" in page


@pytest.mark.long
@each("path", ["/work/releases/", "/work/releases/{id}/", "/work/"], 1)
@each("job_status", ["cancelled", "failed", "gone"], 1)
def test_what_is_corrected_is_withdrawn_however_the_work_was_ended(
    place: Path, signed_in: Any, path: str, job_status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from totalplace import Place
    from totalplace.errors import PlaceError, Problem
    from totalplace.workbench.jobs.models import Job
    from totalplace.workbench.releases.models import Release

    with open_place(place) as one:
        first = one.publish(note="wrong").facts.n
        one.add(payments_file(place.parent, month=5), publisher="W", licence="OGL-UK-3.0")
        second = one.publish(note="right").facts.n
    # ended between letting the new one out and withdrawing the old
    job = Job.objects.create(kind="publish", lane="long", owner="gov", status=job_status)
    release = Release.objects.create(
        note="right", proposed_by="ann", status="publishing", decided_by="gov", job=job.pk,
        snapshot=second, corrects=first,
    )  # fmt: skip
    if job_status == "gone":
        job.delete()
    gov = signed_in("governance")

    def refuse(*_: Any, **more: Any) -> None:
        raise PlaceError(Problem("cannot_write", "what", "where", "the disk is full", "fix"))

    with monkeypatch.context() as patched:
        patched.setattr(Place, "withdraw", refuse)
        gov.get(path.format(id=release.pk))
    release.refresh_from_db()
    assert (release.status, [one["code"] for one in release.problems]) == (
        "publishing", ["cannot_write"],
    )  # fmt: skip
    assert gov.get(path.format(id=release.pk)).status_code == 200
    release.refresh_from_db()
    assert (release.status, release.problems) == ("published", [])
    assert open_zone(place).numbers == (second,)
    assert "Corrected by publication" in open_zone(place).withdrawn[first]["reason"]


def test_what_was_compared_with_another_publication_is_not_approved(
    place: Path, signed_in: Any
) -> None:
    from totalplace.workbench.accounts.models import Account
    from totalplace.workbench.audit.models import Entry
    from totalplace.workbench.releases.models import Release

    with open_place(place) as one:
        n = one.snapshot("n").facts.n
    release = Release.objects.create(
        note="n", proposed_by="ann", status="proposed", snapshot=n, before=7
    )
    second, url = signed_in("governance"), f"/work/releases/{release.pk}/"
    answer = second.post(f"{url}approve/", {"looked": "yes"})
    assert answer.status_code == 400
    assert "have it proposed again" in answer.content.decode()
    assert not Entry.objects.filter(action="approve").exclude(of_row=None).exists()
    # nothing is public: what was compared with nothing can be approved, and what came of it is told
    Release.objects.update(before=None)
    assert second.post(f"{url}approve/", {"looked": "yes"}).status_code == 302
    (told,) = Entry.objects.filter(action="approve").exclude(of_row=None)
    assert told.detail["approved"] is True
    # whose account is closed before the work begins has approved nothing
    Account.objects.filter(name="governance-").update(is_active=False)
    assert run_jobs() == ["failed"]
    assert not (place / "public").exists()
    page = signed_in("governance", name="third").get(url).content.decode()
    assert "may no longer approve it" in page
    assert "Approve and publish" in page


@pytest.mark.parametrize(
    ("note", "corrects", "told"),
    [
        ("", "", "Say what changes"),
        ("x" * 1001, "", "1,000 characters"),
        ("n", "99", "Choose a publication"),
    ],
)
def test_wrong_proposals(place: Path, signed_in: Any, note: str, corrects: str, told: str) -> None:
    answer = signed_in("analyst", "*").post(
        "/work/releases/new/", {"note": note, "corrects": corrects}
    )
    assert answer.status_code == 400
    assert told in answer.content.decode()


def test_an_analyst_of_one_body_sees_and_does_not_propose(place: Path, signed_in: Any) -> None:
    one = signed_in("analyst", "westwick-council")
    assert one.get("/work/releases/").status_code == 200
    assert "Propose a publication" not in one.get("/work/releases/").content.decode()
    assert one.post("/work/releases/new/", {"note": "n"}).status_code == 403


def test_every_act_stands_in_the_audit(place: Path, signed_in: Any) -> None:
    from totalplace.workbench.audit.models import Entry

    signed_in("viewer").post("/work/releases/new/", {"note": "n"})
    denied = Entry.objects.get(action="draft")
    assert (denied.allowed, denied.rule_id, denied.who) == (False, "denied-role", "viewer-")
    assert json.dumps(denied.bodies) == "[]"
