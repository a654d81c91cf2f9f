"""Secrets that the database holds but does not tell: by a key that lies beside it, or elsewhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from totalplace.errors import PlaceError, Problem
from totalplace.workbench._folder import secret_in

__all__ = ["digest", "hide", "shown"]

_KEY = "second-factor"
_VERSION = "gcm1:"
"""Before everything that is hidden: how it was."""
_NONCE_BYTES = 12


def hide(text: str, what: str, whose: str = "") -> str:
    """A text that nobody reads without the key: AES-256-GCM with a fresh nonce of 96 bits.

    Args:
        what: what the text is. Put in the place of something else, it is not read.
        whose: the name of the account that it belongs to. Copied to another, it is not read.
    """
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher().encrypt(nonce, text.encode(), _belongs(what, whose))
    return _VERSION + base64.urlsafe_b64encode(nonce + sealed).decode()


def shown(hidden: str, what: str, whose: str = "") -> str:
    """The text that was hidden as the same, of the same account.

    Raises:
        PlaceError: the key is another than it was hidden with, or it was altered or put elsewhere.
    """
    version, sealed = hidden[: len(_VERSION)], hidden[len(_VERSION) :]
    try:
        if version != _VERSION:
            raise ValueError(version)
        data = base64.urlsafe_b64decode(sealed)
        nonce, data = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
        return _cipher().decrypt(nonce, data, _belongs(what, whose)).decode()
    except (InvalidTag, ValueError) as error:
        raise PlaceError(
            Problem(
                "wrong_key",
                "secrets of accounts cannot be read",
                f"{settings.TOTALPLACE_KEYS}",
                "the key in that folder is not the one that they were hidden with,"
                " or a row of the database was altered",
                "put the right key back, or reset the account:"
                " `totalplace user reset DIR NAME --second-factor`",
            )
        ) from error


def digest(kind: str, text: str) -> str:
    """What is kept of a text that is only ever compared, 64 hexadecimal digits."""
    return hmac.new(_key(), f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()


def _key() -> bytes:
    return secret_in(Path(settings.TOTALPLACE_KEYS), _KEY).encode()


def _cipher() -> AESGCM:
    # a key of its own: the file's also makes digests
    derived = HKDF(SHA256(), length=32, salt=None, info=b"totalplace hidden AES-256-GCM")
    return AESGCM(derived.derive(_key()))


def _belongs(what: str, whose: str) -> bytes:
    return f"{what}\0{whose}".encode()
