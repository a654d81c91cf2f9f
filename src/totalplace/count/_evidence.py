"""Everything that one year's count adds up: every dataset's lines, each amount once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from totalplace.classify import SpendRules, classified, function_weights, payment_kinds
from totalplace.count._aggregates import cra_lines, ro_lines
from totalplace.count._bulk import CardAccount, card_banks, card_warnings, with_cards
from totalplace.count._coverage import Coverage, coverage_rows, silent
from totalplace.count._editions import is_series, one_edition, untold
from totalplace.count._grants import GrantFunder, grant_funders, organisations, recognition
from totalplace.count._once import (
    Side,
    held_by_councils,
    inside_regional,
    itemise_returns,
    supersede_wider,
)
from totalplace.count._overlap import overlapping_payments
from totalplace.count._payees import NO_BODY, Payees, decided_payees, read_payees
from totalplace.count._payments import payment_lines
from totalplace.count._perimeter import Counted
from totalplace.count._read import (
    by_class,
    latest,
    no_year,
    of_edition,
    small,
)
from totalplace.count._registers import Registers, table
from totalplace.count._returns import return_lines
from totalplace.count._schema import LINE, line_table
from totalplace.count._spend import CLASS_COLUMNS
from totalplace.count._years import year_bounds, year_start
from totalplace.engine import Engine, stack
from totalplace.engine._engine import Table
from totalplace.model import PayeeMatch
from totalplace.money import format_gbp
from totalplace.place import Decision, Folder, State

__all__ = ["NO_BODY", "Coverage", "Evidence", "gather"]

Rows = list[dict[str, Any]]
_NO_REGION, _OUTSIDE = "ZZ_NONID", "ZZ_OUTSIDE"
_DATASETS = ("spend", "card", "grant", "cra", "ro", "return")
_PAYMENTS = ("spend", "card")
_BASIS_ORDER = ("gross", "net_income", "net_grant")


@dataclass(frozen=True)
class Evidence:
    """Everything a count of one year adds up, before the place is cut out.

    Attributes:
        lines: canonical lines, some of them sums of payments alike.
        counted: whose spending is in the headline, and from which source.
        coverage: every body, the missing ones too.
        payees: (payer, payee text) -> how it was resolved.
        unplaceable_pence: of no region (grade X), national, not apportioned.
        outside_pence: spent outside the United Kingdom, national.
        warnings: what a reader should know, such as a return whose own arithmetic is out.
        year_datasets: the datasets that hold this year.
        cards: the purchase cards of each body, and the bulk payments to its card banks.
        grants: what each funder awarded in the year by the grants files: beside, never lines.
    """

    lines: Table
    counted: tuple[Counted, ...]
    coverage: tuple[Coverage, ...]
    payees: Payees
    unplaceable_pence: int
    outside_pence: int
    warnings: tuple[str, ...]
    year_datasets: tuple[str, ...]
    cards: tuple[CardAccount, ...] = ()
    grants: tuple[GrantFunder, ...] = ()


def gather(
    engine: Engine,
    folder: Folder,
    state: State,
    registers: Registers,
    *,
    year: str,
    decisions: Sequence[Decision] = (),
    split: Collection[str] | None = None,
    is_checked: bool = True,
    report: Callable[[str], None] = lambda _: None,
) -> Evidence:
    """Read a place's lines of a year and its neighbours, and settle who supplies what.

    Args:
        split: zones whose lines a key divides. Payments elsewhere to nobody known then enter as
            sums, with the same totals; None keeps every line apart.
        is_checked: look for files that hold the same payments, to warn of them.

    Raises:
        RequestError: the place holds nothing of that year; the message says which years it has.
    """
    year_start(year)
    data = {
        name: engine.read_parquet(paths)
        for name in _DATASETS
        if (paths := folder.lines_paths(name, state))
    }
    place = registers.areas.expand(folder.areas)
    weights = function_weights(table(folder, state, "crosswalk").to_pylist())
    ro_codes = of_edition(table(folder, state, "ro_line"), year)
    outturn, regional, own = small(engine, data, year)
    kinds = payment_kinds(engine, folder, state)
    paying = _spend_bodies(engine, kinds, year)
    regional, warnings = one_edition(regional, year=year, place=place, registers=registers)
    outturn, regional = _believed(outturn, regional, state, warnings)
    report("payees")
    reporting = {row["body_id"] for row in (*outturn, *own)} | paying
    others = {(row["body_id"], row["counterparty_text"]) for row in own if row["counterparty_text"]}
    payees = read_payees(
        engine,
        folder,
        state,
        kinds,
        others=others,
        register=registers.bodies,
        decided=decided_payees(decisions),
    ).changed(_succession(registers, year, reporting))
    if "grant" in data:
        payees = payees.changed(recognition(organisations(engine, data["grant"])))
    returned = return_lines(
        own,
        year=year,
        payees={pair: payees[pair].body_id for pair in others},
        streams={d.object_id.casefold(): d.value for d in decisions if d.what == "stream"},
        registers=registers,
    )
    outturn, missing = _reporting(outturn, ro_codes, registers, place, warnings)
    warnings += untold(outturn, ro_codes, place=place, registers=registers)
    from_outturn = ro_lines(
        outturn,
        codes=ro_codes,
        grants={
            str(row["code"]): row for row in of_edition(table(folder, state, "ro_grant"), year)
        },
        functions=weights,
        registers=registers,
    )
    returning = {
        (line["body_id"], line["cap_rev"])
        for line in returned
        if line["year_offset"] == 0 and line["side"] == "out"
    }
    regional_lines = cra_lines(
        regional,
        bodies=table(folder, state, "cra_body").to_pylist(),
        functions=weights,
        local_only=table(folder, state, "local_only").to_pylist(),
        held=held_by_councils(returning, place, registers, has_outturn=bool(from_outturn)),
        is_control=is_series(regional) and bool(from_outturn or returning or paying),
    )
    placeable = _placeable(returning, regional_lines, registers, warnings)
    supersede_wider(placeable, from_outturn, regional_lines)
    holders = _holders(table(folder, state, "cra_scope").to_pylist())
    by_return = {
        side for side in placeable if not inside_regional(side, regional_lines, registers, holders)
    }
    itemise_returns(returned, returning - by_return)
    by_outturn = {
        (line["body_id"], line["cap_rev"]) for line in from_outturn if line["role"] == "headline"
    }
    report("lines")
    tables = [engine.memory(line_table(returned + from_outturn + regional_lines))]
    published: frozenset[Side] = frozenset()
    if "spend" in data:
        warnings += (
            overlapping_payments(engine, data["spend"], state, registers) if is_checked else []
        )
        # A revenue outturn is a whole account of the body: its payments itemise, capital too.
        wider = {body_id for body_id, _ in by_outturn}
        published = _sides_of_payments(
            paying - wider, by_return, regional_lines, registers, holders
        )
    cards: tuple[CardAccount, ...] = ()
    if kinds is not None:
        bank_rows = table(folder, state, "card_bank").to_pylist()
        banks = card_banks(payees, bank_rows) if "card" in data else []
        paid = payment_lines(
            engine,
            {name: data[name] for name in _PAYMENTS if name in data},
            kinds,
            year=year,
            payees=payees,
            rules=SpendRules(table(folder, state, "spend_rule").to_pylist()),
            codes=by_class(ro_codes),
            functions=weights,
            headline=published,
            registers=registers,
            classes=classified(engine, folder, state, decisions, columns=CLASS_COLUMNS),
            banks=banks,
            split=split,
        )
        paid, cards = with_cards(engine, paid, banks)
        warnings += card_warnings(cards, registers)
        tables += paid.values()
    every = stack([one.select(*LINE.names) for one in tables])
    lines = engine.view(every) if split is None else engine.keep(every)
    spent = _spend_sides(engine, lines, published)
    counted = _counted(_bases(own, year), by_return, by_outturn, spent, regional_lines)
    if not counted and not regional_lines:
        raise no_year(engine, data, year)
    return Evidence(
        lines=lines,
        counted=counted,
        coverage=_coverage(counted, missing, regional_lines, registers, year),
        payees=payees,
        unplaceable_pence=sum(
            row["amount_pence"]
            for row in regional
            if row["region_code"] != _OUTSIDE
            and (row["region_code"] == _NO_REGION or not row["is_identifiable"])
        ),
        outside_pence=sum(
            row["amount_pence"] for row in regional if row["region_code"] == _OUTSIDE
        ),
        warnings=tuple(warnings),
        year_datasets=tuple(
            name
            for name, there in (
                ("return", returned),
                ("ro", from_outturn),
                ("spend", paying),
                ("cra", regional_lines),
            )
            if there
        ),
        cards=cards,
        grants=grant_funders(engine, data["grant"], year) if "grant" in data else (),
    )


def _coverage(
    counted: Sequence[Counted],
    missing: Mapping[str, str],
    regional: Rows,
    registers: Registers,
    year: str,
) -> tuple[Coverage, ...]:
    """Every body's row: those counted, and those that are missing from every source."""
    known = {body.body_id for body in counted}
    absent = {body_id: why for body_id, why in missing.items() if body_id not in known}
    absent |= silent(counted, absent, regional, registers, year)
    return coverage_rows(counted, absent, registers, year)


