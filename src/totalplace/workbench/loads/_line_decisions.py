"""The decisions that a line of the place rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from totalplace.classify import ANY_TEXT, class_pattern
from totalplace.place import Decision

__all__ = ["decisions_about"]


def decisions_about(
    decisions: Iterable[Decision], line: Mapping[str, Any], sha256: str
) -> list[Decision]:
    """Those about its payee, its purpose, its stream, and the licence of its source.

    Args:
        line: as it was read.
    """
    return [one for one in decisions if _is_about(one, line, sha256)]


def _is_about(one: Decision, line: Mapping[str, Any], sha256: str) -> bool:
    body_id = line.get("body_id") or ""
    match one.what:
        case "alias" | "payee_kind":
            return _is_text(one.object_id, line.get("payee_text") or line.get("counterparty_text"))
        case "stream":
            return _is_text(one.object_id, line.get("stream_text"))
        case "licence":
            return one.object_id in {sha256, "*", f"body:{body_id}"}
        case "class":
            pattern = class_pattern(one.object_id)
            return pattern.body_id in {ANY_TEXT, body_id} and all(
                fnmatchcase(str(line.get(name) or "").casefold(), text.casefold())
                for name, text in (
                    ("unit_text", pattern.unit),
                    ("expense_text", pattern.expense),
                    ("payee_text", pattern.payee),
                )
            )
    return False


def _is_text(one: str, other: object) -> bool:
    return bool(other) and one.strip().casefold() == str(other).strip().casefold()
