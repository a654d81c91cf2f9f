"""The money of a place: counted once, netted, apportioned, explained."""

from totalplace.count._accounts import OPEN_LEVELS, OpenTransfer, open_transfers
from totalplace.count._compare import AreaMoney, area_money
from totalplace.count._count import Counted, count
from totalplace.count._coverage import all_missing
from totalplace.count._denominator import Denominator, price_years
from totalplace.count._desk import Desk
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
from totalplace.count._match import SEVERAL
from totalplace.count._net_cells import NetCell, NetCells, net_cells, stream_names
from totalplace.count._payees import decided_payees
from totalplace.count._published import Comparison
from totalplace.count._reconcile import Statement, StatementRow
from totalplace.count._request import BY, PER, Request
from totalplace.count._rows import Row
from totalplace.count._settle import (
    ANY_STREAM,
    DECIDED,
    MATCH,
    NOT_PAID,
    PURCHASE,
    SAME,
    TransferKey,
    transfer_key,
)
from totalplace.count._standing import (
    BodyStanding,
    Standing,
    is_moved,
    known_standing,
)
from totalplace.count._trace import Flow, Traced
from totalplace.count._trace_place import InTransit, PlaceTraced, trace_of, trace_place
from totalplace.count._transfers_place import Transfer, transfers, transfers_of
from totalplace.count._working import Working, work
from totalplace.count._year import KeyCount, YearCount, count_year

__all__ = [
    "ANY_STREAM",
    "BY",
    "DECIDED",
    "MATCH",
    "NOT_PAID",
    "NO_BODY",
    "OPEN_LEVELS",
    "PER",
    "PURCHASE",
    "SAME",
    "SEVERAL",
    "AreaMoney",
    "BodyStanding",
    "Change",
    "Comparison",
    "Counted",
    "Coverage",
    "Denominator",
    "Desk",
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
    "OpenTransfer",
    "PlaceTraced",
    "Request",
    "Row",
    "Standing",
    "Statement",
    "StatementRow",
    "Traced",
    "Transfer",
    "TransferKey",
    "Working",
    "YearCount",
    "all_missing",
    "area_money",
    "count",
    "count_year",
    "decided_payees",
    "diff",
    "explain_figure",
    "explain_line",
    "is_moved",
    "known_standing",
    "line_book",
    "match_name",
    "net_cells",
    "open_transfers",
    "price_years",
    "published_as",
    "stream_names",
    "trace_of",
    "trace_place",
    "transfer_key",
    "transfers",
    "transfers_of",
    "work",
]
