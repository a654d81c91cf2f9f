"""What every page shows around its own: whose site it is, and of what."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from totalplace.errors import RequestError
from totalplace.web._places import zone

__all__ = ["site"]

_SECTIONS = (
    "/money/",
    "/money/lines/",
    "/money/compare/",
    "/cases/",
    "/claims/",
    "/data/",
    "/reports/",
)
_COLOUR = re.compile(r"[0-9a-fA-F]{6}")


def _section(path: str) -> str:
    """The section of the site that a page is in, or empty: the longest that begins its path."""
    if path == "/":
        return path
    return max((one for one in _SECTIONS if path.startswith(one)), key=len, default="")


def site(request: HttpRequest) -> dict[str, Any]:
    """The context of every template."""
    try:
        place = zone().latest.manifest["place"]["name"]
    except RequestError:
        place = ""
    return {
        "site_place": place,
        "site_organisation": settings.TOTALPLACE_ORGANISATION,
        "site_has_colour": _COLOUR.fullmatch(settings.TOTALPLACE_COLOUR) is not None,
        "site_has_workbench": settings.TOTALPLACE_HAS_WORKBENCH,
        "site_path": request.path,
        "site_at": request.GET.get("at", ""),
        "site_section": _section(request.path),
    }
