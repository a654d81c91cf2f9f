"""The count of a place: headline, range, coverage, controls and rows, every figure with its id."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.count._beside import (
    CUT,
    beside,
    bridge,
    cut_zones,
    elsewhere,
    everything,
    held_here,
    listed,
    nowhere,
    sites,
)
from totalplace.count._bulk import CardAccount
from totalplace.count._controls import controls
from totalplace.count._denominator import Denominator, deflator, denominators
from totalplace.count._evidence import Coverage
from totalplace.count._figures import figure_table
from totalplace.count._grants import grants_beside
from totalplace.count._itemise import Itemised, itemise
from totalplace.count._net import under
from totalplace.count._perspective import keys_for_range, perimeter_of
from totalplace.count._published import Comparison, compare
from totalplace.count._read import by_class, of_edition
from totalplace.count._reconcile import Statement, statement
from totalplace.count._registers import Key, Registers, table
from totalplace.count._request import Request, check_request
from totalplace.count._rows import CellSets, Row, cell_sets, split_rows
from totalplace.count._totals import (
    Cell,
    Total,
    grade_of,
    group,
    key_grade,
    measure_cells,
)
from totalplace.count._working import Working, figure_id, work
from totalplace.engine import Engine
from totalplace.errors import PlaceError
from totalplace.model import load
from totalplace.place import Folder, State

__all__ = ["Counted", "at_prices", "cells_of", "count", "count_cells", "remember"]

CONTROLS = ("local", "ringfenced", "national_rules", "national")


@dataclass(frozen=True)
class Counted:
    """A count and everything that explains it.

    Attributes:
        gross_pence, eliminated_pence, net_pence: the headline, net = gross - eliminated.
        net_low_pence, net_high_pence: published rounding, and every key within three years.
        net_as_published_pence: net with site programmes shared over their region as published,
            instead of standing at their site.
        capital_pence, revenue_pence: net, apart.
        coverage_pct: share of net from returned or published lines.
        grade, by_grade: the worst grade that carries more than 5%, and the split in pence.
        control: net by who controls it.
        beside: money shown beside the headline: label -> pence.
        published: what was published of this place and year, beside the count.
        cards: purchase cards of bodies of the place, and the bulk payments to their banks.
        statement, outturn_statement: the reconciliation, and for the revenue outturn alone.
        identities: our own identities, all of which must hold.
    """

    place: str
    request: Request
    snapshot: int
    figure_id: str
    key: Key
    gross_pence: int
    eliminated_pence: int
    net_pence: int
    net_low_pence: int
    net_high_pence: int
    net_as_published_pence: int
    capital_pence: int
    revenue_pence: int
    coverage_pct: float | None
    bodies: Mapping[str, int]
    grade: str
    by_grade: Mapping[str, int]
    control: Mapping[str, int]
    not_itemised_pence: int
    unplaceable_pence: int
    outside_pence: int
    beside: Mapping[str, int]
    listed: Mapping[str, int]
    bridge: tuple[tuple[str, int], ...]
    statement: Statement
    outturn_statement: Statement | None
    people: Denominator
    households: Denominator
    price_base: str
    rows: tuple[Row, ...]
    themes_overlap: bool
    itemised: tuple[Itemised, ...]
    coverage: tuple[Coverage, ...]
    published: tuple[Comparison, ...]
    warnings: tuple[str, ...]
    cards: tuple[CardAccount, ...]
    identities: Mapping[str, bool]


def count(
    engine: Engine,
    folder: Folder,
    request: Request,
    *,
    today: date,
    report: Callable[[str], None] = lambda _: None,
) -> Counted:
    """Count a place.

    Args:
        engine: where the expressions run.
        folder: the place.
        request: year, splits, key, prices and snapshot.
        today: dates the snapshot that the figures are bound to.
        report: told the name of each stage.

    Raises:
        RequestError: the year, key, split, price year or snapshot is not to be had.
    """
    check_request(request)
    working = work(engine, folder, request, today=today, report=report)
    report("totals")
    deflate = deflator(folder, working.snapshot.state, request)
    is_by_area = "area" in request.by
    # a headline is the same whatever it is split by: its cells are those of the place as a whole
    whole = (
        replace(working, netted=under(engine, working.netted, working.perimeter))
        if is_by_area
        else working
    )
    counted = count_cells(
        engine,
        folder,
        request,
        whole,
        cells_of(whole, lambda key: swapped_cube(engine, whole, key, by_area=False)),
        split=(
            working,
            cells_of(working, lambda key: swapped_cube(engine, working, key, by_area=True)),
        )
        if is_by_area
        else None,
    )
    if request.real is not None:
        counted = at_prices(counted, request, working, deflate)
    remember(folder, [(counted, counted.rows)])
    return counted


def remember(folder: Folder, made: Iterable[tuple[Counted, Sequence[Row]]]) -> None:
    """Keep which request made each figure, so that its id can be explained later.

    A place that cannot be written to is counted all the same; its figures are explained by
    counting again. Of a count as if decisions were made, nothing is kept.

    Args:
        made: counts, each with its rows.
    """
    if folder.pending is not None:
        return
    index = pa.concat_tables(
        [
            figure_table(
                asdict(counted.request) | {"at": counted.snapshot},
                [(counted.figure_id, {}), *((row.figure_id, row.values) for row in rows)],
            )
            for counted, rows in made
        ]
    )
    name = hashlib.sha256(repr(index.to_pylist()).encode()).hexdigest()[:16]
    if folder.derived("figure", name) is None:
        with contextlib.suppress(PlaceError, OSError):
            folder.write_derived("figure", name, index)


def swapped_cube(engine: Engine, working: Working, key: Key, *, by_area: bool) -> pa.Table:
    """The cube of the same evidence under another key."""
    perimeter = perimeter_of(working.registers, working.perimeter.place, key)
    return under(engine, working.netted, perimeter, by_area=by_area).cube


def cells_of(working: Working, swap: Callable[[Key], pa.Table]) -> CellSets:
    """The signed cells of a count under its key and, where a key shares any of them, under every
    other within three years.

    Args:
        swap: gives the cube under another key.
    """
    grade = key_grade(working.key.measure)
    signs = {"gross": 1, "eliminated": -1}
    own = measure_cells(working.netted.cube, signs, shared_grade=grade)
    swapped: list[list[Cell]] = []
    if any(cell.values["is_shared"] for cell in own):
        place, year = working.perimeter.place, working.year
        _, *others = keys_for_range(working.registers, place, year, working.key)
        swapped = [measure_cells(swap(key), signs, shared_grade=grade) for key in others]
    return CellSets(own, swapped)


def at_prices(
    counted: Counted, request: Request, working: Working, deflate: Callable[[int], int]
) -> Counted:
    """A count in cash as the same at the prices of ``request.real``."""
    net_pence, revenue = deflate(counted.net_pence), deflate(counted.revenue_pence)
    return replace(
        counted,
        request=request,
        figure_id=figure_id(request, working, "net"),
        gross_pence=deflate(counted.gross_pence),
        eliminated_pence=deflate(counted.gross_pence) - net_pence,
        net_pence=net_pence,
        net_low_pence=deflate(counted.net_low_pence),
        net_high_pence=deflate(counted.net_high_pence),
        net_as_published_pence=deflate(counted.net_as_published_pence),
        capital_pence=net_pence - revenue,
        revenue_pence=revenue,
        by_grade={grade: deflate(pence) for grade, pence in counted.by_grade.items()},
        control={name: deflate(pence) for name, pence in counted.control.items()},
        price_base=request.real or "cash",
        rows=tuple(
            replace(
                row,
                figure_id=figure_id(request, working, "net", **row.values),
                pence=deflate(row.pence),
                low_pence=deflate(row.low_pence),
                high_pence=deflate(row.high_pence),
                gross_pence=deflate(row.gross_pence),
                eliminated_pence=deflate(row.gross_pence) - deflate(row.pence),
            )
            for row in counted.rows
        ),
    )


def count_cells(
    engine: Engine,
    folder: Folder,
    request: Request,
    working: Working,
    sets: CellSets,
    *,
    split: tuple[Working, CellSets] | None = None,
) -> Counted:
    """The count of a working whose cells are known, in cash whatever ``request.real`` says.

    Args:
        split: what the rows are made from where that is not the same: the place by authority.
    """
    state, register, cube = working.snapshot.state, working.registers, working.netted.cube
    divisors = denominators(engine, folder, working, request.year)
    cells = sets.own
    gross = sum(cell.pence for cell in cells if cell.values["measure"] == "gross")
    eliminated = -sum(cell.pence for cell in cells if cell.values["measure"] == "eliminated")
    total = (group(cells, [], []) or [Total({}, 0, 0, 0, {}, 0)])[0]
    by_cap = {t.values["cap_rev"]: t.pence for t in group(cells, [_get("cap_rev")], ["cap_rev"])}
    by_control = {
        t.values["control"]: t.pence for t in group(cells, [_get("control")], ["control"])
    }
    low, high = _range(sets, total)
    rows: tuple[Row, ...] = ()
    if request.by:
        of_rows, cells_of_rows = split or (working, sets)
        ready = cell_sets(folder, of_rows, cells_of_rows, request.by)
        rows = split_rows(request, of_rows, ready, total.pence)
    names = {body_id: body.name for body_id, body in register.bodies.bodies.items()}
    whole = statement(cube, names)
    has_outturn = "ro" in working.evidence.year_datasets
    outturn = statement(cube, names, datasets=frozenset({"ro"})) if has_outturn else None
    ro_codes = of_edition(table(folder, state, "ro_line"), request.year)
    labels = {
        row["class_code"] or str(row["code"]): f"{row['code']} {row['label']}"
        for row in by_class(ro_codes).values()
    }
    itemised = tuple(
        row
        for row in itemise(engine, working.evidence.lines, labels)
        if working.perimeter.status(register.body_zone.get(row.body_id, "")) != "none"
    )
    coverage = _inside(working, register)
    identities = {
        "net_is_gross_less_eliminated": total.pence == gross - eliminated,
        "rows_sum_to_net": "theme" in request.by
        or not request.by
        or sum(row.pence for row in rows) == total.pence,
        "capital_and_revenue_sum_to_net": by_cap.get("cap", 0) + by_cap.get("cur", 0)
        == total.pence,
        "controls_sum_to_net": sum(by_control.get(name, 0) for name in CONTROLS) == total.pence,
        "statement_closes": whole.closes and (outturn is None or outturn.closes),
        "other_within_1_pct": whole.other_is_small,
        "range_holds_net": low <= total.pence <= high,
        "records_add_up": _records_add_up(folder, state),
    }
    return Counted(
        place=folder.name,
        request=request,
        snapshot=working.snapshot.n,
        figure_id=figure_id(request, working, "net"),
        key=working.key,
        gross_pence=gross,
        eliminated_pence=gross - total.pence,
        net_pence=total.pence,
        net_low_pence=low,
        net_high_pence=high,
        net_as_published_pence=total.pence + sites(cube),
        capital_pence=total.pence - by_cap.get("cur", 0),
        revenue_pence=by_cap.get("cur", 0),
        coverage_pct=total.coverage_pct,
        bodies=_statuses(coverage),
        grade=grade_of(total),
        by_grade=total.by_grade,
        control={name: by_control.get(name, 0) for name in CONTROLS},
        not_itemised_pence=sum(row.not_itemised_pence for row in itemised),
        unplaceable_pence=working.evidence.unplaceable_pence,
        outside_pence=working.evidence.outside_pence,
        beside=beside(cube, held_here(folder, state, working))
        | everything(cube)
        | grants_beside(working.evidence.grants, register, working.perimeter),
        listed=listed(cube),
        bridge=bridge(cube, ro_codes) if has_outturn else (),
        statement=whole,
        outturn_statement=outturn,
        people=divisors["people"],
        households=divisors["households"],
        price_base="cash",
        rows=rows,
        themes_overlap="theme" in request.by,
        itemised=itemised,
        coverage=coverage,
        published=(
            *compare(
                load("published_figure").to_pylist(),
                areas=frozenset(folder.areas),
                year=request.year,
                cube=cube.to_pylist(),
                net_pence=total.pence,
                control=by_control,
            ),
            *controls(
                engine,
                folder,
                state,
                year=request.year,
                place=working.perimeter.place,
                registers=register,
                cube=cube.to_pylist(),
                codes=ro_codes,
            ),
        ),
        warnings=(
            *working.evidence.warnings,
            *nowhere(engine, working),
            *elsewhere(engine, working),
        ),
        cards=tuple(
            one
            for one in working.evidence.cards
            if working.perimeter.status(register.body_zone.get(one.body_id, "")) != "none"
        ),
        identities=identities,
    )


def _records_add_up(folder: Folder, state: State) -> bool:
    """Whether every file's records are all accounted for, and its lines are all still there.

    Row counts only: `check` reads every byte.
    """
    return all(
        member.adds_up
        and pq.ParquetFile(folder.lines_path(member)).metadata.num_rows == member.lines
        for member in state.active
    )


def _get(name: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda values: values[name]


def _range(sets: CellSets, total: Total) -> tuple[int, int]:
    """Net's lowest and highest: by published rounding, and under every near key."""
    nets = [total.pence, *(sum(cell.pence for cell in cells) for cells in sets.swapped)]
    low = min(nets) - (total.pence - total.low_pence)
    high = max(nets) + (total.high_pence - total.pence)
    return low, high


def _inside(working: Working, register: Registers) -> tuple[Coverage, ...]:
    """The coverage rows of bodies that have to do with the place."""
    here = {row["body_id"] for row in working.netted.cube.to_pylist() if row["measure"] == "gross"}
    cut = set(cut_zones(working))
    return tuple(
        replace(row, basis="", status="missing", detail=CUT)
        if register.body_zone.get(row.body_id) in cut
        else row
        for row in working.evidence.coverage
        if row.body_id in here
        or register.body_zone.get(row.body_id) in cut
        or (
            row.status == "missing"
            and working.perimeter.status(register.body_zone.get(row.body_id, "")) != "none"
        )
    )


def _statuses(coverage: Sequence[Coverage]) -> dict[str, int]:
    best: dict[str, str] = {}
    order = ("missing", "estimated", "published", "returned")
    for row in coverage:
        best[row.body_id] = max(best.get(row.body_id, "missing"), row.status, key=order.index)
    return {status: list(best.values()).count(status) for status in reversed(order)}
