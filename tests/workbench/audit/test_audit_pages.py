"""The pages of the audit, for those who may see them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from totalplace.access import Actor, Thing, decide

GOVERNANCE = "governance"


@pytest.fixture
def rows(at_work: Path) -> list[int]:
    """Sixty rows of two accounts, one of them denied."""
    from django.utils import timezone

    from totalplace.workbench.audit import record, record_outcome

    made = []
    for number in range(30):
        name, role = ("ann", "analyst") if number % 2 else ("=bob", "viewer")
        actor = Actor(name, frozenset([role]), frozenset(["*"]), timezone.now())
        decision = decide(actor, "load", Thing("upload", f"file {number}"), now=timezone.now())
        made.append(record(decision, address="192.0.2.7"))
        made.append(record_outcome(made[-1], {"rows": number, "sha256": "ab" * 32}))
    return made


def page(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_rows_are_filtered_and_turned_by_addresses(rows: list[int], signed_in: Any) -> None:
    client = signed_in(GOVERNANCE)
    first = page(client, "/audit/")
    assert "file 29" in first
    assert "file 3<" not in first
    older = first.split('rel="next" href="')[1].split('"')[0]
    assert "file 3<" in page(client, f"/audit/{older}")
    ann = page(client, "/audit/?who=ann&kind=allowed&action=load")
    assert (ann.count("<code>") + ann.count(">allowed<")) >= 15
    assert "=bob" not in ann
    denied = page(client, "/audit/?kind=denied")
    assert "this is for the role analyst" in denied
    assert "ann</a>" not in denied
    assert "No row of the audit is like that." in page(client, "/audit/?until=2020-01-01")
    assert "file 29" in page(client, "/audit/?since=2020-01-01&data_class=upload&kind=outcomes")


def test_what_cannot_be_understood_is_told_at_its_field(rows: list[int], signed_in: Any) -> None:
    client = signed_in(GOVERNANCE)
    wrong = page(client, "/audit/?since=yesterday&kind=x&until=9999-12-31")
    for field in ("since", "kind", "until"):
        assert f'href="#{field}"' in wrong
        assert f'id="{field}-error"' in wrong
    assert client.get("/audit/?before=x").status_code == 400


def test_a_row_shows_all_and_leads_to_its_outcome(rows: list[int], signed_in: Any) -> None:
    from totalplace.workbench.audit.models import Entry

    client = signed_in(GOVERNANCE)
    allowed = page(client, f"/audit/{rows[2]}/")
    one = Entry.objects.get(pk=rows[2])
    for text in (one.mac, one.when, one.rule_id, "192.0.2.7", "file 1", f"/audit/{rows[3]}/"):
        assert text in allowed
    outcome = page(client, f"/audit/{rows[3]}/")
    assert f"/audit/{rows[2]}/" in outcome
    assert "ab" * 32 in outcome
    assert client.get("/audit/999999/").status_code == 404


def test_rows_are_taken_away_as_files_without_formulas(rows: list[int], signed_in: Any) -> None:
    from totalplace.workbench.audit.models import Entry

    client = signed_in(GOVERNANCE)
    answer = client.get("/audit/rows.csv?who=%3Dbob")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = text.splitlines()
    assert len(lines) == 31
    assert lines[0].startswith('"n","when","who"')
    assert '"\'=bob"' in lines[1]
    outcome = Entry.objects.latest("n")
    assert outcome.action == "export"
    assert outcome.detail == {"rows": 30, "format": "csv", "filters": {"who": "=bob"}}
    answer = client.get("/audit/rows.xlsx?who=%3Dbob")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = list(book["audit"].iter_rows(values_only=True))
    assert len(cells) == 31
    assert book["audit"]["C2"].data_type == "s"
    assert client.get("/audit/rows.exe").status_code == 404
    assert client.get("/audit/rows.csv?since=x").headers["Location"] == "/audit/?since=x"


def test_the_audit_is_proved_by_a_job(rows: list[int], signed_in: Any) -> None:
    from totalplace.workbench.jobs._run import run_job
    from totalplace.workbench.jobs._take import take
    from totalplace.workbench.jobs.models import Job

    client = signed_in(GOVERNANCE)
    answer = client.post("/audit/verify/")
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert client.post("/audit/verify/").headers["Location"] == f"/jobs/{job.pk}/"
    assert client.get(f"/audit/proofs/{job.pk}/").status_code == 404
    taken = take("quick")
    assert taken is not None
    run_job(*taken)
    assert f"/audit/proofs/{job.pk}/" in page(client, f"/jobs/{job.pk}/")
    proof = page(client, f"/audit/proofs/{job.pk}/")
    assert "The audit is whole" in proof
    assert "No head is kept outside of this server" in proof
    problem = {"code": "c", "what": "w", "where": "row 7", "why": "y", "fix": "f"}
    bad = job.__class__.objects.get().result | {
        "is_whole": False, "first_bad_row": 7, "problems": [problem],
    }  # fmt: skip
    Job.objects.update(result=bad)
    proof = page(client, f"/audit/proofs/{job.pk}/")
    assert "The audit is not whole" in proof
    assert "/audit/7/" in proof
    assert "It was not whole when last proved" in page(client, "/audit/")


@pytest.mark.parametrize("address", ["/audit/", "/audit/1/", "/audit/rows.csv", "/audit/rows.xlsx"])
def test_others_see_nothing_of_it(rows: list[int], signed_in: Any, address: str) -> None:
    for client in (signed_in("analyst", "*"), signed_in("admin"), signed_in(GOVERNANCE, factor=0)):
        answer = client.get(address)
        assert answer.status_code == 403
        assert b"file 1" not in answer.content
    assert signed_in("admin").post("/audit/verify/").status_code == 403
