"""The count of a place: headline, range, coverage, controls and rows, every figure with its id."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

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
from totalplace.count._funders import funder_cells
from totalplace.count._grants import grants_beside
from totalplace.count._itemise import Itemised, itemise
from totalplace.count._net import net
from totalplace.count._perspective import keys_for_range, perimeter_of
from totalplace.count._published import Comparison, compare
from totalplace.count._read import by_class, of_edition
from totalplace.count._reconcile import Statement, statement
from totalplace.count._registers import Key, Registers, table
from totalplace.count._request import Request, check_request
from totalplace.count._themes import theme_cells
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

__all__ = ["Counted", "Row", "count", "dimension", "preparation"]

CONTROLS = ("local", "ringfenced", "national_rules", "national")


@dataclass(frozen=True)
class Row:
    """One row of a count split by something."""

    figure_id: str
    values: Mapping[str, str]
    pence: int
    low_pence: int
    high_pence: int
    share_pct: float | None
    grade: str
    coverage_pct: float | None


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
    counted = _counted(engine, folder, request, working)
    remember(folder, counted)
    return counted


def remember(folder: Folder, counted: Counted) -> None:
    """Keep which request made each figure, so that its id can be explained later.

    A place that cannot be written to is counted all the same; its figures are explained by
    counting again.
    """
    rows = [(counted.figure_id, {}), *((row.figure_id, row.values) for row in counted.rows)]
    index = figure_table(asdict(counted.request) | {"at": counted.snapshot}, rows)
    name = hashlib.sha256(repr(index.to_pylist()).encode()).hexdigest()[:16]
    if folder.derived("figure", name) is None:
        with contextlib.suppress(PlaceError, OSError):
            folder.write_derived("figure", name, index)


def _counted(engine: Engine, folder: Folder, request: Request, working: Working) -> Counted:
    state, register, cube = working.snapshot.state, working.registers, working.netted.cube
    deflate = deflator(folder, state, request)
    divisors = denominators(engine, folder, working, request.year)
    shared_grade = key_grade(working.key.measure)
    gross_cells = measure_cells(cube, {"gross": 1}, shared_grade=shared_grade)
    cells = measure_cells(cube, {"gross": 1, "eliminated": -1}, shared_grade=shared_grade)
    gross = _sum(gross_cells)
    eliminated = _sum(measure_cells(cube, {"eliminated": 1}, shared_grade=shared_grade))
    total = (group(cells, [], []) or [Total({}, 0, 0, 0, {}, 0)])[0]
    by_cap = {t.values["cap_rev"]: t.pence for t in group(cells, [_get("cap_rev")], ["cap_rev"])}
    by_control = {
        t.values["control"]: t.pence for t in group(cells, [_get("control")], ["control"])
    }
    low, high, ranges = _ranges(engine, request, working, cells, total, shared_grade)
    rows, themes_overlap = _rows(folder, request, working, cells, total, ranges, deflate)
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
        "rows_sum_to_net": themes_overlap
        or not request.by
        or request.real is not None
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
        gross_pence=deflate(gross),
        eliminated_pence=deflate(gross) - deflate(total.pence),
        net_pence=deflate(total.pence),
        net_low_pence=deflate(low),
        net_high_pence=deflate(high),
        net_as_published_pence=deflate(total.pence + sites(cube)),
        capital_pence=deflate(total.pence) - deflate(by_cap.get("cur", 0)),
        revenue_pence=deflate(by_cap.get("cur", 0)),
        coverage_pct=total.coverage_pct,
        bodies=_statuses(coverage),
        grade=grade_of(total),
        by_grade={grade: deflate(pence) for grade, pence in total.by_grade.items()},
        control={name: deflate(by_control.get(name, 0)) for name in CONTROLS},
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
        price_base=request.real or "cash",
        rows=rows,
        themes_overlap=themes_overlap,
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


def _sum(cells: Sequence[Cell]) -> int:
    return sum(cell.pence for cell in cells)


def _get(name: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda values: values[name]


def dimension(name: str) -> Callable[[Mapping[str, Any]], str]:
    """How a cell's value of one split is read, in words."""
    plain: dict[str, Callable[[Mapping[str, Any]], Any]] = {
        "tier": lambda v: v["tier"] or "unknown",
        "body": lambda v: v["body_id"],
        "function": lambda v: (v["function"] or "").partition(".")[0] or "unclassified",
        "route": lambda v: v["class_route"] or ("published" if v["function"] else "unclassified"),
        "stream": lambda v: v["stream_id"] or "no named stream",
        "area": lambda v: v["area"] or "",
        "grade": lambda v: v["grade"],
        "cap_rev": lambda v: v["cap_rev"],
        "control": lambda v: v["control"],
        "funder": lambda v: v["source"],
        "theme": lambda v: f"{v['theme']}: {v['theme_kind']}",
    }
    return plain[name]


def preparation(
    folder: Folder, request: Request, working: Working
) -> Callable[[list[Cell]], list[Cell]]:
    """What turns cells into cells by funder and theme, where those are asked for."""
    has_themes = "theme" in request.by
    rules = table(folder, working.snapshot.state, "theme_rule").to_pylist() if has_themes else []

    def prepare(cells: list[Cell]) -> list[Cell]:
        if "funder" in request.by:
            cells = funder_cells(cells, working.netted.cube)
        return theme_cells(cells, rules) if has_themes else cells

    return prepare


def _rows(
    folder: Folder,
    request: Request,
    working: Working,
    cells: list[Cell],
    total: Total,
    ranges: list[list[Cell]],
    deflate: Callable[[int], int],
) -> tuple[tuple[Row, ...], bool]:
    if not request.by:
        return (), False
    prepared = preparation(folder, request, working)
    by = [dimension(name) for name in request.by]
    totals = group(prepared(cells), by, request.by)
    others = [
        {tuple(t.values.values()): t.pence for t in group(prepared(other), by, request.by)}
        for other in ranges
    ]
    rows = []
    for one in totals:
        key = tuple(one.values.values())
        swapped = [one.pence, *(other.get(key, 0) for other in others)]
        values = {name: str(value) for name, value in one.values.items()}
        rows.append(
            Row(
                figure_id=figure_id(request, working, "net", **values),
                values=values,
                pence=deflate(one.pence),
                low_pence=deflate(min(swapped) - (one.pence - one.low_pence)),
                high_pence=deflate(max(swapped) + (one.high_pence - one.pence)),
                share_pct=round(100 * one.pence / total.pence, 2) if total.pence else None,
                grade=grade_of(one),
                coverage_pct=one.coverage_pct,
            )
        )
    return tuple(rows), "theme" in request.by


def _ranges(
    engine: Engine,
    request: Request,
    working: Working,
    cells: list[Cell],
    total: Total,
    shared_grade: str,
) -> tuple[int, int, list[list[Cell]]]:
    """Net's range, and the cells under every other key within three years."""
    register, place = working.registers, working.perimeter.place
    _, *others = keys_for_range(register, place, request.year, working.key)
    swapped: list[list[Cell]] = []
    if any(cell.values["is_shared"] for cell in cells):
        for key in others:
            perimeter = perimeter_of(register, place, key)
            again = net(
                engine,
                working.evidence.lines,
                working.evidence.counted,
                perimeter,
                by_area="area" in request.by,
            )
            swapped.append(
                measure_cells(again.cube, {"gross": 1, "eliminated": -1}, shared_grade=shared_grade)
            )
    nets = [total.pence, *(_sum(other) for other in swapped)]
    low = min(nets) - (total.pence - total.low_pence)
    high = max(nets) + (total.high_pence - total.pence)
    return low, high, swapped


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
