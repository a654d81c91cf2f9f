"""A table of amounts as shades, each with its amount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
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
from totalplace.charts._text import ellipsis, plain, text_width, value_text, wrap
from totalplace.money import format_gbp

__all__ = ["HeatCell", "heat"]

Number = int | float | Decimal
_SHADES = 6


@dataclass(frozen=True)
class HeatCell:
    """One cell; pence when the unit is ``£``."""

    row: str
    column: str
    value: Number
    href: str = ""


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[HeatCell],
    *,
    title: str,
    description: str,
    caption: str,
    unit: str = "£",
    limit: int = 40,
    heading: str = "Name",
) -> Chart:
    """Rows by columns in the order given, shaded in six equal steps of size; a blank is no value.

    A value below zero has a colour of its own. Beyond ``limit`` the rows are in the table alone.

    Raises:
        ValueError: a cell has no row or column, or two cells share both.
    """
    found = {(cell.row, cell.column): cell for cell in cells}
    if len(found) != len(cells):
        raise ValueError("two cells share a row and a column")
    if any(row not in set(rows) or column not in set(columns) for row, column in found):
        raise ValueError("a cell has no row or column")
    notes = []
    if len(rows) > limit:
        notes.append(f"{len(rows) - limit} more rows are in the table alone")
    return Chart(
        kind="heat",
        title=title,
        description=told([description, *notes]),
        caption=told([caption, *notes]),
        columns=(heading, *columns),
        rows=tuple(
            (Linked(row), *(_cell(found.get((row, column)), unit) for column in columns))
            for row in rows
        ),
        links={f"{cell.row}|{cell.column}": cell.href for cell in cells if cell.href},
        draw=partial(_draw, tuple(rows[:limit]), tuple(columns), found, unit),
    )


def _cell(cell: HeatCell | None, unit: str) -> Any:
    if cell is None:
        return None
    return Pence(int(cell.value)) if unit == "£" else cell.value


def shade(value: Number, largest: Number) -> int:
    """Which of six equal steps from zero to the largest a size is in.

    >>> shade(0, 60), shade(9, 60), shade(-30, 60), shade(60, 60)
    (0, 0, 3, 5)
    """
    if not largest:
        return 0
    share = Decimal(str(abs(value))) / Decimal(str(largest))
    return min(int(share * _SHADES), _SHADES - 1)


def _draw(
    rows: tuple[str, ...],
    columns: tuple[str, ...],
    found: Mapping[tuple[str, str], HeatCell],
    unit: str,
    width: int,
) -> Drawing:
    narrow = is_narrow(width)
    size, inside = (11, 10) if narrow else (12, 12)
    longest = max((text_width(plain(row), size) for row in rows), default=0.0)
    left = min(longest, width * 0.3) + 10
    column = (width - left - 2) / max(len(columns), 1)
    heads = [wrap(plain(name), column - 4, size, lines=3) for name in columns]
    top = max((len(head) for head in heads), default=1) * (size + 2) + 8
    labels = [ellipsis(plain(row), left - 10, size) for row in rows]
    names = {short: row for short, row in zip(labels, rows, strict=True) if short.endswith("…")}
    for head, name in zip(heads, columns, strict=True):
        names |= {part: name for part in head if part.endswith("…")}
    row_at = {row: at for at, row in enumerate(rows)}
    column_at = {name: at for at, name in enumerate(columns)}
    drawn: list[HeatCell] = [cell for (row, _), cell in found.items() if row in row_at]
    largest = max((abs(Decimal(str(cell.value))) for cell in drawn), default=Decimal(0))
    data = list[dict[str, Any]]()
    for cell in drawn:
        step = "below" if cell.value < 0 else shade(cell.value, largest)
        text = value_text(cell.value, unit if unit in {"£", "%"} else "")
        exact = format_gbp(int(cell.value)) if unit == "£" else value_text(cell.value, unit)
        item: dict[str, Any] = {
            "value": [column_at[cell.column], row_at[cell.row], abs(float(cell.value))],
            "tip": f"{cell.row}, {cell.column}\n{exact}",
            "itemStyle": {"color": f"@ramp-{step}"},
            "label": {
                "show": text_width(text, inside) <= column - 3,
                "formatter": text,
                "color": f"@on-ramp-{step}",
            },
        }
        if cell.href:
            item["href"] = cell.href
        data.append(item)
    shared: dict[str, Any] = {
        "type": "category",
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "splitArea": {"show": False},
    }
    inked: dict[str, Any] = {"color": "@ink", "fontSize": size, "interval": 0}
    option = base_option(
        grid={"left": left, "right": 2, "top": top, "bottom": 2, "outerBoundsMode": "none"},
        xAxis={
            **shared,
            "position": "top",
            "data": ["\n".join(head) for head in heads],
            "axisLabel": {**inked, "lineHeight": size + 2, "margin": 6},
        },
        yAxis={**shared, "inverse": True, "data": labels, "axisLabel": inked},
        series=[
            {
                "type": "heatmap",
                "itemStyle": {"borderColor": "@paper", "borderWidth": 1},
                "label": {"fontSize": inside},
                "data": data,
            }
        ],
    )
    return Drawing(option, int(top + 4 + 30 * max(len(rows), 1)), names)
