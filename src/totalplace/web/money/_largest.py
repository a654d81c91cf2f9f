"""The largest published lines of a figure, and the files that they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from totalplace.disclosure import Publication
from totalplace.web._figures import name_of
from totalplace.web._page import Column, Table
from totalplace.web._scope import Scope
from totalplace.web.money._lines_filter import All, Filter, Is, Under
from totalplace.web.money._lines_query import lines_page, totals
from totalplace.web.money._tables import NOT_FILTERED

__all__ = ["Largest", "largest_lines"]

_SHOWN = 20


@dataclass(frozen=True)
class Largest:
    """Lines and the sources of those lines, as tables.

    Attributes:
        count: how many lines there are in all.
        apart: the names of the figure's split that lines are not told apart by.
    """

    lines: Table
    sources: Table
    count: int
    apart: tuple[str, ...]


def largest_lines(scope: Scope, values: Mapping[str, str]) -> Largest:
    """The largest lines that hold up a figure: those that its values can tell apart."""
    tree, apart = _filter(scope.year, values)
    if values and len(apart) == len(values):
        # nothing of it can be told from the lines of the whole place
        return Largest(_lines(scope, ()), _sources(scope, ()), 0, apart)
    found = lines_page(scope.publication, tree, sort="-amount", rows=_SHOWN).rows
    count = totals(scope.publication, tree).lines
    numbers = dict.fromkeys(row["source_no"] for row in found if row["source_no"] is not None)
    return Largest(_lines(scope, found), _sources(scope, list(numbers)), count, apart)


def _filter(year: str, values: Mapping[str, str]) -> tuple[Filter, tuple[str, ...]]:
    parts: list[Filter] = [Is("year", year), Is("role", "headline")]
    apart = []
    for split, code in values.items():
        if code in NOT_FILTERED:
            apart.append(split)
        elif split == "body":
            parts.append(Is("body_id", code))
        elif split == "stream":
            parts.append(Is("stream_id", code))
        elif split == "function":
            parts.append(Under(code))
        elif split == "cap_rev":
            parts.append(Is("cap_rev", code))
        elif split == "control":
            parts.append(Is("control", code))
        else:
            apart.append(split)
    return All(tuple(parts)), tuple(apart)


def _lines(scope: Scope, found: Sequence[Mapping[str, Any]]) -> Table:
    at = f"?at={scope.params.at}" if scope.params.at else ""
    sources = _by_number(scope.publication)
    rows = []
    for line in found:
        source = sources.get(line["source_no"])
        row = {
            "what": _what(scope, line),
            "body": name_of(scope.publication, "body", line["body_id"]),
            "line_id": line["line_id"],
            "gbp": line["amount_pence"],
            "lines": line["lines"],
            "source": source["title"] if source else None,
            "row_no": line["row_no"],
            "_links": {
                "what": f"/money/lines/{line['line_id']}/{at}",
                "body": f"/money/bodies/{line['body_id']}/{scope.query()}",
            },
        }
        if source is not None:
            # a title begins with its body or publisher: the body stands beside it
            row["_words"] = {"source": source["title"].rpartition(": ")[2]}
            row["_links"]["source"] = f"/data/sources/{source['sha256']}/{at}"
        rows.append(row)
    return Table(
        "lines",
        _("Its largest published lines, %(year)s, £, as their sources state them")
        % {"year": scope.year},
        [
            Column("what", _("Line"), is_head=True),
            Column("body", _("Body")),
            Column("line_id", _("Line, id"), "code", is_shown=False),
            Column("gbp", _("Amount"), "gbp"),
            Column("lines", _("Lines"), "number"),
            Column("source", _("From")),
            Column("row_no", _("Row"), "number"),
        ],
        rows,
        _("No published line can be told to hold this figure up: step into one of its parts."),
    )


def _what(scope: Scope, line: Mapping[str, Any]) -> str:
    """A line in words: the payee and what it is for, or the purpose and stream it has."""
    one = scope.publication
    told = [line["payee"], line["expense_text"] or line["label"], line["unit_text"]]
    if not any(told):
        told = [
            name_of(one, "function", line["function"]),
            name_of(one, "stream", line["stream_id"]),
        ]
    return " · ".join(dict.fromkeys(text for text in told if text)) or line["line_id"]


def _sources(scope: Scope, numbers: Sequence[int]) -> Table:
    at = f"?at={scope.params.at}" if scope.params.at else ""
    known = _by_number(scope.publication)
    rows = [
        {
            **{name: source[name] for name in ("title", "publisher", "licence", "sha256")},
            "received": source["received"],
            "_links": {"title": f"/data/sources/{source['sha256']}/{at}"},
        }
        for number in numbers
        if (source := known.get(number)) is not None
    ]
    return Table(
        "sources",
        _("Where these lines come from"),
        [
            Column("title", _("Source"), is_head=True),
            Column("publisher", _("Publisher")),
            Column("licence", _("Licence")),
            Column("received", _("Received"), "date"),
            Column("sha256", _("SHA-256"), "code"),
        ],
        rows,
        _("There are no lines, and so no sources to name."),
    )


@lru_cache(maxsize=8)
def _by_number(publication: Publication) -> Mapping[int, Mapping[str, Any]]:
    return {row["source_no"]: row for row in publication.table("sources").to_pylist()}
