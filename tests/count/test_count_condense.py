"""Payments to nobody known may be summed before a count: not one figure changes."""

from __future__ import annotations

import pytest
from northland import TODAY

from totalplace import make_fictional_place
from totalplace.count import Request
from totalplace.count._working import Working, work
from totalplace.engine import Engine
from totalplace.place import Folder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A fictional place with every source in it."""
    folder = tmp_path_factory.mktemp("town") / "place"
    made, _ = make_fictional_place(folder, people=6_000, seed=3)
    return made.folder


@pytest.mark.parametrize("by", [(), ("area",)])
@pytest.mark.long
def test_summing_first_gives_the_same_cube(engine: Engine, town: Folder, by: tuple[str]) -> None:
    request = Request(town.years[0], by=by)
    every = work(engine, town, request, today=TODAY, every_line=True)
    summed = work(engine, town, request, today=TODAY)

    def rows(working: Working) -> int:
        return int(engine.to_arrow(working.evidence.lines.count().as_table()).column(0)[0].as_py())

    assert summed.netted.cube.to_pylist() == every.netted.cube.to_pylist()
    assert rows(summed) < rows(every) / 2, "nothing was summed"
