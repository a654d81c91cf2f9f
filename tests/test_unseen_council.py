"""Three council files of layouts that no code was written for, followed from first sight to `diff`.

Each is refused with a proposal, looked at once, loaded, classified and counted; the count grows by
exactly what the file holds, and `diff` says so and names it. The sums are taken here, while the
files are written.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter

import totalplace

PAYEES = (
    "Pennine Plant Hire Ltd",
    "Hollins Brook Care Homes Limited",
    "Aire Valley Taxis Ltd",
    "Harper & Dunn Solicitors LLP",
    "Bramhall Nursery School",
    "REDACTED PERSONAL DATA",
    "Northern Gritting PLC",
    "O'Connell Roofing Ltd",
    "Manchester City Council",
    "Castle Hill Day Centre Trust",
)
SERVICES = ("Adult Social Care", "Highways Maintenance", "Libraries", "Refuse Collection")
COSTS = ("Agency staff", "Residential placements", "Repairs and maintenance", "Books")
FUNCTIONS = {"10", "04", "08", "05"}
YEAR, COUNCIL, AREA = "2024-25", "stockport", "E08000007"


@dataclass(frozen=True)
class Payment:
    day: date
    payee: str
    service: str
    cost: str
    pence: int


def payments(seed: int, month: int, n: int) -> Iterator[Payment]:
    draw = random.Random(seed * 100 + month)
    for _ in range(n):
        pence = draw.randint(501_00, 90_000_00)
        yield Payment(
            date(2024, month, draw.randint(1, 28)),
            draw.choice(PAYEES),
            draw.choice(SERVICES),
            draw.choice(COSTS),
            -pence // 3 if draw.random() < 0.07 else pence,
        )


def listing(folder: Path) -> tuple[Path, int, int]:
    """Semicolons, Windows letters, titles above, credits marked CR, and the total below."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";")
    rows.writerows([["Borough Treasurer: creditor listing"], ["Prepared 12/07/2024"], []])
    header = ["Directorate", "Service Plan Area", "Voucher", "Trading Partner", "Settled On"]
    rows.writerow([*header, "Outlay ex VAT (£)", "Irrec. VAT", "GL Narrative"])
    paid = [one for month in (4, 5, 6) for one in payments(1, month, 40)]
    for number, one in enumerate(paid):
        pounds = f"£{abs(one.pence) / 100:,.2f}{' CR' if one.pence < 0 else ''}"
        start = ["Place", one.service, f"V{number:06}", one.payee, f"{one.day:%d-%b-%y}"]
        rows.writerow([*start, pounds, "0.00", one.cost])
    total = sum(one.pence for one in paid)
    rows.writerow(["", "", "", "", "Total", f"£{total / 100:,.2f}", "", ""])
    path = folder / "creditor-listing.csv"
    path.write_bytes(out.getvalue().encode("cp1252"))
    return path, len(paid), total


def outgoings(folder: Path) -> tuple[Path, int, int]:
    """A sheet a month, empty columns between the others, days as dates or as bare serial days."""
    path = folder / "outgoings.xlsx"
    paid: list[Payment] = []
    with xlsxwriter.Workbook(str(path)) as book:
        as_date = book.add_format({"num_format": "dd/mm/yyyy"})
        book.add_worksheet("Read me").write(0, 0, "Amounts exclude recoverable VAT.")
        for month, name in ((7, "Jul 24"), (8, "Aug 24"), (9, "Sept 24")):
            sheet = book.add_worksheet(name)
            sheet.write(1, 0, "Stonebeck District: money out")
            header = ["Beneficiary", "Value Dt", "Sum Remitted", "Cost Ctr Narrative"]
            for at, text in enumerate([*header, "Type of Outgoing"]):
                sheet.write(4, 1 + 2 * at, text)
            for row, one in enumerate(payments(2, month, 30), start=5):
                paid.append(one)
                sheet.write(row, 1, one.payee)
                day = datetime(one.day.year, month, one.day.day, tzinfo=UTC).replace(tzinfo=None)
                if month == 8:
                    sheet.write(row, 3, (one.day - date(1899, 12, 30)).days)
                else:
                    sheet.write_datetime(row, 3, day, as_date)
                sheet.write(row, 5, one.pence / 100)
                sheet.write(row, 7, one.service)
                sheet.write(row, 9, one.cost)
    return path, len(paid), sum(one.pence for one in paid)


