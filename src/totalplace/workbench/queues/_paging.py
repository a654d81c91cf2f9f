"""The number of a page, as it stands in an address."""

from __future__ import annotations

__all__ = ["page_of"]

_DIGITS = 8


def page_of(text: str) -> int:
    """The page that a text names; the first for all that is no number a page can have.

    >>> page_of("3"), page_of("0"), page_of("x"), page_of("9" * 5_000)
    (3, 1, 1, 1)
    """
    is_number = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    return max(1, int(text)) if is_number else 1
