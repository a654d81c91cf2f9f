"""Who a payee is: a known public body, another organisation, a person, or a withheld name.

Precision comes first. A name means a body only when it is the body's name, as registered, cut off
by the publisher's system, spelt with usual short forms, with a slip in a common word, with the
name of a department, or followed by a note in brackets. The words that tell bodies apart are never
compared by likeness; a bare place name is nobody's name (``Bury`` is not a council); and a company
is a body only if the body is registered as one (``Pennine Care Ltd`` is no NHS trust). A name that
only public bodies of a kind bear (a primary school) and that the register does not hold is told
as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from totalplace.model import _names
from totalplace.model._bodies import BodyRegister
from totalplace.model._names import normalise_payee
from totalplace.model._payee_names import CUT_LENGTHS, KnownNames, known_names

__all__ = ["PayeeMatch", "normalise_payee", "resolve_payees"]

PayeeKind = Literal["organisation", "individual", "redacted"]

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
        public_kind: the kind of public body that the name says, when the register does not hold
            it (school, parish, council, nhs, ...).
    """

    payee_text: str
    payee_key: str
    payee_kind: PayeeKind
    body_id: str | None
    score: float
    reason: str
    public_kind: str | None = None


def resolve_payees(
    names: Iterable[str],
    register: BodyRegister,
    *,
    payer_id: str | None = None,
    decisions: Mapping[str, str | None] | None = None,
    on: date | None = None,
) -> list[PayeeMatch]:
    """Read each name once, in the order given.

    Args:
        names: payee names as published; repeats are read once and returned each time.
        register: the bodies that are known.
        payer_id: the body whose file the names are from: some names stand for a body in one
            payer's files only.
        decisions: people's decisions, payee name -> body_id, or None for "no body": they win.
        on: the day of the payments: a body that had ended by then is read as the one that took
            over, and of several bodies of a name those that lived. None leaves names as they are.

    Returns:
        One match a name.

    >>> from totalplace.model import body_register
    >>> [match] = resolve_payees(["Greater Manchester Combined Authori"], body_register())
    >>> match.body_id, match.reason
    ('greater-manchester-combined-authority', 'registered name cut at 35 characters')
    """
    known = known_names(register)
    decided = {normalise_payee(name): body_id for name, body_id in (decisions or {}).items()}
    seen: dict[str, PayeeMatch] = {}
    matches = []
    for name in names:
        if name not in seen:
            seen[name] = _read(name, known, payer_id, decided, on)
        matches.append(seen[name])
    return matches


def _read(
    name: str,
    known: KnownNames,
    payer_id: str | None,
    decided: Mapping[str, str | None],
    on: date | None,
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
            return _match(PayeeMatch(name, key, "organisation", None, score, how), found, known, on)
    return _unknown(name, key)


def _unknown(name: str, key: str) -> PayeeMatch:
    """A name that is no known body's: a person's, a kind of public body's or anyone else's."""
    score, how = _names.person(name)
    if score:
        return PayeeMatch(name, key, "individual", None, score, how)
    kind = _names.public_kind(name)
    if kind:
        how = f"the name of a {kind} that the register does not hold"
        return PayeeMatch(name, key, "organisation", None, 0.8, how, kind)
    return PayeeMatch(name, key, "organisation", None, 0.0, "no known public body")


def _match(
    read: PayeeMatch, found: frozenset[str], known: KnownNames, on: date | None
) -> PayeeMatch:
    meant = found if on is None else known.register.alive(found, on)
    if len(meant) == 1:
        [body_id] = meant
        took_over = body_id not in found
        reason = f"{read.reason}; {body_id} took over" if took_over else read.reason
        return replace(read, body_id=body_id, reason=reason)
    listed = ", ".join(sorted(found)[:5])
    return replace(read, score=0.0, reason=f"ambiguous: {read.reason} of {listed}")


def _readings(name: str, known: KnownNames) -> Iterable[tuple[float, frozenset[str], str]]:
    """Score, bodies and way of reading, surest first."""
    nobody = frozenset[str]()
    key = _names.full_key(name)
    yield 1.0, known.as_written.get(_names.spaced(name), nobody), "registered name"
    if _names.has_legal_form(name):
        yield 0.98, known.companies.get(key, nobody), "registered company but for spelling"
        return
    yield 0.98, known.by_key.get(key, nobody), "registered name but for spelling"
    is_cut = len(name) in CUT_LENGTHS
    if is_cut:
        found = known.starting_with(_names.cut_key(name))
        yield 0.97, found, "registered name cut at 35 characters"
    bare = _NOTE.sub("", name)
    if bare != name:
        yield 0.95, known.by_key.get(_names.full_key(bare), nobody), "registered name and a note"
    yield 0.93, known.by_nhs_words.get(_names.nhs_words(key), nobody), "words of an NHS name"
    if is_cut:
        words = _names.nhs_cut_words(name)
        yield 0.92, known.by_nhs_words.get(words, nobody), "words of an NHS name cut at 35"
    yield 0.92, known.misspelt(key), "registered name with a slip in a common word"
    yield 0.91, known.with_part(key), "registered name and a department or account"
    yield 0.9, known.beginning_with_words(key), "first words of one registered name only"
