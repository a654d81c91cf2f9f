"""Northland: an invented country in which the tests of the count make tiny places.

It has two regions. Coast holds Alder (60 people), Birch (20) and Cedar (20); Hills holds Dale
(100). Twinshire is Alder and Birch. Rows are written as the ingest writes them, amounts in pence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.count._registers import Registers, registers
from totalplace.model import schema
from totalplace.place import Change, Folder, Member, create

Row = dict[str, Any]

YEAR = "2017-18"
TODAY = date(2026, 11, 21)
SOURCE = "invented for a test"
COUNTRY, COAST, HILLS = "Z92000001", "Z12000001", "Z12000002"
ALDER, BIRCH, CEDAR, DALE = (f"Z0800000{number}" for number in (1, 2, 3, 4))
TWINSHIRE = "Z47000001"
_LADS = (ALDER, BIRCH, CEDAR, DALE)


def _rows(table: str, *rows: str) -> list[Row]:
    """Rows of a register from comma separated values, blank for none."""
    names = [name for name in schema(table).names if name != "source"]
    kinds = {field.name: field.type for field in schema(table)}
    return [
        {
            **{
                name: _typed(text.strip(), kinds[name])
                for name, text in zip(names, row.split(","), strict=True)
            },
            "source": SOURCE,
        }
        for row in rows
    ]


def _typed(text: str, kind: pa.DataType) -> Any:
    if not text:
        return None
    if pa.types.is_integer(kind):
        return int(text)
    if pa.types.is_decimal(kind):
        return Decimal(text)
    if pa.types.is_boolean(kind):
        return text == "true"
    return date.fromisoformat(text) if pa.types.is_date(kind) else text


REGISTERS: dict[str, list[Row]] = {
    "area": _rows(
        "area",
        f"{COUNTRY},Northland,country,,,",
        f"{COAST},Coast,region,{COUNTRY},,",
        f"{HILLS},Hills,region,{COUNTRY},,",
        f"{TWINSHIRE},Twinshire,combined_authority,{COAST},,",
        f"{ALDER},Alder,metropolitan_district,{COAST},,",
        f"{BIRCH},Birch,metropolitan_district,{COAST},,",
        f"{CEDAR},Cedar,metropolitan_district,{COAST},,",
        f"{DALE},Dale,metropolitan_district,{HILLS},,",
    ),
    "area_member": _rows(
        "area_member",
        *(f"{COUNTRY},{lad},exact" for lad in _LADS),
        *(f"{COAST},{lad},exact" for lad in (ALDER, BIRCH, CEDAR)),
        f"{HILLS},{DALE},exact",
        *(f"{TWINSHIRE},{lad},exact" for lad in (ALDER, BIRCH)),
    ),
    "body": _rows(
        "body",
        "alder-council,Alder Council,local,metropolitan_district,,2016-04-01,,",
        "birch-council,Birch Council,local,metropolitan_district,,,,",
        "cedar-council,Cedar Council,local,metropolitan_district,,,,",
        "dale-council,Dale Council,local,metropolitan_district,,,,",
        "old-alder,Old Alder Borough Council,local,metropolitan_district,,,2016-04-01,"
        "alder-council",
        "coast-police,Coast Police,local,police,,,,",
        "coast-waste,Coast Waste Authority,local,waste,,,,",
        "north-ministry,Ministry of the North,national,department,,,,",
        "tide-ministry,Ministry of Tides,national,department,,,,",
        "harbour-agency,Harbour Agency,quango,agency,,,,",
        "alder-ccg,Alder Health Commissioners,provider,nhs_ccg,,,,",
        "alder-college,Alder College,provider,college,,,,",
    ),
    "body_area": _rows(
        "body_area",
        f"alder-council,{ALDER},serves",
        f"old-alder,{ALDER},serves",
        f"birch-council,{BIRCH},serves",
        f"cedar-council,{CEDAR},serves",
        f"dale-council,{DALE},serves",
        f"coast-police,{COAST},serves",
        f"coast-waste,{ALDER},serves",
        f"coast-waste,{BIRCH},serves",
        f"north-ministry,{COUNTRY},serves",
        f"alder-ccg,{ALDER},serves",
        f"alder-college,{ALDER},located",
    ),
    "key": _rows(
        "key",
        "N,people,persons,2017,true",
        "W,people weighted by need,persons,2018,true",
        "C,people,persons,2016,false",
    ),
    "key_value": _rows(
        "key_value",
        *(
            f"N,{lad},{value}"
            for lad, value in ((ALDER, 60), (BIRCH, 20), (CEDAR, 20), (DALE, 100))
        ),
        *(
            f"W,{lad},{value}"
            for lad, value in ((ALDER, 30), (BIRCH, 10), (CEDAR, 60), (DALE, 100))
        ),
        f"C,{TWINSHIRE},75",
        f"C,{CEDAR},25",
    ),
    "denominator": _rows(
        "denominator",
        f"{ALDER},people,2017,60",
        f"{BIRCH},people,2017,20",
        f"{ALDER},people,2019,66",
        f"{BIRCH},people,2019,22",
        f"{ALDER},households,2021,30",
        f"{BIRCH},households,2021,10",
    ),
    "stream": _rows(
        "stream",
        "north-grant,North grant,north-ministry,grant,none,for a test,,",
        "north-schools,North schools grant,north-ministry,grant,hard,schools only,,",
        "north-benefit,North benefit,north-ministry,benefit,hard,by national rules,,",
    ),
    "cra_body": _rows(
        "cra_body",
        "2018,Ministry of the North,Ministry of the North,,north-ministry,national,national,"
        "false,false,its own vote",
        "2018,Ministry of the North,Harbour Agency,,harbour-agency,quango,national,false,false,"
        "an agency",
        "2018,Local Government North,Local Government North,,north-authorities,local,local,true,"
        "false,councils",
        "2018,Housing North,Housing North,,north-housing,local,local,true,true,council housing",
    ),
}


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()


def add(
    folder: Folder,
    dataset: str,
    rows: Sequence[Row],
    *,
    name: str | None = None,
    received: str = "2026-11-21T10:00:00",
    supersedes: str | None = None,
    body_id: str | None = None,
) -> str:
    """Give a place one file's rows, whatever columns they have; its SHA-256."""
    with folder.change() as change:
        sha256 = _put(change, dataset, rows, name=name, received=received, body_id=body_id)
        if supersedes is not None:
            change.supersede(supersedes, by=sha256)
    return sha256


