"""Matching what payers say they paid with what payees say they received.

Levels, each on what the earlier ones left: a shared reference; the same amount within tolerance;
the same amount one year apart; sums by stream, then by pair; what people have decided; and what
is left stands one-sided. Matching never sets an amount: it names the evidence, the money in
transit, and the receipts whose payment nobody published.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis

from totalplace.count._schema import LINE_KEY, PASSED_ON_NATURES, TRANSFER_NATURES
from totalplace.count._settle import ANY_STREAM, SEPARATED, settled_by
from totalplace.engine import Engine, floor_div, stack
from totalplace.engine._engine import Table
from totalplace.place import Decision

__all__ = ["SEVERAL", "Matches", "Sought", "Tolerance", "match", "seek", "settle"]

SEVERAL = "*"
"""The payer of a receipt that names none, such as a levy booked in one sum."""

_SIDE = (
    "payer_id",
    "payee_id",
    "stream_id",
    "reference_id",
    "year_offset",
    "pence",
    "is_passed_on",
    *LINE_KEY,
)


@dataclass(frozen=True)
class Tolerance:
    """How far two amounts may differ and still be one payment: the larger of both.

    Attributes:
        pence: absolute.
        per_mille: of the paid amount.
    """

    pence: int = 100
    per_mille: int = 1


@dataclass(frozen=True)
class Matches:
    """Who was matched with whom.

    Attributes:
        match: match_id, level, payer_id, payee_id, stream_id, paid_pence, received_pence,
            paid_lines, received_lines, object_id (what a decision about it names) and decision
            (the number of the one that it rests on); only matches that touch the year of the count.
        match_line: match_id, side (paid, received), the line's key, pence.
        is_settled: whether any rests on a decision.
    """

    match: Table
    match_line: Table
    is_settled: bool = False


@dataclass(frozen=True)
class Sought:
    """What evidence alone matches.

    Attributes:
        paid, received: all payments and receipts between named bodies.
        rest_paid, rest_received: those of the year that nothing matches.
        found: who was matched, at each level.
    """

    paid: Table
    received: Table
    rest_paid: Table
    rest_received: Table
    found: tuple[Table, ...]


def match(
    engine: Engine,
    lines: Table,
    *,
    tolerance: Tolerance | None = None,
    decisions: Sequence[Decision] = (),
    year: str | None = None,
) -> Matches:
    """Match payments to known bodies with receipts from known bodies.

    Args:
        lines: canonical lines of the year and its neighbours (``year_offset`` -1, 0, 1).
        decisions: those that hold; of kind ``match`` they settle what nothing else matches.
        year: the year of the count, for decisions about one year.
    """
    return settle(engine, seek(engine, lines, tolerance=tolerance), decisions, year=year)


def seek(engine: Engine, lines: Table, *, tolerance: Tolerance | None = None) -> Sought:
    """Match payments with receipts as far as evidence alone does; see `match`."""
    near = tolerance or Tolerance()
    everything = paid, received = _sides(engine, lines)
    found: list[Table] = []
    # Where only payments were published there is nothing to match them with.
    if all(engine.to_arrow(side.select("n").limit(1)).num_rows for side in everything):
        paid, received, found = _one_to_one(engine, paid, received, near)
    rest_paid, rest_received = (side.filter(side.year_offset == 0) for side in (paid, received))
    if found:
        rest_paid, rest_received, sums = _by_sums(engine, rest_paid, rest_received, near)
        found += sums
    return Sought(*everything, rest_paid, rest_received, tuple(found))


def settle(
    engine: Engine, sought: Sought, decisions: Sequence[Decision], *, year: str | None
) -> Matches:
    """What people have decided of what evidence leaves, and the rest one-sided; see `match`."""
    rest_paid, rest_received = sought.rest_paid, sought.rest_received
    settled = settled_by(engine, rest_paid, rest_received, decisions, year=year)
    if settled:
        rest_paid, rest_received, _ = settled
    found = [*sought.found, _unmatched(rest_paid, rest_received)]
    told = [one.mutate(decision=ibis.null("int64")) for one in found]
    told += [settled[2]] if settled else []
    return _assemble(
        engine, stack(told), sought.paid, sought.received, is_settled=settled is not None
    )


def _one_to_one(
    engine: Engine, paid: Table, received: Table, near: Tolerance
) -> tuple[Table, Table, list[Table]]:
    """What is left of both sides after matching payment with receipt, and who was matched."""
    found: list[Table] = []
    for level, step in (
        ("reference", _by_reference),
        ("amount", _by_amount),
        ("amount_near", _by_near_amount),
        ("year", _by_next_year),
    ):
        pairs = engine.keep(step(paid, received, near))
        found.append(
            stack(
                [
                    pairs.select("match_key", side=ibis.literal("paid"), n="paid_n"),
                    pairs.select("match_key", side=ibis.literal("received"), n="received_n"),
                ]
            )
            .filter(ibis._.n.notnull())
            .distinct()
            .mutate(level=ibis.literal(level))
        )
        paid = engine.keep(
            paid.anti_join(pairs.filter(pairs.paid_n.notnull()), paid.n == pairs.paid_n)
        )
        received = engine.keep(
            received.anti_join(
                pairs.filter(pairs.received_n.notnull()), received.n == pairs.received_n
            )
        )
    return paid, received, found


def _by_sums(
    engine: Engine, paid: Table, received: Table, near: Tolerance
) -> tuple[Table, Table, list[Table]]:
    """The same of sums: by stream, then by pair."""
    found: list[Table] = []
    for level, columns in (
        ("sum_stream", ["payer_id", "payee_id", "stream_id"]),
        ("sum_pair", ["payer_id", "payee_id"]),
    ):
        groups = engine.keep(_sums_within(paid, received, columns, near))
        members = [
            _null_safe_join(table, groups, columns).select(
                "match_key", side=ibis.literal(side), n="n"
            )
            for side, table in (("paid", paid), ("received", received))
        ]
        found.append(stack(members).mutate(level=ibis.literal(level)))
        paid = engine.keep(_null_safe_join(paid, groups, columns, keep=False))
        received = engine.keep(_null_safe_join(received, groups, columns, keep=False))
    return paid, received, found


def _unmatched(paid: Table, received: Table) -> Table:
    """What is left of each pair, by stream.

    A line of no known stream may be any of its pair's: with one, the pair is a single group, so
    that a receipt under another name is not taken for a second, unpublished payment.
    """
    pair = ["payer_id", "payee_id"]
    rest = stack(
        [
            table.select(*pair, "stream_id", "n").mutate(side=ibis.literal(side))
            for side, table in (("paid", paid), ("received", received))
        ]
    )
    unnamed = rest.filter(rest.stream_id.fill_null("") == "").select(*pair).distinct()
    whole_pair, by_stream = rest.semi_join(unnamed, pair), rest.anti_join(unnamed, pair)
    keyed = stack(
        [
            whole_pair.mutate(match_key=_group_key(whole_pair, pair)),
            by_stream.mutate(match_key=_group_key(by_stream, [*pair, "stream_id"])),
        ]
    )
    return keyed.select("match_key", "side", "n", level=ibis.literal("unmatched"))


def _sides(engine: Engine, lines: Table) -> tuple[Table, Table]:
    """Payments and receipts between named bodies, numbered in the order of their lines."""
    spent = lines.filter(
        lines.side == "out",
        lines.role.isin(["headline", "itemised"]),
        lines.nature.isin([*TRANSFER_NATURES, *PASSED_ON_NATURES]),
        lines.counterparty_id.notnull(),
        lines.counterparty_id != lines.body_id,
        # Levies and precepts under an outturn stand in the outturn itself already.
        ~(
            (lines.role == "itemised")
            & lines.stream_kind.isin(["levy", "precept"]).fill_null(False)
        ),
    ).mutate(
        payer_id=ibis._.body_id,
        payee_id=ibis._.counterparty_id,
        pence=ibis._.amount_pence,
        is_passed_on=ibis._.nature.isin(list(PASSED_ON_NATURES)),
    )
    booked = lines.filter(
        lines.side == "in", lines.role == "funding", lines.counterparty_id.notnull()
    ).mutate(
        payer_id=ibis._.counterparty_id,
        payee_id=ibis._.body_id,
        pence=ibis._.amount_pence,
        is_passed_on=ibis.literal(False),
    )
    several = booked.filter(booked.payer_id == SEVERAL).select("payee_id", "stream_id").distinct()
    named = spent.left_join(
        several.mutate(is_several=True),
        [
            spent.payee_id == several.payee_id,
            spent.stream_id == several.stream_id,
        ],
    ).mutate(payer_id=ibis.ifelse(ibis._.is_several.fill_null(False), SEVERAL, spent.payer_id))
    ordered = [ibis.asc(name) for name in ("year_offset", *LINE_KEY)]
    return tuple(
        engine.keep(side.select(*_SIDE).mutate(n=ibis.row_number().over(order_by=ordered)))
        for side in (named, booked)
    )


def _group_key(table: Table, columns: list[str], *more: Table) -> Table:
    key = ibis.literal("")
    for value in (*[table[name].fill_null("") for name in columns], *more):
        key = key + value.cast("string") + "|"
    return key


def _by_reference(paid: Table, received: Table, near: Tolerance) -> Table:  # noqa: ARG001
    columns = ["payer_id", "payee_id", "reference_id"]
    groups = (
        paid.filter(paid.reference_id.notnull())
        .select(*columns)
        .distinct()
        .semi_join(received.filter(received.reference_id.notnull()), columns)
    )
    return stack(
        [
            side.inner_join(groups, columns).select(
                match_key=_group_key(side, columns),
                paid_n=side.n if is_paid else ibis.null("int64"),
                received_n=ibis.null("int64") if is_paid else side.n,
            )
            for is_paid, side in ((True, paid), (False, received))
        ]
    )


def _by_amount(paid: Table, received: Table, near: Tolerance) -> Table:  # noqa: ARG001
    group = ["payer_id", "payee_id", "year_offset", "pence"]
    ranked = [
        side.mutate(_rank=ibis.row_number().over(group_by=group, order_by="n"))
        for side in (paid, received)
    ]
    left, right = ranked[0], ranked[1].rename(received_n="n")
    joined = left.inner_join(right, [*group, "_rank"])
    return joined.select(
        match_key=_group_key(joined, [], left.n, joined.received_n),
        paid_n=left.n,
        received_n=joined.received_n,
    )


def _within(paid: Table, received: Table, near: Tolerance) -> Table:
    """Whether two amounts of the same sign differ by no more than the tolerance."""
    gap = (paid - received).abs()
    allowed = floor_div(paid.abs() * near.per_mille, ibis.literal(1000))
    return ((paid < 0) == (received < 0)) & ((gap <= near.pence) | (gap <= allowed))


def _mutually_nearest(candidates: Table) -> Table:
    """Of paid_n, received_n, gap rows: those where each is the other's nearest."""
    ranked = candidates.mutate(
        rank_of_paid=ibis.row_number().over(group_by="paid_n", order_by=["gap", "received_n"]),
        rank_of_received=ibis.row_number().over(group_by="received_n", order_by=["gap", "paid_n"]),
    )
    best = ranked.filter(ranked.rank_of_paid == 0, ranked.rank_of_received == 0)
    return best.select(
        match_key=_group_key(best, [], best.paid_n, best.received_n),
        paid_n="paid_n",
        received_n="received_n",
    )


