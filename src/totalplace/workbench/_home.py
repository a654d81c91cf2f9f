"""The first page of the workbench: what waits for the account."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from totalplace.workbench._route import WorkRequest, route
from totalplace.workbench._waiting import AREAS, WAITING

__all__: list[str] = []


@route("home", "work/", get=("see", "home"))
def home(request: WorkRequest) -> HttpResponse:
    """The headline as the place is now, and what waits for the account, area by area."""
    from totalplace.workbench.queues._headlines import headlines

    lines = [line for tell in WAITING for line in tell(request.actor)]
    lines.sort(key=lambda line: AREAS.index(line.area))
    context = {
        "title": _("What waits for you"),
        "headlines": headlines(request.actor),
        "areas": [(area, list(group)) for area, group in groupby(lines, key=lambda one: one.area)],
    }
    return render(request, "workbench/home.html", context)
