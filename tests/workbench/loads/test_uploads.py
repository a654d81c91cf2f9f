"""What is handed over: limits, hostile files, quotas, doubts, replaced files, removal, sweeping."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from jobs_here import run_jobs
from loads_here import (
    CREDITORS,
    WESTWICK,
    answers_of,
    hand_over,
    jobs_are_over,
    text_of,
    upload_of,
)
from tiny import payments_file

from totalplace import open_place

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tinyshire_at_work: Path) -> Path:
    return tinyshire_at_work


@pytest.fixture
def client(place: Path, signed_in: Any) -> Any:
    return signed_in("analyst", WESTWICK)


def uploads(place: Path) -> list[Path]:
    return sorted((place / "workbench" / "uploads").iterdir())


def test_everything_that_is_wrong_with_a_form_is_told_at_once(place: Path, client: Any) -> None:
    answer = client.post("/work/loads/new/", {"licence": "mine", "note": "x" * 3_000})
    page = answer.content.decode()
    assert answer.status_code == 400
    for control in ("files", "body", "licence", "note"):
        assert f'href="#{control}"' in page
        assert f'id="{control}-error"' in page
    assert uploads(place) == []


def test_an_empty_file_and_one_too_large_are_refused(place: Path, client: Any) -> None:
    from django.test import override_settings

    answer = hand_over(client, b"", body=WESTWICK)
    assert answer.status_code == 400
    assert "june.csv is empty" in text_of(answer)
    with override_settings(TOTALPLACE_UPLOAD_MB=1):
        answer = hand_over(client, b"a,b\n" * 300_000, body=WESTWICK)
        assert answer.status_code == 400
        assert "too large" in text_of(answer)
        answer = hand_over(client, b"a,b\n" * 600_000, body=WESTWICK)
        assert answer.status_code == 413
        assert "at most 1 MB are taken" in text_of(answer)
    assert uploads(place) == []


def test_nobody_who_is_not_signed_in_sends_more_than_a_form(place: Path, anybody: Any) -> None:
    answer = hand_over(anybody, b"a,b\n" * 300_000, body=WESTWICK)
    assert answer.status_code == 413
    assert hand_over(anybody, b"a,b\n", body=WESTWICK).status_code == 403
    assert uploads(place) == []


def test_the_name_of_a_file_is_only_text(place: Path, client: Any) -> None:
    hand_over(client, CREDITORS, name="../../../etc/<b>passwd.csv", body=WESTWICK)
    upload = upload_of("<b>passwd.csv")
    assert [one.name for one in uploads(place)] == [upload.pk]
    page = client.get(upload.page).content.decode()
    assert "<b>passwd" not in page
    assert "&lt;b&gt;passwd" in page


def _bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.csv", b"a,b\n" + b"0" * 200_000_000)
    return held.getvalue()


def _climbing() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("../../climb.csv", CREDITORS)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("bomb.zip", _bomb, "unpack"),
        ("climb.zip", _climbing, "not safe to unpack"),
        ("picture.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(64), "is an image"),
        ("noise.xlsx", lambda: b"PK\x03\x04" + b"\xff" * 500, "zip"),
        ("values.csv", lambda: b"Acme,01/04/2017,1.00\n" * 20, "header"),
    ],
)
def test_hostile_and_foolish_files_are_refused_with_the_reason(
    place: Path, client: Any, name: str, content: Any, told: str
) -> None:
    assert hand_over(client, content(), name=name, body=WESTWICK).status_code == 302
    assert run_jobs("look") == ["done"]
    upload = upload_of(name)
    assert upload.status == "refused"
    page = text_of(client.get(upload.page))
    assert "cannot be loaded" in page
    assert told in page.lower()
    assert client.post(f"{upload.page}load/").status_code == 400
    assert client.post(f"{upload.page}remove/").status_code == 302
    assert uploads(place) == []


def test_so_many_uploads_of_an_account_wait(
    place: Path, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.test import override_settings

    monkeypatch.setattr("totalplace.workbench.loads._store.WAITING", 1)
    assert hand_over(client, CREDITORS, body=WESTWICK).status_code == 302
    answer = hand_over(client, CREDITORS, name="two.csv", body=WESTWICK)
    assert answer.status_code == 400
    assert "1 wait already, and 1 may" in text_of(answer)
    monkeypatch.undo()
    with override_settings(TOTALPLACE_WAITING_MB=0):
        answer = hand_over(client, CREDITORS, name="two.csv", body=WESTWICK)
    assert "There is no room for more files" in text_of(answer)
    assert len(uploads(place)) == 1


def test_old_uploads_are_swept_away(place: Path, client: Any) -> None:
    from django.utils import timezone

    from totalplace.workbench.jobs._keep import HOURLY
    from totalplace.workbench.loads._store import sweep
    from totalplace.workbench.loads.models import Upload

    hand_over(client, CREDITORS, name="old.csv", body=WESTWICK)
    hand_over(client, CREDITORS, name="new.csv", body=WESTWICK)
    long_ago = timezone.now() - timedelta(days=31)
    Upload.objects.filter(name="old.csv").update(created=long_ago)
    assert sweep in HOURLY
    assert sweep() == 1
    assert [one.name for one in uploads(place)] == [upload_of("new.csv").pk]


def test_a_known_file_goes_straight_to_the_check_and_replaces_another(
    place: Path, client: Any, tmp_path: Path
) -> None:
    with open_place(place) as there:
        (old,) = [one for one in there.folder.state().sources if "payments" in one.name]
    content = payments_file(tmp_path, month=4, rows=21).read_bytes()
    hand_over(client, content, name="again.csv", body=WESTWICK)
    run_jobs("look")
    upload = upload_of("again.csv")
    assert upload.status == "ready"
    page = client.get(upload.page).content.decode()
    assert "(of the same time)" in page
    assert client.post(f"{upload.page}load/", {"supersedes": "0" * 64}).status_code == 400
    client.post(f"{upload.page}load/", {"supersedes": old.sha256})
    assert run_jobs("load") == ["done"]
    with open_place(place) as there:
        members = there.folder.state().members_of(old.sha256)
    assert [one.superseded_by for one in members] == [upload.sha256]
    assert "It has taken the place of an earlier file" in text_of(client.get(upload.page))


def test_what_is_doubtful_is_taken_with_a_reason(place: Path, client: Any) -> None:
    gross = CREDITORS.replace("Nett Value £", "Gross Amount")
    hand_over(client, gross, name="gross.csv", body=WESTWICK)
    run_jobs("look")
    upload = upload_of("gross.csv")
    if upload.status == "proposed":
        mapping = f"{upload.page}mapping/0/"
        client.post(mapping, answers_of(client.get(mapping).content.decode()))
        run_jobs("look")
        upload = upload_of("gross.csv")
    assert upload.status == "ready", upload.found
    assert [one["code"] for one in upload.doubt] == ["gross_only"]
    page = client.get(upload.page).content.decode()
    assert "Load it in spite of these doubts" in page
    assert "--yes" not in page
    answer = client.post(f"{upload.page}load/")
    assert answer.status_code == 400
    assert 'href="#accepted"' in answer.content.decode()
    client.post(f"{upload.page}load/", {"accepted": "The council cannot recover VAT here."})
    assert run_jobs("load") == ["done"]
    assert upload_of("gross.csv").status == "loaded"


def book() -> bytes:
    """A workbook of two sheets, each with headers of its own."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as workbook:
        for name, payee in (("April", "Paid To"), ("May", "Creditor")):
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, [payee, "Paid On", "Nett Value £"])
            for row in range(1, 8):
                sheet.write_row(row, 0, [f"Acme {row} Ltd", f"0{row}/06/2017", row])
    return held.getvalue()


