"""A count as people read it: the headline first, then rows, then what the figures rest on."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from totalplace.cli._text import identities_text
from totalplace.money import format_gbp
from totalplace.reports import align_rows, plain_table

if TYPE_CHECKING:
    from totalplace._api import CountResult
    from totalplace.count import Counted, Denominator

__all__ = ["count_text"]

_SHOWN = 10


def count_text(result: CountResult, *, folder: Path) -> str:
    """All that a count shows."""
    counted = result.facts
    prices = "" if counted.price_base == "cash" else f", in prices of {counted.price_base}"
    parts = [
        f"{counted.place}, {counted.request.year}{prices}",
        _headline(result),
        _before(result),
        _rows(result),
        *_in_cash(counted),
        _quality(counted),
        ""
        if all(counted.identities.values())
        else identities_text(counted.request.year, counted.identities),
        _way_back(counted, folder),
    ]
    return "\n\n".join(part for part in parts if part)


def _in_cash(counted: Counted) -> list[str]:
    """What stands beside the headline, in the money of its year."""
    if counted.price_base != "cash":
        return []
    return [
        _amounts("Beside the headline", counted.beside),
        _cards(counted),
        _published(counted),
        _amounts("Listed, outside gross", counted.listed),
        _unplaceable(counted),
    ]


def _published(counted: Counted) -> str:
    """What was published of this place and year, beside the count."""
    if not counted.published:
        return ""
    rows = [
        [
            row.label,
            format_gbp(row.published_pence),
            format_gbp(row.counted_pence),
            format_gbp(row.difference_pence),
            f"claim {row.claim_id}" if row.claim_id else row.source,
        ]
        for row in counted.published
    ]
    header = ["of", "published", "counted", "difference", "from"]
    table = plain_table(header, rows, right=[1, 2, 3])
    return f"Beside what was published of this place and year\n{table}"


def _cards(counted: Counted) -> str:
    """Purchase cards beside the bulk payments to their banks, body by body."""
    if not counted.cards:
        return ""
    rows = [
        [
            one.body_id,
            *map(
                format_gbp,
                (
                    one.items_pence,
                    one.bulk_pence,
                    one.apart_pence,
                    one.unmatched_bulk_pence,
                    one.unmatched_items_pence,
                ),
            ),
        ]
        for one in counted.cards
    ]
    header = ["body", "items", "paid in bulk", "left out", "bulk not itemised", "items alone"]
    table = plain_table(header, rows, right=[1, 2, 3, 4, 5])
    return f"Purchase cards: what the items account for of the bulk payments is left out\n{table}"


def _way_back(counted: Counted, folder: Path) -> str:
    return (
        f"Snapshot {counted.snapshot}, figure {counted.figure_id}.\n"
        f"The way back: totalplace explain {folder} {counted.figure_id}"
    )


def _headline(result: CountResult) -> str:
    counted, document = result.facts, result.document
    statement = counted.statement
    rows = [
        ["gross", format_gbp(counted.gross_pence), ""],
        [
            "eliminated",
            format_gbp(-counted.eliminated_pence),
            "paid by one counted body to another",
        ],
        ["net", format_gbp(counted.net_pence), ""],
        ["  lowest", format_gbp(counted.net_low_pence), "published rounding and every near key"],
        ["  highest", format_gbp(counted.net_high_pence), ""],
        ["  revenue", format_gbp(counted.revenue_pence), ""],
        ["  capital", format_gbp(counted.capital_pence), ""],
        ["per head", *_per(document["per_head_gbp"], counted.people)],
        ["per household", *_per(document["per_household_gbp"], counted.households)],
    ]
    if counted.price_base == "cash":
        why = "explained by totalplace reconcile"
        rows += [
            ["funder view", format_gbp(statement.funder_view_pence), _constructed(counted)],
            ["residual", format_gbp(statement.residual_pence), why],
        ]
    if counted.net_as_published_pence != counted.net_pence:
        rows.insert(
            7,
            [
                "  as published",
                format_gbp(counted.net_as_published_pence),
                "with site programmes shared over their region, as published",
            ],
        )
    coverage = "none" if counted.coverage_pct is None else f"{counted.coverage_pct:.2f}%"
    facts = [
        ["coverage", f"{coverage} from returned or published lines"],
        ["bodies", ", ".join(f"{n:,} {status}" for status, n in counted.bodies.items())],
        ["grade", f"{counted.grade} ({_shares(counted.by_grade)})"],
        ["control", _shares(counted.control)],
        ["key", _key(counted)],
    ]
    if counted.not_itemised_pence and counted.price_base == "cash":
        gap = format_gbp(counted.not_itemised_pence)
        facts.append(["not itemised", f"{gap} of returns that published payments do not show"])
    return align_rows(rows, right=[1]) + "\n\n" + align_rows(facts)


def _per(amount: str | None, denominator: Denominator) -> tuple[str, str]:
    if amount is None:
        return "not known", denominator.why
    about = f"{denominator.value:,} {denominator.kind} in {denominator.year}"
    return format_gbp(int(amount.replace(".", ""))), about


def _constructed(counted: Counted) -> str:
    pence = counted.statement.by_construction_pence
    return f"of it by construction {format_gbp(pence)}" if pence else ""


def _shares(amounts: Mapping[str, int]) -> str:
    total = sum(abs(pence) for pence in amounts.values())
    return "; ".join(
        f"{name.replace('_', ' ')} {format_gbp(pence)}"
        + (f", {100 * pence / total:.1f}%" if total else "")
        for name, pence in amounts.items()
    )


def _key(counted: Counted) -> str:
    key = counted.key
    return f"{key.key_id}: {key.measure} {key.year} ({key.source})"


def _before(result: CountResult) -> str:
    before, after = result.before, result.facts
    if before is None:
        return ""
    rows = [
        [name, *(format_gbp(pence) for pence in (was, now, now - was))]
        for name, was, now in (
            ("gross", before.gross_pence, after.gross_pence),
            ("eliminated", before.eliminated_pence, after.eliminated_pence),
            ("net", before.net_pence, after.net_pence),
        )
    ]
    header = ["", f"key {before.key.key_id}", f"key {after.key.key_id}", "difference"]
    return "Before and after the key is swapped\n" + plain_table(header, rows, right=[1, 2, 3])


def _rows(result: CountResult) -> str:
    counted = result.facts
    if not counted.request.by:
        return ""
    table = result.to_arrow()
    by = counted.request.by
    splits = {*by, *(f"{name}_name" for name in by)} - {"grade"}
    names = [name for name in table.column_names if name in splits]
    amounts = [name for name in table.column_names if name.endswith("gbp")]
    columns = [*names, *amounts, "share_pct", "grade", "coverage_pct", "figure_id"]
    rows = [[_cell(row[name]) for name in columns] for row in table.to_pylist()]
    right = [at for at, name in enumerate(columns) if name in amounts or name.endswith("pct")]
    overlap = "\nThemes overlap: their rows do not sum to net." if counted.themes_overlap else ""
    return plain_table(columns, rows, right=right) + overlap


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _amounts(title: str, amounts: Mapping[str, int]) -> str:
    if not amounts:
        return ""
    rows = [[f"  {label}", format_gbp(pence)] for label, pence in amounts.items()]
    return f"{title}\n{align_rows(rows, right=[1])}"


def _unplaceable(counted: Counted) -> str:
    rows = [
        ["  identifiable as no region's", format_gbp(counted.unplaceable_pence)],
        ["  spent outside the United Kingdom", format_gbp(counted.outside_pence)],
    ]
    if not (counted.unplaceable_pence or counted.outside_pence):
        return ""
    return (
        f"Cannot be placed (grade X), national, not in the headline\n{align_rows(rows, right=[1])}"
    )


def _quality(counted: Counted) -> str:
    """The page of data quality: how many bodies stand on what, and who is missing."""
    kinds: dict[tuple[str, ...], set[str]] = {}
    for row in counted.coverage:
        key = (row.status, row.basis or "-", row.cap_rev or "-", row.year, row.detail)
        kinds.setdefault(key, set()).add(row.name)
    if not kinds:
        return ""
    header = ["status", "basis", "cap_rev", "year", "bodies", "from"]
    rows = [
        [*key[:4], str(len(names)), key[4]]
        for key, names in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    missing = sorted({row.name for row in counted.coverage if row.status == "missing"})
    text = "Data quality\n" + plain_table(header, rows, right=[4])
    if missing:
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        text += f"\nMissing: {', '.join(missing[:_SHOWN])}{more}."
    return text
