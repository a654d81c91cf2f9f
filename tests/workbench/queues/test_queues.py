"""What is to be decided: worked out, listed, chosen, its effect shown, saved, undone."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jobs_here import run_jobs
from unsettled_place import GRANT, SECOND, YEAR, spend_file, unsettled

from totalplace import open_place
from totalplace.place import Approval

pytestmark = pytest.mark.slow

EAST, WEST = "eastwick-council", "westwick-council"
Rows = list[Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, tables: None) -> Iterator[tuple[Path, Rows]]:
    """The place, never to be changed, and what a job has worked out of it."""
    from settings_here import working_on

    from totalplace.access import Actor
    from totalplace.workbench import _views  # noqa: F401 - hangs every kind of job on the list
    from totalplace.workbench.jobs.models import Job
    from totalplace.workbench.queues import ask_recount
    from totalplace.workbench.queues.models import Recount

    folder = unsettled(tmp_path_factory.mktemp("unsettled"))
    before = sorted((folder / "snapshots").glob("*"))
    with working_on(folder):
        ask_recount(Actor("ann"))
        assert run_jobs() == ["done"]
        recount = Recount.objects.get()
        rows = [recount, *recount.items.all()]
    assert sorted((folder / "snapshots").glob("*")) == before, "working it out freezes nothing"
    yield folder, rows
    Recount.objects.all().delete()
    Job.objects.all().delete()


@pytest.fixture
def place(made: tuple[Path, Rows], tmp_path: Path, database: None) -> Iterator[Path]:
    """A place of the test's own, with its queues worked out."""
    from settings_here import working_on

    from totalplace.workbench.jobs.models import Job
    from totalplace.workbench.queues.models import Recount

    kept, rows = made
    folder = shutil.copytree(kept, tmp_path / "place")
    Recount.objects.all().delete()
    Job.objects.all().delete()
    for row in rows:
        row.save(force_insert=True)
    with working_on(folder):
        yield folder


def key(title: str) -> str:
    from totalplace.workbench.queues.models import Item

    return str(Item.objects.filter(title=title).first().key)  # type: ignore[union-attr]


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()
    return str(answer.content.decode())


def choose(client: Any, queue: str, **values: str) -> Any:
    """Choose values by title (spaces as underscores), as the page's script does."""
    fields = {f"choice-{key(name.replace('_', ' '))}": value for name, value in values.items()}
    answer = client.post(
        f"/work/queues/{queue}/choose/", fields, headers={"accept": "application/json"}
    )
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def effect(client: Any) -> str:
    """Have the effect of the choices worked out; the address of its page."""
    answer = client.post("/work/queues/effect/")
    assert run_jobs("effect") == ["done"]
    address = re.sub(r"/jobs/(\d+)/", r"/work/queues/effect/\1/", answer["Location"])
    assert text(client.get(address))
    return address


def save(client: Any, address: str, why: str = "seen in the ledger", **more: str) -> Any:
    return client.post(f"{address}save/", {"why": why, **more})


def decisions(place: Path) -> list[Any]:
    with open_place(place) as one:
        return list(one.folder.all_decisions())


# --- lists ---------------------------------------------------------------------------------------


def test_the_largest_money_comes_first_by_reason(place: Path, signed_in: Any) -> None:
    page = text(signed_in("analyst", "*").get("/work/queues/payee_kinds/"))
    places = [page.index(f">{name}</a>") for name in ("Zebra", "Quince Partners")]
    assert places == sorted(places)
    assert "nothing says that it is an organisation: 3 items, £160.00" in page.lower()
    assert "<img" not in page.replace('<img src="/', "")
    assert "&lt;img src=x&gt; Partners" in page
    all_of_them = text(signed_in("analyst", "*").get("/work/queues/"))
    assert "3 items, £12,900.00" in all_of_them
    assert "The place has changed since" not in all_of_them


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        (f"body={EAST}", ["Zebra", "Mr C Example"], ["Quince Partners", "Mrs B Example"]),
        ("reason=initials+and+a+family+name", ["A Example"], ["Zebra", "Mrs B Example"]),
        ("body=nowhere", [], ["Zebra"]),
    ],
)
def test_a_list_is_narrowed_by_body_and_reason(
    place: Path, signed_in: Any, query: str, there: list[str], not_there: list[str]
) -> None:
    page = text(signed_in("analyst", "*").get(f"/work/queues/payee_kinds/?{query}"))
    assert all(f">{name}</a>" in page for name in there)
    assert not any(f">{name}</a>" in page for name in not_there)


