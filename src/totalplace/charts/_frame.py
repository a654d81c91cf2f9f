"""What stands around horizontal bars, legends, and the patterns that tell series apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from totalplace.charts._chart import base_option, is_narrow
from totalplace.charts._text import plain, text_width, wrap

__all__ = ["SIZE", "SPARE", "decal", "frame", "legend_of"]

SIZE = 12
"""Of text at bars, in pixels."""
SPARE = 1.18
"""Of the width of names: a reader's font may be wider than the one that was measured."""


def frame(
    names: Sequence[str],
    texts: Sequence[str],
    reach: tuple[float, float],
    width: int,
    *,
    lanes: int = 1,
    bar: int = 16,
    legend: Sequence[str] = (),
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """What stands around horizontal bars: names, values, legend; without the series.

    Wide, names stand left of the bars on up to two lines, and values in a column at the right;
    narrow, both stand above. With several lanes a row, a value stands at the end of its bar
    instead.

    Returns:
        The option, its height in pixels, and names that were cut to what they say in full.
    """
    narrow = is_narrow(width)
    row = lanes * bar + (32 if narrow else 14)
    value_space = max((text_width(text, SIZE) for text in texts), default=0.0) + 8
    full = [plain(name) for name in names]
    longest = max((text_width(name, SIZE) * SPARE for name in full), default=0.0)
    above = 0 if lanes > 1 else value_space
    name_space = width - above - 8 if narrow else min(longest, width * 0.32)
    # wide, a row is high enough for two lines
    space = name_space / (1 if narrow else SPARE)
    lines = [wrap(name, space, SIZE, lines=1 if narrow else 2) for name in full]
    labels = ["\n".join(one) for one in lines]
    top = _legend_height(legend, width) if legend else 0
    low, high = reach
    left = 4.0 if narrow else name_space + 12
    right = 4.0 if narrow and lanes == 1 else value_space + 4
    if lanes > 1 and low < 0:
        low -= (high - low) * value_space / max(width - left - right - value_space, 1)
    lift = lanes * bar / 2 + 2
    beside = [""] * len(labels) if lanes > 1 else texts
    option = base_option(
        grid={"left": left, "right": right, "top": top + 4 + (10 if narrow else 0), "bottom": 4,
              "outerBoundsMode": "none"},
        xAxis={"type": "value", "min": low, "max": high, "show": False},
        yAxis=[
            _axis(labels, narrow, at="left", lift=lift, margin=8),
            _axis(beside, narrow, at="right", lift=lift, margin=value_space),
        ],
    )  # fmt: skip
    if legend:
        option["legend"] = legend_of(legend)
    cut = {one[-1]: name for one, name in zip(lines, names, strict=True) if one[-1].endswith("…")}
    height = int(top + 8 + (10 if narrow else 0) + row * max(len(labels), 1))
    return option, height, cut


def legend_of(names: Sequence[str], *, icon: str = "") -> dict[str, Any]:
    """A legend above a chart, with room between its names for a reader's wider font.

    Args:
        icon: the mark of all names but the first, whose mark is its series' own; without it all
            have their series' own.
    """
    own = [plain(name) for name in names]
    return {
        "borderColor": "@paper",
        "top": 0,
        "left": 0,
        "itemWidth": 20 if icon else 14,
        "itemHeight": 12 if icon else 14,
        "itemGap": _legend_gap(names),
        "selectedMode": False,
        "textStyle": {"color": "@ink", "fontSize": SIZE},
        "data": [*own[:1], *({"name": name, "icon": icon} for name in own[1:])] if icon else own,
    }


def _legend_gap(names: Sequence[str]) -> int:
    longest = max((text_width(plain(name), SIZE) for name in names), default=0.0)
    return 16 + round(longest * (SPARE - 1))


def _legend_height(series: Sequence[str], width: int) -> int:
    lines, used = 1, 0.0
    gap = _legend_gap(series)
    for name in series:
        needed = text_width(plain(name), SIZE) + 14 + 5 + gap
        if used and used + needed > width - 8:
            lines, used = lines + 1, 0.0
        used += needed
    return lines * 24 + 4


def _axis(
    texts: Sequence[str], narrow: bool, *, at: str, lift: float, margin: float
) -> dict[str, Any]:
    label: dict[str, Any] = {"interval": 0, "fontSize": SIZE, "color": "@ink"}
    label |= {"margin": margin, "align": "right"}
    if narrow:
        label |= {
            "inside": True,
            "margin": 0,
            "align": at,
            "verticalAlign": "bottom",
            "padding": [0, 0, lift, 0],
        }
    return {
        "type": "category",
        "inverse": True,
        "position": at,
        "data": list(texts),
        "axisLine": {"show": at == "left" and not narrow, "lineStyle": {"color": "@axis"}},
        "axisTick": {"show": False},
        "axisLabel": label,
        "z": 10,
    }


def decal(number: int) -> dict[str, Any]:
    """The pattern of a series, which tells it apart without colour; the first has none."""
    if number == 0:
        return {"symbol": "none"}
    kinds: tuple[dict[str, Any], ...] = (
        {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 6], "rotation": -0.7853981634},
        {"symbol": "circle", "dashArrayX": [[5, 5], [0, 5, 5, 0]], "dashArrayY": [5, 0],
         "symbolSize": 0.7},
        {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 6], "rotation": 0.7853981634},
        {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [1, 4], "rotation": 0},
        {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [1, 4], "rotation": 1.5707963268},
    )  # fmt: skip
    return {**kinds[number - 1], "color": "@hatch"}
