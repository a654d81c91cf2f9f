"""What every code in the tables of a publication is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from totalplace.count import Working
from totalplace.model import load
from totalplace.place import Folder, State
from totalplace.reports import TIERS

__all__ = ["names_table"]

_SCHEMA = pa.schema([(name, pa.string()) for name in ("kind", "code", "name", "tier", "parent")])
_BY_CONSTRUCTION = " (by construction)"
_UNNAMED = {
    "no named stream": "Own spending, under no named stream",
    "unclassified": "Not classified",
    "unknown": "Not known",
    "": "Of several authorities, not apart",
}


def names_table(
    folder: Folder,
    state: State,
    working: Working,
    tables: Mapping[str, pa.Table],
    used: Mapping[str, Iterable[str]],
) -> pa.Table:
    """The name of each code that the tables use.

    Args:
        tables: figures, transfers, bodies, areas and compare.
        used: kind -> codes that the lines use beside them.
    """
    codes = _codes(tables)
    for kind, more in used.items():
        codes.setdefault(kind, set()).update(more)
    rows = [
        row
        for kind, of_kind in sorted(codes.items())
        for row in _named(kind, sorted(of_kind), folder, state, working)
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _codes(tables: Mapping[str, pa.Table]) -> dict[str, set[str]]:
    figures = tables["figures"]
    found = {
        kind: _column(figures, kind)
        for kind in ("body", "funder", "stream", "function", "area", "tier")
    }
    found["key"] = _column(figures, "key_id")
    found["theme"] = {text.partition(": ")[0] for text in _column(figures, "theme")}
    found["body"] |= _column(tables["bodies"], "body_id")
    found["stream"] |= _column(tables["transfers"], "stream")
    for side in ("payer_id", "payee_id"):
        found["body"] |= _column(tables["transfers"], side)
    found["area"] |= _column(tables["areas"], "area") | _column(tables["compare"], "area")
    found["function"] |= _column(tables["compare"], "function")
    return found


def _column(table: pa.Table, name: str) -> set[str]:
    return set(pc.drop_null(pc.unique(table[name])).to_pylist())


def _named(
    kind: str, codes: Iterable[str], folder: Folder, state: State, working: Working
) -> Iterator[dict[str, Any]]:
    registers = working.registers
    cofog = {row["code"]: row for row in load("cofog").to_pylist()}
    themes = _register(folder, state, "theme", "theme_id")
    for code in codes:
        name, tier, parent = _UNNAMED.get(code, code), None, None
        if kind in ("body", "funder"):
            plain = code.removesuffix(_BY_CONSTRUCTION)
            body = registers.bodies.get(plain)
            if body is not None:
                name = body.name + code.removeprefix(plain)
                tier = body.tier
        elif kind == "stream" and code in registers.stream:
            name, parent = registers.stream[code]["name"], registers.stream[code]["funder_id"]
        elif kind == "function" and code in cofog:
            name, parent = cofog[code]["name"], cofog[code]["parent"]
        elif kind == "area" and code in registers.areas.names:
            name, parent = registers.areas.names[code], registers.areas.parents.get(code)
        elif kind == "theme" and code in themes:
            name = themes[code]["name"]
        elif kind == "tier":
            name = TIERS.get(code, code)
        elif kind == "key" and code in registers.keys:
            name = f"{registers.keys[code].measure} {registers.keys[code].year}"
        yield {"kind": kind, "code": code, "name": name, "tier": tier, "parent": parent}


def _register(folder: Folder, state: State, table: str, key: str) -> dict[str, dict[str, Any]]:
    own = folder.reference(table, state)
    rows = [*load(table).to_pylist(), *(own.to_pylist() if own is not None else [])]
    return {row[key]: row for row in rows}
