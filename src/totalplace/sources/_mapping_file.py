"""``mapping.toml``: layouts as people read and edit them, checked with all faults at once."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from totalplace.errors import Problem
from totalplace.sources._columns import spend_fields
from totalplace.sources._mapping_layout import (
    AMOUNT_SIGNS,
    DATE_ORDERS,
    PAYEE_SHAPES,
    Layout,
    column_at,
    is_period,
    named_keys,
)

if TYPE_CHECKING:
    from totalplace.sources._mapping_propose import Proposal

__all__ = [
    "layout_block",
    "merged",
    "new_file",
    "parse_layouts",
    "refuse_unbounded",
    "stated_headers",
]

HEAD = """\
# What the columns of files mean whose headers totalplace did not know.
# Written by `totalplace add`; yours to correct. A layout that stands here is never written again.
# Then:  totalplace add PLACE FILE --mapping PLACE/mapping.toml
# Samples are cells of the files and may be names of people: keep this file inside the place.
#
# columns          field = "header", or "#3" for the third column; delete a line to leave one out.
#                  Fields: {fields}.
# header_row       the record of the header; 0 to have it found.
# sheet            the sheets to read, such as "April*"; "" for all that have this header.
# amount_sign      "debit_positive"; "credit_positive" where a payment is a negative number.
# date_order       "day_first" or "month_first".
# payee_shape      "plain"; "id_first", "id_last", "id_bracketed": where a number is glued to names.
# amounts_are_gross  true if the amounts include VAT and are to be taken as they are.
# body             whose payments they are, if neither the file nor --body says so.
# period           for files without dates: "2017-18", "2017-04", or "from_name".
"""
_OPTIONAL: dict[str, type] = {
    "header_row": int,
    "sheet": str,
    "amount_sign": str,
    "date_order": str,
    "payee_shape": str,
    "amounts_are_gross": bool,
    "body": str,
    "period": str,
}
_CHOICES = {
    "amount_sign": AMOUNT_SIGNS,
    "date_order": DATE_ORDERS,
    "payee_shape": PAYEE_SHAPES,
}
_FIELDS = tuple(field.name for field in spend_fields())
_MAX_LAYOUTS = 1_000
_MAX_DOTS = 1_000
"""Python's reader of TOML takes hours over a key of a hundred thousand parts."""

_KIND_NAMES = {str: "a text", int: "a whole number", bool: "true or false"}


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
    return HEAD.format(fields=", ".join(_FIELDS))


def layout_block(proposal: Proposal) -> str:
    """A proposed layout as it is written into the file, with its reasons and samples."""
    layout = proposal.layout
    lines = [
        "",
        "[[layout]]",
        f"name = {_text(layout.name)}",
        f"# proposed for {_comment(proposal.where)}",
        f"headers = [{', '.join(map(_text, layout.headers))}]",
    ]
    lines += [f"# still to be said - {_comment(one)}" for one in proposal.missing]
    lines += [f"# changed - {_comment(one)}" for one in proposal.drift]
    for name in _OPTIONAL:
        value = getattr(layout, name)
        lines.append(f"{name} = {_text(value) if isinstance(value, str) else json.dumps(value)}")
    lines += ["", "[layout.columns]"]
    for choice in proposal.choices:
        samples = " | ".join(choice.samples)
        lines += [
            f"# {choice.confidence:.2f}: {_comment('; '.join(choice.reasons))}",
            f"#       such as {_comment(samples)}",
            f"{choice.field} = {_text(choice.title)}",
        ]
    if proposal.unused:
        lines.append("# Not used:")
        lines += [f"#   {_comment(title)}: {_comment(why)}" for title, why in proposal.unused]
    return "\n".join(lines) + "\n"


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
        layout = _layout(one, number, check)
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
            if re.match(r"\s*\[\[\s*layout\s*\]\]", line):
                at += 1
                start = line_no if at == number else start
            if at == number and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return line_no
        return start or 1


def _layout(one: dict[str, Any], number: int, check: _Check) -> Layout | None:
    before = len(check.problems)
    for key in sorted(one.keys() - {"name", "headers", "columns", *_OPTIONAL}):
        check.add(number, key, f"there is no setting {key!r}", f"use {', '.join(_OPTIONAL)}")
    headers = one.get("headers")
    if not isinstance(headers, list) or not all(isinstance(cell, str) for cell in headers):
        check.add(number, "headers", "the headers are no list of texts", "copy the header's cells")
        headers = []
    elif not named_keys(headers):
        check.add(number, "headers", "no header has a name", "copy the header's cells")
    name = one.get("name", f"layout {number}")
    if not isinstance(name, str) or not name.strip():
        check.add(number, "name", "the name is no text", 'write name = "..."')
        name = ""
    for key, kind in _OPTIONAL.items():
        value = one.get(key, kind())
        if type(value) is not kind:
            check.add(number, key, f"{key} is {value!r}", f"write {_KIND_NAMES[kind]}")
        elif key in _CHOICES and key in one and value not in _CHOICES[key]:
            choices = " or ".join(map(_text, _CHOICES[key]))
            check.add(number, key, f"{key} is {value!r}", f"write {choices}")
    if isinstance(one.get("header_row", 0), int) and one.get("header_row", 0) < 0:
        check.add(number, "header_row", "rows are counted from 1", "write 0 to have it found")
    period = one.get("period", "")
    if isinstance(period, str) and not is_period(period):
        fix = 'write a year such as "2017-18", a month such as "2017-04", or "from_name"'
        check.add(number, "period", f"{period!r} is no period", fix)
    columns = _columns(one.get("columns", {}), headers, number, check)
    _check_complete(columns, period, number, check)
    if len(check.problems) > before:
        return None
    settings = {key: one[key] for key in _OPTIONAL if key in one}
    return Layout(name=name, headers=tuple(headers), columns=columns, **settings)


def _columns(found: object, headers: Sequence[str], number: int, check: _Check) -> dict[str, str]:
    if not isinstance(found, dict):
        check.add(number, "columns", "columns is no table", "write [layout.columns]")
        return {}
    columns: dict[str, str] = {}
    for field, title in found.items():
        if field not in _FIELDS:
            check.add(number, field, f"there is no field {field!r}", f"use {', '.join(_FIELDS)}")
        elif not isinstance(title, str) or column_at(headers, title) is None:
            shown = ", ".join(_text(cell) for cell in headers if cell.strip())
            fix = f'write one of {shown}, or "#" and the number of the column'
            check.add(number, field, f"{title!r} is none of the headers", fix)
        elif title in columns.values():
            other = next(name for name, taken in columns.items() if taken == title)
            why = f"{title!r} is the {other} already"
            check.add(number, field, why, "name another column, or delete one of the two lines")
        else:
            columns[field] = title
    return columns


def _check_complete(columns: dict[str, str], period: object, number: int, check: _Check) -> None:
    if "payee" not in columns:
        check.add(number, "payee", "no column is the payee", 'write payee = "..."')
    if "amount" not in columns and "gross" not in columns:
        check.add(number, "amount", "no column is the amount", 'write amount = "..."')
    if not period and not {"payment_date", "effective_date"} & columns.keys():
        fix = 'write payment_date = "...", or period = "2017-18"'
        check.add(number, "payment_date", "no column is a date, and there is no period", fix)


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
