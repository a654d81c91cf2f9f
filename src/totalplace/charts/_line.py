"""Values over time: lines, and one line with its ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from totalplace.charts._chart import (
    Cell,
    Chart,
    Drawing,
    Linked,
    Pence,
    base_option,
    is_narrow,
    told,
)
from totalplace.charts._frame import SPARE, legend_of
from totalplace.charts._text import plain, scale_of, text_width, value_text, wrap
from totalplace.money import format_gbp

__all__ = ["Band", "Line", "fan", "line"]

Number = int | float | Decimal
_MOST = 6
_DASHES: tuple[Any, ...] = ("solid", [6, 3], [2, 3], [10, 3, 2, 3], [1, 4], [14, 4])
_MARKS = ("circle", "rect", "triangle", "diamond", "arrow", "pin")


@dataclass(frozen=True)
class Line:
    """One line: a value or ``None`` for each point; pence when the unit is ``£``."""

    key: str
    label: str
    values: tuple[Number | None, ...]
    href: str = ""


@dataclass(frozen=True)
class Band:
    """A range about the central line, e.g. "80% of runs"; ``None`` where there is none."""

    label: str
    low: tuple[Number | None, ...]
    high: tuple[Number | None, ...]


def line(
    points: Sequence[str],
    lines: Sequence[Line],
    *,
    title: str,
    description: str,
    caption: str,
    unit: str = "£",
    heading: str = "Year",
    from_zero: bool = True,
) -> Chart:
    """Lines over points in order, each named at its end; the first six are drawn.

    Args:
        points: what stands below the axis, e.g. financial years.
        from_zero: the axis holds zero.

    Raises:
        ValueError: two lines share a key, or one has not a value for each point.
    """
    if len({one.key for one in lines}) != len(lines):
        raise ValueError("two lines share a key")
    if any(len(one.values) != len(points) for one in lines):
        raise ValueError("a line has one value or None for each point")
    notes = []
    if len(lines) > _MOST:
        notes.append(f"{len(lines) - _MOST} more lines are in the table alone")
    return Chart(
        kind="line",
        title=title,
        description=told([description, *notes]),
        caption=told([caption, *notes]),
        columns=(heading, *(one.label for one in lines)),
        rows=tuple(
            (Linked(point), *(_cell(one.values[at], unit) for one in lines))
            for at, point in enumerate(points)
        ),
        links={one.key: one.href for one in lines if one.href},
        draw=partial(_draw_lines, tuple(points), tuple(lines[:_MOST]), unit, from_zero),
    )


def fan(
    points: Sequence[str],
    central: Line,
    bands: Sequence[Band],
    *,
    title: str,
    description: str,
    caption: str,
    unit: str = "£",
    heading: str = "Year",
) -> Chart:
    """A central line in at most two bands, the wider first; points without a band are past.

    Raises:
        ValueError: there are more than two bands, or a row has not a value for each point, or a
            band's low is above its high or only one of both is given.
    """
    rows = [central.values, *(row for band in bands for row in (band.low, band.high))]
    if len(bands) > 2 or any(len(row) != len(points) for row in rows):
        raise ValueError("at most two bands, with a value or None for each point")
    for band in bands:
        for low, high in zip(band.low, band.high, strict=True):
            if (low is None) != (high is None) or (
                low is not None and high is not None and low > high
            ):
                raise ValueError(f"the band {band.label!r} does not go from low to high")
    return Chart(
        kind="fan",
        title=title,
        description=told([description]),
        caption=told([caption]),
        columns=(
            heading,
            central.label,
            *(f"{band.label}: {end}" for band in bands for end in ("low", "high")),
        ),
        rows=tuple(
            (Linked(point), *(_cell(row[at], unit) for row in rows))
            for at, point in enumerate(points)
        ),
        links={central.key: central.href} if central.href else {},
        draw=partial(_draw_fan, tuple(points), central, tuple(bands), unit),
    )


def _cell(value: Number | None, unit: str) -> Cell:
    return Pence(int(value)) if unit == "£" and value is not None else value


def _exact(value: Number, unit: str) -> str:
    return format_gbp(int(value)) if unit == "£" else value_text(value, unit)


def _draw_lines(
    points: tuple[str, ...], lines: tuple[Line, ...], unit: str, from_zero: bool, width: int
) -> Drawing:
    narrow = is_narrow(width)
    size = 11 if narrow else 12
    factor, axis = _scale([value for one in lines for value in one.values], unit)
    longest = max((text_width(plain(one.label), size) * SPARE for one in lines), default=0.0)
    space = min(longest + 4, width * 0.26)
    names = dict[str, str]()
    series = list[dict[str, Any]]()
    for number, one in enumerate(lines):
        label = wrap(plain(one.label), space / SPARE, size)
        if label[-1].endswith("…"):
            names[label[-1]] = one.label
        made = _line_series(points, one, number, unit, factor)
        made["endLabel"] = {
            "show": True,
            "formatter": "\n".join(label),
            "color": "@ink",
            "fontSize": size,
            "distance": 8,
        }
        made["labelLayout"] = {"moveOverlap": "shiftY"}
        series.append(made)
    option = _axes(points, axis, width, right=space + 16)
    option["yAxis"]["scale"] = not from_zero
    option["series"] = series
    return Drawing(option, 340 if not narrow else 300, names)


def _draw_fan(
    points: tuple[str, ...], central: Line, bands: tuple[Band, ...], unit: str, width: int
) -> Drawing:
    factor, axis = _scale(
        [*central.values, *(v for band in bands for v in (*band.low, *band.high))], unit
    )
    series = list[dict[str, Any]]()
    for number, band in enumerate(bands):
        shared = {
            "type": "line",
            "stack": f"band {number}",
            "stackStrategy": "all",
            "symbol": "none",
            "silent": True,
            "lineStyle": {"width": 1, "color": "@s1", "type": _DASHES[number + 1]},
        }
        lows = [_scaled(value, factor) for value in band.low]
        widths = [
            "-" if low is None or high is None else _scaled(_minus(high, low), factor)
            for low, high in zip(band.low, band.high, strict=True)
        ]
        series.append({**shared, "name": "", "data": lows})
        series.append(
            {
                **shared,
                "name": plain(band.label),
                "itemStyle": {"color": f"@band-{number + 1}"},
                "areaStyle": {"color": f"@band-{number + 1}", "opacity": 1},
                "data": widths,
            }
        )
    middle = _line_series(points, central, 0, unit, factor)
    for at, item in enumerate(middle["data"]):
        if isinstance(item, dict):
            for band in bands:
                low, high = band.low[at], band.high[at]
                if low is not None and high is not None:
                    item["tip"] += f"\n{band.label}: {_exact(low, unit)} to {_exact(high, unit)}"
    series.append(middle)
    option = _axes(points, axis, width, right=24)
    option["grid"]["top"] = 56
    option["legend"] = legend_of([central.label, *(band.label for band in bands)], icon="rect")
    option["series"] = series
    return Drawing(option, 360)


def _scale(values: Sequence[Number | None], unit: str) -> tuple[int, str]:
    sizes = [abs(Decimal(str(value))) for value in values if value is not None]
    return scale_of(int(max(sizes, default=Decimal(0))), unit)


def _scaled(value: Number | None, factor: int) -> float | str:
    """A value in the axis' unit: a place in the picture, never an amount that is told."""
    return "-" if value is None else round(float(Decimal(str(value)) / factor), 6)


