"""Changes of a place: what becomes visible, what is refused, and what is never lost."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from totalplace.errors import FileRefused, PlaceError, Quarantined, RequestError
from totalplace.place import Folder, Member, Source, State, _files, _workspace, check, open_folder

from ._made import BODIES, NEW, NOW, OLD, add, lines, member, new_place, register_body, sha256, tree


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return new_place(tmp_path / "place")


def test_a_file_becomes_visible_at_the_end_of_the_change(folder: Folder) -> None:
    with folder.change() as change:
        made = add(change, NEW)
        assert folder.state() == State()
        assert change.source_path(made.sha256).read_bytes() == NEW
    state = folder.state()
    assert [m.key for m in state.members] == [(sha256(NEW), 0)]
    (path,) = folder.lines_paths("spend", state)
    assert path == folder.path / "lines" / "spend" / f"{sha256(NEW)}.0.parquet"
    assert path == folder.lines_path(made)
    assert pq.read_table(path).num_rows == made.lines == 2
    (path,) = folder.rejects_paths("spend", state)
    assert pq.read_table(path)["code"].to_pylist() == ["no_amount"]
    assert folder.source_path(made.sha256).read_bytes() == NEW
    assert state.datasets() == ("spend",)
    assert list((folder.path / "tmp").iterdir()) == []
    assert check(folder) == []


def test_what_was_written_is_read_back_field_by_field(folder: Folder) -> None:
    fields = {
        "member": "May: 2024.csv",
        "body_id": None,
        "skipped": {"blank": 0, "repeated_header": 1},
        "mapping": {"Supplier Name": "payee_text"},
        "dialect": {"delimiter": ","},
        "encoding": "cp1252",
        "rounding_pence": "-0.125",
        "file_name": "caf\udce9.csv",
    }
    with folder.change() as change:
        made = add(change, NEW, **fields)
    (read,) = open_folder(folder.path).state().members
    assert read == made
    assert read.lines_sha256 == hashlib.sha256(folder.lines_path(made).read_bytes()).hexdigest()


def test_adding_the_same_bytes_again_changes_nothing(folder: Folder) -> None:
    with folder.change() as change:
        first = add(change, OLD)
    old = tree(folder.path)
    with folder.change() as change:
        again = change.store_source(OLD, name="copy.csv", received="2027-01-01")
        assert again.name == "spend.csv"
        add(change, OLD, received="2027-01-01")
    assert change.already_there[0].key == first.key
    assert tree(folder.path) == old


def test_the_other_members_of_a_known_source_can_follow(folder: Folder) -> None:
    for index in (1, 0):
        with folder.change() as change:
            add(change, OLD, member_index=index, member=f"{index}.csv")
    assert [m.member for m in folder.state().members_of(sha256(OLD))] == ["0.csv", "1.csv"]
    assert len(folder.lines_paths("spend", folder.state())) == 2


def test_a_source_can_be_kept_by_itself(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(OLD)
    stored = folder.store_source(tmp_path / "x.csv", name="caf\udce9.csv", received=NOW)
    assert stored == sha256(OLD)
    (source,) = folder.state().sources
    assert source == Source(sha256=stored, name="caf?.csv", size_bytes=len(OLD), received=NOW)
    assert folder.store_source(OLD, name="again.csv", received=NOW) == stored
    assert check(folder) == []


def test_a_file_is_copied_without_being_held_in_memory(tmp_path: Path) -> None:
    size = 20 * _files.CHUNK_BYTES
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(size)
    tracemalloc.start()
    with big.open("rb") as file:
        copied = _files.copy_stream(file, tmp_path / "copy")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert copied == (hashlib.sha256(bytes(size)).hexdigest(), size)
    assert peak < 4 * _files.CHUNK_BYTES


@pytest.mark.parametrize(("name", "code"), [("no.csv", "missing_file"), (".", "unreadable_file")])
def test_a_supplied_file_that_cannot_be_read(
    folder: Folder, tmp_path: Path, name: str, code: str
) -> None:
    with pytest.raises(FileRefused) as told:
        folder.store_source(tmp_path / name, name=name, received=NOW)
    assert told.value.problems[0].code == code
    assert folder.state() == State()


def test_records_that_do_not_add_up_are_quarantined(folder: Folder) -> None:
    with pytest.raises(Quarantined, match="4 records, but 2 lines"), folder.change() as change:
        add(change, OLD, records=4)
    with folder.change() as change:
        path = change.path / "more.parquet"
        pq.write_table(lines(member(OLD)), path)
        change.store_source(OLD, name="spend.csv", received=NOW)
        with pytest.raises(Quarantined, match="holds 2 rows, 1 were"):
            change.add_member(member(OLD, lines=1, records=2), path)
    assert folder.state().members == ()


def test_misuse_is_a_fault_of_ours_and_changes_nothing(folder: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside.parquet"
    pq.write_table(lines(member(OLD)), outside)
    with folder.change() as change:
        with pytest.raises(ValueError, match="store the source first"):
            change.add_member(member(OLD), outside)
        change.store_source(OLD, name="x", received=NOW)
        change.store_source(NEW, name="y", received=NOW)
        with pytest.raises(ValueError, match="own folder"):
            change.add_member(member(OLD), outside)
        with pytest.raises(ValueError, match="file of rejects"):
            change.add_member(member(NEW), outside)
        with pytest.raises(ValueError, match="is_register"):
            change.register(member(OLD), pa.table({}))
    assert folder.state().members == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"sha256": "abc"},
        {"dataset": "../spend"},
        {"dataset": ""},
        {"member_index": -1},
        {"skipped": {"blank": -1}},
        {"status": "superseded"},
        {"superseded_by": sha256(NEW)},
        {"received": "yesterday"},
    ],
)
def test_a_member_that_cannot_be(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        member(OLD, **fields)


def test_superseding(folder: Folder) -> None:
    with folder.change() as change:
        add(change, OLD)
    with folder.change() as change:
        add(change, NEW)
        change.supersede(sha256(OLD), by=sha256(NEW))
    state = folder.state()
    assert [(m.sha256, m.superseded_by) for m in state.members if not m.is_active] == [
        (sha256(OLD), sha256(NEW))
    ]
    assert folder.lines_paths("spend", state) == [folder.lines_path(state.active[0])]
    assert folder.lines_path(member(OLD)).exists()
    # and back again
    with folder.change() as change:
        change.supersede(sha256(NEW), by=sha256(OLD))
    assert [m.sha256 for m in folder.state().active] == [sha256(OLD)]
    assert check(folder) == []


def test_superseding_that_cannot_be(folder: Folder) -> None:
    with folder.change() as change:
        add(change, OLD)
        register_body(change)
        add(change, NEW)
    old, new, third = sha256(OLD), sha256(NEW), sha256(BODIES)
    with folder.change() as change:
        change.supersede(old, by=new)
    before = tree(folder.path)
    for name, by, why in (
        ("f" * 64, new, "has no such source"),
        (new, new, "cannot supersede itself"),
        (new, "f" * 64, "the place lacks f"),
        (old, third, f"{new} has done so"),
    ):
        with pytest.raises(RequestError, match=why), folder.change() as change:
            change.supersede(name, by=by)
    with pytest.raises(RequestError, match="add it again with"), folder.change() as change:
        add(change, OLD, member_index=1)
    assert tree(folder.path) == before


@pytest.mark.parametrize("is_city_first", [True, False])
def test_registers_are_read_in_the_order_of_receipt(folder: Folder, is_city_first: bool) -> None:
    city = b"body_id,name\nmarlbrook,Marlbrook City\n"
    assert folder.reference("body", folder.state()) is None
    with folder.change() as change:
        register_body(change, received="2026-12-02T00:00:00")
        register_body(change, city, received=f"2026-12-0{1 if is_city_first else 3}T00:00:00")
        add(change, OLD)
    state = folder.state()
    table = folder.reference("body", state)
    assert table is not None
    names = ["Marlbrook City", "Marlbrook Council"]
    assert table["name"].to_pylist() == (names if is_city_first else names[::-1])
    assert state.registers() == ("body",)
    assert state.datasets() == ("spend",)
    assert folder.lines_paths("body", state) == []
    folder.lines_path(state.members_of(sha256(BODIES))[0]).write_bytes(b"PAR1")
    with pytest.raises(PlaceError, match=r"reference/body"):
        folder.reference("body", state)


def test_finding_a_source_by_the_beginning_of_its_hash(folder: Folder) -> None:
    with pytest.raises(RequestError, match="no sources yet"):
        folder.state().find_source("abcd")
    stored = folder.store_source(OLD, name="old.csv", received=NOW)
    state = folder.state()
    assert state.find_source(stored[:4].upper()).sha256 == stored
    with pytest.raises(RequestError, match=r"several .*\n.*\n.*\n.*old\.csv"):
        state.find_source(stored[:3])
    with pytest.raises(RequestError, match=r"old\.csv"):
        state.find_source("zzzz")


def test_derived_tables_are_kept(folder: Folder) -> None:
    assert folder.derived("net", "ab12") is None
    path = folder.write_derived("net", "ab12", pa.table({"pence": [1, 2]}))
    assert folder.derived("net", "ab12") == path
    assert folder.derived("net", "ab") is None
    assert pq.read_table(path)["pence"].to_pylist() == [1, 2]
    for step, inputs in (("../net", "ab12"), ("net", "../ab12"), ("net", "")):
        with pytest.raises(ValueError, match="no name of a derived table"):
            folder.derived(step, inputs)


def test_a_derived_table_that_was_altered_is_none(folder: Folder) -> None:
    path = folder.write_derived("net", "ab12", pa.table({"pence": [1, 2]}))
    pq.write_table(pa.table({"pence": [1]}), path)
    assert folder.derived("net", "ab12") is None
    again = folder.write_derived("net", "ab12", pa.table({"pence": [1, 2]}))
    assert again == path
    assert folder.derived("net", "ab12") == path


def test_writers_at_once_all_survive_and_readers_see_whole_states(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_files, "_fsync", lambda fd: None)
    faults: list[BaseException] = []
    done = threading.Event()
    seen = 0

    def write(writer: int) -> None:
        try:
            for number in range(6):
                with folder.change() as change:
                    add(change, b"payee,amount\nAcme,%d%d.00\n" % (writer, number))
                with folder.change() as change:
                    add(change, OLD)
                folder.decide(
                    object_id=f"{writer}", what="alias", value="x", who="jo", when=NOW, why="y"
                )
        except BaseException as error:
            faults.append(error)

    def read() -> None:
        nonlocal seen
        try:
            while not done.is_set():
                now = folder.state()
                assert len(now.members) >= seen
                seen = len(now.members)
                for path in folder.lines_paths("spend", now):
                    assert pq.read_metadata(path).num_rows in {1, 2}
                assert check(folder) == []
        except BaseException as error:
            faults.append(error)

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    reader = threading.Thread(target=read)
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert faults == []
    assert len(folder.state().members) == 4 * 6 + 1
    assert [decision.n for decision in folder.decisions()] == list(range(1, 25))
    assert check(folder) == []


WRITER = """
import sys
from pathlib import Path
from totalplace.place import open_folder
folder = open_folder(Path(sys.argv[1]))
for number in range(8):
    folder.store_source(f"{sys.argv[2]} {number}".encode(), name="x", received="2026-11-21")
