"""A body's own return: what came in and went out, by stream and counterparty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.model import load
from totalplace.sources._amounts import read_amount
from totalplace.sources._columns import read_columns
from totalplace.sources._dates import parse_date
from totalplace.sources._delimited import Delimited, records
from totalplace.sources._format import Detection, Format, FormatInfo, Job, Reading, no_match
from totalplace.sources._published import (
    COMMON_FIELDS,
    financial_year,
    line_table,
    new_member,
    write,
)
from totalplace.sources._rejects import RejectWriter

__all__ = ["RETURN"]

_SCHEMA = pa.schema(
    [
        *COMMON_FIELDS,
        ("body_id", pa.string()),
        ("financial_year", pa.string()),
        ("side", pa.string()),
        ("stream_text", pa.string()),
        ("counterparty_text", pa.string()),
        ("function", pa.string()),
        ("nature", pa.string()),
        ("cap_rev", pa.string()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("phase", pa.string()),
        ("basis", pa.string()),
        ("amount_pence", pa.int64()),
        ("reference_id", pa.string()),
        ("note", pa.string()),
    ]
)
_HEADERS = tuple(read_columns("return")["headers"])
_FIELDS = tuple(read_columns("return")["headers"].values())

Fault = tuple[str, str, str]
"""Code, field and message of what is wrong in a record."""


def _sniff(piece: Delimited) -> Detection:
    if tuple(cell.strip() for cell in piece.header) == _HEADERS:
        return Detection("return", 1.0, ("its header is exactly that of a return",))
    missing = [name for name in _HEADERS if name not in piece.header]
    return no_match("return", f"no column {', '.join(map(repr, missing))}" if missing else "order")


def _read(piece: Delimited, index: int, job: Job) -> Reading:
    bodies: dict[str, str] = {}
    problems: dict[str, Problem] = {}
    lines: list[tuple[Any, ...]] = []
    skipped: Counter[str] = Counter()
    count = 0
    with RejectWriter(
        job.folder / f"rejects-{index}.parquet",
        source_id=job.source.sha256,
        member=piece.member,
        where=piece.where,
    ) as rejects:
        for row_no, cells in records(piece):
            if row_no <= piece.header_row:
                continue
            count += 1
            texts = [cell.strip() for cell in cells]
            if not any(texts):
                skipped["blank"] += 1
                continue
            if tuple(texts) == _HEADERS:
                skipped["repeated_header"] += 1
                continue
            values, faults = _values(texts)
            if faults:
                code, field, _ = faults[0]
                at = _FIELDS.index(field) if field in _FIELDS else len(_FIELDS)
                rejects.add(
                    row_no,
                    at + 1,
                    column=_HEADERS[at] if at < len(_HEADERS) else f"#{at + 1}",
                    code=code,
                    message="; ".join(message for _, _, message in faults),
                    raw=piece.delimiter.join(cells),
                )
                continue
            body_text, *rest = values
            if body_text not in bodies and body_text not in problems:
                try:
                    body = job.body or job.bodies.find(body_text)
                    bodies[body_text] = body.body_id
                except RequestError as error:
                    problems[body_text] = error.problems[0]
            lines.append((row_no, 0, None, bodies.get(body_text), *rest))
    if problems:
        raise FileRefused(
            Problem(one.code, one.what, f"{piece.where}, column Body", one.why, one.fix)
            for one in problems.values()
        )
    return _reading(piece, index, job, lines, count=count, skipped=skipped, rejects=rejects)


def _reading(
    piece: Delimited,
    index: int,
    job: Job,
    lines: Sequence[tuple[Any, ...]],
    *,
    count: int,
    skipped: Counter[str],
    rejects: RejectWriter,
) -> Reading:
    table = line_table(_SCHEMA, lines, source_id=job.source.sha256, member=piece.member)
    at = {name: column - 2 for column, name in enumerate(_SCHEMA.names)}
    amounts = [line[at["amount_pence"]] for line in lines]
    bodies = {line[at["body_id"]] for line in lines}
    member = new_member(
        job,
        member=piece.member,
        index=index,
        dataset="return",
        format_id="return",
        records=count,
        lines=len(lines),
        rejected=rejects.count,
        skipped=dict(skipped),
        body_id=next(iter(bodies)) if len(bodies) == 1 else None,
        sum_pence=sum(amounts),
        negative_lines=sum(amount < 0 for amount in amounts),
        exact_duplicates=len(lines) - len({line[3:] for line in lines}),
        period_start=min((line[at["period_start"]] for line in lines), default=None),
        period_end=max((line[at["period_end"]] for line in lines), default=None),
        encoding=piece.encoding,
        dialect={"delimiter": piece.delimiter, "header_row": str(piece.header_row)},
    )
    path = write(table, job.folder / f"lines-{index}.parquet")
    return Reading(member, path, rejects.path, rejects.warnings())


def _values(texts: Sequence[str]) -> tuple[list[Any], list[Fault]]:
    """The values of one record in the order of the fields, and what is wrong with it."""
    faults: list[Fault] = []
    if len(texts) < len(_FIELDS) or any(texts[len(_FIELDS) :]):
        message = f"{len(texts)} cells, where {len(_FIELDS)} are expected"
        return [], [("extra_field", "", message)]
    text = dict(zip(_FIELDS, texts, strict=False))
    values: dict[str, Any] = {field: value or None for field, value in text.items()}
    for field in ("body_text", "stream_text"):
        if not text[field]:
            faults.append(("missing_value", field, f"{field} is blank"))
    closed = {**read_columns("return")["values"], "nature": load("nature")["nature"].to_pylist()}
    for field, allowed in closed.items():
        if text[field] not in allowed:
            message = f"{text[field]!r} is none of {', '.join(allowed)}"
            faults.append(("unknown_value", field, message))
    years = financial_year(text["financial_year"])
    if years is None:
        message = f"{text['financial_year']!r} is no financial year such as 2017-18"
        faults.append(("bad_year", "financial_year", message))
    first = date(years[0], 4, 1) if years else None
    last = date(years[1], 3, 31) if years else None
    for field, default in (("period_start", first), ("period_end", last)):
        values[field] = parse_date(text[field]) if text[field] else default
        if text[field] and values[field] is None:
            faults.append(("bad_date", field, f"{text[field]!r} is no date"))
    if not faults and values["period_start"] > values["period_end"]:
        faults.append(("bad_date", "period_end", "the period ends before it starts"))
    values["amount"], fault = read_amount(text["amount"])
    if fault:
        faults.append((fault, "amount", f"{text['amount']!r} is no exact amount in pounds"))
    return [values[field] for field in _FIELDS], faults


RETURN = Format(
    FormatInfo(
        "return", read_columns("return")["title"], "exactly the header of a return", _HEADERS
    ),
    sniff_text=_sniff,
    read_text=_read,
)
