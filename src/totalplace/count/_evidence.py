"""Evidence once: which source supplies each body's lines, and which are only controls.

Per body, year and capital or revenue the most local *whole* account supplies the lines: its own
return, then the revenue outturn, then its published payments, then the regional analysis. Wider
sources become control totals; payments under a wider account itemise it and never change the
headline (count.md, *evidence once* and *lines under a control total*).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import pyarrow as pa

from totalplace.count._aggregates import cra_lines, ro_lines
from totalplace.count._perimeter import Counted
from totalplace.count._registers import Registers, table
from totalplace.count._returns import return_lines
from totalplace.count._rules import SpendRules
from totalplace.count._schema import LINE, line_table
from totalplace.count._spend import Payee, spend_lines
from totalplace.count._years import year_bounds, year_start
from totalplace.engine import Engine, stack
from totalplace.engine._engine import Table
from totalplace.errors import Problem, RequestError
from totalplace.model import PayeeMatch, load, resolve_payees
from totalplace.place import Decision, Folder, State

__all__ = ["Coverage", "Evidence", "gather"]

Rows = list[dict[str, Any]]
_DATASETS = ("spend", "cra", "ro", "return")
_BASIS_ORDER = ("gross", "net_income", "net_grant")


@dataclass(frozen=True)
class Coverage:
    """What is known of one body in the year: the data-quality page's row.

    Attributes:
        status: returned, published, estimated or missing.
        basis: gross, net_income, net_grant, net_all, or empty when missing.
        detail: which source, or why it is missing.
    """

    body_id: str
    name: str
    tier: str
    year: str
    cap_rev: str
    basis: str
    status: str
    detail: str


@dataclass(frozen=True)
class Evidence:
    """Everything a count of one year adds up, before the place is cut out.

    Attributes:
        lines: canonical lines.
        counted: whose spending is in the headline, and from which source.
        coverage: every body, the missing ones too.
        payees: (payer, payee text) -> how it was resolved.
        rounding: cells rounded to the penny and the sum of that rounding, by dataset.
        unplaceable_pence: identifiable as no region's (grade X), national, not apportioned.
        outside_pence: spent outside the United Kingdom, national.
        warnings: what a reader should know, such as a return whose own arithmetic is out.
        year_datasets: the datasets that hold this year.
    """

    lines: Table
    counted: tuple[Counted, ...]
    coverage: tuple[Coverage, ...]
    payees: Mapping[tuple[str, str], PayeeMatch]
    unplaceable_pence: int
    outside_pence: int
    warnings: tuple[str, ...]
    year_datasets: tuple[str, ...]
    controls: Rows = field(default_factory=list)


def gather(
    engine: Engine,
    folder: Folder,
    state: State,
    registers: Registers,
    *,
    year: str,
    decisions: Sequence[Decision] = (),
    report: Callable[[str], None] = lambda _: None,
) -> Evidence:
    """Read a place's lines of a year and its neighbours, and settle who supplies what.

    Raises:
        RequestError: the place holds nothing of that year; the message says which years it has.
    """
    year_start(year)
    data = {
        name: engine.read_parquet(paths)
        for name in _DATASETS
        if (paths := folder.lines_paths(name, state))
    }
    functions = _functions()
    outturn, regional, own = _small(engine, data, year)
    report("payees")
    matches = _payees(engine, data, own, registers, decisions)
    returned = return_lines(
        own,
        year=year,
        payees={key: match.body_id for key, match in matches.items()},
        streams={d.object_id.casefold(): d.value for d in decisions if d.what == "stream"},
        registers=registers,
    )
    warnings: list[str] = []
    outturn, missing = _reporting(outturn, registers, warnings)
    has_outturn = any(row["form"] == "RS" for row in outturn)
    from_outturn = ro_lines(
        outturn,
        codes=_of_edition(table(folder, state, "ro_line"), year),
        grants={
            str(row["code"]): row for row in _of_edition(table(folder, state, "ro_grant"), year)
        },
        functions=functions,
        registers=registers,
    )
    regional_lines = cra_lines(
        regional,
        bodies=table(folder, state, "cra_body").to_pylist(),
        functions=functions,
        local_only=table(folder, state, "local_only").to_pylist(),
        has_outturn=has_outturn,
    )
    by_return = {
        (line["body_id"], line["cap_rev"])
        for line in returned
        if line["year_offset"] == 0 and line["side"] == "out"
    }
    by_outturn = {
        (line["body_id"], line["cap_rev"]) for line in from_outturn if line["role"] == "headline"
    } - by_return
    for line in from_outturn:
        if (line["body_id"], "cur") in by_return:
            line["role"] = "control"
    departments = {body_id for body_id, _ in by_return}
    for line in regional_lines:
        if line["body_id"] in departments and line["role"] == "headline":
            line |= {"role": "control", "label": "own return loaded"}
    report("lines")
    tables = [engine.memory(line_table(returned + from_outturn + regional_lines))]
    published: frozenset[tuple[str, str]] = frozenset()
    if "spend" in data:
        # A revenue outturn is a whole account of the body: its payments itemise, capital too.
        in_outturn = {body_id for body_id, _ in by_outturn}
        published = frozenset(
            (body_id, cap_rev)
            for body_id in _spend_bodies(engine, data["spend"], year)
            for cap_rev in ("cap", "cur")
            if (body_id, cap_rev) not in by_return
            and body_id not in in_outturn
            and not _inside_regional(body_id, regional_lines, registers)
        )
        tables.append(
            spend_lines(
                engine,
                data["spend"],
                year=year,
                payees=[
                    Payee(payer, match.payee_text, match.payee_kind, match.body_id)
                    for (payer, _), match in matches.items()
                ],
                rules=SpendRules(table(folder, state, "spend_rule").to_pylist()),
                codes={
                    str(row["code"]): row
                    for row in _of_edition(table(folder, state, "ro_line"), year)
                    if row["block"] == 1
                },
                functions=functions,
                headline=published,
                registers=registers,
            )
        )
    lines = engine.view(stack([one.select(*LINE.names) for one in tables]))
    spent = _spend_sides(engine, lines, published)
    counted = _counted(_bases(own, year), by_return, by_outturn, spent, regional_lines)
    if not counted and not regional_lines:
        raise _no_year(engine, data, year)
    return Evidence(
        lines=lines,
        counted=counted,
        coverage=_coverage(
            counted,
            missing | _silent(counted, missing, regional_lines, registers, year),
            registers,
            year,
        ),
        payees=matches,
        unplaceable_pence=sum(
            row["amount_pence"] for row in regional if row["region_code"] == "ZZ_NONID"
        ),
        outside_pence=sum(
            row["amount_pence"] for row in regional if row["region_code"] == "ZZ_OUTSIDE"
        ),
        warnings=tuple(warnings),
        year_datasets=tuple(
            name
            for name, there in (
                ("return", returned),
                ("ro", from_outturn),
                ("spend", published or spent or "spend" in data),
                ("cra", regional_lines),
            )
            if there
        ),
    )


def _functions() -> dict[tuple[str, str], dict[str, int]]:
    """(scheme, folded label) -> COFOG code -> weight in millionths."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in load("crosswalk").to_pylist():
        if row["to_scheme"] != "cofog":
            continue
        label = " ".join(str(row["from_code"]).casefold().split())
        codes = found.setdefault((row["from_scheme"], label), {})
        codes[row["to_code"]] = codes.get(row["to_code"], 0) + round(row["share"] * 1_000_000)
    return found


