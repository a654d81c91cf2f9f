"""Canonical lines from published payments: payees resolved once, rules applied once a kind.

Lines may number tens of millions, so what a rule or a name decides is decided on the distinct
values and joined back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import ibis
import pyarrow as pa

from totalplace.count._registers import Registers
from totalplace.count._years import year_start
from totalplace.engine import Engine
from totalplace.engine._engine import Table

__all__ = ["Payee", "SpendRules", "spend_lines"]

_LEVY_CODES = {"722": "transport-levy", "724": "waste-levy", "727": "pensions-levy", "728": "other-levy"}


@dataclass(frozen=True)
class Payee:
    """What a payee's text stands for in one payer's files."""

    payer_id: str
    payee_text: str
    payee_kind: str
    body_id: str | None


class SpendRules:
    """The placing rules of spend lines, most specific first.

    A rule names a body (or ``*``) and case-insensitive globs of service area, expense type and
    payee; the first that fits decides. Which payee globs a name fits is found once a name.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rules = sorted(
            rows, key=lambda row: (row["body_id"] == "*", -int(row["priority"] or 0))
        )
        self._payee_globs = sorted({
            str(row["payee_pattern"]).casefold()
            for row in self._rules
            if row["payee_pattern"] not in {None, "", "*"}
        })

    def payee_class(self, payee_text: str) -> str:
        """The payee globs that a name fits, as one text."""
        folded = payee_text.casefold()
        return "|".join(
            str(number)
            for number, glob in enumerate(self._payee_globs)
            if fnmatchcase(folded, glob)
        )

    def find(
        self, body_id: str, unit: str | None, expense: str | None, payee_class: str
    ) -> Mapping[str, Any] | None:
        """The rule that decides a line, or None."""
        globs = {self._payee_globs[int(number)] for number in payee_class.split("|") if number}
        unit_text, expense_text = (unit or "").casefold(), (expense or "").casefold()
        for rule in self._rules:
            if rule["body_id"] not in {"*", body_id}:
                continue
            payee_glob = str(rule["payee_pattern"] or "*").casefold()
            if payee_glob != "*" and payee_glob not in globs:
                continue
            if not fnmatchcase(unit_text, str(rule["unit_pattern"] or "*").casefold()):
                continue
            if fnmatchcase(expense_text, str(rule["expense_pattern"] or "*").casefold()):
                return rule
        return None


def spend_lines(
    engine: Engine,
    spend: Table,
    *,
    year: str,
    payees: Sequence[Payee],
    rules: SpendRules,
    functions: Mapping[tuple[str, str], Mapping[str, int]],
    headline_bodies: frozenset[str],
    registers: Registers,
) -> Table:
    """Lines of the ``spend`` dataset of a year and its neighbours.

    Args:
        spend: the dataset.
        payees: every distinct payee text, resolved.
        functions: (scheme, label) -> COFOG code -> weight; a class of several codes takes the
            heaviest.
        headline_bodies: bodies whose payments are their headline evidence; others itemise.
    """
    start = year_start(year)
    end = spend.period_end
    offset = ibis.ifelse(end.month() >= 4, end.year(), end.year() - 1) - start
    dated = spend.mutate(year_offset=offset.cast("int16"))
    dated = dated.filter(dated.year_offset.between(-1, 1))
    known = engine.memory(_payee_table(payees, rules))
    named = dated.left_join(
        known, [dated.body_id == known.payer_id, dated.payee_text == known.payee_name]
    )
    kinds = ("body_id", "unit_text", "expense_text", "payee_class", "class_code")
    filled = named.mutate(
        **{name: named[name].fill_null("") for name in kinds if name != "body_id"}
    )
    distinct = engine.to_arrow(filled.select(*kinds).distinct().order_by(*kinds))
    table = _rule_table(distinct.to_pylist(), rules, functions, headline_bodies, registers)
    placed = filled.inner_join(engine.memory(table), list(kinds))
    null = ibis.null("string")
    return placed.select(
        "source_id",
        "member",
        "row_no",
        "column_no",
        piece=ibis.literal(0).cast("int16"),
        dataset=ibis.literal("spend"),
        body_id="body_id",
        tier="tier",
        zone="zone",
        counterparty_id="counterparty_id",
        payee_text="payee_text",
        payee_kind=placed.kind.fill_null("organisation"),
        stream_id="stream_id",
        stream_kind="stream_kind",
        side=ibis.literal("out"),
        nature="nature",
        role="role",
        amount_pence="amount_pence",
        low_pence=placed.amount_pence,
        high_pence=placed.amount_pence,
        cap_rev="cap_rev",
        grade=ibis.literal("A"),
        derivation=ibis.literal("direct"),
        control=ibis.literal("local"),
        function="function",
        class_scheme="class_scheme",
        class_code=placed.class_used,
        funder=null,
        label=null,
        reference_id=null,
        year_offset="year_offset",
    )


def _payee_table(payees: Sequence[Payee], rules: SpendRules) -> pa.Table:
    return pa.table({
        "payer_id": pa.array([payee.payer_id for payee in payees], pa.string()),
        "payee_name": pa.array([payee.payee_text for payee in payees], pa.string()),
        "kind": pa.array([payee.payee_kind for payee in payees], pa.string()),
        "counterparty_id": pa.array([payee.body_id for payee in payees], pa.string()),
        "payee_class": pa.array(
            [rules.payee_class(payee.payee_text) for payee in payees], pa.string()
        ),
    })


def _rule_table(
    kinds: Sequence[Mapping[str, Any]],
    rules: SpendRules,
    functions: Mapping[tuple[str, str], Mapping[str, int]],
    headline_bodies: frozenset[str],
    registers: Registers,
) -> pa.Table:
    rows = []
    for kind in kinds:
        body_id = kind["body_id"]
        rule = rules.find(
            body_id, kind["unit_text"], kind["expense_text"], kind["payee_class"]
        ) or {"nature": "purchase", "ro_code": None, "cap_rev": "cur"}
        code = str(rule["ro_code"] or "") or None
        is_levy = code in _LEVY_CODES and rule["nature"] == "transfer"
        used = (
            functions.get(("proclass", kind["class_code"].casefold()))
            or functions.get(("ro_line", code or ""))
            or {}
        )
        rows.append({
            **kind,
            "tier": registers.tier(body_id),
            "zone": registers.body_zone.get(body_id, ""),
            "nature": rule["nature"],
            "cap_rev": rule["cap_rev"] or "cur",
            "role": "headline" if body_id in headline_bodies else "itemised",
            "function": max(used, key=lambda name: used[name]) if used else None,
            "class_scheme": "ro_line" if code else None,
            "class_used": code,
            "stream_id": _LEVY_CODES[code] if is_levy and code else None,
            "stream_kind": "levy" if is_levy else None,
        })
    names = (
        "body_id", "unit_text", "expense_text", "payee_class", "class_code", "tier", "zone",
        "nature", "cap_rev", "role", "function", "class_scheme", "class_used", "stream_id",
        "stream_kind",
    )
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in names]))
