"""What a place holds at one moment: its sources, and what was read from each of their members."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from totalplace.errors import Problem, RequestError

__all__ = ["Member", "Source", "State", "is_identifier"]

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SUPPLEMENTS = re.compile(r"(?:[0-9a-f]{64}:[0-9]{1,9})?")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def is_identifier(name: str) -> bool:
    """Whether a name may be a folder of the place: a dataset, a register or a step."""
    return _NAME.fullmatch(name) is not None


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file as it was supplied, kept byte for byte under its SHA-256.

    Args:
        name: the file's own name when it was supplied, without its folder.
        received: when, as an ISO timestamp by the caller's clock.
    """

    sha256: str
    name: str
    size_bytes: int
    received: str
    publisher: str | None = None
    licence: str | None = None

    def __post_init__(self) -> None:
        _demand(_SHA256.fullmatch(self.sha256) is not None, f"no SHA-256: {self.sha256!r:.80}")
        _demand(self.size_bytes >= 0, "a size below 0")
        datetime.fromisoformat(self.received)

    @property
    def path(self) -> Path:
        """Where the bytes are, from the place's folder."""
        return Path("sources", self.sha256[:2], self.sha256)

    @property
    def facts_path(self) -> Path:
        """Where these facts stand beside the bytes, from the place's folder."""
        return self.path.with_name(f"{self.sha256}.json")


@dataclass(frozen=True, kw_only=True)
class Member:
    """What was read from one member of a source: a CSV (index 0), a zip's file, a workbook's sheet.

    A register (bodies, aliases, keys: `is_register`) is a member too: its rows go to `reference/`.

    Args:
        sha256: the source's; with `member_index` (from 0) it is the key of the member.
        member: the zip member's or sheet's name, empty if there is none.
        dataset: the dataset or register its rows belong to.
        format_id: the format that read it.
        records: what it held: always `lines` + `rejected` + the sum of `skipped`.
        skipped: records by kind: blank, repeated_header, total_row, total_column, memo.
        body_id: the body whose money it is; None where it holds many bodies.
        sum_pence: sum of `amount_pence`; None where the dataset is no money.
        redacted_pence: sum of the redacted payees' lines.
        exact_duplicates: lines that repeat another in every field; they are kept.
        rounded_cells: published fractions of a penny that were rounded half-even.
        rounding_pence: the sum of that rounding, a decimal number of pence as text.
        dialect: how the text was written; ``supplements`` names the member (SHA-256, colon, index)
            whose rejected records these are, corrected.
        mapping: published header -> field.
        superseded_by: SHA-256 of the source that took its place.
        lines_sha256: SHA-256 of the Parquet file of its rows; set by the place.
        rejects_sha256: the same of its rejects; None when it has none.
    """

    sha256: str
    member: str
    member_index: int
    dataset: str
    format_id: str
    file_name: str
    received: str
    records: int
    lines: int
    rejected: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    body_id: str | None = None
    sum_pence: int | None = None
    negative_lines: int = 0
    redacted_pence: int = 0
    exact_duplicates: int = 0
    rounded_cells: int = 0
    rounding_pence: str = "0"
    period_start: date | None = None
    period_end: date | None = None
    encoding: str | None = None
    dialect: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[str, str] = field(default_factory=dict)
    is_register: bool = False
    status: Literal["active", "superseded"] = "active"
    superseded_by: str | None = None
    lines_sha256: str = ""
    rejects_sha256: str | None = None

    def __post_init__(self) -> None:
        _demand(_SHA256.fullmatch(self.sha256) is not None, f"no SHA-256: {self.sha256!r:.80}")
        _demand(self.member_index >= 0, "a member index below 0")
        _demand(is_identifier(self.dataset), f"no name of a dataset: {self.dataset!r:.80}")
        counts = (self.records, self.lines, self.rejected, *self.skipped.values())
        _demand(min(counts) >= 0, "a count of records below 0")
        _demand(
            (self.status == "superseded") == (self.superseded_by is not None),
            f"status {self.status} and superseded_by {self.superseded_by} disagree",
        )
        datetime.fromisoformat(self.received)
        _demand(
            _SUPPLEMENTS.fullmatch(self.dialect.get("supplements", "")) is not None,
            "no member that it supplements",
        )

    @property
    def key(self) -> tuple[str, int]:
        """What names the member in its place."""
        return self.sha256, self.member_index

    @property
    def is_active(self) -> bool:
        """Whether its rows count (no other source has taken its place)."""
        return self.status == "active"

    @property
    def supplements(self) -> tuple[str, int] | None:
        """The key of the member whose rejected records it holds, corrected; None of any other."""
        sha256, _, index = self.dialect.get("supplements", "").partition(":")
        return (sha256, int(index)) if sha256 else None

    @property
    def adds_up(self) -> bool:
        """Whether records = lines + rejected + skipped."""
        return self.records == self.lines + self.rejected + sum(self.skipped.values())

    @property
    def lines_path(self) -> Path:
        """Where its rows are, from the place's folder."""
        top = "reference" if self.is_register else "lines"
        return Path(top, self.dataset, f"{self.sha256}.{self.member_index}.parquet")

    @property
    def rejects_path(self) -> Path:
        """Where its rejects are if it has any, from the place's folder."""
        return Path("rejects", self.dataset, f"{self.sha256}.{self.member_index}.parquet")