def _of_edition(codes: pa.Table, year: str) -> Rows:
    rows = codes.to_pylist()
    editions = {row["edition"] for row in rows}
    edition = year if year in editions else max(editions)
    return [row for row in rows if row["edition"] == edition]


def _small(engine: Engine, data: Mapping[str, Table], year: str) -> tuple[Rows, Rows, Rows]:
    """Rows of the outturn, the regional analysis (its newest edition) and returns."""
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
        newest = max((row["edition"] for row in regional), default="")
        regional = [row for row in regional if row["edition"] == newest]
    if "return" in data:
        own = engine.to_arrow(data["return"].order_by(order)).to_pylist()
    return outturn, regional, own


def _payees(
    engine: Engine,
    data: Mapping[str, Table],
    own: Rows,
    registers: Registers,
    decisions: Sequence[Decision],
) -> dict[tuple[str, str], PayeeMatch]:
    """Every distinct payee text of each payer, read once: some names mean a body to one payer."""
    names = {(row["body_id"], row["counterparty_text"]) for row in own if row["counterparty_text"]}
    if "spend" in data:
        spend = data["spend"]
        distinct = spend.filter(spend.payee_text.notnull()).select("body_id", "payee_text")
        names.update(
            (row["body_id"], row["payee_text"])
            for row in engine.to_arrow(distinct.distinct()).to_pylist()
        )
    by_payer: dict[str, list[str]] = {}
    for payer, name in sorted(names):
        by_payer.setdefault(payer, []).append(name)
    decided = {d.object_id: d.value or None for d in decisions if d.what == "alias"}
    return {
        (payer, match.payee_text): match
        for payer, texts in by_payer.items()
        for match in resolve_payees(texts, registers.bodies, payer_id=payer, decisions=decided)
    }


