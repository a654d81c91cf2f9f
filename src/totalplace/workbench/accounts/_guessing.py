"""Slowing whoever guesses passwords or codes: each failure makes the next wait longer.

Nobody is locked out for ever: every delay has an end, after which one try is taken again. See OWASP
ASVS 5, V6.3.1.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from totalplace.workbench.accounts._hidden import digest
from totalplace.workbench.accounts.models import Attempt

__all__ = ["LIMITS", "Guess", "guess", "network_of"]


@dataclass(frozen=True)
class Limit:
    """How failures of one kind slow the next try.

    Attributes:
        free: failures that cost nothing.
        longest: the longest wait; it doubles from one second up to there.
        window: for how long a failure counts.
    """

    free: int
    longest: timedelta
    window: timedelta


LIMITS: Mapping[str, Limit] = {
    # somebody who guesses from one address; whose account it is may come from another
    "pair": Limit(5, timedelta(minutes=5), timedelta(hours=24)),
    # many addresses against one account: short, since its owner waits too
    "account": Limit(50, timedelta(minutes=1), timedelta(hours=1)),
    # one address against many accounts; an office may share one
    "address": Limit(30, timedelta(minutes=15), timedelta(hours=1)),
    # codes are tried only by whoever has the password
    "code": Limit(5, timedelta(minutes=15), timedelta(hours=24)),
}
_KEPT = timedelta(hours=24)


@dataclass(frozen=True)
class Guess:
    """A try that counts as failed until it is known to be right.

    Attributes:
        wait_seconds: how long to wait first; the try must not be looked at unless it is 0.
    """

    wait_seconds: int
    _rows: tuple[int, ...] = ()
    _forgiven: tuple[str, ...] = ()

    def was_right(self) -> None:
        """Take the try back, and what failed before it on the same account; not what else failed
        from the same address."""
        Attempt.objects.filter(pk__in=self._rows).delete()
        Attempt.objects.filter(who__in=self._forgiven).delete()


def guess(**of: str) -> Guess:
    """Begin a try. It is written down before it is looked at: tries at once count too.

    Args:
        of: kind of limit -> whom it is about.
    """
    now = timezone.now()
    who = {kind: digest(kind, text.casefold()) for kind, text in of.items()}
    with transaction.atomic():
        Attempt.objects.filter(when__lt=now - _KEPT).delete()
        wait = max(_wait_seconds(LIMITS[kind], one, now) for kind, one in who.items())
        if wait:
            return Guess(wait)
        rows = [Attempt.objects.create(who=one, when=now).pk for one in who.values()]
    forgiven = tuple(one for kind, one in who.items() if kind != "address")
    return Guess(0, tuple(rows), forgiven)


def _wait_seconds(limit: Limit, who: str, now: datetime) -> int:
    failed = Attempt.objects.filter(who=who, when__gt=now - limit.window)
    count = failed.count()
    if count < limit.free:
        return 0
    last: datetime = failed.aggregate(last=Max("when"))["last"]
    delay = min(timedelta(seconds=2 ** min(count - limit.free, 20)), limit.longest)
    return max(0, ceil((last + delay - now).total_seconds()))


def network_of(address: str) -> str:
    """Whom an address counts as: of IPv6 the network, whose owner has all of its addresses."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    return str(ipaddress.ip_network(f"{found}/64", strict=False))
