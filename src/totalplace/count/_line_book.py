"""Every line of a year in full, for publishing: texts and dates as published, rule and match."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ibis
import pyarrow as pa

from totalplace.count._evidence import gather
from totalplace.count._schema import LINE_KEY
from totalplace.count._settle import settled_lines
from totalplace.count._working import Working
from totalplace.engine import Engine, stack
from totalplace.engine._engine import Table
from totalplace.place import Folder, Member

__all__ = ["BOOK_COLUMNS", "line_book", "match_name", "published_as"]

_DATASETS = ("spend", "card", "return")
"""Datasets whose published rows have dates or texts that a count has no need of."""

_TEXTS = {
    "period_start": "date",
    "period_end": "date",
    "payment_date": "date",
    "unit_text": "string",
    "expense_text": "string",
}
_ROW = ("source_no", "row_no", "column_no")

BOOK_COLUMNS = (
    "line_id",
    "year",
    "dataset",
    "body_id",
    "payee_text",
    "payee_kind",
    "counterparty_id",
    "stream_id",
    "side",
    "nature",
    "role",
    "function",
    "class_route",
    "cap_rev",
    "control",
    "grade",
    "derivation",
    "amount_pence",
    "low_pence",
    "high_pence",
    *_TEXTS,
    "label",
    *_ROW,
    "rule",
    "match_id",
)


def match_name(year: str, match_id: int) -> str:
    """How a match of a year is named in what is published.

    >>> match_name("2017-18", 12)
    '2017-18-12'
    """
    return f"{year}-{match_id}"


def published_as(member: Member) -> str:
    """What kind of data a member's lines are published as."""
    return "over_25k" if member.format_id == "over_25k" else member.dataset


def line_book(
    engine: Engine,
    folder: Folder,
    working: Working,
    members: Mapping[tuple[str, str], tuple[int, Member]],
    *,
    report: Callable[[str], None] = lambda _: None,
) -> Table:
    """The lines of a year of every body that has to do with the place, one by one.

    Args:
        working: the count of the year.
        members: (source's SHA-256, member's name) -> the number of the source, and the member.

    Returns:
        A table with BOOK_COLUMNS, kept by the engine until it is closed.
    """
    state = working.snapshot.state
    evidence = gather(
        engine,
        folder,
        state,
        working.registers,
        split=None,
        year=working.year,
        decisions=folder.decisions(working.snapshot.n),
        report=report,
    )
    perimeter = working.perimeter
    here = sorted(zone for zone in perimeter.zones if perimeter.status(zone) != "none")
    near = sorted(
        body_id for body_id, zone in perimeter.body_zone.items() if perimeter.status(zone) != "none"
    )
    lines, matches = evidence.lines, working.netted.matches
    if matches.is_settled:
        lines = settled_lines(engine, lines, matches.match, matches.match_line)
    lines = lines.filter(
        lines.year_offset == 0,
        lines.zone.isin(here) | lines.counterparty_id.isin(near).fill_null(False),
    )
    numbered = engine.memory(_numbers(members))
    lines = lines.inner_join(
        numbered,
        [lines.source_id == numbered.of_source, lines.member == numbered.of_member],
    )
    lines = engine.view(_with_evidence(engine, lines, working))
    texts = engine.view(_texts(engine, folder, working, numbered))
    joined = lines.left_join(texts, [lines[name] == texts[f"of_{name}"] for name in _ROW]).mutate(
        year=ibis.literal(working.year),
        dataset=lines.published_as,
        line_id=_line_id(lines),
        payee_kind=ibis.ifelse(
            lines.is_payment & (lines.payee_text.fill_null("") == ""),
            "redacted",
            lines.payee_kind,
        ),
    )
    return engine.keep(joined.select(*BOOK_COLUMNS))


def _numbers(members: Mapping[tuple[str, str], tuple[int, Member]]) -> pa.Table:
    """Source and member -> number, and what its lines are published as."""
    rows = [
        {
            "of_source": sha256,
            "of_member": name,
            "source_no": number,
            "published_as": published_as(one),
            "is_payment": one.dataset in ("spend", "card"),
        }
        for (sha256, name), (number, one) in sorted(members.items())
    ]
    schema = pa.schema(
        [
            ("of_source", pa.string()),
            ("of_member", pa.string()),
            ("source_no", pa.int32()),
            ("published_as", pa.string()),
            ("is_payment", pa.bool_()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _with_evidence(engine: Engine, lines: Table, working: Working) -> Table:
    """The lines with what the count did with a payment to a known body, and its match."""
    paid = working.netted.payments
    ruled = paid.filter(paid.derivation != "inferred").select(
        **{f"of_{name}": paid[name] for name in LINE_KEY}, rule=paid.rule
    )
    match_line = working.netted.matches.match_line
    here = match_line.filter(match_line.year_offset == 0)
    matched = here.group_by([here[name].name(f"in_{name}") for name in LINE_KEY]).agg(
        matched=here.match_id.min()
    )
    lines = lines.left_join(ruled, [lines[name] == ruled[f"of_{name}"] for name in LINE_KEY])
    lines = engine.view(lines.drop(*(f"of_{name}" for name in LINE_KEY)))
    lines = lines.left_join(matched, [lines[name] == matched[f"in_{name}"] for name in LINE_KEY])
    named = ibis.literal(f"{working.year}-") + lines.matched.cast("string")
    return lines.mutate(match_id=named)


def _texts(engine: Engine, folder: Folder, working: Working, numbered: Table) -> Table:
    """The dates and texts of published rows, by source number, row and column."""
    state = working.snapshot.state
    tables = []
    for dataset in _DATASETS:
        paths = folder.lines_paths(dataset, state)
        if not paths:
            continue
        rows = engine.read_parquet(paths)
        rows = rows.inner_join(
            numbered,
            [rows.source_id == numbered.of_source, rows.member == numbered.of_member],
        )
        tables.append(
            rows.select(
                of_source_no=rows.source_no,
                of_row_no=rows.row_no,
                of_column_no=rows.column_no,
                **{
                    name: rows[name].cast(kind) if name in rows.columns else ibis.null(kind)
                    for name, kind in _TEXTS.items()
                },
            )
        )
    if not tables:
        schema = pa.schema(
            [
                ("of_source_no", pa.int32()),
                ("of_row_no", pa.int64()),
                ("of_column_no", pa.int32()),
                *(
                    (name, pa.date32() if kind == "date" else pa.string())
                    for name, kind in _TEXTS.items()
                ),
            ]
        )
        return engine.memory(schema.empty_table())
    return stack(tables)


def _line_id(lines: Table) -> Table:
    parts = [lines.source_id, lines.member, lines.row_no, lines.column_no]
    text = parts[0]
    for part in parts[1:]:
        text = text + ":" + part.cast("string")
    # a cell that is divided by function is a line a part
    return ibis.ifelse(lines.piece == 0, text, text + "#" + lines.piece.cast("string"))
