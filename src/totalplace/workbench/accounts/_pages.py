"""What the pages of accounts have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from totalplace.access import Thing
from totalplace.errors import RequestError
from totalplace.workbench._route import WorkRequest
from totalplace.workbench.accounts._hidden import hide, shown
from totalplace.workbench.accounts._sign_in import SHOWN_ONCE
from totalplace.workbench.audit import record_outcome

__all__ = ["form_page", "keep_to_show", "own", "problems_page", "show_once", "wait_page"]


def own(request: WorkRequest) -> Thing:
    """The account that asks."""
    return Thing("account", request.actor.name, owner=request.actor.name)


def form_page(
    request: WorkRequest,
    template: str,
    title: str,
    *,
    faults: Mapping[str, str] | None = None,
    **context: Any,
) -> HttpResponse:
    """A page with a form; what is wrong with it stands above it and at each field.

    Args:
        template: its name below ``workbench/accounts/``.
        faults: id of a field -> what is wrong with it.
    """
    found = dict(faults or {})
    context |= {"title": title, "faults": found, "errors": list(found.items())}
    status = 400 if found else 200
    return render(request, f"workbench/accounts/{template}.html", context, status=status)


def problems_page(request: WorkRequest, title: str, error: RequestError) -> HttpResponse:
    """That what was asked for was not done, and why; the audit holds that too."""
    record_outcome(request.asked, {"problems": [one.code for one in error.problems]})
    context = {"title": title, "problems": error.problems}
    return render(request, "workbench/accounts/problems.html", context, status=400)


def wait_page(request: WorkRequest, seconds: int) -> HttpResponse:
    """That somebody tried too often, and how long to wait."""
    minutes = -(-seconds // 60)
    wait = (
        ngettext("%d second", "%d seconds", seconds) % seconds
        if seconds < 120
        else ngettext("%d minute", "%d minutes", minutes) % minutes
    )
    context = {"title": _("Too many tries"), "wait": wait}
    response = render(request, "workbench/accounts/wait.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response


def keep_to_show(request: WorkRequest, text: str) -> None:
    """Keep a text for the page that the browser is led to, hidden until then."""
    request.session[SHOWN_ONCE] = hide(text, "shown once")


def show_once(request: WorkRequest) -> str:
    """The text that was kept; it is shown once."""
    kept = request.session.pop(SHOWN_ONCE, None)
    return "" if kept is None else shown(kept, "shown once")
