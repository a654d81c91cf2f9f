"""Who asks, and what for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["EVERY_BODY", "NOBODY", "Actor", "Thing"]

EVERY_BODY = "*"
"""Stands among the bodies of an account that acts for the place as a whole."""


@dataclass(frozen=True)
class Actor:
    """Who asks.

    Attributes:
        name: of the account; empty for whoever is not signed in.
        roles: ids of roles.
        bodies: body_ids that the account acts for; `EVERY_BODY` for all. None at all when empty.
        second_factor_at: when the second factor was given in this session; None if it was not.
        is_active: whether the account is open.
        expires: when it closes by itself.
    """

    name: str
    roles: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    second_factor_at: datetime | None = None
    is_active: bool = True
    expires: datetime | None = None

    @property
    def is_signed_in(self) -> bool:
        """Whether it is somebody's account."""
        return self.name != ""

    @property
    def is_for_every_body(self) -> bool:
        """Whether it acts for the place as a whole."""
        return EVERY_BODY in self.bodies


NOBODY = Actor("")
"""Whoever is not signed in."""


@dataclass(frozen=True)
class Thing:
    """What is asked for.

    Attributes:
        data_class: its kind, one of `DATA_CLASSES`.
        id: names it among its kind; empty for the kind as a whole.
        bodies: body_ids whose money it is; empty when it is the whole place's.
        owner: the account that made it; empty where nobody did.
    """

    data_class: str
    id: str = ""
    bodies: frozenset[str] = frozenset()
    owner: str = ""
