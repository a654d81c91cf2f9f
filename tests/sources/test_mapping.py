"""Layouts that nobody has coded for: proposed right at first sight, agreed to, remembered."""

from __future__ import annotations

import csv
import io
import random
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from made_workbooks import ods_bytes, xls_bytes

from totalplace.errors import RequestError
from totalplace.place import Folder
from totalplace.sources import FileReport, source_row

Add = Callable[..., Any]
Rows = Callable[..., list[dict[str, Any]]]

NAMES = [
    "Zebrula Ltd",
    "Quillback plc",
    "Adobrux Limited",
    "Barley NHS Trust",
    "REDACTED",
    "Northern Paving LLP",
    "Corner House",
    "Trellis CIC",
    "Marlow Gas Ltd",
]
DRAW = random.Random(7)


def _codes(reports: Sequence[FileReport]) -> set[str]:
    return {problem.code for report in reports for problem in report.problems}


def _columns(folder: Folder, number: int = 0) -> dict[str, str]:
    document = tomllib.loads(folder.mapping_path.read_text())
    columns: dict[str, str] = document["layout"][number]["columns"]
    return columns


def _is_whole(report: FileReport) -> bool:
    return report.records == report.lines + report.rejected + sum(report.skipped.values())


# Marlbrook: a workbook with a sheet a month, title lines, and empty columns between the others
HEADER = ["Creditor", "", "Paid On", "Nett Value £", "Cost Centre Name", "", "Narrative"]


def _marlbrook(path: Path, months: Sequence[int], header: Sequence[str] = HEADER) -> int:
    pence = 0
    with xlsxwriter.Workbook(str(path)) as book:
        as_date = book.add_format({"num_format": "dd/mm/yyyy"})
        notes = book.add_worksheet("Read me")
        notes.write_column(0, 0, ["Payments over £500", "", "Ask finance"])
        for month in months:
            sheet = book.add_worksheet(f"{date(2024, month, 1):%B %Y}")
            sheet.write(0, 0, f"Creditor payments, {date(2024, month, 1):%B %Y}")
            sheet.write_row(3, 0, header)
            for row in range(4, 34):
                amount = DRAW.randint(-5_000, 900_000)
                pence += amount
                sheet.write(row, 0, DRAW.choice(NAMES))
                sheet.write_datetime(
                    row, 2, datetime(2024, month, row - 3, tzinfo=UTC).replace(tzinfo=None), as_date
                )
                # what a sum in binary leaves behind is no third decimal
                sheet.write(row, 3, amount / 100 + (2e-13 if row == 5 else 0))
                sheet.write(row, 4, DRAW.choice(["Highways", "Schools"]))
                sheet.write(row, 6, "as agreed")
        book.add_worksheet("Working").hide()
        pivot = book.add_worksheet("Summary")
        pivot.write_row(0, 0, ["Row labels", "Sum of value"])
        pivot.write_row(1, 0, ["Highways", 1234.5])
    return pence


def test_a_sheet_a_month_is_mapped_with_one_look(
    folder: Folder, add_paths: Add, lines_of: Rows, tmp_path: Path
) -> None:
    path = tmp_path / "creditors-q1.xlsx"
    pence = _marlbrook(path, [4, 5, 6])
    (refused,) = add_paths(path, body="trafford").files
    assert (refused.status, refused.code) == ("refused", "unknown_layout")
    assert "'Creditor'" in refused.message
    assert "Zebrula" in refused.message
    assert _columns(folder) == {
        "payment_date": "Paid On",
        "payee": "Creditor",
        "amount": "Nett Value £",
        "unit": "Cost Centre Name",
    }
    assert not lines_of()
    loaded = add_paths(path, body="trafford", yes=True).files
    assert sum(report.sum_pence or 0 for report in loaded) == pence
    assert [report.lines for report in loaded] == [0, 30, 30, 30, 0, 0]
    assert loaded[1].skipped == {"memo": 1, "blank": 2}
    assert all(map(_is_whole, loaded))
    told = {note.code for note in loaded[1].notes}
    assert told == {"later_header", "saved_mapping"}
    assert "hidden" in loaded[4].message
    assert "payments" in loaded[5].message
    first = lines_of()[0]
    assert (first["member"], first["row_no"], first["unit_text"] in {"Highways", "Schools"}) == (
        "April 2024",
        5,
        True,
    )
    row = source_row(folder, f"{first['source_id']}:{first['member']}:5:0")
    assert (row.cells[0], row.header[0]) == (first["payee_text"], "Creditor")
    # the next month of that layout loads by itself, and undoing the decision ends that
    pence = _marlbrook(tmp_path / "july.xlsx", [7])
    july = add_paths(tmp_path / "july.xlsx", body="trafford").files
    assert sum(report.sum_pence or 0 for report in july) == pence
    (decision,) = folder.decisions()
    assert (decision.what, decision.object_id) == ("mapping", "creditors")
    folder.decide(
        object_id="1", what="undo", value="1", who="a", when="2024-05-01T00:00:00", why="wrong"
    )
    _marlbrook(tmp_path / "august.xlsx", [8])
    assert _codes(add_paths(tmp_path / "august.xlsx", body="trafford").files) == {"unknown_layout"}


