"""Backups that are taken while another process adds, freezes and publishes are consistent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from counted import how_many
from disclosure._made import tree
from totalplace.disclosure import Zone
from totalplace.place import check, open_folder

from ._made import backed, full_place, restored

_WRITER = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from disclosure._made import publish
from place._made import NOW, TODAY, add
from totalplace.place import _files, open_folder
from totalplace.disclosure.publish import withdraw_publication

_files._fsync = lambda fd: None
folder = open_folder(Path(sys.argv[1]))
for turn in range(100_000):
    with folder.change() as change:
        add(change, b"payee,amount\\nAcme,%d.00\\n" % turn)
    folder.decide(object_id=str(turn), what="alias", value="b", who="jo", when=NOW, why="w")
    n = folder.freeze(f"turn {turn}", today=TODAY).n
    publish(folder.path / "public", n)
    if turn % 3 == 0:
        withdraw_publication(folder.path / "public", n, reason="x", when=NOW, place={})
    print(turn, flush=True)
    time.sleep(0.1)  # or the place grows faster than it can be looked at
"""


@pytest.mark.slow
@pytest.mark.counted
def test_a_backup_while_another_process_writes(tmp_path: Path) -> None:
    folder = full_place(tmp_path / "place")
    before = len(folder.snapshots())
    here = str(Path(__file__).parents[1])
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(folder.path), here],
        stdout=subprocess.PIPE,
        text=True,
    )
    seen: list[int] = []
    try:
        assert writer.stdout is not None
        for turn in range(how_many(10, 3)):
            # something was written since the last one, and it goes on
            while before + 1 + int(writer.stdout.readline()) <= max(seen, default=0):
                pass
            file, back = tmp_path / f"{turn}.zip", tmp_path / f"back-{turn}"
            made = backed(folder, file)
            assert made.left_out == {}
            # a restore checks rows, sums, chains and that no file is without a document
            restored(file, back)
            assert check(open_folder(back)) == []
            counts = made.manifest.counts
            zone = Zone(back / "public")
            published = {*zone.numbers, *zone.withdrawn}
            assert max(published) <= counts["snapshots"]
            assert len(open_folder(back).snapshots()) == counts["snapshots"]
            assert open_folder(back).snapshots()[-1].decisions <= counts["decisions"]
            for n in zone.numbers:
                publication = zone.publication(n)
                assert {*tree(publication.path)} == {*publication.files, "publication.json"}
            seen.append(counts["snapshots"])
        assert writer.poll() is None, "nobody wrote any more"
    finally:
        writer.kill()
        writer.communicate()
    assert seen == sorted(set(seen))
