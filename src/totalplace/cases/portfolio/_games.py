"""Sharing a gain among bodies: the Shapley value, and which groups would do better alone.

Shapley, L. S. (1953), A value for n-person games: a body's share is what it adds to those who came
before it, on average over all orders in which they could come. The core (Gillies 1959): a split
is stable when no group has less of it than it could have alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

import numpy as np
from scipy.optimize import linprog

from totalplace.cases.portfolio._model import subsets

__all__ = ["MAX_BODIES", "Blocking", "better_alone", "can_be_stable", "shapley"]

MAX_BODIES = 12
"""More bodies have more than 4,096 groups, each of which is solved."""


@dataclass(frozen=True)
class Blocking:
    """A group that would do better alone: what it has alone, and of the split."""

    bodies: tuple[str, ...]
    alone_pence: int
    together_pence: int


def shapley(bodies: Sequence[str], values: Mapping[frozenset[str], int]) -> dict[str, Fraction]:
    """Body -> its Shapley value in pence, exact; they sum to the value of all together.

    Args:
        values: group -> pence; the empty group has nothing.

    >>> values = {frozenset("a"): 0, frozenset("b"): 60, frozenset("ab"): 100}
    >>> {body: int(value) for body, value in shapley("ab", values).items()}
    {'a': 20, 'b': 80}
    """
    n = len(bodies)
    found = dict.fromkeys(bodies, Fraction(0))
    for group in subsets(frozenset(bodies)):
        worth = values.get(group, 0)
        if not worth:
            continue
        size = len(group)
        for body in bodies:
            # the group is what stands after its last member came, or before the next one comes
            if body in group:
                orders = factorial(size - 1) * factorial(n - size)
                found[body] += Fraction(worth * orders, factorial(n))
            else:
                orders = factorial(size) * factorial(n - size - 1)
                found[body] -= Fraction(worth * orders, factorial(n))
    return found


def better_alone(split: Mapping[str, int], values: Mapping[frozenset[str], int]) -> list[Blocking]:
    """Every group that has less of a split than alone, the largest shortfall first."""
    found = [
        Blocking(tuple(sorted(group)), worth, together)
        for group, worth in values.items()
        if group and worth > (together := sum(split[body] for body in group))
    ]
    return sorted(found, key=lambda one: (one.together_pence - one.alone_pence, one.bodies))


def can_be_stable(bodies: Sequence[str], total: int, values: Mapping[frozenset[str], int]) -> bool:
    """Whether any split of the total leaves no group better off alone, to a penny.

    The least that every group could be short of (the least core) is found by a linear program.
    """
    groups = [group for group in values if group and len(group) < len(bodies)]
    if not groups:
        return True
    most = max(1.0, *(abs(float(value)) for value in values.values()))
    rows = np.array([[*(-float(b in group) for b in bodies), -1.0] for group in groups])
    solved = linprog(
        [*(0.0 for _ in bodies), 1.0],
        A_ub=rows,
        b_ub=[-values[group] / most for group in groups],
        A_eq=[[*(1.0 for _ in bodies), 0.0]],
        b_eq=[total / most],
        bounds=[(None, None)] * (len(bodies) + 1),
    )
    return bool(solved.status == 0 and solved.fun * most <= max(1.0, 1e-7 * most))
