"""From a file of unknown headers to a publication: two people, who have keyboards and no mouse."""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hands import Hands, command, first_sign_in
from playwright.sync_api import Browser
from watched import serving

from totalplace import new_place, open_place
from totalplace.money import format_gbp

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

YEAR = "2017-18"
PEOPLE = ("Mrs D Example", "Mr E Example", "Ms F Example", "Dr G Example")
FILE = (
    "Westwick Council\nPaid in June 2017\n\n"
    "Whom,Paid On,Nett Value £,Which Part,Ref\n"
    + "".join(f"Acme {n} Ltd,{1 + n:02}/06/2017,{n}1.50,Highways,R{n:03}\n" for n in range(20))
    + "".join(f"{one},20/06/2017,7.00,Care,Q{n}\n" for n, one in enumerate(PEOPLE))
)
"""Twenty-four payments under headers that nobody knows and three lines of text."""
PAID_PENCE = sum(10 * n * 100 + 150 for n in range(20)) + 4 * 700

REAL = Path(
    os.environ.get("TOTALPLACE_REAL_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)
SALFORD = REAL / "gm_salford_spend" / "clean" / "2017-04.csv"
SALFORD_HEADERS = {
    "Authority Name": "Whose",
    "Date of Payment": "Settled On",
    "SAP Document Number": "Voucher",
    "Gross": "Everything",
    "VAT": "Of That Tax",
    "Net": "Without Tax",
    "Supplier Name": "Whom",
    "Directorate": "Which Part",
    "G/L description.": "What For",
}
SALFORD_FIELDS = {
    "Whose": "Payer",
    "Settled On": "Date of payment *",
    "Voucher": "Transaction number",
    "Everything": "Not used",
    "Of That Tax": "Not used",
    "Without Tax": "Amount *",
    "Whom": "Payee *",
    "Which Part": "Service or unit",
    "What For": "Purpose",
}

Sit = Callable[[], Hands]


@pytest.fixture
def place(unsettled_published: Path, tmp_path: Path) -> Path:
    return shutil.copytree(unsettled_published, tmp_path / "place")


@pytest.fixture
def sit(browser: Browser) -> Iterator[Sit]:
    """Sits somebody down at a browser of their own."""
    contexts = []

    def down() -> Hands:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        return Hands(context.new_page())

    yield down
    for context in contexts:
        context.close()


@pytest.mark.long
def test_from_a_file_to_a_publication_by_keyboard(place: Path, tmp_path: Path, sit: Sit) -> None:
    passwords = accounts(place)
    with serving(place) as address:
        ann = sit()
        ann.page.goto(f"{address}/account/sign-in/")
        first_sign_in(ann, "ann", passwords["ann"])

        path = tmp_path / "june.csv"
        path.write_text(FILE)
        columns = {"Whom": "Payee *", "Which Part": "Service or unit"}
        load(ann, path, "Westwick Council", columns, header=4, pence=PAID_PENCE)
        settle_payees(ann)
        settle_transfers(ann)
        after = save(ann, 13, r"The headline goes (up|down) by £[\d,.]+\.", "3 before, 0 after")
        propose(ann, "June, ten payees and three transfers")

        gil = sit()
        gil.page.goto(f"{address}/account/sign-in/")
        first_sign_in(gil, "gil", passwords["gil"])
        approve(gil, format_gbp(after), "June, ten payees and three transfers", "june.csv added")

        gil.link("Public pages")
        assert format_gbp(after) in gil.page.locator("main").inner_text()
        gil.page.goto(f"{address}/data/publications/")
        told = gil.text()
        assert "June, ten payees and three transfers" in told
        assert not [name for name in PEOPLE if name in told]

    with open_place(place) as one:
        made = [each for each in one.folder.all_decisions() if each.who == "ann"]
    settled = [each for each in made if each.what != "mapping"]
    assert Counter(each.what for each in settled) == {"payee_kind": 9, "alias": 1, "match": 3}
    assert {each.why for each in settled} == {"seen in the ledgers"}
    told = command("diff", str(place), "1", "2")
    assert told["after"]["net_gbp"] == f"{after / 100:.2f}" != told["before"]["net_gbp"]
    assert told["causes"][0] == "june.csv added"
    assert len(told["causes"]) == 1 + len(made)


@pytest.mark.real
@pytest.mark.long
@pytest.mark.skipif(not SALFORD.is_file(), reason="the real data folder is absent")
def test_a_month_of_salford_under_other_headers(tmp_path: Path, sit: Sit) -> None:
    """A real file from headers that nobody knows to a publication; a month alone has no transfer
    that is unmatched, and its headline does not move."""
    with SALFORD.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert list(SALFORD_HEADERS) == header
    path = tmp_path / "altered.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["Salford City Council"], ["Payments to creditors"], []])
        writer.writerows([[*SALFORD_HEADERS.values()], *rows])
    pence = sum(round(Decimal(row[header.index("Net")]) * 100) for row in rows)

    place = tmp_path / "place"
    new_place(place, name="Salford", areas=["E08000006"], year=YEAR).close()
    passwords = accounts(place)
    with serving(place) as address:
        ann = sit()
        ann.page.goto(f"{address}/account/sign-in/")
        first_sign_in(ann, "ann", passwords["ann"])
        load(ann, path, "Salford City Council", SALFORD_FIELDS, header=4, pence=pence)
        command("snapshot", str(place))
        open_queue(ann, "Organisations or individuals")
        titles = ann.page.locator(".tp-item h3").all_inner_texts()[:10]
        for title in titles:
            # nothing suggests what they are
            open_queue(ann, "Organisations or individuals")
            by_itself(ann, title, "an organisation")
        open_queue(ann, "Organisations or individuals")
        after = save(ann, 10, r"The headline does not change\.")
        propose(ann, "April, ten payees")
        gil = sit()
        gil.page.goto(f"{address}/account/sign-in/")
        first_sign_in(gil, "gil", passwords["gil"])
        approve(gil, format_gbp(after), "April, ten payees", "Publication 2")
        gil.link("Public pages")
        assert format_gbp(after) in gil.page.locator("main").inner_text()
    with open_place(place) as one:
        lines = one.lines("spend").to_pyarrow()
        made = [each for each in one.folder.all_decisions() if each.what == "payee_kind"]
    assert sorted(each.who for each in made) == ["ann"] * 10
    told = command("diff", str(place), "1", "2")
    assert told["after"]["net_gbp"] == f"{after / 100:.2f}"
    assert len(told["causes"]) == 10
    assert lines.num_rows == len(rows)
    assert sum(lines["amount_pence"].to_pylist()) == pence


def accounts(place: Path) -> dict[str, str]:
    """Two people, with their one-time passwords."""
    return {
        name: command("user", "add", str(place), name, "--role", *role)["one_time_password"]
        for name, role in (("ann", ("analyst", "--body", "*")), ("gil", ("governance",)))
    }


def load(
    ann: Hands, path: Path, body: str, columns: Mapping[str, str], *, header: int, pence: int
) -> None:
    """Upload a file, say of columns what they are, check what it comes to, and load it."""
    ann.section("Files")
    ann.link("Upload files")
    ann.hand_over("Files", path)
    ann.write("Whose money it is", body)
    ann.choose("Under which licence", "Open Government Licence v3.0")
    ann.button("Upload")
    ann.wait_for_job()
    assert "mapping to be settled" in ann.text()
    settle = ann.page.get_by_role("link", name=re.compile("^Settle the mapping"))
    ann.link(settle.inner_text().replace("\n", " "))
    assert f"The header stands in row {header} of" in ann.text()
    for column, field in columns.items():
        ann.choose(column, field)
    ann.write("What this layout is called", "creditors")
    ann.button("Agree, and see what it comes to")
    ann.wait_for_job()
    told = ann.text()
    assert "ready to load" in told
    assert format_gbp(pence) in told
    ann.button("Load it into the place")
    ann.wait_for_job()
    assert "The headline is counted again." in ann.text()


def open_queue(ann: Hands, name: str, *titles: str) -> None:
    """Go to a queue once what was loaded is counted."""
    for _ in range(200):
        ann.section("Decisions")
        told = ann.text()
        if "has changed since" not in told and "being worked out" not in told:
            break
        ann.page.wait_for_timeout(1_000)
    ann.link(name)
    for title in titles:
        assert ann.page.get_by_role("link", name=title, exact=True).count() == 1, ann.text()


def press(ann: Hands, title: str, key: str, count: int) -> None:
    """Go to an item of a queue and press a key, after which so many choices are kept."""
    page = ann.page
    item = page.locator(".tp-item").filter(has=page.get_by_role("link", name=title, exact=True))
    ann.to(page.locator(".tp-item[tabindex='0']"))
    # there is one Tab stop: on to the item with the letters
    at, wanted = (
        page.locator(".tp-item").evaluate_all("(all, one) => all.indexOf(one)", of.element_handle())
        for of in (page.locator(".tp-item:focus"), item)
    )
    for _ in range(abs(wanted - at)):
        page.keyboard.press("j" if wanted > at else "k")
    assert item.evaluate("one => one === document.activeElement")
    page.keyboard.press(key)
    page.wait_for_function(
        "n => document.getElementById('chosen-count')?.textContent === `${n}`", arg=count
    )


def by_itself(ann: Hands, title: str, value: str) -> None:
    """Say of an item on its own page what it is."""
    ann.to(ann.page.get_by_role("link", name=title, exact=True))
    with ann.page.expect_navigation():
        ann.page.keyboard.press("Enter")
    # the arrows move among radio buttons, and mark
    radios = ann.page.locator("input[type=radio]")
    ann.to(radios.first)
    ann.page.keyboard.press("Space")
    wanted = ann.page.get_by_label(value, exact=True)
    while not wanted.is_checked():
        ann.page.keyboard.press("ArrowDown")
    ann.button("Keep this choice")
    assert "Your choice is kept" in ann.page.locator("main").inner_text()


def settle_payees(ann: Hands) -> None:
    """Ten: six at once, two with a key, two on their own pages."""
    open_queue(ann, "Organisations or individuals", "Zebra", *PEOPLE)
    press(ann, "Dr G Example", "b", 6)
    press(ann, "Zebra", "1", 7)
    press(ann, "A Example", "1", 8)
    by_itself(ann, "Quince Partners", "an organisation")
    ann.section("Decisions")
    ann.link("Payees that sound public")
    by_itself(ann, "Westwick Fire Authority", "no body of the register")


def settle_transfers(ann: Hands) -> None:
    ann.section("Decisions")
    ann.link("Transfers that do not match")
    titles = ann.page.locator(".tp-item h3").all_inner_texts()
    assert len(titles) == 3
    for n, title in enumerate(titles, start=11):
        press(ann, title, "1", n)


def save(ann: Hands, count: int, moves: str, *also: str) -> int:
    """See what the choices change, and make them decisions; the headline then, in pence."""
    ann.to(ann.page.locator(".tp-item[tabindex='0']"))
    with ann.page.expect_navigation():
        ann.page.keyboard.press("s")
    ann.wait_for_job()
    told = ann.text()
    assert re.search(moves, told), told
    assert all(one in told for one in also), told
    row = ann.page.locator(f"#table-headline-{YEAR} tbody tr").filter(has_text="Net public money")
    after = ann.page.locator("td").and_(row.locator("td")).nth(1).inner_text()
    ann.write("Why do you decide so?", "seen in the ledgers")
    ann.button(f"Save {count} decisions")
    assert f"{count} decisions are saved" in ann.text()
    for _ in range(200):
        ann.section("To do")
        if "has changed since" not in ann.text():
            break
        ann.page.wait_for_timeout(1_000)
    assert after in ann.text()
    return round(float(re.sub(r"[£,]", "", after)) * 100)


def propose(ann: Hands, note: str) -> None:
    ann.section("Publishing")
    ann.link("Propose a publication")
    ann.write("What changes with this publication?", note)
    ann.button("Freeze and compare")
    ann.wait_for_job()
    assert "nobody approves their own" in ann.text()


def approve(gil: Hands, after: str, note: str, cause: str) -> None:
    gil.section("Publishing")
    gil.link(note)
    told = gil.text()
    assert after in told
    assert cause in told
    gil.tick(gil.page.get_by_label("I have looked at what changes, and it may be public"))
    gil.button("Approve and publish")
    gil.wait_for_job()
    assert "published" in gil.text()
