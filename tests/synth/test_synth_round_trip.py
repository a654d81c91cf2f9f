"""The published files, read by the formats of the product, give back the truth line by line."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from totalplace import make_fictional_place
from totalplace.place import open_folder

pytestmark = pytest.mark.slow

Where = tuple[str, str, int, int]


@dataclass(frozen=True)
class Loaded:
    """What a place holds of a fictional place's files, by file, member, row and column."""

    lines: dict[str, dict[Where, dict[str, object]]]
    rejected: set[tuple[str, str, int]]
    statuses: Counter[str]
    skipped: Counter[str]
    truth: list[dict[str, str]]


def load(folder: Path, dirt: float) -> Loaded:
    place, added = make_fictional_place(folder, seed=11, dirt=dirt)
    published = place.path / "published"
    with (published / "truth" / "truth_line.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    disk = open_folder(place.path)
    state = disk.state()
    files = {
        report.sha256: Path(report.file).relative_to(published).as_posix()
        for report in added.facts.files
        if report.status == "loaded"
    }
    lines: dict[str, dict[Where, dict[str, object]]] = defaultdict(dict)
    for dataset in ("spend", "return", "cra", "ro"):
        for path in disk.lines_paths(dataset, state):
            for row in pq.read_table(path).to_pylist():
                at = (files[row["source_id"]], row["member"], row["row_no"], row["column_no"])
                lines[dataset][at] = row
    rejected = {
        (files[row["source_id"]], row["member"], row["row_no"])
        for path in disk.rejects_paths("spend", state)
        for row in pq.read_table(path).to_pylist()
    }
    skipped: Counter[str] = Counter()
    for report in added.facts.files:
        skipped.update(report.skipped)
    statuses = Counter(report.status for report in added.facts.files)
    return Loaded(dict(lines), rejected, statuses, skipped, truth)


WHICH = ["clean", pytest.param("dirty", marks=pytest.mark.long)]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return load(tmp_path_factory.mktemp("round") / "clean", 0)


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return load(tmp_path_factory.mktemp("round") / "dirty", 0.3)


def at(row: dict[str, str]) -> Where:
    return (row["file"], row["member"], int(row["row"]), int(row["column"]))


@pytest.mark.parametrize("which", WHICH)
def test_every_file_is_taken_in(which, request):
    loaded: Loaded = request.getfixturevalue(which)
    assert not {"refused", "quarantined"} & set(loaded.statuses)
    assert loaded.statuses["loaded"] > 100


@pytest.mark.parametrize("dataset", ["spend", "return"])
@pytest.mark.parametrize("which", WHICH)
def test_each_line_is_read_as_it_was_meant(which, dataset, request):
    loaded: Loaded = request.getfixturevalue(which)
    lines = loaded.lines[dataset]
    expected = {
        at(row): row
        for row in loaded.truth
        if row["dataset"] == dataset and row["file"] and row["is_rejected"] == "False"
    }
    assert set(lines) == set(expected)
    for where, row in expected.items():
        line = lines[where]
        assert line["amount_pence"] == int(row["published_pence"]), where
        assert line["body_id"] == row["body_id"], where
        start, end = str(line["period_start"]), str(line["period_end"])
        if dataset == "return":
            assert (start, end) == (row["period_start"], row["period_end"]), where
            assert (line["side"], line["nature"], line["cap_rev"]) == (
                row["side"],
                row["nature"],
                row["cap_rev"],
            )
        else:
            # A payment's period is a day or a month: within that of the truth.
            assert row["period_start"] <= end <= row["period_end"], where


def test_wide_tables_give_their_cells(clean):
    for dataset in ("cra", "ro"):
        cells = clean.lines[dataset]
        seen = set()
        for row in clean.truth:
            if row["dataset"] == dataset:
                line = cells[at(row)]
                assert line["amount_pence"] == int(row["published_pence"]), row
                if dataset == "ro":
                    assert line["body_id"] == row["body_id"]
                seen.add(at(row))
        assert len(seen) > 400
        if dataset == "cra":
            assert seen == set(cells)


def test_only_what_was_spoilt_is_rejected(clean, dirty):
    assert not clean.rejected
    spoilt = {at(row)[:3] for row in dirty.truth if row["is_rejected"] == "True"}
    assert len(spoilt) > 50
    assert dirty.rejected == spoilt


def test_rows_that_are_no_lines_are_skipped_by_kind(dirty):
    assert dirty.skipped["total_row"] >= 3
    assert dirty.skipped["repeated_header"] >= 3
    assert dirty.skipped["blank"] >= 3
