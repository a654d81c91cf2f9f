"""The lines of money as the public sees them: organisations one by one, everybody else summed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.disclosure._hidden import Hidden, find_hidden, hide
from totalplace.disclosure._kinds import SUMMED_NAMES
from totalplace.disclosure._line_schema import PUBLIC_LINE, RAW_LINE
from totalplace.disclosure._payees import PublicPayee, public_payees
from totalplace.disclosure._sums import LEAST_SUMMED, fold_groups
from totalplace.disclosure._texts import LEAST_LINES, LEAST_PAYEES, text_is_public
from totalplace.disclosure._vocabulary import code_labels, label_key, ordinary_words
from totalplace.engine import Engine
from totalplace.errors import IdentityError, Problem
from totalplace.model import Body, BodyRegister, normalise_payee, payers_calling

__all__ = ["PublicLines", "public_lines"]

TEXTS = ("unit_text", "expense_text", "label")
"""The columns whose texts the sources' people wrote."""

_SUMMED = tuple(SUMMED_NAMES)
_BASE = ("year", "body_id", "dataset", "payee_kind", "side", "nature", "role", "cap_rev")
"""What stays apart when lines are summed: every total by these is that of the lines."""
_ALIKE = ("stream_id", "class_route", "control", "grade", "derivation", "source_no", "rule")
"""Kept in a sum when all its lines have the same."""
_TELLING = ("stream_id", "class_route", "source_no")
"""Of those, what a sum of a few lines does not say."""
_CODES = (
    "dataset",
    "body_id",
    "counterparty_id",
    "role",
    "nature",
    "function",
    *_ALIKE[:-2],
    "rule",
)
_AMOUNTS = ("amount_pence", "low_pence", "high_pence")
_AGREE = ("year", "body_id", "dataset", "side", "nature", "role")
_PAGE_ROWS = 131_072
_READ_KEY = ("body_id", "payee_text", "counterparty_id", "payee_kind", "side")
_READING = pa.schema(
    [(f"read_{name}", pa.string()) for name in _READ_KEY]
    + [
        ("kind", pa.string()),
        ("payee", pa.string()),
        ("payee_key", pa.string()),
        ("payee_id", pa.int32()),
    ]
)


@dataclass(frozen=True, eq=False)
class PublicLines:
    """The public lines, ready to be written.

    Attributes:
        payees: the ``payees`` table: payee_id, name, body_id, lines, pence (paid out), years.
        withheld: kind (individual, redacted, unrecognised) -> ``lines`` and ``pence``.
        withheld_texts: how many different texts of a payer are not shown.
        names: every payee name that is not shown -> its kind.
        hidden: these names, and those of files and members, to be kept out of all else.
        texts: column -> its different public texts and codes, for `leaks`.
        rows: rows of the table.
    """

    payees: pa.Table
    withheld: Mapping[str, Mapping[str, int]]
    withheld_texts: int
    names: Mapping[str, str]
    hidden: Hidden
    texts: Mapping[str, tuple[str, ...]]
    rows: int
    _engine: Engine
    _kept: Any

    def write(self, path: Path) -> None:
        """Write the lines as Parquet, a part at a time: a table for `write_publication`."""
        with pq.ParquetWriter(path, PUBLIC_LINE, compression="zstd") as writer:
            for first in range(0, self.rows, _PAGE_ROWS):
                writer.write_table(self._page(first), row_group_size=_PAGE_ROWS)
            if not self.rows:
                writer.write_table(PUBLIC_LINE.empty_table())

    def _page(self, first: int) -> pa.Table:
        kept = self._kept
        inside = (kept.line_no >= first) & (kept.line_no < first + _PAGE_ROWS)
        page = self._engine.to_arrow(kept.filter(inside).order_by("line_no"))
        keys = pa.array(_keys(page["line_id"].to_pylist()), pa.int64())
        return page.append_column("line_key", keys).select(PUBLIC_LINE.names).cast(PUBLIC_LINE)


