"""Data out and back in: a workbook for a partner to fill in, and a Fiscal Data Package."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace._api._result import GBP, TEXT, Result, pounds, table_of
from totalplace.errors import Problem, RequestError
from totalplace.model import Body, BodyRegister, load
from totalplace.money import gbp
from totalplace.place import Folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from totalplace.count import NetCells

__all__ = ["Exported", "Template", "export_package", "packed", "write_template"]

DESCRIPTOR = "datapackage.json"
NOT_STATED = "notspecified"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Template:
    """A workbook that was written.

    Attributes:
        path: the file.
        body_id: whose return it is for, or None if that is left to be chosen.
        year: financial year.
        streams: how many rows stand in it already, one a stream of the body's earlier returns.
        rows: how many rows can be filled in.
    """

    path: Path
    body_id: str | None
    year: str
    streams: int
    rows: int


@dataclass(frozen=True)
class Exported:
    """A package that was written.

    Attributes:
        path: its folder.
        cells: the count by body, function, nature and stream.
        licence: as stated, or ``notspecified``.
    """

    path: Path
    cells: NetCells
    licence: str


def write_template(
    folder: Folder,
    bodies: BodyRegister,
    path: Path,
    *,
    body: str | None,
    year: str,
    streams: Sequence[str],
) -> Result[Template]:
    """Write a returns template; see `Place.template`."""
    from totalplace.reports import (
        INPUT_ROWS,
        ReturnTemplate,
        output_problems,
        write_return_template,
    )
    from totalplace.sources import return_form

    problems = output_problems(path)
    if path.suffix.lower() != ".xlsx":
        problems = [one for one in problems if one.code != "unknown_suffix"]
        problems.append(
            Problem(
                "unknown_suffix",
                "a template is an Excel workbook",
                f"-o {path}",
                f"it ends in {path.suffix!r}" if path.suffix else "its name has no ending",
                "end it in .xlsx",
            )
        )
    if re.fullmatch(r"\d{4}-\d{2}", year) is None or (int(year[:4]) + 1) % 100 != int(year[5:]):
        problems.append(
            Problem(
                "bad_year",
                "that is no financial year",
                f"--year {year}",
                "a return is of one financial year, April to March",
                "write it as 2017-18",
            )
        )
    one: Body | None = None
    try:
        one = None if body is None else bodies.find(body)
    except RequestError as error:
        problems += error.problems
    if problems:
        raise RequestError(problems)
    headings, closed = return_form()
    known = [] if one is None else _earlier(folder, one.body_id)[:INPUT_ROWS]
    defaults = {"Financial year": year, "Phase": "outturn", "Basis": "gross"}
    name = "" if one is None else one.name
    if name:
        defaults["Body"] = name
    template = ReturnTemplate(
        place=folder.name,
        year=year,
        body=name,
        headings=headings,
        closed=closed,
        open_lists={
            "Body": [name] if name else _names(folder, bodies),
            "Stream": sorted({row["Stream"] for row in known} | set(streams)),
            "Counterparty": _names(folder, bodies),
        },
        functions=[(row["code"], row["name"]) for row in load("cofog").to_pylist()],
        natures=[(row["nature"], row["definition"]) for row in load("nature").to_pylist()],
        rows=known,
        defaults=defaults,
    )
    write_return_template(template, path)
    made = Template(path, None if one is None else one.body_id, year, len(known), INPUT_ROWS)
    document = {
        "path": str(path),
        "body_id": made.body_id,
        "year": year,
        "streams": made.streams,
        "rows": made.rows,
    }
    columns = {"path": TEXT, "body_id": TEXT, "year": TEXT}
    table = table_of([document], columns)
    return Result(made, document, table, f"A return to fill in, {year}")


def _earlier(folder: Folder, body_id: str) -> list[dict[str, str]]:
    """The streams of the body's returns in the place, each once, without amounts."""
    fields = {
        "Side": "side",
        "Stream": "stream_text",
        "Counterparty": "counterparty_text",
        "Function": "function",
        "Nature": "nature",
        "Capital or revenue": "cap_rev",
    }
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for path in folder.lines_paths("return", folder.state()):
        table = pq.read_table(path, columns=["body_id", *fields.values()])
        for row in table.to_pylist():
            if row["body_id"] == body_id:
                texts = {heading: row[name] or "" for heading, name in fields.items()}
                found.setdefault(tuple(texts.values()), texts)
    return [found[key] for key in sorted(found)]


