"""More money than there is: nearly always a slip of a unit."""

from __future__ import annotations

from totalplace.errors import Problem, RequestError

__all__ = ["MOST_GBP", "refuse_too_large"]

MOST_GBP = 1e14
"""£100 million million; a document holds a hundred times as much to the penny."""


def refuse_too_large(most: float, where: str) -> None:
    """Refuse what comes to more.

    Args:
        most: the largest amount, in pounds.
        where: the file.

    Raises:
        RequestError: ``too_large``.
    """
    if not most <= MOST_GBP:
        raise RequestError(
            Problem(
                "too_large",
                "it comes to more money than there is",
                where,
                f"£{most:.3g}, and at most £{MOST_GBP:.0e} can be told to the penny",
                "look at the units: GBP k, GBP m and GBP bn, and what each amount is per",
            )
        )
