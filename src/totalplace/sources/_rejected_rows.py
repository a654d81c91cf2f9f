"""Rejected records as they stand in the supplied file, read again in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.sources._messages import Reply, RowsOf
from totalplace.sources._source_row import source_records

__all__ = ["ROWS_SCHEMA", "rows_reply"]

ROWS_SCHEMA = pa.schema([("row_no", pa.int64()), ("cells", pa.list_(pa.string()))])
"""A record and its cells, as supplied."""

_BATCH = 5_000


def rows_reply(path: Path, wanted: RowsOf, file: str, folder: Path) -> Reply:
    """The header of a member and the records that were rejected, each once.

    Raises:
        FileRefused: the file can no longer be read.
    """
    numbers = set(pq.read_table(wanted.rejects, columns=["row_no"])["row_no"].to_pylist())
    last = max(numbers, default=0)
    header: tuple[str, ...] = ()
    target = folder / "rows.parquet"
    with pq.ParquetWriter(target, ROWS_SCHEMA, compression="zstd") as writer:
        batch: list[tuple[int, list[str]]] = []
        for number, cells in source_records(path, wanted.member, file, folder):
            if number > max(last, wanted.header_row):
                break
            if number == wanted.header_row:
                header = tuple(cells)
            if number in numbers:
                batch.append((number, list(cells)))
            if len(batch) == _BATCH:
                writer.write_table(_table(batch))
                batch = []
        writer.write_table(_table(batch))
    return Reply("rows", header=header, rows=target.name)


def _table(batch: Sequence[tuple[int, list[str]]]) -> pa.Table:
    rows = {"row_no": [one for one, _ in batch], "cells": [cells for _, cells in batch]}
    return pa.table(rows, schema=ROWS_SCHEMA)
