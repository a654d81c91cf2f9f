"""The sheets that add up a case: what each body has of each row, and by kind of money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from totalplace.cases import Plan
from totalplace.reports.cases._book import Book, Line, Page
from totalplace.reports.cases._book_inputs import Inputs
from totalplace.reports.cases._book_items import ItemSheet
from totalplace.reports.cases._formula import (
    Formula,
    Range,
    Value,
    either,
    number,
    sum_of,
    sum_products,
    sum_where,
    when,
    words,
)

__all__ = ["ByBody", "by_body", "financial_years"]

_KINDS = ("cost", "fiscal", "transfer", "economic", "social", "cash")
_SPLIT_FIRST, _BODY_FIRST = 9, 9
"""Columns of year 0."""


@dataclass(frozen=True)
class ByBody:
    """The sheet of bodies by kind of money, as columns that others sum.

    Attributes:
        number, tier, kind, side, own: of each row: the number of its body; its tier; the kind of
            money; ``cost``, ``benefit`` or ``cash``; whether it counts in the view of the body
            itself.
        now, plain: present value with and without optimism bias.
        years: by year, the column of the rows.
        payers: of each share of a body: number of the body, its tier, kind, and signed share.
        numbers: body -> its number.
    """

    number: Range
    tier: Range
    kind: Range
    side: Range
    own: Range
    now: Range
    plain: Range
    years: Sequence[Range]
    payers: tuple[Range, Range, Range, Range]
    numbers: Mapping[str, Formula]


def financial_years(page: Page, row: int, column: int, years: Line, base_year: Formula) -> None:
    """Write the financial years above years."""
    for at in range(len(years)):
        begins = years[at] + base_year
        page.formula(row, column + at, _financial_year(begins), "head")


def _financial_year(begins: Formula) -> Formula:
    year = int(float(begins.value or 0))
    return Formula(
        f'({begins.text})&"-"&TEXT(MOD({begins.text}+1,100),"00")',
        f"{year}-{(year + 1) % 100:02d}",
    )


def by_body(book: Book, plan: Plan, inputs: Inputs, sheets: Sequence[ItemSheet]) -> ByBody:
    """Write what each body has of each activity and outcome, and the sums of that."""
    shares, page = book.page("Shares"), book.page("By body")
    split = _Shares(shares, plan, inputs)
    for sheet in sheets:
        split.add(sheet)
    _head(
        page, plan, inputs, _BODY_FIRST, "By body",
        "Money of each body by kind, undiscounted by year, with optimism bias; costs are positive. "
        "Cash is what of savings can be taken out of a budget.",
        ("No", "Body", "Tier", "Kind", "Side", "In its own view", "Present value, £",
         "Without bias, £", ""),
        (5, 30, 10, 11, 9, 9, 19, 19, 2),
    )  # fmt: skip
    factors = page.line(
        2, _BODY_FIRST, [inputs.tables.factors[at] for at in range(plan.years)], "factor"
    )
    page.text(2, 1, "Discount factor", "plain")
    columns = split.columns()
    found: list[list[Value]] = []
    for at, body in enumerate(plan.bodies, start=1):
        for kind in _KINDS:
            row = 4 + len(found)
            no = page.value(row, 0, float(at), "whole")
            page.text(row, 1, body.name or body.id, "plain")
            tier = page.formula(row, 2, inputs[f"body.{body.id}.tier"], "plain")
            kind_cell = page.value(row, 3, kind, "plain")
            side = page.value(row, 4, _side(kind), "plain")
            own = page.formula(row, 5, _own(kind, tier), "whole")
            rules = ((columns.number, "=", no), (columns.kind, "=", kind_cell))
            money = page.line(
                row, _BODY_FIRST, [sum_where(one, *rules) for one in columns.years], "money"
            )
            now = page.formula(row, 6, sum_products(money.range, factors.range), "money")
            plain = page.formula(row, 7, sum_where(columns.plain, *rules), "money")
            cells = (no, None, tier, kind_cell, side, own, now, plain, None, *money)
            found.append([None if one is None else one.value for one in cells])

    def column(at: int) -> Range:
        values = tuple(one[at] for one in found)
        return Line(page.name, 4, at, values, is_down=True).range

    return ByBody(
        number=column(0),
        tier=column(2),
        kind=column(3),
        side=column(4),
        own=column(5),
        now=column(6),
        plain=column(7),
        years=[column(at) for at in range(_BODY_FIRST, _BODY_FIRST + plan.years)],
        payers=split.payers(),
        numbers={body.id: number(float(at)) for at, body in enumerate(plan.bodies, start=1)},
    )


def _side(kind: str) -> str:
    return kind if kind in ("cost", "cash") else "benefit"


def _own(kind: str, tier: Formula) -> Formula:
    """Value that is no money is its private owner's, never a public body's."""
    if kind in ("economic", "social"):
        return when(tier.is_("society"), 1, 0)
    return number(1)


def _head(
    page: Page,
    plan: Plan,
    inputs: Inputs,
    first: int,
    title: str,
    told: str,
    headings: tuple[str, ...],
    widths: tuple[int, ...],
) -> None:
    """Title, what it shows, headings, and the years in the row of headings."""
    page.text(0, 0, title, "title")
    page.text(1, 0, told, "plain")
    page.texts(3, headings, "head")
    for at, width in enumerate(widths):
        page.sheet.set_column(at, at, width)
    page.sheet.set_column(first, first + plan.years - 1, 17)
    page.line(3, first, [inputs.tables.years[at] for at in range(plan.years)], "year")
    page.sheet.freeze_panes(4, first)


@dataclass(frozen=True)
class _Columns:
    number: Range
    kind: Range
    plain: Range
    years: Sequence[Range]


class _Shares:
    """The sheet of shares while it is written: a row for each body of each activity or outcome."""

    def __init__(self, page: Page, plan: Plan, inputs: Inputs) -> None:
        self.page, self.plan, self.inputs = page, plan, inputs
        self.row = 4
        self.numbers = {body.id: float(at) for at, body in enumerate(plan.bodies, start=1)}
        self.found: list[list[Value]] = []
        self.names = {one.id: one.name or one.id for one in plan.bodies}
        _head(
            page, plan, inputs, _SPLIT_FIRST, "Shares",
            "What each body has of each activity and outcome: value with bias × share × sign. Of "
            "a transfer society has what the bodies have, with the other sign. The sign is -1 for "
            "what business as usual has and the option ends.",
            ("No of body", "Body", "Tier", "Of", "Kind", "Sign", "Share", "Signed share",
             "Without bias, £"),
            (8, 30, 10, 34, 11, 7, 10, 10, 19),
        )  # fmt: skip

    def add(self, sheet: ItemSheet) -> None:
        """The rows of one sheet: money, then cash."""
        shares = dict(sheet.splits)
        if sheet.value_class is None:
            for body, share in shares.items():
                self._put(sheet, body, words("cost"), share, sheet.value, sheet.plain)
            return
        given = sum_of(*shares.values()) if shares else number(0)
        is_transfer = sheet.value_class.is_("transfer")
        for body in (*(one for one in shares if one != "society"), "society"):
            share = shares.get(body, number(0))
            if body == "society":
                share = share - when(is_transfer, given, 0)
            self._put(sheet, body, sheet.value_class, share, sheet.value, sheet.plain)
        if sheet.cash is None:
            return
        is_money = either(sheet.value_class.is_("fiscal"), is_transfer)
        for body, share in shares.items():
            is_private = self.inputs[f"body.{body}.tier"].is_("society")
            held = when(is_private, 0, when(is_money, share, 0))
            self._put(sheet, body, words("cash"), held, sheet.cash, number(0))

    def _put(
        self,
        sheet: ItemSheet | None,
        body: str,
        kind: Formula,
        share: Formula,
        money: Sequence[Formula] | Line,
        plain: Formula,
    ) -> None:
        page, row = self.page, self.row
        no = page.value(row, 0, self.numbers[body], "whole")
        page.text(row, 1, self.names[body], "plain")
        tier = page.formula(row, 2, self.inputs[f"body.{body}.tier"], "plain")
        page.text(row, 3, "" if sheet is None else sheet.page, "plain")
        kind_cell = page.formula(row, 4, kind, "plain")
        sign = page.value(row, 5, 1.0 if sheet is None else sheet.row.sign, "whole")
        share_cell = page.formula(row, 6, share, "share")
        signed = page.formula(row, 7, share_cell * sign, "share")
        without = page.formula(row, 8, plain * signed, "money")
        years = page.line(row, _SPLIT_FIRST, [one * signed for one in money], "money")
        cells = (no, None, tier, None, kind_cell, None, None, signed, without, *years)
        self.found.append([None if one is None else one.value for one in cells])
        self.row += 1

    def columns(self) -> _Columns:
        """Its columns, for sums over them."""
        if not self.found:
            nothing = [number(0)] * self.plan.years
            self._put(None, "society", words("cost"), number(0), nothing, number(0))
        years = range(_SPLIT_FIRST, _SPLIT_FIRST + self.plan.years)
        return _Columns(
            self._column(0), self._column(4), self._column(8),
            [self._column(at) for at in years],
        )  # fmt: skip

    def payers(self) -> tuple[Range, Range, Range, Range]:
        """Number of the body, its tier, kind and signed share of each row."""
        return tuple(self._column(at) for at in (0, 2, 4, 7))  # type: ignore[return-value]

    def _column(self, column: int) -> Range:
        values = tuple(one[column] for one in self.found)
        return Line(self.page.name, 4, column, values, is_down=True).range
