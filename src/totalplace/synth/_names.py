"""Invented names: suppliers, people, and the ways in which publishers get names wrong."""

from __future__ import annotations

import random
from functools import cache

from totalplace.synth._world import rows_of

__all__ = ["misspelt", "person", "redaction", "suppliers"]

_CUT = 35


@cache
def _values(kind: str) -> tuple[str, ...]:
    return tuple(row["value"] for row in rows_of("names") if row["kind"] == kind)


def suppliers(count: int, rng: random.Random) -> list[str]:
    """That many different invented suppliers."""
    stems, trades, forms = _values("stem"), _values("trade"), _values("form")
    found: dict[str, None] = {}
    while len(found) < count:
        found[f"{rng.choice(stems)} {rng.choice(trades)} {rng.choice(forms)}"] = None
    return list(found)


def person(rng: random.Random) -> str:
    """An invented person, with a form of address."""
    return " ".join(rng.choice(_values(kind)) for kind in ("title", "forename", "surname"))


def redaction(rng: random.Random) -> str:
    """How a publisher withholds a name."""
    return rng.choice(_values("redaction"))


def misspelt(name: str, rng: random.Random) -> str:
    """The name as a careless clerk or a narrow column would have it.

    A cut at 35 characters, a legal form added and a note in brackets can be undone; a letter lost
    or two exchanged can not.
    """
    if len(name) > _CUT and rng.random() < 0.6:
        return name[:_CUT].rstrip()
    way = rng.randrange(4)
    at = rng.randrange(1, len(name) - 2)
    if way == 0:
        return name[:at] + name[at + 1 :]
    if way == 1:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    if way == 2:
        return f"{name} Ltd"
    return f"{name} (BACS)"
