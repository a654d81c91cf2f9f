"""Whether the words of a name are an organisation's, or tell of a person.

The words it goes by are data: ``organisation_rule.csv``, beside ``payee_rule.csv`` and
``first_name.csv``. A name is taken apart at what separates a name from a note (``t/a``, ``c/o``,
brackets, a dash): only the part that is recognised is ever shown, and only if nothing that may be
a person's stands before it.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from totalplace.disclosure._vocabulary import ordinary_words
from totalplace.model import load

__all__ = ["is_about_a_person", "is_marked_personal", "recognised"]

CUT_LENGTHS = (34, 35)
"""Publishers' systems cut names at 35 characters; a trailing space is then stripped."""

_MOST_INITIALS = 3
_TOKEN = re.compile(r"[^\W_]+(?:\.[^\W\d_](?![^\W_]))*(?:['’][^\W_]+)?")
_REFERENCE_ENDS = re.compile(r"^(?:[#]?\d{5,}\s+)+|(?:\s+[#]?\d{4,})+$")
_LEADING_TRADING_AS = re.compile(r"^t\s?/\s?a\s+", re.IGNORECASE)
_BRACKETED = re.compile(r"(?<=\w\s)\([^()]*\)|(?<=\w)\([^()]*\)")
_LONG_NUMBER = re.compile(r"\d{5,}")
_APOSTROPHES = str.maketrans("", "", "'’.")


@dataclass(frozen=True)
class _Rules:
    forms: frozenset[str]
    cut_forms: frozenset[str]
    phrases: re.Pattern[str]
    never: frozenset[str]
    doubt: frozenset[str]
    apart: re.Pattern[str]
    written_out: Mapping[str, str]
    pairs: frozenset[tuple[str, ...]]
    places: frozenset[str]
    saints: frozenset[str]
    letters: tuple[tuple[str, ...], ...]
    titles: frozenset[str]
    organisation_words: frozenset[str]
    first_names: frozenset[str]


@dataclass(frozen=True)
class _Word:
    """A word of a name in lower case without dots, and where it stands."""

    text: str
    start: int
    end: int


@cache
def _rules() -> _Rules:
    kinds: dict[str, list[str]] = {}
    for row in load("organisation_rule").to_pylist():
        kinds.setdefault(row["kind"], []).append(row["pattern"])
    names = load("payee_rule").to_pylist()
    return _Rules(
        forms=frozenset(kinds["form"]),
        cut_forms=frozenset(kinds["cut_form"]),
        phrases=re.compile("|".join(f"(?:{pattern})" for pattern in kinds["phrase"])),
        never=frozenset(kinds["never"]),
        doubt=frozenset(kinds["doubt"]),
        apart=re.compile("|".join(f"(?:{one})" for one in kinds["apart"]), re.IGNORECASE),
        # three letters or fewer may be initials: D C Example, or DC Example
        written_out={
            row["pattern"]: row["value"]
            for row in names
            if row["kind"] == "abbreviation" and len(row["pattern"]) > _MOST_INITIALS
        },
        pairs=frozenset(tuple(pair.split()) for pair in kinds["pair"]),
        places=frozenset(kinds["place"]),
        saints=frozenset(kinds["saint"]),
        letters=tuple(tuple(one.split()) for one in kinds["letters"]),
        titles=frozenset(kinds["never"]) & {r["pattern"] for r in names if r["kind"] == "title"},
        organisation_words=frozenset(
            row["pattern"] for row in names if row["kind"] == "organisation_word"
        ),
        first_names=frozenset(load("first_name")["first_name"].to_pylist()),
    )


def recognised(name: str) -> tuple[str, str] | None:
    """The public name of an organisation and how it is recognised; None if it is not.

    >>> recognised("ACME CARE LTD (J EXAMPLE)")
    ('ACME CARE LTD', 'a legal form')
    >>> recognised("Example Parish Council")
    ('Example Parish Council', 'words that only organisations bear')
    >>> recognised("J Example T/A Acme Care Ltd"), recognised("Acme Plumbing")
    (None, None)
    """
    text = _REFERENCE_ENDS.sub("", " ".join(unicodedata.normalize("NFKC", name).split()))
    text = _LEADING_TRADING_AS.sub("", text)
    if is_marked_personal(text):
        return None
    is_cut = len(name) in CUT_LENGTHS
    if found := _with_form(text, is_cut=is_cut):
        return found, "a legal form"
    head = _head(text)
    if head and _by_phrase(head) and not _LONG_NUMBER.search(head):
        return head, "words that only organisations bear"
    return None


def is_marked_personal(text: str) -> bool:
    """Whether a word of the text tells of a person: a form of address, a client, an estate.

    >>> is_marked_personal("Exors of A Example Ltd"), is_marked_personal("Example Ltd")
    (True, False)
    """
    rules = _rules()
    words = [word.text for word in _words(text)]
    if not rules.never.isdisjoint(words):
        return True
    return not rules.pairs.isdisjoint(itertools.pairwise(words))


