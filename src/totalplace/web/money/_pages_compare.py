"""The place beside other areas, other places, and what was published of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field, create_model

from totalplace.charts import Bar, Chart, bars
from totalplace.errors import Problem
from totalplace.web._figures import name_of
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import MoneyParams
from totalplace.web._registry import page
from totalplace.web._scope import Scope, scope_of, state_form
from totalplace.web.money._compare_sides import Side, default_of, of_the_place, options_of, side_of

__all__: list[str] = []


class _CompareParams(MoneyParams):
    find: str | None = Field(
        None, max_length=100, description="Only offer areas and places with this in their name."
    )


# `with` is a word of Python, and of addresses
CompareParams: Any = create_model(
    "CompareParams",
    __base__=_CompareParams,
    __doc__="What the comparison takes.",
    **{
        "with": (
            str | None,
            Field(
                None,
                max_length=100,
                description="What to compare with: cra:<region>, ro:<authority> or place:<id>.",
            ),
        )
    },  # type: ignore[call-overload]
)


def _form_again(query: Mapping[str, str], problems: Sequence[Problem]) -> Page:
    """The form with what is wrong in it."""
    known = {name: value for name, value in query.items() if name in ("year", "at", "find")}
    try:
        made = compare(CompareParams.model_validate({k: v for k, v in known.items() if v}))
    except ValueError:
        made = compare(CompareParams())
    context = {
        **made.context,
        "errors": [f"{one.what}: {one.where}. {one.fix}." for one in problems],
    }
    return Page(
        title=made.title,
        template=made.template,
        publication=made.publication,
        year=made.year,
        crumbs=made.crumbs,
        tables=made.tables,
        context=context,
    )


@page(
    "money-compare",
    "money/compare/",
    params=CompareParams,
    access="public",
    summary="The place beside another area, another place, and what was published, by function.",
    refused=_form_again,
)
def compare(params: Any) -> Page:
    """The place beside something else, by what the money is for, per head where people are known.

    `with` is one of the values of the list `options`. Without it the place stands beside the
    largest area of the regional analysis, unless the list is being searched.
    """
    scope = scope_of(params)
    asked = getattr(params, "with")
    options = options_of(scope, params.find or "")
    value = default_of(scope) if asked is None and not params.find else asked
    theirs = None if value is None else side_of(scope, value)
    ours = of_the_place(scope, value or "")
    tables = [_published(scope), _options_table(options)]
    charts: dict[str, Chart] = {}
    if theirs is not None:
        tables.insert(0, _beside(scope, ours, theirs))
        charts["compare"] = _picture(scope, ours, theirs)
    place = scope.publication.manifest["place"]["name"]
    return Page(
        title=_("Compare %(place)s") % {"place": place}
        if theirs is None or asked is None
        else _("%(ours)s and %(theirs)s") % {"ours": ours.name, "theirs": theirs.name},
        template="compare.html",
        publication=scope.publication,
        year=scope.year,
        crumbs=[Crumb(_("Money"), f"/money/{scope.query()}")],
        lead=_(
            "Set the place beside a region, an authority, another place, or a figure that somebody"
            " published. Amounts per head are shown where both numbers of people are known."
        ),
        tables=tables,
        charts=charts,
        context={
            "groups": [
                (group, [(one.value, one.name) for one in some])
                for group, some in groupby(options, key=lambda one: one.group)
            ],
            "is_empty": not options,
            "has_any": bool(options or options_of(scope)),
            "find": params.find or "",
            "chosen": value or "",
            "chosen_is_listed": value is None or value in {one.value for one in options},
            "ours": ours,
            "theirs": theirs,
            "is_default": asked is None,
            "per_head": theirs is not None and _has_heads(ours, theirs),
            "at": params.at,
            "state": state_form(scope, with_per=False),
        },
    )


def _has_heads(*sides: Side) -> bool:
    return all(side.people for side in sides)


def _per_head(pence: int, side: Side) -> int | None:
    return round(Fraction(pence, side.people)) if side.people else None


def _divisions(*sides: Side) -> list[str]:
    """The divisions of all sides in the order of their codes, what is not classified last."""
    codes = {code for side in sides for code in side.pence}
    return sorted(codes, key=lambda code: (not code[:1].isdigit(), code))


def _words(scope: Scope, code: str) -> str:
    if code == "unclassified":
        return _("Not classified")
    return name_of(scope.publication, "function", code)


def _beside(scope: Scope, ours: Side, theirs: Side) -> Table:
    is_per_head = _has_heads(ours, theirs)
    rows = []
    for code in _divisions(ours, theirs):
        links = {}
        for column, side in (("ours_gbp", ours), ("theirs_gbp", theirs)):
            if code in side.hrefs and code in side.pence:
                links[column] = side.hrefs[code]
        rows.append({**_cells(ours, theirs, code), "_links": links, "function": code})
        rows[-1]["_words"] = {"function": _words(scope, code)}
    total = {
        **_cells(ours, theirs, None),
        "function": "total",
        "_words": {"function": _("All functions")},
    }
    heads = [
        Column("ours_per_head_gbp", _("%(name)s, per head") % {"name": ours.name}, "gbp"),
        Column("theirs_per_head_gbp", _("%(name)s, per head") % {"name": theirs.name}, "gbp"),
        Column("difference_per_head_gbp", _("Difference, per head"), "gbp"),
    ]
    return Table(
        "beside",
        _("By what it is for, %(year)s, £, in cash") % {"year": scope.year},
        [
            Column("function", _("What it is for"), is_head=True),
            Column("ours_gbp", ours.name, "gbp"),
            Column("theirs_gbp", theirs.name, "gbp"),
            *(heads if is_per_head else []),
        ],
        rows,
        total=total,
    )


def _cells(ours: Side, theirs: Side, code: str | None) -> dict[str, Any]:
    def of(side: Side) -> int | None:
        return side.total_pence if code is None else side.pence.get(code)

    mine, other = of(ours), of(theirs)
    cells: dict[str, Any] = {"ours_gbp": mine, "theirs_gbp": other}
    if _has_heads(ours, theirs):
        one, two = _per_head(mine or 0, ours), _per_head(other or 0, theirs)
        cells["ours_per_head_gbp"] = None if mine is None else one
        cells["theirs_per_head_gbp"] = None if other is None else two
        cells["difference_per_head_gbp"] = (one or 0) - (two or 0)
    return cells


def _picture(scope: Scope, ours: Side, theirs: Side) -> Chart:
    is_per_head = _has_heads(ours, theirs)

    def shown(side: Side, code: str) -> int | None:
        pence = side.pence.get(code)
        return _per_head(pence, side) if is_per_head and pence is not None else pence

    items = [
        Bar(
            key=code,
            label=_words(scope, code),
            values=(shown(ours, code), shown(theirs, code)),
            href=ours.hrefs.get(code, ""),
        )
        for code in _divisions(ours, theirs)
    ]
    named = (ours.name, theirs.name)
    if named[0] == named[1]:
        named = (ours.name, _("%(name)s (the other)") % {"name": theirs.name})
    unit = _("£ per head") if is_per_head else _("£")
    return bars(
        items,
        title=_("%(ours)s and %(theirs)s, by what the money is for")
        % {"ours": ours.name, "theirs": theirs.name},
        description=_(
            "Bars side by side for each function, %(unit)s, of %(ours)s and of %(theirs)s."
        )
        % {"unit": unit, "ours": ours.name, "theirs": theirs.name},
        caption=_("%(year)s, %(unit)s, in cash. %(source)s")
        % {"year": scope.year, "unit": unit, "source": scope.source},
        series=named,
        heading=_("What it is for"),
    )


def _published(scope: Scope) -> Table:
    """What was published of the same place and year, beside the count."""
    at = f"?at={scope.params.at}" if scope.params.at else ""
    return Table(
        "published",
        _("What was published of this place, beside the count, %(year)s, £, in cash")
        % {"year": scope.year},
        [
            Column("label", _("Figure"), is_head=True),
            Column("claim_id", _("Claim"), "code"),
            Column("published_gbp", _("Published"), "gbp"),
            Column("counted_gbp", _("Counted"), "gbp"),
            Column("difference_gbp", _("Difference"), "gbp"),
            Column("source", _("Source")),
        ],
        [
            {
                "label": one["label"],
                "claim_id": one["claim_id"] or "",
                **{
                    f"{name}_gbp": int(Decimal(one[f"{name}_gbp"]) * 100)
                    for name in ("published", "counted", "difference")
                },
                "source": one["source"],
                "_links": {
                    "claim_id": f"/claims/{one['claim_id']}/{at}",
                    "published_gbp": f"/claims/{one['claim_id']}/{at}",
                }
                if one["claim_id"]
                else {},
            }
            for one in scope.document["published"]
        ],
        empty=_("Nobody's published figure of this place and year is known to the program."),
    )


def _options_table(options: Sequence[Any]) -> Table:
    return Table(
        "options",
        _("What it can be compared with"),
        [
            Column("with", _("In the address"), "code"),
            Column("name", _("Name"), is_head=True),
            Column("group", _("Kind")),
        ],
        [{"with": one.value, "name": one.name, "group": one.group} for one in options],
    )
