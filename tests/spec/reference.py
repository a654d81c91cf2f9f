"""The count in plain Python: slow, obvious, and the third engine.

Written from the rules, not from the expressions: the same figures must come out of both, to the
penny. It takes at most :data:`MAX_ROWS` lines.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from totalplace.count._net import BESIDE_ROLES, CUBE_DIMENSIONS
from totalplace.count._perimeter import Counted, Perimeter
from totalplace.money import split

MAX_ROWS = 1_000

Row = dict[str, Any]
Bodies = dict[tuple[str, str], Counted]

SPENT = {"own", "purchase", "transfer", "benefit", "payroll"}
REACHES_ANOTHER = {"transfer", "purchase", "benefit"}
PASSED_ON = {"agency", "payroll"}
BESIDE = {"financing", *BESIDE_ROLES}
NAMES_ITS_PAYMENTS = {"return", "ro", "spend"}
LINE_KEY = ("source_id", "member", "row_no", "column_no", "piece")


@dataclass(frozen=True)
class Match:
    """One match: its level, the pair, what each side says, and the lines behind it."""

    level: str
    payer_id: str
    payee_id: str
    stream_id: str | None
    paid_pence: int
    received_pence: int
    lines: frozenset[tuple[str, tuple[Any, ...]]]


@dataclass(frozen=True)
class Decided:
    """What a person says: the level of the match, and which payments and receipts it is about.

    Each key is payer, payee and stream, ``*`` for any stream.
    """

    level: str
    paid: set[tuple[str, str, str]]
    received: set[tuple[str, str, str]]


@dataclass(frozen=True)
class Result:
    """What a count gives.

    Attributes:
        cube: the values of CUBE_DIMENSIONS -> pence, low_pence, high_pence, lines.
        payments: payments to known bodies with rule, gross_zone and elimination_zone.
        matches: who was matched with whom.
    """

    cube: dict[tuple[Any, ...], tuple[int, int, int, int]]
    payments: list[Row]
    matches: list[Match]


def net(
    rows: Iterable[Row],
    counted: Iterable[Counted],
    perimeter: Perimeter,
    *,
    by_area: bool = False,
    decided: Sequence[Decided] = (),
) -> Result:
    """Count one place in one year: match, eliminate payer-side, and only then share by a key."""
    lines = sorted(rows, key=_key)
    if len(lines) > MAX_ROWS:
        raise ValueError(f"the reference takes at most {MAX_ROWS} lines, not {len(lines)}")
    bodies = {(body.body_id, body.cap_rev): body for body in counted}

    matches = _match(lines, decided)
    lines = [_as_decided(row, matches) for row in lines]
    named = [_ruled(row, bodies, perimeter) for row in lines if _is_payment(row)]
    inferred = [
        _ruled(row, bodies, perimeter)
        for row in _inferred(lines, named, matches, bodies, perimeter)
    ]

    cells: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0])

    def add(measure: str, row: Row, zone: str) -> None:
        for part in _parts(row, zone, perimeter, by_area):
            cell = {**row, **part, "measure": measure}
            if measure in {"gross", "listed"}:
                cell |= {"counterparty_id": None, "label": None}
            values = cells[tuple(cell[name] for name in CUBE_DIMENSIONS)]
            for place, value in enumerate(
                (
                    part["amount_pence"],
                    part["low_pence"],
                    part["high_pence"],
                    1,
                )
            ):
                values[place] += value

    # Gross: every headline line, a payment where it lands; oneself is no payee.
    for row in lines:
        if row["role"] == "headline" and row["side"] == "out" and row["year_offset"] == 0:
            zone = row["zone"]
            if _is_payment(row):
                if row["counterparty_id"] == row["body_id"]:
                    continue
                zone, _, _ = _landing(row, perimeter)
            add("gross" if row["nature"] in SPENT else "listed", row, zone)
        if row["role"] in BESIDE and row["year_offset"] == 0:
            add(row["role"], row, row["zone"])

    # What is only known inside a total moves, within the total, to where it lands.
    moves = [
        row
        for row in [*named, *inferred]
        if row["role"] == "itemised"
        and row["rule"] == "eliminate"
        and row["gross_zone"] != row["zone"]
    ]
    for row in moves:
        add("gross", _negative(row), row["zone"])
        add("gross", row, row["gross_zone"])

    for row in [*named, *inferred]:
        if row["rule"] == "eliminate":
            add("eliminated", row, row["elimination_zone"])

    # Funding: from outside, or the other end of an elimination; it follows what is passed on.
    passed_through = _receipts_passed_through(lines, matches)
    funded: set[str] = set()
    for row in lines:
        if row["role"] != "funding" or row["side"] != "in" or row["year_offset"] != 0:
            continue
        if (row["body_id"], row["cap_rev"]) not in bodies:
            continue
        if _key(row) not in passed_through and _is_from_the_count(row, bodies, perimeter):
            add("received", row, row["zone"])
        else:
            add("funding", row, row["zone"])
            funded.add(row["body_id"])
    landed = [
        row
        for row in named
        if row["role"] == "headline"
        and row["rule"] != "internal"
        and row["gross_zone"] != row["zone"]
    ]
    for row in landed + moves:
        if row["body_id"] in funded:
            passed = {**row, "side": "in", "role": "funding", "label": "passed on"}
            add("funding", _negative(passed), row["zone"])
            add("funding", passed, row["gross_zone"])

    return Result(
        cube={key: tuple(values) for key, values in cells.items()},
        payments=[*named, *inferred],
        matches=matches,
    )


def total(result: Result, measure: str, **wanted: Any) -> int:
    """Pence of a measure, of the cells whose dimensions have the wanted values."""
    return sum(
        values[0]
        for key, values in result.cube.items()
        if (cell := dict(zip(CUBE_DIMENSIONS, key, strict=True)))["measure"] == measure
        and all(cell[name] == value for name, value in wanted.items())
    )


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in LINE_KEY)


def _negative(row: Row) -> Row:
    return {
        **row,
        "amount_pence": -row["amount_pence"],
        "low_pence": -row["high_pence"],
        "high_pence": -row["low_pence"],
    }


# --- who pays whom, and what the rule says -----------------------------------------------------


def _is_payment(row: Row) -> bool:
    return (
        row["side"] == "out"
        and row["year_offset"] == 0
        and row["role"] in {"headline", "itemised"}
        and row["nature"] in REACHES_ANOTHER
        and row["counterparty_id"] is not None
    )


def _landing(row: Row, perimeter: Perimeter) -> tuple[str, str, bool]:
    """Where a payment enters gross, where it leaves, and whether it may leave at all."""
    payer_zone, payee_zone = row["zone"], perimeter.body_zone.get(row["counterparty_id"])
    payer = set(perimeter.zones.get(payer_zone, ()))
    payee = set(perimeter.zones.get(payee_zone, ()))
    if not payer or not payee:
        return payer_zone, payer_zone, False
    if payer <= payee:
        # To a wider body: its spending enters by share, so the payment leaves by that share.
        return payer_zone, payee_zone, True
    if payee <= payer:
        # From a wider body, such as the nation: the money lands at the payee.
        return payee_zone, payee_zone, True
    if payer <= perimeter.place:
        # From inside to a body whose area only overlaps: it leaves by the payee's share.
        return payer_zone, payee_zone, bool(payee & perimeter.place)
    return payer_zone, payer_zone, payee <= perimeter.place


def _rule(row: Row, bodies: Bodies, is_inside: bool) -> str:
    kind = row["stream_kind"] or "contract"
    payer = bodies.get((row["body_id"], row["cap_rev"]))
    payee = bodies.get((row["counterparty_id"], row["cap_rev"]))
    if row["counterparty_id"] == row["body_id"]:
        return "internal"
    if (
        row["role"] == "itemised"
        and payer is not None
        and payer.dataset == "ro"
        and kind in {"levy", "precept"}
    ):
        return "in_outturn"
    if payee is None:
        return "not_counted"
    is_netted = {
        "gross": False,
        "net_income": kind in {"contract", "fee", "pooled"},
        "net_grant": kind in {"grant", "allocation", "benefit", "pooled"},
        "net_all": True,
    }[payee.basis]
    if is_netted:
        return "net_of_receipt"
    return "eliminate" if is_inside else "outside"


def _ruled(row: Row, bodies: Bodies, perimeter: Perimeter) -> Row:
    gross_zone, elimination_zone, is_inside = _landing(row, perimeter)
    return {
        **row,
        "rule": _rule(row, bodies, is_inside),
        "gross_zone": gross_zone,
        "elimination_zone": elimination_zone,
    }


# --- matching ----------------------------------------------------------------------------------


def _match(lines: list[Row], decided: Sequence[Decided]) -> list[Match]:
    """Reference; amount; amount nearly; a year apart; sums by stream, by pair; what people say;
    what is left."""
    receipts = [
        _side(row, "received", row["counterparty_id"], row["body_id"])
        for row in lines
        if row["side"] == "in" and row["role"] == "funding" and row["counterparty_id"] is not None
    ]
    in_one_sum = {
        (item["payee"], item["stream"])
        for item in receipts
        if item["payer"] == "*" and item["stream"] is not None
    }
    payments = [
        _side(
            row,
            "paid",
            "*" if (row["counterparty_id"], row["stream_id"]) in in_one_sum else row["body_id"],
            row["counterparty_id"],
        )
        for row in lines
        if row["side"] == "out"
        and row["role"] in {"headline", "itemised"}
        and row["nature"] in REACHES_ANOTHER | PASSED_ON
        and row["counterparty_id"] not in {None, row["body_id"]}
        and not (row["role"] == "itemised" and row["stream_kind"] in {"levy", "precept"})
    ]
    found: list[tuple[str, list[Row]]] = []
    left = sorted(payments, key=_order), sorted(receipts, key=_order)
    steps: list[tuple[str, Callable[[list[Row], list[Row]], Iterable[list[Row]]]]] = [
        ("reference", lambda p, r: _groups(p, r, "payer", "payee", "reference")),
        ("amount", _same_amount),
        ("amount_near", lambda p, r: _nearest(p, r, years_apart=0)),
        ("year", lambda p, r: _nearest(p, r, years_apart=1)),
    ]
    for level, step in steps:
        left = _take(found, level, left, step(*left))
    left = tuple([item for item in side if item["offset"] == 0] for side in left)
    for level, names in (
        ("sum_stream", ("payer", "payee", "stream")),
        ("sum_pair", ("payer", "payee")),
    ):
        groups = [
            group
            for group in _groups(*left, *names)
            if _is_near(_sum(group, "paid"), _sum(group, "received"))
        ]
        left = _take(found, level, left, groups)
    left = _take_decided(found, left, decided)
    # What is left of a pair, by stream; a line of no known stream could be any stream of its pair.
    rest = [item for side in left for item in side]
    unnamed = {(item["payer"], item["payee"]) for item in rest if not item["stream"]}
    by_stream: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for item in rest:
        pair = item["payer"], item["payee"]
        by_stream[*pair, "" if pair in unnamed else item["stream"]].append(item)
    for group in by_stream.values():
        sides = {item["side"] for item in group}
        if sides == {"paid"}:
            if any(not item["is_passed_on"] for item in group):
                found.append(("payer_only", group))
        else:
            found.append(("payee_only" if sides == {"received"} else "unmatched", group))
    return [
        Match(
            level=level,
            payer_id=min(group, key=lambda item: (item["side"] != "paid", item["payer"]))["payer"],
            payee_id=group[0]["payee"],
            stream_id=min((i["stream"] for i in group if i["stream"] is not None), default=None),
            paid_pence=_sum(group, "paid"),
            received_pence=_sum(group, "received"),
            lines=frozenset((item["side"], item["key"]) for item in group),
        )
        for level, group in found
        if any(item["offset"] == 0 for item in group)
    ]


def _take_decided(
    found: list[tuple[str, list[Row]]],
    left: tuple[list[Row], list[Row]],
    decided: Sequence[Decided],
) -> tuple[list[Row], list[Row]]:
    """A line goes with the last decision about it, unless that one wants two sides and has one."""

    def last(item: Row) -> int | None:
        about = [
            at
            for at, one in enumerate(decided)
            if any(
                (payer, payee) == (item["payer"], item["payee"])
                and stream in {"*", item["stream"] or ""}
                for payer, payee, stream in getattr(one, item["side"])
            )
        ]
        return max(about, default=None)

    groups: dict[int, list[Row]] = defaultdict(list)
    for item in [*left[0], *left[1]]:
        at = last(item)
        # money passed on is no purchase
        if at is not None and not (
            decided[at].level == "decided_purchase" and item["is_passed_on"]
        ):
            groups[at].append(item)
    taken = set()
    for at, group in groups.items():
        sides = {item["side"] for item in group}
        if decided[at].level == "decided" and len(sides) < 2:
            continue
        if decided[at].level == "decided_purchase" and "paid" not in sides:
            continue
        found.append((decided[at].level, group))
        taken |= {(item["side"], item["key"]) for item in group}
    return tuple([i for i in side if (i["side"], i["key"]) not in taken] for side in left)


def _as_decided(row: Row, matches: list[Match]) -> Row:
    """The line as its match on a decision says that it is."""
    side = "paid" if row["side"] == "out" else "received"
    for item in matches:
        if (side, _key(row)) in item.lines:
            if item.level == "decided_purchase" and side == "paid":
                who = "national" if row["tier"] in {"national", "quango"} else "local"
                plain = {"nature": "purchase", "stream_id": None, "stream_kind": None}
                return {**row, **plain, "control": who}
            if item.level == "decided_not_paid":
                return {**row, "counterparty_id": None}
            if item.level == "decided" and side == "received":
                return {**row, "counterparty_id": item.payer_id}
    return row


def _side(row: Row, side: str, payer: str, payee: str) -> Row:
    return {
        "side": side,
        "payer": payer,
        "payee": payee,
        "stream": row["stream_id"],
        "reference": row["reference_id"],
        "offset": row["year_offset"],
        "pence": row["amount_pence"],
        "is_passed_on": side == "paid" and row["nature"] in PASSED_ON,
        "key": _key(row),
    }


def _order(item: Row) -> tuple[Any, ...]:
    return item["offset"], item["key"]


def _sum(group: list[Row], side: str) -> int:
    return sum(item["pence"] for item in group if item["side"] == side)


def _is_near(paid: int, received: int) -> bool:
    """Of one sign, and a pound or a thousandth apart at most."""
    gap = abs(paid - received)
    return (paid < 0) == (received < 0) and (gap <= 100 or gap <= abs(paid) // 1000)


def _take(
    found: list[tuple[str, list[Row]]],
    level: str,
    left: tuple[list[Row], list[Row]],
    groups: Iterable[list[Row]],
) -> tuple[list[Row], list[Row]]:
    taken = set()
    for group in groups:
        found.append((level, group))
        taken |= {(item["side"], item["key"]) for item in group}
    return tuple([i for i in side if (i["side"], i["key"]) not in taken] for side in left)


def _groups(paid: list[Row], received: list[Row], *names: str) -> Iterator[list[Row]]:
    """Payments and receipts alike in all ``names``, where there are both."""
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for item in [*paid, *received]:
        if "reference" in names and item["reference"] is None:
            continue
        groups[tuple(item[name] or "" for name in names)].append(item)
    for group in groups.values():
        if len({item["side"] for item in group}) == 2:
            yield group


def _same_amount(paid: list[Row], received: list[Row]) -> Iterator[list[Row]]:
    """The first with the first of the same pair, year and pence, the second with the second."""
    for group in _groups(paid, received, "payer", "payee", "offset", "pence"):
        sides = [[i for i in group if i["side"] == side] for side in ("paid", "received")]
        yield from ([one, other] for one, other in zip(*sides, strict=False))


def _nearest(paid: list[Row], received: list[Row], *, years_apart: int) -> Iterator[list[Row]]:
    """Pairs in which each is nearest to the other."""

    def candidates(item: Row, others: list[Row]) -> list[Row]:
        return sorted(
            (
                other
                for other in others
                if (other["payer"], other["payee"]) == (item["payer"], item["payee"])
                and abs(other["offset"] - item["offset"]) == years_apart
                and (
                    _is_near(item["pence"], other["pence"])
                    if item["side"] == "paid"
                    else _is_near(other["pence"], item["pence"])
                )
            ),
            key=lambda other: (abs(other["pence"] - item["pence"]), _order(other)),
        )

    for one in paid:
        best = candidates(one, received)
        if best and candidates(best[0], paid)[0] is one:
            yield [one, best[0]]


# --- what only the payee reports ---------------------------------------------------------------


def _inferred(
    lines: list[Row],
    named: list[Row],
    matches: list[Match],
    bodies: Bodies,
    perimeter: Perimeter,
) -> Iterator[Row]:
    """A payment for each receipt that nobody says to have paid, while the payer has room."""
    alone = {key for item in matches if item.level == "payee_only" for _, key in item.lines}
    room: Counter[tuple[str, str]] = Counter()
    for row in lines:
        if (
            row["side"] == "out"
            and row["role"] == "headline"
            and row["year_offset"] == 0
            and row["nature"] in SPENT
        ):
            room[row["body_id"], row["cap_rev"]] += row["amount_pence"]
    for row in named:
        # What a payer says to have paid to somebody is not what it paid to somebody else; a
        # recharge to itself is in no count; a levy among the lines is in the outturn already.
        if row["rule"] != "in_outturn":
            room[row["body_id"], row["cap_rev"]] -= row["amount_pence"]
    for row in lines:
        payer = row["counterparty_id"], row["cap_rev"]
        if (
            row["side"] == "in"
            and row["role"] == "funding"
            and row["year_offset"] == 0
            and _key(row) in alone
            and payer in bodies
            and bodies[payer].dataset in NAMES_ITS_PAYMENTS
            and row["counterparty_id"] != row["body_id"]
            and row["amount_pence"] > 0
        ):
            amount = min(row["amount_pence"], room[payer])
            if amount > 0:
                room[payer] -= amount
                yield {
                    **row,
                    "body_id": row["counterparty_id"],
                    "counterparty_id": row["body_id"],
                    "tier": _tier(lines, row["counterparty_id"]),
                    "function": None,
                    "zone": perimeter.body_zone.get(row["counterparty_id"], ""),
                    "side": "out",
                    "nature": "transfer",
                    "role": "itemised",
                    "derivation": "inferred",
                    "grade": "D",
                    "amount_pence": amount,
                    "low_pence": 0,
                    "high_pence": amount,
                }


def _tier(lines: list[Row], body_id: str) -> str | None:
    tiers = [row["tier"] for row in lines if row["side"] == "out" and row["body_id"] == body_id]
    return max((tier for tier in tiers if tier is not None), default=None)


# --- funding -----------------------------------------------------------------------------------


def _is_from_the_count(row: Row, bodies: Bodies, perimeter: Perimeter) -> bool:
    """Whether a receipt is money that the count holds at its payer already."""
    payer_id = row["counterparty_id"]
    if payer_id == "*":
        return True
    payer = bodies.get((payer_id, row["cap_rev"]))
    if payer is None or payer.dataset not in NAMES_ITS_PAYMENTS:
        return False
    payment = {"zone": perimeter.body_zone.get(payer_id), "counterparty_id": row["body_id"]}
    _, elimination_zone, is_inside = _landing(payment, perimeter)
    return is_inside and bool(set(perimeter.zones.get(elimination_zone, ())) & set(perimeter.place))


def _receipts_passed_through(lines: list[Row], matches: list[Match]) -> set[tuple[Any, ...]]:
    """Receipts matched with money that never was its payer's spending on another body."""
    passed_on = {_key(row) for row in lines if row["nature"] in PASSED_ON and row["side"] == "out"}
    return {
        key
        for item in matches
        if any(side == "paid" and paid in passed_on for side, paid in item.lines)
        for side, key in item.lines
        if side == "received"
    }


