"""A case as a workbook with live formulas: its deterministic figures without our code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from totalplace.cases import CaseResult, Plan, plan_of
from totalplace.errors import IdentityError, Problem
from totalplace.reports.cases._book import Book, Page
from totalplace.reports.cases._book_items import item_sheets
from totalplace.reports.cases._book_register import inputs_of
from totalplace.reports.cases._book_sums import by_body
from totalplace.reports.cases._book_views import Told, checks, perspectives, who_pays

__all__ = ["case_workbook_bytes", "dated"]

_TOLERANCE = 1e-9
_NOT_LIVE = """
Everything of the deterministic case recalculates: the chain of every activity and outcome, effects
that combine, blocks, optimism bias, prices, shares, cash, discounting, present values, ratios and
payback.

These are values of the run and do not recalculate: the draws of uncertain numbers (percentiles and
chances on the sheets Perspectives and Uncertainty), the tornado, switching values, what knowing
more is worth, other options, correlations and editions.

Horizon, edition, options, bodies, and which rows and numbers there are cannot be changed here:
change the case file and export it again. Ranges are told, and only draws take them.

A unit is text: changing GBP m to GBP k changes no figure, the column Times does.

That shares sum to 1 is told on the sheet Checks. What else a case file with these inputs would be
refused for is not told.

