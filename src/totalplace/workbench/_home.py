"""The first page of the workbench: what waits for the account."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from totalplace.workbench._route import WorkRequest, route

__all__: list[str] = []


@route("home", "work/", get=("see", "home"))
def home(request: WorkRequest) -> HttpResponse:
    """What waits for the account."""
    return render(request, "workbench/home.html", {"title": _("Workbench")})
