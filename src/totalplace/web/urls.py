"""The addresses of the site, all made from the map of pages."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.http import require_safe

from totalplace.errors import Problem
from totalplace.web import _pages  # noqa: F401 - hangs every page on the map
from totalplace.web._data import DATA_SUFFIXES
from totalplace.web._middleware import problem_response
from totalplace.web._registry import PAGES, PageSpec
from totalplace.web._views import chart_view, data_view, page_view
from totalplace.web.api import api_urls
from totalplace.web.data import data_urls
from totalplace.web.home._pages_cite import cite_urls
from totalplace.web.reporting import report_urls

_LEFT_ALONE = (
    *("/money/lines/?", "/search/", "/cite/"),
    *("/work/", "/account/", "/mistakes/new/"),
)
"""Endless combinations of filters, and what is for people alone."""
_FIELD = re.compile(r"<str:(\w+)>")


def _stem(spec: PageSpec) -> str:
    """The beginning of a page's address as a regular expression."""
    parts = _FIELD.split(spec.stem)
    return "".join(
        f"(?P<{part}>[^/]+)" if at % 2 else re.escape(part) for at, part in enumerate(parts)
    )


def _routes(spec: PageSpec) -> list[URLPattern]:
    suffixes = "|".join(DATA_SUFFIXES)
    # a variant is no name of a chart: x.parts.dark.svg is a chart of x, and not of x.parts
    chart = (
        r"(?P<chart>(?!(?:narrow|dark)\.)[a-z][a-z0-9_]*)"
        r"(?P<variant>(?:\.narrow)?(?:\.dark)?)\.(?P<suffix>svg|png|json)"
    )
    return [
        path(spec.path, page_view(spec), name=spec.name),
        re_path(rf"^{_stem(spec)}\.{chart}$", chart_view(spec), name=f"{spec.name}-chart"),
        re_path(
            rf"^{_stem(spec)}\.(?P<suffix>{suffixes})$", data_view(spec), name=f"{spec.name}-data"
        ),
    ]


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Whether the site answers, for the one who watches over it."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What machines that read sites are asked to leave alone."""
    site = settings.TOTALPLACE_ADDRESS or request.build_absolute_uri("/").rstrip("/")
    left_alone = "".join(f"Disallow: {one}\n" for one in _LEFT_ALONE)
    text = f"User-agent: *\n{left_alone}\nSitemap: {site}/sitemap.xml\n"
    return HttpResponse(text, content_type="text/plain")


@require_safe
def colour(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The style of the council: its colour, by setting."""
    text = f":root {{ --tp-brand: #{settings.TOTALPLACE_COLOUR}; }}\n"
    return HttpResponse(text, content_type="text/css")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """An address that the site does not have."""
    return problem_response(
        request,
        [
            Problem(
                "no_such_page",
                "the site has no page at this address",
                request.path[:200],
                "the address may be mistyped, or the page has moved",
                "start from the first page, or search",
            )
        ],
    )


for _view in (healthz, robots, colour):
    _view.access = "public"  # type: ignore[attr-defined]

# longer addresses first: /money/lines/ before /money/<anything>
_PAGES = [route for spec in PAGES.values() for route in _routes(spec)]
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("robots.txt", robots, name="robots"),
    path("colour.css", colour, name="colour"),
    *api_urls(),
    *data_urls(),
    *cite_urls(),
    *report_urls(),
    *_PAGES,
]
handler404 = not_found