def _candidates(paid: Table, received: Table, near: Tolerance, *, years_apart: int) -> Table:
    right = received.select(
        "payer_id",
        "payee_id",
        received_n="n",
        received_pence="pence",
        received_offset="year_offset",
    )
    joined = paid.inner_join(right, ["payer_id", "payee_id"])
    apart = (joined.year_offset - joined.received_offset).abs() == years_apart
    # A neighbouring year's own pairs are found too: such a payment is no late receipt of this year.
    return joined.filter(apart, _within(joined.pence, joined.received_pence, near)).select(
        paid_n="n",
        received_n="received_n",
        gap=(joined.pence - joined.received_pence).abs(),
    )


def _by_near_amount(paid: Table, received: Table, near: Tolerance) -> Table:
    return _mutually_nearest(_candidates(paid, received, near, years_apart=0))


def _by_next_year(paid: Table, received: Table, near: Tolerance) -> Table:
    return _mutually_nearest(_candidates(paid, received, near, years_apart=1))


def _sums_within(paid: Table, received: Table, columns: list[str], near: Tolerance) -> Table:
    left = paid.group_by(columns).agg(paid_pence=paid.pence.sum().cast("int64"))
    right = received.group_by(columns).agg(received_pence=received.pence.sum().cast("int64"))
    joined = _null_safe_join(left, right, columns)
    close = joined.filter(_within(joined.paid_pence, joined.received_pence, near))
    return close.select(*columns, match_key=_group_key(close, columns))


