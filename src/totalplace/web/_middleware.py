"""Errors as pages (or JSON), each with what, where, why and how to mend it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from totalplace.errors import Problem, RequestError
from totalplace.web._bodies import NO_ROOM, TOO_LARGE

__all__ = ["problem_response", "problems", "size_in_words", "status_of", "telling", "too_large"]

_GONE, _MISSING = {"withdrawn"}, {"no_such_page", "no_report"}
_LARGE = {"body_too_large"}
_CROWDED = {"no_room_for_files"}
_UNAVAILABLE = {"no_place", "not_published", "public_damaged"}
_OURS = {"no_place", "public_damaged"}
"""What only those who run the site can mend."""
_AGAIN_SECONDS = 60
_LOG = logging.getLogger(__name__)


_Respond = Callable[[HttpRequest], HttpResponse]


def telling(
    told: Callable[[HttpRequest, Exception], HttpResponse | None],
) -> Callable[[_Respond], _Respond]:
    """Middleware that tells some errors as pages; whatever else goes wrong is a fault of ours.

    Args:
        told: the page of an error, or None for one that it does not tell.
    """

    def middleware(get_response: _Respond) -> _Respond:
        class _Problems:
            def __call__(self, request: HttpRequest) -> HttpResponse:
                return get_response(request)

            def process_exception(
                self, request: HttpRequest, exception: Exception
            ) -> HttpResponse | None:
                return told(request, exception)

        return _Problems()

    return middleware


def _told(request: HttpRequest, error: Exception) -> HttpResponse | None:
    return problem_response(request, error.problems) if isinstance(error, RequestError) else None


problems = telling(_told)
"""Middleware: a user's error is told as a page."""


def too_large(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: tells whose request the server had no room for, or never has: it was not read."""

    def answer(request: HttpRequest) -> HttpResponse:
        if NO_ROOM in request.META:
            return _no_room(request)
        most = request.META.get(TOO_LARGE)
        if most is None:
            return get_response(request)
        problem = Problem(
            "body_too_large",
            _("this is more than is taken at once"),
            request.path[:200],
            _("a request to this address may bring %s") % size_in_words(most),
            _("send less; files are sent on the pages of the workbench that ask for them"),
        )
        _LOG.warning(
            "%s sent more than %d bytes to %r: refused",
            request.META.get("REMOTE_ADDR", ""),
            most,
            request.path[:200],
        )
        return problem_response(request, [problem])

    return answer


def _no_room(request: HttpRequest) -> HttpResponse:
    problem = Problem(
        "no_room_for_files",
        _("so many files are on their way that there is no room for more"),
        request.path[:200],
        _("what others are sending takes all the room that the server has for it"),
        _("send it again in a minute"),
    )
    address = request.META.get("REMOTE_ADDR", "")
    _LOG.warning("no room for what %s sent to %r: refused", address, request.path[:200])
    response = problem_response(request, [problem])
    response["Retry-After"] = str(_AGAIN_SECONDS)
    return response


def size_in_words(size_bytes: int) -> str:
    """A size for people.

    >>> size_in_words(2_000_000), size_in_words(4096)
    ('2 MB', '4 kB')
    """
    if size_bytes >= 1_000_000:
        return f"{size_bytes / 1_000_000:,.0f} MB"
    return f"{size_bytes / 1_000:,.0f} kB"


def status_of(found: Sequence[Problem]) -> int:
    """The status of an answer that tells problems."""
    codes = {problem.code for problem in found}
    if codes & _GONE:
        return 410
    if codes & _LARGE:
        return 413
    if codes & (_UNAVAILABLE | _CROWDED):
        return 503
    if codes & _MISSING or all(code.startswith("unknown_") for code in codes):
        return 404
    return 400


def problem_response(request: HttpRequest, found: Sequence[Problem]) -> HttpResponse:
    """Problems as a page, or as JSON where data were asked for."""
    status = status_of(found)
    found = [_public(one, request.path) for one in found]
    if request.path.startswith("/api/") or request.path.endswith(".json"):
        return JsonResponse({"problems": [one.as_dict() for one in found]}, status=status)
    titles = {
        400: _("There is a problem with the address"),
        404: _("Page not found"),
        410: _("This publication was withdrawn"),
        413: _("Too large"),
        503: _("Nothing is published yet"),
    }
    if any(one.code in _OURS | _CROWDED for one in found):
        titles[503] = _("This cannot be shown at the moment")
    context = {"title": titles[status], "problems": found, "status": status}
    return render(request, "totalplace/problem.html", context, status=status)


def _public(problem: Problem, path: str) -> Problem:
    """A problem without the folders of this computer: those are for the log."""
    if problem.code not in _UNAVAILABLE:
        return problem
    if problem.code in _OURS:
        _LOG.error("%s: %s", path, problem)
        return Problem(
            problem.code,
            _("what stands behind this address cannot be read"),
            path[:200],
            _("a file of it is missing or damaged; those who run the site were told"),
            _("try again later, or read another publication"),
        )
    return Problem(problem.code, problem.what, path[:200], problem.why, problem.fix)
