"""Adding rows to the audit, one writer at a time, each in one short transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from totalplace.access import Decision
from totalplace.workbench.audit._chain import BEGINNING, FIELDS, seal
from totalplace.workbench.audit._head import sign_head
from totalplace.workbench.audit._keys import chain_key, head_key

__all__ = ["append", "record", "record_end", "record_outcome"]

# a row costs a third of what it costs through the models, and every request adds one
_LAST = "SELECT n, mac FROM audit_entry ORDER BY n DESC LIMIT 1"
_ADD = (
    'INSERT INTO audit_entry (n, "when", who, address, action, data_class, thing, bodies_json,'
    " allowed, rule_id, because, purpose, detail_json, of_row, mac)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
"""The columns are `FIELDS`, and the seal."""
_SIGN = (
    'INSERT INTO audit_head (id, n, mac, "when", signature) VALUES (1, %s, %s, %s, %s)'
    ' ON CONFLICT (id) DO UPDATE SET n = excluded.n, mac = excluded.mac, "when" = excluded."when",'
    " signature = excluded.signature"
)
_LOCK = 0x746F74616C617564
"""The advisory lock of PostgreSQL that whoever adds a row holds until it is written."""


def record(
    decision: Decision, *, address: str = "", detail: Mapping[str, Any] | None = None
) -> int:
    """Write down a decision, before what it allows is done.

    Args:
        address: from where it was asked.
        detail: more facts, JSON; never a name of a person outside the accounts.

    Returns:
        The number of the row, which `record_outcome` takes.

    Raises:
        PlaceError: a key of the audit is gone.
    """
    return append(
        when=decision.when,
        who=decision.actor.name,
        address=address,
        action=decision.action,
        data_class=decision.thing.data_class,
        thing=decision.thing.id,
        bodies=decision.thing.bodies,
        allowed=decision.allowed,
        rule_id=decision.rule_id,
        because=decision.because,
        purpose=decision.purpose,
        detail=detail or {},
    )


def record_outcome(row: int, detail: Mapping[str, Any]) -> int:
    """Write down what came of an act that row `row` has allowed: a row of its own.

    Args:
        row: what `record` gave, or `request.asked` of a view.
        detail: facts, JSON: counts, hashes, numbers of decisions, codes of problems; never a name
            of a person outside the accounts.

    Returns:
        The number of the new row.
    """
    from totalplace.workbench.audit.models import Entry

    of = Entry.objects.get(pk=row)
    return append(
        when=timezone.now(),
        who=of.who,
        address=of.address,
        action=of.action,
        data_class=of.data_class,
        thing=of.thing,
        bodies=of.bodies,
        allowed=of.allowed,
        rule_id=of.rule_id,
        because="",
        purpose="",
        detail=detail,
        of_row=row,
    )


def record_end(
    who: str, data_class: str, thing: str, *, bodies: Iterable[str], detail: Mapping[str, Any]
) -> int:
    """Write down what came of work that no request has asked for; the row's number."""
    return append(
        when=timezone.now(),
        who=who,
        address="",
        action="finish",
        data_class=data_class,
        thing=thing,
        bodies=bodies,
        allowed=True,
        rule_id="work",
        because="the work was begun by the software itself",
        purpose="",
        detail=detail,
    )


def append(
    *,
    when: datetime,
    who: str,
    address: str,
    action: str,
    data_class: str,
    thing: str,
    bodies: Iterable[str],
    allowed: bool,
    rule_id: str,
    because: str,
    purpose: str,
    detail: Mapping[str, Any],
    of_row: int | None = None,
) -> int:
    """Add a row to the end of the chain, and sign the new end; the row's number."""
    values: dict[str, Any] = {
        "when": _moment(when),
        "who": _text(who, 120),
        "address": _text(address, 60),
        "action": _text(action, 20),
        "data_class": _text(data_class, 20),
        "thing": _text(thing, 200),
        "bodies_json": _json(sorted(bodies)),
        "allowed": allowed,
        "rule_id": _text(rule_id, 60),
        "because": _text(because),
        "purpose": _text(purpose),
        "detail_json": _json(dict(detail)),
        "of_row": of_row,
    }
    keys = Path(settings.TOTALPLACE_KEYS)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # SQLite's transactions are begun IMMEDIATE: there is one writer anyway
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_LAST)
        last = cursor.fetchone()
        n, before = (last[0] + 1, last[1]) if last else (1, BEGINNING)
        row = [n, *(values[name] for name in FIELDS[1:])]
        mac = seal(chain_key(keys, is_new=last is None), before, row)
        cursor.execute(_ADD, [*row, mac])
        head = sign_head(head_key(keys, is_new=last is None), n, mac, _moment(timezone.now()))
        cursor.execute(_SIGN, [head.n, head.mac, head.when, head.signature])
    return n


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def _text(value: str, longest: int | None = None) -> str:
    # no database holds a NUL in a text, and a lone surrogate is no UTF-8
    clean = value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return clean[:longest]


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
