"""How a table is declared, the closed lists of its values, and the registers of the place.

Registers are CSV files in ``model/data``, read by :func:`totalplace.model.load`; a place adds its
own rows in the same form. The code lists stand in ``_code_tables``, the tables that a count
computes in ``_count_tables``, and all of them together in ``_schema``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["REGISTER_TABLES", "Field", "TableSpec"]

Kind = Literal["text", "integer", "pence", "decimal", "date", "flag"]


@dataclass(frozen=True)
class Field:
    """One column.

    Args:
        kind: ``text``, ``integer``, ``pence`` (integer pence), ``decimal`` (exact, 12 places),
            ``date`` (ISO) or ``flag`` (``true``/``false``).
        doc: what it means, one sentence.
        unit: unit of a number, or the notation of a code.
        values: the only values allowed, if the list is closed.
        is_nullable: whether it may be empty.
    """

    kind: Kind
    doc: str
    unit: str = ""
    values: tuple[str, ...] = ()
    is_nullable: bool = False


@dataclass(frozen=True)
class TableSpec:
    """One table: what a row is, the columns in order, and the columns that identify a row."""

    doc: str
    fields: dict[str, Field]
    key: tuple[str, ...]
    is_shipped: bool = True


def _text(doc: str, unit: str = "", *, values: tuple[str, ...] = (), null: bool = False) -> Field:
    return Field("text", doc, unit, values, null)


def _number(doc: str, unit: str, *, kind: Kind = "integer", null: bool = False) -> Field:
    return Field(kind, doc, unit, (), null)


def _date(doc: str, *, null: bool = True) -> Field:
    return Field("date", doc, "", (), null)


SOURCE = _text("citation: publisher, title, edition, table or sheet")
TIERS = ("national", "quango", "local", "shared", "provider", "voluntary", "private")
LEVELS = (
    "country",
    "region",
    "county",
    "combined_authority",
    "police",
    "fire",
    "waste",
    "park",
    "unitary",
    "metropolitan_district",
    "london_borough",
    "shire_district",
    "site",
)
NATURES = (
    "own",
    "transfer",
    "purchase",
    "benefit",
    "agency",
    "payroll",
    "financing",
    "noncash",
    "recharge",
)
SIDES = ("out", "in")
CAP_REV = ("cap", "cur")
PHASES = ("budget", "outturn")
BASES = ("gross", "net_income", "net_grant")
PAYEE_KINDS = ("organisation", "individual", "redacted")
DERIVATIONS = ("direct", "apportioned", "inferred", "estimated")
GRADES = ("A", "B", "C", "D", "E", "X")
CONTROLS = ("local", "ringfenced", "national_rules", "national")
STATUSES = ("returned", "published", "estimated", "missing")
STREAM_KINDS = ("grant", "benefit", "allocation", "precept", "levy", "contract", "fee", "pooled")

REGISTER_TABLES: dict[str, TableSpec] = {
    "body": TableSpec(
        "One public body, provider, or body that handles public money, through its life.",
        {
            "body_id": _text("identifier, unique, never reused", "kebab-case slug"),
            "name": _text("official name, as its publisher writes it"),
            "tier": _text("where it stands in government", values=TIERS),
            "kind": _text("what sort of body", "e.g. metropolitan_district, nhs_ccg"),
            "org_ids": _text(
                "identifiers in public schemes", "scheme:value, separated by ;", null=True
            ),
            "valid_from": _date("first day it existed, if known"),
            "valid_to": _date("first day it no longer existed"),
            "successor_id": _text("body that took over most of it", "body_id", null=True),
            "source": SOURCE,
        },
        ("body_id",),
    ),
    "body_alias": TableSpec(
        "A name under which a body appears in published files.",
        {
            "alias": _text("the name as written; one alias means exactly one body"),
            "body_id": _text("the body", "body_id"),
            "source": SOURCE,
        },
        ("alias",),
    ),
    "body_area": TableSpec(
        "Where a body works: the area it serves, or where it merely stands.",
        {
            "body_id": _text("the body", "body_id"),
            "area": _text("the area", "GSS code or the place's own"),
            "role": _text(
                "serves its residents, or is only located there", "", values=("serves", "located")
            ),
            "source": SOURCE,
        },
        ("body_id", "area", "role"),
    ),
    "area": TableSpec(
        "One area: district, county, combined authority, police area, region, country, site.",
        {
            "code": _text("identifier", "GSS code or the place's own"),
            "name": _text("name without the word for its kind"),
            "level": _text("kind of area", values=LEVELS),
            "parent": _text("the region (or country) it lies in", "code", null=True),
            "valid_from": _date("first day, if known"),
            "valid_to": _date("first day it no longer existed"),
            "source": SOURCE,
        },
        ("code",),
    ),
    "area_member": TableSpec(
        "The lower-tier and unitary authorities of the key edition (2020) that an area is made of.",
        {
            "area": _text("the area", "code"),
            "lad": _text("an authority of the key edition", "code"),
            "fit": _text(
                "exact: the whole authority lies in the area; part: only some of it does, so the"
                " area cannot be chosen as a place, but bodies that serve it are placed here",
                values=("exact", "part"),
            ),
            "source": SOURCE,
        },
        ("area", "lad"),
    ),
    "key": TableSpec(
        "An apportionment key: a measure by area that shares out money that has no place.",
        {
            "key_id": _text("identifier", "one letter or word"),
            "measure": _text("what is counted", "people, households, ..."),
            "unit": _text("unit of the values", "persons"),
            "year": _number("year the measure is of", "calendar year"),
            "is_complete": Field("flag", "whether every authority of England has a value"),
            "source": SOURCE,
        },
        ("key_id",),
    ),
    "key_value": TableSpec(
        "The value of a key for one of its cells.",
        {
            "key_id": _text("the key", "key_id"),
            "area": _text("the cell: one authority, or an area of several", "code"),
            "value": _number("the measure", "unit of the key"),
            "source": SOURCE,
        },
        ("key_id", "area"),
    ),
    "denominator": TableSpec(
        "People or households of an authority, for figures per head.",
        {
            "area": _text("the authority", "code"),
            "kind": _text("what is counted", values=("people", "households")),
            "year": _number("year counted", "calendar year"),
            "value": _number("the count", "persons or households"),
            "source": SOURCE,
        },
        ("area", "kind", "year"),
    ),
    "deflator": TableSpec(
        "A GDP deflator by financial year, one row a year and edition.",
        {
            "year": _text("financial year", "2017-18"),
            "index": _number("price level", "base year = 100", kind="decimal"),
            "base": _text("the year that stands at 100", "financial year"),
            "edition": _text("the publication the series comes from", "e.g. 2015-03"),
            "is_forecast": Field("flag", "whether the publisher marked it a forecast"),
            "is_default": Field("flag", "whether real terms use this row unless told otherwise"),
            "source": SOURCE,
        },
        ("edition", "year"),
    ),
    "payee_rule": TableSpec(
        "A rule by which the name of a payee is read.",
        {
            "kind": _text(
                "redacted: pattern of a withheld name; noise: word to leave out; abbreviation:"
                " word to write out as value; title: form of address; organisation_word: shows"
                " that it is no person; not_a_person: firm named like one; own_name: what value"
                " (a body) is called in the files of payer_id; not_a_body: a body's name that"
                " other organisations bear too; part_word: with a body's name it means a part of"
                " that body; public_name: pattern of the names of a kind (value) of public body;"
                " not_public: pattern of names of that kind which others bear; public_word: may"
                " stand in the name of a public body",
                values=(
                    "redacted",
                    "noise",
                    "abbreviation",
                    "title",
                    "organisation_word",
                    "not_a_person",
                    "own_name",
                    "not_a_body",
                    "part_word",
                    "public_name",
                    "not_public",
                    "public_word",
                ),
            ),
            "pattern": _text(
                "regular expression for redacted, public_name and not_public, else the word or name"
            ),
            "value": _text("what it stands for", null=True),
            "payer_id": _text("only in this body's files", "body_id", null=True),
            "reason": _text("why the rule holds"),
            "source": SOURCE,
        },
        ("kind", "pattern", "payer_id"),
    ),
    "indicator": TableSpec(
        "What became of a theme: an outcome of the place in one year, beside what was aimed at.",
        {
            "theme_id": _text("the theme", "theme_id"),
            "indicator_id": _text("identifier", "kebab-case slug"),
            "name": _text("what is measured"),
            "unit": _text("unit of the value", "e.g. % or per 1,000 people"),
            "direction": _text("which way is better", values=("up", "down")),
            "target": _number("what is aimed at", "unit", kind="decimal", null=True),
            "target_year": _text("by when", "year, calendar or financial", null=True),
            "year": _text("year of the value", "year, calendar or financial"),
            "value": _number("the value", "unit", kind="decimal"),
            "source": SOURCE,
        },
        ("indicator_id", "year"),
    ),
    "first_name": TableSpec(
        "A common first name of the United Kingdom, by which a person's name is recognised.",
        {"first_name": _text("the name in lower case"), "source": SOURCE},
        ("first_name",),
    ),
}
