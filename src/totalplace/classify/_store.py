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
from totalplace.classify._kinds import KIND_KEY, Kind, grouped, payee_kinds, read_kinds
from totalplace.classify._model import MODEL_VERSION
from totalplace.engine import Engine, distinct_rows
from totalplace.engine._engine import Table
from totalplace.errors import PlaceError
from totalplace.model import data_edition, load
from totalplace.place import Decision, Folder, State

__all__ = ["CLASSES", "DATASETS", "classified", "payment_kinds", "payments", "sources"]

DATASETS = ("spend", "card")
"""The datasets whose lines are payments."""

_STEP = "classify"
_KINDS = "kinds"
_KINDS_VERSION = 1
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


def payments(engine: Engine, folder: Folder, state: State) -> dict[str, Table]:
    """The payment datasets of a place that hold anything: dataset -> its lines."""
    return {
        name: engine.read_parquet(paths)
        for name in DATASETS
        if (paths := folder.lines_paths(name, state))
    }


def payment_kinds(engine: Engine, folder: Folder, state: State) -> Table | None:
    """The payments of a place by kind: the columns of `grouped`; None if it has no payments.

    They are kept among the derived tables of the place: lines may number tens of millions, and
    what they say in sum changes only with the files. A place that cannot be written to is summed
    each time anew.
    """
    there = payments(engine, folder, state)
    if not there:
        return None
    inputs = _hash([_KINDS_VERSION, _members(state, DATASETS)])
    path = folder.derived(_KINDS, inputs)
    if path is None:
        sums = grouped(there)
        order = ["dataset", "year_start", *KIND_KEY]
        table = engine.to_arrow(sums.select(*order, "lines", "pence", "size_pence").order_by(order))
        try:
            path = folder.write_derived(_KINDS, inputs, table)
        except (PlaceError, OSError):
            return engine.memory(table)
    return engine.read_parquet([path])


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
    engine: Engine,
    folder: Folder,
    state: State,
    decisions: Sequence[Decision],
    *,
    columns: Sequence[str] = CLASSES.names,
) -> pa.Table:
    """The classification of every kind of payment of a place, in the order of the keys.

    A place that cannot be written to is classified all the same, each time anew.

    Args:
        columns: which of CLASSES.
    """
    name = _inputs(state, decisions)
    if path := folder.derived(_STEP, name):
        return pq.read_table(path, columns=list(columns))
    table = CLASSES.empty_table()
    summed = payment_kinds(engine, folder, state)
    if summed is not None:
        table = _by_body(engine, summed, sources(folder, state, decisions))
    with contextlib.suppress(PlaceError, OSError):
        folder.write_derived(_STEP, name, table)
    return table.select(list(columns))


def _by_body(engine: Engine, summed: Table, known: Sources) -> pa.Table:
    """The classification, one body after the other: each has rules and a model of its own, and
    memory stays that of the largest."""
    bodies = engine.to_arrow(distinct_rows(summed, ["body_id"]))
    payees = payee_kinds(engine, summed)
    tables = []
    for body_id in bodies["body_id"].to_pylist():
        kinds = read_kinds(engine, summed.filter(summed.body_id == body_id), payees)
        tables.append(class_table(classify(kinds, known)))
    return pa.concat_tables([CLASSES.empty_table(), *tables])


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
    corrections = [
        (one.n, one.object_id, one.value, one.who, one.why)
        for one in decisions
        if one.what == "class"
    ]
    return _hash(
        [
            MODEL_VERSION,
            data_edition(),
            version("scikit-learn"),
            _members(state, (*DATASETS, *_REGISTERS)),
            corrections,
        ]
    )


def _members(state: State, datasets: Iterable[str]) -> list[tuple[str, str]]:
    wanted = set(datasets)
    return sorted(
        (member.dataset, member.lines_sha256) for member in state.active if member.dataset in wanted
    )


def _hash(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
