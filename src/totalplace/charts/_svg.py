"""From what ECharts writes to an SVG a page may hold.

ECharts numbers ids and classes over all it has drawn, writes a style sheet and inline styles that
a strict content policy forbids, and says nothing to a screen reader. Here ids are numbered anew
with a prefix, so that the same data give the same bytes; styles become attributes; the picture
gets a role, a title and a description; and what is hovered over tells its name and amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from defusedxml.ElementTree import fromstring

from totalplace.charts._palette import FONT
from totalplace.charts._text import drawable

__all__ = ["finished"]

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_META = "ecmeta_"
_DROPPED = frozenset({"class", "style", "version", "baseProfile"})
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def finished(
    raw: str,
    *,
    prefix: str,
    title: str,
    description: str,
    names: Mapping[str, str],
    option: Mapping[str, Any],
) -> str:
    """The SVG of a chart.

    Args:
        raw: what ECharts wrote.
        prefix: begins every id; unique on its page.
        title, description: told to a screen reader.
        names: what was cut, to what it says in full.
        option: the option that was drawn, whose items carry their ``tip``.
    """
    root = fromstring(raw, forbid_dtd=True)
    ids = {
        element.attrib["id"]: f"{prefix}-{number}"
        for number, element in enumerate(e for e in root.iter() if "id" in e.attrib)
    }
    tips = dict(_tips(option))
    told = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tp-chart" role="img"'
        f' aria-labelledby="{prefix}-title" aria-describedby="{prefix}-desc"'
        f' width="{root.attrib["width"]}" height="{root.attrib["height"]}"'
        f' viewBox="{root.attrib["viewBox"]}" font-family="{FONT}">'
        f'<title id="{prefix}-title">{_told(title)}</title>'
        f'<desc id="{prefix}-desc">{_told(description)}</desc>'
    )
    parts = [told]
    for child in root:
        _write(child, parts, ids, tips, names)
    return "".join([*parts, "</svg>\n"])


def _told(text: str) -> str:
    return escape(drawable(text))


def _write(
    element: Element,
    parts: list[str],
    ids: Mapping[str, str],
    tips: Mapping[tuple[str, str, str], str],
    names: Mapping[str, str],
) -> None:
    tag = element.tag.removeprefix(_NAMESPACE)
    if tag == "style" or (tag == "rect" and element.attrib.get("fill") == "none"):
        return
    attributes = dict(_attributes(element.attrib, ids))
    text = element.text or ""
    tip = names.get(text) if tag == "text" else tips.get(_shape(element))
    parts.append(f"<{tag}{''.join(f' {k}={quoteattr(v)}' for k, v in attributes.items())}>")
    if tip:
        parts.append(f"<title>{_told(tip)}</title>")
    parts.append(escape(text) if tag == "text" else "")
    for child in element:
        _write(child, parts, ids, tips, names)
    parts.append(f"</{tag}>")


def _attributes(found: Mapping[str, str], ids: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in found.items():
        if key == "id":
            yield key, ids[value]
        elif key == _SPACE:
            yield "xml:space", value
        elif key.endswith("href"):
            yield "href", f"#{ids[value.removeprefix('#')]}"
        elif not key.startswith((_META, "on", "{")) and key not in _DROPPED:
            yield key, _REFERENCE.sub(lambda match: f"url(#{ids[match[1]]})", value)
    for declaration in found.get("style", "").split(";"):
        name, colon, value = declaration.partition(":")
        if colon and name != "font-family":
            yield name.strip(), value.strip()


def _shape(element: Element) -> tuple[str, str, str]:
    """Which item a shape is of: series, kind and index; only a Sankey's flows are curved."""
    found = element.attrib
    kind = "links" if "C" in found.get("d", "") else "data"
    return found.get(f"{_META}series_index", ""), kind, found.get(f"{_META}data_index", "")


def _tips(option: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str], str]]:
    for number, series in enumerate(option["series"]):
        for kind in ("data", "links"):
            items = list(series.get(kind, ()))
            if series["type"] == "treemap":
                items = list(_tree({"children": items}))
            for index, item in enumerate(items):
                if isinstance(item, Mapping) and "tip" in item:
                    yield (str(number), kind, str(index)), item["tip"]


def _tree(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield item
    for child in item.get("children", ()):
        yield from _tree(child)
