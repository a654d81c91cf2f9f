"""The money of a place: counted once, netted, apportioned, explained."""

from totalplace.count._compare import AreaMoney, area_money
from totalplace.count._count import Counted, count
from totalplace.count._coverage import all_missing
from totalplace.count._denominator import Denominator, price_years
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
from totalplace.count._line_book import line_book, match_name, published_as
from totalplace.count._net_cells import NetCell, NetCells, net_cells, stream_names
from totalplace.count._published import Comparison
from totalplace.count._reconcile import Statement, StatementRow
from totalplace.count._request import BY, PER, Request
from totalplace.count._rows import Row
from totalplace.count._trace import Flow, Traced
from totalplace.count._trace_place import InTransit, PlaceTraced, trace_of, trace_place
from totalplace.count._transfers_place import Transfer, transfers, transfers_of
from totalplace.count._working import Working
from totalplace.count._year import KeyCount, YearCount, count_year

__all__ = [
    "BY",
    "NO_BODY",
    "PER",
    "AreaMoney",
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
    "KeyCount",
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
    "Working",
    "YearCount",
    "all_missing",
    "area_money",
    "count",
    "count_year",
    "diff",
    "explain_figure",
    "explain_line",
    "line_book",
    "match_name",
    "net_cells",
    "price_years",
    "published_as",
    "stream_names",
    "trace_of",
    "trace_place",
    "transfers",
    "transfers_of",
]
