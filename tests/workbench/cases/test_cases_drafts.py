"""Drafts: what is wrong is told where it is mended, and no text reaches beyond its own files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from cases_here import begin, draft_of, send

pytestmark = pytest.mark.slow


@pytest.fixture
def ann(at_work: Path, signed_in: Any) -> Any:
    return signed_in("analyst", "*", name="ann")


def set_text(client: Any, draft: Any, text: str) -> Any:
    draft = draft_of(draft.pk)
    return client.post(f"{draft.page}text/", {"text": text, "revision": draft.revision})


def test_every_problem_leads_to_the_page_that_mends_it(ann: Any) -> None:
    draft = begin(ann, "example")
    text = (
        draft.text.replace("council = 0.8, health = 0.2", "council = 0.9, health = 0.2")
        .replace('price_base = "2024-25" ', "")
        .replace("baseline = {value = 0.25,", "baseline = {value = -0.25,")
        .replace("effects = 0.3", "effects = 1.3")
        .replace('tier = "national"', 'tier = "regional"')
        .replace('source = "Budget of the team, invented for this starter"', "")
    )
    assert set_text(ann, draft, text).status_code == 302
    page = ann.get(draft.page).content.decode()
    links = re.findall(rf'href="{draft.page}([^"]*)">Go to', page)
    assert [*dict.fromkeys(links)] == [
        "edit/head/#field-price_base",
        "bodies/",
        "edit/activity/1/evidence/#field-source",
        "edit/activity/1/what/#field-payer",
        "edit/outcome/2/chain/#field-baseline",
        "edit/correlation/#field-effects",
    ]
    assert "do not sum to 1" in ann.get(f"{draft.page}edit/activity/1/what/").content.decode()
    assert "Something in it is wrong" in ann.get(f"{draft.page}submit/").content.decode()
    assert "Mend what is wrong first" in ann.post(f"{draft.page}run/").content.decode()


def test_an_empty_case_says_what_is_to_be_answered(ann: Any) -> None:
    draft = begin(ann)
    page = ann.get(draft.page).content.decode()
    links = set(re.findall(rf'href="{draft.page}([^"]*)">Go to', page))
    assert {"edit/head/#field-edition", "bodies/", "#add"} <= links
    # as the pages ask it, and not as the text says it
    assert "“Prices of” is not answered yet" in page
    assert "price_base" not in page.replace("field-price_base", "")


def test_what_is_no_number_is_told_at_its_field_and_not_saved(ann: Any) -> None:
    draft = begin(ann, "example")
    answer = send(ann, f"{draft.page}edit/activity/1/what/", {"cost-value": "lots"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert 'id="cost-value-error"' in page
    assert 'value="lots"' in page
    assert draft_of(draft.pk).text == draft.text


def test_a_form_sent_as_it_was_changes_nothing(ann: Any) -> None:
    draft = begin(ann, "example")
    page = ann.get(draft.page).content.decode()
    steps = re.findall(rf'href="({draft.page}[^"]*)">Change', page)
    assert len(steps) == 20
    for step in steps:
        assert send(ann, step, {}).status_code == 302, step
    draft = draft_of(draft.pk)
    assert draft.text == draft.revisions.get(n=1).text
    assert draft.revision == 1


def test_a_body_that_is_called_otherwise_is_so_everywhere(ann: Any) -> None:
    draft = begin(ann, "example")
    assert send(ann, f"{draft.page}bodies/", {"id-1": "borough"}).status_code == 302
    draft = draft_of(draft.pk)
    assert "borough = 0.8" in draft.text
    assert "# a person" not in draft.text
    assert "What must be mended" not in ann.get(draft.page).content.decode()


def test_nobody_overwrites_what_they_have_not_seen(ann: Any, signed_in: Any) -> None:
    draft = begin(ann, "example")
    bob = signed_in("analyst", "*", name="bob")
    step = f"{draft.page}edit/correlation/"
    late = {"effects": "0.1", "revision": str(draft.revision)}
    assert send(bob, step, {"effects": "0.2"}).status_code == 302
    answer = ann.post(step, late)
    assert answer.status_code == 409
    assert "somebody has saved it" in answer.content.decode()
    assert draft_of(draft.pk).authors == ["ann", "bob"]


def test_what_was_typed_in_vain_is_shown_with_the_way_back(ann: Any) -> None:
    draft = begin(ann, "example")
    assert set_text(ann, draft, f"{draft.text}# one\n").status_code == 302
    late = {"text": f"{draft.text}# <two>\n", "revision": draft.revision}
    answer = ann.post(f"{draft.page}text/", late)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "problem with the address" not in page
    assert "# &lt;two&gt;" in page
    assert "csrfmiddlewaretoken</label>" not in page
    assert 'href="/work/cases/" aria-current="true"' in page


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("[correlation]", 'table = {outcome = "../../secret.csv"}\n[correlation]'),
        ("seed = 1 ", 'seed = 1\nunit_costs = {x = "/etc/secret.csv"}\n'),
        ("takeup = 0.6\n", 'takeup = {csv = "../secret.csv"}\n'),
        ("[correlation]", 'table = {outcome = "rows.csv"}\n[correlation]'),
    ],
)
def test_a_text_names_no_file_outside_its_own(
    ann: Any, tmp_path: Path, was: str, becomes: str
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    draft = begin(ann, "example")
    rows = b'id,effect.csv\nx,../../../secret.csv\ny,"{csv = ""/etc/secret.csv""}"\n'
    add = {"files": SimpleUploadedFile("rows.csv", rows), "revision": draft.revision}
    assert ann.post(f"{draft.page}files/", add).status_code == 302
    text = draft.text.replace(was, becomes, 1)
    if becomes.startswith("table"):
        # a key of the top stands before the first table
        key, _, _ = becomes.partition("\n")
        text = f"{key}\n{draft.text}"
    assert set_text(ann, draft, text).status_code == 302
    page = ann.get(draft.page).content.decode()
    assert "with a plain name" in page
    assert "/tmp/" not in page


def test_files_are_handed_over_and_given_back(ann: Any, at_work: Path) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    text = begin(ann, "example").text
    bad = SimpleUploadedFile("case.exe", b"x")
    answer = ann.post("/work/cases/new/", {"way": "file", "files": bad})
    assert answer.status_code == 400
    assert "ends in .toml, .csv, .xlsx or .ods" in answer.content.decode()
    good = SimpleUploadedFile("mine.toml", text.replace("\n", "\r\n").encode())
    answer = ann.post("/work/cases/new/", {"way": "file", "files": good})
    id = answer["Location"].split("/")[3]  # noqa: A001
    draft = draft_of(id)
    assert draft.text == text
    got = ann.get(f"{draft.page}file.toml")
    assert got.content.decode() == text
    assert got["Content-Disposition"] == 'attachment; filename="safe-at-home.toml"'
    # what is no TOML can be looked at and mended as a text
    assert set_text(ann, draft, "[case\n").status_code == 302
    assert f"{draft.page}text/" in ann.get(draft.page).content.decode()
    assert ann.get(f"{draft.page}edit/head/").status_code == 400


def test_a_workbook_goes_out_and_comes_back(ann: Any, at_work: Path) -> None:
    from io import BytesIO

    import openpyxl
    from django.core.files.uploadedfile import SimpleUploadedFile

    draft = begin(ann, "example")
    got = ann.get(f"{draft.page}form.xlsx")
    assert got["Content-Disposition"] == 'attachment; filename="safe-at-home.xlsx"'
    book = openpyxl.load_workbook(BytesIO(got.content))
    row = next(row for row in book["Outcomes"].iter_rows() if row[0].value == "takeup")
    row[3].value = 0.5
    filled = BytesIO()
    book.save(filled)
    files = {
        "files": SimpleUploadedFile("safe at home (2).xlsx", filled.getvalue()),
        "revision": draft.revision,
    }
    assert ann.post(f"{draft.page}text/", files).status_code == 302
    changed = draft_of(draft.pk)
    assert "takeup = 0.5" in changed.text
    assert "What is wrong" not in ann.get(draft.page).content.decode()
    # and a new draft is begun with it; what cannot be placed is told with its cell
    begun = {"way": "file", "files": SimpleUploadedFile("mine.xlsx", filled.getvalue())}
    assert ann.post("/work/cases/new/", begun).status_code == 302
    book["Outcomes"]["C400"] = "a stray"
    stray = BytesIO()
    book.save(stray)
    begun = {"way": "file", "files": SimpleUploadedFile("mine.xlsx", stray.getvalue())}
    answer = ann.post("/work/cases/new/", begun)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "mine.xlsx, Outcomes!C400" in page
    assert "/tmp/" not in page


def test_drafts_are_of_bodies(at_work: Path, signed_in: Any) -> None:
    own = signed_in("analyst", "albermarch-council", name="own")
    answer = own.post("/work/cases/new/", {"way": "blank", "title": "x", "bodies": "No such body"})
    assert answer.status_code == 400


def test_a_draft_is_removed_for_good(ann: Any) -> None:
    draft = begin(ann, "example")
    assert "Say that you are sure" in ann.post(f"{draft.page}remove/").content.decode()
    assert ann.post(f"{draft.page}remove/", {"sure": "yes"}).status_code == 302
    assert ann.get(draft.page).status_code in {403, 404}
