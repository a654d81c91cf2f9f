"""What prevention would cost, save and be worth, who pays and who gains, and what to buy."""

from totalplace.cases._case import (
    Activity,
    Body,
    Case,
    Cashable,
    Grade,
    Number,
    Option,
    Outcome,
    Spread,
)
from totalplace.cases._cells import cell_of
from totalplace.cases._discount import discount_factors
from totalplace.cases._edition import Edition, edition, editions
from totalplace.cases._evaluate import Cube
from totalplace.cases._examples import Example, example, examples, write_example
from totalplace.cases._form import FIRST_THING, FormKey, FormSheet, form_of
from totalplace.cases._form_read import FORM_SUFFIXES, read_form
from totalplace.cases._plan import Plan, Row, plan_of
from totalplace.cases._read import case_values, read_case, read_case_text
from totalplace.cases._run import CaseResult, run_case
from totalplace.cases._toml_edit import as_toml

__all__ = [
    "FIRST_THING",
    "FORM_SUFFIXES",
    "Activity",
    "Body",
    "Case",
    "CaseResult",
    "Cashable",
    "Cube",
    "Edition",
    "Example",
    "FormKey",
    "FormSheet",
    "Grade",
    "Number",
    "Option",
    "Outcome",
    "Plan",
    "Row",
    "Spread",
    "as_toml",
    "case_values",
    "cell_of",
    "discount_factors",
    "edition",
    "editions",
    "example",
    "examples",
    "form_of",
    "plan_of",
    "read_case",
    "read_case_text",
    "read_form",
    "run_case",
    "write_example",
]
