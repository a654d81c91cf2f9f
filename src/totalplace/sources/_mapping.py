"""How a file of payments is read: by a saved layout, by the published headers, or as proposed.

An unknown layout is never guessed in silence. It is read only where a person has agreed: by a
mapping file, by an earlier decision, or by ``--yes`` to a proposal that is complete.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Literal

from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.sources._columns import header_key
from totalplace.sources._dates import Period, month_of_name, parse_period
from totalplace.sources._delimited import Delimited, records
from totalplace.sources._format import Job
from totalplace.sources._mapping_columns import (
    Added,
    negated,
    period_of_payments,
    split_payee,
    with_columns,
    with_day_first,
)
from totalplace.sources._mapping_exchange import HandedUp, hand_up, handed_down
from totalplace.sources._mapping_file import layout_block
from totalplace.sources._mapping_header import Head, find_header_row, preamble_kinds
from totalplace.sources._mapping_layout import FROM_NAME, Layout, column_at, matches, named_keys
from totalplace.sources._mapping_propose import Proposal, columns_of_sample, propose
from totalplace.sources._mapping_values import glued
from totalplace.sources._parts import INSIDE
from totalplace.sources._spend_columns import find_spend_columns

__all__ = ["Mapper", "Settled", "Told", "UnknownLayout"]

_HEAD_RECORDS, _SAMPLE_RECORDS = 400, 3_000
"""Records looked at where the headers are published, and where they are not."""

_TAIL_BYTES = 50_000
_HEADER_WITHIN = 60
_MAX_COLUMNS = 1_000
_DRIFT_SHARE = 0.6
"""So many of a known layout's headers are there: the file is of that layout, changed."""


