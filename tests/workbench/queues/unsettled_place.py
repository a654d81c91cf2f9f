"""A tiny place of which much is to be decided: made in a second or two.

The ministry pays a grant of 50,000 that Eastwick Council books as 47,000; an agency is said to pay
a second one. Westwick Council pays the other council and names that nobody knows; Eastwick Council
pays one of these too.
"""

from __future__ import annotations

from pathlib import Path

import tiny_place
import totalplace

__all__ = ["GRANT", "HEADER", "HOSTILE", "SECOND", "YEAR", "spend_file", "unsettled"]

YEAR = tiny_place.YEAR
HOSTILE = "<img src=x> Partners"
GRANT = f"tiny-ministry | eastwick-council | tiny-grant | {YEAR}"
SECOND = f"tiny-agency | eastwick-council | second-grant | {YEAR}"

HEADER = (
    "Body Name,Service Area,Expenses Type,Payment Date,Transaction Number,Net Amount,Supplier Name"
)
_WESTWICK = [
    ("Care", "Fees", 900, "Eastwick Council"),
    ("Care", "Fees", 300, "Westwick Fire Authority"),
    ("Parks", "Odd jobs", 70, "Zebra"),
    ("Parks", "Odd jobs", 30, "A Example"),
    ("", "", 40, "Quince Partners"),
    ("", "", 30, HOSTILE),
    ("", "", 8, "Mrs B Example"),
]
_EASTWICK = [("Parks", "Odd jobs", 20, "Zebra"), ("", "", 9, "Mr C Example")]
_RETURNS = {
    "Ministry of Tinyland": [
        ("in", "Vote", "Parliament of Tinyland", "", "own", "100000.00"),
        ("out", "Tiny grant", "Eastwick Council", "", "transfer", "50000.00"),
        ("out", "Running costs", "", "10.9", "own", "50000.00"),
    ],
    "Agency of Tinyland": [
        ("in", "Vote", "Parliament of Tinyland", "", "own", "30000.00"),
        ("out", "Running costs", "", "10.9", "own", "30000.00"),
    ],
    "Eastwick Council": [
        ("in", "Tiny grant", "Ministry of Tinyland", "", "transfer", "47000.00"),
        ("in", "Second grant", "Agency of Tinyland", "", "transfer", "9000.00"),
        ("in", "Council tax", "Council tax payers", "", "own", "60000.00"),
        ("out", "Schools", "", "09.1", "own", "116000.00"),
    ],
}


def unsettled(folder: Path) -> Path:
    """Make the place below a folder; its folder."""
    registers = tiny_place.write_registers(folder)
    more = {
        "body": "tiny-agency,Agency of Tinyland,national,agency,,,,,",
        "body_area": "tiny-agency,Z92000001,serves,",
        "stream": "second-grant,Second grant,tiny-agency,grant,none,for a test,,,",
    }
    for path in registers:
        if row := more.get(path.stem):
            path.write_text(path.read_text() + row + tiny_place.SOURCE + "\n")
    files = [
        tiny_place.write_return(folder / f"{name}.csv", name, rows)
        for name, rows in _RETURNS.items()
    ]
    files += [
        spend_file(folder / "westwick.csv", "Westwick Council", _WESTWICK),
        spend_file(folder / "eastwick.csv", "Eastwick Council", _EASTWICK),
    ]
    place = totalplace.new_place(
        folder / "place",
        name="Tinyshire",
        areas=[tiny_place.AREA],
        year=YEAR,
        registers=registers,
        clock=tiny_place.clock,
    )
    with place:
        added = place.add(*files).facts.files
        assert {one.status for one in added} == {"loaded"}, added
        # what decides nothing is counted once, so that no test waits for it
        place.effect([])
    return folder / "place"


def spend_file(path: Path, body: str, paid: list[tuple[str, str, int, str]]) -> Path:
    """Payments of a body: unit, expense, pounds, payee."""
    lines = [
        f"{body},{unit},{expense},03/05/2017,{at},{pounds}.00,{name}"
        for at, (unit, expense, pounds, name) in enumerate(paid)
    ]
    path.write_text("\n".join([HEADER, *lines, ""]))
    return path
