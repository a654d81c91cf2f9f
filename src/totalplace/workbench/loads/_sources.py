"""What the place holds already, as far as it helps with a file that is to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from totalplace.access import Actor, Thing
from totalplace.place import Member, State
from totalplace.workbench._ask import may
from totalplace.workbench.loads.models import Upload

__all__ = [
    "Earlier",
    "last_alike",
    "may_see_source",
    "member_thing",
    "members_thing",
    "replaceable",
    "source_thing",
]


@dataclass(frozen=True)
class Earlier:
    """A source of the place that a new file may take the place of."""

    sha256: str
    name: str
    received: str
    lines: int
    sum_pence: int
    period: tuple[str, str]
    is_same_period: bool


def source_thing(state: State, sha256: str, data_class: str = "line") -> Thing:
    """A source as the rules of access see it: of the bodies whose money it is.

    One that holds many bodies in a table, or facts of the place, is the whole place's.
    """
    return members_thing(sha256, state.members_of(sha256), data_class)


def members_thing(sha256: str, members: Sequence[Member], data_class: str = "line") -> Thing:
    """A source, as `source_thing` has it, of which the caller has all members."""
    ids = {member.body_id for member in members if member.body_id and not member.is_register}
    is_shared = not members or any(m.body_id is None or m.is_register for m in members)
    return Thing(data_class, sha256, frozenset() if is_shared else frozenset(ids))


def member_thing(member: Member, data_class: str = "line") -> Thing:
    """A member as the rules of access see it: of the body whose money it is.

    A register is the whole place's, its rejected rows too, and so is a table of many bodies.
    """
    is_own = member.body_id is not None and not member.is_register
    bodies = frozenset([member.body_id] if is_own and member.body_id else ())
    return Thing(data_class, f"{member.sha256}:{member.member_index}", bodies)


def may_see_source(actor: Actor, state: State, sha256: str, action: str = "see") -> bool:
    """Whether an account may see a source as it was supplied."""
    return may(actor, action, source_thing(state, sha256))


def replaceable(state: State, actor: Actor, upload: Upload) -> list[Earlier]:
    """The sources that the upload may replace, those of its period first, then the newest."""
    readings = [one["reading"] for one in upload.found.get("members", ()) if one["reading"]]
    datasets = {one["dataset"] for one in readings}
    periods = {(one["period_start"], one["period_end"]) for one in readings}
    found: dict[str, list[Member]] = {}
    for member in state.active:
        is_alike = member.dataset in datasets and not member.is_register
        if upload.body_id:
            is_alike = is_alike and member.body_id == upload.body_id
        if is_alike and member.sha256 != upload.sha256 and member.supplements is None:
            found.setdefault(member.sha256, []).append(member)
    rows = [
        _earlier(sha256, members, periods)
        for sha256, members in found.items()
        if may(actor, "load", source_thing(state, sha256, "upload"))
    ]
    rows.sort(key=lambda one: (one.received, one.sha256), reverse=True)
    return sorted(rows, key=lambda one: not one.is_same_period)


def _earlier(sha256: str, members: list[Member], periods: set[tuple[str, str]]) -> Earlier:
    starts = [m.period_start for m in members if m.period_start]
    ends = [m.period_end for m in members if m.period_end]
    period = (
        min(starts).isoformat() if starts else "",
        max(ends).isoformat() if ends else "",
    )
    return Earlier(
        sha256=sha256,
        name=members[0].file_name,
        received=members[0].received,
        lines=sum(m.lines for m in members),
        sum_pence=sum(m.sum_pence or 0 for m in members),
        period=period,
        is_same_period=any(_overlap(period, other) for other in periods),
    )


def _overlap(one: tuple[str, str], other: tuple[str | None, str | None]) -> bool:
    return bool(one[0] and other[0] and other[1] and one[0] <= other[1] and other[0] <= one[1])


def last_alike(state: State, reading: Mapping[str, Any], upload: Upload) -> Member | None:
    """The newest other member of the same body and kind of money: what a file is compared with."""
    alike = [
        member
        for member in state.active
        if member.dataset == reading["dataset"]
        and member.body_id == reading["body_id"]
        and member.body_id is not None
        and member.sha256 != upload.sha256
    ]
    return max(alike, key=lambda member: (member.received, *member.key), default=None)
