"""The reader of plain files gives what DuckDB's gives, or leaves the file to it."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from totalplace.sources._delimited import Delimited, open_delimited
from totalplace.sources._spend_plain import is_plain, read_plain
from totalplace.sources._spend_records import Records, read_records
from totalplace.sources._spend_sql import scan_csv

AT = {"body": 0, "payee": 1, "payment_date": 2, "amount": 3, "vat": 4, "transaction_no": 5}
HEADER = ["Body", "Supplier", "Date", "Net", "VAT", "Number", "Not in use"]

AMOUNTS = [
    *("1", "-1", "1.5", "-0.25", "007.10", "12345678901.99", "123456789012345", "999999999999999"),
    *(
        "",
        "-",
        ".5",
        "5.",
        "-.5",
        "-5.",
        "1.234",
        "12.500",
        "1.2.3",
        "1..2",
        "--1",
        "1-",
        "1e5",
        "+5",
        "1/2",
        " 5 ",
    ),
    *(
        "£5",
        "-£5.00",
        "£-5.00",
        "1,234.56",
        "£1,234.5",
        "12,34",
        "(5)",
        "n/a",
        "٣",
        "1 000",
        "5.00",
    ),
]
CELLS = ["", " ", "a", "Ashby, Bell", 'The "Old" Inn', "Café", "\u00a0x ", "'", "N/A", "null", "-1"]


def _open(folder: Path, content: str, delimiter: str = ",") -> Delimited:
    path = folder / "spend.csv"
    path.write_bytes(content.encode())
    return open_delimited(
        path, member="", where="spend.csv", scratch=folder / "utf8.csv", delimiter=delimiter
    )


def _written(rows: list[list[str]], path: Path, delimiter: str, quoting: Any, end: str) -> str:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)
    return path.read_text(encoding="utf-8")


def _told(records: Records) -> tuple[dict[str, list[str]], int, int, list[dict[str, Any]]]:
    """All of the records; a hash tells only which of them are alike."""
    table = pa.Table.from_batches(list(records.batches()))
    first: dict[int, int] = {}
    rows = table.to_pylist()
    for number, row in enumerate(rows):
        row["fingerprint"] = first.setdefault(row["fingerprint"], number)
    texts = {field: list(found) for field, found in sorted(records.texts.items())}
    return texts, records.count, records.blank, [dict(sorted(row.items())) for row in rows]


def _both(piece: Delimited, folder: Path, at: dict[str, int]) -> tuple[Any, Any]:
    connection = duckdb.connect()
    plain = read_plain(connection, piece, folder / "plain.arrow", at=at)
    theirs = read_records(
        connection,
        scan_csv(piece),
        folder / "theirs.arrow",
        width=len(piece.header),
        header_row=piece.header_row,
        at=at,
    )
    return _told(plain), _told(theirs)


@pytest.mark.parametrize("seed", range(40))
def test_a_plain_file_is_read_as_duckdb_reads_it(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    amounts = AMOUNTS if seed % 4 == 0 else draw.sample(AMOUNTS, 1 + seed % 6)
    rows = [HEADER]
    for _ in range(draw.randrange(1, 200)):
        amount, vat = draw.choice(amounts), draw.choice(["", "0.20", "x"][: 1 + seed % 3])
        number = draw.choice(["", "5100000001", "12345678", "1234567", "a number of many letters"])
        day = draw.choice(["01/04/2017", "31/03/2018 ", ""])
        payees = [draw.choice(CELLS) for _ in range(2)]
        rows.append([payees[0], payees[1], day, amount, vat, number, draw.choice(CELLS)])
    rows += rows[1 : draw.randrange(1, len(rows) + 1)]
    quoting = draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    delimiter, end = draw.choice([",", ";", "\t"]), draw.choice(["\n", "\r\n"])
    content = _written(rows, tmp_path / "written.csv", delimiter, quoting, end)
    piece = _open(tmp_path, content, delimiter)
    assert is_plain(piece)
    at = dict(AT) if seed % 2 else {**AT, "unit": 0}
    plain, theirs = _both(piece, tmp_path, at)
    assert plain == theirs
    assert plain[1] == len(rows) - 1


def test_blank_records_and_rows_above_the_header_are_counted_alike(tmp_path: Path) -> None:
    piece = _open(tmp_path, ",,\nPayee,Date,Net\n,,\na,01/04/2017,1.00\n, ,\n")
    assert is_plain(piece)
    plain, theirs = _both(piece, tmp_path, {"payee": 0, "payment_date": 1, "amount": 2})
    assert plain == theirs
    assert (plain[1], plain[2], plain[3][0]["row_no"]) == (3, 1, 3)


def test_texts_that_differ_in_one_byte_differ_in_their_hash(tmp_path: Path) -> None:
    texts = ["x" * size for size in range(1, 40)]
    texts += [text[:-1] + "y" for text in texts] + ["y" + text[1:] for text in texts[1:]]
    lines = [f"a,01/04/2017,1.00,{text}" for text in texts]
    lines += [f"{text},01/04/2017,1.00,a" for text in texts]
    piece = _open(tmp_path, "\n".join(["Payee,Date,Net,Other", *lines, lines[0]]))
    plain, theirs = _both(piece, tmp_path, {"payee": 0, "payment_date": 1, "amount": 2})
    assert plain == theirs
    assert len({row["fingerprint"] for row in plain[3]}) == len(lines)


@pytest.mark.parametrize(
    "line",
    [
        'a "b" c,01/04/2017,1.00',
        'a",01/04/2017,1.00',
        '"a" ,01/04/2017,1.00',
        ' "a",01/04/2017,1.00',
        '"a";01/04/2017,1.00,"b"',
        '"a\nb",01/04/2017,1.00',
        '"a""",01/04/2017,"b"x',
    ],
)
def test_quotes_that_readers_take_in_different_ways_are_left_to_duckdb(
    tmp_path: Path, line: str
) -> None:
    piece = _open(tmp_path, f"Payee,Date,Net\n{line}\nb,02/04/2017,2.00\n")
    assert not is_plain(piece)


@pytest.mark.parametrize("line", ["a,01/04/2017", "a,01/04/2017,1.00,more"])
def test_a_ragged_file_is_not_taken(tmp_path: Path, line: str) -> None:
    piece = _open(tmp_path, f"Payee,Date,Net\n{line}\nb,02/04/2017,2.00\n")
    with pytest.raises(ValueError, match="columns"):
        read_plain(duckdb.connect(), piece, tmp_path / "plain.arrow", at={"payee": 0, "amount": 2})


def test_a_quote_at_the_end_of_a_piece_of_the_file_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content, is_taken in (
        ('"P",Date,Net\n"a",01/04/2017,"1.00"\n', True),
        ('P,Date,Net\n"a"b,01/04/2017,1.00\n', False),
        ('P,Date,Net\nb"a",01/04/2017,1.00\n', False),
    ):
        for size in range(1, 30):
            monkeypatch.setattr("totalplace.sources._text.CHUNK_BYTES", size)
            assert is_plain(_open(tmp_path, content)) is is_taken, (content, size)
