"""Returns: template out, return in, questions and answers, signature, revision, due dates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jobs_here import run_jobs
from loads_here import EASTWICK, WESTWICK, text_of, upload_of
from tiny import YEAR

import tiny_place
from totalplace import open_place

pytestmark = pytest.mark.slow

HERE = f"/work/returns/{YEAR}/{WESTWICK}/"
ROWS = [
    ("in", "Council tax", "Council tax payers", "", "own", "40000.00"),
    ("out", "Roads", "", "04.5", "own", "40000.00"),
]


@pytest.fixture
def place(tinyshire_at_work: Path) -> Path:
    return tinyshire_at_work


def send(client: Any, path: Path, page: str = HERE) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post(page, {"files": SimpleUploadedFile(path.name, path.read_bytes())})


def load(client: Any, name: str, **answers: str) -> Any:
    """Have a return that was sent looked at and loaded; its upload."""
    assert run_jobs("look") == ["done"]
    upload = upload_of(name)
    assert upload.status == "ready", upload.look
    client.post(f"{upload.page}load/", answers)
    assert run_jobs("load") == ["done"]
    return upload_of(name)


def test_a_return_is_sent_asked_about_signed_and_revised(
    place: Path, signed_in: Any, tmp_path: Path
) -> None:
    from totalplace.workbench.jobs.models import Job

    theirs = signed_in("analyst", WESTWICK, name="wes")
    whole = signed_in("analyst", "*", name="ann")
    assert "missing" in text_of(theirs.get(HERE))
    template = theirs.get(f"{HERE}template.xlsx")
    assert template.content.startswith(b"PK")
    assert f"return-{WESTWICK}-{YEAR}.xlsx" in template["Content-Disposition"]

    # a return of somebody else is none of this body
    other = tiny_place.write_returns(tmp_path)[1]
    assert send(theirs, other).status_code == 302
    run_jobs("look")
    assert upload_of(other.name).status == "refused"

    first = tiny_place.write_return(tmp_path / "first.csv", "Westwick Council", ROWS)
    assert send(theirs, first).status_code == 302
    assert "first.csv" in text_of(theirs.get(HERE))
    load(theirs, "first.csv")
    assert set(Job.objects.filter(status="queued").values_list("kind", flat=True)) == {
        "recount",
        "coverage",
    }
    page = text_of(theirs.get(HERE))
    assert "£40,000.00" in page
    assert "received" in page

    # the place asks, the body answers
    assert whole.post(f"{HERE}messages/", {"text": ""}).status_code == 400
    whole.post(f"{HERE}messages/", {"text": "Where is the levy?"})
    assert "1 return with a question" in text_of(theirs.get("/work/"))
    theirs.post(f"{HERE}messages/", {"text": "In the roads."})
    assert "with a question" not in text_of(theirs.get("/work/"))
    page = text_of(whole.get(HERE))
    assert "Question , ann" in page.replace("Question,", "Question ,")
    assert "In the roads." in page

    # only somebody of that very body signs
    sources = upload_of("first.csv").sha256
    signed = {"sources": sources, "agree": "yes", "statement": "All of it."}
    assert whole.post(f"{HERE}sign-off/", signed).status_code == 403
    assert theirs.post(f"{HERE}sign-off/", {"sources": sources}).status_code == 400
    assert theirs.post(f"{HERE}sign-off/", signed | {"sources": "x"}).status_code == 400
    assert theirs.post(f"{HERE}sign-off/", signed).status_code == 302
    assert "It holds." in text_of(theirs.get(HERE))
    assert "signed off" in text_of(theirs.get("/work/returns/"))

    # a revised return takes the signature away
    revised = [*ROWS[:1], ("out", "Roads", "", "04.5", "own", "39999.99")]
    second = tiny_place.write_return(tmp_path / "second.csv", "Westwick Council", revised)
    send(theirs, second)
    load(theirs, "second.csv", supersedes=sources)
    page = text_of(theirs.get(HERE))
    assert "revised" in page
    assert "-£0.01" in page or "−£0.01" in page
    assert "the signature no longer holds" in page
    assert "its signature no longer holds" in text_of(whole.get("/work/returns/"))


def test_a_return_of_another_year_is_refused(place: Path, signed_in: Any, tmp_path: Path) -> None:
    theirs = signed_in("analyst", WESTWICK)
    path = tiny_place.write_return(tmp_path / "late.csv", "Westwick Council", ROWS)
    own = path.read_text()
    one_of_two = own.replace(YEAR, "2016-17", 1)
    for name, text, told in (
        ("all.csv", own.replace(YEAR, "2016-17"), "the rows of the file say: 2016-17"),
        ("one.csv", one_of_two, f"the rows of the file say: 2016-17, {YEAR}"),
    ):
        path = tmp_path / name
        path.write_text(text)
        send(theirs, path)
        assert run_jobs("look") == ["done"]
        upload = upload_of(name)
        assert (upload.status, upload.year) == ("refused", YEAR)
        page = text_of(theirs.get(upload.page))
        assert told in page
        assert "on the page of its own year" in page
        assert theirs.post(f"{upload.page}load/").status_code == 400
    with open_place(place) as there:
        assert not {"all.csv", "one.csv"} & {one.name for one in there.folder.state().sources}
    assert "all.csv" in text_of(theirs.get(HERE))


def test_due_dates_are_of_the_whole_place(place: Path, signed_in: Any) -> None:
    theirs, whole = signed_in("analyst", WESTWICK), signed_in("analyst", "*")
    due = {"year": YEAR, "due-day": "1", "due-month": "1", "due-year": "2019"}
    assert theirs.post("/work/returns/due/", due).status_code == 403
    assert "Save the due date" not in text_of(theirs.get("/work/returns/"))
    faulty = whole.post("/work/returns/due/", due | {"due-day": "32"})
    assert faulty.status_code == 400
    assert 'href="#due-day"' in faulty.content.decode()
    assert whole.post("/work/returns/due/", due).status_code == 302
    page = text_of(whole.get("/work/returns/"))
    assert "missing and overdue" in page
    # those of the tiny place came in 2026
    assert "received late" in page
    own = due | {"of": EASTWICK, "due-year": "2099"}
    assert whole.post("/work/returns/due/", own).status_code == 302
    page = text_of(whole.get("/work/returns/"))
    assert "1 received late, 1 missing and overdue, 1 received." in page
    assert "1 return is overdue" in text_of(theirs.get("/work/"))


def test_what_returns_cover_is_worked_out_by_a_job(place: Path, signed_in: Any) -> None:
    whole = signed_in("analyst", "*")
    assert "has not been worked out yet" in text_of(whole.get("/work/returns/"))
    assert whole.post("/work/returns/coverage/").status_code == 302
    assert run_jobs("coverage") == ["done"]
    page = text_of(whole.get("/work/returns/"))
    assert "was worked out on" in page
    assert "100.0%" in page
    assert "Something has changed since" not in page
    with open_place(place) as there:
        there.decide("Acme Paving Ltd", what="payee_kind", value="organisation", why="a firm")
    assert "Something has changed since" in text_of(whole.get("/work/returns/"))


def test_a_body_sees_its_own_return_alone(place: Path, signed_in: Any) -> None:
    theirs = signed_in("analyst", EASTWICK)
    listed = text_of(theirs.get("/work/returns/"))
    assert "Eastwick Council" in listed
    assert "Westwick Council" not in listed
    for page in (
        HERE,
        f"{HERE}template.xlsx",
        f"/work/returns/{YEAR}/nobody/",
        HERE.replace("7", "8"),
    ):
        answer = theirs.get(page)
        assert answer.status_code == 403
        assert "or it is not there" in text_of(answer)
    assert theirs.post(f"{HERE}messages/", {"text": "hello"}).status_code == 403
    assert theirs.post(HERE).status_code == 403
