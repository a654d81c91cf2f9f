"""new, add, formats, snapshot, decide, check, claims."""

from __future__ import annotations

import csv
import json
import zipfile
from contextlib import nullcontext
from importlib import resources
from pathlib import Path

import pytest

import tiny_place
from cli.conftest import Run
from totalplace.cli import _place_verbs

pytestmark = pytest.mark.slow

SKIPPED = ["blank", "repeated_header", "total_row", "total_column", "memo"]
ADD_FIELDS = {
    "file",
    "member",
    "status",
    "code",
    "message",
    "sha256",
    "format",
    "body_id",
    "records",
    "lines",
    "rejected",
    "skipped",
    "sum_gbp",
    "negative_lines",
    "redacted_gbp",
    "exact_duplicates",
    "period_start",
    "period_end",
}


def test_new_makes_a_place(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "gm"
    words = ["new", folder, "--name", "Greater Manchester", "--area", "E47000001"]
    ran = run(*words, "--year", "2017-18", "--json")
    assert ran.code == 0
    assert ran.document == {
        "place": "Greater Manchester",
        "id": "greater-manchester",
        "path": str(folder),
        "areas": ["E47000001"],
        "years": ["2017-18"],
    }
    again = run(*words, "--year", "2017-18")
    assert again.code == 2
    assert "it is a place already" in again.err


def test_new_tells_everything_that_is_wrong_at_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("")
    words = ["new", tmp_path, "--name", "..", "--area", "E0800009", "--area", "Traford"]
    ran = run(*words, "--year", "2017-19", "--json")
    assert ran.code == 2
    assert ran.codes == [
        "folder_in_use",
        "bad_name",
        "unknown_area",
        "unknown_area",
        "bad_year",
    ]
    assert ran.document["problems"][2]["where"] == "--area E0800009"
    assert "E08000009 (Trafford)" in ran.document["problems"][2]["fix"]
    assert ran.err.count("error: ") == 5
    assert sorted(tmp_path.iterdir()) == [tmp_path / "in the way"]


def test_new_with_nothing_said(run: Run, tmp_path: Path) -> None:
    assert run("new", tmp_path / "x", "--json").codes == ["bad_name", "bad_areas", "bad_year"]
    assert not (tmp_path / "x").exists()


def _new_tiny(folder: Path, area: str = tiny_place.AREA) -> list[object]:
    return ["new", folder, "--name", "Tinyshire", "--area", area, "--year", tiny_place.YEAR]


def test_new_with_registers_of_its_own(run: Run, tmp_path: Path) -> None:
    registers = tiny_place.write_registers(tmp_path)
    options = [word for path in registers for word in ("--register", path)]
    assert run(*_new_tiny(tmp_path / "x"), "--json").codes == ["unknown_area"]
    assert run(*_new_tiny(tmp_path / "x", "Z99"), *options, "--json").codes == ["unknown_area"]
    assert not (tmp_path / "x").exists()
    ran = run(*_new_tiny(tmp_path / "x"), *options)
    assert ran.code == 0
    assert ran.out.startswith("Made Tinyshire (Z47000001; 2017-18)")


@pytest.mark.parametrize("exists", [True, False])
def test_new_with_a_register_that_cannot_be_read_makes_nothing(
    run: Run, tmp_path: Path, exists: bool
) -> None:
    folder = tmp_path / "x"
    if exists:
        folder.mkdir()
    area = tiny_place.write_registers(tmp_path)[:2]
    options = [word for path in area for word in ("--register", path)]
    bad = tmp_path / "bad.csv"
    bad.write_text("body_id,area,role,source\nnobody,Z08000001,nonsense,test\n")
    ran = run(*_new_tiny(folder), *options, "--register", bad)
    assert ran.code == 1
    assert "bad.csv" in ran.err
    assert list(folder.iterdir()) == [] if exists else not folder.exists()
    ran = run(*_new_tiny(folder), "--register", tmp_path / "none.csv", "--json")
    assert ran.code == 2
    assert ran.codes == ["unreadable_register"]


def test_add_tells_what_became_of_every_record(run: Run, tiny: Path, tmp_path: Path) -> None:
    spend = tiny_place.write_spend(tmp_path)
    ran = run("add", tiny, spend, "--json")
    assert ran.code == 0
    (entry,) = ran.document["files"]
    assert set(entry) >= ADD_FIELDS
    assert list(entry["skipped"]) == SKIPPED
    assert (entry["status"], entry["format"], entry["body_id"]) == (
        "loaded",
        "spend",
        "westwick-council",
    )
    assert (entry["records"], entry["lines"], entry["rejected"]) == (3, 2, 1)
    assert entry["sum_gbp"] == "1250.50"
    assert (entry["period_start"], entry["period_end"]) == ("2017-04-03", "2017-04-04")
    assert ran.err.startswith("warning: ")
    assert "12.345" in ran.err
    again = run("add", tiny, spend, "--json").document["files"]
    assert [one["status"] for one in again] == ["already_there"]


def test_add_to_people(run: Run, tiny: Path, tmp_path: Path) -> None:
    archive = tmp_path / "spend.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("April.csv", tiny_place.SPEND)
        made.writestr("May.csv", tiny_place.SPEND.replace("/04/2017", "/05/2017"))
    ran = run("add", tiny, archive)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].startswith(f"loaded {archive} [April.csv]: 2 lines of 3 records, 1 rejected")
    assert "£1,250.50" in lines[0]
    assert "[May.csv]" in lines[1]
    assert lines[-1] == "2 loaded (4 lines), 0 already there, 0 refused or quarantined."


