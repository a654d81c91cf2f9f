"""A case from an empty form to its approval: one person writes it, another approves it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hands import PATIENCE, Hands, command, first_sign_in
from playwright.sync_api import Browser, Page
from watched import serving

from totalplace import new_place, open_place

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("browser")]

HEAD = {
    "edition": "greenbook-2026",
    "price_base": "2024-25",
    "base_year": "2024",
    "horizon": "10",
}
BODIES = {
    "id-1": "council",
    "name-1": "The council",
    "tier-1": "local",
    "id-2": "department",
    "name-2": "A department",
    "tier-2": "national",
}
COST = {
    "title": "A team that visits families",
    "cost-value": "300",
    "cost-unit": "GBP k/year",
    "cost-price_year": "2024-25",
    "years-first": "0",
    "years-last": "2",
    "payer-council": "1",
}
CHAIN = {
    "cohort-value": "400",
    "cohort-unit": "children",
    "takeup-value": "0.6",
    "baseline-value": "0.1",
    "baseline-unit": "per child per year",
    "effect-low": "0.05",
    "effect-mode": "0.15",
    "effect-high": "0.25",
    "effect-as": "relative",
}
WORTH = {
    "unit_cost-value": "52000",
    "unit_cost-unit": "GBP per child per year",
    "unit_cost-price_year": "2023-24",
    "class": "fiscal",
    "split-council": "0.9",
    "split-department": "0.1",
    "cashable-share": "0.5",
}
EVIDENCE = {
    "source": "Invented for this test",
    "grade-data": "2",
    "grade-effect": "3",
    "grade-age": "2",
    "owner": "Ann Example",
    "reviewed": "2026-11-01",
}


def test_a_case_from_an_empty_form_to_its_approval(browser: Browser, tmp_path: Path) -> None:
    place = tmp_path / "place"
    new_place(place, name="Marlbrook", areas=["E08000009"], year="2017-18").close()
    roles = {"ann": ("analyst", "--body", "*"), "gil": ("governance",)}
    passwords = {
        name: command("user", "add", str(place), name, "--role", *role)["one_time_password"]
        for name, role in roles.items()
    }
    with serving(place) as address:
        ann, gil = (_signed_in(browser, address, name, passwords[name]) for name in roles)
        case = _written(ann, address)
        result = _run(ann, case)
        npv = _read_and_taken_away(ann, result)
        _handed_in(ann, case)
        # nobody approves their own
        assert ann.page.locator("#looked").count() == 0
        _approved(gil, address)
        ann.page.goto(f"{address}/work/cases/")
        assert "Reading for parents" in ann.text()
    with open_place(place) as one:
        [kept] = one.cases().facts
        assert (kept.who, kept.approved_by, kept.revision) == ("ann", "gil", 1)
        assert kept.result["perspectives"]["society"]["npv_gbp"]["point"] == npv


def _signed_in(browser: Browser, address: str, name: str, password: str) -> Hands:
    hands = Hands(browser.new_context(viewport={"width": 1280, "height": 900}).new_page())
    hands.page.goto(f"{address}/account/sign-in/")
    first_sign_in(hands, name, password)
    return hands


def _fill(page: Page, fields: Mapping[str, str]) -> None:
    """Answer a page by the ids of its fields, folded ones too, and go back to the case."""
    page.locator("main details").evaluate_all("all => all.forEach(one => (one.open = true))")
    for name, value in fields.items():
        field = page.locator(f"[id='{name}']")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_role("button", name="Save and return").click()
    page.wait_for_load_state()
    assert page.locator(".govuk-error-message").count() == 0, page.inner_text("main")


def _written(ann: Hands, address: str) -> str:
    """Begin it, and follow each problem to the page that mends it; its address."""
    page = ann.page
    page.goto(f"{address}/work/cases/new/")
    page.check("#way")
    page.fill("#title", "Reading for parents")
    page.get_by_role("button", name="Begin", exact=True).click()
    case = page.url
    assert "There is no outcome yet" in ann.text()
    pages: list[tuple[str, Mapping[str, str]]] = [
        ("edit/head/", HEAD),
        ("bodies/", BODIES),
    ]
    for what in ("activity", "outcome"):
        page.goto(case)
        page.locator(f"button[name=what][value={what}]").click()
    pages += [
        ("edit/activity/1/what/", COST),
        ("edit/activity/1/evidence/", EVIDENCE),
        ("edit/outcome/1/what/", {"title": "Fewer in care", "counterfactual": "comparison group"}),
        ("edit/outcome/1/chain/", CHAIN),
        ("edit/outcome/1/time/", {"lag": "1", "dropoff-value": "0.2"}),
        ("edit/outcome/1/worth/", WORTH),
        ("edit/outcome/1/evidence/", EVIDENCE),
    ]
    for step, fields in pages:
        page.goto(f"{case}{step}")
        _fill(page, fields)
    told = ann.text()
    assert "What must be mended" not in told, told
    assert "Check your answers" in told
    assert "52,000" in told or "52000" in told
    return case


def _run(ann: Hands, case: str) -> str:
    """Run it as a job; the address of what it found."""
    ann.page.goto(case)
    ann.page.get_by_role("button", name="Run", exact=True).click()
    ann.wait_for_job()
    assert "Net present value" in ann.text()
    return ann.page.url


def _read_and_taken_away(ann: Hands, result: str) -> str:
    """Its pages are there, and its files say what the page says; society's net present value."""
    page = ann.page
    parts = page.locator("main a[href*='/runs/'], nav a[href*='/runs/']").evaluate_all(
        "all => [...new Set(all.map(one => one.href))]"
    )
    files = {one.rpartition(".")[2]: one for one in parts if re.search(r"\.(xlsx|pdf|docx)$", one)}
    assert {"xlsx", "pdf", "docx"} <= files.keys(), parts
    pages = [one for one in parts if one.endswith("/") and one != result]
    assert len(pages) >= 3, parts
    for one in pages:
        answer = page.goto(one)
        assert answer is not None
        assert answer.status == 200
    assert page.request.get(files["pdf"], timeout=PATIENCE).body().startswith(b"%PDF")
    book = openpyxl.load_workbook(
        BytesIO(page.request.get(files["xlsx"], timeout=PATIENCE).body()), data_only=True
    )
    rows = list(book["Perspectives"].iter_rows(values_only=True))
    column = next(row for row in rows if row[0] == "Perspective").index("Net present value, £")
    return f"{next(row for row in rows if row[0] == 'Society')[column]:.2f}"


def _handed_in(ann: Hands, case: str) -> None:
    ann.page.goto(case)
    ann.page.get_by_role("link", name="Hand it in for approval").click()
    ann.page.locator("main textarea").first.fill("ready for the board")
    ann.page.locator("main form button").first.click()
    ann.page.wait_for_load_state()
    assert "waits for approval" in ann.text(), ann.text()


def _approved(gil: Hands, address: str) -> None:
    page = gil.page
    page.goto(f"{address}/work/cases/")
    page.get_by_role("link", name="Reading for parents").first.click()
    page.check("#looked")
    page.fill("#approval", "figures and sources looked at")
    page.get_by_role("button", name="Approve", exact=True).click()
    gil.wait_for_job()
    assert "Approved" in gil.text(), gil.text()
