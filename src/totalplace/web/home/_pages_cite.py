"""Cite: how a page or figure is named so that others find it again."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from pydantic import Field

from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import Params, parse
from totalplace.web._places import publication
from totalplace.web._registry import page
from totalplace.web.home._cite import Citation, cited, csl, in_bibtex, in_ris, in_text

__all__ = ["cite_urls"]


class CiteParams(Params):
    """What the page of citations takes."""

    page: str = Field("/", description="Address of a page of this site, with its query.")


@page(
    "cite",
    "cite/",
    params=CiteParams,
    access="public",
    summary="How to cite a page or figure: as text, BibTeX, RIS and CSL-JSON.",
)
def cite(params: CiteParams) -> Page:
    one = _cited(params)
    rows = [
        {"form": form, "text": text}
        for form, text in (
            (_("Text"), in_text(one)),
            ("BibTeX", in_bibtex(one)),
            ("RIS", in_ris(one).replace("\r\n", "\n")),
        )
    ]
    query = params.query()
    return Page(
        title=_("Cite this page"),
        template="home/cite.html",
        publication=publication(one.n),
        crumbs=[Crumb(_("Home"), "/"), Crumb(one.title, one.path)],
        tables=[
            Table(
                "citations",
                _("The citation in each form"),
                [Column("form", _("Form"), is_head=True), Column("text", _("Citation"))],
                rows,
            )
        ],
        document=csl(one),
        context={
            "cited": one,
            "text": in_text(one),
            "bibtex": in_bibtex(one),
            "ris": rows[2]["text"],
            "has_address": bool(settings.TOTALPLACE_ADDRESS),
            "files": [
                ("BibTeX", f"/cite.bib{query}"),
                ("RIS", f"/cite.ris{query}"),
                ("CSL-JSON", f"/cite.json{query}"),
            ],
        },
    )


def cite_urls() -> list[URLPattern]:
    """The citation as a file for programs of references."""
    for view in (_bibtex, _ris):
        view.access = "public"  # type: ignore[attr-defined]
    return [path("cite.bib", _bibtex, name="cite-bib"), path("cite.ris", _ris, name="cite-ris")]


@require_safe
def _bibtex(request: HttpRequest) -> HttpResponse:
    one = _cited(parse(CiteParams, request.GET.dict(), {}))
    return _file(in_bibtex(one), "application/x-bibtex", f"{one.key}.bib")


@require_safe
def _ris(request: HttpRequest) -> HttpResponse:
    one = _cited(parse(CiteParams, request.GET.dict(), {}))
    return _file(in_ris(one), "application/x-research-info-systems", f"{one.key}.ris")


def _cited(params: CiteParams) -> Citation:
    return cited(params.page, params.at, organisation=settings.TOTALPLACE_ORGANISATION)


def _file(text: str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        text,
        content_type=f"{kind}; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-cache",
        },
    )
