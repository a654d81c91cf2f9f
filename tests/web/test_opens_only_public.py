"""The public process opens the public zone of a place, and nothing else of it."""

from __future__ import annotations

import ctypes
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crawl import crawl

IN_OPEN, IN_ACCESS, IN_ISDIR = 0x20, 0x1, 0x40000000
_EVENT = struct.Struct("iIII")
FOLLOWED = 250

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="files are watched by inotify")


class Watched:
    """Every file opened or read below some folders, by whatever library, as the kernel tells it."""

    def __init__(self, folders: list[Path]) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._fd = libc.inotify_init1(os.O_NONBLOCK)
        self._folders = {
            libc.inotify_add_watch(self._fd, os.fsencode(folder), IN_OPEN | IN_ACCESS): folder
            for folder in folders
        }
        assert self._fd >= 0
        assert min(self._folders) > 0

    def opened(self) -> set[Path]:
        """The files that were opened or read since it was asked last."""
        found: set[Path] = set()
        while True:
            try:
                told = os.read(self._fd, 2**16)
            except BlockingIOError:
                return found
            while told:
                watch, mask, _, size = _EVENT.unpack_from(told)
                name = told[_EVENT.size : _EVENT.size + size].rstrip(b"\0")
                told = told[_EVENT.size + size :]
                assert watch > 0, "the queue of the kernel was too short"
                if not mask & IN_ISDIR:
                    found.add(self._folders[watch] / os.fsdecode(name))

    def close(self) -> None:
        os.close(self._fd)


@pytest.fixture
def place(published: Path, tmp_path: Path) -> Path:
    """The fictional place again, so that no other process opens its files."""
    return shutil.copytree(published, tmp_path / "place", copy_function=os.link)


@pytest.fixture
def watched(place: Path) -> Iterator[Watched]:
    folders = [path for path in [place, *place.rglob("*")] if path.is_dir()]
    with closing(Watched(folders)) as watch:
        yield watch


@pytest.fixture
def get(place: Path, site: None) -> Iterator[Callable[[str], tuple[int, str, str]]]:
    from django.test import Client, override_settings

    client = Client(headers={"host": "127.0.0.1"})

    def ask(address: str) -> tuple[int, str, str]:
        answer: Any = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        kind = answer.get("Content-Type", "")
        is_page = kind.startswith("text/html")
        return answer.status_code, kind, content.decode() if is_page else ""

    with override_settings(TOTALPLACE_PLACES=[place]):
        yield ask


@pytest.mark.slow
def test_pages_open_public_files_alone(
    place: Path, watched: Watched, get: Callable[[str], tuple[int, str, str]]
) -> None:
    answers = crawl(get, limit=FOLLOWED)
    assert len(answers) == FOLLOWED
    for wrong in ("/?at=99", "/money/lines/none/", "/data/files/../state.json", "/none"):
        assert get(wrong)[0] == 404
    opened = watched.opened()
    public = place / "public"
    assert {path.relative_to(place) for path in opened if public not in path.parents} == set()
    # what Python opens, and what DuckDB and Arrow open behind its back
    names = {path.name for path in opened}
    assert {"publication.json", "count.json", "figures.parquet", "lines.parquet"} <= names


def test_the_watch_sees_any_file_of_the_place(place: Path, watched: Watched) -> None:
    private = next(path for path in sorted(place.rglob("*.parquet")) if "public" not in path.parts)
    watched.opened()
    query = f"SELECT count(*) FROM read_parquet('{private}')"
    code = f"import duckdb; duckdb.sql({query!r}).fetchall()"
    subprocess.run([sys.executable, "-c", code], check=True)
    (place / "place.toml").read_bytes()
    assert {private, place / "place.toml"} <= watched.opened()


def test_a_query_cannot_open_another_file(place: Path, site: None) -> None:
    import duckdb
    from django.test import override_settings

    from totalplace.web.money._lines_store import ask

    private = next(path for path in sorted(place.rglob("*.parquet")) if "public" not in path.parts)
    with override_settings(TOTALPLACE_PLACES=[place]):
        for query in (
            f"SELECT count(*) FROM read_parquet('{private}')",
            f"SELECT count(*) FROM read_text('{place}/public/../place.toml')",
            f"COPY (SELECT 1) TO '{place}/out.csv'",
            f"ATTACH '{place}/other.db'",
            "SET enable_external_access = true",
            "INSTALL httpfs",
        ):
            with pytest.raises(duckdb.Error):
                ask(query)
