"""The second factor: codes that change every 30 seconds (RFC 6238), and recovery codes."""

from __future__ import annotations

import base64
import hmac
import secrets
import time

import pyotp
import segno
from django.db import transaction

from totalplace.access import RULES
from totalplace.workbench.accounts._hidden import digest, hide, shown
from totalplace.workbench.accounts.models import Account

__all__ = [
    "RECOVERY_CODES",
    "SURE_ROLES",
    "accept_secret",
    "address_of",
    "fresh_code",
    "hidden_secret",
    "needs_second_factor",
    "new_recovery_codes",
    "new_secret",
    "picture_of",
    "right_step",
    "take_code",
    "take_recovery_code",
]

STEP_SECONDS = 30
RECOVERY_CODES = 8
_WHAT = "second factor"
_TOLERANCE = 1
"""Steps by which a clock may be wrong."""

SURE_ROLES = frozenset(
    role for rule in RULES if rule.needs_second_factor for role in rule.roles or ()
)
"""Roles that some rule of access asks a second factor of."""


def needs_second_factor(account: Account) -> bool:
    """Whether it must have one."""
    return bool(SURE_ROLES & set(account.roles))


def new_secret() -> str:
    """A secret of 160 bits, in base 32."""
    return pyotp.random_base32(32)


def hidden_secret(secret: str, account: str) -> str:
    """What is kept of a secret: it serves in the row of the account of that name alone."""
    return hide(secret, _WHAT, account)


def _secret_of(account: Account) -> str:
    return shown(account.second_factor, _WHAT, account.name)


def address_of(secret: str, account: str, place: str) -> str:
    """What the picture holds: the secret with the names under which an app shows it."""
    # a colon would part the names elsewhere
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=place.replace(":", " "))


def picture_of(address: str) -> str:
    """The picture that an app reads, as data of an SVG file."""
    return str(segno.make(address, error="m").svg_data_uri(scale=5, light="#fff", dark="#000"))


def right_step(secret: str, code: str) -> int | None:
    """The step whose code it is, one step early or late at most; or None."""
    wanted = "".join(code.split())
    current = int(time.time()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    found = None
    for step in range(current - _TOLERANCE, current + _TOLERANCE + 1):
        # all are compared: the time says nothing of which it is
        if hmac.compare_digest(totp.at(step * STEP_SECONDS).encode(), wanted.encode()):
            found = step
    return found


def take_code(account: Account, code: str) -> bool:
    """Whether it is a right code that was not taken before; it is then used up."""
    if not account.second_factor:
        return False
    step = right_step(_secret_of(account), code)
    if step is None:
        return False
    # one statement: of two that come at once, one is taken
    unused = Account.objects.filter(pk=account.pk, second_factor_step__lt=step)
    return unused.update(second_factor_step=step) == 1


def fresh_code(account: Account) -> tuple[str, int]:
    """A code that will be taken now and was not used, and for how many seconds still.

    It is the next one where the current one was used; after that one too, there is a wait.
    """
    now = time.time()
    current = int(now) // STEP_SECONDS
    step = max(current, account.second_factor_step + 1)
    if step > current + _TOLERANCE:
        time.sleep((step - _TOLERANCE) * STEP_SECONDS - now)
        now = time.time()
    code = pyotp.TOTP(_secret_of(account)).at(step * STEP_SECONDS)
    return code, int((step + _TOLERANCE + 1) * STEP_SECONDS - now)


def accept_secret(account: Account, secret: str, code: str) -> list[str] | None:
    """Take a secret as the account's own if the code fits it: its recovery codes, or None."""
    step = right_step(secret, code)
    if step is None:
        return None
    account.second_factor = hidden_secret(secret, account.name)
    account.second_factor_step = step
    account.save(update_fields=["second_factor", "second_factor_step"])
    return new_recovery_codes(account)


def new_recovery_codes(account: Account) -> list[str]:
    """Eight codes of 120 bits that serve once each, in the place of all from before."""
    codes = [
        "-".join(text[at : at + 4] for at in range(0, 24, 4))
        for text in (
            base64.b32encode(secrets.token_bytes(15)).decode() for _ in range(RECOVERY_CODES)
        )
    ]
    account.recovery_codes = [_digest(code) for code in codes]
    account.save(update_fields=["recovery_codes"])
    return codes


def take_recovery_code(account: Account, code: str) -> bool:
    """Whether it is a recovery code of the account; it is then used up."""
    wanted = _digest(code)
    with transaction.atomic():
        held = Account.objects.select_for_update().get(pk=account.pk)
        if wanted not in held.recovery_codes:
            return False
        held.recovery_codes = [one for one in held.recovery_codes if one != wanted]
        held.save(update_fields=["recovery_codes"])
    return True


def _digest(code: str) -> str:
    return digest("recovery", "".join(one for one in code.upper() if one.isalnum()))
