"""What is asked of the lines: how many match, a page of them in an order, one line, all of them.

Pages are found by the key of the line before them and not by counting lines (keyset paging), so
the last page costs no more than the first. Sums are kept by publication and filter: a
publication never changes.
"""

# ruff: noqa: S608 - every value is bound; what is formatted in are names and limits of this module

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

import pyarrow as pa

from totalplace.disclosure import PUBLIC_LINE, SUMMED_NAMES, Publication
from totalplace.errors import Problem, RequestError
from totalplace.web.money._lines_filter import CODE_COLUMNS, CodeColumn, Filter, where
from totalplace.web.money._lines_store import ask, lines_path, payees_path, stream

__all__ = [
    "LINE_COLUMNS",
    "SORTS",
    "Cursor",
    "LinesPage",
    "Sort",
    "Totals",
    "all_lines",
    "codes_of",
    "line_by_id",
    "lines_beside",
    "lines_of_ids",
    "lines_page",
    "paid_pairs",
    "read_cursor",
    "totals",
]

Sort = Literal["order", "amount", "-amount", "date", "-date", "payee", "-payee"]
SORTS: tuple[Sort, ...] = ("-amount", "amount", "-date", "date", "payee", "-payee", "order")

LINE_COLUMNS = tuple(name for name in PUBLIC_LINE.names if name != "line_key")
"""Every column of a line but the key that its id is found by."""

_COLUMNS = ", ".join(LINE_COLUMNS)
_NO_PAYEE = 2_000_000_000
"""Stands behind every payee in the order of names, for lines that name none."""
_FIRST_DAY, _LAST_DAY = date(1, 1, 1), date(9999, 12, 31)
_MOST_IDS = 500