def test_a_changed_header_is_proposed_as_a_change(
    folder: Folder, add_paths: Add, tmp_path: Path
) -> None:
    _marlbrook(tmp_path / "april.xlsx", [4])
    add_paths(tmp_path / "april.xlsx", body="trafford", yes=True)
    header = ["Party", *HEADER[1:]]
    pence = _marlbrook(tmp_path / "may.xlsx", [5], header)
    (refused,) = add_paths(tmp_path / "may.xlsx", body="trafford").files
    assert refused.code == "unknown_layout"
    assert "'Party' stands for 'Creditor'" in refused.message
    assert _columns(folder, 1)["payee"] == "Party"
    loaded = add_paths(tmp_path / "may.xlsx", body="trafford", yes=True).files
    assert sum(report.sum_pence or 0 for report in loaded) == pence


# Eastmere: semicolons, ids glued to names, dates with the month first, in an archive in an archive
def _eastmere(path: Path, name: str) -> int:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["Eastmere Borough Council, payments over £500"])
    writer.writerow(["Extracted, 1 May"])
    writer.writerow([])
    writer.writerow(
        ["Document", "Party Paid", "Settled", "Total", "Tax", "Goods", "Ledger Heading"]
    )
    pence = 0
    for number in range(80):
        net = DRAW.randint(50_000, 9_000_000)
        vat = net // 5 if number % 3 else 0
        pence += net
        supplier = number % len(NAMES)
        cells = [900_000 + number, f"{500_100 + supplier} {NAMES[supplier].upper()}"]
        cells += [f"{1 + number % 12:02d}/{1 + number % 28:02d}/2024"]
        cells += [f"Â£{amount / 100:,.2f}" for amount in (net + vat, vat, net)]
        writer.writerow([*cells, "Premises"])
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.csv", text.getvalue())
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2024/q1.zip", inner.getvalue())
        archive.writestr("licence.pdf", b"%PDF")
    return pence


def test_glued_ids_and_dates_of_the_other_order_in_a_nested_archive(
    folder: Folder, add_paths: Add, lines_of: Rows, tmp_path: Path
) -> None:
    path = tmp_path / "eastmere.zip"
    pence = _eastmere(path, "spend")
    (refused,) = add_paths(path, body="bury").files
    assert (refused.code, refused.member) == ("unknown_layout", "2024/q1.zip!/spend.csv")
    (layout,) = tomllib.loads(folder.mapping_path.read_text())["layout"]
    assert layout["columns"] == {
        "payment_date": "Settled",
        "payee": "Party Paid",
        "amount": "Goods",
        "gross": "Total",
        "vat": "Tax",
        "transaction_no": "Document",
    }
    assert (layout["date_order"], layout["payee_shape"]) == ("month_first", "id_first")
    loaded, memo = add_paths(path, body="bury", mapping=folder.mapping_path).files
    assert (loaded.status, loaded.lines, loaded.sum_pence) == ("loaded", 80, pence)
    assert loaded.skipped == {"memo": 2, "blank": 1}
    assert memo.member == "licence.pdf"
    line = lines_of()[12]
    supplier = 12 % len(NAMES)
    assert line["payee_text"] == NAMES[supplier].upper()
    assert line["payee_other_id"] == str(500_100 + supplier)
    assert line["payment_date"] == date(2024, 1, 13)
    row = source_row(folder, f"{line['source_id']}:{line['member']}:{line['row_no']}:0")
    assert row.cells[1] == f"{500_100 + supplier} {NAMES[supplier].upper()}"
    pence = _eastmere(path, "more")
    assert add_paths(path, body="bury").files[0].sum_pence == pence


