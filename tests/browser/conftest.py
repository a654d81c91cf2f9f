"""The site as a browser shows it: the real server, Debian's Chromium, axe.

Where there is no Chromium the tests skip and say so; the project's own checks must have it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from watched import MODES, Open, Watched, serving

from crawl import crawl, kind_of
from django_here import set_up
from published_place import published_place

# its places serve here too
sys.path.append(str(Path(__file__).parents[1] / "workbench" / "queues"))


# a machine that does much else is slow, and no page is wrong for it
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_place(tmp_path_factory)


@pytest.fixture(scope="session")
def unsettled_published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny place of which much is to be decided, as it was published once: copy it.

    One of its files has a record that was rejected.
    """
    from unsettled_place import spend_file, unsettled

    from totalplace import open_place

    base = tmp_path_factory.mktemp("unsettled")
    folder = unsettled(base)
    path = spend_file(base / "april.csv", "Westwick Council", [("Care", "Fees", 5, "Yew")])
    row = "Westwick Council,Care,Fees,31/04/2017,77,10.00,Bad Date Partners\n"
    path.write_text(path.read_text() + row)
    with open_place(folder) as place:
        [added] = place.add(path, publisher="W", licence="OGL-UK-3.0").facts.files
        assert added.rejected == 1
        place.decide("*", what="licence", value="OGL-UK-3.0", why="invented for a test", who="x")
        place.publish()
    return folder


@pytest.fixture(scope="session")
def address(published: Path) -> Iterator[str]:
    with serving(published) as one:
        yield one


@pytest.fixture(scope="session")
def addresses(address: str) -> dict[str, str]:
    """Name of each page -> an address at which it has something to show."""
    set_up()

    def get(path: str) -> tuple[int, str, str]:
        try:
            with urlopen(address + path) as answer:
                kind = answer.headers["Content-Type"]
                text = answer.read().decode() if kind.startswith("text/html") else ""
                return answer.status, kind, text
        except HTTPError as error:
            return error.code, "", ""

    from totalplace.web import urls  # noqa: F401 - hangs every page on the map
    from totalplace.web._registry import PAGES

    # in the report, which is served in a sandbox without scripts, axe would wait for ever
    pages = {*PAGES, "api-docs"}
    found: dict[str, str] = {}
    for path, (status, kind, _) in crawl(get, limit=400).items():
        name = kind_of(path).partition("?")[0]
        if status == 200 and kind.startswith("text/html") and name in pages:
            found.setdefault(name, path)
    return found


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """Opens a page in a mode; every context is closed at the end."""
    contexts: list[BrowserContext] = []

    def open_in(mode: str = "light", *, base: str | None = None, **options: Any) -> Watched:
        context = browser.new_context(**{**MODES[mode], **options}, accept_downloads=True)
        context.set_default_timeout(120_000)
        contexts.append(context)
        if mode == "no-script":
            context.route("**/*.js", lambda route: route.abort())
        watched = Watched(context.new_page(), base or address)
        home = watched.address

        def told(message: Any) -> None:
            is_ours = mode == "no-script" and "ERR_FAILED" in message.text
            if message.type in {"error", "warning"} and not is_ours:
                watched.faults.append(f"{message.type}: {message.text}")

        def asked(request: Any) -> None:
            watched.requests.append(request)
            if not request.url.startswith((home, "data:", "blob:")):
                watched.faults.append(f"asked another host: {request.url}")

        watched.page.on("console", told)
        watched.page.on("pageerror", lambda error: watched.faults.append(f"error: {error}"))
        watched.page.on("request", asked)
        return watched

    yield open_in
    for context in contexts:
        context.close()
