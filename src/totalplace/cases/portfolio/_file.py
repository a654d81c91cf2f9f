"""Reading a portfolio: all of its problems at once, each with its line and what to do."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from totalplace.cases._large import MOST_GBP
from totalplace.cases._toml import Located, read_toml
from totalplace.cases.portfolio._case_file import cost_in, discount_of, facts_of
from totalplace.cases.portfolio._cells import Cells
from totalplace.cases.portfolio._check import check_floors, check_links, check_outcomes
from totalplace.cases.portfolio._draws import CaseFacts
from totalplace.cases.portfolio._model import (
    FENCES,
    Body,
    Intervention,
    Overlap,
    Portfolio,
    Stream,
)
from totalplace.cases.portfolio._share_file import contracts_of, share_of
from totalplace.errors import Problem, RequestError

__all__ = ["MAX_INTERVENTIONS", "MAX_YEARS", "UNITS", "read_portfolio", "read_with_cases"]

UNITS = {"GBP": 1, "GBP k": 1_000, "GBP m": 1_000_000}
"""Unit of the file's amounts -> pounds."""
PERSPECTIVES = ("exchequer", "society")
MAX_YEARS = 60
MAX_INTERVENTIONS = 2_000
_HEAD = (
    "id", "title", "years", "unit", "discount", "perspective", "correlation", "seed",
    "no_agency_worse_off", "gap", "seconds",
)  # fmt: skip
_TOP = ("portfolio", "body", "stream", "intervention", "overlap", "share", "contract")
_STREAM = ("id", "title", "body", "ringfence", "virement", "budget", "floor", "carry_forward")
_INTERVENTION = (
    "id", "title", "cost", "npv", "benefit", "case", "streams", "requires", "excludes", "gain",
    "must",
)  # fmt: skip
_OVERLAP = ("outcome", "cohort", "base", "effect", "gain")


def read_portfolio(
    path: Path | str, *, factors: Callable[[str, int], tuple[float, ...]] | None = None
) -> Portfolio:
    """Read a portfolio from a TOML file, and run the cases that it names.

    Args:
        factors: gives the discount factors of a schedule for so many years; by default those of
            the edition that its cases follow, or of the newest one that totalplace ships.

    Raises:
        RequestError: every problem of the file, each with its line.
    """
    return read_with_cases(path, factors=factors)[0]


def read_with_cases(
    path: Path | str, *, factors: Callable[[str, int], tuple[float, ...]] | None = None
) -> tuple[Portfolio, dict[str, CaseFacts]]:
    """The same, and intervention -> what its case gives.

    Raises:
        RequestError: every problem of the file, each with its line.
    """
    file = read_toml(path)
    found: list[Problem] = []
    portfolio, facts = _portfolio(file, found, factors)
    if found:
        raise RequestError(sorted(dict.fromkeys(found), key=_by_line))
    return portfolio, facts


def _shipped_factors(schedule: str, years: int, edition: str | None) -> tuple[float, ...]:
    if schedule == "none" or years == 1:
        return (1.0,) * years
    from totalplace.cases._discount import discount_factors

    return tuple(float(one) for one in discount_factors(schedule, years - 1, edition))