def public_lines(
    engine: Engine,
    lines: Any,
    *,
    register: BodyRegister,
    aliases: Mapping[str, str | None] | None = None,
    payee_kinds: Mapping[str, str] | None = None,
    labels: Iterable[str] = (),
    files: Mapping[str, str] | None = None,
) -> PublicLines:
    """The public lines of all raw lines, of any year and dataset.

    Bodies and recognised organisations line by line; individuals, withheld and unrecognised payees
    summed by year, body, dataset, kind, side, nature, role, capital or revenue, and by function
    where a function has ten lines or more (what is left over is one more sum, without a function).

    Args:
        engine: where `lines` live; its memory is used for the result until it is closed.
        lines: an expression on that engine with the columns of `RAW_LINE` (an Arrow table by
            ``engine.memory(table)``).
        register: the bodies that are known; a payee that is one is shown under the body's name.
        aliases: decisions of kind ``alias``: payee name -> body_id, or None for no body.
        payee_kinds: decisions of kind ``payee_kind``: payee name -> organisation or individual.
        labels: public labels beside those of the shipped code lists: the place's own streams,
            bodies and areas, and groups that pay in. Who pays in (side ``in``) under such a label
            is shown by it.
        files: raw names of files and members that are not public -> their public titles.

    Raises:
        IdentityError: the public lines do not add up to the raw ones by year, body, dataset, side,
            nature and role.
    """
    lines = lines.select(*RAW_LINE.names)
    own = frozenset(label_key(label) for label in labels)
    readings = _read(engine, lines, register, aliases or {}, payee_kinds or {}, own)
    public_labels = code_labels([*own, *(body.name for body in register.bodies.values())])
    shown = {name for name, _ in readings.payees}
    hidden = hide(
        {**{name: SUMMED_NAMES[kind] for name, kind in readings.names.items()}, **(files or {})},
        excused=[*public_labels, *shown],
        ordinary=ordinary_words(),
    )
    joined = engine.view(_joined(lines, engine.memory(readings.table)))
    allowed, withheld_texts = _allowed(engine, joined, public_labels, hidden)
    single = _single(joined, {name: engine.memory(table) for name, table in allowed.items()})
    sums, withheld = _summed(engine, joined)
    both = ibis.union(single, engine.memory(sums).select(*single.columns), distinct=False)
    order = [both.year, both.body_id, -both.amount_pence.abs(), both.line_id]
    numbered = both.mutate(line_no=ibis.row_number().over(order_by=order))
    kept = engine.keep(numbered)
    _demand_same_sums(engine, lines, kept)
    rows = int(engine.to_arrow(kept.aggregate(rows=kept.count()))["rows"][0].as_py())
    _demand_unique(engine, kept, rows)
    return PublicLines(
        payees=_payees(engine, kept, readings.payees),
        withheld=withheld,
        withheld_texts=withheld_texts,
        names=readings.names,
        hidden=hidden,
        texts={
            **{name: tuple(sorted(set(t["text"].to_pylist()))) for name, t in allowed.items()},
            **_codes(engine, kept),
        },
        rows=rows,
        _engine=engine,
        _kept=kept,
    )


@dataclass(frozen=True)
class _Readings:
    """Every payer, payee text, counterparty and kind that stands in the lines, read.

    Attributes:
        table: the four, and what they were read as; a row each.
        payees: number -> public name and body_id, of those that are shown.
        names: the names that are not shown -> kind.
    """

    table: pa.Table
    payees: Sequence[tuple[str, str]]
    names: Mapping[str, str]


def _read(
    engine: Engine,
    lines: Any,
    register: BodyRegister,
    aliases: Mapping[str, str | None],
    kinds: Mapping[str, str],
    funders: frozenset[str],
) -> _Readings:
    named = lines.select(**{f"read_{name}": lines[name].fill_null("") for name in _READ_KEY})
    named = named.filter(named.read_payee_text != "").distinct()
    found = engine.to_arrow(named).sort_by([(f"read_{n}", "ascending") for n in _READ_KEY])
    read = partial(public_payees, register=register, aliases=aliases, kinds=kinds)
    shared = {one.payee_text: one for one in read(found["read_payee_text"].unique().to_pylist())}
    decided = {normalise_payee(name): kind for name, kind in kinds.items()}
    columns: dict[str, list[str]] = {name: [] for name in ("kind", "payee", "payee_key", "body")}
    for row in zip(*(found[name].to_pylist() for name in found.column_names), strict=True):
        payer, text, counterparty, raw_kind, side = row
        payee = shared[text]
        if payer in payers_calling(text):
            [payee] = read([text], payer_id=payer)
        key = normalise_payee(text)
        body = register.bodies.get(counterparty)
        settled = _settled(payee, raw_kind, body, decided.get(key))
        if settled[0] == "unrecognised" and side == "in" and label_key(text) in funders:
            settled = ("organisation", " ".join(text.split()), "")
        for name, value in zip(columns, (*settled[:2], key or "?", settled[2]), strict=True):
            columns[name].append(value)
    bodies = columns.pop("body")
    # numbered as names stand in a list, so that pages sort by the number
    shown = sorted(
        {pair for pair in zip(columns["payee"], bodies, strict=True) if pair[0]},
        key=lambda pair: (pair[0].lower(), pair),
    )
    numbers = {pair: n for n, pair in enumerate(shown)}
    ids = [numbers.get(pair) for pair in zip(columns["payee"], bodies, strict=True)]
    texts = list(zip(found["read_payee_text"].to_pylist(), columns["kind"], strict=True))
    names = {text: kind for text, kind in texts if kind in _SUMMED}
    for text, kind in texts:
        if kind not in _SUMMED:
            names.pop(text, None)  # shown as it stands in some payer's lines
    table = pa.table({**dict(zip(found.column_names, found.columns, strict=True)), **columns})
    table = table.append_column("payee_id", pa.array(ids, pa.int32()))
    return _Readings(table.cast(_READING), shown, names)


