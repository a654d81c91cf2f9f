"""Which letters a report can hold: none that no form can, and in a PDF none that it cannot show."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["MISSING", "drawable", "letters_of", "printable"]

_FONTS = ("Arimo-Regular.ttf", "Arimo-Bold.ttf")
MISSING = "\N{REPLACEMENT CHARACTER}"


def printable(value: Any) -> Any:
    """The same without control characters, which no form of a report can hold.

    Args:
        value: a text, or a mapping, sequence or dataclass of what may hold texts.

    >>> printable({"name": ["a\\tb", "c\\x00d"]})
    {'name': ['a b', 'c�d']}
    """
    if isinstance(value, str):
        if value.isprintable():
            return value
        return "".join(
            letter if letter.isprintable() else " " if letter.isspace() else MISSING
            for letter in value
        )
    if isinstance(value, Mapping):
        return {printable(name): printable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(printable(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{one.name: printable(getattr(value, one.name)) for one in fields(value)}
        )
    return value


def drawable(text: str) -> str:
    """The text with a mark in the place of each letter that the report's fonts do not have.

    >>> drawable("Ynys Môn, 文")
    'Ynys Môn, �'
    """
    if text.isascii():
        return text
    known = _known()
    return "".join(letter if ord(letter) in known else MISSING for letter in text)


@cache
def _known() -> frozenset[int]:
    vendor = files("totalplace.charts").joinpath("vendor")
    regular, bold = (letters_of(vendor.joinpath(name).read_bytes()) for name in _FONTS)
    return (regular & bold) | frozenset(range(128))


def letters_of(font: bytes) -> frozenset[int]:
    """The code points of a TrueType font's character map (OpenType 1.9, table ``cmap``).

    Formats 4 (the basic plane) and 12 (all planes) are read; a font without either has none.
    """
    number = struct.unpack_from(">H", font, 4)[0]
    tables = {
        font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0]
        for at in range(12, 12 + 16 * number, 16)
    }
    begin = tables.get(b"cmap")
    if begin is None:
        return frozenset()
    found: set[int] = set()
    for at in range(begin + 4, begin + 4 + 8 * struct.unpack_from(">H", font, begin + 2)[0], 8):
        platform, _, offset = struct.unpack_from(">HHI", font, at)
        shape = struct.unpack_from(">H", font, begin + offset)[0]
        if platform in {0, 3} and shape == 4:
            found.update(_segments(font, begin + offset))
        elif platform in {0, 3} and shape == 12:
            found.update(_groups(font, begin + offset))
    return frozenset(found)


def _segments(font: bytes, at: int) -> Iterable[int]:
    """Format 4: segments of code points, each with a shift or a list of glyphs."""
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends, starts, shifts, offsets = (
        struct.unpack_from(f">{count}H", font, at + 14 + part * 2 * count + (2 if part else 0))
        for part in range(4)
    )
    base = at + 16 + 6 * count
    for number, (end, start, shift, offset) in enumerate(
        zip(ends, starts, shifts, offsets, strict=True)
    ):
        for letter in range(start, end + 1):
            if letter == 0xFFFF:
                continue
            if offset == 0:
                glyph = (letter + shift) % 65536
            else:
                place = base + 2 * number + offset + 2 * (letter - start)
                glyph = struct.unpack_from(">H", font, place)[0]
            if glyph:
                yield letter


def _groups(font: bytes, at: int) -> Iterable[int]:
    """Format 12: ranges of code points, glyphs one after another."""
    count = struct.unpack_from(">I", font, at + 12)[0]
    for number in range(count):
        start, end, glyph = struct.unpack_from(">III", font, at + 16 + 12 * number)
        yield from range(start + (glyph == 0), end + 1)
