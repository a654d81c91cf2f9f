"""The map of the workbench: every address once, with what may be done there and by whom.

A view is called only when :func:`totalplace.access.decide` has allowed it; each decision stands in
the audit, denials too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from totalplace.access import Actor, Thing
from totalplace.errors import Problem, RequestError, TotalplaceError
from totalplace.workbench._ask import ask
from totalplace.workbench._denied import denied
from totalplace.workbench._problems import problem_page

__all__ = ["ROUTES", "Access", "Route", "WorkRequest", "not_there", "route", "urls"]

_NOT_ALLOWED = 405
ThingOf = Callable[..., Thing]
"""Makes the thing of an address from the request and the parts of the path. It raises `LookupError`
when there is none: then the answer is that of a thing of somebody else's, so that nothing shows
what is there."""


class WorkRequest(HttpRequest):
    """A request to the workbench, with the actor that its session is of.

    `asked` is the number of the row of the audit that holds the last decision about it.
    """

    actor: Actor
    asked: int


View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Access:
    """What a method of a route does, and with which kind of data."""

    action: str
    data_class: str


@dataclass(frozen=True)
class Route:
    """One address of the workbench.

    Attributes:
        name: by which templates link to it.
        path: below the root, in Django's form.
        allow: method -> what it does.
        thing: makes the thing that is asked for from the request and the parts of the path; by
            default the kind as a whole.
        view: makes the answer.
    """

    name: str
    path: str
    allow: Mapping[str, Access]
    view: View
    thing: ThingOf | None = None


ROUTES: dict[str, Route] = {}


def route(
    name: str, path: str, *, thing: ThingOf | None = None, **allow: tuple[str, str]
) -> Callable[[View], View]:
    """Hang a view on the map.

    Args:
        thing: makes the thing of the address from the request and the parts of the path.
        allow: ``get`` and ``post``, each an action and a data class of the rules of access.
    """

    def hang(view: View) -> View:
        if name in ROUTES:
            raise ValueError(f"two routes of one name: {name}")
        methods = {method.upper(): Access(*access) for method, access in allow.items()}
        ROUTES[name] = Route(name, path, methods, view, thing)
        return view

    return hang


def not_there(kind: str) -> LookupError:
    """What `thing` of a route raises when there is none of that name."""
    return LookupError(kind)


@dataclass(eq=False)
class _Asked:
    """A view behind its decision."""

    route: Route
    access: str = field(default="decided", init=False)

    def __call__(self, request: WorkRequest, **parts: Any) -> HttpResponseBase:
        method = "GET" if request.method == "HEAD" else str(request.method)
        access = self.route.allow.get(method)
        if access is None:
            problem = _wrong_method(self.route, method, request.path)
            response = problem_page(request, [problem], _NOT_ALLOWED)
            response["Allow"] = ", ".join(sorted(self.route.allow))
            return response
        if _holds_nul(request):
            raise RequestError(_bad_value(request.path))
        is_there = True
        thing = Thing(access.data_class)
        if self.route.thing is not None:
            try:
                thing = self.route.thing(request, **parts)
            except LookupError:
                is_there = False
                # nobody's: whoever is not everybody's is told what they are told of another's
                thing = Thing(access.data_class, "?", frozenset(["?"]), "?")
        decision = ask(request, access.action, thing)
        if not decision.allowed:
            return denied(request, decision)
        if not is_there:
            raise RequestError(_no_such(request.path))
        try:
            return self.route.view(request, **parts)
        except TotalplaceError as error:
            if method != "GET":
                _record_problems(request.asked, error)
            raise


def _record_problems(row: int, error: TotalplaceError) -> None:
    """That nothing came of an act, and why."""
    # the models can be read only once Django is set up
    from totalplace.workbench.audit import record_outcome

    record_outcome(row, {"problems": [one.code for one in error.problems]})


def _holds_nul(request: HttpRequest) -> bool:
    """Whether a NUL stands in the address or in a form: not every database takes one in a text."""
    given = [request.path]
    for values in (request.GET, request.POST):
        for name, texts in values.lists():
            given += [name, *texts]
    return any("\0" in text for text in given)


def urls() -> list[URLPattern]:
    """Every route as Django takes it, longer addresses first."""
    ordered = sorted(ROUTES.values(), key=lambda one: ("<" in one.path, one.path))
    return [path(one.path, _Asked(one), name=one.name) for one in ordered]


def _wrong_method(one: Route, method: str, where: str) -> Problem:
    return Problem(
        "wrong_method",
        "this address does not take such a request",
        f"{method} {where}"[:200],
        f"it takes {', '.join(sorted(one.allow))}",
        "go back, and use the page's own links and buttons",
    )


def _bad_value(where: str) -> Problem:
    return Problem(
        "bad_value",
        "this value cannot be used",
        where.replace("\0", "")[:200],
        "a character stands in it that no text has (NUL)",
        "type it again rather than pasting it",
    )


def _no_such(where: str) -> Problem:
    return Problem(
        "no_such_page",
        "there is nothing at this address",
        where[:200],
        "it was removed, or the address is mistyped",
        "start from the first page of the workbench",
    )
