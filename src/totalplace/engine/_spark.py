"""Spark behind the engine seam, for places whose lines live beside a cluster.

Nothing here is imported before a Spark engine is asked for: the extra ``spark`` is optional, and
Ibis' own Spark half imports pandas, which the rest of the product does not.
"""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.engine._engine import Engine, Table
from totalplace.engine._spark_session import Session, open_session

__all__ = ["spark_engine"]

_GLOB = re.compile(r"([\\*?\[\]{}])")


class _SparkEngine:
    name = "spark"

    def __init__(self, session: Session) -> None:
        from ibis.backends.pyspark import Backend

        self._held = session
        self._spark = session.spark
        master = self._spark.sparkContext.master
        self._is_local = master == "local" or master.startswith("local[")
        self._backend = Backend()
        self._backend.do_connect(self._spark)
        # Temporary views are of one session, which a caller may share between engines.
        self._prefix = f"totalplace_{uuid.uuid4().hex[:12]}"
        self._counter = itertools.count()
        self._views: list[str] = []
        self._kept: list[Any] = []

    def read_parquet(self, paths: Sequence[Path]) -> Table:
        from pyspark.sql.pandas.types import from_arrow_schema

        files = [path.resolve() for path in paths]
        schema = pa.unify_schemas(
            [pq.read_schema(file).remove_metadata() for file in files],
            promote_options="permissive",
        )
        # The schema is read here and given: Spark would run a job to merge the files' own.
        reader = self._spark.read.schema(from_arrow_schema(schema))
        # Spark takes a path for a pattern; a place may stand in any folder.
        frame = reader.parquet(*["file://" + _GLOB.sub(r"\\\1", str(file)) for file in files])
        return self._named(frame)

    def memory(self, table: pa.Table) -> Table:
        return self._named(self._spark.createDataFrame(table))

    def to_arrow(self, expression: Table) -> pa.Table:
        schema = expression.schema().to_pyarrow()
        return self._frame(expression).toArrow().cast(schema)

    def keep(self, expression: Table) -> Table:
        frame = self._frame(expression)
        if self._is_local:
            return self._named(frame.localCheckpoint())
        # A checkpoint is lost with the worker that holds it, and files written by the workers are
        # lost in silence where they share no folder. Rows kept with the way to them are computed
        # again elsewhere. The plan is cut here, or it would double with every step.
        java = self._spark.sparkContext._jvm.org.apache.spark.api.java  # noqa: SLF001
        rows = frame._jdf.javaRDD().persist(java.StorageLevels.MEMORY_AND_DISK_SER)  # noqa: SLF001
        self._kept.append(rows)
        return self._named(self._from_java(rows, frame))

    def view(self, expression: Table) -> Table:
        return self._named(self._frame(expression))

    def _frame(self, expression: Table) -> Any:
        """The expression as a frame of exactly the types that Ibis takes it to have.

        Spark counts rows of a window in 32 bits, where Ibis says 64.
        """
        from ibis.backends.pyspark.datatypes import PySparkSchema

        frame = self._spark.sql(self._backend.compile(expression))
        wanted = PySparkSchema.from_ibis(expression.schema())
        if [field.dataType for field in frame.schema] == [field.dataType for field in wanted]:
            return frame
        return frame.to(wanted)

    def _from_java(self, rows: Any, like: Any) -> Any:
        """Rows of the Java half as a frame with the columns of another."""
        from pyspark.sql import DataFrame

        made = self._spark._jsparkSession.createDataFrame(rows, like._jdf.schema())  # noqa: SLF001
        return DataFrame(made, self._spark)

    def _named(self, frame: Any) -> Table:
        name = f"{self._prefix}_{next(self._counter)}"
        frame.createTempView(name)
        self._views.append(name)
        return self._backend.table(name)

    def close(self) -> None:
        for name in self._views:
            self._spark.catalog.dropTempView(name)
        for rows in self._kept:
            rows.unpersist()
        self._views, self._kept = [], []
        self._held.close()


def spark_engine(master: str | None = None, *, settings: Mapping[str, str] | None = None) -> Engine:
    """Spark, started for this engine and stopped with it.

    A Spark session that already runs in this process (a notebook's) is used instead, as it is, and
    left running; then ``master`` must not be given.

    Args:
        master: a cluster such as ``spark://host:7077``; by default all cores of this computer.
            Every worker must see the place's folder under the same path.
        settings: further Spark settings, such as ``{"spark.executor.memory": "4g"}``.

    Raises:
        RequestError: PySpark or Java is missing, or Spark did not start; it says what to do.
    """
    return _SparkEngine(open_session(master, settings or {}))
