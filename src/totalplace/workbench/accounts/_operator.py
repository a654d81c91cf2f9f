"""What whoever holds the server's own files does with accounts by commands.

A process of its own does it, as `totalplace user` and `totalplace demo` start it: it takes one JSON
document and gives one. Each act stands in the audit as that of ``operator:`` and the system's user.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from totalplace.access import Actor, Thing, decide
from totalplace.errors import TotalplaceError
from totalplace.place._user import system_user
from totalplace.workbench.accounts import _change as change
from totalplace.workbench.accounts._bodies import bodies_called, names_of
from totalplace.workbench.accounts._demo import code_of, make_demo_accounts
from totalplace.workbench.accounts._second_factor import needs_second_factor
from totalplace.workbench.accounts.models import Account
from totalplace.workbench.audit import record, record_outcome

__all__ = ["answer", "as_operator", "operator_name"]


def operator_name() -> str:
    """Who runs commands, as the audit holds it."""
    return f"operator:{system_user()}"[:60]


def as_operator(action: str, name: str = "") -> int:
    """Decide whether an operator may do something with accounts; the row of the audit.

    Args:
        name: of the account; all of them when it is empty.
    """
    actor = Actor(operator_name(), frozenset(["operator"]))
    return record(decide(actor, action, Thing("accounts", name), now=timezone.now()))


def answer(text: str) -> str:
    """Do what a JSON document asks for: the answer as one, problems too."""
    asked = json.loads(text)
    try:
        return json.dumps(_VERBS[asked.pop("verb")](**asked))
    except TotalplaceError as error:
        return json.dumps({"problems": [one.as_dict() for one in error.problems]})


def _add(*, name: str, full_name: str, roles: list[str], bodies: list[str]) -> dict[str, Any]:
    row = as_operator("manage", name)
    with _Outcome(row):
        facts = change.Facts(full_name, roles, bodies_called(bodies), None)
        return _given(change.make_account(name, facts, asked=row))


def _reset(*, name: str, second_factor: bool = False) -> dict[str, Any]:
    row = as_operator("manage", name)
    with _Outcome(row):
        return _given(
            change.reset_account(name, second_factor=second_factor, by=operator_name(), asked=row)
        )


def _close(*, name: str) -> dict[str, Any]:
    row = as_operator("manage", name)
    with _Outcome(row):
        return {"account": _told(change.close_account(name, by=operator_name(), asked=row))}


def _open(*, name: str) -> dict[str, Any]:
    row = as_operator("manage", name)
    with _Outcome(row):
        return {"account": _told(change.open_account(name, asked=row))}


def _list() -> dict[str, Any]:
    as_operator("see")
    return {"accounts": [_told(one) for one in Account.objects.all()]}


def _code(*, name: str) -> dict[str, Any]:
    row = as_operator("manage", name)
    with _Outcome(row):
        code, seconds = code_of(name)
        record_outcome(row, {"account": name, "code": "told"})
        return {"name": name, "code": code, "seconds": seconds}


def _demo() -> dict[str, Any]:
    row = as_operator("manage")
    with _Outcome(row):
        return {"accounts": make_demo_accounts(asked=row)}


_VERBS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "add": _add,
    "reset": _reset,
    "list": _list,
    "close": _close,
    "open": _open,
    "code": _code,
    "demo": _demo,
}


class _Outcome:
    """Writes down the problems of an act that came to nothing."""

    def __init__(self, row: int) -> None:
        self._row = row

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TotalplaceError):
            record_outcome(self._row, {"problems": [one.code for one in error.problems]})


def _given(given: change.Given) -> dict[str, Any]:
    return {
        "account": _told(given.account),
        "one_time_password": given.password,
        "serves_until": given.until.isoformat(timespec="seconds"),
    }


def _told(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "full_name": account.full_name,
        "roles": account.roles,
        "bodies": account.bodies,
        "body_names": names_of(account.bodies),
        "is_open": account.is_open,
        "expires": None if account.expires is None else account.expires.isoformat(),
        "needs_second_factor": needs_second_factor(account),
        "has_second_factor": bool(account.second_factor),
        "last_login": None
        if account.last_login is None
        else account.last_login.isoformat(timespec="seconds"),
    }
