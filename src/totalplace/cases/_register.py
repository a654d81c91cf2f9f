"""The register of assumptions: every number with its range, source, grade, owner and weight."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from totalplace.cases._case import Activity, Case, Number
from totalplace.cases._measures import pounds
from totalplace.cases._sensitivity import Bar
from totalplace.cases._together import same_numbers

__all__ = ["register_of"]


def register_of(case: Case, bars: Sequence[Bar]) -> list[dict[str, Any]]:
    """One row a number, then what else was chosen: shares by body, lags and years.

    ``sensitivity_rank`` is the place in the tornado, 1 the longest bar; ``None`` without a bar.
    Numbers that are the same quantity share a bar, and so its place. ``grade`` and ``worst_grade``
    are those of the number itself; ``bias_grade`` is the worst grade of its row, which alone
    decides the band of optimism bias.
    """
    same = same_numbers(case.items)
    rank = {same[bar.number.key]: (place, bar.swing) for place, bar in enumerate(bars, start=1)}
    rows = [
        {**_number(one, *rank.get(same[one.key], (None, None))), "bias_grade": item.grade.worst}
        for item in case.items
        for one in item.numbers()
    ]
    for item in case.items:
        kind = "activity" if isinstance(item, Activity) else "outcome"
        shares = item.payer if isinstance(item, Activity) else item.split
        chosen = {
            "payer" if kind == "activity" else "split": "; ".join(
                f"{body} {share:g}" for body, share in shares.items()
            )
        }
        if isinstance(item, Activity) or item.benefit is not None:
            chosen["years"] = f"{item.years[0]} to {item.years[1]}"
        else:
            chosen["lag"] = f"{item.lag} years"
        for name, told in chosen.items():
            rows.append(
                {
                    "key": f"{kind}.{item.id}.{name}",
                    "value": told,
                    "unit": "",
                    "range": "",
                    "price_year": None,
                    "deflator": None,
                    "source": item.source,
                    **_graded(item),
                    "bias_grade": item.grade.worst,
                    "sensitivity_rank": None,
                    "swing_gbp": None,
                    "where": Path(item.where).name,
                }
            )
    return rows


def _number(one: Number, place: int | None, swing: float | None) -> dict[str, Any]:
    return {
        "key": one.key,
        "value": one.value,
        "unit": one.unit,
        "range": one.range_text,
        "price_year": one.price_year or None,
        "deflator": one.deflator if one.price_year else None,
        "source": one.source,
        **_graded(one),
        "sensitivity_rank": place,
        "swing_gbp": None if swing is None else pounds(swing),
        "where": Path(one.where).name,
    }


def _graded(one: Any) -> dict[str, Any]:
    return {
        "grade": {"data": one.grade.data, "effect": one.grade.effect, "age": one.grade.age},
        "worst_grade": one.grade.worst,
        "owner": one.owner or None,
        "reviewed": one.reviewed.isoformat() if one.reviewed else None,
    }
