"""The page's script in Chromium, under the content policy of the site.

Where there is no Chromium the tests skip and say so.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from chart_examples import CHARTS

from totalplace.charts import THEMES, WIDE, _render, option_json, svg

SCRIPT = Path(_render.__file__).parents[1] / "web" / "static" / "totalplace" / "charts.js"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'self'"
)
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def _page() -> str:
    parts = []
    for name, chart in CHARTS.items():
        data = f"{name}-data" if name != "bars" else "/bars.json"
        parts.append(
            f'<figure id="{name}" data-chart="{data}"><h2>{name}</h2><div data-chart-picture>'
            f"{svg(chart, prefix=name, width=WIDE)}</div>"
            f"<figcaption>{escape(chart.caption)}</figcaption></figure>"
            f'<script type="application/json" id="{name}-data">{option_json(chart)}</script>'
        )
    return (
        '<!doctype html><html lang="en"><title>Charts</title><meta charset="utf-8">'
        '<link rel="stylesheet" href="/style.css">'
        '<script src="/charts.js" data-echarts="/echarts.min.js" defer></script>'
        f"<body>{''.join(parts)}</body></html>"
    )


def _answers() -> dict[str, tuple[str, bytes]]:
    dark = "@media (prefers-color-scheme: dark) {body {background: #14181b}}"
    base = "svg, figure {max-width: 100%; margin: 0} body {margin: 8px}"
    library = (Path(_render.__file__).parent / "vendor" / "echarts.min.js").read_bytes()
    return {
        "/": ("text/html; charset=utf-8", _page().encode()),
        "/style.css": ("text/css", (base + dark).encode()),
        "/charts.js": ("text/javascript", SCRIPT.read_bytes()),
        "/echarts.min.js": ("text/javascript", library),
        "/bars.json": ("application/json", option_json(CHARTS["bars"]).encode()),
    }


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    answers = _answers()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = answers.get(self.path, ("text/html", b"<title>elsewhere</title>"))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def opened(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page, and what its console and its requests said, which must be nothing."""
    context = browser.new_context(**getattr(request, "param", {}))
    page = context.new_page()
    faults = list[str]()
    page.on("console", lambda said: faults.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda one: None if one.url.startswith(address) else faults.append(f"asked {one.url}"),
    )
    page.goto(address)
    yield page
    assert faults == []
    context.close()


def _wake(page: Any, name: str) -> None:
    page.hover(f"#{name} h2")
    page.wait_for_selector(f"#{name}[data-chart-drawn]", timeout=15_000)


MODES = {
    "light": {"viewport": {"width": 1024, "height": 800}},
    "dark": {"viewport": {"width": 1024, "height": 800}, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 640}, "reduced_motion": "reduce"},
}


@pytest.mark.parametrize("opened", MODES.values(), ids=MODES, indirect=True)
def test_every_chart_is_drawn_anew_without_a_word_of_the_console(opened: Any) -> None:
    titles = opened.locator("figure svg > title").all_text_contents()
    assert titles == ["What it shows"] * len(CHARTS)
    for name, chart in CHARTS.items():
        _wake(opened, name)
        picture = opened.locator(f"#{name} [data-chart-picture]")
        assert picture.get_attribute("role") == "img"
        assert (picture.get_attribute("aria-label") or "").startswith("What it shows. Its main")
        assert picture.locator("svg").count() == 1
        assert picture.locator("svg text").count() > 2
        wide = opened.viewport_size["width"] >= 720
        assert picture.locator("svg").bounding_box()["height"] == pytest.approx(
            chart.draw(WIDE if wide else 320).height, abs=1
        )
    width = opened.evaluate("document.documentElement.scrollWidth")
    assert width <= opened.viewport_size["width"]


@pytest.mark.parametrize("opened", [MODES["light"], MODES["dark"]], indirect=True)
def test_colours_follow_the_theme(opened: Any) -> None:
    theme = "dark" if opened.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else ""
    colour = THEMES["dark" if theme else "light"]["s1"]
    _wake(opened, "bars")
    assert opened.locator(f"#bars path[fill='{colour}']").count() > 0
    opened.emulate_media(color_scheme="light" if theme else "dark")
    other = THEMES["light" if theme else "dark"]["s1"]
    opened.wait_for_selector(f"#bars path[fill='{other}']", state="attached")


def test_hovering_tells_and_clicking_leads(opened: Any) -> None:
    _wake(opened, "bars")
    box = opened.locator("#bars path[fill='#12436d']").first.bounding_box()
    place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    opened.mouse.move(*place)
    opened.locator("#bars svg").get_by_text("£123,456,789.00").wait_for(state="attached")
    opened.mouse.click(*place)
    opened.wait_for_url("**/money/functions/10/", timeout=5_000)


def test_what_leads_nowhere_stays(opened: Any) -> None:
    _wake(opened, "bars_stacked")
    before = opened.url
    box = opened.locator("#bars_stacked path[fill='#12436d']").nth(1).bounding_box()
    opened.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert opened.url == before


@pytest.mark.parametrize("opened", [{"viewport": {"width": 1024, "height": 800}}], indirect=True)
def test_layout_follows_the_width(opened: Any) -> None:
    _wake(opened, "sankey")
    opened.set_viewport_size({"width": 400, "height": 800})
    height = CHARTS["sankey"].draw(320).height
    opened.wait_for_selector(f"#sankey svg[height='{height}']")
    assert opened.locator("#sankey svg").bounding_box()["width"] <= 400