def is_about_a_person(text: str) -> bool:
    """Whether a descriptive text may be about one person.

    It holds a form of address, a first name or initials beside a word that is in no vocabulary, or
    two such words and hardly another.

    >>> is_about_a_person("Agency staff"), is_about_a_person("Expenses of Mrs Example")
    (False, True)
    """
    rules = _rules()
    words = [word.text for word in _words(text)]
    if rules.titles & set(words):
        return True
    plain = rules.organisation_words | ordinary_words()
    unknown = [word for word in words if len(word) > 2 and word not in plain]
    known = [word for word in words if len(word) > 2 and word in plain]
    if any(word in rules.first_names for word in words):
        return len(unknown) > 1 or len(words) == 1
    has_initials = any(len(word) == 1 and word.isalpha() for word in words[:2] + words[-2:])
    if has_initials and len(unknown) in (1, 2) and len(words) <= 4:
        return True
    return len(unknown) > 1 and len(known) < 2


@lru_cache(maxsize=1024)
def _words(text: str) -> tuple[_Word, ...]:
    return tuple(
        _Word(match.group().casefold().translate(_APOSTROPHES), match.start(), match.end())
        for match in _TOKEN.finditer(text)
    )


def _with_form(text: str, *, is_cut: bool) -> str:
    """The name up to its first legal form, if that is all one name; else nothing."""
    rules = _rules()
    words = _words(text)
    for at, word in enumerate(words):
        is_form = word.text in rules.forms or (
            is_cut and at == len(words) - 1 and word.text in rules.cut_forms
        )
        if is_form:
            is_clean = at and _is_clean_before(text[: word.start].rstrip(), words[:at])
            return text[: word.end] if is_clean else ""
    return ""


def _is_clean_before(before: str, words: Sequence[_Word]) -> bool:
    """Whether the words before a legal form are one name, not a person's and then a firm's."""
    rules = _rules()
    if not any(len(word.text) > 1 or word.text.isdigit() for word in words):
        return False
    before = _BRACKETED.sub(_without_note, before)
    found = list(rules.apart.finditer(before))
    if not found:
        return True
    if re.search(r"[([][^)\]]*$", before):
        return False  # the form stands inside brackets: it is a note
    if any(re.search(r"\w", match.group()) or "/" in match.group() for match in found):
        return False
    parts = [part for part in rules.apart.split(before) if part and part.strip()]
    return all(_is_organisational(part) for part in parts[:-1])


def _without_note(bracket: re.Match[str]) -> str:
    """Nothing, for a bracket such as (UK); as it is where it may hold a person's name."""
    rules = _rules()
    words = [word.text for word in _words(bracket.group())]
    is_personal = (
        len(words) > 3
        or any(word in rules.first_names or word in rules.doubt for word in words)
        or _has_initials(words)
    )
    return bracket.group() if is_personal else " "


def _is_organisational(part: str) -> bool:
    """Whether a part of a name holds an organisation's word and nothing of a person."""
    rules = _rules()
    words = [word.text for word in _words(part)]
    said = [word for word in words if word in rules.organisation_words and word != "and"]
    is_personal = any(word in rules.first_names or word in rules.doubt for word in words)
    return bool(said) and not is_personal and not _has_initials(words)


def _head(text: str) -> str:
    """The name before any note."""
    found = _rules().apart.search(text)
    return (text[: found.start()] if found else text).strip(" .,-&'")


def _by_phrase(head: str) -> bool:
    rules = _rules()
    words = [word.text for word in _words(head)]
    if not rules.doubt.isdisjoint(words) or _has_initials(words) or _begins_with_a_person(words):
        return False
    if "and" in words and words[:1] == ["and"]:
        return False
    key = " ".join(rules.written_out.get(word, word) for word in _spoken(head))
    return rules.phrases.search(key) is not None


def _spoken(head: str) -> list[str]:
    words = [word.text for word in _words(head.replace("&", " and "))]
    return words[words[:1] == ["the"] :]


def _has_initials(words: Sequence[str]) -> bool:
    """Whether single letters stand in a name that are not those of a church school."""
    left = list(words)
    for letters in _rules().letters:
        for at in range(len(left) - len(letters) + 1):
            if tuple(left[at : at + len(letters)]) == letters:
                left[at : at + len(letters)] = ["church"] * len(letters)
    return any(len(word) == 1 and word.isalpha() for word in left)


def _begins_with_a_person(words: Sequence[str]) -> bool:
    """Whether the first words may be a person's name: a first name and no saint's or street's."""
    rules = _rules()
    for at, word in enumerate(words[:2]):
        if word not in rules.first_names:
            continue
        after = words[at + 1] if at + 1 < len(words) else ""
        is_saint = at == 1 and words[0] in rules.saints
        is_place = after in rules.places or after in rules.organisation_words
        if not is_saint and not (is_place and at == 0):
            return True
    return False