def test_each_layout_of_a_workbook_is_settled(place: Path, client: Any) -> None:
    hand_over(client, book(), name="book.xlsx", body=WESTWICK)
    run_jobs("look")
    upload = upload_of("book.xlsx")
    assert upload.open_layouts == [0, 1]
    first, second = f"{upload.page}mapping/0/", f"{upload.page}mapping/1/"
    answer = client.post(first, answers_of(client.get(first).content.decode()))
    assert answer["Location"] == second
    client.post(second, answers_of(client.get(second).content.decode()))
    run_jobs("look", "load")
    upload = upload_of("book.xlsx")
    assert upload.status == "ready", upload.checked
    assert [one["reading"]["lines"] for one in upload.checked["members"]] == [7, 7]
    assert client.get(f"{upload.page}mapping/2/").status_code == 403


@pytest.mark.parametrize("is_same", [True, False])
def test_two_people_settle_mappings_of_one_file_at_once(
    place: Path, client: Any, signed_in: Any, monkeypatch: pytest.MonkeyPatch, is_same: bool
) -> None:
    from totalplace.workbench.loads import _views_mapping

    hand_over(client, book(), name="book.xlsx", body=WESTWICK)
    run_jobs("look")
    upload = upload_of("book.xlsx")
    first, second = f"{upload.page}mapping/0/", f"{upload.page}mapping/1/"
    answers = answers_of(client.get(first).content.decode())
    other = signed_in("analyst", WESTWICK, name="bob")
    theirs = first if is_same else second
    told = answers_of(other.get(theirs).content.decode()) | {"name": "Bob's"}
    waiting = [theirs]
    real = _views_mapping.posted_layout

    def as_another_saves(*given: Any) -> Any:
        found = real(*given)
        if waiting:
            assert other.post(waiting.pop(), told).status_code == 302
        return found

    monkeypatch.setattr(_views_mapping, "posted_layout", as_another_saves)
    answer = client.post(first, answers | {"name": "Ann's"})
    names = [one["layout"]["name"] for one in upload_of("book.xlsx").layouts]
    if is_same:
        assert answer.status_code == 409
        assert "somebody has saved it since" in text_of(answer)
        assert names[0] == "Bob's"
    else:
        assert answer["Location"].startswith("/jobs/")
        assert names == ["Ann's", "Bob's"]
        assert upload_of("book.xlsx").open_layouts == []


