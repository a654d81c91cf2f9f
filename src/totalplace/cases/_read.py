"""Reading a case file: the case, or every problem of it with its line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from totalplace.cases._case import (
    SOCIETY,
    Activity,
    Body,
    Case,
    Option,
    Outcome,
)
from totalplace.cases._draws import MAX_SEED
from totalplace.cases._form_read import FORM_SUFFIXES, read_form
from totalplace.cases._keys import CASE, TOP
from totalplace.cases._lint import lint
from totalplace.cases._read_head import (
    read_bodies,
    read_correlation,
    read_edition,
    read_narrative,
    read_option_titles,
    read_perspective,
    read_price_base,
    refuse_repeated_ids,
    rows_of,
)
from totalplace.cases._read_items import Items
from totalplace.cases._reader import Reader
from totalplace.cases._side_tables import add_side_tables
from totalplace.cases._together import together_problems
from totalplace.cases._toml import Located, located, read_toml
from totalplace.cases._unit_cost_table import UnitCostLookup, lookup_in
from totalplace.errors import RequestError

__all__ = ["MAX_HORIZON", "case_values", "read_case", "read_case_text"]

MAX_HORIZON = 500
_DEFAULT_SEED = 20091109


def read_case(
    path: Path | str,
    *,
    unit_costs: UnitCostLookup | None = None,
    bodies: Iterable[Body] | None = None,
) -> Case:
    """Read a case file and the files that it names.

    Args:
        path: the TOML file, or a workbook that was filled in.
        unit_costs: finds unit costs by code; without, the tables that the case names.
        bodies: bodies of the place, where the case has ``place`` instead of ``body``.

    Raises:
        RequestError: every problem, each with file and line, or with sheet and cell.
    """
    return _read(_located(path), Path(path), unit_costs, bodies)


def case_values(path: Path | str) -> dict[str, Any]:
    """What a case file says, unchecked, as :mod:`tomllib` reads it; or a workbook filled in.

    Raises:
        RequestError: what cannot be read at all.
    """
    return dict(_located(path).data)


def _located(path: Path | str) -> Located:
    is_form = Path(path).suffix.lower() in FORM_SUFFIXES
    return read_form(path) if is_form else read_toml(path)


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
    add_side_tables(reader, data, file.parent)
    reader.keys((), data, TOP)
    about = reader.get((), data, "case", dict) or {}
    if "case" in data:
        reader.keys(("case",), about, CASE)
    reader.get(("case",), about, "owners_public", bool)
    followed = read_edition(reader, about)
    price_base = read_price_base(reader, about, followed)
    horizon = reader.whole(("case",), about, "horizon", 0, MAX_HORIZON, MAX_HORIZON)
    titles, preferred = read_option_titles(reader, data, about)
    items = Items(
        reader,
        followed,
        price_base,
        horizon,
        read_bodies(reader, data, about, place_bodies, file.parent),
        titles,
        preferred,
        file.parent,
        unit_costs
        or lookup_in(_named_tables(reader, about), file.parent, followed, reader.opened.add),
    )
    activities = [items.activity(*one) for one in rows_of(reader, data, "activity")]
    outcomes = [items.outcome(*one) for one in rows_of(reader, data, "outcome")]
    refuse_repeated_ids(reader, data)
    schedule = reader.text(("case",), about, "schedule", CASE) or "standard"
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
        seed=reader.whole(("case",), about, "seed", 0, MAX_SEED, _DEFAULT_SEED),
        schedule=schedule,
        correlation=read_correlation(reader, data),
        bodies=items.bodies,
        options=(),
        preferred=preferred,
        activities=tuple(one for one in activities if one is not None),
        outcomes=tuple(one for one in outcomes if one is not None),
        perspective=read_perspective(reader, about, items.bodies),
        summary=" ".join(reader.text(("case",), about, "summary", CASE).split()),
        file=file,
        narrative=read_narrative(reader, data),
    )
    reader.problems.extend(together_problems(case.outcomes))
    if reader.problems:
        raise RequestError(reader.problems)
    taking_part = _taking_part(case, data.get("body", {}))
    case = replace(
        case,
        bodies=taking_part,
        options=_filled(titles, case.activities, case.outcomes),
        files=frozenset({file, *reader.opened}),
        sha256=_hash(found, reader.opened, taking_part.values()),
    )
    return replace(case, warnings=tuple(lint(case)))


def _taking_part(case: Case, declared: Mapping[str, Any]) -> dict[str, Body]:
    """Bodies that pay, gain or look on: a place may have a thousand that do none of it."""
    named = {SOCIETY, case.perspective, *declared}
    for item in case.items:
        named |= set(item.payer if isinstance(item, Activity) else item.split)
    return {name: body for name, body in case.bodies.items() if name in named}


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


def _named_tables(reader: Reader, about: Mapping[str, Any]) -> dict[str, str]:
    """Book -> CSV file of unit costs."""
    named = reader.get(("case",), about, "unit_costs", dict) or {}
    found = {}
    for book in named:
        file = reader.get(("case", "unit_costs"), named, book, str)
        if file is not None:
            found[book] = file
    return found


def _hash(found: Located, opened: Iterable[Path], bodies: Iterable[Body]) -> str:
    """Over what the case file says, what a place says of its bodies, and each file opened for it.

    A file counts once, by its name and content.
    """
    digest = hashlib.sha256(repr(_plain(found.data)).encode())
    if "place" in found.data["case"]:
        declared = found.data.get("body", {})
        theirs = sorted((one.id, one.tier, one.name) for one in bodies if one.id not in declared)
        digest.update(repr(theirs).encode())
    names = {file.resolve(): file.name for file in sorted(opened)}
    for name, content in sorted((name, file.read_bytes()) for file, name in names.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return sorted((key, _plain(inner)) for key, inner in value.items())
    if isinstance(value, float) and value.is_integer():
        # a spreadsheet has one kind of number
        return int(value)
    return [_plain(one) for one in value] if isinstance(value, list) else value
