"""``mapping.toml``: layouts as people read and edit them, checked with all faults at once."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from totalplace.errors import Problem
from totalplace.sources._layout_form import layout_form
from totalplace.sources._mapping_check import checked_layout
from totalplace.sources._mapping_layout import Layout, named_keys

if TYPE_CHECKING:
    from totalplace.sources._mapping_propose import Proposal

__all__ = [
    "agreed_block",
    "layout_block",
    "merged",
    "new_file",
    "parse_layouts",
    "refuse_unbounded",
    "stated_headers",
    "with_agreed",
]

_HEAD = """\
# What the columns of files mean whose headers totalplace did not know.
# Written by `totalplace add`; yours to correct. A layout that stands here is never written again,
# but where somebody has agreed to another one of the same headers on a page.
# Then:  totalplace add PLACE FILE --mapping PLACE/mapping.toml
# Samples are cells of the files and may be names of people: keep this file inside the place.
#
# columns          field = "header", or "#3" for the third column; delete a line to leave one out.
#                  Fields: {fields}.
"""
_START = re.compile(r"\s*\[\[\s*layout\s*\]\]")
"""The line at which a layout begins."""

_MAX_LAYOUTS = 1_000
_MAX_DOTS = 1_000
"""Python's reader of TOML takes hours over a key of a hundred thousand parts."""


def refuse_unbounded(text: str) -> None:
    """Refuse a text over which a reader of TOML would take for ever.

    Raises:
        ValueError: why.
    """
    if any(line.count(".") > _MAX_DOTS for line in text.splitlines()):
        raise ValueError(f"a line of it has more than {_MAX_DOTS} dots")
    if text.count("[[") > _MAX_LAYOUTS:
        raise ValueError(f"it has more than {_MAX_LAYOUTS} layouts")


def new_file() -> str:
    """The beginning of a mapping file: what can be written in it."""
    form = layout_form()
    head = _HEAD.format(fields=", ".join(field.name for field in form.fields))
    return head + "".join(f"# {one.name:<16} {one.description}\n" for one in form.settings)


def layout_block(proposal: Proposal) -> str:
    """A proposed layout as it is written into the file, with its reasons and samples."""
    about = [f"# proposed for {_comment(proposal.where)}"]
    lines = [f"# still to be said - {_comment(str(one))}" for one in proposal.missing]
    lines += [f"# changed - {_comment(str(one))}" for one in proposal.drift]
    columns: list[str] = []
    for choice in proposal.choices:
        samples = " | ".join(choice.samples)
        columns += [
            f"# {choice.confidence:.2f}: {_comment('; '.join(choice.reasons))}",
            f"#       such as {_comment(samples)}",
            f"{choice.field} = {_text(choice.title)}",
        ]
    if proposal.unused:
        columns.append("# Not used:")
        columns += [f"#   {_comment(one.title)}: {_comment(one.why)}" for one in proposal.unused]
    return _block(proposal.layout, about, lines, columns)


def agreed_block(layout: Layout, *, who: str, when: str) -> str:
    """A layout that a person has agreed to elsewhere, as it is written into the file."""
    about = [f"# agreed by {_comment(who)}, {when[:10]}"]
    columns = [f"{field} = {_text(title)}" for field, title in layout.columns.items()]
    return _block(layout, about, [], columns)


def _block(
    layout: Layout, about: Sequence[str], told: Sequence[str], columns: Sequence[str]
) -> str:
    lines = [
        "",
        "[[layout]]",
        f"name = {_text(layout.name)}",
        *about,
        f"headers = [{', '.join(map(_text, layout.headers))}]",
        *told,
    ]
    for setting in layout_form().settings:
        value = getattr(layout, setting.name)
        text = _text(value) if isinstance(value, str) else json.dumps(value)
        lines.append(f"{setting.name} = {text}")
    return "\n".join([*lines, "", "[layout.columns]", *columns]) + "\n"


def stated_headers(text: str) -> list[tuple[str, ...]]:
    """The headers of each layout of a mapping file, right or wrong as it may be otherwise.

    Raises:
        ValueError: it is no TOML.
    """
    try:
        refuse_unbounded(text)
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(str(error)) from error
    listed = document.get("layout")
    return [
        tuple(map(str, one["headers"]))
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict) and isinstance(one.get("headers"), list)
    ]