class UnknownLayout(FileRefused):
    """A proposal was made; nobody has agreed to it yet."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(_unknown(proposal))
        self.layout = proposal.layout


@dataclass(frozen=True)
class Settled:
    """A piece whose columns are told.

    Attributes:
        piece: with its header where it stands.
        body: whose payments the layout says they are, or ''.
    """

    piece: Delimited
    body: str = ""


@dataclass(frozen=True)
class Told:
    """How the columns of a piece are told.

    Attributes:
        how: ``saved``: by a layout that a person has agreed to; ``published``: by its headers;
            ``proposed``: nobody has agreed yet.
        piece: with its header where it stands.
        layout: the one that a person has agreed to.
        proposal: what is proposed.
        shape: where a number is glued to the payees' names under published headers.
    """

    how: Literal["saved", "published", "proposed"]
    piece: Delimited
    layout: Layout | None = None
    proposal: Proposal | None = None
    shape: str = "plain"

    @property
    def columns(self) -> dict[str, int]:
        """Field -> index of its column."""
        header = self.piece.header
        if self.proposal is not None:
            return {choice.field: choice.index for choice in self.proposal.choices}
        if self.layout is not None:
            found = {
                field: column_at(header, title) for field, title in self.layout.columns.items()
            }
            return {field: index for field, index in found.items() if index is not None}
        return dict(find_spend_columns(header, self.piece.following).at)


class Mapper:
    """Tells the columns of the pieces of one supplied file."""

    def __init__(self, job: Job) -> None:
        told = handed_down(job.folder)
        self._job = job
        self._layouts = list(told.layouts)
        self._earlier = told.earlier
        self._supposed: list[Layout] = []
        self._found: list[HandedUp] = []

    def tell(self, piece: Delimited, sheet: str = "") -> Told | None:
        """How the columns of a piece are told, or None if it has no header.

        Args:
            sheet: the name of its worksheet, if it is one.
        """
        head = list(islice(records(piece), _HEAD_RECORDS))
        if max((len(cells) for _, cells in head), default=0) > _MAX_COLUMNS:
            # nobody publishes payments so; and to look at each column would take for ever
            missing = find_spend_columns(piece.header, piece.following).missing
            return None if missing else Told("published", piece)
        for layout in (*self._layouts, *self._supposed):
            if layout.left_out:
                continue
            if (at := _header_of(layout, head, sheet)) is not None:
                return Told("saved", with_header(piece, head, at), layout)
        number = 0
        for is_sought in (False, True):
            # a header is sought only where the first record is none: it costs time
            number = find_header_row(head) if is_sought else piece.header_row
            if not number:
                continue
            known = with_header(piece, head, number)
            if not find_spend_columns(known.header, known.following).missing:
                return self._known(known, head)
        if not number:
            return None
        found = with_header(piece, head, number)
        return Told("proposed", found, proposal=self._propose(found))

    def settle(self, piece: Delimited, sheet: str = "") -> Settled | Proposal | None:
        """The piece as it is to be read, a proposal for it, or None if it has no header.

        Args:
            sheet: the name of its worksheet, if it is one.
        """
        told = self.tell(piece, sheet)
        if told is None or told.proposal is not None:
            return None if told is None else told.proposal
        if told.layout is not None:
            self._use(told.layout, f"the saved mapping {told.layout.name!r} fits the header")
            return self._by_layout(told.piece, told.layout)
        if told.shape == "plain":
            return Settled(told.piece)
        piece = replace(told.piece, at=told.columns)
        return Settled(self._unglued(piece, told.columns["payee"], told.shape))

    def left_out(self, piece: Delimited, sheet: str) -> Layout | None:
        """The layout by which a person has left a sheet out, or None.

        Of the layouts of its header one that names the sheet goes before one that names none.
        """
        head = list(islice(records(piece), _HEADER_WITHIN))
        fitting = [
            layout
            for layout in sorted(self._layouts, key=lambda one: not one.sheet)
            if _header_of(layout, head, sheet) is not None
        ]
        if not fitting:
            return None
        first, *others = fitting
        if first.left_out:
            self._use(first, f"the saved mapping {first.name!r} leaves the sheet out")
            return first
        if any(one.left_out and one.sheet == first.sheet for one in others):
            # or the next file would go by what was agreed to before
            self._use(first, f"the saved mapping {first.name!r} lets the sheet in again")
        return None

    def suppose(self, layout: Layout) -> None:
        """Read by a layout as if a person had agreed to it: to look at what would come of it."""
        self._supposed.append(layout)

    def names_sheet(self, sheet: str) -> bool:
        """Whether a saved layout asks for a sheet by its name."""
        return any(
            layout.sheet
            and not layout.left_out
            and fnmatchcase(sheet.casefold(), layout.sheet.casefold())
            for layout in self._layouts
        )

    def take(self, proposal: Proposal, piece: Delimited, sheet: str = "") -> Settled | None:
        """The piece read as proposed, if the user takes what is proposed and it is complete."""
        if not (self._job.yes and proposal.is_complete):
            self._found.append(HandedUp(proposal.layout, False, "", layout_block(proposal)))
            self._say()
            return None
        told = ", ".join(f"{one.field} {one.confidence:.2f}" for one in proposal.choices)
        self._layouts.append(proposal.layout)
        self._found.append(
            HandedUp(
                proposal.layout,
                True,
                f"proposed ({told}) and taken by --yes",
                layout_block(proposal),
            )
        )
        self._say()
        settled = self.settle(piece, sheet)
        return settled if isinstance(settled, Settled) else None

    def _use(self, layout: Layout, how: str) -> None:
        if all(one.layout != layout for one in self._found):
            self._found.append(HandedUp(layout, True, how, ""))
            self._say()

    def _say(self) -> None:
        hand_up(self._job.folder, self._found)

    def _known(self, piece: Delimited, head: Head) -> Told:
        """A piece with published headers; its dates or names may still need a closer look."""
        columns = find_spend_columns(piece.header, piece.following)
        below = [*_below(head, piece.header_row), *_tail(piece, len(head) < _HEAD_RECORDS)]
        dates = [columns.at[f] for f in ("payment_date", "effective_date") if f in columns.at]
        needed = (*dates, columns.at.get("amount", columns.at.get("gross", 0)), columns.at["payee"])
        values = columns_of_sample(piece.header, below, needed)
        if any(values[index].date_order in {"month_first", "mixed"} for index in dates) or (
            values[columns.at.get("amount", columns.at.get("gross", 0))].has_decimal_commas
        ):
            return Told("proposed", piece, proposal=self._propose(piece))
        if not columns.has_second_header and _has_twin(piece.header, needed, below):
            return Told("proposed", piece, proposal=self._propose(piece))
        shape = glued(values[columns.at["payee"]].cells)
        if "payee_other_id" in columns.at or columns.has_second_header:
            shape = "plain"
        return Told("published", piece, shape=shape)

    def _unglued(self, piece: Delimited, payee: int, shape: str) -> Delimited:
        note = Problem(
            "glued_ids",
            "numbers that are glued to the payees' names are taken off",
            f"{piece.where}, column {piece.header[payee].strip() or payee + 1}",
            f"most of its cells have the form {shape.replace('_', ' ')}",
            "nothing to do: the number goes to the publisher's own number of the payee",
        )
        return replace(
            with_columns(piece, split_payee(piece, payee, shape), self._target()),
            notes=(*piece.notes, note),
        )

    def _target(self) -> Path:
        return self._job.folder / "mapped.csv"

    def _by_layout(self, piece: Delimited, layout: Layout) -> Settled:
        at = {
            field: index
            for field, title in layout.columns.items()
            if (index := column_at(piece.header, title)) is not None
        }
        notes = [*piece.notes, *([] if layout in self._supposed else [_saved(piece, layout)])]
        if "amount" not in at or layout.amounts_are_gross:
            if not layout.amounts_are_gross and "gross" in at and not self._job.yes:
                raise FileRefused(_gross(piece, layout))
            at["amount"] = at["gross"] if "gross" in at else at["amount"]
            notes.append(_gross_taken(piece, layout))
        at.pop("gross", None)
        added: list[Added] = []
        if layout.amount_sign == "credit_positive":
            added += [negated(piece, at[f], f) for f in ("amount", "vat") if f in at]
        if layout.date_order == "month_first":
            dates = [f for f in ("payment_date", "effective_date") if f in at]
            added += [with_day_first(piece, at[f], f) for f in dates]
        if layout.period:
            text = _period_text(self._period(piece, layout))
            added.append(period_of_payments(text, at["payee"], at["amount"]))
        if layout.payee_shape != "plain":
            added += split_payee(piece, at["payee"], layout.payee_shape)
        piece = replace(piece, at=at, notes=tuple(notes))
        if added:
            piece = with_columns(piece, added, self._target())
        return Settled(piece, layout.body)

    def _period(self, piece: Delimited, layout: Layout) -> Period:
        if layout.period != FROM_NAME:
            period = parse_period(layout.period)
        else:
            period = next(filter(None, map(month_of_name, self._names(piece))), None)
        if period is None:
            raise FileRefused(
                Problem(
                    "no_period",
                    "the period of the payments is not stated",
                    piece.where,
                    f"the mapping {layout.name!r} takes it from the name, which states no month",
                    'write the period into the mapping, such as period = "2017-04"',
                )
            )
        return period

    def _names(self, piece: Delimited) -> list[str]:
        inside = [PurePosixPath(name).name for name in piece.member.split(INSIDE)]
        return [*reversed(inside), Path(self._job.file).name]

    def _propose(self, piece: Delimited) -> Proposal:
        head = list(islice(records(piece), _SAMPLE_RECORDS))
        like, like_name = self._nearest(piece.header)
        return propose(
            piece.header,
            [*_below(head, piece.header_row), *_tail(piece, len(head) < _SAMPLE_RECORDS)],
            where=piece.where,
            name=_layout_name(self._names(piece)),
            header_row=piece.header_row if piece.header_row > 1 else 0,
            is_month_named=any(map(month_of_name, self._names(piece))),
            like=like,
            like_name=like_name,
            is_body=self._is_body,
        )

    def _is_body(self, text: str) -> bool:
        try:
            self._job.bodies.find(text)
        except RequestError:
            return False
        return True

    def _nearest(self, header: Sequence[str]) -> tuple[Mapping[str, str], str]:
        """The known layout that most of a header's columns are of, as field -> title."""
        keys = set(named_keys(header))
        known = [(layout.columns, f"the saved mapping {layout.name!r}") for layout in self._layouts]
        known += [(one, "an earlier file of the place") for one in self._earlier]
        best: tuple[Mapping[str, str], str] = ({}, "")
        best_share = _DRIFT_SHARE
        for columns, name in known:
            titles = {header_key(title) for title in columns.values()} - {""}
            share = len(titles & keys) / len(titles) if titles else 0.0
            if share >= best_share and share < 1:
                best, best_share = (columns, name), share
        return best


