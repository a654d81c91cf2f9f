"""A case as a workbook that is filled in: what stands where.

A sheet a kind of thing, a row a key, a column a thing: so that an outcome reads from top to bottom
with the meaning of each key beside it. A key inside a table is told with a dot: ``effect.low``. A
cell says what it would say in a side table: a TOML value where it is one, else a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from totalplace.cases._keys import (
    ACTIVITY,
    BODY,
    CASE,
    CASHABLE,
    GRADE,
    NARRATIVE,
    NUMBER,
    OPTION,
    OUTCOME,
    REALISED,
    TOP,
    Key,
)
from totalplace.cases._read_head import FAMILIES

__all__ = ["FIRST_THING", "SHEETS", "FormKey", "FormSheet", "form_of"]

SHEETS = {
    "Case": "",
    "Bodies": "body",
    "Options": "option",
    "Activities": "activity",
    "Outcomes": "outcome",
}
"""Name of a sheet -> the key of the file that it holds; of ``Case``, all that is there once."""
FIRST_THING = 2
"""The column, from 0, of the first thing: before it stand the keys and what they mean."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ALWAYS = ("value", "unit", "low", "mode", "high")
_ALSO = {
    "cost": ("price_year",),
    "benefit": ("price_year",),
    "unit_cost": ("code", "price_year"),
    "effect": ("as", "meaning", "dist"),
    "cohort": ("id",),
}
"""Keys of a number that its rows of an empty form have beside those of all numbers."""


@dataclass(frozen=True)
class FormKey:
    """A row: the key as the file has it, and what it means."""

    name: str
    key: Key


@dataclass(frozen=True)
class FormSheet:
    """A sheet.

    Attributes:
        name: one of ``SHEETS``.
        rows: its keys, those that are used and those that could be.
        things: of each column, key -> value.
    """

    name: str
    rows: tuple[FormKey, ...]
    things: tuple[Mapping[str, Any], ...]


def form_of(data: Mapping[str, Any]) -> tuple[FormSheet, ...]:
    """The sheets that say what a case file says; :func:`read_form` is its inverse.

    Args:
        data: a case file without problems, as :mod:`tomllib` reads it.
    """
    once = {key: one for key, one in data.items() if key not in SHEETS.values()}
    bodies = [{"id": name, **one} for name, one in data.get("body", {}).items()]
    found = []
    for name, kind in SHEETS.items():
        things = [once] if not kind else bodies if kind == "body" else data.get(kind, [])
        flat = tuple(dict(_flat(one)) for one in things)
        rows = {one.name: one for one in _known(kind, list(data.get("body", {})))}
        for one in flat:
            for key in one:
                rows.setdefault(key, FormKey(key, _meaning(kind, key)))
        found.append(FormSheet(name, tuple(_sorted(rows)), flat))
    return tuple(found)


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """A table as dotted keys; one whose keys are no plain words stays one value."""
    for key, value in table.items():
        is_deep = isinstance(value, Mapping) and value and all(map(_BARE.fullmatch, value))
        if is_deep:
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, value


def _known(kind: str, bodies: Sequence[str]) -> Iterator[FormKey]:
    """The rows of an empty sheet."""
    if not kind:
        for name, key in CASE.items():
            if key.kind != "table":
                yield FormKey(f"case.{name}", key)
        for name in FAMILIES:
            yield FormKey(f"correlation.{name}", TOP["correlation"])
        for name, key in NARRATIVE.items():
            yield FormKey(f"narrative.{name}", key)
    elif kind == "body":
        yield FormKey("id", Key("text", "short name in lower case with hyphens", True))
        for name, key in BODY.items():
            yield FormKey(name, key)
    else:
        keys = {"option": OPTION, "activity": ACTIVITY, "outcome": OUTCOME}[kind]
        for name, key in keys.items():
            yield from _expanded(name, key, bodies)


def _expanded(name: str, key: Key, bodies: Sequence[str]) -> Iterator[FormKey]:
    if name in ("payer", "split"):
        for body in bodies:
            yield FormKey(f"{name}.{body}", key)
        return
    if key.kind == "table":
        for inner, one in {"grade": GRADE, "cashable": CASHABLE, "realised": REALISED}[
            name
        ].items():
            yield FormKey(f"{name}.{inner}", one)
        return
    yield FormKey(name, key)
    if key.kind == "quantity":
        for inner in (*_ALWAYS, *_ALSO.get(name, ())):
            yield FormKey(f"{name}.{inner}", NUMBER[inner])


def _meaning(kind: str, name: str) -> Key:
    """What a key means that an empty form does not have."""
    last = name.rpartition(".")[2]
    known: Mapping[str, Key] = {"activity": ACTIVITY, "outcome": OUTCOME}.get(kind, TOP)
    first = known.get(name.partition(".")[0])
    if name != last and last in NUMBER:
        return NUMBER[last]
    return first or Key("text", "")


def _sorted(rows: Mapping[str, FormKey]) -> Iterator[FormKey]:
    """Rows of one key together, in the order in which the keys came."""
    order: dict[str, list[FormKey]] = {}
    for name, row in rows.items():
        order.setdefault(name.partition(".")[0], []).append(row)
    for some in order.values():
        yield from some
