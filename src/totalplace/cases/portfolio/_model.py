"""A portfolio: what could be bought, with whose money, under which rules. All money in pence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from totalplace.errors import Problem

__all__ = [
    "FENCES",
    "METHODS",
    "Body",
    "Cohort",
    "Contract",
    "Intervention",
    "Overlap",
    "Portfolio",
    "ShareRule",
    "Stream",
    "shares_of",
    "subsets",
]

FENCES = ("hard", "soft", "none")
"""Money of a stream may be spent on what names the stream alone; up to a share of each year's
budget on anything (virement); on anything."""
METHODS = ("proportional_to_gain", "proportional_to_cost", "fixed", "shapley")
"""How the gain of a pooled budget is shared."""


@dataclass(frozen=True)
class Body:
    """A body that holds money or gains.

    Attributes:
        floor_pence: the least that its position may be, in present value; None: no such rule.
        cash_limit: the most that all its streams together may spend in each year; None: no limit.
    """

    id: str
    floor_pence: int | None = None
    cash_limit: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Stream:
    """One stream of money.

    Attributes:
        ringfence: one of :data:`FENCES`.
        budget: pence by year.
        floor: the least that must be spent in each year, in pence.
        carry_forward: whether what is left of a year may be spent in a later one.
        virement: of a soft fence, the share of a year's budget that may go to anything.
    """

    id: str
    body: str
    ringfence: str
    budget: tuple[int, ...]
    floor: tuple[int, ...]
    carry_forward: bool = False
    virement: Fraction = Fraction(0)

    @property
    def open_budget(self) -> tuple[int, ...]:
        """What of each year's budget may be spent on anything, in whole pence."""
        share = {"hard": Fraction(0), "none": Fraction(1)}.get(self.ringfence, self.virement)
        return tuple(int(amount * share) for amount in self.budget)


@dataclass(frozen=True)
class Intervention:
    """Something that can be bought whole or not at all.

    Attributes:
        cost: pence by year of the portfolio.
        npv_pence: present value of its benefit less that of its cost.
        benefit: pence by year where the file states it, else None.
        streams: the streams whose fenced money may be spent on it.
        gain: body -> share of the benefit; the shares sum to 1, that of a body that loses is
            below zero.
        must: whether it is bought in any case.
    """

    id: str
    cost: tuple[int, ...]
    npv_pence: int
    streams: tuple[str, ...]
    gain: Mapping[str, Fraction]
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    must: bool = False
    benefit: tuple[int, ...] | None = None
    case: str | None = None


@dataclass(frozen=True)
class Overlap:
    """Several interventions on one outcome of one cohort: their effects combine by multiplying.

    Attributes:
        base_pence: present value of the whole outcome; the benefit of a relative reduction by 0.1
            is a tenth of it.
        effects: intervention -> relative reduction, as if it were bought alone. The intervention's
            own NPV counts it in full.
        gain: body -> share.
    """

    outcome: str
    cohort: str
    base_pence: int
    effects: Mapping[str, Fraction]
    gain: Mapping[str, Fraction]

    def loss_pence(self, bought: frozenset[str]) -> int:
        """What adding up would count too much: base x (sum of e - (1 - product of (1 - e))).

        >>> half = {"a": Fraction(1, 2), "b": Fraction(1, 2)}
        >>> Overlap("care", "under 5", 100, half, {}).loss_pence(frozenset("ab"))
        25
        """
        left, added = Fraction(1), Fraction(0)
        for one, effect in self.effects.items():
            if one in bought:
                left *= 1 - effect
                added += effect
        return round(self.base_pence * (added - (1 - left)))


@dataclass(frozen=True)
class ShareRule:
    """How the gain is shared.

    Attributes:
        method: one of :data:`METHODS`.
        fixed: body -> share, of the method ``fixed``.
        coalitions: what groups of bodies would have alone, in pence, where the file states it
            instead of leaving it to be solved; empty otherwise.
    """

    method: str
    fixed: Mapping[str, Fraction]
    coalitions: Mapping[frozenset[str], int]


@dataclass(frozen=True)
class Cohort:
    """One cohort of a payment by results: events expected and seen."""

    id: str
    baseline: Fraction
    observed: Fraction


