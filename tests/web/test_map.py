"""The map of the site: every address declares who may see it, answers, and leads on."""

from __future__ import annotations

import re
from collections import deque
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

ACCESS = {"public"}
FOLLOWED = 400


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.hrefs += [
            said[name] or "" for name in ("href", "src", "srcset", "action") if said.get(name)
        ]
        self.ids += [said["id"] or ""] if "id" in said else []


def links_of(text: str) -> _Links:
    parser = _Links()
    parser.feed(text)
    return parser


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
def crawled(client: Any) -> dict[str, Any]:
    """Address -> answer, of all that can be reached from the first page, up to a number."""
    answers: dict[str, Any] = {}
    waiting = deque(["/"])
    by_kind: dict[str, int] = {}
    while waiting and len(answers) < FOLLOWED:
        address = waiting.popleft()
        kind = re.sub(
            r"/[^/?]*[0-9a-f]{8}[^/?]*/|/(bodies|streams|areas|functions|claims)/[^/?]+/",
            "/x/",
            address,
        )
        kind = re.sub(r"=[^&]*", "", kind)
        if address in answers or by_kind.get(kind, 0) >= 6:
            continue
        by_kind[kind] = by_kind.get(kind, 0) + 1
        answer = client.get(address)
        answers[address] = answer
        if answer.get("Content-Type", "").startswith("text/html"):
            for href in links_of(answer.content.decode()).hrefs:
                found = urlsplit(urljoin(address, href))
                if not found.netloc and found.path and not found.path.startswith("/static/"):
                    waiting.append(found.path + (f"?{found.query}" if found.query else ""))
    return answers


@pytest.mark.slow
def test_all_that_pages_link_to_is_there(crawled: dict[str, Any]) -> None:
    assert len(crawled) > 100
    wrong = {address: one.status_code for address, one in crawled.items() if one.status_code != 200}
    assert wrong == {}


@pytest.mark.slow
def test_pages_are_whole(crawled: dict[str, Any]) -> None:
    for address, answer in crawled.items():
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        text = answer.content.decode()
        parsed = links_of(text)
        assert len(parsed.ids) == len(set(parsed.ids)), address
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
    assert "Set-Cookie" not in answer
    assert "Server" not in answer


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
