"""The sources of a publication: under which licence, by whom, and under which public title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from totalplace.count import published_as
from totalplace.disclosure.publish import (
    LicensedSource,
    attributions,
    file_name_is_public,
    licence_of,
    licence_problems,
)
from totalplace.errors import RequestError
from totalplace.model import BodyRegister, body_register
from totalplace.place import Decision, Folder, Member, Snapshot, Source, State

__all__ = ["Sources", "public_sources", "source_facts"]

_WHAT = {
    "spend": "payments to suppliers",
    "over_25k": "payments to suppliers over £25,000",
    "card": "purchase card transactions",
    "grant": "grants awarded",
    "cra": "country and regional analysis",
    "ro": "revenue outturn by authority",
    "return": "return of income and spending",
    "population": "people or households by area",
    "benefit": "benefit spending by authority",
    "council_tax": "council tax by authority",
}
_PUBLISHERS = {
    "cra": "HM Treasury",
    "ro": "Ministry of Housing, Communities and Local Government",
    "benefit": "Department for Work and Pensions",
    "council_tax": "Ministry of Housing, Communities and Local Government",
}
"""Who publishes the datasets of many bodies, where it was not said when they were added."""

_SCHEMA = pa.schema(
    [
        ("source_no", pa.int32()),
        ("title", pa.string()),
        ("file_name", pa.string()),
        ("publisher", pa.string()),
        ("licence_id", pa.string()),
        ("licence", pa.string()),
        ("licence_url", pa.string()),
        ("attribution", pa.string()),
        ("received", pa.date32()),
        ("sha256", pa.string()),
        ("bytes", pa.int64()),
        ("format_id", pa.string()),
        ("dataset", pa.string()),
        ("body_id", pa.string()),
        ("member_no", pa.int32()),
        ("records", pa.int64()),
        ("lines", pa.int64()),
        ("rejected", pa.int64()),
        ("skipped", pa.int64()),
        ("sum_pence", pa.int64()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("warnings", pa.int32()),
    ]
)


@dataclass(frozen=True)
class Sources:
    """Everything that is said of where the money of a publication stands.

    Attributes:
        table: the ``sources`` table, one row a member of a file.
        numbers: (SHA-256, member's name) -> its row's number, and the member.
        attributions: what must be said, once for each publisher and licence.
        licences: the different licence_ids.
        names: raw names of files and members -> the public title.
    """

    table: pa.Table
    numbers: Mapping[tuple[str, str], tuple[int, Member]]
    attributions: tuple[str, ...]
    licences: tuple[str, ...]
    names: Mapping[str, str]


def public_sources(
    folder: Folder, state: State, decisions: Sequence[Decision], bodies: BodyRegister
) -> Sources:
    """The sources of a state that count, registers among them.

    Raises:
        RequestError: some may not be published again as far as is known; all of them at once.
    """
    decided = _decided(decisions)
    licensed = _all_licensed(folder, state, bodies)
    if problems := licence_problems(licensed.values(), decided):
        raise RequestError(problems)
    return _sources(folder, state, licensed, decided, bodies)


def source_facts(
    folder: Folder, snapshot: Snapshot
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """The sources of a snapshot for a report of one's own, and what must be said for them.

    Nothing is published by it: a source whose licence is not known is told without one.
    """
    tables = ("body", "body_alias", "body_area")
    bodies = body_register(*(folder.reference(name, snapshot.state) for name in tables))
    licensed = _all_licensed(folder, snapshot.state, bodies)
    decided = _decided(folder.decisions(snapshot.n))
    found = _sources(folder, snapshot.state, licensed, decided, bodies)
    return found.table.to_pylist(), found.attributions


def _decided(decisions: Sequence[Decision]) -> dict[str, str]:
    return {one.object_id: one.value for one in decisions if one.what == "licence"}


def _all_licensed(folder: Folder, state: State, bodies: BodyRegister) -> dict[str, LicensedSource]:
    members: dict[str, list[Member]] = {}
    for member in state.active:
        members.setdefault(member.sha256, []).append(member)
    return {
        sha256: _licensed(folder, state.find_source(sha256), own, bodies)
        for sha256, own in members.items()
    }


def _sources(
    folder: Folder,
    state: State,
    licensed: Mapping[str, LicensedSource],
    decided: Mapping[str, str],
    bodies: BodyRegister,
) -> Sources:
    members = sorted(state.active, key=_order)
    parts = Counter(member.sha256 for member in members)
    own_words = [
        name
        for table in ("area", "body")
        if (own_rows := folder.reference(table, state)) is not None
        for name in own_rows["name"].to_pylist()
    ]
    seen: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    numbers: dict[tuple[str, str], tuple[int, Member]] = {}
    names: dict[str, str] = {}
    for number, member in enumerate(members):
        source, own = state.find_source(member.sha256), licensed[member.sha256]
        licence = licence_of(own, decided)
        seen[member.sha256] += 1
        title = _title(member, own, bodies)
        if parts[member.sha256] > 1:
            title += f" (part {seen[member.sha256]} of {parts[member.sha256]})"
        numbers[member.sha256, member.member] = (number, member)
        is_public = file_name_is_public(source.name, own_words)
        for name in {source.name, member.file_name, member.member}:
            if name and not file_name_is_public(name, own_words):
                names[name] = title
        rows.append(
            {
                "source_no": number,
                "title": title,
                "file_name": source.name if is_public else None,
                "publisher": own.publisher,
                "licence_id": licence and licence.licence_id,
                "licence": licence and licence.title,
                "licence_url": (licence and licence.url) or None,
                "attribution": next(iter(attributions([own], decided)), None),
                "received": date.fromisoformat(source.received[:10]),
                "sha256": source.sha256,
                "bytes": source.size_bytes,
                "format_id": member.format_id,
                "dataset": published_as(member),
                "body_id": member.body_id,
                "member_no": seen[member.sha256],
                "records": member.records,
                "lines": member.lines,
                "rejected": member.rejected,
                "skipped": sum(member.skipped.values()),
                "sum_pence": member.sum_pence,
                "period_start": member.period_start,
                "period_end": member.period_end,
                "warnings": _warnings(member),
            }
        )
    return Sources(
        table=pa.Table.from_pylist(rows, schema=_SCHEMA),
        numbers=numbers,
        # a licence may ask the same to be said of every publisher
        attributions=tuple(dict.fromkeys(attributions(list(licensed.values()), decided))),
        licences=tuple(sorted({row["licence_id"] for row in rows if row["licence_id"]})),
        names=names,
    )


def _order(member: Member) -> tuple[object, ...]:
    start = member.period_start or date.min
    return (member.is_register, member.dataset, member.body_id or "", start, *member.key)


def _licensed(
    folder: Folder, source: Source, members: Sequence[Member], bodies: BodyRegister
) -> LicensedSource:
    """What a source's licence is found by; its publisher, if not said, is who it is of."""
    body_ids = tuple(sorted({one.body_id for one in members if one.body_id}))
    publisher = source.publisher
    if publisher is None and len(body_ids) == 1:
        body = bodies.get(body_ids[0])
        publisher = body_ids[0] if body is None else body.name
    if publisher is None:
        publisher = _PUBLISHERS.get(members[0].dataset, folder.name)
    return LicensedSource(
        sha256=source.sha256,
        publisher=publisher,
        licence=source.licence,
        body_ids=body_ids,
        year=source.received[:4],
    )


def _title(member: Member, own: LicensedSource, bodies: BodyRegister) -> str:
    """Whose it is, what it is, and of when: never what its file is called."""
    body = bodies.get(member.body_id) if member.body_id else None
    whose = own.publisher if body is None else body.name
    if member.is_register:
        what = f"register of {member.dataset.replace('_', ' ')} rows"
    else:
        what = _WHAT.get(published_as(member), member.dataset.replace("_", " "))
    period = _period(member.period_start, member.period_end)
    return f"{whose}: {what}" + (f", {period}" if period else "")


def _period(first: date | None, last: date | None) -> str:
    """A period in words.

    >>> _period(date(2017, 4, 1), date(2018, 3, 31)), _period(date(2017, 4, 3), date(2017, 4, 28))
    ('2017-18', 'April 2017')
    """
    if first is None or last is None:
        return ""
    if (first.month, first.day, last.month, last.day) == (4, 1, 3, 31):
        if last.year == first.year + 1:
            return f"{first.year}-{last.year % 100:02d}"
        return f"{first.year}-{(first.year + 1) % 100:02d} to {last.year - 1}-{last.year % 100:02d}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%B %Y}"
    return f"{first:%B %Y} to {last:%B %Y}"


def _warnings(member: Member) -> int:
    """How many kinds of thing a reader should know of how it was read."""
    return sum(
        bool(number)
        for number in (
            member.rejected,
            member.exact_duplicates,
            member.rounded_cells,
            member.redacted_pence,
        )
    )
