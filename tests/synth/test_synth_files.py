"""The published files: the same for the same seed, whole, and with the truth beside them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from totalplace.errors import RequestError
from totalplace.model import TABLES, read_table
from totalplace.money import parse_pence, published_pence
from totalplace.synth import SynthPlace, generate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> SynthPlace:
    return generate(tmp_path_factory.mktemp("clean"), seed=3, dirt=0)


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> SynthPlace:
    return generate(tmp_path_factory.mktemp("dirty"), seed=3)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def records_of(path: Path, member: str) -> list[list[str]]:
    data = path.read_bytes()
    if member:
        data = zipfile.ZipFile(io.BytesIO(data)).read(member)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_same_seed_same_bytes(dirty, tmp_path):
    again = generate(tmp_path / "again", seed=3)
    assert digests(again.folder) == digests(dirty.folder)
    assert [file.sha256 for file in again.files] == [file.sha256 for file in dirty.files]


@pytest.mark.long
def test_other_seed_other_money(clean, tmp_path):
    other = generate(tmp_path / "other", seed=4, dirt=0)
    area = clean.area
    assert other.truth["places"][area]["net_pence"] != clean.truth["places"][area]["net_pence"]


def test_people_scale_the_money(clean, tmp_path):
    small = generate(tmp_path / "small", people=24_000, seed=3, dirt=0)
    ratio = (
        clean.truth["places"][clean.area]["net_pence"]
        / small.truth["places"][small.area]["net_pence"]
    )
    assert 9 < ratio < 11
    assert small.truth["places"][small.area]["people"] == 24_000


def test_bad_requests_are_told_at_once(tmp_path):
    with pytest.raises(RequestError) as refused:
        generate(tmp_path, people=10, dirt=2)
    codes = {problem.code for problem in refused.value.problems}
    assert codes == {"too_few_people", "bad_dirt"}
    assert not list(tmp_path.iterdir())


def test_manifest_names_every_file_once_and_corrections_after_what_they_correct(clean):
    manifest = json.loads((clean.folder / "manifest.json").read_text(encoding="utf-8"))
    paths = [file["path"] for file in manifest["files"]]
    on_disk = {path for path in digests(clean.folder) if not path.startswith("truth/")}
    assert sorted(paths) == sorted(on_disk - {"manifest.json"})
    seen: list[str] = []
    corrections = 0
    for file in manifest["files"]:
        assert file["publisher"]
        assert file["licence"] == "fictional"
        if file["supersedes"]:
            assert file["supersedes"] in seen
            corrections += 1
        seen.append(file["sha256"])
    assert corrections >= 3
    formats = [file["format"] for file in manifest["files"]]
    assert formats.index("spend") > formats.index("register")


def test_registers_are_of_the_declared_form(clean):
    found = 0
    for file in clean.files:
        if file.format_id != "register":
            continue
        with file.path.open(encoding="utf-8", newline="") as lines:
            table = read_table(file.path.stem, lines, where=file.path.name)
        assert table.num_rows > 0
        assert set(TABLES[file.path.stem].fields) == set(table.column_names)
        found += 1
    assert found == 13


def test_key_is_complete_for_the_fictional_country(clean):
    with (clean.folder / "registers" / "key_value.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for key in ("T", "U"):
        assert len({row["area"] for row in rows if row["key_id"] == key}) == 12


AMOUNTS = {"Amount", "Net Amount", "Net"}


@pytest.mark.parametrize("which", ["clean", "dirty"])
def test_truth_lines_stand_where_they_say(which, request):
    place: SynthPlace = request.getfixturevalue(which)
    held: dict[tuple[str, str], list[list[str]]] = {}
    checked = Counter()
    for row in rows_of(place.folder, "truth_line"):
        if row["dataset"] not in {"spend", "return"} or not row["file"]:
            continue
        key = (row["file"], row["member"])
        if key not in held:
            held[key] = records_of(place.folder / row["file"], row["member"])
        records = held[key]
        at = max(records[0].index(name) for name in AMOUNTS & set(records[0]))
        record = records[int(row["row"]) - 1]
        assert parse_pence(record[at]) == int(row["published_pence"]), row
        checked[row["dataset"]] += 1
    assert checked["spend"] > 99_000
    assert checked["return"] > 700


def test_clean_files_show_the_truth_and_nothing_else(clean):
    placed: dict[tuple[str, str], int] = Counter()
    for row in rows_of(clean.folder, "truth_line"):
        if row["dataset"] in {"spend", "return"}:
            assert row["published_pence"] == row["amount_pence"]
            assert row["is_rejected"] == "False"
            placed[row["file"], row["member"]] += 1
    superseded = {file.supersedes_sha256 for file in clean.files}
    for (path, member), lines in placed.items():
        assert len(records_of(clean.folder / path, member)) == lines + 1
    silent = {
        file.path.relative_to(clean.folder).as_posix()
        for file in clean.files
        if file.format_id in {"spend", "return"} and file.sha256 not in superseded
    } - {path for path, _ in placed}
    assert not silent


def test_workbooks_hold_the_cells_of_the_truth(clean):
    sheets: dict[tuple[str, str], list[list[object]]] = {}
    parts: Counter[tuple[str, str, str]] = Counter()
    checked = 0
    for row in rows_of(clean.folder, "truth_line"):
        if row["dataset"] not in {"cra", "ro"}:
            continue
        key = (row["file"], row["member"])
        if key not in sheets:
            book = CalamineWorkbook.from_path(str(clean.folder / row["file"]))
            sheets[key] = book.get_sheet_by_name(row["member"]).to_python(skip_empty_area=False)
        cell = sheets[key][int(row["row"]) - 1][int(row["column"]) - 1]
        pence = published_pence(cell, unit=1000)  # type: ignore[arg-type]
        assert pence == int(row["published_pence"]), row
        if row["dataset"] == "ro":
            parts[row["file"], row["row"], row["column"]] += abs(int(row["amount_pence"]))
            assert parts[row["file"], row["row"], row["column"]] <= abs(pence) or (
                row["role"] in {"memo", "total"}
            )
        checked += 1
    assert checked > 1000
    assert any(
        Decimal(str(cell)) % 1
        for cells in sheets.values()
        for line in cells
        for cell in line
        if isinstance(cell, float)
    )


def test_totals_of_the_truth_are_the_sums_of_its_rows(clean):
    place = clean.truth["places"][clean.area]
    eliminations = rows_of(clean.folder, "truth_elimination")
    assert sum(int(row["place_pence"]) for row in eliminations) == place["eliminated_pence"]
    assert any(row["derivation"] == "inferred" for row in eliminations)
    cells = rows_of(clean.folder, "truth_cell")
    regional = [
        row
        for row in rows_of(clean.folder, "truth_line")
        if row["dataset"] == "cra" and row["role"] == "headline"
    ]
    shared = sum(int(row["amount_pence"]) for row in cells if row["dataset"] == "cra")
    assert shared == sum(int(row["year_pence"]) for row in regional)
    assert place["net_pence"] == place["gross_pence"] - place["eliminated_pence"]


@pytest.mark.parametrize(
    "kind",
    [
        "amount_is_identifier",
        "total_row",
        "blank_row",
        "repeated_header",
        "header_variant",
        "bad_date",
        "misspelt_payee",
        "alias_not_registered",
        "month_missing",
        "receipt_late",
        "receipt_missing",
        "grant_two_names",
    ],
)
def test_dirt_has_every_fault_three_times(dirty, kind):
    faults = Counter(row["kind"] for row in rows_of(dirty.folder, "truth_fault"))
    assert faults[kind] >= 3


def test_dirt_changes_the_files_and_not_the_truth(clean, dirty):
    assert dirty.truth["places"] == clean.truth["places"]
    assert digests(dirty.folder) != digests(clean.folder)


@pytest.mark.parametrize("people", [5_000, 240_000])
def test_default_dirt_cannot_move_net_by_half_a_percent(tmp_path, people):
    place = generate(tmp_path, people=people, seed=8)
    most = place.truth["faults"]["most_they_move_net_by_pence"]
    assert 0 < most <= place.truth["places"][place.area]["net_pence"] * 5 // 1000


def test_payees_are_told(clean):
    meanings = {row["meaning"] for row in rows_of(clean.folder, "truth_payee")}
    assert {"individual", "redacted", "organisation", "marlbrook-hospitals"} <= meanings
