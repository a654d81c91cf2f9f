"""What the site does when its files change, or are damaged, while it serves them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def own(site: None, small_place: Path, tmp_path: Path) -> Iterator[tuple[Any, Path]]:
    """Asks the site over a zone of its own; and the zone's public folder."""
    from django.test import Client, override_settings

    shutil.copytree(small_place, tmp_path / "place")
    with override_settings(TOTALPLACE_PLACES=[tmp_path / "place"]):
        yield Client(headers={"host": "127.0.0.1"}), tmp_path / "place" / "public"


@pytest.mark.parametrize("address", ["/", "/data/sources/", "/data/sources.json", "/money/lines/"])
def test_a_damaged_file_is_told_without_the_folders_of_the_computer(
    own: tuple[Any, Path], address: str
) -> None:
    client, public = own
    for path in (public / "3").rglob("*.*"):
        path.write_bytes(b"{")
    answer = client.get(address)
    text = answer.content.decode()
    assert answer.status_code == 503
    assert "cannot be read" in text
    assert str(public.parent) not in text
    assert "totalplace withdraw" not in text


@pytest.mark.parametrize("kind", ["file", "folder", "manifest"])
def test_no_link_is_followed(own: tuple[Any, Path], tmp_path: Path, kind: str) -> None:
    client, public = own
    folder = public / "3"
    entry = {"file": folder / "tables/sources.parquet", "folder": folder}.get(
        kind, folder / "publication.json"
    )
    shutil.move(entry, tmp_path / "elsewhere")
    entry.symlink_to(tmp_path / "elsewhere")
    answer = client.get("/data/sources/?at=3")
    assert answer.status_code == (404 if kind == "folder" else 503)
    assert str(tmp_path) not in answer.content.decode()


def test_nothing_published_is_told_without_the_folders_of_the_computer(
    own: tuple[Any, Path],
) -> None:
    client, public = own
    shutil.rmtree(public / "2")
    shutil.rmtree(public / "3")
    for address in ("/", "/money.csv", "/api/v1/money"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert str(public.parent) not in answer.content.decode()


def _withdraw(public: Path, n: int) -> None:
    from totalplace.disclosure.publish import withdraw_publication

    withdraw_publication(
        public,
        n,
        reason="It named <b>someone</b>.",
        when="2026-10-09",
        place={"id": "eastwick", "name": "Eastwick"},
    )


ADDRESSES = (
    "/data/sources/?at=3",
    "/data/sources.csv?at=3",
    "/api/v1/data/sources?at=3",
    "/reports/count-2017-18.html?at=3",
    "/data/files/tables/sources.parquet?at=3",
    "/data/catalogue.jsonld?at=3",
)


def test_withdrawn_while_it_is_served_it_is_gone_everywhere(own: tuple[Any, Path]) -> None:
    client, public = own
    first = {address: client.get(address) for address in ADDRESSES}
    assert {answer.status_code for answer in first.values()} == {200}
    assert "publication 3" in client.get("/").content.decode()
    # a folder that was copied from a computer whose clock is ahead hides no change
    os.utime(public / "2", ns=(2**62, 2**62))
    client.get("/data/sources/?at=3")
    _withdraw(public, 3)
    for address, before in first.items():
        answer = client.get(address, headers={"if-none-match": before.get("ETag", "")})
        assert answer.status_code == 410, address
        text = answer.content.decode()
        assert "someone" in text
        assert "analysis.csv" not in text
        if answer["Content-Type"].startswith("text/html"):
            assert "<b>someone" not in text
    assert "publication 3" not in client.get("/").content.decode()


def test_an_answer_begun_before_a_withdrawal_is_not_kept(
    own: tuple[Any, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from totalplace.web import _views

    client, public = own
    drawn = _views._drawn

    def slow(*words: Any) -> Any:
        made = drawn(*words)
        _withdraw(public, 3)
        return made

    monkeypatch.setattr(_views, "_drawn", slow)
    assert client.get("/data/sources/?at=3").status_code == 200
    monkeypatch.setattr(_views, "_drawn", drawn)
    assert client.get("/data/sources/?at=3").status_code == 410


def test_what_is_published_while_it_serves_is_seen(own: tuple[Any, Path]) -> None:
    client, public = own
    shutil.move(public / "3", public.parent / "3")
    assert "publication 2" in client.get("/").content.decode()
    shutil.move(public.parent / "3", public / "3")
    assert "publication 3" in client.get("/").content.decode()


def test_a_figure_whose_lines_are_all_in_sums_leads_to_an_empty_list(client: Any) -> None:
    # a code that has a name, and no public line: nothing is wrong with the address
    import pyarrow.parquet as pq
    from django.conf import settings

    (tables,) = (settings.TOTALPLACE_PLACES[0] / "public").glob("*/tables")
    used = set(pq.read_table(tables / "lines.parquet", columns=["stream_id"])[0].to_pylist())
    names = pq.read_table(tables / "names.parquet").to_pylist()
    unused = [
        row["code"] for row in names if row["kind"] == "stream" and row["code"] not in used | {""}
    ]
    assert unused
    answer = client.get("/money/lines/", {"stream": unused[0]})
    assert answer.status_code == 200
    assert "No line matches" in answer.content.decode()
