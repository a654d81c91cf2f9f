"""Why no set keeps all the rules: the fewest rules that cannot be kept together, in plain words.

A deletion filter (Chinneck and Dravnieks 1991): rules are left out, half of them at once and then
one by one, as long as the rest still contradicts itself. What remains is a conflict: without any
one of its rules there is an answer to the others.
"""

from __future__ import annotations

from totalplace.cases.portfolio._build import build, rules_of
from totalplace.cases.portfolio._model import Portfolio
from totalplace.cases.portfolio._program import Question, Rule
from totalplace.cases.portfolio._solve import is_possible
from totalplace.errors import Problem
from totalplace.money import format_gbp

__all__ = ["conflict", "infeasible_problems"]

_MOST_CONFLICTS = 5


def infeasible_problems(portfolio: Portfolio, name: str) -> list[Problem]:
    """One problem a conflict, up to five that share no rule; ``name`` is the file."""
    problems: list[Problem] = []
    dropped: frozenset[Rule] = frozenset()
    while len(problems) < _MOST_CONFLICTS and not is_possible(portfolio, Question(dropped=dropped)):
        rules = conflict(portfolio, dropped)
        if not rules:
            break
        where = [line for rule in rules if (line := _line(portfolio, rule))]
        problems.append(
            Problem(
                "infeasible",
                "no set of interventions keeps all the rules",
                where[0] if where else name,
                "together they cannot be kept: " + "; ".join(_words(portfolio, r) for r in rules),
                "change one of them: " + ", ".join(dict.fromkeys(where)),
            )
        )
        dropped |= set(rules)
    if not problems:
        # each search for a conflict ended before it could tell
        problems.append(
            Problem(
                "infeasible",
                "no set of interventions keeps all the rules",
                name,
                "which of them contradict each other was not found in time",
                "raise seconds of the portfolio",
            )
        )
    return problems


def conflict(portfolio: Portfolio, dropped: frozenset[Rule] = frozenset()) -> list[Rule]:
    """The fewest rules found that contradict each other; empty when there is an answer."""
    if is_possible(portfolio, Question(dropped=dropped)):
        return []
    kept = rules_of(build(portfolio, Question(dropped=dropped)))
    size = max(1, len(kept) // 2)
    while True:
        at = 0
        while at < len(kept):
            some = frozenset(kept[at : at + size])
            if is_possible(portfolio, Question(dropped=dropped | some)):
                at += size
            else:
                dropped |= some
                kept = [rule for rule in kept if rule not in some]
        if size == 1:
            return kept
        size //= 2


def _line(portfolio: Portfolio, rule: Rule) -> str | None:
    lines = portfolio.lines or {}
    if rule[-1] == "worse_off":
        return lines.get(("no_agency_worse_off",))
    return lines.get((*rule[:-1], "budget") if rule[-1] == "fence" else rule)


def _words(portfolio: Portfolio, rule: Rule) -> str:
    kind, name, what = rule
    return {"stream": _stream_words, "body": _body_words}.get(kind, _choice_words)(
        portfolio, name, what
    )


def _stream_words(portfolio: Portfolio, name: str, what: str) -> str:
    stream = next(one for one in portfolio.streams if one.id == name)
    if what == "budget":
        return f"{name} has {_amounts(stream.budget)}"
    if what == "floor":
        return f"{name} must spend at least {_amounts(stream.floor)}"
    own = [one.id for one in portfolio.interventions if name in one.streams]
    named = ", ".join(own[:8]) + (" and others" if len(own) > 8 else "") or "nothing"
    if stream.ringfence == "soft":
        return (
            f"of the money of {name} no more than {_amounts(stream.open_budget)} may be spent on "
            f"anything but {named}"
        )
    return f"the fenced money of {name} may be spent on {named} alone"


def _body_words(portfolio: Portfolio, name: str, what: str) -> str:
    body = portfolio.bodies[name]
    if what == "cash_limit":
        return f"{name} may spend at most {_amounts(body.cash_limit or ())}"
    if what == "worse_off":
        return f"{name} may not come out worse off"
    return f"{name} must come out at {format_gbp(body.floor_pence or 0)} or more"


def _choice_words(portfolio: Portfolio, name: str, what: str) -> str:
    one = next(one for one in portfolio.interventions if one.id == name)
    if what == "must":
        return f"{name} must be bought, for {_amounts(one.cost)}"
    others = one.requires if what == "requires" else one.excludes
    return f"{name} {what} {', '.join(others)}"


def _amounts(amounts: tuple[int, ...]) -> str:
    if len(amounts) == 1:
        return format_gbp(amounts[0])
    told = [f"{format_gbp(one)} in year {year}" for year, one in enumerate(amounts) if one]
    return ", ".join(told) or "nothing"
