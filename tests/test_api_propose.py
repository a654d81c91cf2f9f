"""A look at a file before it is loaded, an edited layout, and what is remembered of it."""

from __future__ import annotations

import dataclasses
import os
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

import tiny_place
from totalplace import Place, RequestError, _api
from totalplace.sources import Layout

pytestmark = pytest.mark.slow

ROWS = "".join(
    f'"Acme {i} Ltd","{1 + i % 28:02d}/04/2017","{i}.5{i % 10}","Highways {i % 4}"\n'
    for i in range(40)
)
CREDITORS = f"Payments of April\n\nCreditor,Paid On,Nett Value £,Cost Centre Name\n{ROWS}"
WESTWICK = "Westwick Council"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return tiny_place.make_place(tmp_path_factory.mktemp("propose"))


@pytest.fixture
def creditors(tmp_path: Path) -> Path:
    path = tmp_path / "creditors.csv"
    path.write_text(f"{CREDITORS}Bad Ltd,01/04/2017,1.005,X\n")
    return path


def _content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_look_tells_everything_and_changes_nothing(made: Place, creditors: Path) -> None:
    before = _content(made.path)
    proposed = made.propose(creditors, body=WESTWICK)
    assert _content(made.path) == before
    assert not list((made.path / "tmp").iterdir())
    facts = proposed.facts
    assert (facts.file, facts.size_bytes) == (str(creditors), creditors.stat().st_size)
    assert not facts.already_there
    assert not facts.is_refused
    (member,) = facts.members
    assert (member.kind, member.format_id, member.told_by) == ("text", "spend", "proposed")
    assert (member.encoding, member.delimiter, member.header_row) == ("utf-8", ",", 3)
    found = {one.header: one for one in member.columns}
    assert {header: one.field for header, one in found.items()} == {
        "Creditor": "payee",
        "Paid On": "payment_date",
        "Nett Value £": "amount",
        "Cost Centre Name": "unit",
    }
    assert found["Creditor"].samples == ("Acme 0 Ltd", "Acme 1 Ltd", "Acme 2 Ltd")
    assert all(one.confidence > 0.6 and one.reasons for one in member.columns)
    assert member.reading is not None
    assert (member.reading.lines, member.reading.rejected) == (40, 1)
    assert (member.reading.sum_pence, member.reading.body_id) == (80_180, "westwick-council")
    assert [one.code for one in member.warnings] == ["third_decimal"]
    assert proposed.exit_code == 1
    assert proposed.document["members"][0]["reading"]["sum_gbp"] == "801.80"
    assert proposed.to_arrow().column("field").to_pylist()[:2] == ["payee", "payment_date"]


def test_an_edited_layout_is_looked_at_loaded_and_remembered(
    tmp_path: Path, creditors: Path
) -> None:
    with tiny_place.make_place(tmp_path) as place:
        (layout,) = place.propose(creditors, body=WESTWICK).facts.layouts
        edited = dataclasses.replace(
            layout,
            columns={
                "payee": "Creditor",
                "amount": "Nett Value £",
                "payment_date": "Paid On",
                "expense": "Cost Centre Name",
            },
        )
        assert place.check_layout(edited).facts == ()
        look = place.propose(creditors, body=WESTWICK, layouts=[edited]).facts
        assert (look.members[0].told_by, look.members[0].layout) == ("saved", edited)
        assert look.layouts == ()
        assert not place.folder.mapping_path.exists()
        added = place.add(creditors, body=WESTWICK, layouts=[edited], name="May.csv", who="ann")
        (report,) = added.facts.files
        assert (report.file, report.status, report.lines) == ("May.csv", "loaded", 40)
        (decision,) = place.decide().facts
        assert (decision.what, decision.who) == ("mapping", "ann")
        text = place.folder.mapping_path.read_text()
        assert "# agreed by ann, 2026-11-21" in text
        assert 'expense = "Cost Centre Name"' in text
        # the next file of that header loads by itself, and the mapping file serves as one
        june = tmp_path / "june.csv"
        june.write_text(CREDITORS.replace("/04/", "/06/"))
        (next_month,) = place.add(june, body=WESTWICK).facts.files
        assert "saved_mapping" in [note.code for note in next_month.notes]
        again = place.add(creditors, body=WESTWICK, mapping=place.folder.mapping_path).facts
        assert again.files[0].status == "already_there"
        assert place.propose(creditors, body=WESTWICK).facts.already_there


def test_an_agreed_layout_takes_the_place_of_a_proposal_and_leaves_the_rest(
    tmp_path: Path, creditors: Path
) -> None:
    with tiny_place.make_place(tmp_path) as place:
        place.add(creditors, body=WESTWICK)
        proposed = place.folder.mapping_path.read_text()
        mine = '\n[[layout]]\nname = "mine" # by hand\nheaders = ["A", "B", "C"]\n'
        mine += '[layout.columns]\npayee = "A"\namount = "B"\npayment_date = "C"\n'
        place.folder.mapping_path.write_text(proposed + mine)
        (layout,) = place.propose(creditors, body=WESTWICK).facts.layouts
        edited = dataclasses.replace(layout, name="april payments")
        place.add(creditors, body=WESTWICK, layouts=[edited])
        text = place.folder.mapping_path.read_text()
        assert text.count("[[layout]]") == 2
        assert 'name = "april payments"' in text
        assert text.endswith(mine)


