"""What changed between two snapshots: the headline, body by body, with the causes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from totalplace.count._count import Counted, count
from totalplace.count._request import Request
from totalplace.engine import Engine
from totalplace.place import Decision, Folder, Member, Snapshot

__all__ = ["Change", "Difference", "diff"]


@dataclass(frozen=True)
class Change:
    """One body's change.

    Attributes:
        before_pence, after_pence: its net in each snapshot.
        causes: files added, superseded or removed that hold its money alone; where there are
            none, those that hold many bodies' money, registers among them, and decisions.
    """

    body_id: str
    before_pence: int
    after_pence: int
    causes: tuple[str, ...]

    @property
    def change_pence(self) -> int:
        """After less before."""
        return self.after_pence - self.before_pence


@dataclass(frozen=True)
class Difference:
    """Two snapshots compared; the changes by body sum to the change of net."""

    before: Counted
    after: Counted
    changes: tuple[Change, ...]
    causes: tuple[str, ...]


def diff(engine: Engine, folder: Folder, n: int, m: int, *, year: str, today: date) -> Difference:
    """Compare the counts of two snapshots of one place.

    Raises:
        RequestError: no such snapshot, or one holds nothing of the year.
    """
    before, after = (
        count(engine, folder, Request(year, by=("body",), at=number), today=today)
        for number in (n, m)
    )
    first, second = folder.snapshot(n), folder.snapshot(m)
    files = _files(first, second)
    nets = [{row.values["body"]: row.pence for row in counted.rows} for counted in (before, after)]
    decided = _decided(folder, first, second)
    shared = tuple(text for text, body in files if body is None) + tuple(decided)
    changes = [
        Change(
            body_id=body,
            before_pence=nets[0].get(body, 0),
            after_pence=nets[1].get(body, 0),
            causes=tuple(text for text, owner in files if owner == body) or shared,
        )
        for body in sorted({*nets[0], *nets[1]})
        if nets[0].get(body, 0) != nets[1].get(body, 0)
    ]
    return Difference(
        before=before,
        after=after,
        changes=tuple(sorted(changes, key=lambda one: (-abs(one.change_pence), one.body_id))),
        causes=(*(text for text, _ in files), *decided),
    )


def _files(first: Snapshot, second: Snapshot) -> list[tuple[str, str | None]]:
    """What was done to the files, with the body whose money each holds (None for many)."""
    before, after = ({m.key: m for m in _active(one)} for one in (first, second))
    replaced = {m.key: m.superseded_by for m in second.members if m.superseded_by}
    texts: list[tuple[str, str | None]] = []
    for key, member in before.items():
        if key not in after:
            by = replaced.get(key)
            how = f"superseded by {by[:12]}" if by else "removed"
            texts.append((f"{_name(member)} {how}", member.body_id))
    texts += [
        (f"{_name(member)} added", member.body_id)
        for key, member in after.items()
        if key not in before
    ]
    return texts


def _active(snapshot: Snapshot) -> Iterable[Member]:
    return snapshot.state.active


def _name(member: Member) -> str:
    return f"{member.file_name} {member.member}".strip()


def _decided(folder: Folder, first: Snapshot, second: Snapshot) -> list[str]:
    low, high = sorted((first.decisions, second.decisions))
    return [
        f"decision {one.n}: {one.what} {_meaning(one)} ({one.who}: {one.why})"
        for one in folder.all_decisions()
        if low < one.n <= high
    ]


def _meaning(decision: Decision) -> str:
    # the value of a mapping is the whole layout
    if decision.what == "mapping":
        return decision.object_id
    return f"{decision.object_id} = {decision.value}"