def test_one_refused_file_never_stops_the_others(run: Run, tiny: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("1,2,3\n4,5,6\n")
    spend = tiny_place.write_spend(tmp_path)
    ran = run("add", tiny, bad, tmp_path / "none.csv", spend, "--json")
    assert ran.code == 1
    files = ran.document["files"]
    assert [one["status"] for one in files] == ["refused", "refused", "loaded"]
    assert all(one["code"] and one["message"] for one in files)
    told = run("add", tiny, bad)
    assert told.code == 1
    assert f"REFUSED {bad}" in told.out
    assert "fix:" in told.out


def test_add_tells_everything_that_is_wrong_at_once(run: Run, tiny: Path, tmp_path: Path) -> None:
    before = _changes(tiny)
    ran = run(
        *("add", tiny, tmp_path / "none.csv", "--body", "Traford", "--format", "xml"),
        *("--supersedes", "abcd", "--json"),
    )
    assert ran.code == 2
    assert ran.codes == ["unknown_body", "unknown_source", "unknown_format", "missing_file"]
    assert "trafford" in ran.document["problems"][0]["fix"]
    assert _changes(tiny) == before
    assert run("add", tiny, "--json").codes == ["no_files"]


def test_registers_are_taken_in_before_the_files_that_need_them(
    run: Run, tiny: Path, tmp_path: Path
) -> None:
    bodies = tmp_path / "bodies.csv"
    bodies.write_text(
        "body_id,name,tier,kind,org_ids,valid_from,valid_to,successor_id,source\n"
        "northwick-trust,Northwick Trust,provider,nhs_trust,,,,,invented for a test\n"
    )
    money = tmp_path / "northwick.csv"
    tiny_place.write_return(
        money, "Northwick Trust", [("in", "Gifts", "Donors", "", "own", "5.00")]
    )
    ran = run("add", tiny, money, bodies, "--json")
    assert [(one["file"], one["status"]) for one in ran.document["files"]] == [
        (str(money), "loaded"),
        (str(bodies), "loaded"),
    ]
    assert ran.code == 0


def test_formats(run: Run) -> None:
    known = run("formats", "--json").document["formats"]
    assert {"spend", "cra-2018", "ro-2017-18", "return", "register"} <= {one["id"] for one in known}
    assert all(one["title"] and one["recognises"] and one["columns"] for one in known)
    assert "recognised by: exactly the header of a return" in run("formats").out


def test_snapshot(run: Run, tiny: Path) -> None:
    first = run("snapshot", tiny, "--json").document
    assert (first["snapshot"], first["is_new"], first["note"]) == (1, True, None)
    assert run("snapshot", tiny).out.startswith("Snapshot 1 (nothing has changed")
    noted = run("snapshot", tiny, "--note", "for the board", "--json").document
    assert (noted["snapshot"], noted["is_new"]) == (2, True)
    assert noted["content_hash"] == first["content_hash"]


def test_decide(run: Run, tiny: Path) -> None:
    assert run("decide", tiny).out == "No decision holds.\n"
    alias = ["decide", tiny, "EASTWICK DC", "--what", "alias", "--value", "Eastwick Council"]
    ran = run(*alias, "--why", "its old name", "--who", "A. Tester", "--json")
    assert ran.code == 0
    assert ran.document["decision"] == 1
    (one,) = ran.document["decisions"]
    assert (one["value"], one["who"]) == ("eastwick-council", "A. Tester")
    stream = ["decide", tiny, "grant no. 7", "--what", "stream", "--value", "Tiny grant"]
    assert "tiny-grant" in run(*stream, "--why", "same grant").out
    undone = run("decide", tiny, 1, "--what", "undo", "--why", "it was not", "--json").document
    assert (undone["decision"], [one["n"] for one in undone["decisions"]]) == (3, [2])


@pytest.mark.parametrize(
    ("words", "code", "found"),
    [
        (["x", "--what", "alis", "--value", "y"], "unknown_decision", "use --what alias"),
        (["x", "--what", "alias"], "no_value", "give the body"),
        (["x", "--value", "y"], "incomplete_decision", "--what alias"),
        (["x", "--what", "alias", "--value", "Estwick Council"], "unknown_body", "eastwick"),
        (["x", "--what", "stream", "--value", "tiny-grunt"], "unknown_stream", "tiny-grant"),
        (["x", "--what", "stream", "--value", "tiny-grant"], "incomplete_decision", "why"),
        (["7", "--what", "undo", "--why", "z"], "nothing_to_undo", "none"),
    ],
)
def test_a_wrong_decision(run: Run, made: Path, words: list[str], code: str, found: str) -> None:
    ran = run("decide", made, *words, "--json")
    assert ran.code == 2
    assert ran.codes == [code]
    assert found in ran.err
    assert not (made / "decisions").exists()


def test_check_of_a_damaged_place(run: Run, tiny: Path) -> None:
    source = next(path for path in (tiny / "sources").rglob("*") if path.suffix == "")
    damaged = next(path for path in (tiny / "sources").rglob("*") if len(path.name) == 64)
    assert source.exists()
    damaged.write_bytes(b"something else")
    (tiny / "lines" / "stray.parquet").write_bytes(b"")
    ran = run("check", tiny, "--json")
    assert ran.code == 1
    document = ran.document
    assert not document["is_sound"]
    assert [one["code"] for one in document["problems"]] == ["damaged_file"]
    assert [one["code"] for one in document["leftovers"]] == ["leftover_file"]
    assert document["identities"] == {}
    assert document["not_counted"] == {"2017-18": "the place is damaged"}
    assert "NOT sound" in run("check", tiny).out


def test_check_of_a_place_without_lines(run: Run, tmp_path: Path) -> None:
    words = ["--name", "Trafford", "--area", "E08000009", "--year", "2017-18"]
    run("new", tmp_path / "x", *words)
    ran = run("check", tmp_path / "x")
    assert ran.code == 0
    assert "2017-18 was not counted" in ran.out
    assert ran.out.endswith("The place is sound.\n")


def test_claims(run: Run, tmp_path: Path) -> None:
    ran = run("claims", "--json")
    assert ran.code == 0
    claims = ran.document["claims"]
    assert len(claims) >= 40
    fields = "id document quote raw value unit equation expected computed residual verdict"
    assert all(set(one) >= set(fields.split()) for one in claims)
    assert "LON " in run("claims").out
    text = resources.files("totalplace.claims").joinpath("data/claims.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    wrong = tmp_path / "claims.csv"
    with wrong.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "verdict": "exact"} for row in rows if row["id"] == "PET")
    ran = run("claims", "--file", wrong, "--json")
    assert ran.code == 1
    assert [one["verdict"] for one in ran.document["claims"]] == ["parameter"]
    assert "PET: the verdict is parameter, the file expects exact" in ran.err
    missing = run("claims", "--file", tmp_path / "none.csv", "--json")
    assert (missing.code, missing.codes) == (2, ["no_such_file"])