def add_register(folder: Folder, table: str, rows: Sequence[Row]) -> str:
    """Give a place rows of a register."""
    with folder.change() as change:
        return _put(change, table, rows, is_register=True)


def _put(
    change: Change,
    dataset: str,
    rows: Sequence[Row],
    *,
    name: str | None = None,
    received: str = "2026-11-21T10:00:00",
    body_id: str | None = None,
    is_register: bool = False,
) -> str:
    name = name or f"{dataset}.csv"
    content = _hash(dataset, name, rows).encode()
    source = change.store_source(content, name=name, received=received)
    member = Member(
        sha256=source.sha256,
        member="",
        member_index=0,
        dataset=dataset,
        format_id="test",
        file_name=name,
        received=received,
        records=len(rows),
        lines=len(rows),
        is_register=is_register,
        body_id=body_id,
    )
    if is_register:
        change.register(member, pa.Table.from_pylist(list(rows), schema=schema(dataset)))
        return source.sha256
    lines = [
        {"source_id": source.sha256, "member": "", "row_no": row_no, "column_no": 0, **row}
        for row_no, row in enumerate(rows, start=2)
    ]
    path = change.path / f"{source.sha256}.parquet"
    pq.write_table(pa.Table.from_pylist(lines, schema=SCHEMAS[dataset]), path)
    change.add_member(member, path)
    return source.sha256


