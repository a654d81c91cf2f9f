"""The endpoints of `/api/v1/`, drawn up from the map of pages: read-only, one a page.

OpenAPI 3.1 stands at `/api/v1/openapi.json`; `/api/v1/docs` is the same for people to read, made
by this site and without a script.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI, Path, Query, Schema
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema
from pydantic import create_model

from totalplace.errors import RequestError
from totalplace.web._data import page_document
from totalplace.web._middleware import problem_response
from totalplace.web._params import parse
from totalplace.web._registry import PAGES, PageSpec
from totalplace.web._words import marked
from totalplace.web.api._documents import PageDocument, ProblemsDocument
from totalplace.web.api._methods import read_only

__all__ = ["api_urls"]

_ABOUT = """The figures of the pages, with the same links back to where they came from. The \
address of a page, without its last slash, after `/api/v1` is its endpoint; the first page is \
`/api/v1/index`.

Amounts in pounds are texts with two decimals, so that no penny is lost. Every answer names the \
publication that its figures are of; `at` asks for an earlier one, whose answers stay as they are \
until it is withdrawn. Every parameter may be left out but those in the path. A parameter that an \
endpoint does not have is refused.

A problem is told as `problems`, each with `code`, `what`, `where`, `why` and `fix`: 400 for a \
parameter that cannot be read, 404 for what the publication does not hold, 405 for a method other \
than GET, HEAD and OPTIONS, 410 for a publication that was withdrawn, 503 where nothing is \
published yet.

No key is needed. Whole files of a publication, every line among them, are listed by `/data`."""
_TAGS = {
    "place": "The place",
    "money": "Public money",
    "data": "Data",
    "cases": "Cases",
    "claims": "Claims",
    "reports": "Reports",
    "search": "Search",
    "cite": "Citation",
}
_ANSWERS = {
    200: "The page as JSON",
    400: "A parameter cannot be read, or there is no such parameter",
    404: "The publication holds no such thing",
    405: "The API is read-only",
    410: "The publication was withdrawn; the problem's `why` is the reason",
    503: "Nothing is published yet",
}


class _Api(NinjaAPI):
    _described: OpenAPISchema | None = None

    def get_openapi_schema(self, **told: Any) -> OpenAPISchema:
        """The description, with parameters as they can be written in an address; made once."""
        if self._described is None:
            self._described = self._describe(super().get_openapi_schema(**told))
        return self._described

    @staticmethod
    def _describe(schema: OpenAPISchema) -> OpenAPISchema:
        schema["info"]["license"] = {"name": "MIT", "identifier": "MIT"}
        schema["servers"] = [{"url": "/", "description": "This site"}]
        schema["tags"] = [{"name": name, "description": text} for name, text in _TAGS.items()]
        components = schema["components"]["schemas"]
        for name in [name for name in components if name.endswith("Query")]:
            # their fields stand with each endpoint
            del components[name]
        for methods in schema["paths"].values():
            for operation in methods.values():
                operation.pop("description", None)
                for parameter in operation.get("parameters", []):
                    parameter["schema"] = _in_address(parameter["schema"])
                for status, answer in operation["responses"].items():
                    answer["description"] = _ANSWERS[int(status)]
        return schema


def api_urls() -> list[URLPattern | URLResolver]:
    """The routes of the API: an endpoint a page, its description, and the page about it."""
    api = _Api(
        title="totalplace", version="1", description=_ABOUT, docs_url=None, urls_namespace="api"
    )
    for spec in PAGES.values():
        if spec.has_endpoint:
            api.get(
                _address(spec),
                response={
                    200: PageDocument,
                    **dict.fromkeys((400, 404, 405, 410, 503), ProblemsDocument),
                },
                operation_id=spec.name.replace("-", "_"),
                summary=spec.summary,
                tags=[spec.stem.partition("/")[0] if spec.path else "place"],
            )(_operation(spec))
    api.add_exception_handler(ValidationError, _refused)
    docs.access = "public"  # type: ignore[attr-defined]
    patterns, name, namespace = api.urls
    below = [read_only(pattern) for pattern in patterns if isinstance(pattern, URLPattern)]
    about = path("api/v1/docs", docs, {"api": api}, name="api-docs")
    return [read_only(about), path("api/v1/", (below, name, namespace))]


def _address(spec: PageSpec) -> str:
    return "/" + re.sub(r"<str:(\w+)>", r"{\1}", spec.stem)


def _operation(spec: PageSpec) -> Callable[..., HttpResponse]:
    """The function of an endpoint, with the signature that its description is drawn from."""
    in_path = spec.params.path_fields()

    def operation(request: HttpRequest, **values: Any) -> HttpResponse:
        return _answer(spec, request, {name: str(values[name]) for name in in_path})

    fields = spec.params.model_fields
    asked = {
        name: (field.annotation, field) for name, field in fields.items() if name not in in_path
    }
    name = "".join(part.title() for part in re.split(r"\W", spec.name)) + "Query"
    query = create_model(name, __base__=Schema, **asked)  # type: ignore[call-overload]
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter(
            "request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest
        ),
        inspect.Parameter("query", kind, annotation=Annotated[query, Query()]),  # type: ignore[type-arg]
        *(
            inspect.Parameter(
                field,
                kind,
                annotation=Annotated[str, Path(description=fields[field].description)],  # type: ignore[type-arg]
            )
            for field in in_path
        ),
    ]
    operation.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    operation.__name__ = spec.name.replace("-", "_")
    operation.__doc__ = spec.summary
    operation.access = spec.access  # type: ignore[attr-defined]
    return operation


def _answer(spec: PageSpec, request: HttpRequest, in_path: Mapping[str, str]) -> HttpResponse:
    """A page as JSON. Parsed as the page parses it, so that both take and refuse the same."""
    try:
        params = parse(spec.params, request.GET.dict(), in_path)
        page = spec.view(params)
    except RequestError as error:
        return problem_response(request, error.problems)
    return JsonResponse(
        page_document(spec, page, params),
        status=page.status,
        headers={"Cache-Control": "no-cache"},
    )


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    """What the framework refuses is answered as a page would: it may have less against it."""
    found = request.resolver_match
    if found is None:
        raise error
    spec = next(one for one in PAGES.values() if found.url_name == one.name.replace("-", "_"))
    return _answer(spec, request, {name: str(value) for name, value in found.kwargs.items()})


def _in_address(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter that stands in an address: it cannot be null, only left out."""
    options = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    if len(options) == 1:
        schema = {**options[0], **{k: v for k, v in schema.items() if k != "anyOf"}}
    elif options:
        schema = {**schema, "anyOf": options}
    return {k: v for k, v in schema.items() if k not in ("title", "description", "default")}


