"""Shares of a whole as areas, in groups when there are any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from totalplace.charts._chart import (
    HATCH,
    Chart,
    Drawing,
    Linked,
    Pence,
    base_option,
    is_narrow,
    told,
)
from totalplace.charts._text import plain, short_gbp
from totalplace.money import format_gbp

__all__ = ["Tile", "treemap"]


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
    return tuple(kept)


def _draw(tiles: tuple[Tile, ...], grouped: bool, width: int) -> Drawing:
    narrow = is_narrow(width)
    groups = dict[str, list[Tile]]()
    for tile in tiles:
        groups.setdefault(tile.group, []).append(tile)
    data: list[dict[str, Any]] = []
    for number, (group, found) in enumerate(groups.items()):
        children = [_tile(tile, number) for tile in found]
        if not grouped:
            data += children
            continue
        money = sum(tile.pence for tile in found)
        name = plain(group or "Without a group")
        data.append(
            {
                "name": name,
                "value": money,
                "tip": f"{group or 'Without a group'}\n{format_gbp(money)}",
                "itemStyle": {"color": "@paper", "borderColor": "@paper"},
                "upperLabel": {"formatter": f"{name}  {short_gbp(money)}"},
                "children": children,
            }
        )
    flat = {"gapWidth": 2, "borderWidth": 0, "borderColor": "@paper"}
    upper = {"show": True, "height": 22, "color": "@ink", "fontWeight": "bold", "fontSize": 12}
    series = {
        "type": "treemap",
        "left": 0,
        "right": 0,
        "top": 0,
        "bottom": 0,
        "roam": False,
        "nodeClick": False,
        "breadcrumb": {"show": False},
        "squareRatio": 1.2,
        "visibleMin": 0,
        "childrenVisibleMin": 0,
        "emphasis": {"disabled": True},
        "itemStyle": {"borderColor": "@paper", "gapWidth": 2},
        "label": {
            "fontSize": 11 if narrow else 12,
            "lineHeight": 14,
            "position": [6, 6],
            "overflow": "truncate",
            "ellipsis": "…",
            "lineOverflow": "truncate",
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
    height = 460 if not narrow else 420 + 24 * (len(groups) if grouped else 0)
    return Drawing(base_option(series=[series]), height)


def _tile(tile: Tile, number: int) -> dict[str, Any]:
    shade = "other" if not tile.key else f"s{number % 6 + 1}"
    item: dict[str, Any] = {
        "name": plain(tile.label),
        "value": tile.pence,
        "tip": f"{tile.label}\n{format_gbp(tile.pence)}",
        "itemStyle": {"color": f"@{shade}", **({"decal": HATCH} if not tile.key else {})},
        "label": {
            "formatter": f"{plain(tile.label)}\n{short_gbp(tile.pence)}",
            "color": f"@on-{shade}",
        },
    }
    if tile.href:
        item["href"] = tile.href
    return item
