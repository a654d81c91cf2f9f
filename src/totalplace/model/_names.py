"""How the name of a payee is spelt, and whether it reads like a person's or a withheld one.

The words it goes by (legal forms, short forms, forms of address, first names) are data:
``payee_rule.csv`` and ``first_name.csv``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from totalplace.model._codelists import load

__all__ = [
    "cut_key",
    "full_key",
    "has_legal_form",
    "is_name_of_a_kind",
    "is_part",
    "is_shared_name",
    "is_withheld",
    "legal_forms",
    "nhs_cut_words",
    "nhs_words",
    "normalise_payee",
    "ordinary_words",
    "own_names",
    "payers_calling",
    "person",
    "public_kind",
    "sounds_public",
    "spaced",
]

_TRADING_AS = re.compile(r"(?:^|\s)(?:t\s*/\s*a|trading\s+as)(?:\s+|$)")
_NHS_PROVIDER = frozenset(
    {"ambulance", "board", "care", "group", "health", "healthcare", "hospital", "trust"}
)
_NHS_FILLER = frozenset(
    {"nhs", "foundation", "f", "trust", "teaching", "hospital", "the", "and", "of"}
)
_ONE_FORM = {"limited": "ltd", "lt": "ltd", "incorporated": "inc"}
_NHS_LAST = frozenset({"nhs", "foundation", "trust", "hospital", "hospitals"})
_INITIAL = re.compile(r"\b([^\W\d_])\.")
_PLAIN = re.compile(r"[^\W\d_]+(?:[\s,'’&-]+[^\W\d_]+)*[\s,]*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class _Rules:
    redacted: re.Pattern[str]
    noise: frozenset[str]
    written_out: Mapping[str, str]
    titles: frozenset[str]
    organisation_words: frozenset[str]
    not_a_person: frozenset[str]
    not_a_body: frozenset[str]
    own_names: Mapping[tuple[str, str], str]
    first_names: frozenset[str]
    part_words: frozenset[str]
    public_words: frozenset[str]
    public_names: tuple[tuple[str, re.Pattern[str]], ...]
    not_public: Mapping[str, re.Pattern[str]]


@cache
def _rules() -> _Rules:
    kinds: dict[str, list[dict[str, str]]] = {}
    for row in load("payee_rule").to_pylist():
        kinds.setdefault(row["kind"], []).append(row)
    words = {kind: frozenset(row["pattern"] for row in rows) for kind, rows in kinds.items()}
    return _Rules(
        redacted=re.compile("|".join(f"(?:{row['pattern']})" for row in kinds["redacted"])),
        noise=words["noise"],
        written_out={row["pattern"]: row["value"] for row in kinds["abbreviation"]},
        titles=words["title"],
        organisation_words=words["organisation_word"],
        not_a_person=words["not_a_person"],
        not_a_body=words["not_a_body"],
        own_names={
            (row["payer_id"], " ".join(_words(row["pattern"]))): row["value"]
            for row in kinds["own_name"]
        },
        first_names=frozenset(load("first_name")["first_name"].to_pylist()),
        part_words=words["part_word"],
        public_words=words["public_word"],
        public_names=tuple(_by_value(kinds["public_name"]).items()),
        not_public=_by_value(kinds["not_public"]),
    )


def _by_value(rows: Iterable[Mapping[str, str]]) -> dict[str, re.Pattern[str]]:
    """Value -> one pattern for all rows of that value, in the order of the file."""
    patterns: dict[str, list[str]] = {}
    for row in rows:
        patterns.setdefault(row["value"], []).append(f"(?:{row['pattern']})")
    return {value: re.compile("|".join(found)) for value, found in patterns.items()}


@lru_cache(maxsize=64)
def normalise_payee(name: str) -> str:
    """The name without case, punctuation, legal form, leading "the" and what it trades as.

    >>> normalise_payee("The ABC & Sons Ltd. T/A Corner Shop")
    'abc and sons'
    >>> normalise_payee("H.M. Revenue & Customs")
    'hm revenue and customs'
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    for part in _TRADING_AS.split(text):
        kept = [word for word in _words(part) if word not in _rules().noise]
        kept = kept[kept[:1] == ["the"] :]
        if kept:
            return " ".join(kept)
    return " ".join(_words(text))