def _portfolio(
    file: Located,
    found: list[Problem],
    factors: Callable[[str, int], tuple[float, ...]] | None,
) -> tuple[Portfolio, dict[str, CaseFacts]]:
    top = Cells(file, (), found)
    top.only(_TOP)
    if not top.needed("portfolio", 'portfolio = {id = "...", years = 1, unit = "GBP m"}'):
        raise RequestError(found)
    head = top.table("portfolio")
    head.only(_HEAD)
    portfolio_id = head.text("id")
    years = 1
    if head.needed("years", "years = 1"):
        years = head.whole("years", low=1, high=MAX_YEARS) or 1
    unit = UNITS[head.choice("unit", UNITS)]
    top.unit = unit
    bodies = _bodies(top, years)
    streams = tuple(_stream(one, years) for one in top.tables("stream"))
    if not streams:
        top.problem(
            ("stream",), "no_stream", "the portfolio has no money", "no [[stream]] stands in it",
            "add a [[stream]] with id, body and budget",
        )  # fmt: skip
    tables = top.tables("intervention")
    if not 0 < len(tables) <= MAX_INTERVENTIONS:
        top.problem(
            ("intervention",), "number_of_interventions",
            "there is nothing to choose from, or too much", f"{len(tables)} interventions",
            f"give 1 to {MAX_INTERVENTIONS:,} tables [[intervention]]",
        )  # fmt: skip
        tables = []
    facts = facts_of(file, tables, head.choice("perspective", PERSPECTIVES, PERSPECTIVES[0]))
    discount, edition = discount_of(head, facts)
    by_year = factors(discount, years) if factors else _shipped_factors(discount, years, edition)
    interventions = tuple(
        _intervention(one, years, bodies, by_year, facts.get(str(one.data.get("id"))))
        for one in tables
    )
    _refuse_too_large(top, interventions, streams)
    portfolio = Portfolio(
        id=portfolio_id,
        years=years,
        unit=unit,
        discount=discount,
        factors=by_year,
        bodies=bodies,
        streams=streams,
        interventions=interventions,
        overlaps=tuple(_overlap(one, bodies) for one in top.tables("overlap")),
        no_agency_worse_off=head.flag("no_agency_worse_off"),
        gap=float(head.number("gap", low=0, high=0.5, default=0)),
        seconds=float(head.number("seconds", low=1, high=3600, default=60)),
        perspective=head.choice("perspective", PERSPECTIVES, PERSPECTIVES[0]),
        correlation=float(head.number("correlation", low=0, high=1, default=0.3)),
        seed=head.whole("seed", default=1),
        share=share_of(top, bodies) if "share" in top.data else None,
        contracts=tuple(contracts_of(top, bodies)),
        lines=_lines(top, head, bodies.keys()),
    )
    check_links(portfolio, top)
    warnings = check_outcomes(portfolio, top, {name: o.outcomes for name, o in facts.items()})
    check_floors(portfolio, top)
    return replace(portfolio, warnings=tuple(warnings)), facts


def _bodies(top: Cells, years: int) -> dict[str, Body]:
    bodies: dict[str, Body] = {}
    if "body" in top.data:
        table = top.table("body")
        for name in table.data:
            body = table.table(name)
            body.only(("floor", "cash_limit", "tier", "title"))
            bodies[name] = Body(
                name,
                floor_pence=body.pence("floor") if "floor" in body.data else None,
                cash_limit=body.yearly("cash_limit", years) if "cash_limit" in body.data else None,
            )
    for stream in top.tables("stream"):
        owner = stream.data.get("body")
        if isinstance(owner, str) and owner:
            bodies.setdefault(owner, Body(owner))
    return bodies


def _stream(cells: Cells, years: int) -> Stream:
    cells.only(_STREAM)
    nothing = (0,) * years
    ringfence = cells.choice("ringfence", FENCES, "hard")
    virement = Fraction(0)
    if ringfence == "soft" and cells.needed("virement", "virement = 0.1"):
        virement = cells.number("virement", low=0, high=1)
    elif ringfence != "soft" and "virement" in cells.data:
        cells.problem(
            ("virement",), "virement_without_soft", "virement is of soft fences alone",
            f"this fence is {ringfence}", 'take it away, or write ringfence = "soft"',
        )  # fmt: skip
    return Stream(
        id=cells.text("id"),
        body=cells.text("body"),
        ringfence=ringfence,
        budget=cells.yearly("budget", years)
        if cells.needed("budget", f"budget = {[0] * years}")
        else nothing,
        floor=cells.yearly("floor", years) if "floor" in cells.data else nothing,
        carry_forward=cells.flag("carry_forward"),
        virement=virement,
    )


def _refuse_too_large(
    top: Cells, interventions: Sequence[Intervention], streams: Sequence[Stream]
) -> None:
    """Sums of what cells may each be."""
    worth = sum(abs(one.npv_pence) + sum(map(abs, one.cost)) for one in interventions)
    for key, pence in (
        ("intervention", worth),
        ("stream", sum(sum(one.budget) for one in streams)),
    ):
        if pence > MOST_GBP * 100:
            top.problem(
                (key,), "too_large", "it comes to more money than there is",
                f"all together £{pence / 100:.3g}, and at most £{MOST_GBP:.0e} can be told to the "
                "penny",
                "look at the unit of the portfolio: GBP, GBP k, GBP m or GBP bn",
            )  # fmt: skip


