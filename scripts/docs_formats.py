"""The reference page of formats: what is recognised, how, and every header with its field."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from docs_text import GENERATED, inline, table

import totalplace
from totalplace import formats
from totalplace.model import TABLES

__all__ = ["PAGE", "text"]

PAGE = "reference/formats.md"

_HEAD = """# Formats

What `totalplace add` reads, and which published header means which field. A *format* knows how to
recognise itself; its column map is a data file in `src/totalplace/sources/columns`, and this page
is made from those files. `totalplace formats` prints the same list.

Common to all formats:

- A file is kept byte for byte and named by its SHA-256. It is loaded whole or not at all.
- For every file, records = lines + rejected + skipped. Skipped records are `blank`,
  `repeated_header`, `total_row`, `total_column` or `memo`. If the sum fails the file is
  *quarantined*.
- In a wide format (regional analysis, revenue outturn) a record is a cell of a mapped column.
- A layout that is not known is refused with the headers that were found. Nothing is guessed.
- Encodings UTF-8, UTF-16 and Windows-1252 are recognised. Dates are day before month.
"""

_MAP_TITLES = {
    "spend": "Payments: header to field",
    "cra": "Regional analysis: header to field",
    "ro": "Revenue outturn: where the data stand",
    "return": "A body's own return: header to field",
    "population": "People and households: where the data stand",
}


def text() -> str:
    """The page."""
    parts = [GENERATED, _HEAD, "## Formats\n"]
    for one in formats().facts:
        parts.append(f"\n(format-{one.id.replace('_', '-')})=\n### `{one.id}`\n")
        parts.append(f"{inline(one.title)}.\n")
        parts.append(f"Recognised by {inline(one.recognises)}.\n")
        parts.append(f"It reads: {_columns(one.columns)}.\n")
        if one.id == "population" and not _counts_population():
            parts.append(
                "The lines are kept for other uses. A count divides by the register"
                " [`denominator`](tables.md#table-denominator): add rows of that to a place.\n"
            )
    parts.append("\n## Column maps\n")
    for name, columns in _maps().items():
        parts.append(f"\n### {_MAP_TITLES.get(name, f'Columns of {name}')}\n")
        parts.append(f"`columns/{name}.toml`\n")
        parts.append(_map(columns))
    parts.append("\n" + _registers())
    return "\n".join(parts) + "\n"


def _columns(columns: tuple[str, ...]) -> str:
    """The columns in short; the maps below give all spellings."""
    names = list(dict.fromkeys(column.split(":")[0] for column in columns))
    return ", ".join(f"`{name}`" for name in names)


def _counts_population() -> bool:
    """Whether a count reads the lines of people and households."""
    folder = Path(totalplace.__file__).parent / "count"
    return any('"population"' in path.read_text("utf-8") for path in folder.glob("*.py"))


def _maps() -> dict[str, dict[str, Any]]:
    folder = resources.files("totalplace.sources") / "columns"
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")),
        key=lambda entry: entry.name,
    )
    return {
        entry.name.removesuffix(".toml"): tomllib.loads(entry.read_text(encoding="utf-8"))
        for entry in files
    }


def _map(columns: dict[str, Any]) -> str:
    """One column map: lists of fields with headers, layouts with headers, or tables of settings."""
    parts: list[str] = []
    if "field" in columns:
        rows = [
            [
                f"`{field['name']}`",
                inline(field["title"]),
                ", ".join(f"`{header}`" for header, _ in field["headers"]),
            ]
            for field in columns["field"]
        ]
        parts.append(table(["field", "what it is", "headers, the preferred one first"], rows))
    if "headers" in columns:
        parts.append(table(["header", "field"], _headers(columns["headers"])))
    parts += [_layout(layout) for layout in columns.get("layout", [])]
    for book in columns.get("workbook", []):
        parts.append(f"\n#### `{book['format_id']}`\n\n{inline(book['source'])}.\n")
        rows = [
            [
                f"`{sheet['name']}`",
                sheet["form"],
                str(sheet["codes_row"]),
                str(sheet["ecode_column"]),
                str(sheet["first_code_column"]),
            ]
            for sheet in book["sheet"]
        ]
        parts.append(
            table(
                ["sheet", "form", "row of line codes", "column of E-codes", "first column of data"],
                rows,
            )
        )
        parts.append(f"\nAmounts are in units of £{book['unit_gbp']:,}. The return's own sums:\n")
        checks = [
            [
                str(check["total"]),
                " and ".join(f"{a} to {b}" if a != b else str(a) for a, b in check["parts"]),
            ]
            for check in book["check"]
        ]
        parts.append(table(["total", "is the sum of lines"], checks))
    if "sources" in columns:
        rows = [[f"`{name}`", inline(source)] for name, source in columns["sources"].items()]
        parts.append("\nEach header was seen at a publisher:\n")
        parts.append(table(["publisher", "publication"], rows))
    if "source" in columns:
        parts.append(f"\n{inline(columns['source'])}.")
    return "\n".join(parts) + "\n"


def _layout(layout: dict[str, Any]) -> str:
    """One layout: its headers, or the column of each field."""
    name = layout.get("format_id", layout.get("id", ""))
    parts = [f"\n#### `{name}`\n", f"{inline(layout['source'])}.\n"]
    if "headers" in layout:
        parts.append(table(["header", "field"], _headers(layout["headers"])))
    else:
        rows = [
            [f"`{field}`", _where(column)]
            for field, column in layout.items()
            if field not in {"id", "source", "kind"} and column
        ]
        parts.append(table(["field", "where it stands"], rows))
    if "unit_gbp" in layout:
        parts.append(f"\nAmounts are in units of £{layout['unit_gbp']:,}.")
    return "\n".join(parts)


def _headers(headers: dict[str, str]) -> list[list[str]]:
    return [
        [f"`{header}`", f"`{field}`" if field else "not kept"] for header, field in headers.items()
    ]


def _where(column: Any) -> str:
    """A column map's entry in words."""
    if isinstance(column, str):
        return f"column `{column}`"
    if isinstance(column, list):
        return "with columns " + ", ".join(f"`{one}`" for one in column)
    told = []
    for kind, value in column.items():
        said = {
            "column": f"column `{value}`",
            "header": f"in the header, as `{value}`",
            "metadata": f"on another sheet, as `{value}`",
            "file_name": "in the name of the file",
            "value": f"always `{value}`",
        }.get(kind, f"rows whose `{kind}` is `{value}`")
        told.append(said)
    return "; ".join(told)


