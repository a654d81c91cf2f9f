"""Proving that the audit is whole: chain, triggers, signed head, anchored heads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import DatabaseError, connection

from totalplace.errors import Problem
from totalplace.workbench.audit._anchor import read_anchor
from totalplace.workbench.audit._chain import FIELDS, Broken, follow
from totalplace.workbench.audit._head import SignedHead
from totalplace.workbench.audit._keys import chain_key, head_key
from totalplace.workbench.audit._triggers import missing_triggers

__all__ = ["Verified", "current_head", "verify"]

_TOLD_EVERY = 10_000
_CHUNK = 2_000


@dataclass(frozen=True)
class Verified:
    """What a proof of the audit has found.

    Attributes:
        rows: how many rows hold, from the first.
        head: the signed head; None where there is none.
        anchored: how many anchored heads were held against the chain.
        broken: the first row that does not hold; None if all do.
        problems: all that is wrong, that row first.
    """

    rows: int
    head: SignedHead | None
    anchored: int
    broken: Broken | None
    problems: tuple[Problem, ...]

    def as_dict(self) -> dict[str, Any]:
        """What was found, as a JSON object."""
        return {
            "is_whole": not self.problems,
            "rows": self.rows,
            "first_bad_row": None if self.broken is None else self.broken.n,
            "head": None if self.head is None else self.head.as_dict(),
            "anchored_heads": self.anchored,
            "problems": [one.as_dict() for one in self.problems],
        }


def current_head() -> SignedHead | None:
    """The signed head of the chain; None where no row was ever written, or somebody removed it."""
    from totalplace.workbench.audit.models import Head

    one = Head.objects.filter(pk=1).first()
    return None if one is None else SignedHead(one.n, one.mac, one.when, one.signature)


def verify(
    *,
    given: Sequence[SignedHead] = (),
    public: Ed25519PublicKey | None = None,
    told: Callable[[int, int], object] = lambda done, total: None,  # noqa: ARG005
) -> Verified:
    """Prove that no row was changed, added, moved or removed.

    Args:
        given: heads that somebody has kept elsewhere.
        public: the key that heads must be signed with; by default that of the server, which an
            intruder may have replaced.
        told: told how many rows are proved, and how many there are.

    Raises:
        PlaceError: there are rows, but a key of the audit is gone.
    """
    from totalplace.workbench.audit.models import Entry

    keys = Path(settings.TOTALPLACE_KEYS)
    folder = settings.TOTALPLACE_AUDIT_ANCHOR
    head = current_head()
    anchored, problems = _anchored(folder)
    # an audit without rows and heads has no keys yet
    is_new = head is None and not (given or anchored) and not Entry.objects.exists()
    if is_new:
        return Verified(0, None, 0, None, (*problems, *_triggers()))
    key = chain_key(keys, is_new=False)
    public = public or head_key(keys, is_new=False).public_key()
    signed: dict[int, set[str]] = {}
    heads = [("in the database", head)] if head else []
    heads += [("that was given", one) for one in given]
    heads += [("in the anchor", one) for one in anchored]
    for where, one in heads:
        if one.is_signed_with(public):
            signed.setdefault(one.n, set()).add(one.mac)
        else:
            problems.append(_not_signed(where, one))
    total = head.n if head else 0
    found = follow(key, _rows(told, total), signed)
    if found.broken is not None:
        problems.insert(0, _broken(found.broken))
    problems += _head_problems(found.rows, found.broken)
    return Verified(found.rows, head, len(anchored), found.broken, (*problems, *_triggers()))


def _rows(told: Callable[[int, int], object], total: int) -> Iterator[Sequence[object]]:
    from totalplace.workbench.audit.models import Entry

    rows = Entry.objects.order_by("n").values_list(*FIELDS, "mac").iterator(chunk_size=_CHUNK)
    n = 0
    try:
        for row in rows:
            n = row[0]
            yield row
            if n % _TOLD_EVERY == 0:
                told(n, max(n, total))
    except DatabaseError:
        yield from _one_by_one(n)


def _one_by_one(n: int) -> Iterator[Sequence[object]]:
    """The rows after the nth, up to one that cannot even be read: a text that is none."""
    from totalplace.workbench.audit.models import Entry

    for one in range(n + 1, n + _CHUNK + 1):
        try:
            row = Entry.objects.filter(n=one).values_list(*FIELDS, "mac").first()
        except DatabaseError:
            row = None
        if row is None:
            yield (one, "")
            return
        yield row


def _head_problems(rows: int, broken: Broken | None) -> list[Problem]:
    """That the head does not cover all rows: it is written in the transaction of each."""
    now = current_head()
    if now is None:
        why, where = "there are rows, and each is signed when it is written", "the head"
    elif broken is None and now.n < rows:
        why, where = f"the audit has {rows:,} rows", f"the head, of row {now.n:,}"
    else:
        return []
    return [
        Problem(
            "audit_head_missing",
            "the last rows of the audit are not signed",
            where,
            why,
            "somebody has changed the database itself: look into who can write it",
        )
    ]


def _anchored(folder: Path | None) -> tuple[list[SignedHead], list[Problem]]:
    if folder is None:
        return [], []
    try:
        return read_anchor(folder)
    except OSError as error:
        return [], [
            Problem(
                "audit_anchor_away",
                "the anchored heads cannot be read",
                str(folder),
                error.strerror or str(error),
                "make the folder readable, or unset TOTALPLACE_AUDIT_ANCHOR",
            )
        ]


def _triggers() -> list[Problem]:
    return [
        Problem(
            "audit_unguarded",
            "the database would let rows of the audit be changed",
            f"trigger {name}",
            "it is not there, or not as it was made",
            "look into who took it away; restore a backup, or put the trigger back",
        )
        for name in missing_triggers(connection)
    ]


def _broken(broken: Broken) -> Problem:
    return Problem(
        "audit_broken",
        "the audit is not whole",
        f"row {broken.n:,}",
        broken.why,
        "keep the database as it is for whoever looks into it, and compare it with a backup",
    )


def _not_signed(where: str, head: SignedHead) -> Problem:
    return Problem(
        "audit_head_forged",
        "a head of the audit is not signed with the key",
        f"the head {where}, of row {head.n:,}, {head.when}",
        "its signature does not fit it: the head, the signature or the key was replaced",
        "compare it with a head that was printed or mailed, and the key with its public half",
    )
