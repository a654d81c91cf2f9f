"""Starting and stopping Spark, and what is said when it cannot be had."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from totalplace.engine import ENGINES, Engine, _spark_session, engine_named, spark_engine
from totalplace.errors import RequestError
from totalplace.place import _create


def _problem(error: pytest.ExceptionInfo[RequestError]) -> tuple[str, str]:
    (problem,) = error.value.problems
    return problem.code, problem.fix


def test_engines_have_names() -> None:
    assert set(ENGINES) == set(_create.ENGINES)
    assert engine_named("spark") is spark_engine
    with pytest.raises(RequestError) as error:
        engine_named("abacus")
    assert _problem(error)[0] == "unknown_engine"


def test_the_extra_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_spark_session, "find_spec", lambda name: None)
    with pytest.raises(RequestError) as error:
        spark_engine()
    code, fix = _problem(error)
    assert code == "spark_not_installed"
    assert "totalplace[spark]" in fix


@pytest.mark.slow
def test_java_is_missing(tmp_path: Path) -> None:
    """In a process of its own: another test may have Spark running here."""
    for name, value in (("PATH", str(tmp_path)), ("JAVA_HOME", str(tmp_path))):
        told = _told(
            "import os; os.environ.pop('JAVA_HOME', None)", f"os.environ[{name!r}]={value!r}"
        )
        assert told.startswith("java_not_found|install Java 17"), told


def _told(*before: str) -> str:
    code = "\n".join(before) + textwrap.dedent("""
        from totalplace.engine import spark_engine
        from totalplace.errors import RequestError
        try:
            spark_engine().close()
        except RequestError as error:
            print(error.problems[0].code, error.problems[0].fix, error.problems[0].why, sep="|")
        else:
            print("started")
    """)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300
    )
    return done.stdout


def test_analyses_on_duckdb_never_load_spark() -> None:
    code = (
        "import sys, totalplace.count, totalplace.engine as e; e.duckdb_engine().close();"
        "print([m for m in sys.modules if m.split('.')[0] in ('pyspark', 'py4j')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_cluster_that_is_not_there(spark: Callable[[], Engine]) -> None:
    """An address that Spark cannot even read: a port that nobody listens on takes it a minute."""
    told = _told("import os; os.environ['TOTALPLACE_SPARK_MASTER'] = 'spark:/nowhere'")
    code, fix, why = told.strip().split("|", 2)
    assert code == "spark_not_started"
    assert "master" in fix
    assert "spark:/nowhere" in why


@pytest.mark.long
def test_a_second_start_in_one_process(spark: Callable[[], Engine]) -> None:
    """Spark is stopped whole: Java ends with the engine, and another can be started."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            textwrap.dedent("""
                import os
                from pathlib import Path
                import pyarrow as pa
                from totalplace.engine import spark_engine

                def children():
                    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()

                for _ in range(2):
                    engine = spark_engine("local[1]")
                    assert engine.to_arrow(engine.memory(pa.table({"a": [1]})))["a"][0].as_py() == 1
                    assert len(children()) == 1
                    engine.close()
                    assert children() == []
                print("twice")
            """),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.stdout == "twice\n", done.stderr


def test_a_session_that_runs_is_used_and_left(spark: Callable[[], Engine]) -> None:
    one, other = spark(), spark_engine()
    other.close()
    with pytest.raises(RequestError) as error:
        spark_engine("spark://elsewhere:7077")
    assert _problem(error)[0] == "spark_already_running"
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession() or SparkSession.builder.getOrCreate()
    assert running.sparkContext.applicationId
    one.close()
    assert running.sql("SELECT 1 AS a").collect()[0].a == 1
