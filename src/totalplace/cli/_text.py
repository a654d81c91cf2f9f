"""What the verbs about a place say to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from totalplace.money import format_gbp
from totalplace.reports import plain_table

if TYPE_CHECKING:
    from totalplace._api import Checked
    from totalplace.place import Decision
    from totalplace.sources import AddReport, FileReport, FormatInfo

__all__ = ["check_text", "decisions_text", "files_text", "formats_text", "identities_text"]


def files_text(report: AddReport) -> str:
    """One line a file or member, and what became of its records."""
    memos: dict[str, list[FileReport]] = {}
    for file in report.files:
        if _is_memo(file):
            memos.setdefault(file.file, []).append(file)
    lines = [_file_text(file) for file in report.files if not _is_memo(file)]
    lines += [
        f"no data in {name}: {', '.join(one.member for one in some)} "
        f"({sum(one.records for one in some):,} records)"
        for name, some in memos.items()
    ]
    loaded = [file for file in report.files if file.status == "loaded" and not _is_memo(file)]
    failed = [file for file in report.files if file.problems]
    total = sum(file.lines for file in loaded)
    lines.append("")
    lines.append(
        f"{len(loaded)} loaded ({total:,} lines), "
        f"{sum(file.status == 'already_there' for file in report.files)} already there, "
        f"{len(failed)} refused or quarantined."
    )
    return "\n".join(lines)


def _is_memo(file: FileReport) -> bool:
    """Whether it is a sheet or member of notes, without a record of data."""
    return file.records > 0 and file.skipped.get("memo", 0) == file.records


def _file_text(file: FileReport) -> str:
    name = f"{file.file} [{file.member}]" if file.member else file.file
    if file.problems:
        body = "\n".join(str(problem) for problem in file.problems)
        return f"{file.status.upper()} {name}\n  " + body.replace("\n", "\n  ")
    parts = [f"{file.lines:,} lines of {file.records:,} records"]
    parts += [f"{file.rejected:,} rejected"] if file.rejected else []
    parts += [
        f"{count:,} {kind.replace('_', ' ')}" for kind, count in file.skipped.items() if count
    ]
    parts += [] if file.sum_pence is None else [format_gbp(file.sum_pence)]
    parts += [f"{file.negative_lines:,} negative"] if file.negative_lines else []
    parts += [f"redacted {format_gbp(file.redacted_pence)}"] if file.redacted_pence else []
    parts += [f"{file.exact_duplicates:,} exact duplicates kept"] if file.exact_duplicates else []
    about = [part for part in (file.format, file.body_id, _period(file)) if part]
    if file.sha256 is not None:
        about.append(file.sha256[:12])
    tail = f" ({', '.join(about)})" if about else ""
    return f"{file.status.replace('_', ' ')} {name}: {', '.join(parts)}{tail}"


def _period(file: FileReport) -> str:
    if file.period_start is None or file.period_end is None:
        return ""
    return f"{file.period_start} to {file.period_end}"


def formats_text(formats: Sequence[FormatInfo]) -> str:
    """Every format and how it is recognised."""
    return "\n\n".join(
        f"{one.id}\n  {one.title}\n  recognised by: {one.recognises}"
        + "".join(f"\n  reads: {column}" for column in one.columns)
        for one in formats
    )


def check_text(checked: Checked) -> str:
    """What a check found."""
    lines = [f"DAMAGED: {problem}" for problem in checked.problems]
    lines += [f"left over, harmless: {problem}" for problem in checked.leftovers]
    for year, identities in checked.identities.items():
        lines.append(identities_text(year, identities))
    lines += [f"{year} was not counted: {why}." for year, why in checked.not_counted.items()]
    lines.append("The place is sound." if checked.is_sound else "The place is NOT sound.")
    return "\n".join(lines)


def identities_text(year: str, identities: Mapping[str, bool]) -> str:
    """Which of our own identities hold."""
    failed = [name.replace("_", " ") for name, holds in identities.items() if not holds]
    if failed:
        return f"{year}: identities that FAIL: {', '.join(failed)}."
    return f"{year}: all {len(identities)} identities hold."


def decisions_text(decisions: Sequence[Decision], made: int | None) -> str:
    """The decisions that hold, and which was just made."""
    head = [] if made is None else [f"Decision {made} is made.", ""]
    if not decisions:
        return "\n".join([*head, "No decision holds."])
    rows = [
        # a mapping is a whole layout: what it says stands in the JSON
        [str(d.n), d.what, d.object_id, d.value[:60], d.who, d.when, d.why]
        for d in decisions
    ]
    header = ["n", "what", "id", "value", "who", "when", "why"]
    return "\n".join([*head, plain_table(header, rows, right=[0])])
