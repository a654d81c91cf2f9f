"""Payments whose function is not known, by the pattern that a correction takes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from totalplace._api._lines import lines_table
from totalplace._api._paid import kinds_of, largest_lines, register_of
from totalplace._api._queue_item import EVIDENCE_LINES, QueueItem, Suggestion
from totalplace.classify import ANY_TEXT, KIND_KEY, UNCLASSIFIED, classified, payments
from totalplace.engine import Engine, stack
from totalplace.model import load
from totalplace.place import Folder

__all__ = ["unclassified_items"]

_GUESS = re.compile(r"the model gives (\S+) only (\d+)%")
_TEXTS = ("unit_text", "expense_text", "payee_text")
_TOLD = ("body_id", *_TEXTS)

Pattern = tuple[str, str, str, str]
"""Payer, service area, expense type and payee; ``*`` for any."""


@dataclass
class _Group:
    """Payments of one pattern: their money, and how much of it each guess and reason is of."""

    pence: int = 0
    lines: int = 0
    guesses: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)


def unclassified_items(
    engine: Engine, folder: Folder, *, year: str | None, at: int | None
) -> list[QueueItem]:
    """Payments without a function, one item a payer, service area and expense type.

    Where one of these is not published, the payee is part of the pattern, so that the correction
    is about no more than is seen.
    """
    kinds = kinds_of(engine, folder, at=at, year=year)
    sums = kinds.group_by(list(KIND_KEY)).agg(
        lines=kinds.lines.sum().cast("int64"), pence=kinds.pence.sum().cast("int64")
    )
    columns = [*KIND_KEY, "payee_kind", "route", "reason"]
    classes = classified(engine, folder, folder.state(at), folder.decisions(at), columns=columns)
    left = classes.filter(pc.equal(classes["route"], UNCLASSIFIED))
    rows = engine.to_arrow(sums.inner_join(engine.memory(left), list(KIND_KEY))).to_pylist()
    groups: dict[Pattern, _Group] = {}
    texts: dict[tuple[str, ...], str] = {}
    for row in rows:
        pattern = _pattern(row)
        if pattern is None:
            continue
        texts[tuple(row[name] for name in _TOLD)] = _object_id(pattern)
        group = groups.setdefault(pattern, _Group())
        group.pence += row["pence"]
        group.lines += row["lines"]
        group.reasons[_reason(row["reason"])] += abs(row["pence"]) + 1
        if guess := _GUESS.search(row["reason"]):
            group.guesses[guess[1], guess[2]] += abs(row["pence"])
    evidence = _evidence(engine, folder, at, texts) if texts else {}
    names = {row["code"]: row["name"] for row in load("cofog").to_pylist()}
    register = register_of(folder, at)
    items = []
    for pattern, group in groups.items():
        object_id = _object_id(pattern)
        body = register.get(pattern[0])
        said = " / ".join(text for text in pattern[1:] if text != ANY_TEXT)
        items.append(
            QueueItem(
                what="class",
                object_id=object_id,
                title=f"{pattern[0] if body is None else body.name}: {said}",
                reason=max(group.reasons, key=lambda one: (group.reasons[one], one)),
                note="",
                pence=group.pence,
                lines=group.lines,
                body_ids=(pattern[0],),
                evidence=evidence.get(object_id, ()),
                suggestions=_suggestions(group, names),
            )
        )
    return items


def _pattern(row: dict[str, Any]) -> Pattern | None:
    """The narrowest pattern that a correction can name these payments by; None if there is none."""
    unit, expense, payee = (_plain(row[name]) for name in _TEXTS)
    if unit and expense:
        return row["body_id"], unit, expense, ANY_TEXT
    if payee and row["payee_kind"] == "organisation":
        return row["body_id"], unit or ANY_TEXT, expense or ANY_TEXT, payee
    if unit or expense:
        return row["body_id"], unit or ANY_TEXT, expense or ANY_TEXT, ANY_TEXT
    return None


def _plain(text: str) -> str:
    """A text as a part of a pattern, in which a bar would begin the next part."""
    return text.replace("|", ANY_TEXT).strip()


def _reason(text: str) -> str:
    """Why the payments have no function, without the numbers."""
    return "no code, no rule; the model is not sure" if _GUESS.search(text) else text


def _suggestions(group: _Group, names: dict[str, str]) -> tuple[Suggestion, ...]:
    by_code: Counter[str] = Counter()
    surest: dict[str, int] = {}
    for (code, per_cent), pence in group.guesses.items():
        by_code[code] += pence + 1
        surest[code] = max(surest.get(code, 0), int(per_cent))
    return tuple(
        Suggestion(code, names.get(code, code), f"the model gives it up to {surest[code]}%")
        for code, _ in sorted(by_code.items(), key=lambda pair: (-pair[1], pair[0]))[:3]
    )


def _object_id(pattern: Pattern) -> str:
    return " | ".join(pattern[:3] if pattern[3] == ANY_TEXT else pattern)


def _evidence(
    engine: Engine, folder: Folder, at: int | None, texts: dict[tuple[str, ...], str]
) -> dict[str, tuple[str, ...]]:
    """Item -> the line_ids of its largest lines.

    Args:
        texts: payer, service area, expense type and payee -> the item they belong to.
    """
    columns = {
        f"of_{name}": pa.array([key[at] for key in texts], pa.string())
        for at, name in enumerate(_TOLD)
    }
    known = engine.memory(pa.table({**columns, "group": pa.array(texts.values(), pa.string())}))
    tables = []
    for dataset in payments(engine, folder, folder.state(at)):
        lines = lines_table(engine, folder, dataset, at=at)
        told = {
            name: lines[name].fill_null("") if name in lines.columns else ibis.literal("")
            for name in _TOLD
        }
        lines = lines.select("line_id", "amount_pence", **told)
        found = lines.inner_join(known, [lines[name] == known[f"of_{name}"] for name in _TOLD])
        tables.append(found.select("group", "line_id", "amount_pence"))
    return largest_lines(engine, stack(tables), rows=EVIDENCE_LINES)
