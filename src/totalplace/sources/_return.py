"""A body's own return: what came in and went out, by stream and counterparty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.model import load, resolve_payees
from totalplace.sources._amounts import read_amount
from totalplace.sources._columns import read_columns
from totalplace.sources._dates import parse_date
from totalplace.sources._delimited import Delimited
from totalplace.sources._format import (
    Detection,
    Format,
    FormatInfo,
    Job,
    Memo,
    Reading,
    no_match,
)
from totalplace.sources._published import (
    COMMON_FIELDS,
    financial_year,
    line_table,
    new_member,
    write,
)
from totalplace.sources._rejects import RejectWriter
from totalplace.sources._text_rows import TextRows, of_delimited, of_sheet, with_header
from totalplace.sources._workbook import Workbook

__all__ = ["RETURN", "RETURN_SCHEMA", "return_form"]

RETURN_SCHEMA = pa.schema(
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


_PREFILLED = ("body_text", "financial_year", "phase", "basis", "cap_rev")
"""What a template writes into rows that nobody has filled in."""


def return_form() -> tuple[tuple[str, ...], Mapping[str, Sequence[str]]]:
    """The headings of a return in their order, and heading -> the only values allowed."""
    closed = _closed()
    headings = read_columns("return")["headers"]
    return _HEADERS, {title: closed[name] for title, name in headings.items() if name in closed}


def _closed() -> dict[str, list[str]]:
    natures: list[str] = load("nature")["nature"].to_pylist()
    return {**read_columns("return")["values"], "nature": natures}


def _is_header(cells: Sequence[str]) -> bool:
    texts = [cell.strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts) == _HEADERS


def _sniff(piece: Delimited) -> Detection:
    if tuple(cell.strip() for cell in piece.header) == _HEADERS:
        return Detection("return", 1.0, ("its header is exactly that of a return",))
    missing = [name for name in _HEADERS if name not in piece.header]
    return no_match("return", f"no column {', '.join(map(repr, missing))}" if missing else "order")


def _sheets(book: Workbook) -> dict[str, TextRows]:
    tables = {sheet: with_header(of_sheet(book, sheet), _is_header) for sheet in book.sheets}
    return {sheet: rows for sheet, rows in tables.items() if rows is not None}


def _sniff_workbook(book: Workbook) -> Detection:
    for sheet in _sheets(book):
        return Detection("return", 1.0, (f"sheet {sheet!r} has exactly the header of a return",))
    return no_match("return", "no sheet has exactly the header of a return")


def _read(piece: Delimited, index: int, job: Job) -> Reading:
    rows = with_header(of_delimited(piece), _is_header)
    if rows is None:
        raise ValueError("the header was found before")
    return _read_rows(rows, index, job)


def _read_workbook(book: Workbook, job: Job) -> Sequence[Reading | Memo]:
    found = _sheets(book)
    return [
        _read_rows(found[sheet], index, job)
        if sheet in found
        else Memo(sheet, len(book.rows(sheet)), "it explains or checks the return")
        for index, sheet in enumerate(book.sheets)
    ]


def _read_rows(rows: TextRows, index: int, job: Job) -> Reading:
    is_sheet = rows.delimiter is None
    width = len(_HEADERS)
    bodies: dict[str, str] = {}
    problems: dict[str, Problem] = {}
    lines: list[tuple[Any, ...]] = []
    skipped = rows.above()
    count = skipped.total()
    with RejectWriter(
        job.folder / f"rejects-{index}.parquet",
        source_id=job.source.sha256,
        member=rows.member,
        where=rows.where,
    ) as rejects:
        for row_no, cells in rows.below():
            count += 1
            texts = [cell.strip() for cell in cells]
            if is_sheet:
                texts = [*texts, *[""] * (width - len(texts))]
            if not any(texts) or (is_sheet and _is_unfilled(texts)):
                skipped["blank"] += 1
                continue
            if _is_header(texts):
                skipped["repeated_header"] += 1
                continue
            values, faults = _values(texts)
            if faults:
                code, field, _ = faults[0]
                at = _FIELDS.index(field) if field in _FIELDS else width
                rejects.add(
                    row_no,
                    at + 1,
                    column=_HEADERS[at] if at < width else f"#{at + 1}",
                    code=code,
                    message="; ".join(
                        _at(rows, row_no, name) + message for _, name, message in faults
                    ),
                    raw=(rows.delimiter or "\t").join(cells),
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
            Problem(one.code, one.what, f"{rows.where}, column Body", one.why, one.fix)
            for one in problems.values()
        )
    return _reading(rows, index, job, lines, count=count, skipped=skipped, rejects=rejects)


def _is_unfilled(texts: Sequence[str]) -> bool:
    """Whether nothing stands in a row of a workbook but what the template put there."""
    values = dict(zip(_FIELDS, texts, strict=False))
    return not any(text for name, text in values.items() if name not in _PREFILLED)


def _at(rows: TextRows, row_no: int, field: str) -> str:
    """The cell of a fault, as a spreadsheet names it; nothing in delimited text."""
    if rows.delimiter is not None or field not in _FIELDS:
        return ""
    return f"{rows.place(row_no, _FIELDS.index(field))}: "


def _reading(
    rows: TextRows,
    index: int,
    job: Job,
    lines: Sequence[tuple[Any, ...]],
    *,
    count: int,
    skipped: Counter[str],
    rejects: RejectWriter,
) -> Reading:
    table = line_table(RETURN_SCHEMA, lines, source_id=job.source.sha256, member=rows.member)
    at = {name: column - 2 for column, name in enumerate(RETURN_SCHEMA.names)}
    amounts = [line[at["amount_pence"]] for line in lines]
    bodies = {line[at["body_id"]] for line in lines}
    member = new_member(
        job,
        member=rows.member,
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
        encoding=rows.encoding,
        dialect=rows.dialect,
    )
    path = write(table, job.folder / f"lines-{index}.parquet")
    others = {line[at["counterparty_text"]] for line in lines} - {None}
    functions = {line[at["function"]] for line in lines} - {None}
    notes = _unknown(rows.where, others, functions, job)
    return Reading(member, path, rejects.path, rejects.warnings(), notes)


def _unknown(
    where: str, others: Collection[str], functions: Collection[str], job: Job
) -> tuple[Problem, ...]:
    """Counterparties and functions that no register knows; the lines are kept."""
    known = set(load("cofog")["code"].to_pylist())
    matches = resolve_payees(sorted(others), job.bodies)
    nobody = [match.payee_text for match in matches if match.body_id is None]
    notes = []
    if nobody:
        shown = ", ".join(repr(text) for text in nobody[:5])
        notes.append(
            Problem(
                "unknown_counterparty",
                f"{len(nobody):,} counterparties are no known public body",
                f"{where}, column Counterparty",
                f"{shown}: nothing is eliminated against them",
                "if one of them is a public body, use its name or settle it with"
                " `totalplace decide`",
            )
        )
    if codes := sorted(set(functions) - known):
        notes.append(
            Problem(
                "unknown_function",
                f"{len(codes):,} functions are no codes of COFOG",
                f"{where}, column Function",
                ", ".join(map(repr, codes[:5])),
                "use a code of COFOG such as 09.1, or leave the cell blank",
            )
        )
    return tuple(notes)


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
    for field, allowed in _closed().items():
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
    sniff_workbook=_sniff_workbook,
    read_workbook=_read_workbook,
)
