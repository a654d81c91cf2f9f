"""The classification of a place's payments, kept among its derived tables.

It is computed from what the place holds, its registers and its decisions, and from nothing else: a
count finds the same whether or not anybody asked for the classification before.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Sequence
from importlib.metadata import version

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.classify._classify import Classified, Sources, classify
from totalplace.classify._crosswalk import function_weights
from totalplace.classify._kinds import Kind, read_kinds
from totalplace.classify._model import MODEL_VERSION
from totalplace.engine import Engine
from totalplace.engine._engine import Table
from totalplace.errors import PlaceError
from totalplace.model import data_edition, load
from totalplace.place import Decision, Folder, State

__all__ = ["CLASSES", "DATASETS", "classified", "payments", "sources"]

DATASETS = ("spend", "card")
"""The datasets whose lines are payments."""

_STEP = "classify"
_REGISTERS = ("spend_rule", "class_rule", "crosswalk")

CLASSES = pa.schema(
    [
        ("body_id", pa.string()),
        ("unit_text", pa.string()),
        ("expense_text", pa.string()),
        ("payee_text", pa.string()),
        ("class_code", pa.string()),
        ("payee_kind", pa.string()),
        ("lines", pa.int64()),
        ("pence", pa.int64()),
        ("size_pence", pa.int64()),
        ("nature", pa.string()),
        ("route", pa.string()),
        ("step", pa.string()),
        ("function", pa.string()),
        ("shares", pa.string()),
        ("probability", pa.float64()),
        ("reason", pa.string()),
        ("ro_code", pa.string()),
    ]
)
"""One row a kind of payment; ``shares`` is a JSON object of COFOG code and millionths."""


def payments(engine: Engine, folder: Folder, state: State) -> list[Table]:
    """The payment datasets of a place."""
    return [
        engine.read_parquet(paths)
        for name in DATASETS
        if (paths := folder.lines_paths(name, state))
    ]


def sources(folder: Folder, state: State, decisions: Iterable[Decision]) -> Sources:
    """The rules and codes of a place, shipped and its own, and its decisions."""
    rows = {name: [*load(name).to_pylist(), *_own(folder, state, name)] for name in _REGISTERS}
    return Sources.of(
        placing=rows["spend_rule"],
        general=rows["class_rule"],
        weights=function_weights(rows["crosswalk"]),
        decisions=decisions,
    )


def classified(
    engine: Engine, folder: Folder, state: State, decisions: Sequence[Decision]
) -> pa.Table:
    """The classification of every kind of payment of a place: CLASSES, in the order of the keys.

    A place that cannot be written to is classified all the same, each time anew.
    """
    name = _inputs(state, decisions)
    path = folder.cache_path(_STEP, name)
    if path.exists():
        with contextlib.suppress(pa.ArrowException, OSError):
            kept = pq.read_table(path)
            if kept.schema.equals(CLASSES):
                return kept
    there = payments(engine, folder, state)
    kinds = read_kinds(engine, there) if there else []
    table = class_table(classify(kinds, sources(folder, state, decisions)))
    with contextlib.suppress(PlaceError, OSError):
        folder.write_cache(_STEP, name, table)
    return table


def class_table(rows: Iterable[Classified]) -> pa.Table:
    """A classification as a table."""
    return pa.Table.from_pylist(
        [
            {
                **{name: getattr(row.kind, name) for name in Kind.__slots__},
                "nature": row.nature,
                "route": row.route,
                "step": row.step,
                "function": row.function,
                "shares": json.dumps(dict(row.shares)),
                "probability": row.probability,
                "reason": row.reason,
                "ro_code": row.ro_code or None,
            }
            for row in rows
        ],
        schema=CLASSES,
    )


def _own(folder: Folder, state: State, name: str) -> list[dict[str, object]]:
    own = folder.reference(name, state)
    return [] if own is None else list(own.to_pylist())


def _inputs(state: State, decisions: Iterable[Decision]) -> str:
    members = [
        (member.dataset, member.lines_sha256)
        for member in state.active
        if member.dataset in (*DATASETS, *_REGISTERS)
    ]
    corrections = [
        (one.n, one.object_id, one.value, one.who, one.why)
        for one in decisions
        if one.what == "class"
    ]
    parts = [
        MODEL_VERSION,
        data_edition(),
        version("scikit-learn"),
        sorted(members),
        corrections,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
