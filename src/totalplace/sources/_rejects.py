"""Records that are no lines because something in them is wrong: kept, told, never guessed at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.errors import Problem

__all__ = ["REJECT_SCHEMA", "RejectWriter"]

REJECT_SCHEMA = pa.schema(
    [
        ("source_id", pa.string()),
        ("member", pa.string()),
        ("row_no", pa.int64()),
        ("column_no", pa.int32()),
        ("column", pa.string()),
        ("code", pa.string()),
        ("message", pa.string()),
        ("raw", pa.string()),
    ]
)
"""One rejected record: where it stands, the first fault's column and code, and what it says."""

_SHOWN = 20
_BATCH = 10_000
_FIXES = {
    "third_decimal": "ask the publisher for the exact amount, or write it with two decimals",
    "extra_field": "quote cells that contain the delimiter, so that no column slips",
    "unknown_value": "add the value to the code list, or correct the cell",
}


class RejectWriter:
    """Writes rejected records as they come; no file is made while there is none.

    Attributes:
        count: rejected records so far.
        path: the file, or None while there is none.
    """

    def __init__(self, target: Path, *, source_id: str, member: str, where: str) -> None:
        self.count = 0
        self._target = target
        self._source_id, self._member, self._where = source_id, member, where
        self._batch: list[tuple[int, int, str, str, str, str]] = []
        self._writer: pq.ParquetWriter | None = None
        self._codes: Counter[str] = Counter()
        self._shown: list[Problem] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._flush()
        if self._writer is not None:
            self._writer.close()

    @property
    def path(self) -> Path | None:
        """The file, if there is any reject."""
        return self._target if self.count else None

    def add(
        self, row_no: int, column_no: int, *, column: str, code: str, message: str, raw: str
    ) -> None:
        """Keep one rejected record (or cell, in a wide format)."""
        self.count += 1
        self._codes[code] += 1
        self._batch.append((row_no, column_no, column, code, message, raw))
        if len(self._shown) < _SHOWN:
            at = f"row {row_no}" + (f", column {column}" if column else "")
            fix = _FIXES.get(code, "correct the cell, then add the file again with --supersedes")
            self._shown.append(
                Problem(code, "a record was rejected", f"{self._where} {at}", message, fix)
            )
        if len(self._batch) == _BATCH:
            self._flush()

    def warnings(self) -> tuple[Problem, ...]:
        """The first rejected records, and how many there are of each kind if there are more."""
        if self.count <= len(self._shown):
            return tuple(self._shown)
        counts = ", ".join(f"{code} {count:,}" for code, count in sorted(self._codes.items()))
        rest = Problem(
            "more_rejects",
            f"{self.count:,} records were rejected in all",
            self._where,
            counts,
            "see the rejects of this file in the place",
        )
        return (*self._shown, rest)

    def _flush(self) -> None:
        if not self._batch:
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._target, REJECT_SCHEMA, compression="zstd")
        self._writer.write_table(_table(self._batch, self._source_id, self._member))
        self._batch = []


def _table(
    batch: Sequence[tuple[int, int, str, str, str, str]], source_id: str, member: str
) -> pa.Table:
    size = len(batch)
    columns = [
        [source_id] * size,
        [member] * size,
        *(list(one) for one in zip(*batch, strict=True)),
    ]
    return pa.table(dict(zip(REJECT_SCHEMA.names, columns, strict=True)), schema=REJECT_SCHEMA)
