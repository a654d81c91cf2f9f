"""Faults that may not move any figure: untidy layouts, and receipts booked wrong."""

from __future__ import annotations

import random
from collections.abc import Sequence

from totalplace.money import gbp
from totalplace.synth._files_return import AMOUNT_COLUMN as RETURN_AMOUNT_COLUMN
from totalplace.synth._files_return import STREAM_COLUMN
from totalplace.synth._files_spend import AMOUNT_COLUMN, PAYEE_COLUMN
from totalplace.synth._lines import Line
from totalplace.synth._sheets import NO_LINE, Fault, Record, TextFile
from totalplace.synth._world import World

__all__ = ["spoil_receipts", "untidy"]

_FEWEST = 3
_OTHER_HEADERS = {
    "trafford": {
        "OrganisationalUnit": "Organisational Unit",
        "BeneficiaryName": "Beneficiary Name",
    },
    "manchester": {"Net Amount": "Amount", "Supplier Name": "Supplier Name(T)"},
    "salford": {"G/L Description": "G/L description.", "SAP Document Number": "Document Number"},
}


def spoil_receipts(
    files: Sequence[TextFile], lines: Sequence[Line], dirt: float, rng: random.Random
) -> list[Fault]:
    """Receipts booked late, left out, or booked under a name of the payee's own.

    Receipts are controls: none of this may move net, and receipts that are all the evidence there
    is of a payment are left alone.
    """
    faults: list[Fault] = []
    for file in files:
        kept: list[Record] = []
        for record in file.records:
            line = lines[record.line] if record.line != NO_LINE else None
            shaken = (
                line is not None and line.counterparty and not line.case.startswith("one_sided")
            )
            draw = rng.random()
            if line is None or not shaken or draw >= dirt * 0.75:
                kept.append(record)
                continue
            if draw < dirt * 0.25:
                faults.append(Fault("receipt_missing", file.path, record.line, 0, line.stream_text))
                continue
            if draw < dirt * 0.5:
                record.pence = line.amount - line.amount // 12
                record.cells[RETURN_AMOUNT_COLUMN] = gbp(record.pence)
                faults.append(Fault("receipt_late", file.path, record.line, 0, line.stream_text))
            else:
                record.cells[STREAM_COLUMN] = f"{line.stream_text} 17/18"
                faults.append(
                    Fault("grant_two_names", file.path, record.line, 0, record.cells[STREAM_COLUMN])
                )
            kept.append(record)
        file.records = kept
    return faults


def untidy(files: Sequence[TextFile], world: World, dirt: float, rng: random.Random) -> list[Fault]:
    """Other headers, blank rows, repeated headers and total rows: nothing a reader may count."""
    faults: list[Fault] = []

    def some(share: float) -> list[TextFile]:
        return rng.sample(list(files), min(len(files), max(_FEWEST, round(len(files) * share))))

    for file in some(dirt):
        others = _OTHER_HEADERS[world.bodies[file.body_id].style]
        file.header = [others.get(title, title) for title in file.header]
        faults.append(Fault("header_variant", file.path, NO_LINE, 0, ", ".join(others.values())))
    for file in some(dirt):
        file.records.insert(rng.randrange(len(file.records)), Record([""] * len(file.header)))
        faults.append(Fault("blank_row", file.path, NO_LINE, 0, ""))
    for file in some(dirt / 2):
        file.records.insert(rng.randrange(len(file.records)), Record(list(file.header)))
        faults.append(Fault("repeated_header", file.path, NO_LINE, 0, ""))
    for file in some(dirt / 2):
        style = world.bodies[file.body_id].style
        total = sum(
            record.pence
            for record in file.records
            if record.line != NO_LINE and not record.is_rejected
        )
        cells = [""] * len(file.header)
        cells[PAYEE_COLUMN[style]] = "Total"
        cells[AMOUNT_COLUMN[style]] = gbp(total)
        file.records.append(Record(cells))
        faults.append(Fault("total_row", file.path, NO_LINE, 0, gbp(total)))
    return faults
