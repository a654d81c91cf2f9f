"""Floor 2: published formats, recognised and turned into exact lines with their way back.

Names are imported when they are first used: whoever adds files needs no readers, and the worker
that reads them sets its limits before it imports anything else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from totalplace.sources._add import add, bodies_of, sandbox_of
    from totalplace.sources._detect import formats, sniff
    from totalplace.sources._format import Detection, FormatInfo
    from totalplace.sources._report import AddReport, FileReport
    from totalplace.sources._return import return_form
    from totalplace.sources._sandbox import Sandbox
    from totalplace.sources._source_row import SourceRow, source_row

__all__ = [
    "AddReport",
    "Detection",
    "FileReport",
    "FormatInfo",
    "Sandbox",
    "SourceRow",
    "add",
    "bodies_of",
    "formats",
    "return_form",
    "sandbox_of",
    "sniff",
    "source_row",
]

_MODULES = {
    "AddReport": "_report",
    "Detection": "_format",
    "FileReport": "_report",
    "FormatInfo": "_format",
    "Sandbox": "_sandbox",
    "SourceRow": "_source_row",
    "add": "_add",
    "bodies_of": "_add",
    "formats": "_detect",
    "return_form": "_return",
    "sandbox_of": "_add",
    "sniff": "_detect",
    "source_row": "_source_row",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
