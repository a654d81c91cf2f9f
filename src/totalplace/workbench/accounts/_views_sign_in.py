"""The steps of signing in, one on each page, and signing out."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from totalplace.workbench._route import WorkRequest, route
from totalplace.workbench._say import say
from totalplace.workbench.accounts import _second_factor as factor
from totalplace.workbench.accounts._guessing import Guess, guess, network_of
from totalplace.workbench.accounts._pages import form_page, wait_page
from totalplace.workbench.accounts._passwords import faults_of, of_name_and_password, set_own
from totalplace.workbench.accounts._sign_in import (
    account_of,
    address_of,
    begin,
    give_factor,
    go_on,
    keep,
    local_path,
    pending,
    record_sign_in,
    start_again,
)
from totalplace.workbench.accounts.models import Account
from totalplace.workbench.accounts.sessions import end_sessions

__all__ = ["guess_code"]

_SIGN_IN = ("sign_in", "account")


@route("sign-in", "account/sign-in/", get=_SIGN_IN, post=_SIGN_IN)
def sign_in(request: WorkRequest) -> HttpResponse:
    """The first step: name and password."""
    following = local_path(request.POST.get("next") or request.GET.get("next", ""))
    if request.method != "POST":
        if request.actor.is_signed_in:
            return redirect(following)
        return _sign_in_page(request, following)
    return _signed_in(request, following)


def _signed_in(request: WorkRequest, following: str) -> HttpResponse:
    name, password = request.POST.get("name", "").strip()[:200], request.POST.get("password", "")
    faults = {}
    if not name:
        faults["name"] = _("Enter your name")
    if not password:
        faults["password"] = _("Enter your password")
    if faults:
        return _sign_in_page(request, following, faults)
    network = network_of(address_of(request))
    tried = guess(account=name, pair=f"{name} {network}", address=network)
    if tried.wait_seconds:
        known = Account.objects.filter(name__iexact=name).first()
        record_sign_in(request, None, {"refused": "too many tries", "account": _name(known)})
        return wait_page(request, tried.wait_seconds)
    account = of_name_and_password(name, password)
    if account is None:
        known = Account.objects.filter(name__iexact=name).first()
        record_sign_in(request, None, {"refused": "name or password", "account": _name(known)})
        return _sign_in_page(request, following, {"name": _("The name or the password is wrong")})
    tried.was_right()
    why_not = _why_not(account)
    if why_not:
        record_sign_in(request, None, {"refused": "closed", "account": account.name})
        return _sign_in_page(request, following, {"name": why_not})
    return begin(request, account, by="password", following=following)


def _sign_in_page(
    request: WorkRequest, following: str, faults: dict[str, str] | None = None
) -> HttpResponse:
    return form_page(
        request,
        "sign_in",
        _("Sign in"),
        faults=faults,
        next=following,
        name=request.POST.get("name", ""),
        provider=settings.TOTALPLACE_OIDC_NAME if settings.TOTALPLACE_OIDC_ISSUER else "",
    )


def _name(account: Account | None) -> str:
    return "" if account is None else account.name


def _why_not(account: Account) -> str:
    """Why somebody with the right password is not let in; empty if they are."""
    if not account.is_open:
        return _("This account is closed. Ask an admin of the workbench to open it again.")
    if account.one_time_until is not None and account.one_time_until <= timezone.now():
        return _("This one-time password has run out. Ask an admin for another.")
    return ""


@route("new-password", "account/new-password/", get=_SIGN_IN, post=_SIGN_IN)
def new_password(request: WorkRequest) -> HttpResponse:
    """The step of whoever signs in with a one-time password: one of their own."""
    begun = pending(request)
    if begun is None:
        return start_again(request)
    if begun.account.one_time_until is None:
        return go_on(request)
    faults = []
    if request.method == "POST":
        chosen = request.POST.get("new_password", "")
        faults = faults_of(begun.account, chosen) if chosen else [_("Enter a password")]
        if not faults:
            set_own(begun.account, chosen)
            end_sessions(begun.account)
            keep(request, begun)
            record_sign_in(request, begun.account, {"password": "changed"})
            return go_on(request)
    return form_page(
        request,
        "new_password",
        _("Choose your password"),
        faults={"new_password": " ".join(faults)} if faults else None,
        account=begun.account,
    )


@route("second-factor", "account/second-factor/", get=_SIGN_IN, post=_SIGN_IN)
def second_factor(request: WorkRequest) -> HttpResponse:
    """The code of the second factor, while signing in or in a session that has given none."""
    return _factor_page(request, is_recovery=False)


@route("recovery-code", "account/recovery-code/", get=_SIGN_IN, post=_SIGN_IN)
def recovery_code(request: WorkRequest) -> HttpResponse:
    """A recovery code in its place."""
    return _factor_page(request, is_recovery=True)


def _factor_page(request: WorkRequest, *, is_recovery: bool) -> HttpResponse:
    begun = pending(request)
    if begun is None and not request.actor.is_signed_in:
        return redirect("sign-in")
    account = account_of(request) if begun is None else begun.account
    if not account.second_factor:
        return redirect("second-factor-new")
    following = local_path(request.POST.get("next") or request.GET.get("next", ""))
    fault = ""
    if request.method == "POST":
        code = request.POST.get("code", "")
        tried = guess_code(request, account)
        if tried.wait_seconds:
            record_sign_in(request, account, {"refused": "too many tries"})
            return wait_page(request, tried.wait_seconds)
        take = factor.take_recovery_code if is_recovery else factor.take_code
        if take(account, code):
            tried.was_right()
            give_factor(request, account, how="recovery code" if is_recovery else "code")
            if is_recovery:
                account.refresh_from_db()
                _say_left(request, len(account.recovery_codes))
            return redirect(following) if begun is None else go_on(request)
        record_sign_in(request, account, {"refused": "second factor"})
        fault = (
            _("This is not one of your recovery codes, or it was used before")
            if is_recovery
            else _("The code is wrong, has run out, or was used before. Wait for the next one")
        )
    return form_page(
        request,
        "recovery_code" if is_recovery else "second_factor",
        _("Use a recovery code") if is_recovery else _("Enter your code"),
        faults={"code": fault} if fault else None,
        next=following,
    )


def guess_code(request: WorkRequest, account: Account) -> Guess:
    """Begin a try at a code, or at the password of whoever is signed in."""
    return guess(code=account.name, address=network_of(address_of(request)))


def _say_left(request: WorkRequest, left: int) -> None:
    text = ngettext(
        "You have %d recovery code left. If you have lost your device, set up another now.",
        "You have %d recovery codes left. If you have lost your device, set up another now.",
        left,
    )
    say(request, text % left)


@route("sign-out", "account/sign-out/", post=_SIGN_IN)
def sign_out(request: WorkRequest) -> HttpResponse:
    """End the session."""
    if request.actor.is_signed_in:
        record_sign_in(request, account_of(request), {"signed_out": True})
    request.session.flush()
    response = redirect("/")
    # what the browser has kept of the pages goes too
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
