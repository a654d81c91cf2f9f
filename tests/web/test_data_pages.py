"""What the publication rests on: files, sources, loads, words, editions, its description."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from small_zone import SHA, YEAR, write_zone

PAGES = (
    "/data/",
    "/data/sources/",
    f"/data/sources/{SHA['spend']}/",
    "/data/sources/0/",
    "/data/loads/",
    "/data/definitions/",
    "/data/definitions/net/",
    "/data/glossary/",
    "/data/publications/",
    "/reports/",
)


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_drawn_and_its_data_can_be_taken(small: Any, address: str) -> None:
    assert small.get(address).status_code == 200
    stem = address.rstrip("/")
    for suffix in ("csv", "xlsx", "parquet", "json"):
        answer = small.get(f"{stem}.{suffix}")
        assert (answer.status_code, len(answer.content) > 50) == (200, True), suffix


def test_the_files_are_those_of_the_manifest_and_can_be_checked(
    small: Any, small_place: Path
) -> None:
    manifest = json.loads((small_place / "public/3/publication.json").read_text())
    rows = small.get("/data.json").json()["tables"]["files"]["rows"]
    told = {row["path"]: (row["bytes"], row["sha256"]) for row in rows}
    assert told == {name: (one["bytes"], one["sha256"]) for name, one in manifest["files"].items()}
    for row in rows:
        answer = small.get(row["links"]["title"])
        content = answer.content
        assert (len(content), hashlib.sha256(content).hexdigest()) == told[row["path"]]
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_large_file_is_sent_in_parts(small: Any, small_place: Path, monkeypatch: Any) -> None:
    from totalplace.web.data import _routes

    monkeypatch.setattr(_routes, "_WHOLE_BYTES", 100)
    answer = small.get("/data/files/tables/figures.parquet")
    stored = (small_place / "public/3/tables/figures.parquet").read_bytes()
    assert answer.streaming
    assert int(answer["Content-Length"]) == len(stored)
    assert b"".join(answer.streaming_content) == stored
    head = small.head("/data/files/tables/figures.parquet")
    assert head["Content-Length"] == answer["Content-Length"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/data/files/../../publication.json", 404),
        ("/data/files/%2e%2e/2/publication.json", 404),
        ("/data/files/publication.json", 404),
        ("/data/files//etc/hostname", 404),
        ("/data/files/tables/none.parquet", 404),
        ("/data/files/tables/figures.parquet?at=1", 410),
        ("/data/files/tables/figures.parquet?at=9", 404),
        ("/data/files/tables/figures.parquet?at=x", 400),
        ("/reports/count-1066-67.pdf", 404),
        ("/reports/count-2017-18.exe", 404),
        (f"/data/sources/{'f' * 64}/", 404),
        ("/data/sources/99/", 404),
        ("/data/definitions/no-such/", 404),
        ("/data/?at=1", 410),
        ("/reports/?year=1066-67", 404),
        ("/data/publications/?before=1", 410),
    ],
)
def test_what_is_not_there_is_told(small: Any, address: str, status: int) -> None:
    answer = small.get(address)
    assert answer.status_code == status
    assert any(words in answer.content.decode() for words in ("What you can do", '"fix":'))


def test_a_file_that_the_reader_has_is_not_sent_again(small: Any) -> None:
    address = "/data/files/tables/figures.parquet"
    tag = small.get(address)["ETag"]
    again = small.get(address, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_source_says_whose_it_is_and_that_its_records_add_up(small: Any) -> None:
    text = text_of(small.get(f"/data/sources/{SHA['spend'].upper()}/"))
    for words in ("Eastwick Council", "1,000 bytes", "Yes: records are lines", "1 warning"):
        assert words in text
    assert "/money/lines/?source=0" in small.get("/data/sources/0/").content.decode()
    # no public line is of this one
    assert "/money/lines/?source=" not in small.get("/data/sources/1/").content.decode()


def test_records_that_do_not_add_up_are_seen(small: Any, monkeypatch: Any) -> None:
    from totalplace.web.data import _sources

    assert _sources.is_whole({"records": 10, "lines": 7, "rejected": 1, "skipped": 2})
    assert not _sources.is_whole({"records": 10, "lines": 7, "rejected": 1, "skipped": 1})


def test_loads_stand_in_the_order_of_receipt(small: Any) -> None:
    tables = small.get("/data/loads.json").json()["tables"]
    received = [row["received"] for row in tables["files"]["rows"]]
    assert received == sorted(received)
    assert sum(row["files"] for row in tables["days"]["rows"]) == len(received) == 3
    assert sum(row["lines"] for row in tables["days"]["rows"]) == 21


def test_a_long_list_of_sources_is_paged_and_its_files_hold_all(site: None, tmp_path: Path) -> None:
    from django.test import Client, override_settings

    write_zone(tmp_path, more_sources=247)
    with override_settings(TOTALPLACE_PLACES=[tmp_path]):
        client = Client(headers={"host": "127.0.0.1"})
        seen, address = 0, "/data/sources/"
        while address:
            page = client.get(address).content.decode()
            seen += len(set(re.findall(r'href="/data/sources/([0-9a-f]{64})/"', page)))
            after = re.search(r'rel="next" href="([^"]+)"', page)
            address = "/data/sources/" + after[1].replace("&amp;", "&") if after else ""
        assert seen == 250
        assert client.get("/data/sources.csv").content.count(b"\n") == 251
        beyond = client.get("/data/sources/?first=9999")
        assert beyond.status_code == 200


def test_definitions_say_why_and_what_checks_them(small: Any) -> None:
    text = text_of(small.get("/data/definitions/eliminated/"))
    for words in ("Why so", "What checks it", "Reviewed", "Author", "Source"):
        assert words in text


def test_the_place_where_a_definition_is_shown_is_a_page(site: None) -> None:
    from urllib.parse import urlsplit

    from totalplace.model import load
    from totalplace.web._registry import PAGES

    paths = {f"/{spec.path}" for spec in PAGES.values()}
    shown = {row["shown_at"] for row in load("definition").to_pylist() if row["shown_at"]}
    assert {address for address in shown if urlsplit(address).path not in paths} == set()


def test_the_glossary_is_that_of_the_documentation(small: Any) -> None:
    page = small.get("/data/glossary/").content.decode()
    docs = Path(__file__).parents[2].joinpath("docs/glossary.md").read_text("utf-8")
    terms = re.findall(r"^(\S.*)\n  \S", docs.split("```{glossary}")[1], re.MULTILINE)
    assert len(terms) > 90
    told = re.findall(r"<dt id=\"[^\"]+\">([^<]+)</dt>", page)
    assert [term.replace("&#x27;", "'") for term in told] == terms
    assert "<code>body_id</code>" in page
    assert "<em>control total</em>" in page


def test_publications_tell_what_changed_and_what_was_withdrawn(small: Any) -> None:
    tables = small.get("/data/publications.json").json()["tables"]
    assert [row["n"] for row in tables["publications"]["rows"]] == [3, 2]
    (total,) = tables["totals"]["rows"]
    assert (total["before_gbp"], total["after_gbp"], total["change_gbp"]) == (
        "1000.00",
        "1234.56",
        "234.56",
    )
    (body,) = tables["bodies"]["rows"]
    assert (body["body"], body["change_gbp"]) == ("Eastwick Council", "234.56")
    changed = {(row["title"], row["what"]) for row in tables["sources"]["rows"]}
    assert changed == {
        ("Eastwick Council, outturn", "came in"),
        ("Eastwick Council, analysis", "came in"),
        ("Eastwick Council, old", "no longer counts"),
    }
    (gone,) = tables["withdrawn"]["rows"]
    assert (gone["n"], gone["reason"]) == (1, "A file was read twice.")
    backwards = small.get("/data/publications.json?before=3&after=2").json()["tables"]
    assert backwards["totals"]["rows"][0]["change_gbp"] == "-234.56"


def test_the_first_publication_has_none_before_it(small: Any) -> None:
    text = text_of(small.get("/data/publications/?at=2"))
    assert "This is the first publication" in text


def test_the_description_for_catalogues_is_whole(small: Any, small_place: Path) -> None:
    answer = small.get("/data/catalogue.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    found = answer.json()
    assert found["@type"] == ["Dataset", "dcat:Dataset"]
    for name in ("name", "description", "license", "url", "temporalCoverage", "publisher"):
        assert found[name], name
    assert found["temporalCoverage"] == "2017-04-01/2018-03-31"
    manifest = json.loads((small_place / "public/3/publication.json").read_text())
    assert len(found["distribution"]) == len(manifest["files"])
    for one in found["distribution"]:
        assert one["contentUrl"].startswith("http://127.0.0.1/")
        assert small.get(one["contentUrl"].removeprefix("http://127.0.0.1")).status_code == 200


def test_the_data_block_of_the_page_cannot_end_early(small: Any) -> None:
    page = small.get("/data/").content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(block)["@type"] == ["Dataset", "dcat:Dataset"]
    assert "<" not in block
    from totalplace.web.data._catalogue import embedded

    text = embedded({"name": "</script><b>&"})
    assert "</" not in text
    assert json.loads(text) == {"name": "</script><b>&"}


def test_every_address_of_the_site_map_is_a_page(small: Any) -> None:
    answer = small.get("/sitemap.xml")
    root = ElementTree.fromstring(answer.content)
    addresses = [one.text or "" for one in root.findall("{*}url/{*}loc")]
    assert len(addresses) == len(set(addresses)) > 60
    assert all(one.startswith("http://127.0.0.1/") for one in addresses)
    paths = [one.removeprefix("http://127.0.0.1") for one in addresses]
    assert {"/data/", "/claims/LAC-X/", f"/data/sources/{SHA['spend']}/"} <= set(paths)
    assert not {"/search/", "/cite/"} & set(paths)
    for path in paths:
        if not path.startswith(("/money/", "/claims/")):
            assert small.get(path).status_code == 200, path
    robots = small.get("/robots.txt").content.decode()
    assert "Sitemap: http://127.0.0.1/sitemap.xml" in robots
    for path in ("/money/lines/?", "/work/", "/account/", "/mistakes/new/"):
        assert f"\nDisallow: {path}\n" in robots


def test_reports_are_served_as_what_they_are(small: Any) -> None:
    kinds = {
        "html": ("text/html; charset=utf-8", "inline"),
        "pdf": ("application/pdf", "inline"),
        "docx": (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "attachment",
        ),
        "xlsx": (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "attachment",
        ),
    }
    rows = small.get("/reports.json").json()["tables"]["reports"]["rows"]
    assert [row["form"] for row in rows] == ["html", "docx", "pdf", "xlsx"]
    for row in rows:
        answer = small.get(row["links"]["report"])
        kind, how = kinds[row["form"]]
        assert answer["Content-Type"] == kind
        assert answer["Content-Disposition"].startswith(how)
        assert f"count-{YEAR}.{row['form']}" in answer["Content-Disposition"]
        assert int(answer["Content-Length"]) == row["bytes"]


def test_the_html_report_runs_nothing_and_has_its_own_style(small: Any) -> None:
    import base64

    answer = small.get(f"/reports/count-{YEAR}.html")
    policy = answer["Content-Security-Policy"]
    style = b"\nh1 { color: rgb(1, 2, 3); }\n"
    hashed = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert f"style-src 'sha256-{hashed}'" in policy
    for part in ("default-src 'none'", "sandbox", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert "script" not in policy
