"""Random cases as TOML, for properties and for the slow reference."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

BODIES = ("council", "trust", "ministry", "charity")
TIERS = {"council": "local", "trust": "local", "ministry": "national", "charity": "society"}
YEARS = ("2009-10", "2015-16", "2024-25")


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else repr(value)


def text(case: dict[str, Any]) -> str:
    lines = [f"{name} = {toml(case[name])}" for name in ("case", "correlation", "body")]
    for kind in ("activity", "outcome"):
        for row in case[kind]:
            lines.append(f"\n[[{kind}]]")
            lines += [f"{name} = {toml(one)}" for name, one in row.items()]
    return "\n".join(lines) + "\n"


@st.composite
def shares(draw: Any, bodies: tuple[str, ...]) -> dict[str, float]:
    some = draw(st.lists(st.sampled_from(bodies), min_size=1, max_size=3, unique=True))
    cuts = draw(st.lists(st.integers(1, 8), min_size=len(some), max_size=len(some)))
    parts = [round(one / sum(cuts), 3) for one in cuts]
    parts[-1] = round(1 - sum(parts[:-1]), 3)
    return dict(zip(some, parts, strict=True))


@st.composite
def numbers(draw: Any, low: float, high: float, **keys: Any) -> dict[str, Any]:
    """A number with or without a range between two ends."""
    places = sorted(draw(st.lists(st.integers(0, 1000), min_size=3, max_size=3, unique=True)))
    ends = [round(low + (high - low) * one / 1000, 6) for one in places]
    if not ends[0] < ends[1] < ends[2]:
        return {"value": ends[1], **keys}
    shape = draw(st.sampled_from(("fixed", "pert", "triangular", "uniform")))
    if shape == "fixed":
        return {"value": ends[1], **keys}
    found = {"low": ends[0], "high": ends[2], "dist": shape, **keys}
    return {**found, "value": ends[1]} if shape == "uniform" else {**found, "mode": ends[1]}


@st.composite
def grades(draw: Any) -> dict[str, Any]:
    worst = draw(st.integers(1, 6))
    return {"data": worst, "effect": draw(st.integers(1, worst)), "age": 1}


@st.composite
def chains(draw: Any, horizon: int, name: str) -> dict[str, Any]:
    row: dict[str, Any] = {"id": name, "source": "invented"}
    is_flow = draw(st.booleans())
    row["cohort"] = draw(numbers(10.0, 5000.0, unit="people/year" if is_flow else "people"))
    first = draw(st.integers(0, horizon // 2))
    if is_flow:
        row["intake"] = [first, draw(st.integers(first, horizon))]
    row["takeup"] = draw(numbers(0.0, 1.0))
    row["baseline"] = draw(
        st.one_of(
            numbers(0.01, 0.9, unit="per person per year"),
            st.just({"value": 0, "unit": "per person per year"}),
        )
    )
    row["effect"] = draw(numbers(-0.1, 0.5)) | {"as": draw(st.sampled_from(("relative", "points")))}
    for off in ("deadweight", "displacement", "leakage"):
        if draw(st.booleans()):
            row[off] = draw(numbers(0.0, 0.9))
    row["lag"] = draw(st.integers(0, horizon - (first if is_flow else 0)))
    timing = draw(st.sampled_from(("dropoff", "persistence", "none")))
    if timing == "dropoff":
        row["dropoff"] = draw(numbers(0.0, 0.9))
    elif timing == "persistence":
        row["persistence"] = draw(st.lists(st.sampled_from((0.2, 0.5, 1.0)), min_size=1))
    if draw(st.booleans()):
        row["lasts"] = draw(st.integers(1, 12))
    row["unit_cost"] = draw(
        numbers(10.0, 90000.0, unit="GBP per case", price_year=draw(st.sampled_from(YEARS)))
    )
    return row


@st.composite
def money(draw: Any, horizon: int, key: str) -> dict[str, Any]:
    first = draw(st.integers(0, horizon))
    last = draw(st.integers(first, horizon))
    unit = draw(st.sampled_from(("GBP m/year", "GBP k", "GBP")))
    row: dict[str, Any] = {
        key: draw(numbers(0.0, 900.0, unit=unit, price_year=draw(st.sampled_from(YEARS)))),
        "years": [first, last],
    }
    profile = draw(st.sampled_from(("flat", "ramp", "list")))
    if profile == "list":
        count = last - first + 1
        row["profile"] = [1 / count] * count
    else:
        row["profile"] = profile
    return row


@st.composite
def cases(draw: Any) -> dict[str, Any]:
    """A whole case that reads without a problem."""
    horizon = draw(st.sampled_from((1, 3, 9, 33)))
    about = {
        "id": "random",
        "title": "Random",
        "edition": "greenbook-2026",
        "price_base": "2024-25",
        "base_year": 2024,
        "horizon": horizon,
        "seed": draw(st.integers(0, 9)),
        "schedule": draw(st.sampled_from(("standard", "health", "low"))),
    }
    options = st.sampled_from(
        (
            ["preferred"],
            ["preferred", "do-minimum"],
            ["business-as-usual"],
            ["preferred", "business-as-usual"],
            ["preferred"],
        )
    )
    activities = []
    for at in range(draw(st.integers(1, 3))):
        row = {"id": f"a{at}", "source": "invented", **draw(money(horizon, "cost"))}
        row |= {"payer": draw(shares(BODIES)), "grade": draw(grades()), "options": draw(options)}
        activities.append(row)
    outcomes = []
    for at in range(draw(st.integers(1, 4))):
        if draw(st.booleans()):
            row = {"id": f"o{at}", "source": "invented", **draw(money(horizon, "benefit"))}
        else:
            row = draw(chains(horizon, f"o{at}"))
        row["class"] = draw(st.sampled_from(("fiscal", "fiscal", "transfer", "economic", "social")))
        is_money = row["class"] in ("fiscal", "transfer")
        row["split"] = draw(shares(BODIES[:3] if is_money else (*BODIES, "society")))
        row |= {"grade": draw(grades()), "options": draw(options)}
        if not is_money and draw(st.booleans()):
            row["weight"] = draw(numbers(0.0, 3.0))
        if is_money and draw(st.booleans()):
            held: dict[str, Any] = {"share": draw(numbers(0.0, 1.0))}
            held["release_lag"] = draw(st.integers(0, 3))
            if "cohort" in row and draw(st.booleans()):
                held["block"] = draw(st.sampled_from((1, 8, 12.5)))
            row["cashable"] = held
        outcomes.append(row)
    _combine(draw, outcomes)
    for row in outcomes:
        _within(row)
    body = {name: {"tier": tier} for name, tier in TIERS.items()}
    correlation = {"effects": draw(st.sampled_from((0.0, 0.3, 0.6))), "unit_costs": 0.3}
    return {
        "case": about,
        "correlation": correlation,
        "body": body,
        "activity": activities,
        "outcome": outcomes,
    }


def _combine(draw: Any, outcomes: list[dict[str, Any]]) -> None:
    """Some chains change one event of one cohort, or two of the same people."""
    some = [row for row in outcomes if "cohort" in row]
    if len(some) < 2 or not draw(st.booleans()):
        return
    first = some[0]
    intake = first.get("intake")
    is_one_event = draw(st.sampled_from((True, True, False)))
    for row in some[:2]:
        if is_one_event:
            row["event"] = "shared"
            row["baseline"] = first["baseline"]
        row["cohort"] = {**first["cohort"], "id": "same people"}
        row["lag"] = 0
        row["options"] = first["options"]
        row.pop("intake", None)
        if intake is not None:
            row["intake"] = intake


def _within(row: dict[str, Any]) -> None:
    """No effect in points takes off more than there is, as stated; in draws it may."""
    if "cohort" not in row:
        return
    effect, baseline, takeup = (
        one.get("value", one.get("mode")) for one in (row["effect"], row["baseline"], row["takeup"])
    )
    if effect * takeup > baseline:
        row["effect"]["as"] = "relative"
