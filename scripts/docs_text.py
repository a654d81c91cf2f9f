"""Small helpers of the documentation scripts: tables, inline marks, and docstrings as Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence

__all__ = ["GENERATED", "docstring", "fence", "first_sentence", "inline", "table"]

GENERATED = (
    "<!-- Made by `python scripts/docs_pages.py` from the code and its data: change those, then"
    " run it again. -->\n"
)

_ROLE = re.compile(r":(?:func|class|mod|data|meth|attr):`~?(?:[\w.]*\.)?(\w+)`")
_SECTION = re.compile(r"(Args|Attributes|Returns|Raises|Yields):")
_ITEM = re.compile(r"(\*{0,2}[\w.]+(?:, \*{0,2}[\w.]+)*): (.*)")
_CODE = re.compile(r"(`+[^`]*`+)")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars and line ends in cells are made harmless."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


def fence(text: str, language: str = "") -> str:
    """A fenced block."""
    marks = "````" if "```" in text else "```"
    return f"{marks}{language}\n{text.rstrip()}\n{marks}"


def inline(text: str) -> str:
    """Running text of a docstring or a data file as Markdown: roles become code, no HTML.

    >>> inline(":func:`totalplace.open_place` reads ``<sha>`` of <folder>")
    '`open_place` reads ``<sha>`` of &lt;folder>'
    """
    parts = _CODE.split(_ROLE.sub(r"`\1`", text))
    return "".join(
        part if part.startswith("`") else part.replace("<", "&lt;").replace("*", "\\*")
        for part in parts
    )


def first_sentence(text: str) -> str:
    """The first sentence of a docstring, on one line."""
    plain = " ".join((text or "").strip().split("\n\n")[0].split())
    return inline(plain)


def docstring(text: str | None) -> str:
    """A docstring (prose, Google sections, doctests, literal blocks) as Markdown."""
    lines = inspect.cleandoc(text or "").splitlines()
    parts: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif _SECTION.fullmatch(line):
            block, at = _indented(lines, at + 1)
            parts.append(f"**{line[:-1]}**\n\n{_items(block)}")
        elif line.lstrip().startswith(">>>"):
            end = _end(lines, at)
            parts.append(fence(inspect.cleandoc("\n".join(lines[at:end])), "pycon"))
            at = end
        else:
            end = _end(lines, at)
            prose = " ".join(lines[at:end])
            if prose.endswith("::"):
                block, end = _indented(lines, end)
                prose = prose.removesuffix("::").rstrip()
                parts += [inline(prose) + ":"] if prose else []
                parts.append(fence(inspect.cleandoc("\n".join(block))))
            else:
                parts.append(inline(prose))
            at = end
    return "\n\n".join(parts)


def _end(lines: Sequence[str], at: int) -> int:
    """Index of the first line after `at` that ends a paragraph."""
    end = at + 1
    while end < len(lines) and lines[end].strip() and not _SECTION.fullmatch(lines[end]):
        end += 1
    return end


def _indented(lines: Sequence[str], at: int) -> tuple[list[str], int]:
    end = at
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith("    ")):
        end += 1
    return [line.removeprefix("    ") for line in lines[at:end]], end


def _items(block: Sequence[str]) -> str:
    """The items of a section as a list; a section of prose stays prose."""
    items: list[str] = []
    for line in block:
        found = _ITEM.match(line)
        if found:
            names = ", ".join(f"`{name.strip()}`" for name in found[1].split(","))
            items.append(f"- {names}: {found[2]}")
        elif items:
            items[-1] += f" {line.strip()}"
        elif line.strip():
            items.append(line.strip())
    if not any(item.startswith("- ") for item in items):
        return inline(" ".join(items))
    return "\n".join(inline(item.rstrip()) for item in items)