def _settled(
    payee: PublicPayee, raw_kind: str, body: Body | None, decided: str | None
) -> tuple[str, str, str]:
    """Kind, public name and body; what the count found may withhold it, or tell a known body."""
    if payee.kind in ("redacted", "individual"):
        return payee.kind, "", ""
    if raw_kind in ("redacted", "individual") and decided != "organisation":
        return raw_kind, "", ""
    if body is not None:
        return "body", body.name, body.body_id
    return payee.kind, payee.name, payee.body_id or ""


def _joined(lines: Any, readings: Any) -> Any:
    """The lines, each with what its payee was read as."""
    key = {f"key_{name}": lines[name].fill_null("") for name in _READ_KEY}
    keyed = lines.mutate(**key).drop("payee_kind")
    on = [keyed[f"key_{name}"] == readings[f"read_{name}"] for name in _READ_KEY]
    joined = keyed.left_join(readings, on)
    return joined.mutate(payee_kind=joined.kind.fill_null("none"))


def _allowed(
    engine: Engine, joined: Any, labels: frozenset[str], hidden: Hidden
) -> tuple[dict[str, pa.Table], int]:
    """Column -> payer and public text; and how many different texts are not public."""
    listed = engine.memory(pa.table({"listed": pa.array(sorted(labels), pa.string())}))
    found: dict[str, pa.Table] = {}
    withheld = 0
    for name in TEXTS:
        texts = joined.filter((joined[name] != "") & joined[name].notnull())
        grouped = texts.group_by(body_id=texts.body_id, text=texts[name]).aggregate(
            lines=texts.count(), payees=texts.payee_key.nunique()
        )
        grouped = engine.keep(grouped)
        plain = grouped.text.lower().strip().re_replace(r"\s+", " ")
        is_listed = plain.isin(listed.listed)
        enough = (grouped.lines >= LEAST_LINES) & (grouped.payees >= LEAST_PAYEES)
        rows = engine.to_arrow(grouped.filter(is_listed | enough)).to_pylist()
        kept = [
            {"body_id": row["body_id"], "text": row["text"]}
            for row in rows
            if text_is_public(row["text"], lines=row["lines"], payees=row["payees"], labels=labels)
            and (label_key(row["text"]) in labels or not find_hidden(row["text"], hidden))
        ]
        total = engine.to_arrow(grouped.aggregate(n=grouped.count()))["n"][0].as_py()
        withheld += int(total) - len(kept)
        schema = pa.schema([("body_id", pa.string()), ("text", pa.string())])
        found[name] = pa.Table.from_pylist(kept, schema=schema)
    return found, withheld


def _single(joined: Any, allowed: Mapping[str, Any]) -> Any:
    """The lines that are shown one by one, in the columns of the public table."""
    shown = joined.filter(~joined.payee_kind.isin(_SUMMED))
    for name, public in allowed.items():
        table = public.select(text_payer=public.body_id, **{f"public_{name}": public.text})
        on = [shown.body_id == table.text_payer, shown[name] == table[f"public_{name}"]]
        shown = shown.left_join(table, on).drop("text_payer")
    columns = {
        **{name: shown[name] for name in PUBLIC_LINE.names if name in shown.columns},
        **{name: shown[f"public_{name}"] for name in TEXTS},
        "line_id": shown.line_id.hexdigest("sha256").left(16),
        "payee": shown.payee.fill_null(""),
        "lines": ibis.literal(1, "int64"),
    }
    order = [name for name in PUBLIC_LINE.names if name not in ("line_no", "line_key")]
    return shown.select(**{name: columns[name].cast(_ibis_type(name)) for name in order})


