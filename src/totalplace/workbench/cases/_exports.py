"""Results as files: what the command line prints, and the books that the reports make of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from totalplace.reports import table_bytes
from totalplace.workbench.cases.models import Run

__all__ = ["SUFFIXES", "exported"]

SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "case": ("json", "csv"),
    "portfolio": ("json",),
}
"""What there is of each kind of draft; the CSV file of a case is its register of assumptions."""


def exported(run: Run, suffix: str) -> tuple[bytes, str]:
    """The content of a file of results, and its media type."""
    if suffix == "csv":
        return _register(run.document), "text/csv; charset=utf-8"
    text = json.dumps(run.document, ensure_ascii=False, indent=1)
    return text.encode(), "application/json"


def _register(document: Mapping[str, Any]) -> bytes:
    """The register of assumptions: a row a number, by the one writer of table files."""
    rows = []
    for row in document.get("register", []):
        grade = row.get("grade") or {}
        told = {name: _text(value) for name, value in row.items() if name != "grade"}
        rows.append(told | {f"grade_{axis}": _text(grade.get(axis)) for axis in _AXES})
    names = list(rows[0]) if rows else ["key"]
    table = pa.table(
        {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
    )
    return table_bytes(table, ".csv", notes={})


_AXES = ("data", "effect", "age")


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
