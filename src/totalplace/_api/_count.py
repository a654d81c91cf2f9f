"""A count as a JSON document, a table and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa

from totalplace._api._result import GBP, NUMBER, PCT, TEXT, Document, Result, pounds, table_of
from totalplace.count import Counted, Denominator, Row, Statement
from totalplace.model import area_register, body_register, load
from totalplace.money import Figure, gbp
from totalplace.place import Folder, State

__all__ = ["CountResult", "count_result", "statement_document"]


@dataclass(frozen=True)
class CountResult(Result[Counted]):
    """A count. ``facts`` holds everything about it; ``before`` is the count under the default
    key when another was asked for."""

    before: Counted | None = None

    @property
    def net(self) -> Figure:
        """What reaches the place, nothing counted twice."""
        counted = self.facts
        return _figure(
            counted, "net", counted.net_pence, counted.net_low_pence, counted.net_high_pence
        )


def _figure(counted: Counted, measure: str, pence: int, low: int, high: int) -> Figure:
    return Figure(
        figure_id=counted.figure_id,
        measure=measure,
        pence=pence,
        low_pence=low,
        high_pence=high,
        year=counted.request.year,
        grade=counted.grade,
        coverage_pct=counted.coverage_pct,
        price_base=counted.price_base,
    )


def count_result(
    folder: Folder, state: State, counted: Counted, before: Counted | None
) -> CountResult:
    """A count in its three forms.

    Args:
        state: what the place held at the count's snapshot.
        before: the same count under the default key, if another key was asked for.
    """
    names = _names(folder, state, counted)
    divisors = _divisors(counted)
    rows = [_row(counted, row, names, divisors(row)) for row in counted.rows]
    document = _headline(counted)
    document["rows"] = [{name: _text(value) for name, value in row.items()} for row in rows]
    if counted.request.per is not None:
        field = f"per_{counted.request.per}_gbp"
        if any(row[field] is None for row in rows):
            why = f"no number of {_denominator(counted).kind} is loaded for that area"
            document["reasons"][f"rows.{field}"] = _denominator(counted).why or why
    if before is not None:
        document["before"] = {
            name: _headline(before)[name]
            for name in ("figure_id", "key", "gross_gbp", "eliminated_gbp", "net_gbp")
        }
        document["difference_gbp"] = gbp(counted.net_pence - before.net_pence)
    return CountResult(
        facts=counted,
        document=document,
        table=_table(counted, rows),
        title=f"{counted.place}, {counted.request.year}: net public money",
        exit_code=int(not all(counted.identities.values())),
        before=before,
    )


def _headline(counted: Counted) -> Document:
    statement, request = counted.statement, counted.request
    reasons: dict[str, str] = {}
    per: dict[str, str | None] = {}
    for name, denominator in (("head", counted.people), ("household", counted.households)):
        per[name] = _per(counted.net_pence, denominator.value)
        if denominator.value is None:
            for field in (denominator.kind, f"{denominator.kind}_year", f"per_{name}_gbp"):
                reasons[field] = denominator.why
    if counted.coverage_pct is None:
        reasons["coverage_pct"] = "nothing was counted"
    document = {
        "place": counted.place,
        "year": request.year,
        "snapshot": counted.snapshot,
        "figure_id": counted.figure_id,
        "gross_gbp": gbp(counted.gross_pence),
        "eliminated_gbp": gbp(counted.eliminated_pence),
        "net_gbp": gbp(counted.net_pence),
        "net_low_gbp": gbp(counted.net_low_pence),
        "net_high_gbp": gbp(counted.net_high_pence),
        "net_as_published_gbp": gbp(counted.net_as_published_pence),
        "coverage_pct": counted.coverage_pct,
        "not_itemised_gbp": gbp(counted.not_itemised_pence),
        "unplaceable_gbp": gbp(counted.unplaceable_pence),
        "funder_view_gbp": gbp(statement.funder_view_pence),
        "residual_gbp": gbp(statement.residual_pence),
        "identities": dict(counted.identities),
        "control": _gbp(counted.control),
        "people": counted.people.value,
        "people_year": counted.people.year,
        "households": counted.households.value,
        "households_year": counted.households.year,
        "per_head_gbp": per["head"],
        "per_household_gbp": per["household"],
        "reasons": reasons,
        "unit": "GBP",
        "price_base": counted.price_base,
        "grade": counted.grade,
        "by_grade": _gbp(counted.by_grade),
        "capital_gbp": gbp(counted.capital_pence),
        "revenue_gbp": gbp(counted.revenue_pence),
        "key": {
            "key_id": counted.key.key_id,
            "measure": counted.key.measure,
            "unit": counted.key.unit,
            "year": counted.key.year,
            "source": counted.key.source,
        },
        "bodies": dict(counted.bodies),
        "coverage": [vars(row) for row in counted.coverage],
        "outside_uk_gbp": gbp(counted.outside_pence),
        "beside": _gbp(counted.beside),
        "listed": _gbp(counted.listed),
        "bridge": [{"label": label, "gbp": gbp(pence)} for label, pence in counted.bridge],
        "statement": statement_document(statement),
        "published": [
            {
                "claim_id": row.claim_id,
                "label": row.label,
                "published_gbp": gbp(row.published_pence),
                "counted_gbp": gbp(row.counted_pence),
                "difference_gbp": gbp(row.difference_pence),
                "source": row.source,
            }
            for row in counted.published
        ],
        "cards": [
            {
                "body_id": one.body_id,
                "items_gbp": gbp(one.items_pence),
                "bulk_gbp": gbp(one.bulk_pence),
                "apart_gbp": gbp(one.apart_pence),
                "unmatched_bulk_gbp": gbp(one.unmatched_bulk_pence),
                "unmatched_items_gbp": gbp(one.unmatched_items_pence),
            }
            for one in counted.cards
        ],
        "warnings": list(counted.warnings),
    }
    if counted.price_base != "cash":
        for field in IN_CASH:
            document[field] = None
            reasons[field] = "it is drawn up in cash: count without --real"
    return document


IN_CASH = (
    "not_itemised_gbp",
    "unplaceable_gbp",
    "funder_view_gbp",
    "residual_gbp",
    "outside_uk_gbp",
    "beside",
    "listed",
    "bridge",
    "statement",
    "published",
    "cards",
)
"""What a count in real terms does not say: accounts that close in the money of their year."""


def statement_document(statement: Statement) -> Document:
    """The reconciliation of spender and funder view."""
    return {
        "net_gbp": gbp(statement.net_pence),
        "funder_view_gbp": gbp(statement.funder_view_pence),
        "by_construction_gbp": gbp(statement.by_construction_pence),
        "residual_gbp": gbp(statement.residual_pence),
        "other_gbp": gbp(statement.other_pence),
        "funding": _gbp(statement.funding),
        "rows": [
            {"kind": row.kind, "label": row.label, "gbp": gbp(row.pence)} for row in statement.rows
        ],
    }


def _gbp(amounts: Mapping[str, int]) -> dict[str, str]:
    return {name: gbp(pence) for name, pence in amounts.items()}


def _per(pence: int, denominator: int | None) -> str | None:
    return gbp(round(Fraction(pence, denominator))) if denominator else None


def _row(
    counted: Counted, row: Row, names: Mapping[str, Mapping[str, str]], divisor: int | None
) -> dict[str, Any]:
    """One row with its amounts in pence: figure_id, the split's columns, amounts, quality."""
    values: dict[str, Any] = {"figure_id": row.figure_id}
    for split, value in row.values.items():
        values[split] = value
        if split in names:
            values[f"{split}_name"] = names[split].get(value)
    values |= {
        "gbp": pounds(row.pence),
        "low_gbp": pounds(row.low_pence),
        "high_gbp": pounds(row.high_pence),
        "share_pct": row.share_pct,
        "grade": row.grade,
        "coverage_pct": row.coverage_pct,
    }
    if counted.request.per is not None:
        per = round(Fraction(row.pence, divisor)) if divisor else None
        values[f"per_{counted.request.per}_gbp"] = pounds(per)
    return values


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float) else f"{value:.2f}"


