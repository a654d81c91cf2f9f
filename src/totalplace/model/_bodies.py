"""Public bodies: found by identifier, by a code of a public scheme, by name or by alias."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import pyarrow as pa

from totalplace.errors import Problem, RequestError
from totalplace.model._codelists import load

__all__ = ["Body", "BodyRegister", "body_register"]


@dataclass(frozen=True)
class Body:
    """One body, as in the ``body`` table.

    Attributes:
        body_id: identifier.
        name: official name.
        tier: national, quango, local, shared, provider, voluntary or private.
        kind: e.g. ``metropolitan_district``.
        org_ids: (scheme, value) pairs, e.g. ``("gss", "E08000009")``.
        valid_from: first day it existed, if known.
        valid_to: first day it no longer existed.
        successor_id: the body that took over most of it.
    """

    body_id: str
    name: str
    tier: str
    kind: str
    org_ids: tuple[tuple[str, str], ...]
    valid_from: date | None
    valid_to: date | None
    successor_id: str | None

    def is_alive(self, on: date) -> bool:
        """Whether it existed on that day, as far as its dates are known."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on < self.valid_to
        )


@dataclass(frozen=True, eq=False)
class BodyRegister:
    """Every body known to a place. Build it with :func:`body_register`. Equal only to itself.

    Attributes:
        bodies: body_id -> body.
        aliases: name as written -> body_id.
        serves: body_id -> the areas whose residents it serves.
        by_text: key of any identifier, code, name or alias -> the bodies it may mean.
        by_scheme: (scheme, code in capitals) -> body_id.
    """

    bodies: Mapping[str, Body]
    aliases: Mapping[str, str]
    serves: Mapping[str, tuple[str, ...]]
    by_text: Mapping[str, frozenset[str]]
    by_scheme: Mapping[tuple[str, str], str]

    def get(self, body_id: str) -> Body | None:
        """The body of exactly that identifier, or None."""
        return self.bodies.get(body_id)

    def alive(self, body_ids: Iterable[str], on: date) -> frozenset[str]:
        """What these bodies had become by that day.

        A body that had ended is the one that took over, as far as that is known; if some of them
        lived that day under their own name, only those are meant.

        >>> sorted(body_register().alive(["nhs-salford-ccg"], date(2023, 4, 1)))
        ['nhs-greater-manchester-integrated-care-board']
        """
        living = frozenset(one for one in body_ids if self.bodies[one].is_alive(on))
        return living or frozenset(self._heir(one, on) for one in body_ids)

    def _heir(self, body_id: str, on: date) -> str:
        seen = {body_id}
        while (body := self.bodies[body_id]).valid_to is not None and body.valid_to <= on:
            if body.successor_id is None or body.successor_id in seen:
                break
            body_id = body.successor_id
            seen.add(body_id)
        return body_id

    def by_org_id(self, scheme: str, value: str) -> Body | None:
        """The body with that code, or None.

        >>> body_register().by_org_id("ecode", "E4209").body_id
        'trafford'
        """
        found = self.by_scheme.get((scheme, value.upper()))
        return None if found is None else self.bodies[found]

    def find(self, text: str) -> Body:
        """The one body meant by an identifier, a code, a name or an alias; case, punctuation
        and spacing do not matter.

        Raises:
            RequestError: nothing is known by that name (the nearest are listed), or several
                bodies are (all are listed).

        >>> body_register().find("trafford mbc").body_id
        'trafford'
        >>> body_register().find("E47000001").name
        'Greater Manchester Combined Authority'
        """
        exact = self.bodies.get(text)
        if exact is not None:
            return exact
        found = self.by_text.get(_key(text), frozenset())
        if len(found) == 1:
            return self.bodies[next(iter(found))]
        raise RequestError(self._several(text, found) if found else self._unknown(text))

    def _several(self, text: str, found: frozenset[str]) -> Problem:
        listed = ", ".join(f"{one} ({self.bodies[one].name})" for one in sorted(found))
        return Problem(
            code="ambiguous_body",
            what=f"{text!r} is the name of several bodies",
            where=f"body {text}",
            why=listed,
            fix="use the identifier of the one you mean",
        )

    def _unknown(self, text: str) -> Problem:
        key = _key(text)
        inside = [known for known in self.by_text if len(key) > 3 and key in known]
        close = difflib.get_close_matches(key, list(self.by_text), n=5, cutoff=0.7)
        names = sorted(inside, key=lambda known: (len(known), known))[:5] + close
        ids = dict.fromkeys(one for name in names for one in sorted(self.by_text[name]))
        listed = ", ".join(f"{one} ({self.bodies[one].name})" for one in list(ids)[:5])
        return Problem(
            code="unknown_body",
            what=f"no body is known as {text!r}",
            where=f"body {text}",
            why="it is no identifier, code, name or alias of the register",
            fix=f"use one of {listed}" if listed else "add the body to the place's registers",
        )


