"""Placing: what part of each line lies in the place, to the penny.

Elimination comes first; only what is left of wider bodies' spending is shared by a key. Every
cell is split by itself over the authorities of its zone by largest remainder, so that places sum
to the region exactly.
"""

from __future__ import annotations

import ibis
import pyarrow as pa

from totalplace.count._perimeter import Perimeter
from totalplace.count._schema import LINE_KEY
from totalplace.engine import Engine, floor_div, split_by_weight, stack
from totalplace.engine._engine import Table

__all__ = ["place_lines"]


def place_lines(
    engine: Engine, lines: Table, perimeter: Perimeter, *, by_area: bool = False
) -> Table:
    """The part of each line inside the place.

    Args:
        lines: canonical lines; ``zone`` says where each lands.
        by_area: split every zone to its authorities, also where all of it is inside.

    Returns:
        The lines' columns with ``amount_pence`` the part inside, ``low_pence`` and
        ``high_pence`` around it, ``area`` (the authority; NULL when the line stays whole over
        several) and ``is_shared`` (a key was used). Lines outside are left out.
    """
    single = {zone: next(iter(lads)) for zone, lads in perimeter.zones.items() if len(lads) == 1}
    split = perimeter.split_zones(by_area=by_area)
    table = perimeter.zone_table()
    mode = [
        "none" if inside == "none" else "part" if zone in split else "whole"
        for zone, inside in zip(table["zone"].to_pylist(), table["inside"].to_pylist(), strict=True)
    ]
    zones = table.append_column("mode", pa.array(mode, pa.string())).append_column(
        "area", pa.array([single.get(zone) for zone in table["zone"].to_pylist()], pa.string())
    )
    located = lines.inner_join(engine.memory(zones.select(["zone", "mode", "area"])), "zone")
    located = engine.view(located.select(*lines.columns, "mode", "area"))
    whole = located.filter(located.mode == "whole").mutate(is_shared=False).drop("mode")
    if not split:
        return whole
    part = located.filter(located.mode == "part").drop("mode", "area")
    # Kept, and numbered by more than the key: a line and the minus that moves it share theirs, and
    # a number that changed between two uses would join a share to the wrong one.
    order = [*LINE_KEY, "zone", *(["measure"] if "measure" in part.columns else [])]
    keyed = engine.keep(
        part.mutate(
            whole_line=ibis.row_number().over(order_by=[*order, "amount_pence", "counterparty_id"]),
            whole_amount=part.amount_pence,
        )
    )
    weights = engine.memory(perimeter.weight_table(split))
    split = _split_cells(engine, keyed, weights)
    inside = split.filter(split.area.isin(sorted(perimeter.place)))
    total = weights.group_by("zone").agg(whole_total=weights.weight.sum())
    sized = inside.inner_join(weights.inner_join(total, "zone"), ["zone", "area"])
    below, above = sized.whole_amount - sized.low_pence, sized.high_pence - sized.whole_amount
    # A share of the published rounding, rounded outwards: a range never gets too narrow.
    around = sized.mutate(
        low_pence=sized.amount_pence - _share_up(below, sized.weight, sized.whole_total),
        high_pence=sized.amount_pence + _share_up(above, sized.weight, sized.whole_total),
        is_shared=True,
    )
    return stack([whole, around.select(*whole.columns)])


def _split_cells(engine: Engine, keyed: Table, weights: Table) -> Table:
    """Split every published cell over its authorities, once, whatever pieces it was divided into.

    A piece takes the split of all pieces up to it less the split of those before it, so that the
    pieces of a cell sum to the cell's own split in every authority.
    """
    cell = [*(name for name in LINE_KEY if name != "piece"), "zone"]
    if "measure" in keyed.columns:
        cell.append("measure")
    upto = keyed.amount_pence.sum().over(
        group_by=cell, order_by=["piece", "whole_line"], rows=(None, 0)
    )
    running = engine.view(keyed.mutate(upto_pence=upto.cast("int64")))
    names = {"line_key": "whole_line", "group": "zone", "part": "area"}
    ends = split_by_weight(running, weights, amount="upto_pence", **names)
    before = running.mutate(before_pence=running.upto_pence - running.amount_pence)
    starts = split_by_weight(
        before.filter(before.before_pence != 0).select("whole_line", "zone", "before_pence"),
        weights,
        amount="before_pence",
        **names,
    ).select("whole_line", "area", "before_pence")
    joined = ends.left_join(starts, ["whole_line", "area"])
    share = joined.upto_pence - joined.before_pence.fill_null(0)
    return joined.mutate(amount_pence=share).select(*keyed.columns, "area")


def _share_up(pence: Table, weight: Table, total: Table) -> Table:
    """``pence x weight / total``, rounded up; the product itself could pass 2**53."""
    rest = pence % total * weight
    return floor_div(pence, total) * weight + floor_div(rest + total - 1, total)