"""


def test_two_processes_at_once_both_survive(folder: Folder) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(folder.path), str(writer)])
        for writer in range(2)
    ]
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    assert len(folder.state().sources) == 16
    assert check(folder) == []


def test_a_place_that_is_held_is_told_after_a_wait(folder: Folder) -> None:
    with (
        _workspace.write_lock(folder.path),
        pytest.raises(PlaceError, match="written by another process"),
        _workspace.write_lock(folder.path, wait_seconds=0.05),
    ):
        pass
    with _workspace.write_lock(folder.path, wait_seconds=0):
        assert _workspace.is_committing(folder.path)
    assert not _workspace.is_committing(folder.path)


def test_a_sweep_takes_only_what_dead_writers_have_noted(folder: Folder) -> None:
    with folder.change() as change:
        add(change, OLD)
    kept, mine = folder.lines_path(member(OLD)), folder.path / "lines" / "spend" / "mine.parquet"
    gone = folder.path / "lines" / "spend" / "gone.parquet"
    outside = folder.path.parent / "outside"
    for path in (mine, gone, outside):
        path.write_bytes(b"")
    dead = folder.path / "tmp" / "dead"
    dead.mkdir()
    names = [path.relative_to(folder.path) for path in (kept, gone)]
    _workspace.note_moves(dead, [*names, Path("../outside"), outside])
    with folder.change() as alive:
        assert alive.path.exists()
        folder.decide(object_id="a", what="b", value="c", who="d", when=NOW, why="e")
        assert alive.path.exists()
    assert not dead.exists()
    assert not gone.exists()
    assert kept.exists()
    assert mine.exists()
    assert outside.exists()
    assert [problem.code for problem in check(folder)] == ["leftover_file"]


def test_a_short_source_is_read_to_its_end(tmp_path: Path) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 3, 3))

    assert _files.copy_stream(Slow(OLD), tmp_path / "copy") == (sha256(OLD), len(OLD))


def test_states_are_in_order_and_whole() -> None:
    made = member(OLD)
    source = Source(sha256=made.sha256, name="x", size_bytes=1, received=NOW)
    assert State(sources=(source,), members=(made,)).active == (made,)
    for wrong in ((made, made), (member(OLD, member_index=1), made)):
        with pytest.raises(ValueError, match="in order, each once"):
            State(sources=(source,), members=wrong)
    with pytest.raises(ValueError, match="does not have"):
        State(members=(made,))
    gone = Member(**{**vars(made), "status": "superseded", "superseded_by": sha256(NEW)})
    with pytest.raises(ValueError, match=sha256(NEW)):
        State(sources=(source,), members=(gone,))
