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
- A layout of payments that is not known is refused with a proposal, which is read when somebody
  has agreed to it: see [map a file](../how-to/map-a-file.md). Any other unknown layout is refused
  with what was found.
- A table is CSV (any delimiter), or a sheet of an `.xlsx`, `.xls` or `.ods` workbook where the
  format says so; a zip may hold several, and zips of them. Each is a *member*: `a.zip!/b.xlsx` is
  the workbook `b.xlsx` in the zip `a.zip` inside what was added.
- Encodings UTF-8, UTF-16 and Windows-1252 are recognised; of a workbook the encoding is told as
  `xlsx`, `xls` or `ods`. Dates are day before month, save where only the other order fits a whole
  file and its format allows it.
"""

_MAP_TITLES = {
    "benefit": "Benefits by authority: where the data stand",
    "cards": "Purchase cards: header to field",
    "council_tax": "Council tax by authority: header to field",
    "cra_series": "The harmonised series: header to field",
    "fdp": "Fiscal Data Packages: dimension to field",
    "giving": "Grants: title or JSON name to field",
    "over25k": "Spend over £25,000: header to field",
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
    maps = _maps()
    known, layout = maps.pop("known"), maps.pop("layout")
    for name, columns in maps.items():
        parts.append(f"\n### {_MAP_TITLES.get(name, f'Columns of {name}')}\n")
        parts.append(f"`columns/{name}.toml`\n")
        parts.append(_map(columns))
    parts.append(_layout_settings(layout["setting"]))
    parts.append(_not_taken(known["file"]))
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


def _layout_settings(settings: list[dict[str, Any]]) -> str:
    """What a layout of payments says besides its columns."""
    rows = [
        [
            f"`{one['name']}`",
            inline(one["description"]),
            "; ".join(f"`{value}`: {inline(label)}" for value, label in one.get("choices", ())),
        ]
        for one in settings
    ]
    return (
        "\n## What a layout says besides\n\n`columns/layout.toml`: the settings of"
        " [`mapping.toml`](../how-to/map-a-file.md) and of the form on the loading pages.\n\n"
        + table(["setting", "what it says", "values"], rows)
    )


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
    books = columns.get("workbook", [])
    for book in books if isinstance(books, list) else []:
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
        parts.append(f"\nAmounts are in units of £{book['unit_gbp']:,}.")
        if not book.get("check"):
            continue
        parts.append(" The return's own sums:\n")
        checks = [
            [
                str(check["total"]),
                " and ".join(f"{a} to {b}" if a != b else str(a) for a, b in check["parts"]),
            ]
            for check in book["check"]
        ]
        parts.append(table(["total", "is the sum of lines"], checks))
    parts += [_settings(columns)] if _settings(columns) else []
    if "sources" in columns:
        rows = [[f"`{name}`", inline(source)] for name, source in columns["sources"].items()]
        parts.append("\nEach header was seen at a publisher:\n")
        parts.append(table(["publisher", "publication"], rows))
    if "source" in columns:
        parts.append(f"\n{inline(columns['source'])}.")
    return "\n".join(parts) + "\n"


def _settings(columns: dict[str, Any]) -> str:
    """What else a map says, in words: closed lists, units, and what a value means."""
    rows = []
    for name, value in columns.items():
        if name in _TOLD or (name == "workbook" and isinstance(value, list)):
            continue
        if isinstance(value, dict) and not any(isinstance(one, dict) for one in value.values()):
            rows += [[f"`{name}.{key}`", _said(one)] for key, one in value.items()]
        elif isinstance(value, dict):
            for key, one in value.items():
                inner = one.items() if isinstance(one, dict) else [("", one)]
                rows += [[f"`{name}.{key}{'.' * bool(k)}{k}`", _said(v)] for k, v in inner]
        else:
            rows.append([f"`{name}`", _said(value)])
    return "\n" + table(["setting", "says"], rows) if rows else ""


_TOLD = {"title", "source", "sources", "field", "headers", "layout"}


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_said(one)}" for key, one in value.items())
    if isinstance(value, int):
        return f"{value:,}"
    return f"`{value}`"


def _not_taken(files: list[dict[str, Any]]) -> str:
    """Published files that are known and hold no money to count."""
    rows = [
        [inline(file["title"]), f"`{file['code']}`", inline(file["why"]), inline(file["fix"])]
        for file in files
    ]
    return (
        "\n## Files that are known and not taken in\n\n"
        "Each is refused with its reason, so that nobody counts it by mistake.\n\n"
        + table(["file", "code", "why", "what to do"], rows)
        + "\n"
    )


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
