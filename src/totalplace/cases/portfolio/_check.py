"""Checks of a portfolio as a whole: names, circles, rules that nothing can meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from totalplace.cases.portfolio._cells import Cells, nearest
from totalplace.cases.portfolio._model import Portfolio, Stream
from totalplace.errors import Problem
from totalplace.money import format_gbp

__all__ = ["check_floors", "check_links", "check_outcomes", "circles"]

_MOST_OVERLAPPING = 10


def check_links(portfolio: Portfolio, top: Cells) -> None:
    """Tell ids used twice, unknown names, circles of prerequisites, and contradictions."""
    streams = [one.id for one in portfolio.streams]
    names = [one.id for one in portfolio.interventions]
    for kind, ids in (("stream", streams), ("intervention", names)):
        for cells, name in zip(top.tables(kind), ids, strict=False):
            if name and ids.count(name) > 1:
                cells.problem(
                    ("id",), "repeated_id", f"the {kind} {name} stands in the file twice",
                    f"{ids.count(name)} tables have this id", "give each its own id",
                )  # fmt: skip
    for cells, one in zip(top.tables("intervention"), portfolio.interventions, strict=False):
        _known(cells, "streams", one.streams, streams, "stream")
        _known(cells, "requires", one.requires, names, "intervention")
        _known(cells, "excludes", one.excludes, names, "intervention")
        if one.id in one.excludes or set(one.requires) & set(one.excludes):
            cells.problem(
                ("excludes",), "excludes_what_it_needs", f"{one.id} excludes what it needs",
                f"it excludes {', '.join(one.excludes)}, itself or a prerequisite among them",
                "take one of the two away",
            )  # fmt: skip
    # of an id that stands there twice, which is told, the first
    by_id: dict[str, Cells] = {}
    requires: dict[str, tuple[str, ...]] = {}
    for cells, one in zip(top.tables("intervention"), portfolio.interventions, strict=False):
        by_id.setdefault(one.id, cells)
        requires.setdefault(one.id, one.requires)
    for circle in circles(requires):
        by_id[circle[0]].problem(
            ("requires",), "circular_prerequisite", "the prerequisites go round in a circle",
            " requires ".join([*circle, circle[0]]), "take one of these requirements away",
        )  # fmt: skip


def check_outcomes(
    portfolio: Portfolio, top: Cells, outcomes: Mapping[str, frozenset[tuple[str, str]]]
) -> list[Problem]:
    """Tell overlaps that cannot be, and cases that change one outcome of the same people.

    Args:
        outcomes: intervention -> (event, cohort id or empty) of what its case changes.

    Returns:
        Warnings: cases of which it is not said whether their people are the same.
    """
    names = [one.id for one in portfolio.interventions]
    for cells, overlap in zip(top.tables("overlap"), portfolio.overlaps, strict=False):
        _known(cells, "effect", overlap.effects, names, "intervention")
        if len(overlap.effects) > _MOST_OVERLAPPING:
            cells.problem(
                ("effect",), "too_many_overlap", "too many interventions act on one outcome",
                f"{len(overlap.effects)}; {_MOST_OVERLAPPING} at most",
                "put those that are alike into one intervention",
            )  # fmt: skip
    told = [frozenset(one.effects) for one in portfolio.overlaps]
    place = {name: n for n, name in enumerate(names)}
    warnings = []
    for (one, its), (other, others) in combinations(outcomes.items(), 2):
        if any({one, other} <= some for some in told):
            continue
        shared = sorted(event for event, cohort in its & others if cohort)
        # a name alone says nothing of whose outcome it is
        alike = sorted(
            {event for event, cohort in its if not cohort} & {event for event, _ in others}
            | {event for event, cohort in others if not cohort} & {event for event, _ in its}
        )
        if shared:
            top.problem(
                ("intervention", place[other]), "overlap_missing",
                f"{one} and {other} change the same outcome of the same cohort",
                f"{', '.join(shared)}: their effects do not add up",
                "add an [[overlap]] with outcome, cohort, base, effect of both, and gain",
            )  # fmt: skip
        elif alike:
            warnings.append(
                Problem(
                    "overlap_possible",
                    f"{one} and {other} may change the same outcome of the same people",
                    top.file.where(("intervention", place[other])),
                    f"{', '.join(alike)}: not both cases give their cohort an id, and their "
                    "effects are added up",
                    "add an [[overlap]] if the people are the same; give the cohorts of the cases "
                    "different ids if not",
                )
            )
    return warnings


def circles(requires: dict[str, tuple[str, ...]]) -> list[list[str]]:
    """Each circle of prerequisites once, beginning with the name that stands first in the file.

    >>> circles({"a": ("b",), "b": ("c",), "c": ("b",), "d": ("d",)})
    [['b', 'c'], ['d']]
    """
    found: list[list[str]] = []
    state: dict[str, int] = {}
    for start, needed in requires.items():
        path: list[str] = []
        stack: list[tuple[str, Iterable[str]]] = []
        if start not in state:
            state[start] = 1
            path.append(start)
            stack.append((start, iter(needed)))
        while stack:
            name, rest = stack[-1]
            step = next(iter(rest), None)
            if step is None:
                state[name] = 2
                stack.pop()
                path.pop()
            elif state.get(step) == 1:
                found.append(_from_first(path[path.index(step) :], list(requires)))
            elif step in requires and step not in state:
                state[step] = 1
                path.append(step)
                stack.append((step, iter(requires[step])))
    return found


def _from_first(circle: list[str], order: Sequence[str]) -> list[str]:
    at = circle.index(min(circle, key=order.index))
    return circle[at:] + circle[:at]


def check_floors(portfolio: Portfolio, top: Cells) -> None:
    """Tell floors that no choice can meet."""
    for cells, stream in zip(top.tables("stream"), portfolio.streams, strict=False):
        for year, floor in enumerate(stream.floor):
            at_hand = stream.budget[year]
            if stream.carry_forward:
                at_hand = sum(stream.budget[: year + 1]) - sum(stream.floor[:year])
            if floor > at_hand:
                cells.problem(
                    ("floor", year), "infeasible_floor",
                    f"{stream.id} must spend more in year {year} than it has",
                    f"floor {format_gbp(floor)} against {format_gbp(at_hand)}",
                    "lower the floor, or raise the budget",
                )  # fmt: skip
            elif floor > (most := _spendable(portfolio, stream, year)):
                cells.problem(
                    ("floor", year), "infeasible_floor",
                    f"{stream.id} must spend more in year {year} than there is to buy",
                    f"floor {format_gbp(floor)}; all that it may buy costs {format_gbp(most)}",
                    "lower the floor, or name the stream in more interventions",
                )  # fmt: skip


def _spendable(portfolio: Portfolio, stream: Stream, year: int) -> int:
    """What all interventions cost in a year that the stream's money may be spent on."""
    own = sum(one.cost[year] for one in portfolio.interventions if stream.id in one.streams)
    other = sum(one.cost[year] for one in portfolio.interventions if stream.id not in one.streams)
    return own + min(other, stream.open_budget[year])


def _known(cells: Cells, key: str, names: Iterable[str], known: Sequence[str], kind: str) -> None:
    for name in names:
        if name not in known:
            cells.problem(
                (key,), f"unknown_{kind}", f"{name} is no {kind} of this portfolio",
                f"it has {', '.join(known[:12]) or 'none'}",
                nearest(name, known, f"add a [[{kind}]] with this id"),
            )  # fmt: skip
