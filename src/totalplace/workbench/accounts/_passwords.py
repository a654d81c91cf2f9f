"""Passwords: checked in equal time, chosen without rules of composition, given out for one use."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from totalplace.workbench.accounts.models import Account

__all__ = [
    "LONGEST",
    "CommonAtHeart",
    "faults_of",
    "give_one_time_password",
    "of_name_and_password",
    "set_own",
]

LONGEST = 200
"""Characters that are taken of a password."""
_ONE_TIME = timedelta(hours=72)


_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_REPEATED = re.compile(r"(.+?)\1+")


class CommonAtHeart(CommonPasswordValidator):
    """Refuses common passwords, also with digits and signs around them, and what only repeats
    itself: few of the common ones have 12 characters."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise `ValidationError` if it is one."""
        super().validate(password, user)  # type: ignore[arg-type]
        heart = _AROUND.sub("", password)
        if heart:
            super().validate(heart, user)  # type: ignore[arg-type]
        if _REPEATED.fullmatch(password):
            raise ValidationError(self.get_error_message(), code="password_too_common")


def of_name_and_password(name: str, password: str) -> Account | None:
    """The account of that name if it is its password, open or not; None for all else.

    It takes as long for a name that nobody has as for a wrong password.
    """
    account = Account.objects.filter(name__iexact=name).first()
    if account is None:
        make_password(password)
        return None
    return account if account.check_password(password) else None


def faults_of(account: Account, password: str) -> list[str]:
    """What is wrong with a password that somebody chooses: too short, too long, too common."""
    if len(password) > LONGEST:
        return [_("The password must have %d characters or fewer.") % LONGEST]
    if account.has_usable_password() and account.check_password(password):
        return [_("Choose another password than the one you have.")]
    try:
        validate_password(password, account)
    except ValidationError as error:
        return [str(one) for one in error.messages]
    return []


def set_own(account: Account, password: str) -> None:
    """Give the account the password that its owner chose."""
    account.set_password(password)
    account.one_time_until = None
    account.save(update_fields=["password", "one_time_until"])


def give_one_time_password(account: Account) -> tuple[str, datetime]:
    """A new password that must be changed when it is used, and until when that may be done.

    The account is not saved.
    """
    password = secrets.token_urlsafe(12)
    account.set_password(password)
    account.one_time_until = timezone.now() + _ONE_TIME
    return password, account.one_time_until
