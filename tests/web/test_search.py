"""Search finds what is published, best first, and nothing else; citations name it for good."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from small_zone import PAYEES, SHA, write_zone

WITHHELD = "Jane Withheld"


def names_of(client: Any, query: str, **more: str) -> list[str]:
    rows = client.get("/search.json", {"q": query, **more}).json()["tables"]["hits"]["rows"]
    return [row["name"] for row in rows]


@pytest.mark.parametrize(
    ("query", "kind", "name"),
    [
        ("eastwick council", "body", "Eastwick Council"),
        ("EASTWICK-COUNCIL", "body", "Eastwick Council"),
        ("examples sons", "body", "Ministry of <Examples> & Sons"),
        ("schools grant", "stream", "Dedicated schools grant"),
        ("09", "function", "Education"),
        ("e99000001", "area", "Eastwick"),
        ("safety", "theme", "Community safety"),
        ("new acme", "payee", "New Acme Trading Limited"),
        (SHA["outturn"], "source", "Eastwick Council, outturn"),
        ("outturn.csv", "source", "Eastwick Council, outturn"),
        ("LAC-X", "claim", ""),
        ("gross spending", "definition", "Gross spending"),
        ("quarantine", "term", "quarantine"),
        ("tier-123456", "figure", ""),
    ],
)
def test_everything_is_found_by_name_or_code(small: Any, query: str, kind: str, name: str) -> None:
    rows = small.get("/search.json", {"q": query}).json()["tables"]["hits"]["rows"]
    hit = next((row for row in rows if row["kind"] == kind), None)
    if kind in ("function", "area", "claim", "figure"):
        assert rows[0]["kind"] == kind
    if kind == "figure" and hit is None:
        pytest.fail("no figure")
    assert hit is not None
    assert not name or hit["name"] == name
    assert hit["links"]["name"] == hit["href"]


def test_exact_comes_before_prefix_before_words_before_inside(small: Any) -> None:
    rows = small.get("/search.json", {"q": "acme", "kind": "payee"}).json()
    found = [(row["name"], row["rank"]) for row in rows["tables"]["hits"]["rows"]]
    assert {name for name, _ in found} == set(PAYEES)
    ranks = [rank for _, rank in found]
    order = ("exact", "prefix", "words", "contains")
    assert ranks == sorted(ranks, key=order.index)
    assert dict(found)["New Acme Trading Limited"] == "words"
    assert dict(found)["Acmeware plc"] == "prefix"
    assert names_of(small, "acmeware plc")[0] == "Acmeware plc"
    assert dict(found)["Zeta Acmes LLP"] == "words"
    assert names_of(small, "cme", kind="payee") == names_of(small, "CME", kind="payee")


def test_a_name_that_is_withheld_is_found_as_little_as_none(small: Any) -> None:
    def answer(query: str) -> str:
        text = small.get("/search/", {"q": query}).content.decode()
        for spelt in (query, quote(query), quote_plus(query)):
            text = text.replace(spelt, "?").replace(quote(spelt), "?")
        return text

    assert answer(WITHHELD) == answer("Nobody Atall")
    assert names_of(small, "Individuals", kind="payee") == []


def test_nothing_sought_and_nothing_found_are_told(small: Any) -> None:
    empty = small.get("/search/").content.decode()
    assert "Find bodies, streams" in empty
    assert "table-hits" not in empty
    assert small.get("/search/?q=%20%20").status_code == 200
    nothing = small.get("/search/?q=xyzzy").content.decode()
    assert "Nothing that this publication shows has this name or code." in nothing
    assert small.get("/search/", {"q": "x" * 201}).status_code == 400
    for odd in ("%", "'", '"><script>', "\\", "(", ".*", "🙂", "é", "_", "a\tb"):
        answer = small.get("/search/", {"q": odd})
        assert answer.status_code == 200, odd
        assert "<script>" not in answer.content.decode()


def test_a_postcode_is_answered_plainly(small: Any) -> None:
    told = "The publication holds no postcodes"
    for postcode in ("M1 1AA", "ec1a1bb", "SW1A 2AA"):
        assert told in small.get("/search/", {"q": postcode}).content.decode()
    for other in ("acme", "M1", "E99000001"):
        assert told not in small.get("/search/", {"q": other}).content.decode()


def test_hits_keep_the_publication(small: Any) -> None:
    rows = small.get("/search.json?q=quarantine&at=2").json()["tables"]["hits"]["rows"]
    assert rows[0]["href"] == "/data/glossary/?at=2#term-quarantine"


@pytest.mark.slow
def test_what_is_found_of_many_payees_is_what_holds_the_words(site: None, tmp_path: Path) -> None:
    from django.test import override_settings

    from totalplace.web._places import publication
    from totalplace.web.home._search import folded, index_of

    rng = random.Random(4)
    words = ["Acme", "North", "Paving", "Trust", "Care", "School", "Limited", "Group", "Bury"]
    payees = [f"{' '.join(rng.choices(words, k=3))} {at} Ltd" for at in range(20_000)]
    write_zone(tmp_path, payees=payees)
    with override_settings(TOTALPLACE_PLACES=[tmp_path]):
        index = index_of(publication(None))
        for query in ("acme", "l", "north trust", "paving 99", "zzz", "acme north care", "ltd"):
            found, count = index.find(query, kind="payee", limit=1_000)
            held = [one for one in payees if all(word in folded(one) for word in query.split())]
            assert count == len(held)
            assert len(found) == min(count, 1_000)
            assert {hit.name for hit in found} <= set(held)


@pytest.mark.parametrize("form", ["/cite.bib", "/cite.ris", "/cite.json", "/cite/"])
@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/",
        "//example.org/",
        "/\\example.org",
        "javascript:alert(1)",
        "money/",
        "/no-such-page/",
        "/healthz",
        "/data.csv",
        "/static/vendor/x.css",
        "/data/\n/",
        "/data/#x",
    ],
)
def test_only_pages_of_this_site_are_cited(small: Any, form: str, address: str) -> None:
    answer = small.get(form, {"page": address})
    assert answer.status_code == 400
    body = answer.content.decode()
    assert "not_of_this_site" in body or "There is a problem with the address" in body
    assert f'href="{address}"' not in body


def test_a_citation_names_the_publication_for_good(small: Any, settings_address: str) -> None:
    (item,) = small.get("/cite.json", {"page": "/data/sources/?body=eastwick-council"}).json()
    assert item["URL"] == f"{settings_address}/data/sources/?at=3&body=eastwick-council"
    assert item["issued"] == {"date-parts": [[2026, 10, 3]]}
    assert item["version"] == "3"
    assert item["number"] == "3" * 64
    assert item["license"].startswith("https://www.nationalarchives.gov.uk/")
    old = small.get("/cite.json", {"page": "/data/?at=2"}).json()
    assert old[0]["URL"] == f"{settings_address}/data/?at=2"
    assert small.get("/cite.json", {"page": "/data/?at=1"}).status_code == 410
    assert small.get("/cite.json", {"page": "/data/?colour=red"}).status_code == 400
    first = small.get("/cite.json", {"page": "/index"}).json()
    assert first[0]["URL"] == f"{settings_address}/?at=3"
    # the address that is given leads to the page that is cited
    assert small.get(item["URL"].removeprefix(settings_address)).status_code == 200


@pytest.fixture
def settings_address() -> Any:
    from django.test import override_settings

    with override_settings(TOTALPLACE_ADDRESS="https://money.example"):
        yield "https://money.example"


def test_each_form_of_citation_is_whole(small: Any, settings_address: str) -> None:
    bib = small.get("/cite.bib", {"page": "/data/"}).content.decode()
    assert re.match(r"@misc\{[A-Za-z0-9]+,\n(  \w+ = \{.*\},\n)+\}\n$", bib)
    assert bib.count("{") == bib.count("}")
    ris = small.get("/cite.ris", {"page": "/data/"}).content.decode()
    lines = ris.split("\r\n")
    assert lines[0] == "TY  - DATA"
    assert lines[-2] == "ER  - "
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines[:-1])
    page = small.get("/cite/", {"page": "/data/"}).content.decode()
    for words in ("Publication 3", "2026-10-03", "3" * 64, "Open Government Licence"):
        assert words in page
    assert json.loads(small.get("/cite.json").content)[0]["type"] == "dataset"


def test_signs_of_tex_are_harmless(site: None) -> None:
    from totalplace.web.home._cite import Citation, in_bibtex

    odd = Citation(
        title=r"A & B_{1} 50% \input{x} $#~^",
        publisher="P",
        place="P",
        n=1,
        published="2026-01-01",
        content_hash="0",
        address="https://money.example/?a=%20",
        path="/",
        licence="L",
        licence_url="",
    )
    text = in_bibtex(odd)
    assert r"A \& B\_\{1\} 50\% \textbackslash{}input\{x\} \$\#\textasciitilde{}" in text
