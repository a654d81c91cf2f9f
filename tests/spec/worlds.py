"""Small worlds, and how to run many of them through one engine at once.

Writing the expressions out as SQL takes a second or two whatever the number of lines, so worlds are
given identifiers of their own and counted together; that they then do not touch one another is
tested too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import reference
from reference import LINE_KEY, Decided, Match, Result, Row

from totalplace.count import _net
from totalplace.count._perimeter import Counted, Perimeter
from totalplace.count._schema import line_table
from totalplace.engine import Engine
from totalplace.place import Decision

_NAMES = ("body_id", "counterparty_id", "source_id", "zone", "gross_zone", "elimination_zone")


@dataclass(frozen=True)
class World:
    """Lines, whose of them count, the place, and what people decided: object and value of each."""

    rows: tuple[Row, ...]
    counted: tuple[Counted, ...]
    perimeter: Perimeter
    decided: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def of(
        rows: Iterable[Row],
        counted: Iterable[Counted],
        perimeter: Perimeter,
        decided: Iterable[tuple[str, str]] = (),
    ) -> World:
        """Complete the rows with the defaults of a canonical line."""
        full = tuple(line_table(list(rows)).to_pylist())
        return World(full, tuple(counted), perimeter, tuple(decided))


def by_reference(world: World, *, by_area: bool = False) -> Result:
    """The world counted in plain Python."""
    return reference.net(
        world.rows,
        world.counted,
        world.perimeter,
        by_area=by_area,
        decided=[_decided(key, value, world.decided) for key, value in world.decided],
    )


def _decided(key: str, value: str, everything: Sequence[tuple[str, str]]) -> Decided:
    own = _three(key)
    if value == "purchase":
        of_receipts = [said for about, said in everything if about == key and said != "purchase"]
        is_unpaid = of_receipts[-1:] == ["not_paid"]
        return Decided("decided_purchase", {own}, set() if is_unpaid else {own})
    if value == "not_paid":
        return Decided("decided_not_paid", set(), {own})
    both = {own} if value == "same" else {own, _three(value)}
    return Decided("decided", both, both)


def _three(key: str) -> tuple[str, str, str]:
    payer, payee, stream = key.split(" | ")
    return payer, payee, stream


def by_engine(engine: Engine, worlds: Sequence[World], *, by_area: bool = False) -> list[Result]:
    """The worlds counted together by the expressions."""
    tags = [f"{number:04d}/" for number in range(len(worlds))]
    rows = [
        _tagged(tag, row) for tag, world in zip(tags, worlds, strict=True) for row in world.rows
    ]
    counted = [
        Counted(tag + body.body_id, body.cap_rev, body.dataset, body.basis, body.status)
        for tag, world in zip(tags, worlds, strict=True)
        for body in world.counted
    ]
    told = [
        (tag, key, value)
        for tag, world in zip(tags, worlds, strict=True)
        for key, value in world.decided
    ]
    netted = _net.net(
        engine,
        engine.memory(line_table(rows)),
        counted,
        _together(tags, [world.perimeter for world in worlds]),
        by_area=by_area,
        decisions=[
            Decision(
                n=n,
                object_id=_tagged_key(tag, key),
                what="match",
                value=_tagged_key(tag, value),
                who="a person",
                when="2026-11-21",
                why="a test",
            )
            for n, (tag, key, value) in enumerate(told, start=1)
        ],
    )
    cubes: dict[str, dict[tuple[Any, ...], tuple[int, int, int, int]]] = defaultdict(dict)
    for cell in netted.cube.to_pylist():
        key = {name: cell[name] for name in _net.CUBE_DIMENSIONS}
        tag, plain = _untagged(key)
        if plain["area"] is not None:
            plain["area"] = plain["area"].removeprefix(tag)
        values = tuple(cell[name] for name in ("pence", "low_pence", "high_pence", "lines"))
        cubes[tag][tuple(plain.values())] = values
    payments: dict[str, list[Row]] = defaultdict(list)
    for row in engine.to_arrow(netted.payments).to_pylist():
        tag, plain = _untagged(row)
        del plain["kind"]
        payments[tag].append(plain)
    matches = _matches(engine, netted)
    return [Result(cubes[tag], payments[tag], matches[tag]) for tag in tags]


def _matches(engine: Engine, netted: _net.Netted) -> dict[str, list[Match]]:
    members: dict[int, set[tuple[str, tuple[Any, ...]]]] = defaultdict(set)
    for row in engine.to_arrow(netted.matches.match_line).to_pylist():
        _, plain = _untagged(row)
        members[row["match_id"]].add((row["side"], tuple(plain[name] for name in LINE_KEY)))
    found: dict[str, list[Match]] = defaultdict(list)
    for row in engine.to_arrow(netted.matches.match).to_pylist():
        tag = row["payee_id"][:5]
        found[tag].append(
            Match(
                level=row["level"],
                payer_id=row["payer_id"].removeprefix(tag),
                payee_id=row["payee_id"].removeprefix(tag),
                stream_id=row["stream_id"],
                paid_pence=row["paid_pence"],
                received_pence=row["received_pence"],
                lines=frozenset(members[row["match_id"]]),
            )
        )
        sides = [side for side, _ in members[row["match_id"]]]
        assert (row["paid_lines"], row["received_lines"]) == (
            sides.count("paid"),
            sides.count("received"),
        )
    return found


def _tagged(tag: str, row: Row) -> Row:
    return {
        name: tag + value if name in _NAMES and value not in {None, "*"} else value
        for name, value in row.items()
    }


def _tagged_key(tag: str, text: str) -> str:
    """The key of a transfer under the names of one world; a word stays as it is."""
    if "|" not in text:
        return text
    payer, payee, stream = text.split(" | ")
    return " | ".join([payer if payer == "*" else tag + payer, tag + payee, stream])


def _untagged(row: Row) -> tuple[str, Row]:
    tag = (row.get("body_id") or row["source_id"])[:5]
    return tag, {
        name: value.removeprefix(tag) if name in _NAMES and value is not None else value
        for name, value in row.items()
    }


def _together(tags: Sequence[str], perimeters: Sequence[Perimeter]) -> Perimeter:
    pairs = list(zip(tags, perimeters, strict=True))
    return Perimeter(
        place=frozenset(tag + area for tag, one in pairs for area in one.place),
        zones={
            tag + zone: frozenset(tag + area for area in areas)
            for tag, one in pairs
            for zone, areas in one.zones.items()
        },
        weights={tag + area: value for tag, one in pairs for area, value in one.weights.items()},
        body_zone={
            tag + body: tag + zone for tag, one in pairs for body, zone in one.body_zone.items()
        },
    )


def same(one: Result, other: Result) -> None:
    """Assert that two engines gave the same, to the penny and the line."""
    assert one.cube == other.cube
    assert sorted(map(_plain, one.payments)) == sorted(map(_plain, other.payments))
    assert sorted(map(_plain_match, one.matches)) == sorted(map(_plain_match, other.matches))


def _plain(row: Row) -> list[tuple[str, str]]:
    return sorted((name, repr(value)) for name, value in row.items())


def _plain_match(item: Match) -> tuple[Any, ...]:
    return (
        item.level,
        item.payer_id,
        item.payee_id,
        item.stream_id or "",
        item.paid_pence,
        item.received_pence,
        sorted(map(repr, item.lines)),
    )