def with_header(piece: Delimited, head: Head, number: int) -> Delimited:
    """The piece with its header in the record of a number."""
    header: tuple[str, ...] = ()
    following: tuple[str, ...] = ()
    for at, cells in head:
        if at == number:
            header = tuple(cells)
        elif at > number and any(cell.strip() for cell in cells):
            following = tuple(cells)
            break
    kinds = preamble_kinds(head, number)
    notes = piece.notes
    if kinds["memo"]:
        notes = (*notes, _later_header(piece, number, kinds))
    return replace(
        piece,
        header=header,
        header_row=number,
        following=following,
        preamble=dict(kinds),
        notes=notes,
    )


def _header_of(layout: Layout, head: Head, sheet: str) -> int | None:
    for number, cells in head[:_HEADER_WITHIN]:
        if layout.header_row and number != layout.header_row and _has_row(layout, head, sheet):
            continue
        if matches(layout, cells, sheet):
            return number
    return None


def _has_row(layout: Layout, head: Head, sheet: str) -> bool:
    """Whether the header stands in the row that the layout states: in another file it may not."""
    return any(
        number == layout.header_row and matches(layout, cells, sheet)
        for number, cells in head[:_HEADER_WITHIN]
    )


def _has_twin(header: Sequence[str], needed: Sequence[int], below: Sequence[Sequence[str]]) -> bool:
    """Whether a needed column has a second one of the same header, with other values."""
    keys = [header_key(cell) for cell in header]
    for index in needed:
        for twin, key in enumerate(keys):
            if twin == index or not key or key != keys[index]:
                continue
            if any(
                row[twin].strip() not in {"", row[index].strip()}
                for row in below
                if len(row) > max(twin, index)
            ):
                return True
    return False


