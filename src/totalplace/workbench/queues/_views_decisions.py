"""The pages of decisions: every one, who made it, when and why, and undoing."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace.access import Thing
from totalplace.reports import table_bytes
from totalplace.web._page import Column, Table
from totalplace.workbench._ask import may
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench._say import say
from totalplace.workbench.queues import _basket
from totalplace.workbench.queues._history import Made, history, who_made
from totalplace.workbench.queues._paging import page_of
from totalplace.workbench.queues._views_queues import crumbs
from totalplace.workbench.queues._words import decision_words

__all__: list[str] = []

_SHOWN = 100


def made_thing(request: WorkRequest, n: int) -> Thing:  # noqa: ARG001 - as routes call it
    """The decision of an address."""
    thing = _basket.decision_thing(n)
    if not 0 < n <= _basket.decisions_made():
        raise not_there("decision")
    return thing


def _chosen(request: HttpRequest, every: list[Made]) -> list[Made]:
    """The decisions that the address asks for."""
    who, what = request.GET.get("who", ""), request.GET.get("what", "")
    return [
        one
        for one in every
        if (not who or one.decision.who == who) and (not what or one.decision.what == what)
    ]


@route("decisions", "work/decisions/", get=("see", "decision"))
def decisions(request: WorkRequest) -> HttpResponse:
    """The decisions that the account may see, the newest first."""
    every = history(request.actor)
    found = _chosen(request, every)
    first = (page_of(request.GET.get("page", "")) - 1) * _SHOWN
    query = request.GET.copy()
    query.pop("page", None)

    def href(n: int) -> str:
        return "?" + "&".join(filter(None, [query.urlencode(), f"page={n}"]))

    number = first // _SHOWN + 1
    context = {
        "title": _("Decisions"),
        "crumbs": crumbs(),
        "table": _table(found, first),
        "asked": {name: request.GET.get(name, "") for name in ("who", "what")},
        "people": who_made(every),
        "kinds": sorted({one.decision.what for one in every}),
        "before": href(number - 1) if first else "",
        "after": href(number + 1) if first + _SHOWN < len(found) else "",
        "csv": f"{reverse('decisions-csv')}?{query.urlencode()}".rstrip("?"),
    }
    return render(request, "workbench/queues/decisions.html", context)


def _table(found: list[Made], first: int) -> Table:
    rows = [
        {
            "n": one.decision.n,
            "about": one.about,
            "said": one.said,
            "why": one.decision.why,
            "who": one.decision.who,
            "when": datetime.fromisoformat(one.decision.when).date(),
            "undone_by": one.undone_by,
            "_links": {"about": reverse("decision", args=[one.decision.n])}
            | ({"undone_by": reverse("decision", args=[one.undone_by])} if one.undone_by else {}),
        }
        for one in found
    ]
    columns = [
        Column("n", _("Number"), "number"),
        Column("about", _("About"), is_head=True),
        Column("said", _("Decision")),
        Column("why", _("Why")),
        Column("who", _("Who")),
        Column("when", _("When"), "date"),
        Column("undone_by", _("Undone by"), "number"),
    ]
    return Table(
        "decisions",
        _("Decisions, the newest first"),
        columns,
        rows,
        empty=_("Nothing was decided yet."),
        limit=_SHOWN,
        first=first,
    )


@route("decisions-csv", "work/decisions.csv", get=("export", "decision"))
def decisions_csv(request: WorkRequest) -> HttpResponse:
    """The same as a file."""
    names = ("n", "object_id", "what", "value", "who", "when", "why")
    rows = [
        {**{name: getattr(one.decision, name) for name in names}, "undone_by": one.undone_by}
        for one in _chosen(request, history(request.actor))
        if may(request.actor, "export", one.thing)
    ]
    schema = pa.schema(
        [("n", pa.int64())]
        + [(name, pa.string()) for name in names[1:]]
        + [("undone_by", pa.int64())]
    )
    content = table_bytes(pa.Table.from_pylist(rows, schema=schema), ".csv", notes={})
    headers = {"Content-Disposition": 'attachment; filename="decisions.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@route("decision", "work/decisions/<int:n>/", thing=made_thing, get=("see", "decision"))
def decision(request: WorkRequest, n: int) -> HttpResponse:
    """One decision."""
    one = _one(request, n)
    context = {
        "title": _("Decision %(n)s") % {"n": n},
        "crumbs": crumbs((_("Decisions"), reverse("decisions"))),
        "one": one,
        "when": datetime.fromisoformat(one.decision.when),
        "kind": decision_words(one.decision.what),
        "may_undo": one.holds and may(request.actor, "settle", one.thing),
    }
    return render(request, "workbench/queues/decision.html", context)


def _one(request: WorkRequest, n: int) -> Made:
    return next(one for one in history(request.actor) if one.decision.n == n)


@route(
    "decision-undo",
    "work/decisions/<int:n>/undo/",
    thing=made_thing,
    post=("settle", "decision"),
)
def undo(request: WorkRequest, n: int) -> HttpResponse:
    """Choose to undo a decision: a choice like any other, whose effect is shown first."""
    one = _one(request, n)
    if not one.holds:
        say(request, _("This decision does not hold any more."))
        return redirect("decision", n=n)
    if not _basket.choose_undo(request.actor, one.decision):
        say(request, _("There are too many unsaved choices: save them first."))
        return redirect("choices")
    say(request, _("To undo decision %(n)s is now among your choices.") % {"n": n})
    return redirect("choices")