def trace(flows: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, Fraction]]:
    """Shares of each body's money by where it comes from in the end.

    Money is followed backwards: what a body got from another body is replaced by that body's own
    sources, and what comes round to where it started is divided out.

    Args:
        flows: body, source, pence; a source that is no body is an end.
    """
    booked: dict[str, Counter[str]] = defaultdict(Counter)
    for body, source, pence in flows:
        booked[body][source] += pence
    shares = {
        body: {source: Fraction(pence, sources.total()) for source, pence in sources.items()}
        for body, sources in booked.items()
    }
    for body in sorted(shares):
        own = shares[body].pop(body, Fraction(0))
        solved = {source: share / (1 - own) for source, share in shares[body].items()}
        shares[body] = solved
        for other, mixture in shares.items():
            if other != body and body in mixture:
                part = mixture.pop(body)
                for source, share in solved.items():
                    mixture[source] = mixture.get(source, Fraction(0)) + part * share
    return shares


# --- placing -----------------------------------------------------------------------------------


def _parts(row: Row, zone: str, perimeter: Perimeter, by_area: bool) -> Iterator[Row]:
    """What of a line lies in the place: by authority where a key was needed."""
    authorities = set(perimeter.zones.get(zone, ()))
    inside = authorities & set(perimeter.place)
    if not inside:
        return
    amount, low, high = (row[name] for name in ("amount_pence", "low_pence", "high_pence"))
    if len(authorities) == 1 or (inside == authorities and not by_area):
        yield {
            "area": next(iter(authorities)) if len(authorities) == 1 else None,
            "amount_pence": amount,
            "low_pence": low,
            "high_pence": high,
            "is_shared": False,
        }
        return
    weights = {code: perimeter.weights.get(code, 0) for code in authorities}
    shares, whole = split(amount, weights), sum(weights.values())
    for code in inside:
        yield {
            "area": code,
            "amount_pence": shares[code],
            # A share of the published rounding, rounded outwards.
            "low_pence": shares[code] - -(-(amount - low) * weights[code] // whole),
            "high_pence": shares[code] + -(-(high - amount) * weights[code] // whole),
            "is_shared": True,
        }


def bulk_apart(bulk: list[int], items: int) -> list[tuple[int, str, int]]:
    """What of each payment to a card bank the items of the card file account for.

    Args:
        bulk: the payments of one body and year, in their order.
        items: the sum of the items.

    Returns:
        (number of the payment, nature, pence): of each payment what lies below the sum of the
        items is a recharge, the rest stays a purchase.
    """
    parts, total, limit = [], 0, max(items, 0)
    for number, amount in enumerate(bulk, start=1):
        before, total = total, total + amount
        gone = min(max(total, 0), limit) - min(max(before, 0), limit)
        if gone:
            parts.append((number, "recharge", gone))
        if gone != amount:
            parts.append((number, "purchase", amount - gone))
    return parts
