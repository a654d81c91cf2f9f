"""The forms of the code lists: how published labels and codes are read, every row cited.

Labels of published files are matched after one normalisation: runs of white space become one
space, the ends are stripped and case is folded. So a label that drifts in case or spacing between
files needs no second row. In patterns only ``*`` is special: it stands for any run of characters;
a pattern matches the whole normalised text.
"""

from __future__ import annotations

from totalplace.model._tables import (
    BASES,
    CAP_REV,
    CONTROLS,
    NATURES,
    SIDES,
    STREAM_KINDS,
    TIERS,
    Field,
    TableSpec,
)

__all__ = ["CODE_TABLES", "GRANT_ROLES", "RO_ROLES"]

RO_ROLES = (
    "service",
    "benefit",
    "levy",
    "bridge",
    "financing",
    "funding",
    "total",
    "reserve_level",
    "memo",
    "hra",
)
RO_TOTALS = ("service_expenditure", "net_current_expenditure")
GRANT_ROLES = ("grant", "total")
RINGFENCES = ("none", "soft", "hard")
SCHEMES = ("cra_function", "cra_subfunction", "ro_line", "proclass", "proclass_input", "cofog")
SIGNS = (
    "positive_is_spend",
    "positive_adds",
    "negative_is_receipt",
    "negative_is_funding",
    "positive_is_funding",
)


def _text(doc: str, unit: str = "", *, values: tuple[str, ...] = (), null: bool = False) -> Field:
    return Field("text", doc, unit, values, null)


def _share(doc: str) -> Field:
    return Field("decimal", doc, "share of one")


def _date(doc: str) -> Field:
    return Field("date", doc, "", (), True)


SOURCE = _text("citation: publisher, title, edition, table or sheet")
REASON = _text("why the row says what it says; (assumed) marks a judgement")