def is_withheld(name: str) -> bool:
    """Whether the publisher withheld the name.

    >>> is_withheld("REDACTED PERSONAL INFORMATION"), is_withheld("Redactive Events Ltd")
    (True, False)
    """
    return _rules().redacted.fullmatch(spaced(name)) is not None or not normalise_payee(name)


def is_shared_name(key: str) -> bool:
    """Whether a body's name is borne by other organisations too, so that it proves nothing."""
    return key in _rules().not_a_body


def own_names(payer_id: str | None, name: str) -> str | None:
    """The body that this payer calls by this name in its own files, if that is known."""
    return _rules().own_names.get((payer_id or "", " ".join(_words(name.casefold()))))


@cache
def _payers_of_own_names() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for payer_id, words in _rules().own_names:
        found.setdefault(words, set()).add(payer_id)
    return {words: frozenset(payers) for words, payers in found.items()}


def payers_calling(name: str) -> frozenset[str]:
    """The payers that call some body by this name in their own files."""
    return _payers_of_own_names().get(" ".join(_words(name.casefold())), frozenset())


def spaced(text: str) -> str:
    """The text in lower case with single spaces."""
    return " ".join(text.casefold().split())


@lru_cache(maxsize=64)
def full_key(name: str) -> str:
    """The normalised name with usual short forms written out.

    >>> full_key("Bolton MBC"), full_key("Central Mcr Uni Hospital t/a")
    ('bolton metropolitan borough council', 'central manchester university hospital')
    """
    return _written_out(normalise_payee(name).split())


def has_legal_form(name: str) -> bool:
    """Whether the name says that it is a company or partnership: a public authority's does not.

    >>> has_legal_form("Pennine Care Ltd"), has_legal_form("Pennine Care")
    (True, False)
    """
    return not _rules().noise.isdisjoint(_words(name))


def legal_forms(name: str) -> frozenset[str]:
    """The legal forms that the name says, in one spelling each.

    >>> sorted(legal_forms("Acme C.I.C. Limited")), legal_forms("Acme")
    (['cic', 'ltd'], frozenset())
    """
    said = _rules().noise.intersection(_words(name))
    return frozenset(_ONE_FORM.get(word, word) for word in said)


def is_name_of_a_kind(word: str) -> bool:
    """Whether the word is a first name or stands in the name of an area: it tells names apart."""
    return word in _rules().first_names or word in _area_words()


@cache
def _area_words() -> frozenset[str]:
    names = load("area")["name"].to_pylist()
    return frozenset(word for name in names for word in _words(name))


def cut_key(name: str) -> str:
    """As full_key for a name whose last word may be cut: that word is left as it stands."""
    *whole, last = normalise_payee(name).split()
    return f"{_written_out(whole)} {last}".strip()


def nhs_words(key: str) -> frozenset[str]:
    """The distinguishing words of an NHS body's name in any order; none if it is not one's."""
    words = {"hospital" if word == "hospitals" else word for word in key.split()}
    is_nhs = "nhs" in words or {"clinical", "commissioning"} <= words
    if not is_nhs or not words & _NHS_PROVIDER:
        return frozenset()
    rest = frozenset(words - _NHS_FILLER)
    return rest if rest - _NHS_PROVIDER else frozenset()


def nhs_cut_words(name: str) -> frozenset[str]:
    """As nhs_words for a name cut off in one of the words that all NHS trusts bear, without it.

    >>> sorted(nhs_cut_words("Barking Havering & Redbridge Uni NH"))
    ['barking', 'havering', 'redbridge', 'university']
    """
    *whole, last = normalise_payee(name).split()
    words = set(_written_out(whole).split())
    begun = {word for word in _NHS_LAST if word.startswith(last)}
    if not begun or len(last) < 2 or "nhs" not in words | begun:
        return frozenset()
    words = {"hospital" if word == "hospitals" else word for word in words}
    rest = frozenset(words - _NHS_FILLER)
    return rest if len(rest - _NHS_PROVIDER) > 1 else frozenset()


