"""Reading a case file: the case, or every problem of it with its line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from totalplace.cases._case import (
    BUSINESS_AS_USUAL,
    DO_MINIMUM,
    SOCIETY,
    Activity,
    Body,
    Case,
    Option,
    Outcome,
)
from totalplace.cases._edition import Edition, edition, editions
from totalplace.cases._keys import BODY, CASE, OPTION, TOP
from totalplace.cases._lint import lint
from totalplace.cases._read_items import Items, UnitCostLookup
from totalplace.cases._reader import Reader
from totalplace.cases._side_tables import add_side_tables
from totalplace.cases._toml import Located, located, read_toml
from totalplace.errors import Problem, RequestError

__all__ = ["MAX_HORIZON", "read_case", "read_case_text"]

MAX_HORIZON = 500
FAMILIES = {"effects": 0.3, "unit_costs": 0.3}
"""Families of numbers that vary together -> their default correlation."""
RESERVED = ("local", "national", "exchequer")
"""Perspectives that are wider than one body."""
_DEFAULT_SEED = 20091109


def read_case(
    path: Path | str,
    *,
    unit_costs: UnitCostLookup | None = None,
    bodies: Iterable[Body] | None = None,
) -> Case:
    """Read a case file and the files that it names.

    Args:
        path: the TOML file.
        unit_costs: finds unit costs by code; without, the tables that the case names.
        bodies: bodies of the place, where the case has ``place`` instead of ``body``.

    Raises:
        RequestError: every problem, each with file and line.
    """
    return _read(read_toml(path), Path(path), unit_costs, bodies)


def read_case_text(
    text: str,
    name: str = "case.toml",
    *,
    folder: Path | None = None,
    unit_costs: UnitCostLookup | None = None,
    bodies: Iterable[Body] | None = None,
) -> Case:
    """The same of a text; ``folder`` is where the files that it names stand.

    Raises:
        RequestError: every problem, each with line.
    """
    return _read(located(text, name), (folder or Path()) / name, unit_costs, bodies)


def _read(
    found: Located,
    file: Path,
    unit_costs: UnitCostLookup | None,
    place_bodies: Iterable[Body] | None,
) -> Case:
    reader = Reader(found)
    data: dict[str, Any] = dict(found.data)
    for kind in ("activity", "outcome"):
        if isinstance(data.get(kind), list):
            data[kind] = list(data[kind])
    read = add_side_tables(reader, data, file.parent)
    reader.keys((), data, TOP)
    about = reader.get((), data, "case", dict) or {}
    if "case" in data:
        reader.keys(("case",), about, CASE)
    followed = _edition(reader, about)
    price_base = _price_base(reader, about, followed)
    horizon = reader.whole(("case",), about, "horizon", 0, MAX_HORIZON, MAX_HORIZON)
    titles, preferred = _options(reader, data, about)
    items = Items(
        reader,
        followed,
        price_base,
        horizon,
        _bodies(reader, data, about, place_bodies),
        titles,
        preferred,
        file.parent,
        unit_costs or _tables_of(about, file.parent),
    )
    activities = [items.activity(*one) for one in _rows(reader, data, "activity")]
    outcomes = [items.outcome(*one) for one in _rows(reader, data, "outcome")]
    _unique(reader, data)
    schedule = about.get("schedule", "standard")
    if schedule not in followed.rates:
        reader.problem(
            ("case", "schedule"),
            "unknown_schedule",
            "the edition has no such discount schedule",
            f"{followed.id} has {', '.join(followed.rates)}, found {schedule!r}",
            'write schedule = "standard"',
        )
    case = Case(
        id=reader.text(("case",), about, "id", CASE),
        title=reader.text(("case",), about, "title", CASE),
        edition=followed,
        price_base=price_base,
        base_year=reader.whole(("case",), about, "base_year", 1900, 2200, 2000),
        horizon=horizon,
        seed=reader.whole(("case",), about, "seed", 0, 2**63 - 1, _DEFAULT_SEED),
        schedule=str(schedule),
        correlation=_correlation(reader, data),
        bodies=items.bodies,
        options=(),
        preferred=preferred,
        activities=tuple(one for one in activities if one is not None),
        outcomes=tuple(one for one in outcomes if one is not None),
        perspective=_perspective(reader, about, items.bodies),
        file=file,
        sha256=_hash(found, read, file.parent),
    )
    _combined(reader, case.outcomes)
    if reader.problems:
        raise RequestError(reader.problems)
    case = replace(case, options=_filled(titles, case.activities, case.outcomes))
    return replace(case, warnings=tuple(lint(case)))


def _edition(reader: Reader, about: Mapping[str, Any]) -> Edition:
    name = reader.text(("case",), about, "edition", CASE)
    try:
        return edition(name or editions()[0])
    except RequestError as error:
        told = error.problems[0]
        reader.problem(("case", "edition"), told.code, told.what, f"found {name!r}", told.fix)
        return edition(editions()[0])


def _price_base(reader: Reader, about: Mapping[str, Any], followed: Edition) -> str:
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


def _bodies(
    reader: Reader,
    data: Mapping[str, Any],
    about: Mapping[str, Any],
    place_bodies: Iterable[Body] | None,
) -> dict[str, Body]:
    given = reader.get((), data, "body", dict) or {}
    found: dict[str, Body] = {}
    if "place" in about:
        found |= {one.id: one for one in place_bodies or ()}
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
                f"found {table!r}",
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


def _options(
    reader: Reader, data: Mapping[str, Any], about: Mapping[str, Any]
) -> tuple[dict[str, str], str]:
    """Option id -> title, and the preferred one."""
    titles = {BUSINESS_AS_USUAL: "Business as usual", DO_MINIMUM: "Do minimum"}
    for path, table in _rows(reader, data, "option"):
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


def _rows(
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
                f"found {one!r}",
                f"write [[{kind}]] and its keys below",
            )
    return rows


def _unique(reader: Reader, data: Mapping[str, Any]) -> None:
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


def _correlation(reader: Reader, data: Mapping[str, Any]) -> dict[str, float]:
    given = reader.get((), data, "correlation", dict) or {}
    found = dict(FAMILIES)
    for name in given:
        value = reader.get(("correlation",), given, name, float)
        if name not in FAMILIES or (value is not None and not 0 <= value < 1):
            reader.problem(
                ("correlation", name),
                "bad_correlation",
                f"the correlation {name!r} cannot be used",
                f"found {given[name]!r}; families are {', '.join(FAMILIES)}, from 0 to below 1",
                "write e.g. correlation = {effects = 0.3, unit_costs = 0.3}",
            )
        elif value is not None:
            found[name] = value
    return found


def _perspective(reader: Reader, about: Mapping[str, Any], bodies: Mapping[str, Body]) -> str:
    name = about.get("perspective", SOCIETY)
    known = [*bodies, *RESERVED]
    if name not in known:
        reader.problem(
            ("case", "perspective"),
            "unknown_perspective",
            f"there is no perspective {name!r}",
            f"the case has {', '.join(known)}",
            'write perspective = "society"',
        )
        return SOCIETY
    return str(name)


def _combined(reader: Reader, outcomes: tuple[Outcome, ...]) -> None:
    """Outcomes of one event and cohort share what they start from."""
    first: dict[tuple[str, str], Outcome] = {}
    for one in outcomes:
        if not one.cohort_id or one.cohort is None or one.baseline is None:
            continue
        other = first.setdefault((one.event, one.cohort_id), one)
        assert other.cohort is not None and other.baseline is not None  # noqa: PT018 - for mypy
        same = (other.cohort.point, other.baseline.point, other.intake)
        if same != (one.cohort.point, one.baseline.point, one.intake):
            reader.problems.append(
                Problem(
                    "different_baselines",
                    f"{one.id} and {other.id} change one event of one cohort from different bases",
                    f"{reader.located.name}:{one.line}",
                    "cohort, baseline and intake of the two differ",
                    "make them the same, or give them other events or cohort ids",
                )
            )


def _filled(
    titles: Mapping[str, str],
    activities: tuple[Activity, ...],
    outcomes: tuple[Outcome, ...],
) -> tuple[Option, ...]:
    return tuple(
        Option(
            name,
            title,
            tuple(one.id for one in activities if name in one.options),
            tuple(one.id for one in outcomes if name in one.options),
        )
        for name, title in titles.items()
    )


def _tables_of(about: Mapping[str, Any], folder: Path) -> UnitCostLookup:
    """Finds unit costs in the tables that a case names."""
    named = about.get("unit_costs", {})

    def lookup(code: str) -> Mapping[str, Any]:
        raise RequestError(
            Problem(
                "unknown_unit_cost",
                f"there is no unit cost {code!r}",
                code,
                f"tables of the case in {folder}: {named or 'none'}",
                "name its table under case.unit_costs, or write the value itself",
            )
        )

    return lookup


def _hash(found: Located, read: list[Path], folder: Path) -> str:
    """Over the values of the case file and the content of every file beside it."""
    digest = hashlib.sha256(repr(_plain(found.data)).encode())
    files = {*read, *(folder / name for name in _named(found.data))}
    for file in sorted(files):
        if file.is_file():
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return sorted((key, _plain(inner)) for key, inner in value.items())
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _named(value: Any) -> list[str]:
    """Texts of a file that may be names of files beside it."""
    if isinstance(value, Mapping):
        return [name for inner in value.values() for name in _named(inner)]
    if isinstance(value, list):
        return [name for inner in value for name in _named(inner)]
    return [value] if isinstance(value, str) and value.endswith(".csv") else []
