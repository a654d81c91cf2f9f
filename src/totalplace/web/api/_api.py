"""The endpoints of `/api/v1/`, drawn up from the map of pages: read-only, one a page.

OpenAPI 3.1 stands at `/api/v1/openapi.json`; `/api/v1/docs` is the same for people to read, made
by this site and without a script.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Path, Query, Schema
from ninja.errors import ValidationError
from pydantic import ConfigDict, create_model

from totalplace.errors import RequestError
from totalplace.web._data import page_document
from totalplace.web._middleware import problem_response
from totalplace.web._params import parse
from totalplace.web._registry import PAGES, PageSpec

__all__ = ["api_urls"]

_ABOUT = """The figures of the pages, with the same links back to where they came from.

Amounts in pounds are texts with two decimals, so that no penny is lost. Every answer names the
publication that its figures are of; `at` asks for an earlier one. A problem is told as `problems`,
each with `code`, `what`, `where`, `why` and `fix`."""


class PageDocument(Schema):
    """A page: what it is of, its tables with the links of their cells, its licence and sources."""

    model_config = ConfigDict(extra="allow")

    title: str
    address: str
    publication: dict[str, Any] | None
    year: str | None
    unit: str
    tables: dict[str, Any]
    charts: list[str]


class ProblemDocument(Schema):
    """One thing that is wrong, and how to mend it."""

    code: str
    what: str
    where: str
    why: str
    fix: str


class ProblemsDocument(Schema):
    """Why there is no answer."""

    problems: list[ProblemDocument]


def api_urls() -> list[URLPattern | URLResolver]:
    """The routes of the API: an endpoint a page, its description, and the page about it."""
    api = NinjaAPI(
        title="totalplace", version="1", description=_ABOUT, docs_url=None, urls_namespace="api"
    )
    for spec in PAGES.values():
        if spec.has_endpoint:
            api.get(
                _address(spec),
                response={
                    200: PageDocument,
                    **dict.fromkeys((400, 404, 410, 503), ProblemsDocument),
                },
                operation_id=spec.name.replace("-", "_"),
                summary=spec.summary,
                tags=[spec.stem.partition("/")[0] if spec.path else "place"],
            )(_operation(spec))
    api.add_exception_handler(ValidationError, _refused)
    docs.access = "public"  # type: ignore[attr-defined]
    return [path("api/v1/docs", docs, {"api": api}, name="api-docs"), path("api/v1/", api.urls)]


def _address(spec: PageSpec) -> str:
    return "/" + re.sub(r"<str:(\w+)>", r"{\1}", spec.stem)


def _operation(spec: PageSpec) -> Callable[..., HttpResponse]:
    """The function of an endpoint, with the signature that its description is drawn from."""
    in_path = spec.params.path_fields()

    def operation(request: HttpRequest, **values: Any) -> HttpResponse:
        told = {name: str(values[name]) for name in in_path}
        try:
            # parsed as the page parses it, so that both refuse the same
            params = parse(spec.params, request.GET.dict(), told)
            document = page_document(spec, spec.view(params), params)
        except RequestError as error:
            return problem_response(request, error.problems)
        return JsonResponse(document)

    asked = {
        name: (field.annotation, field)
        for name, field in spec.params.model_fields.items()
        if name not in in_path
    }
    name = "".join(part.title() for part in re.split(r"\W", spec.name)) + "Query"
    query = create_model(name, __base__=Schema, **asked)  # type: ignore[call-overload]
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter(
            "request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest
        ),
        inspect.Parameter("query", kind, annotation=Annotated[query, Query()]),
        *(inspect.Parameter(field, kind, annotation=Annotated[str, Path()]) for field in in_path),
    ]
    operation.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    operation.__name__ = spec.name.replace("-", "_")
    operation.__doc__ = inspect.getdoc(spec.view) or spec.summary
    operation.access = spec.access  # type: ignore[attr-defined]
    return operation


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    """What the framework refuses is told as a page would tell it."""
    found = request.resolver_match
    spec = next(
        one for one in PAGES.values() if found and found.url_name == one.name.replace("-", "_")
    )
    try:
        parse(spec.params, request.GET.dict(), {k: str(v) for k, v in found.kwargs.items()})
    except RequestError as told:
        return problem_response(request, told.problems)
    raise error


@require_safe
def docs(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """The API for people to read."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    endpoints = [
        {"address": address, **methods["get"]} for address, methods in schema["paths"].items()
    ]
    return render(
        request, "totalplace/api_docs.html", {"endpoints": endpoints, "about": _ABOUT.split("\n\n")}
    )
