"""From publishers' codes to COFOG, by shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from totalplace.classify._rules import fold

__all__ = ["Weights", "function_weights", "heaviest"]

Weights = Mapping[tuple[str, str], Mapping[str, int]]
"""(scheme, folded label) -> COFOG code -> weight in millionths."""


def function_weights(
    crosswalk: Iterable[Mapping[str, Any]],
) -> dict[tuple[str, str], dict[str, int]]:
    """(scheme, folded label) -> COFOG code -> weight in millionths."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in crosswalk:
        if row["to_scheme"] != "cofog":
            continue
        label = fold(str(row["from_code"]))
        codes = found.setdefault((row["from_scheme"], label), {})
        codes[row["to_code"]] = codes.get(row["to_code"], 0) + round(row["share"] * 1_000_000)
    return found


def heaviest(weights: Mapping[str, int]) -> str | None:
    """The code with the largest share; of several the one that stands first.

    >>> heaviest({"09.1": 300_000, "09.2": 700_000}), heaviest({})
    ('09.2', None)
    """
    return max(weights, key=lambda code: weights[code]) if weights else None
