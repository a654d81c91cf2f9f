"""Sharing the gain of one pot: who has what, who pays whom, and whether anyone would walk away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from totalplace.cases.portfolio._fences import fences_of
from totalplace.cases.portfolio._games import (
    MAX_BODIES,
    Blocking,
    better_alone,
    can_be_stable,
    shapley,
)
from totalplace.cases.portfolio._model import Portfolio, ShareRule, shares_of, subsets
from totalplace.cases.portfolio._program import Question, Rule
from totalplace.cases.portfolio._report_back import payments_of, pv_paid_pence
from totalplace.cases.portfolio._solve import Chosen, choose
from totalplace.errors import Problem, RequestError
from totalplace.money import format_gbp

__all__ = ["Cash", "Position", "Shared", "coalition_values", "pooled_choice", "share_gain"]


@dataclass(frozen=True)
class Position:
    """One body, in present value.

    Attributes:
        pays_pence: what its streams pay.
        gains_pence: what it has of the benefits.
        share_pence: what it is to have of the net gain of all.
    """

    body: str
    pays_pence: int
    gains_pence: int
    share_pence: int

    @property
    def position_pence(self) -> int:
        """What it has before anything is shared."""
        return self.gains_pence - self.pays_pence

    @property
    def settlement_pence(self) -> int:
        """What it is paid by the others so that it has its share; below zero it pays."""
        return self.share_pence - self.position_pence


@dataclass(frozen=True)
class Cash:
    """Benefits and settlement of a body by year, undiscounted, and how much of it is at hand."""

    body: str
    benefit: tuple[int, ...]
    settlement: tuple[int, ...]

    @property
    def at_hand(self) -> tuple[int, ...]:
        """What has come in up to each year: below zero it would pay on what it has not had."""
        total, found = 0, []
        for benefit, settlement in zip(self.benefit, self.settlement, strict=True):
            total += benefit + settlement
            found.append(total)
        return tuple(found)


@dataclass(frozen=True)
class Shared:
    """The gain, shared.

    Attributes:
        pooled: the set that one pot buys.
        total_pence: its net gain, the sum of the shares.
        coalitions: group -> what it would have alone; empty where that was not worked out.
        blocking: the groups that would do better alone; None where that is not known.
        stable_split_exists: whether any split leaves no such group; None where not known.
        is_proved: whether every value was proved to be the best.
        cash: None where the file gives benefits without their years; ``cash_reason`` says so.
    """

    method: str
    pooled: Chosen
    total_pence: int
    positions: tuple[Position, ...]
    coalitions: Mapping[frozenset[str], int]
    blocking: tuple[Blocking, ...] | None
    stable_split_exists: bool | None
    is_proved: bool
    cash: tuple[Cash, ...] | None
    cash_reason: str | None


def share_gain(portfolio: Portfolio, rule: ShareRule, pooled: Chosen) -> Shared:
    """Share the net gain of one pot by a rule, and check it.

    What a group would have alone is the best that its own streams can buy as one pot: its
    members' part of the benefits less all that is paid, while the others do nothing. Neither what
    must be bought nor floors bind a group that is not everybody.

    Raises:
        RequestError: ``too_many_bodies`` for the Shapley value, ``no_share_by_gain`` or
            ``no_share_by_cost`` where those are not defined, ``not_the_total`` where the file says
            of all bodies together another value than one pot has.
    """
    bodies = list(portfolio.bodies)
    pays, gains = _before(portfolio, pooled)
    total = portfolio.value_pence(pooled.bought)
    values: Mapping[frozenset[str], int] = rule.coalitions
    is_proved = pooled.status == "optimal"
    if rule.coalitions:
        _same_total(portfolio, rule.coalitions.get(frozenset(bodies), total), total)
        values = {**rule.coalitions, frozenset(bodies): total}
    elif len(bodies) <= MAX_BODIES:
        values, all_proved = coalition_values(portfolio, total)
        is_proved = is_proved and all_proved
    split = _split(rule, bodies, total, pays, gains, values)
    positions = tuple(Position(b, pays[b], gains[b], split[b]) for b in bodies)
    if sum(one.settlement_pence for one in positions):
        raise AssertionError("a settlement pays out what nobody pays in")
    cash, reason = _cash(portfolio, pooled, split, pays, gains)
    return Shared(
        method=rule.method,
        pooled=pooled,
        total_pence=total,
        positions=positions,
        coalitions=values,
        blocking=tuple(better_alone(split, values)) if values else None,
        stable_split_exists=can_be_stable(bodies, total, values) if values else None,
        is_proved=is_proved,
        cash=cash,
        cash_reason=reason,
    )


def pooled_choice(portfolio: Portfolio) -> Chosen | None:
    """What one pot buys when bodies can compensate each other; None when no set keeps the rules.

    No rule on single bodies' positions is kept: the shares see to them.
    """
    dropped: set[Rule] = {("body", b, w) for b in portfolio.bodies for w in ("worse_off", "floor")}
    opened = frozenset(fences_of(portfolio))
    return choose(portfolio, Question(opened=opened, dropped=frozenset(dropped)))


def coalition_values(portfolio: Portfolio, total: int) -> tuple[dict[frozenset[str], int], bool]:
    """Group -> what it would have alone, in pence, and whether all of it was proved.

    Args:
        total: what all together have.
    """
    everybody = frozenset(portfolio.bodies)
    values, is_proved = {}, True
    for group in subsets(everybody):
        if group == everybody:
            values[group] = total
        elif group:
            fences = frozenset(one.id for one in portfolio.streams if one.body in group)
            found = choose(portfolio, Question(opened=fences, players=group))
            # to buy nothing is always possible
            values[group] = found.value_pence if found is not None else 0
            is_proved = is_proved and (found is None or found.status == "optimal")
    return values, is_proved


def _same_total(portfolio: Portfolio, stated: int, total: int) -> None:
    """Refuse a stated value of all together that is not there to be shared."""
    if stated != total:
        raise RequestError(
            Problem(
                "not_the_total",
                "all bodies together are said to have another value than one pot has",
                (portfolio.lines or {}).get(("share", "coalition"), "share.coalition"),
                f"{format_gbp(stated)} is stated, and what one pot buys is worth "
                f"{format_gbp(total)}: the difference is nobody's money",
                "correct the value, or leave the group of all bodies out: then it is what one pot "
                "is worth",
            )
        )


def _before(portfolio: Portfolio, chosen: Chosen) -> tuple[dict[str, int], dict[str, int]]:
    """What each body pays and gains, in present value; gains less payments sum to the NPV."""
    owner = {one.id: one.body for one in portfolio.streams}
    pays = dict.fromkeys(portfolio.bodies, 0)
    for (_, stream), pence in pv_paid_pence(portfolio, payments_of(portfolio, chosen)).items():
        pays[owner[stream]] += pence
    return pays, portfolio.gains_pence(chosen.bought)


def _split(
    rule: ShareRule,
    bodies: list[str],
    total: int,
    pays: Mapping[str, int],
    gains: Mapping[str, int],
    values: Mapping[frozenset[str], int],
) -> dict[str, int]:
    if rule.method == "fixed":
        return {**dict.fromkeys(bodies, 0), **shares_of(total, rule.fixed)}
    if rule.method == "shapley":
        if len(bodies) > MAX_BODIES:
            raise RequestError(
                Problem(
                    "too_many_bodies",
                    "there are too many bodies for the Shapley value",
                    "share.method",
                    f"{len(bodies)} bodies have {2 ** len(bodies):,} groups; {MAX_BODIES} at most",
                    "join bodies that act together, or share by another method",
                )
            )
        return _whole(shapley(bodies, values), total)
    by = gains if rule.method == "proportional_to_gain" else pays
    whole = sum(by.values())
    if whole <= 0 or min(by.values()) < 0:
        word = "gain" if by is gains else "cost"
        raise RequestError(
            Problem(
                f"no_share_by_{word}",
                f"the net gain cannot be shared in proportion to each body's {word}",
                "share.method",
                ", ".join(f"{name} {pence / 100:,.2f}" for name, pence in by.items()),
                "share by shapley or by fixed shares",
            )
        )
    return shares_of(total, {name: Fraction(part, whole) for name, part in by.items()})


def _whole(exact: Mapping[str, Fraction], total: int) -> dict[str, int]:
    parts = {name: int(value // 1) for name, value in exact.items()}
    order = sorted(exact, key=lambda name: (parts[name] - exact[name], name))
    for name in order[: total - sum(parts.values())]:
        parts[name] += 1
    return parts


def _cash(
    portfolio: Portfolio,
    pooled: Chosen,
    split: Mapping[str, int],
    pays: Mapping[str, int],
    gains: Mapping[str, int],
) -> tuple[tuple[Cash, ...] | None, str | None]:
    """Benefits of each body by year, and its settlement, paid as benefits come in."""
    bought = [one for one in portfolio.interventions if one.id in pooled.bought]
    without = [one.id for one in bought if one.benefit is None]
    if without:
        return None, f"the years of the benefit are not given for {', '.join(without[:8])}"
    if any(overlap.loss_pence(pooled.bought) for overlap in portfolio.overlaps):
        return None, "the years of what overlaps take are not given"
    years = range(portfolio.years)
    benefit = {body: [0] * portfolio.years for body in portfolio.bodies}
    for one in bought:
        for year in years:
            for body, part in shares_of((one.benefit or ())[year], one.gain).items():
                benefit[body][year] += part
    whole = [max(0, sum(benefit[body][year] for body in benefit)) for year in years]
    present = sum(Fraction(portfolio.factors[year]) * whole[year] for year in years)
    if not present:
        return None, "nothing comes in within the years of the portfolio"
    settlement = {
        body: Fraction(split[body] - gains[body] + pays[body]) / present for body in benefit
    }
    by_year = [
        _whole({body: rate * whole[year] for body, rate in settlement.items()}, 0) for year in years
    ]
    return tuple(
        Cash(body, tuple(benefit[body]), tuple(one[body] for one in by_year)) for body in benefit
    ), None
