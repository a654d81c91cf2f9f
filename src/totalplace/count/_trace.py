"""Whose money is it in the end: external funding traced through every transfer, cycles included.

With A[i, j] the share of body i's booked funding that comes from body j and E[i, k] the share
from external source k, the share of ultimate sources in each body's money is
``(I - A)^-1 E`` (the Leontief inverse of input-output analysis, Miller and Blair 2009, chapter 2):
it sums all paths of any length, so that money going round between a council and the NHS is
counted once. Only booked funding is used; what was paid and not booked is *in transit*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from totalplace.money import split

__all__ = ["Flow", "Traced", "trace"]

_PARTS = 10**12


@dataclass(frozen=True)
class Flow:
    """Funding that a body booked.

    Attributes:
        payee: the body.
        source: the body or external source it comes from.
        pence: the amount.
        is_external: whether the source lies outside the perimeter.
    """

    payee: str
    source: str
    pence: int
    is_external: bool


@dataclass(frozen=True)
class Traced:
    """Ultimate sources of each body's money.

    Attributes:
        shares: body -> external source -> share of 10**12; each body's shares sum to 10**12.
        cycles: bodies that fund one another, in groups.
        unfunded: bodies that booked no funding with an outside end.
    """

    shares: Mapping[str, Mapping[str, int]]
    cycles: tuple[tuple[str, ...], ...]
    unfunded: tuple[str, ...]

    def sources_of(self, body_id: str, pence: int) -> dict[str, int]:
        """An amount of a body's spending by ultimate source, to the penny."""
        shares = self.shares.get(body_id)
        return split(pence, shares) if shares else {"funding not returned": pence}


def trace(flows: Iterable[Flow]) -> Traced:
    """Solve for the ultimate sources of every body that booked funding.

    Negative and zero amounts per source (refunds beyond receipts) carry no share.
    """
    amounts: dict[tuple[str, str, bool], int] = {}
    for flow in flows:
        key = flow.payee, flow.source, flow.is_external
        amounts[key] = amounts.get(key, 0) + flow.pence
    amounts = {key: pence for key, pence in amounts.items() if pence > 0}
    bodies = sorted({payee for payee, _, _ in amounts})
    inside = set(bodies)
    # A counted source that booked no funding itself is an end of the trail.
    ends = sorted(
        {source for _, source, is_external in amounts if is_external or source not in inside}
    )
    order = {body: i for i, body in enumerate(bodies)}
    column = {source: k for k, source in enumerate(ends)}
    total = np.zeros(len(bodies))
    internal = np.zeros((len(bodies), len(bodies)))
    external = np.zeros((len(bodies), len(ends)))
    for (payee, source, is_external), pence in amounts.items():
        total[order[payee]] += pence
        if is_external or source not in inside:
            external[order[payee], column[source]] += pence
        else:
            internal[order[payee], order[source]] += pence
    cycles, closed = _cycles(bodies, internal, external)
    open_ = np.array([body not in closed for body in bodies], dtype=bool)
    shares: dict[str, dict[str, int]] = {}
    if open_.any():
        scale = total[open_][:, None]
        inner = internal[np.ix_(open_, open_)] / scale
        outer = external[open_] / scale
        solved = np.linalg.solve(np.eye(int(open_.sum())) - inner, outer)
        for body, row in zip([b for b in bodies if b not in closed], solved, strict=True):
            weights = {
                ends[k]: round(float(value) * _PARTS) for k, value in enumerate(row) if value > 0
            }
            shares[body] = split(_PARTS, weights)
    return Traced(shares=shares, cycles=cycles, unfunded=tuple(sorted(closed)))


def _cycles(
    bodies: list[str], internal: np.ndarray, external: np.ndarray
) -> tuple[tuple[tuple[str, ...], ...], set[str]]:
    """Groups of bodies that fund one another, and bodies whose money has no outside end."""
    reach = (internal > 0).astype(np.int64)
    for _ in range(max(1, len(bodies).bit_length())):
        reach = ((reach + reach @ reach) > 0).astype(np.int64)
    mutual = (reach * reach.T) > 0
    groups = {
        tuple(sorted({bodies[i], *(bodies[j] for j in np.flatnonzero(mutual[i]))}))
        for i in range(len(bodies))
        if mutual[i].any()
    }
    funded = external.sum(axis=1) > 0
    ends_outside = funded | ((reach @ funded.astype(np.int64)) > 0)
    # A body fed by one with no outside end would take its share from nowhere: leave both out.
    lost = ~ends_outside
    lost = lost | ((reach @ lost.astype(np.int64)) > 0)
    return tuple(sorted(groups)), {bodies[i] for i in np.flatnonzero(lost)}