A cohort and a baseline that several outcomes share are entered once: the others follow it.
"""
"""Paragraphs of the notes, apart by an empty line."""


def case_workbook_bytes(result: CaseResult, *, software: str) -> bytes:
    """The workbook. The same run gives the same bytes.

    Args:
        result: a full run.
        software: version of totalplace, which the run hash is bound to.

    Raises:
        IdentityError: its formulas do not come to what the run found: a fault of ours.
    """
    case, plan = result.case, plan_of(result.case)
    book = Book(
        title=f"{case.title}: the case as a workbook",
        subject=f"Case {case.id}, run {result.run_hash}",
        software=software,
        created=dated(result),
    )
    notes, views = book.page("Notes"), book.page("Perspectives")
    pays, check = book.page("Who pays"), book.page("Checks")
    inputs = inputs_of(book, result)
    sheets = item_sheets(book, plan, inputs)
    bodies = by_body(book, plan, inputs, sheets)
    told = perspectives(views, result, plan, inputs, bodies)
    _agree(result, told)
    who_pays(pays, plan, bodies)
    checks(check, plan, inputs, sheets, bodies, told)
    _uncertainty(book.page("Uncertainty"), result.document)
    _notes(notes, result, plan, software, book.titles)
    return book.content()


def dated(result: CaseResult) -> date:
    """The day that files of a run are dated by: the last review of a number of the case.

    A file has no day of its own, so that the same run gives the same bytes whoever makes it; where
    nothing was reviewed it is the first day of year 0.
    """
    reviewed = [item.reviewed for item in result.case.items if item.reviewed is not None]
    return max(reviewed, default=date(result.case.base_year, 4, 1))


def _agree(result: CaseResult, told: Mapping[str, Told]) -> None:
    """The formulas must come to what the evaluation found."""
    for at, view in enumerate(result.point.views):
        for name, cell, wanted in (
            ("cost", told[view].cost, float(result.point.cost[at, 0])),
            ("benefit", told[view].benefit, float(result.point.benefit[at, 0])),
        ):
            found = float(cell.value or 0)
            if abs(found - wanted) <= _TOLERANCE * max(1.0, abs(found), abs(wanted)) + 1e-6:
                continue
            raise IdentityError(
                Problem(
                    "workbook_differs",
                    f"the workbook does not come to the {name} of the run",
                    f"{result.case.file}, {view}",
                    f"{found!r} against {wanted!r}",
                    "this is a fault of totalplace: report it with the case file",
                )
            )


def _notes(
    page: Page, result: CaseResult, plan: Plan, software: str, sheets: Sequence[tuple[str, str]]
) -> None:
    """What the workbook is, which run it is of, and what of it is no formula."""
    case, document = result.case, result.document
    page.sheet.set_column(0, 0, 30)
    page.sheet.set_column(1, 1, 110)
    page.sheet.hide_gridlines(2)
    option = case.option(plan.option)
    facts = (
        ("Case", f"{case.title} ({case.id})"),
        ("Option", f"{option.title or option.id}, against business as usual"),
        ("Years", f"0 to {case.horizon}, inclusive; year 0 begins in April {case.base_year}"),
        ("Prices", case.price_base),
        ("Edition", f"{case.edition.title} ({case.edition.id}): {case.edition.source}"),
        ("Run", result.run_hash),
        ("Made from", f"{result.draws:,} draws, seed {result.seed}, totalplace {software}"),
        ("Dated", f"{dated(result).isoformat()}: by the last review of its numbers"),
        ("Tells", f"sensitivities for {document['perspective']}"),
    )
    page.text(0, 0, f"{case.title}: the case as a workbook", "title")
    row = 2
    for label, text in facts:
        page.text(row, 0, label, "bold")
        page.text(row, 1, text)
        row += 1
    told = [" ".join(one.split()) for one in _NOT_LIVE.strip().split("\n\n")]
    row = _listed(page, row + 1, "What recalculates, and what does not", told)
    row = _listed(
        page,
        row + 1,
        "What a reviewer would ask of the case",
        [
            f"{one.what} ({one.where.rsplit('/', 1)[-1]}): {one.why}. {one.fix}"
            for one in case.warnings
        ]
        or ["Nothing was found."],
    )
    page.text(row + 1, 0, "Sheets", "part")
    for row_no, (name, title) in enumerate(sheets, start=row + 2):
        page.sheet.write_url(row_no, 0, f"internal:'{name}'!A1", page.styles["link"], name)
        page.text(row_no, 1, title if title != name else "")


def _listed(page: Page, row: int, title: str, texts: Sequence[str]) -> int:
    page.text(row, 0, title, "part")
    for row_no, text in enumerate(texts, start=row + 1):
        page.text(row_no, 1, text)
        page.sheet.set_row(row_no, 15 * (1 + len(text) // 115))
    return row + 1 + len(texts)


def _uncertainty(page: Page, document: Mapping[str, Any]) -> None:
    """Values of the run that no formula can have: what the draws and other views of it say."""
    page.text(0, 0, "Uncertainty: values of the run, which do not recalculate", "title")
    page.text(
        1, 0,
        f"{document['draws']:,} draws, seed {document['seed']}, for {document['perspective']}",
        "plain",
    )  # fmt: skip
    page.sheet.set_column(0, 0, 44)
    page.sheet.set_column(1, 12, 20)
    view = document["perspective"]
    row = 3
    for title, rows in (
        ("Tornado: net present value with one number at an end", document["tornado"]),
        ("Switching values: where the net present value turns", document["switching"]),
        ("What knowing one number would be worth", document["information"]["numbers"]),
        ("Options, for " + view, [_option(one, view) for one in document["options"]]),
        ("Correlation inside families, for " + view,
         [_correlated(one, view) for one in document["correlations"]]),
        ("Editions, for " + view, [_edition(one, view) for one in document["editions"]]),
        ("Predicted, and seen so far", document["predicted"]),
    ):  # fmt: skip
        page.text(row, 0, title, "part")
        row = _table(page, row + 1, rows) + 1


def _option(one: Mapping[str, Any], view: str) -> dict[str, Any]:
    told = one["perspectives"][view]
    return {
        "option": one["option"],
        "pv_cost_gbp": told["pv_cost_gbp"],
        "pv_benefit_gbp": told["pv_benefit_gbp"],
        **{f"npv_{name}_gbp": amount for name, amount in told["npv_gbp"].items()},
        "p_npv_positive": told["p_npv_positive"]["value"],
        "against_do_minimum_gbp": told["against_do_minimum_gbp"]["point"],
    }


def _correlated(one: Mapping[str, Any], view: str) -> dict[str, Any]:
    told = one["perspectives"][view]
    return {
        "correlation": one["correlation"],
        **{f"npv_{name}_gbp": amount for name, amount in told["npv_gbp"].items()},
        "p_npv_positive": told["p_npv_positive"]["value"],
    }


def _edition(one: Mapping[str, Any], view: str) -> dict[str, Any]:
    amounts = one["npv_gbp"]
    return {
        "edition": one["edition"],
        "schedule": one["schedule"],
        "npv_gbp": None if amounts is None else amounts[view],
        "why not": one["why"],
    }


def _table(page: Page, row: int, rows: Sequence[Mapping[str, Any]]) -> int:
    """Rows of a document below their keys; amounts as numbers. The row after them."""
    if not rows:
        page.text(row, 0, "None.", "plain")
        return row + 1
    heads = list(rows[0])
    page.texts(row, [f"{one[:-4]}, £" if one.endswith("_gbp") else one for one in heads], "head")
    for row_no, one in enumerate(rows, start=row + 1):
        for at, head in enumerate(heads):
            value = one[head]
            if head.endswith("_gbp") and value is not None:
                page.value(row_no, at, float(Decimal(value)), "money")
            else:
                page.value(row_no, at, value, "plain")
    return row + 1 + len(rows)
