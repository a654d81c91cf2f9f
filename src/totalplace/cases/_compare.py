"""The same case seen otherwise: other options, other correlations, other editions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from totalplace.cases._case import DO_MINIMUM, Activity, Case, Number, Outcome
from totalplace.cases._draws import Draws
from totalplace.cases._edition import Edition, edition, editions
from totalplace.cases._evaluate import present_values
from totalplace.cases._flows import Values
from totalplace.cases._measures import chance, pounds, spread_of
from totalplace.cases._plan import plan_of
from totalplace.cases._prices import deflator
from totalplace.errors import RequestError

__all__ = ["CORRELATIONS", "by_edition", "correlations", "options", "under_edition"]

CORRELATIONS = (0.0, 0.6)
"""Correlations shown beside the case's own: independence flatters."""
_LONG = 50
"""Years beyond which the schedule without pure time preference is a sensitivity."""


def options(case: Case, values: Values, draws: int) -> list[dict[str, Any]]:
    """Every option against business as usual and doing the minimum, over the same draws."""
    found, minimum = [], None
    points = {}
    for option in sorted(case.options, key=lambda one: one.id != DO_MINIMUM):
        plan = plan_of(case, option.id)
        cost, benefit = present_values(plan, values, draws)
        point_cost, point_benefit = present_values(plan, {}, 1)
        points[option.id] = (point_benefit - point_cost)[:, 0]
        if option.id == DO_MINIMUM:
            minimum = benefit - cost
        views = {}
        for at, view in enumerate(plan.views):
            npv, paid = benefit[at] - cost[at], float(point_cost[at, 0])
            views[view] = {
                "pv_cost_gbp": pounds(paid),
                "pv_benefit_gbp": pounds(point_benefit[at, 0]),
                "npv_gbp": spread_of(float(points[option.id][at]), npv),
                "bcr": float(point_benefit[at, 0]) / paid if paid > 0 else None,
                "p_npv_positive": chance(npv),
                "against_do_minimum_gbp": spread_of(
                    float(points[option.id][at] - points[DO_MINIMUM][at]),
                    npv - (minimum[at] if minimum is not None else 0.0),
                ),
            }
        found.append(
            {
                "option": option.id,
                "title": option.title,
                "is_preferred": option.id == case.preferred,
                "activities": list(option.activities),
                "outcomes": list(option.outcomes),
                "perspectives": views,
            }
        )
    order = {one.id: at for at, one in enumerate(case.options)}
    return sorted(found, key=lambda one: order[one["option"]])


def correlations(case: Case, made: Draws, drawn: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Percentiles and chances without correlation, with the case's own, and with 0.6.

    Args:
        drawn: perspective -> net present value by draw, under the case's own correlation.
    """
    plan = plan_of(case)
    found = [_correlated("default", case.correlation, drawn)]
    for level in CORRELATIONS:
        wanted = dict.fromkeys(case.correlation, level)
        cost, benefit = present_values(plan, made.values(wanted), made.count)
        npv = dict(zip(plan.views, benefit - cost, strict=True))
        found.append(_correlated(f"{level:g}", wanted, npv))
    return [found[1], found[0], found[2]]


def _correlated(
    name: str, correlation: Mapping[str, float], npv: Mapping[str, Any]
) -> dict[str, Any]:
    views = {}
    for view, one in npv.items():
        told = spread_of(0.0, one)
        told.pop("point")
        views[view] = {"npv_gbp": told, "p_npv_positive": chance(one)}
    return {"correlation": name, **correlation, "perspectives": views}


def under_edition(case: Case, release: Edition) -> Case:
    """The same case with the deflators, bands, defaults and schedules of another edition.

    Raises:
        RequestError: the edition lacks a price year, a level or the schedule of the case.
    """
    if case.schedule not in release.rates:
        from totalplace.cases._discount import discount_factors

        discount_factors(case.schedule, 1, release)

    def moved(number: Number) -> Number:
        if number.price_year:
            return replace(number, deflator=deflator(number.price_year, case.price_base, release))
        effect = number.key.rpartition(".")[2]
        if number.level and (effect, number.level) in release.levels:
            return replace(number, value=release.levels[effect, number.level])
        return number

    def again(item: Activity | Outcome) -> Any:
        changed: dict[str, Any] = {
            field.name: moved(value)
            for field in fields(item)
            if isinstance(value := getattr(item, field.name), Number)
        }
        return replace(item, **changed)

    return replace(
        case,
        edition=release,
        activities=tuple(again(one) for one in case.activities),
        outcomes=tuple(again(one) for one in case.outcomes),
    )


def by_edition(case: Case) -> list[dict[str, Any]]:
    """The deterministic case under every edition; over 50 years under the lower schedule too."""
    wanted = [(name, case.schedule) for name in editions()]
    if case.horizon > _LONG and "low" in case.edition.rates and case.schedule != "low":
        wanted.append((case.edition.id, "low"))
    found: list[dict[str, Any]] = []
    for name, schedule in wanted:
        row: dict[str, Any] = {
            "edition": name,
            "schedule": schedule,
            "is_own": (name, schedule) == (case.edition.id, case.schedule),
        }
        try:
            plan = plan_of(replace(under_edition(case, edition(name)), schedule=schedule))
        except RequestError as error:
            found.append({**row, "npv_gbp": None, "why": error.problems[0].why})
            continue
        cost, benefit = present_values(plan, {}, 1)
        npv = (benefit - cost)[:, 0]
        told = {view: pounds(one) for view, one in zip(plan.views, npv, strict=True)}
        found.append({**row, "npv_gbp": told, "why": None})
    return found
