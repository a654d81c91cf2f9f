"""Reading the range of a number: which distribution it has, and whether its parameters can be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from totalplace.cases._case import Spread
from totalplace.cases._keys import NUMBER
from totalplace.cases._reader import MAX_NUMBER, Reader, are_numbers
from totalplace.cases._spread import FitError, fit_10_90, quantile
from totalplace.cases._toml import Key as Path

__all__ = ["is_10_90", "reach_of", "read_spread"]

_NEEDS = {
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "pert": ("low", "mode", "high"),
    "normal": ("mean", "sd"),
    "lognormal": ("mean", "sd"),
    "beta": ("alpha", "beta"),
    "discrete": ("values", "weights"),
    "empirical": ("values",),
}
_GIVEN = ("low", "high", "mean", "sd", "alpha", "beta", "values", "weights", "csv")
"""Keys of which none may be there for nothing."""
_ENDS = ("low", "high")
_RARE = 0.001
"""One draw in a thousand lies below; a stated value that is rarer contradicts its range."""
_SHAPES = (0.001, 1e9)
"""Shapes of a beta distribution that can be drawn from."""


def read_spread(
    reader: Reader,
    path: Path,
    raw: Mapping[str, Any],
    samples: tuple[float, ...],
    bounds: tuple[float, float],
) -> Spread | None:
    """The distribution of a number, or ``None`` if it is taken as known or is wrong."""
    before = len(reader.problems)
    given = {
        name: reader.get(path, raw, name, float)
        for name in ("low", "mode", "high", "mean", "sd", "alpha", "beta", "value")
    }
    kind = reader.text(path, raw, "dist", NUMBER) or _implied(raw)
    reader.text(path, raw, "meaning", NUMBER)
    if len(reader.problems) > before or kind == "fixed":
        return None
    if kind in ("discrete", "empirical"):
        return _listed(reader, path, raw, kind, samples, bounds)
    needs = _NEEDS[kind]
    is_range = is_10_90(raw, kind)
    if is_range:
        needs = _ENDS
    elif kind == "beta" and given["mean"] is not None:
        needs = ("mean", "sd")
    elif kind == "normal" and given["mean"] is None:
        given["mean"] = given["value"]
    lacking = [name for name in needs if given[name] is None]
    if lacking:
        reader.problem(
            path,
            "missing_range",
            f"a {kind} distribution needs {' and '.join(needs)}",
            f"{' and '.join(lacking)} is missing",
            f"add {lacking[0]} = ..., or take dist out",
        )
        return None
    _contradictions(reader, path, raw, kind, (*needs, *(_ENDS if kind == "beta" else ())))
    if len(reader.problems) > before:
        return None
    try:
        return _sound(
            fit_10_90(kind, given["low"], given["mode"], given["high"])
            if is_range
            else _made(kind, given, bounds)
        )
    except (FitError, ArithmeticError) as error:
        reader.problem(
            path,
            "bad_range",
            f"there is no such {kind} distribution",
            str(error) if isinstance(error, FitError) else "its numbers are too far apart",
            "correct the range, or choose another shape",
        )
        return None


def is_10_90(raw: Mapping[str, Any], kind: str) -> bool:
    """Whether low and high are percentiles: said so, or of a shape that has no ends."""
    is_endless = kind in ("normal", "lognormal") and "low" in raw and "mean" not in raw
    return raw.get("meaning") == "10-90" or is_endless


def reach_of(spread: Spread) -> tuple[float, float]:
    """The least and the greatest value that can be stated beside a distribution."""
    if spread.values:
        return min(spread.values), max(spread.values)
    if spread.kind not in ("normal", "lognormal", "beta"):
        return spread.low, spread.high
    low, high = (float(one) for one in quantile(spread, [_RARE, 1 - _RARE]))
    if spread.kind == "beta":
        # it may crowd at an end
        return (
            spread.low if spread.alpha <= 1 else low,
            spread.high if spread.beta <= 1 else high,
        )
    return low, high


def _contradictions(
    reader: Reader, path: Path, raw: Mapping[str, Any], kind: str, taken: tuple[str, ...]
) -> None:
    """Note keys of a range that its shape does not take: they would be dropped unseen."""
    unused = [name for name in _GIVEN if name in raw and name not in taken]
    if unused:
        reader.problem(
            path,
            "bad_range",
            f"the {kind} distribution does not take {' and '.join(unused)}",
            f"it is made of {' and '.join(taken)}",
            f"take {' and '.join(unused)} out, or choose another dist",
        )
    if kind in ("normal", "lognormal") and "low" in taken and raw.get("meaning") == "min-max":
        reader.problem(
            (*path, "meaning"),
            "bad_range",
            f"a {kind} distribution has no ends",
            "low and high are its 10th and 90th percentiles",
            'write meaning = "10-90", or another dist',
        )


def _sound(spread: Spread) -> Spread:
    """The distribution, if all that is drawn from it can be reckoned with."""
    if spread.kind == "beta" and not all(
        _SHAPES[0] <= one <= _SHAPES[1] for one in (spread.alpha, spread.beta)
    ):
        raise FitError(f"its shapes would lie outside {_SHAPES[0]:g} to {_SHAPES[1]:g}")
    with np.errstate(over="ignore"):
        reach = reach_of(spread)
    if not all(abs(one) <= MAX_NUMBER for one in reach):
        raise FitError(f"its values would go beyond {MAX_NUMBER:g}")
    return spread


def _implied(raw: Mapping[str, Any]) -> str:
    """The shape where only parameters are given."""
    if "values" in raw or "csv" in raw:
        return "discrete" if "weights" in raw else "empirical"
    if "low" in raw or "high" in raw:
        return "pert" if "mode" in raw else "uniform"
    if "sd" in raw:
        return "normal"
    return "beta" if "alpha" in raw else "fixed"


def _made(kind: str, given: Mapping[str, Any], bounds: tuple[float, float]) -> Spread:
    low, mode, high = given["low"], given["mode"], given["high"]
    mean, sd = given["mean"], given["sd"]
    if kind in ("uniform", "triangular", "pert"):
        middle = (low + high) / 2 if mode is None else mode
        if not low <= middle <= high or low == high:
            raise FitError(f"low {low:g}, mode {middle:g} and high {high:g} do not rise")
        if low < bounds[0] or high > bounds[1]:
            raise FitError(f"it would leave the bounds {bounds[0]:g} to {bounds[1]:g}")
        return Spread(kind, low=low, mode=middle, high=high)
    start, end = (0.0 if low is None else low, 1.0 if high is None else high)
    if kind == "beta" and start >= end:
        raise FitError("low must be below high")
    if kind == "beta" and mean is None:
        if given["alpha"] <= 0 or given["beta"] <= 0:
            raise FitError("alpha and beta are above 0")
        return Spread(kind, low=start, high=end, alpha=given["alpha"], beta=given["beta"])
    if sd <= 0:
        raise FitError("the standard deviation must be above 0")
    if kind == "normal":
        return Spread(kind, mean=mean, sd=sd)
    if kind == "lognormal":
        if mean <= 0:
            raise FitError("a lognormal distribution has a mean above 0")
        variance = math.log1p((sd / mean) ** 2)
        return Spread(kind, mean=math.log(mean) - variance / 2, sd=math.sqrt(variance))
    if not start < mean < end:
        raise FitError(f"its mean lies between {start:g} and {end:g}")
    mean, sd = (mean - start) / (end - start), sd / (end - start)
    total = mean * (1 - mean) / sd**2 - 1
    if total <= 0:
        raise FitError("a beta distribution with that mean has a smaller standard deviation")
    return Spread(kind, low=start, high=end, alpha=mean * total, beta=(1 - mean) * total)


def _listed(
    reader: Reader,
    path: Path,
    raw: Mapping[str, Any],
    kind: str,
    samples: tuple[float, ...],
    bounds: tuple[float, float],
) -> Spread | None:
    values = samples or tuple(reader.get(path, raw, "values", list) or ())
    weights = tuple(reader.get(path, raw, "weights", list) or ())
    _contradictions(
        reader, path, raw, kind, ("csv" if "csv" in raw else "values", *_NEEDS[kind][1:])
    )
    why = ""
    if not values or not all(type(one) in (int, float) for one in values):
        why = "values are missing, or not all are numbers"
    elif not are_numbers([*values, *_numbers(weights)]):
        why = f"a number of it is beyond {MAX_NUMBER:g}"
    elif not all(bounds[0] <= one <= bounds[1] for one in values):
        why = f"values lie outside {bounds[0]:g} to {bounds[1]:g}"
    elif kind == "discrete" and (
        len(weights) != len(values)
        or not all(type(one) in (int, float) and one >= 0 for one in weights)
        or sum(weights) <= 0
    ):
        why = f"{len(values)} values need as many weights of 0 or more, not all 0"
    if why:
        reader.problem(
            path,
            "bad_range",
            f"there is no such {kind} distribution",
            why,
            "give a list of numbers" + (" and a weight for each" if kind == "discrete" else ""),
        )
        return None
    if kind == "empirical":
        values, weights = tuple(sorted(values)), ()
    return Spread(
        kind,
        values=tuple(float(one) for one in values),
        weights=tuple(float(one) for one in weights),
    )


def _numbers(given: tuple[Any, ...]) -> list[float]:
    return [one for one in given if type(one) in (int, float)]
