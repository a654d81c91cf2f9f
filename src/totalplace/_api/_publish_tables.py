"""The tables of a publication that are made from counts: figures, bodies, areas, transfers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from totalplace.count import (
    BY,
    AreaMoney,
    Counted,
    KeyCount,
    Row,
    Transfer,
    Working,
    YearCount,
    match_name,
)
from totalplace.engine import Engine
from totalplace.place import Decision, Folder, State

__all__ = [
    "SPLITS",
    "areas_table",
    "bodies_table",
    "compare_table",
    "decisions_table",
    "figures_table",
    "indicators_table",
    "matches_table",
    "transfers_table",
]

SPLITS: tuple[tuple[str, ...], ...] = (
    *((name,) for name in BY),
    ("tier", "function"),
    ("tier", "cap_rev"),
    ("body", "function"),
    ("body", "stream"),
    ("body", "cap_rev"),
    ("funder", "body"),
    ("stream", "function"),
    ("function", "cap_rev"),
    ("area", "function"),
    ("area", "tier"),
    ("area", "body"),
    ("area", "cap_rev"),
    ("funder", "stream", "body", "function"),
)
"""By what the figures of every publication are split."""


def _schema(
    texts: Sequence[str], pence: Sequence[str] = (), more: Mapping[str, pa.DataType] | None = None
) -> pa.Schema:
    fields = [(name, pa.string()) for name in texts] + [(name, pa.int64()) for name in pence]
    return pa.schema(fields + list((more or {}).items()))


_PENCE = ("pence", "low_pence", "high_pence", "gross_pence", "eliminated_pence")
_FIGURES = pa.schema(
    [
        *((name, pa.string()) for name in ("year", "key_id", "price_base", "split", "figure_id")),
        *((name, pa.string()) for name in BY),
        *((name, pa.int64()) for name in _PENCE),
        ("share_pct", pa.float64()),
        ("figure_grade", pa.string()),
        ("coverage_pct", pa.float64()),
    ]
)


def figures_table(years: Iterable[YearCount]) -> pa.Table:
    """Every figure: of each year, key and split, and the headline at each price base."""
    rows = [row for year in years for key in year.keys for row in _figures(key)]
    return pa.Table.from_pylist(rows, schema=_FIGURES)


def _figures(key: KeyCount) -> Iterator[dict[str, Any]]:
    yield _headline(key.counted)
    for counted in key.real.values():
        yield _headline(counted)
    for by, rows in key.rows.items():
        for row in rows:
            yield _figure(key.counted, ",".join(by), row)


def _headline(counted: Counted) -> dict[str, Any]:
    return {
        "year": counted.request.year,
        "key_id": counted.key.key_id,
        "price_base": counted.price_base,
        "split": "",
        "figure_id": counted.figure_id,
        "pence": counted.net_pence,
        "low_pence": counted.net_low_pence,
        "high_pence": counted.net_high_pence,
        "gross_pence": counted.gross_pence,
        "eliminated_pence": counted.eliminated_pence,
        "share_pct": 100.0 if counted.net_pence else None,
        "figure_grade": counted.grade,
        "coverage_pct": counted.coverage_pct,
    }


def _figure(counted: Counted, split: str, row: Row) -> dict[str, Any]:
    return {
        "year": counted.request.year,
        "key_id": counted.key.key_id,
        "price_base": counted.price_base,
        "split": split,
        "figure_id": row.figure_id,
        **row.values,
        "pence": row.pence,
        "low_pence": row.low_pence,
        "high_pence": row.high_pence,
        "gross_pence": row.gross_pence,
        "eliminated_pence": row.eliminated_pence,
        "share_pct": row.share_pct,
        "figure_grade": row.grade,
        "coverage_pct": row.coverage_pct,
    }


_BODIES = _schema(
    ("year", "body_id", "name", "tier", "kind", "status", "basis", "cap_rev", "detail", "areas")
)


def bodies_table(years: Iterable[YearCount]) -> pa.Table:
    """Every body that has to do with the place, and how its money is known."""
    rows = []
    for year in years:
        working = year.working
        served = _served(working)
        for one in year.keys[0].counted.coverage:
            body = working.registers.bodies.get(one.body_id)
            rows.append(
                {
                    "year": one.year,
                    "body_id": one.body_id,
                    "name": one.name,
                    "tier": one.tier,
                    "kind": "" if body is None else body.kind,
                    "status": one.status,
                    "basis": one.basis,
                    "cap_rev": one.cap_rev,
                    "detail": one.detail,
                    "areas": ";".join(served(one.body_id)),
                }
            )
    return pa.Table.from_pylist(rows, schema=_BODIES)


def _served(working: Working) -> Any:
    """Body -> the codes of what it serves: one area, or the authorities of several."""
    registers = working.registers

    def codes(body_id: str) -> list[str]:
        zone = registers.body_zone.get(body_id, "")
        return [zone] if zone in registers.areas.names else sorted(registers.zones.get(zone, ()))

    return codes


_AREAS = _schema(
    ("year", "area", "name"),
    ("people", "people_year", "households", "households_year"),
)


def areas_table(years: Iterable[YearCount]) -> pa.Table:
    """The authorities of the place with their people and households."""
    rows = []
    for year in years:
        counted, registers = year.keys[0].counted, year.working.registers
        for area in sorted(year.working.perimeter.place):
            rows.append(
                {
                    "year": counted.request.year,
                    "area": area,
                    "name": registers.areas.names.get(area, area),
                    "people": counted.people.by_area.get(area),
                    "people_year": counted.people.year,
                    "households": counted.households.by_area.get(area),
                    "households_year": counted.households.year,
                }
            )
    return pa.Table.from_pylist(rows, schema=_AREAS)


_TRANSFERS = _schema(
    ("year", "payer_id", "payer", "payee_id", "payee", "stream", "rule", "derivation"),
    ("pence", "lines"),
)


def transfers_table(transfers: Mapping[str, Sequence[Transfer]]) -> pa.Table:
    """What known bodies pay one another, by year."""
    rows = [
        {"year": year, **{name: getattr(one, name) for name in _TRANSFERS.names if name != "year"}}
        for year, found in transfers.items()
        for one in found
    ]
    return pa.Table.from_pylist(rows, schema=_TRANSFERS)


_MATCHES = _schema(
    ("year", "match_id", "payer_id", "payee_id", "level"),
    ("paid_pence", "received_pence", "gap_pence"),
    {"payer_lines": pa.list_(pa.string()), "payee_lines": pa.list_(pa.string())},
)


def matches_table(engine: Engine, years: Iterable[tuple[YearCount, Any]]) -> pa.Table:
    """Payments found on both sides, or on one, that touch the place.

    Args:
        years: each with the lines of its year.
    """
    rows = []
    for year, book in years:
        working = year.working
        zones, status = working.perimeter.body_zone, working.perimeter.status
        lines = engine.to_arrow(
            book.filter(book.match_id.notnull())
            .select("match_id", "side", "line_id", "amount_pence")
            .order_by("match_id", "side", "amount_pence", "line_id")
        )
        of_match: dict[tuple[str, str], list[str]] = {}
        for one in lines.to_pylist():
            ids = of_match.setdefault((one["match_id"], one["side"]), [])
            line = hashlib.sha256(one["line_id"].encode()).hexdigest()[:16]
            if line not in ids:
                ids.append(line)
        match = working.netted.matches.match
        for one in engine.to_arrow(match.order_by("match_id")).to_pylist():
            touches = any(
                status(zones.get(one[side], "")) != "none" for side in ("payer_id", "payee_id")
            )
            if not touches:
                continue
            name = match_name(working.year, one["match_id"])
            rows.append(
                {
                    "year": working.year,
                    "match_id": name,
                    "payer_id": one["payer_id"],
                    "payee_id": one["payee_id"],
                    "level": one["level"],
                    "paid_pence": one["paid_pence"],
                    "received_pence": one["received_pence"],
                    "gap_pence": one["paid_pence"] - one["received_pence"],
                    "payer_lines": of_match.get((name, "out"), []),
                    "payee_lines": of_match.get((name, "in"), []),
                }
            )
    return pa.Table.from_pylist(rows, schema=_MATCHES)


_COMPARE = _schema(("dataset", "year", "level", "area", "name", "function"), ("pence", "people"))


def compare_table(found: Iterable[AreaMoney]) -> pa.Table:
    """What the loaded national files say of every area."""
    rows = [{name: getattr(one, name) for name in _COMPARE.names} for one in found]
    return pa.Table.from_pylist(rows, schema=_COMPARE)


_INDICATORS = _schema(
    (
        "theme_id",
        "indicator_id",
        "name",
        "unit",
        "direction",
        "target",
        "target_year",
        "year",
        "value",
        "source",
    )
)


def indicators_table(folder: Folder, state: State) -> pa.Table:
    """What became of the themes, from the place's register; of two values of a year the later."""
    own = folder.reference("indicator", state)
    last = {(row["indicator_id"], row["year"]): row for row in (own.to_pylist() if own else [])}
    rows = [
        {
            name: f"{row[name].normalize():f}"
            if name in ("target", "value") and row[name] is not None
            else row[name]
            for name in _INDICATORS.names
        }
        for _, row in sorted(last.items())
    ]
    return pa.Table.from_pylist(rows, schema=_INDICATORS)


def decisions_table(decisions: Iterable[Decision]) -> pa.Table:
    """How many decisions of each kind hold; nothing of what they say."""
    counts: dict[str, int] = {}
    for one in decisions:
        counts[one.what] = counts.get(one.what, 0) + 1
    rows = [{"kind": kind, "count": count} for kind, count in sorted(counts.items())]
    return pa.Table.from_pylist(rows, schema=_schema(("kind",), ("count",)))
