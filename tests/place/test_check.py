"""`check` sees every kind of damage; mutated documents are told and never crash."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counted import how_many
from totalplace.errors import RequestError
from totalplace.place import Folder, check, open_folder

from ._made import BODIES, NEW, NOW, OLD, TODAY, add, member, new_place, register_body, sha256


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with everything in it."""
    folder = new_place(tmp_path_factory.mktemp("template") / "place")
    with folder.change() as change:
        add(change, OLD)
    folder.freeze("first", today=TODAY)
    with folder.change() as change:
        add(change, NEW)
        register_body(change)
        change.supersede(sha256(OLD), by=sha256(NEW))
    for value in ("b", "c"):
        folder.decide(object_id="a", what="alias", value=value, who="jo", when=NOW, why="e")
    folder.freeze("second", today=TODAY)
    assert check(folder) == []
    return folder.path


def edit(name: str, **fields: object) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        document = json.loads((root / name).read_bytes())
        assert document.keys() >= fields.keys()
        (root / name).write_text(json.dumps(document | fields))

    return damage


def edit_member(data: bytes, **fields: object) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        document = json.loads((root / "changes/2.json").read_bytes())
        (found,) = [m for m in document["members"] if m["sha256"] == sha256(data)]
        found.update(fields)
        (root / "changes/2.json").write_text(json.dumps(document))

    return damage


