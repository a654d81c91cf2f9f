"""Which words of the sources are public: texts of lines, and names of files and their members."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache, lru_cache

from totalplace.disclosure._hidden import words_of
from totalplace.disclosure._recognise import is_about_a_person
from totalplace.disclosure._vocabulary import label_key
from totalplace.model import load

__all__ = ["LEAST_LINES", "LEAST_PAYEES", "file_name_is_public", "text_is_public"]

LEAST_LINES = 10
LEAST_PAYEES = 5
"""A text is public when it stands on so many lines of so many payees of one payer."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_NUMBER = re.compile(r"[0-9]{1,8}(?:st|nd|rd|th)?|q[1-4]|v[0-9]+|fy[0-9]{2,4}")
_LETTERED = frozenset({"annex", "appendix", "form", "part", "ro", "sheet", "table"})
_COMMON_IN = 5
_LONG_NUMBER = re.compile(r"\d{5,}")


def text_is_public(text: str, *, lines: int, payees: int, labels: Collection[str]) -> bool:
    """Whether a descriptive text of a payer's lines is public.

    It is when it is a label of a code list, or stands on at least ten lines of at least five
    different payees of that payer and does not look like a person's name or a reference.

    Args:
        lines: on how many lines of the payer it stands.
        payees: for how many different payees of the payer.
        labels: public labels, as `label_key` writes them.
    """
    if label_key(text) in labels:
        return True
    if lines < LEAST_LINES or payees < LEAST_PAYEES:
        return False
    return not is_about_a_person(text) and not _LONG_NUMBER.search(text)


@cache
def _file_words() -> frozenset[str]:
    names = [text for table in ("area", "stream") for text in load(table)["name"].to_pylist()]
    known = {word for name in names for word in words_of(name)}
    # a word of few bodies may be a family name: Jones, Price
    in_bodies = Counter(
        word for name in load("body")["name"].to_pylist() for word in set(words_of(name))
    )
    known |= {word for word, count in in_bodies.items() if count >= _COMMON_IN}
    known -= set(load("first_name")["first_name"].to_pylist())
    return frozenset(known) | frozenset(load("file_word")["word"].to_pylist())


@lru_cache(maxsize=8)
def _words_of_all(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for text in texts for word in words_of(text))


def file_name_is_public(name: str, own_words: Iterable[str] = ()) -> bool:
    """Whether every word of a file's or member's name is known vocabulary.

    Words of bodies and areas, of formats, months and of what such files are called are known, and
    numbers of up to eight digits (a date); a first name never is.

    Args:
        own_words: names of the place's own bodies and areas.

    >>> file_name_is_public("Trafford_spend_over_500_May-2024.csv")
    True
    >>> file_name_is_public("Trafford_spend_J_Example_May-2024.csv")
    False
    """
    known, own = _file_words(), _words_of_all(tuple(own_words))
    pieces = [piece for piece in re.split(r"[\W_]+", name) if piece]
    parts = [
        part
        for piece in pieces
        for part in ([piece] if _NUMBER.fullmatch(piece.casefold()) else _CAMEL.split(piece))
    ]
    return all(
        _NUMBER.fullmatch(part.casefold())
        # one letter may be an initial, but not in Table A
        or (len(part) == 1 and before.casefold() in _LETTERED)
        or (len(part) > 1 and all(word in known or word in own for word in words_of(part)))
        for before, part in zip(["", *parts], parts, strict=False)
    )
