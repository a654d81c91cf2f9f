"""Under which licence each source may be published again, and what must be said for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from totalplace.errors import Problem
from totalplace.model import load

__all__ = [
    "ANY_SOURCE",
    "BODY_PATTERN",
    "Licence",
    "LicensedSource",
    "attributions",
    "known_licences",
    "licence_decision",
    "licence_of",
    "licence_problems",
]

ANY_SOURCE = "*"
BODY_PATTERN = "body:"
_LEAST_PREFIX = 8


@dataclass(frozen=True)
class Licence:
    """A licence of the shipped list.

    Attributes:
        licence_id: identifier, SPDX's where it has one.
        title: its name.
        url: where its text stands; empty for a place's own work.
        attribution: what must be said, with ``{publisher}`` and ``{title}`` and ``{year}``.
        is_open: whether anybody may reuse what is under it.
    """

    licence_id: str
    title: str
    url: str
    attribution: str
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class LicensedSource:
    """What of a source its licence is found by.

    Attributes:
        sha256: of the file.
        publisher: as said when it was added, if it was; else the name of the body whose money it
            holds, if the caller knows it.
        licence: as said when it was added, if it was.
        body_ids: the bodies whose money it holds.
        year: when it was published or received, for the attribution.
    """

    sha256: str
    publisher: str | None = None
    licence: str | None = None
    body_ids: tuple[str, ...] = ()
    year: str = ""


@cache
def known_licences() -> Mapping[str, Licence]:
    """Every spelling of a licence that is known, in lower case -> the licence.

    >>> known_licences()["open government licence v3.0"].licence_id
    'OGL-UK-3.0'
    """
    found: dict[str, Licence] = {}
    for row in load("licence").to_pylist():
        one = Licence(
            licence_id=row["licence_id"],
            title=row["title"],
            url=row["url"] or "",
            attribution=row["attribution"],
            is_open=row["is_open"],
        )
        for name in (row["licence_id"], row["title"], *(row["spellings"] or "").split(";")):
            if name.strip():
                found[_key(name)] = one
        if one.url:
            found[_key(one.url)] = one
    return found


def licence_decision(value: str) -> str:
    """The licence_id that a decision of kind ``licence`` stores for a value as the user gives it.

    Raises:
        KeyError: the list holds no such licence.

    >>> licence_decision("ogl-uk-3.0")
    'OGL-UK-3.0'
    """
    return known_licences()[_key(value)].licence_id


def licence_of(source: LicensedSource, decisions: Mapping[str, str]) -> Licence | None:
    """The licence of a source: a decision about it, its bodies, what it says, or any source.

    Args:
        decisions: what decisions of kind ``licence`` say: a source's SHA-256 or the first eight
            or more characters of it, ``body:<body_id>``, or ``*`` -> licence_id. The most
            particular wins. ``*`` and ``body:`` fill in what a source does not say; only a
            decision on the source itself changes what it says.
    """
    known = known_licences()
    for pattern, value in sorted(decisions.items(), key=lambda item: -len(item[0])):
        if len(pattern) >= _LEAST_PREFIX and source.sha256.startswith(pattern.casefold()):
            return known.get(_key(value))
    if source.licence and (said := known.get(_key(source.licence))):
        return said
    by_body = {decisions.get(f"{BODY_PATTERN}{body_id}") for body_id in source.body_ids}
    if len(by_body) == 1 and (agreed := next(iter(by_body))):
        return known.get(_key(agreed))
    return known.get(_key(decisions[ANY_SOURCE])) if ANY_SOURCE in decisions else None


def licence_problems(
    sources: Iterable[LicensedSource], decisions: Mapping[str, str]
) -> list[Problem]:
    """Why the sources may not be published yet: one problem a source, all at once.

    Args:
        decisions: see `licence_of`.
    """
    problems = []
    for source in sources:
        found = licence_of(source, decisions)
        if found is not None and found.is_open:
            continue
        if found is None and source.licence:
            why = f"it says {source.licence:.80}, which is no licence of the list"
        elif found is None:
            why = "nobody has said under which licence it was published"
        else:
            why = f"its licence, {found.title}, does not allow it"
        problems.append(
            Problem(
                "no_licence",
                "a source may not be published again as far as is known",
                f"source {source.sha256[:12]}"
                + (f" of {', '.join(source.body_ids[:3])}" if source.body_ids else ""),
                why,
                f"look at its publisher's terms, then `totalplace decide {source.sha256[:12]}"
                " --what licence --value OGL-UK-3.0` (or another of the list)",
            )
        )
    return problems


def attributions(
    sources: Sequence[LicensedSource], decisions: Mapping[str, str]
) -> tuple[str, ...]:
    """What must be said for the sources, once for each publisher and licence, in order."""
    said: dict[tuple[str, str], list[str]] = {}
    licences: dict[str, Licence] = {}
    for source in sources:
        licence = licence_of(source, decisions)
        if licence is not None:
            licences[licence.licence_id] = licence
            key = (source.publisher or "the publisher", licence.licence_id)
            said.setdefault(key, []).append(source.year)
    return tuple(
        attribution(licences[licence_id], publisher=publisher, year=max(years))
        for (publisher, licence_id), years in sorted(said.items())
    )


def attribution(licence: Licence, *, publisher: str, year: str) -> str:
    """The sentence that a licence asks for."""
    text = licence.attribution.replace("{publisher}", publisher)
    text = text.replace("{title}", licence.title).replace("{url}", licence.url)
    return " ".join(text.replace("{year}", year).split())


def _key(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip("/.")
