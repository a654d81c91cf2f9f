"""The accounts of the fictional place, whose passwords and codes anybody may know.

Nothing of this reaches a real place: the place must be the one that the program itself invents, and
the account one that was made here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

import totalplace
from totalplace._api import is_fictional_place
from totalplace.access import EVERY_BODY
from totalplace.errors import Problem, RequestError
from totalplace.sources import bodies_of
from totalplace.workbench.accounts._bodies import bodies_here
from totalplace.workbench.accounts._change import no_such_account
from totalplace.workbench.accounts._hidden import digest
from totalplace.workbench.accounts._second_factor import (
    fresh_code,
    hidden_secret,
    needs_second_factor,
    new_secret,
)
from totalplace.workbench.accounts.models import Account
from totalplace.workbench.audit import record_outcome

__all__ = ["code_of", "make_demo_accounts"]

_ACCOUNTS = (
    ("demo-viewer", "viewer", ()),
    ("demo-analyst", "analyst", (EVERY_BODY,)),
    ("demo-analyst-2", "analyst", ("one",)),
    ("demo-practitioner", "practitioner", ("one",)),
    ("demo-governance", "governance", ()),
    ("demo-admin", "admin", ()),
)
"""Name, role, and bodies: none, all, or one council."""


def make_demo_accounts(*, asked: int) -> list[dict[str, Any]]:
    """Make one account for each role, if they are not there; their passwords, and a code each.

    An account that is there is opened, and has its first password and role again.

    Args:
        asked: the row of the audit that allowed it.

    Raises:
        RequestError: `not_fictional`, or `not_demo_account`: the database has other accounts but
            none of these.
    """
    _must_be_fictional()
    with transaction.atomic():
        held = {one.name: one for one in Account.objects.select_for_update()}
        if held and not any(one.is_demo for one in held.values()):
            raise RequestError(_not_demo("the database", "the accounts in it are of real people"))
        one_body = _one_body()
        made = [name for name, *_ in _ACCOUNTS if name not in held]
        accounts = []
        for name, role, bodies in _ACCOUNTS:
            account = held.get(name) or Account(name=name, is_demo=True)
            if not account.is_demo:
                raise RequestError(_not_demo(name, "somebody has made an account of that name"))
            account.full_name = "Demonstration"
            account.roles = [role]
            account.bodies = [one_body if body == "one" else body for body in bodies]
            account.is_active, account.expires, account.one_time_until = True, None, None
            if not account.check_password(_password(name)):
                account.set_password(_password(name))
            if needs_second_factor(account) and not account.second_factor:
                account.second_factor, account.second_factor_step = (
                    hidden_secret(new_secret(), name),
                    0,
                )
            account.save()
            accounts.append(account)
    record_outcome(asked, {"demo_accounts": [name for name, *_ in _ACCOUNTS], "made": made})
    return [_told(account) for account in accounts]


def code_of(name: str) -> tuple[str, int]:
    """A code of a demonstration account that will be taken now, and for how many seconds.

    Raises:
        RequestError: `not_fictional`, `unknown_account`, `not_demo_account`, `no_second_factor`.
    """
    _must_be_fictional()
    account = Account.objects.filter(name=name).first()
    if account is None:
        raise no_such_account(name)
    if not account.is_demo:
        raise RequestError(_not_demo(name, "the account was not made by `totalplace demo`"))
    if not account.second_factor:
        raise RequestError(
            Problem(
                "no_second_factor",
                "the account has no second factor",
                name,
                "its role does not need one",
                "sign in with its password alone",
            )
        )
    return fresh_code(account)


def _told(account: Account) -> dict[str, Any]:
    told = {
        "name": account.name,
        "role": account.roles[0],
        "bodies": account.bodies,
        "password": _password(account.name),
    }
    return told | ({"code": fresh_code(account)[0]} if account.second_factor else {"code": None})


def _password(name: str) -> str:
    """Of this place alone: made from its own key, which is random, so that it can be told again."""
    text = digest("demo", name)[:16]
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _one_body() -> str:
    """The council that the account of one body acts for."""
    here = bodies_here()
    with totalplace.open_place(Path(settings.TOTALPLACE_PLACE)) as place:
        bodies = bodies_of(place.folder).bodies
    return min(body_id for body_id in here if bodies[body_id].kind == "metropolitan_district")


def _must_be_fictional() -> None:
    with totalplace.open_place(Path(settings.TOTALPLACE_PLACE)) as place:
        if is_fictional_place(place):
            return
        raise RequestError(
            Problem(
                "not_fictional",
                "codes and passwords are told of the fictional place alone",
                str(place.path),
                "it is no place that `totalplace demo` or `totalplace synth` has made",
                "use your own authenticator app; an admin resets an account that has lost it",
            )
        )


def _not_demo(where: str, why: str) -> Problem:
    return Problem(
        "not_demo_account",
        "this is no demonstration account",
        where,
        why,
        "name an account that `totalplace demo` made, in a database of its own",
    )
