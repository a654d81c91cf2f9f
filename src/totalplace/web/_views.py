"""One page, four ways: drawn, as data, as a picture, and by the API."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.encoding import escape_uri_path
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from totalplace.charts import Theme, chart_key, option_json, png, svg
from totalplace.errors import Problem, RequestError
from totalplace.web._data import DATA_SUFFIXES, data_response
from totalplace.web._middleware import status_of
from totalplace.web._page import Page
from totalplace.web._params import Params, parse
from totalplace.web._places import zones_state
from totalplace.web._registry import PageSpec

__all__ = ["chart_view", "data_view", "page_view"]

_KEPT_BYTES = 96 * 2**20
_WRONG_QUERY = {400, 404}
_CHART_WIDTHS = {"wide": 960, "narrow": 360}


@dataclass(frozen=True)
class _Answer:
    """What is sent: bytes, content type and status."""

    content: bytes
    kind: str
    status: int = 200

    @cached_property
    def tag(self) -> str:
        """What a reader asks with whether it has the answer already."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:24]}"'


class _Kept:
    """Answers that were made before, the longest unused dropped first.

    A publication never changes, so an answer holds until something is published or withdrawn.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._state: object = None
        self._answers: OrderedDict[object, _Answer] = OrderedDict()
        self._lock = Lock()

    def get(self, key: object) -> _Answer | None:
        with self._lock:
            self._forget_old(zones_state())
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: object, answer: _Answer, *, state: object) -> None:
        """Keep an answer that was begun at a state of the zones; none that it is out of."""
        with self._lock:
            now = zones_state()
            self._forget_old(now)
            if state != now:
                return  # begun before something was withdrawn, it may hold what was
            if key in self._answers or len(answer.content) > self._limit // 8:
                return
            self._answers[key] = answer
            self._bytes += len(answer.content)
            while self._bytes > self._limit:
                _, dropped = self._answers.popitem(last=False)
                self._bytes -= len(dropped.content)

    def _forget_old(self, state: object) -> None:
        if state != self._state:
            self._answers.clear()
            self._bytes, self._state = 0, state


_KEPT = _Kept(_KEPT_BYTES)


def _answered(request: HttpRequest, key: object, make: Callable[[], _Answer]) -> HttpResponse:
    """An answer from those kept, or a new one; 304 where the reader has it already."""
    state = zones_state()
    found = _KEPT.get(key)
    if found is None:
        found = make()
        _KEPT.put(key, found, state=state)
    asked = request.headers.get("If-None-Match", "").removeprefix("W/")
    if found.status == 200 and asked == found.tag:
        return HttpResponse(status=304, headers={"ETag": found.tag, "Cache-Control": "no-cache"})
    # asked again each time, since a publication may be withdrawn; seldom sent again
    headers = {"ETag": found.tag, "Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"}
    return HttpResponse(
        found.content, content_type=found.kind, status=found.status, headers=headers
    )


def page_view(spec: PageSpec) -> Callable[..., HttpResponse]:
    """The view of a page as HTML."""

    @require_safe
    def view(request: HttpRequest, **path: str) -> HttpResponse:
        try:
            params = parse(spec.params, request.GET.dict(), path)
            key = ("html", spec.name, params, get_language())
            return _answered(request, key, lambda: _drawn(request, spec, spec.view(params), params))
        except RequestError as error:
            status = status_of(error.problems)
            if spec.refused is None or status not in _WRONG_QUERY:
                raise
            made = spec.refused(request.GET.dict(), error.problems)
            drawn = _drawn(request, spec, made, None)
            return HttpResponse(drawn.content, content_type=drawn.kind, status=status)

    return _named(view, spec)


def _drawn(request: HttpRequest, spec: PageSpec, made: Page, params: Params | None) -> _Answer:
    context = {
        "page": made,
        "params": params,
        "spec": spec,
        "data": {} if params is None else _data_links(request, spec, made, params),
        "publication": made.publication,
        **made.context,
    }
    text = render_to_string(f"totalplace/{made.template}", context, request)
    return _Answer(text.encode(), "text/html; charset=utf-8", made.status)


def data_view(spec: PageSpec) -> Callable[..., HttpResponseBase]:
    """The view of a page's data: the same address with .csv, .xlsx, .parquet or .json."""

    @require_safe
    def view(request: HttpRequest, suffix: str, **path: str) -> HttpResponseBase:
        params = parse(spec.params, request.GET.dict(), path)
        return data_response(spec, spec.view(params), params, suffix)

    return _named(view, spec)


def chart_view(spec: PageSpec) -> Callable[..., HttpResponse]:
    """The view of one chart of a page, as .svg, as .png, or for the page's script as .json."""

    @require_safe
    def view(request: HttpRequest, chart: str, variant: str, suffix: str, **path: str) -> Any:
        params = parse(spec.params, request.GET.dict(), path)
        key = ("chart", spec.name, params, chart, variant, suffix)

        def make() -> _Answer:
            state = zones_state()
            charts = spec.view(params).charts
            if chart not in charts:
                raise RequestError(_no_chart(spec, chart, charts))
            one = charts[chart]
            if suffix == "json":
                return _Answer(option_json(one).encode(), "application/json")
            # one picture may stand on many pages: it is kept by what it shows
            width = _CHART_WIDTHS["narrow" if "narrow" in variant else "wide"]
            theme: Theme = "dark" if "dark" in variant else "light"
            content = ("drawn", chart, suffix, chart_key(one, width=width, theme=theme))
            found = _KEPT.get(content)
            if found is None:
                if suffix == "png":
                    found = _Answer(png(one, width=1600), "image/png")
                else:
                    text = svg(one, prefix=chart, width=width, theme=theme)
                    found = _Answer(text.encode(), "image/svg+xml; charset=utf-8")
                _KEPT.put(content, found, state=state)
            return found

        return _answered(request, key, make)

    return _named(view, spec)


def _named(view: Callable[..., Any], spec: PageSpec) -> Callable[..., HttpResponse]:
    view.access = spec.access  # type: ignore[attr-defined]
    view.spec = spec  # type: ignore[attr-defined]
    return view


def _data_links(
    request: HttpRequest, spec: PageSpec, made: Page, params: Params
) -> Mapping[str, Any]:
    """Where the data and the charts of a page are: below its own address."""
    # an address in which a space stood would end there in a list of pictures
    stem = escape_uri_path(request.path).rstrip("/") or "/index"
    query = params.query()
    return {
        "files": [(suffix, f"{stem}.{suffix}{query}") for suffix in DATA_SUFFIXES]
        if made.tables or made.document
        else [],
        "stem": stem,
        "query": query,
        "api": f"/api/v1{stem}{query}" if spec.has_endpoint else "",
    }


def _no_chart(spec: PageSpec, chart: str, charts: Mapping[str, Any]) -> Problem:
    return Problem(
        "unknown_chart",
        "the page has no such chart",
        f"/{spec.stem}.{chart}"[:200],
        f"it has {', '.join(sorted(charts)) or 'none'}",
        "take the address of a chart from the page itself",
    )
