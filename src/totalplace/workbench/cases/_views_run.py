"""Running a draft, and reading what came of it: results, charts, files, one case beside another."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace.access import Thing
from totalplace.charts import NARROW, WIDE, Theme, png, svg
from totalplace.workbench._ask import may
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.cases._about import (
    crumbs,
    draft_thing,
    found_draft,
    found_run,
    run_thing,
)
from totalplace.workbench.cases._exports import SUFFIXES, exported
from totalplace.workbench.cases._kept import kept_case
from totalplace.workbench.cases._shown import Shown, beside, parts_of, shown, titles_in
from totalplace.workbench.cases._text import data_of, read_draft
from totalplace.workbench.cases._views_decide import kept_thing
from totalplace.workbench.cases._views_one import one_page
from totalplace.workbench.cases._work import begin_run
from totalplace.workbench.cases.models import Draft, Run

__all__: list[str] = []

_MOST_DRAWS = 100_000
_COUNT = re.compile("[1-9][0-9]{0,8}")
_VARIANTS: dict[str, tuple[int, Theme]] = {
    "": (WIDE, "light"),
    ".dark": (WIDE, "dark"),
    ".narrow": (NARROW, "light"),
    ".narrow.dark": (NARROW, "dark"),
}


@route("case-run", "work/cases/<str:id>/run/", thing=draft_thing, post=("write", "case"))
def run(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """Run a case over its draws, or solve a portfolio, as a job."""
    draft = found_draft(id)
    given = request.POST.get("draws", "10000").strip().replace(",", "")
    is_count = bool(_COUNT.fullmatch(given)) and int(given) <= _MOST_DRAWS
    if not is_count and not draft.is_portfolio:
        told = _("Write a whole number up to %(n)s") % {"n": f"{_MOST_DRAWS:,}"}
        return one_page(request, draft, [("draws", told)])
    if read_draft(draft).problems:
        return one_page(request, draft, [("", _("Mend what is wrong first"))])
    one = Run.objects.create(
        draft=draft,
        revision=draft.revision,
        by=request.actor.name,
        draws=0 if draft.is_portfolio else int(given),
    )
    job = begin_run(one, request.actor, asked=request.asked)
    record_outcome(request.asked, {"case": id, "revision": draft.revision, "job": job})
    return redirect("job", id=job)


def part_thing(request: HttpRequest, id: str, run: int, part: str) -> Thing:  # noqa: A002
    """The draft that a page of results is of."""
    if part not in dict(parts_of(found_run(id, run).document)):
        raise not_there("case")
    return run_thing(request, id, run)


@route("case-result", "work/cases/<str:id>/runs/<int:run>/", thing=run_thing, get=("see", "case"))
def result(request: WorkRequest, id: str, run: int) -> HttpResponse:  # noqa: A002
    """What a run has found, in short."""
    one = found_run(id, run)
    return _result(request, one, parts_of(one.document)[0][0])


@route(
    "case-result-part",
    "work/cases/<str:id>/runs/<int:run>/<str:part>/",
    thing=part_thing,
    get=("see", "case"),
)
def result_part(request: WorkRequest, id: str, run: int, part: str) -> HttpResponse:  # noqa: A002
    """One side of what a run has found: who gains, by year, what it hangs on, its assumptions."""
    return _result(request, found_run(id, run), part)


def _result(request: WorkRequest, one: Run, part: str) -> HttpResponse:
    draft = one.draft
    first = parts_of(one.document)[0][0]
    page = reverse("case-result", args=[draft.pk, one.pk])
    may_export = may(request.actor, "export", draft.thing)
    suffixes = SUFFIXES["portfolio" if draft.is_portfolio else "case"]
    context = {
        **_shown(shown(one.document, part, titles_in(data_of(draft.text))), page, draft.title),
        "crumbs": crumbs(draft),
        "parts": [
            (name, label, page if name == first else f"{page}{name}/")
            for name, label in parts_of(one.document)
        ],
        "part": part,
        "facts": [
            (_("Run"), f"{one.when:%d %B %Y %H:%M}, {one.by}".lstrip("0")),
            (_("Of revision"), str(one.revision)),
        ],
        "is_old": one.revision != draft.revision,
        "tried": _tried(one),
        "draft": draft,
        "exports": [
            (suffix, reverse("case-file", args=[draft.pk, one.pk, suffix])) for suffix in suffixes
        ]
        if may_export
        else [],
    }
    return render(request, "workbench/cases/result.html", context)


def _shown(one: Shown, page: str, of: str) -> dict[str, Any]:
    """What a template needs of a side of the results; its charts stand below its page."""
    names = {id(chart): name for name, chart in one.charts.items()}
    return {
        "title": f"{of}: {one.title}",
        "shown": one,
        "sections": [
            (part, names.get(id(part.chart), ""), f"{page}chart/{names.get(id(part.chart), '')}")
            for part in one.sections
        ],
    }


def _tried(one: Run) -> list[str]:
    told = []
    for stream, changed in one.tried.items():
        if "budget" in changed:
            budget = ", ".join(f"{amount:,}" for amount in changed["budget"])
            told.append(_("%(stream)s with %(budget)s") % {"stream": stream, "budget": budget})
        if "ringfence" in changed:
            words = {"hard": _("closed"), "soft": _("partly open"), "none": _("open")}
            fence = words[changed["ringfence"]]
            told.append(_("the fence of %(stream)s %(how)s") % {"stream": stream, "how": fence})
    return told


def chart_thing(request: HttpRequest, id: str, run: int, name: str) -> Thing:  # noqa: A002
    """The draft that a chart is of."""
    if _chart(found_run(id, run).document, name) is None:
        raise not_there("case")
    return run_thing(request, id, run)


@route(
    "case-chart",
    "work/cases/<str:id>/runs/<int:run>/chart/<str:name>",
    thing=chart_thing,
    get=("see", "case"),
)
def chart(request: WorkRequest, id: str, run: int, name: str) -> HttpResponse:  # noqa: A002, ARG001
    """A chart of what a run has found, as SVG or PNG."""
    return _drawn(found_run(id, run).document, name)


def _chart(document: dict[str, Any], name: str) -> Any:
    """The chart of a name such as ``fan.narrow.dark.svg``, its variant and its kind of file."""
    stem, _dot, suffix = name.rpartition(".")
    base, dot, variant = stem.partition(".")
    if f"{dot}{variant}" not in _VARIANTS or suffix not in {"svg", "png"}:
        return None
    for part, _label in parts_of(document):
        found = shown(document, part).charts.get(base)
        if found is not None:
            return found, base, f"{dot}{variant}", suffix
    return None


def _drawn(document: dict[str, Any], name: str) -> HttpResponse:
    one, base, variant, suffix = _chart(document, name)
    if suffix == "png":
        return HttpResponse(png(one, width=1600), content_type="image/png")
    width, theme = _VARIANTS[variant]
    text = svg(one, prefix=base, width=width, theme=theme)
    return HttpResponse(text, content_type="image/svg+xml; charset=utf-8")


def file_thing(request: HttpRequest, id: str, run: int, suffix: str) -> Thing:  # noqa: A002
    """The draft that a file of results is of."""
    thing = run_thing(request, id, run)
    if suffix not in SUFFIXES[found_draft(id).kind]:
        raise not_there("case")
    return thing


@route(
    "case-file",
    "work/cases/<str:id>/runs/<int:run>/file.<str:suffix>",
    thing=file_thing,
    get=("export", "case"),
)
def file(request: WorkRequest, id: str, run: int, suffix: str) -> HttpResponse:  # noqa: A002, ARG001
    """What a run has found, as a file."""
    one = found_run(id, run)
    content, media_type = exported(one, suffix)
    answer = HttpResponse(content, content_type=media_type)
    name = one.document.get("case") or one.document.get("portfolio") or "case"
    safe = "".join(sign for sign in str(name) if sign.isalnum() or sign in "-_") or "case"
    answer["Content-Disposition"] = f'attachment; filename="{safe}.{suffix}"'
    return answer


@route("case-compare", "work/cases/compare/", get=("see", "case"))
def compare(request: WorkRequest) -> HttpResponse:
    """Two cases side by side, by their last runs."""
    drafts = [
        one
        for one in Draft.objects.filter(kind="case").defer("text", "files")
        if may(request.actor, "see", one.thing)
    ]
    found = []
    for draft in drafts:
        one = draft.runs.exclude(document={}).first()
        if one is not None:
            found.append((draft, one))
    chosen = {name: request.GET.get(name, "") for name in ("a", "b")}
    pairs = [pair for name in ("a", "b") for pair in found if pair[0].pk == chosen[name]]
    context: dict[str, Any] = {
        "title": _("Compare two cases"),
        "crumbs": crumbs(),
        "choices": [(draft.pk, draft.title) for draft, _run in found],
        "chosen": chosen,
    }
    if len(pairs) == 2:
        documents = [(draft.title, one.document) for draft, one in pairs]
        context["table"] = beside(documents)
        context["links"] = [
            (draft.title, reverse("case-result", args=[draft.pk, one.pk])) for draft, one in pairs
        ]
    return render(request, "workbench/cases/compare.html", context)


@route(
    "case-kept",
    "work/approved/<str:kind>/<str:slug>/<int:n>/",
    thing=kept_thing,
    get=("see", "release"),
)
def kept(request: WorkRequest, kind: str, slug: str, n: int) -> HttpResponse:
    """An approved case or portfolio: who approved it, when and why, with its figures."""
    one = kept_case(kind, slug, n)
    assert one is not None  # its thing is there
    document = dict(one.result)
    part = request.GET.get("part", "")
    names = dict(parts_of(document))
    part = part if part in names else parts_of(document)[0][0]
    page = reverse("case-kept", args=[kind, slug, n])
    context = {
        **_shown(shown(document, part, titles_in(data_of(one.text))), page, one.title),
        "crumbs": crumbs(),
        "parts": [(name, label, f"{page}?part={name}") for name, label in parts_of(document)],
        "part": part,
        "facts": [
            (_("Approved"), f"{one.approved_by}, {one.when[:10]}: {one.why}"),
            (_("Written by"), one.who),
            (_("Revision"), str(one.revision)),
        ],
        "is_taken_back": not one.is_in_force,
        "exports": [],
    }
    return render(request, "workbench/cases/result.html", context)


def _kept_chart_thing(request: HttpRequest, kind: str, slug: str, n: int, name: str) -> Thing:
    thing = kept_thing(request, kind, slug, n)
    one = kept_case(kind, slug, n)
    if one is None or _chart(dict(one.result), name) is None:
        raise not_there("release")
    return thing


@route(
    "case-kept-chart",
    "work/approved/<str:kind>/<str:slug>/<int:n>/chart/<str:name>",
    thing=_kept_chart_thing,
    get=("see", "release"),
)
def kept_chart(
    request: WorkRequest,  # noqa: ARG001
    kind: str,
    slug: str,
    n: int,
    name: str,
) -> HttpResponse:
    """A chart of an approved case, as SVG or PNG."""
    one = kept_case(kind, slug, n)
    assert one is not None  # its thing is there
    return _drawn(dict(one.result), name)
