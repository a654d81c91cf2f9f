"""Trying a portfolio with other budgets and fences: sliders and choices that are solved anew."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from totalplace.access import Thing
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.cases._about import crumbs, draft_thing, found_draft
from totalplace.workbench.cases._fields import number_of
from totalplace.workbench.cases._problems import told_problems
from totalplace.workbench.cases._save import saved
from totalplace.workbench.cases._text import data_of, read_draft
from totalplace.workbench.cases._tried import with_tried
from totalplace.workbench.cases._work import begin_run
from totalplace.workbench.cases.models import Draft, Run

__all__: list[str] = []

_FENCES = ("hard", "soft", "none")


def portfolio_thing(request: HttpRequest, id: str) -> Thing:  # noqa: A002
    """The draft of a portfolio, of which a case is none."""
    thing = draft_thing(request, id)
    if not found_draft(id).is_portfolio:
        raise not_there("case")
    return thing


@route(
    "case-try",
    "work/cases/<str:id>/try/",
    thing=portfolio_thing,
    get=("write", "case"),
    post=("write", "case"),
)
def try_out(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """Budgets and fences of a portfolio: try others, and see what should be bought then."""
    draft = found_draft(id)
    read = read_draft(draft)
    streams = _streams(draft)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        tried = _answered(streams, request.POST, errors)
        if not errors and not read.problems:
            if request.POST.get("go") == "keep":
                text = with_tried(draft.text, tried)
                seen = request.POST.get("revision", "")
                saved(draft, request.actor, seen=seen, note=_("budgets and fences"), text=text)
                tried = {}
            run = Run.objects.create(
                draft=draft, revision=draft.revision, by=request.actor.name, tried=tried
            )
            job = begin_run(run, request.actor, asked=request.asked)
            record_outcome(request.asked, {"case": id, "tried": tried, "job": job})
            return redirect("job", id=job)
    context = {
        "title": _("Budgets and fences"),
        "lead": _("Move money, open a fence, and see what should be bought then."),
        "crumbs": crumbs(draft),
        "draft": draft,
        "streams": streams,
        "fences": [
            ("hard", _("closed: for what names this money alone")),
            ("soft", _("partly open: up to a share of it may go elsewhere")),
            ("none", _("open: one pot with all other open money")),
        ],
        "unit": _unit(draft),
        "told": told_problems(draft, read.problems, read.located),
        "errors": errors,
    }
    return render(request, "workbench/cases/try.html", context, status=400 if errors else 200)


def _streams(draft: Draft) -> list[dict[str, Any]]:
    """The streams of money with their controls, as the text has them."""
    held = data_of(draft.text).get("stream")
    found = []
    for at, one in enumerate(held if isinstance(held, list) else []):
        if not isinstance(one, dict) or not isinstance(one.get("id"), str):
            continue
        budget = one.get("budget")
        budget = budget if isinstance(budget, list) else []
        years = [
            {"id": f"budget-{at}-{year}", "year": year, "value": amount, "most": _most(amount)}
            for year, amount in enumerate(budget)
        ]
        found.append(
            {
                "id": one["id"],
                "at": at,
                "title": str(one.get("title") or one["id"]),
                "body": str(one.get("body", "")),
                "fence": one.get("ringfence", "hard"),
                "fence_id": f"fence-{at}",
                "years": years,
            }
        )
    return found


def _most(amount: Any) -> float:
    """How far a slider goes: twice what there is."""
    return max(1, 2 * amount) if isinstance(amount, int | float) else 1


def _unit(draft: Draft) -> str:
    head = data_of(draft.text).get("portfolio")
    return str(head.get("unit", "")) if isinstance(head, dict) else ""


def _answered(
    streams: list[dict[str, Any]], posted: Any, errors: list[tuple[str, str]]
) -> dict[str, dict[str, Any]]:
    """Stream -> what is tried instead; the controls then show what was answered."""
    tried: dict[str, dict[str, Any]] = {}
    for one in streams:
        changed: dict[str, Any] = {}
        was = [year["value"] for year in one["years"]]
        budget = [_amount(one["title"], year, posted, errors) for year in one["years"]]
        if budget != was:
            changed["budget"] = budget
        fence = posted.get(one["fence_id"], one["fence"])
        if fence not in _FENCES:
            errors.append((one["fence_id"], _("Choose one of the list")))
        elif fence != one["fence"]:
            changed["ringfence"] = one["fence"] = fence
        if changed:
            tried[one["id"]] = changed
    return tried


def _amount(title: str, year: dict[str, Any], posted: Any, errors: list[tuple[str, str]]) -> Any:
    """The budget of a year: the number where that was changed, else where the slider stands."""
    was = year["value"]
    typed, slid = posted.get(year["id"], ""), posted.get(f"{year['id']}-slider", "")
    try:
        number = number_of(typed.strip())
        by_slider = number_of(slid.strip()) if slid.strip() else number
    except ValueError:
        number = by_slider = -1
    amount = number if number != was else by_slider
    if amount < 0:
        year["value"], year["error"] = typed, _("Write an amount of 0 or more")
        told = {"title": title, "n": year["year"], "error": year["error"]}
        errors.append((year["id"], _("%(title)s, year %(n)s: %(error)s") % told))
        return was
    year["value"] = amount
    return amount
