"""Every amount that a report shows, read from its file by other libraries than those that wrote it.

A shown amount is its text and its unit: ``£`` to the penny, ``£ million``, or ``prose``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

import docx
import openpyxl
import pypdf

Shown = tuple[str, str]


@dataclass(frozen=True)
class Made:
    """Reports as files, and the documents that they were made from.

    Attributes:
        files: suffix -> content.
        document, reconcile: as `count --json` and `reconcile --json` print them.
        keys: the documents under other keys.
        rows: split -> rows of `count --by --json`.
    """

    files: dict[str, bytes]
    document: dict[str, Any]
    reconcile: dict[str, Any]
    keys: list[dict[str, Any]]
    rows: dict[str, list[dict[str, Any]]]


UNITS = {"£ million": "£ million", "£": "£"}
PROSE = re.compile(r"[−-]?£\d+(?:,\d{3})*(?:\.\d+)?(?: billion| million|bn|m|k)?")
NUMBER = re.compile(r"(?<![\w.,£−-])[−-]?\d{1,3}(?:,\d{3})*\.\d{2}(?![\d,.%]*\d|%)")


def prose(text: str) -> Iterator[Shown]:
    """The amounts with a pound sign in a text."""
    yield from ((found, "prose") for found in PROSE.findall(text))


def unit_of(heading: str) -> str | None:
    """The unit that a column's heading names, if it is money."""
    return UNITS.get(heading.rpartition(", ")[2])


def table_amounts(rows: Iterable[list[str]]) -> Iterator[Shown]:
    """The amounts of a table, told by the units of its headings; other cells as prose."""
    head, *body = rows
    for row in body:
        for heading, cell in zip(head, row, strict=True):
            unit = unit_of(heading)
            if unit is None:
                yield from prose(cell)
            elif cell:
                yield cell, unit


class Page(HTMLParser):
    """What of a page the tests ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "br", "img"}:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        if self.open and self.open[-1] in {"td", "th"}:
            self.tables[-1][-1][-1] += data
        elif "svg" not in self.open:
            self.text.append(data)


def page(content: bytes) -> Page:
    """An HTML report, parsed."""
    parsed = Page()
    parsed.feed(content.decode())
    return parsed


def html_amounts(content: bytes) -> list[Shown]:
    """Every amount of an HTML report."""
    parsed = page(content)
    found = list(prose(" ".join(parsed.text)))
    for table in parsed.tables:
        found += table_amounts(table)
    return found


def docx_amounts(content: bytes) -> list[Shown]:
    """Every amount of a Word report."""
    document = docx.Document(io.BytesIO(content))
    found = [one for paragraph in document.paragraphs for one in prose(paragraph.text)]
    for table in document.tables:
        found += table_amounts(
            [["".join(t.text or "" for t in cell.iter(f"{W}t")) for cell in row.tc_lst]
             for row in table._tbl.tr_lst]
        )  # fmt: skip
    return found


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def pdf_text(content: bytes) -> str:
    """The text of a PDF."""
    return "\n".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(content)).pages)


def pdf_amounts(content: bytes) -> list[Shown]:
    """Every amount of a PDF: those with a sign, and whatever looks like money in a table."""
    text = pdf_text(content)
    found = list(prose(" ".join(text.split())))
    return found + [(number, "table") for number in NUMBER.findall(text)]


def xlsx_amounts(content: bytes) -> list[Shown]:
    """Every amount of a workbook; those of tables as text to the penny."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = []
    for sheet in book.worksheets:
        rows: list[tuple[Any, ...]] = list(sheet.iter_rows(values_only=True))
        if sheet.title == "Notes":
            found += [one for row in rows for cell in row for one in prose(str(cell or ""))]
            continue
        head = rows[3]
        for row in rows[4:]:
            for heading, cell in zip(head, row, strict=True):
                if cell is not None and unit_of(str(heading)) == "£":
                    assert isinstance(cell, int | float), (sheet.title, heading, cell)
                    found.append((f"{cell:,.2f}", "£"))
    return found


AMOUNTS = {
    ".docx": docx_amounts,
    ".html": html_amounts,
    ".pdf": pdf_amounts,
    ".xlsx": xlsx_amounts,
}


def amounts_of(document: Any) -> Iterator[int]:
    """Every amount of a JSON document, in pence."""
    if isinstance(document, dict):
        document = list(document.values())
    if isinstance(document, list | tuple):
        for value in document:
            yield from amounts_of(value)
    elif isinstance(document, str) and re.fullmatch(r"-?\d+\.\d\d", document):
        yield int(document.replace(".", ""))


def forms_of(pence: int) -> set[Shown]:
    """How an amount may be shown, in every unit: written here anew, from the docs of the report."""
    sign, size = ("−" if pence < 0 else ""), abs(pence)
    billions, tenths, hundredths = (round(Fraction(size, n)) for n in (10**8, 10**7, 10**6))
    if billions >= 1000:
        spoken = f"{sign}£{billions // 1000:,}.{billions % 1000:03d} billion"
    elif tenths >= 10:
        spoken = f"{sign}£{tenths // 10:,}.{tenths % 10} million"
    else:
        spoken = f"{sign}£{round(Fraction(size, 100)):,}"
    exact = f"{size // 100:,}.{size % 100:02d}"
    short = f"{hundredths // 100:,}.{hundredths % 100:02d}"
    short = f"{sign if hundredths else ''}{short}"
    return {
        (spoken, "prose"),
        (f"{sign}{exact}", "£"),
        (f"{sign}{exact}", "table"),
        (short, "£ million"),
        (short, "table"),
    }
