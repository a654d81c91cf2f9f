"""Random small worlds for Hypothesis: bodies in nested areas, who pay, receive and forget."""

from __future__ import annotations

from hypothesis import strategies as st
from reference import Row
from worlds import World

from totalplace.count._perimeter import Counted, Perimeter

_AMOUNTS = (100_000, 250_001, 5_000, 5_060, 99, 1, -5_000, -100_000)
_NATURES = ("transfer",) * 4 + ("purchase", "benefit", "agency", "payroll")
_OWN_NATURES = ("own",) * 6 + ("financing", "recharge", "noncash", "payroll")
_KINDS = (None, "grant", "grant", "contract", "fee", "pooled", "levy", "precept", "benefit")
_BASES = ("gross",) * 4 + ("net_income", "net_grant")
_DATASETS = ("return",) * 4 + ("ro", "ro", "spend", "cra", None)
_OWN_ROLES = ("headline",) * 6 + ("control", "apart", "total", "financing")
_SHAPES = (
    "both",
    "both",
    "payee",
    "payee",
    "short",
    "near",
    "late",
    "before",
    "instalments",
    "payer",
    "payee",
    "payee",
    "other name",
    "no name",
    "several",
    "reference",
)


@st.composite
def perimeters(draw: st.DrawFn, *, nested: bool = False) -> Perimeter:
    """One to five authorities in one or two regions of a nation, and a place among them."""
    count = draw(st.integers(1, 5))
    areas = [f"d{number}" for number in range(count)]
    cut = draw(st.integers(1, count))
    zones = {area: frozenset([area]) for area in areas}
    zones |= {"north": frozenset(areas[:cut]), "nation": frozenset(areas), "": frozenset()}
    if cut < count:
        zones["south"] = frozenset(areas[cut:])
        if not nested:
            zones["borderland"] = frozenset(areas[cut - 1 : cut + 1])
    heads = {areas[0], areas[min(cut, count - 1)]}
    weights = {area: draw(st.integers(1 if area in heads else 0, 9)) for area in areas}
    place = draw(st.sets(st.sampled_from(areas), min_size=1))
    bodies = [f"b{number}" for number in range(draw(st.integers(2, 6)))]
    where = ["nation", "d0", *sorted(zones, reverse=True), "north", None]
    homes = {body: draw(st.sampled_from(where)) for body in bodies}
    return Perimeter(
        place=frozenset(place),
        zones=zones,
        weights=weights,
        body_zone={body: zone for body, zone in homes.items() if zone is not None},
    )


@st.composite
def worlds(draw: st.DrawFn, *, nested: bool = False) -> World:
    """A perimeter, which bodies count and on what basis, and their lines."""
    perimeter = draw(perimeters(nested=nested))
    bodies = sorted({*perimeter.body_zone, "b0", "b1"})
    counted = []
    for body in bodies:
        for cap_rev in ("cur", "cap"):
            dataset = draw(
                st.sampled_from(["return", "return", "return", "ro", "spend", "cra", None])
            )
            if dataset is not None:
                basis = "net_all" if dataset == "cra" else draw(st.sampled_from(_BASES))
                counted.append(Counted(body, cap_rev, dataset, basis, "returned"))
    # A line may stand at another zone than its body's, as the regional analysis' cells do.
    elsewhere = [None] if nested else [None, None, None, None, *sorted(perimeter.zones)]
    rows = [row for body in bodies for row in _own(draw, body)]
    for _ in range(draw(st.integers(3, 7))):
        rows += _flow(draw, bodies)
    numbers = draw(st.permutations(range(len(rows))))
    for number, row in zip(numbers, rows, strict=True):
        zone = draw(st.sampled_from(elsewhere))
        row |= {
            "source_id": "one" if number % 3 else "two",
            "row_no": number,
            "zone": perimeter.body_zone.get(row["body_id"], "") if zone is None else zone,
            "low_pence": row["amount_pence"] - (50 if number % 5 == 0 else 0),
            "high_pence": row["amount_pence"] + (50 if number % 5 == 0 else 0),
        }
    decided = [_decision(draw, rows) for _ in range(draw(st.sampled_from([0, 0, 1, 2, 3])))]
    return World.of(rows, counted, perimeter, [one for one in decided if one])


