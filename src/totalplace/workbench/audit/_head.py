"""The signed head of the chain: its last row, which cannot then be cut off unseen."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

__all__ = ["SignedHead", "public_text", "read_head", "read_public", "sign_head"]


@dataclass(frozen=True)
class SignedHead:
    """The last row of the chain at a moment.

    Attributes:
        n: its number; 0 where there was none.
        mac: its seal.
        when: the moment, ISO in UTC.
        signature: Ed25519 over these, as base64.
    """

    n: int
    mac: str
    when: str
    signature: str

    def is_signed_with(self, key: Ed25519PublicKey) -> bool:
        """Whether the signature is of that key, and of this row."""
        try:
            key.verify(base64.b64decode(self.signature, validate=True), _signed(self))
        except (InvalidSignature, ValueError):
            return False
        return True

    def as_dict(self) -> dict[str, Any]:
        """The head as a JSON object."""
        return asdict(self)


def sign_head(key: Ed25519PrivateKey, n: int, mac: str, when: str) -> SignedHead:
    """Sign the head of the chain."""
    unsigned = SignedHead(n, mac, when, "")
    signature = base64.b64encode(key.sign(_signed(unsigned))).decode("ascii")
    return SignedHead(n, mac, when, signature)


def _signed(head: SignedHead) -> bytes:
    return json.dumps(["totalplace audit", head.n, head.mac, head.when]).encode("ascii")


def read_head(document: Mapping[str, Any]) -> SignedHead:
    """A head from its JSON object.

    Raises:
        ValueError: it is none.
    """
    n, texts = document.get("n"), [document.get(name) for name in ("mac", "when", "signature")]
    if not isinstance(n, int) or not all(isinstance(one, str) for one in texts):
        raise ValueError("a signed head has n, mac, when and signature")
    return SignedHead(n, *map(str, texts))


def public_text(key: Ed25519PublicKey) -> str:
    """A public key as base64: 44 signs."""
    return base64.b64encode(key.public_bytes_raw()).decode("ascii")


def read_public(text: str) -> Ed25519PublicKey:
    """A public key from its base64.

    Raises:
        ValueError: it is none.
    """
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.strip(), validate=True))
