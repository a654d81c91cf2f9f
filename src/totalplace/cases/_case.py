"""A case as facts: what is done, what it changes, whose money, and how well each number is known.

Pounds are floats in here, since a case is a model of what may come; they become whole pence when
a result is told. Years are counted from the base year, which is year 0, and are inclusive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from totalplace.cases._edition import Edition
from totalplace.errors import Problem

__all__ = [
    "BUSINESS_AS_USUAL",
    "CLASSES",
    "DO_MINIMUM",
    "FISCAL",
    "SOCIETY",
    "TIERS",
    "WORST_GRADE",
    "Activity",
    "Body",
    "Case",
    "Cashable",
    "Grade",
    "Number",
    "Option",
    "Outcome",
    "Realised",
    "Spread",
]

CLASSES = ("fiscal", "transfer", "economic", "social")
"""What an outcome is worth to whom: money of public bodies; a payment between a public body and
people, which society as a whole neither gains nor loses; value to the economy; value to people."""
FISCAL = ("fiscal", "transfer")
"""The classes that are money of public bodies."""
TIERS = ("local", "national", "society")
"""Tiers of a body; ``society`` is all that is no public body: people, firms, charities."""
SOCIETY = "society"
"""The body that stands for everybody outside the public bodies. It need not be declared."""
WORST_GRADE = 6
BUSINESS_AS_USUAL, DO_MINIMUM = "business-as-usual", "do-minimum"
"""Options that every case has; the others are incremental to the first."""


@dataclass(frozen=True)
class Grade:
    """How good the evidence is on three axes, 1 (best) to 6; ``None`` is not graded: the worst.

    >>> Grade(2, 4, 3).worst, Grade(1, None, 1).worst
    (4, 6)
    """

    data: int | None = None
    effect: int | None = None
    age: int | None = None

    @property
    def worst(self) -> int:
        """The worst of the three, which decides the band of optimism bias."""
        return max(one or WORST_GRADE for one in (self.data, self.effect, self.age))


@dataclass(frozen=True)
class Spread:
    """A distribution, with its parameters as its family takes them.

    Attributes:
        kind: ``uniform``, ``triangular``, ``pert``, ``normal``, ``lognormal``, ``beta``,
            ``discrete`` or ``empirical``.
        low, mode, high: ends and mode of the bounded ones, after fitting.
        mean, sd: of a normal; of the logarithm of a lognormal.
        alpha, beta: shapes of a beta between ``low`` and ``high``.
        values, weights: of a discrete one; values of an empirical one, sorted.
    """

    kind: str
    low: float = 0.0
    mode: float = 0.0
    high: float = 1.0
    mean: float = 0.0
    sd: float = 1.0
    alpha: float = 1.0
    beta: float = 1.0
    values: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()


@dataclass(frozen=True)
class Number:
    """One number of a case: never without its unit, source and grade.

    Attributes:
        key: where it stands, e.g. ``outcome.care.effect``; unique in a case.
        value: the number that the deterministic case takes, in ``unit``.
        unit: as the file says it, e.g. ``GBP m/year``; empty for a plain share.
        scale: pounds, or plain shares, of one ``unit``: 1e6 for GBP m, 0.01 for %.
        spread: how uncertain it is, in ``unit``; ``None`` when it is taken as known.
        price_year: financial year of its prices; empty if it is no money.
        deflator: price level of the case's price base over that of ``price_year``.
        floor, ceiling: what it can never be below or above, in ``unit``; draws stay between.
        family: ``effects`` or ``unit_costs``, whose members vary together; else empty.
        source, grade: of this number, or of its row.
        where: file and line, or sheet and cell.
        range_text: its range as the file says it.
        level: the level of the additionality defaults that it was looked up by.
    """

    key: str
    value: float
    unit: str = ""
    scale: float = 1.0
    spread: Spread | None = None
    price_year: str = ""
    deflator: float = 1.0
    floor: float = float("-inf")
    ceiling: float = float("inf")
    family: str = ""
    source: str = ""
    grade: Grade = field(default_factory=Grade)
    owner: str = ""
    reviewed: date | None = None
    where: str = ""
    range_text: str = ""
    level: str = ""

    @property
    def point(self) -> float:
        """The number in pounds of the price base, or as a plain share or count."""
        return self.value * self.scale * self.deflator


@dataclass(frozen=True)
class Body:
    """A body that pays or gains; ``tier`` is one of ``TIERS``."""

    id: str
    tier: str
    name: str = ""

    @property
    def is_public(self) -> bool:
        """Whether its money is the Exchequer's."""
        return self.tier != "society"


@dataclass(frozen=True)
class Option:
    """A course of action. ``activities`` and ``outcomes`` are ids."""

    id: str
    title: str = ""
    activities: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cashable:
    """What of a saving can be taken out of a budget.

    Attributes:
        share: of the saving that can ever be cashed.
        block: how many of the outcome free one unit of capacity (8 children: 1 home); ``None``
            where each counts by itself.
        release_lag: years after which freed capacity is given up.
    """

    share: Number
    block: float | None = None
    release_lag: int = 0


@dataclass(frozen=True)
class Realised:
    """What has become of an outcome, year by year.

    Attributes:
        first: the first year that was observed.
        values: of each year from it: how many fewer, or money in the unit of the benefit.
    """

    first: int
    values: tuple[float, ...]
    source: str