def _registers() -> str:
    rows = [
        [
            f"[`{name}`](tables.md#table-{name.replace('_', '-')})",
            "yes" if name in read_from_places() else "no",
            f"`{','.join(spec.fields)}`",
        ]
        for name, spec in TABLES.items()
        if spec.is_shipped
    ]
    return (
        "## Registers of a place\n\n"
        "A place can add rows to a register or code list: a CSV file whose first line is exactly"
        " the header below, added like any other file. Registers are taken in before the other"
        " files of the same command. What the fields mean stands under"
        " [tables and code lists](tables.md).\n\n"
        "Every table is accepted and kept. *Read* says whether a place's own rows are used; where"
        " it says no, the shipped table alone is.\n\n" + table(["table", "read", "header"], rows)
    )


def read_from_places() -> set[str]:
    """Tables of which the code asks a place for its own rows."""
    root = Path(totalplace.__file__).parent
    found: set[str] = set()
    for path in sorted(root.rglob("*.py")):
        text = path.read_text("utf-8")
        found |= set(_ASKED.findall(text))
        if ".reference(" in text:
            found |= {name for names in _LOOPED.findall(text) for name in _WORD.findall(names)}
    return found & set(TABLES)


_ASKED = re.compile(r'(?:\.reference\(|\.codes\(|\btable\(folder, [\w.]+, )"(\w+)"')
_LOOPED = re.compile(r"for \w+ in \(([^)]*)\)")
_WORD = re.compile(r'"(\w+)"')
