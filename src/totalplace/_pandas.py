"""pandas as if it were not installed, in the processes that are the product's own.

pyarrow and DuckDB import it, a fifth of a second of every command, merely to ask whether a list is
a series of it. A caller's own process is left as it is.
"""

from __future__ import annotations

import contextlib
import sys

__all__ = ["hide_pandas", "show_pandas"]


class _Hidden:
    def find_spec(self, name: str, *_: object) -> None:
        if name.partition(".")[0] == "pandas":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


_HIDDEN = _Hidden()


def hide_pandas() -> None:
    """Let nothing import pandas from now on."""
    sys.meta_path.insert(0, _HIDDEN)


def show_pandas() -> None:
    """Let pandas be imported again: Spark does."""
    with contextlib.suppress(ValueError):
        sys.meta_path.remove(_HIDDEN)
