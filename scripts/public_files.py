"""Write the page of the public files that development uses, or tell that it is out of date.

    python scripts/public_files.py            # add every file to a scratch place, write the page
    python scripts/public_files.py --check    # the same, write nothing; exit code 1 if it differs

Every file is added with `totalplace add`. Beside that its records are counted from its bytes by
plain means (csv, json, zipfile, openpyxl; python-calamine for the old binary workbooks) and by
where its publisher puts the amounts: none of the readers or column maps of totalplace is used. The
exit code is 2 if the two counts differ for any file. Nothing of a file is printed but its name and
counts.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine
from docs_text import inline, table

import totalplace

__all__ = ["PAGE", "Row", "differing", "folder", "main", "rows", "text"]

ROOT = Path(__file__).parent.parent
PAGE = "reference/public-files.md"

GROUPS = (
    ("", "cra_pesa/**/*"),
    ("", "ro_outturn/*"),
    ("", "birmingham_dwp/proposals/*"),
    ("", "birmingham_dwp/public/data/*.json"),
    ("", "la_targets/**/*"),
    ("", "uk_la_codes/*"),
    ("", "gm_assets/population/*"),
    ("", "gm_assets/median_property_prices/*"),
    ("", "unit_costs/**/*"),
    ("", "fdp_examples/examples/*/*"),
    ("", "cofog/data/*"),
    ("trafford", "trafford_council/transparency_code/*/*"),
    ("trafford", "trafford_council/prompt_payment/*"),
    ("manchester", "gm_manchester_spend/clean/*"),
    ("manchester", "gm_manchester_spend/index.json"),
    ("salford", "gm_salford_spend/clean/*"),
    ("salford", "gm_salford_spend/index.json"),
)
"""Whose payments the files are, where they do not say so, and which files."""

_ENDINGS = {".csv", ".xls", ".xlsx", ".ods", ".json", ".zip"}
_NOT_DATA = "metadata.json"
"""Ends the names of files that describe columns of another file."""
_YEAR = re.compile(r"[0-9]{4}-[0-9]{2}")

# Where the amounts of an outturn workbook stand, as one sees on opening it: sheet -> row of
# headings, first column of amounts. Each column with a heading has amounts, to the sheet's end.
_OUTTURN = {
    **{f"RS LA Data {year} ({n})": (6, 6) for year in ("2010-11", "2011-12") for n in (1, 2, 3)},
    "RS LA Data 2017-18": (7, 6),
    "Access (Col 99)": (7, 2),
}

_HEAD = """<!-- Made by `python scripts/public_files.py` from the folder of public data. -->

# Public files and what becomes of them

The published files that development uses, and what `totalplace add` does with each. The files
themselves are not part of totalplace; a test repeats this where they are at hand.

*Records* is what totalplace says the file holds: always lines, rejected and skipped records
together. *Counted* is the same from the bytes of the file by other means: rows of a CSV file, or in
a wide table cells of the columns with amounts, with none of totalplace's readers. The two agree for
every file, or this page would not be made.
"""


@dataclass(frozen=True)
class Row:
    """A member of a file: what became of it, and what another pass over its bytes counts."""

    file: str
    member: str
    report: Any
    counted: int | None


def folder() -> Path:
    """The folder of real public data; it need not be there."""
    return Path(os.environ.get("TOTALPLACE_REAL_DATA", ROOT.parent / "shared" / "data"))


def rows(root: Path) -> list[Row]:
    """Add every file to a scratch place and count its records beside."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="totalplace-files-") as scratch:
        for number, (body, pattern) in enumerate(GROUPS):
            files = {
                str(path): path
                for path in sorted(root.glob(pattern))
                if path.suffix.lower() in _ENDINGS and not path.name.endswith(_NOT_DATA)
            }
            with totalplace.new_place(
                Path(scratch, str(number)), name="Files", areas=["E08000009"], year="2017-18"
            ) as place:
                added = place.add(*files, body=body or None)
            for report in added.facts.files:
                path = files[report.file]
                is_loaded = report.status == "loaded"
                counted = _records(path, report.member) if is_loaded else None
                name = path.relative_to(root).as_posix()
                found.append(Row(name, report.member, report, counted))
    return found


def differing(found: Iterable[Row]) -> list[str]:
    """Members of which the two counts are not the same, in words."""
    return [
        f"{one.file} {one.member}: add says {one.report.records:,}, counted {one.counted}"
        for one in found
        if one.report.status == "loaded" and one.report.records != one.counted
    ]


def _records(path: Path, member: str) -> int:
    """Records of one member, from the bytes."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return _csv_records(archive.read(member))
    if path.suffix == ".csv":
        return _csv_records(path.read_bytes())
    if path.suffix == ".json":
        return _benefit_records(json.loads(path.read_text("utf-8")))
    return _sheet_records(member, _sheets(path)[member])


def _csv_records(data: bytes) -> int:
    """Rows below the header."""
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        content = data.decode("cp1252")
    return sum(1 for _ in csv.reader(io.StringIO(content, newline=""))) - 1


def _benefit_records(content: dict[str, Any]) -> int:
    """Amounts of a city's benefits: its total, its benefits, and each year's total and parts."""
    past = content["history"]
    return (
        ("total_m" in content)
        + len(content["lines"])
        + sum(1 + ("gb_total_m" in one) + len(one.get("components") or {}) for one in past)
    )


def _sheet_records(name: str, cells: Sequence[Sequence[Any]]) -> int:
    """Cells of the columns with amounts; rows of a sheet that is no table of money."""
    if name in _OUTTURN:
        heading, first = _OUTTURN[name]
        headings = cells[heading - 1][first - 1 :]
        return sum(bool(_text(cell)) for cell in headings) * (len(cells) - heading)
    years = [cell for cell in cells[0] if _YEAR.fullmatch(_text(cell))] if cells else []
    if years:
        return len(years) * (len(cells) - 1)
    if any("Local Authorities Code" in _text(cell) for cell in (cells[0] if cells else ())):
        return len(cells) - 1
    return len(cells)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


@cache
def _sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Sheet -> its rows to the last that is not empty."""
    if path.suffix == ".xls":
        book = python_calamine.CalamineWorkbook.from_path(path)
        read: Iterator[tuple[str, list[tuple[Any, ...]]]] = (
            (
                name,
                [
                    tuple(row)
                    for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                ],
            )
            for name in book.sheet_names
        )
    else:
        with warnings.catch_warnings():
            # print areas that it does not understand
            warnings.simplefilter("ignore")
            opened = openpyxl.load_workbook(path, read_only=True, data_only=True)
        for sheet in opened.worksheets:
            # some workbooks declare a size that is not theirs
            sheet.reset_dimensions()
        read = (
            (sheet.title, [tuple(row) for row in sheet.iter_rows(values_only=True)])
            for sheet in opened.worksheets
        )
    return {name: _trimmed(cells) for name, cells in read}


