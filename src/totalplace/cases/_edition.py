"""The edition of the guidance that a case follows, read from the shipped tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from totalplace.errors import Problem, RequestError
from totalplace.model import load

__all__ = ["Band", "Edition", "edition", "editions"]


@dataclass(frozen=True)
class Band:
    """What a grade of evidence means: shares added to costs and taken off benefits."""

    grade: int
    cost: float
    benefit: float
    data: str
    effect: str
    age: str


@dataclass(frozen=True)
class Edition:
    """One edition: where its figures come from, and those that a case looks up.

    Attributes:
        id, title, source: as in the table of editions.
        discount, deflator, bias, additionality: editions of those tables.
        rates: schedule -> (first year, rate as a share) in order.
        index: financial year -> price level.
        bands: grade -> band.
        levels: (effect, level) -> share taken off.
        unverified: tables whose figures were not yet compared with the published text.
    """

    id: str
    title: str
    source: str
    discount: str
    deflator: str
    bias: str
    additionality: str
    rates: Mapping[str, tuple[tuple[int, float], ...]]
    index: Mapping[str, float]
    bands: Mapping[int, Band]
    levels: Mapping[tuple[str, str], float]
    unverified: tuple[str, ...]


def editions() -> tuple[str, ...]:
    """Every edition, the default first.

    >>> editions()[0]
    'greenbook-2026'
    """
    rows = sorted(load("case_edition").to_pylist(), key=lambda row: not row["is_default"])
    return tuple(row["edition"] for row in rows)


@cache
def edition(name: str | None = None) -> Edition:
    """An edition by its id; the default one without.

    Raises:
        RequestError: ``unknown_edition``.

    >>> edition("greenbook-2026").rates["standard"][1]
    (31, 0.03)
    """
    known = {row["edition"]: row for row in load("case_edition").to_pylist()}
    wanted = name or editions()[0]
    if wanted not in known:
        raise RequestError(
            Problem(
                "unknown_edition",
                "there is no such edition of the guidance",
                wanted,
                "it is not in the table of editions",
                f"use one of {', '.join(editions())}",
            )
        )
    row = known[wanted]
    discount = _rows("discount_rate", row["discount"])
    bias = _rows("optimism_bias", row["bias"])
    additionality = _rows("additionality", row["additionality"])
    rates: dict[str, list[tuple[int, float]]] = {}
    for one in sorted(discount, key=lambda one: (one["schedule"], one["from_year"])):
        share = float(one["rate_pct"] / 100)
        rates.setdefault(one["schedule"], []).append((one["from_year"], share))
    return Edition(
        id=wanted,
        title=row["title"],
        source=row["source"],
        discount=row["discount"],
        deflator=row["deflator"],
        bias=row["bias"],
        additionality=row["additionality"],
        rates={name: tuple(found) for name, found in rates.items()},
        index={one["year"]: float(one["index"]) for one in _rows("deflator", row["deflator"])},
        bands={
            one["grade"]: Band(
                one["grade"],
                float(one["cost_pct"] / 100),
                float(one["benefit_pct"] / 100),
                one["data"],
                one["effect"],
                one["age"],
            )
            for one in bias
        },
        levels={
            (one["effect"], one["level"]): float(one["share_pct"] / 100) for one in additionality
        },
        unverified=tuple(
            name
            for name, rows in (
                ("discount_rate", discount),
                ("optimism_bias", bias),
                ("additionality", additionality),
            )
            if not all(one["is_verified"] for one in rows)
        ),
    )


def _rows(table: str, wanted: str) -> list[dict[str, Any]]:
    return [row for row in load(table).to_pylist() if row["edition"] == wanted]
