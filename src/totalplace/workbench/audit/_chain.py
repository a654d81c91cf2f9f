"""The chain of the audit: each row is sealed together with the seal of the row before it.

Pure functions over rows; no database and no clock. A row is a sequence of the values of `FIELDS`,
in that order; its seal is HMAC-SHA-256, with a key that only the server holds, over the seal before
it and the row's canonical form, as 64 hexadecimal digits.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["BEGINNING", "FIELDS", "Broken", "Followed", "canonical", "follow", "seal"]

FIELDS = (
    "n",
    "when",
    "who",
    "address",
    "action",
    "data_class",
    "thing",
    "bodies_json",
    "allowed",
    "rule_id",
    "because",
    "purpose",
    "detail_json",
    "of_row",
)
"""What of a row is sealed: everything."""

BEGINNING = "0" * 64
"""What stands for the seal before the first row."""


@dataclass(frozen=True)
class Broken:
    """The first row at which the chain does not hold.

    Attributes:
        n: its number.
        kind: ``missing``, ``twice``, ``changed``, or ``not_signed`` where all rows fit together
            but not with what was signed.
        why: in words.
    """

    n: int
    kind: str
    why: str


@dataclass(frozen=True)
class Followed:
    """What following a chain has found.

    Attributes:
        rows: how many hold, from the first.
        mac: the seal of the last of them.
        broken: where it breaks; None if it does not.
    """

    rows: int
    mac: str
    broken: Broken | None


def canonical(row: Sequence[object]) -> bytes:
    """The one form of a row that is sealed.

    >>> canonical([1, "2026-11-30T08:00:00.000000+00:00", "ann", True, None])
    b'[1,"2026-11-30T08:00:00.000000+00:00","ann",true,null]'
    """
    return json.dumps(list(row), separators=(",", ":"), allow_nan=False).encode("ascii")


def seal(key: bytes, before: str, row: Sequence[object]) -> str:
    """The seal of a row.

    Args:
        before: that of the row before it, or `BEGINNING`.
    """
    return hmac.digest(key, before.encode("ascii") + b"\n" + canonical(row), "sha256").hex()


def follow(
    key: bytes,
    rows: Iterable[Sequence[object]],
    signed: Mapping[int, Collection[str]] | None = None,
) -> Followed:
    """Follow the chain up to its end or to the first row that breaks it; in constant memory.

    Args:
        rows: by number, each the values of `FIELDS` and then its seal.
        signed: the seals that were signed, by the number of their row.
    """
    signed = signed or {}
    held, before, fitted = 0, BEGINNING, 0
    for row in rows:
        broken = _broken(key, row, held + 1, before)
        if broken is None and any(one != row[-1] for one in signed.get(held + 1, ())):
            broken = Broken(
                held + 1,
                "not_signed",
                f"rows {fitted + 1:,} to {held + 1:,} fit together, but another row {held + 1:,}"
                " was signed",
            )
        if broken is not None:
            return Followed(held, before, broken)
        held, before = held + 1, str(row[-1])
        fitted = held if held in signed else fitted
    last = max(signed, default=0)
    if last > held:
        why = f"the audit ends with row {held:,}, but row {last:,} was signed"
        return Followed(held, before, Broken(held + 1, "missing", why))
    return Followed(held, before, None)


def _broken(key: bytes, row: Sequence[object], n: int, before: str) -> Broken | None:
    number = row[0]
    if not isinstance(number, int) or number != n:
        if isinstance(number, int) and number < n:
            return Broken(number, "twice", f"row {number:,} stands there more than once")
        return Broken(n, "missing", f"after row {n - 1:,} comes row {number}")
    try:
        fits = hmac.compare_digest(seal(key, before, row[:-1]), str(row[-1]))
    except (TypeError, ValueError):
        # a value of another type than the column's, or a seal of other signs
        fits = False
    if fits:
        return None
    return Broken(n, "changed", f"row {n:,} is not as it was written, or a row before it is gone")