def test_an_analyst_sees_what_concerns_their_bodies_alone(place: Path, signed_in: Any) -> None:
    east = signed_in("analyst", EAST)
    page = text(east.get("/work/queues/payee_kinds/"))
    assert "Mr C Example" in page
    assert "Zebra" in page
    assert not any(name in page for name in ("Mrs B Example", "A Example", "Quince Partners"))
    assert "2 items" in text(east.get("/work/queues/"))
    secret = key("Mrs B Example")
    denied = east.get(f"/work/queues/payee_kinds/items/{secret}/")
    assert denied.status_code == 403
    assert "Example" not in denied.content.decode()
    nothing = east.get("/work/queues/payee_kinds/items/0000000000000000/")
    assert re.findall(r"it is of a body.*?there", denied.content.decode()) == re.findall(
        r"it is of a body.*?there", nothing.content.decode()
    )
    assert choose(east, "payee_kinds", Mrs_B_Example="individual")["count"] == 0
    assert (
        east.post(f"/work/queues/payee_kinds/items/{secret}/", {"value": "individual"}).status_code
        == 403
    )


@pytest.mark.parametrize("roles", ["viewer", "admin", "governance"])
def test_others_see_no_queue(place: Path, signed_in: Any, roles: str) -> None:
    client = signed_in(roles, "*")
    for address in ("/work/queues/", "/work/queues/payees/", "/work/queues/choices/"):
        assert client.get(address).status_code == 403
    assert "To decide" not in client.get("/work/").content.decode()


@pytest.mark.parametrize("page", ["9" * 5_000, "9" * 20, "99999999", "²", "0"])
def test_a_page_that_cannot_be_is_no_fault(place: Path, signed_in: Any, page: str) -> None:
    client = signed_in("analyst", "*")
    for address in ("/work/queues/payees/", "/work/decisions/"):
        assert client.get(address, {"page": page, "reason": "x"}).status_code == 200


def test_an_unknown_queue_is_none(place: Path, signed_in: Any) -> None:
    assert signed_in("analyst", "*").get("/work/queues/none-such/").status_code == 404
    assert signed_in("analyst", EAST).get("/work/queues/none-such/").status_code == 403


# --- choices -------------------------------------------------------------------------------------


def test_choices_outlive_the_session_and_are_nobody_elses(place: Path, signed_in: Any) -> None:
    first = signed_in("analyst", "*", name="ann")
    assert choose(first, "payee_kinds", Zebra="organisation", A_Example="individual")["count"] == 2
    again = signed_in("analyst", "*", name="ann")
    page = text(again.get("/work/queues/choices/"))
    assert "Zebra" in page
    assert "A Example" in page
    assert "2 choices to save" in text(again.get("/work/"))
    assert "no unsaved choices" in text(
        signed_in("analyst", "*", name="bea").get("/work/queues/choices/")
    )
    assert choose(again, "payee_kinds", Zebra="")["count"] == 1
    again.post("/work/queues/choices/remove/", {"key": key("A Example")})
    assert "no unsaved choices" in text(again.get("/work/queues/choices/"))
    assert not decisions(place)


def test_the_form_of_a_list_does_the_same_without_a_script(place: Path, signed_in: Any) -> None:
    client = signed_in("analyst", "*")
    page = text(client.get("/work/queues/payee_kinds/"))
    fields = dict.fromkeys(re.findall(r'name="(choice-\w+)"', page), "")
    fields[f"choice-{key('Zebra')}"] = "organisation"
    fields["here"] = "/work/queues/payee_kinds/?body="
    answer = client.post("/work/queues/payee_kinds/choose/", fields)
    assert answer["Location"] == "/work/queues/payee_kinds/?body="
    fields["here"] = "//evil.example/"
    assert (
        client.post("/work/queues/payee_kinds/choose/", fields)["Location"]
        == "/work/queues/payee_kinds/"
    )
    shown = text(client.get("/work/queues/payee_kinds/"))
    assert re.search(r'value="organisation" checked', shown)
    assert 'unsaved choices: <span id="chosen-count">1<' in shown.lower()


