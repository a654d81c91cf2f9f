"""Another row as the header of a table: its cells, and what stands below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from totalplace import Place
from totalplace.errors import Problem, RequestError
from totalplace.place import Source
from totalplace.sources import file_rows
from totalplace.workbench.loads._store import file_of
from totalplace.workbench.loads.models import Upload

__all__ = ["MOST_ROW", "with_header_row"]

MOST_ROW = 60
"""A header stands no lower."""

_BELOW = 200
_SAMPLES = 3


def with_header_row(place: Place, upload: Upload, n: int, row: int) -> dict[str, Any]:
    """The layout of a number with its header in another row; its columns are to be settled anew.

    Those of a name that had a field keep it.

    Raises:
        RequestError: there is no such row, or nothing stands in it.
        FileRefused: the file cannot be read.
    """
    kept = upload.layouts[n]
    member = upload.look["members"][kept["member"]]["member"]
    source = Source(
        sha256=upload.sha256,
        name=upload.name,
        size_bytes=upload.size_bytes,
        received=timezone.now().isoformat(),
    )
    found = file_rows(place.folder, file_of(upload), source, member, first=row, count=_BELOW)
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
    layout = {**kept["layout"], "headers": header, "columns": fields, "header_row": row}
    return {**kept, "state": "open", "layout": layout, "columns": columns, "header_row": row}


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
