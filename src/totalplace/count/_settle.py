"""What people have settled about transfers that no other evidence matches.

A decision of kind ``match`` is about the payments and receipts that the other levels of matching
leave, of one payer, payee and stream. It says that they are one transfer though stream, payer or
amount differ; that the payments are purchases and no grant; or that the receipts are not paid by
the body that they name. It never sets an amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ibis
import pyarrow as pa

from totalplace.count._schema import LINE_KEY
from totalplace.engine import Engine, stack
from totalplace.engine._engine import Table
from totalplace.errors import Problem, RequestError
from totalplace.place import Decision

__all__ = [
    "ANY_STREAM",
    "DECIDED",
    "MATCH",
    "NOT_PAID",
    "PURCHASE",
    "SAME",
    "SEPARATED",
    "TransferKey",
    "settled_by",
    "settled_lines",
    "transfer_key",
]

MATCH = "match"
"""The kind of these decisions."""

SAME, PURCHASE, NOT_PAID = "same", "purchase", "not_paid"
"""What one can say; beside these, a second key: both are one transfer."""

DECIDED = {SAME: "decided", PURCHASE: "decided_purchase", NOT_PAID: "decided_not_paid"}
"""Value -> the level of the match; that of a key is the first one's."""

ANY_STREAM = "*"
SEPARATOR = "|"
SEPARATED = f" {SEPARATOR} "


@dataclass(frozen=True)
class TransferKey:
    """Which payments and receipts are meant.

    Attributes:
        payer_id: who pays; ``*`` for a receipt in one sum from several payers, and its payments.
        payee_id: who receives.
        stream_id: a stream, or ``*`` for everything between the two, of whatever stream.
        year: the financial year, or None for every year.
    """

    payer_id: str
    payee_id: str
    stream_id: str = ANY_STREAM
    year: str | None = None

    def __str__(self) -> str:
        parts = (self.payer_id, self.payee_id, self.stream_id, self.year)
        return SEPARATED.join(part for part in parts if part is not None)


def transfer_key(text: str) -> TransferKey:
    """The key that a text gives: ``PAYER | PAYEE | STREAM [| YEAR]``.

    Raises:
        RequestError: it has another form.

    >>> transfer_key("home-office | marlbrook-police | police-grant")
    TransferKey(payer_id='home-office', payee_id='marlbrook-police', stream_id='police-grant', \
year=None)
    >>> str(transfer_key("* |waste| * | 2017-18"))
    '* | waste | * | 2017-18'
    """
    parts = [part.strip() for part in text.split(SEPARATOR)]
    if len(parts) not in {3, 4} or not all(parts) or parts[1] == ANY_STREAM:
        raise RequestError(
            Problem(
                "bad_transfer",
                "this does not say which payments and receipts are meant",
                text,
                f"three or four texts are needed, parted by {SEPARATOR}: payer, payee, stream and, "
                "for one year alone, the year",
                'copy one from `totalplace queue DIR transfers`, or write for instance "home-office'
                ' | marlbrook-police | police-grant"; * stands for any stream',
            )
        )
    return TransferKey(*parts)


@dataclass(frozen=True)
class _Settlement:
    """One decision: which payments and which receipts it is about, and the level of the match."""

    n: int
    level: str
    paid: tuple[TransferKey, ...]
    received: tuple[TransferKey, ...]


def _settlements(decisions: Iterable[Decision], year: str | None) -> list[_Settlement]:
    keyed = [(one, transfer_key(one.object_id)) for one in decisions if one.what == MATCH]
    known = [(one, key) for one, key in keyed if key.year in {None, year}]
    # what is said last of the receipts themselves: a purchase takes what nothing else is said of
    said = {key: one.value for one, key in known if one.value != PURCHASE}
    found = []
    for one, key in known:
        keys = (key,) if one.value in DECIDED else (key, transfer_key(one.value))
        is_of_payments = one.value == PURCHASE and said.get(key) == NOT_PAID
        found.append(
            _Settlement(
                n=one.n,
                level=DECIDED.get(one.value, DECIDED[SAME]),
                paid=() if one.value == NOT_PAID else keys,
                received=() if is_of_payments else keys,
            )
        )
    return found