def test_another_row_can_be_the_header(place: Path, client: Any) -> None:
    content = CREDITORS.replace(
        "Creditor,Paid On", "Name,When,How much,Where,Which\nCreditor,Paid On"
    )
    hand_over(client, content, body=WESTWICK)
    run_jobs("look")
    upload = upload_of()
    row = upload.look["members"][0]["header_row"]
    other = 4 if row == 5 else 5
    mapping = f"{upload.page}mapping/0/"
    answers = answers_of(client.get(mapping).content.decode())
    assert client.post(mapping, answers | {"setting-header_row": "999"}).status_code == 400
    assert client.post(mapping, answers | {"setting-header_row": str(other)}).status_code == 302
    assert run_jobs("look") == ["done"]
    page = client.get(mapping).content.decode()
    assert f"The header stands in row {other}" in page
    told = {"column-1": "payee", "column-2": "payment_date", "column-3": "amount"}
    client.post(mapping, answers_of(page) | told)
    run_jobs("look")
    upload = upload_of()
    assert upload.status == "ready", upload.checked
    assert upload.layouts[0]["layout"]["header_row"] == other
    assert upload.checked["members"][0]["header_row"] == other


def test_what_a_file_is_can_be_changed(place: Path, signed_in: Any) -> None:
    client = signed_in("analyst", "*")
    from totalplace.workbench.loads.models import Upload

    hand_over(client, CREDITORS, body="Eastwick Council")
    jobs_are_over()
    Upload.objects.update(status="ready")
    upload = upload_of()
    details = f"{upload.page}details/"
    assert "Eastwick Council" in client.get(details).content.decode()
    answer = client.post(details, {"body": "Nowhere Council at all"})
    assert answer.status_code == 400
    told = {"body": "Westwick Council", "publisher": "W", "note": "mine", "licence": ""}
    assert client.post(details, told)["Location"].startswith("/jobs/")
    run_jobs("look")
    upload = upload_of()
    assert (upload.body_id, upload.publisher) == (WESTWICK, "W")


