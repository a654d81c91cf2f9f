"""What every engine can do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

__all__ = ["Engine", "Table"]

Table = Any
"""An Ibis table expression. Ibis 12 ships no types."""


class Engine(Protocol):
    """A place to run expressions; ``name`` is what ``--engine`` takes."""

    name: str

    def read_parquet(self, paths: Sequence[Path]) -> Table:
        """The rows of all ``paths`` as one table; columns that some files lack are NULL."""

    def memory(self, table: pa.Table) -> Table:
        """A small Arrow table as an expression."""

    def to_arrow(self, expression: Table) -> pa.Table:
        """Run an expression and bring its rows here."""

    def keep(self, expression: Table) -> Table:
        """Run an expression once and keep its rows for the run, so that later steps share them."""

    def view(self, expression: Table) -> Table:
        """Name an expression without running it.

        Ibis compiles an expression anew wherever it is used; behind a name it is compiled once,
        while the engine still plans the whole.
        """

    def close(self) -> None:
        """Let go of files and memory."""
