"""Drawing: a chart is a plain ECharts option, drawn as SVG, as PNG, and by the browser."""

from __future__ import annotations

from totalplace.charts._bars import Bar, bars
from totalplace.charts._chart import NARROW, WIDE, Chart, Drawing, Linked, Pence
from totalplace.charts._heat import HeatCell, heat
from totalplace.charts._line import Band, Line, fan, line
from totalplace.charts._palette import THEMES, Theme, contrast
from totalplace.charts._render import chart_key, option_json, png, svg
from totalplace.charts._sankey import Flow, Node, sankey
from totalplace.charts._tornado import Swing, tornado
from totalplace.charts._treemap import Tile, treemap
from totalplace.charts._waterfall import Step, waterfall

__all__ = [
    "NARROW",
    "THEMES",
    "WIDE",
    "Band",
    "Bar",
    "Chart",
    "Drawing",
    "Flow",
    "HeatCell",
    "Line",
    "Linked",
    "Node",
    "Pence",
    "Step",
    "Swing",
    "Theme",
    "Tile",
    "bars",
    "chart_key",
    "contrast",
    "fan",
    "heat",
    "line",
    "option_json",
    "png",
    "sankey",
    "svg",
    "tornado",
    "treemap",
    "waterfall",
]
