"""A count as cells that name nobody: body, function, nature and stream, gross and eliminated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from totalplace.count._registers import table
from totalplace.count._request import Request, check_request
from totalplace.count._working import work
from totalplace.engine import Engine
from totalplace.place import Folder

__all__ = ["NetCell", "NetCells", "net_cells", "stream_names"]

_SIGNS = {"gross": 1, "eliminated": -1}


@dataclass(frozen=True)
class NetCell:
    """A sum of money, with who spends it and for what, and never to whom.

    Attributes:
        step: gross, or eliminated (then the pence have a minus).
        function: COFOG code, empty if it is not known.
    """

    body_id: str
    body: str
    function: str
    nature: str
    cap_rev: str
    stream_id: str
    stream: str
    step: str
    pence: int


@dataclass(frozen=True)
class NetCells:
    """The cells of a count; all of them sum to its net."""

    snapshot: int
    year: str
    cells: tuple[NetCell, ...]

    @property
    def net_pence(self) -> int:
        """The net of the count."""
        return sum(cell.pence for cell in self.cells)

    @property
    def gross_pence(self) -> int:
        """The gross of the count."""
        return sum(cell.pence for cell in self.cells if cell.step == "gross")


def net_cells(
    engine: Engine,
    folder: Folder,
    request: Request,
    *,
    today: date,
    report: Callable[[str], None] = lambda _: None,
) -> NetCells:
    """Count a place, and lay the headline out by body, function, nature and stream.

    Raises:
        RequestError: a year, key or snapshot that is not to be had.
    """
    check_request(request)
    working = work(engine, folder, request, today=today, report=report)
    registers = working.registers
    sums: dict[tuple[str, ...], int] = {}
    for row in working.netted.cube.to_pylist():
        sign = _SIGNS.get(row["measure"])
        if sign is None:
            continue
        key = (
            row["body_id"],
            row["function"] or "",
            row["nature"],
            row["cap_rev"],
            row["stream_id"] or "",
            row["measure"],
        )
        sums[key] = sums.get(key, 0) + sign * row["pence"]
    cells = []
    for (body_id, function, nature, cap_rev, stream_id, step), pence in sorted(sums.items()):
        stream = registers.stream.get(stream_id)
        cells.append(
            NetCell(
                body_id=body_id,
                body=registers.name(body_id),
                function=function,
                nature=nature,
                cap_rev=cap_rev,
                stream_id=stream_id,
                stream=str(stream["name"]) if stream else "",
                step=step,
                pence=pence,
            )
        )
    return NetCells(working.snapshot.n, request.year, tuple(one for one in cells if one.pence))


def stream_names(folder: Folder) -> list[str]:
    """Names of the streams that the place knows: those shipped, and its own."""
    return sorted(set(table(folder, folder.state(), "stream")["name"].to_pylist()))