def place(
    path: Path,
    *,
    areas: Sequence[str] = (TWINSHIRE,),
    more: Mapping[str, Sequence[Row]] | None = None,
    keys: Sequence[str] = ("C", "N", "W"),
    **datasets: Sequence[Row],
) -> Folder:
    """A place in Northland with one file a dataset.

    Args:
        more: rows to add to Northland's registers.
        keys: which of Northland's keys it has; each one near the year is counted for the range.
        datasets: cra, ro, spend or returns -> rows.
    """
    folder = create(path, name="Twinshire", areas=list(areas), year=YEAR)
    own = more or {}
    with folder.change() as change:
        for table in sorted({*REGISTERS, *own}):
            rows = [*REGISTERS.get(table, []), *own.get(table, [])]
            rows = [row for row in rows if row.get("key_id", keys[0]) in keys]
            _put(change, table, rows, is_register=True)
        for name, rows in datasets.items():
            if rows:
                _put(change, "return" if name == "returns" else name, rows)
    return folder


def register(path: Path) -> Registers:
    """Northland's registers."""
    folder = place(path)
    return registers(folder, folder.state())


_COMMON = [
    ("source_id", pa.string()),
    ("member", pa.string()),
    ("row_no", pa.int64()),
    ("column_no", pa.int32()),
    ("raw", pa.string()),
]


def _schema(text: str) -> pa.Schema:
    kinds = {"int": pa.int64(), "day": pa.date32(), "flag": pa.bool_()}
    fields = [word.partition(":") for word in text.split()]
    return pa.schema(
        [*_COMMON, *((name, kinds.get(kind, pa.string())) for name, _, kind in fields)]
    )


SCHEMAS = {
    "cra": _schema(
        "edition financial_year dept_text org_text segment_code segment_name cofog0_text"
        " function_text cofog1_text subfunction_text is_identifiable:flag cap_rev sector"
        " region_text region_code amount_pence:int low_pence:int high_pence:int"
    ),
    "ro": _schema(
        "edition financial_year form ecode ons_code body_text body_id class code:int block:int"
        " label amount_pence:int"
    ),
    "return": _schema(
        "body_id financial_year side stream_text counterparty_text function nature cap_rev"
        " period_start:day period_end:day phase basis amount_pence:int reference_id note"
    ),
    "population": _schema("area area_text year:int measure value:int"),
    "spend": _schema(
        "body_id payee_text payee_key payment_date:day period_start:day period_end:day"
        " amount_pence:int vat_pence:int unit_text expense_text class_code class_label"
        " transaction_no payee_other_id cap_text"
    ),
}


def cra(department: str | None, pence: int, *, half_unit: int = 0, **facts: Any) -> Row:
    """A cell of the regional analysis: Coast, current, by the department itself."""
    row = {
        "edition": "2018",
        "financial_year": YEAR,
        "dept_text": department,
        "org_text": department,
        "segment_name": "a segment",
        "cofog0_text": "9. Education",
        "function_text": "9. Education",
        "is_identifiable": True,
        "cap_rev": "cur",
        "region_code": COAST,
        "amount_pence": pence,
        "low_pence": pence - half_unit,
        "high_pence": pence + half_unit,
    }
    return row | facts


def ro(body_id: str | None, code: int, pence: int, **facts: Any) -> Row:
    """A cell of the revenue outturn."""
    row = {"edition": YEAR, "financial_year": YEAR, "form": "RS", "body_id": body_id}
    return row | {"code": code, "block": 1, "amount_pence": pence} | facts


def paid(body_id: str, payee: str | None, pence: int, **facts: Any) -> Row:
    """A published payment in June 2017."""
    row = {
        "body_id": body_id,
        "payee_text": payee,
        "payment_date": date(2017, 6, 15),
        "period_start": date(2017, 6, 1),
        "period_end": date(2017, 6, 30),
        "amount_pence": pence,
    }
    return row | facts


def returned(
    body_id: str, side: str, nature: str, pence: int, other: str | None = None, **facts: Any
) -> Row:
    """A row of a body's own return of the whole year."""
    row = {
        "body_id": body_id,
        "financial_year": YEAR,
        "side": side,
        "nature": nature,
        "counterparty_text": other,
        "cap_rev": "cur",
        "period_start": date(2017, 4, 1),
        "period_end": date(2018, 3, 31),
        "phase": "outturn",
        "basis": "gross",
        "amount_pence": pence,
    }
    return row | facts