def settled_by(
    engine: Engine,
    paid: Table,
    received: Table,
    decisions: Sequence[Decision],
    *,
    year: str | None,
) -> tuple[Table, Table, Table] | None:
    """What decisions say of payments and receipts that nothing else matches.

    Of several decisions about one line the one made last wins. One that joins two sides holds
    only where both are there, and a purchase only where a payment is; it takes what is received
    under its key too, unless that is said not to be paid. Money passed on is no purchase.

    Args:
        paid, received: numbered lines of the year with payer_id, payee_id and stream_id.
        decisions: those that hold, of any kind.
        year: the year of the count.

    Returns:
        What is left of both sides, and who was matched: match_key, side, n, level, decision. None
        if no decision is about any of them.
    """
    known = _settlements(decisions, year)
    if not known:
        return None
    of_paid = _chosen(engine, paid, "paid", [(one, key) for one in known for key in one.paid])
    of_received = _chosen(
        engine, received, "received", [(one, key) for one in known for key in one.received]
    )
    of_paid = of_paid.filter(~((of_paid.level == DECIDED[PURCHASE]) & of_paid.is_passed_on))
    payments, receipts = of_paid.select("decision"), of_received.select("decision")
    both = engine.keep(payments.distinct().semi_join(receipts, "decision"))
    members = engine.keep(
        stack(
            [
                of_paid.filter(of_paid.level == DECIDED[PURCHASE]),
                of_received.filter(of_received.level == DECIDED[PURCHASE]).semi_join(
                    payments, "decision"
                ),
                of_received.filter(of_received.level == DECIDED[NOT_PAID]),
                *(
                    side.filter(side.level == DECIDED[SAME]).semi_join(both, "decision")
                    for side in (of_paid, of_received)
                ),
            ]
        ).select("decision", "n", "level", "side")
    )
    if not engine.to_arrow(members.select("n").limit(1)).num_rows:
        return None
    left = [
        engine.keep(side.anti_join(members.filter(members.side == name), "n"))
        for name, side in (("paid", paid), ("received", received))
    ]
    found = members.mutate(match_key=members.decision.cast("string") + "|")
    return left[0], left[1], found.select("match_key", "side", "n", "level", "decision")


def _chosen(
    engine: Engine, side: Table, name: str, keys: Iterable[tuple[_Settlement, TransferKey]]
) -> Table:
    """Lines of one side with the last decision about each: decision, n, level, side."""
    rows = [
        {
            "decision": one.n,
            "level": one.level,
            "of_payer": key.payer_id,
            "of_payee": key.payee_id,
            "of_stream": "" if key.stream_id == ANY_STREAM else key.stream_id,
        }
        for one, key in keys
    ]
    schema = pa.schema(
        [("decision", pa.int64()), ("level", pa.string())]
        + [(name, pa.string()) for name in ("of_payer", "of_payee", "of_stream")]
    )
    known = engine.memory(pa.Table.from_pylist(rows, schema=schema))
    joined = side.inner_join(
        known, [side.payer_id == known.of_payer, side.payee_id == known.of_payee]
    )
    about = joined.filter(
        (joined.of_stream == "") | (joined.of_stream == joined.stream_id.fill_null(""))
    )
    ranked = about.mutate(rank=ibis.row_number().over(group_by="n", order_by=ibis.desc("decision")))
    return ranked.filter(ranked.rank == 0).select(
        "decision", "n", "level", "is_passed_on", side=ibis.literal(name)
    )


def settled_lines(engine: Engine, lines: Table, match: Table, match_line: Table) -> Table:
    """The lines as decisions say they are.

    A payment that is a purchase has no stream, and who decides on it is its payer; a receipt that
    the body did not pay names nobody; one of another payer than it names, that payer.

    Args:
        match, match_line: the outcome of matching.
    """
    decided = match.filter(match.decision.notnull())
    members = match_line.inner_join(
        decided.select("match_id", "level", new_payer="payer_id"), "match_id"
    )
    is_paid = members.side == "paid"
    changed = members.filter(
        (is_paid & (members.level == DECIDED[PURCHASE]))
        | (~is_paid & (members.level != DECIDED[PURCHASE]))
    )
    changes = engine.keep(
        changed.select(**{f"of_{name}": changed[name] for name in LINE_KEY}, level="level",
                       new_payer="new_payer")
    )  # fmt: skip
    joined = lines.left_join(changes, [lines[name] == changes[f"of_{name}"] for name in LINE_KEY])
    is_purchase = (joined.level == DECIDED[PURCHASE]).fill_null(False)
    is_changed = joined.level.notnull()
    null = ibis.null("string")
    control = ibis.ifelse(joined.tier.isin(["national", "quango"]), "national", "local")
    other = ibis.ifelse(joined.level == DECIDED[NOT_PAID], null, joined.new_payer)
    settled = joined.mutate(
        nature=ibis.ifelse(is_purchase, "purchase", joined.nature),
        control=ibis.ifelse(is_purchase, control, joined.control),
        stream_id=ibis.ifelse(is_purchase, null, joined.stream_id),
        stream_kind=ibis.ifelse(is_purchase, null, joined.stream_kind),
        counterparty_id=ibis.ifelse(is_changed & ~is_purchase, other, joined.counterparty_id),
    )
    return engine.view(settled.select(*lines.columns))
