"""Each form of a report is what its readers' programs, and reading aloud, ask of it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from lxml import etree
from report_readers import Made, W, page, pdf_text

from totalplace.model import load
from totalplace.reports import CountReport, report_bytes
from totalplace.reports._count_report_content import report_content
from totalplace.reports._count_report_glossary import TERMS
from totalplace.reports._report_letters import drawable, letters_of

HOSTILE = '=1+1 #let x = $y$ *b* _i_ @ref <a href="x">&amp; \\ `c` [d] {e} ~ \x0b\x00 文 "q" \'s\''
SHOWN = '=1+1 #let x = $y$ *b* _i_ @ref <a href="x">&amp; \\ `c` [d] {e} ~ '


@pytest.fixture(scope="module")
def hostile(facts: CountReport) -> CountReport:
    """The facts with labels that are markup, formulas or control characters elsewhere."""
    document = {**facts.document, "warnings": [HOSTILE], "place": HOSTILE}
    rows = {
        split: [{**row, f"{split}_name": HOSTILE} for row in rows]
        for split, rows in facts.rows.items()
    }
    source = {**facts.sources[0], "title": HOSTILE, "publisher": HOSTILE}
    return CountReport(
        **{**vars(facts), "document": document, "rows": rows, "sources": [source],
           "attributions": [HOSTILE]}
    )  # fmt: skip


def test_pdf_is_tagged_and_claims_accessibility(made_tiny: Made) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made_tiny.files[".pdf"]))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Tinyshire: the count of public money, Financial year 2017-18"
    assert reader.metadata.creation_date is None
    packet = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part(=\"1\"|>1<)", packet)
    tags = list(_tags(root["/StructTreeRoot"]))
    names = [name for name, _ in tags]
    assert names.count("Table") > 10
    assert {"H1", "TH", "TD", "L", "LI", "P", "Figure", "TOC"} <= set(names)
    figures = [one for name, one in tags if name == "Figure"]
    assert [one for one in figures if not one.get("/Alt")] == []
    assert len(reader.outline) > 10


def _tags(node: Any) -> Any:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for one in node:
            yield from _tags(one)
    elif isinstance(node, dict):
        if "/S" in node:
            yield str(node["/S"])[1:], node
        if "/K" in node:
            yield from _tags(node["/K"])


def test_pdf_sets_every_letter_in_the_charts_fonts(made_tiny: Made) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made_tiny.files[".pdf"]))
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for one in reader.pages
        for font in one["/Resources"].get("/Font", {}).values()
    }
    assert fonts == {"Arimo-Regular", "Arimo-Bold"}


def test_letters_that_the_fonts_lack_are_marked() -> None:
    assert drawable("Ynys Môn ŵ 文 😀") == "Ynys Môn ŵ � �"
    assert letters_of(b"\x00\x01\x00\x00" + bytes(8)) == frozenset()


def test_docx_is_made_of_styles(made_tiny: Made) -> None:
    document = docx.Document(io.BytesIO(made_tiny.files[".docx"]))
    core = document.core_properties
    assert core.title == "Tinyshire: the count of public money, Financial year 2017-18"
    assert (core.language, core.created.date().isoformat()) == ("en-GB", "2026-11-21")
    styles = [one.style.name for one in document.paragraphs]
    assert styles[0] == "Title"
    assert styles.count("Heading 1") > 15
    assert [one for one in document.paragraphs if not one.text and not one._p.xpath(".//w:drawing")
            ] == []  # fmt: skip
    for table in document.tables[1:]:
        assert table._tbl.tr_lst[0].xpath("./w:trPr/w:tblHeader")
        assert table._tbl.xpath("./w:tblPr/w:tblCaption/@w:val") != []
    assert document.element.xpath("//w:gridSpan | //w:vMerge") == []
    pictures = document.element.xpath("//wp:docPr")
    assert len(pictures) >= 3
    assert [one for one in pictures if not one.get("descr")] == []
    languages = document.styles.element.xpath("./w:docDefaults//w:lang/@w:val")
    assert languages == ["en-GB"]
    anchors = set(document.element.xpath("//w:hyperlink/@w:anchor"))
    assert anchors == set(document.element.xpath("//w:bookmarkStart/@w:name"))


def test_docx_parts_have_one_date(made_tiny: Made) -> None:
    with zipfile.ZipFile(io.BytesIO(made_tiny.files[".docx"])) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_workbook_begins_with_notes_and_has_one_table_a_sheet(made_tiny: Made) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made_tiny.files[".xlsx"]))
    notes, *sheets = book.worksheets
    assert (notes.title, len(notes.tables)) == ("Notes", 0)
    assert len(sheets) > 15
    names = set()
    for sheet in sheets:
        (table,) = sheet.tables.values()
        names.add(table.name)
        assert sheet.freeze_panes is not None
        assert not sheet.merged_cells.ranges
        assert not notes.merged_cells.ranges
        assert sheet["A1"].value
    assert len(names) == len(sheets)
    assert book.properties.created.date().isoformat() == "2026-11-21"


def test_page_is_whole_and_in_order(made_tiny: Made) -> None:
    parsed = page(made_tiny.files[".html"])
    tags = parsed.tags
    names = [tag for tag, _ in tags]
    assert names.count("h1") == names.count("main") == names.count("nav") == 1
    assert names.count("caption") == names.count("table") > 10
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for tag, attrs in tags:
        assert tag not in {"script", "link", "img", "iframe"}
        assert "style" not in attrs
        assert not {"src", "srcset", "xlink:href"} & set(attrs)
        if tag == "a":
            assert (attrs["href"] or "")[1:] in ids
        if tag == "th":
            assert attrs["scope"] in {"col", "row"}
        if tag == "svg":
            assert attrs["role"] == "img"
            assert attrs["aria-labelledby"]
    assert "url(" not in made_tiny.files[".html"].decode().partition("</style>")[0]
    assert ("html", {"lang": "en-GB"}) in tags


@pytest.mark.parametrize("suffix", [".docx", ".html", ".pdf", ".xlsx"])
def test_labels_stay_text(hostile: CountReport, suffix: str) -> None:
    content = report_bytes(hostile, suffix)
    if suffix == ".pdf":
        assert "#let x = $y$ *b* _i_ @ref" in " ".join(pdf_text(content).split())
    elif suffix == ".html":
        parsed = page(content)
        assert any(SHOWN in text for text in parsed.text)
        assert [attrs for tag, attrs in parsed.tags if attrs.get("href") == "x"] == []
    elif suffix == ".docx":
        document = docx.Document(io.BytesIO(content))
        assert any(SHOWN in one.text for one in document.paragraphs)
    else:
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert [cell for cell in cells if cell.data_type == "f"] == []
        assert any(cell.value and SHOWN in str(cell.value) for cell in cells)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it(made_tiny: Made, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"count{suffix}"
    path.write_bytes(made_tiny.files[suffix])
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/user",
         "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    text = "\n".join(one.extract_text() for one in pypdf.PdfReader(tmp_path / "count.pdf").pages)
    assert "160,000.00" in text


def test_docx_is_sound_xml_without_markup_of_ours(hostile: CountReport) -> None:
    with zipfile.ZipFile(io.BytesIO(report_bytes(hostile, ".docx"))) as packed:
        root = etree.fromstring(packed.read("word/document.xml"))
    texts = [one.text for one in root.iter(f"{W}t")]
    assert any(SHOWN in (text or "") for text in texts)


def test_a_count_that_breaks_its_rules_says_so_first(changed: Callable[..., CountReport],
                                                     facts: CountReport) -> None:  # fmt: skip
    identities = {**facts.document["identities"], "statement_closes": False}
    report = changed(document={**facts.document, "identities": identities})
    first = report_content(report).sections[0].blocks[0]
    assert "must not be published" in getattr(first, "text", "")
    assert "statement closes" in getattr(first, "text", "")


def test_what_is_not_known_is_told_with_its_reason(changed: Callable[..., CountReport],
                                                   facts: CountReport) -> None:  # fmt: skip
    nothing = dict.fromkeys(
        ("people", "people_year", "per_head_gbp", "households", "households_year",
         "per_household_gbp", "coverage_pct")
    )  # fmt: skip
    reasons = {"people": "no number of people is loaded", "households": "none is loaded"}
    report = changed(document={**facts.document, **nothing, "reasons": reasons})
    text = " ".join(page(report_bytes(report, ".html")).text)
    assert "not known" in text
    assert "no number of people is loaded" in text


def test_a_report_without_splits_is_still_whole(changed: Callable[..., CountReport]) -> None:
    report = changed(rows={}, sources=[], attributions=[], keys=[])
    for suffix in (".docx", ".html", ".pdf", ".xlsx"):
        assert len(report_bytes(report, suffix)) > 10_000


def test_its_words_are_words_of_the_glossary(facts: CountReport) -> None:
    known = set(load("glossary").column("term").to_pylist())
    assert set(TERMS) <= known
    printed = report_content(facts).sections[-1].blocks[0]
    assert len(getattr(printed, "rows", ())) > 20


def test_no_file_name_is_in_any_form(made_tiny: Made) -> None:
    for suffix in (".html", ".pdf"):
        content = made_tiny.files[suffix]
        text = pdf_text(content) if suffix == ".pdf" else content.decode()
        assert "ministry.csv" not in text
        assert "eastwick.csv" not in text
