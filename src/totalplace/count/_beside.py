"""What stands beside the headline, and the bridge to the returns' own totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from totalplace.count._aggregates import SITES
from totalplace.count._published import IDENTIFIABLE, identifiable
from totalplace.count._working import Working
from totalplace.engine import Engine
from totalplace.money import format_gbp

__all__ = ["beside", "bridge", "everything", "listed", "nowhere", "sites"]


def beside(cube: pa.Table) -> dict[str, int]:
    """Money shown beside the headline, by label."""
    found: dict[str, int] = {}
    for row in cube.to_pylist():
        if row["measure"] in {"control", "apart"}:
            label = row["label"] or row["measure"]
            found[label] = found.get(label, 0) + row["pence"]
    return found


def everything(cube: pa.Table) -> dict[str, int]:
    """The whole share of the regional analysis, where one is loaded."""
    whole = identifiable(cube.to_pylist())
    return {IDENTIFIABLE: whole} if whole else {}


def nowhere(engine: Engine, working: Working) -> list[str]:
    """Warn of headline spending of bodies that touch the place in parts no key can tell."""
    register, perimeter = working.registers, working.perimeter
    cut = [
        zone
        for zone, lads in register.zones.items()
        if lads & perimeter.place and not perimeter.zones[zone]
    ]
    if not cut:
        return []
    lines = working.evidence.lines
    spent = lines.filter(
        lines.side == "out",
        lines.role == "headline",
        lines.year_offset == 0,
        lines.zone.isin(sorted(cut)),
    )
    sums = engine.to_arrow(
        spent.group_by("body_id")
        .agg(pence=spent.amount_pence.sum().cast("int64"))
        .order_by("body_id")
    ).to_pylist()
    why = "its area cuts authorities, and no key tells how much of it lies in this place"
    return [
        f"{register.name(row['body_id'])}: {format_gbp(row['pence'])} is left out: {why}"
        for row in sums
    ]


def sites(cube: pa.Table) -> int:
    """What site programmes would add to net if shared as published: less where the site is."""
    shared = sum(pence for label, pence in beside(cube).items() if label.startswith(SITES))
    at_site: int = sum(
        row["pence"]
        for row in cube.to_pylist()
        if row["measure"] == "gross" and row["dataset"] == "cra" and row["derivation"] == "direct"
    )
    return shared - at_site


def listed(cube: pa.Table) -> dict[str, int]:
    """Lines outside gross, by nature."""
    found: dict[str, int] = {}
    for row in cube.to_pylist():
        if row["measure"] == "listed":
            found[row["nature"]] = found.get(row["nature"], 0) + row["pence"]
    return found


def bridge(cube: pa.Table, codes: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, int], ...]:
    """From the services of the returns to their own two totals, row by row.

    Args:
        codes: the ``ro_line`` code list of the form: what is a levy, what stands in between.
    """
    rows = [row for row in cube.to_pylist() if row["dataset"] == "ro"]
    of_role = {
        role: {str(code["code"]) for code in codes if code["role"] == role}
        for role in ("levy", "bridge")
    }

    def total(measure: str, codes: set[str] | None = None, *, nature: str | None = None) -> int:
        return sum(
            row["pence"]
            for row in rows
            if row["measure"] == measure
            and (codes is None or row["class_code"] in codes)
            and (nature is None or row["nature"] == nature)
        )

    services = total("gross", nature="own")
    benefits = total("gross", nature="benefit")
    levies = total("gross", nature="transfer")
    received = total("received", of_role["levy"])
    steps = [
        ("service expenditure", services),
        ("total service expenditure as published (699)", total("total", {"699"})),
        ("housing benefit", benefits),
        ("levies paid", levies),
        ("levies received", -received),
    ]
    labels = sorted(
        {
            (row["class_code"], row["label"])
            for row in rows
            if row["measure"] == "financing" and row["class_code"] in of_role["bridge"]
        }
    )
    steps += [(label, total("financing", {code})) for code, label in labels]
    bridged = services + benefits + levies - received + sum(pence for _, pence in steps[5:])
    published = total("total", {"749"})
    steps += [
        ("net current expenditure, bridged", bridged),
        ("net current expenditure as published (749)", published),
        ("difference", bridged - published),
    ]
    return tuple(steps)
