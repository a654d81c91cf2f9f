"""A portfolio is solved as it is, and with other budgets and fences, as the toy fence says."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from cases_here import PORTFOLIO, decide, draft_of, send
from jobs_here import run_jobs

from totalplace import open_place

pytestmark = pytest.mark.slow


@pytest.fixture
def ann(at_work: Path, signed_in: Any) -> Any:
    return signed_in("analyst", "*", name="ann")


def begun(client: Any, **files: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    texts = {"pool": PORTFOLIO.encode()} | files
    sent = [SimpleUploadedFile(f"{name}.toml", text) for name, text in texts.items()]
    answer = client.post("/work/cases/new/", {"way": "file", "files": sent})
    assert answer.status_code == 302, answer.content.decode()
    return draft_of(answer["Location"].split("/")[3])


def found(draft: Any) -> tuple[str, str, str]:
    one = draft.runs.first().document
    return one["value_gbp"], one["one_pot_value_gbp"], one["fence_price_gbp"]


def test_budgets_and_fences_are_tried_and_kept(ann: Any) -> None:
    draft = begun(ann)
    assert (draft.kind, draft.title) == ("portfolio", "Toy pool")
    assert ann.post(f"{draft.page}run/").status_code == 302
    assert run_jobs() == ["done"]
    assert found(draft) == ("16000000.00", "25000000.00", "9000000.00")
    # by the number, then by the slider
    for moved in ({"budget-1-0": "8"}, {"budget-1-0-slider": "8"}):
        assert send(ann, f"{draft.page}try/", moved).status_code == 302
        assert run_jobs() == ["done"]
        assert found(draft)[0] == "25000000.00"
        run = draft.runs.first()
        page = ann.get(f"{draft.page}runs/{run.pk}/").content.decode()
        assert "council with 8" in page
    assert send(ann, f"{draft.page}try/", {"budget-0-0": "12"}).status_code == 302
    assert run_jobs() == ["done"]
    assert found(draft)[0] == "16000000.00"
    assert draft_of(draft.pk).text == draft.text
    assert send(ann, f"{draft.page}try/", {"fence-0": "none", "go": "keep"}).status_code == 302
    assert run_jobs() == ["done"]
    assert found(draft) == ("25000000.00", "25000000.00", "0.00")
    draft = draft_of(draft.pk)
    assert 'ringfence = "none"' in draft.text
    assert draft.runs.first().tried == {}
    assert send(ann, f"{draft.page}try/", {"budget-0-0": "-1"}).status_code == 400
    # it is no case: it has no forms of one
    assert ann.get(f"{draft.page}edit/head/").status_code == 404


def test_a_portfolio_is_approved_by_a_second_person(
    ann: Any, signed_in: Any, at_work: Path
) -> None:
    gov = signed_in("governance", name="gov")
    draft = begun(ann)
    ann.post(f"{draft.page}run/")
    assert run_jobs() == ["done"]
    assert send(ann, f"{draft.page}submit/", {"why": "For the board"}).status_code == 302
    asked = {"looked": "yes", "approval": "Sound"}
    assert ann.post(f"{draft.page}approve/", asked).status_code == 403
    assert decide(gov, draft, "approve", asked).status_code == 302
    assert run_jobs() == ["done"]
    page = gov.get("/work/approved/portfolio/toy/1/")
    assert page.status_code == 200
    assert "Sound" in page.content.decode()
    with open_place(at_work) as place:
        assert place.portfolio("toy").facts.approved_by == "gov"


def test_the_cases_of_a_portfolio_stand_beside_it(ann: Any) -> None:
    from importlib import resources

    case = (resources.files("totalplace.cases") / "data" / "starter.toml").read_bytes()
    named = PORTFOLIO.replace('id = "A"\ncost = [4]\nnpv = 6', 'id = "A"\ncase = "other.toml"')
    draft = begun(ann, pool=named.encode(), mine=case)
    assert "names a case that is not beside it" in ann.get(draft.page).content.decode()
    reaching = case.replace(b"takeup = 0.6\n", b'takeup = {csv = "../../x.csv"}\n')
    draft = begun(ann, pool=named.encode(), other=reaching)
    assert "with a plain name" in ann.get(draft.page).content.decode()


def test_an_approved_case_is_put_beside_a_portfolio(ann: Any, at_work: Path) -> None:
    from importlib import resources

    case = (resources.files("totalplace.cases") / "data" / "starter.toml").read_text("utf-8")
    with open_place(at_work) as place:
        place.keep_case(case, who="x", approved_by="y", why="z", draws=20)
    named = PORTFOLIO.replace('id = "A"\ncost = [4]\nnpv = 6', 'id = "A"\ncase = "my-case.toml"')
    draft = begun(ann, pool=named.encode())
    assert "names a case that is not beside it" in ann.get(draft.page).content.decode()
    add = {"approved": "my-case", "revision": draft.revision}
    assert ann.post(f"{draft.page}files/", {**add, "approved": "none"}).status_code == 400
    assert ann.post(f"{draft.page}files/", add).status_code == 302
    assert draft_of(draft.pk).files == {"my-case.toml": case}
    page = ann.get(draft.page).content.decode()
    assert "not beside it" not in page


def test_what_contradicts_itself_is_told_in_words(ann: Any) -> None:
    floor = PORTFOLIO.replace("budget = [4]", "budget = [4]\nfloor = [3]", 1)
    draft = begun(ann, pool=floor.replace("cost = [4]", "cost = [40]").encode())
    assert ann.post(f"{draft.page}run/").status_code == 302
    assert run_jobs() == ["failed"]
    page = ann.get(f"/jobs/{draft.runs.get().job}/").content.decode()
    assert "/tmp/" not in page
    assert "portfolio.toml" in page


def test_what_a_reviewer_would_ask_stands_below_a_run(ann: Any, at_work: Path) -> None:
    """Both cases say the same outcome, and not whose: their effects are added up."""
    case = (resources.files("totalplace.cases") / "data" / "starter.toml").read_text("utf-8")
    pool = """\
portfolio = {id = "pool", years = 5, unit = "GBP k", title = "Two teams"}
body = {health = {}, exchequer-departments = {}}
[[stream]]
id = "grant"
body = "council"
budget = [1200, 1200, 1200, 1200, 1200]
[[intervention]]
id = "visits"
case = "a.toml"
streams = ["grant"]
[[intervention]]
id = "groups"
case = "b.toml"
streams = ["grant"]
"""
    other = case.replace("my-case", "other")
    draft = begun(ann, pool=pool.encode(), a=case.encode(), b=other.encode())
    ann.post(f"{draft.page}run/")
    assert run_jobs() == ["done"]
    run = draft.runs.first()
    page = ann.get(f"{draft.page}runs/{run.pk}/").content.decode()
    assert "visits and groups may change the same outcome of the same people" in page
    assert "portfolio.toml:11" in page
    assert str(at_work) not in page
    assert "/tmp/" not in page
