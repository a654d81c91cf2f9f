"""The copy of the Unit Cost Database that circulates as JSON: fiscal values alone, partly wrong.

Where a cell of the workbook holds a formula, the copy has run its digits together: ``=995/3*2`` a
week became 99,532. So its values are worth no more than the checks that they pass.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from totalplace.cases.unit_costs._imported import Imported, Line, Value, imported, words
from totalplace.cases.unit_costs._unit_cost import UnitCost
from totalplace.errors import FileRefused, Problem

__all__ = ["import_json"]

_MAX_BYTES = 64_000_000


def import_json(
    path: Path | str, *, book: str = "gmca", against: Sequence[UnitCost] | None = None
) -> Imported:
    """Read the JSON copy and check it.

    Args:
        book: what a case calls the table, before the colon.
        against: the reading of the workbook: then every value that differs is flagged, those too
            that look plausible.

    Raises:
        FileRefused: it is no JSON, or not of that form; every entry that is not.
    """
    file = Path(path)
    document = _document(file)
    problems: list[Problem] = []
    lines = list(_lines(document, file, problems))
    if problems:
        raise FileRefused(problems)
    return imported(lines, book=book, against=against)


def _document(file: Path) -> Mapping[str, Any]:
    try:
        with file.open("rb") as opened:
            content = opened.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise FileRefused(_refused(file, f"it has more than {_MAX_BYTES:,} bytes"))
        document = json.loads(content, parse_float=Decimal, parse_int=Decimal)
    except OSError as error:
        raise FileRefused(_refused(file, error.strerror or str(error))) from error
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise FileRefused(_refused(file, f"it is no JSON: {error}")) from error
    categories = document.get("categories") if isinstance(document, dict) else None
    if not isinstance(categories, dict) or not categories:
        raise FileRefused(_refused(file, "it has no object `categories`"))
    return {"source": words(document.get("source")) or file.name, "categories": categories}


def _lines(document: Mapping[str, Any], file: Path, problems: list[Problem]) -> Iterator[Line]:
    for name, category in document["categories"].items():
        entries = category.get("entries") if isinstance(category, dict) else None
        if not isinstance(entries, list):
            problems.append(_refused(file, f"category {name!r} has no list `entries`"))
            continue
        sheet = words(category.get("sheet")) or name
        for number, entry in enumerate(entries, start=1):
            where = f"{name} entry {number}"
            if not isinstance(entry, dict) or not words(entry.get("code")):
                problems.append(_refused(file, f"{where} has no `code`"))
                continue
            yield _line(entry, sheet, where, f"{document['source']}, JSON copy")


def _line(entry: Mapping[str, Any], sheet: str, where: str, source: str) -> Line:
    amount = entry.get("cost_gbp")
    value = Value(
        value_class="fiscal",
        text="" if amount is None else str(amount),
        year=words(entry.get("source_detail")),
        cell=where,
    )
    return Line(
        code=words(entry["code"]),
        sheet=sheet,
        heading=words(entry.get("detail")),
        description=words(entry.get("description")),
        unit=words(entry.get("unit")),
        agency=words(entry.get("agency")),
        agency_detail=words(entry.get("agency_detail")),
        rag="",
        comment="",
        source=source,
        where=where,
        values=(value,),
    )


def _refused(file: Path, why: str) -> Problem:
    return Problem(
        "no_unit_costs",
        "the file is no JSON copy of the Unit Cost Database",
        str(file),
        why,
        "give the JSON file with categories of entries, or the workbook itself",
    )
