"""Signing in at a provider of OpenID Connect: there and back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from totalplace.errors import Problem, RequestError
from totalplace.workbench._route import WorkRequest, route
from totalplace.workbench.accounts._oidc import (
    Told,
    back_from_provider,
    is_configured,
    to_provider,
)
from totalplace.workbench.accounts._pages import problems_page
from totalplace.workbench.accounts._sign_in import begin, local_path, record_sign_in
from totalplace.workbench.accounts.models import Account

__all__: list[str] = []

_NEXT = "oidc_next"
_SIGN_IN = ("sign_in", "account")


@route("oidc", "account/oidc/", get=_SIGN_IN)
def oidc(request: WorkRequest) -> HttpResponse:
    """Lead the browser to the provider."""
    try:
        _must_be_configured(request)
        following = local_path(request.GET.get("next", ""))
        if request.actor.is_signed_in:
            return redirect(following)
        request.session.flush()
        request.session[_NEXT] = following
        return to_provider(request)
    except RequestError as error:
        return problems_page(request, _("Sign in"), error)


@route("oidc-back", "account/oidc/back/", get=_SIGN_IN)
def oidc_back(request: WorkRequest) -> HttpResponse:
    """Where the provider leads the browser back to. Only who has an account here is let in."""
    try:
        _must_be_configured(request)
        told = back_from_provider(request)
        account = _account_of(request, told)
    except RequestError as error:
        return problems_page(request, _("Sign in"), error)
    following = request.session.get(_NEXT, "")
    return begin(request, account, by="oidc", following=following, has_factor=told.has_factor)


def _account_of(request: WorkRequest, told: Told) -> Account:
    account = Account.objects.filter(name=told.name).first() if told.name else None
    if account is None or not account.is_open:
        known = "" if account is None else account.name
        record_sign_in(request, None, {"refused": "no open account", "account": known})
        raise RequestError(
            Problem(
                "no_account",
                _("you are not let in"),
                told.name or _("your account at the provider"),
                _("there is no open account of that name here"),
                _("ask an admin of the workbench to make one with exactly that name"),
            )
        )
    return account


def _must_be_configured(request: WorkRequest) -> None:
    if not is_configured():
        raise RequestError(
            Problem(
                "unknown_provider",
                _("there is no provider to sign in with"),
                request.path,
                _("those who run the site have named none"),
                _("sign in with your name and password"),
            )
        )
