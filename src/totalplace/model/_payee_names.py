"""The names of the register, turned into the look-ups by which payees are read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from totalplace.model import _names
from totalplace.model._bodies import BodyRegister
from totalplace.model._codelists import load
from totalplace.model._spelling import Speller

__all__ = ["CUT_LENGTHS", "KnownNames", "known_names"]

Key = TypeVar("Key", bound=Hashable)

# Publishers' systems cut names at 35 characters; a trailing space is then stripped.
CUT_LENGTHS = (34, 35)

# Of a name that breaks off between words one of these must stand, and three words in all: then
# the rest of it is not what tells the body apart.
_TELLING = frozenset(
    {"authority", "borough", "hospital", "hospitals", "metropolitan", "nhs", "university"}
)
_FEWEST_WORDS = 3


@dataclass(frozen=True)
class KnownNames:
    """Each key -> the bodies of which it is a name.

    Attributes:
        register: whose names they are.
        as_written: lower case, single spaces.
        companies: keys of names with a legal form.
        by_key: normalised, short forms written out.
        by_nhs_words: the distinguishing words of names of NHS bodies.
        sorted_keys: the keys of by_key in order.
        speller: knows their common words.
    """

    register: BodyRegister
    as_written: Mapping[str, frozenset[str]]
    companies: Mapping[str, frozenset[str]]
    by_key: Mapping[str, frozenset[str]]
    by_nhs_words: Mapping[frozenset[str], frozenset[str]]
    sorted_keys: tuple[str, ...]
    speller: Speller

    def starting_with(self, prefix: str) -> frozenset[str]:
        """Bodies with a registered name that goes on from the prefix."""
        found: set[str] = set()
        for at in range(bisect_left(self.sorted_keys, prefix), len(self.sorted_keys)):
            key = self.sorted_keys[at]
            if not key.startswith(prefix):
                break
            found |= self.by_key[key]
        return frozenset(found)

    def beginning_with_words(self, key: str) -> frozenset[str]:
        """Bodies with a registered name that begins with these whole words; none if too few."""
        words = key.split()
        if len(words) < _FEWEST_WORDS or _TELLING.isdisjoint(words):
            return frozenset()
        found = self.starting_with(f"{key} ")
        return found if len(found) == 1 else frozenset()

    def misspelt(self, key: str) -> frozenset[str]:
        """Bodies of the name that this is when slips in common words are put right."""
        right = " ".join(self.speller.put_right(key.split()))
        return frozenset() if right == key else self.by_key.get(right, frozenset())

    def with_part(self, key: str) -> frozenset[str]:
        """The body whose name the words begin or end with, if the others mean a part of it."""
        words = key.split()
        for size in range(len(words) - 1, 1, -1):
            for name, part in ((words[:size], words[size:]), (words[-size:], words[:-size])):
                if _names.is_part(part) and (found := self.by_key.get(" ".join(name))):
                    return found
        return frozenset()


@lru_cache(maxsize=4)
def known_names(register: BodyRegister) -> KnownNames:
    """The look-ups of a register; a group of bodies and a bare place have no name to be read by."""
    places = {_names.full_key(name) for name in load("area")["name"].to_pylist()}
    as_written: dict[str, set[str]] = {}
    companies: dict[str, set[str]] = {}
    by_key: dict[str, set[str]] = {}
    by_nhs_words: dict[frozenset[str], set[str]] = {}
    official = [(body.name, body.body_id) for body in register.bodies.values()]
    for alias, body_id in [*register.aliases.items(), *official]:
        key = _names.full_key(alias)
        is_group = register.bodies[body_id].kind == "group"
        if key in places or is_group or _names.is_shared_name(key):
            continue
        as_written.setdefault(_names.spaced(alias), set()).add(body_id)
        for spelling in _spellings(key):
            by_key.setdefault(spelling, set()).add(body_id)
        if _names.has_legal_form(alias):
            companies.setdefault(key, set()).add(body_id)
        words = _names.nhs_words(key)
        if words and register.bodies[body_id].kind.startswith("nhs"):
            by_nhs_words.setdefault(words, set()).add(body_id)
    return KnownNames(
        register=register,
        as_written=_frozen(as_written),
        companies=_frozen(companies),
        by_key=_frozen(by_key),
        by_nhs_words=_frozen(by_nhs_words),
        sorted_keys=tuple(sorted(by_key)),
        speller=_speller(by_key, places),
    )


def _spellings(key: str) -> tuple[str, ...]:
    """A city council is also written CC; a county's CC may be its cricket club."""
    name, council, rest = key.rpartition(" city council")
    return (key, f"{name} cc") if council and not rest else (key,)


def _speller(keys: Mapping[str, Iterable[str]], places: Iterable[str]) -> Speller:
    words: dict[str, set[str]] = {}
    for key, body_ids in keys.items():
        for body_id in body_ids:
            words.setdefault(body_id, set()).update(key.split())
    kinds = {"county", "district", "metropolitan"}
    apart = {word for place in places for word in place.split()} - kinds
    names = (frozenset(found) for found in words.values())
    return Speller(names, apart, _names.ordinary_words())


def _frozen(found: Mapping[Key, set[str]]) -> dict[Key, frozenset[str]]:
    return {key: frozenset(ids) for key, ids in found.items()}
