"""Publishing through the Python API: nobody comes out, every penny does, and it stays as it is."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import tiny_place
import totalplace
from counted import each
from totalplace import PlaceError, RequestError
from totalplace.disclosure import open_zone

pytestmark = [pytest.mark.slow, pytest.mark.early]

YEAR = tiny_place.YEAR
CANARIES = (
    "quixworth",  # payee of payments, in a service area, and in a file's name
    "fernhollow",  # payee, in an expense type, and a zip member's name
    "thornbury",  # a column's header
    "marshwick",  # a return's note and stream
    "dankworth",  # who pays a body and is paid by it, in a return
    "wobblethwaite",  # a payee that nothing tells to be an organisation
)
HEADER = "Body Name,Payment Date,Supplier Name,Amount,Service Area,Expense Type"
FIRMS = ("Acme Paving Ltd", "Bolt Hire Limited", "Crane Works PLC", "Dray Cars LLP", "Elm Care Ltd")
PEOPLE = ("Mrs Zelda Quixworth", "Mr Thomas Fernhollow", "Wobblethwaite", "REDACTED")


def payments(month: int) -> Iterator[str]:
    """Payments of Westwick Council: firms, people, names withheld, and texts about people."""
    for at in range(20):
        payee = FIRMS[at % 5]
        area = "Support for Zelda Quixworth" if at % 3 == 0 else "Highways"
        kind = "Taxis for Thomas Fernhollow" if at % 4 == 0 else "Repairs"
        yield f"Westwick Council,{at + 1:02}/{month:02}/2017,{payee},{100 + at}.25,{area},{kind}"
    for at, payee in enumerate(PEOPLE * 4):
        yield f"Westwick Council,{at + 1:02}/{month:02}/2017,{payee},{at}0.10,Adult care,Fees"


def planted(folder: Path) -> totalplace.Place:
    """Tinyshire with people in every corner of its files."""
    place = totalplace.new_place(
        folder / "place",
        name="Tinyshire",
        areas=[tiny_place.AREA],
        year=YEAR,
        registers=tiny_place.write_registers(folder),
        publisher="Tinyshire",
        licence="own",
        clock=tiny_place.clock,
    )
    files = tiny_place.write_returns(folder)
    files[0].write_text(
        files[0].read_text().rstrip("\n")
        + f"\nMinistry of Tinyland,{YEAR},in,Gift of Gideon Marshwick,Percival Dankworth,,own,cur,"
        "2017-04-01,2018-03-31,outturn,gross,10.00,,agreed with Gideon Marshwick"
        + f"\nMinistry of Tinyland,{YEAR},out,Pension of Gideon Marshwick,Percival Dankworth,10.2,"
        "own,cur,2017-04-01,2018-03-31,outturn,gross,10.00,,for Gideon Marshwick\n"
    )
    april = folder / "payments-to-zelda-quixworth.csv"
    april.write_text("\n".join([HEADER, *payments(4)]) + "\n")
    may = folder / "westwick.zip"
    with zipfile.ZipFile(may, "w") as archive:
        archive.writestr("thomas-fernhollow.csv", "\n".join([HEADER, *payments(5)]) + "\n")
    june = folder / "june.csv"
    header = HEADER.replace("Supplier Name", "Paid to Agnes Thornbury and others")
    june.write_text("\n".join([header, *payments(6)]) + "\n")
    added = place.add(*files, april, may, publisher="Westwick", licence="OGL-UK-3.0")
    assert {one.status for one in added.facts.files} == {"loaded"}
    for _ in range(2):  # the first proposes a mapping, which the second agrees to
        place.add(june, body="westwick-council", yes=True, licence="ogl v3")
    return place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> totalplace.Place:
    return planted(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def made(place: totalplace.Place) -> Path:
    """The folder of a publication."""
    return place.publish().facts.path


def texts_of(path: Path) -> Iterator[str]:
    """Everything that a file says: its bytes, what is packed in it, its tables decoded."""
    data = path.read_bytes()
    yield data.decode("utf-8", "replace")
    yield data.decode("utf-16-le", "replace")
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        yield str(table.schema)
        for column in table.columns:
            flat = column.combine_chunks()
            yield from (str(value) for value in flat.to_pylist())
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name
                yield archive.read(name).decode("utf-8", "replace")
    if path.suffix == ".pdf":
        reader = shutil.which("pdftotext")
        if reader is not None:
            words = [reader, str(path), "-"]
            yield subprocess.run(words, capture_output=True, text=True, check=True).stdout


def test_nobody_comes_out(made: Path) -> None:
    files = [path for path in made.rglob("*") if path.is_file()]
    assert len(files) > 15
    found = {
        (path.relative_to(made).as_posix(), canary)
        for path in files
        for text in texts_of(path)
        for canary in CANARIES
        if canary in text.casefold()
    }
    assert found == set()
    assert not [path for path in files if any(canary in str(path) for canary in CANARIES)]


def test_the_search_would_find_them(place: totalplace.Place, tmp_path: Path) -> None:
    lines = place.lines("spend").to_pyarrow()
    pq.write_table(lines, tmp_path / "lines.parquet")
    text = " ".join(texts_of(tmp_path / "lines.parquet")).casefold()
    assert [canary for canary in CANARIES if canary in text] == [
        "quixworth",
        "fernhollow",
        "wobblethwaite",
    ]
    held = json.dumps(place.snapshot().document).casefold()
    assert "quixworth" in held


def test_every_penny_comes_out(place: totalplace.Place, made: Path) -> None:
    lines = pq.read_table(made / "tables" / "lines.parquet").to_pylist()
    spent = [row for row in lines if row["dataset"] == "spend"]
    amounts = place.lines("spend").to_pyarrow()["amount_pence"].to_pylist()
    assert sum(row["amount_pence"] for row in spent) == sum(amounts)
    assert sum(row["lines"] for row in spent) == len(amounts)
    returned = place.lines("return").to_pyarrow().to_pylist()
    own = [row for row in lines if row["dataset"] == "return"]
    for side in ("in", "out"):
        assert sum(row["amount_pence"] for row in own if row["side"] == side) == sum(
            row["amount_pence"] for row in returned if row["side"] == side
        )
    assert {row["payee"] for row in spent if row["payee_kind"] == "organisation"} == set(FIRMS)
    summed = {row["payee_kind"]: row for row in spent if row["lines"] > 1}
    assert set(summed) == {"individual", "redacted", "unrecognised"}
    for row in summed.values():
        assert row["row_no"] is None
        assert row["payment_date"] is None
    firms = [row for row in spent if row["payee_kind"] == "organisation"]
    assert {row["unit_text"] for row in firms} == {"Highways", None}
    assert {row["expense_text"] for row in firms} == {"Repairs", None}
    assert all(row["payment_date"] for row in firms)


def test_lines_lie_in_their_order_and_have_a_name_each(made: Path) -> None:
    lines = pq.read_table(made / "tables" / "lines.parquet").to_pylist()
    assert [row["line_no"] for row in lines] == list(range(len(lines)))
    order = [(row["year"], row["body_id"], -abs(row["amount_pence"])) for row in lines]
    assert order == sorted(order)
    assert len({row["line_id"] for row in lines}) == len(lines)
    assert all(int(row["line_id"], 16) == row["line_key"] % 2**64 for row in lines)


def test_every_figure_is_that_of_a_count(place: totalplace.Place, made: Path) -> None:
    figures = pq.read_table(made / "tables" / "figures.parquet").to_pylist()
    for key in (None, "U"):
        counted = place.count(key=key, by=["tier", "function"])
        facts = counted.facts
        mine = [
            row
            for row in figures
            if row["key_id"] == facts.key.key_id and row["price_base"] == "cash"
        ]
        rows = [row for row in mine if row["split"] == "tier,function"]
        assert [
            (
                {"tier": row["tier"], "function": row["function"]},
                *(row[name] for name in ("figure_id", "pence", "low_pence", "high_pence")),
                *(row[name] for name in ("share_pct", "figure_grade", "coverage_pct")),
            )
            for row in rows
        ] == [
            (
                dict(one.values),
                *(one.figure_id, one.pence, one.low_pence, one.high_pence),
                *(one.share_pct, one.grade, one.coverage_pct),
            )
            for one in facts.rows
        ]
        (headline,) = [row for row in mine if row["split"] == ""]
        assert (headline["figure_id"], headline["pence"], headline["gross_pence"]) == (
            facts.figure_id,
            facts.net_pence,
            facts.gross_pence,
        )
        assert place.explain(headline["figure_id"]).facts.pence == facts.net_pence


def test_documents_are_those_of_the_verbs(place: totalplace.Place, made: Path) -> None:
    publication = open_zone(place.path).publication(1)
    assert publication.document(YEAR, "count")["net_gbp"] == place.count().document["net_gbp"]
    assert publication.document(YEAR, "key-U")["before"] == place.count(key="U").document["before"]
    (prices,) = publication.manifest["price_years"][YEAR]
    real = publication.document(YEAR, f"real-{prices}")
    assert real["net_gbp"] == place.count(real=prices).document["net_gbp"]
    reconciled = publication.document(YEAR, "reconcile")
    assert reconciled["transfers"] == place.reconcile().document["transfers"]
    traced = publication.document(YEAR, "trace")
    spent = {one["body_id"]: one["spent_gbp"] for one in traced["bodies"]}
    assert spent == {one["body_id"]: one["spent_gbp"] for one in place.trace().document["bodies"]}
    themes = publication.document(YEAR, "themes")
    assert themes["net_pence"] == place.count().facts.net_pence
    assert sum(one["pence"] for one in themes["themes"]) + themes["none_pence"] > 0
    assert str(made).endswith("public/1")


def test_a_funder_that_is_a_person_has_a_number(made: Path) -> None:
    figures = pq.read_table(made / "tables" / "figures.parquet").to_pylist()
    funders = {row["funder"] for row in figures if row["split"] == "funder"}
    assert "Council tax payers" in funders
    assert "Parliament of Tinyland" in funders
    assert [name for name in funders if name.startswith("Name not published")]


def test_codes_have_names(made: Path) -> None:
    names = {
        (row["kind"], row["code"]): row
        for row in pq.read_table(made / "tables" / "names.parquet").to_pylist()
    }
    figures = pq.read_table(made / "tables" / "figures.parquet").to_pylist()
    lines = pq.read_table(made / "tables" / "lines.parquet").to_pylist()
    for kind in ("body", "funder", "function", "stream", "area", "tier"):
        assert {row[kind] for row in figures if row[kind]} <= {c for k, c in names if k == kind}
    for kind, column in (("body", "body_id"), ("function", "function"), ("stream", "stream_id")):
        assert {row[column] for row in lines if row[column]} <= {c for k, c in names if k == kind}
    assert names["body", "eastwick-council"]["name"] == "Eastwick Council"
    assert names["function", "09.1"]["parent"] == "09"
    assert names["stream", "tiny-grant"]["parent"] == "tiny-ministry"


def test_sources_are_told_without_the_names_of_files(made: Path) -> None:
    sources = pq.read_table(made / "tables" / "sources.parquet").to_pylist()
    assert [row["source_no"] for row in sources] == list(range(len(sources)))
    titles = {row["title"] for row in sources if row["dataset"] == "spend"}
    assert "Westwick Council: payments to suppliers, April 2017" in titles
    assert {row["licence_id"] for row in sources} == {"OGL-UK-3.0", "own"}
    hidden = [row for row in sources if row["file_name"] is None]
    assert any(row["dataset"] == "spend" for row in hidden)
    lines = pq.read_table(made / "tables" / "lines.parquet").to_pylist()
    used = {row["source_no"] for row in lines if row["source_no"] is not None}
    assert used <= {row["source_no"] for row in sources}


def test_the_manifest_says_what_it_is(place: totalplace.Place, made: Path) -> None:
    manifest = json.loads((made / "publication.json").read_text())
    assert manifest["place"]["name"] == "Tinyshire"
    assert manifest["years"] == [YEAR]
    assert [one["key_id"] for one in manifest["keys"][YEAR]] == ["T", "U"]
    assert [one["is_default"] for one in manifest["keys"][YEAR]] == [True, False]
    assert manifest["content_hash"] == place.folder.snapshot(1).content_hash
    assert manifest["withheld"]["individual"]["lines"] == 24
    assert manifest["withheld"]["texts"] > 0
    assert len(manifest["attributions"]) == 3
    assert manifest["licence"]["id"] == "OGL-UK-3.0"
    reports = {name for name in manifest["files"] if name.startswith("reports/")}
    assert {name.rpartition(".")[2] for name in reports} == {"docx", "html", "pdf", "xlsx"}


def test_the_same_snapshot_gives_the_same_bytes(
    place: totalplace.Place, made: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(place.path, tmp_path / "copy", ignore=shutil.ignore_patterns("public"))
    later = totalplace.open_place(copy, clock=lambda: datetime(2027, 5, 1, tzinfo=UTC))
    again = later.publish(at=1).facts.path
    first, second = (
        {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*.*")}
        for top in (made, again)
    )
    assert first.keys() == second.keys()
    differ = {name for name in first if first[name] != second[name]}
    assert differ == {"publication.json"}
    told = [json.loads(one["publication.json"]) for one in (first, second)]
    assert {name for name in told[0] if told[0][name] != told[1][name]} == {"published"}


def test_published_again_nothing_is_touched(place: totalplace.Place, made: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*")}
    again = place.publish(at=1)
    assert again.facts.path == made
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*")} == before


def test_all_sources_without_a_licence_are_told_at_once(tmp_path: Path) -> None:
    place = tiny_place.make_place(tmp_path)
    with pytest.raises(RequestError) as refused:
        place.publish()
    problems = refused.value.problems
    assert {one.code for one in problems} == {"no_licence"}
    assert len(problems) == len(place.folder.state().sources)
    assert not (place.path / "public").exists() or not list((place.path / "public").iterdir())
    with pytest.raises(RequestError) as unknown:
        place.decide("*", what="licence", value="mine", why="?")
    assert unknown.value.problems[0].code == "unknown_licence"
    for wrong in ("body:nobody", "ffff"):
        with pytest.raises(RequestError):
            place.decide(wrong, what="licence", value="own", why="?")
    place.decide("*", what="licence", value="None", why="not open")
    with pytest.raises(RequestError):
        place.publish()
    place.decide("1", what="undo", why="it is")
    place.decide("body:Eastwick Council", what="licence", value="ogl", why="its terms of use")
    sha256 = place.folder.state().sources[0].sha256
    place.decide(sha256[:12], what="licence", value="cc by 4.0", why="its terms of use")
    assert {one.object_id for one in place.decide().facts} == {"body:eastwick-council", sha256}
    with pytest.raises(RequestError) as fewer:
        place.publish()
    assert len(fewer.value.problems) < len(problems)
    place.decide("*", what="licence", value="own", why="we may")
    assert set(place.publish().document["attributions"])


def test_a_payee_is_decided_to_be_an_organisation(tmp_path: Path) -> None:
    place = planted(tmp_path)
    place.decide("Wobblethwaite", what="payee_kind", value="organisation", why="a firm, we asked")
    place.decide("Acme Paving Ltd", what="payee_kind", value="individual", why="his own name")
    with pytest.raises(RequestError) as wrong:
        place.decide("Wobblethwaite", what="payee_kind", value="firm", why="?")
    assert wrong.value.problems[0].code == "unknown_payee_kind"
    made = place.publish().facts
    payees = pq.read_table(made.path / "tables" / "payees.parquet")["name"].to_pylist()
    assert "Wobblethwaite" in payees
    assert "Acme Paving Ltd" not in payees
    decisions = pq.read_table(made.path / "tables" / "decisions.parquet").to_pylist()
    assert {"kind": "payee_kind", "count": 2} in decisions


def test_withdrawn_it_is_gone_but_for_the_notice(tmp_path: Path) -> None:
    place = tiny_place.make_place(tmp_path)
    with pytest.raises(RequestError):
        place.withdraw(1, reason="never published")
    place.decide("*", what="licence", value="own", why="we may")
    n = place.publish().facts.n
    with pytest.raises(RequestError) as empty:
        place.withdraw(n, reason=" ")
    assert empty.value.problems[0].code == "no_reason"
    done = place.withdraw(n, reason="a file was loaded twice")
    folder = place.path / "public" / str(n)
    assert [path.name for path in folder.iterdir()] == ["withdrawn.json"]
    assert done.document["reason"] == "a file was loaded twice"
    assert done.facts.when.startswith("2026-11-21")
    with pytest.raises(RequestError) as gone:
        place.publish(at=n)
    assert gone.value.problems[0].code == "withdrawn"
    # a new snapshot is published beside it
    place.snapshot("after the correction")
    assert place.publish().facts.n == n + 1


@each("stage", ["writing", "lines", "reports"], 1)
def test_stopped_it_leaves_nothing_and_is_done_again(tmp_path: Path, stage: str) -> None:
    place = tiny_place.make_place(tmp_path)
    place.decide("*", what="licence", value="own", why="we may")

    def stop(told: str) -> None:
        if told == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place.publish(report=stop)
    public = place.path / "public"
    assert not public.exists() or not [one for one in public.iterdir() if one.name[0] != "."]
    n = place.publish().facts.n
    assert open_zone(place.path).numbers == (n,)


def test_an_unknown_snapshot_or_licence_is_refused(tmp_path: Path) -> None:
    place = tiny_place.make_place(tmp_path)
    with pytest.raises(RequestError) as unknown:
        place.publish(at=9)
    assert unknown.value.problems[0].code == "unknown_snapshot"
    with pytest.raises(RequestError) as licence:
        place.add(tiny_place.write_spend(tmp_path), licence="free for all")
    assert licence.value.problems[0].code == "unknown_licence"
    assert issubclass(PlaceError, RequestError)


def test_accounts_that_do_not_close_are_told_as_such(tmp_path: Path) -> None:
    place = totalplace.new_place(
        tmp_path / "place",
        name="Tinyshire",
        areas=[tiny_place.AREA],
        year=YEAR,
        registers=tiny_place.write_registers(tmp_path),
        publisher="Tinyshire",
        licence="own",
        clock=tiny_place.clock,
    )
    rows = [
        ("in", "Council tax", "Council tax payers", "", "own", "100.00"),
        ("out", "Schools", "", "09.1", "own", "200.00"),
    ]
    returned = tiny_place.write_return(tmp_path / "return.csv", "Eastwick Council", rows)
    place.add(returned, licence="own")
    with pytest.raises(totalplace.IdentityError) as refused:
        place.publish()
    assert {one.code for one in refused.value.problems} == {"accounts_do_not_close"}
    assert "£100.00" in refused.value.problems[0].why
    assert not list((place.path / "public").glob("[0-9]*"))
