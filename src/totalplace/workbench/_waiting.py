"""What waits for an account: each area of the workbench says its part of the first page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from totalplace.access import Actor

__all__ = ["AREAS", "WAITING", "Line", "Waiting", "waiting"]

AREAS = ("loads", "returns", "queues", "cases", "releases", "mistakes", "audit", "accounts", "jobs")
"""The areas in the order in which the first page names them."""


@dataclass(frozen=True)
class Line:
    """One thing that waits.

    Attributes:
        area: whose work it is, one of `AREAS`.
        text: what waits, with its number.
        href: where it is done.
        pence: the money in it, or None where it is none of money.
    """

    area: str
    text: str
    href: str
    pence: int | None = None


Waiting = Callable[[Actor], Sequence[Line]]
"""Tells what waits for an account, of what it may see alone; it must be fast."""

WAITING: list[Waiting] = []


def waiting(tell: Waiting) -> Waiting:
    """Have an area say its part of the first page."""
    WAITING.append(tell)
    return tell
