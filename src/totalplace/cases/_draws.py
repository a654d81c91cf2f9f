"""Draws of all uncertain numbers: scrambled Sobol points, tied by a Gaussian copula in families.

Numbers that are the same quantity, such as one cohort that several outcomes name, have one
dimension: they are drawn once.

The members of a family (effects; unit costs) are equally correlated as normal scores. The points
are the same whatever the correlation, for every option and for every perspective: differences
between them are no noise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from totalplace.cases._case import Case, Number
from totalplace.cases._sobol import MAX_DIMENSIONS, sobol
from totalplace.cases._spread import quantile
from totalplace.cases._together import same_numbers
from totalplace.errors import Problem, RequestError

__all__ = ["MAX_DRAWS", "MAX_SEED", "Draws", "values_of"]

Array = npt.NDArray[np.float64]
MAX_DRAWS = 1_000_000
MAX_SEED = 2**63 - 1


class Draws:
    """The points of one case, which values of its numbers are made from.

    Args:
        case: whose uncertain numbers are drawn.
        draws: how many, 1 to 1,000,000.
        seed: of the scrambling.

    Raises:
        RequestError: ``bad_draws``, ``bad_seed`` or ``too_many_numbers``.
    """

    def __init__(self, case: Case, draws: int, seed: int) -> None:
        same = same_numbers(case.items)
        self.numbers = tuple(one for one in case.uncertain if same[one.key] == one.key)
        self._same = {one.key: same[one.key] for one in case.uncertain}
        self.count = draws
        if not 1 <= draws <= MAX_DRAWS:
            raise RequestError(
                Problem(
                    "bad_draws",
                    "that many draws cannot be made",
                    f"{draws} draws",
                    f"it is at least 1 and at most {MAX_DRAWS:,}",
                    "10,000 are enough for most cases",
                )
            )
        if not 0 <= seed <= MAX_SEED:
            raise RequestError(
                Problem(
                    "bad_seed",
                    "draws cannot begin with this seed",
                    f"seed {seed}",
                    f"it is at least 0 and at most {MAX_SEED:,}",
                    "give any whole number between",
                )
            )
        if len(self.numbers) > MAX_DIMENSIONS:
            raise RequestError(
                Problem(
                    "too_many_numbers",
                    "the case has too many uncertain numbers",
                    str(case.file),
                    f"{len(self.numbers):,} of at most {MAX_DIMENSIONS:,}",
                    "take the range away from those that matter least: see the tornado",
                )
            )
        self._points = sobol(len(self.numbers), draws, seed=seed)
        self._free: dict[str, Array] = {}

    def values(self, correlation: Mapping[str, float]) -> dict[str, Array]:
        """Key of a number -> its draws, in pounds of the price base, shares or counts."""
        found: dict[str, Array] = {}
        tied = {
            family: members
            for family in sorted({one.family for one in self.numbers if one.family})
            if correlation.get(family, 0.0) > 0 and len(members := self._members(family)) > 1
        }
        for at, one in enumerate(self.numbers):
            if one.family not in tied:
                if one.key not in self._free:
                    self._free[one.key] = values_of(one, self._points[at])
                found[one.key] = self._free[one.key]
        for family, members in tied.items():
            points = self._tied(members, correlation[family])
            for at, row in zip(members, points, strict=True):
                found[self.numbers[at].key] = values_of(self.numbers[at], row)
        return {key: found[first] for key, first in self._same.items()}

    def _members(self, family: str) -> list[int]:
        return [at for at, one in enumerate(self.numbers) if one.family == family]

    def _tied(self, members: Sequence[int], correlation: float) -> Array:
        from scipy import special

        count = len(members)
        matrix = np.full((count, count), correlation) + np.eye(count) * (1 - correlation)
        scores = np.linalg.cholesky(matrix) @ special.ndtri(self._points[list(members)])
        return np.asarray(special.ndtr(scores))


def values_of(number: Number, shares: npt.ArrayLike) -> Array:
    """Values of a number at these shares of its distribution, within its bounds."""
    if number.spread is None:
        return np.full(np.shape(shares), number.point)
    raw = quantile(number.spread, shares)
    return np.clip(raw, number.floor, number.ceiling) * (number.scale * number.deflator)
