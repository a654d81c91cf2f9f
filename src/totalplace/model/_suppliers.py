"""One supplier under several spellings: names that mean the same organisation are grouped.

Deterministic, and careful before it is complete. Two names are one supplier when they are the same
but for the legal form, punctuation, spacing and short forms; when they are the same words in
another order; when one is the other cut off by the publisher's system; or when they differ by one
slip of the pen in a long word that hardly any other name has. Names that differ in a number, or in
a word that several names have, are never one supplier; nor are a Ltd and a PLC of one name. People
and withheld names are in no group.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from totalplace.model import _names
from totalplace.model._payee_names import CUT_LENGTHS
from totalplace.model._spelling import is_one_slip, shapes

__all__ = ["SupplierGroup", "supplier_groups"]

_SAME = "same but for legal form, punctuation, spacing or short forms"
_ORDER = "same words in another order"
_CUT = "cut off at 35 characters"
_SLIP = "one slip of the pen"

# A reference that a card system glues to the name; shorter numbers tell suppliers apart.
_REFERENCE = re.compile(r"\d{6,}")
_MARK = re.compile(r"^(?:xxx+|zzz+)\s*", re.IGNORECASE)
_CUT_FORMS = frozenset({"l", "li", "lim", "limi", "limit", "limite", "p", "pl", "ll"})
_SMALL_WORDS = frozenset({"and", "the", "t", "a"})
_LEAST_CUT = 18
_LEAST_SLIP = 10
# One more for another letter: Barton and Burton are two towns.
_LEAST_SLIP_WORD = 6
_RARE_IN = 2


@dataclass(frozen=True)
class SupplierGroup:
    """One supplier.

    Attributes:
        supplier_id: made from its name; the same whenever the group's first key is.
        name: its longest spelling (the first of those in order of letters).
        names: every spelling, in order of letters.
        reasons: spelling -> why it belongs to the group.
    """

    supplier_id: str
    name: str
    names: tuple[str, ...]
    reasons: Mapping[str, str]


def supplier_groups(names: Iterable[str]) -> list[SupplierGroup]:
    """Group names of organisations by supplier; a supplier of one spelling is a group too.

    Args:
        names: as published. Leave out the names of known bodies: those have their own identity.
            People and withheld names are left out here.

    Returns:
        The groups, by name.

    >>> [one.names for one in supplier_groups(["Acme Care Ltd", "ACME CARE LIMITED", "Acme 2 Ltd"])]
    [('ACME CARE LIMITED', 'Acme Care Ltd'), ('Acme 2 Ltd',)]
    """
    kept = sorted(
        {name for name in names if not _names.is_withheld(name) and not _names.person(name)[0]}
    )
    spelt = {name: _words(name) for name in kept}
    first = {name: "".join(words) for name, words in spelt.items()}
    by_key = _by_form(_grouped(first))
    parents, reasons = _joined(by_key, spelt)
    groups: dict[str, list[str]] = {}
    for key in by_key:
        groups.setdefault(_top(parents, key), []).append(key)
    found = []
    for top, keys in groups.items():
        told = {name: reasons.get(key, _SAME) for key in keys for name in by_key[key]}
        best = min(by_key[top], key=lambda name: (-len(name), name))
        told[best] = "the supplier's name"
        digest = hashlib.sha256(min(keys).encode()).hexdigest()
        found.append(SupplierGroup(f"s-{digest[:12]}", best, tuple(sorted(told)), told))
    return sorted(found, key=lambda group: group.name)


def _words(name: str) -> tuple[str, ...]:
    """The words that name the supplier: no legal form, short forms written out."""
    text = _REFERENCE.sub(" ", _MARK.sub("", name))
    words = (_names.full_key(text) or _names.full_key(name)).split()
    if len(name) in CUT_LENGTHS and len(words) > 1 and words[-1] in _CUT_FORMS:
        words.pop()
    return tuple(word for word in words if word not in _SMALL_WORDS) or tuple(words)


def _grouped(keys: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, key in keys.items():
        found.setdefault(key, []).append(name)
    return found


def _by_form(by_key: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Names of one key, apart where their legal forms exclude each other."""
    found: dict[str, list[str]] = {}
    for key, names in by_key.items():
        forms = {name: _names.legal_forms(name) for name in names}
        said = {form for form in forms.values() if form}
        if not said or frozenset.intersection(*said):
            found[key] = names
            continue
        for name in names:
            form = "+".join(sorted(forms[name]))
            found.setdefault(f"{key} ({form})", []).append(name)
    return found


