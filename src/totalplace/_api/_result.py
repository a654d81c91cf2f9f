"""What a verb gives back: typed facts, a JSON document and a table, together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pyarrow as pa

from totalplace.errors import Problem, RequestError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GBP", "NUMBER", "PCT", "TEXT", "Document", "Result", "pounds", "table_of"]

T = TypeVar("T")
Document = dict[str, Any]
"""A JSON object; pounds are texts with two decimals, dates ISO texts."""

TEXT, NUMBER, PCT, GBP = pa.string(), pa.int64(), pa.float64(), pa.decimal128(18, 2)
_SHOWN_ROWS = 50


@dataclass(frozen=True)
class Result(Generic[T]):
    """The outcome of a verb.

    Attributes:
        facts: the outcome as typed facts.
        document: the same as a JSON object: what the command line prints with ``--json``.
        table: its rows; money is DECIMAL(18,2) in pounds.
        title: what it is, in one line.
        exit_code: what the command line ends with: 0, or 1 when a file was refused or quarantined,
            an identity fails, or the place is damaged.
    """

    facts: T
    document: Document
    table: pa.Table
    title: str
    exit_code: int = 0

    def to_arrow(self) -> pa.Table:
        """The rows as an Arrow table."""
        return self.table

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas data frame; exact decimals stay exact.

        Raises:
            RequestError: pandas is not installed.
        """
        try:
            import pandas as pd  # noqa: F401 - pyarrow needs it, and nothing else of ours does
        except ImportError as error:
            raise RequestError(
                Problem(
                    "no_pandas",
                    "pandas is not installed",
                    "to_pandas()",
                    str(error),
                    "install pandas, or use to_arrow()",
                )
            ) from error
        frame: pd.DataFrame = self.table.to_pandas()
        return frame

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.table.column_names)
        body = "".join(
            "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row.values()) + "</tr>"
            for row in self.table.slice(0, _SHOWN_ROWS).to_pylist()
        )
        left = self.table.num_rows - _SHOWN_ROWS
        more = f"<p>and {left:,} more rows: see to_arrow()</p>" if left > 0 else ""
        return (
            f"<table><caption>{escape(self.title)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
        )


def table_of(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, pa.DataType]) -> pa.Table:
    """Rows as a table of these columns; other keys are left out."""
    schema = pa.schema(list(columns.items()))
    return pa.Table.from_pylist([{name: row[name] for name in columns} for row in rows], schema)


def pounds(pence: int | None) -> Decimal | None:
    """Pence as exact pounds.

    >>> pounds(-5)
    Decimal('-0.05')
    """
    return None if pence is None else Decimal(pence).scaleb(-2)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return escape(f"{value:,}" if isinstance(value, Decimal | int) else str(value))
