"""The clean lines of a place as an Ibis table."""

from __future__ import annotations

from typing import Any

from totalplace.engine import Engine
from totalplace.errors import Problem, RequestError
from totalplace.place import Folder

__all__ = ["lines_table"]


def lines_table(engine: Engine, folder: Folder, dataset: str, *, at: int | None) -> Any:
    """One dataset with the line_id of every line; see `Place.lines`."""
    state = folder.state(at)
    paths = folder.lines_paths(dataset, state)
    if not paths:
        raise RequestError(
            Problem(
                "unknown_dataset",
                "the place holds no such lines",
                dataset,
                f"it holds {', '.join(state.datasets()) or 'none yet'}",
                "name one of these, or add a file of this kind",
            )
        )
    table = engine.read_parquet(paths)
    line_id = table.source_id
    for name in ("member", "row_no", "column_no"):
        line_id = line_id + ":" + table[name].cast("string")
    return table.mutate(line_id=line_id)
