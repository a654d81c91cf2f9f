"""Rows by the million as files: what is written a part at a time reads as if written at once."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from totalplace.errors import RequestError
from totalplace.reports import (
    SHEET_ROWS,
    csv_parts,
    parquet_parts,
    write_workbook,
)

SCHEMA = pa.schema(
    [
        ("text", pa.string()),
        ("amount_gbp", pa.decimal128(18, 2)),
        ("day", pa.date32()),
        ("count", pa.int64()),
    ]
)
ROWS = [
    {"text": "=1+1", "amount_gbp": Decimal("-1.25"), "day": date(2020, 2, 29), "count": 1},
    {"text": 'a & b <c> "q"', "amount_gbp": None, "day": None, "count": None},
    {"text": None, "amount_gbp": Decimal("0.00"), "day": date(1900, 3, 1), "count": -4},
    {"text": " lead\nline", "amount_gbp": Decimal("12345678901.99"), "day": None, "count": 0},
]


def _book(path: Path, table: pa.Table, chunk: int = 2) -> openpyxl.Workbook:
    write_workbook(
        path,
        "lines",
        table.schema,
        table.to_batches(max_chunksize=chunk),
        rows=table.num_rows,
        title="Lines",
        notes={"licence": "Open", "attribution": "=cmd()"},
        created="2026-01-02",
    )
    return openpyxl.load_workbook(path)


def test_a_workbook_holds_the_rows_with_their_kinds(tmp_path: Path) -> None:
    book = _book(tmp_path / "lines.xlsx", pa.Table.from_pylist(ROWS, SCHEMA))
    sheet = book["lines"]
    told = list(sheet.iter_rows(values_only=True))
    assert told[0] == tuple(SCHEMA.names)
    for row, wanted in zip(told[1:], ROWS, strict=True):
        text, amount, day, count = row
        assert text == wanted["text"]
        assert (None if amount is None else Decimal(str(amount))) == wanted["amount_gbp"]
        assert (None if day is None else day.date()) == wanted["day"]
        assert count == wanted["count"]
    assert sheet["A2"].data_type == "s", "a formula stays a text"
    assert sheet["B2"].number_format == "#,##0.00"
    assert sheet["C2"].number_format == "yyyy-mm-dd"
    assert sheet.auto_filter.ref == sheet.dimensions == "A1:D5"
    assert sheet.freeze_panes == "A2"
    assert [row[0].value for row in book["notes"].iter_rows()] == ["licence", "attribution"]
    assert book["notes"]["B2"].data_type == "s"


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    table = pa.Table.from_pylist(ROWS, SCHEMA)
    for name, chunk in (("a", 1), ("b", 4)):
        _book(tmp_path / f"{name}.xlsx", table, chunk)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_workbook_without_rows(tmp_path: Path) -> None:
    book = _book(tmp_path / "none.xlsx", SCHEMA.empty_table())
    assert list(book["lines"].iter_rows(values_only=True)) == [tuple(SCHEMA.names)]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40, alphabet=st.characters(exclude_categories=["Cc", "Cs"])))
def test_any_text_can_stand_in_a_workbook(text: str) -> None:
    import tempfile

    assume("_x" not in text)  # the reader of this test does not undo how that is written
    kept = text.replace("\ufffe", "").replace("\uffff", "")
    with tempfile.TemporaryDirectory() as folder:
        table = pa.table({"text": [text, "next"]})
        sheet = _book(Path(folder) / "x.xlsx", table)["lines"]
        told = [row[0] for row in sheet.iter_rows(values_only=True, min_row=2)]
    assert [told[0] or "", told[1]] == [kept, "next"]


def test_yes_and_no_are_booleans_of_a_workbook(tmp_path: Path) -> None:
    table = pa.table({"is_individual": [True, False, None]})
    cells = [row[0] for row in _book(tmp_path / "x.xlsx", table)["lines"].iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        (True, "b"),
        (False, "b"),
        (None, "n"),
    ]


def test_what_xml_cannot_hold_is_left_out(tmp_path: Path) -> None:
    table = pa.table({"text": ["a\x00b\x1fc\x0bd\ufffee"]})
    assert _book(tmp_path / "x.xlsx", table)["lines"]["A2"].value == "abcde"


def test_more_rows_than_a_sheet_holds(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as told:
        write_workbook(
            tmp_path / "x.xlsx",
            "lines",
            SCHEMA,
            [],
            rows=SHEET_ROWS + 1,
            title="",
            notes={},
            created="2026-01-02",
        )
    assert told.value.problems[0].code == "too_many_rows"
    assert not (tmp_path / "x.xlsx").exists()


def test_csv_and_parquet_in_parts_are_the_whole() -> None:
    table = pa.Table.from_pylist(ROWS, SCHEMA)
    content = b"".join(csv_parts(SCHEMA, table.to_batches(max_chunksize=1)))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["amount_gbp"] for row in rows] == ["-1.25", "", "0.00", "12345678901.99"]
    assert rows[0]["text"] == "'=1+1"
    assert rows[1]["text"] == 'a & b <c> "q"'
    parts = parquet_parts(SCHEMA, table.to_batches(max_chunksize=1), notes={"licence": "Open"})
    again = pq.read_table(io.BytesIO(b"".join(parts)))
    assert again.equals(table)
    assert again.schema.metadata[b"licence"] == b"Open"
