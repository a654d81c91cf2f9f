"""Every human choice (alias, match, class, mapping) is a numbered row that can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from totalplace.errors import Problem, RequestError
from totalplace.place import _files
from totalplace.place._documents import encode, numbered, read_document
from totalplace.place._workspace import write_lock

__all__ = ["Decision", "all_decisions", "decide", "effective"]

UNDO = "undo"


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


def decide(
    root: Path, *, object_id: str, what: str, value: str, who: str, when: str, why: str
) -> int:
    """Add a decision; see `Folder.decide`."""
    given = {"object_id": object_id, "what": what, "value": value, "who": who, "why": why}
    empty = [name for name, text in given.items() if not text.strip()]
    if empty:
        raise RequestError(
            Problem(
                "incomplete_decision",
                "a decision needs all of its parts",
                ", ".join(empty),
                "empty",
                "say what it is about, what was chosen, by whom and why",
            )
        )
    with write_lock(root):
        earlier = all_decisions(root)
        if what == UNDO and value not in {str(decision.n) for decision in effective(earlier)}:
            raise _nothing_to_undo(value, earlier)
        n = len(earlier) + 1
        decision = Decision(n=n, when=when, **given)
        _files.make_folder(root / "decisions")
        _files.write_bytes_atomic(root / "decisions" / f"{n}.json", encode(decision))
    return n


def all_decisions(root: Path) -> tuple[Decision, ...]:
    """Every decision ever made, undone ones and the undoing too, by number.

    Raises:
        PlaceError: one is missing or damaged.
    """
    return tuple(read_document(path, Decision) for path in numbered(root / "decisions"))


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


def _nothing_to_undo(value: str, earlier: tuple[Decision, ...]) -> RequestError:
    holding = ", ".join(str(decision.n) for decision in effective(earlier))
    return RequestError(
        Problem(
            "nothing_to_undo",
            "no decision of this number holds",
            value,
            f"those that hold: {holding or 'none'}",
            "give the number of a decision that holds",
        )
    )