def _trimmed(cells: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    while cells and not any(_text(cell) for cell in cells[-1]):
        cells.pop()
    return cells


def text(found: Sequence[Row]) -> str:
    """The page."""
    loaded = [one for one in found if one.report.status == "loaded" and one.report.format]
    apart = [one for one in found if one.report.status == "loaded" and not one.report.format]
    again = [one for one in found if one.report.status == "already_there"]
    refused = [one for one in found if one not in loaded and one not in apart and one not in again]
    sums = [sum(get(one) for one in loaded) for get in _COUNTS]
    summary = (
        f"{_files(found)} files. Loaded: {_files(loaded)}, with {sums[0]:,} records; refused:"
        f" {_files(refused)}.\n"
    )
    parts = [
        _HEAD,
        summary,
        "## Loaded\n",
        _loaded(loaded, sums),
    ]
    if apart:
        parts += [
            _APART,
            table(
                ["file", "sheets", "rows", "counted"],
                [
                    [
                        f"`{file}`",
                        str(len(sheets)),
                        f"{sum(one.report.records for one in sheets):,}",
                        f"{sum(one.counted or 0 for one in sheets):,}",
                    ]
                    for file, sheets in _by(apart, lambda one: one.file)
                ],
            ),
        ]
    if again:
        parts += ["\nThe same bytes as another file: " + _names(again) + ".\n"]
    parts += ["\n## Refused\n", _REFUSED]
    for code, files in _by(refused, lambda one: str(one.report.code)):
        parts.append(f"\n### `{code}`\n")
        for (what, why), those in _by(files, _reason):
            parts.append(f"- {_names(those)}: {inline(what)}. {inline(why)}.")
    return "\n".join(parts) + "\n"


_APART = (
    "\nSheets of these workbooks that hold no data of their own (front pages, notes, sheets to look"
    " one authority up) are accounted for row by row, as `memo`:\n"
)
_REFUSED = (
    "Nothing of these files is taken in, and each says why. Most hold no public money; some hold"
    " money that another file holds already.\n"
)
_COUNTS: tuple[Callable[[Row], int], ...] = (
    lambda one: one.report.records,
    lambda one: one.counted or 0,
    lambda one: one.report.lines,
    lambda one: one.report.rejected,
)


def _loaded(loaded: Sequence[Row], sums: Sequence[int]) -> str:
    lines = [
        [
            f"`{one.file}`" + (f", {inline(one.member.strip())}" if one.member else ""),
            f"[`{one.report.format}`](formats.md#format-{one.report.format.replace('_', '-')})",
            *(f"{get(one):,}" for get in _COUNTS[:3]),
            ", ".join(f"{kind} {n:,}" for kind, n in sorted(one.report.skipped.items()) if n),
            f"{one.report.rejected:,}",
        ]
        for one in loaded
    ]
    lines.append(["all", "", *(f"{one:,}" for one in sums[:3]), "", f"{sums[3]:,}"])
    return table(
        ["file, member", "format", "records", "counted", "lines", "skipped", "rejected"], lines
    )


def _reason(one: Row) -> tuple[str, str]:
    """Why a file is refused; what is proposed for its columns is left to `add` to say."""
    problem = one.report.problems[0]
    is_proposed = problem.why.startswith("proposed")
    return problem.what, _PROPOSED if is_proposed else problem.why


_PROPOSED = "`add` proposes a mapping, with its reasons and what is missing, and reads none of it"


def _by(found: Iterable[Row], key: Callable[[Row], Any]) -> list[tuple[Any, list[Row]]]:
    """Rows by a key, in the order in which each key comes first."""
    groups: dict[Any, list[Row]] = {}
    for one in found:
        groups.setdefault(key(one), []).append(one)
    return list(groups.items())


def _files(found: Iterable[Row]) -> int:
    return len({one.file for one in found})


def _names(found: Iterable[Row]) -> str:
    return ", ".join(f"`{one.file}`" for one in found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only tell")
    check = parser.parse_args(arguments).check
    if not folder().is_dir():
        print("the folder of public data is not here: set TOTALPLACE_REAL_DATA")
        return 2
    found = rows(folder())
    if odd := differing(found):
        print("\n".join(odd))
        return 2
    path, page = ROOT / "docs" / PAGE, text(found)
    if path.exists() and path.read_text("utf-8") == page:
        return 0
    print(f"{'out of date' if check else 'written'}: docs/{PAGE}")
    if not check:
        path.write_text(page, "utf-8")
    return int(check)


if __name__ == "__main__":
    sys.exit(main())
