"""Areas, and the lower-tier and unitary authorities of the key edition that each is made of."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from totalplace.errors import Problem, RequestError
from totalplace.model._codelists import load

__all__ = ["AreaRegister", "area_register"]

_AUTHORITY_LEVELS = frozenset(
    {"unitary", "metropolitan_district", "london_borough", "shire_district"}
)
_TOP_LEVELS = frozenset({"region", "country"})


@dataclass(frozen=True)
class AreaRegister:
    """Every area known to a place. Build it with :func:`area_register`.

    Attributes:
        names: code -> name.
        levels: code -> level, as listed in the ``area`` table.
        parents: code -> code of the region or country it lies in (none for the topmost).
        members: code -> the authorities of the key edition that it is made of or touches.
        partial: codes of areas that hold only a part of one of those authorities.
    """

    names: Mapping[str, str]
    levels: Mapping[str, str]
    parents: Mapping[str, str | None]
    members: Mapping[str, frozenset[str]]
    partial: frozenset[str]

    def expand(self, codes: Sequence[str]) -> frozenset[str]:
        """The authorities of the key edition inside the areas named, each once.

        Raises:
            RequestError: a code is unknown (the nearest codes and names are listed), or its area
                is no whole number of authorities of the key edition; all of them at once.

        >>> areas = area_register()
        >>> len(areas.expand(["E47000001", "E06000007"]))  # Greater Manchester and Warrington
        11
        """
        problems = [problem for code in codes for problem in self._faults(code)]
        if problems:
            raise RequestError(problems)
        return frozenset().union(*(self.members[code] for code in codes))

    def name(self, code: str) -> str:
        """The area's name.

        >>> area_register().name("E08000009")
        'Trafford'
        """
        return self.names[self._known(code)]

    def level(self, code: str) -> str:
        """The area's level, e.g. ``metropolitan_district``."""
        return self.levels[self._known(code)]

    def lads(self, code: str) -> frozenset[str]:
        """Its authorities of the key edition, those that it only touches included."""
        return self.members[self._known(code)]

    def region_of(self, code: str) -> str:
        """Code of the region it lies in, or of the country where that has no regions.

        >>> area_register().region_of("E08000009")
        'E12000002'
        """
        here: str | None = self._known(code)
        while here is not None and self.levels[here] not in _TOP_LEVELS:
            here = self.parents[here]
        return here or code

    def _known(self, code: str) -> str:
        if code not in self.names:
            raise RequestError(list(self._faults(code)))
        return code

    def _faults(self, code: str) -> Iterator[Problem]:
        if code not in self.names:
            nearest = ", ".join(f"{near} ({self.names[near]})" for near in self._nearest(code))
            yield Problem(
                code="unknown_area",
                what=f"no area has the code {code!r}",
                where=f"area {code}",
                why="not among the areas shipped or added to this place",
                fix=f"use one of {nearest}" if nearest else "list the areas and choose one",
            )
        elif code in self.partial or not self.members[code]:
            inside = ", ".join(f"{lad} ({self.names[lad]})" for lad in sorted(self.members[code]))
            yield Problem(
                code="area_not_whole",
                what=f"{self.names[code]} is no whole number of authorities of the key edition",
                where=f"area {code}",
                why=f"the keys know it only as part of {inside or 'no authority'}",
                fix=f"choose {inside or 'other areas'}, or add an area with its own members",
            )

    def _nearest(self, text: str) -> list[str]:
        """Codes whose code or name is close to the text, best first, three at most."""
        wanted = text.casefold()
        by_name: dict[str, list[str]] = {}
        for code, name in self.names.items():
            by_name.setdefault(name.casefold(), []).append(code)
        found = list(by_name.get(wanted, []))
        found += difflib.get_close_matches(text.upper(), list(self.names), n=3, cutoff=0.75)
        for name in difflib.get_close_matches(wanted, list(by_name), n=3, cutoff=0.7):
            found += by_name[name]
        return list(dict.fromkeys(found))[:3]


def area_register(
    extra_area: pa.Table | None = None, extra_members: pa.Table | None = None
) -> AreaRegister:
    """The shipped areas together with a place's own.

    Args:
        extra_area: rows of the ``area`` table. An area at authority level without member rows
            is its own member.
        extra_members: rows of the ``area_member`` table.

    Raises:
        RequestError: an added area repeats a shipped code, or a member row names an area or an
            authority that is not known; all of them at once.
    """
    if extra_area is None and extra_members is None:
        return _shipped()
    areas = [] if extra_area is None else extra_area.to_pylist()
    members = [] if extra_members is None else extra_members.to_pylist()
    return _build(_shipped(), areas, members)


@cache
def _shipped() -> AreaRegister:
    empty = AreaRegister({}, {}, {}, {}, frozenset())
    return _build(empty, load("area").to_pylist(), load("area_member").to_pylist())


def _build(
    base: AreaRegister, areas: list[dict[str, str]], members: list[dict[str, str]]
) -> AreaRegister:
    names = {**base.names, **{row["code"]: row["name"] for row in areas}}
    levels = {**base.levels, **{row["code"]: row["level"] for row in areas}}
    parents = {**base.parents, **{row["code"]: row["parent"] or None for row in areas}}
    problems = [
        _register_fault(f"area {row['code']}", "the code is already in use", "give it another code")
        for row in areas
        if row["code"] in base.names
    ]
    lads: dict[str, set[str]] = {row["code"]: set() for row in areas}
    partial = set(base.partial)
    for row in members:
        area, lad = row["area"], row["lad"]
        if area not in lads or lad not in names:
            unknown = area if area not in lads else lad
            problems.append(
                _register_fault(
                    f"member {area}, {lad}",
                    f"{unknown} is not an area that can be given here",
                    "add the area first, or correct the code",
                )
            )
            continue
        lads[area].add(lad)
        if row.get("fit", "exact") == "part":
            partial.add(area)
    problems += [
        _register_fault(f"area {code}", f"parent {parent} is unknown", "correct the parent")
        for code, parent in parents.items()
        if parent is not None and parent not in names
    ]
    if problems:
        raise RequestError(problems)
    own = {
        code: frozenset(found or ({code} if levels[code] in _AUTHORITY_LEVELS else ()))
        for code, found in lads.items()
    }
    return AreaRegister(names, levels, parents, {**base.members, **own}, frozenset(partial))


def _register_fault(where: str, why: str, fix: str) -> Problem:
    return Problem(
        code="bad_area_row", what="the areas do not fit together", where=where, why=why, fix=fix
    )
