"""The returns of partner bodies: who has sent one, when, and what the count uses of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

import pyarrow.compute as pc
import pyarrow.parquet as pq

from totalplace._api._result import GBP, NUMBER, PCT, TEXT, Result, pounds, table_of
from totalplace.count import Counted, Coverage
from totalplace.model import BodyRegister
from totalplace.money import gbp
from totalplace.place import Folder, Member, State
from totalplace.sources import bodies_of

__all__ = ["BodyReturn", "CountedPart", "ReturnSource", "ReturnState", "Returns", "returns_result"]

ReturnState = Literal["none", "received", "late", "revised"]
STATES: tuple[ReturnState, ...] = ("none", "late", "revised", "received")


@dataclass(frozen=True, kw_only=True)
class ReturnSource:
    """What one source says of one body's year; budgets aside.

    Attributes:
        sha256, file, member: the source.
        received: when, as an ISO timestamp.
        lines: how many.
        out_pence, in_pence: the sums of what was spent, and of what came in.
        superseded_by: SHA-256 of the source that has taken its place; None where it counts.
        supplements: SHA-256 of the source whose rejected records it holds, corrected, or None.
        out_change_pence, in_change_pence: against what it has taken the place of; None if nothing.
    """

    sha256: str
    file: str
    member: str
    received: str
    lines: int
    out_pence: int
    in_pence: int
    superseded_by: str | None
    supplements: str | None
    out_change_pence: int | None = None
    in_change_pence: int | None = None


@dataclass(frozen=True, kw_only=True)
class CountedPart:
    """What the count uses of a body's capital (``cap``) or current (``cur``) money.

    Attributes:
        status: returned, published, estimated or missing.
        basis: what it is net of; empty when missing.
        detail: which source, or why it is missing.
        gross_pence: what it adds to the gross of the place.
        net_pence: the same less what other bodies were paid.
    """

    cap_rev: str
    status: str
    basis: str
    detail: str
    gross_pence: int
    net_pence: int


@dataclass(frozen=True, kw_only=True)
class BodyReturn:
    """One body that should send a return.

    Attributes:
        body_id, name, tier: the body.
        state: ``none``; ``received``; ``late``: the first one came after the due date;
            ``revised``: another source has taken the place of an earlier one.
        is_late: whether the first one came after the due date, revised since or not.
        is_overdue: whether none has come and the due date is over.
        sources: what it sent, the latest first; superseded ones too.
        counted: what the count uses.
    """

    body_id: str
    name: str
    tier: str
    state: ReturnState
    is_late: bool
    is_overdue: bool
    sources: tuple[ReturnSource, ...]
    counted: tuple[CountedPart, ...]

    @property
    def active(self) -> tuple[ReturnSource, ...]:
        """The sources that count."""
        return tuple(one for one in self.sources if one.superseded_by is None)

    @property
    def counts_twice(self) -> bool:
        """Whether several whole returns count at once: a revised one that superseded nothing."""
        return sum(one.supplements is None for one in self.active) > 1

    @property
    def out_pence(self) -> int:
        """What it says that it spent."""
        return sum(one.out_pence for one in self.active)

    @property
    def in_pence(self) -> int:
        """What it says that it received."""
        return sum(one.in_pence for one in self.active)

    @property
    def gross_pence(self) -> int:
        """What the body adds to the gross of the place, from whatever source."""
        return sum(one.gross_pence for one in self.counted)

    @property
    def returned_pence(self) -> int:
        """The part of it that is from its own return."""
        return sum(one.gross_pence for one in self.counted if one.status == "returned")


@dataclass(frozen=True, kw_only=True)
class Returns:
    """The returns of a year.

    Attributes:
        year: financial year.
        due: the last day on which a return is in time, if that was said.
        snapshot: of the count; None if nothing of the year could be counted.
        bodies: by name; those that sent nothing too.
    """

    year: str
    due: date | None
    snapshot: int | None
    bodies: tuple[BodyReturn, ...]

    @property
    def states(self) -> Mapping[ReturnState, int]:
        """State -> how many bodies."""
        found = [one.state for one in self.bodies]
        return {state: found.count(state) for state in STATES}

    @property
    def gross_pence(self) -> int:
        """The gross money of these bodies in the count."""
        return sum(one.gross_pence for one in self.bodies)

    @property
    def returned_pence(self) -> int:
        """The part of it that is from returns."""
        return sum(one.returned_pence for one in self.bodies)

    @property
    def returned_pct(self) -> float | None:
        """Its share, or None where nothing is counted."""
        if not self.gross_pence:
            return None
        return round(100 * self.returned_pence / self.gross_pence, 1)


def returns_result(
    folder: Folder,
    state: State,
    year: str,
    *,
    counted: Counted | None,
    coverage: Sequence[Coverage],
    due: date | None,
    today: date,
) -> Result[Returns]:
    """See `Place.returns`; one row a body.

    Args:
        state: what the place holds.
        counted: a count of the year by body and capital or current, if there is one.
        coverage: what is known of each body.
    """
    register = bodies_of(folder)
    sent = _sent(folder, state, year)
    parts = _parts(coverage, counted)
    bodies = tuple(
        _body(
            body_id,
            register,
            coverage,
            sources=sent.get(body_id, ()),
            counted=parts.get(body_id, ()),
            due=due,
            today=today,
        )
        for body_id in {*parts, *sent}
    )
    found = Returns(
        year=year,
        due=due,
        snapshot=None if counted is None else counted.snapshot,
        bodies=tuple(sorted(bodies, key=lambda one: (one.name.casefold(), one.body_id))),
    )
    rows = [_row(one) for one in found.bodies]
    texts = ("body_id", "name", "tier", "state", "received", "counted")
    columns = {
        **dict.fromkeys(texts, TEXT),
        "lines": NUMBER,
        **dict.fromkeys(("out_gbp", "in_gbp", "gross_gbp", "returned_gbp"), GBP),
        "returned_pct": PCT,
    }
    document = {
        "year": year,
        "due": due and due.isoformat(),
        "snapshot": found.snapshot,
        "states": dict(found.states),
        "gross_gbp": gbp(found.gross_pence),
        "returned_gbp": gbp(found.returned_pence),
        "returned_pct": found.returned_pct,
        "bodies": [_plain(one) for one in found.bodies],
    }
    return Result(found, document, table_of(rows, columns), f"Returns of {folder.name}, {year}")


def _body(
    body_id: str,
    register: BodyRegister,
    coverage: Iterable[Coverage],
    *,
    sources: tuple[ReturnSource, ...],
    counted: tuple[CountedPart, ...],
    due: date | None,
    today: date,
) -> BodyReturn:
    body = register.get(body_id)
    first = min((datetime.fromisoformat(one.received).date() for one in sources), default=None)
    is_late = due is not None and first is not None and first > due
    state: ReturnState = "none"
    if any(one.superseded_by is None for one in sources):
        is_revised = any(one.out_change_pence is not None for one in sources)
        state = "revised" if is_revised else "late" if is_late else "received"
    known = next((row for row in coverage if row.body_id == body_id), None)
    return BodyReturn(
        body_id=body_id,
        name=body_id if body is None else body.name,
        tier=known.tier if known is not None else "" if body is None else body.tier,
        state=state,
        is_late=is_late,
        is_overdue=state == "none" and due is not None and today > due,
        sources=sources,
        counted=counted,
    )


def _parts(
    coverage: Iterable[Coverage], counted: Counted | None
) -> dict[str, tuple[CountedPart, ...]]:
    """Body -> what the count uses of it."""
    money = {
        (row.values["body"], row.values["cap_rev"]): (row.gross_pence, row.pence)
        for row in (() if counted is None else counted.rows)
    }
    found: dict[str, list[CountedPart]] = defaultdict(list)
    for one in coverage:
        gross, net = money.get((one.body_id, one.cap_rev), (0, 0))
        found[one.body_id].append(
            CountedPart(
                cap_rev=one.cap_rev,
                status=one.status,
                basis=one.basis,
                detail=one.detail,
                gross_pence=gross,
                net_pence=net,
            )
        )
    return {body_id: tuple(parts) for body_id, parts in found.items()}


def _sent(folder: Folder, state: State, year: str) -> dict[str, tuple[ReturnSource, ...]]:
    """Body -> what it sent of a year, the latest first."""
    found: dict[str, list[ReturnSource]] = defaultdict(list)
    for member in state.members:
        # of a source that was read twice, what it was read as last
        if member.dataset == "return" and member.superseded_by != member.sha256:
            for body_id, source in _sources(folder, member, year).items():
                found[body_id].append(source)
    return {
        body_id: tuple(
            sorted(
                (_with_change(one, sources) for one in sources),
                key=lambda one: (one.received, one.superseded_by is None, one.sha256),
                reverse=True,
            )
        )
        for body_id, sources in found.items()
    }


def _sources(folder: Folder, member: Member, year: str) -> dict[str, ReturnSource]:
    columns = ["body_id", "financial_year", "side", "phase", "amount_pence"]
    table = pq.ParquetFile(folder.lines_path(member)).read(columns=columns)
    is_wanted = pc.and_(
        pc.equal(table["financial_year"], year), pc.not_equal(table["phase"], "budget")
    )
    groups = table.filter(is_wanted).group_by(["body_id", "side"])
    sums: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in groups.aggregate([("amount_pence", "sum"), ("amount_pence", "count")]).to_pylist():
        told = (row["amount_pence_sum"], row["amount_pence_count"])
        sums[row["body_id"]][row["side"]] = told
    supplements = member.supplements
    return {
        body_id: ReturnSource(
            sha256=member.sha256,
            file=member.file_name,
            member=member.member,
            received=member.received,
            lines=sum(lines for _, lines in sides.values()),
            out_pence=sides.get("out", (0, 0))[0],
            in_pence=sides.get("in", (0, 0))[0],
            superseded_by=member.superseded_by,
            supplements=None if supplements is None else supplements[0],
        )
        for body_id, sides in sums.items()
    }


def _with_change(source: ReturnSource, every: Sequence[ReturnSource]) -> ReturnSource:
    """The source with what it says otherwise than those that it has taken the place of."""
    before = [one for one in every if one.superseded_by == source.sha256]
    if not before:
        return source
    changes = {
        "out_change_pence": source.out_pence - sum(one.out_pence for one in before),
        "in_change_pence": source.in_pence - sum(one.in_pence for one in before),
    }
    return ReturnSource(**{**asdict(source), **changes})


def _row(one: BodyReturn) -> dict[str, Any]:
    return {
        "body_id": one.body_id,
        "name": one.name,
        "tier": one.tier,
        "state": one.state,
        "received": one.active[0].received if one.active else None,
        "lines": sum(source.lines for source in one.active),
        "out_gbp": pounds(one.out_pence),
        "in_gbp": pounds(one.in_pence),
        "gross_gbp": pounds(one.gross_pence),
        "returned_gbp": pounds(one.returned_pence),
        "returned_pct": round(100 * one.returned_pence / one.gross_pence, 1)
        if one.gross_pence
        else None,
        "counted": "; ".join(f"{part.cap_rev}: {part.detail}" for part in one.counted),
    }


def _plain(one: BodyReturn) -> dict[str, Any]:
    return {
        "body_id": one.body_id,
        "name": one.name,
        "tier": one.tier,
        "state": one.state,
        "is_late": one.is_late,
        "is_overdue": one.is_overdue,
        "counts_twice": one.counts_twice,
        "out_gbp": gbp(one.out_pence),
        "in_gbp": gbp(one.in_pence),
        "gross_gbp": gbp(one.gross_pence),
        "returned_gbp": gbp(one.returned_pence),
        "sources": [_pounds_told(asdict(source)) for source in one.sources],
        "counted": [_pounds_told(asdict(part)) for part in one.counted],
    }


def _pounds_told(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with pounds as text instead of pence."""
    return {
        name.replace("_pence", "_gbp"): gbp(value)
        if name.endswith("_pence") and value is not None
        else value
        for name, value in values.items()
    }
