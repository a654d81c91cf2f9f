"""Every human choice (alias, match, class, mapping) is a numbered row that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from totalplace.errors import PlaceError, Problem, RequestError
from totalplace.place import _files
from totalplace.place._create import renew
from totalplace.place._documents import encode, numbered, read_document
from totalplace.place._workspace import write_lock

__all__ = [
    "Before",
    "Decision",
    "NewDecision",
    "all_decisions",
    "append_decision",
    "as_decisions",
    "decide",
    "decisions_at_rest",
    "effective",
]

UNDO = "undo"

WAIT_SECONDS = 20.0
"""Who decides waits so long for others who write; a person waits for it."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One choice by one person.

    Args:
        n: its number in the place, from 1 without gaps.
        object_id: what it is about: a line_id, a body_id, a payee, a figure.
        what: the kind of choice, e.g. ``alias``, ``match``, ``class``; ``undo`` takes one back.
        value: what was chosen; for ``undo`` the number of the decision that is taken back.
        who: the person's name or account.
        when: ISO timestamp by the caller's clock.
        why: the reason, in the person's words.
    """

    n: int
    object_id: str
    what: str
    value: str
    who: str
    when: str
    why: str

    def __post_init__(self) -> None:
        datetime.fromisoformat(self.when)


@dataclass(frozen=True, kw_only=True)
class NewDecision:
    """A decision that is not made yet; its parts are those of `Decision`."""

    object_id: str
    what: str
    value: str
    who: str
    when: str
    why: str


Before = Callable[[tuple[Decision, ...]], None]
"""Told the decisions that are about to be written, while nobody else decides or loads; what it
raises stops them."""


def decide(
    root: Path, choices: Sequence[NewDecision], *, before: Before | None = None
) -> tuple[int, ...]:
    """Add decisions; see `Folder.decide_all`."""
    if empty := [problem for choice in choices for problem in _incomplete(choice)]:
        raise RequestError(empty)
    written: list[Decision] = []
    with write_lock(root, wait_seconds=WAIT_SECONDS):
        earlier = all_decisions(root)
        made = as_decisions(choices, earlier)
        if before is not None:
            before(made)
        renew(root)
        for decision in made:
            try:
                _write(root, decision)
            except PlaceError as error:
                if not written:
                    raise
                raise PlaceError([*error.problems, _partly(written, made)]) from error
            written.append(decision)
    return tuple(decision.n for decision in written)


def append_decision(root: Path, choice: NewDecision) -> Decision:
    """Add a decision that is known to be whole; the place's lock is held.

    Raises:
        PlaceError: the disk cannot take it; it is not made.
    """
    (made,) = as_decisions([choice], all_decisions(root))
    _write(root, made)
    return made


def _write(root: Path, decision: Decision) -> None:
    _files.make_folder(root / "decisions")
    path = root / "decisions" / f"{decision.n}.json"
    _files.write_bytes_atomic(path, encode(decision))


def as_decisions(
    choices: Iterable[NewDecision], earlier: Sequence[Decision]
) -> tuple[Decision, ...]:
    """The choices as the decisions that they become after those made earlier.

    Raises:
        RequestError: some undo a decision that does not hold; every one of them.
    """
    made = list(earlier)
    problems = []
    for choice in choices:
        holding = {str(decision.n) for decision in effective(tuple(made))}
        if choice.what == UNDO and choice.value not in holding:
            problems.append(_nothing_to_undo(choice.value, made))
        parts = {one.name: getattr(choice, one.name) for one in fields(NewDecision)}
        made.append(Decision(n=len(made) + 1, **parts))
    if problems:
        raise RequestError(problems)
    return tuple(made[len(earlier) :])


def all_decisions(root: Path) -> tuple[Decision, ...]:
    """Every decision ever made, undone ones and the undoing too, by number.

    Raises:
        PlaceError: one is missing or damaged.
    """
    return tuple(read_document(path, Decision) for path in numbered(root / "decisions"))


def decisions_at_rest(root: Path, *, wait_seconds: float) -> tuple[Decision, ...]:
    """Every decision ever made, at a moment when nobody writes one.

    Raises:
        PlaceError: somebody wrote all the while, or a decision is missing or damaged.
    """
    with write_lock(root, wait_seconds=wait_seconds):
        return all_decisions(root)


def effective(decisions: tuple[Decision, ...]) -> tuple[Decision, ...]:
    """Those that hold: not undone, and no undoing themselves.

    >>> at = "2026-11-21"
    >>> one = Decision(n=1, object_id="a", what="alias", value="b", who="w", when=at, why="y")
    >>> two = Decision(n=2, object_id="1", what="undo", value="1", who="w", when=at, why="y")
    >>> effective((one, two)), [decision.n for decision in effective((one,))]
    ((), [1])
    """
    undone: set[str] = set()
    kept = []
    for decision in reversed(decisions):
        if str(decision.n) in undone:
            continue
        if decision.what == UNDO:
            undone.add(decision.value)
        else:
            kept.append(decision)
    return tuple(reversed(kept))


def _incomplete(choice: NewDecision) -> list[Problem]:
    parts = ("object_id", "what", "value", "who", "why")
    empty = [name for name in parts if not getattr(choice, name).strip()]
    if not empty:
        return []
    return [
        Problem(
            "incomplete_decision",
            "a decision needs all of its parts",
            ", ".join(empty),
            f"empty in the decision about {choice.object_id}" if choice.object_id else "empty",
            "say what it is about, what was chosen, by whom and why",
        )
    ]


def _nothing_to_undo(value: str, earlier: Sequence[Decision]) -> Problem:
    holding = ", ".join(str(decision.n) for decision in effective(tuple(earlier)))
    return Problem(
        "nothing_to_undo",
        "no decision of this number holds",
        value,
        f"those that hold: {holding or 'none'}",
        "give the number of a decision that holds",
    )


def _partly(written: Sequence[Decision], made: Sequence[Decision]) -> Problem:
    done = ", ".join(str(decision.n) for decision in written)
    left = ", ".join(decision.object_id for decision in made[len(written) :])
    return Problem(
        "partly_decided",
        "only the first of the decisions are made",
        f"decisions {done}",
        f"the disk took no more; not made: {left}",
        "make room, then decide about the others again",
    )
