"""SQL and Python read alike, and no record is ever lost: random files against a plain reader."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from totalplace.model import body_register
from totalplace.money import MoneyError, parse_pence
from totalplace.place import create
from totalplace.sources import FileReport, add
from totalplace.sources._dates import parse_date
from totalplace.sources._spend_sql import pence_sql

amount_like = st.text(st.sampled_from("0123456789.,-+£œ()e_ x"), max_size=14)
plain_amount = st.builds(
    lambda sign, pound, whole, places: f"{sign}{pound}{whole:,}{places}",
    st.sampled_from(["", "-"]),
    st.sampled_from(["", "£"]),
    st.integers(0, 10**9),
    st.sampled_from(["", ".5", ".05", ".25", ".255"]),
)


def _python(text: str) -> int | None:
    try:
        return parse_pence(text)
    except MoneyError:
        return None


CONNECTION = duckdb.connect()


def _sql(texts: list[str]) -> list[int | None]:
    expression = pence_sql("text")
    rows = CONNECTION.execute(
        f"SELECT {expression} FROM (SELECT unnest(?::VARCHAR[]) AS text)", [texts]
    )
    return [pence for (pence,) in rows.fetchall()]


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(amount_like, plain_amount), min_size=1, max_size=30))
@example(["1e3", "1_0", "0x1", "1,2,3", "£-5", "-£5", ".5", "5.", "1.005", "9" * 17, "٣"])
@example(["inf", "nan", "-", "--", "", "1.", "1,", "-1,234.50", "1 000"])
def test_what_sql_reads_python_reads_alike(texts: list[str]) -> None:
    found = _sql(texts)
    assert len(found) == len(texts)
    for text, pence in zip(texts, found, strict=True):
        if pence is not None:
            assert pence == _python(text), text


def test_the_plain_amounts_are_read_by_sql() -> None:
    texts = ["12", "12.5", "12.50", "-12.50", "1,234.56", "£12", "-£1,234"]
    assert _sql(texts) == [1200, 1250, 1250, -1250, 123456, 1200, -123400]


HEADER = ["Date", "Supplier", "Net Amount", "Purpose"]
records = st.lists(
    st.tuples(
        st.sampled_from(["01/04/2017", "2017-05-06", "7-Jun-17", "42826", "", "31/02/2017", "?"]),
        st.sampled_from(["Zebrula Ltd", "Quill, Back & Co", 'The "Old" Mill', "Line\nbreak", ""]),
        st.one_of(plain_amount, st.sampled_from(["(5.00)", "ten", "", "-", "œ9.99", "3-"])),
        st.sampled_from(["", "pipes", "a,b", "£"]),
    ),
    min_size=1,
    max_size=25,
)


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=records,
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    newline=st.sampled_from(["\n", "\r\n"]),
    blank_after=st.integers(0, 30),
)
def test_every_record_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, ...]],
    quoting: Any,
    newline: str,
    blank_after: int,
) -> None:
    """The lines are exactly the records that a plain reader takes for good, in their order."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=newline, quoting=quoting)
    writer.writerow(HEADER)
    for number, row in enumerate(rows):
        if number == blank_after:
            text.write(newline)
        writer.writerow(row)
    base = tmp_path_factory.mktemp("property")
    path = base / "payments.csv"
    path.write_bytes(text.getvalue().encode())
    folder = create(base / "place", name="P", areas=["E08000009"], year="2017-18")
    report = _add(folder, path)
    read = list(csv.reader(io.StringIO(text.getvalue(), newline="")))
    assert report.status == "loaded"
    assert report.records == len(read) - 1
    assert report.records == report.lines + report.rejected + sum(report.skipped.values())
    expected = [
        (number, cells[1].strip(" ") or None, _python(cells[2]))
        for number, cells in enumerate(read[1:], start=2)
        if cells and _python(cells[2]) is not None and parse_date(cells[0]) is not None
    ]
    # a record with an amount alone is a total where it is the sum above it; it has no date
    assert _lines(folder) == expected
    assert report.sum_pence == sum(pence for _, _, pence in expected)


def _add(folder: Any, path: Path) -> FileReport:
    (report,) = add(
        folder, [path], body="trafford", received="2024-05-01T09:00:00", registers=body_register()
    ).files
    return report


def _lines(folder: Any) -> list[tuple[int, str | None, int]]:
    (path,) = folder.lines_paths("spend", folder.state())
    return [
        (row["row_no"], row["payee_text"], row["amount_pence"])
        for row in pq.read_table(path).to_pylist()
    ]


def test_both_ways_of_reading_give_the_same_lines(
    add_file: Callable[..., FileReport], lines_of: Callable[..., list[dict[str, Any]]]
) -> None:
    """One blank line in the middle sends a file down the careful path; the lines are the same."""
    rows = [f"0{1 + n % 9}/04/2017,Zebrula {n % 7},{n}.{n % 100:02d}\n" for n in range(500)]
    add_file("Date,Supplier,Amount\n" + "".join(rows), name="fast.csv")
    fast = [(line["payee_key"], line["amount_pence"]) for line in lines_of()]
    rows.insert(250, "\n")
    report = add_file("Date,Supplier,Amount\n" + "".join(rows), name="careful.csv")
    assert report.skipped == {"blank": 1}
    both = [(line["payee_key"], line["amount_pence"]) for line in lines_of()]
    assert sorted(both) == sorted(fast * 2)
    assert len(fast) == 500
