"""Secrets that the database holds but does not tell: by a key that lies beside it, or elsewhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from totalplace.errors import PlaceError, Problem
from totalplace.workbench._folder import secret_in

__all__ = ["digest", "hide", "shown"]

_KEY = "second-factor"


def hide(text: str) -> str:
    """A text that nobody reads without the key."""
    return _fernet().encrypt(text.encode()).decode()


def shown(hidden: str) -> str:
    """The text that was hidden.

    Raises:
        PlaceError: the key is another than it was hidden with.
    """
    try:
        return _fernet().decrypt(hidden.encode()).decode()
    except InvalidToken as error:
        raise PlaceError(
            Problem(
                "wrong_key",
                "secrets of accounts cannot be read",
                f"{settings.TOTALPLACE_KEYS}",
                "the key in that folder is not the one that they were hidden with",
                "put the right key back, or reset the account: `totalplace user reset DIR NAME`",
            )
        ) from error


def digest(kind: str, text: str) -> str:
    """What is kept of a text that is only ever compared, 64 hexadecimal digits."""
    return hmac.new(_key(), f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()


def _key() -> bytes:
    return secret_in(Path(settings.TOTALPLACE_KEYS), _KEY).encode()


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(_key()).digest()))
