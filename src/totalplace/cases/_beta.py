"""The inverse of the beta distribution for many shares at once.

``scipy.special.betaincinv`` finds each by itself. Here a table of the distribution, computed once
for its shapes, gives a first value, and Halley's method the rest from ``betainc``: the same to
1e-13, several times faster.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

__all__ = ["beta_quantile"]

Array = npt.NDArray[np.float64]
_NODES = 2_048
_FEW = 256
_CLOSE = 1e-6
_ROUNDS = 8
_END = 1e-9
"""Shares this near to an end are found by themselves: the table is flat there."""


def beta_quantile(alpha: float, beta: float, shares: Array) -> Array:
    """Values between 0 and 1 below which these shares of a beta distribution lie.

    Args:
        alpha, beta: its shapes, above 0.
        shares: of any shape, 0 to 1.

    >>> [round(float(one), 9) for one in beta_quantile(3.0, 3.0, np.array([0.0, 0.5, 1.0]))]
    [0.0, 0.5, 1.0]
    """
    from scipy import special

    if shares.size < _FEW or min(alpha, beta) < 1:
        return np.asarray(special.betaincinv(alpha, beta, shares))
    wanted = shares.ravel()
    found = np.interp(wanted, _table(alpha, beta), _nodes())
    step = _step(alpha, beta, wanted, found)
    found -= step
    far = np.flatnonzero(np.abs(step) > _CLOSE)
    for _ in range(_ROUNDS):
        if not far.size:
            break
        step = _step(alpha, beta, wanted[far], found[far])
        found[far] -= step
        far = far[np.abs(step) > _CLOSE]
    ends = np.flatnonzero((wanted < _END) | (wanted > 1 - _END))
    for left in (far, ends):
        found[left] = special.betaincinv(alpha, beta, wanted[left])
    return found.reshape(shares.shape)


def _nodes() -> Array:
    """Values from 0 to 1, closer together at the ends."""
    return np.asarray((1 - np.cos(np.pi * np.arange(_NODES + 1) / _NODES)) / 2)


@lru_cache(maxsize=1_024)
def _table(alpha: float, beta: float) -> Array:
    from scipy import special

    return np.asarray(special.betainc(alpha, beta, _nodes()))


def _step(alpha: float, beta: float, wanted: Array, at: Array) -> Array:
    """By how much each value is too high, by Halley's method; none at the very ends."""
    from scipy import special

    inner = np.clip(at, 1e-300, 1 - 1e-16)
    off = special.betainc(alpha, beta, inner) - wanted
    density = np.exp(
        (alpha - 1) * np.log(inner) + (beta - 1) * np.log1p(-inner) - special.betaln(alpha, beta)
    )
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        newton = off / density
        bend = (alpha - 1) / inner - (beta - 1) / (1 - inner)
        step = newton / (1 - newton * bend / 2)
    step = np.where(np.isfinite(step), step, 0.0)
    # a step out of the interval goes half of the way there
    return np.asarray(np.clip(step, (at - 1) / 2, at / 2))
