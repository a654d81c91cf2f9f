"""Serving the files of reports. The HTML one has a policy of its own: its style is inside it."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache

from csp.constants import HEADER
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, re_path
from django.views.decorators.http import require_safe

from totalplace.disclosure import Publication
from totalplace.web._params import Params, parse
from totalplace.web._places import publication
from totalplace.web.data._routes import file_response

__all__ = ["report_urls"]

_STYLE = re.compile(rb"<style[^>]*>(.*?)</style>", re.DOTALL)


def report_urls() -> list[URLPattern]:
    """The routes of reports."""
    report.access = "public"  # type: ignore[attr-defined]
    return [
        re_path(
            r"^reports/(?P<name>[a-z]+-[0-9A-Za-z-]+\.(?:html|docx|pdf|xlsx))$",
            report,
            name="report",
        )
    ]


@require_safe
def report(request: HttpRequest, name: str) -> HttpResponseBase:
    """A report of a publication, as it was made at publication."""
    params = parse(Params, request.GET.dict(), {})
    one = publication(params.at)
    is_page = name.endswith(".html")
    response = file_response(
        request, one, f"reports/{name}", as_attachment=not (is_page or name.endswith(".pdf"))
    )
    if is_page:
        response[HEADER] = _policy(one, f"reports/{name}")
    return response


@lru_cache(maxsize=64)
def _policy(one: Publication, path: str) -> str:
    """Nothing from outside and no script; of styles only those in the file, by their hash."""
    styles = _STYLE.findall(one.path_of(path).read_bytes())
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(style).digest()).decode()}'" for style in styles
    ]
    return (
        f"default-src 'none'; style-src {' '.join(hashes) or chr(39) + 'none' + chr(39)};"
        " img-src data:; font-src data:; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'; sandbox allow-popups allow-top-navigation-by-user-activation"
    )