def _null_safe_join(table: Table, groups: Table, columns: list[str], *, keep: bool = True) -> Table:
    """Join (or, with ``keep=False``, leave out) on columns in which NULL equals NULL."""
    on = [table[name].fill_null("") == groups[name].fill_null("") for name in columns]
    if not keep:
        return table.anti_join(groups, on)
    extra = [name for name in groups.columns if name not in columns]
    return table.inner_join(groups, on).select(
        *[table[name] for name in table.columns], *[groups[name] for name in extra]
    )


def _assemble(
    engine: Engine, found: Table, paid: Table, received: Table, *, is_settled: bool
) -> Matches:
    members = stack(
        [
            found.filter(found.side == name)
            .inner_join(table, "n")
            .select("level", "match_key", "decision", "side", *_SIDE)
            for name, table in (("paid", paid), ("received", received))
        ]
    )
    members = engine.keep(members)
    is_paid = members.side == "paid"
    # An unmatched group of one side only gets a level of its own: nobody else reports it. Money
    # passed on that nobody books as funding, such as tax paid over for staff, is no group at all.
    # A decision may join a payment with a receipt that names another payer: whoever paid, paid.
    of_payer = ibis.ifelse(is_paid, members.payer_id, ibis.null("string"))
    stream = members.stream_id.fill_null("")
    grouped = members.group_by(["level", "match_key"]).agg(
        payer_id=ibis.coalesce(of_payer.min(), members.payer_id.min()),
        payee_id=members.payee_id.min(),
        stream_id=members.stream_id.min(),
        first_stream=stream.min(),
        last_stream=stream.max(),
        decision=members.decision.min(),
        paid_pence=ibis.ifelse(is_paid, members.pence, 0).sum().cast("int64"),
        received_pence=ibis.ifelse(is_paid, 0, members.pence).sum().cast("int64"),
        paid_lines=is_paid.cast("int64").sum().cast("int64"),
        received_lines=(~is_paid).cast("int64").sum().cast("int64"),
        passed_on=members.is_passed_on.cast("int64").sum().cast("int64"),
        touches=(members.year_offset == 0).cast("int64").max(),
    )
    level = ibis.cases(
        ((grouped.level == "unmatched") & (grouped.received_lines == 0), "payer_only"),
        ((grouped.level == "unmatched") & (grouped.paid_lines == 0), "payee_only"),
        else_=grouped.level,
    )
    ordered = ["level", "payer_id", "payee_id", "match_key"]
    whose = grouped.payer_id + SEPARATED + grouped.payee_id + SEPARATED
    is_one = (grouped.first_stream != "") & (grouped.first_stream == grouped.last_stream)
    object_id = whose + ibis.ifelse(is_one, grouped.first_stream, ANY_STREAM)
    table = grouped.mutate(level=level, group_level=grouped.level, object_id=object_id).filter(
        ibis._.touches == 1,
        (ibis._.level != "payer_only") | (ibis._.passed_on < ibis._.paid_lines),
    )
    numbered = engine.keep(
        table.mutate(match_id=ibis.row_number().over(order_by=ordered) + 1).drop(
            "touches", "passed_on", "first_stream", "last_stream"
        )
    )
    key = numbered.select("match_id", "match_key", level="group_level")
    line = members.inner_join(key, ["level", "match_key"]).select(
        "match_id", "side", *LINE_KEY, "year_offset", "pence"
    )
    return Matches(
        match=numbered.drop("match_key", "group_level"),
        match_line=engine.keep(line),
        is_settled=is_settled,
    )
