"""The way back: from a figure to its lines, and from a line to its row in the published file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import Any

import ibis
import pyarrow as pa

from totalplace.count._count import (
    Request,
    Working,
    dimension,
    preparation,
    work,
)
from totalplace.count._figures import find_figure
from totalplace.count._schema import LINE_KEY
from totalplace.count._totals import Cell, grade_of, group, key_grade, measure_cells
from totalplace.engine import Engine
from totalplace.engine._engine import Table
from totalplace.place import Decision, Folder, line_id, parse_line_id

__all__ = ["FigureExplained", "LineExplained", "LineRef", "explain_figure", "explain_line"]

PAGE = 20

_JOIN = (
    "measure",
    "body_id",
    "dataset",
    "stream_id",
    "function",
    "class_scheme",
    "class_code",
    "funder",
    "nature",
    "cap_rev",
    "control",
    "grade",
    "derivation",
    "area",
)


@dataclass(frozen=True)
class LineRef:
    """One line behind a figure.

    Attributes:
        line_id: names its source, member, row and column.
        file_name, row_no: where a person finds it.
        measure: gross, or eliminated (then ``pence`` is negative).
        pence: what of it is in the figure.
    """

    line_id: str
    file_name: str
    member: str
    row_no: int
    measure: str
    body: str
    payee: str
    label: str
    grade: str
    is_shared: bool
    pence: int


@dataclass(frozen=True)
class FigureExplained:
    """What a figure is made of.

    Attributes:
        pence: net; gross_pence less eliminated_pence.
        lines: one page of its lines, the largest first.
        line_count: how many lines it has in all.
        sources: file name, SHA-256 and licence of every source behind it.
        key: the apportionment key used and its source.
    """

    figure_id: str
    request: Request
    snapshot: int
    values: Mapping[str, str]
    pence: int
    gross_pence: int
    eliminated_pence: int
    grade: str
    by_grade: Mapping[str, int]
    key: str
    lines: tuple[LineRef, ...]
    offset: int
    line_count: int
    sources: tuple[Mapping[str, str], ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class LineExplained:
    """How one line was read and what the count made of it.

    Attributes:
        source: file name, sha256, publisher, licence, received of its file.
        readings: the canonical lines made of it in that year (several when a cell is divided).
        transfer: the rule for it when it pays a known body, and the match it stands in.
    """

    line_id: str
    source: Mapping[str, str]
    member: str
    row_no: int
    column_no: int
    readings: tuple[Mapping[str, Any], ...]
    transfer: Mapping[str, Any] | None


def explain_figure(
    engine: Engine, folder: Folder, figure_id: str, *, today: date, offset: int = 0
) -> FigureExplained:
    """Explain a figure that a count of this place has made.

    Args:
        offset: lines to skip, for paging; a page has 20.

    Raises:
        RequestError: no count of this place has made it.
    """
    asked, values = find_figure(folder, figure_id)
    request = Request(**(asked | {"by": tuple(asked["by"])}))
    working = work(engine, folder, request, today=today)
    grade = key_grade(working.key.measure)
    cells = measure_cells(working.netted.cube, {"gross": 1, "eliminated": -1}, shared_grade=grade)
    prepared = preparation(folder, request, working)(cells)
    chosen = [
        cell
        for cell in prepared
        if all(str(dimension(name)(cell.values)) == value for name, value in values.items())
    ]
    total = (
        group(chosen, [], []) or group([Cell({"dataset": "", "grade": "A"}, 0, 0, 0)], [], [])
    )[0]
    lines, count = _lines(engine, working, chosen, offset)
    shown = sorted({ref.line_id.split(":")[0] for ref in lines})
    return FigureExplained(
        figure_id=figure_id,
        request=request,
        snapshot=working.snapshot.n,
        values=values,
        pence=total.pence,
        gross_pence=sum(c.pence for c in chosen if c.values["measure"] == "gross"),
        eliminated_pence=-sum(c.pence for c in chosen if c.values["measure"] == "eliminated"),
        grade=grade_of(total),
        by_grade=total.by_grade,
        key=working.key.label,
        lines=lines,
        offset=offset,
        line_count=count,
        sources=tuple(_source(working, sha256) for sha256 in shown),
        decisions=folder.decisions(working.snapshot.n),
    )


def _lines(
    engine: Engine, working: Working, cells: list[Cell], offset: int
) -> tuple[tuple[LineRef, ...], int]:
    keys = {
        tuple(str(cell.values["line_grade" if name == "grade" else name] or "") for name in _JOIN)
        for cell in cells
    }
    table = engine.memory(
        pa.table({name: [key[i] for key in sorted(keys)] for i, name in enumerate(_JOIN)})
    )
    placed = working.netted.placed
    same = reduce(
        and_, (placed[name].cast("string").fill_null("") == table[name] for name in _JOIN)
    )
    found = placed.semi_join(table, same)
    signed = found.mutate(
        signed=ibis.ifelse(found.measure == "eliminated", -found.amount_pence, found.amount_pence)
    )
    # A cell divided by authority is one line to the reader.
    whole = signed.group_by([*LINE_KEY, "measure", "body_id", "payee_text", "label", "grade"]).agg(
        signed=signed.signed.sum().cast("int64"), is_shared=signed.is_shared.max()
    )
    order = [ibis.desc(whole.signed.abs()), *(whole[name] for name in LINE_KEY)]
    page = engine.to_arrow(whole.order_by(order).limit(PAGE, offset=offset)).to_pylist()
    count = engine.to_arrow(whole.count().as_table())
    return (
        tuple(_ref(working, row) for row in page),
        int(count.column(0)[0].as_py()),
    )


def _ref(working: Working, row: Mapping[str, Any]) -> LineRef:
    return LineRef(
        line_id=line_id(row["source_id"], row["member"], row["row_no"], row["column_no"]),
        file_name=_source(working, row["source_id"])["name"],
        member=row["member"],
        row_no=row["row_no"],
        measure=row["measure"],
        body=working.registers.name(row["body_id"]),
        payee=row["payee_text"] or "",
        label=row["label"] or "",
        grade=row["grade"],
        is_shared=row["is_shared"],
        pence=row["signed"],
    )


def _source(working: Working, sha256: str) -> dict[str, str]:
    for source in working.snapshot.state.sources:
        if source.sha256 == sha256:
            return {
                "name": source.name,
                "sha256": source.sha256,
                "publisher": source.publisher or "",
                "licence": source.licence or "",
                "received": source.received,
            }
    return {"name": "", "sha256": sha256, "publisher": "", "licence": "", "received": ""}


def explain_line(
    engine: Engine, folder: Folder, text: str, *, year: str, today: date
) -> LineExplained:
    """Explain a line by its line_id.

    Raises:
        RequestError: it is no line_id, or the place has no such source.
    """
    parsed = parse_line_id(text)
    working = work(engine, folder, Request(year), today=today)
    working.snapshot.state.find_source(parsed.source_id)
    lines = working.evidence.lines
    readings = engine.to_arrow(_of(lines, parsed.source_id, parsed)).to_pylist()
    transfers = engine.to_arrow(_of(working.netted.payments, parsed.source_id, parsed)).to_pylist()
    transfer: dict[str, Any] | None = None
    if transfers:
        transfer = {name: transfers[0][name] for name in ("counterparty_id", "rule")}
        matched = working.netted.matches.match_line
        found = working.netted.matches.match.semi_join(
            _of(matched, parsed.source_id, parsed), "match_id"
        )
        transfer["matches"] = engine.to_arrow(found).to_pylist()
    return LineExplained(
        line_id=text,
        source=_source(working, parsed.source_id),
        member=parsed.member,
        row_no=parsed.row_no,
        column_no=parsed.column_no,
        readings=tuple(readings),
        transfer=transfer,
    )


def _of(table: Table, source_id: str, parsed: Any) -> Table:
    return table.filter(
        table.source_id == source_id,
        table.member == parsed.member,
        table.row_no == parsed.row_no,
        table.column_no == parsed.column_no,
    )
