"""What an evaluation works with: the rows of a case, and the weights that turn them into views.

A row is an activity (a cost) or an outcome (a benefit). Each gives an amount by draw times a
profile by year, as far as its years do not depend on the draw. A view (perspective) is a weight for
each row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from totalplace.cases._case import (
    BUSINESS_AS_USUAL,
    FISCAL,
    SOCIETY,
    Activity,
    Body,
    Case,
    Outcome,
)
from totalplace.cases._discount import discount_factors
from totalplace.cases._together import same_numbers

__all__ = ["Group", "Plan", "Row", "plan_of", "views_of"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """One activity or outcome of an option.

    Attributes:
        sign: 1, or -1 for what business as usual has and the option would end.
        counts_against: whether its money above zero speaks against the option: its costs, and the
            benefits of business as usual that it would end. What business as usual has and the
            option keeps is no row; where it combines with others it is two, and the second counts
            as the first, so that they cancel.
        bias: what its grade multiplies its money by: above 1 where it counts against the option,
            below 1 where it counts for it.
        bias_below: the same of money below zero, the other way round: an outcome that adds cost is
            raised as a cost, a receipt among the costs is lowered as a benefit.
        shares: share of each body, in the order of the plan's bodies; a transfer's sum to 0.
        value_class: ``cost``, or a class of outcomes.
    """

    item: Activity | Outcome
    sign: float
    counts_against: bool
    bias: float
    bias_below: float
    shares: Array
    value_class: str

    @property
    def is_cost(self) -> bool:
        """Whether it is an activity."""
        return self.value_class == "cost"


Group = tuple[int, ...]
"""Numbers of rows that change one event of one cohort and so combine multiplicatively."""


@dataclass(frozen=True)
class Plan:
    """The rows of one option against business as usual.

    Attributes:
        bodies: in order; the last is ``society``, everybody outside the public bodies.
        views: names of the perspectives, in order.
        cost_weights, benefit_weights: view x row, without bias, signs included.
        cash_weights: body x row, of what of a saving is cash of a public body.
        bias, bias_below: by row, of its money above and below zero.
        factors: discount factor by year.
        together: key of a number that is the same quantity as others, the first of them that the
            rows take -> keys of all of them, its own among them.
    """

    case: Case
    option: str
    rows: tuple[Row, ...]
    groups: tuple[Group, ...]
    bodies: tuple[Body, ...]
    views: tuple[str, ...]
    cost_weights: Array
    benefit_weights: Array
    cash_weights: Array
    bias: Array
    bias_below: Array
    factors: Array
    together: Mapping[str, tuple[str, ...]]

    @property
    def years(self) -> int:
        """How many years there are: the horizon and year 0."""
        return self.case.horizon + 1


def views_of(case: Case) -> tuple[str, ...]:
    """Names of the perspectives: each declared body, then local, national, exchequer, society."""
    return (*(name for name in case.bodies if name != SOCIETY), *_WIDE)


_WIDE = ("local", "national", "exchequer", SOCIETY)


def plan_of(case: Case, option: str | None = None) -> Plan:
    """The plan of an option; of the preferred one without."""
    chosen = option or case.preferred
    bodies = (
        *(one for name, one in case.bodies.items() if name != SOCIETY),
        case.bodies[SOCIETY],
    )
    rows = tuple(_rows(case, chosen, bodies))
    views = views_of(case)
    seen = [_seen(view, bodies) for view in views]
    count = len(rows)
    cost, benefit = np.zeros((len(views), count)), np.zeros((len(views), count))
    cash = np.zeros((len(bodies), count))
    public = np.array([one.is_public for one in bodies])
    for at, row in enumerate(rows):
        for view, (members, is_whole) in enumerate(seen):
            if row.is_cost:
                cost[view, at] = row.sign * row.shares[members].sum()
            elif row.value_class in FISCAL or is_whole:
                benefit[view, at] = row.sign * row.shares[members].sum()
            else:
                # value that is no money is its private owner's, never a public body's
                benefit[view, at] = row.sign * row.shares[members & ~public].sum()
        if row.value_class in FISCAL:
            cash[:, at] = row.sign * row.shares * public
    return Plan(
        case=case,
        option=chosen,
        rows=rows,
        groups=_groups(rows),
        bodies=bodies,
        views=views,
        cost_weights=cost,
        benefit_weights=benefit,
        cash_weights=cash,
        bias=np.array([row.bias for row in rows]),
        bias_below=np.array([row.bias_below for row in rows]),
        factors=discount_factors(case.schedule, case.horizon, case.edition),
        together=_together(rows, case),
    )


def _together(rows: Sequence[Row], case: Case) -> dict[str, tuple[str, ...]]:
    same = same_numbers(case.items)
    found: dict[str, dict[str, None]] = {}
    for item in (*(row.item for row in rows), *case.items):
        for number in item.numbers():
            found.setdefault(same[number.key], {})[number.key] = None
    return {next(iter(keys)): tuple(keys) for keys in found.values() if len(keys) > 1}


def _seen(view: str, bodies: Sequence[Body]) -> tuple[npt.NDArray[np.bool_], bool]:
    """Which bodies a view looks at, and whether it is that of the whole of society."""
    match view:
        case "society":
            return np.ones(len(bodies), dtype=bool), True
        case "exchequer":
            return np.array([one.is_public for one in bodies]), False
        case "local" | "national":
            return np.array([one.tier == view for one in bodies]), False
        case _:
            return np.array([one.id == view for one in bodies]), False


def _rows(case: Case, option: str, bodies: Sequence[Body]) -> list[Row]:
    at = {one.id: number for number, one in enumerate(bodies)}
    rows = []
    for name, sign in ((option, 1.0), (BUSINESS_AS_USUAL, -1.0)):
        if option == BUSINESS_AS_USUAL:
            # against itself nothing changes
            break
        for item in case.items:
            if name not in item.options or _is_kept(case, item, option):
                continue
            is_cost = isinstance(item, Activity)
            shares = np.zeros(len(bodies))
            for body, share in _shares(item).items():
                shares[at[body]] = share
            kind = "cost" if isinstance(item, Activity) else item.value_class
            if kind == "transfer":
                shares[at[SOCIETY]] -= shares.sum()
            band = case.edition.bands[item.grade.worst]
            raised, lowered = 1 + band.cost, 1 - band.benefit
            is_ended = name == BUSINESS_AS_USUAL and option not in item.options
            against = is_cost != is_ended
            bias = (raised, lowered) if against else (lowered, raised)
            rows.append(Row(item, sign, against, *bias, shares, kind))
    return rows


def _is_kept(case: Case, item: Activity | Outcome, option: str) -> bool:
    """Whether an option keeps what business as usual has, so that nothing changes.

    An outcome that combines with others is not left out: they share what it leaves.
    """
    if option not in item.options or BUSINESS_AS_USUAL not in item.options:
        return False
    return not (
        isinstance(item, Outcome)
        and item.cohort_id
        and any(
            (one.event, one.cohort_id) == (item.event, item.cohort_id) and one is not item
            for one in case.outcomes
        )
    )


def _shares(item: Activity | Outcome) -> Mapping[str, float]:
    return item.payer if isinstance(item, Activity) else item.split


def _groups(rows: Sequence[Row]) -> tuple[Group, ...]:
    found: dict[tuple[str, str, float], list[int]] = {}
    for at, row in enumerate(rows):
        item = row.item
        if isinstance(item, Outcome) and item.cohort_id and item.cohort is not None:
            found.setdefault((item.event, item.cohort_id, row.sign), []).append(at)
    return tuple(tuple(members) for members in found.values() if len(members) > 1)
