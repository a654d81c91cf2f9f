"""The map of the site: every address declares who may see it, answers, and leads on."""

from __future__ import annotations

import re
from typing import Any

import pytest

from crawl import Links, crawl, kind_of

ACCESS = {"public"}
FOLLOWED = 500


def _views(patterns: Any, before: str = "") -> Any:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from _views(one.url_patterns, before + str(one.pattern))
        else:
            yield before + str(one.pattern), one.callback


def test_every_route_declares_who_may_see_it(site: None) -> None:
    from totalplace.web.urls import urlpatterns

    routes = list(_views(urlpatterns))
    assert len(routes) > 30
    undeclared = [
        route
        for route, view in routes
        if not route.startswith("api/v1/") and getattr(view, "access", None) not in ACCESS
    ]
    assert undeclared == []


def test_every_operation_of_the_api_declares_who_may_see_it(site: None) -> None:
    from totalplace.web._registry import PAGES

    assert {spec.access for spec in PAGES.values()} <= ACCESS


@pytest.fixture
def crawled(client: Any) -> dict[str, tuple[int, str, str]]:
    """All that can be reached from the first page, some of each kind."""

    def get(address: str) -> tuple[int, str, str]:
        answer = client.get(address)
        kind = answer.get("Content-Type", "")
        if kind.startswith("text/html"):
            return answer.status_code, kind, answer.content.decode()
        answer.close()
        return answer.status_code, kind, ""

    return crawl(get, limit=FOLLOWED)


@pytest.mark.slow
def test_all_that_pages_link_to_is_there(crawled: dict[str, tuple[int, str, str]]) -> None:
    from totalplace.web._registry import PAGES

    assert len(crawled) > 100
    assert {address: status for address, (status, _, _) in crawled.items() if status != 200} == {}
    reached = {kind_of(address).partition("?")[0] for address in crawled}
    assert {name for name in PAGES if name not in reached} == set()


@pytest.mark.slow
def test_pages_are_whole(crawled: dict[str, tuple[int, str, str]]) -> None:
    for address, (_, kind, text) in crawled.items():
        if not kind.startswith("text/html"):
            continue
        ids = Links(text).ids
        assert len(ids) == len(set(ids)), address
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script>(?!\s*</script>)", text), address
        assert "None" not in re.sub(r"<[^>]*>", " ", text).split(), address
        assert not re.search(r"https?://(?!www\.w3\.org)[^\"' ]+\.(js|css|woff2?|png|svg)", text)
        assert text.count("<h1") == 1, address
        assert 'lang="en' in text


def test_headers_that_keep_a_browser_safe(client: Any) -> None:
    answer = client.get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    for part in ("object-src", "base-uri", "frame-ancestors"):
        assert f"{part} 'none'" in policy
    assert "Access-Control-Allow-Origin" not in answer
    assert "Set-Cookie" not in answer
    assert "Server" not in answer
    # style sheets, scripts, data and errors too
    for address in ("/static/totalplace/totalplace.css", "/money.csv", "/api/v1/money", "/none/"):
        other = client.get(address)
        assert other.status_code == (404 if address == "/none/" else 200), address
        assert other["Content-Security-Policy"] == policy
        assert other["X-Content-Type-Options"] == "nosniff"
        assert other["X-Frame-Options"] == "DENY"
        other.close()
    assert client.get("/static/totalplace/").status_code == 404


def test_public_pages_take_no_method_that_changes_or_traces(client: Any) -> None:
    for method in ("TRACE", "PUT", "DELETE", "PATCH"):
        for address in ("/", "/money.csv", "/api/v1/money"):
            answer = client.generic(method, address, headers={"x-secret": "told back"})
            assert answer.status_code in {404, 405}, (method, address)
            assert b"told back" not in answer.content


def test_an_address_that_is_none_says_what_to_do(client: Any) -> None:
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "What you can do" in answer.content.decode()
    wrong = client.get("/?year=1066&at=x&colour=red")
    assert wrong.status_code == 400
    text = wrong.content.decode()
    assert "at" in text
    assert "colour" in text
    assert client.post("/").status_code == 405


def test_the_second_asking_is_answered_not_sent(client: Any) -> None:
    first = client.get("/")
    again = client.get("/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
