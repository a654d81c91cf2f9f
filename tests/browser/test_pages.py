"""Every page, filled with data, in light, dark, at 320 pixels, without scripts, and as an error."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from watched import MODES, Open, Watched

from counted import how_many

FIRST_VISIT_KB, LATER_KB, REQUESTS = 600, 80, 12
ERRORS = ["/no-such-page/", "/money/?year=1066", "/money/lines/?min=x"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def _violations(watched: Watched) -> list[str]:
    found = Axe().run(watched.page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for one in found
        for node in one["nodes"][:3]
    ]


def _overflow(page: Any) -> bool:
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


def test_every_page_is_reached(addresses: dict[str, str]) -> None:
    from totalplace.web._registry import PAGES

    assert sorted(set(PAGES) - set(addresses)) == []


@pytest.mark.counted
@pytest.mark.parametrize("mode", MODES)
def test_pages(open_page: Open, addresses: dict[str, str], mode: str) -> None:
    """No violation that axe knows, no fault, nothing from elsewhere, nothing that overflows."""
    wrong: dict[str, Any] = {}
    watched = open_page(mode)
    # every page in one of the modes, or in all
    step, at = len(MODES) // how_many(len(MODES), 1), list(MODES).index(mode)
    chosen = [
        one for number, one in enumerate(sorted(addresses.items())) if (number + at) % step == 0
    ]
    for name, path in [*chosen, *((path, path) for path in ERRORS)]:
        watched.faults.clear()
        page = watched.go(path)
        found = _violations(watched)
        # an error is answered with its own status, which the console tells
        faults = [one for one in watched.faults if "status of 4" not in one]
        if _overflow(page):
            found.append("wider than the window")
        if found or faults:
            wrong[f"{mode} {name} {path}"] = [*found, *faults]
    assert wrong == {}


def test_weights(open_page: Open, addresses: dict[str, str]) -> None:
    """The first visit, everything included, and each later page; in kilobytes as sent."""
    watched = open_page()
    session = watched.page.context.new_cdp_session(watched.page)
    session.send("Network.enable")
    sent: list[float] = []
    session.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    heavy: dict[str, Any] = {}
    for at, (name, path) in enumerate([("home", "/"), *sorted(addresses.items())]):
        sent.clear()
        watched.requests.clear()
        page = watched.go(path)
        page.mouse.wheel(0, 20_000)
        page.wait_for_timeout(150)
        weight = sum(sent) / 1024
        limit = FIRST_VISIT_KB if at == 0 else LATER_KB
        if weight > limit or len(watched.requests) > REQUESTS:
            heavy[f"{name} {path}"] = (round(weight), len(watched.requests))
    assert heavy == {}
