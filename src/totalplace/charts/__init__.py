"""Drawing: a chart is a plain ECharts option, drawn as SVG, as PNG, and by the browser."""

from __future__ import annotations

from totalplace.charts._bars import Bar, bars
from totalplace.charts._chart import NARROW, WIDE, Chart, Drawing, Linked, Pence
from totalplace.charts._palette import THEMES, contrast, dark_css
from totalplace.charts._render import chart_key, option_json, png, svg
from totalplace.charts._sankey import Flow, Node, sankey

__all__ = [
    "NARROW",
    "THEMES",
    "WIDE",
    "Bar",
    "Chart",
    "Drawing",
    "Flow",
    "Linked",
    "Node",
    "Pence",
    "bars",
    "chart_key",
    "contrast",
    "dark_css",
    "option_json",
    "png",
    "sankey",
    "svg",
]
