"""Names that a spreadsheet would take for formulas, and a browser for markup, come out harmless."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

import tiny_place
import totalplace
from crawl import crawl
from django_here import public_settings, set_up

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FIRMS = (
    '=HYPERLINK(""http://x"") Ltd',
    "+Plus Ltd",
    "-Minus Ltd",
    "@At Ltd",
    "＝Wide Ltd",
    "<img src=x onerror=alert(1)> Ltd",
)
BODY = '=HYPERLINK(1) <script>alert(1)</script> & "Sons" Council'
FOLLOWED = 500


def _spend() -> str:
    lines = [tiny_place.SPEND.splitlines()[0]]
    for at, firm in enumerate(FIRMS * 12):
        lines.append(f'Westwick Council,{at % 28 + 1:02}/04/2017,"{firm}",{at}.50,@Roads,=Repairs')
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place whose payees, bodies, streams and funders are formulas and markup."""
    folder = tmp_path_factory.mktemp("hostile")
    registers = {path.stem: path for path in tiny_place.write_registers(folder)}
    for name, old, new in (
        ("body", "Westwick Council", '"' + BODY.replace('"', '""') + '"'),
        ("stream", "Tiny grant", "@Tiny <b>grant</b>"),
        ("area", "Eastwick", "+Eastwick"),
    ):
        registers[name].write_text(registers[name].read_text().replace(old, new))
    returned = tiny_place.write_return(
        folder / "eastwick.csv",
        "Eastwick Council",
        [
            ("in", "@Tiny <b>grant</b>", "Ministry of Tinyland", "", "transfer", "90000.00"),
            ("in", "-Fees", "=Trust <i>Ltd</i>", "", "own", "60000.00"),
            ("out", "Schools", "", "09.1", "own", "150000.00"),
        ],
    )
    spend = folder / "spend.csv"
    spend.write_text(_spend())
    place = totalplace.new_place(
        folder / "place",
        name="=Tinyshire <u>",
        areas=[tiny_place.AREA],
        year=tiny_place.YEAR,
        registers=list(registers.values()),
        publisher='@Tiny "publisher" <s>',
        licence="own",
        clock=tiny_place.clock,
    )
    with place:
        added = place.add(returned, publisher="+East", licence="own")
        paid = place.add(spend, body="westwick-council", yes=True, publisher="-West", licence="own")
        assert {one.status for one in (*added.facts.files, *paid.facts.files)} == {"loaded"}
        place.publish()
    return place.path


@pytest.fixture(scope="module")
def answers(hostile: Path) -> dict[str, tuple[str, bytes]]:
    """Address -> type and content of all that the site leads to."""
    set_up()
    from django.test import Client, override_settings

    found: dict[str, tuple[str, bytes]] = {}
    client = Client(headers={"host": "127.0.0.1"})

    def get(address: str) -> tuple[int, str, str]:
        answer: Any = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        kind = answer.get("Content-Type", "")
        assert answer.status_code == 200, address
        found[address] = kind, content
        return 200, kind, content.decode() if kind.startswith("text/html") else ""

    with override_settings(**public_settings() | {"TOTALPLACE_PLACES": [hostile]}):
        crawl(get, limit=FOLLOWED)
        get("/sitemap.xml")
        for suffix in ("html", "xlsx", "docx", "pdf"):
            get(f"/reports/count-{tiny_place.YEAR}.{suffix}")
    return found


def _of(answers: dict[str, tuple[str, bytes]], kind: str) -> Iterator[tuple[str, bytes]]:
    some = [(address, one[1]) for address, one in answers.items() if kind in one[0]]
    assert some
    return iter(some)


@pytest.mark.slow
@pytest.mark.long
def test_no_cell_of_a_csv_is_a_formula(answers: dict[str, tuple[str, bytes]]) -> None:
    told = set()
    for address, content in _of(answers, "text/csv"):
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            for cell in row:
                is_number = re.fullmatch(r"-\d+(\.\d+)?", cell)
                assert is_number or not cell.startswith(STARTS), (address, cell)
                told.add(cell)
    for name in ("+Plus Ltd", "-Minus Ltd", "@At Ltd", "@Tiny <b>grant</b>", BODY):
        assert f"'{name}" in told


@pytest.mark.slow
def test_no_cell_of_a_workbook_is_a_formula_or_leads_out(
    answers: dict[str, tuple[str, bytes]],
) -> None:
    told = set()
    for address, content in _of(answers, "spreadsheetml"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    assert not re.search(rb"<f[ >]|<hyperlink [^>]*r:id", packed.read(name)), (
                        address
                    )
        book = openpyxl.load_workbook(io.BytesIO(content))
        for sheet in book:
            cells = [cell for row in sheet.iter_rows() for cell in row]
            assert "f" not in {cell.data_type for cell in cells}
            told |= {cell.value for cell in cells}
    assert {"+Plus Ltd", "@Tiny <b>grant</b>", BODY} <= told


@pytest.mark.slow
def test_a_parquet_file_has_names_as_they_are(answers: dict[str, tuple[str, bytes]]) -> None:
    told = {
        value
        for _, content in _of(answers, "parquet")
        for column in pq.read_table(io.BytesIO(content)).columns
        for value in column.to_pylist()
        if isinstance(value, str)
    }
    assert {"+Plus Ltd", "@Tiny <b>grant</b>", BODY} <= told


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xml"])
def test_no_name_is_markup(answers: dict[str, tuple[str, bytes]], kind: str) -> None:
    for address, content in _of(answers, kind):
        text = content.decode()
        assert not re.search(r"<script>alert|<img src=x|<b>grant|<i>Ltd|Tinyshire <u>|<s>", text), (
            address
        )
    if kind == "text/html":
        assert any(b"&lt;script&gt;alert(1)&lt;/script&gt;" in one for _, one in _of(answers, kind))
