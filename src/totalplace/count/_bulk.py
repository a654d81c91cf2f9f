"""Card banks: a bank that is paid in bulk for what the card file itemises is paid once.

A body's supplier file shows one payment a month to the bank that issued its purchase cards; its
card file lists what was bought. Both are the same money. The items say who was paid and for what,
so they stand, and as much of the bulk payments as they itemise leaves gross, of the same body and
year. What the items do not reach stays in gross: it was spent, on what is not known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa

from totalplace.count._registers import Registers
from totalplace.count._schema import GROSS_NATURES
from totalplace.engine import Engine, stack
from totalplace.engine._engine import Table
from totalplace.model import PayeeMatch
from totalplace.money import format_gbp

__all__ = [
    "CardAccount",
    "card_accounts",
    "card_banks",
    "card_warnings",
    "set_bulk_apart",
    "with_cards",
]

ITEMISED = "card bank, itemised by the card file"
"""The label of what leaves gross."""


@dataclass(frozen=True)
class CardAccount:
    """A body's purchase cards in the year of a count.

    Attributes:
        body_id: the body.
        items_pence: what its card files list.
        bulk_pence: what its supplier files paid to card banks.
        apart_pence: of that, what the items account for: outside gross, nature recharge.
    """

    body_id: str
    items_pence: int
    bulk_pence: int
    apart_pence: int

    @property
    def unmatched_bulk_pence(self) -> int:
        """Bulk payments that no item accounts for: they stay in gross."""
        return self.bulk_pence - self.apart_pence

    @property
    def unmatched_items_pence(self) -> int:
        """Items for which no bulk payment is found: they stand all the same."""
        return self.items_pence - self.apart_pence


def with_cards(
    engine: Engine,
    paid: Mapping[str, Table],
    banks: Collection[tuple[str, str]],
) -> tuple[dict[str, Table], tuple[CardAccount, ...]]:
    """The lines of supplier files and card files together, each pound once.

    Args:
        paid: dataset (``spend``, ``card``) -> its canonical lines.
        banks: (payer, payee text) of card banks.

    Returns:
        The lines, and the accounts of the bodies that have both kinds of files.
    """
    found = dict(paid)
    if "card" not in found:
        return found, ()
    items = found["card"] = engine.view(found["card"].mutate(dataset=ibis.literal("card")))
    if "spend" not in found:
        return found, ()
    found["spend"] = set_bulk_apart(engine, found["spend"], items, banks)
    return found, card_accounts(engine, found["spend"], items, banks)


def card_banks(
    payees: Mapping[tuple[str, str], PayeeMatch], banks: Iterable[Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """(Payer, payee text) of every payee that is a card bank, by its normalised name.

    Args:
        banks: rows of ``card_bank``.
    """
    patterns = [".*".join(map(re.escape, row["pattern"].casefold().split("*"))) for row in banks]
    is_bank = re.compile("|".join(patterns) or r"(?!)")
    return sorted(
        key
        for key, match in payees.items()
        if match.body_id is None and is_bank.fullmatch(match.payee_key)
    )


def set_bulk_apart(
    engine: Engine, paid: Table, items: Table, banks: Collection[tuple[str, str]]
) -> Table:
    """The lines of supplier files, with what card files itemise turned into recharges.

    Of each body and year the bulk payments leave gross in the order in which they stand, until the
    sum of the items is reached; the payment in which it is reached is divided in two.

    Args:
        paid: canonical lines of supplier files.
        items: those of card files.
        banks: (payer, payee text) of card banks.
    """
    if not banks:
        return paid
    # behind a name: Ibis would take the joins that these lines come from for its own
    paid = engine.view(paid)
    rows = [{"bank_payer": payer, "bank_name": name} for payer, name in banks]
    schema = pa.schema([("bank_payer", pa.string()), ("bank_name", pa.string())])
    names = engine.memory(pa.Table.from_pylist(rows, schema=schema))
    total = _sums(items).select("body_id", "year_offset", "pence")
    named = paid.left_join(
        names, [paid.body_id == names.bank_payer, paid.payee_text == names.bank_name]
    )
    flagged = engine.view(
        named.mutate(
            is_bulk=named.bank_name.notnull() & named.nature.isin(list(GROSS_NATURES))
        ).select(*paid.columns, "is_bulk")
    )
    others = flagged.filter(~flagged.is_bulk).select(*paid.columns)
    bulk = flagged.filter(flagged.is_bulk).drop("is_bulk")
    sized = bulk.left_join(total, ["body_id", "year_offset"]).select(*paid.columns, "pence")
    order = ["source_id", "member", "row_no", "column_no"]
    upto = sized.amount_pence.sum().over(
        group_by=["body_id", "year_offset"], order_by=order, rows=(None, 0)
    )
    running = engine.keep(sized.mutate(upto_pence=upto.cast("int64")))
    limit = ibis.greatest(running.pence.fill_null(0), 0)

    def inside(pence: Table) -> Table:
        return ibis.least(ibis.greatest(pence, 0), limit)

    apart = inside(running.upto_pence) - inside(running.upto_pence - running.amount_pence)
    parted = engine.view(running.mutate(apart_pence=apart.cast("int64")))
    left = parted.filter(parted.apart_pence != 0)
    stays = parted.filter(parted.apart_pence != parted.amount_pence)

    def part(lines: Table, pence: Table, piece: int) -> Table:
        return lines.mutate(
            amount_pence=pence,
            low_pence=pence,
            high_pence=pence,
            piece=ibis.literal(piece).cast("int16"),
        )

    gone = part(left, left.apart_pence, 0).mutate(
        nature=ibis.literal("recharge"), label=ibis.literal(ITEMISED)
    )
    # a payment that stays whole keeps its one piece
    kept = part(stays, stays.amount_pence - stays.apart_pence, 0).mutate(
        piece=ibis.ifelse(stays.apart_pence == 0, 0, 1).cast("int16")
    )
    return stack([one.select(*paid.columns) for one in (others, gone, kept)])


def card_accounts(
    engine: Engine, paid: Table, items: Table, banks: Collection[tuple[str, str]]
) -> tuple[CardAccount, ...]:
    """What the card files and the bulk payments of the year say of each body.

    Args:
        paid: canonical lines of supplier files, bulk payments already set apart.
        items: those of card files.
        banks: (payer, payee text) of card banks.
    """
    found: dict[str, list[int]] = {}
    this_year = items.filter(items.year_offset == 0)
    for row in engine.to_arrow(_sums(this_year).order_by("body_id")).to_pylist():
        found[row["body_id"]] = [row["pence"], 0, 0]
    if banks:
        texts = sorted({name for _, name in banks})
        payers = sorted({payer for payer, _ in banks})
        bulk = paid.filter(
            paid.year_offset == 0, paid.body_id.isin(payers), paid.payee_text.isin(texts)
        )
        sums = bulk.group_by(["body_id", "payee_text", "nature", "label"]).agg(
            pence=bulk.amount_pence.sum().cast("int64")
        )
        for row in engine.to_arrow(sums.order_by("body_id", "payee_text")).to_pylist():
            if (row["body_id"], row["payee_text"]) not in set(banks):
                continue
            cell = found.setdefault(row["body_id"], [0, 0, 0])
            if row["label"] == ITEMISED:
                cell[1] += row["pence"]
                cell[2] += row["pence"]
            elif row["nature"] in GROSS_NATURES:
                cell[1] += row["pence"]
    return tuple(CardAccount(body_id, *cell) for body_id, cell in sorted(found.items()))


def _sums(items: Table) -> Table:
    counted = items.filter(items.nature.isin(list(GROSS_NATURES)))
    return counted.group_by(["body_id", "year_offset"]).agg(
        pence=counted.amount_pence.sum().cast("int64")
    )


def card_warnings(accounts: Iterable[CardAccount], registers: Registers) -> list[str]:
    """What of the cards and of their bulk payments has no other side."""
    found = []
    for one in accounts:
        name = registers.name(one.body_id)
        if one.items_pence and one.unmatched_items_pence:
            found.append(
                f"{name}: its card files list {format_gbp(one.items_pence)}; payments to a card "
                f"bank of {format_gbp(one.apart_pence)} are found in its supplier files, none for "
                f"{format_gbp(one.unmatched_items_pence)}, which is counted as listed; if that was "
                "paid to a bank under another name, add the name to card_bank"
            )
        if one.items_pence and one.unmatched_bulk_pence:
            found.append(
                f"{name}: {format_gbp(one.unmatched_bulk_pence)} was paid to a card bank beyond "
                "what its card files list; it stays in gross, on what it was spent is not known"
            )
    return found
