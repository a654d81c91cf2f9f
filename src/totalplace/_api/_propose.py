"""A look at a file, the faults of a layout, and the form of layouts, as results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from totalplace._api._result import NUMBER, PCT, TEXT, Result, table_of
from totalplace.money import gbp
from totalplace.place import Member
from totalplace.sources import (
    Layout,
    LayoutFault,
    LayoutForm,
    LookedMember,
    Proposed,
    layout_form,
)

__all__ = ["faults_result", "layouts", "proposed_result"]


def proposed_result(proposed: Proposed) -> Result[Proposed]:
    """A look at a file, one row a column of each member; exit code 1 if `add` would refuse it."""
    rows = [
        {
            "member": member.member,
            "format": member.format_id,
            "column": column.number,
            "header": column.header,
            "samples": " | ".join(column.samples),
            "field": column.field or None,
            "confidence": column.confidence if column.field else None,
            "reasons": "; ".join(column.reasons),
        }
        for member in proposed.members
        for column in member.columns
    ]
    columns = {
        "member": TEXT,
        "format": TEXT,
        "column": NUMBER,
        **dict.fromkeys(("header", "samples", "field"), TEXT),
        "confidence": PCT,
        "reasons": TEXT,
    }
    document = {
        "file": proposed.file,
        "sha256": proposed.sha256 or None,
        "size_bytes": proposed.size_bytes,
        "already_there": proposed.already_there,
        "is_refused": proposed.is_refused,
        "problems": [one.as_dict() for one in proposed.problems],
        "members": [_member(one) for one in proposed.members],
    }
    return Result(
        facts=proposed,
        document=document,
        table=table_of(rows, columns),
        title=f"What {proposed.file} would be loaded as",
        exit_code=int(proposed.is_refused or bool(proposed.layouts)),
    )


def _member(one: LookedMember) -> dict[str, Any]:
    return {
        "member": one.member,
        "kind": one.kind,
        "format": one.format_id,
        "told_by": one.told_by,
        "reasons": list(one.reasons),
        "encoding": one.encoding or None,
        "delimiter": one.delimiter or None,
        "header_row": one.header_row,
        "columns": [
            {**asdict(column), "samples": list(column.samples), "reasons": list(column.reasons)}
            for column in one.columns
        ],
        "layout": None if one.layout is None else _layout(one.layout),
        "missing": [asdict(missing) for missing in one.missing],
        "drift": [asdict(drift) for drift in one.drift],
        "records": one.records,
        "reading": None if one.reading is None else _reading(one.reading),
        "years": list(one.years),
        "note": one.note or None,
        "warnings": [problem.as_dict() for problem in one.warnings],
        "notes": [problem.as_dict() for problem in one.notes],
        "problems": [problem.as_dict() for problem in one.problems],
    }


def _layout(layout: Layout) -> dict[str, Any]:
    return {**asdict(layout), "headers": list(layout.headers)}


def _reading(member: Member) -> dict[str, Any]:
    return {
        "dataset": member.dataset,
        "body_id": member.body_id,
        "records": member.records,
        "lines": member.lines,
        "rejected": member.rejected,
        "skipped": dict(member.skipped),
        "sum_gbp": None if member.sum_pence is None else gbp(member.sum_pence),
        "negative_lines": member.negative_lines,
        "redacted_gbp": gbp(member.redacted_pence),
        "exact_duplicates": member.exact_duplicates,
        "period_start": member.period_start and member.period_start.isoformat(),
        "period_end": member.period_end and member.period_end.isoformat(),
    }


def faults_result(layout: Layout, faults: Sequence[LayoutFault]) -> Result[tuple[LayoutFault, ...]]:
    """What is wrong with a layout, one row a fault; exit code 1 if anything is."""
    rows = [{"key": one.key, **one.problem.as_dict()} for one in faults]
    return Result(
        facts=tuple(faults),
        document={"layout": _layout(layout), "faults": rows},
        table=table_of(rows, dict.fromkeys(("key", "code", "what", "where", "why", "fix"), TEXT)),
        title="Faults of the layout",
        exit_code=int(bool(faults)),
    )


def layouts() -> Result[LayoutForm]:
    """What a layout of payments may say: its fields, and its settings with their choices.

    >>> form = layouts().facts
    >>> [one.label for one in form.fields if one.group == "date"]
    ['End of the period', 'Date of payment']
    """
    form = layout_form()
    fields = [{**asdict(one), "headers": list(one.headers)} for one in form.fields]
    settings = [{**asdict(one), "choices": dict(one.choices)} for one in form.settings]
    rows = [{**one, "what": "field", "group": one["group"] or None} for one in fields]
    rows += [{**one, "what": "setting", "group": None} for one in settings]
    columns = dict.fromkeys(("what", "name", "label", "description", "group"), TEXT)
    return Result(
        facts=form,
        document={"fields": fields, "settings": settings},
        table=table_of(rows, columns),
        title="What a layout may say",
    )