def _summed(engine: Engine, joined: Any) -> tuple[pa.Table, dict[str, dict[str, int]]]:
    """The lines that are summed, as rows of the public table; and what is withheld by kind."""
    inside = joined.filter(joined.payee_kind.isin(_SUMMED))
    alike = {}
    for name in _ALIKE:
        value = inside[name]
        is_one = (value.count() == inside.count()) & (value.min() == value.max())
        alike[name] = ibis.ifelse(is_one, value.min(), ibis.null())
    groups = inside.group_by(*_BASE, "function").aggregate(
        lines=inside.count(), **{name: inside[name].sum() for name in _AMOUNTS}, **alike
    )
    rows = engine.to_arrow(groups).to_pylist()
    withheld = {kind: {"lines": 0, "pence": 0} for kind in _SUMMED}
    for row in rows:
        withheld[row["payee_kind"]]["lines"] += row["lines"]
        withheld[row["payee_kind"]]["pence"] += int(row["amount_pence"])
    folded = fold_groups(rows, base=_BASE, alike=_ALIKE, amounts=_AMOUNTS)
    for row in folded:
        row["payee"] = SUMMED_NAMES[row["payee_kind"]]
        if row["lines"] < LEAST_SUMMED:
            # the file of one payment would tell its month, the stream what it was for
            row.update(dict.fromkeys(_TELLING))
    names = [name for name in PUBLIC_LINE.names if name not in ("line_no", "line_key")]
    schema = pa.schema([PUBLIC_LINE.field(name) for name in names])
    whole = [{name: row.get(name) for name in names} for row in folded]
    return pa.Table.from_pylist(whole, schema=schema), withheld


def _codes(engine: Engine, kept: Any) -> dict[str, tuple[str, ...]]:
    """Column of codes -> its different values: few, and none of them a text of the sources."""
    found = {}
    for name in _CODES:
        values = kept.filter(kept[name].notnull()).select(name).distinct()
        found[name] = tuple(sorted(engine.to_arrow(values)[name].to_pylist()))
    return found


def _payees(engine: Engine, kept: Any, payees: Sequence[tuple[str, str]]) -> pa.Table:
    """The ``payees`` table of the lines that are shown."""
    shown = kept.filter(kept.payee_id.notnull())
    paid = ibis.ifelse(shown.side == "out", shown.amount_pence, 0)
    by_year = shown.group_by("payee_id", "payee", "year").aggregate(
        lines=shown.lines.sum(), pence=paid.sum()
    )
    found: dict[int, dict[str, Any]] = {}
    for row in engine.to_arrow(by_year).to_pylist():
        one = found.setdefault(
            row["payee_id"],
            {
                "payee_id": row["payee_id"],
                "name": row["payee"],
                "body_id": payees[row["payee_id"]][1] or None,
                "lines": 0,
                "pence": 0,
                "in": [],
            },
        )
        one["lines"] += row["lines"]
        one["pence"] += int(row["pence"])
        one["in"].append(row["year"])
    rows = [{**one, "years": ",".join(sorted(one["in"]))} for _, one in sorted(found.items())]
    schema = pa.schema(
        [
            ("payee_id", pa.int32()),
            ("name", pa.string()),
            ("body_id", pa.string()),
            ("lines", pa.int64()),
            ("pence", pa.int64()),
            ("years", pa.string()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _demand_same_sums(engine: Engine, lines: Any, kept: Any) -> None:
    """Raise unless both have the same lines and pence by everything that a total may be of."""

    def sums(table: Any, count: Any) -> dict[tuple[Any, ...], tuple[int, ...]]:
        totals = {name: table[name].sum() for name in _AMOUNTS}
        grouped = table.group_by(*_AGREE).aggregate(lines=count, **totals)
        return {
            tuple(row[name] for name in _AGREE): tuple(int(row[n]) for n in ("lines", *_AMOUNTS))
            for row in engine.to_arrow(grouped).to_pylist()
        }

    raw, public = sums(lines, lines.count()), sums(kept, kept.lines.sum())
    keys = raw.keys() | public.keys()
    apart = sorted(tuple(map(str, key)) for key in keys if raw.get(key) != public.get(key))
    if apart:
        raise IdentityError(
            Problem(
                "public_sums_differ",
                "the public lines do not add up to the lines of the count",
                ", ".join(apart[0]),
                f"{len(apart)} of {len(raw)} sums by year, body, dataset, side, nature and role"
                " differ",
                "nothing was published: report this fault",
            )
        )


def _demand_unique(engine: Engine, kept: Any, rows: int) -> None:
    names = int(engine.to_arrow(kept.aggregate(n=kept.line_id.nunique()))["n"][0].as_py())
    if names != rows:
        raise IdentityError(
            Problem(
                "public_line_twice",
                "two public lines have the same name",
                f"{rows - names} of {rows} lines",
                "a line of the count stands twice in what was to be published",
                "nothing was published: report this fault",
            )
        )


def _keys(line_ids: Sequence[str]) -> Any:
    """The names of lines as whole numbers: the same 64 bits."""
    data = bytes.fromhex("".join(line_ids))
    return np.frombuffer(data, dtype=">i8").astype("int64")


def _ibis_type(name: str) -> str:
    kinds = {pa.string(): "string", pa.int64(): "int64", pa.int32(): "int32", pa.date32(): "date"}
    return kinds[PUBLIC_LINE.field(name).type]