@dataclass(frozen=True)
class Activity:
    """What is done, and what it costs.

    Attributes:
        cost: pounds a year, or in all if ``is_total``.
        years: first and last year, inclusive.
        profile: weight of each of these years: cost of the year = cost x weight.
        payer: body -> share; the shares sum to 1.
        options: the options that it is part of.
    """

    id: str
    title: str
    cost: Number
    is_total: bool
    years: tuple[int, int]
    profile: tuple[float, ...]
    payer: Mapping[str, float]
    grade: Grade
    source: str
    options: tuple[str, ...]
    owner: str = ""
    reviewed: date | None = None
    is_one_off: bool = False
    where: str = ""

    def numbers(self) -> Iterator[Number]:
        """Its numbers."""
        yield self.cost


@dataclass(frozen=True)
class Outcome:
    """What changes, and what that is worth: a chain from a cohort, or a sum of money directly.

    Attributes:
        event: what becomes fewer (or more): outcomes with the same event and ``cohort_id``
            combine multiplicatively.
        cohort_id: who they are: cohorts with the same id are one number, and drawn once.
        cohort, takeup, baseline, effect, deadweight, displacement, leakage, dropoff, unit_cost:
            the chain; ``None`` for money stated directly.
        effect_as: ``relative`` to the baseline, or ``points`` of it.
        intake: first and last year in which a cohort joins.
        lag: years from joining to the first effect.
        lasts: years that the effect holds at most; ``None`` to the horizon.
        persistence: share of the effect left in each year after the lag, where it is stated.
        benefit: money stated directly, a year or in all if ``is_total``.
        weight: distributional weight of the value; ``None`` is 1.
        years, profile: as of an activity; of money stated directly.
        split: body -> share of the value; the shares sum to 1.
        value_class: one of ``CLASSES``.
        counterfactual: how it is known what would have happened, e.g. ``rct``.
        realised: what has become of it so far.
        unit_cost_code: the row of a table of unit costs, if it comes from one; the same code with
            the same value and range is drawn once.
    """

    id: str
    title: str
    split: Mapping[str, float]
    value_class: str
    cashable: Cashable | None
    grade: Grade
    source: str
    options: tuple[str, ...]
    event: str = ""
    cohort_id: str = ""
    cohort: Number | None = None
    takeup: Number | None = None
    baseline: Number | None = None
    effect: Number | None = None
    effect_as: str = ""
    deadweight: Number | None = None
    displacement: Number | None = None
    leakage: Number | None = None
    intake: tuple[int, int] = (0, 0)
    lag: int = 0
    lasts: int | None = None
    dropoff: Number | None = None
    persistence: tuple[float, ...] = ()
    unit_cost: Number | None = None
    unit_cost_code: str = ""
    benefit: Number | None = None
    weight: Number | None = None
    is_total: bool = False
    years: tuple[int, int] = (0, 0)
    profile: tuple[float, ...] = ()
    counterfactual: str = ""
    owner: str = ""
    reviewed: date | None = None
    is_one_off: bool = False
    realised: Realised | None = None
    where: str = ""

    def numbers(self) -> Iterator[Number]:
        """Its numbers, in the order of evaluation."""
        for one in (
            self.cohort,
            self.takeup,
            self.baseline,
            self.effect,
            self.deadweight,
            self.displacement,
            self.leakage,
            self.dropoff,
            self.unit_cost,
            self.benefit,
            self.weight,
            self.cashable.share if self.cashable else None,
        ):
            if one is not None:
                yield one


@dataclass(frozen=True)
class Case:
    """A whole case, as read and checked.

    Attributes:
        summary: a few sentences for a reader, on one line; or empty.
        edition: the guidance that it follows: schedules, deflators, bands.
        price_base: financial year of all prices of the result.
        base_year: calendar year in which year 0 begins.
        horizon: last year; years run 0 to it inclusive.
        schedule: discount schedule of the edition.
        correlation: family -> correlation between its members.
        bodies: body id -> body, ``society`` included.
        options: business as usual, do minimum, then the others; ``preferred`` is the id of the
            one that headlines are about.
        warnings: what a Treasury reviewer would ask.
        files: its file and every file beside it that was opened for it.
        sha256: of what its file says, and of every file beside it that was opened for it.
        narrative: part of a written business case (``strategic``, ``economic``, ``commercial``,
            ``financial``, ``management``) -> what the file says of it, paragraphs apart by an
            empty line; parts that it does not speak of are not there.
    """

    id: str
    title: str
    edition: Edition
    price_base: str
    base_year: int
    horizon: int
    seed: int
    schedule: str
    correlation: Mapping[str, float]
    bodies: Mapping[str, Body]
    options: tuple[Option, ...]
    preferred: str
    activities: tuple[Activity, ...]
    outcomes: tuple[Outcome, ...]
    perspective: str = SOCIETY
    summary: str = ""
    warnings: tuple[Problem, ...] = ()
    file: Path | None = None
    files: frozenset[Path] = frozenset()
    sha256: str = ""
    narrative: Mapping[str, str] = field(default_factory=dict)

    @property
    def items(self) -> tuple[Activity | Outcome, ...]:
        """Activities, then outcomes, in the order of the file."""
        return (*self.activities, *self.outcomes)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """All numbers, activities first."""
        return tuple(one for item in self.items for one in item.numbers())

    @property
    def uncertain(self) -> tuple[Number, ...]:
        """The numbers that have a spread."""
        return tuple(one for one in self.numbers if one.spread is not None)

    def option(self, option_id: str) -> Option:
        """The option of that id.

        Raises:
            KeyError: there is none.
        """
        for one in self.options:
            if one.id == option_id:
                return one
        raise KeyError(option_id)
