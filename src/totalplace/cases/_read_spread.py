"""Reading the range of a number: which distribution it has, and whether its parameters can be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from totalplace.cases._case import Spread
from totalplace.cases._keys import NUMBER
from totalplace.cases._reader import MAX_NUMBER, Reader
from totalplace.cases._spread import FitError, fit_10_90
from totalplace.cases._toml import Key as Path

__all__ = ["read_spread"]

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
    meaning = reader.text(path, raw, "meaning", NUMBER)
    if len(reader.problems) > before or kind == "fixed":
        return None
    if kind in ("discrete", "empirical"):
        return _listed(reader, path, raw, kind, samples, bounds)
    needs = _NEEDS[kind]
    is_range = meaning == "10-90"
    if is_range or (
        kind in ("normal", "lognormal") and given["low"] is not None and given["mean"] is None
    ):
        needs, is_range = ("low", "high"), True
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
    try:
        if is_range:
            return fit_10_90(kind, given["low"], given["mode"], given["high"])
        return _made(kind, given, bounds)
    except FitError as error:
        reader.problem(
            path,
            "bad_range",
            f"there is no such {kind} distribution",
            str(error),
            "correct the range, or choose another shape",
        )
        return None


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
        if given["value"] is not None and not low <= given["value"] <= high:
            raise FitError(f"the value {given['value']:g} lies outside of it")
        return Spread(kind, low=low, mode=middle, high=high)
    if kind == "beta" and mean is None:
        ends = (0.0 if low is None else low, 1.0 if high is None else high)
        if given["alpha"] <= 0 or given["beta"] <= 0 or ends[0] >= ends[1]:
            raise FitError("alpha and beta are above 0, and low is below high")
        return Spread(kind, low=ends[0], high=ends[1], alpha=given["alpha"], beta=given["beta"])
    if sd <= 0:
        raise FitError("the standard deviation must be above 0")
    if kind == "normal":
        return Spread(kind, mean=mean, sd=sd)
    if kind == "lognormal":
        if mean <= 0:
            raise FitError("a lognormal distribution has a mean above 0")
        variance = math.log1p((sd / mean) ** 2)
        return Spread(kind, mean=math.log(mean) - variance / 2, sd=math.sqrt(variance))
    total = mean * (1 - mean) / sd**2 - 1
    if not 0 < mean < 1 or total <= 0:
        raise FitError("a beta distribution with that mean has a smaller standard deviation")
    return Spread(kind, alpha=mean * total, beta=(1 - mean) * total)


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
    why = ""
    if not values or not all(type(one) in (int, float) for one in values):
        why = "values are missing, or not all are numbers"
    elif not all(abs(one) <= MAX_NUMBER for one in (*values, *_numbers(weights))):
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
