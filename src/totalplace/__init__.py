"""totalplace: what all public money in one place does, counted, netted, apportioned, explained.

    >>> import totalplace
    >>> "spend" in totalplace.formats().table.column("id").to_pylist()
    True

:func:`open_place` opens a place; the methods of :class:`Place` mirror the verbs of the command
line and return results with ``to_arrow()``, ``to_pandas()`` and a notebook table.
"""

from totalplace._api import (
    CountResult,
    Place,
    Result,
    evaluate_claims,
    formats,
    make_fictional_place,
    new_place,
    open_place,
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
    "evaluate_claims",
    "formats",
    "make_fictional_place",
    "new_place",
    "open_place",
]
