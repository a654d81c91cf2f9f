"""The file of the guide is read, and gives the figures that the guide shows."""

from __future__ import annotations

import re
from pathlib import Path

from totalplace.cases.ladder import read_ladder, run_ladder

DOCS = Path(__file__).parents[3] / "docs"


def test_the_guide(tmp_path: Path) -> None:
    text = (DOCS / "how-to" / "ladder.md").read_text("utf-8")
    (file,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "families.toml"
    path.write_text(file, encoding="utf-8")
    found = run_ladder(read_ladder(path))
    (moved,) = found.moved
    shown = re.search(r"^key-worker +20 +\S+ +\S+ +(\S+) +(\S+) +(\S+) +in year 0$", text, re.M)
    assert shown is not None
    pounds = [round(float(one) * 100) for one in shown.groups()]
    net = moved.saving_pence - moved.cost_total_pence
    assert pounds == [moved.cost_total_pence, moved.saving_pence, net]
    assert [found.times_top(at) for at in (1, 2)] == [10, 1]
    # of the council alone, as the claim says
    council = [one.cost_pence["council"] for one in found.ladder.rungs]
    assert council[0] == 70 * council[2]
