"""What a person has to decide: the items of each queue, the largest money first."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date

from totalplace._api._queue_item import Queue, QueueItem, Suggestion
from totalplace._api._queue_payees import payee_items, payee_kind_items
from totalplace._api._queue_transfers import transfer_items
from totalplace._api._queue_unclassified import unclassified_items
from totalplace._api._result import GBP, NUMBER, TEXT, Result, pounds, table_of
from totalplace.count import Desk
from totalplace.engine import Engine
from totalplace.errors import Problem, RequestError
from totalplace.model import body_register
from totalplace.money import gbp
from totalplace.place import Folder

__all__ = ["QUEUES", "Queue", "QueueItem", "Suggestion", "queue_result"]

QUEUES = ("transfers", "payees", "payee_kinds", "unclassified")
"""Every queue: what `Place.queue` takes."""

_PAYMENTS = {
    "payees": payee_items,
    "payee_kinds": payee_kind_items,
    "unclassified": unclassified_items,
}


def queue_result(
    engine: Engine,
    desk: Desk,
    folder: Folder,
    kind: str,
    *,
    year: str | None,
    top: int | None,
    at: int | None,
    today: date,
    report: Callable[[str], None],
) -> Result[Queue]:
    """One queue; see `Place.queue`.

    Args:
        desk: counts what is the headline's too.
    """
    if kind not in QUEUES:
        near = difflib.get_close_matches(kind, QUEUES, n=1)
        raise RequestError(
            Problem(
                "unknown_queue",
                "there is no such queue",
                kind,
                f"the queues are {', '.join(QUEUES)}",
                f"ask for {near[0]}" if near else "choose one of these",
            )
        )
    if kind == "transfers":
        year = folder.years[0] if year is None else year
        items = transfer_items(engine, desk, folder, year=year, at=at, today=today, report=report)
    else:
        report("payments")
        items = _PAYMENTS[kind](engine, folder, year=year, at=at)
    ordered = sorted(items, key=lambda one: (-abs(one.pence), one.title, one.object_id))
    shown = ordered if top is None else ordered[:top]
    queue = Queue(
        kind=kind,
        year=year,
        items=tuple(shown),
        count=len(ordered),
        pence=sum(abs(one.pence) for one in ordered),
        names=_names(folder, at, shown),
    )
    return Result(
        facts=queue,
        document=_document(queue),
        table=table_of(
            [
                {
                    **asdict(one),
                    "gbp": pounds(one.pence),
                    "body_ids": ", ".join(one.body_ids),
                    "suggested": one.suggestions[0].value if one.suggestions else None,
                }
                for one in queue.items
            ],
            {
                **dict.fromkeys(("what", "object_id", "title", "reason", "note"), TEXT),
                "gbp": GBP,
                "lines": NUMBER,
                **dict.fromkeys(("body_ids", "suggested"), TEXT),
            },
        ),
        title=f"{folder.name}: {kind.replace('_', ' ')} to settle",
    )


def _names(folder: Folder, at: int | None, items: Sequence[QueueItem]) -> Mapping[str, str]:
    """What the bodies of the items are called."""
    state = folder.state(at)
    register = body_register(
        *(folder.reference(table, state) for table in ("body", "body_alias", "body_area"))
    )
    ids = sorted({body_id for one in items for body_id in one.body_ids})
    return {body_id: body.name for body_id in ids if (body := register.get(body_id)) is not None}


def _document(queue: Queue) -> dict[str, object]:
    rows = []
    for one in queue.items:
        row = asdict(replace(one, suggestions=()))
        del row["pence"]
        row["gbp"] = gbp(one.pence)
        row["body_ids"], row["evidence"] = list(one.body_ids), list(one.evidence)
        row["suggestions"] = [asdict(suggestion) for suggestion in one.suggestions]
        rows.append(row)
    return {
        "queue": queue.kind,
        "year": queue.year,
        "count": queue.count,
        "gbp": gbp(queue.pence),
        "names": dict(queue.names),
        "items": rows,
    }
