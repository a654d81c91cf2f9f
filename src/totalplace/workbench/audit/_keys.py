"""The keys of the audit: one that seals rows, one that signs the head of the chain."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from totalplace.errors import PlaceError, Problem
from totalplace.workbench._folder import secret_in

__all__ = ["CHAIN_KEY", "HEAD_KEY", "chain_key", "head_key"]

CHAIN_KEY = "audit-chain"
HEAD_KEY = "audit-head"


def chain_key(keys: Path, *, is_new: bool) -> bytes:
    """The key that seals rows.

    Args:
        keys: the folder of keys.
        is_new: whether the audit holds no row yet, so that a key may be made.

    Raises:
        PlaceError: there are rows, but the key is gone.
    """
    return _secret(keys, CHAIN_KEY, is_new=is_new)


def head_key(keys: Path, *, is_new: bool) -> Ed25519PrivateKey:
    """The key that signs the head of the chain.

    Raises:
        PlaceError: there are rows, but the key is gone.
    """
    return Ed25519PrivateKey.from_private_bytes(_secret(keys, HEAD_KEY, is_new=is_new))


def _secret(keys: Path, name: str, *, is_new: bool) -> bytes:
    if not is_new and not (keys / name).exists():
        raise PlaceError(
            Problem(
                "audit_key_missing",
                "a key of the audit is not there",
                str(keys / name),
                "the audit holds rows that were sealed with it",
                "put the key back from where you keep a copy, or set TOTALPLACE_KEYS to its folder",
            )
        )
    try:
        return _read(keys, name)
    except OSError as error:
        raise PlaceError(
            Problem(
                "audit_key_unread",
                "a key of the audit cannot be read or made",
                str(keys / name),
                error.strerror or str(error),
                "make the folder that TOTALPLACE_KEYS names, for the account of the server alone",
            )
        ) from error


@lru_cache(maxsize=16)
def _read(keys: Path, name: str) -> bytes:
    return hashlib.sha256(secret_in(keys, name).encode("ascii")).digest()
