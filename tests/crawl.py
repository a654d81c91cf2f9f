"""Following the links of the site from its first page."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

__all__ = ["Links", "crawl", "kind_of"]

OF_A_KIND = 4


class Links(HTMLParser):
    """What a page leads to, and its ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.hrefs += [
            value for name in ("href", "src", "srcset", "action") if (value := said.get(name))
        ]
        self.ids += [value] if (value := said.get("id")) else []


def kind_of(address: str) -> str:
    """What addresses of one page have in common: its name and the names of its parameters."""
    from django.urls import Resolver404, resolve

    path, _, query = address.partition("?")
    try:
        found = resolve(path, urlconf="totalplace.web.urls")
    except Resolver404:
        return path
    asked = sorted(part.partition("=")[0] for part in query.split("&") if part)
    shape = re.sub(r"^.*?(\.[a-z.0-9_]+)?$", r"\1", path) if "-" in str(found.url_name) else ""
    return f"{found.url_name}{shape}?{','.join(asked)}"


def crawl(
    get: Callable[[str], tuple[int, str, str]], *, limit: int
) -> dict[str, tuple[int, str, str]]:
    """Address -> status, type and text of all that is reached, a few of each kind, new kinds first.

    Args:
        get: asks for an address: status, content type, text (of HTML alone).
    """
    answers: dict[str, tuple[int, str, str]] = {}
    seen: dict[str, int] = {}
    fresh, waiting = deque(["/"]), deque[str]()
    known: set[str] = set()
    while (fresh or waiting) and len(answers) < limit:
        address = (fresh or waiting).popleft()
        kind = kind_of(address)
        if address in answers or seen.get(kind, 0) >= OF_A_KIND:
            continue
        seen[kind] = seen.get(kind, 0) + 1
        answers[address] = status, content_type, text = get(address)
        if status == 200 and content_type.startswith("text/html"):
            for href in Links(text).hrefs:
                found: Any = urlsplit(urljoin(address, href))
                if not found.netloc and found.path and not found.path.startswith("/static/"):
                    leads_to = found.path + (f"?{found.query}" if found.query else "")
                    page = kind_of(leads_to).partition("?")[0]
                    (waiting if page in known else fresh).append(leads_to)
                    known.add(page)
    return answers
