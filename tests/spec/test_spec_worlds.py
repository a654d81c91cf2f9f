"""Random worlds: every engine is the reference, and the invariants of a count hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import reference
from hypothesis import Phase, given
from hypothesis import strategies as st
from random_worlds import worlds
from spec_tables import figure, specs
from worlds import World, by_engine, by_reference, same

from counted import tried
from totalplace.count._perimeter import Perimeter
from totalplace.engine import Engine, duckdb_engine
from totalplace.money import split

WORLDS, WORLDS_ON_SPARK = 400, 120
"""Random worlds that each property is tried on."""

WORLDS_AT_ONCE = 20
"""Worlds that an engine counts in one run: its property tries so many fewer batches."""

FIGURES = ("gross", "eliminated", "net", "funder view", "received", "listed", "financing")


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Engine]:
    one = duckdb_engine(threads=1)
    yield one
    one.close()


BATCHES = given(
    batch=st.lists(worlds(), min_size=WORLDS_AT_ONCE, max_size=WORLDS_AT_ONCE),
    by_area=st.booleans(),
)


@pytest.mark.slow
@tried(WORLDS // WORLDS_AT_ONCE, phases=[Phase.reuse, Phase.generate])
@BATCHES
def test_duckdb_is_the_reference(duckdb: Engine, batch: list[World], by_area: bool) -> None:
    """Every measure and dimension, every payment's rule, every match.

    The engine takes the lines in random order, the reference sorts them, so this is also what shows
    that the order of lines changes nothing. A batch is not shrunk: that takes minutes.
    """
    _is_the_reference(duckdb, batch, by_area=by_area)


@pytest.mark.long
@tried(WORLDS_ON_SPARK // WORLDS_AT_ONCE, phases=[Phase.reuse, Phase.generate])
@BATCHES
def test_spark_is_the_reference(
    spark: Callable[[], Engine], batch: list[World], by_area: bool
) -> None:
    """The same of fewer worlds: a batch takes Spark a quarter of a minute."""
    engine = spark()
    _is_the_reference(engine, batch, by_area=by_area)
    engine.close()


def _is_the_reference(engine: Engine, batch: list[World], *, by_area: bool) -> None:
    for world, result in zip(batch, by_engine(engine, batch, by_area=by_area), strict=True):
        same(result, by_reference(world, by_area=by_area))


@pytest.mark.slow
def test_a_world_is_the_same_alone_and_among_others(engine: Engine) -> None:
    """Identifiers of other worlds do not reach into one."""
    spec = next(spec for spec in specs() if spec.name == "edge-police")
    world = spec.world(spec.places[0])
    (alone,) = by_engine(engine, [world])
    same(alone, by_engine(engine, [world, world])[1])


@tried(WORLDS)
@given(world=worlds(nested=True))
def test_districts_sum_to_the_place(world: World) -> None:
    """Between areas that nest, a place is the sum of its authorities, in every figure.

    What one district's council pays another's is money from outside to the district alone, and
    inside the region: such payments are left out.
    """
    world = _nested_payments(world)
    whole = by_reference(world)
    parts = [by_reference(_cut(world, frozenset([area]))) for area in world.perimeter.place]
    for name in FIGURES:
        assert sum(figure(part, name) for part in parts) == figure(whole, name), name


@tried(WORLDS)
@given(world=worlds())
def test_areas_sum_to_the_place(world: World) -> None:
    """The same count by authority: no penny more or less, and none without an authority."""
    whole, by_area = by_reference(world), by_reference(world, by_area=True)
    for name in FIGURES:
        parts = [figure(by_area, name, area=area) for area in world.perimeter.place]
        assert sum(parts) == figure(whole, name) == figure(by_area, name), name


@tried(WORLDS)
@given(world=worlds())
def test_the_nation_holds_every_penny(world: World) -> None:
    """Counted for the whole nation, gross is what the headline lines say, less own recharges."""
    everywhere = _cut(world, world.perimeter.zones["nation"])
    spent = sum(
        row["amount_pence"]
        for row in world.rows
        if row["side"] == "out"
        and row["role"] == "headline"
        and row["year_offset"] == 0
        and row["zone"]
        and row["nature"] in {"own", "purchase", "transfer", "benefit", "payroll"}
        and not (
            row["counterparty_id"] == row["body_id"]
            and row["nature"] in {"purchase", "transfer", "benefit"}
        )
    )
    result = by_reference(everywhere)
    assert figure(result, "gross") == spent
    eliminated = sum(row["amount_pence"] for row in result.payments if row["rule"] == "eliminate")
    assert figure(result, "eliminated") == eliminated


@tried(WORLDS)
@given(world=worlds())
def test_names_of_bodies_change_nothing(world: World) -> None:
    """Another naming, in another alphabetical order, gives the same count under other names."""
    names = sorted({row["body_id"] for row in world.rows} | set(world.perimeter.body_zone))
    other = dict(zip(names, [f"z{len(names) - i:02d}" for i in range(len(names))], strict=True))
    back = {new: old for old, new in other.items()}
    renamed = World(
        rows=tuple(_renamed(row, other) for row in world.rows),
        counted=tuple(
            type(body)(
                other.get(body.body_id, body.body_id),
                body.cap_rev,
                body.dataset,
                body.basis,
                body.status,
            )
            for body in world.counted
        ),
        perimeter=Perimeter(
            place=world.perimeter.place,
            zones=world.perimeter.zones,
            weights=world.perimeter.weights,
            body_zone={other[body]: zone for body, zone in world.perimeter.body_zone.items()},
        ),
        decided=tuple(
            (_renamed_key(key, other), _renamed_key(value, other)) for key, value in world.decided
        ),
    )
    got = by_reference(renamed)
    cube = {
        tuple(back.get(value, value) if isinstance(value, str) else value for value in key): values
        for key, values in got.cube.items()
    }
    assert cube == by_reference(world).cube


@tried(WORLDS)
@given(world=worlds())
def test_eliminated_is_never_more_than_gross_by_inference(world: World) -> None:
    """An inferred payment fits into what its payer's count holds beyond its named payments."""
    result = by_reference(_cut(world, world.perimeter.zones["nation"]))
    inferred = [row for row in result.payments if row["derivation"] == "inferred"]
    for body, cap_rev in {(row["body_id"], row["cap_rev"]) for row in inferred}:
        own = [
            row
            for row in world.rows
            if (row["body_id"], row["cap_rev"]) == (body, cap_rev)
            and row["side"] == "out"
            and row["role"] == "headline"
            and row["year_offset"] == 0
            and row["nature"] in {"own", "purchase", "transfer", "benefit", "payroll"}
        ]
        named = [
            row
            for row in result.payments
            if (row["body_id"], row["cap_rev"]) == (body, cap_rev)
            and row["derivation"] != "inferred"
            and row["rule"] != "in_outturn"
        ]
        room = sum(r["amount_pence"] for r in own) - sum(r["amount_pence"] for r in named)
        assert (
            0
            < sum(
                r["amount_pence"]
                for r in inferred
                if r["body_id"] == body and r["cap_rev"] == cap_rev
            )
            <= room
        )