def test_what_cannot_be_said_of_a_thing_is_not_kept(place: Path, signed_in: Any) -> None:
    client = signed_in("analyst", "*")
    assert choose(client, "payee_kinds", Zebra="no-such-kind")["count"] == 0
    wrong = client.post(f"/work/queues/payee_kinds/items/{key('Zebra')}/", {"value": "x"})
    assert wrong.status_code == 400
    assert "Choose what it is" in wrong.content.decode()


def test_one_choice_for_all_of_one_reason_and_suggestion(place: Path, signed_in: Any) -> None:
    from totalplace.workbench.queues.models import Choice, Item

    zebra, bison = (Item.objects.get(title=name) for name in ("Zebra", "Quince Partners"))
    Item.objects.filter(pk=bison.pk).update(alike=zebra.alike, suggestions=zebra.suggestions)
    client = signed_in("analyst", "*")
    assert "for this and 1 more" in text(client.get("/work/queues/payee_kinds/"))
    east = signed_in("analyst", EAST)
    assert "for this and" not in text(east.get("/work/queues/payee_kinds/"))
    client.post("/work/queues/payee_kinds/choose/", {"alike": zebra.key})
    east.post("/work/queues/payee_kinds/choose/", {"alike": zebra.key})
    kept = Choice.objects.values_list("account", "title")
    assert sorted(kept) == [
        ("analyst-all", "Quince Partners"),
        ("analyst-all", "Zebra"),
        (f"analyst-{EAST}", "Zebra"),
    ]


