"""The flows of money from funder through stream and body to function, few enough to be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from totalplace.disclosure import Publication
from totalplace.errors import Problem, RequestError
from totalplace.web._figures import FigureRow, names, rows_of
from totalplace.web._scope import Scope
from totalplace.web.money._splits import FOCUS_KINDS, one_of, unknown

__all__ = ["LEVELS", "Flows", "Focus", "Node", "flows_of", "focus_of"]

LEVELS = ("funder", "stream", "body", "function")
_SPLIT = "funder,stream,body,function"
_AT_MOST = {"funder": 13, "stream": 12, "body": 20, "function": 11}
"""Nodes of a level; with one "other" each they are sixty."""


@dataclass(frozen=True)
class Focus:
    """The part of the money that the flows are narrowed to.

    Attributes:
        kind: one of FOCUS_KINDS.
        code: of the part.
    """

    kind: str
    code: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True)
class Node:
    """Where money passes.

    Attributes:
        level: one of LEVELS.
        code: None of what stands for all others of its level.
        pence: what flows through it.
        others: how many it stands for.
    """

    level: str
    code: str | None
    pence: int
    others: int = 0


@dataclass(frozen=True)
class Flows:
    """Nodes, the largest of each level first, and what flows between them.

    Attributes:
        links: node and node of the next level -> pence, above 0.
        negative_pence: what is below 0 and cannot be drawn.
    """

    nodes: tuple[Node, ...]
    links: Mapping[tuple[Node, Node], int]
    negative_pence: int


def focus_of(scope: Scope, text: str | None) -> Focus | None:
    """What an address asks to narrow the flows to.

    Raises:
        RequestError: it is not of the form ``kind:code``, or there is none of this code.
    """
    if text is None:
        return None
    kind, _, code = text.partition(":")
    if kind not in FOCUS_KINDS or not code:
        raise RequestError(
            Problem(
                "bad_focus",
                "the flows cannot be narrowed to this",
                f"focus={text}"[:200],
                f"a kind and a code were expected; kinds are {', '.join(FOCUS_KINDS)}",
                "write it such as focus=function:07, or take it out of the address",
            )
        )
    if not one_of(scope, kind, code):
        raise RequestError(unknown(scope, kind, code, f"focus={text}"))
    return Focus(kind, code)


@lru_cache(maxsize=256)
def flows_of(publication: Publication, year: str, key_id: str, focus: Focus | None = None) -> Flows:
    """The flows of a year under a key; with a focus only those through it."""
    rows = rows_of(publication, year, key_id, _SPLIT)
    if focus is not None:
        rows = tuple(row for row in rows if _through(publication, row, focus))
    positive = [row for row in rows if row.pence > 0]
    kept = {level: _largest(positive, level) for level in LEVELS}
    sums: dict[tuple[str, str | None], int] = {}
    links: dict[tuple[tuple[str, str | None], tuple[str, str | None]], int] = {}
    for row in positive:
        path = [
            (level, row.values[level] if row.values[level] in kept[level] else None)
            for level in LEVELS
        ]
        for key in path:
            sums[key] = sums.get(key, 0) + row.pence
        for step in pairwise(path):
            links[step] = links.get(step, 0) + row.pence
    nodes = {
        (level, code): Node(
            level, code, pence, 0 if code is not None else _left(positive, level, kept[level])
        )
        for (level, code), pence in sums.items()
    }
    ordered = sorted(
        nodes.values(),
        key=lambda node: (LEVELS.index(node.level), node.code is None, -node.pence, node.code),
    )
    return Flows(
        tuple(ordered),
        {(nodes[a], nodes[b]): pence for (a, b), pence in links.items()},
        sum(row.pence for row in rows if row.pence < 0),
    )


def _through(publication: Publication, row: FigureRow, focus: Focus) -> bool:
    if focus.kind == "tier":
        known = names(publication).get(("body", row.values["body"]))
        return (known["tier"] if known and known["tier"] else "unknown") == focus.code
    return row.values[focus.kind] == focus.code


def _largest(rows: Iterable[FigureRow], level: str) -> frozenset[str]:
    sums = _sums(rows, level)
    ordered: Sequence[str] = sorted(sums, key=lambda code: (-sums[code], code))
    # one alone is told by its name, not as "other (1)"
    most = _AT_MOST[level] + 1 if len(ordered) == _AT_MOST[level] + 1 else _AT_MOST[level]
    return frozenset(ordered[:most])


def _left(rows: Iterable[FigureRow], level: str, kept: frozenset[str]) -> int:
    return len(_sums(rows, level).keys() - kept)


def _sums(rows: Iterable[FigureRow], level: str) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in rows:
        code = row.values[level]
        sums[code] = sums.get(code, 0) + row.pence
    return sums
