"""Canonical lines from published payments: payees resolved once, rules applied once a kind.

Lines may number tens of millions, so what a rule or a name decides is decided on the distinct
values and joined back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from totalplace.classify import KIND_KEY, SET_APART, SpendRules, fold, heaviest
from totalplace.count._registers import Registers
from totalplace.count._returns import control_of
from totalplace.count._years import year_start
from totalplace.engine import Engine
from totalplace.engine._engine import Table

__all__ = ["Payee", "spend_lines"]

_KINDS = ("body_id", "unit_class", "expense_class", "payee_class", "code")


@dataclass(frozen=True)
class Payee:
    """What a payee's text stands for in one payer's files."""

    payer_id: str
    payee_text: str
    payee_kind: str
    body_id: str | None


def spend_lines(
    engine: Engine,
    spend: Table,
    *,
    year: str,
    payees: Sequence[Payee],
    rules: SpendRules,
    codes: Mapping[str, Mapping[str, Any]],
    functions: Mapping[tuple[str, str], Mapping[str, int]],
    headline: frozenset[tuple[str, str]],
    registers: Registers,
    classes: pa.Table | None = None,
) -> Table:
    """Lines of the ``spend`` dataset of a year and its neighbours.

    Args:
        spend: the dataset.
        payees: every distinct payer and payee text, resolved.
        codes: class of a return's line -> its row of the ``ro_line`` code list.
        functions: (scheme, label) -> COFOG code -> weight; a class of several codes takes the
            heaviest, the return line of a rule comes before the publisher's own class.
        classes: the classification of the place's payments, for what neither a return line nor
            the publisher's class tells; a person's correction in it wins over both.
        headline: body and ``cap`` or ``cur`` whose payments are the headline evidence; all
            others itemise a wider account.
    """
    start = year_start(year)
    end = spend.period_end
    offset = ibis.ifelse(end.month() >= 4, end.year(), end.year() - 1) - start
    lines = spend.mutate(year_offset=offset.cast("int16"), code=spend.class_code.fill_null(""))
    lines = lines.filter(lines.year_offset.between(-1, 1))
    for text in ("unit", "expense"):
        lines = _with_class(engine, lines, text, rules)
    known = engine.memory(_payee_table(payees, rules))
    lines = lines.left_join(
        known, [lines.body_id == known.payer_id, lines.payee_text == known.payee_name]
    )
    lines = lines.mutate(payee_class=lines.payee_class.fill_null(""))
    kinds = engine.to_arrow(lines.select(*_KINDS).distinct().order_by(*_KINDS)).to_pylist()
    table = _kind_table(kinds, rules, codes, functions, headline, registers)
    placed = lines.inner_join(engine.memory(table), list(_KINDS))
    if classes is not None:
        placed = _with_function(engine, placed, classes)
    null = ibis.null("string")
    return placed.select(
        "source_id",
        "member",
        "row_no",
        "column_no",
        "body_id",
        "tier",
        "zone",
        "control",
        "counterparty_id",
        "payee_text",
        "stream_id",
        "stream_kind",
        "nature",
        "role",
        "amount_pence",
        "cap_rev",
        "function",
        "class_scheme",
        "class_route",
        "year_offset",
        piece=ibis.literal(0).cast("int16"),
        dataset=ibis.literal("spend"),
        payee_kind=placed.payee_kind_read.fill_null("organisation"),
        side=ibis.literal("out"),
        low_pence=placed.amount_pence,
        high_pence=placed.amount_pence,
        grade=ibis.literal("A"),
        derivation=ibis.literal("direct"),
        class_code=placed.ro_code,
        funder=null,
        label=null,
        reference_id=null,
        line_count=ibis.literal(1).cast("int64"),
    )


def _with_class(engine: Engine, lines: Table, text: str, rules: SpendRules) -> Table:
    """The lines with the class of their service area or expense type."""
    column = f"{text}_text"
    distinct = engine.to_arrow(lines.select("body_id", column).distinct()).to_pylist()
    found = [
        {"of_body": row["body_id"], "of_text": row[column], "class": found}
        for row in distinct
        if (found := rules.of(row["body_id"]).text_class(text, row[column]))
    ]
    schema = pa.schema([(name, pa.string()) for name in ("of_body", "of_text", "class")])
    classes = engine.memory(pa.Table.from_pylist(found, schema=schema))
    joined = lines.left_join(
        classes, [lines.body_id == classes.of_body, lines[column] == classes.of_text]
    )
    return joined.mutate(**{f"{text}_class": joined["class"].fill_null("")}).drop(
        "of_body", "of_text", "class"
    )


_TOLD = ("decision", "general", "model", "bought")
"""Steps of the classification beyond the return line of a rule and the publisher's class."""


