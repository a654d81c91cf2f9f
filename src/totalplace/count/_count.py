"""The count of a place: headline, range, coverage, controls and rows, every figure with its id."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import pyarrow as pa

from totalplace.count._aggregates import SITES
from totalplace.count._evidence import Coverage, Evidence, gather
from totalplace.count._figures import figure_table
from totalplace.count._funders import funder_cells
from totalplace.count._itemise import Itemised, itemise
from totalplace.count._net import Netted, net
from totalplace.count._perimeter import Perimeter
from totalplace.count._perspective import choose_key, keys_for_range, perimeter_of
from totalplace.count._published import IDENTIFIABLE, Comparison, compare, identifiable
from totalplace.count._read import of_edition
from totalplace.count._reconcile import Statement, statement
from totalplace.count._registers import Key, Registers, registers, table
from totalplace.count._themes import theme_cells
from totalplace.count._totals import (
    Cell,
    Total,
    grade_of,
    group,
    key_grade,
    measure_cells,
)
from totalplace.count._years import year_start
from totalplace.engine import Engine
from totalplace.errors import PlaceError, Problem, RequestError
from totalplace.model import data_edition, load
from totalplace.money import format_gbp
from totalplace.place import Folder, Snapshot, State

__all__ = ["BY", "PER", "Counted", "Denominator", "Request", "Row", "count"]

BY = (
    "tier",
    "body",
    "funder",
    "function",
    "stream",
    "area",
    "theme",
    "grade",
    "cap_rev",
    "control",
)
"""What a count can be split by."""

PER = ("head", "household")
CONTROLS = ("local", "ringfenced", "national_rules", "national")
_DENOMINATOR_YEARS = 3


@dataclass(frozen=True)
class Request:
    """What is asked of a count; a figure_id is made from it.

    Attributes:
        year: financial year.
        by: any of BY.
        per: head, household or None.
        key: an apportionment key, or None for the nearest complete one.
        real: price year for real terms, or None for cash.
        at: snapshot number, or None for the place as it is now.
    """

    year: str
    by: tuple[str, ...] = ()
    per: str | None = None
    key: str | None = None
    real: str | None = None
    at: int | None = None


@dataclass(frozen=True)
class Denominator:
    """People or households, or why there is no such number."""

    kind: str
    value: int | None
    year: int | None
    why: str


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
    identities: Mapping[str, bool]


@dataclass(frozen=True)
class Working:
    """What a count was computed from, for explaining and tracing it."""

    registers: Registers
    evidence: Evidence
    netted: Netted
    perimeter: Perimeter
    key: Key
    snapshot: Snapshot


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
    if not folder.cache_path("figure", name).exists():
        with contextlib.suppress(PlaceError, OSError):
            folder.write_cache("figure", name, index)


def work(
    engine: Engine,
    folder: Folder,
    request: Request,
    *,
    today: date,
    report: Callable[[str], None] = lambda _: None,
) -> Working:
    """Do the count up to the cube."""
    snapshot = folder.freeze(today=today) if request.at is None else folder.snapshot(request.at)
    state = snapshot.state
    report("registers")
    register = registers(folder, state)
    place = register.areas.expand(folder.areas)
    key = choose_key(register, place, request.year, request.key)
    perimeter = perimeter_of(register, place, key)
    evidence = gather(
        engine,
        folder,
        state,
        register,
        year=request.year,
        decisions=folder.decisions(snapshot.n),
        report=report,
    )
    report("match and eliminate")
    netted = net(
        engine,
        evidence.lines,
        evidence.counted,
        perimeter,
        by_area="area" in request.by,
    )
    return Working(register, evidence, netted, perimeter, key, snapshot)


def figure_id(request: Request, working: Working, measure: str, **by: str) -> str:
    """The id of one figure: a hash of snapshot, year, perimeter, key, prices, by-values, measure.

    The shipped registers and code lists are hashed in, since figures change when they do.
    Sixteen hexadecimal digits.
    """
    parts = {
        "snapshot": working.snapshot.content_hash,
        "data": data_edition(),
        "year": request.year,
        "perimeter": sorted(working.perimeter.place),
        "key": working.key.key_id,
        "real": request.real,
        "by": dict(sorted(by.items())),
        "measure": measure,
    }
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def check_request(request: Request) -> None:
    problems = []
    unknown = [name for name in request.by if name not in BY]
    if unknown:
        problems.append(
            Problem(
                code="unknown_split",
                what="a count cannot be split by that",
                where=f"--by {','.join(unknown)}",
                why=f"it can be split by {', '.join(BY)}",
                fix="choose from these, separated by commas",
            )
        )
    if request.per is not None and request.per not in PER:
        problems.append(
            Problem(
                code="unknown_denominator",
                what="there is no such denominator",
                where=f"--per {request.per}",
                why="per head and per household are known",
                fix="use head or household",
            )
        )
    for option, year in (("--year", request.year), ("--real", request.real)):
        if year is not None:
            try:
                year_start(year)
            except RequestError as error:
                problems += [
                    Problem(p.code, p.what, f"{option} {year}", p.why, p.fix)
                    for p in error.problems
                ]
    if problems:
        raise RequestError(problems)


def _counted(engine: Engine, folder: Folder, request: Request, working: Working) -> Counted:
    state, register, cube = working.snapshot.state, working.registers, working.netted.cube
    deflate = _deflator(folder, state, request)
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
    itemised = tuple(
        row
        for row in itemise(engine, working.evidence.lines)
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
        "records_add_up": all(member.adds_up for member in state.active),
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
        net_as_published_pence=deflate(total.pence + _sites(cube)),
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
        beside=_beside(cube) | _everything(cube),
        listed=_listed(cube),
        bridge=_bridge(cube, of_edition(table(folder, state, "ro_line"), request.year))
        if has_outturn
        else (),
        statement=whole,
        outturn_statement=outturn,
        people=_denominator(folder, state, working, request.year, "people"),
        households=_denominator(folder, state, working, request.year, "households"),
        price_base=request.real or "cash",
        rows=rows,
        themes_overlap=themes_overlap,
        itemised=itemised,
        coverage=coverage,
        published=compare(
            load("published_figure").to_pylist(),
            areas=frozenset(folder.areas),
            year=request.year,
            cube=cube.to_pylist(),
            net_pence=total.pence,
            control=by_control,
        ),
        warnings=(*working.evidence.warnings, *_nowhere(engine, working)),
        identities=identities,
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


def _deflator(folder: Folder, state: State, request: Request) -> Callable[[int], int]:
    if request.real is None:
        return lambda pence: pence
    rows = {
        row["year"]: row
        for row in table(folder, state, "deflator").to_pylist()
        if row["is_default"]
    }
    missing = [year for year in (request.year, request.real) if year not in rows]
    if missing:
        raise RequestError(
            Problem(
                code="no_deflator",
                what="no GDP deflator is known for that year",
                where=f"--real {request.real}",
                why=f"{' and '.join(missing)} not among {min(rows)} to {max(rows)}",
                fix="choose a price year within these",
            )
        )
    factor = Fraction(rows[request.real]["index"]) / Fraction(rows[request.year]["index"])
    return lambda pence: round(pence * factor)


def _denominator(
    folder: Folder, state: State, working: Working, year: str, kind: str
) -> Denominator:
    """The number nearest to the year, if it is within three years."""
    start, place = year_start(year), working.perimeter.place
    by_year: dict[int, dict[str, int]] = {}
    for row in table(folder, state, "denominator").to_pylist():
        if row["kind"] == kind and row["area"] in place:
            by_year.setdefault(row["year"], {})[row["area"]] = row["value"]
    complete = {known: values for known, values in by_year.items() if place <= set(values)}
    if not complete:
        return Denominator(kind, None, None, f"no number of {kind} is loaded for the whole place")
    nearest = min(complete, key=lambda known: (abs(known - start), known))
    if abs(nearest - start) > _DENOMINATOR_YEARS:
        why = f"the nearest number of {kind} is of {nearest}, more than three years from {year}"
        return Denominator(kind, None, None, why)
    return Denominator(kind, sum(complete[nearest].values()), nearest, "")


def _inside(working: Working, register: Registers) -> tuple[Coverage, ...]:
    """The coverage rows of bodies that have to do with the place."""
    here = {row["body_id"] for row in working.netted.cube.to_pylist() if row["measure"] == "gross"}
    return tuple(
        row
        for row in working.evidence.coverage
        if row.body_id in here
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


def _beside(cube: pa.Table) -> dict[str, int]:
    """Money shown beside the headline, by label."""
    found: dict[str, int] = {}
    for row in cube.to_pylist():
        if row["measure"] in {"control", "apart"}:
            label = row["label"] or row["measure"]
            found[label] = found.get(label, 0) + row["pence"]
    return found


def _everything(cube: pa.Table) -> dict[str, int]:
    """The whole share of the regional analysis, where one is loaded."""
    whole = identifiable(cube.to_pylist())
    return {IDENTIFIABLE: whole} if whole else {}


def _nowhere(engine: Engine, working: Working) -> list[str]:
    """Warn of headline spending of bodies that touch the place in parts no key can tell."""
    register, perimeter = working.registers, working.perimeter
    cut = [
        zone
        for zone, lads in register.zones.items()
        if lads & perimeter.place and not perimeter.zones[zone]
    ]
    if not cut:
        return []
    lines = working.evidence.lines
    spent = lines.filter(
        lines.side == "out",
        lines.role == "headline",
        lines.year_offset == 0,
        lines.zone.isin(sorted(cut)),
    )
    sums = engine.to_arrow(
        spent.group_by("body_id")
        .agg(pence=spent.amount_pence.sum().cast("int64"))
        .order_by("body_id")
    ).to_pylist()
    why = "its area cuts authorities, and no key tells how much of it lies in this place"
    return [
        f"{register.name(row['body_id'])}: {format_gbp(row['pence'])} is left out: {why}"
        for row in sums
    ]


def _sites(cube: pa.Table) -> int:
    """What site programmes would add to net if shared as published: less where the site is."""
    shared = sum(pence for label, pence in _beside(cube).items() if label.startswith(SITES))
    at_site: int = sum(
        row["pence"]
        for row in cube.to_pylist()
        if row["measure"] == "gross" and row["dataset"] == "cra" and row["derivation"] == "direct"
    )
    return shared - at_site


def _listed(cube: pa.Table) -> dict[str, int]:
    """Lines outside gross, by nature."""
    found: dict[str, int] = {}
    for row in cube.to_pylist():
        if row["measure"] == "listed":
            found[row["nature"]] = found.get(row["nature"], 0) + row["pence"]
    return found


def _bridge(cube: pa.Table, codes: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, int], ...]:
    """From the services of the returns to their own two totals, row by row.

    Args:
        codes: the ``ro_line`` code list of the form: what is a levy, what stands in between.
    """
    rows = [row for row in cube.to_pylist() if row["dataset"] == "ro"]
    of_role = {
        role: {str(code["code"]) for code in codes if code["role"] == role}
        for role in ("levy", "bridge")
    }

    def total(measure: str, codes: set[str] | None = None, *, nature: str | None = None) -> int:
        return sum(
            row["pence"]
            for row in rows
            if row["measure"] == measure
            and (codes is None or row["class_code"] in codes)
            and (nature is None or row["nature"] == nature)
        )

    services = total("gross", nature="own")
    benefits = total("gross", nature="benefit")
    levies = total("gross", nature="transfer")
    received = total("received", of_role["levy"])
    steps = [
        ("service expenditure", services),
        ("total service expenditure as published (699)", total("total", {"699"})),
        ("housing benefit", benefits),
        ("levies paid", levies),
        ("levies received", -received),
    ]
    labels = sorted(
        {
            (row["class_code"], row["label"])
            for row in rows
            if row["measure"] == "financing" and row["class_code"] in of_role["bridge"]
        }
    )
    steps += [(label, total("financing", {code})) for code, label in labels]
    bridged = services + benefits + levies - received + sum(pence for _, pence in steps[5:])
    published = total("total", {"749"})
    steps += [
        ("net current expenditure, bridged", bridged),
        ("net current expenditure as published (749)", published),
        ("difference", bridged - published),
    ]
    return tuple(steps)
