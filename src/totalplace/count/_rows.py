"""The rows of a count: its cells split by anything, each row with its id, range and quality."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from totalplace.count._funders import funder_cells
from totalplace.count._registers import table
from totalplace.count._request import Request
from totalplace.count._themes import theme_cells
from totalplace.count._totals import Cell, grade_of, group
from totalplace.count._working import Working, figure_id
from totalplace.place import Folder

__all__ = ["CellSets", "Row", "cell_sets", "dimension", "preparation", "split_rows"]


@dataclass(frozen=True)
class Row:
    """One row of a count split by something; ``pence`` is gross less eliminated."""

    figure_id: str
    values: Mapping[str, str]
    pence: int
    low_pence: int
    high_pence: int
    gross_pence: int
    eliminated_pence: int
    share_pct: float | None
    grade: str
    coverage_pct: float | None


def dimension(name: str) -> Callable[[Mapping[str, Any]], str]:
    """How a cell's value of one split is read, in words."""
    plain: dict[str, Callable[[Mapping[str, Any]], Any]] = {
        "tier": lambda v: v["tier"] or "unknown",
        "body": lambda v: v["body_id"],
        "function": lambda v: (v["function"] or "").partition(".")[0] or "unclassified",
        "route": lambda v: v["class_route"] or ("published" if v["function"] else "unclassified"),
        "stream": lambda v: v["stream_id"] or "no named stream",
        "area": lambda v: v["area"] or "",
        "grade": lambda v: v["grade"],
        "cap_rev": lambda v: v["cap_rev"],
        "control": lambda v: v["control"],
        "funder": lambda v: v["source"],
        "theme": lambda v: f"{v['theme']}: {v['theme_kind']}",
    }
    return plain[name]


def preparation(
    folder: Folder, by: Sequence[str], working: Working
) -> Callable[[list[Cell]], list[Cell]]:
    """What turns cells into cells by funder and theme, where those are asked for."""
    has_themes = "theme" in by
    rules = table(folder, working.snapshot.state, "theme_rule").to_pylist() if has_themes else []

    def prepare(cells: list[Cell]) -> list[Cell]:
        if "funder" in by:
            cells = funder_cells(cells, working.netted.cube)
        return theme_cells(cells, rules) if has_themes else cells

    return prepare


@dataclass(frozen=True)
class CellSets:
    """The cells of a count under its key, and under every other key within three years."""

    own: list[Cell]
    swapped: list[list[Cell]]


def cell_sets(folder: Folder, working: Working, plain: CellSets, by: Sequence[str]) -> CellSets:
    """Cells ready for one split: by funder and by theme, where it asks for those."""
    prepare = preparation(folder, by, working)
    return CellSets(prepare(plain.own), [prepare(cells) for cells in plain.swapped])


def split_rows(
    request: Request, working: Working, cells: CellSets, net_pence: int
) -> tuple[Row, ...]:
    """One row a combination of the split's values, the largest first, in cash.

    Args:
        request: by what it is split.
        cells: what :func:`cell_sets` gives for that split.
        net_pence: of the whole count, for the shares.
    """
    by = [dimension(name) for name in request.by]
    others = [_sums(other, by) for other in cells.swapped]
    rows = []
    for one in group(cells.own, by, request.by):
        key = tuple(one.values.values())
        swapped = [one.pence, *(other.get(key, 0) for other in others)]
        values = {name: str(value) for name, value in one.values.items()}
        rows.append(
            Row(
                figure_id=figure_id(request, working, "net", **values),
                values=values,
                pence=one.pence,
                low_pence=min(swapped) - (one.pence - one.low_pence),
                high_pence=max(swapped) + (one.high_pence - one.pence),
                gross_pence=one.gross_pence,
                eliminated_pence=one.gross_pence - one.pence,
                share_pct=round(100 * one.pence / net_pence, 2) if net_pence else None,
                grade=grade_of(one),
                coverage_pct=one.coverage_pct,
            )
        )
    return tuple(rows)


def _sums(
    cells: Iterable[Cell], by: Sequence[Callable[[Mapping[str, Any]], Any]]
) -> dict[tuple[Any, ...], int]:
    sums: dict[tuple[Any, ...], int] = {}
    for cell in cells:
        key = tuple(part(cell.values) for part in by)
        sums[key] = sums.get(key, 0) + cell.pence
    return sums
