"""What of the audit is asked for: the whole state of the page, as it stands in its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from totalplace.access import ACTIONS, DATA_CLASSES
from totalplace.errors import Problem, RequestError
from totalplace.workbench.audit.models import Entry

__all__ = ["KINDS", "Filters", "actions", "after", "read_filters"]

KINDS = ("allowed", "denied", "outcomes")
"""What a row is: a decision, or what came of an act."""
_WHO_LENGTH = 120


@dataclass(frozen=True)
class Filters:
    """What is asked for; empty texts for all.

    Attributes:
        who: an account, or ``operator:`` and a name.
        action: one of `ACTIONS`, or ``finish``.
        data_class: one of `DATA_CLASSES`.
        kind: one of `KINDS`.
        since: first day, ISO.
        until: last day, ISO.
        faults: what cannot be understood, by field.
    """

    who: str
    action: str
    data_class: str
    kind: str
    since: str
    until: str
    faults: Mapping[str, str]

    @property
    def given(self) -> dict[str, str]:
        """What is not left open, as it stands in an address."""
        names = ("who", "action", "data_class", "kind", "since", "until")
        return {name: value for name in names if (value := getattr(self, name))}

    def query(self, **more: str) -> str:
        """The query of an address, with its question mark if there is anything in it."""
        text = urlencode({**self.given, **more})
        return f"?{text}" if text else ""

    def rows(self) -> QuerySet[Entry]:
        """The rows, the newest first."""
        found = Entry.objects.order_by("-when", "-n")
        named = {"who": self.who, "action": self.action, "data_class": self.data_class}
        found = found.filter(**{name: value for name, value in named.items() if value})
        if self.kind == "outcomes":
            found = found.filter(Q(of_row__isnull=False) | Q(action="finish"))
        elif self.kind:
            found = found.filter(allowed=self.kind == "allowed", of_row=None)
        if self.since and "since" not in self.faults:
            found = found.filter(when__gte=_midnight(date.fromisoformat(self.since)))
        if self.until and "until" not in self.faults:
            after = date.fromisoformat(self.until) + timedelta(days=1)
            found = found.filter(when__lt=_midnight(after))
        return found


def actions() -> list[str]:
    """What rows may be of."""
    return [*ACTIONS, "finish"]


def read_filters(asked: Mapping[str, str]) -> Filters:
    """The filters of an address."""
    texts = {name: asked.get(name, "").replace("\0", "").strip() for name in _ALLOWED}
    faults = {
        name: _("choose one of the list")
        for name, allowed in _ALLOWED.items()
        if texts[name] and allowed is not None and texts[name] not in allowed
    }
    for name in ("since", "until"):
        if texts[name] and not _is_day(texts[name]):
            faults[name] = _("Give a date such as 2026-11-30")
    texts["who"] = texts["who"][:_WHO_LENGTH]
    return Filters(**texts, faults=faults)


_ALLOWED: Mapping[str, tuple[str, ...] | None] = {
    "who": None,
    "action": (*ACTIONS, "finish"),
    "data_class": tuple(DATA_CLASSES),
    "kind": KINDS,
    "since": None,
    "until": None,
}


def _is_day(text: str) -> bool:
    try:
        # the year after the last cannot be reckoned with
        return date.fromisoformat(text) < date(9_999, 1, 1)
    except ValueError:
        return False


def _midnight(day: date) -> str:
    start = datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())
    return start.astimezone(UTC).isoformat(timespec="microseconds")


def after(rows: QuerySet[Entry], cursor: str) -> QuerySet[Entry]:
    """The rows older than the row of a cursor: ``when~n``.

    Raises:
        RequestError: it is no cursor.
    """
    if not cursor:
        return rows
    when, _mark, n = cursor.partition("~")
    if not (n.isdecimal() and n.isascii() and len(n) < 19):
        raise RequestError(
            Problem(
                "bad_cursor",
                "the address of this page of the audit cannot be read",
                f"before={cursor}"[:200],
                "it is a time, ~ and the number of a row",
                "go to the newest rows, and on from there",
            )
        )
    older = Q(when__lt=when) | Q(when=when, n__lt=int(n))
    return rows.filter(older, when__lte=when)
