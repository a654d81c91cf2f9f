"""totalplace: what all public money in one place does, counted, netted, apportioned, explained.

    >>> import totalplace
    >>> "spend" in totalplace.formats().table.column("id").to_pylist()
    True

:func:`open_place` opens a place; the methods of :class:`Place` mirror the verbs of the command
line and return results with ``to_arrow()``, ``to_pandas()`` and a notebook table.
"""

# Names are imported when they are first used: the worker that reads supplied files is limited
# before it imports anything, and never needs the analysis engine.

from __future__ import annotations

TYPE_CHECKING = False
"""As in `typing`, which takes a while to import: this file is imported before any other."""

if TYPE_CHECKING:
    from typing import Any

    from totalplace._api import (
        Choice,
        CountResult,
        Place,
        Result,
        case_examples,
        check_case,
        discount,
        evaluate_claims,
        export_case,
        find_costs,
        formats,
        import_costs,
        make_fictional_place,
        new_case,
        new_place,
        open_place,
        restore_place,
        run_case,
        run_ladder,
        run_portfolio,
        share_portfolio,
        write_example,
    )
    from totalplace.errors import (
        FileError,
        FileRefused,
        IdentityError,
        Interrupted,
        PlaceError,
        Problem,
        Quarantined,
        RequestError,
        TotalplaceError,
    )
    from totalplace.money import Figure

__all__ = [
    "Choice",
    "CountResult",
    "Figure",
    "FileError",
    "FileRefused",
    "IdentityError",
    "Interrupted",
    "Place",
    "PlaceError",
    "Problem",
    "Quarantined",
    "RequestError",
    "Result",
    "TotalplaceError",
    "case_examples",
    "check_case",
    "discount",
    "evaluate_claims",
    "export_case",
    "find_costs",
    "formats",
    "import_costs",
    "make_fictional_place",
    "new_case",
    "new_place",
    "open_place",
    "restore_place",
    "run_case",
    "run_ladder",
    "run_portfolio",
    "share_portfolio",
    "write_example",
]

_API = frozenset(
    {
        "Choice",
        "CountResult",
        "Place",
        "Result",
        "case_examples",
        "check_case",
        "discount",
        "evaluate_claims",
        "export_case",
        "find_costs",
        "formats",
        "import_costs",
        "make_fictional_place",
        "new_case",
        "new_place",
        "open_place",
        "restore_place",
        "run_case",
        "run_ladder",
        "run_portfolio",
        "share_portfolio",
        "write_example",
    }
)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = "_api" if name in _API else "money" if name == "Figure" else "errors"
    return getattr(import_module(f"{__name__}.{module}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
