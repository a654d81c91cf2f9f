"""A malformed claims file: every problem at once, each with row, column, why and fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from totalplace.claims import evaluate, load_claims
from totalplace.claims._load import COLUMNS
from totalplace.errors import RequestError

GOOD = {
    "id": "ONE",
    "document": "000",
    "quote": "a total of £3m, of which £1m is new",
    "raw": "£3m; £1m",
    "value": "total=3; new=1",
    "unit": "£m; £m",
    "rounded_to": "1; 1",
    "qualifier": "",
    "equation": "total >= new",
    "readings": "",
    "outputs": "rest = total - new [£m 1]",
    "curve": "",
    "verdict": "within_rounding",
    "ocr_resolution": "",
    "reason": "a test",
    "warning": "",
    "source": "a test",
}


def problems(path: Path) -> list[tuple[str, str, str]]:
    """(what, where, why) of everything found."""
    with pytest.raises(RequestError) as caught:
        load_claims(path)
    assert all(problem.fix for problem in caught.value.problems)
    return [(p.what, p.where, p.why) for p in caught.value.problems]


def test_the_good_row_is_good(write) -> None:
    result = evaluate(load_claims(write([GOOD])))[0]
    assert (result.verdict, result.outputs[0].value) == ("within_rounding", "2.0")


def test_a_file_without_rows_holds_no_claims(write) -> None:
    assert load_claims(write([])) == ()


@pytest.mark.parametrize(
    ("column", "cell", "named", "what"),
    [
        ("id", "", "id", "the cell id is empty"),
        ("id", "one", "id", "the id has another form"),
        ("quote", "", "quote", "the cell quote is empty"),
        ("source", "", "source", "the cell source is empty"),
        ("document", "000; 001", "document", "passages and documents differ"),
        ("raw", "£3m", "raw", "raw and value differ in number"),
        ("raw", "£3m; £2m", "raw", "the printed number '£2m' is not in the quote"),
        ("value", "3; 1", "value", "a value is no named number"),
        ("value", "total=3; new=-1", "value", "a value is no named number"),
        ("value", "total=3; new=1/0", "value", "a value is no named number"),
        ("value", "total=3; total=1", "value", "the name total is used twice"),
        ("unit", "£m; pounds", "unit", "unknown unit"),
        ("rounded_to", "1; x", "rounded_to", "a rounding unit is no number"),
        ("qualifier", "; perhaps", "qualifier", "unknown qualifier"),
        ("verdict", "true", "verdict", "the stored expectation is no verdict"),
        ("equation", "total >=", "equation", "the cell equation is malformed"),
        ("equation", "rest = total - new", "equation", "the cell equation is malformed"),
        ("equation", "total = knew", "equation", "unknown name knew"),
        ("equation", "total = TWO.new", "equation", "unknown name TWO.new"),
        ("equation", "total = ONE.new", "equation", "ONE.new is a number of this claim"),
        ("equation", "total = new * new", "equation", "new occurs more than once"),
        ("equation", "total = 2 / (total - new)", "equation", "a relation divides by a difference"),
        ("equation", "", "outputs", None),
        ("outputs", "total = new [£m 1]", "outputs", "the name total is given twice"),
        ("outputs", "rest = total - new [dollars 1]", "outputs", "the cell outputs is malformed"),
        ("outputs", "rest = total - new", "outputs", "the cell outputs is malformed"),
        ("readings", "a: x = new [£m 1] | b: x = total [£m 1]", "readings", "the row has readings"),
        ("curve", "(x from 0 to 1) y = x [% 1]", "curve", "the cell curve is malformed"),
        ("curve", "(x from 1 to 0 step 1) y = x [% 1]", "curve", "the cell curve is malformed"),
        ("curve", "(x from 0 to 9 step 0.001) y = x [% 1]", "curve", "the cell curve is malformed"),
        ("curve", "(x from 0 to 1.1.1 step 1) y = x [% 1]", "curve", "the cell curve is malformed"),
        ("curve", "(new from 0 to 1 step 1) y = new [% 1]", "curve", "the free variable new"),
    ],
)
def test_each_fault_is_named_with_its_place(write, column, cell, named, what) -> None:
    path = write([{**GOOD, column: cell}])
    if what is None:
        assert evaluate(load_claims(path))[0].verdict == "parameter"
        return
    found = problems(path)
    assert any(each[0].startswith(what) for each in found), found
    assert all(", row 2 (" in each[1] for each in found)
    assert any(each[1].endswith(f"column {named}") for each in found)


@pytest.mark.parametrize(
    ("readings", "what"),
    [
        ("a: x = new [£m 1]", "one reading alone"),
        ("a: x = new [£m 1] | b: y = total [£m 1]", "the readings give different quantities"),
        ("a: x = new [£m 1] | b: x = new * new [£m 1]", "new occurs more than once"),
        ("x = new [£m 1] | x = total [£m 1]", "the cell readings is malformed"),
    ],
)
def test_readings_must_compare_one_quantity(write, readings, what) -> None:
    found = problems(write([{**GOOD, "equation": "", "readings": readings}]))
    assert [each[0] for each in found if each[0].startswith(what)]


def test_all_problems_of_all_rows_are_reported_at_once(write) -> None:
    bad = {**GOOD, "unit": "£m; pounds", "verdict": "true", "reason": ""}
    found = problems(write([{**GOOD, "equation": "total = ("}, bad, GOOD]))
    assert len(found) == 6
    places = {where.rpartition("claims.csv, ")[2] for _, where, _ in found}
    assert places == {
        "row 2 (ONE), column equation",
        "row 3 (ONE), column id",
        "row 3 (ONE), column reason",
        "row 3 (ONE), column unit",
        "row 3 (ONE), column verdict",
        "row 4 (ONE), column id",
    }


def test_wrong_files(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    assert problems(path)[0][0] == "the claims file does not exist"
    path.write_bytes(b"id,\xa3\n")
    assert problems(path)[0][0] == "the claims file cannot be read"
    assert problems(tmp_path)[0][0] == "the claims file cannot be read"
    path.write_text("", "utf-8")
    assert "missing: id, document" in problems(path)[0][2]
    path.write_text(",".join((*COLUMNS, "extra")) + "\n", "utf-8")
    assert problems(path)[0][2] == "missing: none; unknown: extra; repeated: none"
    path.write_text(",".join((*COLUMNS, "id")) + "\n", "utf-8")
    assert problems(path)[0][2].endswith("repeated: id")
    path.write_text(",".join(COLUMNS) + "\nA,000\nB,000\n", "utf-8")
    assert [where.rpartition(", ")[2] for _, where, _ in problems(path)] == ["row 2", "row 3"]
    path.write_text(",".join(COLUMNS) + '\n"A"B\n', "utf-8")
    assert problems(path)[0][0] == "the file is no valid CSV"


def test_a_byte_order_mark_and_another_column_order_do_not_matter(write) -> None:
    path = write([GOOD])
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\ufeff" + "\n".join(lines) + "\n", "utf-8")
    assert load_claims(path)[0].claim_id == "ONE"


def test_a_result_that_divides_by_nought_is_undefined(write) -> None:
    row = {**GOOD, "value": "total=3; new=0", "rounded_to": "1; 0"}
    row |= {"equation": "ratio = total / new [times 1]", "outputs": "half = ratio / 2 [times 1]"}
    result = evaluate(load_claims(write([row])))[0]
    assert [output.value for output in result.outputs] == [None, None]
    readings = "a: x = total / new [£m 1] | b: x = total [£m 1]"
    row |= {"equation": "", "outputs": "", "readings": readings}
    result = evaluate(load_claims(write([row])))[0]
    assert (result.verdict, result.computed, result.residual) == (
        "ambiguous",
        "undefined | 3.0",
        None,
    )
    row |= {"readings": "", "equation": "total = 6 / new"}
    result = evaluate(load_claims(write([row])))[0]
    assert (result.verdict, result.computed) == ("conflict", None)