# Northwick: no dates, the sheet states the month, credits with CR
def _northwick(month: str) -> tuple[list[list[Any]], int]:
    rows: list[list[Any]] = [["Org", "Merchant Paid", "Value", "Dept"]]
    pence = 0
    for number in range(40):
        amount = DRAW.randint(1_000, 800_000)
        is_credit = number % 5 == 0
        pence += -amount if is_credit else amount
        text = f"{amount / 100:,.2f}{' CR' if is_credit else ''}"
        rows.append(["Northwick", DRAW.choice(NAMES), text, DRAW.choice(["Parks", "Roads"])])
    return rows, pence


@pytest.mark.parametrize(("make", "suffix"), [(ods_bytes, "ods"), (xls_bytes, "xls")])
def test_a_month_that_only_the_sheet_states(
    add_paths: Add, lines_of: Rows, tmp_path: Path, make: Callable[..., bytes], suffix: str
) -> None:
    rows, pence = _northwick("May 2023")
    path = tmp_path / f"northwick.{suffix}"
    path.write_bytes(make({"May 2023": rows, "Help": [["ask us"]]}))
    (refused,) = add_paths(path, body="bury").files
    assert refused.code == "unknown_layout"
    assert "the month in the name" in refused.message
    report, memo = add_paths(path, body="bury", yes=True).files
    assert (report.lines, report.sum_pence, memo.lines) == (40, pence, 0)
    assert {line["period_end"] for line in lines_of()} == {date(2023, 5, 31)}
    assert report.negative_lines == 8


CSV = "Party;Day;Sum;Why\n" + "".join(
    f"{NAMES[n % 9]};{1 + n % 28:02d}/04/2024;{n}.50;x\n" for n in range(40)
)
LAYOUT = """
[[layout]]
name = "by hand"
headers = ["Party", "Day", "Sum", "Why"]
{more}
[layout.columns]
payee = "Party"
payment_date = "Day"
amount = "Sum"
"""


def _mapping(tmp_path: Path, more: str = "") -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(LAYOUT.format(more=more))
    return path


def test_what_a_mapping_states_is_done(
    add_file: Add, lines_of: Rows, tmp_path: Path, folder: Folder
) -> None:
    more = 'amount_sign = "credit_positive"\nbody = "bury"\nheader_row = 1\n'
    report = add_file(CSV, mapping=_mapping(tmp_path, more), body=None)
    assert (report.status, report.body_id, report.lines) == ("loaded", "bury", 40)
    assert report.sum_pence == -sum(n * 100 + 50 for n in range(40))
    assert not folder.mapping_path.exists()
    assert [decision.object_id for decision in folder.decisions()] == ["by hand"]
    # the same agreement is not made twice
    add_file(CSV + "A Ltd;01/04/2024;1;y\n", mapping=_mapping(tmp_path, more), body=None)
    assert len(folder.decisions()) == 1
    assert lines_of()[0]["amount_pence"] == -50


