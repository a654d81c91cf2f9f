"""Floor 2: published formats, recognised and turned into exact lines with their way back.

Names are imported when they are first used: whoever adds files needs no readers, and the worker
that reads them sets its limits before it imports anything else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from totalplace.sources._add import add, sandbox_of
    from totalplace.sources._asked import bodies_of
    from totalplace.sources._detect import formats, sniff
    from totalplace.sources._format import Detection, FormatInfo
    from totalplace.sources._layout_form import (
        LayoutField,
        LayoutForm,
        LayoutSetting,
        layout_form,
    )
    from totalplace.sources._looked import LookedColumn, LookedMember, Proposed
    from totalplace.sources._mapping_check import LayoutFault, faults_of
    from totalplace.sources._mapping_layout import Layout
    from totalplace.sources._mapping_propose import Drift, Missing
    from totalplace.sources._propose import propose_file
    from totalplace.sources._rejected import (
        Reject,
        RejectedMember,
        Rejects,
        rejected_member,
        rejects_of,
    )
    from totalplace.sources._report import AddReport, FileReport
    from totalplace.sources._return import return_form
    from totalplace.sources._sandbox import Sandbox
    from totalplace.sources._sheets import SheetTexts, read_sheets
    from totalplace.sources._source_row import SourceRow, source_row
    from totalplace.sources._source_rows import SourceRows, file_rows, source_rows

__all__ = [
    "AddReport",
    "Detection",
    "Drift",
    "FileReport",
    "FormatInfo",
    "Layout",
    "LayoutFault",
    "LayoutField",
    "LayoutForm",
    "LayoutSetting",
    "LookedColumn",
    "LookedMember",
    "Missing",
    "Proposed",
    "Reject",
    "RejectedMember",
    "Rejects",
    "Sandbox",
    "SheetTexts",
    "SourceRow",
    "SourceRows",
    "add",
    "bodies_of",
    "faults_of",
    "file_rows",
    "formats",
    "layout_form",
    "propose_file",
    "read_sheets",
    "rejected_member",
    "rejects_of",
    "return_form",
    "sandbox_of",
    "sniff",
    "source_row",
    "source_rows",
]

_MODULES = {
    "AddReport": "_report",
    "Detection": "_format",
    "Drift": "_mapping_propose",
    "FileReport": "_report",
    "FormatInfo": "_format",
    "Layout": "_mapping_layout",
    "LayoutFault": "_mapping_check",
    "LayoutField": "_layout_form",
    "LayoutForm": "_layout_form",
    "LayoutSetting": "_layout_form",
    "LookedColumn": "_looked",
    "LookedMember": "_looked",
    "Missing": "_mapping_propose",
    "Proposed": "_looked",
    "Reject": "_rejected",
    "RejectedMember": "_rejected",
    "Rejects": "_rejected",
    "Sandbox": "_sandbox",
    "SheetTexts": "_sheets",
    "SourceRow": "_source_row",
    "SourceRows": "_source_rows",
    "add": "_add",
    "bodies_of": "_asked",
    "faults_of": "_mapping_check",
    "file_rows": "_source_rows",
    "formats": "_detect",
    "layout_form": "_layout_form",
    "propose_file": "_propose",
    "read_sheets": "_sheets",
    "rejected_member": "_rejected",
    "rejects_of": "_rejected",
    "return_form": "_return",
    "sandbox_of": "_add",
    "sniff": "_detect",
    "source_row": "_source_row",
    "source_rows": "_source_rows",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