def _with_function(engine: Engine, lines: Table, classes: pa.Table) -> Table:
    """The lines with the functions that only the classification tells."""
    told = classes.filter(pc.is_in(classes["step"], value_set=pa.array(_TOLD)))
    if not told.num_rows:
        return lines
    named = told.select([*KIND_KEY, "function", "route"]).rename_columns(
        [*(f"of_{name}" for name in KIND_KEY), "told_function", "told_route"]
    )
    known = engine.memory(named)
    same = [lines[name].fill_null("") == known[f"of_{name}"] for name in KIND_KEY]
    joined = lines.left_join(known, same)
    return joined.mutate(
        function=ibis.coalesce(joined.told_function, joined.function),
        class_route=ibis.coalesce(joined.told_route, joined.class_route),
    ).drop("told_function", "told_route", *(f"of_{name}" for name in KIND_KEY))


def _payee_table(payees: Sequence[Payee], rules: SpendRules) -> pa.Table:
    rows = [
        {
            "payer_id": payee.payer_id,
            "payee_name": payee.payee_text,
            "payee_kind_read": payee.payee_kind,
            "counterparty_id": payee.body_id,
            "payee_class": rules.of(payee.payer_id).text_class("payee", payee.payee_text),
        }
        for payee in payees
    ]
    names = ("payer_id", "payee_name", "payee_kind_read", "counterparty_id", "payee_class")
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in names]))


def _kind_table(
    kinds: Sequence[Mapping[str, Any]],
    rules: SpendRules,
    codes: Mapping[str, Mapping[str, Any]],
    functions: Mapping[tuple[str, str], Mapping[str, int]],
    headline: frozenset[tuple[str, str]],
    registers: Registers,
) -> pa.Table:
    """What every line of a kind is: its nature, return line, stream, function and role."""
    rows = []
    for kind in kinds:
        body_id = kind["body_id"]
        rule = rules.of(body_id).find(
            {text: kind[f"{text}_class"] for text in ("unit", "expense", "payee")}
        )
        nature = rule["nature"] if rule else "purchase"
        code = str(rule["ro_code"] or "") if rule else ""
        cap_rev = (rule["cap_rev"] if rule else None) or "cur"
        line = codes.get(code)
        if line is not None:
            # an older form may hold in one line what the rules tell apart
            code = line.get("class_code") or code
        stream_id = line["stream_id"] if line is not None and nature == "transfer" else None
        stream = registers.stream.get(stream_id or "")
        route, used = "rule", functions.get(("ro_line", code), {})
        if not used:
            route, used = "code", functions.get(("proclass", fold(kind["code"])), {})
        if nature in SET_APART:
            route, used = nature, {}
        elif not used:
            route = "unclassified"
        rows.append(
            {
                **kind,
                "tier": registers.tier(body_id),
                "control": control_of(nature, stream, registers.tier(body_id)),
                "zone": registers.body_zone.get(body_id, ""),
                "nature": nature,
                "cap_rev": cap_rev,
                "role": "headline" if (body_id, cap_rev) in headline else "itemised",
                "function": heaviest(used),
                "class_route": route,
                "class_scheme": "ro_line" if code else None,
                "ro_code": code or None,
                "stream_id": stream_id,
                "stream_kind": stream["kind"] if stream else None,
            }
        )
    names = (
        *_KINDS,
        "tier",
        "zone",
        "control",
        "nature",
        "cap_rev",
        "role",
        "function",
        "class_scheme",
        "class_route",
        "ro_code",
        "stream_id",
        "stream_kind",
    )
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in names]))
