"""Payment by results: what is paid for events that did not happen.

As in the first social impact bond (Ministry of Justice, HMP Peterborough, 2010): a cohort that
reaches its own threshold is paid for the events that it avoided. If all cohorts together reach the
lower pooled threshold, what was avoided and not yet paid for is paid then.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from totalplace.cases.portfolio._model import Contract, shares_of

__all__ = ["CohortResult", "Results", "results_of"]


@dataclass(frozen=True)
class CohortResult:
    """What one cohort, or all of them, reached and is paid."""

    id: str
    baseline: Fraction
    observed: Fraction
    reduction: Fraction
    is_reached: bool
    pence: int


@dataclass(frozen=True)
class Results:
    """The schedule of a contract.

    Attributes:
        pooled: all cohorts together; its payment is for what no cohort was paid for.
        pence: all payments, at most the cap.
        payers: body -> pence.
    """

    id: str
    cohorts: tuple[CohortResult, ...]
    pooled: CohortResult
    pence: int
    payers: dict[str, int]


def results_of(contract: Contract) -> Results:
    """Who is paid for what; comparisons are exact, payments rounded to the penny (half to even).

    142 events against 155 are 8.39% fewer: not the 10% that a cohort must reach.
    """
    left = contract.cap_pence
    cohorts = []
    paid_events = Fraction(0)

    def paid(events: Fraction) -> int:
        nonlocal left
        pence = round(contract.price_pence * max(events, Fraction(0)))
        if left is not None:
            pence = min(pence, left)
            left -= pence
        return pence

    for one in contract.cohorts:
        avoided = one.baseline - one.observed
        reduction = avoided / one.baseline
        is_reached = reduction >= contract.cohort_threshold
        paid_events += avoided if is_reached else 0
        pence = paid(avoided) if is_reached else 0
        cohorts.append(
            CohortResult(one.id, one.baseline, one.observed, reduction, is_reached, pence)
        )
    baseline = sum((one.baseline for one in contract.cohorts), Fraction(0))
    observed = sum((one.observed for one in contract.cohorts), Fraction(0))
    reduction = (baseline - observed) / baseline
    is_reached = reduction >= contract.pooled_threshold
    pence = paid(baseline - observed - paid_events) if is_reached else 0
    pooled = CohortResult("pooled", baseline, observed, reduction, is_reached, pence)
    total = sum(one.pence for one in cohorts) + pence
    return Results(contract.id, tuple(cohorts), pooled, total, shares_of(total, contract.payers))