def flip(name: Path | str) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        data = bytearray((root / name).read_bytes())
        data[len(data) // 2] ^= 1
        (root / name).write_bytes(data)

    return damage


def remove(name: Path | str) -> Callable[[Path], None]:
    return lambda root: (root / name).unlink()


def write(name: Path | str, data: bytes = b"") -> Callable[[Path], None]:
    return lambda root: (root / name).write_bytes(data) and None  # type: ignore[func-returns-value]


def rewrite_lines(root: Path) -> None:
    """Other lines, and the document edited to match their hash."""
    path = root / member(NEW).lines_path
    pq.write_table(pa.table({"row_no": [1, 2], "amount_pence": [100, 999]}), path)
    edit_member(NEW, lines_sha256=sha256(path.read_bytes()))(root)


def text_lines(root: Path) -> None:
    path = root / member(NEW).lines_path
    pq.write_table(pa.table({"row_no": [1, 2], "amount_pence": ["1", "2"]}), path)
    edit_member(NEW, lines_sha256=sha256(path.read_bytes()))(root)


def dead_writer(root: Path) -> None:
    (root / "tmp" / "dead").mkdir()
    (root / "tmp" / "dead" / ".alive").touch()


SOURCE = Path("sources", sha256(NEW)[:2], sha256(NEW))
BODY = f"reference/body/{sha256(BODIES)}.0.parquet"
DAMAGES = {
    "a bit of a source": (flip(SOURCE), "damaged_file", sha256(NEW)),
    "a source removed": (remove(SOURCE), "vanished", sha256(NEW)),
    "a source's facts": (flip(f"{SOURCE}.json"), "damaged_file", ".json"),
    "a source's facts removed": (remove(f"{SOURCE}.json"), "damaged_file", ".json"),
    "a bit of the lines": (flip(member(NEW).lines_path), "damaged_file", "lines/spend"),
    "superseded lines": (flip(member(OLD).lines_path), "damaged_file", "lines/spend"),
    "lines removed": (remove(member(NEW).lines_path), "vanished", "lines/spend"),
    "lines emptied": (write(member(NEW).lines_path), "damaged_file", "lines/spend"),
    "lines rewritten": (rewrite_lines, "damaged_file", "lines/spend"),
    "lines of text": (text_lines, "damaged_file", "lines/spend"),
    "a bit of the rejects": (flip(member(NEW).rejects_path), "damaged_file", "rejects/spend"),
    "rejects removed": (remove(member(NEW).rejects_path), "vanished", "rejects/spend"),
    "a register": (flip(BODY), "damaged_file", "reference/body"),
    "records": (edit_member(NEW, records=5), "records_do_not_add_up", "spend.csv"),
    "lines counted": (edit_member(NEW, lines=1, records=3), "damaged_file", "lines/spend"),
    "rejects counted": (edit_member(NEW, rejected=2, records=5), "damaged_file", "rejects"),
    "the sum": (edit_member(NEW, sum_pence=201), "damaged_file", "lines/spend"),
    "the first change": (flip("changes/1.json"), "damaged_document", "changes/"),
    "a change's number": (edit("changes/2.json", n=1), "damaged_document", "changes/2"),
    "a change's chain": (edit("changes/2.json", previous="ab"), "damaged_document", "changes/2"),
    "a change's sources": (edit("changes/2.json", sources=[]), "damaged_document", "changes/2"),
    "a change cut off": (write("changes/2.json", b'{"n": 2,'), "damaged_document", "changes/2"),
    "a change removed": (remove("changes/1.json"), "damaged_document", "changes/1"),
    "the last change removed": (remove("changes/2.json"), "damaged_file", "changes"),
    "the last change emptied": (
        edit("changes/2.json", members=[], sources=[]),
        "damaged_file",
        "changes",
    ),
    "the state removed": (lambda root: shutil.rmtree(root / "changes"), "vanished", "changes"),
    "a decision's value": (edit("decisions/1.json", value="z"), "damaged_file", "snapshots/2"),
    "a decision's number": (edit("decisions/1.json", n=2), "damaged_file", "decisions/1"),
    "a decision's kind": (edit("decisions/1.json", n="1"), "damaged_document", "decisions/1"),
    "the last decision gone": (remove("decisions/2.json"), "damaged_file", "snapshots/2"),
    "a snapshot's note": (edit("snapshots/1.json", note="x"), "damaged_file", "snapshots/2"),
    "a snapshot's number": (edit("snapshots/2.json", n=1), "damaged_file", "snapshots/2"),
    "a snapshot's members": (edit("snapshots/2.json", members=[]), "damaged_file", "snapshots/2"),
    "a snapshot's sources": (edit("snapshots/2.json", sources=[]), "damaged_document", "shots/2"),
    "a snapshot removed": (remove("snapshots/1.json"), "damaged_document", "snapshots/1"),
    "a first with one before": (
        edit("snapshots/1.json", previous="ab"),
        "damaged_file",
        "snapshots/1",
    ),
    "current": (write("current", b"1\n"), "leftover_current", "current"),
    "current removed": (remove("current"), "leftover_current", "current"),
    "a stray file": (write("lines/spend/x.parquet"), "leftover_file", "x.parquet"),
    "a dead writer": (dead_writer, "leftover_file", "tmp/dead"),
    "a temporary file": (write("snapshots/.3.json.ab.tmp"), "leftover_file", ".3.json.ab.tmp"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_seen_and_named(template: Path, tmp_path: Path, name: str) -> None:
    damage, code, where = DAMAGES[name]
    root = shutil.copytree(template, tmp_path / "place")
    folder = open_folder(root)
    damage(root)
    problems = check(folder)
    assert [p for p in problems if p.code == code and where in p.where], problems
    assert all(problem.why and problem.fix for problem in problems)


def test_all_damage_is_told_at_once(template: Path, tmp_path: Path) -> None:
    root = shutil.copytree(template, tmp_path / "place")
    folder = open_folder(root)
    for damage in (flip(SOURCE), remove("decisions/1.json"), remove("snapshots/1.json")):
        damage(root)
    told = " ".join(problem.where for problem in check(folder))
    assert SOURCE.name in told
    assert "decisions/1.json" in told
    assert "snapshots/1.json" in told


def mutate(data: bytes, chance: random.Random) -> bytes:
    """One of: bytes changed, cut off, doubled, a token swapped for another kind of value."""
    changed = bytearray(data)
    kind = chance.randrange(5)
    if kind == 0:
        for _ in range(chance.randrange(1, 4)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    elif kind == 1:
        del changed[chance.randrange(len(changed)) :]
    elif kind == 2:
        start = chance.randrange(len(changed))
        changed[start:start] = changed[start : start + chance.randrange(1, 200)]
    elif kind == 3:
        words = data.split(b"\n")
        at = chance.randrange(len(words))
        head, mark, _ = words[at].partition(b": ")
        others = [b"null", b"-1", b"1e999", b"[]", b"{}", b'"../../x"', b"9" * 5000, b"[" * 3000]
        words[at] = head + mark + chance.choice(others) + b","
        changed = bytearray(b"\n".join(words))
    else:
        words = data.split(b"\n")
        chance.shuffle(words)
        changed = bytearray(b"\n".join(words))
    return bytes(changed)


def use(root: Path) -> None:
    """What every command does with a place."""
    folder: Folder = open_folder(root)
    check(folder)
    folder.decisions()
    state = folder.state()
    folder.reference("body", state)
    folder.freeze(today=TODAY)
    folder.decide(object_id="a", what="b", value="c", who="d", when=NOW, why="e")
    folder.state(at=1)


def mutations(template: Path, tmp_path: Path, number: int) -> int:
    names = [
        "place.toml",
        "changes/1.json",
        "changes/2.json",
        "decisions/1.json",
        "snapshots/1.json",
        "snapshots/2.json",
    ]
    names.append("current")
    told = 0
    chance = random.Random(20261121)
    root = shutil.copytree(template, tmp_path / "place")
    for _ in range(number):
        name = chance.choice(names)
        sound = (template / name).read_bytes()
        (root / name).write_bytes(mutate(sound, chance))
        try:
            use(root)
        except RequestError as error:
            told += all(problem.why and problem.fix for problem in error.problems)
        shutil.rmtree(root)
        shutil.copytree(template, root, copy_function=os.link)
        # hard links share their bytes: a document that is to be mutated gets its own
        for document in names:
            shutil.copyfile(root / document, root / "x")
            (root / "x").replace(root / document)
    return told


@pytest.mark.slow
@pytest.mark.early
@pytest.mark.counted
def test_mutated_documents_never_crash(template: Path, tmp_path: Path) -> None:
    number = how_many(3_000)
    assert mutations(template, tmp_path, number) > number / 2
