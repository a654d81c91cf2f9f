"""A case from an empty page to what the place keeps, as people write, run and approve it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from cases_here import STEPS, answers_of, begin, decide, draft_of, seen_by, send
from jobs_here import run_jobs

from totalplace import open_place

pytestmark = pytest.mark.slow


def written(client: Any) -> Any:
    """A whole case, written by forms."""
    draft = begin(client)
    for what in ("activity", "outcome"):
        draft = draft_of(draft.pk)
        added = client.post(f"{draft.page}add/", {"what": what, "revision": draft.revision})
        assert added["Location"] == f"{draft.page}edit/{what}/1/what/"
    where = ""
    for step, answers in STEPS:
        answer = send(client, f"{draft.page}{step}", answers)
        assert answer.status_code == 302, answer.content.decode()
        where = answer["Location"]
    assert where == f"{draft.page}edit/narrative/"
    return draft_of(draft.pk)


def test_a_case_is_written_run_handed_in_and_approved(at_work: Path, signed_in: Any) -> None:
    ann, gov = signed_in("analyst", "*", name="ann"), signed_in("governance", name="gov")
    draft = written(ann)
    page = ann.get(draft.page).content.decode()
    assert "What must be mended" not in page
    assert "800 to 1100, most likely 900" in page
    said = tomllib.loads(draft.text)
    assert said["outcome"][0]["displacement"] == "low"
    assert said["activity"][0]["grade"] == {"data": 2, "effect": 2, "age": 1}

    # before a run there is nothing to approve
    assert "Run it first" in ann.get(f"{draft.page}submit/").content.decode()
    assert ann.post(f"{draft.page}run/", {"draws": "500"}).status_code == 302
    assert run_jobs() == ["done"]
    run = draft.runs.get()
    result = f"{draft.page}runs/{run.pk}/"
    assert ann.get(f"/work/cases/job/{run.job}/")["Location"] == result
    for part in ("", "results/", "who-gains/", "sensitivity/", "assumptions/", "audit/"):
        answer = ann.get(f"{result}{part}")
        assert answer.status_code == 200, part
    assert "Ada Quixworth" in ann.get(f"{result}assumptions/").content.decode()
    told = json.loads(ann.get(f"{result}file.json").content)
    assert told["draws"] == 500
    assert told["run_hash"] == run.run_hash
    register = ann.get(f"{result}file.csv").content.decode("utf-8-sig")
    assert "outcome.care.effect" in register
    for suffix, begins in {"xlsx": b"PK", "docx": b"PK", "pdf": b"%PDF", "html": b"<!"}.items():
        content = ann.get(f"{result}file.{suffix}").content
        assert content.startswith(begins), suffix
        assert suffix != "html" or run.run_hash in content.decode()

    assert send(ann, f"{draft.page}submit/", {"why": ""}).status_code == 400
    assert send(ann, f"{draft.page}submit/", {"why": "For the budget"}).status_code == 302
    draft = draft_of(draft.pk)
    assert (draft.status, draft.submitted_by) == ("submitted", "ann")
    # nobody changes what is looked at, and who wrote it does not approve it
    assert send(ann, f"{draft.page}edit/head/", {"horizon": "12"}).status_code == 409
    assert ann.post(f"{draft.page}approve/", {"looked": "yes"}).status_code == 403
    assert "1 case to approve" in gov.get("/work/").content.decode()
    assert "Say why it is approved" in decide(gov, draft, "approve", {}).content.decode()
    answer = decide(gov, draft, "approve", {"looked": "yes", "approval": "Sound"})
    assert answer.status_code == 302
    assert run_jobs() == ["done"]
    draft = draft_of(draft.pk)
    assert (draft.status, draft.kept) == ("kept", 1)
    with open_place(at_work) as place:
        kept = place.case("safe-at-home").facts
    assert (kept.who, kept.approved_by, kept.why) == ("ann", "gov", "Sound")
    assert kept.run_hash == run.run_hash
    shown = ann.get("/work/approved/case/safe-at-home/1/")
    assert shown.status_code == 200
    assert run.run_hash in shown.content.decode()
    assert "approved by gov" in ann.get("/work/cases/").content.decode()
    # an approval is a decision like any other, which can be taken back
    assert "safe-at-home" in ann.get("/work/decisions/").content.decode()
    assert ann.get("/work/decisions/1/").status_code == 200
    assert "approved as it is" in ann.get(f"{draft.page}submit/").content.decode()
    with open_place(at_work) as place:
        place.decide("1", what="undo", why="A fault", who="ann")
    assert "approval was taken back" in ann.get(shown.request["PATH_INFO"]).content.decode()
    assert "approval was taken back" in ann.get(draft.page).content.decode()
    assert "approved as it is" not in ann.get(f"{draft.page}submit/").content.decode()

    # it is kept once, however often the work is begun
    from totalplace.workbench.cases._work import begin_keep
    from totalplace.workbench.cases.models import Draft

    Draft.objects.update(status="keeping", kept=None)
    begin_keep(draft_of(draft.pk), gov_actor(), asked=None)
    assert run_jobs() == ["done"]
    with open_place(at_work) as place:
        assert len(place.cases(every=True).facts) == 1


def gov_actor() -> Any:
    from django.utils import timezone

    from totalplace.workbench.accounts.models import Account

    return Account.objects.get(name="gov").actor(timezone.now())


def test_who_wrote_a_case_never_approves_it(at_work: Path, signed_in: Any) -> None:
    both = signed_in("analyst governance", "*", name="both")
    ann, gov = signed_in("analyst", "*", name="ann"), signed_in("governance", name="gov")
    draft = begin(both, "example")
    assert send(ann, f"{draft.page}edit/head/", {"horizon": "9"}).status_code == 302
    ann.post(f"{draft.page}run/", {"draws": "50"})
    assert run_jobs() == ["done"]
    assert send(ann, f"{draft.page}submit/", {"why": "x"}).status_code == 302
    asked = {"looked": "yes", "approval": "Mine"}
    assert both.post(f"{draft.page}approve/", asked).status_code == 403
    assert both.post(f"{draft.page}return/", {"objection": "Mine"}).status_code == 403
    assert "Say what is to be changed" in decide(gov, draft, "return", {}).content.decode()
    assert decide(gov, draft, "return", {"objection": "Too short"}).status_code == 302
    assert "was sent back" in ann.get("/work/").content.decode()
    page = ann.get(draft.page).content.decode()
    assert "Too short" in page
    # it is changed, and then needs figures of its own before it is handed in again
    assert send(ann, f"{draft.page}edit/head/", {"horizon": "10"}).status_code == 302
    assert "Run it first" in ann.get(f"{draft.page}submit/").content.decode()


@pytest.mark.parametrize("what", ["approve", "return"])
@pytest.mark.parametrize("is_text_other", [True, False])
def test_nobody_decides_on_a_case_that_was_changed_since_they_opened_it(
    at_work: Path, signed_in: Any, what: str, is_text_other: bool
) -> None:
    from totalplace.workbench.audit.models import Entry

    ann, gov = signed_in("analyst", "*", name="ann"), signed_in("governance", name="gov")
    draft = begin(ann, "example")

    def hand_in() -> None:
        ann.post(f"{draft.page}run/", {"draws": "50"})
        assert run_jobs() == ["done"]
        assert send(ann, f"{draft.page}submit/", {"why": "x"}).status_code == 302

    hand_in()
    opened = seen_by(gov, draft)
    assert {*opened} == {"revision", "run"}
    ann.post(f"{draft.page}take-back/")
    if is_text_other:
        assert send(ann, f"{draft.page}edit/head/", {"horizon": "9"}).status_code == 302
    hand_in()
    answers = {"looked": "yes", "approval": "Sound", "objection": "No"}
    answer = gov.post(f"{draft.page}{what}/", opened | answers)
    assert answer.status_code == 400
    assert "changed meanwhile" in answer.content.decode()
    assert draft_of(draft.pk).status == "submitted"
    assert decide(gov, draft, what, answers).status_code == 302
    draft = draft_of(draft.pk)
    assert draft.status == {"approve": "keeping", "return": "returned"}[what]
    told = Entry.objects.order_by("-n")[0].detail
    run = draft.runs.get(pk=draft.run)
    assert (told["revision"], told["run_hash"]) == (draft.revision, run.run_hash)
    assert told["approved"] == (what == "approve")


def test_nobody_hands_in_what_was_changed_since_they_opened_it(
    at_work: Path, signed_in: Any
) -> None:
    ann, bob = signed_in("analyst", "*", name="ann"), signed_in("analyst", "*", name="bob")
    draft = begin(ann, "example")
    ann.post(f"{draft.page}run/", {"draws": "50"})
    assert run_jobs() == ["done"]
    opened = answers_of(ann.get(f"{draft.page}submit/").content.decode().partition("<main")[2])
    assert send(bob, f"{draft.page}edit/head/", {"horizon": "9"}).status_code == 302
    bob.post(f"{draft.page}run/", {"draws": "50"})
    assert run_jobs() == ["done"]
    answer = ann.post(f"{draft.page}submit/", opened | {"why": "For the budget"})
    assert answer.status_code == 400
    assert "changed meanwhile" in answer.content.decode()
    assert draft_of(draft.pk).status == "draft"


@pytest.mark.parametrize("draws", ["0", "0000000010000000", "1" * 29, "1" * 5000, "100001", "x"])
def test_only_so_many_draws_are_begun(at_work: Path, signed_in: Any, draws: str) -> None:
    ann = signed_in("analyst", "*", name="ann")
    draft = begin(ann, "example")
    answer = ann.post(f"{draft.page}run/", {"draws": draws})
    assert answer.status_code == 400
    assert "Write a whole number up to 100,000" in answer.content.decode()
    assert not draft.runs.exists()
