"""Small files of every kind that is read: made up here, and cut from published ones."""

from __future__ import annotations

import contextlib
import datetime
import io
import os
import random
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import xlsxwriter

sys.path.insert(0, str(Path(__file__).parents[1] / "sources"))

from made_workbooks import ods_bytes, xls_bytes

ROWS, BYTES = 200, 64 * 1024
DATA = Path(
    os.environ.get("TOTALPLACE_REAL_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)


@dataclass(frozen=True)
class Cut:
    """A small file; `kind` is csv, xlsx, xls, ods, zip, json or toml."""

    name: str
    kind: str
    content: bytes


def made_up() -> list[Cut]:
    """Files of invented rows."""
    rng = random.Random("made up")
    wide = _payments(rng, 60, extra=True)
    found = [
        Cut("spend-2017-04.csv", "csv", _csv(wide)),
        Cut("spend semicolons.csv", "csv", _csv(_payments(rng, 40), ";")),
        Cut("spend tabs.txt", "csv", _csv(_payments(rng, 40), "\t")),
        Cut("spend cp1252.csv", "csv", _csv(wide).decode().encode("cp1252")),
        Cut("spend utf16.csv", "csv", _csv(wide).decode().encode("utf-16")),
        Cut("spend quoted.csv", "csv", _csv(wide, quote=True)),
        Cut("spend crlf.csv", "csv", _csv(wide).replace(b"\n", b"\r\n")),
        Cut("spend titled.csv", "csv", b"Payments over 500\n\n" + _csv(wide)),
        Cut("spend plain.csv", "csv", _csv(_payments(rng, 200))),
        Cut(
            "return.csv",
            "csv",
            b"Body,Financial year,Side,Stream,Counterparty,Function,Nature,Capital or revenue,"
            b"Period start,Period end,Phase,Basis,Amount,Reference,Note\n"
            b"Trafford Council,2017-18,in,Council tax,Council tax payers,,own,revenue,2017-04-01,"
            b"2018-03-31,actual,accrued,100000.00,,\n"
            b"Trafford Council,2017-18,out,Running costs,,10.9,own,revenue,2017-04-01,"
            b"2018-03-31,actual,accrued,90000.00,,\n",
        ),
        Cut("aliases.csv", "csv", b"alias,body_id,source\nTraffy,trafford,invented\n"),
        Cut("spend.xlsx", "xlsx", _xlsx(wide)),
        Cut("spend.ods", "ods", ods_bytes({"one": wide})),
        Cut("spend.xls", "xls", xls_bytes({"one": wide})),
    ]
    members = {"april.csv": _csv(wide), "may.csv": _csv(_payments(rng, 30)), "notes.pdf": b"%PDF"}
    return [*found, Cut("spend.zip", "zip", zip_bytes(members))]


def published(limit: int) -> list[Cut]:
    """Cuts of published files, spread over all folders; none where there is no such folder."""
    rng = random.Random("published")
    found: list[Cut] = []
    by_kind: dict[str, list[Path]] = {}
    for path in sorted(DATA.rglob("*")):
        if path.suffix.lower() in {".csv", ".xlsx", ".xls", ".zip", ".json"}:
            by_kind.setdefault(path.suffix.lower()[1:], []).append(path)
    for kind, paths in by_kind.items():
        rng.shuffle(paths)
        taken = 0
        for path in paths:
            if taken == (limit if kind == "csv" else max(2, limit // 6)):
                break
            with contextlib.suppress(Exception):
                # a file that nothing here can cut is no seed
                content = _cut(path, kind)
                if content:
                    found.append(Cut(path.name, kind, content))
                    taken += 1
    return found


UNSEEN = (
    b"When paid,Paid to,How much,What for\n"
    b"01/04/2017,Zebrula & Sons Ltd,12.50,Pens\n"
    b"02/04/2017,Quill plc,1234.00,Paper\n"
    b"03/04/2017,Zebrula & Sons Ltd,7.25,Ink\n"
)
"""Payments in a layout that no format knows."""


def mappings() -> list[Cut]:
    """Mapping files that agree to the layout of `UNSEEN`."""
    plain = """
[[layout]]
name = "unseen"
headers = ["When paid", "Paid to", "How much", "What for"]

[layout.columns]
payment_date = "When paid"
payee = "Paid to"
amount = "How much"
expense = "What for"
"""
    full = plain.replace(
        '"unseen"\n',
        '"unseen*"\nheader_row = 1\namount_sign = "credit_positive"\ndate_order = "day_first"\n'
        'payee_shape = "plain"\namounts_are_gross = true\nbody = "trafford"\n',
    )
    return [Cut(f"mapping-{n}.toml", "toml", t.encode()) for n, t in enumerate([plain, full])]


def zip_bytes(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _cut(path: Path, kind: str) -> bytes:
    if kind == "csv":
        with path.open("rb") as file:
            return _lines(file)
    if kind == "zip":
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")][:3]
            members = {}
            for name in names:
                with archive.open(name) as file:
                    members[name] = _lines(file)
        return zip_bytes(members)
    if kind == "xlsx":
        return _cut_workbook(path)
    content = path.read_bytes()
    return content if len(content) <= BYTES else b""


def _lines(file: io.BufferedIOBase | zipfile.ZipExtFile | io.BufferedReader) -> bytes:
    found = b""
    for _ in range(ROWS):
        line = file.readline(BYTES)
        if not line or len(found) + len(line) > BYTES:
            break
        found += line
    return found


def _cut_workbook(path: Path) -> bytes:
    if path.stat().st_size > 12_000_000:
        return b""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    sheets = {
        name: [list(row) for row in book[name].iter_rows(max_row=60, max_col=60, values_only=True)]
        for name in book.sheetnames[:8]
    }
    book.close()
    rows = 60
    while rows:
        content = _book({name: some[:rows] for name, some in sheets.items()})
        if len(content) <= BYTES:
            return content
        rows //= 2
    return b""


def _xlsx(rows: list[list[str]]) -> bytes:
    return _book({"one": rows})


def _book(sheets: dict[str, list[list[object]]] | dict[str, list[list[str]]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name[:31])
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, datetime.datetime | datetime.date):
                        sheet.write_datetime(at, column, cell.replace(tzinfo=None), day) if (
                            isinstance(cell, datetime.datetime)
                        ) else sheet.write_datetime(at, column, cell, day)
                    elif isinstance(cell, int | float):
                        sheet.write_number(at, column, cell)
                    elif cell is not None:
                        sheet.write_string(at, column, str(cell))
    return buffer.getvalue()


def _payments(rng: random.Random, count: int, *, extra: bool = False) -> list[list[str]]:
    header = ["Body Name", "Date", "Supplier", "Amount"]
    rows = [header + (["Service Area", "Expense Type", "Transaction Number"] if extra else [])]
    names = ["Zebrula & Sons Ltd", 'Quill "Pens" plc', "Café Noir, Sale", "REDACTED", "NHS Trust"]
    for number in range(count):
        amount = f"{rng.randint(-99_999, 9_999_999) / 100:.2f}"
        if extra and number % 7 == 0:
            amount = f"£{abs(float(amount)):,.2f}"
        day = f"{rng.randint(1, 28):02}/{rng.randint(4, 12):02}/2017"
        row = ["Trafford Council", day, rng.choice(names), amount]
        rows.append(row + (["Adults", "Fees", f"T{number}"] if extra else []))
    return rows


def _csv(rows: list[list[str]], delimiter: str = ",", *, quote: bool = False) -> bytes:
    def cell(text: str) -> str:
        if quote or delimiter in text or '"' in text:
            return '"' + text.replace('"', '""') + '"'
        return text

    return "".join(delimiter.join(map(cell, row)) + "\n" for row in rows).encode()


def members_of(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Members of a zip as an independent reader sees them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)