def test_every_fault_of_a_layout_is_told_by_its_field(made: Place, creditors: Path) -> None:
    layout = Layout(
        name="x",
        headers=("Creditor", "Paid"),
        columns={"payee": "Zip", "nix": "Creditor"},
        date_order="backwards",
        header_row=-1,
        period="some day",
        body="nobody at all",
    )
    faults = made.check_layout(layout).facts
    assert {one.key for one in faults} == {
        "payee", "nix", "amount", "date_order", "header_row", "period", "body",
    }  # fmt: skip
    assert all(one.problem.code == "bad_mapping" and one.problem.fix for one in faults)
    with pytest.raises(RequestError) as caught:
        made.add(creditors, layouts=[layout], body="nowhere")
    assert {one.code for one in caught.value.problems} == {"bad_mapping", "unknown_body"}
    with pytest.raises(RequestError, match="one file has one name"):
        made.add(creditors, creditors, name="two.csv")


def test_the_form_of_a_layout_is_data() -> None:
    form = _api.layouts().facts
    assert {one.name: one.group for one in form.fields if one.is_required} == {
        "payee": "payee",
        "amount": "amount",
        "gross": "amount",
        "payment_date": "date",
        "effective_date": "date",
    }
    assert all(one.label and one.description for one in (*form.fields, *form.settings))
    names = {field.name for field in dataclasses.fields(Layout)}
    assert {one.name for one in form.settings} == names - {"name", "headers", "columns"}
    for one in form.settings:
        assert bool(one.choices) == (one.kind == "choice")
        default = getattr(Layout(name="x", headers=()), one.name)
        assert not one.choices or one.choices[0][0] == default


def test_members_of_an_archive_are_told_apart(made: Place, tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet("April")
        for row, cells in enumerate([["Supplier", "Date", "Amount"], ["Acme", "01/04/2017", 5]]):
            sheet.write_row(row, 0, cells)
        workbook.add_worksheet("Notes").write(0, 0, "see the web site")
        workbook.add_worksheet("Empty")
    path = tmp_path / "westwick.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("known.csv", tiny_place.SPEND)
        archive.writestr("new.csv", CREDITORS)
        archive.writestr("values.csv", "Acme,01/04/2017,1.00\n")
        archive.writestr("readme.md", "nothing")
        archive.write(book, "book.xlsx")
    proposed = made.propose(path, body=WESTWICK).facts
    found = {one.member: one for one in proposed.members}
    assert {name: one.told_by for name, one in found.items()} == {
        "known.csv": "published",
        "new.csv": "proposed",
        "values.csv": "nothing",
        "book.xlsx!/April": "published",
        "book.xlsx!/Notes": "nothing",
        "book.xlsx!/Empty": "nothing",
        "readme.md": "nothing",
    }
    assert [one.code for one in found["values.csv"].problems] == ["no_header_row"]
    assert found["known.csv"].layout is not None
    assert found["known.csv"].layout.columns["unit"] == "Service Area"
    reading = found["known.csv"].reading
    assert reading is not None
    assert (reading.lines, reading.rejected) == (2, 1)
    assert found["book.xlsx!/Notes"].note
    assert proposed.is_refused
    assert [one.headers[0] for one in proposed.layouts] == ["Creditor"]


def test_other_formats_are_told_with_their_columns(made: Place, tmp_path: Path) -> None:
    path = tiny_place.write_returns(tmp_path)[0]
    path.write_text(path.read_text() + "\n")
    (member,) = made.propose(path).facts.members
    assert (member.format_id, member.told_by) == ("return", "format")
    assert member.reading is not None
    assert member.reading.sum_pence == 20_000_000
    assert member.columns[0].samples == ("Ministry of Tinyland",)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "not_a_table"),
        (b'a,b\n"never closed,1\n', "unclosed_quote"),
    ],
)
def test_what_cannot_be_read_is_told(
    made: Place, tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    proposed = made.propose(path).facts
    problems = [*proposed.problems, *(p for one in proposed.members for p in one.problems)]
    assert [one.code for one in problems] == [code]
    assert proposed.is_refused


def test_wrong_requests_to_look(made: Place, tmp_path: Path) -> None:
    with pytest.raises(RequestError) as caught:
        made.propose(tmp_path / "none.csv", body="nowhere", format="nonsense")
    codes = {one.code for one in caught.value.problems}
    assert codes == {"missing_file", "unknown_body", "unknown_format"}
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert [one.code for one in made.propose(pipe).facts.problems] == ["not_a_file"]
    assert [one.code for one in made.propose(tmp_path).facts.problems] == ["is_folder"]
