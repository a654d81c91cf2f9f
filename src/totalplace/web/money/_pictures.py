"""The charts of the money pages: which figures, what is said of them, where each part leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from totalplace.charts import (
    Bar,
    Chart,
    Flow,
    Line,
    Node,
    Step,
    Tile,
    bars,
    line,
    sankey,
    treemap,
    waterfall,
)
from totalplace.web._figures import FigureRow, name_of
from totalplace.web._scope import Scope, figure_href
from totalplace.web._words import short_gbp
from totalplace.web.money._flows import LEVELS, Flows, Focus
from totalplace.web.money._flows import Node as Passed
from totalplace.web.money._splits import Part, split_words, value_href, value_words
from totalplace.web.money._tables import cash_unit

__all__ = [
    "elimination_picture",
    "flow_picture",
    "function_picture",
    "funder_picture",
    "list_picture",
    "made_of_picture",
    "outcome_picture",
    "part_picture",
    "theme_picture",
    "tier_picture",
]

_BARS = 20


def _caption(scope: Scope) -> str:
    return f"{cash_unit(scope)}. {scope.source}"


def _largest(scope: Scope, split: str, rows: Sequence[FigureRow]) -> str:
    """The main message: the largest of the rows and its amount."""
    if not rows:
        return _("There is nothing to show.")
    first = max(rows, key=lambda row: row.pence)
    return _("The largest is %(name)s with %(amount)s.") % {
        "name": value_words(scope.publication, split, first.values[split]),
        "amount": short_gbp(first.pence),
    }


def flow_picture(scope: Scope, flows: Flows, focus: Focus | None) -> Chart:
    """The Sankey of funder, stream, body and function."""

    def key(node: Passed) -> str:
        return f"{node.level}:{node.code}" if node.code is not None else f"{node.level}-rest"

    def label(node: Passed) -> str:
        if node.code is None:
            return _("Other (%(count)s)") % {"count": node.others}
        return value_words(scope.publication, node.level, node.code)

    def href(node: Passed) -> str:
        if node.code is None:
            return f"/money/{scope.query(by=node.level)}#table-count"
        return f"/money/{scope.query(focus=f'{node.level}:{node.code}')}"

    tops = [
        next(label(node) for node in flows.nodes if node.level == level)
        for level in ("funder", "function")
    ]
    description = _(
        "Money flows from left to right: funder, stream, body, purpose. The largest funder is"
        " %(funder)s, the largest purpose %(purpose)s."
    ) % {"funder": tops[0], "purpose": tops[1]}
    title = (
        _("From funder through stream and body to purpose")
        if focus is None
        else _("Flows through %(name)s")
        % {"name": value_words(scope.publication, focus.kind, focus.code)}
    )
    return sankey(
        [
            Node(key(node), label(node), LEVELS.index(node.level), href(node))
            for node in flows.nodes
        ],
        [Flow(key(a), key(b), pence) for (a, b), pence in flows.links.items()],
        title=title,
        description=description,
        caption=_caption(scope),
        columns=(_("From"), _("To"), _("Amount")),
    )


def function_picture(scope: Scope) -> Chart:
    """What the money is for, each purpose by body."""
    rows = scope.rows("body,function")
    tiles = [
        Tile(
            key=row.figure_id,
            label=value_words(scope.publication, "body", row.values["body"]),
            pence=row.pence,
            group=value_words(scope.publication, "function", row.values["function"]),
            href=figure_href(row, scope),
        )
        for row in rows
        if row.pence
    ]
    return treemap(
        tiles,
        title=_("What the money is for, and which body spends it"),
        description=_("Areas of net public money by purpose, each split by body. %(largest)s")
        % {"largest": _largest(scope, "function", scope.rows("function"))},
        caption=_caption(scope),
        heading=_("Body"),
    )


def elimination_picture(scope: Scope) -> Chart:
    """From gross to net: what the bodies of each tier pass on is counted once."""
    whole = scope.rows("")[0]
    steps = [Step("gross", _("Gross: all that bodies spend"), whole.gross_pence)]
    for row in sorted(scope.rows("tier"), key=lambda row: -row.eliminated_pence):
        if row.eliminated_pence:
            name = value_words(scope.publication, "tier", row.values["tier"])
            steps.append(
                Step(
                    f"tier-{row.values['tier']}",
                    _("Passed on: %(tier)s") % {"tier": name},
                    -row.eliminated_pence,
                    figure_href(row, scope),
                )
            )
    steps.append(Step("net", _("Net: nothing counted twice"), None, figure_href(whole, scope)))
    return waterfall(
        steps,
        title=_("From gross to net"),
        description=_(
            "Bodies spend %(gross)s gross. %(out)s of it is passed to other bodies that are"
            " counted here, and is taken out; %(net)s is left."
        )
        % {
            "gross": short_gbp(whole.gross_pence),
            "out": short_gbp(whole.eliminated_pence),
            "net": short_gbp(whole.pence),
        },
        caption=_caption(scope),
        heading=_("Step"),
    )


def tier_picture(scope: Scope) -> Chart:
    """Revenue and capital of each tier, with the range of the two together."""
    cells: dict[str, dict[str, int]] = {}
    for row in scope.rows("tier,cap_rev"):
        cells.setdefault(row.values["tier"], {})[row.values["cap_rev"]] = row.pence
    kinds = ("cur", "cap")
    items = [
        Bar(
            key=row.values["tier"],
            label=value_words(scope.publication, "tier", row.values["tier"]),
            values=tuple(cells.get(row.values["tier"], {}).get(kind, 0) for kind in kinds),
            low=row.low_pence,
            high=row.high_pence,
            href=figure_href(row, scope),
        )
        for row in scope.rows("tier")
    ]
    return bars(
        items,
        title=_("Which tier spends it: revenue and capital"),
        description=_(
            "Bars of net public money by tier, in two parts, revenue and capital, with the range"
            " of the two together. %(largest)s"
        )
        % {"largest": _largest(scope, "tier", scope.rows("tier"))},
        caption=_caption(scope),
        series=tuple(value_words(scope.publication, "cap_rev", kind) for kind in kinds),
        stacked=True,
        heading=split_words("tier"),
    )


def list_picture(scope: Scope, part: Part, rows: Sequence[FigureRow]) -> Chart:
    """The largest of a list: what stays with each, and what it passes on."""
    items = [
        Bar(
            key=row.values[part.split],
            label=value_words(scope.publication, part.split, row.values[part.split]),
            values=(row.pence, row.eliminated_pence),
            href=value_href(scope, part.split, row.values[part.split]) or "",
        )
        for row in sorted(rows, key=lambda row: -row.gross_pence)
        if row.gross_pence
    ]
    what = split_words(part.split).lower()
    return bars(
        items,
        title=_("Gross money by %(what)s: net, and what is passed on") % {"what": what},
        description=_(
            "Bars of gross money by %(what)s, in two parts: what is counted here as net, and what"
            " is passed to other bodies that are counted. %(largest)s"
        )
        % {"what": what, "largest": _largest(scope, part.split, rows)},
        caption=_caption(scope),
        series=(_("Net"), _("Passed on, and taken out")),
        stacked=True,
        limit=_BARS,
        heading=split_words(part.split),
    )


def part_picture(
    scope: Scope, part: Part, split: str, rows: Sequence[FigureRow], name: str
) -> Chart:
    """One part of the money by another split."""
    (other,) = (one for one in split.split(",") if one != part.split)
    title = _("%(name)s: %(what)s") % {"name": name, "what": split_words(other).lower()}
    return _plain_bars(scope, other, rows, title=title)


def made_of_picture(
    scope: Scope, row: FigureRow, by: Sequence[str], rows: Sequence[FigureRow]
) -> Chart:
    """What a figure is made up of."""
    items = [
        Bar(
            key=one.figure_id,
            label=", ".join(value_words(scope.publication, name, one.values[name]) for name in by),
            values=(one.pence,),
            low=one.low_pence,
            high=one.high_pence,
            href=figure_href(one, scope),
        )
        for one in rows
        if one.pence
    ]
    words = ", ".join(split_words(name) for name in by).lower()
    largest = max(items, key=lambda item: item.values[0] or 0)
    return bars(
        items,
        title=_("What the figure is made up of, by %(what)s") % {"what": words},
        description=_(
            "Bars of the parts of %(whole)s by %(what)s. The largest is %(name)s with %(amount)s."
        )
        % {
            "whole": short_gbp(row.pence),
            "what": words,
            "name": largest.label,
            "amount": short_gbp(int(largest.values[0] or 0)),
        },
        caption=_caption(scope),
        series=(_("Net"),),
        limit=_BARS,
        heading=", ".join(split_words(name) for name in by),
    )


def funder_picture(scope: Scope, trace: Sequence[Mapping[str, Any]]) -> Chart:
    """Whose money a body spends in the end."""
    items = [
        Bar(
            key=one["source"],
            label=name_of(scope.publication, "funder", one["source"]),
            values=(int(Decimal(one["gbp"]) * 100),),
        )
        for one in trace
    ]
    return bars(
        items,
        title=_("Whose money it is in the end"),
        description=_("Bars of money by ultimate funder. The largest is %(name)s.")
        % {"name": items[0].label},
        caption=_caption(scope),
        series=(_("Amount"),),
        limit=_BARS,
        heading=_("Ultimate funder"),
    )


def theme_picture(
    scope: Scope,
    known: Sequence[Mapping[str, Any]],
    spent: Mapping[tuple[str, str], FigureRow],
    kinds: Sequence[str],
) -> Chart:
    """Spending on each priority by kind."""
    items = []
    for theme in known:
        cells = [spent.get((theme["theme_id"], kind)) for kind in kinds]
        items.append(
            Bar(
                key=theme["theme_id"],
                label=theme["name"],
                values=tuple(row.pence if row else 0 for row in cells),
                href=f"/money/themes/{scope.query(theme=theme['theme_id'])}#outcomes",
            )
        )
    items.sort(key=lambda item: (-sum(int(value or 0) for value in item.values), item.key))
    return bars(
        items,
        title=_("Spending on each priority"),
        description=_(
            "Bars of spending by priority, in three parts: to prevent, to react, neither."
            " Priorities overlap. The largest is %(name)s."
        )
        % {"name": items[0].label},
        caption=_caption(scope),
        series=(_("To prevent"), _("To react"), _("Neither")),
        stacked=True,
        heading=_("Priority"),
    )


def outcome_picture(rows: Sequence[Mapping[str, Any]]) -> Chart:
    """One indicator over the years, with its target."""
    last = rows[-1]
    years = [row["year"] for row in rows]
    lines = [Line("value", _("Value"), tuple(Decimal(row["value"]) for row in rows))]
    better = _("higher is better") if last["direction"] == "up" else _("lower is better")
    words = _("%(name)s: %(value)s in %(year)s") % {
        "name": last["name"],
        "value": last["value"],
        "year": last["year"],
    }
    if last["target"] is not None:
        lines.append(Line("target", _("Target"), tuple(Decimal(last["target"]) for _year in years)))
        words += _("; the target is %(target)s") % {"target": last["target"]}
    return line(
        years,
        lines,
        title=last["name"],
        description=_("A line over the years; %(better)s. %(words)s.")
        % {"better": better, "words": words},
        caption=_("%(unit)s; %(better)s. %(source)s")
        % {"unit": last["unit"], "better": better, "source": last["source"]},
        unit=last["unit"],
        from_zero=False,
    )


def _plain_bars(scope: Scope, split: str, rows: Sequence[FigureRow], *, title: str) -> Chart:
    items = [
        Bar(
            key=row.figure_id,
            label=value_words(scope.publication, split, row.values[split]),
            values=(row.pence,),
            low=row.low_pence,
            high=row.high_pence,
            href=figure_href(row, scope),
        )
        for row in rows
        if row.pence
    ]
    return bars(
        items,
        title=title,
        description=_("Bars of net public money by %(what)s, with the range of each. %(largest)s")
        % {"what": split_words(split).lower(), "largest": _largest(scope, split, rows)},
        caption=_caption(scope),
        series=(_("Net"),),
        limit=_BARS,
        heading=split_words(split),
    )
