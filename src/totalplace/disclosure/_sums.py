"""Which lines that are not shown one by one are summed together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["LEAST_SUMMED", "fold_groups"]

LEAST_SUMMED = 10
"""A function is told of a sum only where it has so many lines."""


def fold_groups(
    groups: Iterable[Mapping[str, Any]],
    *,
    base: Sequence[str],
    alike: Sequence[str],
    amounts: Sequence[str],
) -> list[dict[str, Any]]:
    """The sums that are shown, of sums by base and function.

    A function with ten lines or more is a sum of its own. The others of a base are one sum without
    a function; where that has fewer than ten lines, the smallest of the functions that stand alone
    joins it, so that a few lines are never seen by what is missing. A base of fewer than ten lines
    in all is one sum: it is never joined to another, or totals would not agree.

    Args:
        groups: rows with the fields of base, ``function``, ``lines``, amounts, and those of alike.
        base: what is never summed across.
        alike: fields kept where all agree.
        amounts: fields that are added.

    Returns:
        The same fields and ``line_id``: 16 hex digits made of base and function.

    >>> rows = [{"year": "1", "function": f, "lines": n, "pence": n} for f, n in (("a", 12),
    ...         ("b", 3), ("c", 4), ("d", 11))]
    >>> found = fold_groups(rows, base=["year"], alike=[], amounts=["pence"])
    >>> [(row["function"], row["lines"]) for row in found]
    [(None, 18), ('a', 12)]
    """
    by_base: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in groups:
        by_base.setdefault(tuple(row[name] for name in base), []).append(row)
    found = []
    for key in sorted(by_base, key=repr):
        alone = [r for r in by_base[key] if r["function"] and r["lines"] >= LEAST_SUMMED]
        rest = [r for r in by_base[key] if not (r["function"] and r["lines"] >= LEAST_SUMMED)]
        alone.sort(key=lambda row: (row["lines"], row["function"]))
        if rest and alone and sum(row["lines"] for row in rest) < LEAST_SUMMED:
            rest.append(alone.pop(0))
        if rest:
            found.append(_added(rest, None, base=base, alike=alike, amounts=amounts))
        for row in sorted(alone, key=lambda row: str(row["function"])):
            found.append(_added([row], row["function"], base=base, alike=alike, amounts=amounts))
    return found


def _added(
    rows: Sequence[Mapping[str, Any]],
    function: str | None,
    *,
    base: Sequence[str],
    alike: Sequence[str],
    amounts: Sequence[str],
) -> dict[str, Any]:
    first = rows[0]
    made: dict[str, Any] = {name: first[name] for name in base}
    made["function"] = function
    made["lines"] = sum(row["lines"] for row in rows)
    made.update({name: sum(int(row[name]) for row in rows) for name in amounts})
    for name in alike:
        values = {row[name] for row in rows}
        made[name] = values.pop() if len(values) == 1 else None
    parts = ["sum", *(str(made[name]) for name in base), str(function)]
    made["line_id"] = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    return made
