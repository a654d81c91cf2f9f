"""Which methods the API takes: it is read-only, and says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import URLPattern

from totalplace.errors import Problem

__all__ = ["read_only"]

_ALLOWED = "GET, HEAD, OPTIONS"

View = Callable[..., HttpResponseBase]


def read_only(pattern: URLPattern) -> URLPattern:
    """The same route for GET and HEAD alone; OPTIONS names these, all else is refused."""
    pattern.callback = _guarded(pattern.callback)
    return pattern


def _guarded(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": _ALLOWED})
        if request.method == "HEAD":
            # answered as GET is; the server leaves the body out
            request.method = "GET"
            try:
                return view(request, *args, **kwargs)
            finally:
                request.method = "HEAD"
        if request.method != "GET":
            problem = Problem(
                "method_not_allowed",
                "the API is read-only",
                f"{request.method} {request.path}"[:200],
                "nothing can be changed through it",
                f"use one of {_ALLOWED}",
            )
            return JsonResponse(
                {"problems": [problem.as_dict()]}, status=405, headers={"Allow": _ALLOWED}
            )
        return view(request, *args, **kwargs)

    return guarded
