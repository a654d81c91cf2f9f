"""Signing in, step by step: nobody is signed in before the last step is done.

The session holds whose password was right until the account's own steps are done: a password of
one's own, a second factor. Then a new session begins, with a new key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from totalplace.access import Thing, decide
from totalplace.workbench._route import WorkRequest
from totalplace.workbench._say import say
from totalplace.workbench.accounts._second_factor import needs_second_factor
from totalplace.workbench.accounts.models import Account
from totalplace.workbench.accounts.sessions import forget_sessions
from totalplace.workbench.audit import record

__all__ = [
    "AFTER_CODES",
    "SHOWN_ONCE",
    "Pending",
    "account_of",
    "address_of",
    "begin",
    "give_factor",
    "go_on",
    "is_proved",
    "keep",
    "local_path",
    "pending",
    "prove",
    "record_sign_in",
    "start_again",
]

_PENDING = "signing_in"
SHOWN_ONCE = "shown_once"
"""Key of the session: hidden text that the next page shows and nothing shows again."""
AFTER_CODES = "after_codes"
"""Key of the session: where to go on to from the page of recovery codes."""
_PATIENCE = timedelta(minutes=15)
"""How long the steps of signing in may take, and how long a password proves who is there."""


@dataclass(frozen=True)
class Pending:
    """A sign-in that has begun.

    Attributes:
        by: ``password`` or ``oidc``.
        next: the path to go on to.
        has_factor: whether a second factor was given.
    """

    account: Account
    by: str
    next: str
    has_factor: bool


def local_path(text: str) -> str:
    """The path if it leads to this site; the workbench's first page for all else."""
    is_local = text.startswith("/") and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
    return text if is_local and len(text) < 2_000 else "/work/"


def address_of(request: HttpRequest) -> str:
    """From where it is asked."""
    return str(request.META.get("REMOTE_ADDR", ""))


def account_of(request: WorkRequest) -> Account:
    """The account that is signed in."""
    return Account.objects.get(name=request.actor.name)


def begin(
    request: WorkRequest, account: Account, *, by: str, following: str, has_factor: bool = False
) -> HttpResponse:
    """Begin to sign an account in, and go to its first step."""
    request.session.flush()
    keep(request, Pending(account, by, local_path(following), has_factor))
    rotate_token(request)
    return go_on(request)


def pending(request: WorkRequest) -> Pending | None:
    """The sign-in that has begun in this session; None if none has, or it took too long, or the
    account was changed in the meantime."""
    kept = request.session.get(_PENDING)
    if kept is None:
        return None
    account = Account.objects.filter(name=kept["account"]).first()
    is_late = timezone.now() - datetime.fromisoformat(kept["at"]) > _PATIENCE
    if (
        account is None
        or is_late
        or not account.is_open
        or not constant_time_compare(kept["stamp"], account.get_session_auth_hash())
    ):
        return None
    return Pending(account, kept["by"], kept["next"], kept["has_factor"])


def start_again(request: WorkRequest) -> HttpResponse:
    """To the first step, since the session holds no sign-in; a link signs nobody out."""
    if request.actor.is_signed_in:
        return redirect("/work/")
    request.session.flush()
    say(request, _("That took too long, or something has changed. Please sign in again."))
    return redirect("sign-in")


def go_on(request: WorkRequest) -> HttpResponse:
    """To the next step, or signed in if there is none."""
    begun = pending(request)
    if begun is None:
        return start_again(request)
    account = begun.account
    if begun.by == "password" and account.one_time_until is not None:
        return redirect("new-password")
    if not begun.has_factor:
        if account.second_factor:
            return redirect("second-factor")
        if needs_second_factor(account):
            return redirect("second-factor-new")
    return _finish(request, begun)


def give_factor(request: WorkRequest, account: Account, *, how: str) -> None:
    """Note that the second factor was given, while signing in or later in a session.

    Args:
        how: ``code`` or ``recovery code``.
    """
    begun = pending(request)
    if begun is not None:
        keep(request, Pending(begun.account, begun.by, begun.next, has_factor=True))
    else:
        request.session.cycle_key()
        request.session["second_factor_at"] = timezone.now().isoformat()
        rotate_token(request)
    record_sign_in(request, account, {"second_factor": how})


def prove(request: WorkRequest) -> None:
    """Note that whoever is signed in has given the password again."""
    request.session["proved_at"] = timezone.now().isoformat()


def is_proved(request: WorkRequest) -> bool:
    """Whether that, or the sign-in, was a short time ago."""
    at = request.session.get("proved_at")
    return at is not None and timezone.now() - datetime.fromisoformat(at) < _PATIENCE


def record_sign_in(request: HttpRequest, account: Account | None, detail: dict[str, Any]) -> None:
    """Write into the audit what came of a step; nothing that somebody typed stands there."""
    name = "" if account is None else account.name
    actor = request.actor if account is None else account.actor()  # type: ignore[attr-defined]
    decision = decide(actor, "sign_in", Thing("account", name, owner=name), now=timezone.now())
    record(decision, address=address_of(request), detail=detail)


def keep(request: WorkRequest, begun: Pending) -> None:
    """Keep in the session what the steps so far have come to. A password that is changed elsewhere
    ends it."""
    request.session[_PENDING] = {
        "account": begun.account.name,
        "at": timezone.now().isoformat(),
        "by": begun.by,
        "next": begun.next,
        "has_factor": begun.has_factor,
        "stamp": begun.account.get_session_auth_hash(),
    }


def _finish(request: WorkRequest, begun: Pending) -> HttpResponse:
    account, now = begun.account, timezone.now()
    shown_once = request.session.get(SHOWN_ONCE)
    request.session.flush()
    forget_sessions()
    request.session["account"] = account.name
    request.session["address"] = address_of(request)
    request.session["by"] = begun.by
    if begun.has_factor:
        request.session["second_factor_at"] = now.isoformat()
    prove(request)
    rotate_token(request)
    account.last_login = now
    account.save(update_fields=["last_login"])
    record_sign_in(request, account, {"signed_in": begun.by, "second_factor": begun.has_factor})
    if shown_once:
        request.session[SHOWN_ONCE] = shown_once
        request.session[AFTER_CODES] = begun.next
        return redirect("recovery-codes")
    return redirect(begun.next)
