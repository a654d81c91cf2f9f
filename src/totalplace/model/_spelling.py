"""Common words with one slip of the pen, put right.

Only the common words of the names of public bodies (council, authority, environment) are put
right, never the words that tell bodies apart: "Enviroment Agency" is the agency, but "Staford
Council" stays nobody. A word of the vocabulary is no slip.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

__all__ = ["Speller", "is_one_slip", "shapes"]

_COMMON_IN = 5
_LEAST_LENGTH = 6


class Speller:
    """Knows the common words of many names, and every word that is not a slip.

    Args:
        names: the words of each name, one name a set.
        distinguishing: words that tell names apart however common they are, such as places.
        ordinary: words that tell nothing apart however rare they are in the names.
    """

    def __init__(
        self,
        names: Iterable[frozenset[str]],
        distinguishing: Iterable[str],
        ordinary: Iterable[str] = (),
    ) -> None:
        in_names = Counter(word for words in names for word in words)
        apart, plain = set(distinguishing), set(ordinary)
        self._words = frozenset(in_names) | apart
        self._by_shape: dict[str, set[str]] = {}
        for word, count in in_names.items():
            is_common = count >= _COMMON_IN or word in plain
            if is_common and len(word) >= _LEAST_LENGTH and word not in apart:
                for shape in shapes(word):
                    self._by_shape.setdefault(shape, set()).add(word)
        self._known: dict[str, str] = {}

    def put_right(self, words: Iterable[str]) -> list[str]:
        """The words, each slip replaced by the one common word that it can be.

        >>> names = [frozenset({"council", f"place{n}"}) for n in range(10)]
        >>> Speller(names, ["place1"]).put_right(["place1", "coucnil"])
        ['place1', 'council']
        """
        return [self._right(word) for word in words]

    def _right(self, word: str) -> str:
        if len(word) < _LEAST_LENGTH - 1 or word in self._words:
            return word
        if word not in self._known:
            meant = {
                common
                for shape in shapes(word)
                for common in self._by_shape.get(shape, ())
                if is_one_slip(word, common)
            }
            self._known[word] = next(iter(meant)) if len(meant) == 1 else word
        return self._known[word]


def shapes(word: str) -> set[str]:
    """The word, and the word without each of its letters: two words one slip apart share one."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def is_one_slip(word: str, other: str) -> bool:
    """Whether one letter is lost, added or replaced, or two neighbours are exchanged."""
    same = 0
    while same < min(len(word), len(other)) and word[same] == other[same]:
        same += 1
    rest, other_rest = word[same:], other[same:]
    if len(word) == len(other):
        exchanged = rest[1::-1] + rest[2:]
        return rest[1:] == other_rest[1:] or exchanged == other_rest
    return rest[1:] == other_rest if len(word) > len(other) else rest == other_rest[1:]
