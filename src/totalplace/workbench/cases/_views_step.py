"""The pages on which a case is written, one thing a page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from totalplace.access import Thing
from totalplace.cases._toml_edit import edited_toml
from totalplace.errors import Problem, RequestError
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.cases._about import crumbs, draft_thing, found_draft
from totalplace.workbench.cases._answers import called
from totalplace.workbench.cases._form import StepForm, answered, body_names, form_of
from totalplace.workbench.cases._problems import Told, told_problems
from totalplace.workbench.cases._save import saved
from totalplace.workbench.cases._steps import ITEMS, Step, step_of, steps_of
from totalplace.workbench.cases._text import Read, data_of, place_bodies, read_draft
from totalplace.workbench.cases.models import Draft

__all__ = ["after", "problems_of_step"]

_STEPS = ("head", "narrative", "correlation")
_NEW: dict[str, dict[str, Any]] = {
    "activity": {},
    "outcome": {},
    "money": {"benefit": {"unit": "GBP k/year"}},
}
"""What is added: an activity, an outcome by a chain, or one of money stated directly."""


def step_thing(request: HttpRequest, id: str, step: str) -> Thing:  # noqa: A002
    """The draft of a page of its form."""
    thing = draft_thing(request, id)
    if step not in _STEPS or found_draft(id).is_portfolio:
        raise not_there("case")
    return thing


def item_thing(
    request: HttpRequest,
    id: str,  # noqa: A002
    kind: str,
    n: int,
    step: str = "what",
) -> Thing:
    """The draft of a page about one of its activities or outcomes."""
    thing = draft_thing(request, id)
    draft = found_draft(id)
    found = step_of(data_of(draft.text), (kind, n - 1), step) if kind in ITEMS else None
    if draft.is_portfolio or found is None:
        raise not_there("case")
    return thing


@route(
    "case-step",
    "work/cases/<str:id>/edit/<str:step>/",
    thing=step_thing,
    get=("write", "case"),
    post=("write", "case"),
)
def step(request: WorkRequest, id: str, step: str) -> HttpResponse:  # noqa: A002
    """A page of the form of a case: what it is, or how its numbers move together."""
    draft = found_draft(id)
    path = ("case",) if step == "head" else (step,)
    return _page(request, draft, path, step)


@route(
    "case-item",
    "work/cases/<str:id>/edit/<str:kind>/<int:n>/<str:step>/",
    thing=item_thing,
    get=("write", "case"),
    post=("write", "case"),
)
def item(request: WorkRequest, id: str, kind: str, n: int, step: str) -> HttpResponse:  # noqa: A002
    """A page of the form of an activity or an outcome."""
    return _page(request, found_draft(id), (kind, n - 1), step)


def _page(
    request: WorkRequest, draft: Draft, path: tuple[str | int, ...], name: str
) -> HttpResponse:
    read = read_draft(draft)
    _must_be_toml(read)
    one = step_of(read.data, path, name)
    assert one is not None  # the address is of one that is there
    bodies = body_names(read.data, place_bodies(read.data))
    if request.method != "POST":
        return _shown(request, draft, form_of(one, read.data, bodies), read)
    form = answered(one, read.data, bodies, request.POST)
    if form.errors:
        return _shown(request, draft, form, read)
    saved(
        draft,
        request.actor,
        seen=request.POST.get("revision", ""),
        note=one.title,
        text=edited_toml(draft.text, form.data),
    )
    record_outcome(request.asked, {"case": draft.pk, "revision": draft.revision})
    return redirect(after(draft, one, go_back=request.POST.get("go") == "back"))


def after(draft: Draft, one: Step, *, go_back: bool) -> str:
    """Where it goes on: the next page of the form, or the page of the case."""
    steps = list(steps_of(data_of(draft.text)))
    places = [
        at for at, other in enumerate(steps) if (other.name, other.path) == (one.name, one.path)
    ]
    if go_back or not places or places[0] + 1 == len(steps):
        return draft.page
    return steps[places[0] + 1].href(draft)


def problems_of_step(draft: Draft, read: Read, one: Step) -> list[Told]:
    """What is wrong with what was answered on a page, and what a reviewer would ask of it."""
    told = told_problems(draft, [*read.problems, *read.warnings], read.located)
    return [
        each
        for each in told
        if each.step is not None and (each.step.name, each.step.path) == (one.name, one.path)
    ]


def _shown(request: WorkRequest, draft: Draft, form: StepForm, read: Read) -> HttpResponse:
    step = form.step
    context = {
        "title": step.title,
        "lead": called(step, read.data) if step.is_item else "",
        "crumbs": crumbs(draft),
        "draft": draft,
        "form": form,
        "hint": step.hint,
        "told": [] if form.errors else problems_of_step(draft, read, step),
        "errors": form.errors,
    }
    status = 400 if form.errors else 200
    return render(request, "workbench/cases/step.html", context, status=status)


def _must_be_toml(read: Read) -> None:
    if read.located is None:
        raise RequestError(list(read.problems))


@route("case-add", "work/cases/<str:id>/add/", thing=draft_thing, post=("write", "case"))
def add(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """Add an activity or an outcome."""
    draft = found_draft(id)
    what = request.POST.get("what", "")
    if what not in _NEW or draft.is_portfolio:
        raise RequestError(_cannot_add(draft, what))
    kind = "activity" if what == "activity" else "outcome"
    read = read_draft(draft)
    _must_be_toml(read)
    data = dict(read.data)
    held = data.get(kind)
    rows = list(held) if isinstance(held, list) else []
    known = {one.get("id") for one in rows if isinstance(one, dict)}
    number = next(n for n in range(1, len(rows) + 2) if f"{kind}-{n}" not in known)
    data[kind] = [*rows, {"id": f"{kind}-{number}", **_NEW[what]}]
    seen = request.POST.get("revision", "")
    note = _("another activity") if kind == "activity" else _("another outcome")
    saved(draft, request.actor, seen=seen, note=note, text=edited_toml(draft.text, data))
    record_outcome(request.asked, {"case": id, "revision": draft.revision})
    return redirect("case-item", id=id, kind=kind, n=len(rows) + 1, step="what")


@route(
    "case-item-remove",
    "work/cases/<str:id>/take-out/<str:kind>/<int:n>/",
    thing=item_thing,
    post=("write", "case"),
)
def remove(request: WorkRequest, id: str, kind: str, n: int) -> HttpResponse:  # noqa: A002
    """Take an activity or an outcome out."""
    draft = found_draft(id)
    data = data_of(draft.text)
    rows = list(data[kind])
    gone = rows.pop(n - 1)
    data[kind] = rows
    if not rows:
        del data[kind]
    name = gone.get("id", "") if isinstance(gone, dict) else ""
    saved(
        draft,
        request.actor,
        seen=request.POST.get("revision", ""),
        note=_("without %(name)s") % {"name": name},
        text=edited_toml(draft.text, data),
    )
    record_outcome(request.asked, {"case": id, "revision": draft.revision, "removed": name})
    return redirect(draft.page)


def _cannot_add(draft: Draft, what: str) -> Problem:
    return Problem(
        "bad_value",
        _("nothing was added"),
        f"{draft.title}: {what[:60]}",
        _("a case has activities and outcomes, and a portfolio is written as a text"),
        _("go back, and use the buttons of the page"),
    )