def test_all_faults_of_a_mapping_at_once(add_paths: Add, tmp_path: Path) -> None:
    from totalplace.errors import RequestError

    path = tmp_path / "bad.toml"
    path.write_text(
        '[[layout]]\nname = ""\nheaders = ["A", "B"]\ncolour = 1\nheader_row = "x"\n'
        'date_order = "up"\nperiod = "2017"\nbody = "Nowhere"\n[layout.columns]\n'
        'payee = "C"\nprice = "A"\namount = "B"\nvat = "B"\n'
    )
    target = tmp_path / "a.csv"
    target.write_text(CSV)
    with pytest.raises(RequestError) as caught:
        add_paths(target, mapping=path)
    lines = sorted(int(p.where.rsplit(" ", 1)[1]) for p in caught.value.problems)
    assert {problem.code for problem in caught.value.problems} == {"bad_mapping"}
    assert {4, 5, 6, 7, 10, 11, 13} <= set(lines)
    with pytest.raises(RequestError):
        add_paths(target, mapping=tmp_path / "none.toml")


def test_edits_are_never_lost(folder: Folder, add_file: Add) -> None:
    add_file(CSV)
    text = folder.mapping_path.read_text().replace('unit = "Why"', "") + "# mine\n"
    folder.mapping_path.write_text(text)
    add_file(CSV + "A Ltd;01/04/2024;1;y\n")
    assert folder.mapping_path.read_text() == text
    add_file(CSV.replace("Party", "Who got it"))
    assert folder.mapping_path.read_text().startswith(text)
    folder.mapping_path.write_text("not [ toml")
    report = add_file(CSV.replace("Party", "Recipient"))
    assert {problem.code for problem in report.problems} == {"unknown_layout", "bad_mapping"}
    assert folder.mapping_path.read_text() == "not [ toml"


def test_two_columns_that_could_be_it_are_not_taken(add_file: Add, folder: Folder) -> None:
    text = "Party,Day,Value,Sum\n" + "".join(
        f"{NAMES[n % 9]},{1 + n % 28:02d}/04/2024,{n}.50,{n * 3}.25\n" for n in range(40)
    )
    report = add_file(text, yes=True)
    assert (report.status, report.code) == ("refused", "unknown_layout")
    assert "still missing: amount" in report.message
    assert "--yes" not in report.problems[0].fix
    assert not folder.decisions()


@pytest.mark.parametrize(
    "text",
    [
        "Zebrula Ltd;01/04/2024;10.00;x\nQuill plc;02/04/2024;11.00;y\nA Ltd;03/04/2024;1.00;z\n",
        # a first record without date and amount is no header either
        "Zebrula Ltd;;;Highways\nQuill plc;02/04/2024;11.00;Highways\nA Ltd;03/04/2024;1.00;z\n",
    ],
)
def test_a_record_is_never_taken_for_the_header(add_file: Add, text: str) -> None:
    report = add_file(text, yes=True)
    assert (report.status, report.lines) == ("refused", 0)


def test_decimal_commas_are_refused(add_file: Add) -> None:
    text = "Supplier;Payment Date;Net Amount\n" + "".join(
        f"{NAMES[n % 9]};0{1 + n % 9}/04/2024;{n},50\n" for n in range(30)
    )
    report = add_file(text, yes=True)
    assert report.status == "refused"
    assert "comma" in (report.message or "")


def test_known_headers_with_the_month_first_are_not_read_the_other_way(
    add_file: Add, lines_of: Rows
) -> None:
    text = "Supplier,Payment Date,Net Amount\n" + "".join(
        f"{NAMES[n % 9]},04/{1 + n:02d}/2024,{n}.50\n" for n in range(28)
    )
    assert add_file(text).code == "unknown_layout"
    report = add_file(text, yes=True)
    assert (report.lines, report.rejected) == (28, 0)
    assert {line["payment_date"].month for line in lines_of()} == {4}


@pytest.mark.parametrize("form", ["{0} {1}", "{1} ({0})", "{1} - {0}", "{1} [V{0}]"])
def test_numbers_glued_to_names_under_a_known_header(
    add_file: Add, lines_of: Rows, form: str
) -> None:
    rows = [form.format(500_100 + n % 9, NAMES[n % 9]) for n in range(30)]
    text = "Supplier,Payment Date,Net Amount\n" + "".join(f"{row},01/04/2024,5\n" for row in rows)
    report = add_file(text)
    assert (report.lines, [note.code for note in report.notes]) == (30, ["glued_ids"])
    for number, line in enumerate(lines_of()):
        assert line["payee_text"] == NAMES[number % 9]
        assert (line["payee_other_id"] or "").lstrip("V") == str(500_100 + number % 9)
    assert lines_of()[0]["payee_key"] == "zebrula"


