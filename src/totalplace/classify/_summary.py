"""How much of the money is classified, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from totalplace.classify._classify import ROUTES, UNCLASSIFIED

__all__ = ["Share", "Summary", "summarise"]


@dataclass(frozen=True)
class Share:
    """Some of the payments.

    Attributes:
        name: a route, a COFOG division or a nature.
        pence: their sum; size_pence the sum without sign.
    """

    name: str
    lines: int
    pence: int
    size_pence: int


@dataclass(frozen=True)
class Summary:
    """What a classification comes to.

    Attributes:
        base: all payments that have a function of the payer's own.
        by_route: of those, in the order of ROUTES.
        by_division: of those, by COFOG division, the largest first; what is not classified apart.
        set_apart: natures without a function, the largest first.
        bodies: body -> (size of its base, size of what is classified).
    """

    base: Share
    by_route: tuple[Share, ...]
    by_division: tuple[Share, ...]
    set_apart: tuple[Share, ...]
    bodies: Mapping[str, tuple[int, int]]

    @property
    def coverage_pct(self) -> float | None:
        """Share of the base, by amounts without sign, that has a function; None of nothing."""
        if not self.base.size_pence:
            return None
        missing = sum(one.size_pence for one in self.by_route if one.name == UNCLASSIFIED)
        return round(100 * (1 - missing / self.base.size_pence), 2)


def summarise(classes: pa.Table) -> Summary:
    """Sums of the classification of a place."""
    rows = classes.to_pylist()
    base = [row for row in rows if row["route"] != "set_apart"]
    bodies: dict[str, list[int]] = {}
    for row in base:
        sums = bodies.setdefault(row["body_id"], [0, 0])
        sums[0] += row["size_pence"]
        sums[1] += row["size_pence"] if row["function"] else 0
    routes = {one.name: one for one in _sums(base, lambda row: row["route"])}
    (total,) = _sums(base, lambda _: "base") or [Share("base", 0, 0, 0)]
    return Summary(
        base=total,
        by_route=tuple(routes[name] for name in ROUTES if name in routes),
        by_division=tuple(
            _sums(
                [row for row in base if row["function"]],
                lambda row: row["function"].partition(".")[0],
            )
        ),
        set_apart=tuple(
            _sums([row for row in rows if row["route"] == "set_apart"], lambda row: row["nature"])
        ),
        bodies={body_id: (sums[0], sums[1]) for body_id, sums in sorted(bodies.items())},
    )


def _sums(rows: list[dict[str, Any]], name: Callable[[dict[str, Any]], str]) -> list[Share]:
    sums: dict[str, list[int]] = {}
    for row in rows:
        found = sums.setdefault(name(row), [0, 0, 0])
        for place, column in enumerate(("lines", "pence", "size_pence")):
            found[place] += row[column]
    shares = [Share(key, *found) for key, found in sums.items()]
    return sorted(shares, key=lambda share: (-share.pence, share.name))