def test_no_more_is_chosen_than_can_be_saved_together(
    place: Path, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from totalplace.workbench.queues import _basket

    monkeypatch.setattr(_basket, "MOST", 1)
    client = signed_in("analyst", "*")
    assert choose(client, "payee_kinds", Zebra="organisation", A_Example="individual")["kept"] == 1
    page = client.post(
        f"/work/queues/payees/items/{key('Westwick Fire Authority')}/", {"value": "none"}
    )
    assert "too many unsaved choices" in page.content.decode()


@pytest.mark.parametrize(
    ("queue", "title", "words", "value"),
    [
        ("payees", "Westwick Fire Authority", "eastwick council", EAST),
        ("payees", "Westwick Fire Authority", "", "none"),
        ("unclassified", "Westwick Council: Care / Fees", "10.2 old", "10.2"),
        ("payee_kinds", "Quince Partners", "", "individual"),
        ("transfers", "Westwick Council to Eastwick Council", "", "not_paid"),
        ("transfers", "Westwick Council to Eastwick Council", "", SECOND.rpartition(" | ")[0]),
    ],
)
def test_more_can_be_said_than_is_suggested(
    place: Path, signed_in: Any, queue: str, title: str, words: str, value: str
) -> None:
    from totalplace.workbench.queues._basket import as_choices
    from totalplace.workbench.queues.models import Choice

    client = signed_in("analyst", "*")
    address = f"/work/queues/{queue}/items/{key(title)}/"
    page = text(client.get(address, {"q": words}))
    assert f'value="{value}"' in page
    assert "Nothing is found" in text(client.get(address, {"q": "zzz"})) or not words
    assert client.post(address, {"value": value})["Location"] == f"/work/queues/{queue}/"
    assert Choice.objects.get().value == value
    with open_place(place) as one:
        [made] = one.decide_all(as_choices(Choice.objects.all()), why="a test").facts
    assert made.value == value


def test_the_other_end_is_offered_to_those_who_see_it(place: Path, signed_in: Any) -> None:
    title = "Westwick Council to Eastwick Council"
    address = f"/work/queues/transfers/items/{key(title)}/"
    other = SECOND.rpartition(" | ")[0]
    assert f'value="{other}"' in text(signed_in("analyst", EAST).get(address))
    west = signed_in("analyst", WEST)
    page = text(west.get(address))
    assert f'value="{other}"' not in page
    assert "Agency of Tinyland" not in page
    assert west.post(address, {"value": other}).status_code == 400


# --- effect and saving ---------------------------------------------------------------------------


def test_the_headline_moves_as_the_effect_said(place: Path, signed_in: Any) -> None:
    from totalplace.workbench.jobs.models import Job
    from totalplace.workbench.queues.models import Recount

    client = signed_in("analyst", EAST, name="ann")
    title = "Agency of Tinyland to Eastwick Council: Second grant"
    choose(client, "transfers", **{title.replace(" ", "_"): "not_paid"})
    address = effect(client)
    page = text(client.get(address))
    before, after = 18_747_800, 19_647_800
    assert "The headline goes up by £9,000.00" in page
    for pence in (before, after):
        assert f"£{pence // 100:,}.{pence % 100:02}" in page
    assert "Agency of Tinyland" in page
    assert "3 before, 2 after" in page
    assert not decisions(place)
    assert save(client, address, why="the agency says so")["Location"] == "/work/decisions/"
    [made] = decisions(place)
    assert (made.object_id, made.what, made.value) == (SECOND, "match", "not_paid")
    assert (made.who, made.why) == ("ann", "the agency says so")
    assert title not in text(client.get("/work/queues/transfers/"))
    assert Job.objects.filter(kind="recount", status="queued").count() == 1
    assert run_jobs() == ["done"]
    assert Recount.objects.get().headlines[YEAR]["net_pence"] == after
    home = text(client.get("/work/"))
    assert "£196,478.00" in home
    assert GRANT not in home
    assert title not in text(client.get("/work/queues/transfers/"))


def test_each_decision_may_have_a_reason_of_its_own(place: Path, signed_in: Any) -> None:
    client = signed_in("analyst", "*", name="ann")
    choose(client, "payee_kinds", Zebra="organisation", A_Example="individual")
    address = effect(client)
    none = save(client, address, why=" ")
    assert none.status_code == 400
    assert "Say why you decide so" in none.content.decode()
    assert save(client, address, why="x" * 1_001).status_code == 400
    assert not decisions(place)
    own = {f"why-{key('Zebra')}": "its invoices say Ltd"}
    assert save(client, address, why="a common name", **own).status_code == 302
    assert {(one.object_id, one.why) for one in decisions(place)} == {
        ("Zebra", "its invoices say Ltd"),
        ("A Example", "a common name"),
    }
    page = text(client.get("/work/decisions/"))
    assert "2 decisions are saved" in page
    assert "its invoices say Ltd" in page


@pytest.mark.parametrize("change", ["more", "other", "fewer"])
def test_nothing_is_saved_whose_effect_was_not_shown(
    place: Path, signed_in: Any, change: str
) -> None:
    client = signed_in("analyst", "*")
    choose(client, "payee_kinds", Zebra="organisation", A_Example="individual")
    address = effect(client)
    if change == "more":
        choose(client, "payee_kinds", Quince_Partners="organisation")
    else:
        value = "organisation" if change == "other" else ""
        client.post(f"/work/queues/payee_kinds/items/{key('A Example')}/", {"value": value})
        choose(client, "payee_kinds", A_Example=value)
    answer = save(client, address)
    assert answer.status_code == 409
    assert "have changed since their effect was worked out" in answer.content.decode()
    assert "Save 2 decisions" not in text(client.get(address))
    assert not decisions(place)
    assert save(client, effect(client)).status_code == 302


def test_who_decides_second_is_told_what_the_first_has_decided(place: Path, signed_in: Any) -> None:
    ann, bea = signed_in("analyst", EAST, name="ann"), signed_in("analyst", "*", name="bea")
    choose(ann, "payee_kinds", Zebra="organisation")
    choose(bea, "payee_kinds", Zebra="individual", A_Example="individual")
    shown = effect(bea)
    assert save(ann, effect(ann), why="Ltd on the invoice").status_code == 302
    answer = save(bea, shown)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Zebra: ann has decided it meanwhile (decision 1)" in page
    assert "Ltd on the invoice" in page
    assert len(decisions(place)) == 1
    bea.post("/work/queues/choices/remove/", {"key": key("Zebra")})
    assert save(bea, effect(bea)).status_code == 302
    assert [(one.who, one.object_id) for one in decisions(place)] == [
        ("ann", "Zebra"),
        ("bea", "A Example"),
    ]


def test_decisions_about_other_things_do_not_stand_against_it(place: Path, signed_in: Any) -> None:
    ann, bea = signed_in("analyst", "*", name="ann"), signed_in("analyst", "*", name="bea")
    choose(ann, "payee_kinds", Zebra="organisation")
    choose(bea, "payee_kinds", A_Example="individual")
    shown = effect(bea)
    assert save(ann, effect(ann)).status_code == 302
    assert save(bea, shown).status_code == 302


def test_a_file_that_was_loaded_meanwhile_makes_the_effect_stale(
    place: Path, signed_in: Any, tmp_path: Path
) -> None:
    client = signed_in("analyst", "*")
    choose(client, "payee_kinds", Zebra="organisation")
    address = effect(client)
    with open_place(place) as one:
        file = spend_file(
            tmp_path / "more.csv", "Eastwick Council", [("Parks", "Trees", 5, "Oak Ltd")]
        )
        assert one.add(file).facts.files[0].status == "loaded"
    answer = save(client, address)
    assert answer.status_code == 409
    assert "Files were loaded since" in answer.content.decode()
    assert "The place has changed since" in text(client.get("/work/queues/"))


def test_an_effect_is_its_owners(place: Path, signed_in: Any) -> None:
    ann, bea = signed_in("analyst", "*", name="ann"), signed_in("analyst", EAST, name="bea")
    choose(ann, "payee_kinds", Zebra="organisation")
    address = effect(ann)
    choose(bea, "payee_kinds", Zebra="organisation")
    for answer in (bea.get(address), save(bea, address)):
        assert answer.status_code == 403
        assert "or it is not there" in answer.content.decode()
    assert not decisions(place)


def test_choices_that_hold_already_are_taken_out(place: Path, signed_in: Any) -> None:
    """The server ended between the decision and its answer: nothing is decided twice."""
    client = signed_in("analyst", "*", name="ann")
    choose(client, "payee_kinds", Zebra="organisation", A_Example="individual")
    with open_place(place) as one:
        one.decide("Zebra", what="payee_kind", value="organisation", why="was saved", who="ann")
    assert "1 choice holds in the place already" in text(client.get("/work/queues/choices/"))
    assert save(client, effect(client)).status_code == 302
    assert [one.object_id for one in decisions(place)] == ["Zebra", "A Example"]


def test_a_place_that_says_no_is_told_as_it_says(place: Path, signed_in: Any) -> None:
    from totalplace.workbench.queues.models import Choice

    client = signed_in("analyst", "*", name="ann")
    choose(client, "payee_kinds", Zebra="organisation")
    address = effect(client)
    with open_place(place) as one:
        folder = one.path / "decisions"
    folder.rmdir() if folder.exists() else None
    folder.write_text("no folder")
    answer = save(client, address)
    assert answer.status_code != 302
    folder.unlink()
    assert Choice.objects.count() == 1
    assert save(client, address).status_code == 302


# --- decisions -----------------------------------------------------------------------------------


@pytest.fixture
def decided(place: Path, signed_in: Any) -> Path:
    """Three decisions: of both councils, of one, and one that was made by a command."""
    ann = signed_in("analyst", "*", name="ann")
    choose(ann, "payee_kinds", Zebra="organisation", Mrs_B_Example="individual")
    assert save(ann, effect(ann)).status_code == 302
    with open_place(place) as one:
        one.decide("Elm Ltd", what="payee_kind", value="organisation", why="=1+1", who="bea")
    return place


def test_decisions_are_listed_with_who_when_and_why(decided: Path, signed_in: Any) -> None:
    client = signed_in("analyst", "*")
    page = text(client.get("/work/decisions/"))
    assert all(name in page for name in ("Zebra", "Mrs B Example", "Elm Ltd", "ann", "bea"))
    only = text(client.get("/work/decisions/?who=bea&what=payee_kind"))
    assert "Elm Ltd" in only
    assert "Zebra" not in only
    one = text(client.get("/work/decisions/1/"))
    assert "The payee is an organisation" in one or "The payee is an individual" in one
    assert "seen in the ledger" in one


def test_decisions_as_a_file_are_safe_to_open(decided: Path, signed_in: Any) -> None:
    answer = signed_in("analyst", "*").get("/work/decisions.csv?who=bea")
    [row] = csv.DictReader(io.StringIO(text(answer).removeprefix("\ufeff")))
    assert (row["object_id"], row["what"], row["value"]) == (
        "Elm Ltd",
        "payee_kind",
        "organisation",
    )
    assert row["why"].startswith("'")


def test_decisions_are_seen_by_those_whose_money_it_is(decided: Path, signed_in: Any) -> None:
    east = signed_in("analyst", EAST)
    page = text(east.get("/work/decisions/"))
    assert "Zebra" in page
    assert not any(name in page for name in ("Mrs B Example", "Elm Ltd"))
    of_mrs_b = next(one.n for one in decisions(decided) if one.object_id.startswith("Mrs"))
    for n in (of_mrs_b, 3, 99):
        assert east.get(f"/work/decisions/{n}/").status_code == 403
        assert east.post(f"/work/decisions/{n}/undo/").status_code == 403
    exported = text(east.get("/work/decisions.csv"))
    assert "Mrs B" not in exported
    governance = signed_in("governance")
    assert "Elm Ltd" in text(governance.get("/work/decisions/"))
    assert governance.post("/work/decisions/3/undo/").status_code == 403


def test_undoing_is_a_choice_like_any_other(decided: Path, signed_in: Any) -> None:
    client = signed_in("analyst", EAST, name="cid")
    n = next(one.n for one in decisions(decided) if one.object_id == "Zebra")
    assert client.post(f"/work/decisions/{n}/undo/")["Location"] == "/work/queues/choices/"
    assert f"undo decision {n}" in text(client.get("/work/queues/choices/"))
    assert len(decisions(decided)) == 3
    assert save(client, effect(client), why="it was a person").status_code == 302
    last = decisions(decided)[-1]
    assert (last.what, last.value, last.who, last.why) == ("undo", str(n), "cid", "it was a person")
    page = text(client.get(f"/work/decisions/{n}/"))
    assert "decision 4" in page
    assert "Undo it" not in page
    again = client.post(f"/work/decisions/{n}/undo/", follow=True)
    assert "does not hold any more" in again.content.decode()


def test_an_approval_is_a_decision_that_can_be_taken_back(decided: Path, signed_in: Any) -> None:
    with open_place(decided) as place:
        place.folder.keep(
            "case",
            {"case.toml": b"x = 1\n"},
            slug="early-years",
            main="case.toml",
            title="Early years",
            run_hash="ab12",
            result={},
            approval=Approval(who="ann", approved_by="bo", when="2026-11-30T10:00:00", why="sound"),
        )
    client = signed_in("analyst", "*")
    page = text(client.get("/work/decisions/4/"))
    assert "The case is approved, revision 1" in page
    client.post("/work/decisions/4/undo/")
    assert "undo decision 4" in text(client.get("/work/queues/choices/"))
    assert save(client, effect(client), why="a source was wrong").status_code == 302
    with open_place(decided) as place:
        assert place.cases().facts == ()


def test_what_is_undone_by_two_is_undone_once(decided: Path, signed_in: Any) -> None:
    ann, bea = signed_in("analyst", "*", name="ann"), signed_in("analyst", "*", name="bea")
    for client in (ann, bea):
        client.post("/work/decisions/3/undo/")
    shown = effect(bea)
    assert save(ann, effect(ann)).status_code == 302
    assert save(bea, shown).status_code == 409
    assert "holds in the place already" in text(bea.get("/work/queues/choices/"))
    assert [one.what for one in decisions(decided)].count("undo") == 1


def test_the_history_of_a_thing_stands_on_its_page(decided: Path, signed_in: Any) -> None:
    client = signed_in("analyst", "*")
    page = text(client.get(f"/work/queues/payee_kinds/items/{key('Zebra')}/"))
    assert "The payee is an organisation" in page
    assert "seen in the ledger" in page
    other = text(client.get(f"/work/queues/payee_kinds/items/{key('A Example')}/"))
    assert "Nothing yet." in other


def test_the_audit_names_decisions_and_no_payee(decided: Path) -> None:
    from totalplace.workbench.audit.models import Entry

    rows = [str(vars(one)) for one in Entry.objects.all()]
    assert any('"decisions"' in row for row in rows)
    assert not any("Mrs B Example" in row or "Zebra" in row for row in rows)


# --- working it out ------------------------------------------------------------------------------


def test_of_recounts_that_wait_there_is_one(place: Path, signed_in: Any) -> None:
    from totalplace.workbench.jobs.models import Job

    client = signed_in("analyst", "*")
    for _ in range(3):
        assert client.post("/work/queues/recount/").status_code == 302
    [job] = Job.objects.filter(kind="recount")
    assert "being worked out again" in text(client.get("/work/queues/"))
    assert run_jobs() == ["done"]
    job.refresh_from_db()
    # whoever presses the button has a reason
    assert job.result["items"]


def test_what_was_worked_out_holds_until_something_has_changed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from totalplace.access import Actor
    from totalplace.workbench.queues import _lists, _state, ask_recount
    from totalplace.workbench.queues.models import Recount

    def is_done_anew() -> bool:
        job = ask_recount(Actor("ann"))
        assert run_jobs() == ["done"]
        job.refresh_from_db()
        return "items" in job.result

    assert not is_done_anew()
    assert not _lists.shown().is_old
    # something that could not be worked out may be possible now
    Recount.objects.update(reasons={"payees": "no lines: it holds none"})
    assert is_done_anew()
    assert not is_done_anew()
    toml = place / "place.toml"
    toml.write_text(toml.read_text().replace('"2017-18"', '"2016-17", "2017-18"'))
    assert _lists.shown().is_old
    assert is_done_anew()
    monkeypatch.setattr(_state, "version", lambda _: "99.0")
    assert _lists.shown().is_old
    assert is_done_anew()


def test_a_place_without_money_says_why_nothing_waits(at_work: Path, signed_in: Any) -> None:
    client = signed_in("analyst", "*")
    assert "Nothing was worked out yet" in text(client.get("/work/queues/"))
    assert "Nothing was worked out yet" in text(client.get("/work/queues/payees/"))
    assert client.post("/work/queues/payees/choose/", {}).status_code == 302
    client.post("/work/queues/recount/")
    assert run_jobs() == ["done"]
    assert "holds no such lines" in text(client.get("/work/queues/")).lower()
    assert "holds no such lines" in text(client.get("/work/queues/payees/")).lower()
    assert "Nothing waits for you" in text(client.get("/work/"))


def test_pages_of_many_items_ask_and_show_no_more_than_those_of_few(
    place: Path, signed_in: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from totalplace.workbench.queues.models import Item, Recount

    recount = Recount.objects.get()
    clients = (signed_in("analyst", "*"), signed_in("analyst", "body-7"))
    addresses = ("payee_kinds/", "payee_kinds/?reason=reason+3&page=2", "")

    def add(numbers: range) -> None:
        Item.objects.bulk_create(
            Item(
                recount=recount,
                queue="payee_kinds",
                key=f"{n:016x}",
                what="payee_kind",
                object_id=f"Payee {n}",
                title=f"Payee {n}",
                reason=f"reason {n % 7}",
                pence=n * 100,
                size_pence=n * 100,
                lines=1,
                bodies="body-7",
                suggestions=[{"value": "organisation", "label": "an organisation", "why": "x"}],
                alike=f"{n % 7}",
            )
            for n in numbers
        )

    def asked() -> tuple[list[int], int]:
        queries, largest = [], 0
        for client in clients:
            for address in addresses:
                with CaptureQueriesContext(connection) as seen:
                    shown = text(client.get(f"/work/queues/{address}"))
                queries.append(len(seen))
                largest = max(largest, len(shown))
        return queries, largest

    add(range(1_000))
    few, size = asked()
    add(range(1_000, 3_000))
    many, size_of_many = asked()
    assert many == few
    assert size_of_many < size * 1.1
