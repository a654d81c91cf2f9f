"""Drawing in this process: bytes that stay, text that is safe, and threads, spawns and forks."""

from __future__ import annotations

import asyncio
import itertools
import json
import multiprocessing
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from chart_examples import CHARTS, FULL, WORDS
from defusedxml.ElementTree import fromstring

from totalplace.charts import (
    NARROW,
    THEMES,
    WIDE,
    Bar,
    Chart,
    Flow,
    HeatCell,
    Line,
    Node,
    Step,
    Swing,
    Tile,
    _render,
    _treemap,
    bars,
    chart_key,
    contrast,
    heat,
    line,
    option_json,
    png,
    sankey,
    svg,
    tornado,
    treemap,
    waterfall,
)
from totalplace.charts._render import _Contexts
from totalplace.errors import RequestError

pytestmark = pytest.mark.slow

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>",
    '" onload="alert(1)" x=\'',
    "]]> & &amp; {b} {x|y} $& ${a}",
    "emoji \U0001f600 and \U0001f469\u200d\U0001f469\u200d\U0001f467",
    "\u05e9\u05dc\u05d5\u05dd and \u202eright to left",
    "control \x00\x07\x1b and half \ud83d",
]
ALL = {**CHARTS, "full": FULL}
WAYS = [(WIDE, "light"), (NARROW, "light"), (WIDE, "dark")]


@pytest.mark.parametrize(("width", "theme"), WAYS)
@pytest.mark.parametrize("name", ALL)
def test_svg_is_a_named_picture_without_style_or_script(name: str, width: int, theme: str) -> None:
    drawn = svg(ALL[name], prefix="p", width=width, theme=theme)  # type: ignore[arg-type]
    root = fromstring(drawn)
    assert root.attrib["role"] == "img"
    by_id = {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}
    assert by_id[root.attrib["aria-labelledby"]].text == "What it shows"
    assert (by_id[root.attrib["aria-describedby"]].text or "").startswith("Its main message")
    assert all(re.fullmatch(r"p-(title|desc|\d+)", name) for name in by_id)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {
            "svg", "title", "desc", "path", "text", "polyline", "polygon", "circle", "rect", "g",
            "defs", "pattern", "clipPath", "ellipse", "line",
        }  # fmt: skip
        for key, value in element.attrib.items():
            assert key != "style"
            assert not key.lower().startswith(("on", "ecmeta"))
            assert key not in {"href", "class"} or element is root
            assert "url(" not in value or value.removeprefix("url(#").removesuffix(")") in by_id
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("name", ALL)
def test_same_facts_give_the_same_bytes_whatever_was_drawn_before(name: str) -> None:
    first = svg(ALL[name], prefix="p")
    svg(FULL, prefix="q")
    svg(CHARTS["bars_grouped"], prefix="p", width=NARROW)
    assert svg(ALL[name], prefix="p") == first
    assert png(ALL[name], width=300) == png(ALL[name], width=300)


def test_prefix_is_all_that_ids_differ_in() -> None:
    one, two = (svg(CHARTS["bars_grouped"], prefix=prefix) for prefix in ("one", "two"))
    assert one != two
    assert one.replace('"one-', '"two-').replace("#one-", "#two-") == two


def _hostile() -> dict[str, Chart]:
    words: dict[str, Any] = {
        "title": HOSTILE[0],
        "description": "\n".join(HOSTILE),
        "caption": HOSTILE[1],
    }
    numbered = list(enumerate(HOSTILE))
    nodes = [Node(text, text, 0) for text in HOSTILE] + [Node("t", HOSTILE[2], 1)]
    return {
        "sankey": sankey(nodes, [Flow(t, "t", 10**9 + at) for at, t in numbered], **words),
        "treemap": treemap([Tile(str(at), t, 10**9 + at, t) for at, t in numbered], **words),
        "bars": bars(
            [Bar(str(at), t, (10**9, at)) for at, t in numbered], series=HOSTILE[:2], **words
        ),
        "line": line(HOSTILE, [Line("l", HOSTILE[0], tuple(range(6)))], unit=HOSTILE[0], **words),
        "waterfall": waterfall([Step(str(at), t, 10**9) for at, t in numbered], **words),
        "tornado": tornado(
            [Swing(str(at), t, t, t, at, 10**9) for at, t in numbered], base_pence=9, **words
        ),
        "heat": heat(HOSTILE, HOSTILE, [HeatCell(t, t, at) for at, t in numbered], **words),
    }


