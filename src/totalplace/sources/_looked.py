"""What a look at a supplied file finds, before anything of it is loaded, as facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from totalplace.errors import Problem
from totalplace.place import Member
from totalplace.sources._mapping_layout import Layout
from totalplace.sources._mapping_propose import Drift, Missing

__all__ = [
    "LookedColumn",
    "LookedMember",
    "Proposed",
    "ToldBy",
]

ToldBy = Literal["published", "saved", "proposed", "format", "nothing"]


@dataclass(frozen=True, kw_only=True)
class LookedColumn:
    """One column of a member.

    Attributes:
        number: from 1.
        header: its cell in the header as published; empty if it has none.
        title: what a layout calls it: the header, or ``#3`` where that names no single column.
        samples: the first few different values under it.
        field: what it is read as, or empty.
        confidence: 0 to 1; 1 where the header is published or a person has agreed.
        reasons: why it is that field; of a column that is not used, why not.
    """

    number: int
    header: str
    title: str
    samples: tuple[str, ...]
    field: str = ""
    confidence: float = 0.0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LookedMember:
    """One member of a file: a CSV, a sheet, a file in a zip.

    Attributes:
        member: its name in the file; empty if the file is one table.
        kind: ``text``, ``sheet``, ``document`` (JSON, a data package), ``other`` for no table.
        format_id: the format it was recognised as, or None. Payments whose headers nobody knows
            are ``spend`` only if they can be read as proposed.
        told_by: how its columns are told: ``published`` headers, a ``saved`` mapping, ``proposed``
            for a person to agree to, by another ``format``, or ``nothing``.
        reasons: what was found of that format, or what is missing for any.
        encoding: of text, or the kind of workbook; empty where it is of no account.
        delimiter: between cells; empty of a sheet.
        header_row: the record of the header from 1; 0 if there is none.
        columns: of the table.
        layout: how payments are read: proposed, saved, or as their published headers say; with the
            order of dates, the sign, the shape of payees and the period. It can be edited and given
            to `add`. None of anything else.
        missing: what payments cannot be read without.
        drift: what has changed against a layout that is known.
        records: below the header, where that is known without reading.
        reading: what `add` would make of it now, if it takes the layout: lines, rejected records,
            sums, period, body. None where it would be refused, or is too long to be read for a
            look.
        years: of a return that was read: the financial years that its lines say they are of.
        note: why nothing is read from it, if it holds no data.
        warnings, notes: what `add` would tell.
        problems: why `add` would refuse it; that nobody has agreed to a layout yet is not among
            them.
    """

    member: str
    kind: Literal["text", "sheet", "document", "other"]
    format_id: str | None = None
    told_by: ToldBy = "nothing"
    reasons: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 0
    columns: tuple[LookedColumn, ...] = ()
    layout: Layout | None = None
    missing: tuple[Missing, ...] = ()
    drift: tuple[Drift, ...] = ()
    records: int | None = None
    reading: Member | None = None
    years: tuple[str, ...] = ()
    note: str = ""
    warnings: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def needs_agreement(self) -> bool:
        """Whether it is read only by a layout that a person agrees to; else it is left out."""
        return self.told_by == "proposed"

    @property
    def is_refused(self) -> bool:
        """Whether `add` refuses the file because of it, even if its layout is agreed to."""
        return bool(self.problems or (self.missing and not self.note))


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A supplied file as it would be taken in.

    Attributes:
        file: its name.
        sha256: of its bytes; empty if it could not be read.
        size_bytes: of the file.
        members: everything in it.
        problems: why the file as a whole is refused.
        already_there: whether the place has these bytes, and counts them.
    """

    file: str
    sha256: str = ""
    size_bytes: int = 0
    members: tuple[LookedMember, ...] = ()
    problems: tuple[Problem, ...] = ()
    already_there: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether `add` refuses it, whatever is agreed to."""
        return bool(self.problems) or any(one.is_refused for one in self.members)

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The layouts that a person has to agree to, one for each header."""
        found: dict[tuple[str, ...], Layout] = {}
        for one in self.members:
            if one.needs_agreement and one.layout is not None and not one.note:
                found.setdefault(one.layout.headers, one.layout)
        return tuple(found.values())