CODE_TABLES: dict[str, TableSpec] = {
    "cofog": TableSpec(
        "A function of government in the United Nations' classification.",
        {
            "code": _text("code", "COFOG 1999, as 09, 09.1, 09.1.1"),
            "name": _text("English name"),
            "level": _text("how fine it is", values=("division", "group", "class")),
            "parent": _text("the code it is part of", "COFOG", null=True),
            "source": SOURCE,
        },
        ("code",),
    ),
    "crosswalk": TableSpec(
        "A share of one scheme's code in another scheme; the shares of a code sum to one.",
        {
            "from_scheme": _text("scheme of the code", values=SCHEMES),
            "from_code": _text("code or label as published"),
            "to_scheme": _text("scheme it is led to", values=SCHEMES),
            "to_code": _text("code in that scheme"),
            "share": _share("part of the money of from_code"),
            "reason": REASON,
            "source": SOURCE,
        },
        ("from_scheme", "from_code", "to_scheme", "to_code"),
    ),
    "ro_line": TableSpec(
        "A line of the revenue outturn summary (form RS) and what the count does with it.",
        {
            "edition": _text("year of the form", "financial year"),
            "table": _text("form", values=("RS",)),
            "code": Field("integer", "line number of the form"),
            "block": Field("integer", "which occurrence of the code in the sheet, from 1"),
            "label": _text("label as published"),
            "role": _text(
                "service, benefit and levy are spending; bridge stands between them and net"
                " current expenditure; financing after it; funding pays for it; total is never"
                " added; reserve_level, memo and hra stand beside the account",
                values=RO_ROLES,
            ),
            "nature": _text("nature of the money", values=NATURES, null=True),
            "side": _text("spent or received", values=SIDES, null=True),
            "cap_rev": _text("capital or current", values=CAP_REV, null=True),
            "stream_id": _text("the stream it is part of", "stream_id", null=True),
            "funder_id": _text("who funds it, if one body", "body_id", null=True),
            "funder_text": _text("who funds it, in words", null=True),
            "control": _text("who decides on it", values=CONTROLS, null=True),
            "cofog": _text("main function; shares are in the crosswalk", "COFOG", null=True),
            "class_code": _text(
                "the line's class in every edition: the code of 2017-18 that holds the same; two"
                " joined by + where the form holds in one line what 2017-18 tells apart",
                null=True,
            ),
            "service_code": _text("the service it is tied to", "class_code", null=True),
            "total_of": _text("which total it is", values=RO_TOTALS, null=True),
            "basis": _text("gross or net of what", values=BASES, null=True),
            "sign": _text("what a positive or negative figure means", values=SIGNS, null=True),
            "reason": REASON,
            "source": SOURCE,
        },
        ("edition", "table", "code", "block"),
    ),
    "ro_grant": TableSpec(
        "A grant of the revenue outturn's form RG, by code; unnamed where no name is established.",
        {
            "edition": _text("year of the form", "financial year"),
            "table": _text("form", values=("RG",)),
            "code": Field("integer", "line number of the form"),
            "label": _text("name of the grant"),
            "role": _text("a total is never added", values=GRANT_ROLES),
            "aef": _text("aggregate external finance", values=("inside", "outside", "all")),
            "stream_id": _text("the stream", "stream_id", null=True),
            "funder_id": _text("who pays it", "body_id", null=True),
            "funder_text": _text("who pays it, in words", null=True),
            "ringfence": _text("how tied it is", values=RINGFENCES, null=True),
            "control": _text("who decides on it", values=CONTROLS, null=True),
            "service_code": _text("the service line it is tied to", "RS code", null=True),
            "reason": REASON,
            "source": SOURCE,
        },
        ("edition", "table", "code"),
    ),
    "published_figure": TableSpec(
        "A published figure of a place and year that a count of it is set beside.",
        {
            "claim_id": _text("claim of the ledger", "claims.csv id"),
            "areas": _text("the place's area codes, separated by ;", "GSS"),
            "year": _text("year of the money", "financial year"),
            "measure": _text(
                "what of the count answers it",
                values=("net", "identifiable", "control", "funder"),
            ),
            "value": _text("which control or funder"),
            "label": _text("what the figure is of"),
            "published_pence": Field("pence", "the figure as published", "pence"),
            "source": SOURCE,
        },
        ("claim_id", "year", "measure", "value"),
    ),
    "cra_scope": TableSpec(
        "A kind of body whose spending the regional analysis holds under another body's name.",
        {
            "kind": _text("the kind of body", "body.kind"),
            "cra_body_id": _text("the organisation that holds it", "cra_body.body_id"),
            "source": SOURCE,
        },
        ("kind", "cra_body_id"),
    ),
    "cra_body": TableSpec(
        "A department and organisation of the country and regional analysis, and its body.",
        {
            "edition": _text("year of publication"),
            "department": _text("department label as published"),
            "organisation": _text("organisation label; the department's own in 2010"),
            "department_codes": _text("codes of the label in the 2010 file, by ;", null=True),
            "body_id": _text("the body", "body_id"),
            "tier": _text("where it stands in government", values=TIERS),
            "control": _text("who decides on its money", values=CONTROLS),
            "is_local": Field("flag", "local government of England, whatever its CG/LG/PC label"),
            "is_hra": Field("flag", "a housing revenue account"),
            "reason": REASON,
            "source": SOURCE,
        },
        ("edition", "department", "organisation"),
    ),
    "cra_region": TableSpec(
        "A region or identifiable label of the country and regional analysis.",
        {
            "edition": _text("year of publication"),
            "kind": _text("which column", values=("region", "identifiable")),
            "label": _text("label as published"),
            "region_code": _text(
                "the region; ZZ_OUTSIDE outside the UK, ZZ_NONID of no region", "GSS", null=True
            ),
            "is_identifiable": Field("flag", "spent for one region", "", (), True),
            "source": SOURCE,
        },
        ("edition", "kind", "label"),
    ),
    "spend_rule": TableSpec(
        "A rule that places payment lines; the highest priority wins, then the payer's own.",
        {
            "body_id": _text("the payer, * for any", "body_id"),
            "unit_pattern": _text("pattern of the service area or directorate"),
            "expense_pattern": _text("pattern of the expense type or purpose"),
            "payee_pattern": _text("pattern of the payee"),
            "nature": _text("nature of the money", values=NATURES),
            "ro_code": _text("the return line it falls under", "RS code", null=True),
            "cap_rev": _text("capital or current, inferred", values=CAP_REV),
            "reason": REASON,
            "source": SOURCE,
            "priority": Field("integer", "tried from high to low; 1 catches what no other places"),
        },
        ("body_id", "unit_pattern", "expense_pattern", "payee_pattern"),
    ),
    "class_rule": TableSpec(
        "A rule on words that says what any body's payments are for, where nothing surer does.",
        {
            "body_id": _text("the payer, * for any", "body_id"),
            "unit_pattern": _text("pattern of the service area or directorate"),
            "expense_pattern": _text("pattern of the expense type or purpose"),
            "payee_pattern": _text("pattern of the payee"),
            "code": _text("function", "COFOG"),
            "reason": REASON,
            "source": SOURCE,
            "priority": Field("integer", "tried from high to low"),
        },
        ("body_id", "unit_pattern", "expense_pattern", "payee_pattern"),
    ),
    "class_sample": TableSpec(
        "A text of service area and expense type that a person read, to measure against.",
        {
            "body_id": _text("the payer", "body_id"),
            "text_hash": _text("first 16 digits of SHA-256 of payer, service area, expense type"),
            "stratum": Field("integer", "number of the quarter of its money, 0 the largest texts"),
            "code": _text("division; empty where a reader cannot tell", "COFOG", null=True),
            "source": SOURCE,
        },
        ("text_hash",),
    ),
    "card_bank": TableSpec(
        "A payee that is paid in bulk for purchases made by card.",
        {
            "pattern": _text("the payee's normalised name, in which only * is special"),
            "name": _text("the issuer and its card, as it calls them"),
            "reason": REASON,
            "source": SOURCE,
        },
        ("pattern",),
    ),
    "local_only": TableSpec(
        "A site programme: money of a region that stays with the authority of its site.",
        {
            "segment_pattern": _text("pattern of the segment, any if empty", null=True),
            "department": _text("department label"),
            "organisation": _text("organisation label"),
            "region_code": _text(
                "region of the cells it moves, every region if empty", "GSS", null=True
            ),
            "site_area": _text("authority, or region, that holds the site", "GSS"),
            "site_name": _text("the site"),
            "valid_from": _date("first day it holds, if known"),
            "valid_to": _date("first day it no longer holds"),
            "reason": REASON,
            "source": SOURCE,
        },
        ("department", "organisation", "region_code"),
    ),
    "stream": TableSpec(
        "A stream of money between bodies: grant, benefit, levy, precept, pooled budget.",
        {
            "stream_id": _text("identifier", "kebab-case slug"),
            "name": _text("name"),
            "funder_id": _text("who pays it, if one body", "body_id", null=True),
            "kind": _text("what sort of stream", values=STREAM_KINDS),
            "ringfence": _text("how tied it is", values=RINGFENCES),
            "condition": _text("what it is for or who decides"),
            "start": _date("first day, if known"),
            "end": _date("last day, if it ended"),
            "source": SOURCE,
        },
        ("stream_id",),
    ),
    "nature": TableSpec(
        "A nature of money, and what the count does with it.",
        {
            "nature": _text("identifier", values=NATURES),
            "name": _text("name for people"),
            "is_in_gross": Field("flag", "counted in the payer's gross"),
            "is_eliminated": Field("flag", "taken out when the payee is fully counted"),
            "definition": _text("what it is"),
            "source": SOURCE,
        },
        ("nature",),
    ),
    "control": TableSpec(
        "Who decides on money.",
        {
            "control": _text("identifier", values=CONTROLS),
            "name": _text("name for people"),
            "definition": _text("what it is"),
            "source": SOURCE,
        },
        ("control",),
    ),
    "theme": TableSpec(
        "A local priority that cuts across functions; themes overlap and are never summed.",
        {
            "theme_id": _text("identifier", "kebab-case slug"),
            "name": _text("name"),
            "definition": _text("what it holds"),
            "source": SOURCE,
        },
        ("theme_id",),
    ),
    "theme_rule": TableSpec(
        "The share of a code that belongs to a theme, and whether it prevents or reacts.",
        {
            "theme_id": _text("the theme", "theme_id"),
            "scheme": _text("scheme of the code", values=SCHEMES),
            "code": _text("code or label as published"),
            "share": _share("part of the money of the code"),
            "kind": _text("what the money does", values=("prevention", "reaction", "other")),
            "reason": REASON,
            "source": SOURCE,
        },
        ("theme_id", "scheme", "code", "kind"),
    ),
}
