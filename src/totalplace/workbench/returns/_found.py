"""The returns of a year as an account sees them: the files, due dates, signatures, coverage."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from totalplace import Place
from totalplace._api._returns import BodyReturn, returns_result
from totalplace.access import Actor, Thing
from totalplace.count import all_missing
from totalplace.workbench._ask import may
from totalplace.workbench.queues._state import state_of
from totalplace.workbench.returns.models import Coverage, Due, Message, SignOff

__all__ = ["Found", "Returned", "found_returns", "return_thing", "sources_of"]


def return_thing(year: str, body_id: str) -> Thing:
    """The return of a body for a year, as the rules of access see it."""
    return Thing("return", f"{year}/{body_id}", frozenset([body_id]))


@dataclass(frozen=True)
class Returned:
    """One body's return.

    Attributes:
        of: its files and sums.
        due: the last day in time, if that was said.
        signed: the signature that holds, or None.
        taken_away: the last signature, if a later file has taken it away.
        open_questions: how many questions came after the last answer.
        gross_pence, returned_pence: what the count uses of the body, and of that from its return;
            None where it was not worked out.
    """

    of: BodyReturn
    due: date | None
    signed: SignOff | None
    taken_away: SignOff | None
    open_questions: int
    gross_pence: int | None
    returned_pence: int | None
    detail: str

    @property
    def state(self) -> str:
        """missing, overdue, received, late, revised or signed_off."""
        if self.signed is not None:
            return "signed_off"
        if self.of.state == "none":
            return "overdue" if self.of.is_overdue else "missing"
        return self.of.state


@dataclass(frozen=True)
class Found:
    """The returns of a year that an account may see.

    Attributes:
        due: of all bodies that have no date of their own.
        coverage: when it was worked out and whether it still holds.
    """

    year: str
    due: date | None
    bodies: tuple[Returned, ...]
    coverage: Coverage | None
    is_current: bool


def found_returns(place: Place, actor: Actor, year: str, *, only: str = "") -> Found:
    """The returns of a year.

    Args:
        only: one body alone.
    """
    kept = Coverage.objects.filter(year=year).first()
    dues = {one.body_id: one.due for one in Due.objects.filter(year=year)}
    by_due = {due: _sent(place, year, due) for due in {dues.get("")} | set(dues.values())}
    signed = _last_signed(year)
    questions = _open_questions(year)
    rows = []
    for body_id in by_due[dues.get("")]:
        if (only and body_id != only) or not may(actor, "see", return_thing(year, body_id)):
            continue
        due = dues.get(body_id, dues.get(""))
        one = by_due[due][body_id]
        last = signed.get(body_id)
        holds = last is not None and last.sources == sources_of(one)
        money = {} if kept is None else kept.bodies.get(body_id, {})
        rows.append(
            Returned(
                of=one,
                due=due,
                signed=last if holds else None,
                taken_away=None if holds else last,
                open_questions=questions.get(body_id, 0),
                gross_pence=money.get("gross_pence"),
                returned_pence=money.get("returned_pence"),
                detail=money.get("detail", ""),
            )
        )
    return Found(
        year=year,
        due=dues.get(""),
        bodies=tuple(rows),
        coverage=kept,
        is_current=kept is not None and kept.state == str(state_of(place)),
    )


_kept: list[tuple[object, dict[tuple[str, date | None, date], dict[str, BodyReturn]]]] = []


def _sent(place: Place, year: str, due: date | None) -> dict[str, BodyReturn]:
    """Body -> what it sent; it is read again only when something was loaded."""
    state, today = place.folder.state(), timezone.localdate()
    # the folder gives the same object for as long as nothing is loaded
    if not _kept or _kept[0][0] is not state:
        _kept[:] = [(state, {})]
    known = _kept[0][1]
    key = (year, due, today)
    if key not in known:
        found = returns_result(
            place.folder,
            state,
            year,
            counted=None,
            coverage=all_missing(place.folder, state, year),
            due=due,
            today=today,
        )
        known[key] = {one.body_id: one for one in found.facts.bodies}
    return known[key]


def sources_of(one: BodyReturn) -> list[str]:
    """What a signature is for: the sources that count, in order."""
    return sorted({source.sha256 for source in one.active})


def _last_signed(year: str) -> dict[str, SignOff]:
    return {one.body_id: one for one in SignOff.objects.filter(year=year)}


def _open_questions(year: str) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for one in Message.objects.filter(year=year).order_by("id"):
        found[one.body_id] = 0 if one.is_answer else found[one.body_id] + 1
    return dict(found)
