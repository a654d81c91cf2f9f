"""A damaged or hostile backup: every problem is told, and nothing is made."""

from __future__ import annotations

import json
import random
import shutil
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from counted import how_many
from place._made import sha256
from totalplace.backup import _archive, _manifest, _restore
from totalplace.errors import FileRefused, RequestError, TotalplaceError
from totalplace.place import encode, open_folder

from ._made import altered, backed, full_place, restored, taken

SPEND = "place/lines/spend/"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup, beside the place that it is of."""
    folder = tmp_path_factory.mktemp("template")
    backed(full_place(folder / "place"), folder / "b.zip", parts={"x": lambda s: s.write(b"xyz")})
    return folder / "b.zip"


def _problems(file: Path, tmp_path: Path) -> list[str]:
    """What is told of a backup that cannot be restored; that nothing was made."""
    before = sorted(tmp_path.iterdir())
    with pytest.raises(FileRefused) as told:
        restored(file, tmp_path / "back", read_parts=lambda *_: None)
    assert sorted(tmp_path.iterdir()) == before
    for problem in told.value.problems:
        assert problem.code == "bad_backup"
        assert str(file) in problem.where
        assert "restoring" not in f"{problem.where}{problem.why}", "not where it was being made"
    return [f"{problem.where} {problem.why}" for problem in told.value.problems]


def _names(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as archive:
        return archive.namelist()


def _manifest_of(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        document: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return document


def _with_manifest(file: Path, to: Path, manifest: object, **change: bytes | None) -> Path:
    """The archive with its manifest as it is now, made to add up."""
    if isinstance(manifest, dict) and isinstance(manifest.get("files"), list):
        entries = manifest["files"] + manifest["parts"]
        manifest["size_bytes"] = sum(entry["size_bytes"] for entry in entries)
    return altered(file, to, **change | {"manifest.json": encode(manifest)})


def test_every_member_that_is_damaged_lacking_or_strange_is_told(
    template: Path, tmp_path: Path
) -> None:
    names = _names(template)
    first, second, third = [
        name for name in names if name.startswith(SPEND) or name.endswith("/1.json")
    ][:3]
    file = altered(
        template, tmp_path / "bad.zip",
        **{first: b"shorter", second: None, "place/more": b"x", "parts/x": b"xyw"},
    )  # fmt: skip
    told = _problems(file, tmp_path)
    assert len(told) == 3
    assert [why for why in told if first in why and "7 bytes, the manifest says" in why]
    assert [why for why in told if second in why and "the archive lacks it" in why]
    assert [why for why in told if "place/more" in why and "does not name it" in why]
    with zipfile.ZipFile(template) as archive:
        same_size = {name: bytes(len(archive.read(name))) for name in (first, third)}
    file = altered(template, tmp_path / "worse.zip", **same_size, **{"parts/x": b"xyw"})
    told = _problems(file, tmp_path)
    assert len(told) == 3
    assert all("its SHA-256 is" in why for why in told)
    assert [name for name in (first, third, "parts/x") if name in "".join(told)]


@pytest.mark.counted
def test_any_bit_that_is_turned_is_told_or_changes_nothing(template: Path, tmp_path: Path) -> None:
    chance = random.Random(20261130)
    data = template.read_bytes()
    good = taken(template.with_name("place"))
    told = 0
    for turn in range(how_many(500)):
        spoilt = bytearray(data)
        spoilt[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        (tmp_path / "b.zip").write_bytes(spoilt)
        refused = None
        try:
            restored(tmp_path / "b.zip", tmp_path / "back", read_parts=lambda *_: None)
        except FileRefused as error:
            refused = error
        if refused is not None:
            told += 1
            assert {problem.code for problem in refused.problems} == {"bad_backup"}, turn
            assert not (tmp_path / "back").exists(), turn
        else:
            assert taken(tmp_path / "back") == good, turn
            shutil.rmtree(tmp_path / "back")
        assert {path.name for path in tmp_path.iterdir()} <= {"b.zip"}, turn
    assert told > how_many(500) / 2


@pytest.mark.counted
def test_a_backup_that_is_cut_off_is_none(template: Path, tmp_path: Path) -> None:
    data = template.read_bytes()
    for size in random.Random(7).sample(range(len(data)), how_many(100)):
        (tmp_path / "b.zip").write_bytes(data[:size])
        assert _problems(tmp_path / "b.zip", tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/etc/cron.d/x",
        "notes/../../outside",
        "a//b",
        "./a",
        "a\\..\\b",
        "tmp/0123/moves.json",
        "lock",
        "workbench/keys/secret",
        ".place.toml.0123.tmp",
        "two\nlines",
        "place.toml/below",
    ],
)
def test_no_name_leads_out_of_the_place_or_into_what_is_not_its(
    template: Path, tmp_path: Path, name: str
) -> None:
    manifest = _manifest_of(template)
    entry = {"name": name, "size_bytes": 1, "sha256": sha256(b"x")}
    manifest["files"].append(entry)
    file = _with_manifest(template, tmp_path / "bad.zip", manifest, **{f"place/{name}": b"x"})
    assert _problems(file, tmp_path)
    assert not (tmp_path / "outside").exists()


def test_names_of_parts_stay_below_theirs(template: Path, tmp_path: Path) -> None:
    manifest = _manifest_of(template)
    manifest["parts"].append({"name": "../y", "size_bytes": 1, "sha256": sha256(b"x")})
    file = _with_manifest(template, tmp_path / "bad.zip", manifest, **{"parts/../y": b"x"})
    assert "'../y' is no name" in _problems(file, tmp_path)[0]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": "other"}, "none of a backup"),
        ({"made": "yesterday"}, "damaged"),
        ({"counts": {"sources": "many"}}, "damaged"),
        ({"place_id": "elsewhere"}, "its files say"),
        ({"schema_version": 1}, "its files say"),
        ({"counts": {}}, "its files say"),
        ({"more": 1}, "unknown fields"),
        ({"files": []}, "does not name it"),
    ],
)
def test_a_manifest_that_is_not_that_of_its_files(
    template: Path, tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    manifest = _manifest_of(template) | change
    assert why in _problems(_with_manifest(template, tmp_path / "b.zip", manifest), tmp_path)[0]


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"format": 1}', b"\xff", b"[" * 100_000])
def test_a_manifest_that_is_none(template: Path, tmp_path: Path, data: bytes) -> None:
    file = altered(template, tmp_path / "b.zip", **{"manifest.json": data})
    assert "manifest" in _problems(file, tmp_path)[0]


def test_a_manifest_that_says_a_wrong_sum_or_a_file_twice(template: Path, tmp_path: Path) -> None:
    manifest = _manifest_of(template)
    manifest["size_bytes"] += 1
    file = altered(template, tmp_path / "sum.zip", **{"manifest.json": encode(manifest)})
    assert "not the sum" in _problems(file, tmp_path)[0]
    manifest = _manifest_of(template)
    manifest["files"].append(manifest["files"][0])
    file = _with_manifest(template, tmp_path / "twice.zip", manifest)
    assert "names a file twice" in _problems(file, tmp_path)[0]


def test_an_archive_without_a_manifest(template: Path, tmp_path: Path) -> None:
    file = altered(template, tmp_path / "b.zip", **{"manifest.json": None})
    assert "no manifest" in _problems(file, tmp_path)[0]


def test_a_later_version_is_told(template: Path, tmp_path: Path) -> None:
    manifest = _manifest_of(template) | {"format_version": 2, "more": 1}
    file = _with_manifest(template, tmp_path / "b.zip", manifest)
    with pytest.raises(FileRefused) as told:
        restored(file, tmp_path / "back")
    assert told.value.problems[0].code == "newer_backup"
    assert not (tmp_path / "back").exists()


def _odd(
    template: Path, to: Path, change: Callable[[zipfile.ZipInfo], None], *, twice: bool = False
) -> Path:
    """The archive with one member written in a way that no backup is."""
    with zipfile.ZipFile(template) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            info, data = zipfile.ZipInfo(name), old.read(name)
            if name == "place/notes/méthode.txt":
                change(info)
                if twice:
                    new.writestr(name, data)
            new.writestr(info, data)
    return to


def _set(**values: Any) -> Callable[[zipfile.ZipInfo], None]:
    return lambda info: [setattr(info, name, value) for name, value in values.items()] and None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_set(external_attr=(stat.S_IFLNK | 0o777) << 16), "a link or no plain file"),
        (_set(external_attr=(stat.S_IFDIR | 0o777) << 16), "a link or no plain file"),
        (_set(compress_type=zipfile.ZIP_LZMA), "packed in another way"),
        (_set(compress_type=zipfile.ZIP_BZIP2), "packed in another way"),
    ],
)
def test_members_that_no_backup_has(
    template: Path, tmp_path: Path, change: Callable[[zipfile.ZipInfo], None], why: str
) -> None:
    (told,) = _problems(_odd(template, tmp_path / "b.zip", change), tmp_path)
    assert why in told
    assert "m\\xe9thode" in told


def test_a_member_that_is_there_twice(template: Path, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        file = _odd(template, tmp_path / "b.zip", _set(), twice=True)
    assert "has it twice" in _problems(file, tmp_path)[0]


def test_an_encrypted_member(template: Path, tmp_path: Path) -> None:
    data = bytearray(template.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    (tmp_path / "b.zip").write_bytes(data)
    assert "encrypted" in _problems(tmp_path / "b.zip", tmp_path)[0]


def test_a_bomb_is_unpacked_no_further_than_it_says(template: Path, tmp_path: Path) -> None:
    """The lists of the archive and the manifest say three bytes; there are a hundred million."""
    manifest = _manifest_of(template)
    (entry,) = (e for e in manifest["files"] if "thode" in e["name"])
    name = f"place/{entry['name']}"
    entry["size_bytes"] = 3
    file = _with_manifest(template, tmp_path / "b.zip", manifest, **{name: bytes(100_000_000)})
    data = file.read_bytes()
    assert data.count(struct.pack("<L", 100_000_000)) == 2
    file.write_bytes(data.replace(struct.pack("<L", 100_000_000), struct.pack("<L", 3)))
    written: list[int] = []
    original = _archive._files._write

    def watched(fd: int, chunk: memoryview) -> int:
        written.append(len(chunk))
        return original(fd, chunk)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_archive._files, "_write", watched)
        assert _problems(file, tmp_path)
    assert sum(written) < 1_000_000


def test_a_manifest_that_is_too_large_is_not_read(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_archive, "MAX_MANIFEST_BYTES", 100)
    assert "too large" in _problems(shutil.copy(template, tmp_path / "b.zip"), tmp_path)[0]


def test_a_place_that_does_not_fit_is_told_before(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_restore, "_SPARE_BYTES", 1 << 60)
    with pytest.raises(RequestError) as told:
        restored(template, tmp_path / "back")
    (problem,) = told.value.problems
    assert problem.code == "no_room"
    assert f"{_manifest_of(template)['size_bytes']:,} bytes" in problem.why
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_of_no_place(template: Path, tmp_path: Path) -> None:
    """Sound by their hashes, but no document of the place names one of them."""
    manifest = _manifest_of(template)
    manifest["files"].append({"name": "lines/x", "size_bytes": 1, "sha256": sha256(b"x")})
    file = _with_manifest(template, tmp_path / "b.zip", manifest, **{"place/lines/x": b"x"})
    told = _problems(file, tmp_path)
    assert any("lines/x" in why for why in told)


def test_a_place_that_is_damaged_in_a_sound_archive(template: Path, tmp_path: Path) -> None:
    manifest = _manifest_of(template)
    (entry,) = (e for e in manifest["files"] if e["name"] == "decisions/1.json")
    entry |= {"size_bytes": 2, "sha256": sha256(b"{}")}
    file = _with_manifest(
        template, tmp_path / "b.zip", manifest, **{"place/decisions/1.json": b"{}"}
    )
    (told,) = _problems(file, tmp_path)
    assert "decisions/1.json" in told


@pytest.mark.parametrize("what", ["missing", "a folder", "a text"])
def test_what_is_no_backup_at_all(tmp_path: Path, what: str) -> None:
    file = tmp_path / "b.zip"
    if what == "a folder":
        file.mkdir()
    elif what == "a text":
        file.write_text("no archive")
    with pytest.raises(FileRefused) as told:
        restored(file, tmp_path / "back")
    codes = {"missing": "missing_file", "a folder": "unreadable_file", "a text": "bad_backup"}
    assert told.value.problems[0].code == codes[what]
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize(
    ("name", "code"),
    [("in use", "folder_in_use"), ("place", "folder_in_use"), ("file", "folder_in_use"),
     ("none/below", "no_folder")],
)  # fmt: skip
def test_where_no_place_is_restored(template: Path, tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "in use").mkdir()
    (tmp_path / "in use" / "mine").write_text("mine")
    (tmp_path / "file").write_text("mine")
    restored(template, tmp_path / "place")
    before = taken(tmp_path)
    with pytest.raises(TotalplaceError) as told:
        restored(template, tmp_path / name)
    assert told.value.problems[0].code == code
    assert taken(tmp_path) == before


def test_a_folder_that_is_filled_meanwhile_is_left_alone(template: Path, tmp_path: Path) -> None:
    def fill(*_: object) -> None:
        (tmp_path / "back").mkdir(exist_ok=True)
        (tmp_path / "back" / "mine").write_text("mine")

    with pytest.raises(RequestError, match="not empty"):
        restored(template, tmp_path / "back", progress=fill)
    assert taken(tmp_path) == {"back/mine": b"mine"}


def test_restored_beside_itself(template: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """Relative paths, and a path with a way back in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    restored(template, Path("a/../back"))
    restored(template, Path("again"))
    assert open_folder(tmp_path / "back").name == open_folder(tmp_path / "again").name


def test_what_a_manifest_is_called() -> None:
    assert _manifest.is_member_name("a/b c.txt")
    assert not _manifest.is_member_name("a\udce9")
