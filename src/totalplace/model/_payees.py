"""Who a payee is: a known public body, another organisation, a person, or a withheld name.

Precision comes first. A name means a body only when it is the body's name, as registered, cut off
by the publisher's system, spelt with usual short forms, or followed by a note in brackets. Names
are never compared by likeness; a bare place name is nobody's name (``Bury`` is not a council); and
a company is a body only if the body is registered as one (``Pennine Care Ltd`` is no NHS trust).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, TypeVar

from totalplace.model import _names
from totalplace.model._bodies import BodyRegister
from totalplace.model._codelists import load
from totalplace.model._names import normalise_payee

__all__ = ["PayeeMatch", "normalise_payee", "resolve_payees"]

PayeeKind = Literal["organisation", "individual", "redacted"]
Key = TypeVar("Key", bound=Hashable)

# Publishers' systems cut names at 35 characters; a trailing space is then stripped.
_CUT_LENGTHS = (34, 35)

# A note that follows a name: in brackets (the closing one may be cut off), after - or * or c/o.
_NOTE = re.compile(r"\s*\([^()]*\)?\s*$|\s+-\s.*$|\s*\*.*$|\s+c/o\s.*$", re.IGNORECASE)


@dataclass(frozen=True)
class PayeeMatch:
    """What one payee name was read as.

    Attributes:
        payee_text: the name as published.
        payee_key: the name normalised: spellings of one name share it.
        payee_kind: organisation, individual or redacted.
        body_id: the body it is, if it is a known one.
        score: how sure the reading is, 0 to 1.
        reason: why, in words.
    """

    payee_text: str
    payee_key: str
    payee_kind: PayeeKind
    body_id: str | None
    score: float
    reason: str


def resolve_payees(
    names: Iterable[str],
    register: BodyRegister,
    *,
    payer_id: str | None = None,
    decisions: Mapping[str, str | None] | None = None,
) -> list[PayeeMatch]:
    """Read each name once, in the order given.

    Args:
        names: payee names as published; repeats are read once and returned each time.
        register: the bodies that are known.
        payer_id: the body whose file the names are from: some names stand for a body in one
            payer's files only.
        decisions: people's decisions, payee name -> body_id, or None for "no body": they win.

    Returns:
        One match a name.

    >>> from totalplace.model import body_register
    >>> [match] = resolve_payees(["Greater Manchester Combined Authori"], body_register())
    >>> match.body_id, match.reason
    ('greater-manchester-combined-authority', 'registered name cut at 35 characters')
    """
    known = _known_names(register)
    decided = {normalise_payee(name): body_id for name, body_id in (decisions or {}).items()}
    seen: dict[str, PayeeMatch] = {}
    matches = []
    for name in names:
        if name not in seen:
            seen[name] = _read(name, known, payer_id, decided)
        matches.append(seen[name])
    return matches


def _read(
    name: str,
    known: _Known,
    payer_id: str | None,
    decided: Mapping[str, str | None],
) -> PayeeMatch:
    """A decision, a withheld name, a body, a person or, failing these, an organisation."""
    key = normalise_payee(name)
    if key in decided:
        return PayeeMatch(name, key, "organisation", decided[key], 1.0, "a person's decision")
    if _names.is_withheld(name):
        return PayeeMatch(name, key, "redacted", None, 1.0, "withheld by the publisher")
    own = _names.own_names(payer_id, name)
    if own:
        return PayeeMatch(name, key, "organisation", own, 1.0, "what this payer calls the body")
    for score, found, how in _readings(name, known):
        if found:
            return _match(PayeeMatch(name, key, "organisation", None, score, how), found)
    score, how = _names.person(name)
    if score:
        return PayeeMatch(name, key, "individual", None, score, how)
    return PayeeMatch(name, key, "organisation", None, 0.0, "no known public body")


def _match(read: PayeeMatch, found: frozenset[str]) -> PayeeMatch:
    if len(found) == 1:
        return replace(read, body_id=next(iter(found)))
    listed = ", ".join(sorted(found)[:5])
    return replace(read, score=0.0, reason=f"ambiguous: {read.reason} of {listed}")


def _readings(name: str, known: _Known) -> Iterable[tuple[float, frozenset[str], str]]:
    """Score, bodies and way of reading, surest first."""
    nobody = frozenset[str]()
    key = _names.full_key(name)
    yield 1.0, known.as_written.get(_names.spaced(name), nobody), "registered name"
    if _names.has_legal_form(name):
        yield 0.98, known.companies.get(key, nobody), "registered company but for spelling"
        return
    yield 0.98, known.by_key.get(key, nobody), "registered name but for spelling"
    if len(name) in _CUT_LENGTHS:
        found = known.starting_with(_names.cut_key(name))
        yield 0.97, found, "registered name cut at 35 characters"
    bare = _NOTE.sub("", name)
    if bare != name:
        yield 0.95, known.by_key.get(_names.full_key(bare), nobody), "registered name and a note"
    words = _names.nhs_words(key)
    if words:
        yield 0.93, known.by_nhs_words.get(words, nobody), "words of a registered NHS name"


@dataclass(frozen=True)
class _Known:
    """The register turned into look-ups: each key -> the bodies of which it is a name."""

    as_written: Mapping[str, frozenset[str]]
    companies: Mapping[str, frozenset[str]]
    by_key: Mapping[str, frozenset[str]]
    by_nhs_words: Mapping[frozenset[str], frozenset[str]]
    sorted_keys: tuple[str, ...]

    def starting_with(self, prefix: str) -> frozenset[str]:
        """Bodies with a registered name that goes on from the prefix."""
        found: set[str] = set()
        for key in self.sorted_keys[bisect_left(self.sorted_keys, prefix) :]:
            if not key.startswith(prefix):
                break
            found |= self.by_key[key]
        return frozenset(found)


@lru_cache(maxsize=4)
def _known_names(register: BodyRegister) -> _Known:
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
        by_key.setdefault(key, set()).add(body_id)
        if _names.has_legal_form(alias):
            companies.setdefault(key, set()).add(body_id)
        words = _names.nhs_words(key)
        if words and register.bodies[body_id].kind.startswith("nhs"):
            by_nhs_words.setdefault(words, set()).add(body_id)
    return _Known(
        as_written=_frozen(as_written),
        companies=_frozen(companies),
        by_key=_frozen(by_key),
        by_nhs_words=_frozen(by_nhs_words),
        sorted_keys=tuple(sorted(by_key)),
    )


def _frozen(found: Mapping[Key, set[str]]) -> dict[Key, frozenset[str]]:
    return {key: frozenset(ids) for key, ids in found.items()}
