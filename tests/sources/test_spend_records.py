"""Records as codes: nothing is lost on the disk, and one payment in a wrong cell is told."""

from __future__ import annotations

from typing import Any

import pytest

from totalplace.sources import _spend_records

HEADER = "Organisation Name,Date,Supplier,Transaction Number,Net Amount\n"
COUNCIL = "Trafford Council,01/04/2017,"


def test_a_long_file_goes_to_the_disk_and_comes_back(
    add_file: Any, in_process: Any, monkeypatch: pytest.MonkeyPatch, lines_of: Any
) -> None:
    monkeypatch.setattr(_spend_records, "_HELD_BYTES", 100_000)
    monkeypatch.setattr(_spend_records, "_BATCH_RECORDS", 2_048)
    rows = [f"{COUNCIL}Quill {row % 7},{row},{row}.25\n" for row in range(20_000)]
    rows[12_345] = f"{COUNCIL}Quill,1,ten\n"
    report = add_file(HEADER + "".join(rows), body=None, reader=in_process)
    assert (report.lines, report.rejected) == (19_999, 1)
    expected = [row * 100 + 25 for row in range(20_000) if row != 12_345]
    assert [line["amount_pence"] for line in lines_of()] == expected
    assert {line["payee_text"] for line in lines_of()} == {f"Quill {one}" for one in range(7)}


def test_blanks_around_texts_are_taken_off(add_file: Any, lines_of: Any) -> None:
    text = HEADER + (
        "Trafford Council , 01/04/2017 ,\u00a0Quill  , 77 , 1.00 \n"
        "Trafford Council,01/04/2017,Quill,,2.00\n"
        "Trafford Council,01/04/2017,Quill, ,3.00\n"
        "Trafford Council,01/04/2017,Quill,É ,4.00\n"
    )
    assert add_file(text, body=None).lines == 4
    found = [(one["payee_text"], one["transaction_no"], one["raw"]) for one in lines_of()]
    assert found == [
        ("Quill", "77", None),
        ("Quill", None, None),
        ("Quill", None, None),
        ("Quill", "É", None),
    ]


@pytest.mark.parametrize(
    ("number", "amount", "is_told"),
    [
        ("1903037608", "1903037608", True),
        ("1903037608", '"1,903,037,608.00"', True),
        ("0045678", "45678.00", True),
        ("5678", "5678.00", False),
        ("1903037608", "1903037.60", False),
        ("1903037608", "1903037609", False),
    ],
)
def test_an_amount_that_is_its_own_transaction_number_is_told(
    add_file: Any, number: str, amount: str, is_told: bool
) -> None:
    text = HEADER + f"{COUNCIL}Quill,1,5.00\n{COUNCIL}Quill,{number},{amount}\n"
    report = add_file(text, body=None)
    assert report.lines == 2
    told = [one for one in report.warnings if one.code == "amount_is_identifier"]
    assert bool(told) is is_told
    assert not is_told or "row 3" in told[0].why


def test_sums_beyond_64_bits_are_exact(add_file: Any) -> None:
    huge = "999999999999999.99"
    report = add_file(HEADER + f"{COUNCIL}Quill,1,{huge}\n" * 120, body=None)
    assert report.sum_pence == 120 * 99_999_999_999_999_999
