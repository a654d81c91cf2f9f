"""Totals of the cube: the headline, and the same split by anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

__all__ = ["GRADES", "Cell", "Total", "grade_of", "group", "key_grade", "measure_cells"]

GRADES = ("A", "B", "C", "D", "E", "X")
_MATERIAL_PCT = 5


@dataclass(frozen=True)
class Cell:
    """One cube cell, signed: eliminations are negative.

    Attributes:
        values: the cell's dimensions.
        pence, low_pence, high_pence: amount and range.
    """

    values: Mapping[str, Any]
    pence: int
    low_pence: int
    high_pence: int


@dataclass(frozen=True)
class Total:
    """Cells added up.

    Attributes:
        values: the dimensions they share.
        pence, low_pence, high_pence: net amount and range in pence.
        by_grade: pence by grade.
        known_pence: what comes from returned or published lines.
        gross_pence: what of it is gross; the rest is eliminated from it.
    """

    values: Mapping[str, Any]
    pence: int
    low_pence: int
    high_pence: int
    by_grade: Mapping[str, int]
    known_pence: int
    gross_pence: int = 0

    @property
    def coverage_pct(self) -> float | None:
        """Share of it from returned or published lines, or None of nothing."""
        return round(100 * self.known_pence / self.pence, 2) if self.pence else None


def key_grade(measure: str) -> str:
    """The grade of placing money by a key: people E, a need or activity measure D."""
    return "E" if measure == "people" else "D"


def measure_cells(cube: pa.Table, measures: Mapping[str, int], *, shared_grade: str) -> list[Cell]:
    """Cells of some measures, with their sign.

    Args:
        cube: the outcome of a count.
        measures: measure -> 1 or -1.
        shared_grade: the key's grade; a shared cell takes the worse of it and its own.
    """
    cells = []
    for row in cube.to_pylist():
        sign = measures.get(row["measure"])
        if sign is None:
            continue
        grade = row["grade"] or "A"
        if row["is_shared"]:
            grade = max(grade, shared_grade, key=GRADES.index)
        low, high = row["low_pence"], row["high_pence"]
        cells.append(
            Cell(
                values={**row, "grade": grade, "line_grade": row["grade"]},
                pence=sign * row["pence"],
                low_pence=low if sign > 0 else -high,
                high_pence=high if sign > 0 else -low,
            )
        )
    return cells


def group(
    cells: Iterable[Cell],
    by: Sequence[Callable[[Mapping[str, Any]], Any]],
    names: Sequence[str],
) -> list[Total]:
    """Add cells up by some functions of their dimensions, largest first."""
    sums: dict[tuple[Any, ...], list[int]] = {}
    grades: dict[tuple[Any, ...], dict[str, int]] = {}
    for cell in cells:
        key = tuple(part(cell.values) for part in by)
        total = sums.setdefault(key, [0, 0, 0, 0, 0])
        total[0] += cell.pence
        total[1] += cell.low_pence
        total[2] += cell.high_pence
        if cell.values["dataset"] != "cra":
            total[3] += cell.pence
        if cell.values.get("measure") == "gross":
            total[4] += cell.pence
        split = grades.setdefault(key, {})
        split[cell.values["grade"]] = split.get(cell.values["grade"], 0) + cell.pence
    totals = [
        Total(
            values=dict(zip(names, key, strict=True)),
            pence=total[0],
            low_pence=total[1],
            high_pence=total[2],
            by_grade=dict(sorted(grades[key].items())),
            known_pence=total[3],
            gross_pence=total[4],
        )
        for key, total in sums.items()
    ]
    return sorted(
        totals, key=lambda total: (-total.pence, *(str(value) for value in total.values.values()))
    )


def grade_of(total: Total) -> str:
    """The worst grade that carries more than 5% of a total.

    >>> grade_of(Total({}, 100, 100, 100, {"A": 94, "E": 6}, 94))
    'E'
    >>> grade_of(Total({}, 100, 100, 100, {"A": 96, "E": 4}, 96))
    'A'
    """
    size = sum(abs(pence) for pence in total.by_grade.values())
    worst = [
        grade for grade in GRADES if 100 * abs(total.by_grade.get(grade, 0)) > _MATERIAL_PCT * size
    ]
    return worst[-1] if worst else "A"
