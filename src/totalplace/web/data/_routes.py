"""What is served of data beside pages: files of a publication, its description, the site map."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from totalplace.claims import load_claims
from totalplace.disclosure import Publication
from totalplace.errors import Problem, RequestError
from totalplace.web._params import Params, parse
from totalplace.web._places import publication
from totalplace.web._registry import PAGES
from totalplace.web.data._catalogue import catalogue
from totalplace.web.data._files import MEDIA_TYPES
from totalplace.web.data._pages_words import definitions_by_id
from totalplace.web.data._sources import sources_of

__all__ = ["data_urls", "file_response"]

_MOST = 50_000
"""What one site map may hold."""
_PART_BYTES = 2**18
_WHOLE_BYTES = 2**20
"""Larger files are sent in parts."""
_TEXTS = {"csv", "html", "json"}
_LEFT_OUT = {"search", "cite"}
_NAMED = {
    "money/bodies/": "body",
    "money/functions/": "function",
    "money/streams/": "stream",
    "money/areas/": "area",
}


def data_urls() -> list[URLPattern]:
    """The routes of data that are no pages."""
    for view in (catalogue_view, file_view, sitemap):
        view.access = "public"  # type: ignore[union-attr]
    return [
        path("data/catalogue.jsonld", catalogue_view, name="catalogue"),
        path("data/files/<path:name>", file_view, name="file"),
        path("sitemap.xml", sitemap, name="sitemap"),
    ]


def file_response(
    request: HttpRequest, one: Publication, name: str, *, as_attachment: bool
) -> HttpResponseBase:
    """A file of a publication as it stands there; 304 where the reader has it already.

    Raises:
        RequestError: the publication has no such file (``unknown_file``).
    """
    facts = one.manifest["files"].get(name)
    if facts is None:
        raise RequestError(
            Problem(
                "unknown_file",
                "the publication holds no such file",
                f"publication {one.n}: {name}"[:200],
                "its list of files does not name it",
                "take its address from the page of data",
            )
        )
    tag = f'"{facts["sha256"][:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponse(status=304, headers=headers)
    suffix = name.rpartition(".")[2]
    kind = MEDIA_TYPES.get(suffix, "application/octet-stream")
    folder, _slash, rest = name.partition("/")
    saved = rest.replace("/", "-")
    if folder != "reports":
        saved = f"publication-{one.n}-{saved}"
    path = one.path_of(name)
    told = {
        "content_type": f"{kind}; charset=utf-8" if suffix in _TEXTS else kind,
        "headers": {
            **headers,
            "Content-Length": str(facts["bytes"]),
            "Content-Disposition": content_disposition_header(as_attachment, saved) or "",
        },
    }
    response: HttpResponse | StreamingHttpResponse
    if facts["bytes"] > _WHOLE_BYTES:
        response = StreamingHttpResponse(_parts(path), **told)
    else:
        response = HttpResponse(path.read_bytes(), **told)
    if suffix not in _TEXTS:
        # these are compressed already: packing them again costs time and saves nothing
        request.META["HTTP_ACCEPT_ENCODING"] = ""
    licence = one.manifest["licence"]
    if licence["url"]:
        response["Link"] = f'<{licence["url"]}>; rel="license"'
    return response


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(_PART_BYTES), b"")


@require_safe
def file_view(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of a publication, to be taken away."""
    params = parse(Params, request.GET.dict(), {})
    return file_response(request, publication(params.at), name, as_attachment=True)


@require_safe
def catalogue_view(request: HttpRequest) -> HttpResponse:
    """A publication described for catalogues."""
    params = parse(Params, request.GET.dict(), {})
    document = catalogue(publication(params.at), site=_site(request))
    return JsonResponse(
        document,
        content_type="application/ld+json",
        json_dumps_params={"indent": 1, "ensure_ascii": False},
        headers={"Cache-Control": "no-cache"},
    )


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The addresses that a search engine may read: pages, without combinations of filters."""
    one, site = publication(None), _site(request)
    day = one.manifest["published"]
    entries = [
        f"<url><loc>{escape(site)}/{escape(address)}</loc><lastmod>{escape(day)}</lastmod></url>"
        for address in list(_addresses(one))[:_MOST]
    ]
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(entries)
        + "\n</urlset>\n"
    )
    return HttpResponse(text, content_type="application/xml", headers={"Cache-Control": "no-cache"})


def _addresses(one: Publication) -> Iterator[str]:
    with_field = {spec.path.partition("<")[0] for spec in PAGES.values() if "<" in spec.path}
    for spec in PAGES.values():
        if "<" not in spec.path and spec.name not in _LEFT_OUT:
            yield spec.path
    rows = one.table("names").to_pylist()
    for before, kind in _NAMED.items():
        if before in with_field:
            used = _used(one, kind)
            yield from (
                f"{before}{quote(row['code'], safe='')}/"
                for row in rows
                if row["kind"] == kind and row["code"] in used
            )
    yield from (f"claims/{claim.claim_id}/" for claim in load_claims())
    yield from (f"data/definitions/{name}/" for name in definitions_by_id())
    yield from dict.fromkeys(f"data/sources/{row['sha256']}/" for row in sources_of(one))


def _used(one: Publication, kind: str) -> set[str]:
    """The codes of a kind that have figures, and so a page."""
    return set(one.table("figures")[kind].unique().to_pylist()) - {None}


def _site(request: HttpRequest) -> str:
    return settings.TOTALPLACE_ADDRESS or request.build_absolute_uri("/").rstrip("/")
