"""The returns of a year: who has sent one, when it is due, what is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from totalplace import Place, open_place
from totalplace.access import Actor, Thing
from totalplace.web._page import Column, Row, Table
from totalplace.workbench._ask import may
from totalplace.workbench._route import WorkRequest, route
from totalplace.workbench._say import say
from totalplace.workbench._waiting import Line, waiting
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.returns import _views_one
from totalplace.workbench.returns._coverage import ask_coverage
from totalplace.workbench.returns._found import Found, Returned, found_returns
from totalplace.workbench.returns._words import state_words
from totalplace.workbench.returns.models import Due

__all__ = ["PARTS"]

PARTS = (_views_one,)
"""The other modules of the area."""

_DUE = Thing("return", "due")
"""When returns are due: of the whole place."""


def due_thing(request: HttpRequest) -> Thing:  # noqa: ARG001
    """When returns are due, as the rules of access see it."""
    return _DUE


@route("returns", "work/returns/", get=("see", "return"))
def returns(request: WorkRequest) -> HttpResponse:
    """The returns of a year that the account may see, body by body."""
    with open_place(settings.TOTALPLACE_PLACE) as place:
        year = _year(place, request.GET.get("year", ""))
        found = found_returns(place, request.actor, year)
    return _page(request, place, found)


@route("returns-due", "work/returns/due/", thing=due_thing, post=("keep", "return"))
def returns_due(request: WorkRequest) -> HttpResponse:
    """Say when the returns of a year are due: those of all bodies, or of one."""
    place = open_place(settings.TOTALPLACE_PLACE)
    year = _year(place, request.POST.get("year", ""))
    body_id = request.POST.get("of", "")
    due, error = _posted_date(request)
    found = found_returns(place, request.actor, year)
    errors = [("due-day", error)] if error else []
    if body_id and body_id not in {one.of.body_id for one in found.bodies}:
        errors.append(("of", _("Choose a body of the list")))
    if errors:
        return _page(request, place, found, errors=errors)
    if due is None:
        Due.objects.filter(year=year, body_id=body_id).delete()
    else:
        Due.objects.update_or_create(
            year=year, body_id=body_id, defaults={"due": due, "by": request.actor.name}
        )
    told = {"year": year, "body": body_id, "due": due and due.isoformat()}
    record_outcome(request.asked, told)
    say(request, _("The due date was saved"))
    return redirect(f"{reverse('returns')}?year={year}")


@route("returns-coverage", "work/returns/coverage/", thing=due_thing, post=("keep", "return"))
def returns_coverage(request: WorkRequest) -> HttpResponse:
    """Work out again how much of the counted money is from returns."""
    return redirect("job", id=ask_coverage(request.actor))


@waiting
def open_returns(actor: Actor) -> Sequence[Line]:
    """What waits of the returns of the place's first year."""
    if not may(actor, "see", Thing("return")):
        return []
    with open_place(settings.TOTALPLACE_PLACE) as place:
        year = place.years[0]
        found = found_returns(place, actor, year)
    href = f"{reverse('returns')}?year={year}"
    asked = sum(one.open_questions > 0 for one in found.bodies)
    overdue = sum(one.state == "overdue" for one in found.bodies)
    lines = []
    if asked:
        text = ngettext(
            "%(n)s return with a question that nobody has answered",
            "%(n)s returns with a question that nobody has answered",
            asked,
        )
        lines.append(Line("returns", text % {"n": asked}, href))
    if overdue:
        text = ngettext("%(n)s return is overdue", "%(n)s returns are overdue", overdue)
        lines.append(Line("returns", text % {"n": overdue}, href))
    return lines


def _year(place: Place, asked: str) -> str:
    """The year that is asked for, if it is one of the place's."""
    return asked if asked in place.years else place.years[0]


def _posted_date(request: HttpRequest) -> tuple[date | None, str]:
    """The date of the form, None where it is empty, and what is wrong with it."""
    parts = [request.POST.get(f"due-{name}", "").strip() for name in ("day", "month", "year")]
    if not any(parts):
        return None, ""
    try:
        return date(*(int(part) for part in reversed(parts))), ""
    except (ValueError, OverflowError):
        return None, _("The due date must be a real date, such as 30 9 2026")


def _page(
    request: WorkRequest,
    place: Place,
    found: Found,
    *,
    errors: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    may_keep = may(request.actor, "keep", _DUE)
    rows = [_row(one, found.year) for one in found.bodies]
    table = Table(
        "returns",
        _("Returns of %(year)s, in £") % {"year": found.year},
        (
            Column("name", _("Body"), is_head=True),
            Column("state", _("State")),
            Column("due", _("Due"), "date"),
            Column("received", _("Received"), "date"),
            Column("out_pence", _("Money out"), "gbp"),
            Column("in_pence", _("Money in"), "gbp"),
            Column("gross_pence", _("Gross in the count"), "gbp"),
            Column("covered_pct", _("Of that from its return"), "pct"),
            Column("open_questions", _("Open questions"), "number"),
        ),
        rows,
        empty=_("No body of yours is waited for."),
    )
    states = [one.state for one in found.bodies]
    context = {
        "title": _("Returns of partner bodies"),
        "lead": _("What bodies say themselves of their money, where they publish too little."),
        "found": found,
        "table": table,
        "years": place.years,
        "states": [(state_words(one), states.count(one)) for one in dict.fromkeys(sorted(states))],
        "may_keep": may_keep,
        "errors": errors or [],
        "error": dict(errors or []),
        "posted": request.POST,
        "due_parts": [
            (name, label, width, request.POST.get(f"due-{name}", "") if errors else "")
            for name, label, width in (
                ("day", _("Day"), 2),
                ("month", _("Month"), 2),
                ("year", _("Year"), 4),
            )
        ],
    }
    status = 400 if errors else 200
    return render(request, "workbench/returns/list.html", context, status=status)


def _row(one: Returned, year: str) -> Row:
    words = state_words(one.state)
    if one.of.is_late and one.state not in {"late", "overdue"}:
        words = _("%(state)s, and came late") % {"state": words}
    if one.taken_away is not None:
        words = _("%(state)s; its signature no longer holds") % {"state": words}
    active = one.of.active
    is_counted = one.gross_pence is not None and one.returned_pence is not None
    covered = None
    if is_counted and one.gross_pence:
        covered = 100 * (one.returned_pence or 0) / one.gross_pence
    return {
        "name": one.of.name,
        "state": words,
        "due": one.due,
        "received": date.fromisoformat(active[0].received[:10]) if active else None,
        "out_pence": one.of.out_pence if active else None,
        "in_pence": one.of.in_pence if active else None,
        "gross_pence": one.gross_pence,
        "covered_pct": covered,
        "open_questions": one.open_questions or None,
        # who sends nothing may publish enough
        "_notes": {"state": one.detail} if one.of.state == "none" and one.detail else {},
        "_links": {"name": reverse("return", args=[year, one.of.body_id])},
    }
