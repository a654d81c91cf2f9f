"""Words and numbers as they are drawn: short money, text that fits, text that is safe.

Widths are those of Arial, Helvetica, Liberation Sans and Arimo, from Adobe's font metrics of
Helvetica; ECharts lays out with the same. They decide where a name is cut, never what a number is.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

__all__ = [
    "drawable",
    "ellipsis",
    "plain",
    "scale_of",
    "short_gbp",
    "text_width",
    "value_text",
    "wrap",
]

_UNITS = ((100_000_000_000, "bn"), (100_000_000, "m"), (100_000, "k"))
_AXES = {"bn": "£ billion", "m": "£ million", "k": "£ thousand"}
_EM = 1000
_WIDTHS = {
    191: "'", 222: "ijl", 260: "|", 278: " !,./:;I[\\]ft", 333: "()-r`", 334: "{}", 350: "•",
    355: '"', 389: "*", 469: "^", 500: "Jckvsxyz", 556: "#$0123456789?Labdeghnopqu_£–",
    584: "+<=>~×", 611: "FTZ", 667: "&ABEKPSVXY", 722: "CDHNRUw", 778: "GOQ", 833: "Mm",
    889: "%", 944: "W", 1000: "…—", 1015: "@",
}  # fmt: skip
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_NOT_DRAWN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_JOINER = "\u200d"


def short_gbp(pence: int) -> str:
    """Money for a label: three digits or so, rounded half away from zero.

    >>> [short_gbp(p) for p in (123_456_789_000, 3_450_000_000, 82_012_300, -41_250, 99)]
    ['£1.2bn', '£34.5m', '£820k', '-£413', '£0.99']
    >>> short_gbp(99_999_999), short_gbp(0), short_gbp(401_813)
    ('£1m', '£0', '£4,018')
    """
    sign, size = ("-" if pence < 0 else ""), abs(pence)
    for unit, name in _UNITS:
        if name == "k" and size < 1_000_000:
            # thousands without tenths would tell a head's money from another's no more
            break
        if (size * 1000 + unit // 2) // unit >= 1000:
            tenths = (size * 10 + unit // 2) // unit
            if name == "k" or tenths >= 1000:
                return f"{sign}£{(size + unit // 2) // unit}{name}"
            whole, tenth = divmod(tenths, 10)
            return f"{sign}£{whole}{f'.{tenth}' if tenth else ''}{name}"
    if size and size < 1000:
        return f"{sign}£{size // 100}.{size % 100:02d}"
    return f"{sign}£{(size + 50) // 100:,}"


def value_text(value: int | float | Decimal | None, unit: str) -> str:
    """A value as its label: pence when the unit is ``£``, else the number with its unit.

    >>> value_text(3_450_000_000, "£"), value_text(12.5, "%"), value_text(1234, "people")
    ('£34.5m', '12.5%', '1,234 people')
    """
    if value is None:
        return "–"
    if unit == "£":
        return short_gbp(int(value))
    return f"{value:,}{unit}" if unit in {"", "%"} else f"{value:,} {unit}"


def scale_of(largest: int, unit: str) -> tuple[int, str]:
    """What values of an axis are divided by, and what the axis is then called.

    >>> scale_of(3_450_000_000, "£"), scale_of(12, "%")
    ((100000000, '£ million'), (1, '%'))
    """
    if unit != "£":
        return 1, unit
    for size, name in _UNITS:
        if abs(largest) >= size:
            return size, _AXES[name]
    return 100, "£"


def drawable(text: str) -> str:
    """Text with a space for what XML cannot hold; line breaks stay."""
    return "\n".join(_NOT_DRAWN.sub(" ", line) for line in text.split("\n"))


def plain(text: str) -> str:
    """Text without control characters, on one line, and without ECharts' template braces.

    >>> plain("a {b}\\n\\x00c")
    'a (b) c'
    """
    cleaned = _NOT_DRAWN.sub(" ", text).replace("{", "(").replace("}", ")")
    return " ".join(cleaned.split())


def text_width(text: str, size: int) -> float:
    """How wide a line is in pixels at a font size."""
    return sum(map(_letter_width, text)) * size / _EM


def _letter_width(letter: str) -> int:
    if letter in _WIDTH:
        return _WIDTH[letter]
    if unicodedata.combining(letter) or letter == _JOINER:
        return 0
    base = unicodedata.normalize("NFD", letter)[0]
    if base in _WIDTH:
        return _WIDTH[base]
    return _EM if unicodedata.east_asian_width(letter) in "WF" else 640


def ellipsis(text: str, pixels: float, size: int) -> str:
    """The text, cut with an ellipsis when it is wider than the space.

    >>> ellipsis("Manchester City Council", 80, 12)
    'Manchester…'
    """
    if text_width(text, size) <= pixels:
        return text
    left = pixels - text_width("…", size)
    kept = ""
    for letter in text:
        left -= text_width(letter, size)
        if left < 0:
            break
        kept += letter
    return kept.rstrip(f" ,.-&({_JOINER}") + "…"


def wrap(text: str, pixels: float, size: int, *, lines: int = 2) -> list[str]:
    """The text on at most so many lines, broken at spaces; the last is cut with an ellipsis.

    >>> wrap("Manchester City Council", 90, 12)
    ['Manchester City', 'Council']
    """
    words, made = text.split(), list[str]()
    while words and len(made) < lines - 1:
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", size) <= pixels:
            line += f" {words.pop(0)}"
        made.append(ellipsis(line, pixels, size))
    return [*made, ellipsis(" ".join(words), pixels, size)] if words else made or [""]
