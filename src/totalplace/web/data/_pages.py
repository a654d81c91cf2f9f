"""The page of data: what a publication holds, to be taken away and used again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from totalplace.disclosure import Publication
from totalplace.web._page import Column, Page, Table
from totalplace.web._params import Params
from totalplace.web._places import publication
from totalplace.web._registry import page
from totalplace.web.data._catalogue import catalogue, embedded
from totalplace.web.data._files import file_href, published_files

__all__: list[str] = []

_SHOWN = 100


@page(
    "data",
    "data/",
    params=Params,
    access="public",
    summary="What the publication holds: every file with its size, hash and address.",
)
def data(params: Params) -> Page:
    one = publication(params.at)
    return Page(
        title=_("Data"),
        template="data/index.html",
        publication=one,
        tables=[_files(one), _withheld(one)],
        lead=_(
            "Everything that these pages show, as files: publication %(n)s, %(when)s. Licence:"
            " %(licence)s."
        )
        % {
            "n": one.n,
            "when": date_format(date.fromisoformat(one.manifest["published"][:10]), "j F Y"),
            "licence": one.manifest["licence"]["title"],
        },
        context={
            "doors": _doors(params),
            "catalogue_href": f"/data/catalogue.jsonld?at={one.n}",
            "jsonld": embedded(catalogue(one, site=settings.TOTALPLACE_ADDRESS)),
            "manifest": one.manifest,
        },
    )


def _files(one: Publication) -> Table:
    rows: list[dict[str, Any]] = [
        {
            "title": file.title,
            "kind": file.kind,
            "format": file.suffix,
            "rows": file.rows,
            "bytes": file.bytes,
            "path": file.path,
            "sha256": file.sha256,
            "_links": {"title": file_href(one, file.path)},
            "_notes": {"title": f"SHA-256 {file.sha256[:16]}…"},
        }
        for file in published_files(one)
    ]
    return Table(
        "files",
        _("Files of publication %(n)s") % {"n": one.n},
        [
            Column("title", _("What it holds"), is_head=True),
            Column("kind", _("Kind")),
            Column("format", _("Format"), "code"),
            Column("rows", _("Rows"), "number"),
            Column("bytes", _("Bytes"), "number"),
            Column("path", _("Path"), "code", is_shown=False),
            Column("sha256", _("SHA-256"), "code", is_shown=False),
        ],
        rows,
        limit=_SHOWN,
    )


def _withheld(one: Publication) -> Table:
    words = {
        "individual": _("Paid to individuals"),
        "redacted": _("Payee withheld by the publisher"),
        "unrecognised": _("Payee not recognised as an organisation"),
    }
    withheld = one.manifest["withheld"]
    rows = [
        {"kind": words[kind], "lines": withheld[kind]["lines"], "gbp": withheld[kind]["pence"]}
        for kind in words
        if kind in withheld
    ]
    return Table(
        "withheld",
        _("What is not shown line by line, but summed, £"),
        [
            Column("kind", _("Lines"), is_head=True),
            Column("lines", _("Number"), "number"),
            Column("gbp", _("Amount"), "gbp"),
        ],
        rows,
        empty=_("Every line is shown."),
    )


def _doors(params: Params) -> list[dict[str, str]]:
    at = params.at_query()
    return [
        {
            "href": f"/data/sources/{at}",
            "title": _("Sources"),
            "text": _("Each file, who published it, its licence, and what was read from it."),
        },
        {
            "href": f"/data/loads/{at}",
            "title": _("Loads"),
            "text": _("What came in, in the order in which it was received."),
        },
        {
            "href": f"/data/publications/{at}",
            "title": _("Publications"),
            "text": _("All that were published, what changed, and what was withdrawn."),
        },
        {
            "href": f"/data/definitions/{at}",
            "title": _("Definitions"),
            "text": _("What each measure is, why, and what checks it."),
        },
        {
            "href": f"/data/glossary/{at}",
            "title": _("Glossary"),
            "text": _("One word means one thing."),
        },
        {
            "href": "/api/v1/docs",
            "title": _("API"),
            "text": _("The same figures and links for programs."),
        },
    ]
