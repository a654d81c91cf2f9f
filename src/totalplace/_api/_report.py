"""The report of a count: its facts gathered, and the file written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from totalplace._api._count import count_result
from totalplace._api._publish_sources import source_facts
from totalplace._api._reconcile import Reconciled, reconcile_result
from totalplace._api._result import NUMBER, TEXT, Document, Result, table_of
from totalplace.count import Counted, Row, count_year, trace_of, transfers_of
from totalplace.engine import Engine
from totalplace.errors import RequestError
from totalplace.model import area_register
from totalplace.place import Folder, Snapshot
from totalplace.reports import (
    REPORT_SPLITS,
    CountReport,
    report_bytes,
    report_problems,
    write_bytes,
)

__all__ = ["Reported", "count_report", "gathered_report", "report_result"]


@dataclass(frozen=True)
class Reported:
    """A report that was written.

    Attributes:
        path: the file.
        report: the facts that it was made from.
        size_bytes: of the file.
    """

    path: Path
    report: CountReport
    size_bytes: int


def count_report(
    document: Document,
    rows: Mapping[str, Sequence[Document]],
    reconcile: Document,
    sources: Sequence[Mapping[str, Any]],
    *,
    attributions: Sequence[str],
    keys: Sequence[Document],
    areas: Sequence[Mapping[str, str]],
    created: date,
    content_hash: str,
) -> CountReport:
    """The facts of a report; see :class:`totalplace.reports.CountReport` for each.

    Args:
        document: ``count --json`` of the year, without a split, in cash.
        rows: split (``tier``, ``function``, ...) -> rows as ``count --by`` prints them; splits that
            a report does not show may be among them.
        reconcile: ``reconcile --json`` of the year.
        sources: one entry a source or member, with its title; never a raw file name where the
            report is for the public.
        attributions: what the licences ask to be said.
        keys: the count's documents under the other keys of the range.
        areas: ``code`` and ``name``.
        created: the day of the snapshot.
        content_hash: of the snapshot.
    """
    return CountReport(
        document=document,
        rows=rows,
        reconcile=reconcile,
        sources=sources,
        attributions=attributions,
        keys=keys,
        areas=areas,
        created=created,
        content_hash=content_hash,
        software=version("totalplace"),
    )


def report_result(
    engine: Engine,
    folder: Folder,
    path: Path,
    *,
    year: str | None,
    at: int | None,
    today: date,
    report: Callable[[str], None] = lambda _: None,
) -> Result[Reported]:
    """Count a year, and write its report; see `Place.report`."""
    if problems := report_problems(path):
        raise RequestError(problems)
    snapshot = folder.freeze(today=today) if at is None else folder.snapshot(at)
    chosen = folder.years[0] if year is None else year
    facts = gathered_report(engine, folder, snapshot, chosen, today=today, report=report)
    report("writing")
    content = report_bytes(facts, path.suffix.lower())
    write_bytes(path, content)
    document = {
        "place": facts.document["place"],
        "path": str(path),
        "year": chosen,
        "snapshot": snapshot.n,
        "figure_id": facts.document["figure_id"],
        "net_gbp": facts.document["net_gbp"],
        "format": path.suffix.lower()[1:],
        "bytes": len(content),
    }
    return Result(
        facts=Reported(path, facts, len(content)),
        document=document,
        table=table_of(
            [document],
            {
                **dict.fromkeys(("place", "path", "year", "figure_id", "net_gbp", "format"), TEXT),
                **dict.fromkeys(("snapshot", "bytes"), NUMBER),
            },
        ),
        title=f"{facts.document['place']}, {chosen}: report",
        exit_code=int(not all(facts.document["identities"].values())),
    )


def gathered_report(
    engine: Engine,
    folder: Folder,
    snapshot: Snapshot,
    year: str,
    *,
    today: date,
    report: Callable[[str], None] = lambda _: None,
) -> CountReport:
    """The facts of a report of one's own place: its own names, unlike a publication's."""
    counted = count_year(
        engine,
        folder,
        year,
        at=snapshot.n,
        today=today,
        splits=[(split,) for split in REPORT_SPLITS],
        report=report,
    )
    report("transfers")
    own, *others = counted.keys
    reconciled = Reconciled(
        own.counted,
        tuple(transfers_of(engine, counted.working)),
        trace_of(engine, counted.working).in_transit,
    )
    state = snapshot.state
    sources, statements = source_facts(folder, snapshot)
    areas = area_register(folder.reference("area", state), folder.reference("area_member", state))
    return count_report(
        _document(folder, snapshot, own.counted),
        {
            split: _document(folder, snapshot, own.counted, split, own.rows[split,])["rows"]
            for split in REPORT_SPLITS
        },
        reconcile_result(reconciled).document,
        sources,
        attributions=statements,
        keys=[_document(folder, snapshot, other.counted) for other in others],
        areas=[{"code": code, "name": areas.name(code)} for code in folder.areas],
        created=snapshot.created,
        content_hash=snapshot.content_hash,
    )


def _document(
    folder: Folder,
    snapshot: Snapshot,
    counted: Counted,
    split: str | None = None,
    rows: tuple[Row, ...] = (),
) -> Document:
    """What ``count --json`` prints, with ``--by`` if there is a split."""
    request = replace(counted.request, by=() if split is None else (split,))
    counted = replace(counted, request=request, rows=rows)
    return count_result(folder, snapshot.state, counted, None).document
