"""Which file a payment is published in: names of the published files of the fictional place."""

from __future__ import annotations

from datetime import date

from totalplace.synth._lines import financial_year
from totalplace.synth._world import Body

__all__ = [
    "INCOME_SECTORS",
    "OUTTURN_FILE",
    "REGIONAL_FILE",
    "income_file",
    "return_file",
    "spend_file",
]

OUTTURN_FILE = "outturn/albermarch-revenue-outturn-2017-18.xlsx"
REGIONAL_FILE = "regional/albermarch-regional-analysis-2018.xlsx"

INCOME_SECTORS = {
    "nhs_ccg": "health",
    "nhs_trust": "health",
    "college": "learning",
    "academy_trust": "learning",
    "housing_association": "homes",
}


def spend_file(body: Body, day: date, *, is_card: bool = False) -> str:
    """Councils publish a yearly zip or monthly files, other bodies one file a year."""
    year = financial_year(day)
    if is_card:
        return f"spend/{body.body_id}-card-transactions-{year}.csv"
    if body.evidence == "ro" and body.style == "trafford":
        return f"spend/{body.body_id}-supplier-spend-{year}.zip"
    if body.evidence == "ro":
        return f"spend/{body.body_id}/{day:%Y-%m}.csv"
    return f"spend/{body.body_id}-payments-{year}.csv"


def return_file(body: Body) -> str:
    """A body's own return of all its accounts."""
    return f"returns/{body.body_id}-2017-18.csv"


def income_file(body: Body) -> str:
    """Where a body's income is reported: bodies with published payments share a sector's file."""
    if body.evidence == "spend":
        return f"returns/income-{INCOME_SECTORS.get(body.kind, 'other')}-2017-18.csv"
    return return_file(body)