@dataclass(frozen=True, kw_only=True)
class State:
    """All that a place holds at one moment, live or as of a snapshot; superseded members too.

    Both tuples are sorted (sources by hash, members by key), so equal states are equal documents.
    """

    sources: tuple[Source, ...] = ()
    members: tuple[Member, ...] = ()

    def __post_init__(self) -> None:
        hashes = [source.sha256 for source in self.sources]
        keys = [member.key for member in self.members]
        _demand(hashes == sorted(set(hashes)), "its sources are not in order, each once")
        _demand(keys == sorted(set(keys)), "its members are not in order, each once")
        named = {hash_ for m in self.members for hash_ in (m.sha256, m.superseded_by or m.sha256)}
        if lacking := sorted(named - set(hashes)):
            raise ValueError(f"it names a source that it does not have: {lacking[0]}")

    @property
    def active(self) -> tuple[Member, ...]:
        """The members that count."""
        return tuple(member for member in self.members if member.is_active)

    def has_source(self, sha256: str) -> bool:
        """Whether the place has exactly these bytes."""
        return any(source.sha256 == sha256 for source in self.sources)

    def members_of(self, sha256: str) -> tuple[Member, ...]:
        """The members of one source, by index; empty if the place does not have it."""
        return tuple(member for member in self.members if member.sha256 == sha256)

    def datasets(self) -> tuple[str, ...]:
        """The datasets with at least one active member, sorted; registers are not among them."""
        return tuple(sorted({m.dataset for m in self.active if not m.is_register}))

    def registers(self) -> tuple[str, ...]:
        """The registers to which the place adds rows of its own, sorted."""
        return tuple(sorted({m.dataset for m in self.active if m.is_register}))

    def find_source(self, text: str) -> Source:
        """The source whose SHA-256 begins with `text` (at least four characters of it).

        Raises:
            RequestError: none does, or several do; the message lists what there is.
        """
        found = [s for s in self.sources if s.sha256.startswith(text.lower())]
        if len(text) >= 4 and len(found) == 1:
            return found[0]
        listed = ", ".join(f"{s.sha256[:12]} ({s.name})" for s in (found or self.sources)[:20])
        code = "ambiguous_source" if found else "unknown_source"
        raise RequestError(
            Problem(
                code,
                "several sources fit" if found else "no source of the place fits",
                text or "(an empty hash)",
                "the first four or more characters of exactly one source's SHA-256 are needed",
                f"use one of: {listed}" if listed else "the place has no sources yet",
            )
        )

    def files(self, of: Collection[str] | None = None) -> frozenset[Path]:
        """Every file that the state names, or names of some sources, from the place's folder.

        Args:
            of: SHA-256 of the sources.
        """
        sources = [s for s in self.sources if of is None or s.sha256 in of]
        members = [m for m in self.members if of is None or m.sha256 in of]
        return frozenset(
            (
                *(path for source in sources for path in (source.path, source.facts_path)),
                *(member.lines_path for member in members),
                *(m.rejects_path for m in members if m.rejects_sha256 is not None),
            )
        )


def _demand(holds: bool, why: str) -> None:
    if not holds:
        raise ValueError(why)
