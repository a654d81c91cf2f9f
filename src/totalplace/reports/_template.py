"""The workbook that a partner body fills in: its return, with the code lists and live checks."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

from totalplace.reports._files import write_bytes

__all__ = ["INPUT_ROWS", "ReturnTemplate", "write_return_template"]

INPUT_ROWS = 500
"""Rows that can be filled in."""

RETURN, LISTS, CHECKS, NOTES = "Return", "Lists", "Checks", "Notes"
_FIRST = 1
_WIDTHS = {
    "Body": 30,
    "Stream": 30,
    "Counterparty": 30,
    "Financial year": 14,
    "Amount": 16,
    "Reference": 16,
    "Note": 40,
}
_HINTS = {
    "Side": "out: what the body spends; in: what it receives",
    "Stream": "The name of the grant, levy, contract or service; choose one or write your own",
    "Counterparty": "Whom it is paid to, or received from; blank where it is nobody in particular",
    "Function": "The COFOG code; the sheet Lists has their names",
    "Nature": "What sort of money it is; the sheet Notes explains each",
    "Amount": "Pounds and pence, with a minus for money that went the other way",
    "Period start": "Only where it is not the whole financial year",
    "Period end": "Only where it is not the whole financial year",
}


@dataclass(frozen=True)
class ReturnTemplate:
    """What goes into a template.

    Attributes:
        place: the place's name.
        year: financial year.
        body: the body's name, written into every row; empty to have it chosen.
        headings: of a return, in their order.
        closed: heading -> the only values allowed.
        open_lists: heading -> values to choose from, where others may be written too.
        functions: COFOG code and name.
        natures: nature and definition.
        rows: rows to begin with, heading -> text, without amounts.
        defaults: heading -> text written into every other row.
    """

    place: str
    year: str
    body: str
    headings: tuple[str, ...]
    closed: Mapping[str, Sequence[str]]
    open_lists: Mapping[str, Sequence[str]]
    functions: Sequence[tuple[str, str]]
    natures: Sequence[tuple[str, str]]
    rows: Sequence[Mapping[str, str]] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)


def write_return_template(template: ReturnTemplate, path: Path) -> None:
    """Write the workbook: sheets Return, Notes, Lists and Checks.

    Raises:
        RequestError: the file cannot be written.
    """
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        styles = _styles(book)
        sheet = book.add_worksheet(RETURN)
        notes = book.add_worksheet(NOTES)
        lists = book.add_worksheet(LISTS)
        checks = book.add_worksheet(CHECKS)
        ranges = _write_lists(lists, template, styles)
        _write_return(sheet, template, ranges, styles)
        _write_notes(notes, template, styles)
        _write_checks(checks, template, ranges, styles)
        book.set_properties({"title": f"Return of {template.body or 'a body'}, {template.year}"})
    write_bytes(path, buffer.getvalue())


def _styles(book: Any) -> dict[str, Any]:
    return {
        "head": book.add_format({"bold": True, "bg_color": "#1d3557", "font_color": "#ffffff"}),
        "bold": book.add_format({"bold": True}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "text": book.add_format({"locked": False, "num_format": "@"}),
        "day": book.add_format({"locked": False, "num_format": "yyyy-mm-dd"}),
        "money": book.add_format({"locked": False, "num_format": "#,##0.00;[Red]-#,##0.00"}),
        "total": book.add_format({"num_format": "#,##0.00;[Red]-#,##0.00"}),
        "count": book.add_format({"num_format": "0"}),
        "bad": book.add_format({"bg_color": "#f8d7da", "font_color": "#842029"}),
    }


def _write_lists(sheet: Any, template: ReturnTemplate, styles: Mapping[str, Any]) -> dict[str, str]:
    """Each list in a column of its own; heading -> its cells, for drop-downs and checks."""
    ranges = {}
    columns: dict[str, Sequence[str]] = {**template.closed, **template.open_lists}
    columns["Function"] = [code for code, _ in template.functions]
    at = 0
    for heading, values in columns.items():
        sheet.write_string(0, at, heading, styles["head"])
        for row, value in enumerate(values, start=1):
            sheet.write_string(row, at, value)
        if values:
            letters = _letters(at)
            ranges[heading] = f"{LISTS}!${letters}$2:${letters}${len(values) + 1}"
        sheet.set_column(at, at, 14 if heading == "Function" else 28)
        at += 1
    sheet.write_string(0, at, "Name of the function", styles["head"])
    for row, (_, name) in enumerate(template.functions, start=1):
        sheet.write_string(row, at, name)
    sheet.set_column(at, at, 60)
    sheet.freeze_panes(1, 0)
    sheet.protect()
    return ranges


def _write_return(
    sheet: Any, template: ReturnTemplate, ranges: Mapping[str, str], styles: Mapping[str, Any]
) -> None:
    last = _FIRST + INPUT_ROWS - 1
    for at, heading in enumerate(template.headings):
        sheet.write_string(0, at, heading, styles["head"])
        style = _style(heading, styles)
        sheet.set_column(at, at, _WIDTHS.get(heading, 16))
        for row in range(_FIRST, last + 1):
            known = template.rows[row - _FIRST] if row - _FIRST < len(template.rows) else {}
            text = known.get(heading) or template.defaults.get(heading, "")
            if text:
                sheet.write_string(row, at, text, style)
            else:
                sheet.write_blank(row, at, None, style)
        _validate(sheet, at, heading, last, template, ranges)
    amount = _letters(template.headings.index("Amount"))
    cells = f"{amount}{_FIRST + 1}:{amount}{last + 1}"
    sheet.conditional_format(
        cells,
        {
            "type": "formula",
            "criteria": f'=AND({amount}{_FIRST + 1}<>"",NOT(ISNUMBER({amount}{_FIRST + 1})))',
            "format": styles["bad"],
        },
    )
    sheet.freeze_panes(1, 1)
    sheet.protect(
        "", {"format_columns": True, "sort": True, "autofilter": True, "select_locked_cells": True}
    )


def _validate(
    sheet: Any,
    at: int,
    heading: str,
    last: int,
    template: ReturnTemplate,
    ranges: Mapping[str, str],
) -> None:
    rule: dict[str, Any] = {"ignore_blank": True}
    if hint := _HINTS.get(heading):
        rule |= {"input_title": heading[:32], "input_message": hint[:255]}
    if heading in ranges:
        rule |= {"validate": "list", "source": f"={ranges[heading]}"}
        if heading in template.closed:
            rule |= {"error_title": heading[:32], "error_message": "Choose one of the list"}
        else:
            rule |= {"show_error": False}
    elif heading == "Amount":
        rule |= {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -1e13,
            "maximum": 1e13,
            "error_message": "An amount in pounds, such as 1234.50",
        }
    elif heading in {"Period start", "Period end"}:
        rule |= {
            "validate": "custom",
            "value": f"=ISNUMBER({_letters(at)}{_FIRST + 1})",
            "error_message": "A date such as 2017-04-01",
        }
    else:
        return
    sheet.data_validation(_FIRST, at, last, at, rule)


def _write_notes(sheet: Any, template: ReturnTemplate, styles: Mapping[str, Any]) -> None:
    lines = [
        (f"Return of {template.body or 'a body'} to {template.place}, {template.year}", "bold"),
        ("", ""),
        ("One row a stream of money: what the body spent (out) and what it received (in).", "wrap"),
        (
            (
                "Fill in the white cells of the sheet Return. Body, year, phase and basis are"
                " written in already; a row in which nothing else stands is not read."
            ),
            "wrap",
        ),
        (
            (
                "Where a stream stands already, fill in its amount: 0 if there was none, or clear"
                " the row. A row without an amount is returned to you as a fault."
            ),
            "wrap",
        ),
        (
            (
                "Counterparty is the other public body where there is one: money that both report"
                " is matched and counted once. Write its name as it writes it itself."
            ),
            "wrap",
        ),
        (
            "Give no names of private people: write 'individuals' and the sum for all of them.",
            "wrap",
        ),
        ("The sheet Checks counts as you type: all its counts of faults should be 0.", "wrap"),
        ("", ""),
        ("Headings", "bold"),
        *((f"{heading}: {hint}", "wrap") for heading, hint in _HINTS.items()),
        ("", ""),
        ("Natures", "bold"),
        *((f"{nature}: {meaning}", "wrap") for nature, meaning in template.natures),
    ]
    sheet.set_column(0, 0, 100)
    for row, (text, style) in enumerate(lines):
        sheet.write_string(row, 0, text, styles.get(style))
    sheet.protect()


def _write_checks(
    sheet: Any, template: ReturnTemplate, ranges: Mapping[str, str], styles: Mapping[str, Any]
) -> None:
    """Live counts of faults, and the totals; every formula carries the value it has now."""
    cell = {heading: _range(template, heading) for heading in template.headings}
    filled = f'(({cell["Amount"]}<>"")+({cell["Side"]}<>"")+({cell["Stream"]}<>"")>0)'
    begun = len([row for row in template.rows if row])
    checks: list[tuple[str, str, float, str]] = [
        ("Rows begun", f"=SUMPRODUCT(1*{filled})", begun, "count"),
        (
            "Faults: rows without an amount",
            f'=SUMPRODUCT({filled}*({cell["Amount"]}=""))',
            begun,
            "count",
        ),
        (
            "Faults: amounts that are no number",
            f'=SUMPRODUCT(({cell["Amount"]}<>"")*(1-ISNUMBER({cell["Amount"]})))',
            0,
            "count",
        ),
        (
            "Faults: amounts with a fraction of a penny",
            (
                f"=IFERROR(SUMPRODUCT(1*(ABS({cell['Amount']}*100-ROUND({cell['Amount']}*100,0))"
                '>0.0001)),"see above")'
            ),
            0,
            "count",
        ),
        (
            "Faults: rows without a stream",
            f'=SUMPRODUCT({filled}*({cell["Stream"]}=""))',
            0,
            "count",
        ),
    ]
    for heading in template.closed:
        found = f"COUNTIF({ranges[heading]},{cell[heading]})"
        checks.append(
            (
                f"Faults: {heading} not of the list",
                f"=SUMPRODUCT({filled}*({found}=0))",
                _blank(template, heading),
                "count",
            )
        )
    checks.append(
        (
            "Told: functions that are no COFOG code",
            (
                f'=SUMPRODUCT(({cell["Function"]}<>"")*'
                f"(COUNTIF({ranges['Function']},{cell['Function']})=0))"
            ),
            0,
            "count",
        )
    )
    for side, label in (("out", "Spent"), ("in", "Received")):
        checks.append(
            (
                f"{label}, £",
                f'=SUMIF({cell["Side"]},"{side}",{cell["Amount"]})',
                0,
                "total",
            )
        )
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 1, 18)
    sheet.write_string(0, 0, "Check", styles["head"])
    sheet.write_string(0, 1, "Now", styles["head"])
    for row, (label, formula, value, style) in enumerate(checks, start=1):
        sheet.write_string(row, 0, label)
        sheet.write_formula(row, 1, formula, styles[style], value)
    faults = [row for row, (label, *_) in enumerate(checks, start=1) if label.startswith("Faults")]
    sheet.conditional_format(
        min(faults), 1, max(faults), 1,
        {"type": "cell", "criteria": ">", "value": 0, "format": styles["bad"]},
    )  # fmt: skip
    sheet.protect()


def _blank(template: ReturnTemplate, heading: str) -> int:
    """Rows that a template begins and that have nothing under a heading."""
    if template.defaults.get(heading):
        return 0
    return sum(not row.get(heading) for row in template.rows)


def _style(heading: str, styles: Mapping[str, Any]) -> Any:
    if heading == "Amount":
        return styles["money"]
    return styles["day" if heading.startswith("Period") else "text"]


def _range(template: ReturnTemplate, heading: str) -> str:
    letters = _letters(template.headings.index(heading))
    return f"{RETURN}!${letters}${_FIRST + 1}:${letters}${_FIRST + INPUT_ROWS}"


def _letters(column: int) -> str:
    name: str = xlsxwriter.utility.xl_col_to_name(column)
    return name
