"""Registers of the fictional place: bodies, areas, streams, keys and rules, as CSV files.

Each has exactly the header of the table it adds to, so that the place is counted by the same
registers, rules and labels as a real one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from totalplace.model import TABLES
from totalplace.synth._regional import REGIONS, segments
from totalplace.synth._sheets import Record, TextFile
from totalplace.synth._spending import LENDER, STAFF
from totalplace.synth._world import World, rows_of

__all__ = ["KEY_PEOPLE", "register_files"]

KEY_PEOPLE = "T"
KEY_NEED = "U"
_SOURCE = "Invented for the fictional place Marlbrook; no real area, body or person"
_RULES = (
    # unit, expense, payee, nature, reason
    ("*", "PAYE*", "ALBERMARCH REVENUE*", "payroll", "tax and insurance paid over for staff"),
    ("*", "PAYE*", "REVENUE AND DUTIES*", "payroll", "tax and insurance paid over for staff"),
    ("*", "VAT recovered*", "*", "own", "VAT recovered: a refund of the body's own spending"),
    ("*", "*pension contributions*", "*", "payroll", "pension contributions paid over for staff"),
    ("*", "*", f"{STAFF}*", "payroll", "net pay of staff"),
    ("Purchase card lines", "*", "*", "recharge", "settled by the payment to the card bank"),
    ("*", "Loan principal*", f"{LENDER}*", "financing", "debt repaid"),
    ("*", "Settlement of card purchases", "*", "purchase", "card purchases, counted once, here"),
)
_RULE_PRIORITY = 60
_YEARS = {"people": 2017, "households": 2017}
_INDICATOR_YEARS = ("2015-16", "2016-17", "2017-18")
_PEOPLE_PER_HOUSEHOLD = 2.37

Row = Mapping[str, object]


def register_files(
    world: World, fees: Mapping[str, str], *, dropped_aliases: Iterable[str] = ()
) -> list[TextFile]:
    """All register files, in the order in which they must be added.

    Args:
        fees: body_id -> name of the stream of its own income.
        dropped_aliases: aliases that nobody has registered.
    """
    tables: dict[str, list[Row]] = {
        "area": _areas(world),
        "area_member": _members(world),
        "body": _bodies(world),
        "body_alias": _aliases(world, frozenset(dropped_aliases)),
        "body_area": [
            {"body_id": body.body_id, "area": area, "role": "serves"}
            for body in world.bodies.values()
            for area in body.serves
        ],
        "stream": _streams(world, fees),
        "key": _keys(),
        "key_value": _key_values(world),
        "denominator": _denominators(world),
        "cra_region": _regions(world),
        "cra_body": _regional_bodies(world),
        "spend_rule": _rules(world),
        "indicator": _indicators(),
    }
    return [_file(table, rows) for table, rows in tables.items()]


def _file(table: str, rows: list[Row]) -> TextFile:
    header = list(TABLES[table].fields)
    records = [Record([_text(table, name, row) for name in header]) for row in rows]
    return TextFile(
        path=f"registers/{table}.csv", header=header, records=records, format_id="register"
    )


def _text(table: str, name: str, row: Row) -> str:
    value = _SOURCE if name == "source" else row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower() if TABLES[table].fields[name].kind == "flag" else str(int(value))
    return str(value)


def _areas(world: World) -> list[Row]:
    return [
        {"code": area.code, "name": area.name, "level": area.level, "parent": area.parent or None}
        for area in world.areas.values()
    ]


def _members(world: World) -> list[Row]:
    return [
        {"area": area.code, "lad": lad, "fit": "exact"}
        for area in world.areas.values()
        for lad in area.lads
    ]


def _bodies(world: World) -> list[Row]:
    return [
        {
            "body_id": body.body_id,
            "name": body.name,
            "tier": body.tier,
            "kind": body.kind,
            "org_ids": body.org_ids,
            "valid_from": body.valid_from,
            "valid_to": body.valid_to,
            "successor_id": body.successor_id,
        }
        for body in world.bodies.values()
    ]


def _aliases(world: World, dropped: frozenset[str]) -> list[Row]:
    return [
        {"alias": alias, "body_id": body.body_id}
        for body in world.bodies.values()
        for alias in body.aliases
        if alias not in dropped
    ]


def _streams(world: World, fees: Mapping[str, str]) -> list[Row]:
    found: dict[str, Row] = {}
    for flow in world.flows:
        found[flow.stream_id] = {
            "stream_id": flow.stream_id,
            "name": flow.name,
            "funder_id": flow.payer,
            "kind": flow.kind,
            "ringfence": flow.ringfence,
            "condition": f"{flow.kind} of the fictional place",
        }
    for body_id, name in fees.items():
        found[f"{body_id}-own-income"] = {
            "stream_id": f"{body_id}-own-income",
            "name": name,
            "kind": "fee",
            "ringfence": "none",
            "condition": "charged to the people who use it, or given",
        }
    return list(found.values())


def _keys() -> list[Row]:
    return [
        {"key_id": key, "measure": measure, "unit": "persons", "year": 2017, "is_complete": True}
        for key, measure in ((KEY_PEOPLE, "people"), (KEY_NEED, "people weighted by need"))
    ]


def _key_values(world: World) -> list[Row]:
    return [
        {"key_id": key, "area": lad, "value": value}
        for key, values in ((KEY_PEOPLE, world.people), (KEY_NEED, world.need))
        for lad, value in values.items()
    ]


def _denominators(world: World) -> list[Row]:
    return [
        {
            "area": lad,
            "kind": kind,
            "year": year,
            "value": people if kind == "people" else round(people / _PEOPLE_PER_HOUSEHOLD),
        }
        for lad, people in world.people.items()
        for kind, year in _YEARS.items()
    ]


def _regions(world: World) -> list[Row]:
    return [
        {
            "edition": "2018",
            "kind": "region",
            "label": f"ALBERMARCH_{world.areas[code].name}",
            "region_code": code,
        }
        for code in REGIONS
    ]


def _regional_bodies(world: World) -> list[Row]:
    found: dict[str, Row] = {}
    for row in segments(world):
        is_local = row["control"] == "local"
        found[row["organisation"]] = {
            "edition": "2018",
            "department": row["department"],
            "organisation": row["organisation"],
            "body_id": row["body_id"],
            "tier": row["tier"],
            "control": row["control"],
            "is_local": is_local,
            "is_hra": "housing-revenue" in row["body_id"],
            "reason": "local government of Albermarch" if is_local else "the body itself",
        }
    return list(found.values())


def _indicators() -> list[Row]:
    """What became of the themes, year by year."""
    return [
        {name: text for name, text in row.items() if name not in _INDICATOR_YEARS}
        | {"year": year, "value": row[year]}
        for row in rows_of("indicators")
        for year in _INDICATOR_YEARS
    ]


def _rules(world: World) -> list[Row]:
    rules: list[Row] = [
        {
            "body_id": "*",
            "unit_pattern": unit,
            "expense_pattern": expense,
            "payee_pattern": payee,
            "nature": nature,
            "cap_rev": "cur",
            "reason": reason,
            "priority": _RULE_PRIORITY,
        }
        for unit, expense, payee, nature, reason in _RULES
    ]
    councils = [body for body in world.councils() if body.style]
    services = [row for row in rows_of("services") if row["kind"] == "council"]
    rules += [
        {
            "body_id": body.body_id,
            "unit_pattern": row["unit"],
            "expense_pattern": row["expense"],
            "payee_pattern": "*",
            "nature": "purchase",
            "ro_code": row["ro_code"],
            "cap_rev": "cur",
            "reason": f"{row['unit']} of the council",
            "priority": _RULE_PRIORITY,
        }
        for body in councils
        for row in services
    ]
    return rules
