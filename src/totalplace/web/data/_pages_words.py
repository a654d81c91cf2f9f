"""The pages of words: what each measure is and why, and the glossary."""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field

from totalplace.errors import Problem, RequestError
from totalplace.model import load
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import Params
from totalplace.web._places import publication
from totalplace.web._registry import page
from totalplace.web._words import marked

__all__ = ["definitions_by_id", "glossary_rows", "term_anchor"]


class DefinitionParams(Params):
    """What the page of one definition takes."""

    definition: str = Field(description="Identifier of the definition, such as net.")


@cache
def definitions_by_id() -> dict[str, dict[str, Any]]:
    """The shipped definitions, in their order."""
    return {row["definition_id"]: row for row in load("definition").to_pylist()}


@cache
def glossary_rows() -> tuple[dict[str, str], ...]:
    """The shipped words, in alphabetical order."""
    return tuple(load("glossary").to_pylist())


def term_anchor(term: str) -> str:
    """The place of a word in the page of words."""
    return "term-" + re.sub(r"[^a-z0-9]+", "-", term.casefold()).strip("-")


@page(
    "definitions",
    "data/definitions/",
    params=Params,
    access="public",
    summary="What each measure is, why, who wrote it, what checks it and when it was reviewed.",
)
def definitions(params: Params) -> Page:
    at = params.at_query()
    rows = [
        {
            **row,
            "_links": {"name": f"/data/definitions/{row['definition_id']}/{at}"},
        }
        for row in definitions_by_id().values()
    ]
    return Page(
        title=_("Definitions"),
        template="data/words.html",
        publication=publication(params.at),
        crumbs=_crumbs(params),
        lead=_("What each measure of these pages is. Its own page says why, and what checks it."),
        tables=[
            Table(
                "definitions",
                _("Measures and what they are"),
                [
                    Column("name", _("Measure"), is_head=True),
                    Column("definition", _("What it is")),
                    Column("unit", _("Unit")),
                    Column("reviewed", _("Reviewed"), "date"),
                    Column("definition_id", _("Identifier"), "code", is_shown=False),
                    *(
                        Column(name, label, is_shown=False)
                        for name, label in _labels().items()
                        if name in ("how", "why", "caution", "author", "checker", "source")
                    ),
                    Column("written", _("Written"), "date", is_shown=False),
                ],
                rows,
            )
        ],
    )


@page(
    "definition",
    "data/definitions/<str:definition>/",
    params=DefinitionParams,
    access="public",
    summary="One measure: what it is, how it is computed, why, and what checks it.",
)
def definition(params: DefinitionParams) -> Page:
    row = definitions_by_id().get(params.definition)
    if row is None:
        raise RequestError(
            Problem(
                "unknown_definition",
                "there is no definition of this name",
                params.definition[:100],
                f"there are {', '.join(definitions_by_id())}",
                "choose one from the list of definitions",
            )
        )
    at = params.at_query()
    shown_at = row["shown_at"]
    facts = [
        {"name": name, "label": label, "text": row[name]}
        for name, label in _labels().items()
        if row[name]
    ]
    return Page(
        title=row["name"],
        template="data/definition.html",
        publication=publication(params.at),
        crumbs=[*_crumbs(params), Crumb(_("Definitions"), f"/data/definitions/{at}")],
        tables=[
            Table(
                "definition",
                _("The definition"),
                [Column("label", _("Part"), is_head=True), Column("text", _("Text"))],
                facts,
            )
        ],
        context={
            "facts": facts,
            "shown_at": shown_at and _with_at(shown_at, params.at),
        },
    )


@page(
    "glossary",
    "data/glossary/",
    params=Params,
    access="public",
    summary="The words of these pages: one word means one thing.",
)
def glossary(params: Params) -> Page:
    rows = glossary_rows()
    letters = [
        {"letter": letter, "anchor": term_anchor(next(found)["term"])}
        for letter, found in groupby(rows, key=lambda row: row["term"][0].upper())
    ]
    return Page(
        title=_("Glossary"),
        template="data/glossary.html",
        publication=publication(params.at),
        crumbs=_crumbs(params),
        lead=_("One word means one thing, in these pages, in tables and in messages."),
        tables=[
            Table(
                "terms",
                _("Words and what they mean"),
                [
                    Column("term", _("Word"), is_head=True),
                    Column("meaning", _("Meaning")),
                    Column("source", _("Source"), is_shown=False),
                ],
                rows,
            )
        ],
        context={
            "letters": letters,
            "terms": [
                {
                    "term": row["term"],
                    "anchor": term_anchor(row["term"]),
                    "senses": [marked(sense) for sense in row["meaning"].splitlines()],
                }
                for row in rows
            ],
        },
    )


def _labels() -> dict[str, str]:
    """The parts of a definition, in order."""
    return {
        "definition": _("What it is"),
        "how": _("How it is computed"),
        "why": _("Why so"),
        "caution": _("What not to read into it"),
        "unit": _("Unit"),
        "author": _("Author"),
        "checker": _("What checks it"),
        "written": _("Written"),
        "reviewed": _("Reviewed"),
        "source": _("Source"),
    }


def _crumbs(params: Params) -> list[Crumb]:
    at = params.at_query()
    return [Crumb(_("Home"), f"/{at}"), Crumb(_("Data"), f"/data/{at}")]


def _with_at(address: str, at: int | None) -> str:
    if at is None:
        return address
    return f"{address}{'&' if '?' in address else '?'}at={at}"
