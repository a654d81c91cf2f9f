"""What a chart is: facts laid out for a width, words for who cannot see it, and its table twin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from totalplace.charts._palette import FONT, painted

__all__ = [
    "HATCH",
    "NARROW",
    "WIDE",
    "Cell",
    "Chart",
    "Drawing",
    "Linked",
    "Pence",
    "base_option",
    "is_narrow",
    "told",
]

WIDE = 960
NARROW = 320
_NARROW_BELOW = 560


class Pence(int):
    """A cell of a table twin that is money, in whole pence."""


class Linked(str):
    """A cell of a table twin that leads somewhere: text with an ``href``, which may be empty."""

    __slots__ = ("href",)
    href: str

    def __new__(cls, text: str, href: str = "") -> Linked:
        made = super().__new__(cls, text)
        made.href = href
        return made


Cell = str | int | float | Decimal | None


@dataclass(frozen=True)
class Drawing:
    """One layout.

    Attributes:
        option: an ECharts option whose colours are names of the palette; its data items may
            carry ``tip`` (what is told on hover) and ``href``.
        height: pixels.
        names: what was cut, to what it says in full.
    """

    option: Mapping[str, Any]
    height: int
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Chart:
    """A picture and everything that must go with it.

    Attributes:
        kind: ``sankey``, ``treemap``, ``bars``, ``line``, ``fan``, ``waterfall``, ``heat``
            or ``tornado``.
        title: what it shows.
        description: for a screen reader: what it shows, its main message, and what is not drawn.
        caption: unit, year, price base, source, snapshot, and what is not drawn.
        columns, rows: the table twin. It has every row, also those that are not drawn or merged;
            money is :class:`Pence`, a name is :class:`Linked`, missing is ``None``.
        links: the key of an item to where it leads.
        draw: lays the facts out for a width in pixels.
    """

    kind: str
    title: str
    description: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    links: Mapping[str, str]
    draw: Callable[[int], Drawing]

    @property
    def option(self) -> dict[str, Any]:
        """The plain ECharts option of the wide layout in the light theme."""
        plain: dict[str, Any] = painted(self.draw(WIDE).option, "light")
        return plain

    @property
    def height(self) -> int:
        """The height in pixels of the wide layout."""
        return self.draw(WIDE).height


def is_narrow(width: int) -> bool:
    """Whether a width takes the layout for a small screen."""
    return width < _NARROW_BELOW


def base_option(**parts: Any) -> dict[str, Any]:
    """What every option shares: no animation, the font, ink."""
    return {
        "animation": False,
        "backgroundColor": "transparent",
        "textStyle": {"fontFamily": FONT, "color": "@ink", "fontSize": 12},
        **parts,
    }


def told(sentences: Iterable[str]) -> str:
    """Sentences as one text, each with its full stop."""
    kept = [text.strip() for text in sentences if text.strip()]
    return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in kept)


HATCH = {
    "symbol": "rect",
    "dashArrayX": [1, 0],
    "dashArrayY": [2, 5],
    "rotation": -0.7853981633974483,
    "color": "@hatch",
}
"""Stripes for what is no item of its own but many merged."""
