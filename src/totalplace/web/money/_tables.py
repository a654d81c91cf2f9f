"""Tables of figures: the columns of a count, with the names and links of what they are of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, overload
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from totalplace.disclosure import Publication
from totalplace.money import format_gbp
from totalplace.web._figures import FigureRow, names
from totalplace.web._page import Column, Row, Table
from totalplace.web._scope import Scope, figure_href
from totalplace.web.money._splits import split_words, value_href, value_words

__all__ = [
    "NAMED",
    "NOT_FILTERED",
    "cash_unit",
    "figure_table",
    "lines_href",
    "name_in_register",
    "transfers_href",
]

NAMED = ("area", "body", "funder", "function", "stream")
"""The splits by code: a count gives a name beside each code."""
_SHOWN_ROWS = 100


def figure_table(
    scope: Scope,
    name: str,
    caption: str,
    by: Sequence[str],
    rows: Iterable[FigureRow],
    *,
    empty: str = "",
    whole: int | None = None,
    limit: int = _SHOWN_ROWS,
    with_gross: bool = False,
    notes: Callable[[FigureRow], str | None] | None = None,
) -> Table:
    """Figures as a table with the columns of ``totalplace count -o``.

    Args:
        by: the values that the rows are told by; others of their split are the same in all rows.
        whole: show a share of this amount instead of the whole count's.
        with_gross: show gross and what is eliminated from it too.
        notes: what is told below the name that heads a row.
    """

    def told(row: FigureRow) -> Row:
        return _row(scope, row, by, whole=whole, with_gross=with_gross, notes=notes)

    columns = _columns(scope, by, with_gross=with_gross)
    return Table(name, caption, columns, _Told(tuple(rows), told), empty, limit=limit)


class _Told(Sequence[Row]):
    """Rows that are made when they are asked for: a page shows few of what its files hold."""

    def __init__(self, rows: Sequence[FigureRow], told: Callable[[FigureRow], Row]) -> None:
        self._rows, self._told = rows, told

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...

    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return [self._told(row) for row in self._rows[at]]
        return self._told(self._rows[at])


def _row(
    scope: Scope,
    row: FigureRow,
    by: Sequence[str],
    *,
    whole: int | None,
    with_gross: bool,
    notes: Callable[[FigureRow], str | None] | None,
) -> Row:
    values: dict[str, Any] = {"figure_id": row.figure_id}
    links, words, shown = {"gbp": figure_href(row, scope)}, dict[str, str](), ""
    for split in by:
        code = row.values[split]
        values[split] = code
        shown = split
        if split in NAMED:
            values[f"{split}_name"] = name_in_register(scope.publication, split, code)
            shown = f"{split}_name"
        words[shown] = value_words(scope.publication, split, code)
        href = value_href(scope, split, code)
        if href is not None:
            links[shown] = href
    share = row.share_pct
    if whole is not None:
        share = round(100 * row.pence / whole, 2) if whole else None
    if with_gross:
        values |= {"gross_gbp": row.gross_pence, "eliminated_gbp": row.eliminated_pence}
    values |= {
        "gbp": row.pence,
        "low_gbp": row.low_pence,
        "high_gbp": row.high_pence,
        "share_pct": share,
        "grade": row.grade,
        "coverage_pct": row.coverage_pct,
    }
    if scope.per is not None:
        values[f"per_{scope.per}_gbp"] = scope.per_pence(row.pence, row.values.get("area"))
    told = {}
    if notes is not None and (note := notes(row)):
        told[shown] = note
    if _is_tight(scope, by, with_gross=with_gross) and row.low_pence != row.high_pence:
        ends = {"low": format_gbp(row.low_pence), "high": format_gbp(row.high_pence)}
        told["gbp"] = _("%(low)s\nto %(high)s") % ends
    return values | {
        "place": scope.publication.manifest["place"]["name"],
        "year": row.year,
        "unit": "GBP",
        "price_base": row.price_base,
        "snapshot": scope.publication.n,
        "_links": links,
        "_words": words,
        "_notes": told,
    }


def cash_unit(scope: Scope) -> str:
    """What the amounts of a table are in that is not published in real terms."""
    return _("%(year)s, £, in cash") % {"year": scope.year}


_FILTERS = {
    "body": "body",
    "function": "function",
    "stream": "stream",
    "cap_rev": "cap_rev",
    "control": "control",
}
"""Split -> the filter of the lines explorer that holds the lines of one of its values."""
NOT_FILTERED = frozenset({"no named stream", "unclassified"})


def lines_href(scope: Scope, values: Mapping[str, str], *, role: str | None = None) -> str | None:
    """The lines explorer with the filters that hold the lines of some values, if any can.

    Args:
        role: only lines with this part in the count.
    """
    chosen = {
        _FILTERS[split]: code
        for split, code in values.items()
        if split in _FILTERS and code not in NOT_FILTERED
    }
    if values and not chosen:
        return None
    more = {"role": role, "year": scope.year, "at": scope.params.at}
    asked = chosen | {name: value for name, value in more.items() if value is not None}
    return f"/money/lines/?{urlencode(asked)}"


def name_in_register(publication: Publication, split: str, code: str) -> str | None:
    """The name beside a code, as a count gives it: none of a word that is no code."""
    found = names(publication).get((split, code))
    if found is None or code in _WORDS or code.endswith(_BY_CONSTRUCTION):
        return None
    return None if found["name"] == code else str(found["name"])


_WORDS = frozenset({"no named stream", "unclassified", "unknown", ""})
_BY_CONSTRUCTION = " (by construction)"


def _is_tight(scope: Scope, by: Sequence[str], *, with_gross: bool) -> bool:
    """Whether a page has no room for the range beside the net, so that it stands below."""
    return with_gross or len(by) > 1 or scope.per is not None


def transfers_href(scope: Scope, values: Mapping[str, str]) -> str:
    """The transfers between bodies, of one body or stream where the values say which."""
    chosen = {
        split: code
        for split, code in values.items()
        if split in ("body", "stream") and code not in NOT_FILTERED
    }
    return f"/money/transfers/{scope.query(**chosen)}"


def _columns(scope: Scope, by: Sequence[str], *, with_gross: bool) -> list[Column]:
    columns = [Column("figure_id", _("Figure"), "code", is_shown=False)]
    for at, split in enumerate(by):
        label, is_head = split_words(split), at == 0
        if split in NAMED:
            columns += [
                Column(split, _("%(what)s, code") % {"what": label}, is_shown=False),
                Column(f"{split}_name", label, is_head=is_head),
            ]
        else:
            columns.append(Column(split, label, is_head=is_head))
    is_tight = _is_tight(scope, by, with_gross=with_gross)
    gross = [
        Column("gross_gbp", _("Gross"), "gbp", definition="gross"),
        Column("eliminated_gbp", _("Eliminated"), "gbp", definition="eliminated"),
    ]
    return [
        *columns,
        *(gross if with_gross else []),
        Column("gbp", _("Net"), "gbp", definition="net"),
        Column("low_gbp", _("Low"), "gbp", is_shown=not is_tight, definition="range"),
        Column("high_gbp", _("High"), "gbp", is_shown=not is_tight, definition="range"),
        Column("share_pct", _("Share"), "pct"),
        # of a split by grade that column is there already
        *([] if "grade" in by else [Column("grade", _("How it is placed"), "grade")]),
        Column("coverage_pct", _("Known"), "pct", definition="coverage"),
        *scope.per_columns(),
        Column("place", _("Place"), is_shown=False),
        Column("year", _("Year"), is_shown=False),
        Column("unit", _("Unit"), is_shown=False),
        Column("price_base", _("Prices"), is_shown=False),
        Column("snapshot", _("Publication"), "number", is_shown=False),
    ]