@dataclass(frozen=True)
class Totals:
    """What matches a filter.

    Attributes:
        rows: of the table.
        lines: that the rows stand for: a row of individuals stands for many.
        out_pence: sum of what is paid out or spent.
        in_pence: sum of what is received.
        summed: kind of payee -> how many lines are shown as sums.
    """

    rows: int
    lines: int
    out_pence: int
    in_pence: int
    summed: Mapping[str, int]


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: behind (or before) the line of this key.

    Attributes:
        sort: the order that it holds in.
        is_before: the page ends before the line, instead of beginning behind it.
        key: what the order compares, of that line; None for the very end.
        line_no: of that line; for the very end, how many lines the last page holds.
        first: the page's first row counted from 0, for people to read.
    """

    sort: str
    is_before: bool
    key: int | None
    line_no: int
    first: int

    @property
    def text(self) -> str:
        """As it stands in an address."""
        facts = [self.sort, int(self.is_before), self.key, self.line_no, self.first]
        told = json.dumps(facts, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(told).rstrip(b"=").decode()


@dataclass(frozen=True)
class LinesPage:
    """Some lines in an order, and the pages around them."""

    rows: Sequence[Mapping[str, Any]]
    first: int
    before: Cursor | None
    after: Cursor | None
    last: Cursor | None


def read_cursor(text: str, sort: Sort) -> Cursor:
    """A cursor from an address.

    Raises:
        RequestError: it is none, or of another order (`bad_cursor`).
    """
    try:
        facts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        said, is_before, key, line_no, first = facts
        whole = [line_no, first, is_before] + ([] if key is None else [key])
        # what a 64-bit column can hold
        if said == sort and all(type(n) is int and abs(n) < 2**62 for n in whole):
            return Cursor(sort, bool(is_before), key, line_no, max(first, 0))
    except (ValueError, TypeError, binascii.Error):
        pass
    raise RequestError(
        Problem(
            "bad_cursor",
            "the address of this page of lines cannot be read",
            f"after={text}"[:100],
            "it is not what this site writes there, or it belongs to another order",
            "take `after` out of the address to begin with the first page",
        )
    )


@lru_cache(maxsize=2048)
def totals(publication: Publication, tree: Filter) -> Totals:
    """How many lines match, and their sum."""
    condition, values = where(tree, payees=payees_path(publication))
    found = ask(
        "SELECT payee_kind, side, count(*), sum(lines)::BIGINT, sum(amount_pence)::BIGINT"
        f" FROM read_parquet(?) WHERE {condition} GROUP BY payee_kind, side",
        [lines_path(publication), *values],
    )
    summed: dict[str, int] = {}
    for kind, _, _, lines, _ in sorted(found):
        if kind in SUMMED_NAMES:
            summed[kind] = summed.get(kind, 0) + lines
    return Totals(
        rows=sum(rows for _, _, rows, _, _ in found),
        lines=sum(lines for _, _, _, lines, _ in found),
        out_pence=sum(pence for _, side, _, _, pence in found if side == "out"),
        in_pence=sum(pence for _, side, _, _, pence in found if side == "in"),
        summed=summed,
    )


def lines_page(
    publication: Publication,
    tree: Filter,
    *,
    sort: Sort,
    rows: int,
    cursor: Cursor | None = None,
) -> LinesPage:
    """A page of the lines that match."""
    found = totals(publication, tree)
    name, is_down = sort.removeprefix("-"), sort.startswith("-")
    is_back = cursor is not None and cursor.is_before
    is_end = cursor is not None and cursor.key is None
    # the very end: as many as are left for the last page
    wanted = min(rows, max(cursor.line_no, 1)) if cursor is not None and is_end else rows
    keys = _keys(publication, tree, name, is_down=is_down, cursor=cursor, limit=wanted + 1)
    has_more = len(keys) > wanted
    keys = keys[:wanted]
    if is_back:
        keys.reverse()
    first = 0 if cursor is None else min(cursor.first, max(found.rows - len(keys), 0))
    is_first, is_last = (not has_more, is_end) if is_back else (cursor is None, not has_more)
    if is_first:
        first = 0
    before = after = last = None
    if keys and not is_first:
        key, line_no = keys[0]
        before = Cursor(sort, True, key, line_no, max(first - rows, 0))
    if keys and not is_last:
        key, line_no = keys[-1]
        after = Cursor(sort, False, key, line_no, first + len(keys))
        over = found.rows % rows or rows
        last = Cursor(sort, True, None, over, found.rows - over)
    return LinesPage(_lines(publication, [no for _, no in keys]), first, before, after, last)


def _keys(
    publication: Publication,
    tree: Filter,
    name: str,
    *,
    is_down: bool,
    cursor: Cursor | None,
    limit: int,
) -> list[tuple[int, int]]:
    """The keys and numbers of a page's lines; in reverse for a page that ends before one."""
    is_back = cursor is not None and cursor.is_before
    condition, values = where(tree, payees=payees_path(publication))
    path = lines_path(publication)
    beyond = ""
    start: list[object] = []
    if cursor is not None and cursor.key is not None:
        # behind the line in the order of the page: by key, lines of one key by their number
        by_key, by_number = (">", ">") if is_down == is_back else ("<", ">")
        if is_back:
            by_number = "<"
        beyond = f"WHERE k {by_key} ? OR (k = ? AND line_no {by_number} ?)"
        start = [cursor.key, cursor.key, cursor.line_no]
    order = f"k {'DESC' if is_down != is_back else 'ASC'}, line_no {'DESC' if is_back else 'ASC'}"
    if name == "payee" and not _is_numbered_by_name(publication):
        ranks = (
            "WITH ranks AS (SELECT payee_id, row_number() OVER (ORDER BY lower(name), payee_id)"
            " AS rank FROM read_parquet(?)) "
        )
        none = -_NO_PAYEE if is_down else _NO_PAYEE
        inner = (
            f"SELECT coalesce(rank, {none})::BIGINT AS k, line_no"
            " FROM read_parquet(?) AS line LEFT JOIN ranks USING (payee_id)"
        )
        before: list[object] = [payees_path(publication), path]
    else:
        ranks = ""
        none_day = (_FIRST_DAY if is_down else _LAST_DAY).isoformat()
        none = -_NO_PAYEE if is_down else _NO_PAYEE
        key = {
            "order": "line_no",
            "payee": f"coalesce(payee_id, {none})::BIGINT",
            "amount": "amount_pence",
            "date": f"coalesce(payment_date, period_start, DATE '{none_day}') - DATE '1970-01-01'",
        }[name]
        inner = f"SELECT {key} AS k, line_no FROM read_parquet(?)"
        before = [path]
    query = (
        f"{ranks}SELECT k, line_no FROM ({inner} WHERE {condition}) {beyond}"
        f" ORDER BY {order} LIMIT {limit:d}"
    )
    return ask(query, [*before, *values, *start])


@lru_cache(maxsize=8)
def _is_numbered_by_name(publication: Publication) -> bool:
    """Whether the numbers of payees are in the order of their names: else names are ranked."""
    [(wrong,)] = ask(
        "SELECT count(*) FROM (SELECT lower(name) AS here, lag(lower(name)) OVER"
        " (ORDER BY payee_id) AS before FROM read_parquet(?)) WHERE before > here",
        [payees_path(publication)],
    )
    return bool(wrong == 0)


