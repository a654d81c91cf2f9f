"""Tags and filters of the templates: money, tables, charts.

Tables are written here and not by loops of templates: a page has thousands of cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from totalplace.charts import Chart, Linked, Pence
from totalplace.money import format_gbp, format_whole_gbp
from totalplace.web._page import Column, Page, Row, Table
from totalplace.web._words import grade_words, short_gbp

__all__ = ["chart", "day", "gbp", "gbp_short", "grade_badge", "number", "table", "twin"]

register = template.Library()
_FOLDED = 4
_DEFINITIONS = "/data/definitions/"


@register.filter
def gbp(pence: int | None) -> str:
    """Pence as pounds to the penny."""
    return "" if pence is None else format_gbp(pence)


@register.filter
def gbp_short(pence: int | None) -> str:
    """Pence as pounds in millions or billions, for prose."""
    return "" if pence is None else short_gbp(pence)


@register.filter
def number(value: int | None) -> str:
    """A whole number with separators."""
    return "" if value is None else f"{value:,}"


@register.filter
def day(value: str | date | None) -> str:
    """A date as people write it: 30 November 2026."""
    if not value:
        return ""
    one = value if isinstance(value, date) else date.fromisoformat(value[:10])
    return date_format(one, "j F Y")


@register.simple_tag
def grade_badge(grade: str | None) -> SafeString:
    """How a figure is placed, with a link to what the grades mean."""
    if not grade:
        return mark_safe("")
    words = _("%(word)s (grade %(grade)s)") % {"word": grade_words(grade)[0], "grade": grade}
    return mark_safe(  # noqa: S308 - all parts are escaped
        f'<a class="govuk-link tp-grade" href="{_DEFINITIONS}grade/">{escape(words)}</a>'
    )


def _grade(grade: str) -> str:
    """A grade in a table: the heading of its column leads to what the grades mean."""
    word, meaning = grade_words(grade)
    return (
        f'<span class="tp-grade tp-grade--{escape(grade.lower())}" title="{escape(meaning)}">'
        f"{escape(word)} ({escape(grade)})</span>"
    )


@register.simple_tag
def table(one: Table) -> SafeString:
    """A table with its caption; its cells lead to where they come from."""
    if not one.seen:
        empty = one.empty or _("There is nothing to show.")
        return mark_safe(  # noqa: S308
            f'<p class="govuk-inset-text" id="table-{escape(one.name)}">{escape(empty)}</p>'
        )
    seen = one.seen
    # a fold that hides a row or two is no use
    if one.fold is None or len(seen) < one.fold + _FOLDED:
        return mark_safe(_grid(one, seen, one.total) + _more(one))  # noqa: S308
    top, rest = seen[: one.fold], seen[one.fold :]
    others = one.rows[one.first + one.fold :]
    all_others = _("The other %(n)s rows") % {"n": f"{len(others):,}"}
    words = all_others
    if len(rest) < len(others):
        words = _("The next %(n)s rows") % {"n": f"{len(rest):,}"}
    below = replace(one, name=f"{one.name}-rest", caption=f"{one.caption}. {words}")
    between = _sums(one, others, all_others) if one.total else None
    return mark_safe(  # noqa: S308 - all parts are escaped
        f"{_grid(one, top, one.total, between=between)}"
        f'<details class="govuk-details"><summary class="govuk-details__summary">'
        f'<span class="govuk-details__summary-text">{escape(words)}</span></summary>'
        f"{_grid(below, rest, None)}</details>{_more(one)}"
    )


def _sums(one: Table, rows: Sequence[Row], words: str) -> Row:
    """The rows of a fold as one row, so that the open ones add up to the total."""
    found: dict[str, Any] = {
        column.name: sum(row.get(column.name) or 0 for row in rows)
        for column in one.shown
        if column.name in (one.total or {}) and column.kind in {"gbp", "number"}
    }
    return found | {column.name: words for column in one.shown if column.is_head}


def _grid(one: Table, rows: Sequence[Row], total: Row | None, *, between: Row | None = None) -> str:
    columns, name = one.shown, escape(one.name)
    head = "".join(
        f'<th scope="col" class="govuk-table__header{_numeric(column, "header")}">'
        f"{_heading(column)}</th>"
        for column in columns
    )
    body = "".join(_row(row, columns) for row in (*rows, *([between] if between else [])))
    foot = f'<tfoot class="govuk-table__body">{_row(total, columns)}</tfoot>' if total else ""
    # a wide table is scrolled by itself, by keyboard too
    return (
        f'<div class="tp-scroll" tabindex="0" role="region" aria-labelledby="caption-{name}"'
        f' id="table-{name}"><table class="govuk-table tp-table">'
        f'<caption class="govuk-table__caption govuk-table__caption--s" id="caption-{name}">'
        f'<span class="tp-caption">{escape(one.caption)}</span></caption>'
        f'<thead class="govuk-table__head"><tr class="govuk-table__row">{head}</tr></thead>'
        f'<tbody class="govuk-table__body">{body}</tbody>{foot}</table></div>'
    )


def _more(one: Table) -> str:
    """Where the rows are that a page does not show."""
    more = ""
    if one.more is None and len(one.seen) < len(one.rows):
        words = _("Rows %(first)s to %(last)s of %(all)s. The data files hold all of them.")
        told = {
            "first": f"{one.first + 1:,}",
            "last": f"{one.first + len(one.seen):,}",
            "all": f"{len(one.rows):,}",
        }
        more = f'<p class="govuk-body tp-quiet">{escape(words % told)}</p>'
    elif one.more is not None:
        href, words = one.more
        more = (
            f'<p class="govuk-body"><a class="govuk-link" href="{escape(href)}">'
            f"{escape(words)}</a></p>"
        )
    return more


def _heading(column: Column) -> str:
    defined = column.definition or ("grade" if column.kind == "grade" else "")
    if not defined:
        return str(escape(column.label))
    return f'<a class="govuk-link" href="{_DEFINITIONS}{defined}/">{escape(column.label)}</a>'


def _row(row: Row, columns: list[Column]) -> str:
    links: Mapping[str, str] = row.get("_links", {})
    notes: Mapping[str, str] = row.get("_notes", {})
    words: Mapping[str, str] = row.get("_words", {})
    cells = []
    for column in columns:
        if column.name in words:
            text = str(escape(words[column.name]))
        else:
            text = _text(row.get(column.name), column)
        if column.name in links and text:
            text = f'<a class="govuk-link" href="{escape(links[column.name])}">{text}</a>'
        if column.name in notes:
            text += f'<span class="tp-note">{escape(notes[column.name])}</span>'
        if column.is_head:
            cells.append(f'<th scope="row" class="govuk-table__header tp-head">{text}</th>')
        else:
            cells.append(f'<td class="govuk-table__cell{_numeric(column, "cell")}">{text}</td>')
    return f'<tr class="govuk-table__row">{"".join(cells)}</tr>'


def _numeric(column: Column, part: str) -> str:
    if column.is_numeric:
        return f" govuk-table__{part}--numeric"
    return " tp-nowrap" if column.kind in {"date", "grade"} or column.name == "year" else ""


def _text(value: Any, column: Column) -> str:
    if value is None or value == "":
        return ""
    form = format_whole_gbp if column.is_whole else _FORMS.get(column.kind)
    return escape(value) if form is None else form(value)


def _day(value: Any) -> str:
    return escape(f"{value.day} {value:%b %Y}" if isinstance(value, date) else value)


def _decimal(value: Any) -> str:
    """An exact number, every digit of it, with separators in thousands."""
    whole, dot, rest = str(value).partition(".")
    digits = whole.lstrip("-")
    if digits.isdecimal() and len(digits) > 3:
        whole = f"{int(whole):,}"
    return escape(f"{whole}{dot}{rest}")


_FORMS: dict[str, Callable[[Any], str]] = {
    "gbp": lambda value: escape(format_gbp(value)),
    "number": lambda value: escape(f"{value:,}"),
    "decimal": _decimal,
    "pct": lambda value: escape(f"{value:.1f}%"),
    "grade": _grade,
    "date": _day,
    "code": lambda value: f"<code>{escape(value)}</code>",
}


@register.simple_tag
def twin(one: Chart, name: str) -> SafeString:
    """The table twin of a chart."""
    head = "".join(
        f'<th scope="col" class="govuk-table__header">{escape(text)}</th>' for text in one.columns
    )
    body = "".join(
        '<tr class="govuk-table__row">' + "".join(map(_twin_cell, row)) + "</tr>"
        for row in one.rows
    )
    return mark_safe(  # noqa: S308 - all parts are escaped
        f'<div class="tp-scroll" tabindex="0" role="region" aria-label="{escape(one.title)}"'
        f' id="twin-{escape(name)}"><table class="govuk-table tp-table">'
        f'<caption class="govuk-table__caption govuk-visually-hidden">{escape(one.title)}</caption>'
        f'<thead class="govuk-table__head"><tr class="govuk-table__row">{head}</tr></thead>'
        f'<tbody class="govuk-table__body">{body}</tbody></table></div>'
    )


def _twin_cell(value: object) -> str:
    if isinstance(value, Linked):
        text = str(escape(str(value)))
        if value.href:
            text = f'<a class="govuk-link" href="{escape(value.href)}">{text}</a>'
        return f'<th scope="row" class="govuk-table__header tp-head">{text}</th>'
    if isinstance(value, Pence):
        return (
            '<td class="govuk-table__cell govuk-table__cell--numeric">'
            f"{escape(format_gbp(int(value)))}</td>"
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'<td class="govuk-table__cell govuk-table__cell--numeric">{value:,}</td>'
    said = "" if value is None else str(value)
    return f'<td class="govuk-table__cell">{escape(said)}</td>'


@register.simple_tag(takes_context=True)
def chart(context: Any, name: str) -> SafeString:
    """A chart of the page: its picture, caption and table twin."""
    page: Page = context["page"]
    if name not in page.charts:
        return mark_safe("")
    facts = {"chart": page.charts[name], "name": name, "data": context["data"]}
    return render_to_string("totalplace/components/chart.html", facts)
