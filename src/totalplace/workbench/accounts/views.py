"""The pages of an account: signing in and out, the second factor, one's own settings."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from totalplace.access import Thing
from totalplace.workbench._route import WorkRequest, route

__all__: list[str] = []


def own(request: WorkRequest) -> Thing:
    """The account that asks."""
    return Thing("account", request.actor.name, owner=request.actor.name)


@route("sign-in", "account/sign-in/", get=("sign_in", "account"), post=("sign_in", "account"))
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in."""
    return render(request, "workbench/accounts/sign_in.html", {"title": _("Sign in")})


@route("sign-out", "account/sign-out/", post=("sign_in", "account"))
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    request.session.flush()
    return redirect("/")


@route("second-factor", "account/second-factor/", get=("sign_in", "account"))
def second_factor(request: HttpRequest) -> HttpResponse:
    """Give the code of the second factor."""
    return render(request, "workbench/accounts/sign_in.html", {"title": _("Second factor")})


@route("account", "account/", thing=own, get=("see", "account"))
def account(request: WorkRequest) -> HttpResponse:
    """One's own account."""
    return render(request, "workbench/accounts/sign_in.html", {"title": request.actor.name})
