"""What is answered when something is not allowed: always why, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from totalplace.access import Decision
from totalplace.errors import Problem

if TYPE_CHECKING:
    from totalplace.workbench._route import WorkRequest

__all__ = ["denied", "wrong_form"]

_WHAT_TO_DO = {
    "denied-not-signed-in": _("sign in with an account that has the role for it"),
    "denied-second-factor": _("give the code of your second factor"),
    "denied-closed": _("ask an admin of the workbench to open the account again"),
    "denied-role": _("ask an admin of the workbench for the role, if your work needs it"),
    "denied-scope": _("ask somebody of that body, or an admin of the workbench"),
}


def denied(request: WorkRequest, decision: Decision) -> HttpResponse:
    """The answer to what is not allowed: 403 with the reason, as a page or as JSON."""
    problem = Problem(
        "not_allowed",
        _("you may not do this"),
        request.path[:200],
        decision.because,
        _WHAT_TO_DO.get(decision.rule_id, _("ask an admin of the workbench")),
    )
    if request.path.endswith(".json"):
        return JsonResponse({"problems": [problem.as_dict()]}, status=403)
    way = {"denied-not-signed-in": "sign-in", "denied-second-factor": "second-factor"}
    # where to go on after that; of a form that was sent, its page
    target = request.get_full_path() if request.method in {"GET", "HEAD"} else request.path
    context = {
        "title": _("You may not see this") if decision.action == "see" else _("Not allowed"),
        "problems": [problem],
        "way": way.get(decision.rule_id, ""),
        "next": quote(target, safe="/"),
    }
    return render(request, "workbench/denied.html", context, status=403)


def wrong_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form whose secret does not fit: it is of another session, or another site."""
    problem = Problem(
        "stale_form",
        _("the form was not taken"),
        request.path[:200],
        reason or _("it belongs to another session"),
        _("go back, load the page again, and send it once more"),
    )
    context = {"title": _("The form was not taken"), "problems": [problem], "way": "", "next": ""}
    return render(request, "workbench/denied.html", context, status=403)