@dataclass(frozen=True)
class Contract:
    """A payment by results.

    Attributes:
        cohort_threshold, pooled_threshold: the reduction that a cohort, or all together, must
            reach.
        price_pence: what one avoided event is paid.
        cap_pence: the most that is paid in all, or None.
        payers: body -> share of the payments.
    """

    id: str
    cohort_threshold: Fraction
    pooled_threshold: Fraction
    price_pence: int
    cap_pence: int | None
    payers: Mapping[str, Fraction]
    cohorts: tuple[Cohort, ...]


@dataclass(frozen=True)
class Portfolio:
    """All of it.

    Attributes:
        discount: the schedule of discount factors, or ``none``.
        factors: the discount factor of each year, from year 0.
        no_agency_worse_off: whether each body must come out at no less than zero.
        gap: the relative gap at which a search may stop; 0 asks for a proof.
        seconds: how long one search may take.
        perspective: whose NPV of a case counts: ``exchequer`` or ``society``.
        correlation: between the NPVs of cases, 0 to 1.
        lines: rule -> file and line, for messages.
        warnings: what should be looked at before an answer is relied on.
    """

    id: str
    years: int
    unit: int
    discount: str
    factors: tuple[float, ...]
    bodies: Mapping[str, Body]
    streams: tuple[Stream, ...]
    interventions: tuple[Intervention, ...]
    overlaps: tuple[Overlap, ...] = ()
    no_agency_worse_off: bool = False
    gap: float = 0.0
    seconds: float = 60.0
    perspective: str = "exchequer"
    correlation: float = 0.3
    seed: int = 1
    share: ShareRule | None = None
    contracts: tuple[Contract, ...] = ()
    lines: Mapping[tuple[str, ...], str] | None = None
    warnings: tuple[Problem, ...] = ()

    def pv_cost_pence(self, one: Intervention) -> int:
        """Present value of what an intervention costs."""
        return round(sum(f * c for f, c in zip(self.factors, one.cost, strict=True)))

    def benefit_pence(self, one: Intervention) -> int:
        """Present value of what an intervention brings: its NPV and its cost."""
        return one.npv_pence + self.pv_cost_pence(one)

    def value_pence(self, bought: frozenset[str]) -> int:
        """NPV of a set of interventions: added up, less what overlaps count too much."""
        added = sum(one.npv_pence for one in self.interventions if one.id in bought)
        return added - sum(overlap.loss_pence(bought) for overlap in self.overlaps)

    def gains_pence(self, bought: frozenset[str]) -> dict[str, int]:
        """Body -> present value of the benefits that it has of a set."""
        gains = dict.fromkeys(self.bodies, 0)
        for one in self.interventions:
            if one.id in bought:
                for body, part in shares_of(self.benefit_pence(one), one.gain).items():
                    gains[body] += part
        for overlap in self.overlaps:
            for body, part in shares_of(overlap.loss_pence(bought), overlap.gain).items():
                gains[body] -= part
        return gains

    def rule_problems(self, bought: frozenset[str]) -> list[tuple[str, str]]:
        """Prerequisites and exclusions that a set breaks, as pairs."""
        broken = []
        for one in self.interventions:
            if one.id in bought:
                broken += [(one.id, other) for other in one.requires if other not in bought]
                broken += [(one.id, other) for other in one.excludes if other in bought]
        return broken


def shares_of(amount: int, shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Split pence by shares that sum to 1, some perhaps below zero; the parts sum exactly.

    By largest remainder, ties by name, as :func:`totalplace.money.split`.

    >>> shares_of(100, {"a": Fraction(4, 3), "b": Fraction(-1, 3)})
    {'a': 133, 'b': -33}
    """
    exact = {name: amount * share for name, share in shares.items()}
    parts = {name: int(value // 1) for name, value in exact.items()}
    left = amount - sum(parts.values())
    order = sorted(exact, key=lambda name: (parts[name] - exact[name], name))
    for name in order[:left]:
        parts[name] += 1
    return parts


def subsets(names: frozenset[str]) -> list[frozenset[str]]:
    """Every subset, the smallest first, in order of names."""
    ordered = sorted(names)
    return [
        frozenset(some) for size in range(len(ordered) + 1) for some in combinations(ordered, size)
    ]