def body_register(
    extra_body: pa.Table | None = None,
    extra_alias: pa.Table | None = None,
    extra_area: pa.Table | None = None,
) -> BodyRegister:
    """The shipped bodies together with a place's own.

    Args:
        extra_body: rows of the ``body`` table.
        extra_alias: rows of the ``body_alias`` table.
        extra_area: rows of the ``body_area`` table.

    Raises:
        RequestError: an added body repeats a shipped identifier or code, an alias already means
            another body, or a row names a body that is not known; all of them at once.
    """
    if extra_body is None and extra_alias is None and extra_area is None:
        return _shipped()
    rows = [[] if one is None else one.to_pylist() for one in (extra_body, extra_alias, extra_area)]
    return _build(_shipped(), *rows)


@cache
def _shipped() -> BodyRegister:
    empty = BodyRegister({}, {}, {}, {}, {})
    return _build(
        empty,
        load("body").to_pylist(),
        load("body_alias").to_pylist(),
        load("body_area").to_pylist(),
    )


def _build(
    base: BodyRegister,
    body_rows: list[dict[str, str]],
    alias_rows: list[dict[str, str]],
    area_rows: list[dict[str, str]],
) -> BodyRegister:
    problems: list[Problem] = []
    bodies = dict(base.bodies)
    schemes = dict(base.by_scheme)
    for row in body_rows:
        body = _body(row)
        if body.body_id in bodies:
            problems.append(_fault(f"body {body.body_id}", "the identifier is already in use"))
        bodies[body.body_id] = body
        for scheme, value in body.org_ids:
            other = schemes.setdefault((scheme, value.upper()), body.body_id)
            if other != body.body_id:
                problems.append(_fault(f"body {body.body_id}", f"{scheme}:{value} is {other}'s"))
    problems += [
        _fault(f"body {one.body_id}", f"successor {one.successor_id} is unknown")
        for one in bodies.values()
        if one.successor_id and one.successor_id not in bodies
    ]
    aliases = dict(base.aliases)
    for row in alias_rows:
        alias, body_id = row["alias"], row["body_id"]
        if body_id not in bodies:
            problems.append(_fault(f"alias {alias}", f"body {body_id} is unknown"))
        elif aliases.setdefault(alias, body_id) != body_id:
            problems.append(_fault(f"alias {alias}", f"it already means {aliases[alias]}"))
    serves = {key: list(codes) for key, codes in base.serves.items()}
    for row in area_rows:
        if row["body_id"] not in bodies:
            problems.append(_fault(f"area {row['area']}", f"body {row['body_id']} is unknown"))
        elif row["role"] == "serves":
            serves.setdefault(row["body_id"], []).append(row["area"])
    if problems:
        raise RequestError(problems)
    return BodyRegister(
        bodies,
        aliases,
        {key: tuple(codes) for key, codes in serves.items()},
        _texts(base, bodies, aliases),
        schemes,
    )


def _texts(
    base: BodyRegister, bodies: Mapping[str, Body], aliases: Mapping[str, str]
) -> dict[str, frozenset[str]]:
    """Key of every identifier, code, name and alias -> the bodies it may mean.

    ``base`` is what the bodies and aliases were added to: its own texts stand.
    """
    found = dict(base.by_text)
    for body_id, body in bodies.items():
        if body_id in base.bodies:
            continue
        codes = [value for _, value in body.org_ids]
        for key in {_key(text) for text in (body.body_id, body.name, *codes)}:
            found[key] = found.get(key, frozenset()) | {body_id}
    for alias, body_id in aliases.items():
        if alias not in base.aliases:
            key = _key(alias)
            found[key] = found.get(key, frozenset()) | {body_id}
    return found


def _body(row: dict[str, str]) -> Body:
    pairs = [part.partition(":") for part in (row["org_ids"] or "").split(";") if part]
    return Body(
        body_id=row["body_id"],
        name=row["name"],
        tier=row["tier"],
        kind=row["kind"],
        org_ids=tuple((scheme, value) for scheme, _, value in pairs),
        valid_from=row["valid_from"],  # type: ignore[arg-type]
        valid_to=row["valid_to"],  # type: ignore[arg-type]
        successor_id=row["successor_id"] or None,
    )


def _key(text: str) -> str:
    """Text without case, punctuation and spacing: what two spellings of a name share."""
    spelt = text.casefold().replace("&", " and ").replace("'", "").replace("’", "")
    return " ".join(re.sub(r"[^a-z0-9]+", " ", spelt.replace(".", "")).split())


def _fault(where: str, why: str) -> Problem:
    return Problem(
        code="bad_body_row",
        what="the bodies do not fit together",
        where=where,
        why=why,
        fix="correct the row in the place's registers",
    )
