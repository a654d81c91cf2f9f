"""The report of a count: its facts gathered, and the file written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import version
from typing import Any

from totalplace._api._result import Document
from totalplace.reports import CountReport

__all__ = ["count_report"]


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
