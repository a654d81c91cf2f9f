"""What the verbs about loading say to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from totalplace.money import format_gbp
from totalplace.reports import plain_table

if TYPE_CHECKING:
    from totalplace._api._returns import BodyReturn, Returns
    from totalplace.sources import LookedMember, Proposed, RejectedMember, Rejects

__all__ = ["proposed_text", "rejects_text", "returns_text"]

_MAX_CELL, _MAX_RECORD = 40, 200


def proposed_text(proposed: Proposed) -> str:
    """Each member with its columns and what reading it comes to."""
    parts = [str(problem) for problem in proposed.problems]
    parts += [_member_text(one, proposed) for one in proposed.members]
    if proposed.already_there:
        parts.append("The place has this file already.")
    elif proposed.is_refused:
        parts.append("`add` would refuse it.")
    elif proposed.layouts:
        parts.append("`add` would take it with --yes, or with a mapping that you agree to.")
    else:
        parts.append("`add` would take it as it is.")
    return "\n\n".join(parts)


def _member_text(one: LookedMember, proposed: Proposed) -> str:
    name = f"{proposed.file} [{one.member}]" if one.member else proposed.file
    about = [one.format_id or "no known format", *([one.encoding] if one.encoding else [])]
    if one.header_row:
        about.append(f"header in row {one.header_row}")
    if one.told_by != "nothing":
        about.append(f"columns: {one.told_by}")
    lines = [f"{name}: {', '.join(about)}"]
    if one.note:
        return f"{lines[0]}\n  nothing is read from it: {one.note}"
    if one.columns:
        rows = [
            [
                str(column.number),
                _plain(column.header)[:_MAX_CELL] or column.title,
                column.field or "-",
                f"{column.confidence:.2f}" if column.field else "",
                _plain(" | ".join(column.samples))[:_MAX_CELL],
            ]
            for column in one.columns
        ]
        table = plain_table(["column", "header", "field", "confidence", "such as"], rows)
        lines += [f"  {line}" for line in table.splitlines()]
    lines += [f"  missing: {missing}" for missing in one.missing]
    lines += [f"  changed: {drift}" for drift in one.drift]
    if one.reading is not None:
        found = [f"{one.reading.lines:,} lines of {one.reading.records:,} records"]
        found += [f"{one.reading.rejected:,} rejected"] if one.reading.rejected else []
        if one.reading.sum_pence is not None:
            found.append(format_gbp(one.reading.sum_pence))
        found += [one.reading.body_id] if one.reading.body_id else []
        lines.append(f"  so read: {', '.join(found)}")
    lines += ["  " + str(problem).replace("\n", "\n  ") for problem in one.problems]
    return "\n".join(lines)


def rejects_text(rejects: Rejects) -> str:
    """Each member with rejected records, and the records that are shown."""
    if not rejects.members:
        return "No record was rejected."
    parts = [_rejected_text(one) for one in rejects.members]
    return "\n\n".join([*parts, f"{rejects.rejected:,} rejected records wait to be corrected."])


def _rejected_text(one: RejectedMember) -> str:
    name = f"{one.file} [{one.member}]" if one.member else one.file
    codes = ", ".join(f"{code} {count:,}" for code, count in one.codes.items())
    head = f"{name} ({one.sha256[:12]}, member {one.member_index})"
    lines = [f"{head}: {one.rejected:,} of {one.records:,} records rejected: {codes}"]
    if one.supplemented_by is not None:
        lines.append(f"  corrected in the source {one.supplemented_by[:12]}")
    for reject in one.rejects:
        what = " | ".join(reject.cells) if reject.cells else reject.raw
        lines.append(f"  row {reject.row_no}: {_plain(reject.message)}")
        lines.append(f"    {_plain(what)[:_MAX_RECORD]}")
    if one.rejected > len(one.rejects):
        lines.append(f"  and {one.rejected - len(one.rejects):,} more")
    return "\n".join(lines)


def returns_text(returns: Returns) -> str:
    """One row a body, and how much of the money is from returns."""
    rows = [
        [
            one.name,
            _state(one),
            one.active[0].received[:10] if one.active else "",
            format_gbp(one.out_pence) if one.active else "",
            format_gbp(one.gross_pence) if one.gross_pence else "",
            "; ".join(f"{part.cap_rev}: {part.detail}" for part in one.counted),
        ]
        for one in returns.bodies
    ]
    table = plain_table(["body", "return", "received", "it spent", "counted", "counted from"], rows)
    states = ", ".join(f"{count} {state}" for state, count in returns.states.items() if count)
    share = "nothing is counted"
    if returns.returned_pct is not None:
        share = (
            f"{returns.returned_pct:g}% of {format_gbp(returns.gross_pence)} gross is from returns"
        )
    return f"{table}\n\n{returns.year}: {states or 'no bodies'}; {share}."


def _state(one: BodyReturn) -> str:
    notes = [
        *(["late"] if one.is_late and one.state != "late" else []),
        *(["overdue"] if one.is_overdue else []),
        *(["counts twice"] if one.counts_twice else []),
    ]
    return f"{one.state} ({', '.join(notes)})" if notes else one.state


def _plain(text: str) -> str:
    """A text of a file without what a terminal would obey."""
    return "".join(mark if mark.isprintable() else " " for mark in text)
