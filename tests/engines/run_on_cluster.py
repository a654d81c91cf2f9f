"""Run as a process of its own, for a Spark driver is one a process: count on a named cluster.

Prints one JSON document: of a place its count, of a file of lines the cube of a worked example.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "spec"))

from spec_tables import specs

from totalplace import open_place
from totalplace.count._net import net
from totalplace.engine import Engine, spark_engine

__all__ = ["EXAMPLE", "cube_of"]

EXAMPLE = "worked-7-national-grants"
SETTINGS = {
    "spark.executor.memory": "500m",
    "spark.executor.cores": "1",
    "spark.executor.extraJavaOptions": "-XX:-UsePerfData -XX:+UseSerialGC",
    "spark.driver.memory": "700m",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.leafNodeDefaultParallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
}


def cube_of(engine: Engine, lines: Path) -> list[dict[str, Any]]:
    """The cube of lines in the setting of the worked example."""
    spec = next(spec for spec in specs() if spec.name == EXAMPLE)
    world = spec.world(spec.places[0])
    netted = net(engine, engine.read_parquet([lines]), world.counted, world.perimeter)
    cells: list[dict[str, Any]] = netted.cube.to_pylist()
    return cells


def main(master: str, source: str) -> None:
    path, make = Path(source), partial(spark_engine, master, settings=SETTINGS)
    if path.is_dir():
        with open_place(path, engine=make) as place:
            print(json.dumps(dict(place.count(by=["tier", "function"], per="head").document)))
        return
    engine = make()
    try:
        print(json.dumps(cube_of(engine, path)))
    finally:
        engine.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
