"""What else is impossible when a set of interventions cannot be paid in whole pence.

A set that misses a budget by a penny is within a solver's tolerance, and so are all sets like it:
cut off one by one, they would be met for hours. Costs are not negative, so that a set in which one
that cannot be paid is contained cannot be paid either, and no more can one in which something is
put for what costs no more and may be paid by no fewer streams (an extended cover; Balas 1975,
Facets of the knapsack polytope, with many budgets in place of one).
"""

from __future__ import annotations

from collections.abc import Callable

from totalplace.cases.portfolio._model import Portfolio
from totalplace.cases.portfolio._program import Cut, Question, Rule

__all__ = ["cuts_of"]

_ASKED = 200
"""How often it is asked whether a smaller or cheaper set can be paid: some milliseconds each."""


def cuts_of(
    portfolio: Portfolio,
    question: Question,
    tried: frozenset[str],
    can_pay: Callable[[Question], bool],
) -> tuple[Cut, ...]:
    """What may be ruled out after a set could not be paid; the set itself always is.

    Args:
        can_pay: whether payments exist for the set that a question gives.
    """
    if any(min(one.cost, default=0) < 0 for one in portfolio.interventions):
        return (Cut(tried),)
    # more spending can help with a floor or with a body's position: those rules are left out
    dropped = question.dropped | _helped_by_more(portfolio)
    asked = 0

    def is_impossible(some: frozenset[str]) -> bool:
        nonlocal asked
        asked += 1
        wanted = Question(question.opened, dropped, question.players, some)
        return asked <= _ASKED and not can_pay(wanted)

    if not is_impossible(tried):
        return (Cut(tried),)
    costs = _Costs(portfolio, question)
    by_id = {one.id: one for one in portfolio.interventions}
    members = set(tried)
    for name in sorted(tried, key=lambda one: (sum(by_id[one].cost), one)):
        if is_impossible(frozenset(members - {name})):
            members.discard(name)
    own = frozenset(members)
    # with what costs less in it, more of the others cost no less than any of its members
    for name in sorted(own, key=lambda one: (-sum(by_id[one].cost), one)):
        cheaper = sorted(
            (one for one in by_id if one not in members and costs.is_cheaper(one, name)),
            key=lambda one: (sum(by_id[one].cost), one),
        )
        for other in cheaper:
            if is_impossible(frozenset(members - {name} | {other})):
                members = members - {name} | {other}
                break
    return tuple(
        Cut(costs.with_all_dearer(some), len(some) - 1)
        for some in dict.fromkeys((own, frozenset(members)))
    )


def _helped_by_more(portfolio: Portfolio) -> frozenset[Rule]:
    rules: set[Rule] = {("stream", one.id, "floor") for one in portfolio.streams}
    rules |= {("body", b, what) for b in portfolio.bodies for what in ("worse_off", "floor")}
    return frozenset(rules)


class _Costs:
    """Which intervention can be paid wherever another one can."""

    def __init__(self, portfolio: Portfolio, question: Question) -> None:
        self.by_id = {one.id: one for one in portfolio.interventions}
        # a stream that may pay for anything need not be named
        closed = {
            one.id
            for one in portfolio.streams
            if one.open_budget != one.budget
            and one.id not in question.opened
            and ("stream", one.id, "fence") not in question.dropped
        }
        self.streams = {name: closed & set(one.streams) for name, one in self.by_id.items()}

    def is_no_dearer(self, name: str, other: str) -> bool:
        """Whether it costs no more in any year, and all that may pay for the other may for it."""
        one = self.by_id[name]
        pairs = zip(one.cost, self.by_id[other].cost, strict=True)
        return all(mine <= its for mine, its in pairs) and (
            self.streams[other] <= self.streams[name]
        )

    def is_cheaper(self, name: str, other: str) -> bool:
        """Whether it costs less, besides."""
        own, its = (sum(self.by_id[one].cost) for one in (name, other))
        return own < its and self.is_no_dearer(name, other)

    def with_all_dearer(self, some: frozenset[str]) -> frozenset[str]:
        """The set, and each of which no member is dearer: as many of them cannot be paid either."""
        return some | {
            one for one in self.by_id if all(self.is_no_dearer(member, one) for member in some)
        }
