"""Unit costs taken in from a file, found by words, and a ladder worked out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from totalplace._api._result import GBP, NUMBER, TEXT, Document, Result, pounds, table_of
from totalplace.cases.unit_costs import (
    Imported,
    UnitCost,
    check_unit_costs,
    find_unit_costs,
    flag_unit_costs,
    import_json,
    import_workbook,
    invented_unit_costs,
    read_unit_costs,
)
from totalplace.cases.unit_costs import (
    table_of as arrow_of,
)
from totalplace.errors import Problem, RequestError, TotalplaceError
from totalplace.money import gbp
from totalplace.reports import output_problems, write_table

if TYPE_CHECKING:
    from totalplace.cases.ladder import LadderResult

__all__ = [
    "FoundCosts",
    "ImportedCosts",
    "WorkedLadder",
    "find_costs",
    "import_costs",
    "run_ladder",
]

PRICES_OF = "2024-25"
"""The year whose prices stand beside those of the source."""

_COLUMNS = {
    "reference": TEXT,
    "class": TEXT,
    "description": TEXT,
    "unit": TEXT,
    "value_gbp": GBP,
    "price_year": TEXT,
    "in_2024_25_gbp": GBP,
    "agency": TEXT,
    "rag": TEXT,
    "flag": TEXT,
}


class ImportedCosts(Result[Imported]):
    """What `import_costs` gives back."""


class FoundCosts(Result[tuple[UnitCost, ...]]):
    """What `find_costs` gives back."""


class WorkedLadder(Result["LadderResult"]):
    """What `run_ladder` gives back; a row a year and body."""


def import_costs(
    file: Path | str,
    out: Path | str | None = None,
    *,
    book: str = "gmca",
    against: Path | str | None = None,
) -> ImportedCosts:
    """Take in the Unit Cost Database: the workbook, or the JSON copy of it, and check every row.

    Args:
        file: ends in ``.json``, or is a workbook.
        out: the CSV file to write; what failed a check stands in its column ``flag``.
        book: what a case calls the table, before the colon.
        against: a table that the values are held against, code by code.

    Returns:
        Its exit code is 1 when a value failed a check.

    Raises:
        RequestError: a file cannot be read or written.
        FileRefused: the file is of another form.
    """
    target = None if out is None else Path(out)
    problems = [] if target is None else _target_problems(target)
    if not book.isidentifier() or book == invented_unit_costs()[0].book:
        problems.append(
            Problem(
                "bad_book",
                "that is no name of a table of unit costs",
                f"--book {book}",
                "it stands before the colon; `invented` is the fictional place's",
                "give one word of letters and digits, such as gmca",
            )
        )
    other: tuple[UnitCost, ...] | None = None
    try:
        other = None if against is None else read_unit_costs(against)
    except TotalplaceError as error:
        problems += error.problems
    if problems:
        raise RequestError(problems)
    if other is not None and not any(one.book == book for one in other):
        books = ", ".join(sorted({one.book for one in other})) or "nothing"
        raise RequestError(
            Problem(
                "other_book",
                "the table to compare with is of another book",
                f"--against {against}",
                f"it holds {books}, not {book}",
                "give the table that was imported under the same --book",
            )
        )
    source = Path(file)
    take = import_json if source.suffix.lower() == ".json" else import_workbook
    found = take(source, book=book, against=other)
    if target is not None:
        write_table(arrow_of(found.costs), target)
    document: Document = {
        "file": str(file),
        "book": book,
        "lines": sum(found.by_sheet.values()),
        "values": len(found.costs),
        "by_sheet": [{"sheet": name, "lines": lines} for name, lines in found.by_sheet.items()],
        "flagged": [
            {
                "code": one.cost.code,
                "class": one.cost.value_class,
                "check": one.check,
                **{name: text for name, text in one.problem.as_dict().items() if name != "code"},
            }
            for one in found.flags
        ],
        "left_out": [one.as_dict() for one in found.left_out],
        "unchecked": [one.as_dict() for one in found.unchecked],
        "updated_checked": found.updated_checked,
        "sums_checked": found.sums_checked,
        "compared": found.compared,
        "only_there": list(found.only_there),
        "out": None if target is None else str(target),
    }
    return ImportedCosts(
        facts=found,
        document=document,
        table=table_of(_rows(found.costs), _COLUMNS),
        title=f"Unit costs of {source.name}",
        exit_code=int(bool(found.flags)),
    )


def find_costs(text: str, tables: Sequence[Path | str] = ()) -> FoundCosts:
    """Unit costs that have every word of a text.

    Args:
        tables: CSV files of unit costs; without one, the invented ones of the fictional place.

    Raises:
        RequestError: no word was given, or a table cannot be read.
        FileRefused: every cell that is not what the table declares.

    >>> find_costs("home care hour").document["unit_costs"][0]["reference"]
    'invented:home-care'
    """
    if not text.split():
        raise RequestError(
            Problem(
                "no_words",
                "there is nothing to look for",
                "TEXT",
                "it is empty",
                "give words of the description, the unit or the agency, or a code",
            )
        )
    costs = [one for table in tables for one in read_unit_costs(table)]
    checked = flag_unit_costs(costs, check_unit_costs(costs)) if tables else invented_unit_costs()
    found = find_unit_costs(checked, text)
    rows = _rows(found)
    return FoundCosts(
        facts=found,
        document={
            "text": text,
            "looked_in": len(checked),
            "unit_costs": [
                {
                    name: str(cell) if name.endswith("_gbp") and cell is not None else cell
                    for name, cell in row.items()
                }
                | {"source": one.source}
                for row, one in zip(rows, found, strict=True)
            ],
        },
        table=table_of(rows, _COLUMNS),
        title=f"Unit costs with {text!r}",
    )


def run_ladder(file: Path | str, *, number: int = 1) -> WorkedLadder:
    """Work a ladder out: who stands on which rung, what it costs whom, what moves save.

    Args:
        file: a ladder file.
        number: how many families the figures of one rung up are told for.

    Raises:
        RequestError: everything that is wrong in the file, each with its line.
    """
    from totalplace.cases.ladder import read_ladder
    from totalplace.cases.ladder import run_ladder as worked

    if not 1 <= number <= 1_000_000:
        raise RequestError(
            Problem(
                "bad_number",
                "that many families cannot be moved",
                f"--number {number}",
                "expected 1 to 1,000,000",
                "give how many climb one rung",
            )
        )
    found = worked(read_ladder(file))
    ladder = found.ladder
    rungs = [one.id for one in ladder.rungs]
    document: Document = {
        "ladder": ladder.id,
        "title": ladder.title,
        "unit": ladder.unit,
        "price_base": ladder.price_base,
        "horizon": ladder.horizon,
        "rungs": [
            {
                "id": one.id,
                "title": one.title,
                "number": float(one.number),
                "cost_gbp": {body: gbp(round(cost)) for body, cost in one.cost_pence.items()},
                "times_top": _times(found, at),
                "source": one.source,
            }
            for at, one in enumerate(ladder.rungs)
        ],
        "one_rung_up": [
            {
                "from": rungs[one.start],
                "to": rungs[one.start + 1],
                "number": number,
                "first_year_gbp": _each(one.first_year, number),
                "first_year_total_gbp": gbp(number * sum(one.first_year.values())),
                "over_horizon_gbp": _each(one.over_horizon, number),
                "over_horizon_total_gbp": gbp(number * sum(one.over_horizon.values())),
            }
            for one in found.steps
        ],
        "moves": [
            {
                "id": one.move.id,
                "title": one.move.title,
                "number": float(one.move.number),
                "from": rungs[one.move.start],
                "to": rungs[one.move.end],
                "year": one.move.year,
                "cost_gbp": _each(one.cost),
                "saving_gbp": _each(_added(one.saving)),
                "net_gbp": gbp(one.saving_pence - one.cost_total_pence),
                "pv_net_gbp": gbp(one.pv_pence),
                "pays_back_year": one.pays_back,
            }
            for one in found.moved
        ],
        "years": [
            {
                "year": one.year,
                "without": dict(zip(rungs, map(_rounded, one.without), strict=True)),
                "with": dict(zip(rungs, map(_rounded, one.with_moves), strict=True)),
                "cost_without_gbp": _each(one.cost_without),
                "cost_with_gbp": _each(one.cost_with),
                "moving_gbp": _each(one.moving),
                "saving_gbp": gbp(one.saving_pence),
            }
            for one in found.years
        ],
        "assumptions": list(_assumptions(found)),
    }
    rows = [
        {
            "year": one.year,
            "body": body,
            "without_gbp": pounds(one.cost_without[body]),
            "with_gbp": pounds(one.cost_with[body]),
            "moving_gbp": pounds(one.moving[body]),
        }
        for one in found.years
        for body in found.bodies
    ]
    kinds = {"year": NUMBER, "body": TEXT} | dict.fromkeys(
        ("without_gbp", "with_gbp", "moving_gbp"), GBP
    )
    return WorkedLadder(found, document, table_of(rows, kinds), ladder.title)


def _target_problems(target: Path) -> list[Problem]:
    problems = [one for one in output_problems(target) if one.code != "unknown_suffix"]
    if target.suffix.lower() != ".csv":
        problems.append(
            Problem(
                "unknown_suffix",
                "a table of unit costs is a CSV file",
                f"-o {target}",
                f"it ends in {target.suffix!r}",
                "end it in .csv",
            )
        )
    return problems


def _rows(costs: Iterable[UnitCost]) -> list[dict[str, object]]:
    return [
        {
            "reference": one.reference,
            "class": one.value_class,
            "description": one.description,
            "unit": one.unit,
            "value_gbp": pounds(one.value_pence),
            "price_year": one.price_year,
            "in_2024_25_gbp": _deflated(one),
            "agency": one.agency,
            "rag": one.rag,
            "flag": one.flag,
        }
        for one in costs
    ]


def _deflated(cost: UnitCost) -> object:
    try:
        return pounds(cost.pence_in(PRICES_OF))
    except RequestError:
        return None


def _each(pence: Mapping[str, int], number: int = 1) -> dict[str, str]:
    return {body: gbp(number * one) for body, one in pence.items()}


def _added(years: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in years:
        for body, pence in one.items():
            found[body] = found.get(body, 0) + pence
    return found


def _times(found: LadderResult, rung: int) -> dict[str, float]:
    """Body -> how many times what the top rung costs it; bodies that it costs nothing left out."""
    top = found.ladder.rungs[-1].cost_pence
    mine = found.ladder.rungs[rung].cost_pence
    return {
        body: _rounded(mine.get(body, Fraction(0)) / cost) for body, cost in top.items() if cost
    }


def _rounded(value: Fraction) -> float:
    return round(float(value), 2)


def _assumptions(found: LadderResult) -> Iterable[str]:
    ladder = found.ladder
    if ladder.is_still:
        yield (
            f"no transitions were given: {ladder.unit} stay on their rung, and a gain never fades"
        )
    yield from ladder.times
    yield (
        "a cost a year is an average: one family more or less saves it only where capacity is"
        " given up with it"
    )
