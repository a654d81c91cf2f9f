"""A small place, and files of invented payments to add to it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from totalplace.model import BodyRegister, body_register
from totalplace.place import Folder, create, decode, encode
from totalplace.sources import AddReport, FileReport, Sandbox, add
from totalplace.sources._format import Outcome
from totalplace.sources._messages import Reply, Request
from totalplace.sources._sandbox import settled
from totalplace.sources._worker import Reader

RECEIVED = "2024-05-01T09:00:00"

Add = Callable[..., AddReport]


@pytest.fixture(scope="session")
def bodies() -> BodyRegister:
    return body_register()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return create(tmp_path / "place", name="Testborough", areas=["E08000009"], year="2017-18")


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One worker for all tests: it may read and write where they do."""
    base = tmp_path_factory.getbasetemp()
    with Sandbox(reads=[base], writes=[base]) as one:
        yield one


class InProcess:
    """Reads a file as a worker does, but here, where a test can put a fault into it."""

    def read(
        self, request: Request, *, folder: Path, step: Callable[[str, int, int], None]
    ) -> list[Outcome]:
        reply = Reader().read(request, step)
        return settled(decode(encode(reply), Reply, folder), request, folder)


@pytest.fixture
def in_process() -> InProcess:
    return InProcess()


@pytest.fixture
def add_paths(folder: Folder, bodies: BodyRegister, sandbox: Sandbox) -> Add:
    """Add files that stand on disk."""

    def adding(*paths: Path, **options: Any) -> AddReport:
        options.setdefault("reader", sandbox)
        return add(folder, paths, received=RECEIVED, registers=bodies, **options)

    return adding


@pytest.fixture
def add_file(add_paths: Add, tmp_path: Path) -> Callable[..., FileReport]:
    """Write one file and add it; the report of it."""

    def adding(content: str | bytes, name: str = "file.csv", **options: Any) -> FileReport:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        options.setdefault("body", "trafford")
        (report,) = add_paths(path, **options).files
        return report

    return adding


@pytest.fixture
def lines_of(folder: Folder) -> Callable[..., list[dict[str, Any]]]:
    """All lines of a dataset that the place holds, in the order of their rows."""

    def reading(dataset: str = "spend") -> list[dict[str, Any]]:
        return _rows(folder.lines_paths(dataset, folder.state()))

    return reading


@pytest.fixture
def rejects_of(folder: Folder) -> Callable[..., list[dict[str, Any]]]:
    """All rejected records of a dataset that the place holds."""

    def reading(dataset: str = "spend") -> list[dict[str, Any]]:
        return _rows(folder.rejects_paths(dataset, folder.state()))

    return reading


def _rows(paths: list[Path]) -> list[dict[str, Any]]:
    if not paths:
        return []
    table = pa.concat_tables([pq.read_table(path) for path in paths], promote_options="default")
    rows: list[dict[str, Any]] = table.to_pylist()
    return sorted(rows, key=lambda row: (row["member"], row["row_no"], row["column_no"]))


@pytest.fixture
def write_zip(tmp_path: Path) -> Callable[[str, Mapping[str, str | bytes]], Path]:
    """Write a zip of members."""

    def writing(name: str, members: Mapping[str, str | bytes]) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return path

    return writing


@pytest.fixture
def no_leftovers(folder: Folder) -> Iterator[None]:
    """Afterwards the place holds nothing that its state does not name."""
    yield
    state = folder.state()
    known = {str(path) for path in state.files()}
    found = {
        str(path.relative_to(folder.path))
        for top in ("sources", "lines", "rejects", "reference", "tmp")
        for path in (folder.path / top).rglob("*")
        if path.is_file()
    }
    assert found == known