def ordinary_words() -> frozenset[str]:
    """Ordinary words of organisations, departments and public bodies."""
    rules = _rules()
    return rules.organisation_words | rules.part_words | rules.public_words


def is_part(words: Iterable[str]) -> bool:
    """Whether these words, beside a body's name, mean a department or account of that body.

    >>> is_part(["adult", "services"]), is_part(["sports", "club"])
    (True, False)
    """
    return _rules().part_words.issuperset(words)


def public_kind(name: str) -> str | None:
    """The kind of public body that the name says, if it is one that only public bodies bear.

    >>> public_kind("Example Road Primary School"), public_kind("Example School of Dance Ltd")
    ('school', None)
    """
    if has_legal_form(name):
        return None
    key = full_key(name)
    rules = _rules()
    for kind, names in rules.public_names:
        if names.search(key):
            but = rules.not_public.get(kind)
            return None if but is not None and but.search(key) else kind
    return None


def sounds_public(name: str) -> bool:
    """Whether the name may be that of a public body: for a person to look at, never to count by.

    >>> sounds_public("Example County Trust"), sounds_public("Example County Homes Ltd")
    (True, False)
    """
    return not has_legal_form(name) and not _rules().public_words.isdisjoint(_words(name))


def person(name: str) -> tuple[float, str]:
    """Score and reason if the name reads like a person's, else zero and nothing.

    >>> person("Mrs A Example"), person("Example Homes Ltd")
    ((0.95, 'a form of address and a name'), (0.0, ''))
    """
    rules = _rules()
    text = unicodedata.normalize("NFKC", name).replace(".", " ").casefold()
    words = _WORD.findall(text)
    said = [word for word in words if word not in rules.titles]
    not_persons = (rules.organisation_words - {"and"}) | rules.noise
    is_plain = _PLAIN.fullmatch(text.strip()) is not None
    joined = _words(name)
    if not is_plain or not_persons & {*said, *joined} or " ".join(joined) in rules.not_a_person:
        return 0.0, ""
    has_title = words[0] in rules.titles and 0 < len(said) <= 5
    if has_title:
        return 0.95, "a form of address and a name"
    is_couple = "&" in text or "and" in said
    if is_couple or len(said) < len(words) or not 2 <= len(said) <= 4:
        return 0.0, ""
    return _untitled_person(said, is_reversed="," in text)


def _untitled_person(said: Sequence[str], *, is_reversed: bool) -> tuple[float, str]:
    names = [word for word in said if len(word) > 1]
    first = names[-1:] if is_reversed else names[:1]
    if len(names) >= 2 and first[0] in _rules().first_names:
        return 0.9, "a first name and a family name"
    if len(names) == 1 and len(names[0]) > 2 and said[-1] == names[0]:
        return 0.7, "initials and a family name"
    return 0.0, ""


# One name is taken apart by several rules, one after the other.
@lru_cache(maxsize=64)
def _words(text: str) -> tuple[str, ...]:
    """Words of a name; single letters that follow each other are one word (H.M. -> hm)."""
    text = _INITIAL.sub(r"\1 ", text.casefold()).replace("&", " and ")
    text = text.replace("'", "").replace("’", "").replace(".", "")
    words: list[str] = []
    letters = ""
    for word in re.sub(r"[^\w]+|_", " ", text).split():
        if len(word) == 1 and word.isalpha():
            letters += word
            continue
        words += [letters] * bool(letters) + [word]
        letters = ""
    return (*words, *[letters] * bool(letters))


def _written_out(words: Sequence[str]) -> str:
    return " ".join(_rules().written_out.get(word, word) for word in words)
