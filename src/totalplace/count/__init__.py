"""The money of a place: counted once, netted, apportioned, explained."""

from totalplace.count._count import Counted, count
from totalplace.count._denominator import Denominator
from totalplace.count._diff import Change, Difference, diff
from totalplace.count._evidence import NO_BODY, Coverage
from totalplace.count._explain import (
    FigureExplained,
    LineExplained,
    LineRef,
    explain_figure,
    explain_line,
)
from totalplace.count._itemise import Itemised
from totalplace.count._net_cells import NetCell, NetCells, net_cells, stream_names
from totalplace.count._published import Comparison
from totalplace.count._reconcile import Statement, StatementRow
from totalplace.count._request import BY, PER, Request
from totalplace.count._rows import Row
from totalplace.count._trace import Flow, Traced
from totalplace.count._trace_place import InTransit, PlaceTraced, trace_place
from totalplace.count._transfers_place import Transfer, transfers

__all__ = [
    "BY",
    "NO_BODY",
    "PER",
    "Change",
    "Comparison",
    "Counted",
    "Coverage",
    "Denominator",
    "Difference",
    "FigureExplained",
    "Flow",
    "InTransit",
    "Itemised",
    "LineExplained",
    "LineRef",
    "NetCell",
    "NetCells",
    "PlaceTraced",
    "Request",
    "Row",
    "Statement",
    "StatementRow",
    "Traced",
    "Transfer",
    "count",
    "diff",
    "explain_figure",
    "explain_line",
    "net_cells",
    "stream_names",
    "trace_place",
    "transfers",
]
