"""The page of the audit."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from totalplace.workbench._route import WorkRequest, route

__all__: list[str] = []


@route("audit", "audit/", get=("see", "audit"))
def audit(request: WorkRequest) -> HttpResponse:
    """Who did, saw and was denied what."""
    return render(request, "workbench/audit/list.html", {"title": _("Audit")})
