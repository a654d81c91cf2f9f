"""The money of a place: counted once, netted, apportioned, explained."""

from totalplace.count._count import (
    BY,
    PER,
    Counted,
    Denominator,
    Request,
    Row,
    count,
)
from totalplace.count._reconcile import Statement, StatementRow

__all__ = [
    "BY",
    "PER",
    "Counted",
    "Denominator",
    "Request",
    "Row",
    "Statement",
    "StatementRow",
    "count",
]
