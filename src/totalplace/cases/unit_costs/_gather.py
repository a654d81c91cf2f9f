"""The unit costs that a case or a ladder may name: those of its files, and the invented ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from totalplace.cases.unit_costs._checks import check_unit_costs, flag_unit_costs
from totalplace.cases.unit_costs._unit_cost import (
    UnitCost,
    invented_unit_costs,
    read_unit_costs,
)
from totalplace.errors import Problem, RequestError, TotalplaceError

__all__ = ["gather_unit_costs"]


def gather_unit_costs(files: Mapping[str, Path | str]) -> tuple[UnitCost, ...]:
    """Read tables of unit costs, check them again, and put the invented ones after them.

    Args:
        files: what stands before the colon of a reference -> the CSV file.

    Raises:
        RequestError: every problem of every file; ``repeated_book`` for the book ``invented``.
    """
    problems: list[Problem] = []
    costs: list[UnitCost] = []
    invented = invented_unit_costs()
    for book, path in files.items():
        if book == invented[0].book:
            problems.append(
                Problem(
                    "repeated_book",
                    f"{book!r} is the table of the fictional place",
                    str(path),
                    "one name means one table",
                    "call yours otherwise",
                )
            )
            continue
        try:
            costs += [replace(one, book=book) for one in read_unit_costs(path)]
        except TotalplaceError as error:
            problems += error.problems
    if problems:
        raise RequestError(problems)
    return (*flag_unit_costs(costs, check_unit_costs(costs)), *invented)
