"""A report as one page of HTML that needs nothing else: style and pictures are inside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from itertools import product
from typing import Literal

from totalplace.charts import svg
from totalplace.reports._report_model import (
    Block,
    Bullets,
    Cell,
    Column,
    Content,
    KeyFigures,
    Paragraph,
    Picture,
    Section,
    Table,
)
from totalplace.reports._report_words import (
    caption_text,
    cell_text,
    day_text,
    heading_text,
    is_number,
)

__all__ = ["html_bytes"]

_THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_WIDTHS = {"wide": 960, "narrow": 320}
"""Each picture is in the page for every screen; the style shows one of them."""


def html_bytes(content: Content) -> bytes:
    """The page, in UTF-8. No script, no style attribute, no address outside it."""
    return "\n".join(_page(content)).encode()


def _page(content: Content) -> Iterator[str]:
    style = files("totalplace.reports").joinpath("report.css").read_text("utf-8")
    yield "<!doctype html>"
    yield '<html lang="en-GB">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f'<meta name="description" content="{escape(content.notice)}">'
    yield f'<meta name="generator" content="totalplace {escape(content.software)}">'
    yield f"<title>{escape(content.title)}, {escape(content.subtitle)}</title>"
    yield f"<style>\n{style}</style>"
    yield "</head>"
    yield "<body>"
    yield '<a class="skip" href="#summary">Skip to the summary</a>'
    yield "<header>"
    yield f"<h1>{escape(content.title)}</h1>"
    yield f'<p class="subtitle">{escape(content.subtitle)}</p>'
    yield '<dl class="facts">'
    for label, text in content.facts:
        yield f"<div><dt>{escape(label)}</dt><dd>{escape(text)}</dd></div>"
    yield "</dl>"
    yield f'<p class="small">{escape(content.notice)}</p>'
    yield "</header>"
    yield '<nav aria-labelledby="contents">'
    yield '<h2 id="contents">Contents</h2>'
    yield "<ul>"
    for section in content.sections:
        if section.level == 1:
            yield f'<li><a href="#{section.name}">{escape(section.title)}</a></li>'
    yield "</ul>"
    yield "</nav>"
    yield "<main>"
    for section in content.sections:
        yield from _section(section)
    yield "</main>"
    yield "<footer>"
    yield f"<p>{escape(content.running)}, of {day_text(content.created)}.</p>"
    yield "</footer>"
    yield "</body>"
    yield "</html>\n"


def _section(section: Section) -> Iterator[str]:
    heading = f"h{section.level + 1}"
    page = ' class="page"' if section.starts_page else ""
    yield f'<section aria-labelledby="{section.name}"{page}>'
    yield f'<{heading} id="{section.name}">{escape(section.title)}</{heading}>'
    for block in section.blocks:
        yield from _block(block)
    yield "</section>"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        style = "" if block.style == "body" else f' class="{block.style}"'
        yield f"<p{style}>{escape(block.text)}</p>"
    elif isinstance(block, Bullets):
        tag = "ol" if block.is_numbered else "ul"
        yield f"<{tag}>"
        for item in block.items:
            yield f"<li>{escape(item)}</li>"
        yield f"</{tag}>"
    elif isinstance(block, KeyFigures):
        yield '<dl class="key">'
        for label, value, note in block.items:
            yield (
                f"<div><dt>{escape(label)}</dt>"
                f'<dd class="value">{escape(value)}</dd><dd>{escape(note)}</dd></div>'
            )
        yield "</dl>"
    elif isinstance(block, Picture):
        yield f'<figure id="picture-{block.name}">'
        for theme, (size, width) in product(_THEMES, _WIDTHS.items()):
            name = block.name.replace("_", "-")
            drawn = svg(block.chart, prefix=f"{name}-{theme}-{size}", width=width, theme=theme)
            yield f'<div class="on-{theme} on-{size}">{drawn}</div>'
        yield f"<figcaption>{escape(block.chart.caption)}</figcaption>"
        yield "</figure>"
    else:
        yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    columns = table.printed
    name = f"table-{table.name}"
    yield f'<div class="table" role="region" aria-labelledby="{name}" tabindex="0">'
    yield "<table>"
    yield f'<caption id="{name}">{escape(caption_text(table))}</caption>'
    yield "<thead><tr>"
    for column in columns:
        yield f'<th scope="col"{_class(column)}>{escape(heading_text(column))}</th>'
    yield "</tr></thead>"
    yield "<tbody>"
    for row in table.shown:
        yield _row(table, columns, row)
    yield "</tbody>"
    if table.last:
        yield "<tfoot>"
        for row in table.last:
            yield _row(table, columns, row)
        yield "</tfoot>"
    yield "</table>"
    yield "</div>"


def _row(table: Table, columns: Sequence[Column], row: Sequence[Cell]) -> str:
    cells = []
    for at, (cell, column) in enumerate(zip(row, columns, strict=True)):
        text = escape(cell_text(cell, column))
        if at == 0 and table.has_row_headings:
            cells.append(f'<th scope="row">{text}</th>')
        else:
            cells.append(f"<td{_class(column)}>{text}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _class(column: Column) -> str:
    if is_number(column):
        return ' class="n"'
    return f' class="{column.kind}"' if column.kind in {"id", "day"} else ""