def _below(head: Head, header_row: int) -> list[Sequence[str]]:
    return [
        cells for number, cells in head if number > header_row and any(c.strip() for c in cells)
    ]


def _tail(piece: Delimited, is_all_seen: bool) -> list[list[str]]:
    """Records at the end: in a file in order of date the first ones may not show which is the day.

    Found by bytes and not by record, so that a long file is not read for them.
    """
    if is_all_seen:
        return []
    with piece.path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL_BYTES))
        text = file.read().decode("utf-8", "ignore")
    lines = text.splitlines()[1:]
    try:
        rows = list(csv.reader(lines, delimiter=piece.delimiter))
    except csv.Error:
        # a quote cut in half: the first records have to do
        return []
    return [row for row in rows if len(row) == len(piece.header)]


def _period_text(period: Period) -> str:
    """A period in the form that no column of dates can mistake."""
    if period.first.year == period.last.year and period.first.month == period.last.month:
        return f"{period.first:%Y%m}"
    return f"{period.first.year}/{period.last.year}"


def _layout_name(names: Sequence[str]) -> str:
    """A name for a layout: the file's, without what changes every month."""
    text = re.sub(r"\.[A-Za-z]{2,4}$", "", names[-1])
    months = r"(?i)(january|february|march|april|may|june|july|august|september|october|november"
    text = re.sub(months + r"|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)", " ", text)
    return "-".join(re.findall(r"[a-z]{3,}", text.lower())) or "payments"


def _unknown(proposal: Proposal) -> Problem:
    lines = [f"proposed, in mapping.toml of the place as {proposal.layout.name!r}:"]
    for one in proposal.choices:
        samples = ", ".join(map(repr, one.samples))
        lines.append(
            f"  {one.field} <- {one.title!r} ({one.confidence:.2f}: {'; '.join(one.reasons)};"
            f" such as {samples})"
        )
    lines += [f"  changed: {one}" for one in proposal.drift]
    lines += [f"  still missing: {one}" for one in proposal.missing]
    lines += [f"  not used: {one.title!r}: {one.why}" for one in proposal.unused]
    if proposal.layout.date_order != "day_first":
        lines.append("  dates are read with the month first")
    if proposal.layout.payee_shape != "plain":
        lines.append("  numbers glued to the payees' names are taken off")
    if proposal.layout.period:
        lines.append("  the period is the month in the name of the file or sheet")
    fix = "look at it, correct it there, then add the file again with --mapping and that file"
    if proposal.is_complete:
        fix += "; or take it as it is with --yes"
    return Problem(
        "unknown_layout",
        "the layout of the file is not known",
        f"{proposal.where} row {proposal.layout.header_row or 1}",
        "\n         ".join(lines),
        fix,
    )


def _later_header(piece: Delimited, number: int, kinds: Counter[str]) -> Problem:
    return Problem(
        "later_header",
        "the header is not in the first row",
        f"{piece.where} row {number}",
        f"{kinds['memo']} records above it hold titles or notes and are not read",
        "nothing to do",
    )


def _saved(piece: Delimited, layout: Layout) -> Problem:
    return Problem(
        "saved_mapping",
        f"the columns are told by the mapping {layout.name!r}",
        f"{piece.where} row {piece.header_row}",
        "a person has agreed to it",
        "if it is wrong, correct mapping.toml, then add the same file with --mapping and that",
    )


def _gross(piece: Delimited, layout: Layout) -> Problem:
    return Problem(
        "gross_only",
        "the file has amounts with VAT only",
        f"{piece.where}, mapping {layout.name}",
        "council spend is counted net of the VAT that is reclaimed",
        "write amounts_are_gross = true into the mapping to take them as they are, or add --yes",
    )


def _gross_taken(piece: Delimited, layout: Layout) -> Problem:
    return Problem(
        "gross_only",
        "the amounts include VAT",
        f"{piece.where}, mapping {layout.name}",
        "the mapping takes the gross amounts as they are",
        "nothing to do",
    )
