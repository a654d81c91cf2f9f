"""What a count reads of each dataset, and which of several files about one thing it believes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ibis
import pyarrow as pa

from totalplace.engine import Engine
from totalplace.engine._engine import Table
from totalplace.errors import Problem, RequestError
from totalplace.place import State

__all__ = ["by_class", "latest", "no_year", "of_edition", "small"]

Rows = list[dict[str, Any]]


def of_edition(codes: pa.Table, year: str) -> Rows:
    """The rows of the form of a year, or of the newest form that is known."""
    rows = codes.to_pylist()
    editions = {row["edition"] for row in rows}
    edition = year if year in editions else max(editions)
    return [row for row in rows if row["edition"] == edition]


def by_class(codes: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Class of a return's line -> its row; a line of two classes is found under each."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in codes:
        if row["block"] == 1:
            for part in (row["class_code"] or str(row["code"])).split("+"):
                found.setdefault(part, row)
    return found


def small(engine: Engine, data: Mapping[str, Table], year: str) -> tuple[Rows, Rows, Rows]:
    """Rows of the outturn, the regional analysis (every edition) and returns."""
    outturn: Rows = []
    regional: Rows = []
    own: Rows = []
    order = ["source_id", "member", "row_no", "column_no"]
    if "ro" in data:
        rows = data["ro"]
        outturn = engine.to_arrow(
            rows.filter(rows.financial_year == year).order_by(order)
        ).to_pylist()
    if "cra" in data:
        rows = data["cra"]
        regional = engine.to_arrow(
            rows.filter(rows.financial_year == year).order_by(order)
        ).to_pylist()
    if "return" in data:
        own = engine.to_arrow(data["return"].order_by(order)).to_pylist()
    return outturn, regional, own


def latest(
    rows: Rows, thing: Callable[[Mapping[str, Any]], object], state: State
) -> tuple[Rows, list[str]]:
    """The rows of the file received last, of each thing that several files are about.

    Args:
        rows: published aggregates of one year.
        thing: what a row is about, such as one body's form: no two files may add to it.

    Returns:
        The rows that count, and the names of the files that others have outdated in part.
    """
    received = {source.sha256: (source.received, source.sha256) for source in state.sources}
    names = {source.sha256: source.name for source in state.sources}
    files: dict[object, set[str]] = {}
    for row in rows:
        files.setdefault(thing(row), set()).add(row["source_id"])
    last = {about: max(ids, key=received.__getitem__) for about, ids in files.items()}
    kept = [row for row in rows if last[thing(row)] == row["source_id"]]
    outdated = {one for about, ids in files.items() for one in ids if one != last[about]}
    return kept, sorted(names[one] for one in outdated)


def no_year(engine: Engine, data: Mapping[str, Table], year: str) -> RequestError:
    years: set[str] = set()
    for name in ("ro", "cra"):
        if name in data:
            rows = engine.to_arrow(data[name].select("financial_year").distinct())
            years.update(rows["financial_year"].to_pylist())
    if "return" in data:
        rows = engine.to_arrow(data["return"].select("financial_year").distinct())
        years.update(rows["financial_year"].to_pylist())
    if "spend" in data:
        end = data["spend"].period_end
        first = ibis.ifelse(end.month() >= 4, end.year(), end.year() - 1)
        rows = engine.to_arrow(data["spend"].select(start=first).distinct())
        years.update(f"{start}-{(start + 1) % 100:02d}" for start in rows["start"].to_pylist())
    if years:
        why = f"its files are of {', '.join(sorted(years))}"
        fix = "choose one of those years, or add files of this one"
    elif data:
        # card items and grants say what is inside an account, and are none by themselves
        why = f"it holds only evidence that is no account of a body: {', '.join(sorted(data))}"
        fix = "add the supplier files, returns or outturn of the same bodies"
    else:
        why, fix = "it holds no files yet", "add files with `totalplace add`"
    return RequestError(
        Problem("no_such_year", "the place holds nothing of that year", f"--year {year}", why, fix)
    )
