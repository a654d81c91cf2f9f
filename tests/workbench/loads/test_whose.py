"""Whose uploads, sources, rows and rejects an account reaches, and what a search reveals."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from jobs_here import run_jobs
from loads_here import (
    CREDITORS,
    EASTWICK,
    WESTWICK,
    hand_over,
    jobs_are_over,
    text_of,
    upload_of,
)

import tiny_place
from totalplace import open_place
from totalplace.place import line_id

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tinyshire_at_work: Path, tmp_path: Path) -> Path:
    path = tmp_path / "faulty.csv"
    path.write_text(tiny_place.SPEND)
    with open_place(tinyshire_at_work) as there:
        there.add(path)
    return tinyshire_at_work


def source_of(place: Path, name: str) -> str:
    with open_place(place) as there:
        return next(one.sha256 for one in there.folder.state().sources if one.name == name)


def test_nothing_of_another_body_is_shown_or_told(place: Path, signed_in: Any) -> None:
    ours, theirs = signed_in("analyst", WESTWICK), signed_in("analyst", EASTWICK)
    hand_over(ours, CREDITORS, body=WESTWICK, note="secret words")
    run_jobs("look")
    upload = upload_of()
    sha256 = source_of(place, "faulty.csv")
    pages = [
        upload.page,
        f"{upload.page}mapping/0/",
        f"{upload.page}details/",
        f"/work/sources/{sha256}/",
        f"/work/sources/{sha256}/rejects/0/",
        f"/work/sources/{sha256}/rejects/0.csv",
        f"/work/rows/{sha256}/",
        f"/work/lines/{line_id(sha256, '', 2, 0)}/",
    ]
    for page in pages:
        assert ours.get(page).status_code == 200, page
        denied = theirs.get(page)
        assert denied.status_code == 403, page
        text = text_of(denied)
        assert "or it is not there" in text
        for word in ("june.csv", "faulty.csv", "Acme", "Bad Line", "secret"):
            assert word not in text
    for act in ("load", "look", "remove"):
        assert theirs.post(f"{upload.page}{act}/").status_code == 403
    # what is not there looks alike
    nowhere = [
        "/work/loads/0000000000000000/",
        f"/work/sources/{'0' * 64}/",
        f"/work/rows/{'0' * 64}/",
        f"/work/lines/{line_id('0' * 64, '', 2, 0)}/",
        "/work/lines/nonsense/",
    ]
    for page in nowhere:
        assert theirs.get(page).status_code == 403
        assert "or it is not there" in text_of(theirs.get(page))
    assert "No upload is on its way." in text_of(theirs.get("/work/loads/"))
    assert "june.csv" in text_of(ours.get("/work/loads/"))


def test_a_search_reveals_only_what_may_be_seen(place: Path, signed_in: Any) -> None:
    ours, theirs = signed_in("analyst", WESTWICK), signed_in("analyst", EASTWICK)
    hand_over(ours, CREDITORS, body=WESTWICK, note="secret words")
    for words, name in (("secret", "june.csv"), ("faulty", "faulty.csv"), ("Bad Line", "12.345")):
        found = text_of(ours.get("/work/loads/search/", {"q": words}))
        assert name in found
        hidden = text_of(theirs.get("/work/loads/search/", {"q": words}))
        assert name not in hidden
        for text in ("No upload.", "No source of the place.", "No rejected record."):
            assert text in hidden
    assert "at least two characters" in text_of(ours.get("/work/loads/search/", {"q": "x"}))


def test_lists_are_filtered_by_body_and_state(place: Path, signed_in: Any) -> None:
    from totalplace.workbench.loads.models import Upload

    client = signed_in("analyst", "*")
    hand_over(client, CREDITORS, name="east.csv", body="Eastwick Council")
    hand_over(client, CREDITORS + "x", name="west.csv", body="Westwick Council")
    jobs_are_over()
    Upload.objects.update(status="proposed")
    text = text_of(client.get("/work/loads/", {"body": EASTWICK}))
    assert "east.csv" in text
    assert "west.csv" not in text
    assert "No upload is of this body" in text_of(client.get("/work/loads/", {"state": "loaded"}))
    assert "east.csv" in text_of(client.get("/work/loads/", {"state": "proposed"}))
    home = text_of(client.get("/work/"))
    assert "2 files whose mapping is to be settled" in home


def test_the_list_has_what_the_place_holds_once_and_for_whom_it_is(
    place: Path, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from totalplace.workbench.loads import _in_place, views
    from totalplace.workbench.loads.models import Upload

    every = signed_in("analyst", "*")
    ours, theirs = signed_in("analyst", WESTWICK), signed_in("analyst", EASTWICK)
    with open_place(place) as there:
        sources = there.folder.state().sources
    links = [f'href="/work/sources/{one.sha256}/"' for one in sources]

    def shown(client: Any, **query: str) -> set[int]:
        page = client.get("/work/loads/", query).content.decode()
        assert max(map(page.count, links)) <= 1
        return {at for at, link in enumerate(links) if link in page}

    # a link for whom the page behind it is there, and for nobody else
    for client in (ours, theirs):
        open_to = {
            at
            for at, one in enumerate(sources)
            if client.get(f"/work/sources/{one.sha256}/").status_code == 200
        }
        assert shown(client) == open_to
    assert shown(every) == set(range(len(sources))) > shown(ours) > set()
    assert "There are no files." in text_of(signed_in("analyst").get("/work/loads/"))
    mine = next(at for at, one in enumerate(sources) if one.name == "faulty.csv")
    assert mine in shown(ours) - shown(theirs)
    assert mine in shown(every, body=WESTWICK) < shown(every)

    hand_over(ours, tiny_place.SPEND, name="faulty.csv", body=WESTWICK)
    page = "/work/loads/"
    assert ours.get(page).content.decode().count(">faulty.csv<") == 2
    jobs_are_over()
    Upload.objects.update(status="loaded")
    assert ours.get(page).content.decode().count(">faulty.csv<") == 1
    asked = ours.get(page, {"state": "loaded"}).content.decode()
    assert (asked.count(">faulty.csv<"), links[mine] in asked) == (1, False)

    most = len(shown(every, body=WESTWICK)) - 1
    for module in (_in_place, views):
        monkeypatch.setattr(module, "SHOWN", most)
    parts = [shown(every, page=str(n)) for n in range(1, len(sources) // most + 2)]
    assert sorted(at for part in parts for at in part) == list(range(len(sources)))
    first = every.get(page, {"body": WESTWICK})
    assert f'href="?body={WESTWICK}&amp;page=2#in-place" rel="next"' in first.content.decode()
    assert "There are no more." in text_of(every.get(page, {"page": "99"}))


def test_a_file_of_other_bodies_is_not_loaded_for_one(
    place: Path, signed_in: Any, tmp_path: Path
) -> None:
    client = signed_in("analyst", WESTWICK)
    answer = hand_over(client, CREDITORS, body="Eastwick Council")
    assert answer.status_code == 400
    assert "does not act for this body" in text_of(answer)
    returned = tiny_place.write_returns(tmp_path)[1].read_text().replace("150000", "1")
    register = "body_id,area,role,source\nwestwick-council,Z08000001,serves,me\n"
    for name, content in (("return.csv", returned), ("body_area.csv", register)):
        hand_over(client, content, name=name, body=WESTWICK)
        run_jobs("look")
        upload = upload_of(name)
        assert upload.status == "refused", name
        assert "not of this body alone" in text_of(client.get(upload.page)).lower()
        assert client.post(f"{upload.page}load/").status_code == 400


def test_payments_beside_a_return_are_anybodys_until_they_are_read() -> None:
    from totalplace.sources import Layout, LookedMember, Proposed
    from totalplace.workbench.loads._look import _strangers
    from totalplace.workbench.loads.models import Upload

    layout = Layout(name="long", headers=("Body Name", "Amount"))
    long = LookedMember(member="long.csv", kind="text", format_id="spend", layout=layout)
    notes = LookedMember(member="Notes", kind="sheet", format_id="return", note="it explains")
    upload = Upload(name="a.zip", body_id=WESTWICK)
    assert _strangers(Proposed(file="a.zip", members=[long]), upload) == []
    # of what holds a return, the rows say whose it is: nobody has said it of the payments
    (problem,) = _strangers(Proposed(file="a.zip", members=[long, notes]), upload)
    assert problem["where"] == "a.zip long.csv"


def test_rows_and_lines_lead_to_one_another(place: Path, signed_in: Any, anybody: Any) -> None:
    client = signed_in("analyst", WESTWICK)
    sha256 = source_of(place, "faulty.csv")
    page = client.get(f"/work/sources/{sha256}/").content.decode()
    assert f'href="/work/rows/{sha256}/"' in page
    assert f'href="/work/sources/{sha256}/rejects/0/"' in page
    rows = client.get(f"/work/rows/{sha256}/").content.decode()
    assert 'id="r2"' in rows
    assert "Acme Paving Ltd" in rows
    assert "The file ends" in text_of(client.get(f"/work/rows/{sha256}/", {"from": "900"}))
    line = text_of(client.get(f"/work/lines/{line_id(sha256, '', 2, 0)}/"))
    assert "Acme Paving Ltd" in line
    assert "Nobody has decided anything about it." in line
    with open_place(place) as there:
        there.decide("Acme Paving Ltd", what="payee_kind", value="organisation", why="a firm")
    line = text_of(client.get(f"/work/lines/{line_id(sha256, '', 2, 0)}/"))
    assert "a firm" in line
    rejected = text_of(client.get(f"/work/lines/{line_id(sha256, '', 4, 4)}/"))
    assert "It was rejected" in rejected
    public_id = hashlib.sha256(line_id(sha256, "", 2, 0).encode()).hexdigest()[:16]
    from_public = f"/work/public-lines/{sha256}/{public_id}/2/0/"
    answer = client.get(from_public)
    assert answer["Location"] == f"/work/lines/{line_id(sha256, '', 2, 0)}/"
    refused = anybody.get(from_public)
    assert refused.status_code == 403
    assert "you are not signed in" in text_of(refused)
    assert client.get(from_public.replace(public_id, "0" * 16)).status_code == 403


def test_a_line_tells_no_decision_that_its_own_page_does_not(place: Path, signed_in: Any) -> None:
    from totalplace.workbench.queues.models import Settled

    sha256 = source_of(place, "faulty.csv")
    with open_place(place) as there:
        for value, why in (("individual", "said in Eastwick"), ("organisation", "said here")):
            there.decide("Acme Paving Ltd", what="payee_kind", value=value, why=why, who="ann")
    for n, body_id in ((1, EASTWICK), (2, WESTWICK)):
        Settled.objects.create(n=n, queue="payee_kinds", key=str(n), title="t", bodies=body_id)
    client = signed_in("analyst", WESTWICK)
    text = text_of(client.get(f"/work/lines/{line_id(sha256, '', 2, 0)}/"))
    assert "said here" in text
    assert "said in Eastwick" not in text
    Settled.objects.filter(n=2).update(bodies=EASTWICK)
    text = text_of(client.get(f"/work/lines/{line_id(sha256, '', 2, 0)}/"))
    assert "said here" not in text


def test_whoever_may_load_a_file_decides_its_licence(place: Path, signed_in: Any) -> None:
    """A file that came in by a command has none: nothing of the place could be published."""
    from totalplace.workbench.audit.models import Entry

    ours, theirs = signed_in("analyst", WESTWICK, name="wes"), signed_in("analyst", EASTWICK)
    sha256 = source_of(place, "faulty.csv")
    page, form = f"/work/sources/{sha256}/", f"/work/sources/{sha256}/licence/"
    given = {"licence": "OGL-UK-3.0", "why": "their page of open data says so"}
    assert "Decide its licence" in text_of(ours.get(page))
    assert theirs.post(form, given).status_code == 403
    faulty = ours.post(form, {"licence": "mine"})
    assert faulty.status_code == 400
    for control in ("licence", "why"):
        assert f'href="#{control}"' in faulty.content.decode()
    assert ours.post(form, given)["Location"] == page
    with open_place(place) as there:
        (made,) = there.folder.decisions()
    assert (made.object_id, made.what, made.value) == (sha256, "licence", "OGL-UK-3.0")
    assert (made.who, made.why) == ("wes", given["why"])
    outcome = Entry.objects.get(of_row__isnull=False, detail_json__contains='"decisions"')
    assert (outcome.action, outcome.who, outcome.thing) == ("load", "wes", sha256)
    assert "as wes has decided" in text_of(ours.get(page))
    # and the decision is of the body whose money it is
    assert ours.get("/work/decisions/1/").status_code == 200
    assert theirs.get("/work/decisions/1/").status_code == 403
