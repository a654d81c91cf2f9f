"""The figures of a publication, by split, and the names of what they are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow.compute as pc

from totalplace.disclosure import Publication
from totalplace.errors import Problem, RequestError

__all__ = ["FigureRow", "figure_by_id", "name_of", "names", "rows_of"]


@dataclass(frozen=True)
class FigureRow:
    """One figure: what it is of, its amount and range in pence, and how well it is known."""

    figure_id: str
    year: str
    key_id: str
    price_base: str
    split: str
    values: Mapping[str, str]
    pence: int
    low_pence: int
    high_pence: int
    gross_pence: int
    eliminated_pence: int
    share_pct: float | None
    grade: str
    coverage_pct: float | None


@lru_cache(maxsize=256)
def rows_of(
    publication: Publication, year: str, key_id: str, split: str, price_base: str = "cash"
) -> tuple[FigureRow, ...]:
    """The figures of one split, the largest first.

    Raises:
        RequestError: the publication has no such split (`unknown_split`).
    """
    if split and split not in publication.manifest["splits"]:
        raise RequestError(
            Problem(
                "unknown_split",
                "the publication has no figures split so",
                f"by={split}"[:200],
                "only some combinations are published",
                f"use one of {'; '.join(publication.manifest['splits'])}",
            )
        )
    table = publication.table("figures")
    chosen = (
        (pc.field("year") == year)
        & (pc.field("key_id") == key_id)
        & (pc.field("split") == split)
        & (pc.field("price_base") == price_base)
    )
    return tuple(_row(row) for row in table.filter(chosen).to_pylist())


def figure_by_id(publication: Publication, figure_id: str) -> FigureRow:
    """One figure by its id.

    Raises:
        RequestError: the publication has none of this id (`unknown_figure`).
    """
    found = publication.table("figures").filter(pc.field("figure_id") == figure_id).slice(0, 1)
    if not found.num_rows:
        raise RequestError(
            Problem(
                "unknown_figure",
                "this publication has no such figure",
                figure_id[:100],
                "a figure holds for one snapshot, year, key and split",
                "take the figure from a page of this publication, or open the publication that it"
                " is of with ?at=",
            )
        )
    return _row(found.to_pylist()[0])


@lru_cache(maxsize=8)
def names(publication: Publication) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """What is known of each code: (kind, code) -> name, tier, parent."""
    rows = publication.table("names").to_pylist()
    return {(row["kind"], row["code"]): row for row in rows}


def name_of(publication: Publication, kind: str, code: str | None) -> str:
    """The name of a code; the code itself where it has none, for it is then a word."""
    if code is None:
        return ""
    found = names(publication).get((kind, code))
    return found["name"] if found else code


def _row(row: Mapping[str, Any]) -> FigureRow:
    split = [name for name in row["split"].split(",") if name]
    return FigureRow(
        figure_id=row["figure_id"],
        year=row["year"],
        key_id=row["key_id"],
        price_base=row["price_base"],
        split=row["split"],
        values={name: row[name] for name in split},
        pence=row["pence"],
        low_pence=row["low_pence"],
        high_pence=row["high_pence"],
        gross_pence=row["gross_pence"],
        eliminated_pence=row["eliminated_pence"],
        share_pct=row["share_pct"],
        grade=row["figure_grade"],
        coverage_pct=row["coverage_pct"],
    )