def test_a_sheet_of_all_months_is_not_counted_twice(add_paths: Add, tmp_path: Path) -> None:
    header = ["Supplier", "Payment Date", "Net Amount"]
    months = {
        f"{month} 2024": [[NAMES[n % 9], f"{1 + n:02d}/0{number}/2024", n + 0.5] for n in range(9)]
        for number, month in ((4, "April"), (5, "May"))
    }
    rows = [row for month in months.values() for row in month]
    sheets = {name: [header, *month] for name, month in months.items()}
    path = tmp_path / "all.ods"
    path.write_bytes(ods_bytes({**sheets, "All": [header, *rows]}))
    reports = add_paths(path, body="bury").files
    assert [report.lines for report in reports] == [9, 9, 0]
    assert "repeats" in reports[2].message


def test_archives_in_archives_are_checked_over_all_levels(add_paths: Add, tmp_path: Path) -> None:
    def packed(name: str, data: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)
        return out.getvalue()

    deep = b"Supplier,Payment Date,Net Amount\nA,01/04/2024,1\n"
    for level in range(5):
        deep = packed("a.csv" if level == 0 else "a.zip", deep)
    bomb = packed("a.zip", packed("b.zip", packed("c.csv", bytes(40_000_000))))
    for name, data, code in (("deep", deep, "too_deep"), ("bomb", bomb, "suspicious_ratio")):
        path = tmp_path / f"{name}.zip"
        path.write_bytes(data)
        (report,) = add_paths(path, body="bury").files
        assert (report.status, report.code) == ("refused", code)


@pytest.mark.parametrize(
    ("amount", "pence"),
    [
        ("£1,234.56", 123456),
        ("œ1,234.56", 123456),
        ("Â£1,234.56", 123456),
        ("GBP 12.50", 1250),
        ("12.50-", -1250),
        ("(12.50)", -1250),
        ("£(12.50)", -1250),
        ("12.50 CR", -1250),
        ("12.50DR", 1250),
        ("12.50 cr", -1250),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "ods", "xls"])
def test_amounts_in_every_path(
    add_paths: Add, tmp_path: Path, kind: str, amount: str, pence: int
) -> None:
    rows = [["Supplier", "Payment Date", "Net Amount"], ["A Ltd", "201013", amount]]
    rows.append(["B Ltd", "201012", "7"])
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        path.write_text(text.getvalue())
    else:
        path.write_bytes({"ods": ods_bytes, "xls": xls_bytes}[kind]({"Data": rows}))
    (report,) = add_paths(path, body="bury").files
    assert (report.lines, report.sum_pence) == (2, pence + 700)
    assert (report.period_start, report.period_end) == (date(2011, 3, 1), date(2011, 3, 31))


def test_the_order_of_day_and_month_that_only_the_end_of_a_file_shows(add_file: Add) -> None:
    """In order of date, the first twelve days of a month fit either reading."""
    days = [f"04/{1 + n // 100:02d}/2024" for n in range(3_000)]
    text = "Supplier,Payment Date,Net Amount\n" + "".join(
        f"{NAMES[n % 9]},{day},{n}.50\n" for n, day in enumerate(days)
    )
    assert add_file(text).code == "unknown_layout"
    report = add_file(text, yes=True)
    assert (report.lines, report.rejected) == (3_000, 0)
    assert (report.period_start, report.period_end) == (date(2024, 4, 1), date(2024, 4, 30))


def test_payments_that_are_negative_numbers_are_seen(
    add_file: Add, folder: Folder, lines_of: Rows
) -> None:
    amounts = [f"-{100 + n}.50" for n in range(9)] + ["40.00"]
    rows = [f"0{n}/04/2024,{name},{amounts[n]}" for n, name in enumerate(NAMES, start=1)]
    text = "\n".join(["Settled On,Trading Partner,Dr/Cr Value", *rows, ""])
    refused = add_file(text, "ledger.csv", body="trafford")
    assert "negative: they are taken as payments" in str(refused.problems)
    layout = tomllib.loads(folder.mapping_path.read_text())["layout"][0]
    assert layout["amount_sign"] == "credit_positive"
    loaded = add_file(text, "ledger.csv", body="trafford", yes=True)
    assert loaded.sum_pence == 8 * 10050 + 100 * sum(range(1, 9)) - 4000
    assert sorted(row["amount_pence"] for row in lines_of())[0] == -4000


