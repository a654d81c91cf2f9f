"""How one total becomes another: what adds to it and what takes from it, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from totalplace.charts._chart import Chart, Drawing, Linked, Pence, told
from totalplace.charts._frame import decal, frame
from totalplace.charts._text import short_gbp
from totalplace.money import format_gbp

__all__ = ["Step", "waterfall"]

_KINDS = ("Total", "Added", "Taken away")
_COLOURS = ("s5", "s1", "s4")
_DECALS = (0, 0, 3)


@dataclass(frozen=True)
class Step:
    """One step, in pence; ``None`` is the running total so far."""

    key: str
    label: str
    pence: int | None
    href: str = ""


def waterfall(
    steps: Sequence[Step],
    *,
    title: str,
    description: str,
    caption: str,
    heading: str = "Step",
) -> Chart:
    """Steps from top to bottom, each beginning where the one before ends.

    Totals are reckoned, never given: a total that does not follow from the steps cannot be drawn.

    Raises:
        ValueError: two steps share a key.
    """
    if len({step.key for step in steps}) != len(steps):
        raise ValueError("two steps share a key")
    reckoned = running(steps)
    return Chart(
        kind="waterfall",
        title=title,
        description=told([description]),
        caption=told([caption]),
        columns=(heading, "Change", "Running total"),
        rows=tuple(
            (
                Linked(step.label, step.href),
                None if step.pence is None else Pence(step.pence),
                Pence(end),
            )
            for step, (_, end) in zip(steps, reckoned, strict=True)
        ),
        links={step.key: step.href for step in steps if step.href},
        draw=partial(_draw, tuple(steps), reckoned),
    )


def running(steps: Sequence[Step]) -> tuple[tuple[int, int], ...]:
    """Where each step begins and ends, in pence; a total begins at zero."""
    made, total = list[tuple[int, int]](), 0
    for step in steps:
        begin = 0 if step.pence is None else total
        total += step.pence or 0
        made.append((begin, total))
    return tuple(made)


def _draw(steps: tuple[Step, ...], reckoned: tuple[tuple[int, int], ...], width: int) -> Drawing:
    texts, kinds = list[str](), list[int]()
    for step, (_, end) in zip(steps, reckoned, strict=True):
        kinds.append(0 if step.pence is None else 1 if step.pence >= 0 else 2)
        sign = "+" if kinds[-1] == 1 else ""
        texts.append(short_gbp(end) if step.pence is None else f"{sign}{short_gbp(step.pence)}")
    ends = [0, *(place for pair in reckoned for place in pair)]
    option, height, names = frame(
        [step.label for step in steps],
        texts,
        (float(min(ends)), float(max(ends))),
        width,
        legend=[_KINDS[kind] for kind in sorted(set(kinds))],
    )
    shared: dict[str, Any] = {
        "type": "bar",
        "stack": "all",
        "stackStrategy": "all",
        "barWidth": 16,
    }
    series = [
        {
            **shared,
            "name": "",
            "silent": True,
            "itemStyle": {"color": "transparent"},
            "data": [begin for begin, _ in reckoned],
        }
    ]
    for kind, name in enumerate(_KINDS):
        if kind not in kinds:
            continue
        data = list[Any]()
        for step, (begin, end), own in zip(steps, reckoned, kinds, strict=True):
            if own != kind:
                data.append(0)  # what is missing would take what is stacked on it along
                continue
            change = end - begin
            tip = f"{step.label}\n{format_gbp(change)}"
            if step.pence is not None:
                tip += f"\nrunning total {format_gbp(end)}"
            item: dict[str, Any] = {"value": change, "tip": tip}
            if step.href:
                item["href"] = step.href
            data.append(item)
        style = {"color": f"@{_COLOURS[kind]}", "decal": decal(_DECALS[kind])}
        series.append({**shared, "name": name, "itemStyle": style, "data": data})
    option["series"] = series
    return Drawing(option, height, names)