def _lines(publication: Publication, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Lines by their numbers, in that order."""
    if not numbers:
        return []
    marks = ", ".join("?" * len(numbers))
    found = ask(
        f"SELECT {_COLUMNS} FROM read_parquet(?) WHERE line_no IN ({marks})",
        [lines_path(publication), *numbers],
    )
    by_number = {row[0]: dict(zip(LINE_COLUMNS, row, strict=True)) for row in found}
    return [by_number[no] for no in numbers]


def line_by_id(publication: Publication, line_id: str) -> dict[str, Any]:
    """One line.

    Raises:
        RequestError: the publication has none of this id (`unknown_line`).
    """
    found = lines_of_ids(publication, [line_id])
    if not found:
        raise RequestError(
            Problem(
                "unknown_line",
                "this publication has no such line",
                line_id[:100],
                "a line of an individual is shown only in a sum, and a line may have changed since"
                " an earlier publication",
                "look for it among the lines, or open an earlier publication with ?at=",
            )
        )
    return found[0]


def lines_of_ids(publication: Publication, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The public lines of these ids, in the order of the publication; at most 500."""
    keys = [key for one in ids[:_MOST_IDS] if (key := _key_of(one)) is not None]
    if not keys:
        return []
    marks = ", ".join("?" * len(keys))
    found = ask(
        f"SELECT line_no FROM read_parquet(?) WHERE line_key IN ({marks}) ORDER BY line_no",
        [lines_path(publication), *keys],
    )
    return _lines(publication, [no for (no,) in found])


def lines_beside(
    publication: Publication, line: Mapping[str, Any], *, rows: int
) -> list[dict[str, Any]]:
    """The public lines around one in its file: up to `rows` before it, itself, up to `rows` after.

    Of a line that stands for many, those around it in the publication.
    """
    path = lines_path(publication)
    number, row_no = line["line_no"], line["row_no"]
    if row_no is None:
        found = ask(
            "SELECT line_no FROM read_parquet(?) WHERE line_no BETWEEN ? AND ? ORDER BY line_no",
            [path, number - rows, number + rows],
        )
        return _lines(publication, [no for (no,) in found])
    place = "(row_no, coalesce(column_no, 0), line_no)"
    here = [row_no, line["column_no"] or 0, number]
    near: list[int] = []
    for comparison, order in (("<", "DESC"), (">=", "ASC")):
        some = ask(
            "SELECT line_no FROM read_parquet(?) WHERE source_no = ? AND row_no IS NOT NULL"
            f" AND {place} {comparison} (?, ?, ?) ORDER BY row_no {order},"
            f" coalesce(column_no, 0) {order}, line_no {order} LIMIT {rows + 1:d}",
            [path, line["source_no"], *here],
        )
        numbers = [no for (no,) in some]
        near = [*reversed(numbers[:rows])] if comparison == "<" else near + numbers
    return _lines(publication, near)


@lru_cache(maxsize=8)
def codes_of(publication: Publication) -> Mapping[CodeColumn, tuple[Any, ...]]:
    """The different codes of every column that can be chosen from, in order."""
    path = lines_path(publication)
    found: dict[CodeColumn, tuple[Any, ...]] = {}
    for column in CODE_COLUMNS:
        rows = ask(
            f"SELECT DISTINCT {column} FROM read_parquet(?) WHERE {column} IS NOT NULL", [path]
        )
        found[column] = tuple(sorted(value for (value,) in rows))
    return found


@lru_cache(maxsize=8)
def paid_pairs(publication: Publication) -> frozenset[tuple[str, str, str]]:
    """Year, payer and payee of which there are public lines of payments between known bodies."""
    rows = ask(
        "SELECT DISTINCT year, body_id, counterparty_id FROM read_parquet(?)"
        " WHERE counterparty_id IS NOT NULL AND side = 'out'",
        [lines_path(publication)],
    )
    return frozenset(rows)


def all_lines(publication: Publication, tree: Filter) -> Iterator[pa.RecordBatch]:
    """Every line that matches, a part at a time, in the order of the publication."""
    condition, values = where(tree, payees=None)
    return stream(
        f"SELECT {_COLUMNS} FROM read_parquet(?) WHERE {condition}",
        [lines_path(publication), *values],
    )


def _key_of(line_id: str) -> int | None:
    """The number that stands for an id: its 64 bits, as a signed one."""
    if len(line_id) != 16 or set(line_id) - set("0123456789abcdef"):
        return None
    return int.from_bytes(bytes.fromhex(line_id), "big", signed=True)
