"""The payments of a place as canonical lines: one by one where a count needs each, else summed.

Of tens of millions of payments a few in a hundred go to another public body. Those are matched
and eliminated one by one. The rest enters gross where its payer stands, whoever got it, as the
sum of what is alike. Nothing is summed that a key divides: there each line is split by itself, to
the penny.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa

from totalplace.classify import SpendRules
from totalplace.count._payees import Payees
from totalplace.count._registers import Registers
from totalplace.count._spend import each_line, place_kinds, summed_lines
from totalplace.engine import Engine, stack
from totalplace.engine._engine import Table

__all__ = ["payment_lines"]


def payment_lines(
    engine: Engine,
    data: Mapping[str, Table],
    kinds: Table,
    *,
    year: str,
    payees: Payees,
    rules: SpendRules,
    codes: Mapping[str, Mapping[str, Any]],
    functions: Mapping[tuple[str, str], Mapping[str, int]],
    headline: frozenset[tuple[str, str]],
    registers: Registers,
    classes: pa.Table,
    banks: Sequence[tuple[str, str]],
    split: Collection[str] | None,
) -> dict[str, Table]:
    """Canonical lines of each payment dataset, in a year and its neighbours.

    Args:
        data: dataset -> its payments.
        kinds: the same payments by kind.
        banks: (payer, payee text) of card banks, whose payments are divided.
        split: zones whose lines a key divides; None to have every line one by one.
    """
    found = {}
    for name, payments in data.items():
        placed = place_kinds(
            engine,
            kinds.filter(kinds.dataset == name),
            year=year,
            payees=payees,
            rules=rules,
            codes=codes,
            functions=functions,
            headline=headline,
            registers=registers,
            classes=classes,
        )
        if split is None:
            found[name] = each_line(payments, placed)
            continue
        is_single = placed.counterparty_id.notnull()
        if split:
            is_single |= placed.zone.isin(sorted(split))
        if banks:
            is_single |= placed.payee_text.isin(sorted({bank for _, bank in banks}))
        rest = placed.filter(~is_single, placed.year_offset == 0)
        found[name] = stack([each_line(payments, placed.filter(is_single)), summed_lines(rest)])
    return found
