"""Payments as councils publish them: the dialects of three real councils, no name of theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import PurePosixPath

from totalplace.money import gbp
from totalplace.synth._lines import Line
from totalplace.synth._sheets import Record, TextFile
from totalplace.synth._world import Body, World

__all__ = ["AMOUNT_COLUMN", "DATE_COLUMN", "HEADERS", "PAYEE_COLUMN", "spend_files"]

HEADERS = {
    "trafford": [
        "OrganisationLabel",
        "OrganisationURI",
        "EffectiveDate",
        "OrganisationalUnit",
        "BeneficiaryName",
        "BeneficiaryOtherID",
        "PaymentDate",
        "TransactionNumber",
        "Amount",
        "IrrecoverableVATAmount",
        "Purpose",
        "ProclassLabel",
        "ProclassCode",
        "InvoiceNumber",
        "ProfitCentre",
        "VATRegistrationNumber",
    ],
    "manchester": [
        "Body Name",
        "Service Area",
        "Expenses Type",
        "Invoice Payment Date",
        "Transaction Number",
        "Net Amount",
        "Supplier Name",
    ],
    "salford": [
        "Authority Name",
        "Date of Payment",
        "SAP Document Number",
        "Gross",
        "VAT",
        "Net",
        "Supplier Name",
        "Directorate",
        "G/L Description",
    ],
}
PAYEE_COLUMN = {"trafford": 4, "manchester": 6, "salford": 6}
AMOUNT_COLUMN = {"trafford": 8, "manchester": 5, "salford": 5}
DATE_COLUMN = {"trafford": 6, "manchester": 3, "salford": 1}
_VAT_PERCENT = 20


def spend_files(lines: Sequence[Line], world: World) -> list[TextFile]:
    """All files of payments, each in its body's dialect and in order of date."""
    by_file: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        if line.dataset == "spend":
            by_file[line.file].append(number)
    files = []
    for path, numbers in sorted(by_file.items()):
        body = world.bodies[lines[numbers[0]].body]
        cells = _DIALECTS[body.style]
        numbers.sort(key=lambda number: (lines[number].day, lines[number].reference))
        stem = PurePosixPath(path)
        files.append(
            TextFile(
                path=path,
                header=list(HEADERS[body.style]),
                records=[
                    Record(cells(lines[number], body), number, lines[number].amount)
                    for number in numbers
                ],
                member=f"{stem.stem}.csv" if stem.suffix == ".zip" else "",
                encoding="cp1252" if body.style == "salford" else "utf-8",
                format_id="spend",
                body_id=body.body_id,
            )
        )
    return files


def _trafford(line: Line, body: Body) -> list[str]:
    label, _, code = (line.cell or "NA|NA").partition("|")
    return [
        body.name,
        f"https://marlbrook.example/id/{body.body_id}",
        line.end.isoformat(),
        line.unit,
        line.payee,
        "" if line.payee_kind == "redacted" else str(10_000 + len(line.payee) * 37),
        _day(line).isoformat(),
        line.reference,
        gbp(line.amount),
        "0.00",
        line.expense,
        label,
        code,
        f"INV{line.reference[-5:]}",
        str(600_000 + len(line.unit) * 11),
        "",
    ]


def _manchester(line: Line, body: Body) -> list[str]:
    is_council = body.evidence == "ro"
    return [
        body.name,
        line.unit,
        line.expense,
        _day(line).isoformat() if is_council else f"{_day(line):%d/%m/%Y}",
        line.reference,
        gbp(line.amount) if is_council else _with_separators(line.amount),
        line.payee,
    ]


def _salford(line: Line, body: Body) -> list[str]:
    # What is bought from firms bears VAT that is reclaimed; only the net amount counts.
    vat = 0
    if line.function and line.payee_kind == "organisation":
        vat = line.amount * _VAT_PERCENT // 100
    is_council = body.evidence == "ro"
    return [
        body.name,
        _day(line).isoformat() if is_council else _short_day(_day(line)),
        line.reference,
        gbp(line.amount + vat),
        gbp(vat),
        gbp(line.amount),
        line.payee,
        line.unit,
        line.expense,
    ]


_DIALECTS: dict[str, Callable[[Line, Body], list[str]]] = {
    "trafford": _trafford,
    "manchester": _manchester,
    "salford": _salford,
}


def _day(line: Line) -> date:
    if line.day is None:
        raise ValueError(f"a payment without a date: {line}")
    return line.day


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _short_day(day: date) -> str:
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year % 100:02d}"


def _with_separators(pence: int) -> str:
    """As a spreadsheet shows money: ``£1,234.50`` and ``(£99.10)``."""
    shown = f"£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"
    return f"({shown})" if pence < 0 else shown