def docs(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """The API for people to read."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    groups = [
        {
            "title": title,
            "name": name,
            "endpoints": [
                _told(address, methods["get"])
                for address, methods in schema["paths"].items()
                if name in methods["get"]["tags"]
            ],
        }
        for name, title in _TAGS.items()
    ]
    forms = [
        {
            "name": name,
            "about": marked(form.get("description", "")),
            "fields": [
                {
                    "name": field,
                    "kind": _kind(one),
                    "about": marked(one.get("description", "")),
                    "is_required": field in form.get("required", ()),
                }
                for field, one in form["properties"].items()
            ],
        }
        for name, form in schema["components"]["schemas"].items()
    ]
    return render(
        request,
        "totalplace/api_docs.html",
        {
            "groups": groups,
            "forms": forms,
            "about": [marked(text) for text in _ABOUT.split("\n\n")],
            "answers": _ANSWERS,
        },
    )


def _told(address: str, operation: dict[str, Any]) -> dict[str, Any]:
    """An endpoint for the page about the API."""
    parameters = [
        {
            "name": one["name"],
            "where": one["in"],
            "about": one.get("description", ""),
            "kind": _kind(one["schema"]),
            "values": one["schema"].get("enum", ()),
        }
        for one in operation.get("parameters", [])
    ]
    has_path = any(one["where"] == "path" for one in parameters)
    return {
        "address": address,
        "summary": operation["summary"],
        "id": operation["operationId"],
        "parameters": sorted(parameters, key=lambda one: one["where"] != "path"),
        "try_it": "" if has_path else quote(address),
    }


def _kind(schema: dict[str, Any]) -> str:
    """What a value is, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(map(_kind, schema["anyOf"]))
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"{{text: {_kind(schema['additionalProperties'])}}}"
    words = {"string": "text", "integer": "whole number", "number": "number", "null": "null"}
    kind = str(schema.get("type", "any"))
    return words.get(kind, kind)
