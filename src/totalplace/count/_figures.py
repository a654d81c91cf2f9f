"""The index of figures: which request a figure_id stands for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.errors import Problem, RequestError
from totalplace.place import Folder

__all__ = ["figure_table", "find_figure"]


def figure_table(
    request: Mapping[str, Any], figures: Iterable[tuple[str, Mapping[str, str]]]
) -> pa.Table:
    """figure_id, request and by-values (both JSON): one row a figure."""
    asked = json.dumps(request, sort_keys=True)
    rows = list(figures)
    return pa.table(
        {
            "figure_id": [figure_id for figure_id, _ in rows],
            "request": [asked] * len(rows),
            "values": [json.dumps(dict(values), sort_keys=True) for _, values in rows],
        }
    )


def find_figure(folder: Folder, figure_id: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The request and by-values of a figure counted in this place before.

    Raises:
        RequestError: no count of this place has made it.
    """
    for path in sorted((folder.path / "tables" / "figure").glob("*.parquet")):
        found = pq.ParquetFile(path).read().to_pylist()
        for row in found:
            if row["figure_id"] == figure_id:
                request, values = json.loads(row["request"]), json.loads(row["values"])
                # a total is the same however the count that made it was split
                return request | ({} if values else {"by": []}), values
    raise RequestError(
        Problem(
            code="unknown_figure",
            what="no count of this place has made this figure",
            where=figure_id,
            why="a figure_id holds for one snapshot, year, key and split",
            fix="count again and take the figure_id from its output",
        )
    )
