"""Canonical lines from published payments: payees resolved once, rules applied once a kind.

Lines may number tens of millions, so what a rule, a name or a classification decides is decided
on the distinct values and joined to the kinds of payment. Payments that nothing needs one by one
enter as the sums that their kinds are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from totalplace.classify import KIND_KEY, SET_APART, SpendRules, fold, heaviest, with_kind
from totalplace.count._payees import Payees
from totalplace.count._registers import Registers
from totalplace.count._returns import control_of
from totalplace.count._schema import LINE, LINE_KEY
from totalplace.count._years import year_start
from totalplace.engine import Engine, distinct_rows
from totalplace.engine._engine import Table

CLASS_COLUMNS = (*KIND_KEY, "step", "function", "route")
"""What a count needs of a classification."""

__all__ = ["CLASS_COLUMNS", "each_line", "place_kinds", "summed_lines"]

_CLASSES = ("body_id", "unit_class", "expense_class", "payee_class", "class_code")
"""What the rules and codes can tell apart."""

_PLACED = (
    "tier",
    "zone",
    "control",
    "counterparty_id",
    "payee_kind",
    "stream_id",
    "stream_kind",
    "nature",
    "role",
    "cap_rev",
    "function",
    "class_scheme",
    "class_route",
    "ro_code",
)
"""What placing finds out about a kind."""


def place_kinds(
    engine: Engine,
    kinds: Table,
    *,
    year: str,
    payees: Payees,
    rules: SpendRules,
    codes: Mapping[str, Mapping[str, Any]],
    functions: Mapping[tuple[str, str], Mapping[str, int]],
    headline: frozenset[tuple[str, str]],
    registers: Registers,
    classes: pa.Table | None = None,
) -> Table:
    """What the payments of each kind are, in a year and its neighbours.

    Args:
        kinds: payments of one dataset by kind, as :func:`totalplace.classify.grouped` sums them.
        payees: what every payee's text means.
        codes: class of a return's line -> its row of the ``ro_line`` code list.
        functions: (scheme, label) -> COFOG code -> weight; a class of several codes takes the
            heaviest, the return line of a rule comes before the publisher's own class.
        classes: the classification of the place's payments, for what neither a return line nor
            the publisher's class tells; a person's correction in it wins over both.
        headline: body and ``cap`` or ``cur`` whose payments are the headline evidence; all
            others itemise a wider account.

    Returns:
        KIND_KEY, year_start, year_offset, what was found out, and the sums ``pence`` and
        ``lines``.
    """
    offset = kinds.year_start - year_start(year)
    lines = kinds.mutate(year_offset=offset.cast("int16"))
    lines = lines.filter(lines.year_offset.between(-1, 1))
    for text in ("unit", "expense"):
        lines = _with_class(engine, lines, text, rules)
    lines = _with_payee(engine, lines, payees, rules)
    found = engine.to_arrow(distinct_rows(lines, _CLASSES)).to_pylist()
    table = _class_table(found, rules, codes, functions, headline, registers)
    placed = lines.inner_join(engine.memory(table), list(_CLASSES))
    if classes is not None:
        placed = _with_function(engine, placed, classes)
    return engine.keep(
        placed.select(*KIND_KEY, "year_start", "year_offset", *_PLACED, "pence", "lines")
    )


def each_line(payments: Table, placed: Table) -> Table:
    """Canonical lines of the payments of some kinds, one by one.

    Args:
        payments: the dataset that the kinds are of.
        placed: rows of :func:`place_kinds`.
    """
    # A few payees among many: the lines of all others need no look at their other texts.
    wanted = placed.select("payee_text").distinct()
    lines = with_kind(payments).semi_join(wanted, "payee_text")
    found = lines.inner_join(
        placed.select(*KIND_KEY, "year_start", "year_offset", *_PLACED), [*KIND_KEY, "year_start"]
    )
    return _lines(
        found,
        **{name: found[name] for name in LINE_KEY if name != "piece"},
        amount_pence=found.amount_pence,
        payee_text=found.payee_text.nullif(""),
        payee_kind=found.payee_kind,
        line_count=ibis.literal(1).cast("int64"),
    )


def summed_lines(placed: Table) -> Table:
    """Canonical lines that are each the sum of payments alike in all that a count tells apart.

    Such a line has no key and no payee of its own; ``line_count`` says how many it sums.
    """
    types = {name: str(LINE.field(name).type) for name in LINE.names}
    alike = ["body_id", "year_offset", *(name for name in _PLACED if name != "payee_kind")]
    sums = placed.group_by(alike).agg(
        **{name: placed[name].sum().cast("int64") for name in ("pence", "lines")}
    )
    return _lines(
        sums,
        source_id=ibis.literal(""),
        member=ibis.literal(""),
        row_no=ibis.literal(0).cast(types["row_no"]),
        column_no=ibis.literal(0).cast(types["column_no"]),
        amount_pence=sums.pence,
        payee_text=ibis.null("string"),
        payee_kind=ibis.null("string"),
        line_count=sums.lines,
    )


def _lines(found: Table, **own: Table) -> Table:
    null = ibis.null("string")
    columns = {
        **{name: found[name] for name in ("body_id", "year_offset")},
        **{name: found[name] for name in _PLACED if name in LINE.names and name != "payee_kind"},
        **own,
        "piece": ibis.literal(0).cast("int16"),
        "dataset": ibis.literal("spend"),
        "side": ibis.literal("out"),
        "low_pence": own["amount_pence"],
        "high_pence": own["amount_pence"],
        "grade": ibis.literal("A"),
        "derivation": ibis.literal("direct"),
        "class_code": found.ro_code,
        "funder": null,
        "label": null,
        "reference_id": null,
    }
    return found.select(**{name: columns[name] for name in LINE.names})


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
    same = [lines[name] == known[f"of_{name}"] for name in KIND_KEY]
    joined = lines.left_join(known, same)
    return joined.mutate(
        function=ibis.coalesce(joined.told_function, joined.function),
        class_route=ibis.coalesce(joined.told_route, joined.class_route),
    ).drop("told_function", "told_route", *(f"of_{name}" for name in KIND_KEY))


def _with_payee(engine: Engine, lines: Table, payees: Payees, rules: SpendRules) -> Table:
    """The kinds with what their payees' texts mean, and with the class of the text."""
    shared = engine.memory(
        _strings(
            name=payees.shared,
            shared_kind=[match.payee_kind for match in payees.shared.values()],
            shared_id=[match.body_id for match in payees.shared.values()],
        )
    )
    own = engine.memory(
        _strings(
            own_payer=[payer for payer, _ in payees.own],
            own_name=[name for _, name in payees.own],
            own_kind=[match.payee_kind for match in payees.own.values()],
            own_id=[match.body_id for match in payees.own.values()],
        )
    )
    # Few texts fit any pattern, and most payers share their patterns.
    fits = [
        (payer, name, found)
        for payer in payees.payers
        for name, found in rules.of(payer).fitting("payee", payees.shared).items()
    ]
    classes = engine.memory(
        _strings(
            class_payer=[payer for payer, _, _ in fits],
            class_name=[name for _, name, _ in fits],
            payee_class=[found for _, _, found in fits],
        )
    )
    named = lines.left_join(shared, lines.payee_text == shared.name)
    named = named.left_join(own, [named.body_id == own.own_payer, named.payee_text == own.own_name])
    named = named.left_join(
        classes,
        [named.body_id == classes.class_payer, named.payee_text == classes.class_name],
    )
    is_own = named.own_kind.notnull()
    return named.mutate(
        payee_kind=ibis.coalesce(named.own_kind, named.shared_kind, "organisation"),
        counterparty_id=ibis.ifelse(is_own, named.own_id, named.shared_id),
        payee_class=named.payee_class.fill_null(""),
    )


def _strings(**columns: Iterable[str | None]) -> pa.Table:
    return pa.table({name: pa.array(list(found), pa.string()) for name, found in columns.items()})


def _class_table(
    kinds: Sequence[Mapping[str, Any]],
    rules: SpendRules,
    codes: Mapping[str, Mapping[str, Any]],
    functions: Mapping[tuple[str, str], Mapping[str, int]],
    headline: frozenset[tuple[str, str]],
    registers: Registers,
) -> pa.Table:
    """What every line of a class is: its nature, return line, stream, function and role."""
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
            route, used = "code", functions.get(("proclass", fold(kind["class_code"])), {})
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
        *_CLASSES,
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
