"""Colours by name, in a light and a dark theme.

A drawing says ``@ink`` or ``@s1`` and a theme says what that is. The six series colours have
the hues of the Government Analysis Function's categorical palette, chosen for people who see
colours differently, darkened until white text on each has a contrast of 4.5; ``on-s1`` is the ink
for a label on ``s1``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

__all__ = ["FONT", "THEMES", "Theme", "contrast", "painted"]

Theme = Literal["light", "dark"]

FONT = "Arimo, 'Liberation Sans', Arial, sans-serif"
_KEYS = frozenset({"color", "borderColor", "textBorderColor", "backgroundColor"})
_INKS = ("#ffffff", "#000000")


def contrast(one: str, other: str) -> float:
    """The contrast of two colours ``#rrggbb``, 1 to 21, as WCAG 2.2 defines it.

    >>> round(contrast("#ffffff", "#767676"), 2)
    4.54
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _with_inks(colours: Mapping[str, str]) -> dict[str, str]:
    """The colours and, for each that a label may lie on, the ink that is read best on it."""
    return {
        **colours,
        **{
            f"on-{name}": max(_INKS, key=lambda ink: contrast(ink, colour))
            for name, colour in colours.items()
            if name.startswith(("s", "ramp-")) or name == "other"
        },
    }


THEMES: Mapping[Theme, Mapping[str, str]] = {
    "light": _with_inks(
        {
            "paper": "#ffffff", "ink": "#0b0c0c", "muted": "#505a5f", "axis": "#6f777b",
            "rule": "#dcdfe1", "flow": "#7d8b99", "other": "#6b7177", "hatch": "#fefefe",
            "s1": "#12436d", "s2": "#1a756d", "s3": "#801650", "s4": "#c7461a", "s5": "#3d3d3d",
            "s6": "#8360bd", "band-1": "#c3d3e2", "band-2": "#92b0cb",
            "ramp-0": "#eef3f8", "ramp-1": "#c9dbeb", "ramp-2": "#93b7d7", "ramp-3": "#4f86b5",
            "ramp-4": "#235c8e", "ramp-5": "#0e3558", "ramp-below": "#f7d0bf",
        }
    ),
    "dark": _with_inks(
        {
            "paper": "#14181b", "ink": "#f3f2f1", "muted": "#b1b4b6", "axis": "#8b9296",
            "rule": "#343b40", "flow": "#8796a5", "other": "#8f979d", "hatch": "#14181c",
            "s1": "#6aa9e0", "s2": "#45c1b3", "s3": "#e583b4", "s4": "#f4934f", "s5": "#c3c7ca",
            "s6": "#bfa3ea", "band-1": "#24394c", "band-2": "#35587a",
            "ramp-0": "#1d2a36", "ramp-1": "#26425c", "ramp-2": "#315f88", "ramp-3": "#4a85b8",
            "ramp-4": "#86b3da", "ramp-5": "#cfe3f4", "ramp-below": "#6b3218",
        }
    ),
}  # fmt: skip


def painted(value: Any, theme: Theme) -> Any:
    """An option with its colours' names replaced by a theme's colours.

    Only what stands under a key of colour is replaced: a label may well be called ``@ink``.

    >>> painted({"color": "@ink", "name": "@ink"}, "light")
    {'color': '#0b0c0c', 'name': '@ink'}
    """
    colours = THEMES[theme]
    if isinstance(value, Mapping):
        return {
            key: colours[item[1:]]
            if key in _KEYS and isinstance(item, str) and item.startswith("@")
            else painted(item, theme)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [painted(item, theme) for item in value]
    return value