def _believed(
    outturn: Rows, regional: Rows, state: State, warnings: list[str]
) -> tuple[Rows, Rows]:
    """One file's rows about each body's outturn and each region; what is left aside is told."""
    outturn, old_outturn = latest(
        outturn, lambda row: (row["form"], row["ecode"], row["body_id"]), state
    )
    regional, old_regional = latest(regional, lambda row: row["region_code"], state)
    warnings += [
        f"{name}: a file received later says the same of this year and counts instead; take the"
        " old one's place with --supersedes"
        for name in (*old_outturn, *old_regional)
    ]
    unknown = sorted(
        {
            f"{row['ecode'] or ''} {row['body_text'] or ''}".strip() or "without a code"
            for row in outturn
            if row["body_id"] is None
        }
    )
    if unknown:
        warnings.append(
            f"{len(unknown)} authorities of the outturn are in no register and are left out: "
            + ", ".join(unknown[:5])
        )
    return outturn, regional


def _placeable(
    returning: Iterable[Side], regional: Rows, registers: Registers, warnings: list[str]
) -> set[Side]:
    """The returns of bodies with an area, or that nothing else holds; the others are told."""
    in_region = {(line["body_id"], line["cap_rev"]) for line in regional}
    found: set[Side] = set()
    nowhere: set[str] = set()
    for side in returning:
        if side[0] not in registers.body_zone:
            nowhere.add(registers.name(side[0]))
        if side[0] in registers.body_zone or side not in in_region:
            found.add(side)
    warnings += [
        f"{name}: its return cannot be placed, as the register of bodies gives it no area"
        for name in sorted(nowhere)
    ]
    return found


