"""The pages of one's own account: password, second factor, recovery codes, sessions."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from totalplace.workbench._route import WorkRequest, route
from totalplace.workbench._say import say
from totalplace.workbench.accounts import _second_factor as factor
from totalplace.workbench.accounts._bodies import names_of, place_name
from totalplace.workbench.accounts._hidden import hide, shown
from totalplace.workbench.accounts._pages import (
    form_page,
    keep_to_show,
    own,
    show_once,
    wait_page,
)
from totalplace.workbench.accounts._passwords import faults_of, set_own
from totalplace.workbench.accounts._roles import ROLE_WORDS
from totalplace.workbench.accounts._sign_in import (
    AFTER_CODES,
    account_of,
    give_factor,
    go_on,
    is_proved,
    local_path,
    pending,
    prove,
)
from totalplace.workbench.accounts._views_sign_in import guess_code
from totalplace.workbench.accounts.models import Account
from totalplace.workbench.accounts.sessions import end_sessions, sessions_of
from totalplace.workbench.audit import record_outcome

__all__: list[str] = []

_NEW_SECRET = "new_secret"  # noqa: S105 - a key of the session
_SEE, _KEEP = ("see", "account"), ("keep", "account")
_SIGN_IN = ("sign_in", "account")


@route("account", "account/", thing=own, get=_SEE)
def account(request: WorkRequest) -> HttpResponse:
    """One's own account."""
    one = account_of(request)
    sessions = [
        (session, session.pk == request.session.session_key) for session in sessions_of(one)
    ]
    return form_page(
        request,
        "account",
        _("Your account"),
        account=one,
        roles=[ROLE_WORDS[role] for role in one.roles if role in ROLE_WORDS],
        bodies=names_of(one.bodies),
        sessions=sessions,
        has_others=len(sessions) > 1,
        may_prove=request.session.get("by") == "password",
    )


@route("password", "account/password/", thing=own, get=_KEEP, post=_KEEP)
def password(request: WorkRequest) -> HttpResponse:
    """Change one's password: the old one is asked for, and all other sessions end."""
    one = account_of(request)
    faults: dict[str, str] = {}
    if request.method == "POST":
        old, new = request.POST.get("old_password", ""), request.POST.get("new_password", "")
        tried = guess_code(request, one)
        if tried.wait_seconds:
            record_outcome(request.asked, {"refused": "too many tries"})
            return wait_page(request, tried.wait_seconds)
        if one.check_password(old):
            tried.was_right()
        else:
            record_outcome(request.asked, {"refused": "password"})
            faults["old_password"] = _("This is not your password")
        found = faults_of(one, new) if new else [_("Enter a new password")]
        if found:
            faults["new_password"] = " ".join(found)
        if not faults:
            set_own(one, new)
            request.session.cycle_key()
            ended = end_sessions(one, but=request.session.session_key)
            record_outcome(request.asked, {"password": "changed", "sessions_ended": ended})
            say(request, _("Your password is changed. All of your other sessions have ended."))
            return redirect("account")
    return form_page(request, "password", _("Change your password"), faults=faults, account=one)


@route("prove", "account/prove/", thing=own, get=_KEEP, post=_KEEP)
def prove_it(request: WorkRequest) -> HttpResponse:
    """Give the password again, before something is changed that would let somebody else in."""
    one = account_of(request)
    following = local_path(request.POST.get("next") or request.GET.get("next", ""))
    fault = ""
    if request.method == "POST":
        tried = guess_code(request, one)
        if tried.wait_seconds:
            record_outcome(request.asked, {"refused": "too many tries"})
            return wait_page(request, tried.wait_seconds)
        if one.check_password(request.POST.get("password", "")):
            tried.was_right()
            prove(request)
            return redirect(following)
        record_outcome(request.asked, {"refused": "password"})
        fault = _("This is not your password")
    return form_page(
        request,
        "prove",
        _("Enter your password again"),
        faults={"password": fault} if fault else None,
        account=one,
        next=following,
        has_password=request.session.get("by") == "password",
    )