def test_json_is_utf_8_text(run: Run) -> None:
    out = run("claims", "--json").out
    assert "£" in out
    assert json.loads(out)


def test_progress_goes_to_standard_error_alone(
    run: Run, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    ran = run("add", tiny, tiny_place.write_spend(tmp_path), "--json")
    assert ran.document["files"]
    assert "westwick-spend.csv: " in ran.err
    assert "%" in ran.err


def test_an_interrupted_add_leaves_nothing_half_done(
    run: Run, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_file: str, stage: str, *_: int) -> None:
        if stage == "reading":
            raise KeyboardInterrupt

    monkeypatch.setattr(_place_verbs, "file_progress", lambda _: nullcontext(stop))
    before = _changes(tiny)
    ran = run("add", tiny, tiny_place.write_spend(tmp_path), "--json")
    assert (ran.code, ran.codes) == (130, ["interrupted"])
    assert _changes(tiny) == before
    assert list((tiny / "tmp").iterdir()) == []


def _changes(place: Path) -> dict[str, bytes]:
    """The state of a place, as its documents."""
    return {path.name: path.read_bytes() for path in (place / "changes").iterdir()}


def test_a_corrected_mapping_reads_a_file_anew(run: Run, tmp_path: Path) -> None:
    place, file = tmp_path / "p", tmp_path / "two.csv"
    assert run("new", place, "--name", "P", "--area", "E08000009", "--year", "2024-25").code == 0
    head = "Paid To,Posted,Value Net,Value With Tax"
    file.write_text(f"{head}\nAcme Ltd,03/04/2024,10.00,12.00\n")
    sums = []
    for title in ("Value With Tax", "Value Net", "Value Net"):
        mapping = tmp_path / "mapping.toml"
        headers = ", ".join(f'"{one}"' for one in head.split(","))
        mapping.write_text(
            f'[[layout]]\nname = "two"\nheaders = [{headers}]\n[layout.columns]\n'
            f'payee = "Paid To"\npayment_date = "Posted"\namount = "{title}"\n'
        )
        added = run("add", place, file, "--body", "trafford", "--mapping", mapping, "--json")
        (report,) = added.document["files"]
        sums.append((report["status"], report["sum_gbp"]))
    assert sums == [("loaded", "12.00"), ("loaded", "10.00"), ("already_there", "10.00")]
    line_id = f"{report['sha256']}::2:0"
    told = run("explain", place, line_id, "--year", "2024-25", "--json").document
    assert told["as_read"]["amount_gbp"] == "10.00"
    assert run("check", place).code == 0
