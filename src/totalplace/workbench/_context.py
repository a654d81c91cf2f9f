"""What every page of the workbench shows around its own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from totalplace.access import NOBODY, Actor, Thing
from totalplace.workbench._ask import may
from totalplace.workbench._say import said

__all__ = ["workbench"]

_SECTIONS = (
    ("home", "/work/", "home"),
    ("loads", "/work/loads/", "upload"),
    ("returns", "/work/returns/", "return"),
    ("queues", "/work/queues/", "queue"),
    ("cases", "/work/cases/", "case"),
    ("releases", "/work/releases/", "release"),
    ("mistakes", "/work/mistakes/", "mistake"),
    ("audit", "/audit/", "audit"),
    ("accounts", "/admin/", "accounts"),
)
_ALSO = {
    "/work/approved/": "/work/cases/",
    "/work/decisions": "/work/queues/",
    "/work/lines/": "/work/loads/",
    "/work/rows/": "/work/loads/",
    "/work/sources/": "/work/loads/",
}
"""Addresses that are of a section and do not begin as it does."""

_OF_FILES = ("/work/sources/", "/work/rows/", "/work/lines/")
"""What stands in the section of files under addresses of its own."""


def workbench(request: HttpRequest) -> dict[str, Any]:
    """The context of every template of the workbench."""
    actor: Actor = getattr(request, "actor", NOBODY)
    shown = [
        (name, href)
        for name, href, data_class in _SECTIONS
        if actor.is_signed_in and may(actor, "see", Thing(data_class))
    ]
    path = next((href for also, href in _ALSO.items() if request.path.startswith(also)), "")
    path = path or request.path
    current = max((href for _, href in shown if path.startswith(href)), key=len, default="")
    return {
        "actor": actor,
        "said": said(request),
        "work_sections": shown,
        "work_section": current,
    }
