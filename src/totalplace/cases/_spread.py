"""Distributions by their inverse functions: a share of the draws -> the value below which it lies.

Shapes and their parameters follow the usual definitions: triangular and PERT from low, mode and
high (PERT: a beta with weight 4 on the mode, Malcolm and others 1959), lognormal by mean and
deviation of the logarithm, an empirical one by linear interpolation between its sorted values
(type 7 of Hyndman and Fan 1996). ``scipy.special`` has what they need.

A range with meaning ``10-90`` says that one in ten lies below low and one in ten above high. The
ends of a bounded distribution are then found such that this holds with the mode where it is: two
equations in the two ends, solved by least squares on the logarithm of their distances from the
mode. A uniform one is stretched by 1.25, a normal one has the deviation (high - low) / 2.5631, a
lognormal one the same of logarithms.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from totalplace.cases._beta import beta_quantile
from totalplace.cases._case import Spread

__all__ = ["KINDS", "FitError", "fit_10_90", "median_of", "quantile"]

Array = npt.NDArray[np.float64]
KINDS = (
    "uniform",
    "triangular",
    "pert",
    "normal",
    "lognormal",
    "beta",
    "discrete",
    "empirical",
)
_Z90 = 1.2815515655446004
"""Standard normal value below which 90% lie."""


class FitError(ValueError):
    """No distribution of that shape has these as its 10th and 90th percentiles."""


def quantile(spread: Spread, shares: npt.ArrayLike) -> Array:  # noqa: PLR0911 - one a shape
    """Values below which these shares of the distribution lie; the same shape as ``shares``.

    >>> quantile(Spread("uniform", low=2, high=4), [0.0, 0.5, 1.0]).tolist()
    [2.0, 3.0, 4.0]
    """
    from scipy import special

    u = np.asarray(shares, dtype=np.float64)
    match spread.kind:
        case "uniform":
            return spread.low + (spread.high - spread.low) * u
        case "triangular":
            return _triangular(spread, u)
        case "pert" | "beta":
            a, b = _shapes(spread)
            width = spread.high - spread.low
            return np.asarray(spread.low + width * beta_quantile(a, b, u))
        case "normal":
            return np.asarray(spread.mean + spread.sd * special.ndtri(u))
        case "lognormal":
            return np.asarray(np.exp(spread.mean + spread.sd * special.ndtri(u)))
        case "discrete":
            ends = np.cumsum(spread.weights) / sum(spread.weights)
            found = np.searchsorted(ends[:-1], u, side="right")
            return np.asarray(spread.values, dtype=np.float64)[found]
        case _:
            at = np.linspace(0.0, 1.0, len(spread.values))
            return np.asarray(np.interp(u, at, spread.values))


def _triangular(spread: Spread, u: Array) -> Array:
    low, mode, high = spread.low, spread.mode, spread.high
    if high == low:
        return np.full_like(u, low)
    turn = (mode - low) / (high - low)
    below = low + np.sqrt(u * (high - low) * (mode - low))
    above = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
    return np.where(u < turn, below, above)


def _shapes(spread: Spread) -> tuple[float, float]:
    if spread.kind == "beta":
        return spread.alpha, spread.beta
    width = spread.high - spread.low
    if width == 0:
        return 1.0, 1.0
    return (
        1.0 + 4.0 * (spread.mode - spread.low) / width,
        1.0 + 4.0 * (spread.high - spread.mode) / width,
    )


def median_of(spread: Spread) -> float:
    """The value that half lie below."""
    return float(quantile(spread, 0.5))


def fit_10_90(kind: str, low: float, mode: float | None, high: float) -> Spread:
    """The distribution of a kind with ``low`` and ``high`` as 10th and 90th percentiles.

    Args:
        kind: ``uniform``, ``triangular``, ``pert``, ``normal`` or ``lognormal``.
        mode: of a triangular or PERT one; the middle if ``None``. The others take none.

    Raises:
        FitError: there is none; the message says why.

    >>> fitted = fit_10_90("triangular", 0.0, 1.0, 2.0)
    >>> [round(float(value), 9) for value in quantile(fitted, [0.1, 0.9])]
    [0.0, 2.0]
    """
    if not low < high:
        raise FitError("low must be below high")
    if kind in ("uniform", "normal") and mode not in (None, (low + high) / 2):
        raise FitError(f"a {kind} distribution is symmetric: its middle is {(low + high) / 2:g}")
    if kind == "uniform":
        more = (high - low) / 8
        return Spread("uniform", low=low - more, high=high + more)
    if kind == "normal":
        return Spread("normal", mean=(low + high) / 2, sd=(high - low) / (2 * _Z90))
    if kind == "lognormal":
        if low <= 0:
            raise FitError("a lognormal distribution has no values of 0 or less")
        if mode is not None:
            raise FitError("a lognormal distribution is given by low and high alone")
        ends = math.log(low), math.log(high)
        return Spread("lognormal", mean=sum(ends) / 2, sd=(ends[1] - ends[0]) / (2 * _Z90))
    if kind not in ("triangular", "pert"):
        raise FitError(f"a {kind} distribution is not given by a range of 10th to 90th percentile")
    middle = (low + high) / 2 if mode is None else mode
    if not low < middle < high:
        raise FitError("the mode must lie between low and high")
    return _fit_ends(kind, low, middle, high)


@lru_cache(maxsize=4_096)
def _fit_ends(kind: str, low: float, mode: float, high: float) -> Spread:
    from scipy.optimize import least_squares

    width = high - low
    targets = (np.array([low, high]) - mode) / width

    def ends(logs: Array) -> Spread:
        below, above = np.exp(logs)
        return Spread(kind, low=-below, mode=0.0, high=above)

    def off(logs: Array) -> Array:
        return quantile(ends(logs), [0.1, 0.9]) - targets

    start = np.log([-targets[0] * 1.8, targets[1] * 1.8])
    found = least_squares(off, start, xtol=1e-15, ftol=1e-15, gtol=1e-15)
    if float(np.abs(off(found.x)).max()) > 1e-9:
        raise FitError("the mode is too near to one end for a distribution of this shape")
    unit = ends(found.x)
    return replace(
        unit,
        low=float(mode + unit.low * width),
        mode=float(mode),
        high=float(mode + unit.high * width),
    )
