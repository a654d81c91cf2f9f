"""Horizontal bars, with ranges, side by side or stacked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from totalplace.charts._chart import (
    HATCH,
    Cell,
    Chart,
    Drawing,
    Linked,
    Pence,
    told,
)
from totalplace.charts._frame import SIZE, decal, frame
from totalplace.charts._text import plain, value_text
from totalplace.money import format_gbp

__all__ = ["Bar", "bars"]

Number = int | float | Decimal


@dataclass(frozen=True)
class Bar:
    """One row of bars.

    Attributes:
        key: unique.
        label: its name.
        values: one for each series; pence when the unit is ``£``; ``None`` where there is none.
        low, high: the range of the only value, or of the sum of a stack.
        href: where it leads, or empty.
    """

    key: str
    label: str
    values: tuple[Number | None, ...]
    low: Number | None = None
    high: Number | None = None
    href: str = ""


def bars(
    items: Sequence[Bar],
    *,
    title: str,
    description: str,
    caption: str,
    series: Sequence[str] = ("Amount",),
    stacked: bool = False,
    unit: str = "£",
    limit: int = 40,
    heading: str = "Name",
) -> Chart:
    """Bars from left to right in the order given, each with its value at the right edge.

    Beyond ``limit`` the smallest are one bar "Other (n)" of their exact sum when the unit is
    ``£``; other units do not add up, and those are in the table alone.

    Raises:
        ValueError: two bars share a key, a bar has not a value for each series, there are more
            than six series, or a range stands at one of several bars side by side.
    """
    if len({item.key for item in items}) != len(items):
        raise ValueError("two bars share a key")
    if any(len(item.values) != len(series) for item in items) or len(series) > 6:
        raise ValueError("each bar has one value for each of at most six series")
    ranged = any(item.low is not None or item.high is not None for item in items)
    if ranged and len(series) > 1 and not stacked:
        raise ValueError("a range belongs to one bar or to a stack, not to bars side by side")
    notes = []
    if len(items) > limit:
        notes.append(
            f"The smallest {len(items) - limit + 1} are drawn together as Other: the table has each"
            if unit == "£"
            else f"The smallest {len(items) - limit} are in the table alone"
        )
    ends = ("Low", "High") if ranged else ()
    return Chart(
        kind="bars",
        title=title,
        description=told([description, *notes]),
        caption=told([caption, *notes]),
        columns=(heading, *series, *ends),
        rows=tuple(
            (
                Linked(item.label, item.href),
                *(_cell(value, unit) for value in item.values),
                *((_cell(item.low, unit), _cell(item.high, unit)) if ranged else ()),
            )
            for item in items
        ),
        links={item.key: item.href for item in items if item.href},
        draw=partial(_draw, capped(items, limit, unit), tuple(series), stacked, unit),
    )


def _cell(value: Number | None, unit: str) -> Cell:
    return Pence(int(value)) if unit == "£" and value is not None else value


def capped(items: Sequence[Bar], limit: int, unit: str) -> tuple[Bar, ...]:
    """The largest bars in their order, and one for the rest where they add up."""
    if len(items) <= limit:
        return tuple(items)
    ranked = sorted(items, key=lambda item: (-abs(_total(item)), item.key))
    own = {item.key for item in ranked[: limit - (unit == "£")]}
    kept = tuple(item for item in items if item.key in own)
    if unit != "£":
        return kept
    rest = [item for item in items if item.key not in own]
    sums = tuple(
        sum(int(value or 0) for value in column)
        for column in zip(*(item.values for item in rest), strict=True)
    )
    return (*kept, Bar("", f"Other ({len(rest)})", sums))


def _total(item: Bar) -> Decimal:
    return sum((Decimal(str(value)) for value in item.values if value is not None), Decimal(0))


def _exact(value: Number | None, unit: str) -> str:
    return format_gbp(int(value)) if unit == "£" and value is not None else value_text(value, unit)


def _draw(
    items: tuple[Bar, ...], series: tuple[str, ...], stacked: bool, unit: str, width: int
) -> Drawing:
    grouped = len(series) > 1 and not stacked
    bar = 14 if grouped else 16
    option, height, names = frame(
        [item.label for item in items],
        [value_text(value, unit) for item in items for value in item.values]
        if grouped
        else [_shown(item, unit) for item in items],
        _reach(items, stacked),
        width,
        lanes=len(series) if grouped else 1,
        bar=bar,
        legend=series if len(series) > 1 else (),
    )
    option["series"] = _series(items, series, stacked, unit, bar)
    return Drawing(option, height, names)


def _shown(item: Bar, unit: str) -> str:
    if all(value is None for value in item.values):
        return "–"
    total = _total(item)
    return value_text(int(total) if unit == "£" or total == int(total) else total, unit)


def _reach(items: Sequence[Bar], stacked: bool) -> tuple[float, float]:
    """How far left and right the bars and their ranges go; zero is always shown."""
    ends = [0.0]
    for item in items:
        values = [float(value) for value in item.values if value is not None]
        if stacked:
            ends += [sum(v for v in values if v < 0), sum(v for v in values if v > 0)]
        else:
            ends += values
        ends += [float(end) for end in (item.low, item.high) if end is not None]
    low, high = min(ends), max(ends)
    return (low, high) if high > low else (0.0, 1.0)


def _series(
    items: Sequence[Bar], series: Sequence[str], stacked: bool, unit: str, bar: int
) -> list[dict[str, Any]]:
    made = list[dict[str, Any]]()
    many = len(series) > 1
    for number, name in enumerate(series):
        data = list[Any]()
        for item in items:
            value = item.values[number]
            if value is None:
                data.append("-")
                continue
            tip = f"{item.label}{f', {name}' if many else ''}\n{_exact(value, unit)}"
            if item.low is not None and item.high is not None:
                tip += f"\n{_exact(item.low, unit)} to {_exact(item.high, unit)}"
            one: dict[str, Any] = {"value": float(value) if unit != "£" else int(value), "tip": tip}
            if item.href:
                one["href"] = item.href
            if not item.key:
                one["itemStyle"] = {"color": "@other", "decal": HATCH}
            if many and not stacked:
                one["label"] = {
                    "show": True,
                    "position": "left" if value < 0 else "right",
                    "formatter": value_text(value, unit),
                }
            data.append(one)
        style: dict[str, Any] = {"color": f"@s{number + 1}"}
        if many:
            style |= {"borderColor": "@paper", "borderWidth": 1, "decal": decal(number)}
        made.append(
            {
                "type": "bar",
                "name": plain(name),
                "barWidth": bar,
                "barGap": "0%",
                "itemStyle": style,
                "label": {"color": "@ink", "fontSize": SIZE, "distance": 4},
                "data": data,
                **({"stack": "all"} if stacked else {}),
            }
        )
    ranges = [_range(item) for item in items]
    if any(ends != "-" for ends in ranges):
        made.append(
            {
                "type": "boxplot",
                "boxWidth": [bar // 2, bar // 2],
                "silent": True,
                "z": 5,
                "itemStyle": {"color": "@ink", "borderColor": "@ink", "borderWidth": 1.5},
                "data": ranges,
            }
        )  # fmt: skip
    return made


def _range(item: Bar) -> Any:
    if item.low is None or item.high is None:
        return "-"
    middle = float(_total(item))
    return [float(item.low), middle, middle, middle, float(item.high)]
