"""The examples that ship: what there is, and one written to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from totalplace._api._result import TEXT, Document, Result, table_of
from totalplace.cases import Example
from totalplace.cases import examples as shipped
from totalplace.cases import write_example as write_files

__all__ = ["ExampleWritten", "Examples", "case_examples", "write_example"]


class Examples(Result[tuple[Example, ...]]):
    """What `case_examples` gives back; a row an example."""


class ExampleWritten(Result[Example]):
    """What `write_example` gives back: the example; a row a file that was written."""


def case_examples() -> Examples:
    """Every example of a case, a ladder or a portfolio that ships.

    >>> case_examples().document["examples"][0]["id"]
    'birmingham-prevention'
    """
    rows = [_row(one) for one in shipped()]
    columns = ("id", "kind", "title", "about", "claims")
    told = [{**row, "claims": " ".join(row["claims"])} for row in rows]
    table = table_of(
        [{name: row[name] for name in columns} for row in told], dict.fromkeys(columns, TEXT)
    )
    return Examples(shipped(), {"examples": rows}, table, "Examples of cases")


def write_example(example_id: str, file: Path | str) -> ExampleWritten:
    """Write an example, and beside it the files that it names.

    Raises:
        RequestError: ``unknown_example``, ``file_exists`` or ``cannot_write``: nothing was written.
    """
    found = write_files(example_id, file)
    path = Path(file)
    files = [str(path), *(str(path.parent / name) for name in found.beside)]
    document: Document = {**_row(found), "files": files, "next": f"{found.next_step} {path}"}
    table = table_of([{"file": one} for one in files], {"file": TEXT})
    return ExampleWritten(found, document, table, found.title)


def _row(one: Example) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "title": one.title,
        "about": one.about,
        "serves": one.serves,
        "is_fictional": one.is_fictional,
        "claims": list(one.claims),
    }
