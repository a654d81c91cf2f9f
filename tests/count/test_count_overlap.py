"""Files of one body that hold the same payments are told; other files are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from totalplace.count import Request, count
from totalplace.engine import Engine, duckdb_engine
from totalplace.model import body_register
from totalplace.place import Folder, create
from totalplace.sources import add

HEADER = "Body Name,Service Area,Expenses Type,Invoice Payment Date,Transaction Number,Net Amount,"
PAYMENTS = "".join(
    f"Trafford Council,Roads,Repairs,2017-04-{day:02d},{day},{day}00.00,Acme Ltd\n"
    for day in range(1, 11)
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = duckdb_engine(threads=1)
    yield engine
    engine.close()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return create(tmp_path / "place", name="Trafford", areas=["E08000009"], year="2017-18")


def load(folder: Folder, path: Path, text: str) -> None:
    path.write_text(f"{HEADER}Supplier Name\n{text}", encoding="utf-8")
    report = add(folder, [path], received="2026-11-21T00:00:00", registers=body_register())
    assert [one.status for one in report.files] == ["loaded"]


def warnings_of(engine: Engine, folder: Folder) -> list[str]:
    counted = count(engine, folder, Request("2017-18"), today=date(2026, 11, 21))
    return [text for text in counted.warnings if "holds" in text]


@pytest.mark.slow
def test_a_month_published_twice_is_told(engine: Engine, folder: Folder, tmp_path: Path) -> None:
    load(folder, tmp_path / "2017-04.csv", PAYMENTS)
    more = "Trafford Council,Roads,Repairs,2017-04-28,99,7.00,Acme Ltd\n"
    load(folder, tmp_path / "again-2017-04.csv", PAYMENTS + more)
    (warning,) = warnings_of(engine, folder)
    assert "10 of the payments" in warning
    assert "--supersedes" in warning


@pytest.mark.slow
def test_other_payments_of_the_same_month_are_not(
    engine: Engine, folder: Folder, tmp_path: Path
) -> None:
    load(folder, tmp_path / "2017-04.csv", PAYMENTS)
    load(folder, tmp_path / "cards-2017-04.csv", PAYMENTS.replace("Acme", "Birch"))
    assert warnings_of(engine, folder) == []