def ledger(folder: Path) -> tuple[Path, int, int]:
    """Zips in a zip, tabs, the month only in the name, ids glued to names, payments negative."""
    path = folder / "ledger.zip"
    paid: list[Payment] = []
    with zipfile.ZipFile(path, "w") as archive:
        for month in (10, 11, 12):
            out = io.StringIO()
            rows = csv.writer(out, delimiter="\t")
            header = ["Ledger Month", "Remittee", "Dr/Cr Value", "Budget Book Page"]
            rows.writerow([*header, "Subj. Detail", "Ref"])
            for one in payments(3, month, 30):
                paid.append(one)
                payee = f"{100_000 + PAYEES.index(one.payee)} {one.payee}"
                value = f"{-one.pence / 100:.2f}"
                row = [f"{one.day:%b-%Y}", payee, value, one.service, one.cost, f"R{len(paid)}"]
                rows.writerow(row)
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w") as month_file:
                month_file.writestr(f"ledger-2024-{month}.txt", out.getvalue())
            archive.writestr(f"month{month}.zip", inner.getvalue())
    return path, len(paid), sum(one.pence for one in paid)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "correct"),
    [
        # the finer of two service columns is the better one, and the narrative names no field
        (
            listing,
            {
                'unit = "Directorate"': 'unit = "Service Plan Area"',
                "# Not used:": 'expense = "GL Narrative"\n# Not used:',
            },
        ),
        (outgoings, {}),
        # nobody can know what a page of a budget book is
        (ledger, {"# Not used:": 'unit = "Budget Book Page"\n# Not used:'}),
    ],
)
def test_a_council_file_of_an_unseen_layout(
    tmp_path: Path,
    make: Callable[[Path], tuple[Path, int, int]],
    correct: dict[str, str],
) -> None:
    place = totalplace.new_place(tmp_path / "place", name="Stonebeck", areas=[AREA], year=YEAR)
    first = tmp_path / "known.csv"
    first.write_text(
        "Supplier Name,Payment Date,Net Amount,Service Area\nAcme Ltd,03/04/2024,1000.00,Highways\n"
    )
    place.add(first, body=COUNCIL)
    before = place.count().facts
    path, records, pence = make(tmp_path)

    # one look: nothing is loaded, the columns are told with reasons and samples
    refused = place.add(path, body=COUNCIL).facts.files
    assert {(one.status, one.code) for one in refused} == {("refused", "unknown_layout")}
    assert place.count().facts.net_pence == before.net_pence
    mapping = place.path / "mapping.toml"
    text = mapping.read_text(encoding="utf-8")
    for old, new in correct.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    mapping.write_text(text, encoding="utf-8")

    # loaded, with every record accounted for
    loaded = place.add(path, body=COUNCIL, mapping=mapping).facts.files
    assert {one.status for one in loaded} <= {"loaded", "no_data"}
    assert sum(one.lines for one in loaded) == records
    assert sum(one.sum_pence or 0 for one in loaded) == pence
    for one in loaded:
        assert one.records == one.lines + one.rejected + sum(one.skipped.values())
    names = {row["payee_text"] for row in place.lines("spend").to_pyarrow().to_pylist()}
    assert names == {*PAYEES, "Acme Ltd"}

    # classified
    classes = place.classify().document
    assert classes["lines"] == records + 1
    assert {one["name"] for one in classes["functions"]} >= FUNCTIONS
    assert classes["coverage_pct"] > 50

    # and the total changes by exactly that, as `diff` says
    after = place.count(by=["function"]).facts
    assert after.net_pence - before.net_pence == pence
    assert sum(row.pence for row in after.rows) == after.net_pence
    assert all(after.identities.values())
    said = place.diff(before.snapshot, after.snapshot).document
    assert said["change_gbp"] == f"{pence / 100:.2f}"
    [row] = said["rows"]
    assert (row["body_id"], row["change_gbp"]) == (COUNCIL, said["change_gbp"])
    assert all(path.name in cause and cause.endswith("added") for cause in row["causes"])
    [agreed] = [cause for cause in said["causes"] if cause.startswith("decision")]
    assert agreed.startswith("decision 1: mapping ")
    assert "{" not in agreed

    # the same file again changes nothing
    again = place.add(path, body=COUNCIL).facts.files
    assert {one.status for one in again} <= {"already_there", "no_data"}
    assert place.count(by=["function"]).facts == after
