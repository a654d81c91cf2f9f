"""The pages of admins: every account, made, changed, closed, opened and reset."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from totalplace.access import EVERY_BODY, Thing
from totalplace.errors import Problem, RequestError
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench._say import say
from totalplace.workbench.accounts import _change as change
from totalplace.workbench.accounts._bodies import bodies_called, bodies_here, names_of
from totalplace.workbench.accounts._pages import (
    form_page,
    keep_to_show,
    problems_page,
    show_once,
)
from totalplace.workbench.accounts._roles import ROLE_WORDS, faults_of_roles
from totalplace.workbench.accounts._second_factor import needs_second_factor
from totalplace.workbench.accounts.models import Account
from totalplace.workbench.accounts.sessions import sessions_of

__all__: list[str] = []

_SEE, _MANAGE = ("see", "accounts"), ("manage", "accounts")
_CRUMB = (_("Accounts"), "/admin/")


def _of_name(request: HttpRequest, name: str) -> Thing:  # noqa: ARG001 - the form of all things
    """The account of an address, as the rules of access see it."""
    if not Account.objects.filter(name=name).exists():
        raise not_there("account")
    return Thing("accounts", name)


@route("accounts", "admin/", get=_SEE)
def accounts(request: WorkRequest) -> HttpResponse:
    """Every account, those that are open first."""
    wanted = request.GET.get("q", "").strip()
    found = [
        one
        for one in Account.objects.all()
        if wanted.casefold() in f"{one.name} {one.full_name}".casefold()
    ]
    rows = [
        {
            "account": one,
            "roles": [ROLE_WORDS[role][0] for role in one.roles if role in ROLE_WORDS],
            "bodies": names_of(one.bodies),
        }
        for one in sorted(found, key=lambda one: (not one.is_open, one.name.casefold()))
    ]
    return form_page(request, "admin_list", _("Accounts"), rows=rows, wanted=wanted)


@route("account-new", "admin/new/", get=_MANAGE, post=_MANAGE)
def account_new(request: WorkRequest) -> HttpResponse:
    """Make an account."""
    faults: dict[str, str] = {}
    name = request.POST.get("name", "").strip()
    if request.method == "POST":
        facts, faults = _facts(request)
        faults = _at_fields(change.problems_of_name(name)) | faults
        if not faults:
            return _given(request, change.make_account(name, facts, asked=request.asked))
    return _form(request, None, faults, name=name)


@route("account-of", "admin/accounts/<str:name>/", thing=_of_name, get=_SEE)
def account_of(request: WorkRequest, name: str) -> HttpResponse:
    """One account, with what can be done with it."""
    one = Account.objects.get(name=name)
    return form_page(
        request,
        "admin_one",
        name,
        crumbs=[_CRUMB],
        account=one,
        roles=[ROLE_WORDS[role] for role in one.roles if role in ROLE_WORDS],
        bodies=names_of(one.bodies),
        is_own=name == request.actor.name,
        last_day=_last_day(one),
        needs_factor=needs_second_factor(one),
        sessions=sessions_of(one),
    )


@route(
    "account-change", "admin/accounts/<str:name>/change/", thing=_of_name, get=_MANAGE, post=_MANAGE
)
def account_change(request: WorkRequest, name: str) -> HttpResponse:
    """Change what an account is for."""
    faults: dict[str, str] = {}
    one = Account.objects.get(name=name)
    if request.method == "POST":
        facts, faults = _facts(request)
        try:
            if not faults:
                change.change_account(name, facts, by=request.actor.name, asked=request.asked)
                say(request, _("The account is changed."))
                return redirect("account-of", name=name)
        except RequestError as error:
            faults |= _at_fields(error.problems)
    return _form(request, one, faults, name=name)


@route(
    "account-close", "admin/accounts/<str:name>/close/", thing=_of_name, get=_MANAGE, post=_MANAGE
)
def account_close(request: WorkRequest, name: str) -> HttpResponse:
    """Close an account, once that is confirmed."""
    title = _("Close the account %s") % name
    if request.method == "POST":
        try:
            change.close_account(name, by=request.actor.name, asked=request.asked)
        except RequestError as error:
            return problems_page(request, title, error)
        say(request, _("The account is closed, and its sessions have ended."))
        return redirect("account-of", name=name)
    return _confirm(request, name, "close", title)


@route("account-open", "admin/accounts/<str:name>/open/", thing=_of_name, post=_MANAGE)
def account_open(request: WorkRequest, name: str) -> HttpResponse:
    """Open a closed account."""
    change.open_account(name, asked=request.asked)
    say(request, _("The account is open."))
    return redirect("account-of", name=name)


@route(
    "account-reset", "admin/accounts/<str:name>/reset/", thing=_of_name, get=_MANAGE, post=_MANAGE
)
def account_reset(request: WorkRequest, name: str) -> HttpResponse:
    """Give a new one-time password; the second factor is kept, unless it is said that it goes."""
    title = _("Reset the account %s") % name
    if request.method == "POST":
        try:
            given = change.reset_account(
                name,
                second_factor=request.POST.get("second_factor") == "take away",
                by=request.actor.name,
                asked=request.asked,
            )
        except RequestError as error:
            return problems_page(request, title, error)
        return _given(request, given)
    return _confirm(request, name, "reset", title)


@route("account-password", "admin/accounts/<str:name>/password/", thing=_of_name, get=_MANAGE)
def account_password(request: WorkRequest, name: str) -> HttpResponse:
    """The one-time password that was just made, shown once."""
    of, _space, password = show_once(request).partition(" ")
    if of != name:
        return redirect("account-of", name=name)
    return form_page(
        request,
        "admin_password",
        _("One-time password for %s") % name,
        crumbs=[_CRUMB, (name, f"/admin/accounts/{name}/")],
        account=Account.objects.get(name=name),
        password=password,
    )


def _given(request: WorkRequest, given: change.Given) -> HttpResponse:
    keep_to_show(request, f"{given.account.name} {given.password}")
    return redirect("account-password", name=given.account.name)


def _confirm(request: WorkRequest, name: str, what: str, title: str) -> HttpResponse:
    crumbs = [_CRUMB, (name, f"/admin/accounts/{name}/")]
    has_factor = bool(Account.objects.get(name=name).second_factor)
    return form_page(
        request, "admin_confirm", title, crumbs=crumbs, name=name, what=what, has_factor=has_factor
    )


def _form(
    request: WorkRequest, one: Account | None, faults: dict[str, str], *, name: str
) -> HttpResponse:
    """The form of an account, with what was sent or what it is."""
    here = bodies_here()
    if request.method == "POST":
        said = request.POST
        values: dict[str, Any] = {
            "full_name": said.get("full_name", ""),
            "roles": said.getlist("roles"),
            "reach": said.get("reach", ""),
            "bodies": said.getlist("bodies"),
            "others": said.get("others", ""),
            "expires": said.get("expires", ""),
        }
    else:
        bodies = [] if one is None else one.bodies
        last_day = None if one is None else _last_day(one)
        values = {
            "full_name": "" if one is None else one.full_name,
            "roles": [] if one is None else one.roles,
            "reach": "all" if EVERY_BODY in bodies else "some" if bodies else "none",
            "bodies": bodies,
            "others": "\n".join(sorted(set(bodies) - set(here) - {EVERY_BODY})),
            "expires": "" if last_day is None else last_day.isoformat(),
        }
    return form_page(
        request,
        "admin_form",
        _("Make an account") if one is None else _("Change the account %s") % name,
        faults=faults,
        crumbs=[_CRUMB] if one is None else [_CRUMB, (name, f"/admin/accounts/{name}/")],
        account=one,
        name=name,
        roles=[(role, *words) for role, words in ROLE_WORDS.items()],
        here=here.items(),
        values=values,
    )


def _facts(request: WorkRequest) -> tuple[change.Facts, dict[str, str]]:
    """What the form says, and what is wrong with it at which field."""
    said, faults = request.POST, {}
    roles = said.getlist("roles")
    if found := faults_of_roles(roles):
        faults["roles"] = " ".join(found)
    bodies: list[str] = []
    match said.get("reach"):
        case "all":
            bodies = [EVERY_BODY]
        case "some":
            others = [line.strip() for line in said.get("others", "").splitlines() if line.strip()]
            try:
                bodies = bodies_called([*said.getlist("bodies"), *others])
            except RequestError as error:
                faults["others"] = " ".join(f"{one.where}: {one.why}." for one in error.problems)
            if not bodies and "others" not in faults:
                faults["reach"] = _("Choose a body, or say that the account acts for none")
        case "none":
            pass
        case _:
            faults["reach"] = _("Say which bodies the account acts for")
    expires = None
    if said.get("expires"):
        try:
            expires = _end_of(date.fromisoformat(said["expires"]))
        except (ValueError, OverflowError):
            faults["expires"] = _("Enter the last day as year-month-day, such as 2027-03-31")
        else:
            if expires <= timezone.now():
                faults["expires"] = _("The last day must not be over")
    return change.Facts(said.get("full_name", ""), roles, bodies, expires), faults


def _at_fields(problems: Sequence[Problem]) -> dict[str, str]:
    """Problems of a change, each at its field."""
    fields = {"bad_name": "name", "name_taken": "name"}
    return {
        fields.get(one.code, "roles"): f"{one.what[:1].upper()}{one.what[1:]}: {one.why}"
        for one in problems
    }


def _end_of(day: date) -> datetime:
    """The moment at which a day is over here."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _last_day(one: Account) -> date | None:
    if one.expires is None:
        return None
    return timezone.localtime(one.expires - timedelta(seconds=1)).date()