def _sides_of_payments(
    paying: Iterable[str],
    by_return: Collection[Side],
    regional: Rows,
    registers: Registers,
    holders: Mapping[str, frozenset[str]],
) -> frozenset[Side]:
    """The bodies, capital and revenue apart, of which nothing but their payments tells."""
    in_region = {
        (line["body_id"], line["cap_rev"]) for line in regional if line["role"] == "headline"
    }
    return frozenset(
        side
        for body_id in paying
        for side in ((body_id, "cap"), (body_id, "cur"))
        if side not in in_region
        and side not in by_return
        and not inside_regional(side, regional, registers, holders)
    )


def _holders(scopes: Rows) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for scope in scopes:
        found.setdefault(scope["kind"], set()).add(scope["cra_body_id"])
    return {kind: frozenset(names) for kind, names in found.items()}


def _succession(
    registers: Registers, year: str, reporting: Collection[str]
) -> Callable[[PayeeMatch], PayeeMatch]:
    """How payees that had ended are read: as the bodies that took over.

    A body that ended within the year keeps its name if it reports anything itself.
    """
    first, last = year_bounds(year)

    def now(body_id: str) -> str:
        seen = {body_id}
        while (body := registers.bodies.get(body_id)) is not None:
            ended = body.valid_to is not None and (
                body.valid_to <= first or (body.valid_to <= last and body_id not in reporting)
            )
            if not ended or body.successor_id is None or body.successor_id in seen:
                break
            body_id = body.successor_id
            seen.add(body_id)
        return body_id

    def succeeded(match: PayeeMatch) -> PayeeMatch:
        if match.body_id is None or (heir := now(match.body_id)) == match.body_id:
            return match
        reason = f"{match.reason}; {registers.name(heir)} took over"
        return replace(match, body_id=heir, reason=reason)

    return succeeded


def _reporting(
    outturn: Rows,
    codes: Rows,
    registers: Registers,
    place: frozenset[str],
    warnings: list[str],
) -> tuple[Rows, dict[str, str]]:
    """The outturn without bodies that report no service expenditure: those are missing.

    Of bodies that touch the place, a return whose services differ from its own total is told.
    """
    services = {row["code"] for row in codes if row["role"] == "service"}
    of_services = {row["code"] for row in codes if row["total_of"] == "service_expenditure"}
    totals: dict[str, int] = {}
    parts: dict[str, int] = {}
    for row in outturn:
        if row["form"] != "RS" or not row["body_id"]:
            continue
        parts.setdefault(row["body_id"], 0)
        if row["code"] in services:
            parts[row["body_id"]] += row["amount_pence"]
        elif row["code"] in of_services:
            totals[row["body_id"]] = row["amount_pence"]
    # Half a thousand a cell is rounding; more is the return's own fault, told and kept.
    for body_id, total in sorted(totals.items()):
        gap = parts[body_id] - total
        here = registers.zones.get(registers.body_zone.get(body_id, ""), frozenset()) & place
        if here and abs(gap) > 50_000 * (len(services) + 1):
            warnings.append(
                f"{registers.name(body_id)}: the services of its return differ from its own "
                f"total by {format_gbp(gap)}"
            )
    missing = {
        body_id: "its return shows no service expenditure"
        for body_id, part in parts.items()
        if part == 0 and totals.get(body_id, 0) == 0
    }
    return [row for row in outturn if row["body_id"] not in missing], missing


def _spend_bodies(engine: Engine, kinds: Table | None, year: str) -> set[str]:
    if kinds is None:
        return set()
    here = kinds.filter(kinds.dataset == "spend", kinds.year_start == year_start(year))
    return set(engine.to_arrow(here.select("body_id").distinct())["body_id"].to_pylist())


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
        if row["phase"] == "budget" or row["side"] != "out":
            continue
        if row["period_start"] <= last and row["period_end"] >= first:
            key = row["body_id"], row["cap_rev"]
            told = bases.get(key, "gross"), row["basis"] or "gross"
            bases[key] = max(told, key=_BASIS_ORDER.index)
    return bases


def _counted(
    bases: Mapping[tuple[str, str], str],
    by_return: set[Side],
    by_outturn: set[Side],
    by_spend: set[Side],
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
