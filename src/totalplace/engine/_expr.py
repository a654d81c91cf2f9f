"""Expressions that are exact and alike on every engine."""

from __future__ import annotations

from collections.abc import Sequence

import ibis

from totalplace.engine._engine import Table

__all__ = ["days_between", "distinct_rows", "floor_div", "page", "split_by_weight", "stack"]

_LIMIT = 2**53


def floor_div(number: Table, divisor: Table) -> Table:
    """Whole quotient of two non-negative integer expressions below 2**53.

    Ibis compiles ``//`` to a float division that rounds before it floors. Here the dividend is
    made a multiple of the divisor first; the quotient is then a whole number below 2**53, which a
    float division gives exactly (IEEE 754: the nearest float to an exact float is itself). By
    nought it is NULL: DuckDB says so itself, Spark would raise.
    """
    divisor = divisor.nullif(0)
    return ((number - number % divisor) / divisor).cast("int64")


def days_between(start: Table, end: Table) -> Table:
    """Days from ``start`` to ``end``, both dates, the last day included."""
    return end.delta(start, unit="day") + 1


def distinct_rows(table: Table, columns: Sequence[str]) -> Table:
    """The distinct rows of some columns, in their order.

    For Spark Ibis compiles ``filter``, ``select``, ``distinct`` and ``order_by`` to one DISTINCT of
    the filter's columns too, so that rows come twice; a group is a group.
    """
    names = list(columns)
    return table.group_by(names).agg(times=table.count()).select(names).order_by(names)


def stack(tables: Sequence[Table]) -> Table:
    """All rows of tables with the same columns, in the first one's column order."""
    first, *rest = tables
    columns = first.columns
    return ibis.union(first, *[table.select(columns) for table in rest]) if rest else first


def page(table: Table, order: Sequence[str | Table], *, rows: int, offset: int = 0) -> Table:
    """``rows`` rows of a table in an order that leaves no two rows equal, after ``offset``.

    What Ibis writes for an offset on Spark forgets the order: the first rows are numbered here.

    Args:
        order: names of columns, or `ibis.asc` and `ibis.desc` of them.
    """
    first = table.order_by(list(order)).limit(offset + rows)
    numbered = first.mutate(page_row=ibis.row_number().over(order_by=list(order)))
    return numbered.filter(numbered.page_row >= offset).order_by("page_row").drop("page_row")


def split_by_weight(
    lines: Table, weights: Table, *, line_key: str, group: str, part: str, amount: str
) -> Table:
    """Split amounts over the weighted parts of their group by largest remainder, to the penny.

    Args:
        lines: has ``line_key`` (unique), ``group`` and ``amount`` (integer pence, any sign).
        weights: has ``group``, ``part`` (unique within its group) and ``weight`` (integer >= 0).
            Both |amount| % total x weight and the total must stay below 2**53: any English key.
        line_key, group, part, amount: column names.

    Returns:
        One row a line and part: all columns of ``lines``, ``part``, and ``amount`` replaced by
        the part's share. Parts of a line always sum to its amount; ties go by part code. The
        method is that of :func:`totalplace.money.split`.
    """
    total = weights.group_by(group).agg(split_total=weights.weight.sum())
    weighted = weights.inner_join(total, group).select(group, part, "weight", "split_total")
    joined = lines.inner_join(weighted, group)
    size = joined[amount].abs()
    rest = size % joined.split_total * joined.weight
    shared = joined.mutate(
        split_base=floor_div(size, joined.split_total) * joined.weight
        + floor_div(rest, joined.split_total),
        split_remainder=rest % joined.split_total,
    )
    ranked = shared.mutate(
        split_rank=ibis.row_number().over(
            group_by=line_key, order_by=[ibis.desc("split_remainder"), ibis.asc(part)]
        ),
        split_left=shared[amount].abs() - shared.split_base.sum().over(group_by=line_key),
    )
    share = ranked.split_base + (ranked.split_rank < ranked.split_left).cast("int64")
    signed = ibis.ifelse(ranked[amount] < 0, -share, share)
    return ranked.mutate(**{amount: signed.cast("int64")}).drop(
        "weight", "split_total", "split_base", "split_remainder", "split_rank", "split_left"
    )
