"""One unit cost, and a table of them as it is kept in a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from totalplace.cases.unit_costs._years import in_prices
from totalplace.errors import Problem, RequestError
from totalplace.model import load, read_table, schema

__all__ = ["UnitCost", "costs_of", "invented_unit_costs", "read_unit_costs", "table_of"]

_MAX_BYTES = 64_000_000


@dataclass(frozen=True, kw_only=True)
class UnitCost:
    """What one unit of something costs or is worth, in one class.

    Attributes:
        book, code: the table and the code in it: ``gmca`` and ``SS1.0``.
        value_class: ``fiscal``, ``economic`` or ``social``.
        unit: what one is, as its source says it.
        value_pence, low_pence, high_pence: in the prices of ``price_year``.
        agency, agency_detail: who bears the cost or makes the saving.
        rag: the source's own grade: ``G``, ``A`` or ``R``.
        transfer: why all or part of it is a benefit or tax, if so.
        components: codes of the same book that it is the sum of; ``CODE*2`` counts twice.
        flag: the checks that it failed, separated by spaces.
        accepted: who uses it all the same, and why.
        stands_at: where it stands in the file that it was read from.
    """

    book: str
    code: str
    value_class: str
    sheet: str
    description: str
    unit: str
    value_pence: int
    price_year: str
    source: str
    heading: str | None = None
    low_pence: int | None = None
    high_pence: int | None = None
    agency: str | None = None
    agency_detail: str | None = None
    rag: str | None = None
    transfer: str | None = None
    components: str | None = None
    comment: str | None = None
    flag: str | None = None
    accepted: str | None = None
    stands_at: str | None = None

    @property
    def reference(self) -> str:
        """How a case names it: ``gmca:SS1.0``."""
        return f"{self.book}:{self.code}"

    @property
    def is_usable(self) -> bool:
        """Whether no check failed, or somebody has said why it is used all the same."""
        return not self.flag or bool(self.accepted)

    @property
    def addends(self) -> tuple[tuple[str, int], ...]:
        """Code and how often it counts, of each component."""
        pairs = (one.partition("*") for one in (self.components or "").split())
        return tuple((code, int(times) if times.isdigit() else 1) for code, _, times in pairs)

    def pence_in(self, year: str, *, edition: str | None = None) -> int:
        """The value in the prices of a year, by an edition of the GDP deflator.

        Raises:
            RequestError: ``no_deflator``.
        """
        try:
            return in_prices(self.value_pence, self.price_year, year, edition=edition)
        except KeyError as error:
            raise RequestError(
                Problem(
                    "no_deflator",
                    "no GDP deflator is known for that year",
                    self.reference,
                    f"the series lacks {error.args[0]}",
                    "give a financial year of the series, such as 2009-10",
                )
            ) from error


def read_unit_costs(path: Path | str) -> tuple[UnitCost, ...]:
    """A table of unit costs from a CSV file with exactly the columns of ``unit_cost``.

    Raises:
        RequestError: there is no such file, or it is no text.
        FileRefused: every cell that is not what the table declares, with row and column.
    """
    file = Path(path)
    try:
        with file.open("rb") as opened:
            content = opened.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise RequestError(_unread(file, f"it has more than {_MAX_BYTES:,} bytes"))
        text = content.decode("utf-8-sig")
        table = read_table("unit_cost", io.StringIO(text, newline=""), where=str(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise RequestError(_unread(file, why or type(error).__name__)) from error
    return costs_of(table)


def invented_unit_costs() -> tuple[UnitCost, ...]:
    """The unit costs of the fictional place: shipped, and invented.

    >>> invented_unit_costs()[0].reference
    'invented:care'
    """
    return costs_of(load("unit_cost"))


def costs_of(table: pa.Table) -> tuple[UnitCost, ...]:
    """The rows of a ``unit_cost`` table."""
    return tuple(UnitCost(value_class=row.pop("class"), **row) for row in table.to_pylist())


def table_of(costs: Iterable[UnitCost]) -> pa.Table:
    """Unit costs as an Arrow table of the declared form, money in integer pence."""
    names = schema("unit_cost").names
    rows = [
        {name: getattr(one, "value_class" if name == "class" else name) for name in names}
        for one in costs
    ]
    return pa.Table.from_pylist(rows, schema=schema("unit_cost"))


def _unread(file: Path, why: str) -> Problem:
    return Problem(
        "cannot_read",
        "the table of unit costs cannot be read",
        str(file),
        why,
        "give a CSV file saved as UTF-8, such as `totalplace unitcosts import` writes",
    )