def _reporting(
    outturn: Rows, registers: Registers, warnings: list[str]
) -> tuple[Rows, dict[str, str]]:
    """The outturn without bodies that report no service expenditure: those are missing."""
    services = {
        str(row["code"])
        for row in load("ro_line").to_pylist()
        if row["role"] == "service" and row["table"] == "RS"
    }
    totals: dict[str, int] = {}
    parts: dict[str, int] = {}
    for row in outturn:
        if row["form"] != "RS" or not row["body_id"]:
            continue
        if str(row["code"]) in services:
            parts[row["body_id"]] = parts.get(row["body_id"], 0) + row["amount_pence"]
        elif row["code"] == 699:
            totals[row["body_id"]] = row["amount_pence"]
    # Half a thousand a cell is rounding; more is the return's own fault, told and kept.
    for body_id, total in sorted(totals.items()):
        gap = parts.get(body_id, 0) - total
        if abs(gap) > 50_000 * (len(services) + 1):
            warnings.append(
                f"{registers.name(body_id)}: the services of its return differ from its own "
                f"total by £{gap / 100:,.2f}"
            )
    missing = {
        body_id: "its return shows no service expenditure"
        for body_id, total in totals.items()
        if total == 0 and parts.get(body_id, 0) == 0
    }
    return [row for row in outturn if row["body_id"] not in missing], missing


def _spend_bodies(engine: Engine, spend: Table, year: str) -> set[str]:
    first, last = year_bounds(year)
    there = spend.filter(spend.period_end.between(first, last)).select("body_id").distinct()
    return set(engine.to_arrow(there)["body_id"].to_pylist())


def _inside_regional(body_id: str, regional: Rows, registers: Registers) -> bool:
    """Whether the regional analysis holds this body's spending already, under another name."""
    body = registers.bodies.get(body_id)
    if body is None or not regional:
        return False
    if body.tier == "local":
        return any(
            line["role"] == "headline" and line["control"] == "local" and line["cap_rev"] == "cur"
            for line in regional
        )
    holders = {
        scope["cra_body_id"]
        for scope in load("cra_scope").to_pylist()
        if scope["kind"] == body.kind
    }
    return any(line["body_id"] in holders for line in regional)