class no_job:  # noqa: N801 - used as a function
    """A database that fails just as the row of a job is added."""

    def __enter__(self) -> None:
        from django.db import OperationalError, connection

        def fail(execute: Any, sql: str, *more: Any) -> Any:
            if sql.startswith('INSERT INTO "jobs_job"'):
                raise OperationalError("database is locked")
            return execute(sql, *more)

        self._wrapper = connection.execute_wrapper(fail)
        self._wrapper.__enter__()

    def __exit__(self, *_: object) -> None:
        self._wrapper.__exit__(None, None, None)


def test_no_file_waits_for_a_look_that_nobody_takes(place: Path, signed_in: Any) -> None:
    from django.db import OperationalError

    from totalplace.workbench.loads.models import Upload

    client = signed_in("analyst", "*")
    with no_job(), pytest.raises(OperationalError):
        hand_over(client, CREDITORS, body=WESTWICK)
    assert not Upload.objects.exists()
    hand_over(client, CREDITORS, body="Eastwick Council")
    assert run_jobs("look") == ["done"]
    before = Upload.objects.values().get()
    told = {"body": "Westwick Council", "publisher": "W", "note": "mine", "licence": ""}
    with no_job(), pytest.raises(OperationalError):
        client.post(f"{upload_of().page}details/", told)
    assert Upload.objects.values().get() == before


@pytest.mark.parametrize("job_id", [None, 999_999])
def test_a_file_that_an_older_version_has_left_waiting_can_be_looked_at_or_removed(
    place: Path, client: Any, job_id: int | None
) -> None:
    from totalplace.workbench.loads.models import Upload

    hand_over(client, CREDITORS, body=WESTWICK)
    jobs_are_over()
    Upload.objects.update(status="received", job_id=job_id)
    upload = upload_of()
    page = client.get(upload.page).content.decode()
    assert "the work on it was stopped" in page
    assert f"{upload.page}remove/" in page
    assert client.post(f"{upload.page}look/").status_code == 302
    assert run_jobs("look") == ["done"]
    assert upload_of().status == "proposed"
    assert client.post(f"{upload.page}remove/").status_code == 302


def test_a_load_that_was_killed_near_its_end_still_asks_for_what_follows(
    place: Path, client: Any
) -> None:
    from totalplace.workbench.jobs.models import Job

    hand_over(client, CREDITORS, body=WESTWICK)
    run_jobs("look")
    mapping = f"{upload_of().page}mapping/0/"
    client.post(mapping, answers_of(client.get(mapping).content.decode()))
    run_jobs("look")
    assert client.post(f"{upload_of().page}load/").status_code == 302
    assert run_jobs("load") == ["done"]
    # as if the process had ended as soon as the upload was loaded
    Job.objects.filter(kind="recount").delete()
    Job.objects.filter(kind="load").update(status="queued", finished=None, result={})
    assert run_jobs("load") == ["done"]
    assert Job.objects.filter(kind="recount", status="queued").count() == 1
    assert upload_of().status == "loaded"


def test_work_that_was_stopped_is_told_and_begun_again(place: Path, client: Any) -> None:
    from totalplace.workbench.jobs.models import Job

    hand_over(client, CREDITORS, body=WESTWICK)
    upload = upload_of()
    assert client.post(f"{upload.page}remove/").status_code == 409
    assert client.post(f"/jobs/{upload.job_id}/cancel/").status_code == 302
    assert Job.objects.get(pk=upload.job_id).status == "cancelled"
    assert "the work on it was stopped" in text_of(client.get(upload.page))
    assert client.post(f"{upload.page}look/").status_code == 302
    assert run_jobs("look") == ["done"]
    assert upload_of().status == "proposed"


