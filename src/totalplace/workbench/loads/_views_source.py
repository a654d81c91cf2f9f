"""A source of the place: its facts, what was read from it, and the decision about its licence."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace.access import Thing
from totalplace.web._page import Column, Row, Table
from totalplace.workbench._ask import may
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench._say import say
from totalplace.workbench.loads._bodies import Bodies
from totalplace.workbench.loads._licence import decide_licence, licence_decided
from totalplace.workbench.loads._sources import source_thing
from totalplace.workbench.loads._upload_form import licences
from totalplace.workbench.loads._views_rows import rows_href
from totalplace.workbench.queues._basket import decision_thing

__all__: list[str] = []

_WHY_LENGTH = 1_000


def source_of(request: HttpRequest, sha256: str, **_parts: Any) -> Thing:  # noqa: ARG001
    """The source of an address, as the rules of access see it."""
    state = open_place(settings.TOTALPLACE_PLACE).folder.state()
    if not state.has_source(sha256):
        raise not_there("source")
    return source_thing(state, sha256)


def licence_thing(request: HttpRequest, sha256: str) -> Thing:  # noqa: ARG001
    """The source whose licence is decided: whoever may load such a file may say it."""
    state = open_place(settings.TOTALPLACE_PLACE).folder.state()
    if not state.has_source(sha256):
        raise not_there("source")
    return source_thing(state, sha256, "upload")


@route("source", "work/sources/<str:sha256>/", thing=source_of, get=("see", "line"))
def source(request: WorkRequest, sha256: str) -> HttpResponse:
    """A source of the place: its facts, and what was read from each of its members."""
    return _page(request, sha256)


@route(
    "source-licence",
    "work/sources/<str:sha256>/licence/",
    thing=licence_thing,
    post=("load", "upload"),
)
def source_licence(request: WorkRequest, sha256: str) -> HttpResponse:
    """Decide under which licence a source was published, however it came in."""
    licence, why = (request.POST.get(name, "").strip() for name in ("licence", "why"))
    errors: list[tuple[str, str]] = []
    if licence not in dict(licences()):
        errors.append(("licence", _("Choose a licence from the list")))
    if not why:
        errors.append(("why", _("Say why, such as where its publisher says so")))
    elif len(why) > _WHY_LENGTH:
        errors.append(("why", _("Say why in 1,000 characters or fewer")))
    if errors:
        return _page(request, sha256, errors=errors)
    decide_licence(request.actor, sha256, licence, why, asked=request.asked)
    say(request, _("The licence is decided. What is published next goes by it."))
    return redirect("source", sha256=sha256)


def _page(
    request: WorkRequest, sha256: str, *, errors: list[tuple[str, str]] | None = None
) -> HttpResponse:
    place = open_place(settings.TOTALPLACE_PLACE)
    state = place.folder.state()
    one = state.find_source(sha256)
    bodies = Bodies(request.actor)
    rows: list[Row] = []
    for member in state.members_of(sha256):
        links = {"member": rows_href(sha256, member.member)}
        if member.rejected:
            links["rejected"] = reverse("rejects", args=[sha256, member.member_index])
        rows.append(
            {
                "member": member.member or one.name,
                "dataset": member.dataset,
                "body": bodies.name(member.body_id or ""),
                "status": member.status,
                "lines": member.lines,
                "rejected": member.rejected,
                "sum_pence": member.sum_pence,
                "period_start": member.period_start,
                "period_end": member.period_end,
                "_links": links,
                "_words": {"status": _("counts") if member.is_active else _("replaced")},
            }
        )
    table = Table(
        "members",
        _("What was read from it"),
        (
            Column("member", _("Table"), is_head=True),
            Column("dataset", _("Kind"), "code"),
            Column("body", _("Whose money")),
            Column("status", _("State")),
            Column("lines", _("Lines"), "number"),
            Column("rejected", _("Rejected"), "number"),
            Column("sum_pence", _("Sum"), "gbp"),
            Column("period_start", _("From"), "date"),
            Column("period_end", _("To"), "date"),
        ),
        rows,
    )
    decided = licence_decided(place, one)
    holding = decided.value if decided else ""
    context = {
        "title": one.name,
        "crumbs": [(_("Files"), reverse("loads"))],
        "source": one,
        "table": table,
        "decided": decided,
        "decided_title": dict(licences()).get(holding, holding),
        "may_see_decision": decided and may(request.actor, "see", decision_thing(decided.n)),
        "may_decide": may(request.actor, "load", source_thing(state, sha256, "upload")),
        "licences": licences(),
        "licence": request.POST.get("licence", holding),
        "why": request.POST.get("why", ""),
        "errors": errors or [],
        "error": dict(errors or []),
    }
    status = 400 if errors else 200
    return render(request, "workbench/loads/source.html", context, status=status)
