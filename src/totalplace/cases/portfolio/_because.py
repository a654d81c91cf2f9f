"""Why an intervention was not chosen: the rule that stands in its way, found by trying."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from totalplace.cases.portfolio._fences import fences_of
from totalplace.cases.portfolio._model import Portfolio
from totalplace.cases.portfolio._program import Question, Rule
from totalplace.cases.portfolio._solve import Chosen, pay
from totalplace.money import format_gbp

__all__ = ["RULES", "Left", "left_by_stream", "not_chosen"]

RULES = (
    "no_value",
    "excluded",
    "budget",
    "cash_limit",
    "fence",
    "agency_loses",
    "prerequisite",
    "within_gap",
)
"""The reasons, as ``rule`` of what was not chosen."""


_TRIED = 3
"""How many fences are tried to find one whose opening alone would pay for an intervention."""


@dataclass(frozen=True)
class Left:
    """One intervention that was not chosen.

    Attributes:
        rule: one of :data:`RULES`.
        because: the reason as a sentence.
    """

    id: str
    rule: str
    because: str


def not_chosen(portfolio: Portfolio, chosen: Chosen) -> list[Left]:
    """Every intervention that was left out, in the order of the file, with the reason."""
    return [
        Left(one.id, *_Trial(portfolio, chosen, one.id).reason())
        for one in portfolio.interventions
        if one.id not in chosen.bought
    ]


def left_by_stream(portfolio: Portfolio, chosen: Chosen) -> dict[str, int]:
    """Stream -> pence of all its years that the chosen set does not spend."""
    left = {stream.id: sum(stream.budget) for stream in portfolio.streams}
    for (_, stream, _), amount in chosen.money.direct.items():
        left[stream] -= amount
    for (stream, _), amount in chosen.money.into.items():
        left[stream] -= amount
    return left


class _Trial:
    """An intervention put beside what was chosen, with what it requires."""

    def __init__(self, portfolio: Portfolio, chosen: Chosen, name: str) -> None:
        self.portfolio, self.chosen, self.name = portfolio, chosen, name
        wanted = _with_prerequisites(portfolio, name) - chosen.bought
        self.together = chosen.bought | wanted
        self.others = sorted(wanted - {name})
        self.needs = f" with {_names(self.others)}, which it requires," if self.others else ""
        self.left = left_by_stream(portfolio, chosen)
        bodies = portfolio.bodies.values()
        self.losing: list[Rule] = [
            ("body", one.id, "worse_off") for one in bodies if portfolio.no_agency_worse_off
        ]
        self.losing += [("body", o.id, "floor") for o in bodies if o.floor_pence is not None]
        self.limits: list[Rule] = [
            ("body", one.id, "cash_limit") for one in bodies if one.cash_limit is not None
        ]

    def is_payable(
        self, dropped: Iterable[Rule] = (), opened: Iterable[str] = (), name: str | None = None
    ) -> bool:
        """Whether all of it, or the one intervention alone, can be paid beside the chosen ones."""
        bought = self.together if name is None else self.chosen.bought | {name}
        question = Question(
            opened=frozenset(opened), dropped=frozenset(dropped), bought=frozenset(bought)
        )
        return pay(self.portfolio, question) is not None

    def reason(self) -> tuple[str, str]:
        """The rule and the sentence: rule after rule is lifted until it can be paid."""
        return self._of_choice() or self._of_bodies() or self._of_money()

    def _of_choice(self) -> tuple[str, str] | None:
        added = self.portfolio.value_pence(self.together) - self.chosen.value_pence
        if added <= 0:
            return "no_value", (
                f"it{self.needs} would add {format_gbp(added)} to the value of what is chosen"
            )
        pairs = self.portfolio.rule_problems(self.together)
        conflicts = {one for pair in pairs for one in pair if one in self.chosen.bought}
        if conflicts:
            others = _names(sorted(conflicts))
            return "excluded", f"it{self.needs} and {others} exclude each other"
        if pairs:
            return "excluded", f"it needs {_names(self.others)}, and they exclude one another"
        if self.is_payable():
            return "within_gap", (
                f"it could be added for {format_gbp(added)} more: the search was ended at a gap "
                f"of {self.chosen.gap:.2%}"
            )
        return None

    def _of_bodies(self) -> tuple[str, str] | None:
        if self.losing and self.is_payable(self.losing):
            names = _names(self._in_the_way(self.losing, ()))
            return "agency_loses", f"{names} would come out below what is allowed, were it bought"
        if self.limits and self.is_payable([*self.losing, *self.limits]):
            names = _names(self._in_the_way(self.limits, self.losing))
            return "cash_limit", f"the cash limit of {names} leaves no room for it"
        return None

    def _of_money(self) -> tuple[str, str]:
        rules = [*self.losing, *self.limits]
        fences = fences_of(self.portfolio)
        short = self._short_year()
        if short is None and self.is_payable(rules, fences):
            return "fence", self._fence_sentence(rules, fences)
        if self.others and self.is_payable(name=self.name):
            needed = _names(self.others)
            return (
                "prerequisite",
                f"it requires {needed}, and {self._short_sentence(short, 'they')}",
            )
        return "budget", self._short_sentence(short, f"it{self.needs}")

    def _short_sentence(self, short: tuple[int, int, int] | None, what: str) -> str:
        if short is None:
            # each year has enough, but floors say when it must be spent
            return f"what is left of the budgets may not be spent when {what} would need it"
        year, left, cost = short
        of, then = (f" in year {year}", " then") if self.portfolio.years > 1 else ("", "")
        return (
            f"what is left of all budgets{of}, {format_gbp(left)}, does not pay for the "
            f"{format_gbp(cost)} that {what} {'cost' if what == 'they' else 'costs'}{then}"
        )

    def _short_year(self) -> tuple[int, int, int] | None:
        """The first year that all budgets in one pot would not pay: else no fence matters.

        Returns:
            The year, what is left in it for this intervention and what it requires, and what they
            cost in it; None when the pot would pay every year.
        """
        wanted = self.together - self.chosen.bought
        in_hand = 0
        for year in range(self.portfolio.years):
            costs = {one.id: one.cost[year] for one in self.portfolio.interventions}
            cost = sum(costs[name] for name in self.together)
            own = sum(costs[name] for name in wanted)
            streams = self.portfolio.streams
            in_hand += sum(one.budget[year] for one in streams if one.carry_forward)
            # what cannot be carried forward is spent first
            at_once = sum(one.budget[year] for one in streams if not one.carry_forward)
            left = in_hand + at_once - (cost - own)
            in_hand -= max(0, cost - at_once)
            if in_hand < 0:
                return year, max(0, left), own
        return None

    def _in_the_way(self, rules: list[Rule], lifted: Iterable[Rule]) -> list[str]:
        """The bodies whose rules are in the way: each is put back if it can be."""
        needed = list(rules)
        for rule in rules:
            rest = [one for one in needed if one != rule]
            if self.is_payable([*lifted, *rest]):
                needed = rest
        return list(dict.fromkeys(rule[1] for rule in needed))

    def _fence_sentence(self, rules: list[Rule], fences: list[str]) -> str:
        own = next(one.streams for one in self.portfolio.interventions if one.id == self.name)
        left = self.left
        others = sorted((f for f in fences if f not in own and left[f]), key=lambda f: -left[f])
        enough = next((f for f in others[:_TRIED] if self.is_payable(rules, [f])), None)
        told = [enough] if enough else others[:3]
        behind = _names([f"{format_gbp(left[one])} of {one}" for one in told])
        mine = (
            f"the money that may be spent on it ({_names(own)}) is spent"
            if own
            else "no fenced money may be spent on it"
        )
        return f"{mine}{self.needs} while {behind} is left behind a fence"


def _with_prerequisites(portfolio: Portfolio, name: str) -> frozenset[str]:
    requires = {one.id: one.requires for one in portfolio.interventions}
    found, todo = {name}, [name]
    while todo:
        for other in requires[todo.pop()]:
            if other not in found:
                found.add(other)
                todo.append(other)
    return frozenset(found)


def _names(names: Iterable[str]) -> str:
    some = list(names)
    return " and ".join([", ".join(some[:-1]), some[-1]]) if len(some) > 1 else "".join(some)