def test_another_mapping_is_loaded_only_once_it_was_looked_at(place: Path, client: Any) -> None:
    hand_over(client, CREDITORS, body=WESTWICK)
    run_jobs("look")
    mapping = f"{upload_of().page}mapping/0/"
    for is_stopped in (False, True):
        client.post(mapping, answers_of(client.get(mapping).content.decode()))
        if is_stopped:
            client.post(f"/jobs/{upload_of().job_id}/cancel/")
        run_jobs("look")
        assert upload_of().status == ("proposed" if is_stopped else "ready")
    assert client.post(f"{upload_of().page}load/").status_code == 400
    assert client.post(f"{upload_of().page}look/").status_code == 302
    run_jobs("look")
    assert upload_of().status == "ready"


def test_an_account_that_lost_the_body_loads_nothing(place: Path, client: Any) -> None:
    from totalplace.workbench.accounts.models import Account
    from totalplace.workbench.loads.models import Upload

    hand_over(client, CREDITORS, body=WESTWICK)
    jobs_are_over()
    Upload.objects.update(status="ready")
    upload = upload_of()
    assert client.post(f"{upload.page}load/").status_code == 302
    Account.objects.update(bodies=[])
    assert run_jobs("load") == ["failed"]
    with open_place(place) as there:
        assert not there.folder.state().has_source(upload.sha256)


