"""What analyses take for granted of any engine, and what engines do not do alike by themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from totalplace.engine import Engine, days_between, distinct_rows, stack


def _rows(engine: Engine, expression: Any) -> list[dict[str, Any]]:
    return engine.to_arrow(expression).to_pylist()


def test_text_is_ordered_by_code_point_and_missing_comes_last(engine: Engine) -> None:
    words = ["a", None, "Z", "é", "", "aa", "Ł", "a ", "😀", "ﬁ"]
    table = engine.memory(pa.table({"t": words}))
    upwards = sorted(word for word in words if word is not None)
    got = [row["t"] for row in _rows(engine, table.order_by(ibis.asc("t")))]
    assert got == [*upwards, None]
    got = [row["t"] for row in _rows(engine, table.order_by(ibis.desc("t")))]
    assert got == [*reversed(upwards), None]
    numbered = table.mutate(n=ibis.row_number().over(order_by=ibis.asc("t")))
    assert {row["t"]: row["n"] for row in _rows(engine, numbered)}[None] == len(words) - 1


def test_text_is_compared_letter_by_letter(engine: Engine) -> None:
    left = engine.memory(pa.table({"t": ["Leeds", "leeds", "Leeds ", "LEEDS", None]}))
    right = engine.memory(pa.table({"t": ["Leeds", None], "n": [1, 2]}))
    assert _rows(engine, left.inner_join(right, "t")) == [{"t": "Leeds", "n": 1}]
    assert len(_rows(engine, left.group_by("t").agg(n=left.count()))) == 5
    assert _rows(engine, left.filter(left.t.isin(["Leeds"]))) == [{"t": "Leeds"}]
    assert len(_rows(engine, left.filter(~left.t.isin(["Leeds"])))) == 3
    assert len(_rows(engine, left.anti_join(right, "t"))) == 4


def test_missing_values_are_one_group(engine: Engine) -> None:
    table = engine.memory(pa.table({"g": ["x", None, None], "n": [1, 2, 4]}))
    got = _rows(engine, table.group_by("g").agg(n=table.n.sum()).order_by("g"))
    assert got == [{"g": "x", "n": 1}, {"g": None, "n": 6}]


def test_a_sum_is_64_bits_and_exact_or_an_error(engine: Engine) -> None:
    small = pa.table({"n": pa.array([32_767] * 3, pa.int16())})
    table = engine.memory(small)
    total = engine.to_arrow(table.agg(n=table.n.sum()))
    assert total.schema.field("n").type == pa.int64()
    assert total["n"].to_pylist() == [98_301]
    large = engine.memory(pa.table({"n": [2**62, 2**62 - 1]}))
    assert _rows(engine, large.agg(n=large.n.sum())) == [{"n": 2**63 - 1}]
    beyond = engine.memory(pa.table({"n": [2**62, 2**62]}))
    with pytest.raises(Exception, match=r"(?i)overflow|out of range"):
        engine.to_arrow(beyond.agg(n=beyond.n.sum()))
    with pytest.raises(Exception, match=r"(?i)overflow|out of range"):
        engine.to_arrow(beyond.select(n=beyond.n * 2))


def test_a_bad_cast_is_an_error(engine: Engine) -> None:
    table = engine.memory(pa.table({"t": ["12", "x"]}))
    with pytest.raises(Exception, match=r"(?i)cast|convert"):
        engine.to_arrow(table.select(n=table.t.cast("int64")))


def test_remainders_have_the_sign_of_the_dividend(engine: Engine) -> None:
    table = engine.memory(pa.table({"a": [7, -7, 0]}))
    got = _rows(engine, table.select("a", r=table.a % 3).order_by("a"))
    assert [row["r"] for row in got] == [-1, 0, 1]


def test_small_numbers_do_not_overflow_in_between(engine: Engine) -> None:
    """Ibis takes 1 for an 8-bit number and a month for a 32-bit one."""
    table = engine.memory(pa.table({"is_paid": [True] * 200, "n": pa.array([5] * 200, pa.int16())}))
    one = ibis.ifelse(table.is_paid, 1, 0)
    got = _rows(
        engine, table.agg(ones=one.sum().cast("int64"), most=(table.n.cast("int64") * 7000).max())
    )
    assert got == [{"ones": 200, "most": 35_000}]


def test_text_made_of_numbers(engine: Engine) -> None:
    table = engine.memory(pa.table({"n": [-5, 12], "t": ["x", None], "b": [True, False]}))
    made = table.n.cast("string") + "|" + table.t + table.b.cast("string")
    got = _rows(engine, table.order_by("n").select(made=made))
    assert got == [{"made": "-5|xtrue"}, {"made": None}]


def test_days_months_and_years(engine: Engine) -> None:
    days = [date(1, 1, 1), date(1582, 10, 10), date(2018, 3, 31), date(9999, 12, 31)]
    table = engine.memory(pa.table({"d": days}))
    start = ibis.ifelse(table.d.month() >= 4, table.d.year(), table.d.year() - 1)
    got = _rows(
        engine,
        table.order_by("d").select(
            "d", start=start.cast("int16"), days=days_between(ibis.date(2018, 1, 1), table.d)
        ),
    )
    assert [row["d"] for row in got] == days
    assert [row["start"] for row in got] == [0, 1582, 2017, 9999]
    assert [row["days"] for row in got] == [(day - date(2018, 1, 1)).days + 1 for day in days]


def test_the_least_of_values_leaves_missing_ones_out(engine: Engine) -> None:
    table = engine.memory(pa.table({"a": [1, None, 5], "b": [2, 3, None]}))
    got = _rows(engine, table.select(least=ibis.least(table.a, table.b)))
    assert sorted(row["least"] for row in got) == [1, 3, 5]


def test_stack_goes_by_name(engine: Engine) -> None:
    one = engine.memory(pa.table({"a": ["x"], "b": ["y"]}))
    other = engine.memory(pa.table({"b": ["y2"], "a": ["x2"]}))
    got = sorted(_rows(engine, stack([one, other])), key=lambda row: row["a"])
    assert got == [{"a": "x", "b": "y"}, {"a": "x2", "b": "y2"}]


def test_a_running_sum_takes_rows_in_order(engine: Engine) -> None:
    rows = [{"g": i % 3, "n": i * 37 % 50, "pence": i - 20} for i in range(50)]
    table = engine.memory(pa.Table.from_pylist(rows))
    upto = table.pence.sum().over(group_by="g", order_by=["n", "pence"], rows=(None, 0))
    got = {(row["g"], row["n"]): row["upto"] for row in _rows(engine, table.mutate(upto=upto))}
    for row in rows:
        same = [one for one in rows if one["g"] == row["g"] and one["n"] <= row["n"]]
        assert got[row["g"], row["n"]] == sum(one["pence"] for one in same)


KINDS = pa.schema(
    [
        ("short", pa.int16()),
        ("whole", pa.int32()),
        ("long", pa.int64()),
        ("text", pa.string()),
        ("yes", pa.bool_()),
        ("day", pa.date32()),
        ("gbp", pa.decimal128(18, 2)),
        ("share", pa.float64()),
    ]
)
FULL = {
    "short": -3,
    "whole": 2**31 - 1,
    "long": -(2**63),
    "text": "Łódź 'x' \\ \n",
    "yes": True,
    "day": date(2018, 3, 31),
    "gbp": Decimal("1234.50"),
    "share": 0.1,
}


def test_rows_come_back_as_they_went_in(engine: Engine, tmp_path: Path) -> None:
    table = pa.Table.from_pylist([FULL, dict.fromkeys(FULL)], schema=KINDS)
    pq.write_table(table, tmp_path / "kinds.parquet")
    for found in (
        engine.memory(table),
        engine.keep(engine.memory(table)),
        engine.view(engine.memory(table)),
        engine.read_parquet([tmp_path / "kinds.parquet"]),
        engine.memory(table.slice(0, 0)),
    ):
        got = engine.to_arrow(found)
        assert got.schema.names == KINDS.names
        assert got.schema.types == KINDS.types
        assert got.to_pylist() in ([FULL, dict.fromkeys(FULL)], [])


def test_numbers_of_rows_are_64_bits_when_kept(engine: Engine) -> None:
    table = engine.memory(pa.table({"a": ["x", "y"]}))
    numbered = table.mutate(n=ibis.row_number().over(order_by="a"))
    kept, seen = engine.keep(numbered), engine.view(numbered)
    assert kept.schema()["n"] == seen.schema()["n"] == numbered.schema()["n"]
    assert len(_rows(engine, stack([kept, seen, numbered]))) == 6


def test_what_is_kept_is_run_once(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "lines.parquet"
    pq.write_table(pa.table({"a": [1, 2]}), file)
    kept = engine.keep(engine.read_parquet([file]))
    assert _rows(engine, kept.agg(n=kept.a.sum())) == [{"n": 3}]
    file.unlink()
    assert _rows(engine, kept.agg(n=kept.a.max())) == [{"n": 2}]


@pytest.mark.parametrize("folder", ["plain", "a [b] {c,d} *?", "100% of ‘Łódź’, #1"])
def test_files_are_put_together_by_name(engine: Engine, tmp_path: Path, folder: str) -> None:
    at = tmp_path / folder
    at.mkdir()
    first = pa.table({"a": pa.array([1], pa.int32()), "b": ["x"]})
    second = pa.table({"c": [date(2018, 4, 1)], "a": pa.array([2**40], pa.int64())})
    pq.write_table(first, at / "one.parquet")
    pq.write_table(second, at / "two.parquet")
    pq.write_table(first, at / "not asked for.parquet")
    got = engine.to_arrow(engine.read_parquet([at / "one.parquet", at / "two.parquet"]))
    assert sorted(got.to_pylist(), key=lambda row: row["a"]) == [
        {"a": 1, "b": "x", "c": None},
        {"a": 2**40, "b": None, "c": date(2018, 4, 1)},
    ]


def test_distinct_rows_are_distinct_whatever_they_were_filtered_by(engine: Engine) -> None:
    """On Spark `distinct` before `order_by` keeps the filter's columns apart: rows came twice."""
    table = engine.memory(pa.table({"g": ["b", "a", "a"], "n": [1, 2, 3], "x": [None, "y", "z"]}))
    kept = table.filter(table.n > 0, table.x.notnull())
    assert _rows(engine, distinct_rows(kept, ["g"])) == [{"g": "a"}]
    assert _rows(engine, distinct_rows(table, ["g"])) == [{"g": "a"}, {"g": "b"}]
