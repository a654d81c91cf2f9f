"""A portfolio as a mixed-integer linear program.

Variables: one binary ``y`` an intervention; for interventions on one outcome one binary a
combination, so that their joint effect is exact; and money. Interventions that the same streams
may pay are one group: only what a group costs in a year matters to the streams. Fenced money goes
from a stream to the groups that name it (``direct``); money that may be spent on anything goes
into a pool (``into``) and from there to any group (``out``). So a portfolio of 200 interventions
and 60 streams has a few thousand variables, and fewer still when fences are opened.

Amounts are scaled so that the largest cost is 1,000: HiGHS works to absolute tolerances.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from totalplace.cases.portfolio._model import Intervention, Portfolio, Stream, shares_of, subsets
from totalplace.cases.portfolio._program import Program, Question, Rule, worth

__all__ = ["build", "rules_of"]


def build(portfolio: Portfolio, question: Question) -> Program:
    """The program of a question."""
    streams = [
        one for one in portfolio.streams if question.players is None or one.body in question.players
    ]
    names = {one.id for one in streams}
    groups: dict[tuple[str, ...], list[Intervention]] = {}
    for one in portfolio.interventions:
        paid_by = tuple(sorted(stream for stream in set(one.streams) if stream in names))
        groups.setdefault(paid_by, []).append(one)
    program = Program(portfolio, question, tuple(groups))
    gains = _gains(portfolio, question.players)
    for one in portfolio.interventions:
        program.y[one.id] = program.variable(gains[one.id], 1, is_binary=True)
    _money(program, streams)
    program.index()
    _choice_rows(program)
    _overlap_rows(program)
    _demand_rows(program, list(groups.values()))
    for stream in streams:
        _stream_rows(program, stream)
    _body_rows(program, streams)
    _tightening_rows(program, list(groups.values()), streams)
    _least_row(program)
    most = max((max(one.cost) for one in portfolio.interventions), default=0)
    program.scale = max(most, 1) / 1000
    return program


def rules_of(program: Program) -> list[Rule]:
    """The rules that a program has and a person could change, and its fences."""
    rules = dict.fromkeys(rule for rule, *_ in program.rows if rule and rule[0] != "always")
    fences = [
        ("stream", one.id, "fence")
        for one in program.portfolio.streams
        if one.open_budget != one.budget and one.id not in program.question.opened
    ]
    return [*rules, *(rule for rule in fences if rule not in program.question.dropped)]


def _gains(portfolio: Portfolio, players: frozenset[str] | None) -> dict[str, int]:
    if players is None:
        return {one.id: one.npv_pence for one in portfolio.interventions}
    gains = {}
    for one in portfolio.interventions:
        parts = shares_of(portfolio.benefit_pence(one), one.gain)
        gains[one.id] = sum(parts.get(body, 0) for body in players) - portfolio.pv_cost_pence(one)
    return gains


def _open_budget(program: Program, stream: Stream) -> tuple[int, ...]:
    is_open = (
        stream.id in program.question.opened
        or ("stream", stream.id, "fence") in program.question.dropped
    )
    return stream.budget if is_open else stream.open_budget


def _money(program: Program, streams: Iterable[Stream]) -> None:
    years = range(program.portfolio.years)
    for stream in streams:
        open_budget = _open_budget(program, stream)
        is_open = open_budget == stream.budget
        for year in years:
            # an opened stream pays all through the pool; of a set that is given it is asked who
            # pays for what, and money goes first to what names its stream
            if not is_open or program.question.bought is not None:
                for group, names in enumerate(program.groups):
                    if stream.id in names:
                        column = program.variable(0, np.inf)
                        program.direct[group, stream.id, year] = column
            if is_open or open_budget[year]:
                # money that was carried forward may be spent on anything too if it was open
                high = np.inf if is_open else float(open_budget[year])
                program.into[stream.id, year] = program.variable(0, high)
    for group in range(len(program.groups)):
        for year in years:
            program.out[group, year] = program.variable(0, np.inf)


def _choice_rows(program: Program) -> None:
    question, y = program.question, program.y
    for one in program.portfolio.interventions:
        if question.bought is not None:
            is_bought = float(one.id in question.bought)
            program.row(("always",), {y[one.id]: 1}, is_bought, is_bought, is_money=False)
            continue
        if one.must and question.players is None:
            program.row(("intervention", one.id, "must"), {y[one.id]: 1}, 1, is_money=False)
        for other in one.requires:
            both = {y[other]: 1, y[one.id]: -1}
            program.row(("intervention", one.id, "requires"), both, 0, is_money=False)
        for other in one.excludes:
            both = {y[other]: 1, y[one.id]: 1}
            program.row(("intervention", one.id, "excludes"), both, high=1, is_money=False)
    for cut in question.without if question.bought is None else ():
        if cut.most is not None:
            those = {y[name]: 1.0 for name in sorted(cut.names)}
            program.row(("always",), those, high=cut.most, is_money=False)
            continue
        # not this set: at least one intervention is other than in it
        signs = {column: -1.0 if name in cut.names else 1.0 for name, column in y.items()}
        program.row(("always",), signs, 1 - len(cut.names), is_money=False)


def _overlap_rows(program: Program) -> None:
    players = program.question.players
    for overlap in program.portfolio.overlaps:
        members = frozenset(overlap.effects)
        if len(members) < 2:
            continue
        of: dict[str, dict[int, float]] = {name: {program.y[name]: -1.0} for name in members}
        every: dict[int, float] = {}
        for some in subsets(members):
            parts = shares_of(overlap.loss_pence(some), overlap.gain)
            counted = [part for body, part in parts.items() if players is None or body in players]
            column = program.variable(-sum(counted), 1, is_binary=True)
            every[column] = 1.0
            for body, part in parts.items():
                program.losses.setdefault(body, {})[column] = part
            for name in some:
                of[name][column] = 1.0
        program.row(("always",), every, 1, 1, is_money=False)
        for factors in of.values():
            program.row(("always",), factors, 0, 0, is_money=False)


def _demand_rows(program: Program, groups: list[list[Intervention]]) -> None:
    for year in range(program.portfolio.years):
        for group, members in enumerate(groups):
            factors = {program.out[group, year]: 1.0}
            for stream in program.groups[group]:
                if (group, stream, year) in program.direct:
                    factors[program.direct[group, stream, year]] = 1.0
            factors |= {
                program.y[one.id]: -float(one.cost[year]) for one in members if one.cost[year]
            }
            program.demand_rows[group, year] = len(program.rows)
            program.row(("always",), factors, 0, 0)
        pool = {program.out[group, year]: 1.0 for group in range(len(groups))}
        pool |= {column: -1.0 for (_, at), column in program.into.items() if at == year}
        program.row(("always",), pool, 0, 0)


def _tightening_rows(
    program: Program, groups: list[list[Intervention]], streams: list[Stream]
) -> None:
    """Rows that follow from the others for whole choices, and cut off many fractions of one.

    A stream that cannot pay a cost alone pays no more than its budget times the choice. And what
    may only be paid by some streams costs no more than they hold, with what is open to all.
    """
    dropped = program.question.dropped
    if program.question.bought is not None or any(rule[-1] == "budget" for rule in dropped):
        return
    by_name = {one.id: one for one in streams}
    for (group, stream, year), column in program.direct.items():
        members, held = groups[group], _held(by_name[stream], by_name[stream].budget, year)
        if len(members) == 1 and held < members[0].cost[year]:
            factors = {column: 1.0, program.y[members[0].id]: -float(held)}
            program.row(("always",), factors, high=0)
    open_to_all = {one.id: _open_budget(program, one) for one in streams}
    closed = [
        frozenset(name for name in names if open_to_all[name] != by_name[name].budget)
        for names in program.groups
    ]
    for some in sorted({*closed, frozenset(by_name)}, key=sorted):
        members = [
            one for own, ones in zip(closed, groups, strict=True) if own <= some for one in ones
        ]
        if len(members) < 2:
            continue
        for year in range(program.portfolio.years):
            held = sum(
                _held(one, one.budget if one.id in some else open_to_all[one.id], year, to=year)
                for one in streams
            )
            costs = {program.y[one.id]: float(sum(one.cost[: year + 1])) for one in members}
            if sum(costs.values()) > held:
                program.row(("always",), costs, high=float(held))


def _least_row(program: Program) -> None:
    """The value is no less than that of a set that is known to be possible."""
    known = program.question.known
    if known is None or program.question.bought is not None:
        return
    least = worth(program.portfolio, known, program.question.players)
    unit = max(max(map(abs, program.value), default=0.0), 1.0) / 1000
    factors = {column: value / unit for column, value in enumerate(program.value) if value}
    # half a thousandth of the largest is far from any other answer's tolerance
    program.row(("always",), factors, least / unit - 0.5, is_money=False)


def _held(stream: Stream, budget: tuple[int, ...], year: int, to: int | None = None) -> int:
    """Pence that a stream can spend in a year; with ``to``, in all years up to it."""
    if to is not None or stream.carry_forward:
        return sum(budget[: year + 1])
    return budget[year]


def _stream_rows(program: Program, stream: Stream) -> None:
    years = range(program.portfolio.years)
    for year in years:
        spent = program.spent(stream.id, year)
        covered = range(year + 1) if stream.carry_forward else (year,)
        since = [column for at in covered for column in program.spent(stream.id, at)]
        at_hand = sum(stream.budget[at] for at in covered)
        if ("stream", stream.id, "budget") not in program.question.dropped:
            for at in covered:
                program.budget_rows.setdefault((stream.id, at), []).append(len(program.rows))
        program.row(("stream", stream.id, "budget"), dict.fromkeys(since, 1.0), high=float(at_hand))
        if stream.floor[year] and program.question.players is None:
            program.row(
                ("stream", stream.id, "floor"), dict.fromkeys(spent, 1.0), float(stream.floor[year])
            )


def _body_rows(program: Program, streams: list[Stream]) -> None:
    portfolio = program.portfolio
    for body in portfolio.bodies.values():
        own = [one.id for one in streams if one.body == body.id]
        for year in range(portfolio.years):
            if body.cash_limit is not None and own:
                spent = [column for name in own for column in program.spent(name, year)]
                limit = float(body.cash_limit[year])
                program.row(("body", body.id, "cash_limit"), dict.fromkeys(spent, 1.0), high=limit)
        if program.question.players is None:
            if portfolio.no_agency_worse_off:
                _position_row(program, body.id, own, 0, ("body", body.id, "worse_off"))
            if body.floor_pence is not None:
                _position_row(program, body.id, own, body.floor_pence, ("body", body.id, "floor"))


def _position_row(program: Program, body: str, own: list[str], least: int, rule: Rule) -> None:
    """What a body gains less what its streams pay, in present value, is no less than so much."""
    portfolio = program.portfolio
    factors: dict[int, float] = {}
    for one in portfolio.interventions:
        if body in one.gain:
            part = shares_of(portfolio.benefit_pence(one), one.gain)[body]
            factors[program.y[one.id]] = float(part)
    for name in own:
        for year, discount in enumerate(portfolio.factors):
            for column in program.spent(name, year):
                factors[column] = -discount
    factors |= {column: -float(loss) for column, loss in program.losses.get(body, {}).items()}
    program.row(rule, factors, float(least))
