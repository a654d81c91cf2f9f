"""A whole place on Spark: every document is the one that DuckDB gives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tiny_place
from totalplace import Place, make_fictional_place, open_place
from totalplace.engine import Engine


def _counted(place: Place) -> list[Any]:
    count = place.count(by=["tier", "function", "area"], per="head").document
    figure = max(count["rows"], key=lambda row: float(row["gbp"]))["figure_id"]
    return [dict(count), dict(place.explain(figure, offset=1).document)]


def test_every_document_of_a_fictional_place(tmp_path: Path, spark: Callable[[], Engine]) -> None:
    path = tmp_path / "place"
    make_fictional_place(path, people=6_000, seed=5)
    with open_place(path) as one, open_place(path, engine=spark) as other:
        assert _counted(other) == _counted(one)
        assert other.reconcile().document == one.reconcile().document
        assert other.trace().document == one.trace().document


def test_engine_that_the_place_names(tmp_path: Path, spark: Callable[[], Engine]) -> None:
    made = tiny_place.make_place(tmp_path)
    facts = made.path / "place.toml"
    facts.write_text(facts.read_text().replace('engine = "duckdb"', 'engine = "spark"'))
    with open_place(made.path) as place:
        assert type(place.lines("return").get_backend()).__module__.startswith("ibis.backends.pysp")


def test_command_line_is_quiet_and_leaves_nothing(
    tmp_path: Path, spark: Callable[[], Engine]
) -> None:
    """A process of its own: one JSON document, no word of Java's, no folder or process left."""
    made, left = tiny_place.make_place(tmp_path), tmp_path / "left"
    left.mkdir()
    program = str(Path(sys.executable).with_name("totalplace"))
    command = [program, "count", str(made.path), "--json"]
    here = [
        subprocess.run(
            [*command, "--engine", name],
            cwd=left,
            env=os.environ | {"TMPDIR": str(left), "TOTALPLACE_SPARK_MASTER": "local[1]"},
            capture_output=True,
            check=True,
        )
        for name in ("duckdb", "spark")
    ]
    plain, on_spark = (json.loads(one.stdout) for one in here)
    assert on_spark == plain
    assert here[1].stderr == here[0].stderr
    assert list(left.iterdir()) == []
    assert str(left) not in subprocess.run(
        ["ps", "-eo", "args"], capture_output=True, check=True, text=True
    ).stdout.replace(str(made.path), "")
