"""How sensitivities are told: rows of a document, and sentences of what would have to be true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from totalplace.cases._case import Case
from totalplace.cases._evaluate import Evaluated
from totalplace.cases._flows import Values
from totalplace.cases._measures import PERCENTILES, pounds
from totalplace.cases._plan import Plan
from totalplace.cases._sensitivity import Bar, Switch, information, switching, told_by_another
from totalplace.cases._trace import TraceRow

__all__ = ["fan", "predicted", "sensitivity"]

Array = npt.NDArray[np.float64]


def sensitivity(
    plan: Plan, view: str, bars: Sequence[Bar], npv: Array, values: Values
) -> dict[str, Any]:
    """Tornado, switching values, what would have to be true, and the value of information.

    ``together`` gives a number that stands for others, being the same quantity, with those.
    """
    switches = switching(plan, view)
    others = told_by_another(plan)
    known = information(npv, {key: one for key, one in values.items() if key not in others})
    return {
        "together": _together(plan),
        "tornado": [
            {
                "key": bar.number.key,
                "unit": bar.number.unit,
                "basis": bar.basis,
                "value": bar.number.value,
                "low": bar.low,
                "high": bar.high,
                "npv_low_gbp": pounds(bar.npv_low),
                "npv_high_gbp": pounds(bar.npv_high),
                "swing_gbp": pounds(bar.swing),
            }
            for bar in bars
        ],
        "switching": [
            {
                "key": one.label,
                "unit": "share" if one.number is None else one.number.unit,
                "value": one.stated,
                "switching_value": one.value,
                "share_of_value": one.share,
                "must_be": one.must_be,
            }
            for one in switches
        ],
        "would_have_to_be_true": [
            {"key": one.label, "sentence": sentence}
            for one in switches
            if (sentence := _sentence(one))
        ],
        "information": {
            "evpi_gbp": pounds(known.everything),
            "numbers": [
                {"key": key, "evppi_gbp": pounds(worth)}
                for key, worth in sorted(known.numbers.items(), key=lambda one: (-one[1], one[0]))
            ],
        },
    }


def _together(plan: Plan) -> dict[str, list[str]]:
    """Numbers of the option that stand for others of it -> those."""
    there = {one.key for row in plan.rows for one in row.item.numbers()}
    found = {key: [one for one in keys[1:] if one in there] for key, keys in plan.together.items()}
    return {key: others for key, others in found.items() if others}


def _sentence(one: Switch) -> str:
    """What one number would have to be for the case to be worth its cost."""
    if one.value is None:
        return "" if one.number is None else f"{one.label}: no value of it alone decides the case"
    bound = one.must_be.replace("_", " ")
    if one.number is None:
        return f"{one.label} together would have to be {bound} {one.value:.1%} of what is stated"
    unit = f" {one.number.unit}" if one.number.unit else ""
    share = "" if one.share is None else f", {one.share:.1%} of it"
    return (
        f"{one.label} would have to be {bound} {one.value:.6g}{unit}; stated is "
        f"{one.stated:.6g}{share}"
    )


def fan(plan: Plan, point: Evaluated, drawn: Evaluated) -> list[Mapping[str, Any]]:
    """By year: cumulated net money of the perspective, and cash of all public bodies in the year.

    Both undiscounted; the second counts cashable savings alone.
    """
    cumulated = np.percentile(drawn.cumulative, PERCENTILES, axis=1)
    cash = np.percentile(drawn.cash, PERCENTILES, axis=1)
    return [
        {
            "year": year,
            "cumulated_gbp": {
                "point": pounds(point.cumulative[year, 0]),
                **_named(cumulated[:, year]),
            },
            "exchequer_cash_gbp": {"point": pounds(point.cash[year, 0]), **_named(cash[:, year])},
        }
        for year in range(plan.years)
    ]


def _named(found: Array) -> dict[str, str]:
    return {f"p{name}": pounds(one) for name, one in zip(PERCENTILES, found, strict=True)}


def predicted(case: Case, trace: Sequence[TraceRow]) -> list[dict[str, Any]]:
    """What was predicted beside what has become of it, by year: counts, or the benefit's money.

    Predictions are those of the deterministic case, before optimism bias.
    """
    rows = []
    for one in case.outcomes:
        if one.realised is None:
            continue
        name = f"outcome.{one.id}"
        step = "value" if one.benefit is not None else "quantity"
        years = next((row.years for row in trace if (row.item, row.step) == (name, step)), ())
        unit = one.benefit or one.cohort
        scale = 1.0 if one.benefit is None else one.benefit.scale * one.benefit.deflator
        for year, found in enumerate(one.realised.values, start=one.realised.first):
            wanted = years[year] / scale if years else 0.0
            rows.append(
                {
                    "outcome": one.id,
                    "year": year,
                    "unit": "" if unit is None else unit.unit,
                    "predicted": wanted,
                    "realised": found,
                    "share": found / wanted if wanted else None,
                    "source": one.realised.source,
                }
            )
    return rows
