"""Problems on the pages of the workbench: with its navigation, and with what was typed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from totalplace.errors import IdentityError, PlaceError, Problem, TotalplaceError
from totalplace.web._middleware import status_of, telling

__all__ = ["not_found", "problem_page", "problems"]

_MEANWHILE = {"changed_meanwhile", "upload_busy", "case_waits"}
"""What somebody else, or a job, came before with."""
_OF_THE_FORM = {"csrfmiddlewaretoken", "revision", "run"}
_CONFLICT, _UNAVAILABLE = 409, 503
_AGAIN_SECONDS = 60
_LOG = logging.getLogger(__name__)


def _told(request: HttpRequest, error: Exception) -> HttpResponse | None:
    if isinstance(error, PlaceError | IdentityError):
        _LOG.error("%s: %s", request.path[:200], error)
        return problem_page(request, error.problems, _UNAVAILABLE)
    return problem_page(request, error.problems) if isinstance(error, TotalplaceError) else None


problems = telling(_told)
"""Middleware: an error of a user or of the place is told as a page of the workbench."""


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """An address that the workbench does not have."""
    problem = Problem(
        "no_such_page",
        _("there is nothing at this address"),
        request.path[:200],
        _("the address may be mistyped, or the page has moved"),
        _("start from the first page of the workbench"),
    )
    return problem_page(request, [problem])


def problem_page(
    request: HttpRequest, found: Sequence[Problem], status: int | None = None
) -> HttpResponse:
    """Problems as a page of the workbench, or as JSON where data were asked for.

    Args:
        status: of the answer; by default as the codes of the problems say.
    """
    if status is None:
        is_meanwhile = any(one.code in _MEANWHILE for one in found)
        status = _CONFLICT if is_meanwhile else status_of(found)
    if status == _UNAVAILABLE:
        found = [_without_folders(one, request.path[:200]) for one in found]
    if request.path.endswith(".json"):
        told = {"problems": [one.as_dict() for one in found]}
        response: HttpResponse = JsonResponse(told, status=status)
    else:
        titles = {
            404: _("Page not found"),
            _CONFLICT: _("It was not done: something has changed meanwhile"),
            _UNAVAILABLE: _("This cannot be done at the moment"),
        }
        context = {
            "title": titles.get(status, _("It was not done")),
            "problems": found,
            "typed": _typed(request) if status == _CONFLICT else [],
        }
        response = render(request, "workbench/problem.html", context, status=status)
    if status == _UNAVAILABLE:
        response["Retry-After"] = str(_AGAIN_SECONDS)
    return response


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form has brought, so that nobody writes it twice."""
    return [
        (name, text)
        for name, texts in request.POST.lists()
        for text in texts
        if name not in _OF_THE_FORM and text.strip()
    ]


def _without_folders(one: Problem, where: str) -> Problem:
    """A problem of the place without the folders of the server: those are for its log."""

    def plain(text: str) -> str:
        for folder in (settings.TOTALPLACE_KEYS, settings.TOTALPLACE_PLACE):
            for known in (str(folder.resolve()), str(folder)):
                text = text.replace(known, "DIR")
        return text

    return replace(one, what=plain(one.what), where=where, why=plain(one.why), fix=plain(one.fix))
