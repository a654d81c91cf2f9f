"""What a run of a portfolio and a split of its gain are told as: JSON, pounds as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from totalplace.cases.portfolio._because import Left
from totalplace.cases.portfolio._fences import Opened
from totalplace.cases.portfolio._model import Portfolio
from totalplace.cases.portfolio._report_back import StreamReport
from totalplace.cases.portfolio._results import CohortResult, Results
from totalplace.cases.portfolio._share import Shared
from totalplace.cases.portfolio._solve import Chosen
from totalplace.money import gbp

__all__ = ["run_document", "share_document"]


def run_document(
    portfolio: Portfolio,
    fenced: Chosen,
    pooled: Chosen,
    opened: Sequence[Opened],
    left: Sequence[Left],
    streams: Sequence[StreamReport],
    spread: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """What ``portfolio run --json`` prints."""
    price = pooled.value_pence - fenced.value_pence
    return {
        "portfolio": portfolio.id,
        "years": portfolio.years,
        "value_gbp": gbp(fenced.value_pence),
        "one_pot_value_gbp": gbp(pooled.value_pence),
        "fence_price_gbp": gbp(price),
        "fence_price_pct": _pct(price, fenced.value_pence),
        # while a search was ended early, the price lies between these
        "fence_price_low_gbp": gbp(max(0, pooled.value_pence - fenced.bound_pence)),
        "fence_price_high_gbp": gbp(pooled.bound_pence - fenced.value_pence),
        "gap": fenced.gap,
        "status": fenced.status,
        "one_pot_gap": pooled.gap,
        "one_pot_status": pooled.status,
        "chosen": [one.id for one in portfolio.interventions if one.id in fenced.bought],
        "one_pot_chosen": [one.id for one in portfolio.interventions if one.id in pooled.bought],
        "not_chosen": [{"id": one.id, "because": one.because, "rule": one.rule} for one in left],
        "fences": [
            {
                "stream": one.stream,
                "gain_if_opened_gbp": gbp(one.gain_pence),
                "gain_high_gbp": gbp(one.gain_high_pence),
                "share_of_price_pct": _pct(one.gain_pence, price),
            }
            for one in opened
        ],
        "streams": [_stream(one) for one in streams],
        "distribution": spread,
        "warnings": [one.as_dict() for one in portfolio.warnings],
    }


def _stream(one: StreamReport) -> dict[str, Any]:
    return {
        "stream": one.stream,
        "body": one.body,
        "ringfence": one.ringfence,
        "budget_gbp": [gbp(pence) for pence in one.budget],
        "spent_gbp": [gbp(pence) for pence in one.spent],
        "left_gbp": gbp(one.left_pence),
        "across_fence_gbp": gbp(one.across_fence_pence),
        "fence_kept": one.is_fence_kept,
        "value_gbp": gbp(one.value_pence),
        "bought": [
            {"id": name, "paid_gbp": gbp(pence), "share_pct": _round(share * 100)}
            for name, (pence, share) in one.bought.items()
        ],
    }


def share_document(
    portfolio: Portfolio, shared: Shared, results: Sequence[Results]
) -> dict[str, Any]:
    """What ``portfolio share --json`` prints."""
    return {
        "portfolio": portfolio.id,
        "method": shared.method,
        "total_gbp": gbp(shared.total_pence),
        "gap": shared.pooled.gap,
        "status": shared.pooled.status,
        "chosen": [o.id for o in portfolio.interventions if o.id in shared.pooled.bought],
        "bodies": [
            {
                "body": one.body,
                "pays_gbp": gbp(one.pays_pence),
                "gains_gbp": gbp(one.gains_pence),
                "position_gbp": gbp(one.position_pence),
                "share_gbp": gbp(one.share_pence),
                "settlement_gbp": gbp(one.settlement_pence),
            }
            for one in shared.positions
        ],
        "stable": None if shared.blocking is None else not shared.blocking,
        "stable_split_exists": shared.stable_split_exists,
        "proved": shared.is_proved,
        "better_alone": [
            {
                "bodies": list(one.bodies),
                "alone_gbp": gbp(one.alone_pence),
                "together_gbp": gbp(one.together_pence),
            }
            for one in shared.blocking or ()
        ],
        "cash": None
        if shared.cash is None
        else [
            {
                "body": one.body,
                "benefit_gbp": [gbp(pence) for pence in one.benefit],
                "settlement_gbp": [gbp(pence) for pence in one.settlement],
                "at_hand_gbp": [gbp(pence) for pence in one.at_hand],
                "never_negative": min(one.at_hand) >= 0,
            }
            for one in shared.cash
        ],
        "cash_reason": shared.cash_reason,
        "contracts": [_contract(one) for one in results],
        "warnings": [one.as_dict() for one in portfolio.warnings],
    }


def _contract(one: Results) -> dict[str, Any]:
    return {
        "id": one.id,
        "cohorts": [_cohort(cohort) for cohort in one.cohorts],
        "pooled": _cohort(one.pooled),
        "payment_gbp": gbp(one.pence),
        "payers": [{"body": body, "pays_gbp": gbp(p)} for body, p in one.payers.items()],
    }


def _cohort(one: CohortResult) -> dict[str, Any]:
    return {
        "id": one.id,
        "baseline": float(one.baseline),
        "observed": float(one.observed),
        "reduction_pct": _round(one.reduction * 100),
        "reached": one.is_reached,
        "payment_gbp": gbp(one.pence),
    }


def _pct(part: int, whole: int) -> float | None:
    """Part of a whole in per cent; None when the whole is not above zero."""
    return _round(Fraction(part, whole) * 100) if whole > 0 else None


def _round(value: Fraction) -> float:
    """Two decimals, half to even, of an exact value."""
    return float(round(value, 2))