def _spend_sides(
    engine: Engine, lines: Table, published: frozenset[tuple[str, str]]
) -> set[tuple[str, str]]:
    if not published:
        return set()
    there = lines.filter(
        lines.dataset == "spend", lines.year_offset == 0, lines.role == "headline"
    ).select("body_id", "cap_rev")
    return {
        (row["body_id"], row["cap_rev"]) for row in engine.to_arrow(there.distinct()).to_pylist()
    }


def _bases(own: Rows, year: str) -> dict[tuple[str, str], str]:
    """What each body's return is net of: the most net basis of its spending lines."""
    bases: dict[tuple[str, str], str] = {}
    first, last = year_bounds(year)
    for row in own:
        if row["side"] == "out" and row["period_start"] <= last and row["period_end"] >= first:
            key = row["body_id"], row["cap_rev"]
            told = bases.get(key, "gross"), row["basis"] or "gross"
            bases[key] = max(told, key=_BASIS_ORDER.index)
    return bases


def _counted(
    bases: Mapping[tuple[str, str], str],
    by_return: set[tuple[str, str]],
    by_outturn: set[tuple[str, str]],
    by_spend: set[tuple[str, str]],
    regional: Rows,
) -> tuple[Counted, ...]:
    counted = [Counted(*key, "return", bases.get(key, "gross"), "returned") for key in by_return]
    counted += [Counted(*key, "ro", "net_income", "returned") for key in by_outturn]
    counted += [Counted(*key, "spend", "gross", "published") for key in by_spend]
    known = by_return | by_outturn | by_spend
    by_region = {
        (line["body_id"], line["cap_rev"]) for line in regional if line["role"] == "headline"
    }
    counted += [Counted(*key, "cra", "net_all", "estimated") for key in by_region - known]
    return tuple(sorted(counted, key=lambda body: (body.body_id, body.cap_rev)))


def _silent(
    counted: Iterable[Counted],
    missing: Mapping[str, str],
    regional: Rows,
    registers: Registers,
    year: str,
) -> dict[str, str]:
    """Local bodies of which nothing is loaded, nor held in the regional analysis."""
    if any(
        line["control"] == "local" and line["role"] == "headline"
        for line in regional
        if line["cap_rev"] == "cur"
    ):
        return {}
    known = {body.body_id for body in counted}
    _, last = year_bounds(year)
    return {
        body_id: "nothing of its money is loaded"
        for body_id, body in registers.bodies.bodies.items()
        if body.tier == "local"
        and body_id in registers.bodies.serves
        and body_id in registers.body_zone
        and body_id not in known
        and body_id not in missing
        and body.is_alive(last)
    }


_DETAIL = {
    "return": "its own return",
    "ro": "revenue outturn",
    "spend": "its published payments",
    "cra": "regional analysis, shared by a key",
}


def _coverage(
    counted: Iterable[Counted], missing: Mapping[str, str], registers: Registers, year: str
) -> tuple[Coverage, ...]:
    rows = [
        Coverage(
            body_id=body.body_id,
            name=registers.name(body.body_id),
            tier=registers.tier(body.body_id) or "",
            year=year,
            cap_rev=body.cap_rev,
            basis=body.basis,
            status=body.status,
            detail=_DETAIL[body.dataset],
        )
        for body in counted
    ]
    rows += [
        Coverage(
            body_id=body_id,
            name=registers.name(body_id),
            tier=registers.tier(body_id) or "",
            year=year,
            cap_rev="cur",
            basis="",
            status="missing",
            detail=why,
        )
        for body_id, why in missing.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.body_id, row.cap_rev)))


def _no_year(engine: Engine, data: Mapping[str, Table], year: str) -> RequestError:
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
    return RequestError(
        Problem(
            code="no_such_year",
            what="the place holds nothing of that year",
            where=f"--year {year}",
            why=f"its files are of {', '.join(sorted(years))}"
            if years
            else "it holds no files yet",
            fix="choose one of those years, or add files of this one"
            if years
            else "add files with `totalplace add`",
        )
    )
