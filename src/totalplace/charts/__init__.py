"""Drawing: a chart is a plain ECharts option, drawn as SVG, as PNG, and by the browser."""

from __future__ import annotations

__all__: list[str] = []
