"""Starting Spark quietly and without traces, and stopping it whole."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from totalplace._pandas import show_pandas
from totalplace.errors import Problem, RequestError

__all__ = ["Session", "open_session"]

_EXACT = {
    # Overflow, a bad cast and x/0 raise instead of giving NULL or a wrong number.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    # Text in Arrow with 32-bit offsets, as every other table of the product has it.
    "spark.sql.execution.arrow.useLargeVarTypes": "false",
    # Types as Ibis names them: timestamps without a zone stay so.
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
}
"""What the figures need of any session."""

_QUIET = {
    "spark.app.name": "totalplace",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.eventLog.enabled": "false",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.log.level": "ERROR",
}

_HERE = {
    # Nobody else can reach a session of this computer.
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
}
"""What a session on this computer needs besides; a cluster's own settings hold there."""

_STOP_SECONDS = 30
_JAVA_ERROR = re.compile(r"[\w.$]+(?:Exception|Error): (.+)")

MASTER = "TOTALPLACE_SPARK_MASTER"
"""The environment variable that names the cluster where nothing else does."""


@dataclass(frozen=True)
class Session:
    """A Spark session, and how to let go of it."""

    spark: Any
    close: Callable[[], None]


def open_session(master: str | None, settings: Mapping[str, str]) -> Session:
    """A session of a running Spark, or of one started for it.

    Raises:
        RequestError: see :func:`totalplace.engine.spark_engine`.
    """
    if find_spec("pyspark") is None:
        raise RequestError(
            Problem(
                "spark_not_installed",
                "Spark is not installed",
                "--engine spark",
                "the Python package pyspark is missing",
                "install totalplace with its extra: pip install 'totalplace[spark]'",
            )
        )
    show_pandas()
    from pyspark import SparkContext

    if SparkContext._active_spark_context is not None:  # noqa: SLF001 - there is no public way
        return _joined(master, settings)
    _check_java()
    return _started(master or os.environ.get(MASTER) or "local[*]", settings)


def _joined(master: str | None, settings: Mapping[str, str]) -> Session:
    from pyspark.sql import SparkSession

    running = SparkSession.builder.getOrCreate()
    if master is not None and running.sparkContext.master != master:
        raise RequestError(
            Problem(
                "spark_already_running",
                "another Spark session already runs in this process",
                f"master {master}",
                f"it runs on {running.sparkContext.master}, and a process can have only one",
                "leave the master out to use that session, or stop it first",
            )
        )
    spark = running.newSession()
    for name, value in {**_EXACT, **settings}.items():
        spark.conf.set(name, value)
    return Session(spark, lambda: None)


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if found is None:
        raise RequestError(
            Problem(
                "java_not_found",
                "Spark needs Java, which is not installed",
                f"JAVA_HOME={home}" if home else "PATH",
                "there is no program java in it",
                "install Java 17, on Debian with `apt-get install openjdk-17-jre-headless`",
            )
        )


def _started(master: str, settings: Mapping[str, str]) -> Session:
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    with contextlib.ExitStack() as undo:
        work = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="totalplace-spark-")))
        log = undo.enter_context((work / "spark.log").open("w+b"))
        is_here = master.startswith(("local", "spark://127.0.0.1:"))
        values: dict[str, str] = {
            **_EXACT,
            **_QUIET,
            **(_HERE if is_here else {}),
            "spark.sql.warehouse.dir": str(work / "warehouse"),
            "spark.local.dir": str(work / "local"),
            "spark.driver.extraJavaOptions": f"-Djava.io.tmpdir={work}",
            **settings,
            "spark.master": master,
        }
        conf = SparkConf(loadDefaults=False).setAll(list(values.items()))
        try:
            # By hand, for what Java prints to go to a file instead of among our own messages.
            gateway = SparkContext._gateway  # noqa: SLF001 - a Java that somebody left running
            if gateway is None:
                launch: Callable[..., Any] = launch_gateway
                gateway = launch(conf, {"stdout": log, "stderr": log})
                undo.callback(_stop_java, gateway)
            conf = SparkConf(_jvm=gateway.jvm).setAll(list(values.items()))
            context = SparkContext(conf=conf, gateway=gateway)
            undo.callback(context.stop)
            spark = SparkSession(context)
            undo.callback(spark.stop)
        except Exception as error:
            log.seek(0)
            raise RequestError(
                _not_started(master, error, log.read().decode(errors="replace"))
            ) from error
        return Session(spark, undo.pop_all().close)


def _stop_java(gateway: Any) -> None:
    """Stop the Java process that pyspark would leave running until Python ends."""
    from pyspark import SparkContext

    gateway.shutdown()
    gateway.proc.stdin.close()
    try:
        gateway.proc.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        gateway.proc.kill()
        gateway.proc.wait()
    SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001 - or the next start fails


def _not_started(master: str, error: Exception, log: str) -> Problem:
    told = [*str(error).splitlines(), *log.splitlines()]
    found = (_JAVA_ERROR.search(line) for line in told)
    why = next((match[1] for match in found if match), told[0] if told else type(error).__name__)
    return Problem(
        "spark_not_started",
        "Spark did not start",
        f"master {master}",
        why[:300],
        "check the master's address and that Java is version 17 or 21",
    )