def _intervention(
    cells: Cells,
    years: int,
    bodies: dict[str, Body],
    factors: tuple[float, ...],
    facts: CaseFacts | None,
) -> Intervention:
    cells.only(_INTERVENTION)
    cost, npv, benefit, gain = (0,) * years, 0, None, {}
    if "case" in cells.data:
        if facts is not None:
            npv, gain = facts.npv_pence, dict(facts.gain)
            cost = cost_in(cells, facts, years)
            cells.bodies_known("case", gain, bodies)
    else:
        if cells.needed("cost", f"cost = {[0] * years}"):
            cost = cells.yearly("cost", years)
        npv, benefit = _worth(cells, cost, factors)
        if cells.needed("gain", "gain = {" + next(iter(bodies), "council") + " = 1.0}"):
            gain = cells.shares("gain", bodies)
    return Intervention(
        id=cells.text("id"),
        cost=cost,
        npv_pence=npv,
        benefit=benefit,
        streams=cells.texts("streams"),
        requires=cells.texts("requires"),
        excludes=cells.texts("excludes"),
        must=cells.flag("must"),
        gain=gain,
        case=cells.text("case", default="") or None,
    )


def _worth(
    cells: Cells, cost: tuple[int, ...], factors: tuple[float, ...]
) -> tuple[int, tuple[int, ...] | None]:
    """NPV, and the benefit by year where that is what the file gives."""
    if ("npv" in cells.data) == ("benefit" in cells.data):
        cells.problem(
            ("npv",), "npv_or_benefit", "what an intervention is worth is not said, or said twice",
            "it needs either npv, or its benefit by year", "give one of the two",
        )  # fmt: skip
        return 0, None
    if "npv" in cells.data:
        return cells.pence("npv"), None
    benefit = cells.yearly("benefit", len(cost), low=-math.inf)
    parts = [round(sum(f * b for f, b in zip(factors, by, strict=True))) for by in (benefit, cost)]
    return parts[0] - parts[1], benefit


def _overlap(cells: Cells, bodies: dict[str, Body]) -> Overlap:
    cells.only(_OVERLAP)
    effects: dict[str, Fraction] = {}
    if cells.needed("effect", "effect = {A = 0.1, B = 0.2}"):
        table = cells.table("effect")
        effects = {name: table.number(name, low=0, high=1) for name in table.data}
    return Overlap(
        outcome=cells.text("outcome"),
        cohort=cells.text("cohort"),
        base_pence=cells.pence("base", low=0) if cells.needed("base", "base = 10") else 0,
        effects=effects,
        gain=cells.shares("gain", bodies) if cells.needed("gain", "gain = {council = 1.0}") else {},
    )


def _lines(top: Cells, head: Cells, bodies: Set[str]) -> dict[tuple[str, ...], str]:
    """Rule -> file and line."""
    lines: dict[tuple[str, ...], str] = {}
    lines["no_agency_worse_off",] = head.where("no_agency_worse_off")
    for kind in ("stream", "intervention"):
        for cells in top.tables(kind):
            name = str(cells.data.get("id"))
            for key in ("budget", "floor", "must", "requires", "excludes", "cost"):
                lines[kind, name, key] = cells.where(key)
    if isinstance(top.data.get("share"), dict):
        for cells in top.table("share").tables("coalition"):
            if set(cells.texts("bodies")) == bodies:
                lines["share", "coalition"] = cells.where("value")
    if isinstance(top.data.get("body"), dict):
        for name in top.data["body"]:
            for key in ("floor", "cash_limit"):
                lines["body", name, key] = top.where("body", name, key)
    return lines


def _by_line(problem: Problem) -> tuple[int, str]:
    line = problem.where.rpartition(":")[2]
    return (int(line) if line.isdigit() else 0, problem.what)
