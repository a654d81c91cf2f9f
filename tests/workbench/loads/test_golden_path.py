"""A file of unknown headers: uploaded, looked at, mapped, loaded, its rejects mended and loaded."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from jobs_here import run_jobs
from loads_here import CREDITORS, WESTWICK, answers_of, hand_over, text_of, upload_of

from totalplace import open_place


@pytest.fixture
def place(tinyshire_at_work: Path) -> Path:
    return tinyshire_at_work


@pytest.mark.slow
def test_from_upload_to_mended_rejects(place: Path, signed_in: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = signed_in("analyst", WESTWICK)
    answer = hand_over(client, CREDITORS, body="Westwick Council", note="from the web site")
    assert answer.status_code == 302, text_of(answer)
    assert answer["Location"].startswith("/jobs/")
    assert run_jobs("look") == ["done"]
    upload = upload_of()
    assert upload.status == "proposed"
    page = client.get(f"/work/loads/{upload.pk}/").content.decode()
    assert "mapping to be settled" in page
    assert "Load it into the place" not in page

    # the mapping, as proposed, with one field taken by two columns and one setting that is nonsense
    mapping = f"/work/loads/{upload.pk}/mapping/0/"
    page = client.get(mapping).content.decode()
    assert "The header stands in row 4" in page
    assert "Acme 0 Ltd" in page
    answers = answers_of(page)
    assert answers["column-1"] == "payee"
    faulty = answers | {"column-4": "payee", "column-3": "", "setting-period": "some day"}
    refused = client.post(mapping, faulty)
    assert refused.status_code == 400
    page = refused.content.decode()
    for link in ('href="#column-4"', 'href="#column-1"', 'href="#setting-period"'):
        assert link in page
    assert answers_of(page)["column-4"] == "payee"
    assert upload_of().status == "proposed"

    answer = client.post(mapping, answers | {"column-4": "unit", "name": "Westwick creditors"})
    assert answer.status_code == 302
    assert run_jobs("look") == ["done"]
    upload = upload_of()
    assert upload.status == "ready", upload.checked
    page = text_of(client.get(f"/work/loads/{upload.pk}/"))
    assert "£450.00" in page
    assert "This file, and the last of the same body and kind" in page

    with open_place(place) as there:
        lines_before = sum(one.lines for one in there.folder.state().active)
    answer = client.post(f"/work/loads/{upload.pk}/load/", {"supersedes": ""})
    assert answer.status_code == 302
    assert run_jobs("load") == ["done"]
    upload = upload_of()
    assert (upload.status, upload.result["files"][0]["lines"]) == ("loaded", 30)
    assert not (place / "workbench" / "uploads" / upload.pk).exists()
    with open_place(place) as there:
        state = there.folder.state()
        assert sum(one.lines for one in state.active) == lines_before + 30
        source = state.find_source(upload.sha256)
        assert (source.name, source.licence) == ("june.csv", "OGL-UK-3.0")
        assert source.publisher == "Westwick Council"
        decision = there.folder.decisions()[-1]
        assert (decision.what, decision.who) == ("mapping", f"analyst-{WESTWICK}")
    page = text_of(client.get(f"/work/loads/{upload.pk}/"))
    assert "See the 2 rejected records" in page
    _audited(upload)

    # the rejects: seen, downloaded, mended, handed over again
    rejects = f"/work/sources/{upload.sha256}/rejects/0/"
    page = text_of(client.get(rejects))
    assert "Bad Ltd" in page
    assert "Rejected records 1 to 2 of 2" in page
    download = client.get(rejects.rstrip("/") + ".csv")
    rows = list(csv.reader(io.StringIO(download.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["Creditor", "Paid On", "Nett Value £"]
    rows[1][1] = "30/06/2017"
    rows[2][2] = "10.00"
    mended = io.StringIO()
    csv.writer(mended).writerows(rows)
    file = SimpleUploadedFile("mended.csv", mended.getvalue().encode())
    assert client.post(rejects, {"files": file}).status_code == 302
    assert run_jobs("look") == ["done"]
    again = upload_of("mended.csv")
    assert again.status == "ready", again.look
    assert client.post(f"/work/loads/{again.pk}/load/").status_code == 302
    assert run_jobs("load") == ["done"]
    again = upload_of("mended.csv")
    assert (again.status, again.result["files"][0]["lines"]) == ("loaded", 2)
    page = client.get(rejects).content.decode()
    assert "These records were supplied again" in page

    # the next month of the same headers is known, and goes straight to the check
    july = CREDITORS.replace("/06/2017", "/07/2017")
    hand_over(client, july, name="july.csv", body="Westwick Council")
    run_jobs("look")
    assert upload_of("july.csv").status == "ready"


def _audited(upload: Any) -> None:
    """Who loaded what, and what came of it, stands in the audit."""
    from totalplace.workbench.audit.models import Entry

    rows = Entry.objects.filter(thing=upload.pk, action="load", allowed=True)
    assert rows.filter(rule_id="analysts-money").exists()
    assert any(upload.sha256 in row.detail_json for row in rows)
