"""The document of a run, as the command line prints it with ``--json``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from totalplace.cases._case import SOCIETY, Body
from totalplace.cases._compare import by_edition, correlations, options
from totalplace.cases._draws import Draws
from totalplace.cases._evaluate import Cube, Evaluated
from totalplace.cases._flows import Values
from totalplace.cases._measures import pounds, view_document
from totalplace.cases._plan import Plan
from totalplace.cases._register import register_of
from totalplace.cases._sensitivity import Bar, tornado
from totalplace.cases._told import fan, predicted, sensitivity
from totalplace.cases._trace import TraceRow

__all__ = ["document_of"]


def document_of(
    plan: Plan,
    made: Draws,
    values: Values,
    point: Evaluated,
    drawn: Evaluated,
    cube: Cube,
    trace: Sequence[TraceRow],
    *,
    view: str,
    seed: int,
    digest: str,
    is_full: bool,
) -> dict[str, Any]:
    """Everything that a run is told as; without the sensitivities unless ``is_full``."""
    case = plan.case
    found: dict[str, Any] = {
        "case": case.id,
        "title": case.title,
        "summary": case.summary,
        "edition": case.edition.id,
        "price_base": case.price_base,
        "base_year": case.base_year,
        "horizon": case.horizon,
        "draws": made.count,
        "seed": seed,
        "run_hash": digest,
        "option": plan.option,
        "perspective": view,
        "perspectives": {one: view_document(point, drawn, one) for one in plan.views},
        "totals": _totals(plan, cube),
        "matrix": _matrix(plan, cube),
        "cashflow": _cashflow(plan, cube),
        "fan": fan(plan, point, drawn),
    }
    bars: list[Bar] = tornado(plan, view) if is_full else []
    if is_full:
        npv = dict(zip(drawn.views, drawn.npv, strict=True))
        found |= {
            **sensitivity(plan, view, bars, npv[view], values),
            "options": options(case, values, made.count),
            "correlations": correlations(case, made, npv),
            "editions": by_edition(case),
            "register": register_of(case, bars),
            "trace": [one.as_dict() for one in trace],
            "predicted": predicted(case, trace),
        }
    found["warnings"] = [one.as_dict() for one in case.warnings]
    return found


def _totals(plan: Plan, cube: Cube) -> dict[str, str]:
    """Fiscal value, and economic and social value: two totals that are never one."""
    by_class = dict(zip(cube.classes, cube.values[..., 0].sum(axis=0) @ plan.factors, strict=True))
    public = np.array([one.is_public for one in plan.bodies])
    fiscal = cube.values[public, :, :, 0].sum(axis=0) @ plan.factors
    transfers = float(fiscal[cube.classes.index("transfer")])
    return {
        "fiscal_gbp": pounds(float(fiscal[cube.classes.index("fiscal")]) + transfers),
        "of_which_transfers_gbp": pounds(transfers),
        "economic_and_social_gbp": pounds(by_class["economic"] + by_class["social"]),
        "economic_gbp": pounds(by_class["economic"]),
        "social_gbp": pounds(by_class["social"]),
        "cost_gbp": pounds(-by_class["cost"]),
    }


def _matrix(plan: Plan, cube: Cube) -> list[dict[str, str]]:
    """Who pays and who gains, as present values.

    A public body gains money; what is split to it of economic or social value is society's.
    """
    now = cube.values[..., 0] @ plan.factors
    at = {name: number for number, name in enumerate(cube.classes)}
    soft = now[:, at["economic"]] + now[:, at["social"]]
    public = np.array([one.is_public for one in plan.bodies])
    rows = []
    for number, body in enumerate(plan.bodies):
        gains = now[number, at["fiscal"]] + now[number, at["transfer"]]
        if not body.is_public:
            gains += soft[number]
        if body.id == SOCIETY:
            gains += soft[public].sum()
        pays = -now[number, at["cost"]]
        rows.append(
            {
                "body": body.id,
                "name": _name(body),
                "tier": body.tier,
                "pays_gbp": pounds(pays),
                "gains_gbp": pounds(gains),
                "net_gbp": pounds(gains - pays),
            }
        )
    return rows


def _name(body: Body) -> str:
    return body.name or body.id


def _cashflow(plan: Plan, cube: Cube) -> list[dict[str, Any]]:
    """What leaves and stays in the budget of each public body by year: cashable savings alone."""
    cost = cube.classes.index("cost")
    rows = []
    for number, body in enumerate(plan.bodies):
        if not body.is_public:
            continue
        for year in range(plan.years):
            pays = -cube.values[number, cost, year, 0]
            cash = cube.cashable[number, year, 0]
            rows.append(
                {
                    "year": year,
                    "financial_year": financial_year(plan.case.base_year + year),
                    "body": body.id,
                    "cost_gbp": pounds(pays),
                    "cashable_gbp": pounds(cash),
                    "net_gbp": pounds(cash - pays),
                }
            )
    return rows


def financial_year(begins: int) -> str:
    """The financial year that begins in a calendar year.

    >>> financial_year(1999)
    '1999-00'
    """
    return f"{begins}-{(begins + 1) % 100:02d}"