@tried(WORLDS)
@given(
    amount=st.integers(-(10**14), 10**14),
    weights=st.dictionaries(
        st.text("abcdef", min_size=1, max_size=3), st.integers(0, 10**7)
    ).filter(lambda found: sum(found.values()) > 0),
)
def test_no_penny_is_lost_in_splitting(amount: int, weights: dict[str, int]) -> None:
    parts = split(amount, weights)
    total = sum(weights.values())
    assert sum(parts.values()) == amount
    for code, part in parts.items():
        assert abs(part * total - amount * weights[code]) < total


def test_the_reference_is_for_small_worlds_only() -> None:
    spec = specs()[0]
    world = spec.world(spec.places[0])
    many = [{**world.rows[0], "row_no": number} for number in range(reference.MAX_ROWS + 1)]
    assert by_reference(World(tuple(many[:-1]), world.counted, world.perimeter)).cube
    with pytest.raises(ValueError, match="at most 1000 lines"):
        reference.net(many, world.counted, world.perimeter)


def _nested_payments(world: World) -> World:
    zones, body_zone = world.perimeter.zones, world.perimeter.body_zone

    def is_nested(row: reference.Row) -> bool:
        one, other = zones[row["zone"]], zones[body_zone.get(row["counterparty_id"], "")]
        return one <= other or other <= one

    rows = tuple(row for row in world.rows if is_nested(row))
    return World(rows, world.counted, world.perimeter)


def _cut(world: World, place: frozenset[str]) -> World:
    perimeter = Perimeter(
        place=place,
        zones=world.perimeter.zones,
        weights=world.perimeter.weights,
        body_zone=world.perimeter.body_zone,
    )
    return World(world.rows, world.counted, perimeter)


def _renamed_key(text: str, names: dict[str, str]) -> str:
    """A transfer as a decision names it; a word stays as it is."""
    if "|" not in text:
        return text
    payer, payee, stream = text.split(" | ")
    return " | ".join([names.get(payer, payer), names.get(payee, payee), stream])


def _renamed(row: reference.Row, names: dict[str, str]) -> reference.Row:
    return {
        name: names.get(value, value) if name in {"body_id", "counterparty_id"} else value
        for name, value in row.items()
    }
