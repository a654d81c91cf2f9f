"""Tables as files, and as text."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from totalplace.errors import RequestError
from totalplace.reports import SUFFIXES, align_rows, output_problems, plain_table, write_table

TABLE = pa.table(
    {
        "label": ["=HYPERLINK(1)", "+1", "-1", "@A", "£ and, comma", None],
        "gbp": pa.array(
            [Decimal("-1.50"), Decimal("2.25"), *[Decimal(0)] * 4], pa.decimal128(18, 2)
        ),
        "share_pct": [12.5, None, 0.0, 0.0, 0.0, 0.0],
        "people": [1, 2, 3, 4, 5, 6],
        "day": [date(2017, 4, 1), *[None] * 5],
    }
)


def test_csv_neutralises_formulas_and_keeps_negative_numbers(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "rows.csv")
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["label", "gbp", "share_pct", "people", "day"]
    assert [row[0] for row in rows[1:]] == [
        "'=HYPERLINK(1)",
        "'+1",
        "'-1",
        "'@A",
        "£ and, comma",
        "",
    ]
    assert rows[1][1:] == ["-1.50", "12.5", "1", "2017-04-01"]


def test_workbook_holds_numbers_and_no_formula(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "rows.xlsx")
    book = openpyxl.load_workbook(tmp_path / "rows.xlsx")
    rows = list(book["rows"].iter_rows())
    assert [cell.data_type for cell in rows[1]] == ["s", "n", "n", "n", "d"]
    assert (rows[1][0].value, rows[1][1].value) == ("=HYPERLINK(1)", -1.5)
    book.close()


def test_parquet_is_the_table(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "ROWS.PARQUET")
    assert pq.read_table(tmp_path / "ROWS.PARQUET").equals(TABLE)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_what_stood_there_is_replaced_and_nothing_is_left_over(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"rows{suffix}"
    path.write_text("old")
    write_table(TABLE, path)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() != b"old"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("rows.txt", "unknown_suffix"),
        ("rows", "unknown_suffix"),
        ("no/rows.csv", "no_folder"),
        ("file/rows.csv", "no_folder"),
        ("folder.csv", "is_a_folder"),
    ],
)
def test_a_wrong_output_says_why(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file").write_text("")
    path = tmp_path / name
    assert [problem.code for problem in output_problems(path)] == [code]
    with pytest.raises(RequestError) as raised:
        write_table(TABLE, path)
    assert raised.value.problems[0].code == code


def test_a_disk_that_refuses_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(RequestError, match="No space left"):
        write_table(TABLE, path)
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_workbook_has_a_last_row(tmp_path: Path) -> None:
    table = pa.table({"n": pa.nulls(1_048_576, pa.int64())})
    with pytest.raises(RequestError, match="1,048,576 rows and a header"):
        write_table(table, tmp_path / "rows.xlsx")


def test_text_tables_cannot_be_broken_by_their_cells() -> None:
    text = plain_table(["body"], [["a\nb\x1b[31m"]])
    assert text.splitlines() == ["body", "--------", "a b�[31m"]
    assert align_rows([]) == ""
