"""The tables that a count computes: their fields are binding for every part that reads them.

They are never shipped. ``control`` levels, grades and natures are the closed lists of
:mod:`totalplace.model._tables`; money is integer pence.
"""

from __future__ import annotations

from totalplace.model._tables import (
    BASES,
    CAP_REV,
    CONTROLS,
    DERIVATIONS,
    GRADES,
    NATURES,
    PAYEE_KINDS,
    PHASES,
    SIDES,
    STATUSES,
    Field,
    TableSpec,
)

__all__ = ["COUNT_TABLES"]


def _text(doc: str, unit: str = "", *, values: tuple[str, ...] = (), null: bool = False) -> Field:
    return Field("text", doc, unit, values, null)


def _pence(doc: str, *, null: bool = False) -> Field:
    return Field("pence", doc, "pence", (), null)


def _date(doc: str) -> Field:
    return Field("date", doc)


def _share(doc: str) -> Field:
    return Field("decimal", doc, "share of one")


COUNT_TABLES: dict[str, TableSpec] = {
    "line": TableSpec(
        "One amount of one body, as its source states it.",
        {
            "line_id": _text("where it stands", "source sha256:member:row:column"),
            "source_id": _text("the source file", "sha256"),
            "member": _text("sheet, or member of a zip; empty if there is none", null=True),
            "body_id": _text("whose money it is", "body_id"),
            "stream_id": _text("the grant, levy, ... it belongs to", "stream_id", null=True),
            "period_start": _date("first day of the period the money is for"),
            "period_end": _date("last day of that period"),
            "phase": _text("planned or done", values=PHASES),
            "side": _text("paid or received", values=SIDES),
            "nature": _text("what kind of payment", values=NATURES),
            "counterparty_id": _text("the body on the other side", "body_id", null=True),
            "payee_text": _text("the payee as published", null=True),
            "payee_kind": _text("what the payee is", values=PAYEE_KINDS),
            "amount_pence": _pence("the amount"),
            "low_pence": _pence("lowest amount that the published rounding allows"),
            "high_pence": _pence("highest amount that the published rounding allows"),
            "basis": _text("net of what", values=BASES),
            "cap_rev": _text("capital or current", values=CAP_REV),
            "geo_basis": _text("spent in the area or for its people", values=("for", "in")),
            "area": _text("where it is placed", "area code"),
            "derivation": _text("how it was placed", values=DERIVATIONS),
            "grade": _text("grade of placing it", values=GRADES),
            "control": _text("who decides on it", values=CONTROLS),
        },
        ("line_id",),
        is_shipped=False,
    ),
    "line_class": TableSpec(
        "A share of a line in a class; exclusive schemes sum to one, themes may overlap.",
        {
            "line_id": _text("the line", "line_id"),
            "scheme": _text("the scheme", values=("cofog", "theme", "client", "service")),
            "code": _text("the class"),
            "share": _share("how much of the line"),
        },
        ("line_id", "scheme", "code"),
        is_shipped=False,
    ),
    "area_overlap": TableSpec(
        "How much of an area lies in another, by a key.",
        {
            "from": _text("the area that is shared out", "area code"),
            "to": _text("the area that receives", "area code"),
            "key_id": _text("the key that measures it", "key_id"),
            "share": _share("share of from that lies in to"),
            "degree_of_fit": _share("how well the boundaries agree; 1 = exactly"),
        },
        ("from", "to", "key_id"),
        is_shipped=False,
    ),
    "match": TableSpec(
        "A payment found on both sides, or on one only.",
        {
            "match_id": _text("identifier"),
            "payer_line_id": _text("the payer's line", "line_id", null=True),
            "payee_line_id": _text("the payee's line", "line_id", null=True),
            "payer_pence": _pence("what the payer says"),
            "payee_pence": _pence("what the payee says", null=True),
            "kind": _text(
                "how it was found",
                values=("exact_id", "tolerance", "adjacent_year", "many_to_one", "one_sided"),
            ),
            "reason": _text("why these lines belong together"),
        },
        ("match_id", "payer_line_id", "payee_line_id"),
        is_shipped=False,
    ),
    "elimination": TableSpec(
        "What leaves gross because the payee's own lines hold it again.",
        {
            "match_id": _text("the match", "match_id"),
            "line_id": _text("the payer's line", "line_id"),
            "amount_pence": _pence("the payer's amount that is taken out"),
        },
        ("match_id", "line_id"),
        is_shipped=False,
    ),
    "control_total": TableSpec(
        "A published total that lines are held against, never added to them.",
        {
            "scope": _text("what it is the total of: body, year, function, cap/rev"),
            "amount_pence": _pence("the published total"),
            "source": _text("citation: publisher, title, edition, table or sheet"),
        },
        ("scope",),
        is_shipped=False,
    ),
    "coverage": TableSpec(
        "Whether a body's money of a year is known, and how.",
        {
            "snapshot": Field("integer", "the snapshot", "number"),
            "body_id": _text("the body", "body_id"),
            "year": _text("financial year", "2017-18"),
            "basis": _text("net of what", values=BASES),
            "status": _text("how it is known", values=STATUSES),
        },
        ("snapshot", "body_id", "year", "basis"),
        is_shipped=False,
    ),
    "decision": TableSpec(
        "A human choice: an alias, a match, a class, a mapping. It wins, and can be undone.",
        {
            "object_id": _text("what it is about: a payee name, a line, a match"),
            "what": _text("kind of choice", "alias, match, class, mapping, ..."),
            "who": _text("who decided"),
            "when": _text("when", "ISO date and time, UTC"),
            "why": _text("the reason given"),
        },
        ("object_id", "what", "when"),
        is_shipped=False,
    ),
}
