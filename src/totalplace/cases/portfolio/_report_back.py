"""Who pays for what: each payment by stream, and for each funder what its own money has bought."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from totalplace.cases.portfolio._model import Portfolio, shares_of
from totalplace.cases.portfolio._solve import Chosen

__all__ = ["Payment", "StreamReport", "payments_of", "pv_paid_pence", "report_back"]


@dataclass(frozen=True)
class Payment:
    """What a stream pays for an intervention in a year.

    Attributes:
        is_named: whether the intervention names the stream; else it is paid across a fence that
            is soft, open or opened.
    """

    stream: str
    intervention: str
    year: int
    pence: int
    is_named: bool


@dataclass(frozen=True)
class StreamReport:
    """What a funder is told of its own stream.

    Attributes:
        spent: pence by year.
        left_pence: what of all years is not spent.
        bought: intervention -> (pence paid, share of the intervention's whole cost).
        across_fence_pence: what was paid for interventions that do not name the stream.
        value_pence: the portfolio's NPV in proportion to who pays for each intervention.
        is_fence_kept: whether no more crosses the fence than the stream's own rule allows.
    """

    stream: str
    body: str
    ringfence: str
    budget: tuple[int, ...]
    spent: tuple[int, ...]
    left_pence: int
    bought: dict[str, tuple[int, Fraction]]
    across_fence_pence: int
    value_pence: int
    is_fence_kept: bool


def payments_of(portfolio: Portfolio, chosen: Chosen) -> list[Payment]:
    """Every payment; for each intervention and year they sum to its cost, to the penny.

    Money that may be spent on anything goes first to what names its stream.
    """
    money = chosen.money
    names = {one.id: set(one.streams) for one in portfolio.interventions}
    paid: list[Payment] = []
    for year in range(portfolio.years):
        short = {
            one.id: one.cost[year] for one in portfolio.interventions if one.id in chosen.bought
        }
        direct = {
            (group, stream): pence
            for (group, stream, at), pence in money.direct.items()
            if at == year
        }
        pool = {stream: pence for (stream, at), pence in money.into.items() if at == year}

        def pay(stream: str, one: str, most: int, year: int = year, short=short) -> int:  # type: ignore[no-untyped-def]
            pence: int = min(most, short[one])
            if pence > 0:
                short[one] -= pence
                paid.append(Payment(stream, one, year, pence, stream in names[one]))
            return pence

        group_of = _groups(portfolio, chosen)
        for (group, stream), pence in direct.items():
            left = pence
            for one in short:
                if group_of[one] == group:
                    left -= pay(stream, one, left)
        for is_named in (True, False):
            for stream, pence in list(pool.items()):
                left = pence
                for one in short:
                    if stream in names[one] or not is_named:
                        left -= pay(stream, one, left)
                pool[stream] = left
    return paid


def _groups(portfolio: Portfolio, chosen: Chosen) -> dict[str, int]:
    place = {streams: number for number, streams in enumerate(chosen.money.groups)}
    return {
        one.id: place[tuple(sorted(set(one.streams)))]
        for one in portfolio.interventions
        if one.id in chosen.bought
    }


def pv_paid_pence(portfolio: Portfolio, payments: list[Payment]) -> dict[tuple[str, str], int]:
    """(intervention, stream) -> present value of what the stream pays for it.

    The parts of an intervention sum to the present value of its cost, to the penny.
    """
    weights: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for paid in payments:
        now = paid.pence * Fraction(portfolio.factors[paid.year])
        weights[paid.intervention][paid.stream] += now
    found = {}
    for one in portfolio.interventions:
        total = sum(weights[one.id].values())
        if total:
            shares = {stream: weight / total for stream, weight in weights[one.id].items()}
            for stream, pence in shares_of(portfolio.pv_cost_pence(one), shares).items():
                found[one.id, stream] = pence
    return found


def report_back(portfolio: Portfolio, chosen: Chosen) -> list[StreamReport]:
    """One report a stream, in the order of the file; their values sum to the portfolio's.

    What costs nothing is nobody's stream; its value stands with the first stream that it names.
    """
    payments = payments_of(portfolio, chosen)
    values = _values(portfolio, chosen, payments)
    reports = []
    for stream in portfolio.streams:
        own = [one for one in payments if one.stream == stream.id]
        by_year = [0] * portfolio.years
        across = [0] * portfolio.years
        bought: dict[str, int] = defaultdict(int)
        for one in own:
            by_year[one.year] += one.pence
            bought[one.intervention] += one.pence
            across[one.year] += 0 if one.is_named else one.pence
        costs = {one.id: sum(one.cost) for one in portfolio.interventions}
        reports.append(
            StreamReport(
                stream=stream.id,
                body=stream.body,
                ringfence=stream.ringfence,
                budget=stream.budget,
                spent=tuple(by_year),
                left_pence=sum(stream.budget) - sum(by_year),
                bought={name: (p, Fraction(p, costs[name])) for name, p in bought.items()},
                across_fence_pence=sum(across),
                value_pence=values.get(stream.id, 0),
                is_fence_kept=all(
                    a <= most for a, most in zip(across, stream.open_budget, strict=True)
                )
                or stream.ringfence == "none",
            )
        )
    return reports


def _values(portfolio: Portfolio, chosen: Chosen, payments: list[Payment]) -> dict[str, int]:
    """Stream -> its part of the NPV: that of each intervention by who pays for it.

    What overlaps take goes to the interventions of the overlap in proportion to their effects.
    """
    npv = {one.id: one.npv_pence for one in portfolio.interventions if one.id in chosen.bought}
    for overlap in portfolio.overlaps:
        effects = {name: e for name, e in overlap.effects.items() if name in chosen.bought and e}
        if effects:
            total = sum(effects.values())
            shares = {name: effect / total for name, effect in effects.items()}
            for name, part in shares_of(overlap.loss_pence(chosen.bought), shares).items():
                npv[name] -= part
    by_stream: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for payment in payments:
        by_stream[payment.intervention][payment.stream] += payment.pence
    streams = {one.id: one.streams for one in portfolio.interventions}
    values: dict[str, int] = defaultdict(int)
    for name, amount in npv.items():
        paid = by_stream[name]
        first = (*streams[name], portfolio.streams[0].id)[0]
        total = Fraction(sum(paid.values()))
        shares = {one: p / total for one, p in paid.items()} if total else {first: Fraction(1)}
        for stream, part in shares_of(amount, shares).items():
            values[stream] += part
    return values