def _minus(one: Number, other: Number) -> Decimal:
    return Decimal(str(one)) - Decimal(str(other))


def _line_series(
    points: Sequence[str], one: Line, number: int, unit: str, factor: int
) -> dict[str, Any]:
    data = list[Any]()
    for point, value in zip(points, one.values, strict=True):
        if value is None:
            data.append("-")
            continue
        item: dict[str, Any] = {
            "value": _scaled(value, factor),
            "tip": f"{one.label}, {point}\n{_exact(value, unit)}",
        }
        if one.href:
            item["href"] = one.href
        data.append(item)
    return {
        "type": "line",
        "name": plain(one.label),
        "symbol": _MARKS[number],
        "symbolSize": 7,
        "showAllSymbol": True,
        "itemStyle": {"color": f"@s{number + 1}"},
        "lineStyle": {"color": f"@s{number + 1}", "width": 2.5, "type": _DASHES[number]},
        "data": data,
    }


def _axes(points: Sequence[str], name: str, width: int, *, right: float) -> dict[str, Any]:
    """The axes, with the unit above the vertical one and only as many points named as fit."""
    size = 11 if is_narrow(width) else 12
    left = 52
    widest = max((text_width(plain(point), size) for point in points), default=1.0) + 12
    room = max(1, int((width - left - right) // widest))
    step = -(-len(points) // room)
    return base_option(
        grid={"left": left, "right": right, "top": 34, "bottom": 30, "outerBoundsMode": "none"},
        xAxis={
            "type": "category",
            "data": [plain(point) for point in points],
            "boundaryGap": False,
            "axisLine": {"lineStyle": {"color": "@axis"}, "onZero": False},
            "axisTick": {"show": False},
            "axisLabel": {
                "color": "@ink",
                "fontSize": size,
                "interval": step - 1,
                "showMaxLabel": True,
            },
        },
        yAxis={
            "type": "value",
            "name": plain(name),
            "nameLocation": "end",
            "nameGap": 14,
            "nameTextStyle": {"color": "@muted", "fontSize": size, "align": "left",
                              "padding": [0, 0, 0, 8 - left]},
            "splitNumber": 4,
            "axisLabel": {"color": "@ink", "fontSize": size},
            "splitLine": {"lineStyle": {"color": "@rule"}},
        },
    )  # fmt: skip
