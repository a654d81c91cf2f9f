"""A tiny place with returns and one month of payments, for the workbench's tests: made in a second.

It is Tinyshire, with the payments of Westwick Council to firms and people.
"""

from __future__ import annotations

from pathlib import Path

import tiny_place
import totalplace

__all__ = ["BODY", "YEAR", "payments_file", "tiny"]

YEAR = tiny_place.YEAR
BODY = "westwick-council"
HEADER = "Body Name,Payment Date,Supplier Name,Amount,Service Area,Expense Type"
FIRMS = ("Acme Paving Ltd", "Bolt Hire Limited", "Crane Works PLC", "Dray Cars LLP", "Elm Care Ltd")


def tiny(folder: Path) -> Path:
    """Make the place below a folder, with everything licensed; its folder."""
    place = totalplace.new_place(
        folder / "tinyshire",
        name="Tinyshire",
        areas=[tiny_place.AREA],
        year=YEAR,
        registers=tiny_place.write_registers(folder),
        publisher="Tinyshire",
        licence="own",
        clock=tiny_place.clock,
    )
    with place:
        files = [*tiny_place.write_returns(folder), payments_file(folder, month=4)]
        added = place.add(*files, publisher="Westwick", licence="OGL-UK-3.0")
        assert {one.status for one in added.facts.files} == {"loaded"}
    return folder / "tinyshire"


def payments_file(folder: Path, *, month: int, rows: int = 20) -> Path:
    """A month of payments of Westwick Council."""
    lines = [
        f"Westwick Council,{at % 28 + 1:02}/{month:02}/2017,{FIRMS[at % 5]},{100 + at}.25,"
        "Highways,Repairs"
        for at in range(rows)
    ]
    lines += [
        f"Westwick Council,{at + 1:02}/{month:02}/2017,Mrs Zelda Quixworth,{at}0.10,Adults,Fees"
        for at in range(4)
    ]
    path = folder / f"payments-{month:02}.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return path