@pytest.mark.parametrize(("kind", "chart"), _hostile().items())
def test_labels_are_text_whatever_they_hold(kind: str, chart: Chart) -> None:
    for width in (WIDE, NARROW):
        drawn = svg(chart, prefix="h", width=width)
        drawn.encode()
        root = fromstring(drawn)
        texts = "".join(root.itertext())
        assert "<script>alert(1)</script>" in texts
        assert "<script" not in drawn
        assert not any(
            key.lower().startswith("on") for element in root.iter() for key in element.attrib
        )
        assert not set(map(chr, range(32))) - set("\n") & set(drawn)
    assert len(png(chart, width=400)) > 1000
    told = option_json(chart)
    assert not set("<>&") & set(told)
    assert json.loads(told)["palettes"]["dark"] == THEMES["dark"]


@pytest.mark.parametrize("name", ALL)
def test_every_colour_is_of_the_theme(name: str) -> None:
    """ECharts puts none of its own where it can be seen."""
    for theme in ("light", "dark"):
        drawn = svg(ALL[name], prefix="p", theme=theme)
        drawn = re.sub(r"<clipPath.*?</clipPath>", "", drawn, flags=re.DOTALL)
        drawn = re.sub(r'<path d="M[\d.]+ [\d.]+L[\d.]+ [\d.]+"[^>]*>', "", drawn)  # no area
        found = set(re.findall(r'(?: fill| stroke)="(#[0-9a-fA-F]+)"', drawn))
        assert found
        assert found <= set(THEMES[theme].values())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_of_every_colour_is_enough(theme: str) -> None:
    colours = THEMES[theme]  # type: ignore[index]
    for name in ("ink", "muted"):
        assert contrast(colours[name], colours["paper"]) >= 4.5
    for name in ("s1", "s2", "s3", "s4", "s5", "s6", "other", "axis", "flow"):
        assert contrast(colours[name], colours["paper"]) >= 3
    on = [name for name in colours if name.startswith("on-")]
    assert len(on) == 14
    for name in on:
        assert contrast(colours[name], colours[name.removeprefix("on-")]) >= 4.5


def _boxes(root: Element) -> list[tuple[str, float, float, float, float]]:
    """Each line of text and the box it takes, from its anchor and the metrics of the font."""
    from totalplace.charts._text import text_width

    found = []
    for element in root.iter(f"{SVG}text"):
        title = element.find(f"{SVG}title")
        text = (element.text if title is None else title.tail) or ""
        at = re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", element.attrib.get("transform", ""))
        x, y = (float(at[1]), float(at[2])) if at else (0.0, 0.0)
        x += float(element.attrib.get("x", 0))
        y += float(element.attrib.get("y", 0))
        size = float(element.attrib["font-size"].removesuffix("px"))
        wide = text_width(text, int(size))
        x -= {"start": 0, "middle": wide / 2, "end": wide}[element.attrib["text-anchor"]]
        found.append((text, x, y - size * 0.4, x + wide, y + size * 0.4))
    return found


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("name", ALL)
def test_labels_stay_inside_and_apart(name: str, width: int) -> None:
    root = fromstring(svg(ALL[name], prefix="p", width=width))
    boxes = _boxes(root)
    height = float(root.attrib["height"])
    assert boxes
    for text, left, top, right, bottom in boxes:
        assert left >= -1, text
        assert right <= width + 1, text
        assert top >= -1, text
        assert bottom <= height + 1, text
    for one, other in itertools.combinations(boxes, 2):
        apart = (
            one[3] <= other[1] + 1
            or other[3] <= one[1] + 1
            or one[4] <= other[2] + 1
            or other[4] <= one[2] + 1
        )
        assert apart, (one, other)


