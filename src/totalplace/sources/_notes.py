"""The notes that people hang on cells of an .xlsx workbook: what the reader of cells leaves out.

Source: ECMA-376 part 1, 18.7 (comments) and part 2 (relationships of parts).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring

from totalplace.errors import FileRefused, Problem
from totalplace.sources._archive import member_chunks, open_archive

__all__ = ["cell_notes", "place_of", "sheet_parts"]

_BOOK = "xl/workbook.xml"
_MAX_BYTES = 20_000_000
"""Of one part: notes are written by people."""
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def cell_notes(path: Path, *, where: str) -> dict[str, dict[tuple[int, int], str]]:
    """Sheet -> (row from 1, column from 0) -> the text of the note; of an .xlsx that was checked.

    Raises:
        FileRefused: the parts that hold notes are damaged.
    """
    found: dict[str, dict[tuple[int, int], str]] = {}
    with open_archive(path, where=where) as archive:
        names = set(archive.namelist())
        for sheet, part in sheet_parts(archive, where=where):
            notes: dict[tuple[int, int], str] = {}
            for kind, target in _targets(archive, names, part, where).values():
                if kind == "comments" and target in names:
                    notes |= dict(_notes(_part(archive, target, where)))
            found[sheet] = notes
    return found


def sheet_parts(archive: ZipFile, *, where: str) -> Iterator[tuple[str, str]]:
    """The name of each sheet of an .xlsx workbook, and the part that holds it; empty if none does.

    Raises:
        FileRefused: the parts that say so are damaged.
    """
    names = set(archive.namelist())
    if _BOOK in names:
        targets = _targets(archive, names, _BOOK, where)
        for sheet in _tags(_part(archive, _BOOK, where), "sheet"):
            part = targets.get(_attribute(sheet, "id"), ("", ""))[1]
            yield _attribute(sheet, "name"), part if part in names else ""


def place_of(reference: str) -> tuple[int, int] | None:
    """The row from 1 and the column from 0 of a cell; ``None`` if it is no reference to one.

    >>> place_of("AB30"), place_of("30")
    ((30, 27), None)
    """
    found = _REFERENCE.fullmatch(reference)
    return None if found is None else (int(found[2]), _column(found[1]))


def _targets(
    archive: ZipFile, names: set[str], part: str, where: str
) -> dict[str, tuple[str, str]]:
    """The id of each relationship of a part -> its kind and the part that it names."""
    folder, name = posixpath.split(part)
    rels = f"{folder}/_rels/{name}.rels"
    if not part or rels not in names:
        return {}
    return {
        _attribute(one, "Id"): (
            _attribute(one, "Type").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, _attribute(one, "Target")))[1:],
        )
        for one in _tags(_part(archive, rels, where), "Relationship")
    }


def _notes(part: Element) -> Iterator[tuple[tuple[int, int], str]]:
    for comment in _tags(part, "comment"):
        place = place_of(_attribute(comment, "ref"))
        text = " ".join("".join(one.text or "" for one in _tags(comment, "t")).split())
        if place and text:
            yield place, text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _part(archive: ZipFile, name: str, where: str) -> Element:
    content = bytearray()
    for chunk in member_chunks(archive, name, where=where):
        content += chunk
        if len(content) > _MAX_BYTES:
            raise FileRefused(_damaged(where, f"{name} has more than {_MAX_BYTES:,} bytes"))
    try:
        return fromstring(bytes(content), forbid_dtd=True)  # type: ignore[no-any-return]
    except (ParseError, ValueError) as error:
        raise FileRefused(_damaged(where, f"{name}: {error}")) from error


def _damaged(where: str, why: str) -> Problem:
    return Problem(
        "damaged_workbook",
        "the notes of the workbook cannot be read",
        where,
        why,
        "open it in a spreadsheet and save it again as .xlsx",
    )


def _tags(element: Element, name: str) -> Iterator[Element]:
    return (one for one in element.iter() if one.tag.rpartition("}")[2] == name)


def _attribute(element: Element, name: str) -> str:
    """An attribute whatever its namespace is; empty if it is not there."""
    return next(
        (text for key, text in element.attrib.items() if key.rpartition("}")[2] == name), ""
    )
