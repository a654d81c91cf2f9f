"""Sheets of one header that a person leaves out: each by a layout that names it."""

from __future__ import annotations

import dataclasses
import glob
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from totalplace.sources import Layout
from totalplace.workbench.loads.models import Upload

__all__ = ["SheetAsked", "beside", "sheets_of"]

_INSIDE = "!/"


@dataclass(frozen=True)
class SheetAsked:
    """A sheet that has the header of a mapping.

    Attributes:
        at: the number of its member.
        pattern: what names it in a layout.
        was_out: whether it is left out by what is known of such files.
        is_out: whether it is left out as things stand.
    """

    at: int
    name: str
    pattern: str
    was_out: bool
    is_out: bool


def sheets_of(upload: Upload, kept: Mapping[str, Any]) -> list[SheetAsked]:
    """The sheets that a mapping of an upload is of; none of a file that is no workbook."""
    headers = list(kept["layout"]["headers"])
    answered = {one["sheet"]: one["left_out"] for one in kept.get("beside", ())}
    found = []
    for at, member in enumerate(upload.look["members"]):
        layout = member["layout"]
        is_own = at == kept["member"]
        if member["kind"] != "sheet" or not (
            is_own or (layout is not None and layout["headers"] == headers)
        ):
            continue
        pattern = glob.escape(member["member"].rpartition(_INSIDE)[2])
        was_out = bool(layout and layout["left_out"])
        is_out = kept["layout"]["left_out"] or answered.get(pattern, was_out)
        found.append(SheetAsked(at, member["member"], pattern, was_out, is_out))
    return found


def beside(
    layout: Layout, sheets: Sequence[SheetAsked], out: Collection[int]
) -> list[dict[str, Any]]:
    """The layouts of single sheets that a mapping needs beside it, as an upload keeps them.

    Args:
        layout: of the others.
        out: the numbers of the members that are left out.
    """
    made = []
    for one in sheets:
        if one.at in out:
            name = f"{layout.name}: {one.name} left out"
            own = Layout(name=name, headers=layout.headers, sheet=one.pattern, left_out=True)
        elif one.was_out:
            # what was remembered no longer holds
            own = dataclasses.replace(layout, sheet=one.pattern)
        else:
            continue
        made.append({**dataclasses.asdict(own), "headers": list(own.headers)})
    return made
