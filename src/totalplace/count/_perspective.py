"""The perimeter of a place under one key, and which keys can serve it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from totalplace.count._perimeter import Perimeter
from totalplace.count._registers import Key, Registers
from totalplace.count._years import year_start
from totalplace.errors import Problem, RequestError
from totalplace.money import split

__all__ = ["choose_key", "keys_for_range", "perimeter_of"]

RANGE_YEARS = 3


def choose_key(registers: Registers, place: frozenset[str], year: str, key_id: str | None) -> Key:
    """The key asked for, or the complete people key nearest to the year.

    Raises:
        RequestError: no such key, or it does not cover the place.
    """
    if key_id is not None:
        key = registers.keys.get(key_id)
        if key is None:
            raise RequestError(
                Problem(
                    code="unknown_key",
                    what="there is no such apportionment key",
                    where=f"--key {key_id}",
                    why=f"the keys are {_list(registers.keys)}",
                    fix="choose one of them, or add a key register to the place",
                )
            )
        missing = sorted(place - set(covered(key, registers)))
        if missing:
            names = ", ".join(registers.areas.name(code) for code in missing[:5])
            raise RequestError(
                Problem(
                    code="key_does_not_cover",
                    what="the key does not cover the place",
                    where=f"--key {key_id}",
                    why=f"it has no value for {names}"
                    + (" and others" if len(missing) > 5 else ""),
                    fix=f"choose a key that does, such as {_list(_complete(registers, place))}",
                )
            )
        return key
    complete = _complete(registers, place)
    if not complete:
        raise RequestError(
            Problem(
                code="no_key",
                what="no apportionment key covers the place",
                where=", ".join(sorted(place)[:5]),
                why="no complete key has a value for every authority",
                fix="add a key register (key.csv and key_value.csv) that covers them",
            )
        )
    start = year_start(year)
    return min(
        complete.values(),
        key=lambda key: (key.measure != "people", abs(key.year - start), key.key_id),
    )


def _complete(registers: Registers, place: frozenset[str]) -> dict[str, Key]:
    return {
        key_id: key
        for key_id, key in registers.keys.items()
        if key.is_complete and place <= set(key.values)
    }


def _list(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names)) or "none"


def covered(key: Key, registers: Registers) -> dict[str, str]:
    """Authority -> the key's own cell that holds it (a cell may be an area of several)."""
    return {lad: code for code in key.values for lad in _cell(registers, code)}


def _cell(registers: Registers, code: str) -> frozenset[str]:
    return registers.zones.get(code, frozenset({code}))


def keys_for_range(
    registers: Registers, place: frozenset[str], year: str, chosen: Key
) -> Sequence[Key]:
    """The chosen key, then every other that covers the place within three years of the money."""
    start = year_start(year)
    near = [
        key
        for key_id, key in sorted(registers.keys.items())
        if key_id != chosen.key_id
        and abs(key.year - start) <= RANGE_YEARS
        and _serves(key, registers, place)
    ]
    return [chosen, *near]


def _serves(key: Key, registers: Registers, place: frozenset[str]) -> bool:
    if key.is_complete:
        return place <= set(key.values)
    return _cells_fit(key, registers, place)


def _cells_fit(key: Key, registers: Registers, place: frozenset[str]) -> bool:
    """Whether the place is a union of the key's cells."""
    cells = covered(key, registers)
    return place <= set(cells) and all(
        _cell(registers, code) <= place for code in {cells[lad] for lad in place}
    )


def perimeter_of(registers: Registers, place: frozenset[str], key: Key) -> Perimeter:
    """The perimeter of a place, with a key's weights by authority.

    A key with cells wider than an authority is spread inside each cell by a complete people key,
    which changes nothing for places made of whole cells. Authorities that a key does not know
    (those outside a regional key, for money of the whole country) weigh what they do in the
    people key, on the scale of the key where both are known.

    Raises:
        RequestError: the place cuts a cell of the key, or the key gives nothing to a zone that
            the place shares.
    """
    if not (key.is_complete or _cells_fit(key, registers, place)):
        raise RequestError(
            Problem(
                code="key_cell_cut",
                what="the place is no union of the key's cells",
                where=f"--key {key.key_id}",
                why=f"the key has {len(key.values)} cells: {_list(key.values)}",
                fix="count a place made of whole cells, or choose another key",
            )
        )
    base = _people(registers, frozenset(covered(key, registers)))
    weights = dict(key.values) if key.is_complete else _spread(registers, key, base)
    perimeter = Perimeter(
        place=place,
        zones={
            zone: _whole(zone, lads, registers, place) for zone, lads in registers.zones.items()
        },
        weights=_beyond(weights, base) | weights,
        body_zone=registers.body_zone,
    )
    _refuse_nothing(perimeter, key)
    return perimeter


def _whole(
    zone: str, lads: frozenset[str], registers: Registers, place: frozenset[str]
) -> frozenset[str]:
    """A zone's authorities; none for one that cuts several and is not all inside the place.

    A former district inside one authority lies there whole. A national park touches many, and no
    key tells how much of it each holds.
    """
    is_cut = zone in registers.areas.partial and len(lads) > 1
    return frozenset() if is_cut and not lads <= place else lads


def _people(registers: Registers, lads: frozenset[str]) -> Mapping[str, int]:
    """The values of the complete people key that knows most of these authorities."""
    people = [key for key in registers.keys.values() if key.is_complete and key.measure == "people"]
    best = min(people, key=lambda key: (-len(lads & set(key.values)), key.key_id), default=None)
    return {} if best is None else best.values


def _spread(registers: Registers, key: Key, base: Mapping[str, int]) -> dict[str, int]:
    """The key by authority: each cell's value over its authorities by the people key."""
    cells: dict[str, dict[str, int]] = {}
    for lad, code in covered(key, registers).items():
        cells.setdefault(code, {})[lad] = base.get(lad, 0)
    return {
        lad: part
        for code, weights in cells.items()
        if any(weights.values())
        for lad, part in split(key.values[code], weights).items()
    }


def _beyond(weights: Mapping[str, int], base: Mapping[str, int]) -> dict[str, int]:
    """Weights of the authorities that only the people key knows, on the scale of the key."""
    both = set(weights) & set(base)
    ours, theirs = sum(weights[lad] for lad in both), sum(base[lad] for lad in both)
    if not theirs:
        return {}
    return {lad: value * ours // theirs for lad, value in base.items() if lad not in weights}


def _refuse_nothing(perimeter: Perimeter, key: Key) -> None:
    """Money of a zone in which nobody weighs anything could not be shared at all."""
    empty = sorted(
        zone
        for zone, lads in perimeter.zones.items()
        if len(lads) > 1
        and perimeter.status(zone) != "none"
        and not any(map(perimeter.weights.get, lads))
    )
    if empty:
        raise RequestError(
            Problem(
                code="key_is_zero",
                what="the key gives nothing to an area that the place lies in",
                where=f"key {key.key_id}",
                why=f"its values are all zero in {', '.join(empty[:5])}",
                fix="choose another key with --key, or correct the key's register",
            )
        )