WRONG = "Paid To,Posted,Value Net,Value With Tax\n"


def _two_values(tmp_path: Path) -> Path:
    path = tmp_path / "two.csv"
    rows = [f"{name} Ltd,{day:02d}/04/2024,{day}.00,{day}.20" for day, name in enumerate(NAMES, 1)]
    path.write_text(WRONG + "\n".join(rows) + "\n")
    return path


def _two_mapping(tmp_path: Path, amount: str, name: str = "mapping.toml") -> Path:
    path = tmp_path / name
    headers = ", ".join(f'"{one}"' for one in WRONG.strip().split(","))
    path.write_text(
        f'[[layout]]\nname = "two"\nheaders = [{headers}]\n[layout.columns]\npayee = "Paid To"\n'
        f'payment_date = "Posted"\namount = "{amount}"\n'
    )
    return path


def test_a_wrong_mapping_is_corrected_by_reading_the_same_bytes_anew(
    folder: Folder, add_paths: Add, tmp_path: Path
) -> None:
    file = _two_values(tmp_path)
    options: dict[str, Any] = {"body": "trafford"}
    wrong = _two_mapping(tmp_path, "Value With Tax", "wrong.toml")
    right = _two_mapping(tmp_path, "Value Net")
    (first,) = add_paths(file, mapping=wrong, **options).files
    assert (first.status, first.sum_pence) == ("loaded", 4_500 + 9 * 20)
    before = folder.freeze("as it was read first", today=date(2024, 5, 1))

    (anew,) = add_paths(file, mapping=right, **options).files
    assert (anew.status, anew.sum_pence, _is_whole(anew)) == ("loaded", 4_500, True)
    assert "read_anew" in {one.code for one in anew.warnings}
    (one,) = folder.state().active
    assert one.sum_pence == 4_500
    after = folder.freeze("as it is now", today=date(2024, 5, 1))
    assert after.content_hash != before.content_hash
    # nothing is lost: the first reading stands where the first snapshot finds it
    (old,) = folder.snapshot(before.n).state.active
    assert old.sum_pence == 4_680
    assert (folder.path / old.lines_path).exists()
    assert old.lines_path != one.lines_path
    assert folder.state().sources == folder.snapshot(before.n).state.sources

    # the same once more changes nothing, and without a mapping the file is simply there
    for more in ({"mapping": right}, {}):
        (again,) = add_paths(file, **options, **more).files
        assert (again.status, again.sum_pence) == ("already_there", 4_500)
    assert folder.state() == folder.snapshot(after.n).state
    # and back again, as often as one likes
    (back,) = add_paths(file, mapping=wrong, **options).files
    assert (back.status, back.sum_pence) == ("loaded", 4_680)
    assert [m.sum_pence for m in folder.state().active] == [4_680]
    assert len(folder.state().members) == 3


def test_a_file_read_anew_can_be_superseded_and_come_back(
    folder: Folder, add_paths: Add, tmp_path: Path
) -> None:
    file = _two_values(tmp_path)
    options: dict[str, Any] = {"body": "trafford"}
    right = _two_mapping(tmp_path, "Value Net")
    add_paths(file, mapping=_two_mapping(tmp_path, "Value With Tax", "wrong.toml"), **options)
    (one,) = add_paths(file, mapping=right, **options).files
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(file.read_text() + "Late Ltd,30/04/2024,1.00,1.20\n")
    (two,) = add_paths(corrected, mapping=right, supersedes=one.sha256, **options).files
    assert [m.sum_pence for m in folder.state().active] == [4_600]
    # what does not count is not read anew
    (still,) = add_paths(file, mapping=right, **options).files
    assert still.status == "already_there"
    assert "superseded" in {one.code for one in still.warnings}
    add_paths(file, supersedes=two.sha256, **options)
    assert [m.sum_pence for m in folder.state().active] == [4_500]


