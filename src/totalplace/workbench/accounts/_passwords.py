"""Passwords: checked in equal time, chosen without rules of composition, given out for one use."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from totalplace.workbench.accounts._bodies import place_name
from totalplace.workbench.accounts._roles import ROLE_WORDS
from totalplace.workbench.accounts.models import Account

__all__ = [
    "LONGEST",
    "CommonAtHeart",
    "WordsOfHere",
    "faults_of",
    "give_one_time_password",
    "of_name_and_password",
    "set_own",
]

LONGEST = 200
"""Characters that are taken of a password."""
_ONE_TIME = timedelta(hours=72)


_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_SHORTEST_WORD = 4
_LETTERS_OF_ONES_OWN = 8
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


class WordsOfHere:
    """Refuses what is little more than words that anybody here would try: names of this software,
    of roles, of the place and of whose site it is."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002 - Django's form
        """Raise `ValidationError` if it is."""
        left = _NO_LETTERS.sub("", password.casefold())
        whole = len(left)
        for word in sorted(_words_of_here(), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < min(whole, _LETTERS_OF_ONES_OWN):
            raise ValidationError(
                _("The password is little more than words that anybody here would try."),
                code="password_words_of_here",
            )

    def get_help_text(self) -> str:
        """What is asked, in words."""
        return _("Names of the place, the site and the roles do not make a password.")


def _words_of_here() -> set[str]:
    """Words of four letters or more, in small letters."""
    named = f"{place_name()} {settings.TOTALPLACE_ORGANISATION}".casefold()
    return {
        "totalplace",
        "workbench",
        *ROLE_WORDS,
        *(word for word in _NO_LETTERS.split(named) if len(word) >= _SHORTEST_WORD),
    }


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
    password = secrets.token_urlsafe(16)
    account.set_password(password)
    account.one_time_until = timezone.now() + _ONE_TIME
    return password, account.one_time_until
