"""The written business case: five cases, every figure of the run, nothing made up."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from report_readers import (
    Shown,
    amounts_of,
    docx_amounts,
    forms_of,
    html_amounts,
    page,
    prose,
)

from totalplace.cases import CaseResult, read_case_text, run_case
from totalplace.reports.cases import case_bytes
from totalplace.reports.cases._business_case import business_case

KINDS = (Path(__file__).parent / "case_of_all_kinds.toml").read_text()
TEXT = KINDS.replace("horizon = 33", "horizon = 12").replace("years = [0, 33]", "years = [0, 12]")
SMALL = (files("totalplace.cases") / "data" / "starter.toml").read_text("utf-8")
"""The starter: enough where it does not matter which case it is."""
FIVE = ("strategic", "economic", "commercial", "financial", "management")


def run(text: str = TEXT, name: str = "case.toml") -> CaseResult:
    return run_case(read_case_text(text, name), draws=50)


@pytest.fixture(scope="module")
def found() -> CaseResult:
    return run()


@pytest.fixture(scope="module")
def html(found: CaseResult) -> bytes:
    return case_bytes(found, ".html", software="0")


@pytest.fixture(scope="module")
def pdf(found: CaseResult) -> bytes:
    return case_bytes(found, ".pdf", software="0")


@pytest.fixture(scope="module")
def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def allowed(found: CaseResult) -> set[Shown]:
    """Every amount of the run, in every form; of a loss its size too, which a sentence says."""
    shown: set[Shown] = set()
    for pence in {*amounts_of(found.document), 0}:
        shown |= forms_of(pence) | forms_of(abs(pence))
    return shown


def strange(shown: list[Shown], found: CaseResult) -> list[Shown]:
    known = allowed(found)
    return [one for one in shown if (one[0].replace("-", "−"), one[1]) not in known]


def test_every_amount_of_the_page_is_of_the_run(found: CaseResult, html: bytes) -> None:
    shown = html_amounts(html)
    assert strange(shown, found) == []
    assert len(shown) > 300


def test_every_amount_of_the_pdf_is_of_the_run(found: CaseResult, pages: list[str]) -> None:
    # charts round to letters, as £1.6m; what they say is said in words and tables too
    shown = [one for one in prose(" ".join(" ".join(pages).split())) if one[0][-1].isdigit()
             or one[0].endswith("ion")]  # fmt: skip
    assert strange(shown, found) == []
    assert len(shown) > 15


def test_an_amount_that_is_not_of_the_run_would_be_seen(found: CaseResult, html: bytes) -> None:
    told = found.document["perspectives"]["society"]["npv_gbp"]["point"]
    whole = f"{float(told):,.2f}".encode()
    assert whole in html
    assert strange(html_amounts(html.replace(whole, whole[:-1] + b"x1")), found) != []


def test_every_figure_is_bound_to_the_run_and_the_way_to_it(
    found: CaseResult, html: bytes, pages: list[str]
) -> None:
    figures = next(table for table in page(html).tables if table[0] == ["What", "Amount, £", "Id"])
    seen = set()
    for _, amount, figure_id in figures[1:]:
        run_hash, _, way = figure_id.partition(":")
        assert found.run_hash.startswith(run_hash)
        assert len(run_hash) == 16
        (pence,) = amounts_of(at(found.document, way))
        assert (amount, "£") in forms_of(pence), way
        seen.add(way)
    for view in found.perspectives:
        assert f"perspectives.{view}.npv_gbp.p95" in seen
    assert len(pages) > 10
    for one in pages[1:]:
        assert found.run_hash[:16] in one
    assert found.run_hash in "".join(pages).replace("\n", "")


def at(document: Any, way: str) -> Any:
    """What stands at the end of a way; rows of a list are found by what names them."""
    while way:
        if isinstance(document, list):
            row = next(
                one for one in document for name in (named(one),) if way.startswith(f"{name}.")
            )
            way = way[len(named(row)) + 1 :]
            document = row
        else:
            head, _, way = way.partition(".")
            document = document[head]
    return document


def named(row: dict[str, Any]) -> str:
    if "schedule" in row:
        return f"{row['edition']} {row['schedule']}"
    return next(row[one] for one in ("body", "key", "option") if one in row)


def test_it_has_the_five_cases_and_says_what_is_missing(found: CaseResult) -> None:
    content = business_case(found, software="0")
    titles = [one.title for one in content.sections if one.level == 1]
    assert titles[:6] == ["Summary", *(f"{one.title()} case" for one in FIVE)]
    texts = list(paragraphs(content))
    assert "Too many families meet help late." in texts
    assert "The programme follows the plan of the partnership." in texts
    missing = [one for one in texts if one.startswith("Not stated.")]
    assert len(missing) == 3
    for part in ("economic", "commercial", "financial"):
        assert any(f'{part} = "..."' in one for one in missing)
    assert any(
        "has no words for the economic case, commercial case and financial case, and" in one
        for one in texts
    )
    asked = f"({len(found.case.warnings)} questions)"
    assert any(asked in one for one in texts)


def test_what_was_seen_stands_beside_what_was_predicted(found: CaseResult) -> None:
    tables = {one.name: one for one in business_case(found, software="0").tables}
    first = tables["realised"].rows[0]
    assert first[:3] == ["Fewer burglaries", "2026-27", "households"]
    assert first[3:5] == [pytest.approx(900 * 0.011), 8.5]
    assert "realised" not in {one.name for one in business_case(run(SMALL), software="0").sections}


def test_a_whole_narrative_leaves_nothing_missing() -> None:
    told = "\n".join(f'{part} = "Words of the {part} case."' for part in FIVE)
    text = re.sub(r"\[narrative\].*?\n\n\[\[", f"[narrative]\n{told}\n\n[[", TEXT, flags=re.S)
    texts = list(paragraphs(business_case(run(text), software="0")))
    for part in FIVE:
        assert f"Words of the {part} case." in texts
    assert not [one for one in texts if "Not stated" in one or "not whole" in one]


def paragraphs(content: Any) -> Iterator[str]:
    for section in content.sections:
        for block in section.blocks:
            if hasattr(block, "text"):
                yield block.text


def test_pictures_say_in_words_what_they_show(found: CaseResult) -> None:
    content = business_case(found, software="0")
    charts = {
        block.name: block.chart
        for section in content.sections
        for block in section.blocks
        if hasattr(block, "chart")
    }
    assert list(charts) == ["fan", "tornado", "who", "cash"]
    for chart in charts.values():
        assert found.run_hash[:16] in chart.caption
        known = allowed(found)
        assert [one for one in prose(chart.description) if one not in known] == []


def test_pdf_is_tagged_and_claims_accessibility(pdf: bytes) -> None:
    root = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    packet = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part(=\"1\"|>1<)", packet)


@pytest.mark.slow
def test_docx_has_every_amount_of_the_run_and_words_for_pictures(found: CaseResult) -> None:
    content = case_bytes(found, ".docx", software="0")
    assert content == case_bytes(run(), ".docx", software="0")
    assert strange(docx_amounts(content), found) == []
    document = docx.Document(io.BytesIO(content))
    pictures = document.element.xpath("//wp:docPr")
    assert len(pictures) == 4
    assert [one for one in pictures if not one.get("descr")] == []
    assert found.run_hash[:16] in document.sections[0].header.paragraphs[0].text
    assert document.core_properties.created.date().isoformat() == "2026-11-01"


def test_the_same_run_gives_the_same_bytes_wherever_its_file_stands() -> None:
    one, other = run(SMALL), run(SMALL, "elsewhere/deep/case.toml")
    assert one.run_hash == other.run_hash
    for suffix in (".pdf", ".html", ".csv", ".xlsx"):
        assert case_bytes(one, suffix, software="0") == case_bytes(other, suffix, software="0")


def test_register_alone_is_a_table(found: CaseResult) -> None:
    text = case_bytes(found, ".csv", software="0").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    told = found.document["register"]
    assert [one["key"] for one in rows] == [one["key"] for one in told]
    for row, one in zip(rows, told, strict=True):
        assert row["run_hash"] == found.run_hash
        assert row["value"].lstrip("'") == str(one["value"])
        assert row["source"] == one["source"]
        assert row["grade_data"] == str(one["grade"]["data"] or "")


@pytest.mark.parametrize("suffix", [".html", ".csv", ".xlsx"])
def test_nobody_is_named_where_owners_are_left_out(suffix: str) -> None:
    made = run(SMALL)

    def words(with_owners: bool) -> str:
        content = case_bytes(made, suffix, software="0", with_owners=with_owners)
        if suffix != ".xlsx":
            return content.decode()
        book = openpyxl.load_workbook(io.BytesIO(content))
        rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
        return " ".join(str(cell) for row in rows for cell in row)

    assert "Name of a person" in words(True)
    assert "Name of a person" not in words(False)


def test_labels_stay_text() -> None:
    hostile = '=1+1 #let x = $y$ *b* <a href="x">&amp;'
    text = SMALL.replace('"A team that visits families"', f"'{hostile}'")
    made = run(text.replace("Keeping children safely", "Keeping\\ufffe children safely"))
    parsed = page(case_bytes(made, ".html", software="0"))
    assert any(hostile in cell for table in parsed.tables for row in table for cell in row)
    assert [attrs for _, attrs in parsed.tags if attrs.get("href") == "x"] == []
    # no form can hold what is no character; the PDF's writer takes texts as JSON, never as markup
    assert (
        business_case(made, software="0").title == "Keeping\N{REPLACEMENT CHARACTER} children "
        "safely at home"
    )


def test_an_option_that_does_nothing_is_still_a_document() -> None:
    text = SMALL.replace("seed = 1 ", 'seed = 1\npreferred = "do-minimum" ')
    text = text.replace("years = [0, 4]", 'options = ["business-as-usual"]\nyears = [0, 4]')
    text = re.sub(r"(\[\[outcome\]\])", r'\1\noptions = ["business-as-usual"]', text)
    text = text.replace('["business-as-usual"]', "[]")
    made = run(text)
    assert made.document["perspectives"]["society"]["pv_cost_gbp"] == "0.00"
    for suffix in (".pdf", ".html", ".xlsx"):
        assert len(case_bytes(made, suffix, software="0")) > 10_000


def ends(text: str) -> str:
    """The starter, where the programme and what it achieves end."""
    text = text.replace("years = [0, 4]", 'options = ["business-as-usual"]\nyears = [0, 4]')
    return re.sub(r"(\[\[outcome\]\])", r'\1\noptions = ["business-as-usual"]', text)


def table(made: CaseResult, name: str) -> list[dict[str, Any]]:
    found = next(one for one in business_case(made, software="0").tables if one.name == name)
    heads = [one.heading for one in found.columns]
    return [dict(zip(heads, row, strict=True)) for row in found.rows]


def test_what_ends_is_told_as_saved_and_lost() -> None:
    made = run(ends(SMALL))
    words = case_bytes(made, ".html", software="0").decode()
    assert "it saves costs of £" in words
    assert "and loses value of £" in words
    assert re.search(r"In all £[0-9.,]+( million)? is (gained|lost)\.", words)
    assert "it costs less than business as usual" in words
    assert "nothing is paid<" not in words
    assert "pay back within" not in words
    assert {one["Pays back"] for one in table(made, "perspectives")} == {"n/a"}
    assert not strange(html_amounts(words.encode()), made)
    evidence = {one["What"]: one["Optimism bias"] for one in table(made, "evidence")}
    # grade 2 of a cost that is saved, grade 4 of a benefit that is lost
    assert evidence["A team that visits families (ends)"] == "−5%"
    assert evidence["Fewer stays in a crisis bed (ends)"] == "+15%"


def test_bias_of_harm_is_told_as_that_of_a_cost() -> None:
    harm = SMALL.replace(
        "effect = {low = 0.02, mode = 0.08, high = 0.15,", "effect = {value = -0.08,"
    )
    evidence = {one["What"]: one["Optimism bias"] for one in table(run(harm), "evidence")}
    assert evidence["Fewer stays in a crisis bed"] == "+15%"
    assert evidence["Fewer children in care"] == "−10%"
    assert evidence["A team that visits families"] == "+5%"


def test_who_pays_nothing_has_nothing_to_pay_back() -> None:
    rows = {one["Seen by"]: one["Pays back"] for one in table(run(SMALL), "perspectives")}
    assert rows["Government departments"] == "n/a"
    assert rows["The council"].startswith(("year", "never"))


def test_columns_are_in_millions_only_where_the_case_is_large() -> None:
    for benefit, kind in (("1.2", "pounds"), ("12", "million")):
        made = run(SMALL.replace("{value = 1.2, ", f"{{value = {benefit}, "))
        tables = {one.name: one for one in business_case(made, software="0").tables}
        assert tables["matrix"].columns[1].kind == kind
