"""What stands beside the headline, and the bridge to the returns' own totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from totalplace.count._aggregates import SITES, WITH_CHARGES
from totalplace.count._published import IDENTIFIABLE, identifiable
from totalplace.count._registers import table
from totalplace.count._working import Working
from totalplace.engine import Engine
from totalplace.money import format_gbp
from totalplace.place import Folder, State

__all__ = [
    "CUT",
    "beside",
    "bridge",
    "cut_zones",
    "elsewhere",
    "everything",
    "held_here",
    "listed",
    "nowhere",
    "sites",
]


CUT = "its area cuts authorities, and no key tells how much of it lies in this place"


def beside(cube: pa.Table, held: frozenset[str] = frozenset()) -> dict[str, int]:
    """Money shown beside the headline, by label.

    Args:
        held: labels of site programmes that the headline itself holds: they are not beside it.
    """
    found: dict[str, int] = {}
    for row in cube.to_pylist():
        if row["measure"] in {"control", "apart"} and row["label"] not in held:
            label = row["label"] or row["measure"]
            found[label] = found.get(label, 0) + row["pence"]
    return found


def everything(cube: pa.Table) -> dict[str, int]:
    """The whole share of the regional analysis, where one is loaded."""
    whole = identifiable(cube.to_pylist())
    return {IDENTIFIABLE: whole} if whole else {}


def held_here(folder: Folder, state: State, working: Working) -> frozenset[str]:
    """Labels of the site programmes whose site lies in the place."""
    zones, place = working.perimeter.zones, working.perimeter.place
    return frozenset(
        f"{SITES}{row['site_name']}"
        for row in table(folder, state, "local_only").to_pylist()
        if (lads := zones.get(row["site_area"])) and lads <= place
    )


def cut_zones(working: Working) -> list[str]:
    """Zones that touch the place in parts no key can tell."""
    perimeter = working.perimeter
    return [
        zone
        for zone, lads in working.registers.zones.items()
        if lads & perimeter.place and not perimeter.zones[zone]
    ]


def elsewhere(engine: Engine, working: Working) -> list[str]:
    """Warn of published payments of bodies that have nothing to do with the place."""
    perimeter, lines = working.perimeter, working.evidence.lines
    spent = lines.filter(lines.side == "out", lines.year_offset == 0, lines.dataset == "spend")
    sums = engine.to_arrow(
        spent.group_by(["body_id", "zone"])
        .agg(pence=spent.amount_pence.sum().cast("int64"))
        .order_by("body_id")
    ).to_pylist()
    cut = set(cut_zones(working))
    name = working.registers.name
    return [
        f"{name(row['body_id'])}: payments of {format_gbp(row['pence'])} are in no count of this "
        "place: the body does not serve it"
        for row in sums
        if perimeter.status(row["zone"]) == "none" and row["zone"] not in cut
    ]


def nowhere(engine: Engine, working: Working) -> list[str]:
    """Warn of headline spending of bodies that touch the place in parts no key can tell."""
    register = working.registers
    cut = cut_zones(working)
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
    return [
        f"{register.name(row['body_id'])}: {format_gbp(row['pence'])} is left out: {CUT}"
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
        role: {code["class_code"] or str(code["code"]) for code in codes if code["role"] == role}
        for role in ("levy", "bridge")
    }
    totals = {code["total_of"]: str(code["code"]) for code in codes if code["total_of"]}
    service_code, current_code = totals["service_expenditure"], totals["net_current_expenditure"]

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
        (
            f"total service expenditure as published ({service_code})",
            total("total", {service_code}),
        ),
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
    published = total("total", {current_code})
    steps += [
        ("net current expenditure, bridged", bridged),
        (f"net current expenditure as published ({current_code})", published),
        ("difference", bridged - published),
    ]
    if charged := total("total", {WITH_CHARGES}):
        label = f"the same with capital charges, which are no money, as published ({service_code})"
        steps.insert(2, (label, charged))
    return tuple(steps)