def test_treemap_tiles_are_as_large_as_labels_were_made_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rooms = dict[str, tuple[float, float]]()
    own = _treemap._tile

    def noted(tile: Tile, number: int, room: tuple[float, float], *rest: object) -> object:
        rooms[tile.label] = room
        return own(tile, number, room, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(_treemap, "_tile", noted)
    for width in (NARROW, WIDE):
        for grouped in (True, False):
            tiles = [
                Tile(str(at), f"T{at}", at**3 + 50, "ABC"[at % 3] * grouped) for at in range(40)
            ]
            rooms.clear()
            root = fromstring(svg(treemap(tiles, **WORDS), prefix="p", width=width))
            drawn = dict[str, tuple[float, float]]()
            for path in root.iter(f"{SVG}path"):
                size = re.match(r"M0 0l([\d.]+) 0l0 ([\d.]+)", path.attrib["d"])
                title = path.find(f"{SVG}title")
                if size and title is not None:
                    label = (title.text or "").split("\n")[0]
                    drawn.setdefault(label, (float(size[1]), float(size[2])))
            assert len(rooms) == 40
            for label, room in rooms.items():
                assert drawn[label] == pytest.approx(room, abs=1.0), label


def test_text_is_drawn_in_the_png() -> None:
    def length(label: str) -> int:
        return len(png(bars([Bar("a", label, (100,))], **WORDS)))

    assert length("Adult social care and more") > 1.2 * length(" ")


def test_png_is_as_wide_as_asked() -> None:
    drawn = png(CHARTS["bars"], width=777)
    assert drawn[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(drawn[16:20], "big") == 777


def test_key_follows_content() -> None:
    chart = CHARTS["sankey"]
    keys = {
        chart_key(chart),
        chart_key(chart, width=NARROW),
        chart_key(chart, theme="dark"),
        chart_key(FULL),
        chart_key(bars([Bar("a", "A", (100,))], **WORDS)),
        chart_key(bars([Bar("a", "A", (101,))], **WORDS)),
    }
    assert len(keys) == 6
    assert chart_key(chart) in keys


def test_no_library_is_told_with_its_mending(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(_render, "_VENDOR", tmp_path)
    monkeypatch.setattr(_render, "_of_process", {})
    with pytest.raises(RequestError) as caught:
        svg(CHARTS["bars"], prefix="p")
    (problem,) = caught.value.problems
    assert problem.code == "no_frontend"
    assert "make setup" in problem.fix


def test_four_threads_draw_the_same_bytes() -> None:
    names = [*ALL] * 4
    alone = {name: svg(ALL[name], prefix=name) for name in ALL}
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda name: svg(ALL[name], prefix=name), names))
    assert drawn == [alone[name] for name in names]
    assert 1 <= len(_render._contexts()._lent) <= 2


def test_second_context_is_made_when_the_first_is_busy() -> None:
    contexts = _Contexts()
    try:
        with contexts.lend() as one, contexts.lend() as two:
            assert one is not two
            with contexts.lend() as three:
                assert three in (one, two)
        assert len(contexts._lent) == 2
        assert [slot[1] for slot in contexts._lent] == [0, 0]
    finally:
        contexts.close()


def test_context_made_where_an_event_loop_runs_outlives_it() -> None:
    async def first() -> str:
        return svg(CHARTS["bars"], prefix="p")

    done = _contexts_apart(lambda: (asyncio.run(first()), svg(CHARTS["bars"], prefix="p")))
    assert done[0] == done[1]


def _contexts_apart(work: Callable[[], tuple[str, str]]) -> tuple[str, str]:
    """Work with contexts that it makes itself."""
    held = _render._of_process.pop(os.getpid(), None)
    try:
        return work()
    finally:
        _render._close()
        if held is not None:
            _render._of_process[os.getpid()] = held


def test_spawned_process_draws_the_same_bytes() -> None:
    here = svg(CHARTS["line"], prefix="p")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there = pool.apply(svg, (CHARTS["line"],), {"prefix": "p"})
    assert there == here


_FORK = """
import os, sys
from chart_examples import CHARTS
from totalplace.charts import svg
here = svg(CHARTS["line"], prefix="p")
child = os.fork()
if child == 0:
    os._exit(0 if svg(CHARTS["line"], prefix="p") == here else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def _run(code: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, which must end by itself: an open V8 would keep it for ever."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_forked_child_takes_a_context_of_its_own() -> None:
    done = _run(_FORK)
    assert (done.returncode, done.stdout.strip()) == (0, "0"), done.stderr


def test_process_that_drew_ends() -> None:
    begun = time.monotonic()
    done = _run(_FORK.partition("child =")[0])
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - begun < 30
