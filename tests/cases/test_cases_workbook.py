"""The workbook of random cases: its formulas come to what the evaluation finds."""

from __future__ import annotations

from hypothesis import given
from worlds_of_cases import cases, text

from counted import tried
from totalplace.cases import read_case_text, run_case
from totalplace.reports.cases._workbook import case_workbook_bytes


@tried(100, 6)
@given(cases())
def test_formulas_come_to_the_evaluation(made: dict) -> None:
    run = run_case(read_case_text(text(made)), draws=3)
    # it raises IdentityError where cost or benefit of any perspective differ
    assert case_workbook_bytes(run, software="0").startswith(b"PK")
