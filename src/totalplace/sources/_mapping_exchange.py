"""What the one who adds files and the process that reads them tell each other about layouts.

Plain JSON in the folder of the files in the making: it is there for one file and gone with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from totalplace.sources._mapping_layout import Layout, layout_from_json, layout_to_json
from totalplace.sources._supplement_to import SupplementTo

__all__ = ["HandedDown", "HandedUp", "hand_down", "hand_up", "handed_down", "handed_up"]

_DOWN, _UP = "layouts-known.json", "layouts-found.json"
_MAX_BYTES = 10_000_000


@dataclass(frozen=True)
class HandedDown:
    """What a reader needs to know.

    Attributes:
        layouts: those that people have agreed to, what was named for this file first.
        earlier: field -> header of each way in which the place's files have been read.
        supplemented: the members whose rejected records may come back corrected.
    """

    layouts: tuple[Layout, ...] = ()
    earlier: tuple[Mapping[str, str], ...] = ()
    supplemented: tuple[SupplementTo, ...] = ()


@dataclass(frozen=True)
class HandedUp:
    """A layout that a file was read by, or that is proposed for it.

    Attributes:
        is_accepted: whether it was read by it.
        how: what the person has agreed to, in words.
        block: its text for ``mapping.toml``; empty where it came from there.
    """

    layout: Layout
    is_accepted: bool
    how: str
    block: str


def hand_down(folder: Path, told: HandedDown) -> None:
    """Leave word for the reader of a file."""
    document = {
        "layouts": [layout_to_json(layout) for layout in told.layouts],
        "earlier": [dict(one) for one in told.earlier],
        "supplemented": [asdict(one) for one in told.supplemented],
    }
    (folder / _DOWN).write_text(json.dumps(document), encoding="utf-8")


def handed_down(folder: Path) -> HandedDown:
    """What was left for the reader; nothing if nothing was."""
    path = folder / _DOWN
    if not path.exists():
        return HandedDown()
    document = json.loads(path.read_text(encoding="utf-8"))
    return HandedDown(
        tuple(layout_from_json(text) for text in document["layouts"]),
        tuple(document["earlier"]),
        tuple(SupplementTo(**one) for one in document["supplemented"]),
    )


def hand_up(folder: Path, found: Sequence[HandedUp]) -> None:
    """Leave word for the one who adds the file."""
    document = [{**asdict(one), "layout": layout_to_json(one.layout)} for one in found]
    (folder / _UP).write_text(json.dumps(document), encoding="utf-8")


def handed_up(folder: Path) -> tuple[HandedUp, ...]:
    """What the reader has found; nothing if it found no layout."""
    path = folder / _UP
    # the reader may have been taken over by the file: no link, no pipe, no nonsense
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MAX_BYTES:
        return ()
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return tuple(
            HandedUp(**{**one, "layout": layout_from_json(one["layout"])}) for one in document
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return ()