def _table(counted: Counted, rows: list[dict[str, Any]]) -> pa.Table:
    """The rows; of a count that is not split, the headline as its one row."""
    if not counted.request.by:
        net = Row(
            figure_id=counted.figure_id,
            values={},
            pence=counted.net_pence,
            low_pence=counted.net_low_pence,
            high_pence=counted.net_high_pence,
            gross_pence=counted.gross_pence,
            eliminated_pence=counted.eliminated_pence,
            share_pct=100.0 if counted.net_pence else None,
            grade=counted.grade,
            coverage_pct=counted.coverage_pct,
        )
        rows = [_row(counted, net, {}, _denominator(counted).value)]
    facts = {
        "place": counted.place,
        "year": counted.request.year,
        "unit": "GBP",
        "price_base": counted.price_base,
        "snapshot": counted.snapshot,
    }
    columns: dict[str, pa.DataType] = {}
    for name in rows[0] if rows else ("figure_id", *counted.request.by):
        amount = name == "gbp" or name.endswith("_gbp")
        columns[name] = GBP if amount else PCT if name.endswith("_pct") else TEXT
    columns |= {name: NUMBER if name == "snapshot" else TEXT for name in facts}
    return table_of([{**row, **facts} for row in rows], columns)


def _denominator(counted: Counted) -> Denominator:
    return counted.households if counted.request.per == "household" else counted.people


def _divisors(counted: Counted) -> Callable[[Row], int | None]:
    """What each row's money is divided by: the place's people, or those of the row's own area."""
    denominator = _denominator(counted)
    if counted.request.per is None or "area" not in counted.request.by:
        return lambda _: denominator.value
    return lambda row: denominator.by_area.get(row.values["area"])


def _names(folder: Folder, state: State, counted: Counted) -> dict[str, dict[str, str]]:
    """Split -> code -> name, for the splits that are made by code."""
    by = set(counted.request.by)
    names: dict[str, dict[str, str]] = {}
    if "area" in by:
        areas = area_register(
            folder.reference("area", state), folder.reference("area_member", state)
        )
        names["area"] = dict(areas.names)
    if by & {"body", "funder"}:
        bodies = body_register(
            *(folder.reference(table, state) for table in ("body", "body_alias", "body_area"))
        ).bodies
        for split in sorted(by & {"body", "funder"}):
            names[split] = {body_id: body.name for body_id, body in bodies.items()}
    if "function" in by:
        names["function"] = {row["code"]: row["name"] for row in load("cofog").to_pylist()}
    if "stream" in by:
        tables = (load("stream"), folder.reference("stream", state))
        names["stream"] = {
            row["stream_id"]: row["name"]
            for table in tables
            if table is not None
            for row in table.to_pylist()
        }
    return names
