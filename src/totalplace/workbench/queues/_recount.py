"""Working out the headline and what is to be decided, and keeping it for the pages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import transaction

from totalplace import open_place
from totalplace._api import Place
from totalplace.errors import RequestError
from totalplace.workbench.jobs import Progress, job_kind
from totalplace.workbench.queues._ask_recount import RECOUNT
from totalplace.workbench.queues._state import state_of
from totalplace.workbench.queues.models import Item, Recount, joined

__all__ = ["HEADLINE", "QUEUES", "key_of"]

QUEUES = ("transfers", "payees", "payee_kinds", "unclassified")
HEADLINE = "headline"

_AT_ONCE = 500


def key_of(what: str, object_id: str) -> str:
    """How a thing to decide is named in addresses."""
    return hashlib.sha256(f"{what}\n{object_id}".encode()).hexdigest()[:16]


@job_kind(RECOUNT, "Work out the headline and what is to be decided", lane="long")
def recount(facts: Mapping[str, Any], told: Progress) -> Mapping[str, Any]:
    """Work out the headline and the queues of the place as it is; no snapshot of it is kept.

    Where they are of that very state already nothing is done, unless it is asked for all the same
    or something could not be worked out.
    """
    with open_place(settings.TOTALPLACE_PLACE) as place:
        state = str(state_of(place))
        last = Recount.objects.last()
        is_known = last is not None and last.state == state and not last.reasons
        if last is not None and is_known and not facts.get("is_forced"):
            return {"recount": last.pk}
        reasons: dict[str, str] = {}
        headlines: dict[str, dict[str, int]] = {}
        items: list[Item] = []
        names: dict[str, str] = {}
        # the headline of a year and its transfers are of one count: what was read is read once
        for year in place.years:
            headlines |= _headline(place, year, told, reasons)
            _add_items(place, "transfers", year, told, reasons, items, names)
        for queue in QUEUES:
            if queue != "transfers":
                # whom one pays is settled for all years at once
                _add_items(place, queue, None, told, reasons, items, names)
    told("keeping what was found")
    with transaction.atomic():
        made = Recount.objects.create(
            state=state, headlines=headlines, names=names, reasons=reasons
        )
        for one in items:
            one.recount = made
        Item.objects.bulk_create(items, batch_size=_AT_ONCE)
        Recount.objects.filter(pk__lt=made.pk).delete()
    return {"recount": made.pk, "items": len(items)}


def _headline(
    place: Place, year: str, told: Progress, reasons: dict[str, str]
) -> dict[str, dict[str, int]]:
    told(f"headline of {year}")
    try:
        stands = place.effect([], year=year).facts.before
    except RequestError as error:
        reasons[f"{HEADLINE} {year}"] = _told(error)
        return {}
    names = ("gross_pence", "eliminated_pence", "net_pence", "matched", "unresolved")
    return {year: {name: getattr(stands, name) for name in names}}


def _add_items(
    place: Place,
    queue: str,
    year: str | None,
    told: Progress,
    reasons: dict[str, str],
    items: list[Item],
    names: dict[str, str],
) -> None:
    """Add what is to be decided in a queue, and the names of the bodies that it concerns."""
    told(f"{queue.replace('_', ' ')} {year or ''}".strip())
    try:
        facts = place.queue(queue, year=year).facts
    except RequestError as error:
        reasons[queue] = _told(error)
        return
    names |= facts.names
    items += [_item(queue, one) for one in facts.items]


def _item(queue: str, one: Any) -> Item:
    first = one.suggestions[0].value if one.suggestions else ""
    alike = hashlib.sha256(f"{one.reason}\n{first}".encode()).hexdigest()[:16] if first else ""
    return Item(
        queue=queue,
        key=key_of(one.what, one.object_id),
        what=one.what,
        object_id=one.object_id,
        title=one.title,
        reason=one.reason,
        note=one.note,
        pence=one.pence,
        size_pence=abs(one.pence),
        lines=one.lines,
        bodies=joined(one.body_ids),
        evidence=list(one.evidence),
        suggestions=[asdict(suggestion) for suggestion in one.suggestions],
        alike=alike,
    )


def _told(error: RequestError) -> str:
    return "; ".join(f"{one.what}: {one.why}" for one in error.problems)
