"""Reading what a case says of itself: edition, prices, bodies, options, correlation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from totalplace.cases._case import BUSINESS_AS_USUAL, DO_MINIMUM, SOCIETY, Body
from totalplace.cases._edition import Edition, edition, editions
from totalplace.cases._keys import BODY, CASE, NARRATIVE, OPTION
from totalplace.cases._place_bodies import bodies_of_place
from totalplace.cases._reader import Reader, shown
from totalplace.errors import RequestError, TotalplaceError

__all__ = [
    "FAMILIES",
    "read_bodies",
    "read_correlation",
    "read_edition",
    "read_narrative",
    "read_option_titles",
    "read_perspective",
    "read_price_base",
    "refuse_repeated_ids",
    "rows_of",
]

FAMILIES = {"effects": 0.3, "unit_costs": 0.3}
"""Families of numbers that vary together -> their default correlation."""
RESERVED = ("local", "national", "exchequer")
"""Perspectives that are wider than one body."""


def read_edition(reader: Reader, about: Mapping[str, Any]) -> Edition:
    """The edition that the case follows; the default one where it is wrong."""
    name = reader.text(("case",), about, "edition", CASE)
    try:
        return edition(name or editions()[0])
    except RequestError as error:
        told = error.problems[0]
        reader.problem(("case", "edition"), told.code, told.what, f"found {name!r}", told.fix)
        return edition(editions()[0])


def read_price_base(reader: Reader, about: Mapping[str, Any], followed: Edition) -> str:
    """The financial year of all prices, empty if it is wrong."""
    year = reader.text(("case",), about, "price_base", CASE)
    if year and year not in followed.index:
        known = sorted(followed.index)
        reader.problem(
            ("case", "price_base"),
            "no_deflator",
            "no GDP deflator is known for that year",
            f"found {year!r}; the series runs from {known[0]} to {known[-1]}",
            "write a financial year of that series, such as 2024-25",
        )
        return ""
    return year


def read_bodies(
    reader: Reader,
    data: Mapping[str, Any],
    about: Mapping[str, Any],
    place_bodies: Iterable[Body] | None,
    folder: Path,
) -> dict[str, Body]:
    """Body id -> body: those of the place, then those that the case declares, then society."""
    given = reader.get((), data, "body", dict) or {}
    found: dict[str, Body] = {}
    if "place" in about:
        found |= _of_place(reader, about, place_bodies, folder)
    elif not given:
        reader.problem(
            ("body",),
            "missing_body",
            "the case names no body",
            "somebody pays and somebody gains",
            'add body = {council = {tier = "local"}}, or place under case',
        )
    for name, table in given.items():
        path = ("body", name)
        if not isinstance(table, dict):
            reader.problem(
                path,
                "wrong_type",
                f"the body {name} is no table",
                f"found {shown(table)}",
                'write {tier = "local"}',
            )
            continue
        reader.keys(path, table, BODY)
        if name in RESERVED or (name == SOCIETY and table.get("tier") != SOCIETY):
            reader.problem(
                path,
                "reserved_body",
                f"no body can be called {name}",
                "that is the view of all bodies of a tier, or of everybody",
                "give the body another id",
            )
        tier = reader.text(path, table, "tier", BODY)
        found[name] = Body(name, tier or "local", reader.text(path, table, "name", BODY))
    found.setdefault(SOCIETY, Body(SOCIETY, "society", "People, firms and charities"))
    return found


def _of_place(
    reader: Reader, about: Mapping[str, Any], given: Iterable[Body] | None, folder: Path
) -> dict[str, Body]:
    place = reader.text(("case",), about, "place", CASE)
    try:
        known = bodies_of_place(folder / place) if given is None else given
    except TotalplaceError as error:
        told = error.problems[0]
        reader.problem(("case", "place"), told.code, told.what, told.why, told.fix)
        known = ()
    return {one.id: one for one in known}


def read_option_titles(
    reader: Reader, data: Mapping[str, Any], about: Mapping[str, Any]
) -> tuple[dict[str, str], str]:
    """Option id -> title, and the preferred one."""
    titles = {BUSINESS_AS_USUAL: "Business as usual", DO_MINIMUM: "Do minimum"}
    for path, table in rows_of(reader, data, "option"):
        reader.keys(path, table, OPTION)
        name = reader.text(path, table, "id", OPTION)
        if name:
            titles[name] = reader.text(path, table, "title", OPTION) or titles.get(name, name)
    own = [name for name in titles if name not in (BUSINESS_AS_USUAL, DO_MINIMUM)]
    wanted = reader.text(("case",), about, "preferred", CASE)
    preferred = wanted or (own[0] if own else "preferred")
    if not own and not wanted:
        titles[preferred] = "Preferred option"
    elif preferred not in titles:
        reader.problem(
            ("case", "preferred"),
            "unknown_option",
            f"the option {preferred!r} is not one of the case",
            f"its options are {', '.join(titles)}",
            "write one of them",
        )
    return titles, preferred


def rows_of(
    reader: Reader, data: Mapping[str, Any], kind: str
) -> list[tuple[tuple[str, int], Mapping[str, Any]]]:
    """Tables of an array of tables, with their paths."""
    rows: list[tuple[tuple[str, int], Mapping[str, Any]]] = []
    for number, one in enumerate(reader.get((), data, kind, list) or []):
        if isinstance(one, dict):
            rows.append(((kind, number), one))
        else:
            reader.problem(
                (kind, number),
                "wrong_type",
                f"this {kind} is no table",
                f"found {shown(one)}",
                f"write [[{kind}]] and its keys below",
            )
    return rows


def refuse_repeated_ids(reader: Reader, data: Mapping[str, Any]) -> None:
    """Note activities, outcomes and options that share an id."""
    for kind in ("activity", "outcome", "option"):
        seen: dict[str, str] = {}
        for path, table in _rows_quietly(data, kind):
            name = table.get("id")
            if not isinstance(name, str):
                continue
            if name in seen:
                reader.problem(
                    (*path, "id"),
                    "repeated_id",
                    f"two of {kind} are called {name!r}",
                    f"the first stands at {seen[name]}",
                    "give each an id of its own",
                )
            seen.setdefault(name, reader.where((*path, "id")))


def _rows_quietly(
    data: Mapping[str, Any], kind: str
) -> list[tuple[tuple[str, int], Mapping[str, Any]]]:
    held = data.get(kind)
    held = held if isinstance(held, list) else []
    rows: list[tuple[tuple[str, int], Mapping[str, Any]]] = []
    rows += [((kind, number), one) for number, one in enumerate(held) if isinstance(one, dict)]
    return rows


def read_correlation(reader: Reader, data: Mapping[str, Any]) -> dict[str, float]:
    """Family -> correlation, the default ones where nothing is said."""
    given = reader.get((), data, "correlation", dict) or {}
    found = dict(FAMILIES)
    for name in given:
        value = reader.get(("correlation",), given, name, float)
        if name not in FAMILIES or (value is not None and not 0 <= value < 1):
            reader.problem(
                ("correlation", name),
                "bad_correlation",
                f"the correlation {name!r} cannot be used",
                f"found {shown(given[name])}; families are {', '.join(FAMILIES)}, "
                "from 0 to below 1",
                "write e.g. correlation = {effects = 0.3, unit_costs = 0.3}",
            )
        elif value is not None:
            found[name] = value
    return found


def read_narrative(reader: Reader, data: Mapping[str, Any]) -> dict[str, str]:
    """Part of a business case -> its text; parts that are not there, or empty, are left out."""
    given = reader.get((), data, "narrative", dict) or {}
    reader.keys(("narrative",), given, NARRATIVE)
    told = {name: reader.text(("narrative",), given, name, NARRATIVE) for name in NARRATIVE}
    return {name: text.strip() for name, text in told.items() if text.strip()}


def read_perspective(reader: Reader, about: Mapping[str, Any], bodies: Mapping[str, Body]) -> str:
    """Whose view sensitivities are told for."""
    name = about.get("perspective", SOCIETY)
    known = [*bodies, *RESERVED]
    if name not in known:
        reader.problem(
            ("case", "perspective"),
            "unknown_perspective",
            f"there is no perspective {shown(name)}",
            f"the case has {', '.join(known)}",
            'write perspective = "society"',
        )
        return SOCIETY
    return str(name)