def merged(text: str | None, blocks: Sequence[tuple[Layout, str]]) -> str | None:
    """A mapping file with new layouts at its end; what stands in it is left as it is.

    Args:
        text: the file, or None if there is none.

    Returns:
        The new text; None if there is nothing to add.

    Raises:
        ValueError: the file is no TOML, so nobody can tell what it holds.
    """
    known = {_identity(headers) for headers in stated_headers(text or "")}
    new = []
    for layout, block in blocks:
        if _identity(layout.headers) not in known:
            known.add(_identity(layout.headers))
            new.append(block)
    if not new:
        return None
    before = new_file() if text is None else text + ("" if text.endswith("\n") else "\n")
    return before + "".join(new)


def with_agreed(text: str | None, layout: Layout, block: str) -> str:
    """A mapping file in which an agreed layout stands: in the place of one about the same files,
    or at its end. All else is left as it is.

    Args:
        text: the file, or None if there is none.
        block: the layout as it is written.

    Raises:
        ValueError: the file is no TOML, so nobody can tell what it holds.
    """
    if text is None:
        return new_file() + block
    stated_headers(text)
    lines = text.splitlines(keepends=True)
    starts = [at for at, line in enumerate(lines) if _START.match(line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        (one,) = tomllib.loads("".join(lines[start:end]))["layout"]
        headers = one.get("headers")
        if not isinstance(headers, list) or one.get("sheet", "") != layout.sheet:
            continue
        if _identity(tuple(map(str, headers))) == _identity(layout.headers):
            after = "".join(lines[end:])
            return "".join(lines[:start]) + block.lstrip("\n") + ("\n" if after else "") + after
    return text + ("" if text.endswith("\n") else "\n") + block


def parse_layouts(
    text: str, *, where: str, known_body: Callable[[str], Problem | None]
) -> tuple[tuple[Layout, ...], list[Problem]]:
    """The layouts of a mapping file, and everything that is wrong with it.

    Args:
        known_body: what is wrong with the name of a body, or None.
    """
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return (), [_fault(where, f"it is no TOML: {error}", "mend the line that is named")]
    check = _Check(text, where)
    for key in document.keys() - {"layout"}:
        check.add(0, key, f"there is no setting {key!r} outside a layout", "delete the line")
    listed = document.get("layout", [])
    if not isinstance(listed, list) or not listed or not all(isinstance(x, dict) for x in listed):
        check.add(0, "layout", "it holds no [[layout]]", "let `totalplace add` write one")
        return (), check.problems
    layouts = []
    for number, one in enumerate(listed, start=1):
        before = len(check.problems)
        layout = checked_layout(one, number, check)
        if layout is not None:
            if layout.body and (problem := known_body(layout.body)) is not None:
                check.add(number, "body", problem.why, problem.fix)
            if len(check.problems) == before:
                layouts.append(layout)
    seen: dict[tuple[str, ...], str] = {}
    for number, layout in enumerate(layouts, start=1):
        identity = (*_identity(layout.headers), layout.sheet)
        if identity in seen:
            why = f"its headers are those of {seen[identity]!r}: one of them would never be used"
            check.add(number, "headers", why, "delete one of the two, or give each its `sheet`")
        seen[identity] = layout.name
    return tuple(layouts), check.problems


class _Check:
    """Gathers faults with the line they stand in."""

    def __init__(self, text: str, where: str) -> None:
        self._lines = text.splitlines()
        self._where = where
        self.problems: list[Problem] = []

    def add(self, number: int, key: str, why: str, fix: str) -> None:
        """Note a fault of a setting of the layout of a number, from 1; 0 is outside of all."""
        line = self._line(number, key)
        self.problems.append(_fault(f"{self._where}, line {line}", why, fix))

    def _line(self, number: int, key: str) -> int:
        at = start = 0
        for line_no, line in enumerate(self._lines, start=1):
            if _START.match(line):
                at += 1
                start = line_no if at == number else start
            if at == number and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return line_no
        return start or 1


def _identity(headers: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(named_keys(headers)))


def _fault(where: str, why: str, fix: str) -> Problem:
    return Problem("bad_mapping", "the mapping file cannot be used", where, why, fix)


def _text(value: str) -> str:
    """A text as TOML; JSON's form is one, but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _comment(text: str) -> str:
    """A text on one line, without what no comment of TOML may hold."""
    return "".join(mark if mark.isprintable() else " " for mark in text)
