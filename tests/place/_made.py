"""Small made-up places for the tests of the place."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.place import Change, Folder, Member, create, encode, open_folder

NOW = "2026-11-21T10:00:00"
TODAY = date(2026, 11, 21)

OLD = b"payee,amount\nAcme,1.00\nAcme,2.00\n"
NEW = b"payee,amount\nAcme,1.00\nAcme,2.50\nAcme,oops\n"
BODIES = b"body_id,name\nmarlbrook,Marlbrook Council\n"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def new_place(path: Path) -> Folder:
    return create(path, name="Marlbrook", areas=["E08000009"], year="2017-18")


def member(data: bytes, **fields: object) -> Member:
    """A spend member of a CSV: one line a row, a row that ends in `oops` rejected."""
    rows = data.decode().splitlines()[1:]
    rejected = sum(row.endswith("oops") for row in rows)
    made = Member(
        sha256=sha256(data),
        member="",
        member_index=0,
        dataset="spend",
        format_id="council_spend",
        file_name="spend.csv",
        received=NOW,
        records=len(rows) + 1,
        lines=len(rows) - rejected,
        rejected=rejected,
        skipped={"repeated_header": 1},
        sum_pence=100 * (len(rows) - rejected),
        period_start=date(2017, 4, 1),
    )
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


def lines(made: Member) -> pa.Table:
    """Lines of one pound each."""
    return pa.table({"row_no": range(made.lines), "amount_pence": [100] * made.lines})


def rejects(made: Member) -> pa.Table:
    return pa.table({"row_no": range(made.rejected), "code": ["no_amount"] * made.rejected})


def add(change: Change, data: bytes, **fields: object) -> Member:
    """Store a CSV and give the place its rows."""
    change.store_source(data, name="spend.csv", received=NOW, publisher="Marlbrook Council")
    made = member(data, **fields)
    name = f"{made.sha256}.{made.member_index}"
    pq.write_table(lines(made), change.path / f"{name}.lines")
    if not made.rejected:
        return change.add_member(made, change.path / f"{name}.lines")
    pq.write_table(rejects(made), change.path / f"{name}.rejects")
    return change.add_member(made, change.path / f"{name}.lines", change.path / f"{name}.rejects")


def register_body(change: Change, data: bytes = BODIES, **fields: object) -> Member:
    """Store a CSV of bodies and add it to the register."""
    change.store_source(data, name="bodies.csv", received=NOW)
    made = member(
        data,
        dataset="body",
        is_register=True,
        records=1,
        lines=1,
        skipped={},
        rejected=0,
        sum_pence=None,
        period_start=None,
        **fields,
    )
    names = data.decode().splitlines()[1].split(",")
    return change.register(made, pa.table({"body_id": [names[0]], "name": [names[1]]}))


def made_old(root: Path) -> Folder:
    """Turn a place into one as schema 1 kept it: its state in one document."""
    (root / "working.json").write_bytes(encode(open_folder(root).state()))
    shutil.rmtree(root / "changes")
    toml = root / "place.toml"
    toml.write_text(toml.read_text().replace("schema_version = 2", "schema_version = 1"))
    return open_folder(root)


def tree(root: Path) -> dict[str, bytes]:
    """Every file of a place that counts: not the lock, not what writers prepare."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "lock" and "tmp" not in path.relative_to(root).parts
    }
