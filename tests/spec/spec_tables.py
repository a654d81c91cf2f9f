"""Spec tables: worlds written down as Markdown, with what a count of them must give and why.

Each file of ``tables/`` tells one case: who there is, what the published lines say, and the
expected figures with their arithmetic written out. The arithmetic is worked out when a table is
read, so a figure and its explanation cannot part. Amounts are pounds with two decimals.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from reference import Result, Row, total
from worlds import World

from totalplace.count._perimeter import Counted, Perimeter
from totalplace.count._years import align, financial_year, year_start
from totalplace.money import parse_pence

TABLES = Path(__file__).parent / "tables"
YEAR = "2017-18"

_COLUMNS = {
    "Areas": {"area", "people", "parts"},
    "Bodies": {"body", "area", "counted", "reports", "source", "note"},
    "Lines": {
        "line",
        "body",
        "side",
        "nature",
        "amount",
        "low",
        "high",
        "counterparty",
        "stream",
        "kind",
        "year",
        "period",
        "role",
        "cap_rev",
        "source",
        "reference",
        "funder",
        "note",
    },
    "Decisions": {"transfer", "decided"},
    "Expected": {"figure", "place", "body", "funder", "cap_rev", "area", "£", "arithmetic"},
    "Whose money": {"body", "£ spent", "source", "£", "arithmetic"},
    "Matches": {"level", "payer", "payee", "paid", "received", "note"},
    "If a rule is broken": {"rule broken", "figure", "place", "£", "arithmetic"},
}
_REQUIRED = {"gross", "eliminated", "net", "funder view", "residual"}
_BASIS = {
    "gross": "gross",
    "net of income": "net_income",
    "net of grants": "net_grant",
    "net of all": "net_all",
}
_COUNTED = {
    "yes": ("cur", "cap"),
    "current": ("cur",),
    "capital": ("cap",),
    "no": (),
}
_SIDES = {"pays": "out", "receives": "in"}


@dataclass(frozen=True)
class Expected:
    """One expected figure: what it is, of what, and in which place."""

    figure: str
    place: frozenset[str]
    pence: int
    body: str | None = None
    funder: str | None = None
    cap_rev: str | None = None
    area: str | None = None
    rule_broken: str | None = None


@dataclass(frozen=True)
class Spec:
    """One case."""

    name: str
    title: str
    zones: dict[str, frozenset[str]]
    weights: dict[str, int]
    body_zone: dict[str, str]
    counted: tuple[Counted, ...]
    rows: tuple[Row, ...]
    decided: tuple[tuple[str, str], ...]
    expected: tuple[Expected, ...]
    broken: tuple[Expected, ...]
    matches: tuple[tuple[str, str, str, int, int], ...] | None
    whose: tuple[tuple[str, int, str, int], ...]

    @property
    def places(self) -> list[frozenset[str]]:
        """The places for which figures are expected, in the order of the table."""
        return list(dict.fromkeys(row.place for row in self.expected))

    def world(self, place: frozenset[str]) -> World:
        """The lines, with one place cut out."""
        perimeter = Perimeter(
            place=place, zones=self.zones, weights=self.weights, body_zone=self.body_zone
        )
        return World.of(self.rows, self.counted, perimeter, self.decided)


def specs() -> list[Spec]:
    """Every table, by name."""
    return [read(path) for path in sorted(TABLES.glob("*.md"))]


def read(path: Path) -> Spec:
    """Read one table.

    Raises:
        ValueError: what is wrong, and where.
    """
    try:
        return _spec(path.stem, path.read_text(encoding="utf-8"))
    except (ValueError, KeyError, SyntaxError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def figure(result: Result, name: str, **wanted: Any) -> int:
    """One figure of a result, in pence."""
    if name == "net":
        return figure(result, "gross", **wanted) - figure(result, "eliminated", **wanted)
    if name == "funder view":
        return total(result, "funding", **wanted)
    if name == "residual":
        return figure(result, "net", **wanted) - figure(result, "funder view", **wanted)
    if name == "in transit":
        return figure(result, "eliminated", **wanted) - figure(result, "received", **wanted)
    return total(result, name, **wanted)


def _spec(name: str, text: str) -> Spec:
    title, sections = _sections(text)
    zones, weights = _areas(sections.get("Areas", [{"area": "place", "people": "1"}]))
    bodies = sections["Bodies"]
    dataset = {row["body"]: row.get("source") or "return" for row in bodies}
    body_zone = {row["body"]: zone for row in bodies if (zone := row.get("area", "place"))}
    if set(body_zone.values()) - set(zones):
        raise ValueError(f"no such area: {sorted(set(body_zone.values()) - set(zones))}")
    expected = [_expected(row, zones) for row in sections["Expected"]]
    spec = Spec(
        name=name,
        title=title,
        zones=zones,
        weights=weights,
        body_zone=body_zone,
        counted=tuple(
            Counted(
                body_id=row["body"],
                cap_rev=cap_rev,
                dataset=dataset[row["body"]],
                basis=_BASIS[row.get("reports") or "gross"],
                status="returned",
            )
            for row in bodies
            for cap_rev in _COUNTED[row.get("counted") or "yes"]
        ),
        rows=tuple(
            line
            for number, row in enumerate(sections["Lines"], start=1)
            for line in _lines(name, number, row, dataset, body_zone)
        ),
        decided=tuple(
            (_written(row["transfer"]), _written(row["decided"]))
            for row in sections.get("Decisions", [])
        ),
        expected=tuple(expected),
        broken=tuple(_expected(row, zones) for row in sections.get("If a rule is broken", [])),
        matches=tuple(
            (row["level"], row["payer"], row["payee"], _pence(row["paid"]), _pence(row["received"]))
            for row in sections["Matches"]
        )
        if "Matches" in sections
        else None,
        whose=tuple(_whose(row) for row in sections.get("Whose money", [])),
    )
    for place in spec.places:
        given = {row.figure for row in expected if row.place == place and row.body is None}
        if _REQUIRED - given:
            raise ValueError(f"expected figures missing: {sorted(_REQUIRED - given)}")
    return spec


def _sections(text: str) -> tuple[str, dict[str, list[Row]]]:
    title, section, header = "", "", []
    sections: dict[str, list[Row]] = {}
    for line in text.splitlines():
        if line.startswith("# "):
            title = line[2:].strip()
        elif line.startswith("## "):
            section, header = line[3:].strip(), []
            if section not in _COLUMNS:
                raise ValueError(f"no such section: {section}")
            sections[section] = []
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not header:
                header = cells
                unknown = set(header) - _COLUMNS[section]
                if unknown:
                    raise ValueError(f"{section}: no such columns: {sorted(unknown)}")
            elif not re.fullmatch(r"[-: ]+", "".join(cells)):
                sections[section].append(dict(zip(header, cells, strict=True)))
    return title, sections


def _written(key: str) -> str:
    """A key of a transfer as it is decided: a cell of a table cannot hold its bars."""
    return key.replace(" / ", " | ")


def _areas(rows: list[Row]) -> tuple[dict[str, frozenset[str]], dict[str, int]]:
    zones: dict[str, frozenset[str]] = {}
    weights: dict[str, int] = {}
    for row in rows:
        parts = [part.strip() for part in (row.get("parts") or "").split(",") if part.strip()]
        zones[row["area"]] = frozenset(parts or [row["area"]])
        if not parts:
            weights[row["area"]] = int(row["people"])
    for areas in zones.values():
        if areas - set(weights):
            raise ValueError(f"areas without people: {sorted(areas - set(weights))}")
    return zones, weights


def _lines(
    name: str, number: int, row: Row, dataset: dict[str, str], body_zone: dict[str, str]
) -> Iterator[Row]:
    other = row.get("counterparty") or None
    if row["body"] not in dataset or other not in {*dataset, "several", None}:
        raise ValueError(f"line {number}: no such body: {row['body']} or {other}")
    side = _SIDES[row["side"]]
    nature = row.get("nature") or ("own" if side == "out" else "transfer")
    role = "funding" if side == "in" else "financing" if nature == "financing" else "headline"
    amount = _pence(row["amount"])
    line = {
        "source_id": name,
        "row_no": number,
        "body_id": row["body"],
        "zone": body_zone.get(row["body"], ""),
        "side": side,
        "nature": nature,
        "role": row.get("role") or role,
        "counterparty_id": "*" if other == "several" else other,
        "stream_id": row.get("stream") or None,
        "stream_kind": row.get("kind") or None,
        "cap_rev": row.get("cap_rev") or "cur",
        "dataset": row.get("source") or dataset[row["body"]],
        "funder": row.get("funder") or None,
        "reference_id": row.get("reference") or None,
        "amount_pence": amount,
    }
    if row.get("low"):
        line |= {"low_pence": _pence(row["low"]), "high_pence": _pence(row["high"])}
    if row.get("period"):
        start, end = (date.fromisoformat(day.strip()) for day in row["period"].split(" to "))
    else:
        start = date(year_start(row.get("year") or YEAR), 4, 1)
        end = date(start.year + 1, 3, 31)
    if financial_year(start) == financial_year(end):
        yield {**line, "year_offset": year_start(financial_year(start)) - year_start(YEAR)}
        return
    for piece, (year, part) in enumerate(sorted(align(amount, start, end).items())):
        offset = year_start(year) - year_start(YEAR)
        if abs(offset) <= 1:
            yield {**line, "piece": piece, "amount_pence": part, "year_offset": offset}


def _expected(row: Row, zones: dict[str, frozenset[str]]) -> Expected:
    pence = _pence(row["£"])
    if Fraction(pence, 100) != arithmetic(row["arithmetic"]):
        raise ValueError(f"{row['figure']}: {row['£']} is not {row['arithmetic']}")
    names = [part.strip() for part in (row.get("place") or "place").split(",")]
    return Expected(
        figure=row["figure"],
        place=frozenset().union(*(zones[name] for name in names)),
        pence=pence,
        body=row.get("body") or None,
        funder=row.get("funder") or None,
        cap_rev=row.get("cap_rev") or None,
        area=row.get("area") or None,
        rule_broken=row.get("rule broken"),
    )


def _whose(row: Row) -> tuple[str, int, str, int]:
    pence = _pence(row["£"])
    if round(arithmetic(row["arithmetic"]) * 100) != pence:
        raise ValueError(f"{row['source']}: {row['£']} is not {row['arithmetic']} to the penny")
    return row["body"], _pence(row["£ spent"]), row["source"], pence


def _pence(text: str) -> int:
    pence = parse_pence(text)
    if pence is None or not re.fullmatch(r"-?\d+\.\d\d", text):
        raise ValueError(f"no amount in pounds with two decimals: {text!r}")
    return pence


def arithmetic(text: str) -> Fraction:
    """What ``(90 + 10) × 1/2 - 0.05`` comes to, exactly."""
    return _value(ast.parse(text.replace("×", "*"), mode="eval").body, text)


def _value(node: ast.expr, text: str) -> Fraction:
    if isinstance(node, ast.Constant):
        return Fraction(ast.get_source_segment(text.replace("×", "*"), node) or "")
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, text)
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, text), _value(node.right, text)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Div):
            return left / right
    raise ValueError(f"no arithmetic: {text}")
