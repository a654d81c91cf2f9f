"""The way back: from a figure to its lines, and from a line to its row in the published file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from totalplace.count._figures import find_figure
from totalplace.count._net import CUBE_DIMENSIONS
from totalplace.count._request import Request
from totalplace.count._rows import dimension, preparation
from totalplace.count._schema import LINE, LINE_KEY
from totalplace.count._totals import Cell, grade_of, group, key_grade, measure_cells
from totalplace.count._working import Working, work
from totalplace.count._working import figure_id as id_of
from totalplace.engine import Engine, page
from totalplace.engine._engine import Table
from totalplace.errors import Problem, RequestError
from totalplace.place import Decision, Folder, line_id, parse_line_id

__all__ = ["FigureExplained", "LineExplained", "LineRef", "explain_figure", "explain_line"]

PAGE = 20

_JOIN = tuple(name for name in CUBE_DIMENSIONS if name not in {"counterparty_id", "label"})
"""What a line shares with its cell of the cube, but for what no split reads."""


_CELL = [name for name in LINE_KEY if name != "piece"]
"""What names a published cell: its line_id."""


@dataclass(frozen=True)
class LineRef:
    """One line behind a figure.

    Attributes:
        line_id: names its source, member, row and column.
        file_name, row_no: where a person finds it.
        measure: gross, or eliminated (then ``pence`` is negative).
        pence: what of it is in the figure: of a share by theme or funder, the line's own share.
    """

    line_id: str
    file_name: str
    member: str
    row_no: int
    measure: str
    body: str
    payee: str
    label: str
    grade: str
    is_shared: bool
    pence: int


@dataclass(frozen=True)
class FigureExplained:
    """What a figure is made of.

    Attributes:
        pence: net; gross_pence less eliminated_pence.
        lines: one page of its lines, the largest first.
        line_count: how many lines it has in all.
        sources: file name, SHA-256 and licence of every source behind it.
        key: the apportionment key used and its source.
    """

    figure_id: str
    request: Request
    snapshot: int
    values: Mapping[str, str]
    pence: int
    gross_pence: int
    eliminated_pence: int
    grade: str
    by_grade: Mapping[str, int]
    key: str
    lines: tuple[LineRef, ...]
    offset: int
    line_count: int
    sources: tuple[Mapping[str, str], ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class LineExplained:
    """How one line was read and what the count made of it.

    Attributes:
        source: file name, sha256, publisher, licence, received of its file.
        readings: the canonical lines made of it in that year (several when a cell is divided).
        transfer: the rule for it when it pays a known body, and the match it stands in.
    """

    line_id: str
    source: Mapping[str, str]
    member: str
    row_no: int
    column_no: int
    readings: tuple[Mapping[str, Any], ...]
    transfer: Mapping[str, Any] | None


def explain_figure(
    engine: Engine, folder: Folder, figure_id: str, *, today: date, offset: int = 0
) -> FigureExplained:
    """Explain a figure that a count of this place has made.

    Args:
        offset: lines to skip, for paging; a page has 20.

    Raises:
        RequestError: no count of this place has made it, or it was made with other shipped
            registers than today's.
    """
    asked, values = find_figure(folder, figure_id)
    request = Request(**(asked | {"by": tuple(asked["by"])}))
    working = work(engine, folder, request, today=today, every_line=True)
    if id_of(request, working, "net", **values) != figure_id:
        raise RequestError(_outdated(figure_id))
    grade = key_grade(working.key.measure)
    cells = measure_cells(working.netted.cube, {"gross": 1, "eliminated": -1}, shared_grade=grade)
    prepared = preparation(folder, request.by, working)(cells)
    chosen = [
        cell
        for cell in prepared
        if all(str(dimension(name)(cell.values)) == value for name, value in values.items())
    ]
    total = (
        group(chosen, [], []) or group([Cell({"dataset": "", "grade": "A"}, 0, 0, 0)], [], [])
    )[0]
    lines, count = _lines(engine, working, _shares(cells, chosen), offset)
    shown = sorted({ref.line_id.split(":")[0] for ref in lines})
    return FigureExplained(
        figure_id=figure_id,
        request=request,
        snapshot=working.snapshot.n,
        values=values,
        pence=total.pence,
        gross_pence=sum(c.pence for c in chosen if c.values["measure"] == "gross"),
        eliminated_pence=-sum(c.pence for c in chosen if c.values["measure"] == "eliminated"),
        grade=grade_of(total),
        by_grade=total.by_grade,
        key=working.key.label,
        lines=lines,
        offset=offset,
        line_count=count,
        sources=tuple(_source(working, sha256) for sha256 in shown),
        decisions=folder.decisions(working.snapshot.n),
    )


@dataclass(frozen=True)
class _Share:
    """What of a cell of the cube is in a figure.

    Attributes:
        part_pence: in the figure.
        whole_pence: of the cell.
    """

    part_pence: int
    whole_pence: int

    @property
    def per_mille(self) -> int:
        """Its size, for ordering lines."""
        return 1000 * abs(self.part_pence) // abs(self.whole_pence) if self.whole_pence else 0

    def of_run(self, before: int, upto: int) -> int:
        """The part of lines that take the cell's running sum from one amount to another.

        Differences of one rounding, so that the parts of all lines sum to the part exactly.
        """
        if not self.whole_pence:
            return 0
        return (
            upto * self.part_pence // self.whole_pence
            - before * self.part_pence // self.whole_pence
        )


def _shares(cells: list[Cell], chosen: list[Cell]) -> dict[tuple[str, ...], _Share]:
    """The cells of the cube that a figure draws on, each with its share in it."""
    wholes: dict[tuple[str, ...], int] = {}
    parts: dict[tuple[str, ...], int] = {}
    for found, sums in ((cells, wholes), (chosen, parts)):
        for cell in found:
            key = tuple(_text(cell.values, name) for name in _JOIN)
            sums[key] = sums.get(key, 0) + cell.pence
    return {key: _Share(parts[key], wholes[key]) for key in sorted(parts)}


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values["line_grade" if name == "grade" else name]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value or "")


def _lines(
    engine: Engine, working: Working, shares: Mapping[tuple[str, ...], _Share], offset: int
) -> tuple[tuple[LineRef, ...], int]:
    numbered = list(shares.values())
    columns: dict[str, Any] = {
        name: pa.array([key[i] for key in shares], pa.string()) for i, name in enumerate(_JOIN)
    }
    table = engine.memory(
        pa.table(
            columns
            | {
                "cell_no": pa.array(range(len(shares)), pa.int64()),
                "per_mille": pa.array([share.per_mille for share in numbered], pa.int64()),
            }
        )
    )
    placed = working.netted.placed
    same = [placed[name].cast("string").fill_null("") == table[name] for name in _JOIN]
    found = placed.inner_join(table, same).select(*placed.columns, "cell_no", "per_mille")
    sign = ibis.ifelse(found.measure == "eliminated", -1, 1)
    signed = engine.view(found.mutate(signed=(sign * found.amount_pence).cast("int64")))
    # A published cell divided by authority or function is one line to the reader.
    line = [*_CELL, "measure", "body_id", "payee_text", "label", "grade"]
    whole = signed.group_by(line).agg(
        weight=(signed.signed * signed.per_mille).sum().abs().cast("int64"),
        signed=signed.signed.sum().cast("int64"),
        is_shared=signed.is_shared.max(),
    )
    whole = whole.mutate(size=whole.signed.abs())
    order = [ibis.desc("weight"), ibis.desc("size"), *line]
    shown = engine.to_arrow(page(whole, order, rows=PAGE, offset=offset)).to_pylist()
    count = engine.to_arrow(whole.count().as_table())
    parts = _parts(engine, signed, line, shown, numbered)
    return (
        tuple(_ref(working, row, pence) for row, pence in zip(shown, parts, strict=True)),
        int(count.column(0)[0].as_py()),
    )


def _parts(
    engine: Engine,
    signed: Table,
    line: list[str],
    page: list[dict[str, Any]],
    shares: list[_Share],
) -> list[int]:
    """What of each line of a page is in the figure."""
    if all(share.part_pence == share.whole_pence for share in shares):
        return [row["signed"] for row in page]
    order = [*line, "piece", "signed"]
    upto = signed.signed.sum().over(group_by="cell_no", order_by=order, rows=(None, 0))
    running = engine.view(signed.mutate(upto=upto.cast("int64")))
    named = [*_CELL, "measure", "body_id"]
    kinds = {field.name: field.type for field in LINE}
    keys = pa.table(
        {
            name: pa.array([row[name] for row in page], kinds.get(name, pa.string()))
            for name in named
        }
    )
    rows = engine.to_arrow(running.semi_join(engine.memory(keys), named)).to_pylist()
    parts: dict[tuple[Any, ...], int] = {}
    for row in rows:
        key = tuple(row[name] for name in line)
        part = shares[row["cell_no"]].of_run(row["upto"] - row["signed"], row["upto"])
        parts[key] = parts.get(key, 0) + part
    return [parts[tuple(row[name] for name in line)] for row in page]


def _outdated(figure_id: str) -> Problem:
    return Problem(
        code="outdated_figure",
        what="this figure was counted with other shipped registers than today's",
        where=figure_id,
        why="a figure holds for one snapshot and one edition of the registers and code lists",
        fix="count again and take the figure_id from its output",
    )


def _ref(working: Working, row: Mapping[str, Any], pence: int) -> LineRef:
    return LineRef(
        line_id=line_id(row["source_id"], row["member"], row["row_no"], row["column_no"]),
        file_name=_source(working, row["source_id"])["name"],
        member=row["member"],
        row_no=row["row_no"],
        measure=row["measure"],
        body=working.registers.name(row["body_id"]),
        payee=row["payee_text"] or "",
        label=row["label"] or "",
        grade=row["grade"],
        is_shared=row["is_shared"],
        pence=pence,
    )


def _source(working: Working, sha256: str) -> dict[str, str]:
    source = working.snapshot.state.find_source(sha256)
    return {
        "name": source.name,
        "sha256": source.sha256,
        "publisher": source.publisher or "",
        "licence": source.licence or "",
        "received": source.received,
    }


def explain_line(
    engine: Engine, folder: Folder, text: str, *, year: str, today: date
) -> LineExplained:
    """Explain a line by its line_id.

    Raises:
        RequestError: it is no line_id, or the place has no such source.
    """
    parsed = parse_line_id(text)
    working = work(engine, folder, Request(year), today=today, every_line=True)
    sha256 = working.snapshot.state.find_source(parsed.source_id).sha256
    lines = working.evidence.lines
    readings = engine.to_arrow(_of(lines, sha256, parsed).order_by("piece")).to_pylist()
    payments = _of(working.netted.payments, sha256, parsed).order_by("piece", "derivation")
    transfers = engine.to_arrow(payments).to_pylist()
    transfer: dict[str, Any] | None = None
    if transfers:
        transfer = {name: transfers[0][name] for name in ("counterparty_id", "rule")}
        matched = working.netted.matches.match_line
        found = working.netted.matches.match.semi_join(_of(matched, sha256, parsed), "match_id")
        transfer["matches"] = engine.to_arrow(found.order_by("match_id")).to_pylist()
    return LineExplained(
        line_id=text,
        source=_source(working, sha256),
        member=parsed.member,
        row_no=parsed.row_no,
        column_no=parsed.column_no,
        readings=tuple(readings),
        transfer=transfer,
    )


def _of(table: Table, source_id: str, parsed: Any) -> Table:
    return table.filter(
        table.source_id == source_id,
        table.member == parsed.member,
        table.row_no == parsed.row_no,
        table.column_no == parsed.column_no,
    )