@route("second-factor-new", "account/second-factor/new/", get=_SIGN_IN, post=_SIGN_IN)
def second_factor_new(request: WorkRequest) -> HttpResponse:
    """Set a second factor up: while signing in by whoever has none, later after the password."""
    begun = pending(request)
    if begun is None and not request.actor.is_signed_in:
        return redirect("sign-in")
    one = account_of(request) if begun is None else begun.account
    if begun is not None and one.second_factor:
        # a password alone never takes the place of a second factor
        return redirect("second-factor")
    if begun is None and (away := _away(request, one, "second-factor-new")):
        return away
    fault = ""
    if request.method == "POST" and _NEW_SECRET in request.session:
        tried = guess_code(request, one)
        if tried.wait_seconds:
            record_outcome(request.asked, {"refused": "too many tries"})
            return wait_page(request, tried.wait_seconds)
        secret = _secret(request, one)
        codes = factor.accept_secret(one, secret, request.POST.get("code", ""))
        if codes is not None:
            tried.was_right()
            return _set_up(request, one, codes)
        fault = _("The code does not fit. Enter the code that your app shows now")
    secret = _secret(request, one)
    address = factor.address_of(secret, one.name, place_name())
    return form_page(
        request,
        "second_factor_new",
        _("Set up your second factor"),
        faults={"code": fault} if fault else None,
        picture=factor.picture_of(address),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    )


def _away(request: WorkRequest, one: Account, name: str) -> HttpResponse | None:
    """Where whoever is signed in must go before they change what lets them in."""
    here = reverse(name)
    if one.second_factor and request.actor.second_factor_at is None:
        return redirect(f"{reverse('second-factor')}?next={here}")
    if not is_proved(request):
        return redirect(f"{reverse('prove')}?next={here}")
    return None


def _secret(request: WorkRequest, one: Account) -> str:
    """The secret that is being set up: the same until it is."""
    if _NEW_SECRET not in request.session:
        request.session[_NEW_SECRET] = hide(factor.new_secret(), _NEW_SECRET, one.name)
    return shown(request.session[_NEW_SECRET], _NEW_SECRET, one.name)


def _set_up(request: WorkRequest, one: Account, codes: list[str]) -> HttpResponse:
    is_signing_in = pending(request) is not None
    del request.session[_NEW_SECRET]
    give_factor(request, one, how="set up")
    keep_to_show(request, "\n".join(codes))
    if is_signing_in:
        return go_on(request)
    end_sessions(one, but=request.session.session_key)
    return redirect("recovery-codes")


@route("recovery-codes", "account/recovery-codes/", thing=own, get=_KEEP, post=_KEEP)
def recovery_codes(request: WorkRequest) -> HttpResponse:
    """New recovery codes; they are shown once, when they are made."""
    one = account_of(request)
    if not one.second_factor:
        return redirect("account")
    if request.method == "POST":
        if away := _away(request, one, "recovery-codes"):
            return away
        keep_to_show(request, "\n".join(factor.new_recovery_codes(one)))
        record_outcome(request.asked, {"recovery_codes": factor.RECOVERY_CODES})
        return redirect("recovery-codes")
    codes = show_once(request).split()
    return form_page(
        request,
        "recovery_codes",
        _("Keep your recovery codes") if codes else _("Recovery codes"),
        codes=codes,
        left=len(one.recovery_codes),
        next=request.session.pop(AFTER_CODES, reverse("account")) if codes else "",
    )


@route("end-session", "account/sessions/end/", thing=own, post=_KEEP)
def end_session(request: WorkRequest) -> HttpResponse:
    """End one of one's sessions, or all but this one.

    The password is asked for if it was given long ago: whoever has taken a session over must not
    end those of its owner.
    """
    if not is_proved(request):
        return redirect(f"{reverse('prove')}?next={reverse('account')}")
    one, wanted = account_of(request), request.POST.get("session", "")
    if wanted == "others":
        ended = end_sessions(one, but=request.session.session_key)
    else:
        found = [session for session in sessions_of(one) if session.reference == wanted]
        for session in found:
            session.delete()
        ended = len(found)
    record_outcome(request.asked, {"sessions_ended": ended})
    say(request, ngettext("%d session has ended.", "%d sessions have ended.", ended) % ended)
    return redirect("account")
