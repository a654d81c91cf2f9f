"""Lines as rows of a page and of its data files: codes with names, pence as pounds, the source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from totalplace.disclosure import SUMMED_NAMES, Publication
from totalplace.web._figures import names
from totalplace.web._page import Column, Export, Table
from totalplace.web.data._sources import Source, source_href, sources_of
from totalplace.web.money._lines_filter import Filter
from totalplace.web.money._lines_query import Totals, all_lines
from totalplace.web.money._lines_words import code_words, dataset_words
from totalplace.web.money._origins import part_href

__all__ = ["export_of", "line_href", "line_row", "lines_table", "payee_words", "source_of"]

_POUNDS = pa.decimal128(18, 2)
_TEXTS = (
    "line_id",
    "year",
    "dataset",
    "body_id",
    "body",
    "payee",
    "payee_kind",
    "counterparty_id",
    "counterparty",
)
_MORE_TEXTS = (
    "stream_id",
    "stream",
    "side",
    "nature",
    "role",
    "function",
    "function_name",
    "class_route",
    "cap_rev",
    "control",
    "grade",
    "derivation",
    "unit_text",
    "expense_text",
    "label",
    "rule",
    "match_id",
)
_SOURCE = ("source", "publisher", "licence", "attribution", "sha256")
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in _TEXTS),
        ("amount_gbp", _POUNDS),
        ("low_gbp", _POUNDS),
        ("high_gbp", _POUNDS),
        ("lines", pa.int64()),
        ("payment_date", pa.date32()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        *((name, pa.string()) for name in _MORE_TEXTS),
        ("source_no", pa.int32()),
        ("row_no", pa.int64()),
        ("column_no", pa.int32()),
        *((name, pa.string()) for name in _SOURCE),
    ]
)
_NAMES = {
    "body": ("body_id", "body"),
    "counterparty": ("counterparty_id", "body"),
    "stream": ("stream_id", "stream"),
    "function_name": ("function", "function"),
}
_OF_SOURCE = {
    "source": "title",
    "publisher": "publisher",
    "licence": "licence",
    "attribution": "attribution",
    "sha256": "sha256",
}


def export_of(publication: Publication, tree: Filter, found: Totals) -> Export:
    """All matching lines as data files hold them, in the order of the publication."""
    return Export(found.rows, _SCHEMA, lambda: _batches(publication, all_lines(publication, tree)))


def _batches(
    publication: Publication, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    told = {
        kind: {code: row["name"] for (of, code), row in names(publication).items() if of == kind}
        for kind in ("body", "stream", "function")
    }
    tables = {kind: (pa.array(list(some)), list(some.values())) for kind, some in told.items()}
    sources = publication.table("sources")
    for batch in batches:
        columns = {}
        of_source = pc.index_in(batch.column("source_no"), value_set=sources["source_no"])
        for field in _SCHEMA:
            if field.name in _NAMES:
                column, kind = _NAMES[field.name]
                codes, words = tables[kind]
                at = pc.index_in(batch.column(column), value_set=codes.cast(pa.string()))
                columns[field.name] = pa.array(words, pa.string()).take(at)
            elif field.name in _OF_SOURCE:
                columns[field.name] = (
                    sources[_OF_SOURCE[field.name]].combine_chunks().take(of_source)
                )
            elif field.type == _POUNDS:
                pence = batch.column(field.name.replace("_gbp", "_pence")).cast(pa.decimal128(19))
                columns[field.name] = pc.multiply(pence, _PENNY).cast(_POUNDS)
            else:
                columns[field.name] = batch.column(field.name).cast(field.type)
        yield pa.RecordBatch.from_arrays([columns[name] for name in _SCHEMA.names], schema=_SCHEMA)


_PENNY = pa.scalar("0.01").cast(pa.decimal128(3, 2))


def line_href(line: Mapping[str, Any], at: int | None) -> str:
    """The page of a line."""
    at_query = "" if at is None else f"?at={at}"
    return f"/money/lines/{line['line_id']}/{at_query}"


def payee_words(line: Mapping[str, Any]) -> str:
    """Who is paid, or what stands there instead."""
    if line["payee_kind"] == "unrecognised" and line["side"] == "in":
        return _("Payers not recognised as organisations")
    if line["payee_kind"] in SUMMED_NAMES:
        return {
            "individual": _("Individuals"),
            "redacted": _("Withheld by the publisher"),
            "unrecognised": _("Payees not recognised as organisations"),
        }[line["payee_kind"]]
    return str(line["payee"] or line["label"] or dataset_words(line["dataset"]))


def line_row(publication: Publication, line: Mapping[str, Any], at: int | None) -> dict[str, Any]:
    """A line as a row of a page."""
    source = source_of(publication, line["source_no"])
    day = line["payment_date"] or line["period_start"]
    what = [text for text in (line["unit_text"], line["expense_text"]) if text]
    links = {"payee": line_href(line, at), "amount_gbp": line_href(line, at)}
    links["body"] = part_href(publication, "body", line["body_id"], line["year"], at=at)
    if line["function"]:
        links["function"] = part_href(
            publication, "function", line["function"], line["year"], at=at
        )
    if source is not None:
        links["source"] = source_href(source, "" if at is None else f"?at={at}")
    notes = {}
    if line["lines"] > 1:
        notes["payee"] = _("%(n)s lines summed") % {"n": f"{line['lines']:,}"}
    elif line["payee"] and line["label"]:
        notes["payee"] = line["label"]
    if what:
        notes["function"] = " / ".join(what)
    if line["side"] == "in":
        notes["amount_gbp"] = _("received")
    return {
        "line_id": line["line_id"],
        "payee": payee_words(line),
        "date": day,
        "body": code_words(publication, "body_id", line["body_id"]),
        "body_id": line["body_id"],
        "function": line["function"] or "",
        "amount_gbp": line["amount_pence"],
        "low_gbp": line["low_pence"],
        "high_gbp": line["high_pence"],
        "lines": line["lines"],
        "side": line["side"],
        "payee_kind": line["payee_kind"],
        "role": line["role"],
        "nature": line["nature"],
        "grade": line["grade"],
        "cap_rev": line["cap_rev"],
        "unit_text": line["unit_text"],
        "expense_text": line["expense_text"],
        "year": line["year"],
        "source": "" if source is None else source["title"],
        "row_no": line["row_no"],
        "_links": links,
        "_notes": notes,
        "_words": {
            "function": code_words(publication, "function", line["function"])
            or _("Not classified"),
            # a title begins with its body or publisher; its page tells them
            "source": "" if source is None else source["title"].rpartition(": ")[2],
            **({} if line["payment_date"] else {"date": _period(line)}),
        },
    }


def _period(line: Mapping[str, Any]) -> str:
    """When a line is of that has no day: its month, or its year."""
    start, end = line["period_start"], line["period_end"]
    if start and end and (start.year, start.month) == (end.year, end.month):
        return date_format(start, "M Y")
    return str(line["year"])


@lru_cache(maxsize=8)
def _numbered(publication: Publication) -> Mapping[int, Source]:
    return {source["source_no"]: source for source in sources_of(publication)}


def source_of(publication: Publication, source_no: int | None) -> Source | None:
    """The source of this number; None of a sum over several."""
    return None if source_no is None else _numbered(publication).get(source_no)


def lines_table(
    name: str, caption: str, rows: Sequence[Mapping[str, Any]], *, empty: str = ""
) -> Table:
    """Lines as a table."""
    return Table(
        name,
        caption,
        [
            Column("line_id", _("Line"), "code", is_shown=False),
            Column("payee", _("Payee or line"), is_head=True),
            Column("amount_gbp", _("Amount"), "gbp"),
            Column("date", _("Date"), "date"),
            Column("body", _("Body"), "text"),
            Column("body_id", _("Body, code"), is_shown=False),
            Column("function", _("What it is for")),
            Column("low_gbp", _("Low"), "gbp", is_shown=False),
            Column("high_gbp", _("High"), "gbp", is_shown=False),
            Column("lines", _("Lines"), "number", is_shown=False),
            Column("side", _("Side"), is_shown=False),
            Column("payee_kind", _("Kind of payee"), is_shown=False),
            Column("role", _("Part in the count"), is_shown=False),
            Column("nature", _("Nature"), is_shown=False),
            Column("grade", _("Grade"), is_shown=False),
            Column("cap_rev", _("Capital or revenue"), is_shown=False),
            Column("unit_text", _("Unit"), is_shown=False),
            Column("expense_text", _("Expense"), is_shown=False),
            Column("year", _("Year"), is_shown=False),
            Column("source", _("Source")),
            Column("row_no", _("Row"), "number", is_shown=False),
        ],
        rows,
        empty,
    )