def test_a_refused_reading_leaves_the_first_as_it_is(
    folder: Folder, add_paths: Add, tmp_path: Path
) -> None:
    file = _two_values(tmp_path)
    add_paths(file, mapping=_two_mapping(tmp_path, "Value Net"), body="trafford")
    before = folder.state()
    # an amount of no amounts: every record is rejected, or the file refused
    bad = _two_mapping(tmp_path, "Value Net", "bad.toml")
    bad.write_text(bad.read_text() + "gross = 3\n")
    with pytest.raises(RequestError):
        add_paths(file, mapping=bad, body="trafford")
    # no date can be read where the mapping says
    bad.write_text(
        _two_mapping(tmp_path, "Value Net")
        .read_text()
        .replace('payment_date = "Posted"', 'payment_date = "Paid To"')
        .replace('payee = "Paid To"', 'payee = "Posted"')
    )
    (none,) = add_paths(file, mapping=bad, body="trafford").files
    assert none.status == "refused"
    assert folder.state() == before
    # a mapping that fits nothing in the file is told
    other = tmp_path / "other.toml"
    other.write_text(bad.read_text().replace('"Value With Tax"]', '"Value With VAT"]'))
    (same,) = add_paths(file, mapping=other, body="trafford").files
    assert same.status == "already_there"
    assert "mapping_unused" in {one.code for one in same.warnings}
    assert folder.state() == before


def test_a_named_mapping_that_fits_no_file_is_told(add_paths: Add, tmp_path: Path) -> None:
    known = tmp_path / "known.csv"
    known.write_text("Supplier Name,Payment Date,Net Amount\nAcme Ltd,01/04/2024,10.00\n")
    mapping = _two_mapping(tmp_path, "Value Net")
    (one,) = add_paths(known, mapping=mapping, body="trafford").files
    assert one.status == "loaded"
    assert "mapping_unused" in {note.code for note in one.warnings}


def test_two_known_columns_of_one_name_are_not_guessed(add_file: Add) -> None:
    head = "Supplier Name,Payment Date,Amount,Amount\n"
    rows = "".join(f"Acme {day} Ltd,{day:02d}/04/2024,{day}.00,{day}.20\n" for day in range(1, 20))
    for yes in (False, True):
        report = add_file(head + rows, yes=yes)
        assert (report.status, report.code) == ("refused", "unknown_layout")
    # the same twice over is no question
    same = head + "".join(f"Acme Ltd,{day:02d}/04/2024,{day}.00,{day}.00\n" for day in range(1, 20))
    assert add_file(same).sum_pence == 19_000


def test_a_total_of_the_invoice_is_not_taken_for_the_amount_of_the_line(add_file: Add) -> None:
    head = "Creditor,Paid On,Invoice Total,Line Amount\n"
    rows = "".join(f"Acme {n // 3} Ltd,{n:02d}/04/2024,600.00,{n}00.00\n" for n in range(1, 20))
    report = add_file(head + rows, yes=True)
    assert (report.status, report.code) == ("refused", "unknown_layout")


def test_a_note_in_the_column_of_the_payer_hides_no_payer(add_file: Add, folder: Folder) -> None:
    head = "Body Name,Body,Creditor Name,Trans Date,Net Amt £\n"
    rows = "".join(
        f"Trafford Council,E08000009,Acme {day} Ltd,{day:02d}-Apr-2024,{day}.00\n"
        for day in range(1, 20)
    )
    notes = ",,Total,,190.00\n,,,,\nNotes: VAT is left out where it is recovered,,,,\n"
    # the file says itself whose payments they are
    report = add_file(head + rows + notes, body=None, yes=True)
    assert (report.status, report.body_id, report.sum_pence) == ("loaded", "trafford", 19_000)
    assert (report.lines, report.records) == (19, 22)
    assert _is_whole(report)
    assert "transaction_no" not in _columns(folder)
