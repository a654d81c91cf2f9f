"""Charts drawn in this process: ECharts in an embedded V8 to SVG, and resvg to PNG.

One context of V8 serves many threads; there are two, the second made when the first is busy. A
context dies in a forked child, so each process makes its own, and closes it before Python ends:
a process that does not would wait for ever.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from totalplace.charts._chart import NARROW, WIDE, Chart
from totalplace.charts._palette import THEMES, Theme, painted
from totalplace.charts._svg import finished
from totalplace.errors import Problem, RequestError

__all__ = ["chart_key", "option_json", "png", "svg"]

_VENDOR = Path(__file__).parent / "vendor"
_LIBRARY = "echarts.min.js"
_FONTS = ("Arimo-Regular.ttf", "Arimo-Bold.ttf")
_VERSION = 1
"""Raised when the same option is drawn or finished in another way."""
_POOL = 2
_SECONDS = 30.0
_PRINTED = 720
_DRAW = """
function draw(option, width, height) {
  const chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width, height});
  try {
    chart.setOption(JSON.parse(option));
    return chart.renderToSVGString().toWellFormed();  // it cuts labels within a letter
  } finally {
    chart.dispose();
  }
}
"""


def svg(chart: Chart, *, prefix: str, width: int = WIDE, theme: Theme = "light") -> str:
    """The chart as an SVG element: no script, no style, nothing from elsewhere; one title a part.

    The same chart, prefix, width and theme give the same bytes. Below 560 pixels the layout is
    that of a small screen. Its background is the page's.

    Args:
        prefix: begins every id; letters, digits and hyphens; unique on its page.

    Raises:
        RequestError: ``no_frontend``.
    """
    drawing = chart.draw(width)
    option = painted(drawing.option, theme)
    text = json.dumps(json.dumps(option))
    with _contexts().lend() as context:
        raw = context.eval(f"draw({text},{width},{drawing.height})", timeout_sec=_SECONDS)
    return finished(
        raw,
        prefix=prefix,
        title=chart.title,
        description=chart.description,
        names=drawing.names,
        option=option,
    )


def png(chart: Chart, *, width: int = 1600, background: str = "#ffffff") -> bytes:
    """The chart as a PNG for a printed page: laid out for 720 pixels, so that text can be read.

    Raises:
        RequestError: ``no_frontend``.
    """
    from resvg_py import svg_to_bytes

    fonts = [str(_vendor(name)) for name in _FONTS]
    drawn: bytes = svg_to_bytes(
        svg_string=svg(chart, prefix="c", width=_PRINTED),
        width=width,
        background=background,
        skip_system_fonts=True,
        font_files=fonts,
        font_family="Arimo",
        sans_serif_family="Arimo",
    )
    return drawn


def option_json(chart: Chart) -> str:
    """What the page's own script draws the chart from, as JSON for a ``<script>`` block of data.

    Both layouts, with colours by name, and both themes' colours. Markup in labels is escaped.
    """
    wide, narrow = chart.draw(WIDE), chart.draw(NARROW)
    told = {
        "wide": wide.option,
        "narrow": narrow.option,
        "heights": {"wide": wide.height, "narrow": narrow.height},
        "palettes": THEMES,
    }
    text = json.dumps(told, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def chart_key(chart: Chart, *, width: int = WIDE, theme: Theme = "light") -> str:
    """What a drawing may be kept under: a SHA-256 of all that decides its bytes but the prefix.

    Raises:
        RequestError: ``no_frontend``.
    """
    drawing = chart.draw(width)
    told = [
        _VERSION, _library_digest(), chart.kind, chart.title, chart.description,
        painted(drawing.option, theme), drawing.height, width,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


class _Contexts:
    """The contexts of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lent: list[list[Any]] = []
        """Each context, and how many use it."""

    @contextmanager
    def lend(self) -> Iterator[Any]:
        """The context that fewest use. The lock is for choosing, not for drawing."""
        with self._lock:
            slot = min(self._lent, key=lambda slot: int(slot[1]), default=None)
            if slot is None or (slot[1] and len(self._lent) < _POOL):
                slot = [_new_context(), 0]
                self._lent.append(slot)
            slot[1] += 1
        try:
            yield slot[0]
        finally:
            with self._lock:
                slot[1] -= 1

    def close(self) -> None:
        with self._lock:
            for context, _ in self._lent:
                context.close()
            self._lent.clear()


_of_process: dict[int, _Contexts] = {}


def _contexts() -> _Contexts:
    return _of_process.setdefault(os.getpid(), _Contexts())


@atexit.register
def _close() -> None:
    found = _of_process.pop(os.getpid(), None)
    if found is not None:
        found.close()


def _new_context() -> Any:
    """A context with ECharts.

    It is made in a thread of its own: made in one where an event loop runs (a notebook, an
    asynchronous server), it would take that loop for its own and end with it.
    """
    source = _vendor(_LIBRARY).read_text(encoding="utf-8")
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_load, source).result()


def _load(source: str) -> Any:
    from py_mini_racer import MiniRacer

    context = MiniRacer()
    context.eval(source)
    context.eval(_DRAW)
    return context


@functools.cache
def _library_digest() -> str:
    return hashlib.sha256(_vendor(_LIBRARY).read_bytes()).hexdigest()


def _vendor(name: str) -> Path:
    path = _VENDOR / name
    if not path.is_file():
        raise RequestError(
            Problem(
                "no_frontend",
                "charts cannot be drawn: a library of the front end is missing",
                f"charts/vendor/{name}",
                "the front-end libraries are brought when the program is set up",
                "run `make setup`",
            )
        )
    return path
