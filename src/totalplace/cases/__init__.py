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
from totalplace.cases._discount import discount_factors
from totalplace.cases._edition import Edition, edition, editions
from totalplace.cases._evaluate import Cube
from totalplace.cases._examples import Example, example, examples, write_example
from totalplace.cases._plan import Plan, Row, plan_of
from totalplace.cases._read import read_case, read_case_text
from totalplace.cases._run import CaseResult, run_case

__all__ = [
    "Activity",
    "Body",
    "Case",
    "CaseResult",
    "Cashable",
    "Cube",
    "Edition",
    "Example",
    "Grade",
    "Number",
    "Option",
    "Outcome",
    "Plan",
    "Row",
    "Spread",
    "discount_factors",
    "edition",
    "editions",
    "example",
    "examples",
    "plan_of",
    "read_case",
    "read_case_text",
    "run_case",
    "write_example",
]
