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

__all__ = ["PARTS", "Flow", "Traced", "trace"]

PARTS = 10**12
"""A whole, in shares."""


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

    Negative and zero amounts per source (refunds beyond receipts) carry no share. A counted body
    that booked no funding, or only funding that goes round without an outside end, is itself an
    end of the trail for those it pays.
    """
    amounts: dict[tuple[str, str, bool], int] = {}
    for flow in flows:
        key = flow.payee, flow.source, flow.is_external
        amounts[key] = amounts.get(key, 0) + flow.pence
    amounts = {key: pence for key, pence in amounts.items() if pence > 0}
    bodies = sorted({payee for payee, _, _ in amounts})
    cycles, closed = _cycles(bodies, amounts)
    solvable = [body for body in bodies if body not in closed]
    order = {body: i for i, body in enumerate(solvable)}
    ends = sorted(
        {
            source
            for payee, source, is_end in amounts
            if payee in order and _ends(source, is_end, order)
        }
    )
    column = {source: k for k, source in enumerate(ends)}
    internal = np.zeros((len(solvable), len(solvable)))
    external = np.zeros((len(solvable), len(ends)))
    for (payee, source, is_external), pence in amounts.items():
        if payee not in order:
            continue
        if _ends(source, is_external, order):
            external[order[payee], column[source]] += pence
        else:
            internal[order[payee], order[source]] += pence
    total = (internal.sum(axis=1) + external.sum(axis=1))[:, None]
    solved = np.linalg.solve(np.eye(len(solvable)) - internal / total, external / total)
    shares = {}
    for body, row in zip(solvable, solved, strict=True):
        weights = {ends[k]: round(float(value) * PARTS) for k, value in enumerate(row) if value > 0}
        shares[body] = split(PARTS, weights)
    return Traced(shares=shares, cycles=cycles, unfunded=tuple(sorted(closed)))


def _ends(source: str, is_external: bool, solvable: Mapping[str, int]) -> bool:
    return is_external or source not in solvable


def _cycles(
    bodies: list[str], amounts: Mapping[tuple[str, str, bool], int]
) -> tuple[tuple[tuple[str, ...], ...], set[str]]:
    """Groups of bodies that fund one another, and bodies whose money has no outside end."""
    order = {body: i for i, body in enumerate(bodies)}
    reach = np.zeros((len(bodies), len(bodies)), dtype=np.int64)
    funded = np.zeros(len(bodies), dtype=np.int64)
    for payee, source, is_external in amounts:
        if _ends(source, is_external, order):
            funded[order[payee]] = 1
        else:
            reach[order[payee], order[source]] = 1
    for _ in range(max(1, len(bodies).bit_length())):
        reach = ((reach + reach @ reach) > 0).astype(np.int64)
    mutual = (reach * reach.T) > 0
    groups = {
        tuple(sorted({bodies[i], *(bodies[j] for j in np.flatnonzero(mutual[i]))}))
        for i in range(len(bodies))
        if mutual[i].any()
    }
    lost = (funded + reach @ funded) == 0
    return tuple(sorted(groups)), {bodies[i] for i in np.flatnonzero(lost)}
