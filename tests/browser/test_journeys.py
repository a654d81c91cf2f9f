"""What a newcomer does: the total, the Sankey, a body, a line, where it came from."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect
from watched import Open

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("has_script", [True, False])
def test_from_the_total_to_a_row_of_a_file(
    open_page: Open, tmp_path: Path, has_script: bool
) -> None:
    watched = open_page(java_script_enabled=has_script)
    page = watched.go("/")
    total = page.locator(".tp-figure--main dd").first.inner_text()
    assert re.fullmatch(r"£[\d.]+(bn|m)", total)
    page.get_by_role("link", name="Where the money goes").click()
    assert "/money/" in page.url
    flows = page.locator("#chart-flows")
    expect(flows.locator("img, svg").first).to_be_visible()
    page.get_by_role("link", name="Bodies", exact=True).click()
    # a council: of a ministry some lines are sums over many files
    page.locator("#table-bodies tbody th a", has_text="Council").first.click()
    body = page.locator("h1").inner_text()
    page.get_by_role("link", name="Its lines, one by one").click()
    assert "/money/lines/" in page.url
    assert body in page.locator(".tp-chips").inner_text()
    page.get_by_label("Payee", exact=True).fill("Ltd")
    page.get_by_role("button", name="Show lines").click()
    page.locator("#table-lines tbody a[href*='/money/lines/']").first.click()
    text = page.locator("main").inner_text()
    assert re.search(r"[0-9a-f]{16,}", text)
    assert "licence" in text.lower()
    page.locator("main a[href*='/data/sources/']").first.click()
    assert "/data/sources/" in page.url
    page.go_back()
    page.go_back()
    with page.expect_download() as taking:
        page.get_by_role("link", name="Excel").click()
    target = tmp_path / "lines.xlsx"
    taking.value.save_as(target)
    book = openpyxl.load_workbook(target, read_only=True)
    assert book.sheetnames[0] == "notes"
    assert len(list(book[book.sheetnames[1]].iter_rows(max_row=5))) == 5
    assert watched.faults == []


def test_by_keyboard_alone(open_page: Open) -> None:
    watched = open_page()
    page = watched.go("/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    page.keyboard.press("Enter")
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 60)"))
        if seen[-1] == "Where the money goes":
            break
    assert seen[-1] == "Where the money goes"
    page.keyboard.press("Enter")
    page.wait_for_url("**/money/*")
    assert page.locator("h1").count() == 1


def test_the_way_back_keeps_what_was_seen(open_page: Open) -> None:
    watched = open_page()
    page = watched.go("/money/?by=function&per=head")
    before = page.locator("main").inner_text()
    page.locator("#table-count tbody a").first.click()
    assert page.locator("main").inner_text() != before
    page.go_back()
    assert page.locator("main").inner_text() == before


def test_print_is_tagged_and_whole(open_page: Open, tmp_path: Path) -> None:
    from pypdf import PdfReader

    watched = open_page()
    page = watched.go("/money/")
    target = tmp_path / "money.pdf"
    page.pdf(path=target, tagged=True, format="A4")
    reader = PdfReader(target)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or bool(root["/MarkInfo"]["/Marked"])
    assert "/StructTreeRoot" in root
    text = " ".join(one.extract_text() for one in reader.pages)
    # folds are open on paper
    assert "The same as a table" in text
    assert text.count("£") > 20
