"""Payments under a control total: what of each service's return its published lines show.

A return is net of income and has no payees; payments are gross and have no function. Placing
rules put each payment under a return line. The difference either way is expected and named:
*not itemised* (pay above all, which is never published line by line) or *income netted in the
return*. Payments never change the headline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from totalplace.engine import Engine
from totalplace.engine._engine import Table

__all__ = ["Itemised", "itemise"]

_PLACED_NATURES = ("own", "purchase", "transfer", "benefit", "payroll")


@dataclass(frozen=True)
class Itemised:
    """One body's return line, or what its payments are outside it.

    Attributes:
        body_id: the body.
        code: the return line, or None for payments set apart or not placed.
        label: the line's label, or why the payments are set apart.
        control_pence: the return's figure.
        placed_pence: payments placed under it.
        lines: how many.
    """

    body_id: str
    code: str | None
    label: str
    control_pence: int
    placed_pence: int
    lines: int

    @property
    def not_itemised_pence(self) -> int:
        """What the return holds beyond the payments: pay, and what is below the threshold."""
        return max(0, self.control_pence - self.placed_pence) if self.code else 0

    @property
    def over_itemised_pence(self) -> int:
        """Payments beyond the return: income netted in the return."""
        return max(0, self.placed_pence - self.control_pence) if self.code else 0


def itemise(engine: Engine, lines: Table, names: Mapping[str, str] | None = None) -> list[Itemised]:
    """Set the payments of each body beside its return, by return line.

    Payments of a body whose account comes from elsewhere (its own return, the regional analysis)
    have no lines to stand under: they are listed in one row.

    Args:
        names: return line -> label, for lines that the return leaves empty.
    """
    year = lines.filter(lines.year_offset == 0, lines.side == "out")
    placed = year.filter(year.role == "itemised", year.dataset.isin(["spend", "card"]))
    columns = ["body_id", "class_code", "nature", "cap_rev"]
    sums = engine.to_arrow(
        placed.group_by(columns)
        .agg(
            pence=placed.amount_pence.sum().cast("int64"),
            lines=placed.line_count.sum().cast("int64"),
        )
        .order_by(columns)
    ).to_pylist()
    bodies = sorted({row["body_id"] for row in sums})
    if not bodies:
        return []
    control = year.filter(year.role == "headline", year.dataset == "ro", year.body_id.isin(bodies))
    controls = engine.to_arrow(
        control.group_by(["body_id", "class_code"])
        .agg(pence=control.amount_pence.sum().cast("int64"), label=control.label.min())
        .order_by(["body_id", "class_code"])
    ).to_pylist()
    result: dict[tuple[str, str | None, str], list[int]] = {}
    labels = {row["class_code"]: row["label"] for row in controls}
    controlled = {row["body_id"] for row in controls}
    for row in controls:
        result[row["body_id"], row["class_code"], row["label"]] = [row["pence"], 0, 0]
    for row in sums:
        code: str | None = row["class_code"]
        if row["nature"] not in _PLACED_NATURES:
            code, label = None, f"set apart: {row['nature']}"
        elif row["cap_rev"] == "cap":
            code, label = None, "set apart: capital"
        elif row["body_id"] not in controlled:
            code, label = None, "no outturn to stand under"
        elif code is None:
            label = (
                "not placed by any rule" if row["nature"] != "payroll" else "payroll, not placed"
            )
        else:
            label = labels.get(code) or (names or {}).get(code, code)
        cell = result.setdefault((row["body_id"], code, label), [0, 0, 0])
        cell[1] += row["pence"]
        cell[2] += row["lines"]
    return [
        Itemised(body_id, code, label, *cells)
        for (body_id, code, label), cells in sorted(
            result.items(), key=lambda item: (item[0][0], item[0][1] or "~", item[0][2])
        )
    ]
