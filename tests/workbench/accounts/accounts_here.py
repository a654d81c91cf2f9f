"""Accounts for tests, and signing in as a person does."""

from __future__ import annotations

import re
from typing import Any

import pyotp

PASSWORD = "violet harbour sandwich"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_account(name: str, *roles: str, has_factor: bool = False, **fields: Any) -> Any:
    """An account with a password of its own."""
    from totalplace.workbench.accounts._second_factor import hidden_secret
    from totalplace.workbench.accounts.models import Account

    account = Account(name=name, roles=list(roles), **fields)
    account.set_password(PASSWORD)
    if has_factor:
        account.second_factor = hidden_secret(SECRET, name)
    account.save()
    return account


def code_now(offset: int = 0, secret: str = SECRET) -> str:
    """The code of the second factor, or of steps before or after."""
    import time

    return pyotp.TOTP(secret).at(int(time.time()) + 30 * offset)


def sign_in(client: Any, name: str, password: str = PASSWORD, **more: str) -> Any:
    """Send the form of the first step."""
    return client.post("/account/sign-in/", {"name": name, "password": password, **more})


def whole_sign_in(client: Any, name: str, offset: int = 0) -> Any:
    """Sign an account with a second factor in."""
    assert sign_in(client, name).status_code == 302
    answer = client.post("/account/second-factor/", {"code": code_now(offset)})
    assert answer.status_code == 302, answer.content.decode()
    return client


def text_of(answer: Any) -> str:
    """What a page says, its marks removed."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def outcomes() -> list[dict[str, Any]]:
    """The facts in the rows of the audit, the first first."""
    import json

    from totalplace.workbench.audit.models import Entry

    return [json.loads(one.detail_json) | {"who": one.who} for one in Entry.objects.order_by("n")]


def ask(verb: str, **facts: Any) -> Any:
    """What a command is answered."""
    import json

    from totalplace.workbench.accounts._operator import answer

    return json.loads(answer(json.dumps({"verb": verb, **facts})))


def codes(answer: Any) -> list[str]:
    """The codes of its problems."""
    return [one["code"] for one in answer["problems"]]
