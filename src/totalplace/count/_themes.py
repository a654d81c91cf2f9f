"""Themes: money by local priority, in shares that may overlap and are never summed across."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from totalplace.count._totals import Cell

__all__ = ["theme_cells", "unthemed_pence"]


def theme_cells(cells: Iterable[Cell], rules: Iterable[Mapping[str, Any]]) -> list[Cell]:
    """Cells by theme and by kind (prevention, reaction, other).

    Each cell goes to a theme by the most precise code it has: the publisher's own code first,
    then COFOG, where a rule for a division also covers its groups. Shares are rounded half-even
    to the penny a cell.

    Args:
        cells: signed cells.
        rules: the ``theme_rule`` register: theme_id, scheme, code, share, kind.
    """
    by_code = _by_code(rules)
    found = []
    for cell in cells:
        for rule in _rules_of(cell.values, by_code):
            share = Fraction(rule["share"])
            found.append(
                Cell(
                    values={**cell.values, "theme": rule["theme_id"], "theme_kind": rule["kind"]},
                    pence=round(cell.pence * share),
                    low_pence=round(cell.low_pence * share),
                    high_pence=round(cell.high_pence * share),
                )
            )
    return found


def unthemed_pence(cells: Iterable[Cell], rules: Iterable[Mapping[str, Any]]) -> int:
    """What of the cells no theme takes: of each what its rules leave, and nothing of one that
    they take whole, or more than once."""
    by_code = _by_code(rules)
    left = 0
    for cell in cells:
        taken = sum(Fraction(rule["share"]) for rule in _rules_of(cell.values, by_code))
        left += round(cell.pence * (1 - min(taken, Fraction(1))))
    return left


def _by_code(
    rules: Iterable[Mapping[str, Any]],
) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    by_code: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    # A place's own rule comes later and takes the place of a shipped one about the same.
    last = {(r["theme_id"], r["scheme"], _fold(r["code"]), r["kind"]): r for r in rules}
    for (_, scheme, code, _), rule in last.items():
        by_code.setdefault((scheme, code), []).append(rule)
    return by_code


def _fold(text: str) -> str:
    return " ".join(str(text).casefold().split())


def _rules_of(
    values: Mapping[str, Any], by_code: Mapping[tuple[str, str], list[Mapping[str, Any]]]
) -> list[Mapping[str, Any]]:
    """The rules of a cell: for each theme those of the most precise code only."""
    keys: list[tuple[str, str]] = []
    if values["class_scheme"] and values["class_code"]:
        keys.append((values["class_scheme"], _fold(values["class_code"])))
    code = values["function"] or ""
    while code:
        keys.append(("cofog", code))
        code = code.rpartition(".")[0]
    chosen: dict[str, list[Mapping[str, Any]]] = {}
    for key in keys:
        here: dict[str, list[Mapping[str, Any]]] = {}
        for rule in by_code.get(key, []):
            here.setdefault(rule["theme_id"], []).append(rule)
        for theme, rules in here.items():
            chosen.setdefault(theme, rules)
    return [rule for rules in chosen.values() for rule in rules]
