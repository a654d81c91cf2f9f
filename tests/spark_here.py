"""Whether Spark can be had here, and how tests that take it are marked and set."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest

__all__ = ["EVERY_ENGINE", "NO_SPARK", "ON_SPARK", "TINY"]

NO_SPARK = (
    "the extra `spark` is not installed"
    if find_spec("pyspark") is None
    else "there is no Java: scripts/apt_packages.sh java"
    if shutil.which("java") is None
    else ""
)

# Tables of a few rows: every task and every compiled class costs more than it saves.
TINY = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
}

ON_SPARK = (
    pytest.mark.slow,
    # It takes half a minute to start, and some seconds for what DuckDB does at once.
    pytest.mark.long,
    # One worker of the test run has Spark, not each of them.
    pytest.mark.xdist_group("spark"),
    # PySpark leaves it to Python to close the socket that rows came by.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
)
EVERY_ENGINE = ("duckdb", pytest.param("spark", marks=ON_SPARK))
