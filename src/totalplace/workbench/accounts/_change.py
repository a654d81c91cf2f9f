"""Making and changing accounts: what admins do on pages and operators on the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from totalplace.errors import Problem, RequestError
from totalplace.workbench.accounts._passwords import give_one_time_password
from totalplace.workbench.accounts._roles import faults_of_roles
from totalplace.workbench.accounts.models import Account
from totalplace.workbench.accounts.sessions import end_sessions
from totalplace.workbench.audit import record_outcome

__all__ = [
    "Facts",
    "Given",
    "change_account",
    "close_account",
    "make_account",
    "no_such_account",
    "open_account",
    "problems_of_name",
    "reset_account",
]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,59}")


@dataclass(frozen=True)
class Facts:
    """What an admin says of an account.

    Attributes:
        roles: ids of roles.
        bodies: body_ids; `*` for the whole place.
        expires: when it closes by itself.
    """

    full_name: str
    roles: Sequence[str]
    bodies: Sequence[str]
    expires: datetime | None

    def as_kept(self) -> dict[str, Any]:
        """The same as fields of an account."""
        return {
            "full_name": " ".join(self.full_name.split())[:120],
            "roles": sorted(set(self.roles)),
            "bodies": sorted(set(self.bodies)),
            "expires": self.expires,
        }


@dataclass(frozen=True)
class Given:
    """A one-time password: told once, to whoever gave it out.

    Attributes:
        until: when it ceases to serve.
    """

    account: Account
    password: str
    until: datetime


def make_account(name: str, facts: Facts, *, asked: int) -> Given:
    """Make an account with a one-time password.

    Args:
        asked: the row of the audit that allowed it.

    Raises:
        RequestError: `bad_name`, `name_taken`, `bad_roles`: all at once.
    """
    with transaction.atomic():
        problems = [*problems_of_name(name), *_faults_of_facts(facts, name)]
        if problems:
            raise RequestError(problems)
        account = Account(name=name, **facts.as_kept())
        password, until = give_one_time_password(account)
        account.save(force_insert=True)
        record_outcome(asked, {"account": name, "made": _told(facts.as_kept())})
    return Given(account, password, until)


def problems_of_name(name: str) -> list[Problem]:
    """Why an account cannot be made with that name: `bad_name` or `name_taken`."""
    if not _NAME.fullmatch(name):
        return [
            Problem(
                "bad_name",
                _("this cannot be the name of an account"),
                name[:60] or _("name"),
                _("it takes 1 to 60 letters without accents, digits and . _ @ + -"),
                _("choose another, such as the first part of an e-mail address"),
            )
        ]
    if Account.objects.filter(name__iexact=name).exists():
        return [
            Problem(
                "name_taken",
                _("there is an account of that name"),
                name,
                _("names stay in use for ever, also of closed accounts: the audit names them"),
                _("choose another name, or open that account again"),
            )
        ]
    return []


def change_account(name: str, facts: Facts, *, by: str, asked: int) -> Account:
    """Change what is said of an account.

    Args:
        by: the account of the admin who does it, or the operator.
        asked: the row of the audit that allowed it.

    Raises:
        RequestError: `bad_roles`, `own_roles`, `last_admin`.
    """
    problems = _faults_of_facts(facts, name)
    if problems:
        raise RequestError(problems)
    with _held(name) as account:
        before = {field: getattr(account, field) for field in facts.as_kept()}
        changed = _set(account, facts)
        if account.name == by and changed.keys() & {"roles", "bodies", "expires"}:
            raise RequestError(
                Problem(
                    "own_roles",
                    _("nobody changes what they may do themselves"),
                    name,
                    _("the roles, bodies and last day of an account are for another admin to set"),
                    _("ask another admin"),
                )
            )
        told = {
            field: {"from": _told(before)[field], "to": _told(changed)[field]} for field in changed
        }
        record_outcome(asked, {"account": name, "changed": told})
    return account


def _set(account: Account, facts: Facts) -> dict[str, Any]:
    """Set what is said of an account; what that has changed. It is not saved."""
    kept = facts.as_kept()
    changed = {field: to for field, to in kept.items() if getattr(account, field) != to}
    for field, to in changed.items():
        setattr(account, field, to)
    return changed


def close_account(name: str, *, by: str, asked: int) -> Account:
    """Close an account, and end its sessions.

    Raises:
        RequestError: `own_account`, `last_admin`.
    """
    with _held(name) as account:
        if account.name == by:
            raise RequestError(_own_account(name))
        account.is_active = False
        ended = end_sessions(account)
        record_outcome(asked, {"account": name, "closed": True, "sessions_ended": ended})
    return account


def open_account(name: str, *, asked: int) -> Account:
    """Open a closed account again; one whose last day has passed has none any more."""
    with _held(name) as account:
        if not account.is_open:
            account.is_active, account.expires = True, None
        record_outcome(asked, {"account": name, "closed": False})
    return account


def reset_account(name: str, *, second_factor: bool = False, by: str, asked: int) -> Given:
    """Give an account a new one-time password; its sessions end.

    Args:
        second_factor: its second factor and recovery codes go too. Otherwise they are asked for as
            before: whoever has the one-time password alone is not let in.

    Raises:
        RequestError: `own_account`.
    """
    with _held(name) as account:
        if account.name == by:
            raise RequestError(_own_account(name))
        password, until = give_one_time_password(account)
        what = ["password"]
        if second_factor:
            account.second_factor, account.recovery_codes = "", []
            what.append("second factor")
        ended = end_sessions(account)
        record_outcome(asked, {"account": name, "reset": what, "sessions_ended": ended})
    return Given(account, password, until)


def no_such_account(name: str) -> RequestError:
    """That there is none of that name."""
    return RequestError(
        Problem(
            "unknown_account",
            _("there is no such account"),
            name,
            _("no account has that name"),
            _("look at the list: `totalplace user list DIR`"),
        )
    )


@contextmanager
def _held(name: str) -> Iterator[Account]:
    """An account to be changed, saved at the end unless no admin would be left."""
    with transaction.atomic():
        # all of them: two admins who close each other at once wait for one another
        held = {one.name: one for one in Account.objects.select_for_update().order_by("pk")}
        if name not in held:
            raise no_such_account(name)
        account = held[name]
        had_admin = any("admin" in one.roles and one.is_open for one in held.values())
        yield account
        if had_admin and not any("admin" in one.roles and one.is_open for one in held.values()):
            raise RequestError(
                Problem(
                    "last_admin",
                    _("it is the last admin whose account is open"),
                    name,
                    _("nobody could make or open accounts any more"),
                    _("make another admin first"),
                )
            )
        account.save()


def _faults_of_facts(facts: Facts, name: str) -> list[Problem]:
    faults = faults_of_roles(facts.roles)
    if not faults:
        return []
    return [
        Problem(
            "bad_roles",
            _("an account cannot have these roles"),
            name,
            " ".join(faults),
            _("choose other roles, or make two accounts for two people"),
        )
    ]


def _own_account(name: str) -> Problem:
    return Problem(
        "own_account",
        _("nobody closes or resets their own account"),
        name,
        _("you would be signed out, and could not undo it"),
        _("ask another admin; your password and codes you change on the page of your account"),
    )


def _told(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as the audit holds them."""
    return {
        field: value.isoformat() if isinstance(value, datetime) else value
        for field, value in fields.items()
    }
