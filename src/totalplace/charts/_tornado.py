"""A tornado: how far one result moves with each number alone, the widest at the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from totalplace.charts._chart import Chart, Drawing, Linked, Pence, told
from totalplace.charts._frame import decal, frame
from totalplace.charts._text import short_gbp
from totalplace.money import format_gbp

__all__ = ["Swing", "tornado"]

_ENDS = ("At its low value", "At its high value")


@dataclass(frozen=True)
class Swing:
    """One number and the result, in pence, at its two ends.

    Attributes:
        key: unique.
        label: its name.
        low, high: its values, as they are told.
        low_pence, high_pence: the result with this number at its low, and at its high value.
        href: where it leads, or empty.
    """

    key: str
    label: str
    low: str
    high: str
    low_pence: int
    high_pence: int
    href: str = ""


def tornado(
    swings: Sequence[Swing],
    *,
    base_pence: int,
    title: str,
    description: str,
    caption: str,
    heading: str = "Number",
    limit: int = 12,
) -> Chart:
    """Bars to both sides of the result as it is, from the longest to the shortest.

    Beyond ``limit`` the shortest are in the table alone.

    Args:
        base_pence: the result with every number as it is.

    Raises:
        ValueError: two bars share a key.
    """
    if len({one.key for one in swings}) != len(swings):
        raise ValueError("two bars share a key")
    ranked = sorted(swings, key=lambda one: (-_reach(one, base_pence), one.key))
    notes = []
    if len(ranked) > limit:
        left = len(ranked) - limit
        which = "The shortest is" if left == 1 else f"The {left} shortest are"
        notes.append(f"{which} in the table alone")
    return Chart(
        kind="tornado",
        title=title,
        description=told([description, *notes]),
        caption=told([caption, *notes]),
        columns=(heading, "Low value", "High value", *_ENDS),
        rows=tuple(
            (
                Linked(one.label, one.href),
                one.low,
                one.high,
                Pence(one.low_pence),
                Pence(one.high_pence),
            )
            for one in ranked
        ),
        links={one.key: one.href for one in ranked if one.href},
        draw=partial(_draw, tuple(ranked[:limit]), base_pence),
    )


def _reach(one: Swing, base: int) -> int:
    ends = (one.low_pence, one.high_pence, base)
    return max(ends) - min(ends)


def _draw(swings: tuple[Swing, ...], base: int, width: int) -> Drawing:
    changes = [end - base for one in swings for end in (one.low_pence, one.high_pence)]
    low, high = min([0, *changes]), max([0, *changes])
    texts = [
        f"{short_gbp(min(one.low_pence, one.high_pence))} to"
        f" {short_gbp(max(one.low_pence, one.high_pence))}"
        for one in swings
    ]
    option, height, names = frame(
        [one.label for one in swings],
        texts,
        (float(low), float(high)) if high > low else (-1.0, 1.0),
        width,
        legend=_ENDS,
    )
    option["series"] = [_series(swings, base, at) for at in (0, 1)]
    if any(_is_covered(one, base) for one in swings):
        option["series"].append(_uncovered(option["series"][0], swings, base))
    option["series"][0]["markLine"] = {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": "@ink", "width": 1.5, "type": "solid"},
        "data": [{"xAxis": 0}],
    }
    return Drawing(option, height, names)


def _is_covered(one: Swing, base: int) -> bool:
    """Whether the bar of the high value would hide that of the low one: both lie on one side."""
    low, high = one.low_pence - base, one.high_pence - base
    return low * high > 0 and abs(low) <= abs(high)


def _uncovered(series: dict[str, Any], swings: tuple[Swing, ...], base: int) -> dict[str, Any]:
    """The covered bars again, before the others."""
    data = [
        item if _is_covered(one, base) else {"value": "-"}
        for one, item in zip(swings, series["data"], strict=True)
    ]
    return {**series, "z": 3, "data": data}


def _series(swings: tuple[Swing, ...], base: int, at: int) -> dict[str, Any]:
    data = list[dict[str, Any]]()
    for one in swings:
        end, value = ((one.low_pence, one.low), (one.high_pence, one.high))[at]
        item: dict[str, Any] = {
            "value": end - base,
            "tip": f"{one.label}: {value}\n{format_gbp(end)}, {_signed(end - base)}",
        }
        if one.href:
            item["href"] = one.href
        data.append(item)
    return {
        "type": "bar",
        "name": _ENDS[at],
        "barWidth": 16,
        # both ends lie on one line, each to its side
        "barGap": "-100%",
        "itemStyle": {
            "color": ("@s4", "@s1")[at],
            "borderColor": "@paper",
            "borderWidth": 1,
            "decal": decal(3 if at == 0 else 0),
        },
        "data": data,
    }


def _signed(pence: int) -> str:
    return f"{'+' if pence > 0 else ''}{format_gbp(pence)}"
