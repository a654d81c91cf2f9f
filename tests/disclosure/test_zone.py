"""The reader opens the manifest's files, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from totalplace.disclosure import open_zone
from totalplace.disclosure._zone import is_safe_name
from totalplace.disclosure.publish import withdraw_publication
from totalplace.errors import PlaceError, RequestError

from ._made import FIGURES, LINES, PLACE, publish


@pytest.fixture
def public(tmp_path: Path) -> Path:
    publish(tmp_path / "public")
    return tmp_path / "public"


def refused(error: pytest.ExceptionInfo[RequestError]) -> str:
    [problem] = error.value.problems
    assert problem.what
    assert problem.why
    assert problem.fix
    return problem.code


def test_a_publication_gives_its_documents_tables_and_reports(public: Path) -> None:
    zone = open_zone(public.parent)
    assert zone.path == public == open_zone(public).path
    assert zone.numbers == (1,)
    one = zone.latest
    assert one.n == 1
    assert one.years == ("2017-18",)
    assert one.manifest["place"] == PLACE
    assert one.document("2017-18", "count")["name"] == "Marlbrook £"
    assert one.document("2017-18", "count") is one.document("2017-18", "count")
    assert one.table("figures").equals(FIGURES)
    assert one.table("figures") is one.table("figures")
    assert one.report_path("2017-18", "pdf").read_bytes() == b"%PDF"
    assert one.report_path("2017-18", ".html").suffix == ".html"
    assert one.path_of("tables/lines.parquet").stat().st_size > 0
    assert one.has("documents/2017-18/count.json")
    assert not one.has("documents/2018-19/count.json")
    assert zone.publication(1) is one


def test_the_lines_are_never_read_whole(public: Path) -> None:
    assert LINES.num_rows == 2
    with pytest.raises(ValueError, match="never read whole"):
        open_zone(public).latest.table("lines")


def test_what_is_not_there_is_told(public: Path, tmp_path: Path) -> None:
    zone = open_zone(public)
    with pytest.raises(RequestError) as error:
        zone.publication(2)
    assert refused(error) == "unknown_publication"
    for year, name in (("2018-19", "count"), ("2017-18", "themes"), ("..", "../publication")):
        with pytest.raises(RequestError) as error:
            zone.latest.document(year, name)
        assert refused(error) == "not_published"
    with pytest.raises(RequestError) as error:
        zone.latest.report_path("2017-18", "docx")
    assert refused(error) == "not_published"
    with pytest.raises(RequestError) as error:
        open_zone(tmp_path / "nowhere")
    assert refused(error) == "not_published"


def test_a_place_of_which_nothing_is_published_is_told_and_seen_later(tmp_path: Path) -> None:
    (tmp_path / "place.toml").write_text("")
    zone = open_zone(tmp_path)
    assert zone.numbers == ()
    with pytest.raises(RequestError) as error:
        _ = zone.latest
    assert refused(error) == "not_published"
    publish(tmp_path / "public", 3)
    assert zone.latest.n == 3


def test_numbers_are_in_order_of_number_and_nothing_else_counts(public: Path) -> None:
    for n in (2, 10):
        publish(public, n)
    for other in ("007", "draft", ".new-0123", "1.5", "٣"):
        (public / other).mkdir()
    (public / "11").write_text("a file")
    (public / "12").symlink_to(public / "1")
    zone = open_zone(public)
    assert zone.numbers == (1, 2, 10)
    assert zone.latest.n == 10


def test_an_altered_or_missing_file_is_not_served(public: Path) -> None:
    one = open_zone(public).latest
    path = public / "1/documents/2017-18/count.json"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(PlaceError) as error:
        one.document("2017-18", "count")
    assert refused(error) == "public_damaged"
    path.unlink()
    with pytest.raises(PlaceError):
        one.document("2017-18", "count")


@pytest.mark.parametrize("what", ["file", "folder"])
def test_no_link_is_followed(public: Path, tmp_path: Path, what: str) -> None:
    secret = tmp_path / "secret"
    folder = public / "1/documents/2017-18"
    if what == "folder":
        folder.rename(secret)
        folder.symlink_to(secret)
    else:
        (folder / "count.json").rename(secret)
        (folder / "count.json").symlink_to(secret)
    with pytest.raises(PlaceError) as error:
        open_zone(public).latest.document("2017-18", "count")
    assert refused(error) == "public_damaged"


def test_a_manifest_cannot_lead_outside_its_folder(public: Path, tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{}")
    path = public / "1/publication.json"
    manifest = json.loads(path.read_text())
    manifest["files"]["../../state.json"] = {"sha256": "", "bytes": 2}
    path.write_text(json.dumps(manifest))
    with pytest.raises(PlaceError) as error:
        _ = open_zone(public).latest
    assert refused(error) == "public_damaged"


@pytest.mark.parametrize(
    "name",
    ["", "..", "a/../b", "/etc/passwd", "a//b", "a/./b", ".hidden", "a/.b", "a\\b", "a/", "a\0b"],
)
def test_unsafe_names(name: str) -> None:
    assert not is_safe_name(name)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"n": 2, "files": {}, "years": []}', '{"n": 1}'])
def test_a_damaged_manifest_is_told(public: Path, text: str) -> None:
    (public / "1/publication.json").write_text(text)
    with pytest.raises(PlaceError) as error:
        _ = open_zone(public).latest
    assert refused(error) == "public_damaged"


def test_a_withdrawn_publication_is_refused_at_once_with_its_reason(public: Path) -> None:
    publish(public, 2)
    zone = open_zone(public)
    two, table = zone.publication(2), zone.publication(2).table("figures")
    assert table.num_rows == 1
    withdraw_publication(public, 2, reason="A wrong file", when="2026-12-01", place=PLACE)
    assert zone.numbers == (1,)
    assert zone.latest.n == 1
    assert zone.withdrawn[2]["reason"] == "A wrong file"
    for ask in (
        lambda: zone.publication(2),
        lambda: two.document("2017-18", "count"),
        lambda: two.table("figures"),
    ):
        with pytest.raises(RequestError) as error:
            ask()
        assert refused(error) == "withdrawn"
        assert error.value.problems[0].why == "A wrong file"


def test_reading_takes_neither_the_engine_nor_the_place() -> None:
    code = (
        "import sys, totalplace.disclosure; "
        "bad = [m for m in sys.modules if m.split('.')[0] in ('ibis', 'duckdb')"
        " or m.startswith(('totalplace.place', 'totalplace.engine', 'totalplace.model'))]; "
        "print(bad)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
