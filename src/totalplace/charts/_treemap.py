"""Shares of a whole as areas, in groups when there are any."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from totalplace.charts._chart import (
    Chart,
    Drawing,
    Linked,
    Pence,
    base_option,
    is_narrow,
    told,
)
from totalplace.charts._text import ellipsis, plain, short_gbp, text_width, wrap
from totalplace.money import format_gbp

__all__ = ["Tile", "treemap"]

_RATIO = 1.2
_HEAD = 22
_LINE = 14
_PAD = 6
_STUB = 7


@dataclass(frozen=True)
class Tile:
    """One part of the whole, in pence; ``group`` is the name it is drawn under, or empty."""

    key: str
    label: str
    pence: int
    group: str = ""
    href: str = ""


def treemap(
    tiles: Sequence[Tile],
    *,
    title: str,
    description: str,
    caption: str,
    limit: int = 60,
    heading: str = "Name",
) -> Chart:
    """Tiles whose areas are money; beyond ``limit`` the smallest of a group are one "Other (n)".

    A tile of zero or less has no area: it is told with the sum, and is in the table.

    Raises:
        ValueError: two tiles share a key.
    """
    if len({tile.key for tile in tiles}) != len(tiles):
        raise ValueError("two tiles share a key")
    drawn = [tile for tile in tiles if tile.pence > 0]
    rest = [tile.pence for tile in tiles if tile.pence <= 0]
    shown = capped(drawn, limit)
    notes = []
    if rest:
        notes.append(
            f"{len(rest)} of zero or less, {format_gbp(sum(rest))} together, cannot be drawn: see"
            " the table"
        )
    if len(shown) < len(drawn):
        notes.append("The smallest are drawn together as Other: the table has each")
    grouped = any(tile.group for tile in tiles)
    return Chart(
        kind="treemap",
        title=title,
        description=told([description, *notes]),
        caption=told([caption, *notes]),
        columns=(*(("Group",) if grouped else ()), heading, "Amount"),
        rows=tuple(
            (
                *((tile.group,) if grouped else ()),
                Linked(tile.label, tile.href),
                Pence(tile.pence),
            )
            for tile in sorted(tiles, key=lambda tile: (-tile.pence, tile.key))
        ),
        links={tile.key: tile.href for tile in tiles if tile.href},
        draw=partial(_draw, shown, grouped),
    )


def capped(tiles: Sequence[Tile], limit: int) -> tuple[Tile, ...]:
    """The largest tiles, largest first, and one for the rest of each group, sums unchanged.

    A group whose rest is a single tile keeps it.
    """
    ranked = sorted(tiles, key=lambda tile: (-tile.pence, tile.key))
    if len(ranked) <= limit:
        return tuple(ranked)
    groups = {tile.group for tile in tiles}
    kept = ranked[: max(limit - len(groups), 0)]
    rest = ranked[len(kept) :]
    for group in sorted(groups):
        mine = [tile for tile in rest if tile.group == group]
        if len(mine) == 1:
            kept += mine
        elif mine:
            money = sum(tile.pence for tile in mine)
            kept.append(Tile("", f"Other ({len(mine)})", money, group))
    return tuple(sorted(kept, key=lambda tile: (-tile.pence, tile.key)))


def _draw(tiles: tuple[Tile, ...], grouped: bool, width: int) -> Drawing:
    narrow = is_narrow(width)
    size = 11 if narrow else 12
    groups = dict[str, list[Tile]]()
    for tile in tiles:
        groups.setdefault(tile.group, []).append(tile)
    order = sorted(groups, key=lambda group: -sum(tile.pence for tile in groups[group]))
    height = 420 + 24 * len(order) * grouped if narrow else 460
    # rooms of a grouped map are those ECharts gives: gaps of 4, a border of 1, a heading of 22
    if grouped:
        sums = [sum(tile.pence for tile in groups[group]) for group in order]
        halls = squarified(sums, width + 4, height + 4, gap=4)
    else:
        halls = [(float(width), float(height))] * len(order)
    names = dict[str, str]()
    data: list[dict[str, Any]] = []
    for number, (group, (wide, high)) in enumerate(zip(order, halls, strict=True)):
        found = groups[group]
        inner = (wide, high - _HEAD + 1) if grouped else (wide + 2, high + 2)
        rooms = squarified([tile.pence for tile in found], *inner, gap=2)
        children = [
            _tile(tile, number, room, size, names) for tile, room in zip(found, rooms, strict=True)
        ]
        if not grouped:
            data += children
            continue
        money = sum(tile.pence for tile in found)
        full = group or "Without a group"
        heading = _heading(plain(full), short_gbp(money), wide - 2, names, full)
        data.append(
            {
                "name": plain(full),
                "value": money,
                "tip": f"{full}\n{format_gbp(money)}",
                "itemStyle": {"color": "@paper", "borderColor": "@paper"},
                "upperLabel": {"formatter": heading},
                "children": children,
            }
        )
    flat = {"gapWidth": 2, "borderWidth": 0, "borderColor": "@paper"}
    upper = {"show": True, "height": _HEAD, "color": "@ink", "fontWeight": "bold", "fontSize": 12}
    series = {
        "type": "treemap",
        "left": 0,
        "right": 0,
        "top": 0,
        "bottom": 0,
        "roam": False,
        "nodeClick": False,
        "breadcrumb": {"show": False},
        "squareRatio": _RATIO,
        "visibleMin": 0,
        "childrenVisibleMin": 0,
        "emphasis": {"disabled": True},
        "itemStyle": {"borderColor": "@paper", "gapWidth": 2},
        "label": {
            "fontSize": size,
            "lineHeight": _LINE,
            "position": [_PAD, _PAD],
            "padding": 0,
            "overflow": "none",
        },
        "upperLabel": {"show": False},
        "levels": [
            {"itemStyle": {**flat, "gapWidth": 4 if grouped else 2}},
            *(
                [
                    {"itemStyle": {**flat, "borderWidth": 1}, "upperLabel": upper},
                    {"itemStyle": flat},
                ]
                if grouped
                else [{"itemStyle": flat}]
            ),
        ],
        "data": data,
    }
    return Drawing(base_option(series=[series]), height, names)


def _heading(name: str, money: str, space: float, names: dict[str, str], full: str) -> str:
    """Name and money over a group; where the name would be a stub, nothing."""
    short = ellipsis(name, space - text_width(f"  {money}", 13), 13)
    if short == name:
        return f"{short}  {money}"
    if len(short) <= _STUB:
        # ECharts takes an empty text for none, and writes the name
        return " "
    names[f"{short}  {money}"] = full
    return f"{short}  {money}"


def _tile(
    tile: Tile, number: int, room: tuple[float, float], size: int, names: dict[str, str]
) -> dict[str, Any]:
    shade = "other" if not tile.key else f"s{number % 6 + 1}"
    text = _label(tile, room, size, names)
    item: dict[str, Any] = {
        "name": plain(tile.label),
        "value": tile.pence,
        "tip": f"{tile.label}\n{format_gbp(tile.pence)}",
        "itemStyle": {"color": f"@{shade}"},
        "label": {"show": bool(text), "formatter": text, "color": f"@on-{shade}"},
    }
    if tile.href:
        item["href"] = tile.href
    return item


def _label(tile: Tile, room: tuple[float, float], size: int, names: dict[str, str]) -> str:
    """Name and money for the room there is: money is never cut, and a name of a letter is none."""
    money, space = short_gbp(tile.pence), room[0] - 2 * _PAD + 1
    lines = int((room[1] - _PAD - 2) // _LINE)
    if lines < 1 or space < max(text_width(money, size), 34):
        return ""
    name = plain(tile.label)
    if lines == 1:
        one = f"{ellipsis(name, space - text_width(f'  {money}', size), size)}  {money}"
        return one if one.startswith(name) else money
    made = wrap(name, space, size, lines=min(lines - 1, 3))
    for line in made:
        if line.endswith("…"):
            names[line] = tile.label
    return "\n".join([*made, money])


def squarified(
    sizes: Sequence[int], width: float, height: float, *, gap: float
) -> list[tuple[float, float]]:
    """How wide and high ECharts makes each tile of sizes in falling order, in pixels.

    The method of Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000), as ECharts has it: a
    row takes tiles while its worst shape gets no worse. Only labels depend on it.
    """
    total, rooms = sum(sizes), list[tuple[float, float]]()
    areas = [size / total * width * height for size in sizes]
    row = list[float]()
    best = math.inf
    at = 0
    while at < len(areas):
        side = min(width, height)
        score = _worst([*row, areas[at]], side)
        if score <= best:
            row.append(areas[at])
            best, at = score, at + 1
            if at < len(areas):
                continue
        depth = sum(row) / side if side else 0.0
        last = at == len(areas)
        along = width <= height
        depth = (height if along else width) if last else depth
        for area in row:
            step = area / depth if depth else 0.0
            shape = (step, depth) if along else (depth, step)
            rooms.append((max(shape[0] - gap, 0.0), max(shape[1] - gap, 0.0)))
        width, height = (width, height - depth) if along else (width - depth, height)
        row, best = [], math.inf
    return rooms


def _worst(row: Sequence[float], side: float) -> float:
    square, shape = sum(row) ** 2, side * side * _RATIO
    return max(shape * max(row) / square, square / (shape * min(row))) if square else math.inf
