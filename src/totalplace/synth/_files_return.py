"""Returns of single bodies and of whole sectors, in the layout of our own return file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from totalplace.money import gbp
from totalplace.synth._lines import Line, financial_year
from totalplace.synth._sheets import NO_LINE, Record, TextFile
from totalplace.synth._world import World

__all__ = ["AMOUNT_COLUMN", "HEADER", "STREAM_COLUMN", "return_files"]

HEADER = [
    "Body",
    "Financial year",
    "Side",
    "Stream",
    "Counterparty",
    "Function",
    "Nature",
    "Capital or revenue",
    "Period start",
    "Period end",
    "Phase",
    "Basis",
    "Amount",
    "Reference",
    "Note",
]
STREAM_COLUMN = 3
AMOUNT_COLUMN = 12

_REVISED = ("albermarch-skills-agency", "fennickin-circle", "ostwick-college")
"""Bodies that publish a first return with mistakes and a corrected one a month later."""


def return_files(lines: Sequence[Line], world: World) -> list[TextFile]:
    """All returns; a revised one stands behind the one that it replaces."""
    by_file: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        if line.dataset == "return":
            by_file[line.file].append(number)
    files = []
    for path, numbers in sorted(by_file.items()):
        file = TextFile(
            path=path,
            header=list(HEADER),
            records=[
                Record(_cells(lines[number], world), number, lines[number].amount)
                for number in numbers
            ],
            format_id="return",
        )
        body_id = path.removeprefix("returns/").removesuffix("-2017-18.csv")
        if body_id in _REVISED:
            first = _first_version(file)
            file.path = path.replace(".csv", "-revised.csv")
            file.supersedes = first.path
            files.append(first)
        files.append(file)
    return files


def _cells(line: Line, world: World) -> list[str]:
    return [
        world.bodies[line.body].name,
        financial_year(line.start),
        line.side,
        line.stream_text,
        line.payee,
        line.function,
        line.nature,
        line.cap_rev,
        line.start.isoformat(),
        line.end.isoformat(),
        line.phase,
        line.basis,
        gbp(line.amount),
        line.reference,
        "",
    ]


def _first_version(file: TextFile) -> TextFile:
    """The return before it was corrected: every third amount a tenth too high."""
    records = []
    for number, record in enumerate(file.records):
        cells = list(record.cells)
        if number % 3 == 0:
            cells[AMOUNT_COLUMN] = gbp(record.pence + record.pence // 10)
        records.append(Record(cells, NO_LINE))
    return TextFile(path=file.path, header=list(HEADER), records=records, format_id="return")
