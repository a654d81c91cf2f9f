"""A tiny fictional place for tests of the Python API and the command line.

Tinyshire has two districts, a ministry and two councils. Its account is the first worked example
of a count: the ministry pays Eastwick Council 90 and spends 10, the council raises tax of 60 and
spends 150; gross 250, eliminated 90, net 160, in thousands of pounds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import totalplace

AREA = "Z47000001"
YEAR = "2017-18"
SOURCE = "invented for a test"

_REGISTERS = {
    "area": [
        "code,name,level,parent,valid_from,valid_to,source",
        "Z92000001,Tinyland,country,,,",
        "Z47000001,Tinyshire,combined_authority,Z92000001,,",
        "Z08000001,Eastwick,metropolitan_district,Z92000001,,",
        "Z08000002,Westwick,metropolitan_district,Z92000001,,",
    ],
    "area_member": [
        "area,lad,fit,source",
        "Z92000001,Z08000001,exact",
        "Z92000001,Z08000002,exact",
        "Z47000001,Z08000001,exact",
        "Z47000001,Z08000002,exact",
    ],
    "body": [
        "body_id,name,tier,kind,org_ids,valid_from,valid_to,successor_id,source",
        "tiny-ministry,Ministry of Tinyland,national,department,,,,",
        "eastwick-council,Eastwick Council,local,metropolitan_district,,,,",
        "westwick-council,Westwick Council,local,metropolitan_district,,,,",
    ],
    "body_area": [
        "body_id,area,role,source",
        "tiny-ministry,Z92000001,serves",
        "eastwick-council,Z08000001,serves",
        "westwick-council,Z08000002,serves",
    ],
    "key": [
        "key_id,measure,unit,year,is_complete,source",
        "T,people,persons,2017,true",
        "U,people weighted by need,persons,2018,true",
    ],
    "key_value": [
        "key_id,area,value,source",
        "T,Z08000001,750",
        "T,Z08000002,250",
        "U,Z08000001,500",
        "U,Z08000002,500",
    ],
    "denominator": [
        "area,kind,year,value,source",
        "Z08000001,people,2017,750",
        "Z08000002,people,2017,250",
    ],
    "stream": [
        "stream_id,name,funder_id,kind,ringfence,condition,start,end,source",
        "tiny-grant,Tiny grant,tiny-ministry,grant,none,for a test,,",
    ],
}

_RETURN = (
    "Body,Financial year,Side,Stream,Counterparty,Function,Nature,Capital or revenue,"
    "Period start,Period end,Phase,Basis,Amount,Reference,Note"
)
_MINISTRY = [
    ("in", "Vote", "Parliament of Tinyland", "", "own", "100000.00"),
    ("out", "Tiny grant", "Eastwick Council", "", "transfer", "90000.00"),
    ("out", "Running costs", "", "10.9", "own", "10000.00"),
]
_EASTWICK = [
    ("in", "Tiny grant", "Ministry of Tinyland", "", "transfer", "90000.00"),
    ("in", "Council tax", "Council tax payers", "", "own", "60000.00"),
    ("out", "Schools", "", "09.1", "own", "150000.00"),
]
SPEND = (
    "Body Name,Payment Date,Supplier Name,Amount,Service Area,Expense Type\n"
    "Westwick Council,03/04/2017,Acme Paving Ltd,1000.00,Highways,Repairs\n"
    "Westwick Council,04/04/2017,=HYPERLINK Ltd,250.50,Highways,Repairs\n"
    "Westwick Council,05/04/2017,Bad Line Ltd,12.345,Highways,Repairs\n"
)


def clock() -> datetime:
    return datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def write_registers(folder: Path) -> list[Path]:
    """The registers of Tinyshire as CSV files."""
    paths = []
    for table, (header, *rows) in _REGISTERS.items():
        path = folder / f"{table}.csv"
        path.write_text("\n".join([header, *(f"{row},{SOURCE}" for row in rows)]) + "\n")
        paths.append(path)
    return paths


def write_return(path: Path, body: str, rows: list[tuple[str, ...]]) -> Path:
    """A return of one body."""
    lines = [_RETURN]
    for side, stream, other, function, nature, amount in rows:
        lines.append(
            f"{body},{YEAR},{side},{stream},{other},{function},{nature},cur,2017-04-01,2018-03-31,"
            f"outturn,gross,{amount},,"
        )
    path.write_text("\n".join(lines) + "\n")
    return path


def write_returns(folder: Path) -> list[Path]:
    """The returns of the ministry and of Eastwick Council."""
    return [
        write_return(folder / "ministry.csv", "Ministry of Tinyland", _MINISTRY),
        write_return(folder / "eastwick.csv", "Eastwick Council", _EASTWICK),
    ]


def write_spend(folder: Path) -> Path:
    """Payments of Westwick Council: two lines, and one with a third decimal."""
    path = folder / "westwick-spend.csv"
    path.write_text(SPEND)
    return path


def make_place(folder: Path) -> totalplace.Place:
    """Tinyshire with its registers and its two returns."""
    place = totalplace.new_place(
        folder / "tiny",
        name="Tinyshire",
        areas=[AREA],
        year=YEAR,
        registers=write_registers(folder),
        clock=clock,
    )
    added = place.add(*write_returns(folder))
    assert [file.status for file in added.facts.files] == ["loaded", "loaded"]
    assert sum(file.rejected for file in added.facts.files) == 0
    return place
