"""The rows of the audit as a file: no text in it is a formula."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from django.db.models import QuerySet
from django.utils import timezone

from totalplace.reports import csv_parts, write_workbook
from totalplace.workbench.audit._chain import FIELDS
from totalplace.workbench.audit.models import Entry

__all__ = ["SUFFIXES", "parts"]

SUFFIXES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The forms, each with its media type."""

_BATCH = 5_000
_PART_BYTES = 2**16
_TYPES = {"n": pa.int64(), "of_row": pa.int64()}
_NAMES = [*FIELDS, "mac"]
_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in _NAMES])


def parts(rows: QuerySet[Entry], suffix: str, *, count: int) -> Iterator[bytes]:
    """A file in parts.

    Raises:
        RequestError: a sheet cannot hold that many rows.
    """
    batches = _batches(rows)
    if suffix == "csv":
        return csv_parts(_SCHEMA, batches)
    return _workbook(batches, count)


def _batches(rows: QuerySet[Entry]) -> Iterator[pa.RecordBatch]:
    held: list[tuple[object, ...]] = []
    for row in rows.values_list(*_NAMES).iterator(chunk_size=_BATCH):
        held.append(row)
        if len(held) == _BATCH:
            yield _batch(held)
            held = []
    if held:
        yield _batch(held)


def _batch(rows: list[tuple[object, ...]]) -> pa.RecordBatch:
    columns = zip(_SCHEMA, zip(*rows, strict=True), strict=True)
    arrays = [pa.array(map(_cell, values), field.type) for field, values in columns]
    return pa.RecordBatch.from_arrays(arrays, schema=_SCHEMA)


def _cell(value: object) -> object:
    """A value of a cell; what is true or false is a word."""
    return str(value).lower() if isinstance(value, bool) else value


def _workbook(batches: Iterator[pa.RecordBatch], count: int) -> Iterator[bytes]:
    with TemporaryDirectory(prefix="totalplace-") as folder:
        path = Path(folder) / "audit.xlsx"
        write_workbook(
            path,
            "audit",
            _SCHEMA,
            batches,
            rows=count,
            title="Audit",
            notes={"rows": f"{count:,} rows of the audit, the newest first; times are UTC"},
            created=timezone.now().date().isoformat(),
        )
        with path.open("rb") as file:
            yield from iter(lambda: file.read(_PART_BYTES), b"")