def _names(folder: Folder, bodies: BodyRegister) -> list[str]:
    """Names of the bodies that have to do with the place: of its own register, or its payers."""
    state = folder.state()
    ids = {member.body_id for member in state.active if member.body_id}
    own = folder.reference("body", state)
    ids |= set() if own is None else set(own["body_id"].to_pylist())
    areas = set(folder.areas)
    ids |= {body_id for body_id, served in bodies.serves.items() if areas & set(served)}
    return sorted(bodies.bodies[one].name for one in ids if one in bodies.bodies)


def export_package(
    folder: Folder, cells: NetCells, path: Path, *, licence: str | None
) -> Result[Exported]:
    """Write a count as a package; see `Place.export`."""
    state = folder.snapshot(cells.snapshot).state
    names = dict(zip(*(load("cofog")[name].to_pylist() for name in ("code", "name")), strict=True))
    rows = [
        {
            "financial_year": cells.year,
            "body_id": cell.body_id,
            "body": cell.body,
            "function": cell.function,
            "function_name": names.get(cell.function, ""),
            "nature": cell.nature,
            "cap_rev": cell.cap_rev,
            "stream_id": cell.stream_id,
            "stream": cell.stream,
            "step": cell.step,
            "amount": gbp(cell.pence),
        }
        for cell in cells.cells
    ]
    start = int(cells.year[:4])
    used = {member.sha256 for member in state.active}
    from totalplace.reports import FiscalPackage, write_fiscal_package

    package = FiscalPackage(
        name=re.sub(r"[^a-z0-9]+", "-", f"{folder.name} {cells.year}".casefold()).strip("-"),
        title=f"Public money of {folder.name}, {cells.year}",
        description=(
            "The spending of the public bodies of a place, gross and what they paid one another,"
            " by body, function, nature and stream. Payees are not in it: payments to people, to"
            " withheld names and to organisations alike are summed, as nothing here tells which"
            " names may be given to the public."
        ),
        period=(f"{start}-04-01", f"{start + 1}-03-31"),
        licence=licence or NOT_STATED,
        sources=[
            {"name": source.name, "hash": f"sha256:{source.sha256}"}
            for source in state.sources
            if source.sha256 in used
        ],
        version=str(cells.snapshot),
        rows=rows,
    )
    write_fiscal_package(package, path)
    document: dict[str, Any] = {
        "path": str(path),
        "year": cells.year,
        "snapshot": cells.snapshot,
        "rows": len(rows),
        "gross_gbp": gbp(cells.gross_pence),
        "net_gbp": gbp(cells.net_pence),
        "licence": package.licence,
    }
    columns: Mapping[str, pa.DataType] = {
        **dict.fromkeys(("body_id", "function", "nature", "cap_rev", "stream_id", "step"), TEXT),
        "amount_gbp": GBP,
    }
    with_amounts = [
        {**row, "amount_gbp": pounds(cell.pence)}
        for row, cell in zip(rows, cells.cells, strict=True)
    ]
    table = table_of(with_amounts, columns)
    exported = Exported(path, cells, package.licence)
    return Result(exported, document, table, package.title)


@contextmanager
def packed(path: Path) -> Iterator[Path]:
    """The file to add for a path: of a folder with a datapackage.json, or of that file, one zip.

    The same package gives the same bytes, so that adding it again changes nothing.
    """
    folder = path if path.is_dir() else path.parent
    is_package = (path.is_dir() or path.name == DESCRIPTOR) and (folder / DESCRIPTOR).is_file()
    if not is_package:
        yield path
        return
    folder = folder.resolve()
    with TemporaryDirectory(prefix="totalplace-") as scratch:
        target = Path(scratch) / f"{folder.name}.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.rglob("*")):
                name = file.relative_to(folder)
                if not file.is_file() or any(part.startswith(".") for part in name.parts):
                    continue
                facts = zipfile.ZipInfo(name.as_posix(), _ZIP_DATE)
                facts.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(facts, file.read_bytes())
        yield target
