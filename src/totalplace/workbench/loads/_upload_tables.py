"""What a look found and what a load came to, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from totalplace.place import Member, State
from totalplace.sources import layout_form
from totalplace.web._page import Column, Row, Table
from totalplace.workbench.loads._sources import last_alike
from totalplace.workbench.loads.models import Upload

__all__ = ["compared", "mapped", "result_table", "tables_found"]

_TOLD_BY = {
    "published": _("by its published headers"),
    "saved": _("by a mapping that a person agreed to"),
    "proposed": _("as proposed: nobody has agreed yet"),
    "format": _("by its format"),
    "nothing": _("not recognised"),
}


def _pence(gbp: str | None) -> int | None:
    return None if gbp is None else int(Decimal(gbp) * 100)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _name(upload: Upload, member: str) -> str:
    return member or upload.name


def tables_found(upload: Upload) -> Table:
    """Every table of the file, and what it would come to."""
    rows: list[Row] = []
    for one in upload.found.get("members", ()):
        reading = one["reading"] or {}
        rows.append(
            {
                "table": _name(upload, one["member"]),
                "told": one["note"] or _TOLD_BY[one["told_by"]],
                "format": one["format"],
                "records": reading.get("records", one["records"]),
                "lines": reading.get("lines"),
                "rejected": reading.get("rejected"),
                "sum_pence": _pence(reading.get("sum_gbp")),
                "period_start": _day(reading.get("period_start")),
                "period_end": _day(reading.get("period_end")),
            }
        )
    return Table(
        "tables",
        _("What it would come to"),
        (
            Column("table", _("Table"), is_head=True),
            Column("told", _("How it is read")),
            Column("format", _("Format"), "code"),
            Column("records", _("Records"), "number"),
            Column("lines", _("Lines"), "number"),
            Column("rejected", _("Rejected"), "number"),
            Column("sum_pence", _("Sum"), "gbp"),
            Column("period_start", _("From"), "date"),
            Column("period_end", _("To"), "date"),
        ),
        rows,
    )


def mapped(upload: Upload, at: int) -> list[tuple[str, str]]:
    """The fields of a layout with the columns that are read as them."""
    columns: Mapping[str, str] = upload.layouts[at]["layout"]["columns"]
    return [(one.label, columns[one.name]) for one in layout_form().fields if one.name in columns]


def compared(state: State, upload: Upload) -> list[tuple[Member, Table, list[str]]]:
    """Each table beside the last one of the same body and kind, and its columns that are gone."""
    found = []
    for one in upload.found.get("members", ()):
        reading = one["reading"]
        last = last_alike(state, reading, upload) if reading else None
        if last is None:
            continue
        headers = {column["header"] for column in one["columns"]}
        gone = [title for title in last.mapping if title and title not in headers]
        found.append((last, _beside(upload, one, last), gone if headers else []))
    return found


def _beside(upload: Upload, one: Mapping[str, Any], last: Member) -> Table:
    reading = one["reading"]
    rows: list[Row] = [
        {
            "file": _name(upload, one["member"]),
            "lines": reading["lines"],
            "rejected": reading["rejected"],
            "period_start": _day(reading["period_start"]),
            "period_end": _day(reading["period_end"]),
            "sum_pence": _pence(reading["sum_gbp"]),
        },
        {
            "file": last.file_name,
            "lines": last.lines,
            "rejected": last.rejected,
            "period_start": last.period_start,
            "period_end": last.period_end,
            "sum_pence": last.sum_pence,
        },
    ]
    number = upload.found["members"].index(one)
    return Table(
        f"beside-{number}",
        _("This file, and the last of the same body and kind"),
        (
            Column("file", _("File"), is_head=True),
            Column("lines", _("Lines"), "number"),
            Column("rejected", _("Rejected"), "number"),
            Column("sum_pence", _("Sum"), "gbp"),
            Column("period_start", _("From"), "date"),
            Column("period_end", _("To"), "date"),
        ),
        rows,
    )


def result_table(upload: Upload) -> Table:
    """What came of a load, table by table."""
    words = {
        "loaded": _("loaded"),
        "already_there": _("the place had it already"),
        "quarantined": _("set aside: its counts do not add up"),
        "refused": _("not loaded"),
    }
    files: Sequence[Mapping[str, Any]] = upload.result.get("files", ())
    rows: list[Row] = [
        {
            **one,
            "table": _name(upload, one["member"]),
            "skipped": one["skipped_all"],
            "period_start": _day(one["period_start"]),
            "period_end": _day(one["period_end"]),
            "_words": {"status": words[one["status"]]},
        }
        for one in files
    ]
    return Table(
        "result",
        _("What came of it"),
        (
            Column("table", _("Table"), is_head=True),
            Column("status", _("State")),
            Column("records", _("Records"), "number"),
            Column("lines", _("Lines"), "number"),
            Column("rejected", _("Rejected"), "number"),
            Column("skipped", _("No lines: blank, headings, totals"), "number"),
            Column("sum_pence", _("Sum"), "gbp"),
            Column("period_start", _("From"), "date"),
            Column("period_end", _("To"), "date"),
        ),
        rows,
    )