def test_each_of_several_files_has_its_own_outcome(
    place: Path, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from totalplace.errors import PlaceError, Problem
    from totalplace.workbench.audit.models import Entry
    from totalplace.workbench.loads import _receive
    from totalplace.workbench.loads.models import Upload

    names = ("one.csv", "two.csv", "three.csv")

    def send() -> Any:
        files = [SimpleUploadedFile(name, CREDITORS.encode(), "text/csv") for name in names]
        fields = {"files": files, "licence": "OGL-UK-3.0", "body": WESTWICK}
        return client.post("/work/loads/new/", fields)

    assert send().status_code == 302
    rows = Entry.objects.filter(action="load", thing__in=Upload.objects.values("pk"))
    told = {one.of_row: one.detail["upload"] for one in rows.exclude(of_row=None)}
    assert told == {one.n: one.thing for one in rows.filter(of_row=None)}
    assert len(told) == len(names)

    real = _receive.receive

    def receive(file: Any, upload: Upload) -> None:
        if file.name == "two.csv":
            raise PlaceError(Problem("cannot_write", "a", "b", "c", "d"))
        real(file, upload)

    monkeypatch.setattr(_receive, "receive", receive)
    last = Entry.objects.latest("n").n
    send()
    outcomes = Entry.objects.filter(n__gt=last).exclude(of_row=None).order_by("of_row")
    assert [one.detail.get("problems", "kept") for one in outcomes] == [
        "kept",
        ["cannot_write"],
        ["cannot_write"],
    ]


def test_a_person_says_where_a_header_is_that_nothing_tells(place: Path, client: Any) -> None:
    from totalplace.workbench.loads.models import Upload

    rows = "".join(f"{100 + at},{at}0.10,Acme {at} Ltd,0{at + 1}/06/2017\n" for at in range(9))
    content = f"1,2,3,4\n17,18,Zaza,Zuzu\n{rows}"
    hand_over(client, content, body=WESTWICK)
    assert run_jobs("look") == ["done"]
    upload = upload_of()
    assert upload.status == "refused"
    page = f"{upload.page}header/0/"
    assert page in client.get(upload.page).content.decode()
    shown = text_of(client.get(page))
    assert "Zaza" in shown
    assert "Row 2:" in shown
    for answer in ({}, {"row": "0"}, {"row": "2", "other": "61"}, {"other": "x"}):
        assert client.post(page, answer).status_code == 400
    client.post(page, {"row": "2"})
    assert run_jobs("look") == ["done"]
    upload = upload_of()
    assert upload.status == "proposed"
    assert "Settle the mapping" in text_of(client.get(upload.page))
    mapping = f"{upload.page}mapping/0/"
    answers = answers_of(client.get(mapping).content.decode())
    assert answers["setting-header_row"] == "2"
    answers |= {"column-2": "amount", "column-3": "payee", "column-4": "payment_date"}
    assert client.post(mapping, answers).status_code == 302
    assert run_jobs("look") == ["done"]
    assert upload_of().status == "ready", upload_of().checked
    client.post(f"{upload.page}load/")
    assert run_jobs("load") == ["done"]
    assert upload_of().result["files"][0]["lines"] == 9
    # the next file of these headers is read so by itself
    again = content.replace("/06/", "/07/")
    hand_over(client, again, name="july.csv", body=WESTWICK)
    assert run_jobs("look") == ["done"]
    assert upload_of("july.csv").status == "ready", upload_of("july.csv").look
    assert Upload.objects.get(name="july.csv").layouts[0]["state"] == "known"


def _book(month: int) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        for name, paid in (("Payments", 10), ("Cancelled", 700)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Creditor", "Paid On", "Nett Value £", "Cost Centre Name"])
            for at in range(12):
                day = f"{at + 1:02}/{month:02}/2017"
                sheet.write_row(at + 1, 0, [f"Acme {at} Ltd", day, paid + at, "Highways"])
    return held.getvalue()


def test_a_sheet_that_is_left_out_stays_out_until_it_is_let_in(place: Path, client: Any) -> None:
    def lines(name: str) -> dict[str, int | None]:
        members = upload_of(name).found["members"]
        return {one["member"]: one["reading"] and one["reading"]["lines"] for one in members}

    def settle(name: str, **answers: str) -> None:
        page = f"{upload_of(name).page}mapping/0/"
        assert client.post(page, answers_of(client.get(page).content.decode()) | answers)
        assert run_jobs("look") == ["done"]
        assert upload_of(name).status == "ready", upload_of(name).checked

    hand_over(client, _book(6), name="june.xlsx", body=WESTWICK)
    assert run_jobs("look") == ["done"]
    page = client.get(f"{upload_of('june.xlsx').page}mapping/0/").content.decode()
    assert 'id="leave-out-0"' in page
    assert "checked" not in page.partition("leave-out-hint")[2].partition("</fieldset>")[0]
    settle("june.xlsx", **{"leave-out": "1"})
    assert lines("june.xlsx") == {"Payments": 12, "Cancelled": None}
    client.post(f"{upload_of('june.xlsx').page}load/")
    assert run_jobs("load") == ["done"]
    with open_place(place) as there:
        assert "left_out = true" in there.folder.mapping_path.read_text()

    # what was left out is left out of the next file of this layout too
    hand_over(client, _book(7), name="july.xlsx", body=WESTWICK)
    assert run_jobs("look") == ["done"]
    assert upload_of("july.xlsx").status == "ready"
    assert lines("july.xlsx") == {"Payments": 12, "Cancelled": None}
    assert "a person has left it out" in text_of(client.get(upload_of("july.xlsx").page))
    page = client.get(f"{upload_of('july.xlsx').page}mapping/0/").content.decode()
    answers = answers_of(page)
    assert answers.pop("leave-out") == "1"
    client.post(f"{upload_of('july.xlsx').page}mapping/0/", answers)
    assert run_jobs("look") == ["done"]
    assert lines("july.xlsx") == {"Payments": 12, "Cancelled": 12}
    client.post(f"{upload_of('july.xlsx').page}load/")
    assert run_jobs("load") == ["done"]
    hand_over(client, _book(8), name="august.xlsx", body=WESTWICK)
    assert run_jobs("look") == ["done"]
    assert lines("august.xlsx") == {"Payments": 12, "Cancelled": 12}