def _joined(
    by_key: Mapping[str, list[str]], spelt: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, str], dict[str, str]]:
    """Key -> the key that it joins, and why; a key that others join joins none by a slip."""
    words = {key: spelt[names[0]] for key, names in by_key.items()}
    parents: dict[str, str] = {}
    reasons: dict[str, str] = {}

    def join(child: str, parent: str, why: str) -> None:
        child, parent = _top(parents, child), _top(parents, parent)
        if child != parent:
            parents[child] = parent
            reasons.setdefault(child, why)

    by_order: dict[tuple[str, ...], str] = {}
    for key in by_key:
        if "(" not in key:
            parent = by_order.setdefault(tuple(sorted(words[key])), key)
            join(key, parent, _ORDER)
    for child, parent in _cut(by_key):
        join(child, parent, _CUT)
    slipped: set[str] = set()
    meant: set[str] = set()
    for child, parent in _slips(by_key, words):
        if child not in slipped and child not in meant and parent not in slipped:
            join(child, parent, _SLIP)
            slipped.add(child)
            meant.add(parent)
    return parents, reasons


def _top(parents: Mapping[str, str], key: str) -> str:
    while key in parents:
        key = parents[key]
    return key


def _cut(by_key: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Keys of cut names, and the one key that goes on from each."""
    keys = sorted(by_key)
    for at, key in enumerate(keys):
        if len(key) < _LEAST_CUT or not any(_is_cut(name) for name in by_key[key]):
            continue
        longer: list[str] = []
        for other in keys[at + 1 :]:
            if not other.startswith(key) or len(longer) > 1:
                break
            longer.append(other)
        if len(longer) == 1 and not _differ_in_numbers(key, longer[0]):
            yield key, longer[0]


def _is_cut(name: str) -> bool:
    """Whether the name may be cut off: its length says so, and it does not end in a legal form."""
    return len(name) in CUT_LENGTHS and not _names.legal_forms(name.rsplit(maxsplit=1)[-1])


def _slips(
    by_key: Mapping[str, list[str]], words: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str]]:
    """Keys with a slip, and the key that is meant: the one with the commoner word."""
    used_in = Counter(word for key in words for word in set(words[key]))
    by_shape: dict[int, list[str]] = {}
    for key in sorted(by_key):
        if len(key) < _LEAST_SLIP or "(" in key:
            continue
        met = dict.fromkeys(
            other for shape in shapes(key) for other in by_shape.get(hash(shape), ())
        )
        for other in sorted(met):
            if is_one_slip(key, other) and not _differ_in_numbers(key, other):
                pair = _meant(key, other, words, used_in)
                if pair:
                    yield pair
        for shape in shapes(key):
            by_shape.setdefault(hash(shape), []).append(key)


def _meant(
    key: str, other: str, words: Mapping[str, Sequence[str]], used_in: Mapping[str, int]
) -> tuple[str, str] | None:
    """The pair as (slip, meant) if the words that differ allow it."""
    mine = [word for word in words[key] if word not in words[other]]
    theirs = [word for word in words[other] if word not in words[key]]
    if len(mine) != 1 or len(theirs) != 1 or mine[0][0] != theirs[0][0]:
        return None
    one, two = mine[0], theirs[0]
    short, long = sorted((one, two), key=len)
    if f"{short}s" == long:
        is_slip = len(short) >= _LEAST_SLIP_WORD - 1 and not short.endswith("s")
    else:
        is_rare = min(used_in[one], used_in[two]) <= _RARE_IN
        is_other_letter = len(short) == len(long) and sorted(short) != sorted(long)
        is_slip = is_rare and len(short) >= _LEAST_SLIP_WORD + is_other_letter
        is_slip = is_slip and not (_names.is_name_of_a_kind(one) and _names.is_name_of_a_kind(two))
    if not is_slip:
        return None
    rarer = (used_in[one], one) < (used_in[two], two)
    return (key, other) if rarer else (other, key)


def _differ_in_numbers(key: str, other: str) -> bool:
    return re.findall(r"\d+", key) != re.findall(r"\d+", other)
