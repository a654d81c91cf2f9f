"""Whom payments and returns name: each text read once, whatever number of lines it stands on."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from totalplace.engine import Engine
from totalplace.engine._engine import Table
from totalplace.errors import PlaceError
from totalplace.model import (
    BodyRegister,
    PayeeMatch,
    data_edition,
    normalise_payee,
    payers_calling,
    resolve_payees,
)
from totalplace.place import Decision, Folder, State

__all__ = ["NO_BODY", "Payees", "decided_payees", "read_payees"]

NO_BODY = "none"
"""The value of an alias decision that says: this payee is no known body."""

Pair = tuple[str, str]

_STEP = "payees"
_VERSION = 1
_REGISTERS = ("body", "body_alias", "body_area")
_MATCH = pa.schema(
    [
        ("payee_text", pa.string()),
        ("payee_key", pa.string()),
        ("payee_kind", pa.string()),
        ("body_id", pa.string()),
        ("score", pa.float64()),
        ("reason", pa.string()),
        ("public_kind", pa.string()),
    ]
)
_PAIR = pa.schema([("body_id", pa.string()), ("payee_text", pa.string())])


@dataclasses.dataclass(frozen=True, eq=False)
class Payees(Mapping[Pair, PayeeMatch]):
    """(Payer, payee text) -> what the text means in that payer's files.

    Attributes:
        shared: text -> what it means in anybody's files.
        own: what some texts mean in the files of one payer only.
        pairs: every payer and payee text: body_id, payee_text.
    """

    shared: Mapping[str, PayeeMatch]
    own: Mapping[Pair, PayeeMatch]
    pairs: pa.Table

    def __getitem__(self, pair: Pair) -> PayeeMatch:
        return self.own.get(pair) or self.shared[pair[1]]

    def __iter__(self) -> Iterator[Pair]:
        columns = (self.pairs[name].to_pylist() for name in _PAIR.names)
        return zip(*columns, strict=True)

    def __len__(self) -> int:
        return int(self.pairs.num_rows)

    @property
    def payers(self) -> list[str]:
        """Everybody who pays, sorted."""
        return sorted(self.pairs["body_id"].unique().to_pylist())

    def changed(self, change: Callable[[PayeeMatch], PayeeMatch]) -> Payees:
        """The same with each match changed."""
        return Payees(
            {name: change(match) for name, match in self.shared.items()},
            {pair: change(match) for pair, match in self.own.items()},
            self.pairs,
        )


def read_payees(
    engine: Engine,
    folder: Folder,
    state: State,
    kinds: Table | None,
    *,
    others: Collection[Pair],
    register: BodyRegister,
    decided: Mapping[str, str | None],
) -> Payees:
    """Every payee of a place, read.

    What a text means to any payer is kept among the derived tables of the place.

    Args:
        kinds: payments by kind, if there are any.
        others: payers and payees that stand in returns.
        decided: people's decisions, payee text -> body_id, or None for "no body".
    """
    rows = [dict(zip(_PAIR.names, pair, strict=True)) for pair in sorted(others)]
    pairs = pa.Table.from_pylist(rows, schema=_PAIR)
    if kinds is not None:
        named = kinds.filter(kinds.payee_text != "").select(*_PAIR.names).distinct()
        found = engine.to_arrow(named).cast(_PAIR)
        pairs = pa.concat_tables([found, pairs]).group_by(_PAIR.names).aggregate([])
    names = sorted(pairs["payee_text"].unique().to_pylist())
    own = {
        (payer, name): match
        for payer, name in sorted(_called(names, pairs))
        if payer in payers_calling(name)
        for match in resolve_payees([name], register, payer_id=payer, decisions=decided)
    }
    return Payees(_shared(folder, state, names, register, decided), own, pairs)


def _called(names: Sequence[str], pairs: pa.Table) -> set[Pair]:
    """The pairs whose text may be a payer's own name for a body."""
    called = pa.array([name for name in names if payers_calling(name)], pa.string())
    some = pairs.filter(pc.is_in(pairs["payee_text"], value_set=called))
    return {(row["body_id"], row["payee_text"]) for row in some.to_pylist()}


def _shared(
    folder: Folder,
    state: State,
    names: Sequence[str],
    register: BodyRegister,
    decided: Mapping[str, str | None],
) -> dict[str, PayeeMatch]:
    """What each text means, whoever the payer is."""
    registers = sorted(
        (member.dataset, member.lines_sha256)
        for member in state.active
        if member.dataset in _REGISTERS
    )
    parts = [_VERSION, data_edition(), registers, sorted(decided.items()), names]
    inputs = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
    if path := folder.derived(_STEP, inputs):
        return {row["payee_text"]: PayeeMatch(**row) for row in pq.read_table(path).to_pylist()}
    if folder.pending is not None:
        return _supposed(folder, state, names, register, decided)
    found = resolve_payees(names, register, decisions=decided)
    with contextlib.suppress(PlaceError, OSError):
        rows = [dataclasses.asdict(match) for match in found]
        folder.write_derived(_STEP, inputs, pa.Table.from_pylist(rows, schema=_MATCH))
    return {match.payee_text: match for match in found}


def _supposed(
    folder: Folder,
    state: State,
    names: Sequence[str],
    register: BodyRegister,
    decided: Mapping[str, str | None],
) -> dict[str, PayeeMatch]:
    """The same as if decisions were made: only the names that they are about are read anew."""
    before = decided_payees(folder.saved.decisions())
    found = _shared(folder.saved, state, names, register, before)
    about = {
        normalise_payee(name)
        for name in {*before, *decided}
        if (name in before, before.get(name)) != (name in decided, decided.get(name))
    }
    changed = [name for name, match in found.items() if match.payee_key in about]
    return found | {
        match.payee_text: match for match in resolve_payees(changed, register, decisions=decided)
    }


def decided_payees(decisions: Iterable[Decision]) -> dict[str, str | None]:
    """What people have decided: payee's name -> body_id, or None for "no body"."""
    return {
        one.object_id: None if one.value == NO_BODY else one.value
        for one in decisions
        if one.what == "alias"
    }
