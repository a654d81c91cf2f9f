"""The worked examples of cases: each table's case is run, and each figure must come out as printed.

The arithmetic in the last column is worked out as well, so that a figure and its explanation cannot
part.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from totalplace.cases import CaseResult, discount_factors, read_case_text, run_case

FOLDER = Path(__file__).parent / "cases"
TABLES = sorted(FOLDER.glob("*.md"))
FACTORS = discount_factors("standard", 130)


def factor(year: int) -> float:
    return 1 / 1.035**year if year <= 30 else float(FACTORS[year])


def annuity(first: int, last: int) -> float:
    return sum(factor(year) for year in range(first, last + 1))


def arithmetic(text: str) -> float:
    """The value of an expression of numbers, factors and annuities alone."""
    tree = ast.parse(text, mode="eval")
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert names <= {"annuity", "factor", "sum", "range", "k"}, text
    allowed = {"annuity": annuity, "factor": factor, "sum": sum, "range": range}
    return float(eval(compile(tree, "arithmetic", "eval"), {"__builtins__": {}, **allowed}))


def read(path: Path) -> tuple[str | None, list[dict[str, str]]]:
    """The case of a table, if it has one, and its expected rows."""
    text = path.read_text("utf-8")
    case = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0] == ["figure", "view", "value", "arithmetic"]
    rows = [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]
    assert rows, path
    return (case[1] if case else None), rows


def places(value: str) -> int:
    return len(value.partition(".")[2])


def of_case(run: CaseResult, figure: str, view: str) -> float:
    at = run.point.of(view)
    cost, benefit = float(run.point.cost[at, 0]), float(run.point.benefit[at, 0])
    told: Mapping[str, Any] = run.document["perspectives"][view]
    scale = 1e6 if figure.endswith("(£m)") else 1.0
    if found := re.fullmatch(r"cashable in year (\d+) \(£\)", figure):
        rows = [one for one in run.document["cashflow"] if one["body"] == view]
        return float(rows[int(found[1])]["cashable_gbp"])
    if found := re.fullmatch(r"switching value of (.*) \(%\)", figure):
        rows = [one for one in run.document["switching"] if one["key"] == found[1].strip()]
        assert run.document["perspective"] == view
        return 100 * float(rows[0]["share_of_value"])
    match re.sub(r" \(£m?\)$", "", figure):
        case "cost":
            return float(told["pv_cost_gbp"]) / scale
        case "benefit":
            return float(told["pv_benefit_gbp"]) / scale
        case "net":
            return float(told["npv_gbp"]["point"]) / scale
        case "net without bias":
            return float(told["without_bias"]["npv_gbp"]["point"])
        case "net, not rounded to the penny":
            return benefit - cost
        case "ratio":
            return float(told["bcr"]["point"])
        case "payback year":
            return float(told["payback_year"])
        case "share of the benefit (%)":
            return 100 * benefit / float(run.point.benefit[run.point.of("exchequer"), 0])
    raise AssertionError(figure)


def of_schedule(figure: str, schedule: str) -> float:
    factors = discount_factors(schedule, 130, "greenbook-2026")
    if found := re.fullmatch(r"factor of year (\d+)", figure):
        return float(factors[int(found[1])])
    found = re.fullmatch(r"factors of the years (\d+) to (\d+)", figure)
    assert found, figure
    return float(factors[int(found[1]) : int(found[2]) + 1].sum())


@pytest.mark.parametrize("path", TABLES, ids=[path.stem for path in TABLES])
def test_figures_come_out_as_printed(path: Path) -> None:
    text, rows = read(path)
    run = None if text is None else run_case(read_case_text(text), draws=64)
    for row in rows:
        printed = float(row["value"])
        computed = (
            of_schedule(row["figure"], row["view"])
            if run is None
            else of_case(run, row["figure"], row["view"])
        )
        digits = places(row["value"])
        assert round(computed, digits) == printed, (row, computed)
        assert round(arithmetic(row["arithmetic"]), digits) == printed, (
            row,
            arithmetic(row["arithmetic"]),
        )


def test_there_are_tables() -> None:
    assert len(TABLES) >= 6