def _decision(draw: st.DrawFn, rows: list[Row]) -> tuple[str, str] | None:
    """What a person says of one of the transfers, or of one that is not there."""
    keys = sorted(
        {
            (*pair, stream)
            for row in rows
            if row.get("counterparty_id") not in {None, row["body_id"]}
            for pair in [
                (row["body_id"], row["counterparty_id"])
                if row["side"] == "out"
                else (row["counterparty_id"], row["body_id"])
            ]
            if pair[1] != "*"
            for stream in (row.get("stream_id") or "*", "*", "s3")
        }
    )
    if not keys:
        return None
    key = draw(st.sampled_from(keys))
    others = [other for other in keys if other[1] == key[1]]
    value = draw(st.sampled_from(["same", "same", "purchase", "not_paid", "another"]))
    if value == "another":
        value = " | ".join(draw(st.sampled_from(others)))
    return " | ".join(key), value


def _own(draw: st.DrawFn, body: str) -> list[Row]:
    """What a body spends itself, and what it gets from nobody in particular."""
    spent = {
        "body_id": body,
        "side": "out",
        "nature": draw(st.sampled_from(_OWN_NATURES)),
        "role": draw(
            st.sampled_from(["headline"] * 5 + ["control", "apart", "total", "financing"])
        ),
        "amount_pence": draw(st.sampled_from(_AMOUNTS)),
        "function": draw(st.sampled_from([None, "09"])),
    }
    funded = {
        "body_id": body,
        "side": "in",
        "nature": "transfer",
        "role": "funding",
        "amount_pence": draw(st.sampled_from(_AMOUNTS)),
        "funder": "taxpayers",
    }
    return [spent, funded] if draw(st.booleans()) else [spent]


def _flow(draw: st.DrawFn, bodies: list[str]) -> list[Row]:
    """One payment as both sides tell it: alike, differently, in parts, late or not at all."""
    payer = draw(st.sampled_from(bodies))
    others = [body for body in bodies if body != payer]
    payee = draw(st.sampled_from([*others * 3, payer, "stranger"]))
    shape = draw(st.sampled_from(_SHAPES))
    amount = draw(st.sampled_from(_AMOUNTS))
    stream = draw(st.sampled_from(["s1", "s2", None]))
    both = {
        "stream_id": stream,
        "stream_kind": draw(st.sampled_from(_KINDS)),
        "cap_rev": draw(st.sampled_from(["cur", "cur", "cur", "cap"])),
        "amount_pence": amount,
    }
    paid = both | {
        "body_id": payer,
        "counterparty_id": payee,
        "side": "out",
        "nature": draw(st.sampled_from(_NATURES)),
        "role": draw(st.sampled_from(["headline", "headline", "headline", "itemised"])),
        "label": "grant",
    }
    received = both | {
        "body_id": payee,
        "counterparty_id": payer,
        "side": "in",
        "nature": "transfer",
        "role": "funding",
    }
    if shape == "short":
        received |= {"amount_pence": amount - amount // 4}
    elif shape == "near":
        received |= {"amount_pence": amount + 60}
    elif shape == "late":
        paid |= {"year_offset": -1}
    elif shape == "before":
        paid |= {"year_offset": -1, "amount_pence": amount + 1}
        received |= {"year_offset": -1}
    elif shape == "other name":
        received |= {"stream_id": "s3"}
    elif shape == "no name":
        received |= {"stream_id": None, "amount_pence": amount - amount // 3}
    elif shape == "several":
        received |= {"counterparty_id": "*"}
    elif shape == "reference":
        paid |= {"reference_id": "r1"}
        received |= {"reference_id": "r1", "amount_pence": amount + 7}
    if shape == "payer":
        return [paid]
    if shape == "payee":
        return [received]
    if shape == "instalments":
        half = amount // 2
        return [paid | {"amount_pence": half}, paid | {"amount_pence": amount - half}, received]
    return [paid, received]
