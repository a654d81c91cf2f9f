"""Floor 2: published formats, recognised and turned into exact lines with their way back."""

from totalplace.sources._add import add
from totalplace.sources._detect import formats, sniff
from totalplace.sources._format import Detection, FormatInfo
from totalplace.sources._report import AddReport, FileReport
from totalplace.sources._source_row import SourceRow, source_row

__all__ = [
    "AddReport",
    "Detection",
    "FileReport",
    "FormatInfo",
    "SourceRow",
    "add",
    "formats",
    "sniff",
    "source_row",
]
