"""A known table in any layout loads to the same lines, or is refused: it is never read wrongly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from made_workbooks import ods_bytes, xls_bytes

from counted import how_many
from totalplace.place import create
from totalplace.sources import Sandbox, add

PAYEES = st.sampled_from(
    ["Zebrula Ltd", "Quillback plc", "Adobrux Limited", "Barley Trust", "REDACTED", "J. Smith LLP"]
)
PAYMENTS = st.lists(
    st.tuples(
        PAYEES,
        st.dates(date(2023, 4, 1), date(2024, 3, 31)),
        st.integers(-500_000, 90_000_000).filter(lambda pence: pence % 100),
    ),
    min_size=12,
    max_size=40,
)
HEADERS = {
    "payee": ["Supplier Name", "Creditor", "Paid To", "Vendor", "Name of recipient", "Firm"],
    "date": ["Payment Date", "Paid On", "Date Paid", "When", "Transaction date"],
    "amount": ["Net Amount", "Nett Value £", "Value", "Amount (£)", "Sum paid"],
    "unit": ["Directorate", "Cost Centre Name", "Team"],
    "reference": ["Document Number", "Trans Ref", "Our number"],
}
TITLES = ["Payments over £500", "", "Prepared by finance, 3 May 2024", "Version 2"]


@st.composite
def layouts(draw: st.DrawFn) -> dict[str, Any]:
    names = {field: draw(st.sampled_from(headers)) for field, headers in HEADERS.items()}
    fields = draw(st.permutations([*HEADERS, *[""] * draw(st.integers(0, 2))]))
    return {
        "names": names,
        "fields": fields,
        "titles": draw(st.lists(st.sampled_from(TITLES), max_size=4)),
        "kind": draw(st.sampled_from(["csv", "semicolon", "tab", "xlsx", "xls", "ods"])),
        "dates": draw(st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d-%b-%y", "%m/%d/%Y"])),
        "glued": draw(st.sampled_from(["{0}", "{0}", "{1} {0}", "{0} ({1})", "{0} - {1}"])),
        "money": draw(st.sampled_from(["{:.2f}", "£{:,.2f}", "number"])),
        "blanks": draw(st.sets(st.integers(0, 30), max_size=3)),
    }


def _table(payments: list[Any], layout: dict[str, Any]) -> Iterator[list[Any]]:
    names, fields = layout["names"], layout["fields"]
    for title in layout["titles"]:
        yield [title]
    yield [names.get(field, "") for field in fields]
    for number, (payee, day, pence) in enumerate(payments):
        if number in layout["blanks"]:
            yield [""] * len(fields)
        identity = 500_100 + sum(map(ord, payee)) % 97
        glued = payee if payee == "REDACTED" else layout["glued"].format(payee, identity)
        is_sheet = layout["kind"] in {"xlsx", "xls", "ods"}
        amount: Any = pence / 100
        if layout["money"] != "number" or not is_sheet:
            form = "{:.2f}" if layout["money"] == "number" else layout["money"]
            amount = form.format(pence / 100)
        cells = {
            "payee": glued,
            "date": day if is_sheet else day.strftime(layout["dates"]),
            "amount": amount,
            "unit": ["Highways", "Schools"][number % 2],
            "reference": f"{700_000 + number}",
        }
        yield [cells.get(field, "") for field in fields]


def _write(base: Path, rows: list[list[Any]], kind: str) -> Path:
    path = base / f"payments.{kind}"
    if kind in {"xls", "ods"}:
        path.write_bytes({"xls": xls_bytes, "ods": ods_bytes}[kind]({"Data": rows}))
    elif kind == "xlsx":
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet("Data")
            as_date = book.add_format({"num_format": "dd/mm/yy"})
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        serial = (cell - date(1899, 12, 30)) / timedelta(days=1)
                        sheet.write_number(at, column, serial, as_date)
                    elif cell != "":
                        sheet.write(at, column, cell)
    else:
        text = io.StringIO()
        mark = {"csv": ",", "semicolon": ";", "tab": "\t"}[kind]
        csv.writer(text, delimiter=mark).writerows(rows)
        path.write_text(text.getvalue(), encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.counted
def test_the_same_lines_or_none(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> None:
    statuses: list[str] = []

    @settings(
        max_examples=how_many(600),
        deadline=None,
        # each example is a file that is read: what fails is plain enough as it is
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(payments=PAYMENTS, layout=layouts())
    def check(payments: list[Any], layout: dict[str, Any]) -> None:
        # a file of refunds only reads as one that writes payments as negative numbers, and says so
        assume(sum(pence < 0 for _, _, pence in payments) < len(payments) / 2)
        base = tmp_path_factory.mktemp("layout")
        statuses.append(_loads_alike(base, payments, layout, sandbox))

    check()
    # that all are refused would be safe, and of no use
    assert statuses.count("loaded") >= 0.6 * len(statuses), statuses.count("loaded")


def _loads_alike(base: Path, payments: list[Any], layout: dict[str, Any], sandbox: Sandbox) -> str:
    path = _write(base, list(_table(payments, layout)), layout["kind"])
    folder = create(base / "place", name="P", areas=["E08000009"], year="2023-24")
    (report,) = add(
        folder, [path], body="trafford", yes=True, received="2024-05-01T09:00:00", reader=sandbox
    ).files
    if report.status == "refused":
        assert report.problems[0].code in {"unknown_layout", "no_header_row"}
        return report.status
    lines = [
        row
        for one in folder.lines_paths("spend", folder.state())
        for row in pq.read_table(one).to_pylist()
    ]
    found = [(row["payee_text"], row["payment_date"], row["amount_pence"]) for row in lines]
    if layout["dates"] == "%m/%d/%Y" and all(day.day <= 12 for _, day, _ in payments):
        # nobody can tell the order; the house reads the day first
        found = [(payee, None, pence) for payee, _, pence in found]
        payments = [(payee, None, pence) for payee, _, pence in payments]
    if len({payee for payee, _, _ in payments} - {"REDACTED"}) < 3:
        # one or two names show no habit: a number before them may be part of them
        found = [("", day, pence) for _, day, pence in found]
        payments = [("", day, pence) for _, day, pence in payments]
    assert found == payments
    assert report.sum_pence == sum(pence for _, _, pence in payments)
    assert report.records == report.lines + report.rejected + sum(report.skipped.values())
    return report.status
