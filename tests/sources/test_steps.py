"""How far a load is: in records of the whole file, and only ever further."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from totalplace.sources import AddReport
from totalplace.sources._steps import RecordSteps

HEADER = "Date,Supplier,Amount\n"


def test_reading_and_writing_are_one_amount_of_work() -> None:
    told: list[tuple[str, int, int]] = []
    steps = RecordSteps(lambda *step: told.append(step), 100)
    steps.read(0)
    steps.read(50)
    steps.read(10)  # another reader begins anew
    steps.read(100)
    steps.written(50)
    steps.written(100)
    steps.end()
    assert [done for _, done, _ in told] == [0, 30, 30, 60, 80, 100, 100]
    assert told[-1] == ("writing", 100, 100)


def test_members_of_a_zip_are_told_as_one_file(
    add_paths: Callable[..., AddReport], tmp_path: Path
) -> None:
    path = tmp_path / "payments.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for month in (4, 5, 6):
            rows = "".join(f"{day:02d}/0{month}/2017,Acme,{day}.50\n" for day in range(1, 29))
            archive.writestr(f"{month}.csv", HEADER + rows)
        archive.writestr("readme.txt", "notes")
    heard: list[tuple[str, int, int]] = []
    report = add_paths(
        path,
        body="trafford",
        progress=lambda _, stage, done, total: heard.append((stage, done, total)),
    )
    assert [one.lines for one in report.files if one.records] == [28, 28, 28]
    told = [(done, total) for stage, done, total in heard if stage != "storing"]
    assert {total for _, total in told} == {84}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert (told[0], told[-1]) == ((0, 84), (84, 84))
