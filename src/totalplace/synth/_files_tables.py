"""The two workbooks of wide tables: the regional analysis and the revenue outturn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from totalplace.model import load
from totalplace.synth._lines import Line
from totalplace.synth._outturn import Account
from totalplace.synth._published import OUTTURN_FILE, REGIONAL_FILE
from totalplace.synth._regional import YEARS, segments
from totalplace.synth._sheets import Placed
from totalplace.synth._world import World

__all__ = ["OUTTURN_SHEET", "REGIONAL_SHEET", "write_outturn", "write_regional"]

REGIONAL_SHEET = "CRA 2018 database"
OUTTURN_SHEET = "RS LA Data 2017-18"
_REGIONAL_HEADER = (
    "Department Name",
    "Organisation Name",
    "CRA Segment Code",
    "CRA Segment Name",
    "COFOG Level 0",
    "HMT Function",
    "COFOG Level 1",
    "HMT Subfunction",
    "ID/non-ID",
    "CAP or CUR",
    "CG, LG, PC, BOE",
    "Allocated by HMT or DEPT",
    "NUTS Region",
    "Country",
    *YEARS,
)
_REGION_LABELS = {
    "T12000001": ("ALBERMARCH_Northmarch", "ALBERMARCH"),
    "T12000002": ("ALBERMARCH_Southmarch", "ALBERMARCH"),
    "ZZ_OUTSIDE": ("OUTSIDE UK", "OUTSIDE UK"),
    "ZZ_NONID": ("NON-REGIONAL", "NON-REGIONAL"),
}
_WRITTEN = datetime(2018, 11, 1, tzinfo=UTC)
"""A fixed date of the workbooks, so that the same seed gives the same bytes."""


def _workbook(path: Path) -> Any:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    )
    book.set_properties({"title": "Fictional", "created": _WRITTEN.replace(tzinfo=None)})
    return book


def write_regional(folder: Path, lines: Sequence[Line], world: World) -> Iterator[Placed]:
    """Write the regional analysis: one row a segment and region, a column a year."""
    book = _workbook(folder / REGIONAL_FILE)
    notes = book.add_worksheet("Metadata")
    notes.write_row(
        1,
        0,
        [
            "Expenditure 2013-14 to 2017-18",
            "",
            "Levels of expenditure shown are in £'000s. All of it is invented.",
        ],
    )
    sheet = book.add_worksheet(REGIONAL_SHEET)
    sheet.write_row(0, 0, _REGIONAL_HEADER)
    labels = {row["code"]: row for row in segments(world)}
    rows: dict[tuple[str, str], int] = {}
    placed: list[Placed] = []
    for number, line in enumerate(lines):
        if line.dataset != "cra":
            continue
        key = (line.unit, line.zone)
        if key not in rows:
            rows[key] = len(rows) + 1
            sheet.write_row(rows[key], 0, _labels(labels[line.unit], line.zone))
        column = _REGIONAL_HEADER.index(line.cell)
        sheet.write_number(rows[key], column, float(Decimal(line.expense)))
        placed.append(
            Placed(number, REGIONAL_FILE, REGIONAL_SHEET, rows[key] + 1, column + 1, line.amount)
        )
    book.close()
    yield from placed


def _labels(row: Mapping[str, str], zone: str) -> list[str]:
    region, country = _REGION_LABELS[zone]
    return [
        row["department"],
        row["organisation"],
        row["code"],
        f"{row['code'].split('-')[1]}-{row['segment']}",
        row["level0"],
        row["hmt_function"],
        row["level1"],
        row["hmt_subfunction"],
        "Non-ID" if zone == "ZZ_NONID" else "ID",
        row["cap_cur"],
        row["sector"],
        "DEPT",
        region,
        country,
    ]


_CLASSES = {
    "metropolitan_district": "MD",
    "unitary": "UA",
    "combined_authority": "O",
    "police": "O",
    "waste": "O",
}
_CLASS_NAMES = {
    "L": "LONDON BOROUGHS",
    "MD": "METROPOLITAN DISTRICTS",
    "UA": "UNITARY AUTHORITIES",
    "SC": "SHIRE COUNTIES",
    "SD": "SHIRE DISTRICTS",
    "O": "OTHER AUTHORITIES",
}
_FIRST_COLUMN = 5
_FOOTNOTES = (
    "Source: invented for the fictional place",
    'Produced on a non-IAS19 and PFI "Off Balance Sheet" basis unless otherwise stated',
    "",
    "Notes",
    "",
    "(a) These authorities do not exist.",
    "(c) Net of sales, fees and charges, and of recharges and funding from other authorities",
)
_NOT_GIVEN = ("951", "952")
_FORM_COLUMNS = {
    ("885", 1): 2,
    ("920", 1): 2,
    **{(code, block): block + 1 for code in ("911", "914", "915", "916") for block in (1, 2)},
    **dict.fromkeys([("994", 1), ("995", 1), ("996", 1), ("997", 1)], 8),
    ("960", 1): 4,
    **dict.fromkeys([("980", 1), ("981", 1), ("982", 1)], 5),
    ("983", 1): 6,
    ("983", 2): 7,
}
"""Column of the form from which the sheet takes a line, where it is not the first."""


def write_outturn(
    folder: Path,
    lines: Sequence[Line],
    accounts: Mapping[str, Account],
    grants: Mapping[str, Mapping[str, int]],
    *,
    total_rows: bool = True,
) -> Iterator[Placed]:
    """Write the outturn summary: a row a body, a column a line of the return.

    Args:
        grants: body -> row of form RG -> pence, for the hidden sheet.
        total_rows: also the class totals below the authorities.
    """
    columns = [
        (f"{row['code']}", row["block"], row["label"])
        for row in load("ro_line").to_pylist()
        if row["edition"] == "2017-18" and row["table"] == "RS"
    ]
    book = _workbook(folder / OUTTURN_FILE)
    front = book.add_worksheet("Front Page")
    front.write_string(9, 2, "General Fund Revenue Account Outturn")
    front.write_string(10, 2, "RS - REVENUE OUTTURN SUMMARY 2017-18 (FICTIONAL)")
    book.add_worksheet("LA drop-down")
    sheet = book.add_worksheet(OUTTURN_SHEET)
    _write_head(sheet, columns)
    at = {(code, block): _FIRST_COLUMN + number for number, (code, block, _) in enumerate(columns)}
    rows: dict[str, int] = {}
    for body_id, account in accounts.items():
        rows[body_id] = 7 + len(rows)
        _write_authority(sheet, rows[body_id], account, at)
    after = 7 + len(rows) + 2
    if total_rows:
        after = _write_totals(sheet, after, accounts, at)
    for number, note in enumerate(_FOOTNOTES):
        sheet.write_string(after + 1 + number, 0 if number < 2 else 2, note)
    _write_grants(book, grants, accounts)
    book.close()
    for number, line in enumerate(lines):
        if line.dataset == "ro":
            code, _, block = line.cell.partition("/")
            column = at[code, int(block or 1)]
            published = accounts[line.body].cells[line.cell]
            yield Placed(
                number, OUTTURN_FILE, OUTTURN_SHEET, rows[line.body] + 1, column + 1, published
            )


def _thousands(pence: int) -> float:
    return float(Decimal(pence) / 100_000)


def _write_head(sheet: Any, columns: Sequence[tuple[str, int, str]]) -> None:
    sheet.write_string(0, 0, "Revenue Outturn (RO) 2017-18: Revenue Outturn Summary (RS) data")
    sheet.write_string(1, 0, "Net current expenditure (£ thousand)")
    sheet.write_string(2, 0, "Hide or delete")
    for number, (code, block, label) in enumerate(columns):
        column = _FIRST_COLUMN + number
        sheet.write_number(2, column, number + 1)
        sheet.write_number(3, column, _FORM_COLUMNS.get((code, block), 1))
        sheet.write_number(5, column, int(code))
        sheet.write_string(6, column, label)
    sheet.write_string(4, _FIRST_COLUMN, "Service Expenditure")
    for column, title in enumerate(("E-code", "ONS Code", "Local authority", "", "Class")):
        if title:
            sheet.write_string(6, column, title)


def _write_authority(
    sheet: Any, row: int, account: Account, at: Mapping[tuple[str, int], int]
) -> None:
    body = account.body
    schemes = dict(part.split(":") for part in body.org_ids.split(";"))
    sheet.write_string(row, 0, schemes["ecode"])
    sheet.write_string(row, 1, schemes["gss"])
    sheet.write_string(row, 2, body.name)
    sheet.write_string(row, 4, _CLASSES[body.kind])
    for (code, block), column in at.items():
        if code in _NOT_GIVEN:
            sheet.write_string(row, column, "...")
            continue
        pence = account.cells.get(f"{code}/{block}", account.cells.get(code, 0))
        sheet.write_number(row, column, _thousands(pence))


def _write_totals(
    sheet: Any,
    row: int,
    accounts: Mapping[str, Account],
    at: Mapping[tuple[str, int], int],
) -> int:
    """The totals of the country and of each class, as the publisher prints them."""
    groups: dict[str, list[Account]] = {"ALBERMARCH": list(accounts.values())}
    sheet.write_string(row + 2, 2, "CLASS BREAKDOWN")
    for code, name in _CLASS_NAMES.items():
        groups[name] = [one for one in accounts.values() if _CLASSES[one.body.kind] == code]
    for number, (name, members) in enumerate(groups.items()):
        here = row if number == 0 else row + 2 + number
        sheet.write_string(here, 2, name)
        for code, title in _CLASS_NAMES.items():
            if title == name:
                sheet.write_string(here, 4, code)
        for (code, block), column in at.items():
            total = sum(one.cells.get(f"{code}/{block}", one.cells.get(code, 0)) for one in members)
            sheet.write_number(here, column, _thousands(total))
    return row + 2 + len(groups)


def _write_grants(
    book: Any, grants: Mapping[str, Mapping[str, int]], accounts: Mapping[str, Account]
) -> None:
    """The hidden sheet of form RG, as the publisher's own workbook has it."""
    sheet = book.add_worksheet("Access (Col 99)")
    sheet.hide()
    codes = sorted({code for held in grants.values() for code in held}, key=int)
    sheet.write_row(2, 0, ["Table_Name", "RG"])
    sheet.write_string(3, 0, "Col_No")
    sheet.write_number(3, 1, 1)
    sheet.write_row(5, 0, ["Sum of Amount", "Column Labels"])
    sheet.write_string(6, 0, "Row Labels")
    for number, code in enumerate(codes):
        sheet.write_number(6, number + 1, int(code))
    sheet.write_string(6, len(codes) + 1, "Grand Total")
    row = 7
    totals = dict.fromkeys(codes, 0)
    for body_id, held in grants.items():
        schemes = dict(part.split(":") for part in accounts[body_id].body.org_ids.split(";"))
        sheet.write_string(row, 0, schemes["ecode"])
        for number, code in enumerate(codes):
            sheet.write_number(row, number + 1, _thousands(held.get(code, 0)))
            totals[code] += held.get(code, 0)
        sheet.write_number(row, len(codes) + 1, _thousands(sum(held.values())))
        row += 1
    sheet.write_string(row, 0, "Grand Total")
    for number, code in enumerate(codes):
        sheet.write_number(row, number + 1, _thousands(totals[code]))
    sheet.write_number(row, len(codes) + 1, _thousands(sum(totals.values())))
