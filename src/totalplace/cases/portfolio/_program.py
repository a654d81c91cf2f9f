"""A portfolio as a program: its variables and rows, and what it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from totalplace.cases.portfolio._model import Portfolio

__all__ = ["Cut", "Program", "Question", "Rule", "worth"]

Rule = tuple[str, ...]
"""A rule by name, e.g. ``("stream", "health", "budget")``; the keys of ``Portfolio.lines``."""


@dataclass(frozen=True)
class Cut:
    """Sets that are known to be impossible to pay in whole pence.

    Attributes:
        names: interventions.
        most: no more of them can be bought together; None: exactly this set cannot be.
    """

    names: frozenset[str]
    most: int | None = None


@dataclass(frozen=True)
class Question:
    """Which program is meant.

    Attributes:
        opened: streams whose fence is opened: their money may be spent on anything.
        dropped: rules that are left out.
        players: the bodies that act: their streams pay, their gains count; None: all.
        bought: a set that is given, so that only its payments are asked for; None: choose.
        without: what is known to be impossible to pay in whole pence.
        known: a set that keeps every rule: nothing that is worth less is sought, and it is the
            answer when the time is up before another is found.
    """

    opened: frozenset[str] = frozenset()
    dropped: frozenset[Rule] = frozenset()
    players: frozenset[str] | None = None
    bought: frozenset[str] | None = None
    without: tuple[Cut, ...] = ()
    known: frozenset[str] | None = None


@dataclass
class Program:
    """Variables, rows, and where each money variable stands.

    Attributes:
        value: pence of the objective, to be made as large as possible.
        rows: (rule, columns, factors, low, high, whether it is about money); money in pence.
        losses: body -> column of a combination -> what overlaps take from the body's gain then.
        demand_rows: (group, year) -> its row, whose dual is the worth of a penny there.
        budget_rows: (stream, year) -> the rows that bound what it spends then.
    """

    portfolio: Portfolio
    question: Question
    groups: tuple[tuple[str, ...], ...]
    value: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    binaries: list[int] = field(default_factory=list)
    y: dict[str, int] = field(default_factory=dict)
    direct: dict[tuple[int, str, int], int] = field(default_factory=dict)
    into: dict[tuple[str, int], int] = field(default_factory=dict)
    out: dict[tuple[int, int], int] = field(default_factory=dict)
    rows: list[tuple[Rule, list[int], list[float], float, float, bool]] = field(
        default_factory=list
    )
    losses: dict[str, dict[int, int]] = field(default_factory=dict)
    demand_rows: dict[tuple[int, int], int] = field(default_factory=dict)
    budget_rows: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    scale: float = 1.0

    def variable(self, value: float, high: float, *, is_binary: bool = False) -> int:
        """A new variable from 0 to ``high``; its column."""
        column = len(self.value)
        self.value.append(value)
        self.high.append(high)
        if is_binary:
            self.binaries.append(column)
        return column

    def row(
        self,
        rule: Rule,
        factors: Mapping[int, float],
        low: float = -np.inf,
        high: float = np.inf,
        *,
        is_money: bool = True,
    ) -> None:
        """A new row: low <= sum of factors x variables <= high, unless its rule is dropped."""
        if rule not in self.question.dropped:
            self.rows.append((rule, list(factors), list(factors.values()), low, high, is_money))

    def spent(self, stream: str, year: int) -> list[int]:
        """The columns of what a stream spends in a year."""
        return self._spent.get((stream, year), [])

    def index(self) -> None:
        """Note which columns each stream spends by."""
        self._spent: dict[tuple[str, int], list[int]] = {}
        for (_, stream, year), column in self.direct.items():
            self._spent.setdefault((stream, year), []).append(column)
        for (stream, year), column in self.into.items():
            self._spent.setdefault((stream, year), []).append(column)

    @property
    def is_binary(self) -> np.ndarray:
        """Which variables are choices, 0 or 1; the others are money."""
        found = np.zeros(len(self.value), dtype=bool)
        found[self.binaries] = True
        return found

    def matrix(self, *, is_scaled: bool = True) -> csr_array:
        """The rows as a sparse matrix; scaled, money is in units of ``scale`` pence."""
        sizes = [len(row[1]) for row in self.rows]
        rows = np.repeat(np.arange(len(self.rows)), sizes)
        columns = np.array([column for row in self.rows for column in row[1]], dtype=int)
        factors = np.array([factor for row in self.rows for factor in row[2]], dtype=float)
        if is_scaled:
            is_money = np.array([row[5] for row in self.rows], dtype=bool)
            factors[is_money[rows] & self.is_binary[columns]] /= self.scale
        shape = (len(self.rows), len(self.value))
        return csr_array((factors, (rows, columns)), shape=shape)

    def limits(self, *, is_scaled: bool = True) -> tuple[np.ndarray, np.ndarray]:
        """The lowest and highest value of each row."""
        unit = np.array([self.scale if row[5] and is_scaled else 1.0 for row in self.rows])
        low = np.array([row[3] for row in self.rows]) / unit
        return low, np.array([row[4] for row in self.rows]) / unit


def worth(portfolio: Portfolio, bought: frozenset[str], players: frozenset[str] | None) -> int:
    """NPV of a set, or what of its benefit the players have less all that it costs."""
    if players is None:
        return portfolio.value_pence(bought)
    gains = portfolio.gains_pence(bought)
    cost = sum(portfolio.pv_cost_pence(o) for o in portfolio.interventions if o.id in bought)
    return sum(gains[body] for body in players) - cost
