"""A count beside what was published of the same place and year, with the difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["IDENTIFIABLE", "Comparison", "compare", "identifiable"]

IDENTIFIABLE = "regional analysis, everything identifiable"


@dataclass(frozen=True)
class Comparison:
    """One published figure beside ours.

    Attributes:
        claim_id: the claim in the ledger; None for a figure of a file that the place holds.
        label: what it is of.
        published_pence, counted_pence: theirs and ours.
        source: where it was published: a citation, or the file.
    """

    claim_id: str | None
    label: str
    published_pence: int
    counted_pence: int
    source: str

    @property
    def difference_pence(self) -> int:
        """Ours less theirs."""
        return self.counted_pence - self.published_pence


def identifiable(cube: Iterable[Mapping[str, Any]]) -> int:
    """The place's share of all identifiable rows of the regional analysis, as published.

    The housing revenue account, local government and site programmes are in it wherever the
    headline has put them.
    """
    return sum(
        row["pence"]
        for row in cube
        if row["dataset"] == "cra"
        and (
            row["measure"] in {"apart", "control"}
            or (row["measure"] == "gross" and row["derivation"] != "direct")
        )
    )


def compare(
    figures: Iterable[Mapping[str, Any]],
    *,
    areas: frozenset[str],
    year: str,
    cube: list[dict[str, Any]],
    net_pence: int,
    control: Mapping[str, int],
) -> tuple[Comparison, ...]:
    """Set what was published of these areas in this year beside the count.

    Args:
        figures: the ``published_figure`` code list.
        areas: the place's own area codes.
    """

    def ours(measure: str, value: str) -> int:
        if measure == "net":
            return net_pence
        if measure == "identifiable":
            return identifiable(cube)
        if measure == "control":
            return control.get(value, 0)
        return sum(
            row["pence"] for row in cube if row["measure"] == "gross" and row["funder"] == value
        )

    return tuple(
        Comparison(
            claim_id=row["claim_id"],
            label=row["label"],
            published_pence=row["published_pence"],
            counted_pence=ours(row["measure"], row["value"]),
            source=row["source"],
        )
        for row in figures
        if row["year"] == year and frozenset(row["areas"].split(";")) == areas
    )
