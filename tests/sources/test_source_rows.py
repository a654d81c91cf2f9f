"""Records as they were supplied, of files in the place and of those that are to come."""

from __future__ import annotations

from pathlib import Path

import pytest

import tiny_place
from totalplace.errors import FileRefused
from totalplace.place import Source
from totalplace.sources import file_rows, source_rows

pytestmark = pytest.mark.slow

PREAMBLE = "Payments\n\n"


@pytest.fixture(scope="module")
def spend(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "spend.csv"
    path.write_text(PREAMBLE + tiny_place.SPEND)
    return path


def test_rows_of_a_source_of_the_place(tmp_path: Path, spend: Path) -> None:
    with tiny_place.make_place(tmp_path) as place:
        (report,) = place.add(spend).facts.files
        state = place.folder.state()
        (member,) = state.members_of(str(report.sha256))
        found = source_rows(place.folder, state, member, first=4, count=2)
        assert (found.file, found.header_row) == ("spend.csv", 3)
        assert found.header[2] == "Supplier Name"
        assert {row: cells[2] for row, cells in found.rows.items()} == {
            4: "Acme Paving Ltd",
            5: "=HYPERLINK Ltd",
        }
        assert source_rows(place.folder, state, member, first=900, count=2).rows == {}


def test_rows_of_a_file_that_is_not_in_the_place(tmp_path: Path, spend: Path) -> None:
    with tiny_place.make_place(tmp_path) as place:
        source = Source(
            sha256="0" * 64,
            name="spend.csv",
            size_bytes=spend.stat().st_size,
            received="2026-11-30T10:00:00+00:00",
        )
        rows = file_rows(place.folder, spend, source, "", first=3, count=2)
        assert [cells[2] for cells in rows] == ["Supplier Name", "Acme Paving Ltd"]
        broken = tmp_path / "broken.zip"
        broken.write_bytes(b"PK\x03\x04" + bytes(40))
        with pytest.raises(FileRefused):
            file_rows(place.folder, broken, source, "", first=1, count=1)
        assert not list((place.path / "tmp").iterdir())
