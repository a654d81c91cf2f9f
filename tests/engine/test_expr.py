"""The expressions against plain Python, on numbers where a float division goes wrong."""

import random

import ibis
import pyarrow as pa

from totalplace.engine import Engine, floor_div, page, split_by_weight
from totalplace.money import split


def test_floor_div_is_exact_where_a_float_division_is_not(engine: Engine) -> None:
    rng = random.Random(7)
    rows = [(rng.randrange(2**53), rng.randrange(1, 60_000_000)) for _ in range(20_000)]
    rows += [(2**53 - 1, 1), (0, 5), (9_007_199_254_740_881, 3)]
    table = engine.memory(pa.table({"a": [a for a, _ in rows], "b": [b for _, b in rows]}))
    got = engine.to_arrow(table.select(q=floor_div(table.a, table.b)))["q"].to_pylist()
    assert got == [a // b for a, b in rows]


def test_floor_div_by_nought_is_missing(engine: Engine) -> None:
    table = engine.memory(pa.table({"a": [7, 0, 9], "b": [0, 0, 2]}))
    got = engine.to_arrow(table.order_by("a").select(q=floor_div(table.a, table.b)))
    assert got["q"].to_pylist() == [None, None, 4]


def test_page_keeps_the_order_behind_an_offset(engine: Engine) -> None:
    rows = [{"key": i, "size": i * 7919 % 101} for i in range(300)]
    table = engine.memory(pa.Table.from_pylist(rows))
    whole = sorted(rows, key=lambda row: (-row["size"], row["key"]))
    order = [ibis.desc("size"), "key"]
    for offset in (0, 1, 20, 295, 300, 400):
        got = engine.to_arrow(page(table, order, rows=20, offset=offset)).to_pylist()
        assert got == whole[offset : offset + 20]


def test_split_by_weight_is_money_split(engine: Engine) -> None:
    rng = random.Random(11)
    groups = {
        f"g{g}": {
            f"p{p:02d}": rng.randrange(0, 600_000) + (p == 0) for p in range(rng.randrange(1, 12))
        }
        for g in range(8)
    }
    groups["tie"] = {"b": 1, "a": 1, "c": 1}
    lines = [
        (i, rng.choice(list(groups)), rng.randrange(-(10**12), 10**12)) for i in range(500)
    ] + [(1000, "tie", 100), (1001, "tie", -100), (1002, "tie", 0)]
    line = engine.memory(
        pa.table(
            {
                "n": [n for n, _, _ in lines],
                "zone": [g for _, g, _ in lines],
                "pence": [a for _, _, a in lines],
            }
        )
    )
    weight = engine.memory(
        pa.table(
            {
                "zone": [g for g in groups for _ in groups[g]],
                "lad": [p for g in groups for p in groups[g]],
                "weight": [w for g in groups for w in groups[g].values()],
            }
        )
    )
    out = engine.to_arrow(
        split_by_weight(line, weight, line_key="n", group="zone", part="lad", amount="pence")
    ).to_pylist()
    got: dict[int, dict[str, int]] = {}
    for row in out:
        got.setdefault(row["n"], {})[row["lad"]] = row["pence"]
    assert got == {n: split(amount, groups[group]) for n, group, amount in lines}
    assert got[1000] == {"a": 34, "b": 33, "c": 33}


def test_keep_runs_once_and_memory_feeds_expressions(engine: Engine) -> None:
    table = engine.memory(pa.table({"a": [1, 2, 3]}))
    kept = engine.keep(table.filter(ibis._.a > 1))
    assert engine.to_arrow(kept.a.sum().as_table())["Sum(a)"].to_pylist() == [5]
