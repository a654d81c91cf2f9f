"""The way back: what a figure is made of, where a line comes from, what a claim rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import pyarrow.parquet as pq

from totalplace._api._classify import class_of_line
from totalplace._api._result import GBP, NUMBER, TEXT, Document, Result, pounds, table_of
from totalplace.claims import ClaimResult, find_claim
from totalplace.count import FigureExplained, LineExplained, explain_figure, explain_line
from totalplace.engine import Engine
from totalplace.errors import Problem, RequestError
from totalplace.money import gbp
from totalplace.place import Folder, LineId, State, parse_line_id
from totalplace.sources import SourceRow, source_row

__all__ = ["ExplainResult", "claim_result", "figure_result", "line_as_read", "line_result"]

Explained = FigureExplained | LineExplained | ClaimResult
ExplainResult = Result[Explained]


def claim_result(claim_id: str) -> ExplainResult | None:
    """A claim of the documents with all that its verdict rests on, or None if it is no claim."""
    found = find_claim(claim_id)
    if found is None:
        return None
    document = found.as_dict()
    rows = [{"field": name, "value": str(value)} for name, value in document.items() if value]
    return ExplainResult(
        facts=found,
        document={"kind": "claim", **document},
        table=table_of(rows, {"field": TEXT, "value": TEXT}),
        title=f"Claim {found.id}: {found.verdict}",
    )


def figure_result(
    engine: Engine, folder: Folder, figure_id: str, *, today: date, offset: int
) -> ExplainResult:
    """A figure: its eliminations, key, decisions, sources and a page of its lines, one row each."""
    found = explain_figure(engine, folder, figure_id, today=today, offset=offset)
    lines = [
        {
            **{name: value for name, value in asdict(line).items() if name != "pence"},
            "gbp": pounds(line.pence),
        }
        for line in found.lines
    ]
    texts = ("line_id", "file_name", "member", "measure", "body", "payee", "label", "grade")
    columns = {**dict.fromkeys(texts, TEXT), "row_no": NUMBER, "gbp": GBP}
    return ExplainResult(
        facts=found,
        document={
            "kind": "figure",
            "figure_id": found.figure_id,
            "year": found.request.year,
            "price_base": "cash",
            "asked_in_prices_of": found.request.real,
            "snapshot": found.snapshot,
            "values": dict(found.values),
            "gross_gbp": gbp(found.gross_pence),
            "eliminated_gbp": gbp(found.eliminated_pence),
            "net_gbp": gbp(found.pence),
            "grade": found.grade,
            "by_grade": {grade: gbp(pence) for grade, pence in found.by_grade.items()},
            "key": found.key,
            "offset": found.offset,
            "line_count": found.line_count,
            "lines": [{**line, "gbp": str(line["gbp"])} for line in lines],
            "sources": [dict(source) for source in found.sources],
            "decisions": [asdict(decision) for decision in found.decisions],
        },
        table=table_of(lines, columns),
        title=f"Figure {found.figure_id}",
    )


def line_result(
    engine: Engine, folder: Folder, text: str, *, year: str, today: date
) -> ExplainResult:
    """A line: its row as published, with file and hash, as read, and as the count takes it."""
    line = parse_line_id(text)
    as_read = line_as_read(folder, folder.state(), line)
    published = _published(source_row(folder, text))
    found = explain_line(engine, folder, text, year=year, today=today)
    purpose = class_of_line(engine, folder, folder.state(), folder.decisions(), as_read)
    rows = [{"field": one["column"], "value": one["value"]} for one in published]
    rows += [{"field": name, "value": str(value)} for name, value in as_read.items()]
    return ExplainResult(
        facts=found,
        document={
            "kind": "line",
            "line_id": found.line_id,
            "year": year,
            "source": dict(found.source),
            "member": found.member,
            "row_no": found.row_no,
            "column_no": found.column_no,
            "as_published": published,
            "as_read": as_read,
            "classified": purpose,
            "readings": [_plain(reading) for reading in found.readings],
            "transfer": None if found.transfer is None else _plain(found.transfer),
        },
        table=table_of(rows, {"field": TEXT, "value": TEXT}),
        title=f"Line {found.line_id}",
    )


def _published(row: SourceRow) -> list[dict[str, str]]:
    """The record as it stands in the file: the line's own cell, or all cells of a whole record."""
    if row.column_no:
        return [{"column": row.column, "value": row.cell}]
    header = [*row.header, *[""] * (len(row.cells) - len(row.header))]
    return [
        {"column": column, "value": value} for column, value in zip(header, row.cells, strict=False)
    ]


def line_as_read(folder: Folder, state: State, line: LineId) -> Document:
    """The row as it stands in the place's lines, or among the rejected records."""
    source = state.find_source(line.source_id)
    where = [("row_no", "=", line.row_no), ("column_no", "=", line.column_no)]
    # of several readings of the same bytes first the one that counts
    for member in sorted(state.members_of(source.sha256), key=lambda one: not one.is_active):
        if member.member != line.member:
            continue
        paths = [("read", folder.lines_path(member))]
        if member.rejects_sha256 is not None:
            paths.append(("rejected", folder.path / member.rejects_path))
        for status, path in paths:
            rows = pq.read_table(path, filters=where).to_pylist()
            if rows:
                return {"status": status, "dataset": member.dataset, **_plain(rows[0])}
    raise RequestError(
        Problem(
            "unknown_line",
            "the file has no such line",
            f"{source.name} {line.member}".strip() + f", row {line.row_no}",
            f"nothing was read from row {line.row_no}, column {line.column_no}: a blank row, a "
            "heading or a total is no line",
            "copy the line_id from `totalplace explain` or from an export",
        )
    )


def _plain(value: Any) -> Any:
    """A value as JSON can say it; pence become pounds."""
    if isinstance(value, Mapping):
        return {
            name.replace("_pence", "_gbp"): gbp(part)
            if name.endswith("_pence") and isinstance(part, int)
            else _plain(part)
            for name, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)
