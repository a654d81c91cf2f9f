"""A row that a person names as the header of a table: its cells, and what stands below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from totalplace import Place
from totalplace.errors import Problem, RequestError
from totalplace.place import Source
from totalplace.sources import Layout, file_rows, layout_form
from totalplace.workbench.loads._store import file_of
from totalplace.workbench.loads.models import Upload

__all__ = ["MOST_ROW", "first_rows", "is_without_header", "unheaded", "with_header_row"]

MOST_ROW = 60
"""A header stands no lower."""

_BELOW = 200
_SAMPLES = 3
_FIRST = 20
_NAME = 60


def is_without_header(member: Mapping[str, Any]) -> bool:
    """Whether nothing of a member was read since no header was found: a person may name its row."""
    return bool(
        member["kind"] in {"text", "sheet"}
        and member["format"] in {None, "spend"}
        and member["layout"] is None
        and member["reading"] is None
        and member["records"] != 0
        and {one["code"] for one in member["problems"]} <= {"no_header_row", "unknown_layout"}
        and (member["problems"] or member["records"])
    )


def first_rows(place: Place, upload: Upload, at: int) -> list[tuple[int, list[str]]]:
    """The first rows of a member that are not blank, each with its number, to choose from.

    Raises:
        FileRefused: the file cannot be read.
    """
    rows = _rows(place, upload, at, first=1, count=_FIRST)
    return [(n, [*cells]) for n, cells in enumerate(rows, start=1) if any(map(str.strip, cells))]


def unheaded(upload: Upload, at: int) -> dict[str, Any]:
    """The layout of a member of which nothing is known yet, as an upload keeps it."""
    layout = Layout(name=PurePath(upload.name).stem[:_NAME] or "layout", headers=())
    return {"state": "open", "layout": {**asdict(layout), "headers": []}, "member": at}


def _rows(
    place: Place, upload: Upload, at: int, *, first: int, count: int
) -> tuple[Sequence[str], ...]:
    source = Source(
        sha256=upload.sha256,
        name=upload.name,
        size_bytes=upload.size_bytes,
        received=timezone.now().isoformat(),
    )
    member = upload.look["members"][at]["member"]
    return file_rows(place.folder, file_of(upload), source, member, first=first, count=count)


def with_header_row(
    place: Place, upload: Upload, kept: Mapping[str, Any], row: int
) -> dict[str, Any]:
    """A layout with its header in the row of a number; its columns are to be settled anew.

    Those of a name that had a field keep it; a published name has its field.

    Args:
        kept: the layout, as the upload keeps it.

    Raises:
        RequestError: there is no such row, or nothing stands in it.
        FileRefused: the file cannot be read.
    """
    member = upload.look["members"][kept["member"]]["member"]
    found = _rows(place, upload, kept["member"], first=row, count=_BELOW)
    header = [cell.strip() for cell in found[0]] if found else []
    if not any(header):
        raise RequestError(
            Problem(
                "no_header_row",
                _("there is no header in that row"),
                _("row %(row)s of %(name)s") % {"row": row, "name": member or upload.name},
                _("nothing stands in it"),
                _("say another row"),
            )
        )
    columns = [_column(header, found[1:], at) for at in range(len(header))]
    titles = {one["title"] for one in columns}
    fields = {field: title for field, title in kept["layout"]["columns"].items() if title in titles}
    fields = _published(titles - set(fields.values())) | fields
    layout = {**kept["layout"], "headers": header, "columns": fields, "header_row": row}
    return {**kept, "state": "open", "layout": layout, "columns": columns, "header_row": row}


def _published(titles: set[str]) -> dict[str, str]:
    """Field -> the title that is published for it."""
    found: dict[str, str] = {}
    for field in layout_form().fields:
        names = {one.casefold() for one in field.headers}
        for title in sorted(titles):
            if title.casefold() in names and title not in found.values():
                found.setdefault(field.name, title)
    return found


def _column(header: Sequence[str], below: Sequence[Sequence[str]], at: int) -> dict[str, Any]:
    title = header[at]
    is_own = bool(title) and header.count(title) == 1
    values = (cells[at].strip() for cells in below if at < len(cells))
    samples = list(dict.fromkeys(value for value in values if value))[:_SAMPLES]
    return {
        "number": at + 1,
        "header": title,
        "title": title if is_own else f"#{at + 1}",
        "samples": samples,
        "field": "",
        "confidence": 0.0,
        "reasons": [],
    }
