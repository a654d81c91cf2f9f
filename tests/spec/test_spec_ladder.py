"""Ladders written down as tables come out to the penny, and so does a plain reference of them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from case_tables import Row, checked_pence, files, sections

from totalplace.cases.ladder import Ladder, LadderResult, Move, Rung, run_ladder


def ladder_of(tables: dict[str, list[Row]]) -> Ladder:
    (head,) = tables["Ladder"]
    rungs: dict[str, tuple[Fraction, dict[str, Fraction]]] = {}
    for row in tables["Rungs"]:
        _, costs = rungs.setdefault(row["rung"], (Fraction(row["families"]), {}))
        costs[row["body"]] = Fraction(checked_pence(row, "£ a year"))
    names = list(rungs)
    given = {row["from"]: row for row in tables.get("Transitions", [])}
    matrix = tuple(
        tuple(Fraction(given[a][b]) if given else Fraction(int(a == b)) for b in names)
        for a in names
    )
    moves = tuple(
        Move(
            row["move"],
            row["move"],
            Fraction(row["families"]),
            names.index(row["from"]),
            names.index(row["to"]),
            int(row["year"]),
            {row["body"]: Fraction(row["£ each"]) * 100},
            "",
        )
        for row in tables.get("Moves", [])
    )
    return Ladder(
        id="spec",
        title="spec",
        unit=head["unit"],
        price_base=head["prices"],
        horizon=int(head["horizon"]),
        schedule="standard",
        edition=None,
        rungs=tuple(Rung(name, name, *facts, "") for name, facts in rungs.items()),
        matrix=matrix,
        is_still=not given,
        moves=moves,
        source="",
    )


def figure(found: LadderResult, name: str, of: str) -> int:
    rungs = [one.id for one in found.ladder.rungs]
    if of.startswith("year "):
        year = found.years[int(of[5:])]
        pence = {
            "cost without": year.cost_without,
            "cost with": year.cost_with,
            "moving": year.moving,
        }[name]
        return sum(pence.values())
    if name.startswith("one rung up"):
        step = found.steps[rungs.index(of)]
        return sum((step.over_horizon if "all years" in name else step.first_year).values())
    (moved,) = (one for one in found.moved if one.move.id == of)
    if name.startswith("saved by "):
        return sum(one[name[9:]] for one in moved.saving)
    return {
        "saved": moved.saving_pence,
        "net": moved.saving_pence - moved.cost_total_pence,
    }[name]


@pytest.mark.parametrize("path", files("ladder"), ids=lambda path: path.stem)
def test_every_expected_figure(path: Path) -> None:
    tables = sections(path)
    found = run_ladder(ladder_of(tables))
    got = {
        (row["figure"], row["of"]): figure(found, row["figure"], row["of"])
        for row in tables["Expected"]
    }
    assert got == {(row["figure"], row["of"]): checked_pence(row) for row in tables["Expected"]}


def test_the_tables_are_in_the_reference() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "worked-examples.md"
    text = page.read_text("utf-8")
    for path in [*files("ladder"), *files("unit_costs")]:
        title = path.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        assert text.count(f"### {title}\n") == 1


def test_there_are_tables() -> None:
    assert len(files("ladder")) >= 3
