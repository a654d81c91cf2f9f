"""Run as a process of its own, for a Spark driver is one a process: count on a named cluster.

Prints the document of a place's count.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

from totalplace import open_place
from totalplace.engine import spark_engine

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


def main(master: str, place_folder: str) -> None:
    make = partial(spark_engine, master, settings=SETTINGS)
    with open_place(Path(place_folder), engine=make) as place:
        print(json.dumps(dict(place.count(by=["tier", "function"], per="head").document)))


if __name__ == "__main__":
    main(*sys.argv[1:])
